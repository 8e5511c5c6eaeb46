"""Splits of a log into what is trained on and what is asked for."""

from typing import TYPE_CHECKING, Any

from kosar import _native
from kosar._errors import ParamTypeError
from kosar._order_log import OrderLog
from kosar._time import instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


class Split:
    """A log to train on, and for each customer asked about the items that they bought afterwards.

    Made by `temporal_split`, `leave_last_basket`, `leave_one_out`, `by_customer` or `from_logs`;
    ``print(split)`` says what was left out, and why.

    Attributes
    ----------
    train : OrderLog
        The log to fit models on; it holds nothing of what is asked for.
    customers : list
        The ids of the customers asked about, sorted.
    counts : dict
        ``customers`` asked about and ``pairs`` asked for; and what was left out: ``without_truth``
        (customers asked about with nothing left to ask for), ``unknown_customers``,
        ``unknown_pairs``, ``repeated_pairs``, ``anonymous_orders``.
    """

    def __init__(self, native: _native.Split) -> None:
        self._native = native
        self._train: OrderLog | None = None

    @classmethod
    def from_logs(
        cls,
        train: OrderLog,
        test: OrderLog,
        *,
        new_items_only: bool = True,
        unknown_items: str = "drop",
    ) -> "Split":
        """Take two logs that are apart already, such as the two files of a published data set.

        Whether ``test`` comes after ``train`` is yours to know.

        Parameters
        ----------
        train, test : OrderLog
            What is trained on, and what is asked for.
        new_items_only, unknown_items
            As in `temporal_split`.

        Examples
        --------
        >>> import kosar
        >>> from kosar.evaluate import Split
        >>> def log(customers, items):
        ...     return kosar.OrderLog.from_frame({"c": customers, "i": items}, customer="c", item="i")
        >>> split = Split.from_logs(log([1, 1, 2], [7, 8, 7]), log([2, 2], [7, 8]))
        >>> split.truth(2)
        [8]
        """
        inside = native_of("train", train), native_of("test", test)
        return cls(_native.Split.from_logs(*inside, options(new_items_only, unknown_items)))

    @property
    def train(self) -> OrderLog:
        """The log to fit models on."""
        if self._train is None:
            self._train = OrderLog(self._native.train())
        return self._train

    @property
    def customers(self) -> list[Any]:
        """The ids of the customers asked about, sorted."""
        return self._native.customers()

    @property
    def counts(self) -> dict[str, int]:
        """How much is asked for, and what was left out."""
        return self._native.counts()

    def truth(self, customer: str | int) -> list[Any]:
        """Give the items that should be recommended to a customer, sorted."""
        return self._native.truth(customer)

    def history(self, customer: str | int) -> list[Any]:
        """Give the items that a customer has before the test part, sorted."""
        return self._native.history(customer)

    def __repr__(self) -> str:
        counts = self.counts
        return f"Split({counts['customers']:,} customers, {counts['pairs']:,} pairs, train={self.train!r})"

    def __str__(self) -> str:
        return self._native.text()


def options(new_items_only: bool, unknown_items: str) -> dict[str, Any]:
    """Give what counts as right, by name."""
    return {"new_items_only": new_items_only, "unknown_items": unknown_items}


def native_of(name: str, log: Any) -> _native.OrderLog:
    """Give what is inside of a log."""
    if not isinstance(log, OrderLog):
        raise ParamTypeError(f"{name} must be an OrderLog, got {type(log).__name__}")
    return log._native


def cut(at: "TimeLike | None", last_days: float | None, fraction: float | None) -> dict[str, Any]:
    """Give where to cut in time, for the compiled part."""
    when = None if at is None else instant("at", at)
    return {"at": when, "last_days": last_days, "fraction": fraction}
