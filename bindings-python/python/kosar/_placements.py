"""The placements of a shop: what a recommender is asked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kosar import _native
from kosar._errors import ParamTypeError
from kosar._estimator import Estimator
from kosar._json import json_text
from kosar._native import Answer
from kosar._time import instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


class CategoryAnswer(NamedTuple):
    """A category in the order of a visitor."""

    category: str
    """The path of the category."""
    share: float
    """The share of purchases expected in it, from 0 to 1."""
    purchases: int
    """The visitor's own purchases in it: items times orders."""
    population_share: float
    """The share among everybody's."""


class Choice(NamedTuple):
    """What was chosen for a slot of a page."""

    slot: str
    """The slot."""
    content: str
    """The id of what was chosen."""
    score: float
    """Its worth: priority times the share of the visitor's purchases expected in what it is about."""
    purchases: int
    """The visitor's own purchases, and items of the session, in what it is about."""
    propensity: float
    """How probable it was that this would be chosen, for later estimates; above 0."""
    explored: bool
    """Whether chance chose it."""


class Placements(Estimator[_native.Recommender]):
    """Whatever answers every placement of a shop."""

    def similar(
        self,
        item: str | int,
        n: int = 10,
        *,
        customer: str | int | None = None,
        session: Iterable[str | int] = (),
        session_id: str | int | None = None,
        cart: Iterable[str | int] = (),
        now: "TimeLike | None" = None,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        like: Mapping[str, Any] | str | None = None,
        shown: Iterable[tuple[str | int, "TimeLike"]] = (),
        seed: int = 0,
    ) -> list[Answer]:
        """Give what resembles an item: what its buyers bought as well, then what the catalogue says.

        Parameters
        ----------
        item : str or int
            The item.
        n : int
            How many.
        customer : str or int, optional
            For whom: their history takes part as far as they let it, and what they own is left out.
        session : iterable of str or int
            The items of the ongoing session, the latest last.
        session_id : str or int, optional
            The id of the ongoing session, where its events were learnt.
        cart : iterable of str or int
            What is in the cart: never answered.
        now : datetime, date, str or numpy.datetime64, optional
            The instant of the request; the end of the latest order's day without it.
        only, exclude : iterable of str or int
            The only items that may be answered, such as what this branch has; items never to be answered.
        like : dict or str, optional
            What answers must be like, as rules say it, such as ``{"price": {"max": 20}}``.
        shown : iterable of (item, time)
            What was shown to the visitor, and when: for the rule of cooling down.
        seed : int
            What the rule of exploring goes by: the same seed, the same items.

        Raises
        ------
        IdTypeError
            For an id of another type than those of its role.
        ParamError
            With the path of what is wrong in ``like``.
        """
        ask = _ask(n, customer, session, session_id, cart, now, only, exclude, like, shown, seed)
        return self._fitted.similar(item, ask)

    def bought_together(
        self,
        cart: Iterable[str | int],
        n: int = 10,
        *,
        customer: str | int | None = None,
        session: Iterable[str | int] = (),
        session_id: str | int | None = None,
        now: "TimeLike | None" = None,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        like: Mapping[str, Any] | str | None = None,
        shown: Iterable[tuple[str | int, "TimeLike"]] = (),
        seed: int = 0,
    ) -> list[Answer]:
        """Give what goes with a cart: what buyers of its items took in the same orders.

        Parameters
        ----------
        cart : iterable of str or int
            What is in the cart.
        n, customer, session, session_id, now, only, exclude, like, shown, seed
            As in `similar`.
        """
        ask = _ask(n, customer, session, session_id, (), now, only, exclude, like, shown, seed)
        return self._fitted.bought_together(cart, ask)

    def for_customer(
        self,
        customer: str | int,
        n: int = 10,
        *,
        session: Iterable[str | int] = (),
        session_id: str | int | None = None,
        cart: Iterable[str | int] = (),
        now: "TimeLike | None" = None,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        like: Mapping[str, Any] | str | None = None,
        shown: Iterable[tuple[str | int, "TimeLike"]] = (),
        seed: int = 0,
    ) -> list[Answer]:
        """Give what for a customer: a blend of customers like them, their session and their own history.

        Who is not known, or wants no profiling, gets what anybody gets.

        Parameters
        ----------
        customer : str or int
            The customer.
        n, session, session_id, cart, now, only, exclude, like, shown, seed
            As in `similar`.
        """
        ask = _ask(n, None, session, session_id, cart, now, only, exclude, like, shown, seed)
        return self._fitted.for_customer(customer, ask)

    def next_in_session(
        self,
        session: Iterable[str | int] = (),
        n: int = 10,
        *,
        customer: str | int | None = None,
        session_id: str | int | None = None,
        cart: Iterable[str | int] = (),
        now: "TimeLike | None" = None,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        like: Mapping[str, Any] | str | None = None,
        shown: Iterable[tuple[str | int, "TimeLike"]] = (),
        seed: int = 0,
    ) -> list[Answer]:
        """Give what next in a session, by its items or by its id.

        Parameters
        ----------
        session : iterable of str or int
            The items of the session, the latest last.
        n, customer, session_id, cart, now, only, exclude, like, shown, seed
            As in `similar`.
        """
        ask = _ask(n, customer, session, session_id, cart, now, only, exclude, like, shown, seed)
        return self._fitted.next_in_session(ask)

    def buy_again(
        self,
        customer: str | int,
        n: int = 10,
        *,
        cart: Iterable[str | int] = (),
        now: "TimeLike | None" = None,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        like: Mapping[str, Any] | str | None = None,
        shown: Iterable[tuple[str | int, "TimeLike"]] = (),
        seed: int = 0,
    ) -> list[Answer]:
        """Give what a customer may buy again, of what they bought.

        The only list, with `recently_viewed`, that may be shorter than asked for.

        Parameters
        ----------
        customer : str or int
            The customer.
        n, cart, now, only, exclude, like, shown, seed
            As in `similar`.
        """
        ask = _ask(n, None, (), None, cart, now, only, exclude, like, shown, seed)
        return self._fitted.buy_again(customer, ask)

    def trending(
        self,
        n: int = 10,
        *,
        customer: str | int | None = None,
        cart: Iterable[str | int] = (),
        now: "TimeLike | None" = None,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        like: Mapping[str, Any] | str | None = None,
        shown: Iterable[tuple[str | int, "TimeLike"]] = (),
        seed: int = 0,
    ) -> list[Answer]:
        """Give what rises.

        Parameters
        ----------
        n, customer, cart, now, only, exclude, like, shown, seed
            As in `similar`.
        """
        ask = _ask(n, customer, (), None, cart, now, only, exclude, like, shown, seed)
        return self._fitted.trending(ask)

    def recently_viewed(
        self,
        n: int = 10,
        *,
        customer: str | int | None = None,
        session: Iterable[str | int] = (),
        session_id: str | int | None = None,
        cart: Iterable[str | int] = (),
        now: "TimeLike | None" = None,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        like: Mapping[str, Any] | str | None = None,
        shown: Iterable[tuple[str | int, "TimeLike"]] = (),
    ) -> list[Answer]:
        """Give what a customer or a session looked at and did not buy since, the latest first.

        Parameters
        ----------
        n, customer, session, session_id, cart, now, only, exclude, like, shown
            As in `similar`.
        """
        ask = _ask(n, customer, session, session_id, cart, now, only, exclude, like, shown, 0)
        return self._fitted.recently_viewed(ask)

    def rerank(
        self,
        items: Iterable[str | int],
        *,
        customer: str | int | None = None,
        session: Iterable[str | int] = (),
        session_id: str | int | None = None,
        weight: float = 0.3,
        n: int | None = None,
        cart: Iterable[str | int] = (),
        now: "TimeLike | None" = None,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        like: Mapping[str, Any] | str | None = None,
        shown: Iterable[tuple[str | int, "TimeLike"]] = (),
    ) -> list[Answer]:
        """Put search results, or any list, in the order of a visitor.

        Items that rules do not let in are left out, and so are unknown ones.

        Parameters
        ----------
        items : iterable of str or int
            The list, the best first.
        weight : float
            From 0 to 1: how much goes to what the visitor leans to; the rest to the order given.
        n : int, optional
            How many to give; all without it.
        customer, session, session_id, cart, now, only, exclude, like, shown
            As in `similar`.
        """
        given = items if isinstance(items, list | str | bytes) else list(items)
        n = len(given) if n is None else n
        ask = _ask(n, customer, session, session_id, cart, now, only, exclude, like, shown, 0)
        return self._fitted.rerank(given, weight, ask)

    def categories(
        self,
        n: int = 10,
        *,
        customer: str | int | None = None,
        session: Iterable[str | int] = (),
        session_id: str | int | None = None,
    ) -> list[CategoryAnswer]:
        """Give the categories in the order of a visitor, for a navigation.

        Parameters
        ----------
        n, customer, session, session_id
            As in `similar`.
        """
        found = self._fitted.categories(_ask(n, customer, session, session_id))
        return [CategoryAnswer(*one) for one in found]

    def choose(
        self,
        slot: str,
        contents: Sequence[Mapping[str, Any]] | str,
        *,
        customer: str | int | None = None,
        session: Iterable[str | int] = (),
        session_id: str | int | None = None,
        seed: int = 0,
    ) -> Choice | None:
        """Choose which of some contents a slot of a page shows; None where there are none.

        The one with the greatest worth: priority times the share of the visitor's purchases expected in what
        it is about; of equal ones that of the higher priority, then of the smaller id. The share is that of
        their own purchases and of five in the manner of everybody; items that fewer than ``min_customers``
        bought are not among everybody's. By the rule of exploring chance may choose, in each slot by itself.

        Parameters
        ----------
        slot : str
            What the slot is called.
        contents : list of dict, or str
            Banners, blocks or overlays: ``{"id": "sale", "about": {"tag": "sale"}, "priority": 1.0}``
            each, the items that it is about as rules say it; or JSON text.
        customer, session, session_id, seed
            As in `similar`.
        """
        ask = _ask(0, customer, session, session_id, seed=seed)
        found = self._fitted.choose(slot, json_text("contents", contents, many=True), ask)
        return None if found is None else Choice(**found)


def _sighting(sighting: Any) -> tuple[Any, int | str]:
    if not isinstance(sighting, tuple | list) or len(sighting) != 2:
        raise ParamTypeError(f"shown must hold pairs of an item and a time, got {sighting!r}")
    return sighting[0], instant("shown", sighting[1])


def _ask(
    n: int,
    customer: str | int | None = None,
    session: Iterable[str | int] = (),
    session_id: str | int | None = None,
    cart: Iterable[str | int] = (),
    now: "TimeLike | None" = None,
    only: Iterable[str | int] | None = None,
    exclude: Iterable[str | int] = (),
    like: Mapping[str, Any] | str | None = None,
    shown: Iterable[tuple[str | int, "TimeLike"]] = (),
    seed: int = 0,
) -> dict[str, Any]:
    return {
        "n": n,
        "customer": customer,
        "session": session,
        "session_id": session_id,
        "cart": cart,
        "now": None if now is None else instant("now", now),
        "only": only,
        "exclude": exclude,
        "like": None if like is None else json_text("like", like),
        "shown": [_sighting(sighting) for sighting in shown],
        "seed": seed,
    }
