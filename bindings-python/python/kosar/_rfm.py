"""Recency, frequency, monetary value."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from kosar import _native
from kosar._errors import ParamError
from kosar._estimator import Estimator, no_target, repeatable
from kosar._order_log import OrderLog, native_log
from kosar._table import Table
from kosar._time import from_micros, instant

if TYPE_CHECKING:
    from kosar._time import TimeLike

Segment: TypeAlias = tuple[str, Sequence[int], Sequence[int]]

_DIMENSIONS = ("recency", "frequency", "monetary")


class Rfm(Estimator[_native.Rfm]):
    """Customers by recency, frequency and monetary value, scored and put into segments.

    Parameters
    ----------
    as_of : datetime, date, str or numpy.datetime64, optional
        The midnight (UTC) at which recency is taken; the one after the last order without it.
        Orders at it or later do not count.
    scores : {"quantile", "rank"} or dict
        How values are scored: by quantiles of the values, ties together, or of the ranks. A dict
        says it for ``recency``, ``frequency`` and ``monetary``, those left out by quantile.
    segments : "default" or list
        The segments: tuples ``(name, (r_low, r_high), (f_low, f_high))``, or dicts with ``name``,
        ``r`` and ``f``. They must cover each pair of scores exactly once.
    bins : int
        The number of score classes, from 2 to 10.

    Attributes
    ----------
    table_ : Table
        Columns ``customer``, ``recency_days``, ``frequency``, ``monetary``, ``R_score``,
        ``F_score``, ``M_score`` (only with prices), ``segment``.
    profiles_ : Table
        What the customers of each segment have in common.
    cut_points_ : dict
        The cut points of each dimension.
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
    """

    _kind = "rfm"

    def __init__(
        self,
        as_of: "TimeLike | None" = None,
        scores: str | Mapping[str, str] = "quantile",
        segments: str | Sequence[Any] = "default",
        bins: int = 5,
    ) -> None:
        self.as_of = as_of
        self.scores = scores
        self.segments = segments
        self.bins = bins

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        scores = {name: stored[name] for name in _DIMENSIONS}
        grid = [(part["name"], tuple(part["r"]), tuple(part["f"])) for part in stored["grid"]["segments"]]
        default = [
            (part["name"], tuple(part["r"]), tuple(part["f"]))
            for part in _native.Rfm.defaults()["grid"]["segments"]
        ]
        return {
            "as_of": None if stored["as_of"] is None else from_micros(stored["as_of"]),
            "scores": stored["recency"] if len(set(scores.values())) == 1 else scores,
            "segments": "default" if grid == default else grid,
            "bins": stored["grid"]["bins"],
        }

    def fit(self, log: OrderLog, y: None = None) -> Self:
        """Score the customers of a log."""
        no_target("Rfm", y)
        self._model = _native.Rfm.fit(
            native_log(log, "Rfm"),
            None if self.as_of is None else instant("as_of", self.as_of),
            _scores(self.scores),
            self.bins,
            _segments(self.segments),
        )
        return self

    @property
    def table_(self) -> Table:
        """All customers, by id."""
        return Table(self._fitted.table())

    @property
    def profiles_(self) -> Table:
        """The segments in figures."""
        return Table(self._fitted.profiles())

    @property
    def cut_points_(self) -> dict[str, list[float] | None]:
        """The cut points of each dimension; None for monetary value in a log without prices."""
        return dict(zip(_DIMENSIONS, self._fitted.cut_points, strict=True))

    @property
    def as_of_(self) -> dt.datetime | None:
        """The midnight at which recency was taken; None for an empty log."""
        micros = self._fitted.as_of
        return None if micros is None else from_micros(micros)

    def segment(self, customer: str | int) -> str:
        """Give the segment of a customer."""
        return self._fitted.segment(customer)

    def customer(self, customer: str | int) -> dict[str, Any]:
        """Give the row of a customer."""
        return self._fitted.customer(customer)


def _scores(scores: Any) -> list[str]:
    if not isinstance(scores, Mapping):
        return [scores] * 3
    for name in scores:
        if name not in _DIMENSIONS:
            allowed = ", ".join(_DIMENSIONS)
            raise ParamError(f"scores may have the keys {allowed}, got {name!r}")
    return [scores.get(name, "quantile") for name in _DIMENSIONS]


def _segments(segments: Any) -> list[Segment] | None:
    if isinstance(repeatable("segments", segments), str):
        if segments == "default":
            return None
        raise ParamError(f"segments must be 'default' or a list of segments, got '{segments}'")
    expected = "(name, (r_low, r_high), (f_low, f_high))"
    found: list[Segment] = []
    try:
        for segment in segments:
            if isinstance(segment, Mapping):
                segment = (segment["name"], segment["r"], segment["f"])
            name, (r_low, r_high), (f_low, f_high) = segment
            found.append((name, (r_low, r_high), (f_low, f_high)))
    except (TypeError, ValueError, KeyError):
        shown = segment if "segment" in locals() else segments
        raise ParamError(f"a segment must be {expected}, got {shown!r}") from None
    return found
