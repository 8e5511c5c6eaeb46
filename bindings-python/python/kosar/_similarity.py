"""Item similarity."""

from collections.abc import Iterable
from typing import Any, Self

from kosar import _native
from kosar._errors import ParamError
from kosar._estimator import Estimator, no_target
from kosar._optional import need
from kosar._order_log import OrderLog, native_log


class ItemSimilarity(Estimator[_native.ItemSimilarity]):
    """Items that resemble each other by who bought them, and recommendations from what one owns.

    Parameters
    ----------
    measure : {"cosine", "jaccard", "dice"}
        How items are compared.
    neighbors : int
        How many neighbours of each item are kept.
    unit : {"customer", "order"}
        What two items must share to be counted together.
    max_history : int, optional
        How many distinct items of a customer count, the latest kept; None for all.

    Attributes
    ----------
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
    ) -> None:
        self.measure = measure
        self.neighbors = neighbors
        self.unit = unit
        self.max_history = max_history

    def fit(self, log: OrderLog, y: None = None) -> Self:
        """Find the neighbours of each item in a log."""
        no_target("ItemSimilarity", y)
        inside = native_log(log, "ItemSimilarity")
        self._model = _native.ItemSimilarity.fit(
            inside, self.measure, self.neighbors, self.unit, self.max_history
        )
        return self

    def similar(self, item: str | int, n: int = 10) -> list[_native.Recommendation]:
        """Give the items most similar to one, best first."""
        return self._fitted.similar(item, n)

    def recommend(
        self,
        customer: str | int | None = None,
        items: Iterable[str | int] | None = None,
        n: int = 10,
    ) -> list[_native.Recommendation]:
        """Recommend at most ``n`` items to a customer, or to someone who has the given items.

        What the customer owns, or the items given, are never among them.

        Parameters
        ----------
        customer : str or int
            A customer of the log.
        items : iterable of str or int
            Instead: the items of a cart or a visit.
        n : int
            How many, fewer only where fewer candidates remain.

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
        if customer is not None and items is None:
            return model.recommend_for_customer(customer, n)
        if items is not None and customer is None:
            return model.recommend_for_items(items, n)
        given = "neither" if customer is None else "both"
        raise ParamError(f"exactly one of customer and items must be given, got {given}")

    def recommend_all(self, n: int = 10) -> tuple[Any, Any]:
        """Recommend to every customer at once.

        Parameters
        ----------
        n : int
            How many to each.

        Returns
        -------
        items : numpy.ndarray, shape (n_customers, n)
            Rows in the order of ``customers_``, best first. An empty slot is -1, or None where ids
            are strings.
        scores : numpy.ndarray, shape (n_customers, n)
            An empty slot is NaN.
        """
        np = need("numpy", "ItemSimilarity.recommend_all")
        model = self._fitted
        positions, scores = model.recommend_all(n)
        if model.has_integer_items:
            return np.array([*model.items(), -1], dtype="int64")[positions], scores
        ids = np.empty(len(model.items()) + 1, dtype=object)
        ids[:-1] = model.items()
        return ids[positions], scores

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
