"""Frequent itemsets and association rules."""

import warnings
from collections.abc import Iterable
from typing import Self

from kosar import _native
from kosar._errors import PartialResultWarning
from kosar._estimator import Estimator
from kosar._order_log import OrderLog, native_log
from kosar._table import Table


def _warn(partial: str | None) -> None:
    if partial is not None:
        warnings.warn(partial, PartialResultWarning, stacklevel=3)


class FrequentItemsets(Estimator[_native.FrequentItemsets]):
    """Every set of items that enough baskets hold.

    Parameters
    ----------
    min_support : float or int
        Below 1 a share of the baskets, from 1 a whole number of them.
    max_len : int, optional
        The greatest number of items in a set.
    max_itemsets : int
        The greatest number of sets; beyond it the result is partial, with a `PartialResultWarning`.
    max_bytes : int
        The greatest number of bytes that the sets may take while they are found, likewise.

    Attributes
    ----------
    itemsets_ : Table
        Columns ``items``, ``count``, ``support``; by falling count, then length, then items.
    n_baskets_ : int
        The number of baskets.
    partial_ : str or None
        Why sets are missing, where a budget ended the search.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> kosar.FrequentItemsets(min_support=0.4).fit(log).itemsets_
    items          count  support
    bread          6      0.6
    coffee         5      0.5
    butter         4      0.4
    milk           4      0.4
    bread, butter  4      0.4
    """

    _kind = "frequent_itemsets"

    def __init__(
        self,
        min_support: float,
        max_len: int | None = None,
        max_itemsets: int = 10_000_000,
        max_bytes: int = 2**31,
    ) -> None:
        self.min_support = min_support
        self.max_len = max_len
        self.max_itemsets = max_itemsets
        self.max_bytes = max_bytes

    def fit(self, log: OrderLog, y: None = None) -> Self:
        """Find the sets in the baskets of a log."""
        inside = native_log(log, "FrequentItemsets")
        self._model = _native.FrequentItemsets.fit(
            inside, self.min_support, self.max_len, self.max_itemsets, self.max_bytes
        )
        _warn(self._model.partial)
        return self

    @property
    def itemsets_(self) -> Table:
        """The itemsets."""
        return Table(self._fitted.table())

    @property
    def n_baskets_(self) -> int:
        """The number of baskets."""
        return self._fitted.n_baskets

    @property
    def partial_(self) -> str | None:
        """Why sets are missing; None when all are there."""
        return self._fitted.partial


class AssociationRules(Estimator[_native.AssociationRules]):
    """Every rule of sufficient support and confidence, and what the rules add to a cart.

    Parameters
    ----------
    min_support : float or int
        Below 1 a share of the baskets, from 1 a whole number of them.
    min_confidence : float
        From 0 to 1.
    consequent : {"single", "any"}
        How many items a rule may conclude: one, or any number.
    max_len : int, optional
        The greatest number of items of a rule, at least 2.
    max_itemsets, max_rules, max_bytes : int
        Budgets; beyond them the result is partial, with a `PartialResultWarning`.

    Attributes
    ----------
    rules_ : Table
        Columns ``antecedent``, ``consequent``, ``antecedent_support``, ``consequent_support``,
        ``count`` and ten measures; by falling lift, then count, then confidence.
    n_baskets_ : int
        The number of baskets.
    partial_ : str or None
        Why rules are missing, where a budget ended the search.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> rules = kosar.AssociationRules(min_support=0.2).fit(log)
    >>> for item, score, reason in rules.recommend(["bread"]):
    ...     print(item, round(score, 2), reason)
    butter 0.67 67 % of the bread baskets have it too (4 baskets, lift 1.7)
    """

    _kind = "association_rules"

    def __init__(
        self,
        min_support: float,
        min_confidence: float = 0.5,
        consequent: str = "single",
        max_len: int | None = None,
        max_itemsets: int = 10_000_000,
        max_rules: int = 10_000_000,
        max_bytes: int = 2**31,
    ) -> None:
        self.min_support = min_support
        self.min_confidence = min_confidence
        self.consequent = consequent
        self.max_len = max_len
        self.max_itemsets = max_itemsets
        self.max_rules = max_rules
        self.max_bytes = max_bytes

    def fit(self, log: OrderLog, y: None = None) -> Self:
        """Find the rules in the baskets of a log."""
        self._model = _native.AssociationRules.fit(
            native_log(log, "AssociationRules"),
            self.min_support,
            self.min_confidence,
            self.consequent,
            self.max_len,
            self.max_itemsets,
            self.max_rules,
            self.max_bytes,
        )
        _warn(self._model.partial)
        return self

    def recommend(self, cart: Iterable[str | int], n: int = 10) -> list[_native.Recommendation]:
        """Recommend at most ``n`` items for a cart, by the confidence of the best rule for each.

        Parameters
        ----------
        cart : iterable of str or int
            The items in the cart; they are never recommended.
        n : int
            How many, fewer only where no more have a rule.

        Raises
        ------
        UnknownIdError
            For an item that was in no basket.
        IdTypeError
            For an item of the wrong type.
        """
        return self._fitted.recommend(cart, n)

    @property
    def rules_(self) -> Table:
        """The rules."""
        return Table(self._fitted.table())

    @property
    def n_baskets_(self) -> int:
        """The number of baskets."""
        return self._fitted.n_baskets

    @property
    def partial_(self) -> str | None:
        """Why rules are missing; None when all are there."""
        return self._fitted.partial
