"""Association rules."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._baskets import BasketEstimator, warn_of, warn_of_one, with_whole
from kosar._catalog import Catalog, native_catalog
from kosar._errors import ParamError, ParamTypeError
from kosar._estimator import no_target, repeatable
from kosar._itemsets import FrequentItemsets
from kosar._order_log import OrderLog, native_log
from kosar._table import Table, with_frozensets
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike

MEASURES: tuple[str, ...] = tuple(_native.measures())
"""The names of the 30 measures of a rule; `AssociationRules.table` knows ``"improvement"`` too."""


@dataclass(frozen=True)
class RuleSide:
    """What one side of a rule may hold; by default anything.

    Items are kept as tuples, whatever they are given as.

    Attributes
    ----------
    only : iterable of str or int, optional
        The items that it may hold.
    exclude : iterable of str or int
        Items that it may not.
    any_of : iterable of str or int
        Items of which it must hold one.
    min_len, max_len : int, optional
        The smallest and the greatest number of its items.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> one = kosar.RuleSide(max_len=1)
    >>> jam = kosar.RuleSide(only=["jam"])
    >>> rules = kosar.AssociationRules(
    ...     min_support=2, min_confidence=0.4, antecedent_items=one, consequent_items=jam
    ... ).fit(log)
    >>> rules.rules_["antecedent"]
    [['butter']]
    """

    only: Iterable[str | int] | None = None
    exclude: Iterable[str | int] = ()
    any_of: Iterable[str | int] = ()
    min_len: int = 1
    max_len: int | None = None

    def __post_init__(self) -> None:
        for name in ("only", "exclude", "any_of"):
            items = getattr(self, name)
            # What is no collection of items is left for `fit` to refuse.
            if isinstance(items, Iterable) and not isinstance(items, str | bytes):
                object.__setattr__(self, name, tuple(items))


def _side(name: str, side: Any) -> dict[str, Any]:
    """Give a side as all of its fields."""
    if side is None:
        side = RuleSide()
    if isinstance(side, RuleSide):
        return {field: getattr(side, field) for field in RuleSide.__dataclass_fields__}
    if not isinstance(side, Mapping):
        raise ParamTypeError(f"{name} must be a RuleSide, a dict or None, got {side!r}")
    for field in side:
        if field not in RuleSide.__dataclass_fields__:
            allowed = ", ".join(RuleSide.__dataclass_fields__)
            raise ParamError(f"{name} may have the keys {allowed}, got {field!r}")
    given = {field: repeatable(f"{name}.{field}", value) for field, value in side.items()}
    return {**asdict(RuleSide()), **given}


def _stored_side(side: Mapping[str, Any]) -> RuleSide | None:
    found = RuleSide(**side)
    return None if found == RuleSide() else found


class AssociationRules(BasketEstimator[_native.AssociationRules]):
    """Every rule of sufficient support and confidence, and what the rules add to a cart.

    Rules are made in this order: itemsets of sufficient support (of weighted baskets with
    ``half_life_days``); of their splits those of sufficient confidence that both sides allow, which
    are the rules tested; of these the significant ones; of these the ones that improve on simpler
    ones; of these the first ``top_k``.

    Parameters
    ----------
    min_support : float or int
        Below 1 a share of the baskets, from 1 a whole number of them (with ``half_life_days`` of whole
        baskets). So 1.0 is a count: one basket, not all of them; given as a float it brings a
        `ParamWarning`, as does a count above the number of baskets, with which nothing is found.
    min_confidence : float
        From 0 to 1.
    consequent : {"single", "any"}
        How many items a rule may conclude: one, or any number.
    max_len : int, optional
        The greatest number of items of a rule, at least 2.
    antecedent_items, consequent_items : RuleSide or dict, optional
        What the sides may hold. They narrow the search itself, the more the rarer the items that
        ``only`` and ``any_of`` name.
    max_p_value : float, optional
        Only rules of at most this p in Fisher's exact test, under ``correction``.
    correction : {"bonferroni", "benjamini_hochberg", "none"}
        How ``max_p_value`` is corrected for the number of rules tested.
    drop_redundant : bool
        Whether to leave out rules to which there is a simpler one, with the same consequent and less
        in the antecedent, of at least the confidence.
    min_improvement : float, optional
        Only rules whose confidence is by at least this much above that of every simpler one.
    rank_by : str
        The measure that orders the rules, one of `MEASURES`.
    top_k : int, optional
        Only so many rules, the first in that order; what cannot be among them is not looked at.
    half_life_days : float, optional
        The time in which a basket loses half of its weight; None for baskets that never age.
    as_of : datetime, date, str or numpy.datetime64, optional
        When baskets have their age; that of the latest basket without. Later ones weigh nothing, which
        a `ParamWarning` tells.
    min_customers : int
        How many distinct customers must have a basket with all items of a rule.
    level : {"item", "mixed"} or int
        What stands in the baskets: items; the categories of a depth, 1 the widest, in their place;
        or items and all categories above them. Other than ``"item"`` needs ``fit(log,
        catalog=catalog)``.
    unit : {"order", "customer"}
        Whether a basket is an order, or all that a customer ever bought.
    max_itemsets, max_rules, max_bytes : int
        Budgets; beyond them the result is partial, with a `PartialResultWarning`.
    max_seconds : float, optional
        The time within which the rules are to be there, from the search for itemsets to the last sort,
        likewise. A table of them is made when it is asked for.

    Attributes
    ----------
    rules_ : Table
        Columns ``antecedent``, ``consequent``, ``antecedent_support``, ``consequent_support``,
        ``count`` and ten measures; by ``rank_by``, then count, then confidence.
    n_baskets_ : int
        The number of baskets.
    partial_ : str or None
        Why rules are missing, where a budget ended the search.
    unplaced_ : Unplaced or None
        The items that the catalogue has no category for, and the number of baskets left out for it;
        None with ``level="item"``, and of a model that was loaded.

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
        antecedent_items: RuleSide | Mapping[str, Any] | None = None,
        consequent_items: RuleSide | Mapping[str, Any] | None = None,
        max_p_value: float | None = None,
        correction: str = "bonferroni",
        drop_redundant: bool = False,
        min_improvement: float | None = None,
        rank_by: str = "lift",
        top_k: int | None = None,
        half_life_days: float | None = None,
        as_of: "TimeLike | None" = None,
        min_customers: int = 1,
        level: str | int = "item",
        unit: str = "order",
        max_itemsets: int = 10_000_000,
        max_rules: int = 10_000_000,
        max_bytes: int = 2**31,
        max_seconds: float | None = None,
    ) -> None:
        self.min_support = min_support
        self.min_confidence = min_confidence
        self.consequent = consequent
        self.max_len = max_len
        self.antecedent_items = antecedent_items
        self.consequent_items = consequent_items
        self.max_p_value = max_p_value
        self.correction = correction
        self.drop_redundant = drop_redundant
        self.min_improvement = min_improvement
        self.rank_by = rank_by
        self.top_k = top_k
        self.half_life_days = half_life_days
        self.as_of = as_of
        self.min_customers = min_customers
        self.level = level
        self.unit = unit
        self.max_itemsets = max_itemsets
        self.max_rules = max_rules
        self.max_bytes = max_bytes
        self.max_seconds = max_seconds

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        sides = {name: _stored_side(stored[name]) for name in ("antecedent_items", "consequent_items")}
        as_of = None if stored["as_of"] is None else from_micros(stored["as_of"])
        return {**with_whole(stored), **sides, "as_of": as_of}

    def _params(self) -> dict[str, Any]:
        params = {name: getattr(self, name) for name in AssociationRules._names()}
        warn_of_one(params["min_support"], stacklevel=4)
        for name in ("antecedent_items", "consequent_items"):
            params[name] = _side(name, params[name])
        if params["as_of"] is not None:
            params["as_of"] = instant("as_of", params["as_of"])
        return params

    def fit(self, log: OrderLog, y: None = None, *, catalog: Catalog | None = None) -> Self:
        """Find the rules in the baskets of a log.

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
        Rules across levels recommend items for what is above the items of a cart:

        >>> import kosar
        >>> baskets = [["rye", "tea"], ["bun", "tea"], ["bun", "rye", "tea"], ["oil"], ["roll"]]
        >>> catalog = kosar.Catalog.from_dict({"rye": "Bread", "bun": "Bread", "roll": "Bread"})
        >>> rules = kosar.AssociationRules(min_support=3, level="mixed")
        >>> rules = rules.fit(kosar.OrderLog.from_baskets(baskets), catalog=catalog)
        >>> print(rules.recommend(["roll"])[0].reason)
        75 % of the Bread baskets have it too (3 baskets, lift 1.2)
        >>> rules.unplaced_
        Unplaced(items=['oil', 'tea'], baskets=0)
        """
        no_target("AssociationRules", y, catalog=True)
        inside = native_log(log, "AssociationRules"), native_catalog(catalog, "AssociationRules.fit")
        self._take(*_native.AssociationRules.fit(*inside, self._params()))
        return self

    @classmethod
    def from_itemsets(cls, itemsets: FrequentItemsets, **params: Any) -> Self:
        """Make rules from itemsets that were found before, such as those of several parts.

        They are the rules of exactly the itemsets given. Where these are all of the baskets, they are the
        rules that `fit` would find; an item that ``exclude`` kept out of the itemsets is in no rule.

        Parameters
        ----------
        itemsets : FrequentItemsets
            Fitted, of kind ``"all"`` and without ``min_len``, ``include`` and ``top_k``.
        **params
            Parameters of the rules. ``min_support``, ``max_len`` and ``min_customers`` are those of the
            itemsets unless given; ``level`` and ``unit`` are always.

        Raises
        ------
        ParamError
            When the itemsets leave out what the rules need.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
        >>> itemsets = kosar.FrequentItemsets(min_support=0.2).fit(log)
        >>> rules = kosar.AssociationRules.from_itemsets(itemsets, min_confidence=0.9)
        >>> len(rules.rules_)
        5
        """
        if not isinstance(itemsets, FrequentItemsets):
            raise ParamTypeError(f"itemsets must be FrequentItemsets, got {type(itemsets).__name__}")
        found_by = with_whole(itemsets._fitted.params)
        view = {name: found_by[name] for name in ("level", "unit")}
        given = {name: found_by[name] for name in ("min_support", "max_len", "min_customers")} | params
        for name, value in view.items():
            if given.setdefault(name, value) != value:
                raise ParamError(f"{name} must be that of the itemsets, {value!r}, got {given[name]!r}")
        rules = cls(**given)
        rules._model = _native.AssociationRules.from_itemsets(itemsets._fitted, rules._params())
        rules._unplaced = itemsets._unplaced
        warn_of(rules._model.partial, stacklevel=3)
        return rules

    def recommend(
        self,
        cart: Iterable[str | int],
        n: int = 10,
        measure: str = "confidence",
        combine: str = "max",
        min_score: float | None = None,
        exclude: Iterable[str | int] = (),
    ) -> list[_native.Recommendation]:
        """Recommend at most ``n`` items for a cart.

        A rule speaks for its consequent when its whole antecedent is in the cart, and says its
        measure. The reason of an item is the rule that says most. With ``level="mixed"`` the
        categories above the items of the cart are in it too, and only items are recommended.

        Parameters
        ----------
        cart : iterable of str or int
            The items in the cart; they are never recommended.
        n : int
            How many, fewer only where no more have a rule.
        measure : str
            One of `MEASURES` of which more is better: not ``"fisher_p"``.
        combine : {"max", "sum", "noisy_or"}
            How the rules for one item add up: the greatest measure, their sum, or 1 - the product of
            (1 - measure), which is for ``"confidence"`` and ``"laplace"`` only.
        min_score : float, optional
            Only items of at least this score.
        exclude : iterable of str or int
            Items never to be answered; with ``level="mixed"`` a category takes its items with it.

        Raises
        ------
        UnknownIdError
            For an item that was in no basket.
        IdTypeError
            For an item of the wrong type.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
        >>> rules = kosar.AssociationRules(min_support=0.1, min_confidence=0.1).fit(log)
        >>> [found.item for found in rules.recommend(["jam"], measure="lift", exclude=["bread"])]
        ['butter']
        """
        options = {"measure": measure, "combine": combine, "min_score": min_score, "exclude": exclude}
        return self._fitted.recommend(cart, n, options)

    @property
    def rules_(self) -> Table:
        """The rules."""
        return Table(self._fitted.table(None))

    def table(self, measures: Iterable[str] | None = None) -> Table:
        """Give the rules with the measures named, or as `rules_` has them.

        Parameters
        ----------
        measures : iterable of str, optional
            Some of `MEASURES`, and ``"improvement"``, one more statistic: how much the confidence is
            above that of every simpler rule with the same consequent. No others are computed.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
        >>> table = kosar.AssociationRules(min_support=0.2).fit(log).table(["lift", "fisher_p"])
        >>> table.columns[4:]
        ['count', 'lift', 'fisher_p']
        """
        if isinstance(measures, str):
            raise ParamTypeError(f"measures must be a list of names, got {measures!r}")
        names = None if measures is None else list(measures)
        for name in names or ():
            if not isinstance(name, str):
                raise ParamTypeError(f"measures must be a list of names, got {name!r} among them")
        return Table(self._fitted.table(names))

    def to_mlxtend(self) -> Any:
        """Give the rules as mlxtend's ``association_rules`` does: needs pandas.

        Returns
        -------
        pandas.DataFrame
            ``antecedents`` and ``consequents``, which are frozensets, ``antecedent support``,
            ``consequent support``, ``support``, ``confidence``, ``lift``, ``representativity``,
            ``leverage``, ``conviction``, ``zhangs_metric``, ``jaccard``, ``certainty``, ``kulczynski``.
        """
        return with_frozensets(Table(self._fitted.mlxtend_table()).to_pandas(), "antecedents", "consequents")
