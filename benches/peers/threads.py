"""kosar by itself, on as many threads as ``RAYON_NUM_THREADS`` says: ``threads.py retail-88 itemsets``.

A process has one number of threads, so that one and two are two processes.
"""

import sys
from typing import Any

import kosar
from answers import of_arrow
from stopwatch import Candidate, Timed, compare, hand_over
from workloads import MIN_CONFIDENCE, WORKLOADS, Workload

ITEMSETS = "itemsets"
RULES = "rules"


def timed(workload: Workload, what: str) -> list[Timed]:
    """Time a fit from a log to an Arrow table."""
    baskets: Any = workload.baskets()
    log = kosar.OrderLog.from_baskets(baskets)
    del baskets
    count = workload.min_count

    def itemsets() -> Any:
        return kosar.FrequentItemsets(min_support=count).fit(log).itemsets_.to_arrow()

    def rules() -> Any:
        return (
            kosar.AssociationRules(min_support=count, min_confidence=MIN_CONFIDENCE)
            .fit(log)
            .rules_.to_arrow()
        )

    return compare([Candidate(what, {ITEMSETS: itemsets, RULES: rules}[what], of_arrow)])


if __name__ == "__main__":
    hand_over(timed(WORKLOADS[sys.argv[1]], sys.argv[2]))
