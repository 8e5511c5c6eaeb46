"""Item similarity."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._errors import ParamError
from kosar._estimator import Estimator, no_target
from kosar._matrix import is_matrix, native_matrix
from kosar._order_log import OrderLog, native_log
from kosar._slots import ids_of_slots
from kosar._table import Table
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike

Ids = Iterable[str | int]


@dataclass(frozen=True)
class Contribution:
    """What one owned item adds to the score of a recommended one."""

    item: Any
    similarity: float
    count: int


@dataclass(frozen=True)
class SimilarCustomer:
    """A customer that resembles another: the cosine of what both own, and how many items both own."""

    customer: Any
    similarity: float
    count: int


class ItemSimilarity(Estimator[_native.ItemSimilarity]):
    """Items that resemble each other by who bought them, and recommendations from what one owns.

    With ``c`` customers (or orders) who have both items of a pair, ``a`` and ``b`` who have one of them,
    ``n`` of them all. Where pairs have weights, ``c``, ``a`` and ``b`` are sums of products of weights.

    Parameters
    ----------
    measure : str
        How items are compared: ``"cosine"`` c / sqrt(a b); ``"tanimoto"`` c / (a + b - c); ``"dice"``
        2 c / (a + b); ``"conditional"`` c / a, of the item that one has; ``"dot"`` c; and on counts only
        ``"jaccard"`` c / (a + b - c), ``"lift"`` n c / (a b), ``"pmi"`` ln(n c / (a b)) and
        ``"log_likelihood"``, Dunning's ratio, negative below chance.
    neighbors : int
        How many neighbours of each item are kept.
    unit : {"customer", "order"}
        What two items must share to be counted together.
    max_history : int, optional
        How many distinct items of a customer count, the latest kept; None for all.
    side : {"source", "target"}
        Which end of a pair chooses its neighbours: the item that one has, or the candidate.
    strength : {"binary", "orders", "quantity"}
        What a pair of a customer and an item is worth: 1, its orders, or the quantity left after
        returns (of a matrix, its values).
    weighting : {"plain", "tf_idf", "bm25"}
        How strengths become weights; users are to items what words are to documents.
    k1, b : float
        Of BM25: how soon more of the same counts less, and how much an item's length counts.
    user_exponent : float
        What a user counts for: their number of items to this power, from -4 to 4. Below 0 those with
        many items say less.
    shrinkage : float
        Multiplies a similarity by c / (c + shrinkage): few customers say little.
    asymmetry : float
        Of the cosine, from 0 to 1: c / (a^asymmetry b^(1 - asymmetry)).
    popularity_damping : float
        Divides a similarity by the candidate's number of users to this power, from 0 to 4; RP3beta's beta.
    half_life_days : float, optional
        The days in which a purchase loses half of its weight.
    pair_half_life_days : float, optional
        The days between two purchases that halve what they say of each other.
    as_of : datetime, date or str, optional
        When purchases have their age; that of the latest one by default.
    min_customers : int
        How many customers must have both items of a pair.

    Attributes
    ----------
    neighbors_ : Table
        The lists: item, neighbor, similarity, count.
    items_, customers_ : list
        The ids, sorted.
    n_customers_cut_ : int
        The number of customers of whom only the latest items counted.
    n_anonymous_orders_ : int
        The number of orders that did not count because they have no customer.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> model = kosar.ItemSimilarity(unit="order").fit(log)
    >>> model.similar("bread", n=1)
    [Recommendation('butter', 0.816, 'bought with bread by 4 (similarity 0.82)')]
    """

    _kind = "item_similarity"

    def __init__(
        self,
        measure: str = "cosine",
        neighbors: int = 100,
        unit: str = "customer",
        max_history: int | None = 1000,
        *,
        side: str = "source",
        strength: str = "binary",
        weighting: str = "plain",
        k1: float = 1.2,
        b: float = 0.75,
        user_exponent: float = 0.0,
        shrinkage: float = 0.0,
        asymmetry: float = 0.5,
        popularity_damping: float = 0.0,
        half_life_days: float | None = None,
        pair_half_life_days: float | None = None,
        as_of: "TimeLike | None" = None,
        min_customers: int = 1,
    ) -> None:
        self.measure = measure
        self.neighbors = neighbors
        self.unit = unit
        self.max_history = max_history
        self.side = side
        self.strength = strength
        self.weighting = weighting
        self.k1 = k1
        self.b = b
        self.user_exponent = user_exponent
        self.shrinkage = shrinkage
        self.asymmetry = asymmetry
        self.popularity_damping = popularity_damping
        self.half_life_days = half_life_days
        self.pair_half_life_days = pair_half_life_days
        self.as_of = as_of
        self.min_customers = min_customers

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(stored)
        micros, weighting = given["as_of"], given["weighting"]
        given["as_of"] = None if micros is None else from_micros(micros)
        if isinstance(weighting, Mapping):
            given |= {"weighting": "bm25", **weighting["bm25"]}
        return given

    def fit(self, log: Any, y: None = None) -> Self:
        """Find the neighbours of each item.

        Parameters
        ----------
        log : OrderLog or sparse matrix
            A log; or a SciPy matrix of shape (users, items), whose users and items are called by their
            positions. Its values count with ``strength="quantity"``.
        y : None
            Not used.
        """
        no_target("ItemSimilarity", y)
        as_of = None if self.as_of is None else instant("as_of", self.as_of)
        given = {**self.get_params(), "as_of": as_of}
        if is_matrix(log):
            self._model = _native.ItemSimilarity.fit_matrix(native_matrix(log), given)
        else:
            self._model = _native.ItemSimilarity.fit(native_log(log, "ItemSimilarity"), given)
        return self

    def update(self, log: OrderLog) -> Self:
        """Take in new orders: the model becomes the one that a fit on both logs would give, bit for bit.

        Parameters
        ----------
        log : OrderLog
            Orders that the model has not seen; `OrderLog.append` reports those that it has.
        """
        self._model = self._fitted.update(native_log(log, "ItemSimilarity"))
        return self

    def forget(self, customer: str | int) -> Self:
        """Forget a customer: the model becomes the one that a fit without them would give, bit for bit."""
        self._model = self._fitted.forget(customer)
        return self

    def similar(
        self,
        item: str | int,
        n: int = 10,
        *,
        only: Ids | None = None,
        exclude: Ids = (),
        min_score: float | None = None,
    ) -> list[_native.Recommendation]:
        """Give the items most similar to one, best first.

        Where more are asked for than neighbours were kept, the others are computed from the histories.

        Parameters
        ----------
        item : str or int
            The item.
        n : int
            How many, fewer only where fewer share a customer (or order) with it.
        only, exclude, min_score
            As in `recommend`.
        """
        return self._fitted.similar(item, n, _options(only, exclude, min_score))

    def recommend(
        self,
        customer: str | int | None = None,
        items: Ids | None = None,
        n: int = 10,
        *,
        only: Ids | None = None,
        exclude: Ids = (),
        min_score: float | None = None,
        dislikes: Ids = (),
        returned_weight: float = 0.0,
        keep_owned: bool = False,
    ) -> list[_native.Recommendation]:
        """Recommend at most ``n`` items to a customer, or to someone who has the given items.

        Parameters
        ----------
        customer : str or int
            A customer of the log.
        items : iterable of str or int
            Instead: the items of a cart or a visit.
        n : int
            How many, fewer only where fewer candidates remain.
        only : iterable of str or int, optional
            Items to choose from; None for all. Ids that the model does not know are passed over.
        exclude : iterable of str or int
            Items never to be answered; others take their places.
        min_score : float, optional
            Only items of at least this score.
        dislikes : iterable of str or int
            Items that one dislikes: they are never answered, and what resembles them loses.
        returned_weight : float
            How much what resembles a returned item loses, from 0 to 1.
        keep_owned : bool
            Whether what the customer owns, or the items given, may be answered too.

        Raises
        ------
        ParamError
            Unless exactly one of ``customer`` and ``items`` is given.
        UnknownIdError
            For an unknown customer or item.
        NoHistoriesError
            For a customer, in a model that knows none.
        """
        model = self._fitted
        given = _options(only, exclude, min_score, dislikes, returned_weight, keep_owned)
        if customer is not None and items is None:
            return model.recommend_for_customer(customer, n, given)
        if items is not None and customer is None:
            return model.recommend_for_items(items, n, given)
        raise _one_of(customer)

    def explain(
        self, item: str | int, customer: str | int | None = None, items: Ids | None = None
    ) -> list[Contribution]:
        """Say what each item that a customer owns, or each of the items given, adds to the score of one.

        Returns
        -------
        list of (item, similarity, count), the greatest first; the similarities add up to the score, from
            which what is disliked or was returned takes.
        """
        model = self._fitted
        if customer is not None and items is None:
            found = model.explain_for_customer(customer, item)
        elif items is not None and customer is None:
            found = model.explain_for_items(items, item)
        else:
            raise _one_of(customer)
        return [Contribution(*part) for part in found]

    def similar_customers(self, customer: str | int, n: int = 10) -> list[SimilarCustomer]:
        """Give the customers whose items are most like those of one: (customer, similarity, count)."""
        return [SimilarCustomer(*one) for one in self._fitted.similar_customers(customer, n)]

    def recommend_all(
        self,
        n: int = 10,
        *,
        only: Ids | None = None,
        exclude: Ids = (),
        min_score: float | None = None,
        dislikes: Ids = (),
        returned_weight: float = 0.0,
        keep_owned: bool = False,
    ) -> tuple[Any, Any]:
        """Recommend to every customer at once.

        Parameters
        ----------
        n : int
            How many to each.
        only, exclude, min_score, dislikes, returned_weight, keep_owned
            As in `recommend`.

        Returns
        -------
        items : numpy.ndarray, shape (n_customers, n)
            Rows in the order of ``customers_``, best first. An empty slot is -1, or None where ids
            are strings.
        scores : numpy.ndarray, shape (n_customers, n)
            An empty slot is NaN.
        """
        model = self._fitted
        given = _options(only, exclude, min_score, dislikes, returned_weight, keep_owned)
        positions, scores = model.recommend_range(0, model.n_customers, n, given)
        return ids_of_slots(model, "ItemSimilarity.recommend_all")[positions], scores

    def recommend_batches(
        self, n: int = 10, batch_size: int = 10_000, **options: Any
    ) -> Iterator[tuple[list[Any], Any, Any]]:
        """Recommend to every customer, some at a time, so that memory is bounded; an iterator.

        Parameters
        ----------
        n : int
            How many to each.
        batch_size : int
            How many customers at a time.
        **options
            As in `recommend_all`.

        Yields
        ------
        customers, items, scores
            The customers of a batch, and what `recommend_all` gives for them.
        """
        if batch_size < 1:
            raise ParamError(f"batch_size must be at least 1, got {batch_size}")
        given = _options(**options)
        model = self._fitted
        ids = ids_of_slots(model, "ItemSimilarity.recommend_batches")
        customers = model.customers()

        def batches() -> Iterator[tuple[list[Any], Any, Any]]:
            for start in range(0, model.n_customers, batch_size):
                end = min(start + batch_size, model.n_customers)
                positions, scores = model.recommend_range(start, end, n, given)
                yield customers[start:end], ids[positions], scores

        return batches()

    @property
    def neighbors_(self) -> Table:
        """The lists, best first: item, neighbor, similarity, count."""
        return Table(self._fitted.table())

    @property
    def items_(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._fitted.items()

    @property
    def customers_(self) -> list[Any]:
        """The ids of the customers, sorted; empty where the model knows none."""
        return self._fitted.customers()

    @property
    def n_customers_cut_(self) -> int:
        """The number of customers of whom only the latest items counted."""
        return self._fitted.n_customers_cut

    @property
    def n_anonymous_orders_(self) -> int:
        """The number of orders that did not count because they have no customer."""
        return self._fitted.n_anonymous_orders


def _options(
    only: Ids | None = None,
    exclude: Ids = (),
    min_score: float | None = None,
    dislikes: Ids = (),
    returned_weight: float = 0.0,
    keep_owned: bool = False,
) -> dict[str, Any]:
    return {
        "only": only,
        "exclude": exclude,
        "min_score": min_score,
        "dislikes": dislikes,
        "returned_weight": returned_weight,
        "keep_owned": keep_owned,
    }


def _one_of(customer: Any) -> ParamError:
    given = "neither" if customer is None else "both"
    return ParamError(f"exactly one of customer and items must be given, got {given}")
