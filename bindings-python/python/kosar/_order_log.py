"""The order log and the report of its intake."""

import datetime as dt
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self, TypedDict, TypeVar

from kosar import _native
from kosar._columns import stream_or_columns
from kosar._errors import IntakeWarning, ParamTypeError
from kosar._optional import need
from kosar._time import from_micros, instant
from kosar._types import Options, Roles

if TYPE_CHECKING:
    from kosar._time import TimeLike
    from kosar._types import Csr


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
    warning = made.report.warning
    if warning is not None:
        warnings.warn(f"{warning}; see report", IntakeWarning, stacklevel=3)
    return made


def _roles(attributes: Iterable[str], **roles: str | None) -> Roles:
    if isinstance(attributes, str) or not all(isinstance(name, str) for name in attributes):
        raise ParamTypeError(f"attributes must be a list of column names, got {attributes!r}")
    for role, name in roles.items():
        if name is not None and not isinstance(name, str):
            raise ParamTypeError(f"{role} must be the name of a column, got {name!r}")
    return {**roles, "attributes": list(attributes)}  # type: ignore[typeddict-item]


def _options(
    returns: str,
    drop_duplicates: bool,
    time_format: str | None,
    time_unit: str | None,
    integer_ids: Iterable[str] = (),
) -> Options:
    texts = {"returns": returns, "time_format": time_format or "", "time_unit": time_unit or ""}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise ParamTypeError(f"{name} must be a string, got {value!r}")
    if not isinstance(drop_duplicates, bool):
        raise ParamTypeError(f"drop_duplicates must be True or False, got {drop_duplicates!r}")
    if isinstance(integer_ids, str):
        raise ParamTypeError(f"integer_ids must be a list of roles, got {integer_ids!r}")
    return {
        "returns": returns,
        "drop_duplicates": drop_duplicates,
        "integer_ids": list(integer_ids),
        "time_format": time_format,
        "time_unit": time_unit,
    }


class OrderLog:
    """Order lines, checked, numbered and immutable: what every model is fitted on.

    Made by `from_frame`, `from_csv` or `from_baskets`. Ids are strings or integers and come back as
    they came in. Instants without a zone are UTC.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_frame(
    ...     {"who": ["ann", "ann", "bob"], "what": ["bread", "tea", "tea"], "n": [1, 0, 2]},
    ...     customer="who", item="what", quantity="n",
    ... )
    >>> log
    OrderLog(2 orders, 2 customers, 2 items, 2 lines)
    >>> print(log.report)
    3 rows read, 2 taken
      set aside: 1 quantity zero (rows 1)
    """

    def __init__(self, native: _native.OrderLog) -> None:
        self._native = native

    @classmethod
    def from_frame(
        cls,
        data: Any,
        *,
        customer: str | None = None,
        order: str | None = None,
        item: str | None = None,
        time: str | None = None,
        quantity: str | None = None,
        price: str | None = None,
        amount: str | None = None,
        attributes: Sequence[str] = (),
        returns: str = "net",
        drop_duplicates: bool = False,
        time_format: str | None = None,
        time_unit: str | None = None,
    ) -> Self:
        """Build a log from a table with a row for each order line.

        Parameters
        ----------
        data : table
            Anything that offers ``__arrow_c_stream__`` (polars, pyarrow, DuckDB), a pandas data
            frame of any version, or a dict of lists or NumPy arrays.
        customer, order, item, time, quantity, price, amount : str, optional
            The names of the columns that play these roles. At least ``customer`` or ``item`` is
            needed. Without ``order`` each row is an order. ``amount`` is the total of a line, in
            place of ``price``, the price of one.
        attributes : sequence of str
            Columns to keep beside: text, numbers or booleans.
        returns : {"net", "drop", "keep"}
            What becomes of lines with a negative quantity: they reduce what a customer spent and
            owns, are set aside, or are lines like any other.
        drop_duplicates : bool
            Whether a line equal to one before it is set aside.
        time_format : str, optional
            The ``strptime`` format of times that are text; ISO 8601 without it.
        time_unit : {"s", "ms", "us", "ns"}, optional
            The unit of times that are numbers since 1970.

        Raises
        ------
        IntakeError
            When a column is missing or of a type that its role cannot take. Single bad rows are no
            error: `report` lists them.
        """
        roles = _roles(
            attributes,
            customer=customer,
            order=order,
            item=item,
            time=time,
            quantity=quantity,
            price=price,
            amount=amount,
        )
        options = _options(returns, drop_duplicates, time_format, time_unit)
        named = [customer, order, item, time, quantity, price, amount, *attributes]
        source = stream_or_columns(data, [name for name in named if name is not None])
        if isinstance(source, dict):
            return checked_intake(cls(_native.OrderLog.from_columns(source, roles, options)))
        return checked_intake(cls(_native.OrderLog.from_stream(source, roles, options)))

    @classmethod
    def from_csv(
        cls,
        path: str | os.PathLike[str],
        *,
        customer: str | None = None,
        order: str | None = None,
        item: str | None = None,
        time: str | None = None,
        quantity: str | None = None,
        price: str | None = None,
        amount: str | None = None,
        attributes: Sequence[str] = (),
        returns: str = "net",
        drop_duplicates: bool = False,
        integer_ids: Sequence[str] = (),
        time_format: str | None = None,
        time_unit: str | None = None,
        delimiter: str = ",",
    ) -> Self:
        """Build a log from a CSV file with a header line, plain or gzipped.

        Parameters
        ----------
        path : path-like
            The file.
        customer, order, item, time, quantity, price, amount, attributes
            As in `from_frame`; kept columns are text.
        returns, drop_duplicates, time_format, time_unit
            As in `from_frame`.
        integer_ids : sequence of {"customer", "order", "item"}
            The roles whose ids are integers; others are strings.
        delimiter : str
            The character between fields.

        Raises
        ------
        FileError
            When the file cannot be read.
        IntakeError
            When it is empty, or a column is missing.
        """
        roles = _roles(
            attributes,
            customer=customer,
            order=order,
            item=item,
            time=time,
            quantity=quantity,
            price=price,
            amount=amount,
        )
        options = _options(returns, drop_duplicates, time_format, time_unit, integer_ids)
        return checked_intake(cls(_native.OrderLog.from_csv(path, roles, options, delimiter)))

    @classmethod
    def from_baskets(cls, baskets: Iterable[Iterable[str | int]]) -> Self:
        """Build a log of plain baskets: no customers, times or prices.

        Parameters
        ----------
        baskets : iterable of iterables of str or int
            The items of each basket, all of one type. Empty baskets are set aside; an empty string is
            no item, and left out.

        Examples
        --------
        >>> import kosar
        >>> kosar.OrderLog.from_baskets([["bread", "butter"], ["bread"]])
        OrderLog(2 orders, 0 customers, 2 items, 3 lines)
        """
        return checked_intake(cls(_native.OrderLog.from_baskets(baskets)))

    @property
    def n_orders(self) -> int:
        """The number of orders, those with returns only included."""
        return self._native.n_orders

    @property
    def n_customers(self) -> int:
        """The number of distinct customers."""
        return self._native.n_customers

    @property
    def n_items(self) -> int:
        """The number of distinct items."""
        return self._native.n_items

    @property
    def n_lines(self) -> int:
        """The number of lines."""
        return self._native.n_lines

    @property
    def customers(self) -> list[Any] | None:
        """The ids of the customers, sorted; None in a log without them."""
        return self._native.customers()

    @property
    def items(self) -> list[Any] | None:
        """The ids of the items, sorted; None in a log without them."""
        return self._native.items()

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """The times of the first and the last order, in UTC; None without orders or times."""
        span = self._native.span
        return None if span is None else (from_micros(span[0]), from_micros(span[1]))

    @property
    def report(self) -> IntakeReport:
        """What became of the rows that the log was built from."""
        return intake_report(self._native.report)

    def append(self, new: "OrderLog") -> "OrderLog":
        """Give both logs in one; lines of an order that this log has are set aside in the report."""
        if not isinstance(new, OrderLog):
            raise ParamTypeError(f"new must be an OrderLog, got {type(new).__name__}")
        return OrderLog(self._native.append(new._native))

    def forget(self, customer: str | int) -> "OrderLog":
        """Give the log without a customer, and without every id that only their orders had."""
        return OrderLog(self._native.forget(customer))

    def before(self, time: "TimeLike") -> "OrderLog":
        """Give the orders before an instant: a datetime, a date, ISO text or a NumPy datetime64."""
        return OrderLog(self._native.before(instant("time", time)))

    def after(self, time: "TimeLike") -> "OrderLog":
        """Give the orders at an instant or later."""
        return OrderLog(self._native.after(instant("time", time)))

    def item_words(self, name: str) -> dict[Any, str]:
        """Give for each item the word that a kept column has most often beside it.

        Items without a word are not among the keys.

        Raises
        ------
        IntakeError
            For a column that was not named in ``attributes`` when the log was made, or holds no words.
        """
        return self._native.item_words(name)

    def customer_items(self) -> Any:
        """Give how many orders of each customer hold each item, as a ``scipy.sparse.csr_array``.

        Rows are in the order of `customers`, columns in that of `items`.
        """
        sparse = need("scipy.sparse", "OrderLog.customer_items")
        return _csr(sparse, self._native.customer_items())

    def basket_items(self) -> Any:
        """Give which items each basket holds, as a ``scipy.sparse.csr_array`` of ones."""
        sparse = need("scipy.sparse", "OrderLog.basket_items")
        return _csr(sparse, self._native.basket_items())

    def __repr__(self) -> str:
        return (
            f"OrderLog({self.n_orders:,} orders, {self.n_customers:,} customers, "
            f"{self.n_items:,} items, {self.n_lines:,} lines)"
        )


def _csr(sparse: Any, matrix: "Csr") -> Any:
    shape, offsets, columns, values = matrix
    # SciPy's indices have a sign; the values do not change below 2^31.
    index = "int32" if max(len(columns), *shape) < 2**31 else "int64"
    parts = (values, columns.astype(index), offsets.astype(index))
    return sparse.csr_array(parts, shape=shape)


def native_log(log: Any, model: str) -> _native.OrderLog:
    """Give what is inside of a log."""
    if not isinstance(log, OrderLog):
        hint = "make one with OrderLog.from_frame, from_csv or from_baskets"
        raise ParamTypeError(f"{model}.fit needs an OrderLog, got {type(log).__name__}; {hint}")
    return log._native
