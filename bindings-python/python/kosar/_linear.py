"""Linear models of the whole matrix of customers and items."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from kosar import _native
from kosar._errors import ParamError
from kosar._estimator import Estimator, no_target
from kosar._matrix import is_matrix, native_matrix
from kosar._order_log import native_log
from kosar._slots import ids_of_slots

N = TypeVar("N", bound=_native.Ease | _native.GraphFilter)


class _Linear(Estimator[N]):
    """What linear models answer, and how they are asked."""

    _compiled: ClassVar[Any]

    def fit(self, log: Any, y: None = None) -> Self:
        """Fit on what customers (or orders) have.

        Parameters
        ----------
        log : OrderLog or sparse matrix
            A log; or a SciPy matrix of shape (users, items), whose users and items are called by their
            positions. Each entry above 0 counts alike.
        y : None
            Not used.
        """
        no_target(type(self).__name__, y)
        if is_matrix(log):
            self._model = self._compiled.fit_matrix(native_matrix(log), self.get_params())
        else:
            self._model = self._compiled.fit(native_log(log, type(self).__name__), self.get_params())
        return self

    def similar(self, item: str | int, n: int = 10) -> list[_native.Recommendation]:
        """Give the items that one speaks for most, best first; only those it speaks for at all."""
        return self._fitted.similar(item, n)

    def recommend(
        self,
        customer: str | int | None = None,
        items: Iterable[str | int] | None = None,
        n: int = 10,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        min_score: float | None = None,
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
        only : iterable of str or int, optional
            Items to choose from; None for all. Ids that the model does not know are passed over.
        exclude : iterable of str or int
            Items never to be answered. Ids that the model does not know are passed over.
        min_score : float, optional
            Only items of at least this score.

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
        given = {"only": only, "exclude": exclude, "min_score": min_score}
        if customer is not None and items is None:
            return model.recommend_for_customer(customer, n, given)
        if items is not None and customer is None:
            return model.recommend_for_items(items, n, given)
        what = "neither" if customer is None else "both"
        raise ParamError(f"exactly one of customer and items must be given, got {what}")

    def recommend_all(
        self,
        n: int = 10,
        only: Iterable[str | int] | None = None,
        exclude: Iterable[str | int] = (),
        min_score: float | None = None,
    ) -> tuple[Any, Any]:
        """Recommend to every customer at once.

        Parameters
        ----------
        n : int
            How many to each.
        only, exclude, min_score
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
        positions, scores = model.recommend_all(n, {"only": only, "exclude": exclude, "min_score": min_score})
        return ids_of_slots(model, f"{type(self).__name__}.recommend_all")[positions], scores

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


class Ease(_Linear[_native.Ease]):
    """EASE (Steck 2019): a weight for each pair of items, in closed form.

    With the customers that each pair of items shares, and ``l2`` added to the diagonal, the inverse gives
    weights that tell each item of a history best from the others of it. Strong on catalogues of some
    thousands of items; fitting takes 8 bytes for each pair of items, and time by the cube of their number.
    It cannot be updated: refit.

    Parameters
    ----------
    l2 : float
        What is added to the diagonal, above 0: the more, the smaller the weights. Some hundreds are usual.
    neighbors : int, optional
        How many weights that lead to each item are kept, the greatest; None for all.
    unit : {"customer", "order"}
        What two items must share to be counted together.
    max_history : int, optional
        How many distinct items of a customer count, the latest kept; None for all.
    max_items : int
        The largest number of items.
    items : {"all", "top"}
        Whether a larger catalogue is refused, or cut to the items that most customers have.

    Attributes
    ----------
    items_, customers_ : list
        The ids, sorted.
    n_customers_cut_ : int
        The number of customers of whom only the latest items counted.
    n_anonymous_orders_ : int
        The number of orders that did not count because they have no customer.
    n_items_left_out_ : int
        The number of items that the model does not know because others are more popular.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> model = kosar.Ease(l2=1, unit="order").fit(log)
    >>> [found.item for found in model.recommend(items=["jam"], n=2)]
    ['butter', 'bread']
    """

    _kind = "ease"
    _compiled = _native.Ease

    def __init__(
        self,
        l2: float = 200.0,
        neighbors: int | None = None,
        unit: str = "customer",
        max_history: int | None = 1000,
        max_items: int = 20_000,
        items: str = "all",
    ) -> None:
        self.l2 = l2
        self.neighbors = neighbors
        self.unit = unit
        self.max_history = max_history
        self.max_items = max_items
        self.items = items

    @property
    def n_items_left_out_(self) -> int:
        """The number of items that the model does not know because others are more popular."""
        return self._fitted.own


class GraphFilter(_Linear[_native.GraphFilter]):
    """GF-CF (Shen et al. 2021): histories smoothed over the graph of customers and items.

    Two steps over the graph, and the part of a history that lies in its smoothest directions. No pairs of
    items are stored, so it is for catalogues that are too large for `Ease`. It cannot be updated: refit.

    Parameters
    ----------
    factors : int
        How many of the smoothest directions pass whole; 0 for none.
    alpha : float
        The weight of that part, at least 0.
    user_exponent : float
        What each customer counts where two items are compared: the number of its items to this power, from
        -2 to 0. -1 as published; nearer to 0, those with long histories say more.
    item_exponent : float
        What each of two items is multiplied by: the number of its customers to this power, from -1 to 0.
        -0.5 as published; nearer to 0, popular items come first.
    unit : {"customer", "order"}
        Whose items make the graph.
    max_history : int, optional
        How many distinct items of a customer count, the latest kept; None for all.
    power_iterations : int
        How often the random start is multiplied by the matrix: the more, the more exact the directions.
    seed : int
        The seed of the random start.

    Attributes
    ----------
    items_, customers_ : list
        The ids, sorted.
    n_customers_cut_ : int
        The number of customers of whom only the latest items counted.
    n_anonymous_orders_ : int
        The number of orders that did not count because they have no customer.
    singular_values_ : list of float
        Those of the directions that pass, falling; from at most 1 with the published exponents.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> model = kosar.GraphFilter(factors=2, unit="order").fit(log)
    >>> [found.item for found in model.recommend(items=["jam"], n=2)]
    ['butter', 'bread']
    """

    _kind = "graph_filter"
    _compiled = _native.GraphFilter

    def __init__(
        self,
        factors: int = 256,
        alpha: float = 0.3,
        user_exponent: float = -1.0,
        item_exponent: float = -0.5,
        unit: str = "customer",
        max_history: int | None = 1000,
        power_iterations: int = 8,
        seed: int = 0,
    ) -> None:
        self.factors = factors
        self.alpha = alpha
        self.user_exponent = user_exponent
        self.item_exponent = item_exponent
        self.unit = unit
        self.max_history = max_history
        self.power_iterations = power_iterations
        self.seed = seed

    @property
    def singular_values_(self) -> list[float]:
        """The singular values of the directions that pass, falling from at most 1."""
        return self._fitted.own
