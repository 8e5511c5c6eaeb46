"""Rule-based audiences."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kosar import _native
from kosar._affinity import Affinity
from kosar._catalog import Catalog, native_catalog
from kosar._cluster import CustomerClusters
from kosar._customers import Customers
from kosar._errors import ParamTypeError
from kosar._event_log import EventLog, native_events
from kosar._json import json_text
from kosar._lifecycle import Lifecycle
from kosar._order_log import OrderLog, native_log
from kosar._rfm import Rfm
from kosar._table import Table
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


_T = TypeVar("_T")


class _HasItems(Protocol):
    def items(self) -> Iterable[tuple[Any, Any]]: ...


def _text(tree: object) -> str:
    """Give the JSON text of a tree, whatever it says."""
    return tree.to_json() if isinstance(tree, Audience) else json_text("an audience", tree)


class Audience:
    """A rule-based audience: a tree of conditions.

    Parameters
    ----------
    tree : dict, str or Audience
        A condition is a dict of one key: ``{"and": [...]}``, ``{"or": [...]}``, ``{"not": {...}}``,
        or one of ``attribute``, ``age``, ``anniversary``, ``consent``, ``preference``, ``orders``,
        ``events``, ``sessions``, ``segment``, ``rfm``, ``stage``, ``cluster``, ``affinity``, ``value`` and
        ``audience``; `schema` describes them all. A str is read as JSON. Dates may be those of
        `datetime`.

    Raises
    ------
    ParamError
        With the path in the tree of what is no condition.

    Examples
    --------
    >>> import kosar
    >>> lapsed = kosar.Audience({"and": [
    ...     {"orders": {"items": {"category": ["Dresses"]}}},
    ...     {"not": {"orders": {"window": {"last_days": 300}}}},
    ... ]})
    >>> print(lapsed)
    at least 1 order of items in 'Dresses'; and not (at least 1 order in the last 300 days)
    """

    def __init__(self, tree: "Mapping[str, Any] | str | Audience") -> None:
        self._json, self._words = _native.read_audience(_text(tree))

    def to_json(self) -> str:
        """Give the JSON form, without what is left at its default."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """Give the tree as dicts and lists."""
        tree: dict[str, Any] = json.loads(self._json)
        return tree

    @staticmethod
    def schema() -> dict[str, Any]:
        """Tell what the tree may be, as a JSON Schema (draft 2020-12)."""
        schema: dict[str, Any] = json.loads(_native.audience_schema())
        return schema

    def __str__(self) -> str:
        return self._words

    def __repr__(self) -> str:
        return f"Audience({self._words})"

    def __eq__(self, other: object) -> bool:
        return self._json == other._json if isinstance(other, Audience) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._json)

    def __reduce__(self) -> tuple[type["Audience"], tuple[str]]:
        return Audience, (self._json,)


def _values(name: str, given: object) -> tuple[str, list[Any], list[Any]]:
    """Give the ids and values of a mapping, a pandas Series, or a pair of columns."""
    if isinstance(given, tuple) and len(given) == 2:
        ids, values = (list(column) for column in given)
        if len(ids) != len(values):
            raise ParamTypeError(f"values of '{name}' are {len(values)} for {len(ids)} customers")
        return name, ids, values
    if not hasattr(given, "items"):
        wants = "a mapping of customers to numbers, a Series, or a pair of columns"
        raise ParamTypeError(f"values of '{name}' must be {wants}, got {given!r}")
    pairs = list(given.items())
    return name, [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _checked(name: str, given: _T, wanted: type[_T]) -> _T:
    if not isinstance(given, wanted):
        raise ParamTypeError(f"{name} must be of the class {wanted.__name__}, got {given!r}")
    return given


class AudienceData:
    """The shop's data as audiences are asked of it, laid out once, customer by customer.

    Its customers are all that any of its parts knows of. Every part may be left out; a condition that
    needs it is then refused.

    Parameters
    ----------
    orders : OrderLog, optional
        A log with customers and times.
    events : EventLog, optional
        Views, carts and the like.
    customers : Customers, optional
        Attributes, preferences, consent and time zones.
    catalog : Catalog, optional
        For conditions on categories, brands and the like.
    rfm : Rfm, optional
        For segments and scores.
    lifecycle : Lifecycle, optional
        For stages.
    clusters : CustomerClusters, optional
        For clusters.
    affinity : Affinity, optional
        For lifts of what customers lean to.
    values : dict, optional
        Numbers computed elsewhere, such as predictions: by name a dict of customers to numbers, a
        pandas Series, or a pair of columns (ids, values). NaN is unknown.
    time_zone : str, optional
        The IANA name of the time zone of customers of whom it is not known; UTC without it.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.datasets.corner_shop()
    >>> data = kosar.AudienceData(orders=log, values={"clv": {"anna": 120.0, "ben": 15.0}})
    >>> len(data) == log.n_customers
    True
    """

    def __init__(
        self,
        *,
        orders: OrderLog | None = None,
        events: EventLog | None = None,
        customers: Customers | None = None,
        catalog: Catalog | None = None,
        rfm: Rfm | None = None,
        lifecycle: Lifecycle | None = None,
        clusters: CustomerClusters | None = None,
        affinity: Affinity | None = None,
        values: "Mapping[str, _HasItems | tuple[Iterable[Any], Iterable[float]]] | None" = None,
        time_zone: str | None = None,
    ) -> None:
        parts = {
            "orders": None if orders is None else native_log(orders, "AudienceData"),
            "events": None if events is None else native_events(events, "AudienceData"),
            "customers": None if customers is None else _checked("customers", customers, Customers)._native,
            "catalog": None if catalog is None else native_catalog(catalog, "AudienceData"),
            "rfm": None if rfm is None else _checked("rfm", rfm, Rfm)._fitted,
            "lifecycle": None if lifecycle is None else _checked("lifecycle", lifecycle, Lifecycle)._fitted,
            "clusters": None
            if clusters is None
            else _checked("clusters", clusters, CustomerClusters)._fitted,
            "affinity": None if affinity is None else _checked("affinity", affinity, Affinity)._fitted,
            "time_zone": time_zone,
        }
        given = [_values(name, value) for name, value in (values or {}).items()]
        self._native = _native.AudienceData.build(parts, given)

    def __len__(self) -> int:
        """Give the number of customers."""
        return len(self._native)

    @property
    def customers_(self) -> list[Any]:
        """The ids of all customers, sorted."""
        return self._native.customers()

    def __repr__(self) -> str:
        return f"AudienceData({len(self)} customers)"


def _shown(value: object) -> str:
    if value is None:
        return "not known"
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclasses.dataclass(frozen=True)
class Explanation:
    """A condition of an audience, whether a customer meets it, and what was measured.

    Attributes
    ----------
    path : str
        Where in the tree; ``.`` is the whole.
    condition : str
        The condition in words.
    holds : bool
        Whether the customer meets it.
    value : float, str, bool or None
        What was measured of the customer; None where nothing is known, and for ``and``, ``or``,
        ``not`` and other audiences.
    parts : tuple of Explanation
        The conditions that it is made of; of another audience its own.
    """

    path: str
    condition: str
    holds: bool
    value: float | str | bool | None
    parts: "tuple[Explanation, ...]"

    def __str__(self) -> str:
        return "\n".join(self._lines(""))

    def _lines(self, indent: str) -> list[str]:
        value = f" (is {_shown(self.value)})" if self.value is not None or not self.parts else ""
        mark = "yes" if self.holds else "no "
        lines = [f"{indent}{mark} {self.condition}{value}"]
        return lines + [line for part in self.parts for line in part._lines(indent + "    ")]


def _explanation(found: Mapping[str, Any]) -> Explanation:
    measured = found["value"]
    # A number, a text or a flag under its name; the word "unknown" where nothing is known.
    value = next(iter(measured.values())) if isinstance(measured, Mapping) else None
    parts = tuple(_explanation(part) for part in found["parts"])
    return Explanation(found["path"], found["condition"], found["holds"], value, parts)


@dataclasses.dataclass(frozen=True)
class SizeEstimate:
    """The size of an audience, as a sample of the customers tells it.

    Attributes
    ----------
    members : float
        The number of members: counted where everybody was looked at, and else estimated.
    low, high : float
        The 95 % interval.
    sampled, customers : int
        How many customers were looked at, and how many there are.
    """

    members: float
    low: float
    high: float
    sampled: int
    customers: int


class AudienceProfile:
    """What sets the members of an audience apart from everybody.

    Attributes
    ----------
    members, customers : int
        The number of members, and of all customers.
    words : list of dict
        ``field``, ``word``, ``members`` who have it, ``share`` of the members of whom the field is
        known, ``share_of_all`` customers, ``lift``; each field's most telling word first.
    numbers : list of dict
        ``field``, ``known`` (of how many members), ``mean``, ``mean_of_all``, ``ratio``; None where
        undefined.
    """

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.members: int = found["members"]
        self.customers: int = found["customers"]
        self.words: list[dict[str, Any]] = found["words"]
        self.numbers: list[dict[str, Any]] = found["numbers"]

    def __repr__(self) -> str:
        return f"AudienceProfile({self.members} of {self.customers} customers)"

    def __str__(self) -> str:
        lines = [f"{self.members} of {self.customers} customers"]
        for word in self.words:
            lines.append(
                f"  {word['field']} {word['word']}: {word['lift']:.2f} times as often ({word['members']})"
            )
        for number in (number for number in self.numbers if number["ratio"] is not None):
            lines.append(f"  {number['field']}: {number['mean']:.6g}, {number['ratio']:.2f} times the mean")
        return "\n".join(lines)


class Audiences:
    """Audiences by name, made ready for the shop's data at an instant.

    Nothing is computed ahead: every answer looks at the data.

    Parameters
    ----------
    data : AudienceData
        What they are asked of.
    audiences : dict
        By name a tree or an `Audience`; one may contain another with ``{"audience": name}``.
    as_of : datetime, date, str or numpy.datetime64, optional
        The present: no order or event at it or after it counts, windows end there, ages are taken on
        its day. The midnight (UTC) after the last order and event without it; where there are none, that
        of ``rfm`` or ``lifecycle``. Attributes and the figures of models are as they were given.

    Raises
    ------
    ParamError
        For a field that the data does not have, a test that does not go with what it tests, an
        audience that contains itself; with the path in the tree.

    Attributes
    ----------
    names_ : list of str
        The names.
    notes_ : list of str
        What looks like a slip, with its path: words that no customer, line or event has.
    sizes_ : Table
        ``audience``, ``members`` and ``share`` of all customers.
    as_of_ : datetime
        The present.

    Examples
    --------
    >>> import kosar
    >>> data = kosar.AudienceData(orders=kosar.datasets.corner_shop())
    >>> audiences = kosar.Audiences(data, {"regulars": {"orders": {"test": {"at_least": 3}}}})
    >>> "anna" in audiences.members("regulars")
    True
    >>> audiences.of("ben")
    []
    >>> print(audiences.explain("regulars", "ben"))
    no  at least 3 orders (is 1)
    """

    def __init__(
        self,
        data: AudienceData,
        audiences: "Mapping[str, Audience | Mapping[str, Any] | str]",
        as_of: "TimeLike | None" = None,
    ) -> None:
        if not isinstance(data, AudienceData):
            raise ParamTypeError(f"data must be an AudienceData, got {data!r}")
        if not isinstance(audiences, Mapping):
            raise ParamTypeError(f"audiences must be a dict of names and trees, got {audiences!r}")
        read = [(name, _text(tree)) for name, tree in audiences.items()]
        now = None if as_of is None else instant("as_of", as_of)
        self._native = _native.Audiences.build(data._native, read, now)

    def contains(self, name: str, customer: str | int) -> bool:
        """Tell whether a customer is in an audience."""
        return self._native.contains(name, customer)

    def of(self, customer: str | int) -> list[str]:
        """Give the names of the audiences that a customer is in."""
        return self._native.of(customer)

    def members(self, name: str) -> list[Any]:
        """Give the members of an audience, sorted by id."""
        table = self._native.members(name)
        return table.cells("customer", 0, len(table))

    def members_table(self, name: str) -> Table:
        """Give the members as a table with the column ``customer``."""
        return Table(self._native.members(name))

    def size(self, name: str) -> int:
        """Count the members of an audience."""
        return self._native.size(name)

    def explain(self, name: str, customer: str | int) -> Explanation:
        """Tell why a customer is in an audience, or is not: every condition with what was measured."""
        return _explanation(self._native.explain(name, customer))

    def estimate(self, name: str, sample: int = 10_000, seed: int = 0) -> SizeEstimate:
        """Estimate the size of an audience from a random sample; exact where there are no more customers."""
        return SizeEstimate(**self._native.estimate(name, sample, seed))

    def overlap(self) -> Table:
        """Tell how each two audiences overlap.

        Returns
        -------
        Table
            ``a``, ``b``, ``members_a``, ``members_b``, ``both``, ``share_of_a``, ``share_of_b``,
            ``jaccard``; NaN where nobody is there to share.
        """
        return Table(self._native.overlap())

    def profile(self, name: str) -> AudienceProfile:
        """Tell what sets the members of an audience apart from everybody."""
        return AudienceProfile(self._native.profile(name))

    @property
    def sizes_(self) -> Table:
        """The number of members of each audience."""
        return Table(self._native.sizes())

    @property
    def names_(self) -> list[str]:
        """The names of the audiences."""
        return self._native.names()

    @property
    def notes_(self) -> list[str]:
        """What looks like a slip."""
        return self._native.notes()

    @property
    def as_of_(self) -> dt.datetime:
        """The present."""
        return from_micros(self._native.as_of)

    def __repr__(self) -> str:
        return f"Audiences({', '.join(self.names_)})"
