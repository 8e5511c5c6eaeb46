"""What will spoil recommendations, and filters that take it out."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._errors import ParamTypeError
from kosar._replenishment import _day
from kosar._table import Table
from kosar._time import instant

if TYPE_CHECKING:
    from kosar._time import TimeLike

Span = tuple[dt.datetime, dt.datetime]


class LogFilter:
    """What is to be left out of a log: ids, spans of time, and codes to rename.

    Made by a diagnosis or by hand, united by ``|``, written as JSON, and applied by ``log.filter`` to
    order logs and event logs. Ids that a log does not have are passed over.

    Parameters
    ----------
    customers, items, orders, sessions : iterable of str or int
        Whose lines or events are taken.
    spans : iterable of pairs of datetime
        What is from the first on and before the second is taken.
    rename : dict
        Codes of items that are replaced, with the codes to keep.
    customer_orders, customer_sessions : iterable of pairs of customer and id
        Orders and sessions of one customer, whose ids others may use, too. The customer is None where
        nobody is known.
    customer_spans : iterable of triples of customer, datetime and datetime
        What a customer did from the first instant on and before the second.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets([["tea", "POST"], ["TEA", "mug"], ["POST"]])
    >>> clean, report = log.filter(kosar.LogFilter(items=["POST"], rename={"TEA": "tea"}))
    >>> clean.n_orders, clean.n_items, report.renamed
    (2, 2, 1)
    """

    def __init__(
        self,
        *,
        customers: Iterable[str | int] = (),
        items: Iterable[str | int] = (),
        orders: Iterable[str | int] = (),
        sessions: Iterable[str | int] = (),
        spans: "Iterable[tuple[TimeLike, TimeLike]]" = (),
        rename: Mapping[Any, Any] | None = None,
        customer_orders: Iterable[tuple[str | int | None, str | int]] = (),
        customer_sessions: Iterable[tuple[str | int | None, str | int]] = (),
        customer_spans: "Iterable[tuple[str | int | None, TimeLike, TimeLike]]" = (),
    ) -> None:
        pairs = [(instant("from", start), instant("to", end)) for start, end in spans]
        self._native = _native.LogFilter.of_parts(
            customers,
            items,
            orders,
            sessions,
            pairs,
            dict(rename or {}),
            [(who, order) for who, order in customer_orders],
            [(who, session) for who, session in customer_sessions],
            [(who, instant("from", start), instant("to", end)) for who, start, end in customer_spans],
        )

    @classmethod
    def _of(cls, native: _native.LogFilter) -> Self:
        made = cls.__new__(cls)
        made._native = native
        return made

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; keys that are absent are empty."""
        return cls._of(_native.LogFilter.from_json(text))

    def to_json(self) -> str:
        """Write the filter as JSON."""
        return self._native.to_json()

    def __or__(self, other: "LogFilter") -> "LogFilter":
        return LogFilter._of(self._native.union(native_filter(other)))

    def __bool__(self) -> bool:
        return not self._native.is_empty()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LogFilter) and self._native.equals(other._native)

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __repr__(self) -> str:
        return f"LogFilter.from_json({self.to_json()!r})"

    @property
    def customers(self) -> list[Any]:
        """The customers whose lines are taken, sorted."""
        return self._native.customers()

    @property
    def items(self) -> list[Any]:
        """The items whose lines are taken, sorted."""
        return self._native.items()

    @property
    def orders(self) -> list[Any]:
        """The orders whose lines are taken, sorted."""
        return self._native.orders()

    @property
    def sessions(self) -> list[Any]:
        """The sessions whose events are taken, sorted."""
        return self._native.sessions()

    @property
    def spans(self) -> list[Span]:
        """The spans of time that are taken, sorted."""
        return [(_day(start), _day(end)) for start, end in self._native.spans()]

    @property
    def customer_orders(self) -> list[tuple[Any, Any]]:
        """The orders of customers that are taken, sorted; of nobody known (None) first."""
        return self._native.customer_orders()

    @property
    def customer_sessions(self) -> list[tuple[Any, Any]]:
        """The sessions of customers that are taken, sorted; of nobody known (None) first."""
        return self._native.customer_sessions()

    @property
    def customer_spans(self) -> list[tuple[Any, dt.datetime, dt.datetime]]:
        """The spans of time of customers that are taken, sorted; of nobody known (None) first."""
        return [(who, _day(start), _day(end)) for who, start, end in self._native.customer_spans()]

    @property
    def rename(self) -> dict[Any, Any]:
        """The codes that are replaced, with the codes to keep."""
        return self._native.rename()


@dataclasses.dataclass(frozen=True)
class FilterReport:
    """How much a `LogFilter` took. What several parts of it name counts under the first of them.

    Attributes
    ----------
    before, left : int
        The lines of an order log, or the events of an event log, before and after.
    by_customers, by_orders, by_sessions, by_items, by_spans : int
        Taken with their customer, order, session, item, or as they are of a span of time.
    renamed : int
        Kept under another item code.
    """

    before: int
    by_customers: int
    by_orders: int
    by_sessions: int
    by_items: int
    by_spans: int
    renamed: int
    left: int


@dataclasses.dataclass(frozen=True)
class DiagnosisExample:
    """One of those found, and why.

    Attributes
    ----------
    what : {"customer", "item", "order", "session", "span", "place"}
        What it is; a place is that of an order or session without an id.
    subject : str, int or pair of datetime
        Which it is.
    why : str
        A few words.
    """

    what: str
    subject: Any
    why: str


@dataclasses.dataclass(frozen=True)
class DiagnosisFinding:
    """Trouble of one kind.

    Attributes
    ----------
    kind : str
        One of `Diagnosis.KINDS`.
    count : int
        How many customers, items, orders, sessions or spans of time it concerns.
    lines, orders, customers : int
        The lines that are concerned (of an event log the events), the orders (sessions) and the
        customers who have one.
    share : float
        The share of these lines in all.
    examples : list of DiagnosisExample
        The worst.
    spans : list of pairs of datetime
        The spans of time that it concerns.
    filter : LogFilter
        What takes it out; empty where there is nothing to take out (gaps, midnights).
    """

    kind: str
    count: int
    lines: int
    orders: int
    customers: int
    share: float
    examples: list[DiagnosisExample]
    spans: list[Span]
    filter: LogFilter


class Diagnosis:
    """What is wrong with a log, as far as it can be seen; ``print`` shows it."""

    #: The kinds of trouble, in the order of findings.
    KINDS: tuple[str, ...] = tuple(_native.Diagnosis.kinds())

    def __init__(self, native: _native.Diagnosis) -> None:
        self._native = native

    @property
    def findings(self) -> list[DiagnosisFinding]:
        """The findings, one of a kind at most."""
        return [self._finding(found) for found in self._native.findings()]

    def finding(self, kind: str) -> DiagnosisFinding | None:
        """Give the finding of a kind; None where there is no such trouble."""
        return next((found for found in self.findings if found.kind == kind), None)

    @property
    def lines(self) -> int:
        """The lines (or events) that were looked at."""
        return self._native.lines

    def filter(self, kinds: str | Iterable[str] | None = None) -> LogFilter:
        """Give what takes out the findings of some kinds; without kinds all, of no kinds nothing."""
        if kinds is None:
            return LogFilter._of(self._native.filter(None))
        return LogFilter._of(self._native.filter([kinds] if isinstance(kinds, str) else list(kinds)))

    @property
    def table(self) -> Table:
        """A row for each finding: ``kind``, ``count``, ``lines``, ``orders``, ``customers``, ``share``."""
        return Table(self._native.table())

    def __bool__(self) -> bool:
        return bool(self._native.findings())

    def __str__(self) -> str:
        return self._native.text()

    def __repr__(self) -> str:
        kinds = ", ".join(found["kind"] for found in self._native.findings())
        return f"Diagnosis({kinds or 'nothing found'})"

    def _finding(self, found: Mapping[str, Any]) -> DiagnosisFinding:
        rest = {
            "examples": [_example(example) for example in found["examples"]],
            "spans": [_span(span) for span in found["spans"]],
            "filter": self.filter(found["kind"]),
        }
        return DiagnosisFinding(**{**found, **rest})


def _time(written: str | int) -> dt.datetime:
    if isinstance(written, int):
        return _day(written)
    read = dt.datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def _span(written: Mapping[str, Any]) -> Span:
    return _time(written["from"]), _time(written["to"])


def _example(found: Mapping[str, Any]) -> DiagnosisExample:
    ((what, subject),) = found["subject"].items()
    return DiagnosisExample(what, _span(subject) if what == "span" else subject, found["why"])


def native_filter(filter: Any) -> _native.LogFilter:
    """Give what is inside of a filter."""
    if not isinstance(filter, LogFilter):
        raise ParamTypeError(f"filter must be a LogFilter, got {type(filter).__name__}")
    return filter._native


def filter_report(native: Mapping[str, Any]) -> FilterReport:
    """Make a report of its fields."""
    return FilterReport(**native)
