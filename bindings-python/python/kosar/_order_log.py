"""The order log."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._columns import stream_or_columns
from kosar._errors import ParamTypeError
from kosar._log import (
    Log,
    checked_attributes,
    checked_intake,
    checked_list,
    checked_names,
    checked_texts,
    sparse_rows,
)
from kosar._time import instant
from kosar._types import Options, Roles

if TYPE_CHECKING:
    from kosar._time import TimeLike


def _roles(attributes: Iterable[str], **roles: str | None) -> Roles:
    return {**checked_names(roles), "attributes": checked_attributes(attributes)}  # type: ignore[typeddict-item]


def _options(
    returns: str,
    drop_duplicates: bool,
    time_format: str | None,
    time_unit: str | None,
    integer_ids: Iterable[str] = (),
    until: "TimeLike | None" = None,
) -> Options:
    checked_texts(returns=returns, time_format=time_format or "", time_unit=time_unit or "")
    if not isinstance(drop_duplicates, bool):
        raise ParamTypeError(f"drop_duplicates must be True or False, got {drop_duplicates!r}")
    return {
        "returns": returns,
        "drop_duplicates": drop_duplicates,
        "until": None if until is None else instant("until", until),
        "integer_ids": checked_list(integer_ids),
        "time_format": time_format,
        "time_unit": time_unit,
    }


def intake_of(
    data: Any,
    names: Mapping[str, str | None],
    returns: str,
    time_format: str | None,
    time_unit: str | None,
    drop_duplicates: bool = False,
    attributes: Sequence[str] = (),
    until: "TimeLike | None" = None,
) -> tuple[Any, Roles, Options]:
    """Give a table as a stream or a dict of columns, the roles of its columns, and how rows are read."""
    roles = _roles(attributes, **names)
    options = _options(returns, drop_duplicates, time_format, time_unit, until=until)
    named = [name for name in (*names.values(), *attributes) if name is not None]
    return stream_or_columns(data, named), roles, options


class OrderLog(Log[_native.OrderLog]):
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
        until: "TimeLike | None" = None,
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
        until : datetime, date or str, optional
            The instant up to which lines are taken, itself included; later ones, such as those of a
            till whose clock is wrong, are set aside. A date is its first instant (UTC). Without a
            column of times it has no effect.
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
        names = {
            "customer": customer,
            "order": order,
            "item": item,
            "time": time,
            "quantity": quantity,
            "price": price,
            "amount": amount,
        }
        source, roles, options = intake_of(
            data, names, returns, time_format, time_unit, drop_duplicates, attributes, until
        )
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
        until: "TimeLike | None" = None,
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
        returns, drop_duplicates, until, time_format, time_unit
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
        options = _options(returns, drop_duplicates, time_format, time_unit, integer_ids, until)
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
        return sparse_rows("OrderLog.customer_items", self._native.customer_items)

    def basket_items(self) -> Any:
        """Give which items each basket holds, as a ``scipy.sparse.csr_array`` of ones."""
        return sparse_rows("OrderLog.basket_items", self._native.basket_items)

    def __repr__(self) -> str:
        return (
            f"OrderLog({self.n_orders:,} orders, {self.n_customers:,} customers, "
            f"{self.n_items:,} items, {self.n_lines:,} lines)"
        )


def native_log(log: Any, model: str, method: str = "fit") -> _native.OrderLog:
    """Give what is inside of a log; ``model`` and ``method`` name the call in messages."""
    if not isinstance(log, OrderLog):
        hint = "make one with OrderLog.from_frame, from_csv or from_baskets"
        raise ParamTypeError(f"{model}.{method} needs an OrderLog, got {type(log).__name__}; {hint}")
    return log._native
