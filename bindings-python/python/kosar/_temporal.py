"""Temporal rules: what is bought after what."""

from collections.abc import Mapping
from typing import Any, Self

from kosar import _native
from kosar._baskets import warn_of, warn_of_one, with_whole
from kosar._estimator import Estimator, no_target
from kosar._order_log import OrderLog, native_log
from kosar._table import Table


class TemporalRules(Estimator[_native.TemporalRules]):
    """What customers buy after what, within a number of days, and how long after.

    A rule says that customers who bought its antecedent bought its consequent in a later order, at
    most ``within_days`` after. It is counted in customers, each once; a delay is the shortest one of
    a customer.

    Parameters
    ----------
    within_days : float
        The greatest number of days between the two orders, above 0.
    min_support : float or int
        How many customers must bear a rule out: below 1 a share of all, from 1 a number of them. So 1.0
        is one customer, not all; given as a float it brings a `ParamWarning`.
    min_confidence : float
        The smallest share of the antecedent's customers, from 0 to 1.
    top_k : int, optional
        Only so many rules, the first by lift.
    repeats : bool
        Whether an item may follow itself.
    full_window : bool
        Whether an item counts as bought first only where the log goes on for the whole window behind
        it. Without, items that are new look as though nothing followed them.
    max_rules : int
        The greatest number of rules; beyond it the result is partial, with a `PartialResultWarning`.
    max_seconds : float, optional
        The time within which the rules are to be there, likewise.

    Attributes
    ----------
    rules_ : Table
        Columns ``antecedent``, ``consequent``, ``count``, ``support``, ``confidence``, ``lift``,
        ``median_days``, ``q1_days``, ``q3_days``; by falling lift, then count, then confidence.
    partial_ : str or None
        Why rules are missing, where a budget ended the computation.
    n_customers_ : int
        The number of customers who bought anything.
    n_anonymous_orders_ : int
        The number of orders left out because they have no customer.

    Examples
    --------
    >>> import datetime as dt, kosar
    >>> days = [0, 10, 3, 23, 5, 7]
    >>> rows = {
    ...     "who": ["ann", "ann", "bob", "bob", "cleo", "cleo"],
    ...     "what": ["printer", "ink", "printer", "ink", "ink", "printer"],
    ...     "when": [dt.datetime(2025, 1, 1) + dt.timedelta(days=day) for day in days],
    ... }
    >>> log = kosar.OrderLog.from_frame(rows, customer="who", item="what", time="when")
    >>> rules = kosar.TemporalRules(within_days=30, min_support=2).fit(log)
    >>> print(rules.next("printer")[0].reason)
    67 % of the customers with printer bought it later, half of them within 15.0 days (2 customers)
    """

    _kind = "temporal_rules"

    def __init__(
        self,
        within_days: float,
        min_support: float = 5,
        min_confidence: float = 0.0,
        top_k: int | None = None,
        repeats: bool = False,
        full_window: bool = False,
        max_rules: int = 10_000_000,
        max_seconds: float | None = None,
    ) -> None:
        self.within_days = within_days
        self.min_support = min_support
        self.min_confidence = min_confidence
        self.top_k = top_k
        self.repeats = repeats
        self.full_window = full_window
        self.max_rules = max_rules
        self.max_seconds = max_seconds

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        return with_whole(stored)

    def fit(self, log: OrderLog, y: None = None) -> Self:
        """Find the rules in a log with customers, times and items."""
        no_target("TemporalRules", y)
        warn_of_one(self.min_support, stacklevel=3)
        params = {name: getattr(self, name) for name in TemporalRules._names()}
        self._model = _native.TemporalRules.fit(native_log(log, "TemporalRules"), params)
        warn_of(self._model.partial, stacklevel=3)
        return self

    def next(self, item: str | int, n: int = 10, measure: str = "confidence") -> list[_native.Recommendation]:
        """Give what is bought next after an item, at most ``n``.

        Parameters
        ----------
        item : str or int
            The item bought before.
        n : int
            How many, fewer only where no more have a rule.
        measure : {"confidence", "lift"}
            What orders them: what will most likely be bought, or what goes with the item in particular.

        Raises
        ------
        UnknownIdError
            For an item that nobody bought.
        IdTypeError
            For an item of the wrong type.
        """
        return self._fitted.next(item, n, measure)

    @property
    def rules_(self) -> Table:
        """The rules."""
        return Table(self._fitted.table())

    @property
    def partial_(self) -> str | None:
        """Why rules are missing, where a budget ended the computation; None when all are there."""
        return self._fitted.partial

    @property
    def n_customers_(self) -> int:
        """The number of customers who bought anything."""
        return self._fitted.n_customers

    @property
    def n_anonymous_orders_(self) -> int:
        """The number of orders left out because they have no customer."""
        return self._fitted.n_anonymous_orders
