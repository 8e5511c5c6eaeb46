"""Rules with one item as consequent and five measures: ``rules.py mushroom-1625``.

pyfim reports support, confidence and lift; leverage and conviction are worked out from its report with NumPy.
``mode='o'`` makes it take the baskets of the whole rule as support, as everyone else does, not those of the
antecedent. kosar's table has ten measures and the support of both sides; it cannot be asked for fewer.
"""

import sys
from typing import Any

import fim
import kosar
import numpy as np
from answers import Answer
from stopwatch import Candidate, Timed, compare, hand_over
from workloads import MIN_CONFIDENCE, WORKLOADS, Workload

FROM_LOG = "kosar, log to Arrow, ten measures"
FROM_LISTS = "kosar, lists to Arrow, ten measures"
MEASURES = ["support", "confidence", "lift", "leverage"]
"""What is added up and compared; conviction is infinite for many of these rules."""


def five_measures(rules: list[tuple[Any, ...]]) -> dict[str, Any]:
    """Turn pyfim's rules, reported with 'scly', into columns."""
    heads, bodies, *measures = zip(*rules, strict=True)
    support, confidence, lift, head = (np.array(values) for values in measures)
    with np.errstate(divide="ignore", invalid="ignore"):
        conviction = np.where(confidence == 1, np.inf, (1 - head) / (1 - confidence))
    return {
        "antecedent": bodies,
        "consequent": heads,
        "support": support,
        "confidence": confidence,
        "lift": lift,
        "leverage": support - support / confidence * head,
        "conviction": conviction,
    }


def of_columns(columns: Any) -> Answer:
    """Give the number of rules, and the sums of four measures."""
    sums = [np.asarray(columns[name]).sum().item() for name in MEASURES]
    return (len(columns["support"]), *sums)


def timed(workload: Workload) -> list[Timed]:
    """Time the candidates on a workload."""
    baskets: Any = workload.baskets()
    count = workload.min_count
    log = kosar.OrderLog.from_baskets(baskets)

    def pyfim(algorithm: str) -> Any:
        mine = getattr(fim, algorithm)
        # zmin=2 leaves out the rules without an antecedent.
        return mine(
            baskets, target="r", supp=-count, conf=100 * MIN_CONFIDENCE, zmin=2, mode="o", report="scly"
        )

    def table(log: kosar.OrderLog) -> Any:
        return (
            kosar.AssociationRules(min_support=count, min_confidence=MIN_CONFIDENCE)
            .fit(log)
            .rules_.to_arrow()
        )

    def three(algorithm: str) -> Candidate:
        return Candidate(
            f"pyfim {algorithm}, three measures",
            lambda: pyfim(algorithm),
            lambda rules: of_columns(five_measures(rules)),
        )

    candidates = [
        three("eclat"),
        three("fpgrowth"),
        Candidate("pyfim fpgrowth, five by NumPy", lambda: five_measures(pyfim("fpgrowth")), of_columns),
        Candidate(FROM_LISTS, lambda: table(kosar.OrderLog.from_baskets(baskets)), of_columns),
        Candidate(FROM_LOG, lambda: table(log), of_columns),
    ]
    return compare(candidates)


if __name__ == "__main__":
    hand_over(timed(WORKLOADS[sys.argv[1]]))
