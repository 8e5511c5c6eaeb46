"""What comes next in a session."""

from collections.abc import Iterable, Mapping
from typing import Any, Self, TypeVar

from kosar import _native
from kosar._errors import ParamTypeError
from kosar._estimator import Estimator, no_target
from kosar._event_log import EventLog, native_events

M = TypeVar("M", _native.SessionKnn, _native.SequentialRules)


class SessionRecommendations(list[_native.Recommendation]):
    """Recommendations for a session, best first: a list that also says what was not understood.

    Attributes
    ----------
    unknown : list
        The items of the session that the model does not know, each as often as it was given.
    empty : str or None
        Why there is no recommendation, in a word: ``"no_items"``, ``"unknown_items"``,
        ``"too_few_sessions"``, ``"none_allowed"`` or ``"nothing_else"``. None where there is one, and
        where none was asked for.
    why_empty : str or None
        The same as a sentence.
    """

    unknown: list[Any]
    empty: str | None
    why_empty: str | None

    def __init__(
        self,
        found: Iterable[_native.Recommendation] = (),
        unknown: Iterable[Any] = (),
        empty: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(found)
        self.unknown = list(unknown)
        self.empty, self.why_empty = empty or (None, None)


class _SessionModel(Estimator[M]):
    """What both models of sessions do."""

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        # The weights of kinds, by name.
        weights = zip(_native.event_kinds(), stored["kind_weights"], strict=False)
        named = {kind: weight for kind, weight in weights if weight != 1.0}
        return {**stored, "kind_weights": named or None}

    def append(self, events: EventLog) -> Self:
        """Give the model of its sessions and further finished ones, equal to a fit on all of them.

        This model stays as it is. A session that goes on after it was given is another one.

        Parameters
        ----------
        events : EventLog
            The new sessions.
        """
        made = type(self)(**self.get_params())
        made._model = self._fitted.append(native_events(events, f"{type(self).__name__}.append"))
        return made

    def recommend(
        self,
        session: Iterable[str | int],
        n: int = 10,
        *,
        kinds: Iterable[str] | None = None,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> SessionRecommendations:
        """Give the ``n`` items that come next in a session, best first.

        Parameters
        ----------
        session : iterable of str or int
            The items of the session so far, in the order of its clicks. Items that the model does not
            know are skipped and named in the answer.
        n : int
            How many; fewer only where the model knows no more.
        kinds : iterable of str, optional
            The kind of each click, as many as items; all are views without it. They change nothing for
            `SequentialRules`.
        exclude : iterable of str or int
            Items never to be answered; others take their places.
        only : iterable of str or int, optional
            Only these items, such as those in stock.

        Returns
        -------
        SessionRecommendations, a list; ``unknown`` and ``empty`` say what was not understood.
        """
        given = {"kinds": kinds, "exclude": exclude, "only": only}
        return SessionRecommendations(*self._fitted.recommend(session, n, given))

    def recommend_many(
        self,
        sessions: Iterable[Iterable[str | int]],
        n: int = 10,
        *,
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[SessionRecommendations]:
        """Give the ``n`` items that come next in each of many sessions, whose clicks are views.

        All cores are at work, the interpreter is released, and each answer is that of `recommend`.

        Parameters
        ----------
        sessions : iterable of iterables of str or int
            The items of each session.
        n, exclude, only
            As in `recommend`, for all sessions.

        Examples
        --------
        >>> import kosar
        >>> events = kosar.datasets.shop_data(lines=1_000, clicks=5_000).events
        >>> model = kosar.SessionKnn().fit(events)
        >>> found = model.recommend_many([["KIT-0001"], ["BAT-0001", "BAT-0002"]], n=3)
        >>> found[0] == model.recommend(["KIT-0001"], n=3)
        True
        """
        if isinstance(sessions, str) or not isinstance(sessions, Iterable):
            raise ParamTypeError(f"sessions must be a list of lists of items, got {type(sessions).__name__}")
        found = self._fitted.recommend_many(list(sessions), n, {"exclude": exclude, "only": only})
        return [SessionRecommendations(*one) for one in found]

    @property
    def items_(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._fitted.items()

    @property
    def n_sessions_(self) -> int:
        """The number of sessions that it was fitted on."""
        return self._fitted.n_sessions


class SessionKnn(_SessionModel[_native.SessionKnn]):
    """What comes next in a session, by the finished sessions that resemble it most (VMIS-kNN and STAN).

    Views, clicks, wishes, adds to the cart, purchases and clicks in messages count. The model is asked
    with the items of the session so far and keeps no state of sessions.

    Parameters
    ----------
    sessions_per_item : int
        How many of its most recent sessions are kept for each item, and how many of the most recent
        sessions with any item of the ongoing one are compared with it.
    neighbors : int
        How many of the most similar sessions are neighbours, up to 65,536.
    last_items : int
        How many distinct known items of the session count, the last ones, up to 100.
    decay : {"harmonic", "none", "linear", "inverse_square"}
        How much less an item counts d clicks before the last: 1 / (1 + d); the same; 1 - d / 10, at
        least 0; 1 / (1 + d)^2.
    match_idf : float
        The power of its inverse document frequency by which an item in common counts, from 0 to 8.
    item_idf : float
        The power of 1 + its inverse document frequency by which the score of an item is multiplied,
        from 0 to 8.
    forward, backward : float
        What each further step behind, and each step before, the item in common counts of the step
        nearer to it, from 0 to 1.
    half_life_days : float, optional
        In how many days a neighbour loses half of its weight; None for no decay.
    last_item_weight : float
        By what the score of the last item of the session itself is multiplied, from 0 (it is never
        answered) to 1.
    kind_weights : dict, optional
        What an event of a kind counts, from 0 to 100, such as ``{"add_to_cart": 3.0}``; kinds that are
        not named count 1. An event of weight 0 is as if it had not been.
    min_sessions : int
        An item that fewer neighbours hold is not answered.

    Attributes
    ----------
    items_ : list
        The ids of the items, sorted.
    counts_ : list of int
        The number of sessions with each item, in the order of ``items_``.
    n_sessions_ : int
        The number of sessions that it was fitted on.
    n_kept_ : int
        The number of these that are kept, because they are among the most recent of an item.
    n_bytes_ : int
        What the index takes, without the ids of the items.

    Examples
    --------
    >>> import kosar
    >>> clicks = {
    ...     "visit": ["s1", "s1", "s1", "s2", "s2", "s3", "s3"],
    ...     "sku": ["tea", "cup", "pot", "tea", "pot", "jam", "tea"],
    ...     "at": [1, 2, 3, 4, 5, 6, 7],
    ... }
    >>> events = kosar.EventLog.from_frame(clicks, session="visit", item="sku", time="at", time_unit="s")
    >>> model = kosar.SessionKnn().fit(events)
    >>> model.recommend(["cup", "tea"], n=1, exclude=["cup", "tea"])
    [Recommendation('pot', 0.671, 'clicked in 2 sessions like this one (84 % of it for cup)')]
    >>> model.recommend(["wine"]).why_empty
    'no item of the session is known'
    """

    _kind = "session_knn"

    def __init__(
        self,
        sessions_per_item: int = 500,
        neighbors: int = 200,
        *,
        last_items: int = 9,
        decay: str = "harmonic",
        match_idf: float = 2.0,
        item_idf: float = 1.0,
        forward: float = 0.8,
        backward: float = 0.75,
        half_life_days: float | None = 30.0,
        last_item_weight: float = 0.0,
        kind_weights: Mapping[str, float] | None = None,
        min_sessions: int = 1,
    ) -> None:
        self.sessions_per_item = sessions_per_item
        self.neighbors = neighbors
        self.last_items = last_items
        self.decay = decay
        self.match_idf = match_idf
        self.item_idf = item_idf
        self.forward = forward
        self.backward = backward
        self.half_life_days = half_life_days
        self.last_item_weight = last_item_weight
        self.kind_weights = kind_weights
        self.min_sessions = min_sessions

    def fit(self, events: EventLog, y: None = None) -> Self:
        """Index the sessions of an event log.

        Parameters
        ----------
        events : EventLog
            Finished sessions.
        y : None
            Not used.
        """
        no_target("SessionKnn", y)
        self._model = _native.SessionKnn.fit(native_events(events, "SessionKnn.fit"), self.get_params())
        return self

    @property
    def counts_(self) -> list[int]:
        """The number of sessions with each item, in the order of ``items_``."""
        return self._fitted.counts()

    @property
    def n_kept_(self) -> int:
        """The number of sessions that are kept."""
        return self._fitted.n_kept

    @property
    def n_bytes_(self) -> int:
        """What the index takes, in bytes, without the ids of the items."""
        return self._fitted.n_bytes


class SequentialRules(_SessionModel[_native.SequentialRules]):
    """What comes next in a session, by what followed its last item in finished sessions: the baseline.

    Every pair of clicks of one session counts, the first leading to the second. Only the last known
    item of the ongoing session is looked at.

    Parameters
    ----------
    step_weight : {"inverse", "same", "inverse_square"}
        What a pair counts by the steps from one click to the other: 1 / steps, 1, 1 / steps^2.
    max_steps : int
        The greatest number of steps between the clicks of a pair, up to 100.
    both_ways : bool
        Whether an item that comes before counts as one that comes after does.
    repeats : bool
        Whether an item may follow itself.
    kind_weights : dict, optional
        As of `SessionKnn`; a pair counts by the click on the item that is recommended.
    min_sessions : int
        A rule that fewer sessions bear out is not answered.

    Attributes
    ----------
    items_ : list
        The ids of the items, sorted.
    n_rules_ : int
        The number of rules: pairs of items that any session bears out.
    n_sessions_ : int
        The number of sessions that it was fitted on.

    Examples
    --------
    >>> import kosar
    >>> clicks = {
    ...     "visit": [1, 1, 1, 2, 2],
    ...     "sku": ["tea", "cup", "pot", "tea", "pot"],
    ...     "at": [1, 2, 3, 4, 5],
    ... }
    >>> events = kosar.EventLog.from_frame(clicks, session="visit", item="sku", time="at", time_unit="s")
    >>> kosar.SequentialRules().fit(events).recommend(["tea"], n=1)
    [Recommendation('pot', 1.500, '100 % of the sessions with tea go on to it (2 sessions)')]
    """

    _kind = "sequential_rules"

    def __init__(
        self,
        step_weight: str = "inverse",
        max_steps: int = 10,
        *,
        both_ways: bool = False,
        repeats: bool = False,
        kind_weights: Mapping[str, float] | None = None,
        min_sessions: int = 1,
    ) -> None:
        self.step_weight = step_weight
        self.max_steps = max_steps
        self.both_ways = both_ways
        self.repeats = repeats
        self.kind_weights = kind_weights
        self.min_sessions = min_sessions

    @classmethod
    def association(cls, **params: Any) -> Self:
        """Give association rules between two items: before or after, however far, all counting 1.

        Parameters
        ----------
        **params
            Further parameters, and others in place of these.
        """
        return cls(**{**cls._from_stored(_native.SequentialRules.association()), **params})

    def fit(self, events: EventLog, y: None = None) -> Self:
        """Count what follows what in the sessions of an event log.

        Parameters
        ----------
        events : EventLog
            Finished sessions.
        y : None
            Not used.
        """
        no_target("SequentialRules", y)
        native = native_events(events, "SequentialRules.fit")
        self._model = _native.SequentialRules.fit(native, self.get_params())
        return self

    @property
    def n_rules_(self) -> int:
        """The number of rules: pairs of items that any session bears out."""
        return self._fitted.n_rules
