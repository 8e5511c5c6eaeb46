"""How well models of sessions tell the next click."""

from typing import Any, NamedTuple

from kosar import _native
from kosar._errors import ParamTypeError
from kosar._estimator import Estimator
from kosar._event_log import EventLog, native_events


class SessionEstimate(NamedTuple):
    """A mean over the clicks asked for, with its interval over sessions; NaN where there is none."""

    value: float
    low: float
    high: float


class SessionDifference(NamedTuple):
    """By how much one evaluation exceeds another, session by session."""

    hit_rate: SessionEstimate
    mrr: SessionEstimate


class SessionEvaluation:
    """How well a model tells the next clicks of test sessions, made by `evaluate_sessions`.

    Attributes
    ----------
    hit_rate : SessionEstimate
        The share of the clicks asked for that are among the first ``k`` answers.
    mrr : SessionEstimate
        The mean of 1 over the place of the click, 0 where it is not among the first ``k``.
    k : int
        The length of the lists.
    n : int
        The number of clicks asked for: of every test session all but the first.
    """

    def __init__(self, native: _native.SessionEvaluation) -> None:
        self._native = native

    @property
    def hit_rate(self) -> SessionEstimate:
        """The share of the clicks asked for that are among the first ``k`` answers."""
        return SessionEstimate(*self._native.hit_rate)

    @property
    def mrr(self) -> SessionEstimate:
        """The mean of 1 over the place of the click, 0 where it is not among the first ``k``."""
        return SessionEstimate(*self._native.mrr)

    @property
    def k(self) -> int:
        """The length of the lists."""
        return self._native.k

    @property
    def n(self) -> int:
        """The number of clicks asked for."""
        return self._native.n

    def __sub__(self, other: "SessionEvaluation") -> SessionDifference:
        """Give by how much this exceeds one of the same test sessions and ``k``, with intervals."""
        if not isinstance(other, SessionEvaluation):
            raise ParamTypeError(f"other must be a SessionEvaluation, got {type(other).__name__}")
        hit_rate, mrr = self._native.minus(other._native)
        return SessionDifference(SessionEstimate(*hit_rate), SessionEstimate(*mrr))

    def __repr__(self) -> str:
        return self._native.text()


class PopularInSessions:
    """The items in the most sessions, whatever the session is: the baseline for `evaluate_sessions`.

    Parameters
    ----------
    events : EventLog
        The training part.
    """

    def __init__(self, events: EventLog) -> None:
        self._fitted = _native.PopularInSessions.of(native_events(events, "PopularInSessions"))

    def __repr__(self) -> str:
        return "PopularInSessions()"


def native_model(model: Any) -> Any:
    """Give what is inside of a model."""
    return model._fitted if isinstance(model, Estimator | PopularInSessions) else model
