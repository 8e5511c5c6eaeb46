"""How well models of sessions tell the next click."""

from typing import TYPE_CHECKING, Any, NamedTuple

from kosar import _native
from kosar._errors import ParamTypeError
from kosar._estimator import Estimator
from kosar._evaluation import intervals
from kosar._event_log import EventLog, native_events
from kosar._split import cut

if TYPE_CHECKING:
    from kosar._time import TimeLike


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


def split_sessions(
    events: EventLog,
    *,
    at: "TimeLike | None" = None,
    last_days: float | None = None,
    fraction: float | None = None,
) -> tuple[EventLog, EventLog]:
    """Split sessions at an instant: those that end before it to train on, the others to ask about.

    Both are whole, so that no event of a session that is asked about has been seen.

    Parameters
    ----------
    events : EventLog
        The sessions.
    at : datetime, date or str
        The instant; or instead one of
    last_days : float
        how many days before the last event it is, or
    fraction : float
        the share of the sessions, those that end last, to ask about.

    Returns
    -------
    Two logs, what is trained on and what is asked about; see `evaluate_sessions`.

    Raises
    ------
    ParamError
        Unless exactly one of ``at``, ``last_days``, ``fraction`` is given; for a cut that leaves no
        session on one side.
    """
    given = cut(at, last_days, fraction)
    train, test = _native.split_sessions(native_events(events, "split_sessions"), given)
    return EventLog(train), EventLog(test)


def evaluate_sessions(
    model: Any,
    test: EventLog,
    *,
    k: int = 20,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> SessionEvaluation:
    """Measure how well a model tells the next click of test sessions: hit rate and MRR.

    Of every test session each beginning (its first 1, 2, ... clicks) is given, and the click behind it
    is the one item asked for. One that the model does not know is a miss; items of the session may be
    asked for and answered again. Values are means over all clicks asked for, intervals are over
    sessions, as the clicks of one session depend on each other.

    Parameters
    ----------
    model : SessionKnn, SequentialRules or PopularInSessions
        A model fitted on the training part of `split_sessions`.
    test : EventLog
        The sessions to ask about.
    k : int
        The length of the lists.
    n_resamples : int
        How often sessions are drawn anew for the bootstrap intervals; 0 for no intervals.
    confidence : float
        The confidence of the intervals.
    seed : int
        The seed of the resamples.

    Examples
    --------
    >>> import kosar
    >>> from kosar.evaluate import PopularInSessions, evaluate_sessions, split_sessions
    >>> events = kosar.datasets.shop_data(lines=2_000, clicks=20_000).events
    >>> train, test = split_sessions(events, fraction=0.2)
    >>> found = evaluate_sessions(kosar.SessionKnn(last_item_weight=1.0).fit(train), test)
    >>> difference = found - evaluate_sessions(PopularInSessions(train), test)
    >>> difference.hit_rate.low > 0
    True
    """
    given = intervals(k, n_resamples, confidence, seed)
    inside = native_model(model)
    return SessionEvaluation(
        _native.evaluate_sessions(inside, native_events(test, "evaluate_sessions"), given)
    )
