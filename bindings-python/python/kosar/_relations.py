"""Complements and substitutes."""

import dataclasses
from collections.abc import Iterable
from typing import Any, Self

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._errors import ParamError, ParamTypeError
from kosar._estimator import Estimator, no_target
from kosar._order_log import OrderLog, native_log


@dataclasses.dataclass(frozen=True)
class PairRelation:
    """What two items are to each other, with the counts that say so; ``str(pair)`` is a sentence.

    Attributes
    ----------
    relation : {"complement", "substitute", "neither", "unclear"}
        The label; ``"unclear"`` where one of them is in too few baskets.
    orders_a, orders_b : int
        The baskets with each item.
    together : int
        The baskets with both.
    expected : float
        The baskets that would have both by chance.
    lift : float
        ``(together + shrinkage) / (expected + shrinkage)``; 1 as by chance.
    context : float
        How alike what stands beside them in baskets is, from 0 to 1.
    apart : int
        The customers who bought both and never in one order, within the window.
    instead : int
        Those of them who bought each at least twice.
    """

    relation: str
    orders_a: int
    orders_b: int
    together: int
    expected: float
    lift: float
    context: float
    apart: int
    instead: int
    _text: str = dataclasses.field(repr=False)

    def __str__(self) -> str:
        return self._text


def _pair(found: tuple[dict[str, Any], str]) -> PairRelation:
    fields, text = found
    return PairRelation(**fields, _text=text)


class ItemRelations(Estimator[_native.ItemRelations]):
    """What items are to each other: complements, which go together, or substitutes for each other.

    Item a is in ``n_a`` baskets, and ``n_ab`` hold both. By chance ``E = n_a * n_b * c`` would, were the
    lines of the log dealt out to baskets of the sizes that there are. The lift is
    ``(n_ab + shrinkage) / (E + shrinkage)``. The context of two items is the cosine of their profiles,
    ``max(0, ln(lift))`` of what stands beside each in baskets, each without the other item.

    Parameters
    ----------
    min_orders : int
        In how many baskets an item must be for anything to be said of it.
    min_together : int
        In how many baskets complements must be together.
    min_apart : int
        How many customers must have bought substitutes only apart.
    min_lift : float
        The lift from which on two items are complements.
    max_lift : float
        The lift up to which two items can be substitutes.
    min_context : float
        The context from which on two items can be substitutes.
    shrinkage : float
        How many baskets with a lift of 1 are added to what is seen.
    window_days : float, optional
        Within how many days of each other orders count as one in place of the other; None for any.
    profile : int
        How many items a profile has at most.
    neighbors : int
        How many complements and how many substitutes of each item are kept.

    Attributes
    ----------
    items_, customers_ : list
        The ids, sorted.
    n_baskets_ : int
        The number of baskets.

    Examples
    --------
    >>> import kosar
    >>> baskets = [["tea", "lemon"]] * 20 + [["bread", "butter"]] * 10 + [["bread", "margarine"]] * 10
    >>> log = kosar.OrderLog.from_baskets(baskets)
    >>> relations = kosar.ItemRelations(shrinkage=1).fit(log)
    >>> print(relations.relation("butter", "margarine"))
    substitute: in 0 baskets together (1.2 by chance, lift 0.4), by 0 customers only apart, context 1.00
    >>> [item for item, pair in relations.complements("tea")]
    ['lemon']
    """

    _kind = "item_relations"

    def __init__(
        self,
        min_orders: int = 10,
        min_together: int = 3,
        min_apart: int = 0,
        min_lift: float = 3.0,
        max_lift: float = 0.5,
        min_context: float = 0.2,
        shrinkage: float = 3.0,
        window_days: float | None = None,
        profile: int = 200,
        neighbors: int = 50,
    ) -> None:
        self.min_orders = min_orders
        self.min_together = min_together
        self.min_apart = min_apart
        self.min_lift = min_lift
        self.max_lift = max_lift
        self.min_context = min_context
        self.shrinkage = shrinkage
        self.window_days = window_days
        self.profile = profile
        self.neighbors = neighbors

    def fit(self, log: OrderLog, y: None = None, *, catalog: Catalog | None = None) -> Self:
        """Judge the pairs of a log; with a catalogue only items of one category are substitutes."""
        no_target("ItemRelations", y, catalog=True)
        inside = native_catalog(catalog, "ItemRelations.fit")
        params = {name: getattr(self, name) for name in ItemRelations._names()}
        self._model = _native.ItemRelations.fit(native_log(log, "ItemRelations"), inside, params)
        return self

    def relation(self, a: str | int, b: str | int) -> PairRelation:
        """Tell what two items are to each other.

        Raises
        ------
        UnknownIdError
            For an item that nobody bought.
        NoHistoriesError
            In a model saved without histories, which knows the lists only.
        """
        return _pair(self._fitted.relation(a, b))

    def label(self, pairs: Iterable[tuple[str | int, str | int]]) -> list[PairRelation]:
        """Tell what the items of each of many pairs are to each other, as `relation` does."""
        given = [tuple(pair) for pair in pairs]
        if not all(len(pair) == 2 for pair in given):
            raise ParamTypeError("pairs must be a list of pairs of items")
        return [_pair(one) for one in self._fitted.label([a for a, _ in given], [b for _, b in given])]

    def complements(self, item: str | int, n: int = 10) -> list[tuple[Any, PairRelation]]:
        """Give the items that go with one, the highest lift first."""
        return [(other, _pair(pair)) for other, pair in self._fitted.complements(item, n)]

    def substitutes(self, item: str | int, n: int = 10) -> list[tuple[Any, PairRelation]]:
        """Give the items that stand in for one, the nearest context first."""
        return [(other, _pair(pair)) for other, pair in self._fitted.substitutes(item, n)]

    def recommend(
        self,
        customer: str | int | None = None,
        items: Iterable[str | int] | None = None,
        relation: str = "complement",
        n: int = 10,
        *,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[_native.Recommendation]:
        """Recommend what goes with the items that somebody has, or what stands in for them.

        Whoever bought a sofa is offered the armchair that goes with it, not another sofa. The score is a
        sum over the items owned: of the logarithms of the lifts, or of the contexts. A complement of one
        of them that is a substitute of another is left out.

        Parameters
        ----------
        customer : str or int
            A customer of the log.
        items : iterable of str or int
            Instead: the items of a cart or a visit.
        relation : {"complement", "substitute"}
            What is wanted.
        n : int
            How many; fewer only where fewer candidates remain.
        exclude : iterable of str or int
            Items never to be answered; others take their places.
        only : iterable of str or int, optional
            Items to choose from; None for all.

        Raises
        ------
        ParamError
            Unless exactly one of ``customer`` and ``items`` is given, and for another relation.
        UnknownIdError
            For an unknown customer or item.
        NoHistoriesError
            For a customer, in a model that knows none.
        """
        model = self._fitted
        if customer is not None and items is None:
            return model.recommend_for_customer(customer, relation, n, exclude, only)
        if items is not None and customer is None:
            return model.recommend_for_items(items, relation, n, exclude, only)
        what = "neither" if customer is None else "both"
        raise ParamError(f"exactly one of customer and items must be given, got {what}")

    @property
    def customers_(self) -> list[Any]:
        """The ids of the customers, sorted; empty where the model knows none."""
        return self._fitted.customers()

    @property
    def items_(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._fitted.items()

    @property
    def n_baskets_(self) -> int:
        """The number of baskets."""
        return self._fitted.n_baskets
