"""The number of frequent itemsets of each length, none of them handed over: ``counts.py retail-88``.

pyfim builds ``{(length, count): sets}`` while it mines. Its five algorithms run; the record takes the best.
"""

import sys
from functools import partial
from typing import Any

import fim
import kosar
from answers import full_lengths, of_count, of_spectrum
from stopwatch import Candidate, Timed, compare, hand_over
from workloads import WORKLOADS, Workload

ALGORITHMS = ["eclat", "fpgrowth", "sam", "relim", "apriori"]
FROM_LOG = "kosar, from a log"
FROM_LISTS = "kosar, from lists"


def timed(workload: Workload) -> list[Timed]:
    """Time the candidates on a workload; without kosar where it cannot count yet."""
    baskets: Any = workload.baskets()
    count = workload.min_count
    miners = {name: partial(getattr(fim, name), baskets, supp=-count, report="#") for name in ALGORITHMS}
    candidates = [Candidate(f"pyfim {name}", run, of_spectrum) for name, run in miners.items()]
    longest = len(of_spectrum(miners["eclat"]())) - 1
    model: Any = kosar.FrequentItemsets(min_support=count)
    if hasattr(model, "count"):
        log = kosar.OrderLog.from_baskets(baskets)
        candidates += [
            Candidate(FROM_LISTS, lambda: model.count(kosar.OrderLog.from_baskets(baskets)), of_count),
            Candidate(FROM_LOG, lambda: model.count(log), of_count),
        ]
    else:
        # Relim leaves nothing out, so that the others can be held against it.
        candidates.append(candidates.pop(ALGORITHMS.index("relim")))
    return compare(candidates, full_lengths(baskets, longest))


if __name__ == "__main__":
    hand_over(timed(WORKLOADS[sys.argv[1]]))
