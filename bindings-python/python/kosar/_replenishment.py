"""When customers buy again."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._errors import IntakeError
from kosar._estimator import Estimator, no_target
from kosar._order_log import OrderLog, native_log
from kosar._table import Table
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


@dataclasses.dataclass(frozen=True)
class Due:
    """When a customer will buy an item again. Days are those of UTC, given by their midnight.

    Attributes
    ----------
    item : str or int
        The item.
    due : datetime
        The day of the median interval after the last purchase; it may be past.
    earliest, latest : datetime
        The interval that holds the share ``coverage`` of next purchases, of those that come at all.
    probability : float
        The chance of a purchase within the horizon, given that there was none since the last one.
    repurchase : float
        The chance that it is bought again at all, given the same.
    interval_days : float
        The median interval after the last purchase.
    last_bought : datetime
        The day of the last purchase.
    purchases : int
        On how many days it was bought.
    basis : {"customer", "item", "category", "all"}
        Whose intervals weigh most.
    """

    item: Any
    due: dt.datetime
    earliest: dt.datetime
    latest: dt.datetime
    probability: float
    repurchase: float
    interval_days: float
    last_bought: dt.datetime
    purchases: int
    basis: str


def _day(micros: int) -> dt.datetime:
    """Give the day, or where it lies beyond the calendar the first or the last one."""
    try:
        return from_micros(micros)
    except IntakeError:
        end = dt.date.min if micros < 0 else dt.date.max
        return dt.datetime(end.year, end.month, end.day, tzinfo=dt.UTC)


def _due(found: Mapping[str, Any]) -> Due:
    days = {name: _day(found[name]) for name in ("due", "earliest", "latest", "last_bought")}
    return Due(**{**found, **days})


def _options(
    exclude: Iterable[str | int],
    only: Iterable[str | int] | None,
    min_probability: float,
    horizon_days: float | None,
) -> dict[str, Any]:
    return {
        "exclude": exclude,
        "only": only,
        "min_probability": min_probability,
        "horizon_days": horizon_days,
    }


class Replenishment(Estimator[_native.Replenishment]):
    """When each customer will buy again what they bought before.

    The logarithm of the days between two purchases is normal around a mean of the customer and the
    item, which is drawn towards that of the item, its category and all, the more the less is known
    (empirical Bayes, in closed form); a larger pack lasts longer by a power of the quantity. Whether
    there is another purchase at all is a chance of the item's own, which rises with each purchase
    and falls with the days without one, so that what is bought once does not come due.

    Parameters
    ----------
    horizon_days : float
        Within how many days from the day asked about, that day included, a purchase counts for the
        probability.
    coverage : float
        The share of next purchases between ``earliest`` and ``latest``, of those that come at all.
    min_purchases : int
        On how many days at least a customer bought an item that is in a list.
    use_quantities : bool
        Whether a larger quantity may last longer.

    Attributes
    ----------
    items_, customers_ : list
        The ids, sorted.
    end_ : datetime
        The day after the last purchase of all.
    quantity_exponent_ : float or None
        By how much a larger quantity lasts longer, from 0 to 1: an interval grows with this power of
        it. None where nobody bought anything twice.

    Examples
    --------
    >>> import kosar
    >>> rows = {
    ...     "who": ["ann"] * 5 + ["bob"] * 2 + ["cid"],
    ...     "what": ["coffee"] * 4 + ["pot"] + ["coffee"] * 3,
    ...     "at": ["2026-01-01", "2026-01-11", "2026-01-21", "2026-01-31", "2026-01-04",
    ...            "2026-01-06", "2026-01-18", "2026-01-27"],
    ... }
    >>> log = kosar.OrderLog.from_frame(rows, customer="who", item="what", time="at")
    >>> model = kosar.Replenishment().fit(log)
    >>> due = model.buy_again("ann", now="2026-02-08")[0]
    >>> due.item, due.due.date().isoformat(), due.purchases
    ('coffee', '2026-02-10', 4)
    >>> due.probability > 0.5
    True
    """

    _kind = "replenishment"

    def __init__(
        self,
        horizon_days: float = 7.0,
        coverage: float = 0.8,
        min_purchases: int = 1,
        use_quantities: bool = True,
    ) -> None:
        self.horizon_days = horizon_days
        self.coverage = coverage
        self.min_purchases = min_purchases
        self.use_quantities = use_quantities

    def fit(self, log: OrderLog, y: None = None, *, catalog: Catalog | None = None) -> Self:
        """Estimate the intervals of a log; with a catalogue items are drawn towards their category."""
        no_target("Replenishment", y, catalog=True)
        inside = native_catalog(catalog, "Replenishment.fit")
        self._model = _native.Replenishment.fit(native_log(log, "Replenishment"), inside, self.get_params())
        return self

    def update(self, log: OrderLog) -> Self:
        """Take in new orders: the model becomes the one that a fit on both logs would give, bit for bit.

        The catalogue stays.

        Parameters
        ----------
        log : OrderLog
            Orders that the model has not seen; `OrderLog.append` reports those that it has.
        """
        self._model = self._fitted.update(native_log(log, "Replenishment"))
        return self

    def forget(self, customer: str | int) -> Self:
        """Forget a customer: the model becomes the one that a fit without them would give, bit for bit."""
        self._model = self._fitted.forget(customer)
        return self

    def buy_again(
        self,
        customer: str | int,
        now: "TimeLike",
        n: int = 10,
        *,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
        min_probability: float = 0.0,
        horizon_days: float | None = None,
    ) -> list[Due]:
        """Give what a customer bought before and will most likely buy from ``now`` on.

        Parameters
        ----------
        customer : str or int
            A customer of the log.
        now : datetime, date, str or numpy.datetime64
            The day asked about (UTC).
        n : int
            How many at most; the likeliest first, of equal ones those bought more often.
        exclude : iterable of str or int
            Items never to be answered; others take their places.
        only : iterable of str or int, optional
            Only these items, such as those in stock. Both lists may name items that nobody bought.
        min_probability : float
            The least probability that is answered; what has none at all never is.
        horizon_days : float, optional
            Another horizon than the model's.

        Raises
        ------
        UnknownIdError
            For an unknown customer.
        """
        options = _options(exclude, only, min_probability, horizon_days)
        return [_due(one) for one in self._fitted.buy_again(customer, instant("now", now), n, options)]

    def due(self, customer: str | int, item: str | int, now: "TimeLike") -> Due | None:
        """Tell when a customer will buy an item again, seen from ``now``.

        None where they never bought it, or nobody ever bought an item twice.

        Raises
        ------
        UnknownIdError
            For an unknown customer, or an item that nobody bought.
        """
        found = self._fitted.due(customer, item, instant("now", now))
        return None if found is None else _due(found)

    def due_all(
        self,
        now: "TimeLike",
        n: int = 10,
        *,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
        min_probability: float = 0.0,
        horizon_days: float | None = None,
    ) -> Table:
        """Give what `buy_again` gives for every customer, one list below the other.

        Returns
        -------
        Table
            Columns ``customer`` and those of `Due`; customers by id, those without an answer left
            out.
        """
        options = _options(exclude, only, min_probability, horizon_days)
        return Table(self._fitted.due_all(instant("now", now), n, options))

    def interval(self, item: str | int) -> tuple[float, float] | None:
        """Give the usual interval of an item, and how likely it is bought again.

        Returns
        -------
        tuple of float or None
            The median days until the next purchase after one of quantity 1 by a customer of whom
            nothing else is known, and the chance that there is one after the first purchase. None
            where nobody bought anything twice.
        """
        return self._fitted.interval(item)

    @property
    def items_(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._fitted.items()

    @property
    def customers_(self) -> list[Any]:
        """The ids of the customers, sorted."""
        return self._fitted.customers()

    @property
    def end_(self) -> dt.datetime:
        """The day after the last purchase of all."""
        return _day(self._fitted.end)

    @property
    def quantity_exponent_(self) -> float | None:
        """The power of the quantity that an interval grows with."""
        return self._fitted.quantity_exponent
