"""Recency, frequency, monetary value."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from kosar import _native
from kosar._errors import ParamError, ParamTypeError
from kosar._estimator import Estimator, no_target, repeatable
from kosar._log import IntakeReport, intake_report, warn_of
from kosar._optional import need
from kosar._order_log import OrderLog, intake_of, native_log
from kosar._table import Table
from kosar._time import from_micros, instant
from kosar._types import RfmSettings

if TYPE_CHECKING:
    from kosar._time import TimeLike

Scores: TypeAlias = Sequence[int]
Segment: TypeAlias = tuple[str, Scores, Scores, Scores | None, Scores | None]

_DIMENSIONS = ("recency", "frequency", "monetary")


class Rfm(Estimator[_native.Rfm]):
    """Customers by recency, frequency and monetary value, scored and put into segments.

    Parameters
    ----------
    as_of : datetime, date, str or numpy.datetime64, optional
        The midnight (UTC) at which recency is taken; the one after the last order without it.
        Orders at it or later do not count.
    scores : {"quantile", "rank", "jenks", "nested"}, list of float, or dict
        How values are scored: by quantiles of the values, ties together; by quantiles of the ranks,
        ties by customer; by natural breaks; by rank within each class of the dimensions before, in
        the order recency, frequency, monetary value; by cut points given, ``bins - 1`` numbers that
        rise strictly. A dict says it for ``recency``, ``frequency`` and ``monetary``, those left
        out by quantile.
    segments : {"default", "rfm-package", "eleven"} or list
        The segments: tuples ``(name, (r_low, r_high), (f_low, f_high))``, or dicts with ``name``,
        ``r``, ``f`` and, where monetary scores count, ``m`` or ``fm`` (the mean of the frequency and
        the monetary score, halves rounded up). They must cover each cell of scores exactly once,
        unless ``other`` is given. `grids` gives the grids that have a name.
    bins : int
        The number of score classes, from 2 to 10.
    other : str, optional
        The name of what no segment holds. With it the segments are rules in order: the first that
        holds a cell has it.
    closed : {"right", "left"}
        To which class a value equal to a cut point belongs: to the one below, or the one above. The
        one above in days is the one of the lower recency score.
    weights : tuple of three floats
        How much the scores of recency, frequency and monetary value count in the column ``score``.
    cut_points : dict, optional
        Cut points of another model (its `cut_points_`), in place of the model's own.
    window_days : int, optional
        Counts the orders of so many days before ``as_of`` only: a rolling window. Customers
        without one in it are not in the model.
    returns : {"net", "drop", "keep"}, optional
        How returns count, in place of what the log says: they reduce monetary value, do not count,
        or are purchases like any other. What the log has dropped does not come back.

    Attributes
    ----------
    table_ : Table
        Columns ``customer``, ``recency_days``, ``frequency``, ``monetary``, ``R_score``,
        ``F_score``, ``M_score`` (only with prices), ``segment``, ``score`` (the mean of the scores
        by the weights), ``RFM`` (the scores as digits, such as 543; only below ten classes).
    profiles_ : Table
        What the customers of each segment have in common.
    cut_points_ : dict
        The cut points of each dimension, always of values. A list; by nested scores one list for
        each recency score, for monetary value one for each pair of recency and frequency scores.
    segment_names_ : list of str
        The names of the segments, in the order of results.
    as_of_ : datetime
        The midnight at which recency was taken.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.datasets.corner_shop()
    >>> rfm = kosar.Rfm().fit(log)
    >>> rfm.segment("anna")
    'loyal'
    >>> rfm.customer("ben")["recency_days"]
    171
    >>> rfm.customers("hibernating")
    ['ben', 'cleo']
    """

    _kind = "rfm"
    _report: IntakeReport | None = None

    def __init__(
        self,
        as_of: "TimeLike | None" = None,
        scores: str | Sequence[float] | Mapping[str, Any] = "quantile",
        segments: str | Sequence[Any] = "default",
        bins: int = 5,
        other: str | None = None,
        closed: str = "right",
        weights: Sequence[float] = (1.0, 1.0, 1.0),
        cut_points: Mapping[str, Any] | None = None,
        window_days: int | None = None,
        returns: str | None = None,
    ) -> None:
        self.as_of = as_of
        self.window_days = window_days
        self.returns = returns
        self.scores = scores
        self.segments = segments
        self.bins = bins
        self.other = other
        self.closed = closed
        self.weights = weights
        self.cut_points = cut_points

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        scores = {name: _scoring(stored[name]) for name in _DIMENSIONS}
        first, *others = scores.values()
        grid = stored["grid"]
        named = [name for name, found in _native.Rfm.grids().items() if found == grid]
        return {
            "as_of": None if stored["as_of"] is None else from_micros(stored["as_of"]),
            "scores": first if all(other == first for other in others) else scores,
            "segments": named[0] if named else [_segment(part) for part in grid["segments"]],
            "bins": grid["bins"],
            "other": None if named else grid.get("other"),
            "closed": stored.get("closed", "right"),
            "weights": tuple(stored.get("weights", (1.0, 1.0, 1.0))),
            "cut_points": stored.get("cut_points"),
            "window_days": stored.get("window_days"),
            "returns": stored.get("returns"),
        }

    @staticmethod
    def grids() -> dict[str, dict[str, Any]]:
        """Give the segment grids that have a name, as data.

        Returns
        -------
        dict
            By name: ``bins``, ``segments`` (dicts as the parameter takes them) and, in a grid of
            rules in order, ``other``.

        Examples
        --------
        >>> import kosar
        >>> kosar.Rfm.grids()["eleven"]["segments"][0]
        {'name': 'champions', 'r': [4, 5], 'f': [1, 5], 'fm': [4, 5]}
        """
        return {name: _ordered(grid) for name, grid in _native.Rfm.grids().items()}

    def fit(self, log: OrderLog, y: None = None) -> Self:
        """Score the customers of a log."""
        no_target("Rfm", y)
        self._model, self._report = _native.Rfm.fit(native_log(log, "Rfm"), self._settings()), None
        return self

    def fit_frame(
        self,
        data: Any,
        *,
        customer: str,
        time: str,
        order: str | None = None,
        item: str | None = None,
        quantity: str | None = None,
        price: str | None = None,
        amount: str | None = None,
        returns: str = "net",
        time_format: str | None = None,
        time_unit: str | None = None,
    ) -> Self:
        """Score the customers of a table of order lines, without a log.

        Gives what `fit` gives on the `OrderLog` of the same table, in a fraction of the time; for
        tables of which nothing else is asked.

        Parameters
        ----------
        data : table
            As in `OrderLog.from_frame`; a stream may be larger than memory.
        customer, time, order, item, quantity, price, amount : str
            The names of the columns that play these roles. Without ``order`` each row is an order.
            An item is only checked to be there.
        returns, time_format, time_unit
            As in `OrderLog.from_frame`.

        Examples
        --------
        >>> import kosar
        >>> table = {"who": [1, 1, 2], "no": [7, 7, 8], "on": ["2025-01-03"] * 3, "paid": [5.0, 2.5, 4.0]}
        >>> rfm = kosar.Rfm().fit_frame(table, customer="who", order="no", time="on", amount="paid")
        >>> rfm.customer(1)["monetary"], rfm.report_.taken
        (7.5, 3)
        """
        names = {
            "customer": customer,
            "order": order,
            "item": item,
            "time": time,
            "quantity": quantity,
            "price": price,
            "amount": amount,
        }
        source, roles, options = intake_of(data, names, returns, time_format, time_unit)
        fit = _native.Rfm.fit_columns if isinstance(source, dict) else _native.Rfm.fit_stream
        self._model, report = fit(source, roles, options, self._settings())
        self._report = intake_report(report)
        warn_of(self._report)
        return self

    def _settings(self) -> RfmSettings:
        return {
            "as_of": None if self.as_of is None else instant("as_of", self.as_of),
            "window_days": self.window_days,
            "returns": self.returns,
            "scores": _scores(self.scores),
            "bins": self.bins,
            "segments": _segments(self.segments),
            "other": self.other,
            "closed": self.closed,
            "weights": _weights(self.weights),
            "cut_points": _cut_points(self.cut_points),
        }

    def update(self, log: OrderLog) -> Self:
        """Add orders, which must be new ones: the model that a fit on both logs would give, exactly.

        Orders at ``as_of`` or later do not count, as in a fit; with ``window_days`` there must be an
        ``as_of``, since orders that have left the window are not kept. Fit anew to move either.
        """
        self._model, self._report = self._fitted.update(native_log(log, "Rfm")), None
        return self

    def merge(self, other: "Rfm") -> Self:
        """Add the orders of a model fitted on other orders with the same parameters, exactly."""
        self._model, self._report = self._fitted.merge(_rfm("other", other)), None
        return self

    def forget(self, customer: str | int) -> Self:
        """Leave a customer out: the model that a fit without their orders would give, exactly."""
        self._model, self._report = self._fitted.forget(customer), None
        return self

    @property
    def report_(self) -> IntakeReport | None:
        """What became of the rows that `fit_frame` was given; None after `fit`, which was given a log."""
        _ = self._fitted  # raises where nothing is fitted yet
        return self._report

    @property
    def table_(self) -> Table:
        """All customers, by id."""
        return Table(self._fitted.table())

    @property
    def profiles_(self) -> Table:
        """The segments in figures."""
        return Table(self._fitted.profiles())

    @property
    def cut_points_(self) -> dict[str, list[Any] | None]:
        """The cut points of each dimension; None for monetary value in a log without prices."""
        return dict(zip(_DIMENSIONS, self._fitted.cut_points, strict=True))

    @property
    def segment_names_(self) -> list[str]:
        """The names of the segments, in the order of results."""
        return self._fitted.segment_names

    @property
    def as_of_(self) -> dt.datetime | None:
        """The midnight at which recency was taken; None for an empty log."""
        micros = self._fitted.as_of
        return None if micros is None else from_micros(micros)

    def segment(self, customer: str | int) -> str:
        """Give the segment of a customer."""
        return self._fitted.segment(customer)

    def segments_of(self, customers: Iterable[str | int]) -> list[str]:
        """Give the segments of many customers, in their order."""
        return self._fitted.segments_of(customers)

    def customers(self, segment: str) -> list[Any]:
        """Give the customers of a segment, by id."""
        return self._fitted.customers(segment)

    def customer(self, customer: str | int) -> dict[str, Any]:
        """Give the row of a customer."""
        return self._fitted.customer(customer)

    def score(self, recency_days: Any, frequency: Any, monetary: Any = None) -> Table:
        """Score values by the model's cut points.

        Parameters
        ----------
        recency_days : array-like of float
            Days since the last order, at least 0.
        frequency : array-like of float
            Numbers of orders, at least 1.
        monetary : array-like of float, optional
            What was spent; needed where the model has monetary values, and only there.

        Returns
        -------
        Table
            A row for each, with the columns of `table_` from ``R_score`` on. Ties that the model
            itself split by rank stay together.

        Examples
        --------
        >>> import kosar
        >>> rfm = kosar.Rfm().fit(kosar.datasets.corner_shop())
        >>> rfm.score([1, 300], [4, 1], [60, 5])["segment"]
        ['champions', 'hibernating']
        """
        spent = None if monetary is None else _floats("monetary", monetary)
        days, orders = _floats("recency_days", recency_days), _floats("frequency", frequency)
        return Table(self._fitted.score(days, orders, spent))

    def rescore(self, other: "Rfm") -> Self:
        """Score the customers of another model by the cut points of this one."""
        return self._like(self._fitted.rescore(_rfm("other", other)))

    def apply(self, log: OrderLog, as_of: "TimeLike | None" = None) -> Self:
        """Score the customers of another log by the cut points of this model.

        Parameters
        ----------
        log : OrderLog
            The log.
        as_of : datetime, date, str or numpy.datetime64, optional
            The midnight (UTC) at which recency is taken; the one after the log's last order
            without it.

        Returns
        -------
        Rfm
            A fitted model with the parameters of this one and its cut points.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.datasets.corner_shop()
        >>> spring = kosar.Rfm(as_of="2025-06-01").fit(log)
        >>> summer = spring.apply(log)
        >>> summer.cut_points_ == spring.cut_points_
        True
        """
        at = None if as_of is None else instant("as_of", as_of)
        return self._like(self._fitted.apply(native_log(log, "Rfm"), at))

    def migration(self, after: "Rfm") -> Table:
        """Count who went from which segment of this model to which of a later one.

        Parameters
        ----------
        after : Rfm
            A model with the same segments, such as `apply` gives.

        Returns
        -------
        Table
            A row for each pair: ``before``, ``after``, ``customers``, and ``share``, the part of
            those who were in the segment before. Who is in one model only comes from
            ``(not yet a customer)`` or goes to ``(no longer counted)``.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.datasets.corner_shop()
        >>> spring = kosar.Rfm(as_of="2025-06-01").fit(log)
        >>> moved = spring.migration(spring.apply(log))
        >>> sum(moved["customers"])
        5
        """
        return Table(self._fitted.migration(_rfm("after", after)))

    def _like(self, model: _native.Rfm) -> Self:
        return self._of(model.params(), model)


def _rfm(name: str, model: Any) -> _native.Rfm:
    if not isinstance(model, Rfm):
        raise ParamTypeError(f"{name} must be an Rfm, got {type(model).__name__}")
    return model._fitted


def _scoring(stored: Any) -> Any:
    """Give a way of scoring, of that in a file."""
    return stored["fixed"] if isinstance(stored, Mapping) else stored


def _segment(stored: Mapping[str, Any]) -> Any:
    """Give a segment as the parameter takes it, of that in a file."""
    if "m" in stored or "fm" in stored:
        return _in_order(stored)
    return (stored["name"], tuple(stored["r"]), tuple(stored["f"]))


def _in_order(segment: Mapping[str, Any]) -> dict[str, Any]:
    return {key: segment[key] for key in ("name", "r", "f", "m", "fm") if key in segment}


def _ordered(grid: Mapping[str, Any]) -> dict[str, Any]:
    return {**grid, "segments": [_in_order(segment) for segment in grid["segments"]]}


def _floats(name: str, values: Any) -> Any:
    np = need("numpy", "Rfm.score")
    try:
        floats = np.ascontiguousarray(values, dtype="float64")
    except (TypeError, ValueError) as error:
        raise ParamError(f"{name} must be a list of numbers: {error}") from None
    if np.ndim(values) != 1:
        raise ParamError(f"{name} must have one dimension, has shape {np.shape(values)}")
    return floats


def _scores(scores: Any) -> list[Any]:
    if not isinstance(repeatable("scores", scores), Mapping):
        return [scores] * 3
    for name in scores:
        if name not in _DIMENSIONS:
            allowed = ", ".join(_DIMENSIONS)
            raise ParamError(f"scores may have the keys {allowed}, got {name!r}")
    return [repeatable("scores", scores.get(name, "quantile")) for name in _DIMENSIONS]


def _weights(weights: Any) -> list[Any]:
    found = [] if isinstance(weights, str) else _listed(repeatable("weights", weights))
    if len(found) != 3:
        raise ParamError(f"weights must be three numbers, got {weights!r}")
    return found


def _listed(values: Any) -> list[Any]:
    try:
        return list(values)
    except TypeError:
        return []


def _cut_points(cuts: Any) -> tuple[Any, Any, Any] | None:
    if cuts is None:
        return None
    if not isinstance(cuts, Mapping) or not {"recency", "frequency"} <= set(cuts) <= set(_DIMENSIONS):
        raise ParamError(f"cut_points must be a dict of {', '.join(_DIMENSIONS)}, got {cuts!r}")
    found = [cuts.get(name) for name in _DIMENSIONS]
    for name, values in zip(_DIMENSIONS, found, strict=True):
        is_missing = values is None and name == "monetary"
        if isinstance(values, str) or not (is_missing or _is_list(values)):
            raise ParamTypeError(f"cut_points[{name!r}] must be a list of numbers, got {values!r}")
    recency, frequency, monetary = found
    return recency, frequency, monetary


def _is_list(values: Any) -> bool:
    return hasattr(repeatable("cut_points", values), "__iter__")


def _segments(segments: Any) -> str | list[Segment]:
    if isinstance(repeatable("segments", segments), str):
        return str(segments)
    expected = "(name, (r_low, r_high), (f_low, f_high))"
    found: list[Segment] = []
    try:
        for segment in segments:
            m = fm = None
            if isinstance(segment, Mapping):
                unknown = set(segment) - {"name", "r", "f", "m", "fm"}
                if unknown:
                    raise KeyError(unknown)
                m, fm = _range(segment.get("m")), _range(segment.get("fm"))
                segment = (segment["name"], segment["r"], segment["f"])
            name, (r_low, r_high), (f_low, f_high) = segment
            found.append((name, (r_low, r_high), (f_low, f_high), m, fm))
    except (TypeError, ValueError, KeyError):
        shown = segment if "segment" in locals() else segments
        raise ParamError(f"a segment must be {expected}, or a dict, got {shown!r}") from None
    return found


def _range(scores: Any) -> Scores | None:
    if scores is None:
        return None
    low, high = scores
    return (low, high)
