"""Frequent itemsets, their number, and those of baskets in parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from kosar import _native
from kosar._baskets import BasketEstimator, warn_of, warn_of_one, with_tuples, with_whole
from kosar._catalog import Catalog, native_catalog
from kosar._errors import ParamTypeError
from kosar._estimator import no_target, repeatable
from kosar._order_log import OrderLog, native_log
from kosar._table import Table, with_frozensets


@dataclass(frozen=True)
class ItemsetCounts:
    """How many frequent itemsets there are.

    Attributes
    ----------
    total : int
        The number of sets.
    by_length : list of int
        The number of sets of one item, of two, and so on up to the longest.
    partial : str or None
        Why sets are missing, where the time was up.
    """

    total: int
    by_length: list[int]
    partial: str | None


class FrequentItemsets(BasketEstimator[_native.FrequentItemsets]):
    """Every set of items that enough baskets hold.

    Parameters
    ----------
    min_support : float or int
        Below 1 a share of the baskets, from 1 a whole number of them. So 1.0 is a count: one basket, not
        all of them; given as a float it brings a `ParamWarning`, as does a count above the number of
        baskets, with which nothing is found.
    kind : {"all", "closed", "maximal", "generators"}
        Which of the frequent sets: all; those of which no larger one has the same count; those of
        which no larger one is frequent; those of which no smaller one has the same count.
    min_len, max_len : int, optional
        The smallest and the greatest number of items in a set.
    top_k : int, optional
        Only so many sets, the first in the order of the table.
    include, exclude : iterable of str or int
        Items that every set must hold, and items that none may. Lists, sets and the like: an iterator
        is refused, as a second ``fit`` would find it empty.
    miner : {"auto", "eclat", "fp_growth"}
        Who finds the sets; all find the same.
    min_customers : int
        How many distinct customers must stand behind a set for it to be shown.
    level : {"item", "mixed"} or int
        What stands in the baskets: items; the categories of a depth, 1 the widest, in their place;
        or items and all categories above them. Other than ``"item"`` needs ``fit(log,
        catalog=catalog)``.
    unit : {"order", "customer"}
        Whether a basket is an order, or all that a customer ever bought.
    max_itemsets : int
        The greatest number of sets; beyond it the result is partial, with a `PartialResultWarning`.
    max_bytes : int
        The greatest number of bytes that the sets may take while they are found, likewise.
    max_seconds : float, optional
        The time that the search may take, likewise.

    Attributes
    ----------
    itemsets_ : Table
        Columns ``items``, ``count``, ``support``; by falling count, then length, then items. With
        ``level="mixed"`` items are strings all, and categories are among them by path.
    n_baskets_ : int
        The number of baskets.
    partial_ : str or None
        Why sets are missing, where a budget ended the search.
    unplaced_ : Unplaced or None
        The items that the catalogue has no category for, and the number of baskets left out for it;
        None with ``level="item"``, and of a model that was loaded.

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
    >>> kosar.FrequentItemsets(min_support=0.4, kind="closed", top_k=2, min_len=2).fit(log).itemsets_
    items          count  support
    bread, butter  4      0.4
    """

    _kind = "frequent_itemsets"

    def __init__(
        self,
        min_support: float,
        kind: str = "all",
        min_len: int = 1,
        max_len: int | None = None,
        top_k: int | None = None,
        include: Iterable[str | int] = (),
        exclude: Iterable[str | int] = (),
        miner: str = "auto",
        min_customers: int = 1,
        level: str | int = "item",
        unit: str = "order",
        max_itemsets: int = 10_000_000,
        max_bytes: int = 2**31,
        max_seconds: float | None = None,
    ) -> None:
        self.min_support = min_support
        self.kind = kind
        self.min_len = min_len
        self.max_len = max_len
        self.top_k = top_k
        self.include = include
        self.exclude = exclude
        self.miner = miner
        self.min_customers = min_customers
        self.level = level
        self.unit = unit
        self.max_itemsets = max_itemsets
        self.max_bytes = max_bytes
        self.max_seconds = max_seconds

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        return with_tuples(with_whole(stored), "include", "exclude")

    def _params(self) -> dict[str, Any]:
        warn_of_one(self.min_support, stacklevel=4)
        return {name: repeatable(name, getattr(self, name)) for name in FrequentItemsets._names()}

    def fit(self, log: OrderLog, y: None = None, *, catalog: Catalog | None = None) -> Self:
        """Find the sets in the baskets of a log.

        Parameters
        ----------
        log : OrderLog
            The log.
        y : None
            Nothing else: it stands where scikit-learn has a target.
        catalog : Catalog, optional
            The categories of the items, for a ``level`` other than ``"item"``.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.OrderLog.from_baskets([["rye", "tea"], ["bun", "tea"], ["bun"]])
        >>> catalog = kosar.Catalog.from_dict({"rye": "Bread", "bun": "Bread", "tea": "Drinks"})
        >>> kosar.FrequentItemsets(min_support=2, level=1).fit(log, catalog=catalog).itemsets_
        items          count  support
        Bread          3      1
        Drinks         2      0.6667
        Bread, Drinks  2      0.6667
        """
        no_target("FrequentItemsets", y, catalog=True)
        inside = native_log(log, "FrequentItemsets"), native_catalog(catalog, "FrequentItemsets.fit")
        self._take(*_native.FrequentItemsets.fit(*inside, self._params()))
        return self

    def count(self, log: OrderLog, *, catalog: Catalog | None = None) -> ItemsetCounts:
        """Count the sets that `fit` would find, without holding them: what a ``min_support`` would bring.

        Faster than `fit` by far where sets are many, and in no memory to speak of. ``max_itemsets``
        does not apply.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
        >>> kosar.FrequentItemsets(min_support=0.2).count(log)
        ItemsetCounts(total=11, by_length=[5, 5, 1], partial=None)
        """
        inside = native_log(log, "FrequentItemsets"), native_catalog(catalog, "FrequentItemsets.count")
        counts = ItemsetCounts(*_native.FrequentItemsets.count(*inside, self._params()))
        warn_of(counts.partial, stacklevel=3)
        return counts

    def candidates(self, log: OrderLog, *, catalog: Catalog | None = None) -> "Candidates":
        """Find the sets that are frequent in a part of the baskets; see `Candidates`."""
        inside = native_log(log, "FrequentItemsets"), native_catalog(catalog, "FrequentItemsets.candidates")
        return Candidates(_native.Candidates.find(*inside, self._params()))

    @property
    def itemsets_(self) -> Table:
        """The itemsets."""
        return Table(self._fitted.table())

    def to_mlxtend(self) -> Any:
        """Give the sets as mlxtend's ``fpgrowth(use_colnames=True)`` does: needs pandas.

        Returns
        -------
        pandas.DataFrame
            Columns ``support`` and ``itemsets``, which are frozensets.
        """
        frame = self.itemsets_.to_pandas()[["support", "items"]]
        return with_frozensets(frame.rename(columns={"items": "itemsets"}), "itemsets")


class Candidates:
    """The sets that are frequent in a part of the baskets, or in one of several parts.

    Baskets too many for one machine are searched in parts: each part gives its candidates, which are
    merged, counted in each part, and the counts merged. What comes out is the result of the whole,
    exactly. Both go from process to process as bytes. ``min_support`` must be a share; ``kind``,
    ``top_k``, ``include``, ``min_customers`` and ``level="mixed"`` cannot be told of parts.

    Savasere, Omiecinski and Navathe 1995, "An efficient algorithm for mining association rules in
    large databases".

    Examples
    --------
    >>> import kosar
    >>> baskets = kosar.datasets.breakfast()
    >>> parts = [kosar.OrderLog.from_baskets(half) for half in (baskets[:5], baskets[5:])]
    >>> itemsets = kosar.FrequentItemsets(min_support=0.4)
    >>> first, second = (itemsets.candidates(part) for part in parts)
    >>> candidates = kosar.Candidates.from_bytes(first.merge(second).to_bytes())
    >>> first, second = (candidates.count(part) for part in parts)
    >>> found = first.merge(second).finish()
    >>> whole = itemsets.fit(kosar.OrderLog.from_baskets(baskets))
    >>> found.itemsets_.to_dicts() == whole.itemsets_.to_dicts()
    True
    """

    def __init__(self, native: _native.Candidates) -> None:
        self._native = native

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make candidates of the bytes that `to_bytes` gave; they are checked."""
        return cls(_native.Candidates.from_bytes(data))

    def to_bytes(self) -> bytes:
        """Give the candidates as bytes, to be sent."""
        return self._native.to_bytes()

    def merge(self, other: "Candidates") -> "Candidates":
        """Give the candidates of both, which must be of parts without a basket in common."""
        return Candidates(self._native.merge(_inside("other", other, Candidates)))

    def count(self, log: OrderLog, *, catalog: Catalog | None = None) -> "CandidateCounts":
        """Count the candidates in a part of the baskets."""
        inside = native_log(log, "Candidates.count"), native_catalog(catalog, "Candidates.count")
        return CandidateCounts(self._native.count(*inside))

    @property
    def n_baskets(self) -> int:
        """The number of baskets that were searched."""
        return self._native.n_baskets

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"Candidates({len(self):,} sets of {self.n_baskets:,} baskets)"


class CandidateCounts:
    """How many baskets of a part, or of several parts, hold each candidate; see `Candidates`."""

    def __init__(self, native: _native.CandidateCounts) -> None:
        self._native = native

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make counts of the bytes that `to_bytes` gave; they are checked."""
        return cls(_native.CandidateCounts.from_bytes(data))

    def to_bytes(self) -> bytes:
        """Give the counts as bytes, to be sent."""
        return self._native.to_bytes()

    def merge(self, other: "CandidateCounts") -> "CandidateCounts":
        """Give the counts of both, which must be of parts without a basket in common."""
        return CandidateCounts(self._native.merge(_inside("other", other, CandidateCounts)))

    def finish(self) -> FrequentItemsets:
        """Give the frequent itemsets of all parts together, once each was counted."""
        model = self._native.finish()
        return FrequentItemsets._of(model.params, model)

    @property
    def n_baskets(self) -> int:
        """The number of baskets that were counted."""
        return self._native.n_baskets

    def __repr__(self) -> str:
        return f"CandidateCounts({self.n_baskets:,} baskets)"


def _inside(name: str, value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, kind):
        raise ParamTypeError(f"{name} must be {kind.__name__}, got {type(value).__name__}")
    return value._native
