"""What sells."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._estimator import Estimator
from kosar._optional import need
from kosar._order_log import OrderLog, native_log
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


class Popularity(Estimator[_native.Popularity]):
    """Items by how many customers bought them: the baseline that every other model must beat.

    An order without a customer counts as one customer.

    Parameters
    ----------
    half_life_days : float, optional
        In how many days a purchase loses half of its weight, by the latest of a customer and item;
        None for no decay.
    as_of : datetime, date or str, optional
        The instant at which age is taken; later purchases do not count. None for the last order.

    Attributes
    ----------
    items_, customers_ : list
        The ids, sorted.
    counts_ : list of int
        How many customers bought each item, in the order of ``items_``.
    as_of_ : datetime or None
        The instant at which age was taken; None for a log without times.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> kosar.Popularity().fit(log).recommend(n=2)
    [Recommendation('bread', 6.000, 'bought by 6'), Recommendation('coffee', 5.000, 'bought by 5')]
    """

    _kind = "popularity"

    def __init__(self, half_life_days: float | None = None, as_of: "TimeLike | None" = None) -> None:
        self.half_life_days = half_life_days
        self.as_of = as_of

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        micros = stored["as_of"]
        return {**stored, "as_of": None if micros is None else from_micros(micros)}

    def fit(self, log: OrderLog, y: None = None) -> Self:
        """Count the customers of each item in a log."""
        as_of = None if self.as_of is None else instant("as_of", self.as_of)
        params = {"half_life_days": self.half_life_days, "as_of": as_of}
        self._model = _native.Popularity.fit(native_log(log, "Popularity"), params)
        return self

    def recommend(
        self,
        n: int = 10,
        *,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[_native.Recommendation]:
        """Give the ``n`` items that most customers bought, best first.

        Parameters
        ----------
        n : int
            How many; fewer only where fewer remain.
        exclude : iterable of str or int
            Items never to be answered; others take their places.
        only : iterable of str or int, optional
            Only these items, such as those of a category or in stock. Both lists may name items
            that nobody bought.
        """
        return self._fitted.recommend(n, {"exclude": exclude, "only": only})

    def recommend_for_customer(self, customer: str | int, n: int = 10) -> list[_native.Recommendation]:
        """Give the ``n`` items that most customers bought and this one does not have.

        Raises
        ------
        UnknownIdError
            For an unknown customer.
        NoHistoriesError
            In a model that knows no customers.
        """
        return self._fitted.recommend_for_customer(customer, n)

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
        np = need("numpy", "Popularity.recommend_all")
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
    def counts_(self) -> list[int]:
        """How many customers bought each item, in the order of ``items_``."""
        return self._fitted.counts()

    @property
    def as_of_(self) -> dt.datetime | None:
        """The instant at which age was taken; None for a log without times."""
        micros = self._fitted.as_of
        return None if micros is None else from_micros(micros)
