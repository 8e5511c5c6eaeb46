"""All frequent itemsets, handed to Python: ``itemsets.py retail-88``.

pyfim is given lists and gives a list of tuples. kosar is timed three ways: from the same lists, the log
included, to lists of Python; from the lists to an Arrow table; from a log that is there already to Arrow.
"""

import sys
from typing import Any

import fim
import kosar
from answers import full_sets, of_arrow, of_lists, of_tuples
from stopwatch import Candidate, Timed, compare, hand_over
from workloads import WORKLOADS, Workload

FROM_LOG = "kosar, log to Arrow"
FROM_LISTS = "kosar, lists to Arrow"
TO_LISTS = "kosar, lists to lists"


def timed(workload: Workload) -> list[Timed]:
    """Time the candidates on a workload."""
    baskets: Any = workload.baskets()
    count = workload.min_count
    log = kosar.OrderLog.from_baskets(baskets)

    def table(log: kosar.OrderLog) -> kosar.Table:
        return kosar.FrequentItemsets(min_support=count).fit(log).itemsets_

    def to_lists() -> tuple[list[Any], list[Any]]:
        found = table(kosar.OrderLog.from_baskets(baskets))
        return found["items"], found["count"]

    candidates = [
        Candidate("pyfim eclat", lambda: fim.eclat(baskets, supp=-count, report="a"), of_tuples),
        Candidate("pyfim fpgrowth", lambda: fim.fpgrowth(baskets, supp=-count, report="a"), of_tuples),
        Candidate(TO_LISTS, to_lists, of_lists),
        Candidate(FROM_LISTS, lambda: table(kosar.OrderLog.from_baskets(baskets)).to_arrow(), of_arrow),
        Candidate(FROM_LOG, lambda: table(log).to_arrow(), of_arrow),
    ]
    return compare(candidates, full_sets(baskets))


if __name__ == "__main__":
    hand_over(timed(WORKLOADS[sys.argv[1]]))
