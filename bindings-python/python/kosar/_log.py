"""What logs of orders and of events have in common, and the report of an intake."""

import datetime as dt
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypedDict, TypeVar

from kosar import _native
from kosar._errors import IntakeWarning, ParamTypeError
from kosar._optional import need
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._catalog import Catalog
    from kosar._diagnosis import Diagnosis, FilterReport, LogFilter
    from kosar._time import TimeLike


class Finding(TypedDict):
    """How often something was found, and where first."""

    count: int
    first_rows: list[int]
    examples: list[str]


@dataclass(frozen=True)
class IntakeReport:
    """What became of every row: ``rows`` is ``taken`` and the counts of ``set_aside`` together.

    Attributes
    ----------
    rows : int
        The number of rows read.
    taken : int
        The number of rows taken into the log.
    set_aside : dict
        For each cause, such as ``"zero_quantity"``, a dict of ``count``, ``first_rows`` (from 0) and
        ``examples``.
    notes : dict
        What is worth knowing of the rows taken, of the same form.
    warning : str or None
        A sentence where the input has no rows, or more of them were set aside than taken: the most
        frequent cause and its count. Making the log or catalogue says it as an `IntakeWarning`.
    """

    rows: int
    taken: int
    set_aside: Mapping[str, Finding]
    notes: Mapping[str, Finding]
    warning: str | None
    _text: str = field(repr=False)

    def __str__(self) -> str:
        return self._text


def intake_report(native: tuple[dict[str, Any], str, str | None]) -> IntakeReport:
    """Give the report of an intake."""
    fields, text, warning = native
    return IntakeReport(**fields, warning=warning, _text=text)


class _Taken(Protocol):
    @property
    def report(self) -> IntakeReport: ...


T = TypeVar("T", bound=_Taken)


def checked_intake(made: T) -> T:
    """Warn of an intake of which hardly anything came, and give what it made."""
    warn_of(made.report, 4)
    return made


def warn_of(report: IntakeReport, level: int = 3) -> None:
    """Warn of an intake of which hardly anything came, whoever called so many levels above."""
    if report.warning is not None:
        warnings.warn(f"{report.warning}; see report", IntakeWarning, stacklevel=level)


N = TypeVar("N", _native.OrderLog, _native.EventLog)


class Log(Generic[N]):
    """A log: checked, numbered and immutable."""

    _native: N

    def __init__(self, native: N) -> None:
        self._native = native

    @property
    def n_customers(self) -> int:
        """The number of distinct customers."""
        return self._native.n_customers

    @property
    def n_items(self) -> int:
        """The number of distinct items."""
        return self._native.n_items

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """The times of the first and the last order or event, in UTC; None without any."""
        span = self._native.span
        return None if span is None else (from_micros(span[0]), from_micros(span[1]))

    @property
    def report(self) -> IntakeReport:
        """What became of the rows that the log was built from."""
        return intake_report(self._native.report)

    def append(self, new: Self) -> Self:
        """Give both logs in one.

        Lines of an order, or events, that this log has already are set aside in the report.
        """
        if not isinstance(new, type(self)):
            raise ParamTypeError(f"new must be an {type(self).__name__}, got {type(new).__name__}")
        return type(self)(self._native.append(new._native))

    def forget(self, customer: str | int) -> Self:
        """Give the log without a customer, and without every id that only they had."""
        return type(self)(self._native.forget(customer))

    def merge_customers(self, customer: str | int, into: str | int) -> Self:
        """Give the log with a customer joined into another.

        It is the log that it would be, had its rows named ``into`` in the place of ``customer`` from
        the start: an order that both have is one, and so are events that become equal. ``into`` may
        be new to the log. Models know customers by the log that they were fitted on: fit them anew.

        Raises
        ------
        UnknownIdError
            For a ``customer`` who is not in the log.
        """
        return type(self)(self._native.merge_customers(customer, into))

    def merge_all_customers(
        self, customers: Mapping[Any, str | int] | Iterable[tuple[str | int, str | int]]
    ) -> Self:
        """Give the log with many customers joined into others, one after the other.

        Parameters
        ----------
        customers : dict or iterable of pairs
            Whom to join each customer into; in pairs a customer may occur again. Customers who are
            not in the log are passed over, so that this will do for all logs and for `Customers`.
        """
        return type(self)(self._native.merge_all_customers(*merge_lists(customers)))

    def diagnose(
        self,
        *,
        names: str | None = None,
        catalog: "Catalog | None" = None,
        now: "TimeLike | None" = None,
        examples: int = 5,
        only: "Iterable[str] | None" = None,
    ) -> "Diagnosis":
        """Look for what will spoil recommendations: nothing is changed.

        Of orders: wholesalers, what is no merchandise (postage, fees, vouchers), one product under
        several codes, bursts and gaps, wrong clocks. Of events: bots, bursts, gaps and clocks.

        Parameters
        ----------
        names : str, optional
            A kept column of an order log that has the names of the items.
        catalog : Catalog, optional
            Where the names are, otherwise. Without names duplicates are not looked for.
        now : datetime, date, str or numpy.datetime64, optional
            When the log was written: what is later has a wrong clock.
        examples : int
            How many examples of each finding are given at most.
        only : iterable of str, optional
            The kinds of trouble to look for, of `Diagnosis.KINDS`.

        Examples
        --------
        >>> from kosar import datasets
        >>> log = datasets.shop_data(lines=20_000, troubles=True).log
        >>> diagnosis = log.diagnose(names="name")
        >>> diagnosis.finding("not_merchandise").count
        3
        >>> clean, report = log.filter(diagnosis.filter("not_merchandise"))
        >>> clean.n_lines == report.left
        True
        """
        from kosar._catalog import native_catalog
        from kosar._diagnosis import Diagnosis

        options = {
            "names": names,
            "now": None if now is None else instant("now", now),
            "examples": examples,
            "only": None if only is None else list(only),
        }
        return Diagnosis(self._native.diagnose(native_catalog(catalog, "diagnose"), options))

    def filter(self, filter: "LogFilter") -> "tuple[Self, FilterReport]":
        """Give the log without what a filter takes, and how much that was.

        Ids that only what was taken had are gone, too.
        """
        from kosar._diagnosis import filter_report, native_filter

        log, report = self._native.filter(native_filter(filter))
        return type(self)(log), filter_report(report)

    def before(self, time: "TimeLike") -> Self:
        """Give what was before an instant: a datetime, a date, ISO text or a NumPy datetime64.

        A session that goes on behind it is cut.
        """
        return type(self)(self._native.before(instant("time", time)))

    def after(self, time: "TimeLike") -> Self:
        """Give what was at an instant or later; a session that began before it is cut."""
        return type(self)(self._native.after(instant("time", time)))


def merge_lists(customers: Any) -> tuple[list[Any], list[Any]]:
    """Give customers and whom to join them into."""
    allowed = "a dict of customers or an iterable of pairs of a customer and whom to join them into"
    if isinstance(customers, Mapping):
        return list(customers), list(customers.values())
    if isinstance(customers, str) or not isinstance(customers, Iterable):
        raise ParamTypeError(f"customers must be {allowed}, got {type(customers).__name__}")
    pairs = list(customers)
    for place, pair in enumerate(pairs):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            got = f"{len(pair)} values" if isinstance(pair, (tuple, list)) else type(pair).__name__
            raise ParamTypeError(f"customers must be {allowed}, got {got} at {place}")
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def checked_attributes(attributes: Any) -> list[str]:
    """Give the names of the columns to keep."""
    if isinstance(attributes, str) or not all(isinstance(name, str) for name in attributes):
        raise ParamTypeError(f"attributes must be a list of column names, got {attributes!r}")
    return list(attributes)


def checked_names(roles: dict[str, str | None]) -> dict[str, str | None]:
    """Refuse what is no name of a column."""
    for role, name in roles.items():
        if name is not None and not isinstance(name, str):
            raise ParamTypeError(f"{role} must be the name of a column, got {name!r}")
    return roles


def checked_texts(**texts: Any) -> None:
    """Refuse what is no text."""
    for name, value in texts.items():
        if not isinstance(value, str):
            raise ParamTypeError(f"{name} must be a string, got {value!r}")


def checked_list(integer_ids: Iterable[str]) -> list[str]:
    """Give the roles whose ids are integers."""
    if isinstance(integer_ids, str):
        raise ParamTypeError(f"integer_ids must be a list of roles, got {integer_ids!r}")
    return list(integer_ids)


def sparse_rows(what: str, matrix: Callable[[], tuple[Any, Any, Any, Any]]) -> Any:
    """Give a ``scipy.sparse.csr_array`` of shape, offsets, columns and values; ``what`` needs SciPy."""
    sparse = need("scipy.sparse", what)
    shape, offsets, columns, values = matrix()
    # SciPy's indices have a sign; the values do not change below 2^31.
    index = "int32" if max(len(columns), *shape) < 2**31 else "int64"
    parts = (values, columns.astype(index), offsets.astype(index))
    return sparse.csr_array(parts, shape=shape)
