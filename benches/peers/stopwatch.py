"""How candidates are timed: in turns in one process, the garbage collector off as in `timeit`."""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from answers import Answer, DisagreementError, agree

T = TypeVar("T")

LEAST_ROUNDS = 5
MOST_ROUNDS = 31
SECONDS = 8.0
"""About how long the rounds of one workload may take; the least number of rounds goes before it."""


@dataclass(frozen=True)
class Candidate:
    """A name, what is timed, and what of its result is compared with the others'."""

    name: str
    run: Callable[[], Any]
    answer: Callable[[Any], Answer]


@dataclass(frozen=True)
class Timed:
    """The seconds of each round, what was found, and in which way that differs from ours, if at all."""

    name: str
    seconds: list[float]
    answer: list[float]
    note: str = ""

    @property
    def median(self) -> float:
        """The median of the rounds, in seconds."""
        return statistics.median(self.seconds)


def compare(
    candidates: list[Candidate], left_out: Answer = (), least_rounds: int = LEAST_ROUNDS
) -> list[Timed]:
    """Time every candidate; the last one's answer is what all must find.

    Each runs once to warm up, when its answer is compared. Then come the rounds; each begins with another
    candidate, so that none is always the one that runs behind a certain other. A result is dropped when its
    time has been taken.

    Parameters
    ----------
    candidates : list of Candidate
    left_out : tuple of numbers
        What a peer may be short of; a note says so where it is.
    least_rounds : int
        How many rounds there are however long one takes.
    """
    start = time.perf_counter()
    answers = [candidate.answer(candidate.run()) for candidate in candidates]
    notes = [
        _agree(candidate.name, answer, answers[-1], left_out)
        for candidate, answer in zip(candidates, answers, strict=True)
    ]
    once = time.perf_counter() - start
    rounds = max(least_rounds, min(MOST_ROUNDS, int(SECONDS / once)))
    seconds: list[list[float]] = [[] for _ in candidates]
    for first in range(rounds):
        for turn in range(len(candidates)):
            position = (first + turn) % len(candidates)
            seconds[position].append(_once(candidates[position].run))
    found = zip(candidates, seconds, answers, notes, strict=True)
    return [Timed(c.name, taken, list(answer), note) for c, taken, answer, note in found]


def _agree(name: str, answer: Answer, ours: Answer, left_out: Answer) -> str:
    try:
        return agree(answer, ours, left_out)
    except DisagreementError as error:
        raise DisagreementError(f"{name}: {error}") from None


def _once(run: Callable[[], Any]) -> float:
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        result = run()
        taken = time.perf_counter() - start
    finally:
        gc.enable()
    del result
    return taken


def hand_over(timed: list[Timed]) -> None:
    """Write what was timed to stdout, for the process that asked."""
    json.dump([asdict(one) for one in timed], sys.stdout)


def taken_over(text: str) -> list[Timed]:
    """Read what another process wrote."""
    return [Timed(**one) for one in json.loads(text)]


def sides(found: list[Timed]) -> tuple[list[Timed], list[Timed]]:
    """Part the peers from kosar."""
    ours = [timed for timed in found if timed.name.startswith("kosar")]
    return [timed for timed in found if timed not in ours], ours


def best(peers: list[Timed]) -> Timed:
    """Give the quickest by the median."""
    return min(peers, key=lambda timed: timed.median)


def only(name: str, answers: set[T]) -> T:
    """Give the answer that all runs of a part found."""
    if len(answers) != 1:
        raise SystemExit(f"{name}: different answers: {answers}")
    return answers.pop()
