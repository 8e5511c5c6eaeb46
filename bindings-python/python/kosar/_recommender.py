"""The shop's recommender: every placement, live."""

import datetime as dt
import json
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._customers import Customers, native_customers
from kosar._errors import ParamTypeError, ParamWarning
from kosar._estimator import no_target
from kosar._event_log import EventLog, native_events
from kosar._json import json_text
from kosar._order_log import OrderLog, native_log
from kosar._placements import Placements
from kosar._time import instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


class Recommender(Placements):
    """The shop's recommender: one object that answers every placement of a shop, and learns while it answers.

    A list has as many items as were asked for wherever so many may be shown: behind what a placement
    has to say come, in this order, the customer's segment, the categories at hand, what rises, what
    many bought, what is new, and the rest of the catalogue. Each `Answer` says which step gave it, and
    why, in numbers that can be reckoned again. Unknown customers, sessions and items are no errors.

    Its state are the histories: an `update` or a `forget` makes a new version at once, and afterwards
    every answer is that of a recommender fitted anew, bit for bit; requests of other threads go on
    meanwhile. Only what `profile` is measured by is computed when `refresh` is called.

    Parameters
    ----------
    params : dict or str, optional
        What is looked at, and how it is weighed: a dict, or JSON text. What is not named has its
        default; `params_schema` tells all names. Numbers that fewer than ``min_customers`` (5 by
        default) customers stand behind are never shown.
    rules : dict or str, optional
        The rules of the shop: filters, blocked items, boosts, pins, caps, diversity and so on;
        `rules_schema` tells all.
    segment_by : str, optional
        The attribute of the customers whose words are their segments, such as the country.
    level_by : str, optional
        The attribute of the customers that says how far answers may follow them: ``"none"``,
        ``"session"`` or ``"full"``; missing is full.
    consent : pair of str, optional
        The channel and the purpose of the consent to profiling: whoever withdrew it gets the answers
        that anybody gets.

    Attributes
    ----------
    rules_ : dict
        The rules that hold.
    notes_ : list of str
        What of the rules hardly was meant: items that are neither sold nor in the catalogue.
    version : int
        Counts the changes.
    has_histories : bool
        Whether it can learn and forget: not where it was saved without histories.

    Examples
    --------
    >>> import kosar
    >>> shop = kosar.datasets.shop_data(lines=5_000, clicks=5_000, seed=3)
    >>> recommender = kosar.Recommender(rules={"caps": [{"by": {"category": 1}, "max": 3}]})
    >>> recommender = recommender.fit(shop.log, events=shop.events, catalog=shop.catalog)
    >>> answers = recommender.for_customer("C00003", n=5)
    >>> len(answers), answers[0].step
    (5, 'customer')
    >>> print(answers[0].reason)
    bought by 12 customers like this one
    >>> recommender.forget("C00003")["found"]
    True
    >>> len(recommender.for_customer("C00003", n=5))
    5
    """

    _kind = "recommender"

    def __init__(
        self,
        *,
        params: Mapping[str, Any] | str | None = None,
        rules: Mapping[str, Any] | str | None = None,
        segment_by: str | None = None,
        level_by: str | None = None,
        consent: tuple[str, str] | None = None,
    ) -> None:
        self.params = params
        self.rules = rules
        self.segment_by = segment_by
        self.level_by = level_by
        self.consent = consent

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {"params": _changed(stored["params"], _native.Recommender.defaults())}

    @classmethod
    def _of(cls, stored: Mapping[str, Any], model: _native.Recommender) -> Self:
        loaded = super()._of(stored, model)
        loaded.rules = _changed(model.rules(), _native.Recommender.default_rules())
        return loaded

    def fit(
        self,
        log: OrderLog,
        y: None = None,
        *,
        events: EventLog | None = None,
        catalog: Catalog | None = None,
        customers: Customers | None = None,
    ) -> Self:
        """Build from what the shop has: all but the orders may be missing.

        Parameters
        ----------
        log : OrderLog
            A log with items and times.
        events : EventLog, optional
            Clicks, for sessions and for what was viewed.
        catalog : Catalog, optional
            For rules, categories, content, and items that nobody bought yet.
        customers : Customers, optional
            For segments, levels and consent.

        Raises
        ------
        ParamError
            With the path of what is wrong in ``params`` or ``rules``, or of what the catalogue does not
            have; for attributes and consents that the customers do not have.
        MissingColumnError
            For a log without items or times.
        IdTypeError
            For ids of one role of two types.

        Warns
        -----
        ParamWarning
            For rules that name items which are neither sold nor in the catalogue.
        """
        no_target("Recommender", y, catalog=True)
        self._model = _native.Recommender.fit(*self._sources("fit", log, events, catalog, customers))
        self._warn()
        return self

    def _warn(self) -> None:
        for note in self.notes_:
            warnings.warn(note, ParamWarning, stacklevel=3)

    def _sources(
        self,
        call: str,
        log: OrderLog,
        events: EventLog | None,
        catalog: Catalog | None,
        customers: Customers | None,
    ) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Give what the compiled part is built from."""
        given = {
            **self.get_params(),
            "params": None if self.params is None else json_text("params", self.params),
            "rules": None if self.rules is None else json_text("rules", self.rules),
        }
        name = f"Recommender.{call}"
        return (
            native_log(log, "Recommender", call),
            None if events is None else native_events(events, name),
            native_catalog(catalog, name),
            None if customers is None else native_customers(customers, name),
            given,
        )

    def tune(
        self,
        log: OrderLog,
        cut: "TimeLike",
        *,
        events: EventLog | None = None,
        catalog: Catalog | None = None,
        customers: Customers | None = None,
        n: int = 10,
        max_customers: int = 20_000,
        seed: int = 0,
    ) -> dict[str, Any]:
        """Choose the weights of the blend by what was bought after an instant, and set ``params`` to them.

        Level by level, one weight after the other, each is the one of a grid with the greatest recall; of
        equal ones the one before. The rules hold, so what they never show, such as what is owned already,
        is not found either. The parameters take effect at the next `fit`.

        Weights are as good as the span that they were chosen on: report what they bring on a later one,
        which ``log.before`` leaves out here. It takes a fit, and some hundred requests for each customer.

        Parameters
        ----------
        log : OrderLog
            A log with customers, items and times.
        cut : date, datetime or str
            Orders before it are learnt, what is bought from it on is to be found.
        events : EventLog, optional
            Clicks; those before the cut are learnt.
        catalog : Catalog, optional
            As in `fit`.
        customers : Customers, optional
            As in `fit`.
        n : int
            The length of a list, at least 1.
        max_customers : int
            How many customers are asked for at most, drawn by the seed; at least 1.
        seed : int
            What the draw goes by.

        Returns
        -------
        A dict of ``params``, which are the estimator's from now on, and ``levels``: by level (``"new"``,
        ``"regular"``, ``"loyal"``; those with customers only) how many ``customers`` were asked for, and
        ``recall_before`` and ``recall_after``, the mean share of what they bought that the list had, of at
        most as many as it is long.

        Raises
        ------
        ParamError
            Where no customer bought on both sides of the cut; otherwise as in `fit`.

        Examples
        --------
        >>> import kosar
        >>> shop = kosar.datasets.shop_data(lines=5_000, clicks=5_000, seed=3)
        >>> recommender = kosar.Recommender()
        >>> tuned = recommender.tune(shop.log, "2025-12-01", catalog=shop.catalog, max_customers=100)
        >>> all(level["recall_after"] >= level["recall_before"] for level in tuned["levels"])
        True
        >>> recommender.params["blend"] == tuned["params"]["blend"]
        True
        >>> recommender = recommender.fit(shop.log, events=shop.events, catalog=shop.catalog)
        """
        options = {"cut": instant("cut", cut), "n": n, "max_customers": max_customers, "seed": seed}
        sources = self._sources("tune", log, events, catalog, customers)
        params, levels = _native.Recommender.tune(*sources, options)
        self.set_params(params=params)
        return {"params": params, "levels": levels}

    @staticmethod
    def params_schema() -> dict[str, Any]:
        """Tell what ``params`` may be, as a JSON Schema (draft 2020-12)."""
        schema: dict[str, Any] = json.loads(_native.recommender_schema())
        return schema

    @staticmethod
    def rules_schema() -> dict[str, Any]:
        """Tell what ``rules`` may be, as a JSON Schema (draft 2020-12)."""
        schema: dict[str, Any] = json.loads(_native.rules_schema())
        return schema

    def profile(self, customer: str | int) -> dict[str, Any]:
        """Tell who a customer is: orders, RFM scores and segment, stage, leanings, what they own.

        What is measured against all customers goes by the last `refresh`.

        Raises
        ------
        UnknownIdError
            For a customer who is not known.
        """
        profile: dict[str, Any] = json.loads(self._fitted.profile(customer))
        for name in ("first_order", "last_order", "stage_since", "next_change"):
            profile[name] = _day(profile[name])
        return profile

    def export(self, customer: str | int) -> dict[str, Any]:
        """Give everything that is held about a customer, to be handed over to them, as JSON has it.

        Instants are text such as ``2011-12-09T12:50:00Z``.

        Raises
        ------
        UnknownIdError
            For a customer who is not known.
        """
        export: dict[str, Any] = json.loads(self.export_json(customer))
        return export

    def export_json(self, customer: str | int) -> str:
        """Give what `export` gives as JSON text."""
        return self._fitted.export(customer)

    def readiness(self) -> dict[str, Any]:
        """Tell what is known, and for how many items or customers each placement has answers of its own.

        Returns
        -------
        A dict of counts, and ``placements``, a list of dicts: of ``total`` items or customers (``of`` says
        which) so many are ``ready``, as they have the ``needs`` (``unit`` says of what) of an answer of the
        ``placement``'s own. A customer is ready for ``for_customer`` with an item that ``min_customers``
        others bought. ``is_possible`` is False where no such answer can be, however much is sold: for
        customers and sessions in a file without histories.
        """
        return self._fitted.readiness()

    def diff(
        self,
        old: "Recommender",
        *,
        n: int = 10,
        items: Iterable[str | int] | None = None,
        top: int = 100,
        customers: Iterable[str | int] = (),
        latest_purchases: int = 10_000,
    ) -> list[dict[str, Any]]:
        """Tell which answers are others than those of an older recommender, and which orders did it.

        A change without such orders comes from the sales of all, such as a trend that falls behind; or from
        rules, parameters or the catalogue.

        Parameters
        ----------
        old : Recommender
            The older one, such as it was loaded from last week's file.
        n : int
            The length of the lists compared.
        items : iterable of str or int, optional
            The items whose `similar` and `bought_together` are compared; without, those that most customers
            bought.
        top : int
            How many these are.
        customers : iterable of str or int
            The customers whose `for_customer` is compared.
        latest_purchases : int
            How many of the latest purchases of an item are looked at for the orders behind a change, at
            least 1. Orders from before these are not counted.

        Notes
        -----
        It takes four requests for each item and two for each customer and, once for each item in the
        lists that changed, a look at as many buyers as ``latest_purchases`` says. By default these are
        seconds in a shop of twenty million lines; for all items of such a shop, minutes.

        Returns
        -------
        A list of dicts, none for an answer that is the same: the ``placement``, the item or customer that it
        is ``of`` (None for `trending`), the items that ``entered`` and that ``left``, whether the others are
        ``reordered``; of the item or customer, and of what entered or left, how many orders only the new one
        has (``orders_added``) or only the old one (``orders_removed``), and the ids of at most ten of these
        in ``orders``, where orders have ids.

        Raises
        ------
        NoHistoriesError
            Where one of both was saved without histories.
        IdTypeError
            For ids of another type.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.datasets.shop(lines=5_000, seed=3)
        >>> old = kosar.Recommender().fit(log.before("2025-12-01"))
        >>> new = kosar.Recommender.from_bytes(old.to_bytes())
        >>> new.diff(old)
        []
        >>> report = new.update(log.after("2025-12-01"))
        >>> {change["placement"] for change in new.diff(old)} >= {"similar", "trending"}
        True
        """
        if not isinstance(old, Recommender):
            raise ParamTypeError(f"Recommender.diff needs a Recommender, got {type(old).__name__}")
        options = {
            "n": n,
            "items": items,
            "top": top,
            "customers": customers,
            "latest_purchases": latest_purchases,
        }
        return self._fitted.diff(old._fitted, options)

    @property
    def rules_(self) -> dict[str, Any]:
        """The rules that hold."""
        return self._fitted.rules()

    @property
    def notes_(self) -> list[str]:
        """What of the rules hardly was meant: items that are neither sold nor in the catalogue.

        They are not refused, since an item may be blocked before it comes, or after it went.
        """
        return self._fitted.notes()

    def set_rules(self, rules: Mapping[str, Any] | str | None) -> None:
        """Change the rules; requests that begin afterwards follow them.

        Raises
        ------
        ParamError
            With the path of what is wrong; the old rules hold on.

        Warns
        -----
        ParamWarning
            For items that are neither sold nor in the catalogue; see ``notes_``.
        """
        self._fitted.set_rules(json_text("rules", {} if rules is None else rules))
        self.rules = rules
        self._warn()

    def set_level(self, customer: str | int, level: str) -> None:
        """Set how far answers may follow a customer: ``"none"``, ``"session"`` or ``"full"``.

        A customer who is not known is no error: whoever objects before their first order is heard from it on.
        """
        self._fitted.set_level(customer, level)

    def set_stock(self, stock: Mapping[Any, float]) -> None:
        """Change what is in stock of some items of the catalogue.

        Raises
        ------
        UnknownIdError
            For an item that is not in the catalogue: nothing is changed then.
        """
        self._fitted.set_stock(list(stock.items()))

    def set_catalog(self, catalog: Catalog) -> None:
        """Change the catalogue; items that it has and nobody bought may be answered from now on."""
        inside = native_catalog(catalog, "Recommender.set_catalog")
        if inside is None:
            raise ParamTypeError("Recommender.set_catalog needs a Catalog, got None")
        self._fitted.set_catalog(inside)

    def update(self, log: OrderLog) -> dict[str, Any]:
        """Take orders in while requests run: afterwards everything is as if it had been fitted with them.

        An order of a customer that is there already is told of, not added twice.

        Returns
        -------
        A dict of what was taken in: ``orders``, ``lines``, ``new_customers``, ``new_items``, and
        ``repeated_orders`` with ten of their ids in ``repeated``.
        """
        return self._fitted.update(native_log(log, "Recommender", "update"))

    def update_events(self, log: EventLog) -> dict[str, Any]:
        """Take events in while requests run; those that are there already are passed over.

        Returns
        -------
        A dict of what was taken in, as `update` gives it: ``events`` and ``repeated_events``.
        """
        return self._fitted.update_events(native_events(log, "Recommender.update_events"))

    def forget(self, customer: str | int) -> dict[str, Any]:
        """Remove a customer from everything: afterwards it is as if they had never been there.

        Returns
        -------
        A receipt: whether they were ``found``, what was removed (``orders``, ``lines``, ``items``,
        ``sessions``, ``events``), the ``version`` from which on no answer rests on them, and in
        ``to_refresh`` what `refresh` has to compute again to be without them.
        """
        return self._fitted.forget(customer)

    def refresh(self) -> None:
        """Compute anew what profiles are measured by: cut points and rhythms of all customers."""
        self._fitted.refresh()

    def sweep(self) -> int:
        """Let go of versions that nobody reads any more; give the number of those still read."""
        return self._fitted.sweep()

    def replace(self, other: "Recommender") -> None:
        """Put everything of another recommender, built or loaded elsewhere, in the place of this one's.

        Requests that began before end with the old one.
        """
        if not isinstance(other, Recommender):
            raise ParamTypeError(f"Recommender.replace needs a Recommender, got {type(other).__name__}")
        self._fitted.replace(other._fitted)
        self.set_params(**other.get_params())

    @property
    def version(self) -> int:
        """The number of the version that answers now; it rises with every change."""
        return self._fitted.version

    @property
    def has_histories(self) -> bool:
        """Whether it can learn and forget: not where it was saved without histories."""
        return self._fitted.has_histories


def _changed(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give what is not at its default; None where nothing is."""
    return {name: value for name, value in values.items() if defaults.get(name) != value} or None


def _day(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    time = dt.datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
