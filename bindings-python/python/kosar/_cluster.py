"""Clusters of rows and of customers."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._errors import ParamError
from kosar._estimator import Estimator, no_target
from kosar._optional import need
from kosar._order_log import OrderLog, native_log
from kosar._table import Table
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike


def _matrix(name: str, values: Any) -> Any:
    np = need("numpy", "KMeans")
    try:
        matrix = np.asarray(values, dtype="float64")
    except (TypeError, ValueError) as error:
        raise ParamError(f"{name} must be a matrix of numbers: {error}") from None
    if matrix.ndim != 2:
        raise ParamError(f"{name} must have two dimensions, has shape {matrix.shape}")
    return matrix


def _weights(values: Any) -> Any:
    if values is None:
        return None
    np = need("numpy", "KMeans")
    try:
        weights = np.asarray(values, dtype="float64")
    except (TypeError, ValueError) as error:
        raise ParamError(f"sample_weight must be numbers: {error}") from None
    if weights.ndim != 1:
        raise ParamError(f"sample_weight must have one dimension, has shape {weights.shape}")
    return weights


class KMeans(Estimator[_native.KMeans]):
    """Rows of a matrix in clusters, by Lloyd's iteration from k-means++ starts.

    Features weigh by their scale: bring them to a common one first. The result is the same bit for
    bit on any number of threads and with any instructions of the processor. A C-contiguous array of
    float64 is read in place: leave it as it is while a method runs.

    Parameters
    ----------
    n_clusters : int
        The number of clusters.
    n_init : int
        How many starts are made; the best is kept.
    max_iter : int
        How often the centroids may move in one start.
    tolerance : float
        The share of the inertia that an iteration must save for another to follow.
    seed : int
        The seed of the starts.
    init : "k-means++" or array of shape (n_clusters, n_features)
        How a start is made, or the one start.

    Attributes
    ----------
    labels_ : numpy.ndarray
        The cluster of each row; empty in a model saved without histories.
    cluster_centers_ : numpy.ndarray, shape (n_clusters, n_features)
        The mean of each cluster.
    inertia_ : float
        The sum of the squared distances of the rows from their centres, times their weights.
    n_iter_ : int
        How often the centroids moved in the start that was kept.
    converged_ : bool
        Whether that start ended by itself.

    Examples
    --------
    >>> import kosar
    >>> model = kosar.KMeans(n_clusters=2, seed=7)
    >>> model.fit_predict([[1, 1], [9, 8], [1, 2], [8, 9], [2, 1]]).tolist()
    [0, 1, 0, 1, 0]
    >>> model.predict([[7, 7]]).tolist()
    [1]
    >>> model.fit([[1], [2], [9]], sample_weight=[1, 3, 1]).cluster_centers_.tolist()
    [[1.75], [9.0]]
    >>> model.transform([[2.75]]).tolist()
    [[1.0, 6.25]]
    """

    _kind = "kmeans"

    def __init__(
        self,
        n_clusters: int,
        n_init: int = 10,
        max_iter: int = 300,
        tolerance: float = 0.0,
        seed: int = 0,
        init: Any = "k-means++",
    ) -> None:
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.tolerance = tolerance
        self.seed = seed
        self.init = init

    def fit(self, X: Any, y: None = None, sample_weight: Any = None) -> Self:
        """Find the clusters of the rows of ``X``.

        Parameters
        ----------
        X : array of shape (n_rows, n_features)
            The rows.
        y : None
            Not used.
        sample_weight : array of n_rows numbers from 0, optional
            A row of weight 2 counts as two equal rows, one of weight 0 moves no centre.
        """
        self._model = _native.KMeans.fit(
            _matrix("X", X),
            self.n_clusters,
            self.n_init,
            self.max_iter,
            self.tolerance,
            self.seed,
            self.init if isinstance(self.init, str) else _matrix("init", self.init),
            _weights(sample_weight),
        )
        return self

    def predict(self, X: Any) -> Any:
        """Give the nearest cluster of each row of ``X``."""
        model = self._fitted
        return model.predict(_matrix("X", X))

    def fit_predict(self, X: Any, y: None = None, sample_weight: Any = None) -> Any:
        """Fit, and give ``labels_``."""
        return self.fit(X, sample_weight=sample_weight).labels_

    def transform(self, X: Any) -> Any:
        """Give the distance of each row of ``X`` from each centre, shape (n_rows, n_clusters)."""
        model = self._fitted
        return model.transform(_matrix("X", X))

    def fit_transform(self, X: Any, y: None = None, sample_weight: Any = None) -> Any:
        """Fit, and give the distances of the same rows."""
        return self.fit(X, sample_weight=sample_weight).transform(X)

    def score(self, X: Any, y: None = None, sample_weight: Any = None) -> float:
        """Give the inertia of the rows of ``X`` in these clusters, negative: greater is better."""
        model = self._fitted
        return -model.inertia_of(_matrix("X", X), _weights(sample_weight))

    @property
    def labels_(self) -> Any:
        """The cluster of each row."""
        return self._fitted.labels()

    @property
    def cluster_centers_(self) -> Any:
        """The mean of each cluster."""
        return self._fitted.cluster_centers()

    @property
    def inertia_(self) -> float:
        """The sum of the squared distances of the rows from their centres."""
        return self._fitted.inertia

    @property
    def n_iter_(self) -> int:
        """How often the centroids moved."""
        return self._fitted.n_iter

    @property
    def converged_(self) -> bool:
        """Whether the start that was kept ended by itself."""
        return self._fitted.converged

    @property
    def n_features_in_(self) -> int:
        """The number of columns."""
        return self._fitted.n_features


class CustomerClusters(Estimator[_native.CustomerClusters]):
    """Customers in clusters by recency, frequency and monetary value.

    Parameters
    ----------
    n_clusters : int
        The number of clusters.
    as_of : datetime, date, str or numpy.datetime64, optional
        The midnight (UTC) at which recency is taken; the one after the last order without it.
    n_init : int
        How many starts of k-means are made.
    seed : int
        The seed of the starts.

    Attributes
    ----------
    table_ : Table
        That of `Rfm`, and ``cluster``.
    profiles_ : Table
        What the customers of each cluster have in common, with a name in words.
    inertia_ : float
        That of k-means on the scaled features.
    as_of_ : datetime
        The midnight at which recency was taken.

    Examples
    --------
    >>> import kosar
    >>> clusters = kosar.CustomerClusters(n_clusters=2).fit(kosar.datasets.corner_shop())
    >>> clusters.cluster("anna"), clusters.cluster("ben")
    (0, 1)
    >>> clusters.profiles_["name"][1]
    'rare buyers, small spenders'
    """

    _kind = "customer_clusters"

    def __init__(
        self,
        n_clusters: int,
        as_of: "TimeLike | None" = None,
        n_init: int = 10,
        seed: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.as_of = as_of
        self.n_init = n_init
        self.seed = seed

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        kmeans, as_of = stored["kmeans"], stored["rfm"]["as_of"]
        params = {name: kmeans[name] for name in ("n_clusters", "n_init", "seed")}
        return {**params, "as_of": None if as_of is None else from_micros(as_of)}

    def fit(self, log: OrderLog, y: None = None) -> Self:
        """Find the clusters of the customers of a log."""
        no_target("CustomerClusters", y)
        self._model = _native.CustomerClusters.fit(
            native_log(log, "CustomerClusters"),
            self.n_clusters,
            None if self.as_of is None else instant("as_of", self.as_of),
            self.n_init,
            self.seed,
        )
        return self

    def cluster(self, customer: str | int) -> int:
        """Give the cluster of a customer."""
        return self._fitted.cluster(customer)

    def describe(self) -> list[str]:
        """Give a sentence for each cluster."""
        return self._fitted.sentences()

    @property
    def table_(self) -> Table:
        """All customers, by id."""
        return Table(self._fitted.table())

    @property
    def profiles_(self) -> Table:
        """The clusters in figures."""
        return Table(self._fitted.profiles())

    @property
    def inertia_(self) -> float:
        """The inertia of k-means on the scaled features."""
        return self._fitted.inertia

    @property
    def as_of_(self) -> dt.datetime | None:
        """The midnight at which recency was taken."""
        micros = self._fitted.as_of
        return None if micros is None else from_micros(micros)
