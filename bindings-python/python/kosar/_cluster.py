"""Clusters of rows and of customers."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._errors import ParamError, ParamTypeError
from kosar._estimator import Estimator, no_target, repeatable
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
    """Customers in clusters by what they have in common.

    Features are read from the log, brought to a common scale and clustered by k-means, or by
    k-prototypes where one is a word (the channel). Clusters are numbered by their centres in the
    first feature: with recency first, from the most recent buyers on.

    Parameters
    ----------
    n_clusters : int or "auto"
        The number of clusters. With "auto" it is chosen from ``k_range``: of the numbers with a
        stability of 0.8 or more the one with the best silhouette, and if there is none of them the
        most stable one; the smaller of equals. ``evidence_`` tells the figures.
    as_of : datetime, date, str or numpy.datetime64, optional
        The midnight (UTC) at which recency is taken; the one after the last order without it.
    n_init : int
        How many starts are made.
    seed : int
        The seed of the starts, and of all that is drawn where the number of clusters is chosen.
    features : "rfm", "all" or list of str
        What customers are clustered by. "rfm": recency, frequency and, in a log with prices,
        monetary value; "all": whatever the log can tell; or a list of ``recency``, ``frequency``,
        ``monetary``, ``tenure`` (days since the first order), ``interval`` (days between orders),
        ``basket_size``, ``order_value``, ``discount`` (share of lines), ``returns`` (share of
        lines), ``day_part`` (shares of orders by quarters of the day), ``weekend`` (share of
        orders), ``categories`` (shares of what was spent, needs a catalogue) and ``channel``. A
        feature of several columns weighs as much as one of a single column.
    scaling : {"log1p_z", "z", "robust", "quantile", "none"}
        How features are brought to a common scale. "log1p_z": ln(1 + x) of amounts, counts and
        days, then mean 0 and standard deviation 1; "z": without the logarithm; "robust": less the
        median, over the distance of the quartiles; "quantile": ranks, from 0 to 1.
    k_range : tuple of int
        The smallest and the greatest number of clusters that "auto" tries.
    max_categories : int
        The most categories that have a column of their own.
    discount_column : str
        The kept column that tells of a discount, by a number above 0 or a word.
    channel_column : str
        The kept column of words that tells the channel.
    gamma : float, optional
        What another channel counts for beside the squared difference of a scaled feature; half of
        their mean standard deviation without it.
    outlier_mads : float
        From how many deviations (estimated by the median of absolute differences) above the median
        distance from the centre a customer is an outlier of their cluster.
    resamples : int
        How many subsamples the stability is taken over, with "auto".
    references : int
        How many sets of references the gap statistic is taken over, with "auto".

    Attributes
    ----------
    table_ : Table
        That of `Rfm`, ``cluster``, ``distance`` from the centre, and ``outlier``.
    labels_ : numpy.ndarray
        What the cluster of each customer is called, in the order of ``table_``. After a fit with
        ``previous`` names need not be positions: the centre of ``label`` is row
        ``ids_.index(label)`` of ``cluster_centers_``.
    profiles_ : Table
        What the customers of each cluster have in common, with a name in words.
    feature_profiles_ : Table
        One row for each cluster and feature: ``mean``, ``mean_of_all``, and how many standard
        ``deviations`` it lies above that.
    features_ : Table
        The features of each customer, before scaling.
    categories_ : Table
        One row for each customer and category of theirs: its ``share``.
    evidence_ : Table
        With "auto" one row for each number of clusters: ``inertia``, ``silhouette`` (exact up to
        10,000 customers, beyond it of so many drawn by the seed), ``calinski_harabasz``,
        ``davies_bouldin``, ``gap`` and ``gap_error``, ``stability`` under resampling, ``chosen``.
    ids_ : list of int
        What the clusters are called, in the order of ``cluster_centers_``.
    n_clusters_ : int
        The number of clusters.
    cluster_centers_ : numpy.ndarray, shape (n_clusters, n_features)
        The means of the scaled features, in the order of ``feature_names_``.
    feature_names_ : list of str
        The features that are numbers.
    inertia_ : float
        The sum of the squared distances of the customers from the centres.
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
    >>> chosen = kosar.CustomerClusters("auto", k_range=(2, 3)).fit(kosar.datasets.corner_shop())
    >>> chosen.evidence_["n_clusters"][:]
    [2, 3]
    """

    _kind = "customer_clusters"

    def __init__(
        self,
        n_clusters: int | str,
        as_of: "TimeLike | None" = None,
        n_init: int = 10,
        seed: int = 0,
        features: Iterable[str] = "rfm",
        scaling: str = "log1p_z",
        k_range: tuple[int, int] = (2, 10),
        max_categories: int = 8,
        discount_column: str = "discount",
        channel_column: str = "channel",
        gamma: float | None = None,
        outlier_mads: float = 3.5,
        resamples: int = 10,
        references: int = 10,
    ) -> None:
        self.n_clusters = n_clusters
        self.as_of = as_of
        self.n_init = n_init
        self.seed = seed
        self.features = features
        self.scaling = scaling
        self.k_range = k_range
        self.max_categories = max_categories
        self.discount_column = discount_column
        self.channel_column = channel_column
        self.gamma = gamma
        self.outlier_mads = outlier_mads
        self.resamples = resamples
        self.references = references

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        kmeans, as_of, among = stored["kmeans"], stored["rfm"]["as_of"], stored.get("among")
        params = {name: kmeans[name] for name in ("n_clusters", "n_init", "seed")}
        if among is not None:
            params |= {"n_clusters": "auto", "k_range": tuple(among)}
        # Files of before features could be chosen have none of these.
        params |= {name: stored[name] for name in cls._names() if name in stored}
        features = stored.get("features", "rfm")
        params["features"] = features if isinstance(features, str) else list(features["only"])
        return {**params, "as_of": None if as_of is None else from_micros(as_of)}

    def _params(self) -> dict[str, Any]:
        params = self.get_params()
        if isinstance(self.n_clusters, str):
            if self.n_clusters != "auto":
                allowed = "a whole number from 1, or 'auto'"
                raise ParamError(f"n_clusters must be {allowed}, got {self.n_clusters!r}")
            params["n_clusters"] = None
        elif self.n_clusters is None:
            raise ParamTypeError("n_clusters must be a whole number from 1, or 'auto', got None")
        if isinstance(self.features, str):
            params["features"] = [self.features]
        else:
            params["features"] = list(repeatable("features", self.features))
        params["as_of"] = None if self.as_of is None else instant("as_of", self.as_of)
        return params

    def fit(
        self,
        log: OrderLog,
        y: None = None,
        *,
        catalog: Catalog | None = None,
        previous: "CustomerClusters | None" = None,
    ) -> Self:
        """Find the clusters of the customers of a log.

        Parameters
        ----------
        log : OrderLog
            The log; with customers and times.
        catalog : Catalog, optional
            What tells the categories.
        previous : CustomerClusters, optional
            An earlier fit whose clusters go on: they are paired with the new ones so that as many
            customers as possible keep the id of their cluster (without a customer in common: so
            that centres are as near as possible). A new cluster has an id that none had before.
        """
        no_target("CustomerClusters", y, catalog=True)
        if previous is not None and not isinstance(previous, CustomerClusters):
            kind = type(previous).__name__
            raise ParamTypeError(f"previous must be a fitted CustomerClusters, got {kind}")
        self._model = _native.CustomerClusters.fit(
            native_log(log, "CustomerClusters"),
            native_catalog(catalog, "CustomerClusters.fit"),
            None if previous is None else previous._fitted,
            self._params(),
        )
        return self

    def assign(
        self, log: OrderLog, *, catalog: Catalog | None = None, as_of: "TimeLike | None" = None
    ) -> Table:
        """Give the clusters of the customers of another log, by the features and scales of this fit.

        Parameters
        ----------
        log : OrderLog
            The log.
        catalog : Catalog, optional
            What tells the categories, where they are among the features.
        as_of : datetime, date, str or numpy.datetime64, optional
            The midnight (UTC) at which recency is taken; the one after the last order of ``log``
            without it.

        Returns
        -------
        Table
            The columns of ``table_`` and of ``features_``.
        """
        return Table(
            self._fitted.assign(
                native_log(log, "CustomerClusters"),
                native_catalog(catalog, "CustomerClusters.assign"),
                None if as_of is None else instant("as_of", as_of),
            )
        )

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
    def labels_(self) -> Any:
        """The cluster of each customer."""
        need("numpy", "CustomerClusters.labels_")
        return self._fitted.labels()

    @property
    def profiles_(self) -> Table:
        """The clusters in figures."""
        return Table(self._fitted.profiles())

    @property
    def feature_profiles_(self) -> Table:
        """The clusters by feature."""
        return Table(self._fitted.feature_profiles())

    @property
    def features_(self) -> Table:
        """The features of each customer."""
        return Table(self._fitted.features())

    @property
    def categories_(self) -> Table:
        """What each customer spends in categories."""
        return Table(self._fitted.categories())

    @property
    def evidence_(self) -> Table:
        """What speaks for each number of clusters."""
        return Table(self._fitted.evidence())

    @property
    def ids_(self) -> list[int]:
        """What the clusters are called."""
        return self._fitted.ids

    @property
    def n_clusters_(self) -> int:
        """The number of clusters."""
        return len(self._fitted.ids)

    @property
    def cluster_centers_(self) -> Any:
        """The means of the scaled features."""
        need("numpy", "CustomerClusters.cluster_centers_")
        return self._fitted.cluster_centers()

    @property
    def feature_names_(self) -> list[str]:
        """The features that are numbers."""
        return self._fitted.feature_names

    @property
    def inertia_(self) -> float:
        """The sum of the squared distances of the customers from the centres."""
        return self._fitted.inertia

    @property
    def as_of_(self) -> dt.datetime | None:
        """The midnight at which recency was taken."""
        micros = self._fitted.as_of
        return None if micros is None else from_micros(micros)
