"""What customers lean to."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._customers import Customers, native_customers
from kosar._errors import ParamTypeError
from kosar._estimator import Estimator, repeatable
from kosar._event_log import EventLog, native_events
from kosar._order_log import OrderLog, native_log
from kosar._table import Table
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike

_MILLION = 1_000_000


class Leaning(NamedTuple):
    """How a customer stands to one value of a facet, and what that rests on; ``str`` says it."""

    value: str
    """The value, such as a brand."""
    lift: float
    """The customer's share over the population's; 1 where nothing is known."""
    share: float
    """The customer's share, shrunk towards the population's."""
    population_share: float
    """The population's share; 0 for a value that nobody turned to, or fewer than ``min_customers``."""
    purchases: int
    """The number of items of the customer's orders with it; of occasions, the number of orders."""
    events: int
    """The number of the customer's events with it; of occasions, the number of sessions."""
    last: dt.datetime | None
    """The midnight, UTC, of the last day; None where there is nothing, or no times."""
    sentence: str
    """All of it in a sentence."""

    def __str__(self) -> str:
        return self.sentence


class PopulationValue(NamedTuple):
    """One value of a facet, over all customers."""

    value: str
    """The value."""
    share: float
    """Its share of the weight of all customers in the facet."""
    customers: int
    """The number of customers who have it."""


class Reranked(NamedTuple):
    """An item of a search result in its new place."""

    item: Any
    """The item, as it was given."""
    score: float
    """What it is ordered by."""
    before: int
    """Its place in the search result, from 0."""
    lift: float
    """How much more the customer turns to such items than others do; 1 where nothing is known."""
    reasons: list[tuple[str, Leaning]]
    """The facets and values that say most, the strongest first."""


class TimeShare(NamedTuple):
    """How probable it is that a customer turns to the shop at an hour, or on a day of the week."""

    at: int
    """The hour, 0 to 23, or the day, 0 for Monday to 6."""
    share: float
    """The customer's share, shrunk towards the population's."""
    lift: float
    """The share over the population's."""


class SendTime(NamedTuple):
    """The hours and days at which a customer turns to the shop, where they are, the best first."""

    hours: list[TimeShare]
    """The 24 hours."""
    weekdays: list[TimeShare]
    """The seven days."""
    purchases: int
    """The number of orders behind it."""
    events: int
    """The number of sessions behind it."""

    @property
    def hour(self) -> int:
        """The best hour, 0 to 23."""
        return self.hours[0].at

    @property
    def weekday(self) -> int:
        """The best day, 0 for Monday to 6, as `datetime.date.weekday` counts."""
        return self.weekdays[0].at


def _leaning(found: tuple[str, float, float, float, int, int, int | None, str]) -> Leaning:
    value, lift, share, population_share, purchases, events, micros, sentence = found
    last = None if micros is None else from_micros(micros)
    return Leaning(value, lift, share, population_share, purchases, events, last, sentence)


class Affinity(Estimator[_native.Affinity]):
    """What each customer leans to beside everybody: categories, brands, price bands, days, hours.

    The affinity of a customer to a value of a facet is the share of their weight that it has,
    shrunk towards the population's: ``(w + k p) / (W + k)`` with ``w`` the weight of what they
    bought and did with the value, ``W`` that of all they did in the facet, ``p`` the population's
    share and ``k`` the ``prior``. The lift is this over ``p``.

    Each item of an order weighs as much as a purchase, however many of it were bought; each event
    weighs by its kind. For weekday, hour and kept columns each order and each session counts once.
    An item in a category counts for every category above it.

    Parameters
    ----------
    facets : list of str, optional
        ``"category"``, ``"brand"``, ``"price_band"``, ``"tag"``, ``"attribute:NAME"``, ``"weekday"``,
        ``"hour"``, ``"column:NAME"`` of a kept column; None for category, brand, price band, weekday
        and hour, as far as the data tells them.
    weights : dict, optional
        The weight of each kind of event; kinds that are not named count nothing. None for 1 a view
        or click, 2 a wish, 3 an add to the cart and -3 its removal, 5 a purchase, 1 the click in a
        message.
    purchase_events : bool, optional
        Whether events of the kind purchase count; None: where there are no orders.
    half_life_days : float, optional
        In how many days what was done loses half of its weight; None for no decay.
    as_of : datetime, date or str, optional
        The instant at which something done weighs in full; None for the midnight after the last
        order or event of the fit. What comes later weighs more in the same measure.
    prior : float
        How much weight the population's shares stand for beside a customer's own.
    price_bands : int
        How many bands prices are dealt into, by quantiles of what was paid for one, over the items of
        all orders of known customers.
    price_cut_points : list of float, optional
        Cut points of the bands, in place of quantiles.
    time_zone : str, optional
        The IANA time zone of customers whose own is not known; None for UTC.
    min_customers : int
        How many customers must have a value before anything is told of it.
    order : {"share", "lift"}
        What values are ordered by: what a customer will most probably turn to, or what sets them
        apart.

    Attributes
    ----------
    facets_ : list of str
        The facets.
    customers_ : list
        The ids, sorted.
    price_cut_points_ : list of float
        Where price bands end: band 1 is up to the first, the last above the last.
    as_of_ : datetime or None
        The instant at which weights are whole; None without a half-life.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_frame(
    ...     {"who": ["ann", "ann", "bob", "bob"], "what": ["rye", "bun", "tea", "rye"]},
    ...     customer="who", item="what",
    ... )
    >>> catalog = kosar.Catalog.from_frame(
    ...     {"sku": ["rye", "bun", "tea"], "path": ["Food/Bread", "Food/Bread", "Drinks"]},
    ...     item="sku", category="path",
    ... )
    >>> affinity = kosar.Affinity(prior=5).fit(log, catalog=catalog)
    >>> [(one.value, round(one.share, 3)) for one in affinity.rank("ann", "category", ["Drinks", "Food"])]
    [('Food', 0.917), ('Drinks', 0.083)]
    >>> print(affinity.of("ann", "category", n=1)[0])
    Food: 1.2 times as much as others, by 2 purchases
    """

    _kind = "affinity"

    def __init__(
        self,
        facets: Iterable[str] | None = None,
        weights: Mapping[str, float] | None = None,
        purchase_events: bool | None = None,
        half_life_days: float | None = None,
        as_of: "TimeLike | None" = None,
        prior: float = 100.0,
        price_bands: int = 5,
        price_cut_points: Iterable[float] | None = None,
        time_zone: str | None = None,
        min_customers: int = 1,
        order: str = "share",
    ) -> None:
        self.facets = facets
        self.weights = weights
        self.purchase_events = purchase_events
        self.half_life_days = half_life_days
        self.as_of = as_of
        self.prior = prior
        self.price_bands = price_bands
        self.price_cut_points = price_cut_points
        self.time_zone = time_zone
        self.min_customers = min_customers
        self.order = order

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        micros, cuts = stored["as_of"], stored["price_cut_points"]
        return {
            **stored,
            "as_of": None if micros is None else from_micros(micros),
            "price_cut_points": None if cuts is None else [cut / _MILLION for cut in cuts],
        }

    def fit(
        self,
        log: OrderLog | None = None,
        y: None = None,
        *,
        events: EventLog | None = None,
        catalog: Catalog | None = None,
        customers: Customers | None = None,
    ) -> Self:
        """Sum up what each customer bought and did.

        Parameters
        ----------
        log : OrderLog, optional
            What was bought; it may be left out where there are events.
        y : None
            Nothing; it is there for scikit-learn.
        events : EventLog, optional
            What was viewed, put into the cart and so on.
        catalog : Catalog, optional
            Gives categories, brands, tags and attributes, and the prices of what was looked at.
        customers : Customers, optional
            Gives the time zone of each, for weekday and hour.

        Raises
        ------
        ParamError
            For a facet that the data cannot tell.
        """
        as_of = None if self.as_of is None else instant("as_of", self.as_of)
        weights = self.weights if self.weights is None else dict(self.weights)
        for name in ("facets", "price_cut_points"):
            repeatable(name, getattr(self, name))
        params = {**self.get_params(), "as_of": as_of, "weights": weights}
        facts = native_catalog(catalog, "Affinity.fit")
        self._model = _native.Affinity.fit(*_logs(log, events), facts, _places(customers), params)
        return self

    def update(
        self,
        log: OrderLog | None = None,
        *,
        events: EventLog | None = None,
        customers: Customers | None = None,
    ) -> Self:
        """Take in what is new: the model becomes the one that a fit on all would give, bit for bit.

        Facets, catalogue and the instant of full weight stay as they were settled.

        Parameters
        ----------
        log : OrderLog, optional
            Orders that the model has not seen; `OrderLog.append` reports those that it has.
        events : EventLog, optional
            Sessions that the model has not seen.
        customers : Customers, optional
            Gives the time zone of each. The model does not keep them: it is that of a fit on all with
            the table of the fit. Without it, hours are told in ``time_zone``, also of customers whose
            own was known.
        """
        self._model = self._fitted.update(*_logs(log, events), _places(customers))
        return self

    def forget(self, customer: str | int) -> Self:
        """Forget a customer: the model becomes the one that a fit without them would give, bit for bit."""
        self._model = self._fitted.forget(customer)
        return self

    def of(self, customer: str | int, facet: str, n: int = 10) -> list[Leaning]:
        """Give the ``n`` values that a customer leans to most, among those they have to do with.

        Parameters
        ----------
        customer : str or int
            The customer.
        facet : str
            One of ``facets_``.
        n : int
            How many.

        Raises
        ------
        UnknownIdError
            For an unknown customer.
        ParamError
            For a facet that the model does not have.
        """
        return [_leaning(found) for found in self._fitted.of(customer, facet, n)]

    def rank(self, customer: str | int, facet: str, values: Iterable[str]) -> list[Leaning]:
        """Order values, such as the entries of a menu, for a customer; all of them come back.

        A value that nobody turned to, or fewer than ``min_customers``, has a lift of 1 and a share
        of 0; ties stay in the order given.

        Parameters
        ----------
        customer : str or int
            The customer.
        facet : str
            One of ``facets_``.
        values : iterable of str
            The values, such as the paths of categories.
        """
        if isinstance(values, str):
            raise ParamTypeError(f"values must be a list of strings, got {values!r}")
        return [_leaning(found) for found in self._fitted.rank(customer, facet, list(values))]

    def lift(self, customer: str | int, facet: str, value: str) -> float:
        """Give the lift of one value for a customer.

        Raises
        ------
        UnknownIdError
            For an unknown customer, or a value that the facet does not have.
        """
        return self._fitted.lift(customer, facet, value)

    def rerank(
        self,
        customer: str | int,
        items: Iterable[str | int],
        *,
        scores: Iterable[float] | None = None,
        weight: float = 1.0,
        facets: Iterable[str] | None = None,
    ) -> list[Reranked]:
        """Order what a search found for a customer; all items come back.

        An item's score is what the search said times its lift to the power of ``weight``; its lift
        is the geometric mean over its facets. What is not in the catalogue, or of whose values
        nothing is known, keeps what the search said.

        Parameters
        ----------
        customer : str or int
            The customer.
        items : iterable of str or int
            The items, best first.
        scores : iterable of float, optional
            What the search said of each, finite and at least 0; None for their order, an item at
            place r being 1/r as relevant as the first.
        weight : float
            How much the customer counts beside the search, from 0 to 100.
        facets : list of str, optional
            The facets of items that count; None for all that the model has.
        """
        given = {"scores": scores, "weight": weight, "facets": facets}
        return [
            Reranked(item, score, before, lift, [(facet, _leaning(found)) for facet, found in reasons])
            for item, score, before, lift, reasons in self._fitted.rerank(customer, items, given)
        ]

    def send_time(self, customer: str | int) -> SendTime:
        """Give the hours and days at which a customer is most probably there for a message.

        Hours are smoothed around the clock: half of an hour's weight stays, a quarter goes to each
        neighbour. Somebody of whom nothing is known has the population's times.

        Raises
        ------
        UnknownIdError
            For an unknown customer.
        ParamError
            For a model with neither weekday nor hour.
        """
        hours, weekdays, purchases, events = self._fitted.send_time(customer)
        return SendTime(
            [TimeShare(*one) for one in hours], [TimeShare(*one) for one in weekdays], purchases, events
        )

    def population(self, facet: str) -> list[PopulationValue]:
        """Give what all customers together lean to in a facet, the largest share first."""
        return [PopulationValue(*one) for one in self._fitted.population(facet)]

    def table(self, facet: str, n: int = 10) -> Table:
        """Give what every customer leans to in a facet: the ``n`` first values of each.

        Columns ``customer``, ``value``, ``lift``, ``share``, ``population_share``, ``purchases``,
        ``events`` and, where everything has a time, ``last``.
        """
        return Table(self._fitted.table(facet, n))

    @property
    def facets_(self) -> list[str]:
        """The facets."""
        return self._fitted.facets()

    @property
    def customers_(self) -> list[Any]:
        """The ids of the customers, sorted."""
        return self._fitted.customers()

    @property
    def price_cut_points_(self) -> list[float]:
        """Where price bands end."""
        return self._fitted.price_cut_points()

    @property
    def as_of_(self) -> dt.datetime | None:
        """The instant at which weights are whole; None without a half-life."""
        micros = self._fitted.as_of
        return None if micros is None else from_micros(micros)


def _logs(
    log: OrderLog | None, events: EventLog | None
) -> tuple[_native.OrderLog | None, _native.EventLog | None]:
    return (
        None if log is None else native_log(log, "Affinity"),
        None if events is None else native_events(events, "Affinity"),
    )


def _places(customers: Customers | None) -> _native.Customers | None:
    return None if customers is None else native_customers(customers, "Affinity")
