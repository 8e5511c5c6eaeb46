"""What a customer puts into the next basket."""

from collections.abc import Iterable
from typing import Any, Self

from kosar import _native
from kosar._errors import ParamError
from kosar._estimator import Estimator, no_target
from kosar._order_log import native_log
from kosar._slots import ids_of_slots

Ids = Iterable[str | int]


class NextBasket(Estimator[_native.NextBasket]):
    """The items of a customer's next basket: what they buy again, and what is new to them.

    A score is ``personal_weight`` times the probability that the customer buys the item again, plus
    ``neighbors_weight`` times the mean vector of the customers most like this one, plus
    ``popularity_weight`` times the share of all baskets with the item. A vector is the decayed frequency
    of the items in a customer's baskets. Baskets are ordered by time, in a log without times by order id.
    `top_frequency` and `tifu_knn` are two published models. It cannot be updated: refit.

    The defaults were chosen on the validation part of the Ta-Feng data: 13,858 customers with some baskets
    each. Where customers are fewer or their histories longer, neighbours tell less: try 50 of them, and a
    weight of 1.

    Parameters
    ----------
    personal : {"repurchase", "frequency"}
        What the customer's own baskets say of an item: the probability that it is bought again, which is
        that over all customers where the customer's baskets say little; or its weight in the
        customer's vector.
    repeat_decay : float
        Of ``"repurchase"``: what a basket weighs against the one after it, above 0 and at most 1.
    customer_prior : float
        Of ``"repurchase"``: for how many of the customer's baskets the item's general probability counts,
        above 0.
    item_prior : float
        Of ``"repurchase"``: for how many baskets with an item the mean of all items counts, above 0.
    group_size : int, optional
        Of how many following baskets a group of the vector is, counted back from the last one; None for
        one group of all.
    within_decay : float
        What a basket of the vector weighs against the one after it, above 0 and at most 1.
    group_decay : float
        What a group of the vector weighs against the one after it, above 0 and at most 1.
    neighbors : int
        How many nearest customers are asked, by the Euclidean distance of the vectors.
    personal_weight, neighbors_weight, popularity_weight : float
        What each source weighs, at least 0, one of them more.

    Attributes
    ----------
    items_, customers_ : list
        The ids, sorted.
    counts_ : list of int
        The number of baskets with each item, in the order of ``items_``.
    repurchase_probabilities_ : list of float
        How probably each item is bought again in a basket after the first one that holds it, over all
        customers.
    n_baskets_ : int
        The number of all baskets, those without a customer too.

    Examples
    --------
    >>> import kosar
    >>> orders = {
    ...     "customer": ["ann", "ann", "ann", "bob", "bob", "bob"],
    ...     "order": [1, 1, 2, 3, 3, 4],
    ...     "item": ["milk", "bread", "milk", "milk", "tea", "tea"],
    ... }
    >>> log = kosar.OrderLog.from_frame(orders, customer="customer", order="order", item="item")
    >>> model = kosar.NextBasket().fit(log)
    >>> model.recommend("ann", n=1)
    [Recommendation('milk', 1.134, "bought in 2 of the customer's 2 orders")]
    >>> model.recommend("ann", n=1, novelty="explore")[0].item
    'tea'
    >>> [found.item for found in model.recommend(baskets=[["tea"], ["tea", "bread"]], n=2)]
    ['tea', 'milk']
    """

    _kind = "next_basket"

    def __init__(
        self,
        *,
        personal: str = "repurchase",
        repeat_decay: float = 0.9,
        customer_prior: float = 10.0,
        item_prior: float = 100.0,
        group_size: int | None = 7,
        within_decay: float = 0.9,
        group_decay: float = 0.7,
        neighbors: int = 300,
        personal_weight: float = 1.0,
        neighbors_weight: float = 2.0,
        popularity_weight: float = 0.1,
    ) -> None:
        self.personal = personal
        self.repeat_decay = repeat_decay
        self.customer_prior = customer_prior
        self.item_prior = item_prior
        self.group_size = group_size
        self.within_decay = within_decay
        self.group_decay = group_decay
        self.neighbors = neighbors
        self.personal_weight = personal_weight
        self.neighbors_weight = neighbors_weight
        self.popularity_weight = popularity_weight

    @classmethod
    def top_frequency(cls, **params: Any) -> Self:
        """Give personal frequency first, ties and the rest by general frequency: GP-TopFreq.

        Li et al. 2023, doi 10.1145/3587153.

        Parameters
        ----------
        **params
            Further parameters, and others in place of these.
        """
        return cls(**{**cls._from_stored(_native.NextBasket.preset("top_frequency")), **params})

    @classmethod
    def tifu_knn(cls, **params: Any) -> Self:
        """Give TIFU-kNN with the parameters that its authors chose for the Ta-Feng data.

        Hu et al. 2020, doi 10.1145/3397271.3401066.

        Parameters
        ----------
        **params
            Further parameters, and others in place of these.
        """
        return cls(**{**cls._from_stored(_native.NextBasket.preset("tifu_knn")), **params})

    def fit(self, log: Any, y: None = None) -> Self:
        """Fit on the baskets of customers.

        Parameters
        ----------
        log : OrderLog
            A log with customers and items. Orders without a customer count for popularity only.
        y : None
            Not used.
        """
        no_target("NextBasket", y)
        self._model = _native.NextBasket.fit(native_log(log, "NextBasket"), self.get_params())
        return self

    def recommend(
        self,
        customer: str | int | None = None,
        baskets: Iterable[Ids] | None = None,
        n: int = 10,
        *,
        novelty: str | None = None,
        only: Ids | None = None,
        exclude: Ids = (),
    ) -> list[_native.Recommendation]:
        """Give the ``n`` likeliest items of the next basket of a customer, or of someone with given baskets.

        The reason of each tells whether it was bought before (``"repeat"``) or is new (``"explore"``).

        Parameters
        ----------
        customer : str or int
            A customer of the log.
        baskets : iterable of iterables of str or int
            Instead: the baskets of someone whom the model need not know, the earliest first. Without a
            basket, what is popular is answered.
        n : int
            How many, fewer only where fewer candidates remain.
        novelty : {"repeat", "explore"}, optional
            Only what was bought before, or only what is new; None for both.
        only : iterable of str or int, optional
            Items to choose from, such as those in stock; None for all. Ids that the model does not know
            are passed over.
        exclude : iterable of str or int
            Items never to be answered. Ids that the model does not know are passed over.

        Raises
        ------
        ParamError
            Unless exactly one of ``customer`` and ``baskets`` is given.
        UnknownIdError
            For an unknown customer, or an unknown item of the baskets.
        NoHistoriesError
            For a customer, in a model that knows none.
        """
        model = self._fitted
        given = {"novelty": novelty, "only": only, "exclude": exclude}
        if customer is not None and baskets is None:
            return model.recommend_for_customer(customer, n, given)
        if baskets is not None and customer is None:
            return model.recommend_for_baskets(baskets, n, given)
        what = "neither" if customer is None else "both"
        raise ParamError(f"exactly one of customer and baskets must be given, got {what}")

    def recommend_all(
        self,
        n: int = 10,
        *,
        novelty: str | None = None,
        only: Ids | None = None,
        exclude: Ids = (),
    ) -> tuple[Any, Any]:
        """Give the next baskets of all customers at once, the same as one after the other.

        Parameters
        ----------
        n : int
            How many items to each.
        novelty, only, exclude
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
        positions, scores = model.recommend_all(n, {"novelty": novelty, "only": only, "exclude": exclude})
        return ids_of_slots(model, "NextBasket.recommend_all")[positions], scores

    @property
    def items_(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._fitted.items()

    @property
    def customers_(self) -> list[Any]:
        """The ids of the customers, sorted; empty where the model knows none."""
        return self._fitted.customers()

    @property
    def counts_(self) -> list[int]:
        """The number of baskets with each item, in the order of ``items_``."""
        return self._fitted.counts()

    @property
    def repurchase_probabilities_(self) -> list[float]:
        """How probably each item is bought again in a basket after the first one that holds it."""
        return self._fitted.repurchase_probabilities()

    @property
    def n_baskets_(self) -> int:
        """The number of all baskets, those without a customer too."""
        return self._fitted.n_baskets
