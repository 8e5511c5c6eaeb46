"""What sells."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._columns import is_missing, whole
from kosar._errors import ParamTypeError
from kosar._estimator import Estimator
from kosar._event_log import EventLog, native_events
from kosar._order_log import OrderLog, native_log
from kosar._slots import ids_of_slots
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


def _groups(groups: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    if groups is not None and not isinstance(groups, Mapping):
        raise ParamTypeError(f"groups must be a dict of names and groups, got {groups!r}")
    found: list[tuple[str, Any]] = []
    for name, of in (groups or {}).items():
        if not isinstance(name, str):
            raise ParamTypeError(f"the names in groups must be strings, got {name!r}")
        found.append((name, of if isinstance(of, str) else _named(name, of)))
    return found


def _named(name: str, of: Any) -> tuple[list[Any], list[str]]:
    """List customers and the group of each; who has no id is nobody, and a missing group is none."""
    customers: list[Any] = []
    labels: list[str] = []
    try:
        pairs = [(customer, label) for customer, label in (of.items() if hasattr(of, "items") else of)]
    except (TypeError, ValueError):
        expected = "a dict of customers and groups, or the name of a kept column"
        raise ParamTypeError(f"groups[{name!r}] must be {expected}, got {of!r:.100}") from None
    for customer, label in pairs:
        if not isinstance(label, str) and not is_missing(label):
            raise ParamTypeError(f"the group of {customer!r} must be a string, got {label!r:.100}")
        if not is_missing(customer):
            customers.append(whole(customer))
            labels.append(label if isinstance(label, str) else "")
    return customers, labels


def _options(
    exclude: Iterable[str | int],
    only: Iterable[str | int] | None,
    category: str | None,
    group: Mapping[str, str] | None,
    customer: str | int | None,
) -> dict[str, Any]:
    if group is not None and (not isinstance(group, Mapping) or len(group) != 1):
        raise ParamTypeError(f"group must be a dict of one name and its group, got {group!r}")
    pair: list[str] | None = None if group is None else [*next(iter(group.items()))]
    return {"exclude": exclude, "only": only, "category": category, "group": pair, "customer": customer}


class Popularity(Estimator[_native.Popularity]):
    """Items by how many customers bought them: the baseline that every other model must beat.

    Also what rises against its own past, and what is new; for everyone, for a group of customers,
    for a category. An order without a customer counts as one customer.

    Parameters
    ----------
    half_life_days : float, optional
        In how many days a purchase loses half of its weight, by the latest of a customer and item;
        None for no decay.
    as_of : datetime, date or str, optional
        The instant at which age is taken; later purchases do not count. None for the last order.
    trend_days, baseline_days : float
        How many days up to ``as_of`` are the recent ones of a trend, and how many before them they
        are compared with, in windows of ``trend_days``.
    confidence : float
        How sure a rise must be, from 0.5 and below 1: an item that did not rise is taken for a trend
        with a probability of at most ``1 - confidence``. Large assortments need 0.99 or more.
    min_customers : int
        How many distinct recent customers a trend needs.
    new_days : float
        For how many days an item is new.
    group_prior : float
        How many customers everyone's purchases stand for in the list of a group.
    kinds : list of str, optional
        Fitted on an `EventLog`, the kinds of events that count; None for views, clicks, wishes, adds
        to the cart, purchases and clicks in messages.

    Attributes
    ----------
    items_, customers_ : list
        The ids, sorted; items are those of the log, and of the catalogue where there is one.
    counts_ : list of int
        How many customers bought each item, in the order of ``items_``.
    groups_ : dict
        The groups of each way of parting the customers.
    as_of_ : datetime or None
        The instant at which age was taken; None for a log without times.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> kosar.Popularity().fit(log).recommend(n=2)
    [Recommendation('bread', 6.000, 'bought by 6'), Recommendation('coffee', 5.000, 'bought by 5')]
    >>> pairs = {"who": ["ann", "bob", "cid", "eva"], "what": ["tea", "tea", "mate", "mate"]}
    >>> log = kosar.OrderLog.from_frame(pairs, customer="who", item="what")
    >>> popular = kosar.Popularity(group_prior=1).fit(log, groups={"country": {"cid": "AR", "eva": "AR"}})
    >>> popular.recommend(n=2, group={"country": "AR"})
    [Recommendation('mate', 0.833, 'bought by 2 of 2 in AR'), Recommendation('tea', 0.167, 'bought by 2')]
    """

    _kind = "popularity"

    def __init__(
        self,
        half_life_days: float | None = None,
        as_of: "TimeLike | None" = None,
        trend_days: float = 7.0,
        baseline_days: float = 28.0,
        confidence: float = 0.95,
        min_customers: int = 5,
        new_days: float = 30.0,
        group_prior: float = 20.0,
        kinds: Iterable[str] | None = None,
    ) -> None:
        self.half_life_days = half_life_days
        self.as_of = as_of
        self.trend_days = trend_days
        self.baseline_days = baseline_days
        self.confidence = confidence
        self.min_customers = min_customers
        self.new_days = new_days
        self.group_prior = group_prior
        self.kinds = kinds

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        micros = stored["as_of"]
        return {**stored, "as_of": None if micros is None else from_micros(micros)}

    def fit(
        self,
        log: OrderLog | EventLog,
        y: None = None,
        *,
        catalog: Catalog | None = None,
        groups: Mapping[str, Any] | None = None,
    ) -> Self:
        """Count the customers of each item in a log.

        Parameters
        ----------
        log : OrderLog or EventLog
            What was bought; or what was viewed and put into the cart, where a session without a
            customer counts as one. A model of events forgets, and is not updated.
        y : None
            Nothing; it is there for scikit-learn.
        catalog : Catalog, optional
            Gives the categories, and the days on which items were launched.
        groups : dict, optional
            Ways of parting the customers by name, such as ``{"country": {"ann": "AT"}}``: a dict
            (or series, or pairs) of customers, each once, and their groups, or the name of a column
            that the log has kept, whose most frequent word beside a customer is their group. A
            missing group is none; a missing customer is nobody.
        """
        as_of = None if self.as_of is None else instant("as_of", self.as_of)
        params = {**self.get_params(), "as_of": as_of}
        facts = native_catalog(catalog, "Popularity.fit")
        if isinstance(log, EventLog):
            events = native_events(log, "Popularity")
            self._model = _native.Popularity.fit_events(events, params, facts, _groups(groups))
        else:
            self._model = _native.Popularity.fit(
                native_log(log, "Popularity"), params, facts, _groups(groups)
            )
        return self

    def update(self, log: OrderLog) -> Self:
        """Take in new orders: the model becomes the one that a fit on both logs would give, bit for bit.

        Catalogue and groups stay.

        Parameters
        ----------
        log : OrderLog
            Orders that the model has not seen; `OrderLog.append` reports those that it has.
        """
        self._model = self._fitted.update(native_log(log, "Popularity"))
        return self

    def forget(self, customer: str | int) -> Self:
        """Forget a customer: the model becomes the one that a fit without them would give, bit for bit."""
        self._model = self._fitted.forget(customer)
        return self

    def recommend(
        self,
        n: int = 10,
        *,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
        category: str | None = None,
        group: Mapping[str, str] | None = None,
        customer: str | int | None = None,
    ) -> list[_native.Recommendation]:
        """Give the ``n`` items that most customers bought, best first.

        In a group the score is the share of its customers who buy an item, shrunk towards that of
        all by ``group_prior``; what nobody of the group bought comes as it is liked by all, so that
        ``n`` items come wherever ``n`` remain. The reason tells which: ``popular_in`` or
        ``popular``.

        Parameters
        ----------
        n : int
            How many; fewer only where fewer remain.
        exclude : iterable of str or int
            Items never to be answered; others take their places.
        only : iterable of str or int, optional
            Only these items, such as those in stock. Both lists may name items that nobody bought.
        category : str, optional
            Only items in or below a category of the catalogue, by its path.
        group : dict, optional
            For the customers of a group: one name and its group, such as ``{"country": "AT"}``.
        customer : str or int, optional
            Without what this customer has.

        Raises
        ------
        UnknownIdError
            For a group, category or customer that is not there.
        ParamError
            For a category without a catalogue.
        """
        return self._fitted.recommend(n, _options(exclude, only, category, group, customer))

    def trending(
        self,
        n: int = 10,
        *,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
        category: str | None = None,
        group: Mapping[str, str] | None = None,
        customer: str | int | None = None,
    ) -> list[_native.Recommendation]:
        """Give at most ``n`` items that rise, the surest rise first.

        A customer counts once in the last ``trend_days``, and once in each window of as many days
        in the ``baseline_days`` before. What is compared is the item's share of all sales then and
        now, so that a season makes nothing a trend; the score is the rise that is exceeded at
        ``confidence``, the exact lower bound of Clopper and Pearson. Items below 1, or with fewer
        than ``min_customers`` recent customers, are no trends; nor are those first sold so lately
        that no whole window before the recent one remains (see `new_arrivals`).

        Parameters
        ----------
        n, exclude, only, category, group, customer
            As in `recommend`. Of a group its customers alone are counted.

        Raises
        ------
        MissingColumnError
            In a model of a log without times.
        """
        return self._fitted.trending(n, _options(exclude, only, category, group, customer))

    def new_arrivals(
        self,
        n: int = 10,
        *,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
        category: str | None = None,
        group: Mapping[str, str] | None = None,
        customer: str | int | None = None,
    ) -> list[_native.Recommendation]:
        """Give at most ``n`` items that came within ``new_days``, those that sell fastest first.

        The score is the number of customers for each day since (a part of the first day counts as
        one); equal ones come newest first. An item comes on the day of its launch that the
        catalogue tells, or with its first sale where that is earlier or no launch is told.

        Parameters
        ----------
        n, exclude, only, category, group, customer
            As in `recommend`. Of a group its customers alone are counted.

        Raises
        ------
        MissingColumnError
            In a model of a log without times.
        """
        return self._fitted.new_arrivals(n, _options(exclude, only, category, group, customer))

    def recommend_for_customer(self, customer: str | int, n: int = 10) -> list[_native.Recommendation]:
        """Give the ``n`` items that most customers bought and this one does not have.

        Raises
        ------
        UnknownIdError
            For an unknown customer.
        NoHistoriesError
            In a model that knows no customers.
        """
        return self._fitted.recommend_for_customer(customer, n)

    def recommend_all(self, n: int = 10) -> tuple[Any, Any]:
        """Recommend to every customer at once.

        Parameters
        ----------
        n : int
            How many to each.

        Returns
        -------
        items : numpy.ndarray, shape (n_customers, n)
            Rows in the order of ``customers_``, best first. An empty slot is -1, or None where ids
            are strings.
        scores : numpy.ndarray, shape (n_customers, n)
            An empty slot is NaN.
        """
        positions, scores = self._fitted.recommend_all(n)
        return ids_of_slots(self._fitted, "Popularity.recommend_all")[positions], scores

    @property
    def items_(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._fitted.items()

    @property
    def customers_(self) -> list[Any]:
        """The ids of the customers, sorted; empty where the model knows none."""
        return self._fitted.customers()

    @property
    def counts_(self) -> list[int]:
        """How many customers bought each item, in the order of ``items_``."""
        return self._fitted.counts()

    @property
    def groups_(self) -> dict[str, list[str]]:
        """The groups of each way of parting the customers, by name."""
        return dict(self._fitted.groups())

    @property
    def as_of_(self) -> dt.datetime | None:
        """The instant at which age was taken; None for a log without times."""
        micros = self._fitted.as_of
        return None if micros is None else from_micros(micros)
