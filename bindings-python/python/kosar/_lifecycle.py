"""Stages of customers."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._estimator import Estimator, no_target
from kosar._event_log import EventLog, native_events
from kosar._order_log import OrderLog, native_log
from kosar._replenishment import _day
from kosar._table import Table
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


@dataclasses.dataclass(frozen=True)
class LifecycleCustomer:
    """Where a customer stands. Days are those of UTC, given by their midnight.

    Attributes
    ----------
    customer : str or int
        The customer.
    stage : str
        One of `Lifecycle.STAGES`.
    since : datetime or None
        The day on which they entered the stage; for a prospect the first on which they are known,
        None where that has no date.
    next_change : datetime or None
        The day at whose end the stage changes if nothing is bought until then; None for prospects,
        the lost, where nobody ever bought on two days, and where it is later than there are days.
    next_stage : str or None
        The stage that it will be then.
    rhythm_days : float or None
        The median of what is expected of the interval after the last purchase.
    silence_days : int or None
        The days since the last purchase at the end of the day before ``as_of_``.
    purchases : int
        On how many days something was bought.
    """

    customer: Any
    stage: str
    since: dt.datetime | None
    next_change: dt.datetime | None
    next_stage: str | None
    rhythm_days: float | None
    silence_days: int | None
    purchases: int


def _customer(found: Mapping[str, Any]) -> LifecycleCustomer:
    days = {name: None if found[name] is None else _day(found[name]) for name in ("since", "next_change")}
    return LifecycleCustomer(**{**found, **days})


class StageMovements:
    """The numbers of customers by their stages at two dates."""

    def __init__(self, native: _native.StageMovements) -> None:
        self._native = native

    def count(self, before: str | None, after: str | None) -> int:
        """Tell how many went from one stage to another; None for not there yet."""
        return self._native.count(before, after)

    @property
    def total(self) -> int:
        """The number of customers who are there at the later date."""
        return self._native.total

    @property
    def table(self) -> Table:
        """A row for each pair: ``before``, ``after``, ``customers``, ``share``.

        The share is the part of those who were in the stage before, NaN where nobody was. Who was
        not known before comes from ``(not there yet)``.
        """
        return Table(self._native.table())

    def __repr__(self) -> str:
        return f"StageMovements({self.total} customers)"


class Lifecycle(Estimator[_native.Lifecycle]):
    """Customers by the stage of their life with the shop, each by their own rhythm.

    There is no fixed number of days: whoever buys every week is missed after two, whoever buys once
    a year is not. The logarithms of the days between two purchases of a customer are normal around a
    mean of their own, which is drawn towards that of all, the more the less is known (empirical
    Bayes); the silence since the last purchase is held against quantiles of that distribution.

    A purchase is a day (UTC) with an order that counts. A run begins with the first purchase, and
    with each that comes after having been dormant or lost. Within the rhythm, a customer with one
    purchase in the run is ``new`` (first run) or ``won_back`` (a later one), from the second on
    ``active``, from ``loyal_purchases`` on ``loyal``. Beyond it they are ``slipping``, ``dormant``,
    ``lost``. Who is known and has not bought is a ``prospect``. Everyone is in exactly one stage.

    Parameters
    ----------
    as_of : datetime, date, str or numpy.datetime64, optional
        The midnight (UTC) at which stages are taken; the one after the last order without it.
        Orders and events at it or later do not count.
    slipping, dormant, lost : float
        The share of intervals of a customer that are expected to be over when the customer is called
        so: above 0, rising, below 1.
    loyal_purchases : int
        From how many purchases without having gone dormant a customer is loyal, at least 2.

    Attributes
    ----------
    table_ : Table
        All customers, by id: ``customer``, ``stage``, ``since``, ``next_change``, ``next_stage``,
        ``rhythm_days``, ``silence_days``, ``purchases``.
    counts_ : dict
        How many customers are in each stage.
    customers_ : list
        The ids, sorted.
    as_of_ : datetime or None
        The midnight at which stages were taken.
    rhythm_days_ : float or None
        The median days between two purchases of a customer of whom nothing is known. None where
        nobody bought on two days.

    Examples
    --------
    >>> import kosar
    >>> days = {"ann": [1, 8, 15, 22, 29], "bob": [1, 22, 43], "cid": [41]}
    >>> rows = [(who, f"2026-{1 + day // 32:02}-{1 + day % 31:02}") for who in days for day in days[who]]
    >>> log = kosar.OrderLog.from_frame(
    ...     {"who": [row[0] for row in rows], "at": [row[1] for row in rows]}, customer="who", time="at"
    ... )
    >>> model = kosar.Lifecycle().fit(log, prospects=["dan"])
    >>> model.stage("cid"), model.stage("dan")
    ('new', 'prospect')
    >>> model.customer("ann").purchases
    5
    """

    _kind = "lifecycle"

    #: The names of the stages, in the order of results.
    STAGES: tuple[str, ...] = tuple(_native.Lifecycle.stage_names())

    def __init__(
        self,
        as_of: "TimeLike | None" = None,
        slipping: float = 0.8,
        dormant: float = 0.9,
        lost: float = 0.97,
        loyal_purchases: int = 4,
    ) -> None:
        self.as_of = as_of
        self.slipping = slipping
        self.dormant = dormant
        self.lost = lost
        self.loyal_purchases = loyal_purchases

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        as_of = stored["as_of"]
        return {**stored, "as_of": None if as_of is None else from_micros(as_of)}

    def fit(
        self,
        log: OrderLog,
        y: None = None,
        *,
        events: EventLog | None = None,
        prospects: Iterable[str | int] | None = None,
    ) -> Self:
        """Find the stage of each customer of a log.

        Parameters
        ----------
        log : OrderLog
            A log with customers and times.
        events : EventLog, optional
            Who is named in it is known from the day of their first event. Purchases among the
            events do not count as such.
        prospects : iterable of str or int, optional
            Ids that have always been known, such as those of a table of customers.
        """
        no_target("Lifecycle", y)
        as_of = None if self.as_of is None else instant("as_of", self.as_of)
        params = {**self.get_params(), "as_of": as_of}
        self._model = _native.Lifecycle.fit(*_sources(log, events, prospects), params)
        return self

    def update(
        self,
        log: OrderLog,
        *,
        events: EventLog | None = None,
        prospects: Iterable[str | int] | None = None,
    ) -> Self:
        """Take in more orders: the model becomes the one that a fit on all would give, bit for bit.

        Orders and events at ``as_of`` or later do not count, as in a fit. Who is known from an event
        after the last order is kept until an order is later still.

        Parameters
        ----------
        log : OrderLog
            Orders that the model has not seen; `OrderLog.append` reports those that it has. One that
            comes again on the same day changes nothing, on another day it is a purchase more.
        events : EventLog, optional
            Who is named in it is known from the day of their first event.
        prospects : iterable of str or int, optional
            Ids that have always been known.
        """
        self._model = self._fitted.update(*_sources(log, events, prospects))
        return self

    def forget(self, customer: str | int) -> Self:
        """Forget a customer: the model becomes the one that a fit without them would give, bit for bit."""
        self._model = self._fitted.forget(customer)
        return self

    def stage(self, customer: str | int) -> str:
        """Give the stage of a customer."""
        return self._fitted.stage(customer)

    def stages_of(self, customers: Iterable[str | int]) -> list[str]:
        """Give the stages of many customers, in their order."""
        return self._fitted.stages_of(customers)

    def stage_at(self, customer: str | int, time: "TimeLike") -> str | None:
        """Give the stage of a customer at the midnight (UTC) at which the day of an instant begins.

        What they had bought by then counts. None where nobody knew them; after `as_of_` what the
        stage will be if nothing is bought.
        """
        return self._fitted.stage_at(customer, instant("time", time))

    def customer(self, customer: str | int) -> LifecycleCustomer:
        """Give all that is known of a customer."""
        return _customer(self._fitted.customer(customer))

    def customers(self, stage: str) -> list[Any]:
        """Give the customers of a stage, by id."""
        return self._fitted.customers(stage)

    def movements(self, from_: "TimeLike", to: "TimeLike") -> StageMovements:
        """Count who was in which stage at one date and in which at a later one.

        Customers who are not there at ``to`` are left out.

        Examples
        --------
        >>> import kosar
        >>> model = kosar.Lifecycle().fit(kosar.datasets.corner_shop())
        >>> moved = model.movements("2000-01-01", model.as_of_)
        >>> moved.total == len(model.customers_) == sum(moved.table["customers"])
        True
        """
        return StageMovements(self._fitted.movements(instant("from_", from_), instant("to", to)))

    @property
    def table_(self) -> Table:
        """All customers, by id."""
        return Table(self._fitted.table())

    @property
    def counts_(self) -> dict[str, int]:
        """How many customers are in each stage."""
        return dict(self._fitted.counts())

    @property
    def customers_(self) -> list[Any]:
        """The ids of the customers, sorted."""
        return self._fitted.ids()

    @property
    def as_of_(self) -> dt.datetime | None:
        """The midnight at which stages were taken; None without orders."""
        micros = self._fitted.as_of
        return None if micros is None else from_micros(micros)

    @property
    def rhythm_days_(self) -> float | None:
        """The median days between two purchases of a customer of whom nothing is known."""
        return self._fitted.rhythm_days


def _sources(
    log: OrderLog, events: EventLog | None, prospects: Iterable[str | int] | None
) -> tuple[_native.OrderLog, _native.EventLog | None, Iterable[str | int] | None]:
    inside = None if events is None else native_events(events, "Lifecycle.fit")
    return native_log(log, "Lifecycle"), inside, prospects
