"""Time and peak memory of one run in a process of its own: ``memory.py kosar retail-88``.

The baseline is the peak when packages and baskets are loaded. A process inherits the peak of the one that
starts it, which must therefore be small. mlxtend mines a sparse frame: FP-growth is its quickest on these
baskets, Apriori with ``low_memory`` its smallest (without it, it asks for 188 GiB).
"""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from answers import Answer, of_arrow
from workloads import WORKLOADS, Baskets


@dataclass(frozen=True)
class OneRun:
    """What a process took: seconds to put the baskets into form and to mine, and memory in MB."""

    prepare: float
    mine: float
    baseline: float
    peak: float
    answer: list[float]


def peak_mb() -> float:
    """Give the greatest memory that this process has had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def encode(baskets: Baskets) -> Any:
    """Make the sparse frame that mlxtend mines; it wants names that are strings."""
    import pandas as pd
    from mlxtend.preprocessing import TransactionEncoder

    encoder = TransactionEncoder()
    matrix = encoder.fit(baskets).transform(baskets, sparse=True)
    return pd.DataFrame.sparse.from_spmatrix(matrix, columns=[str(item) for item in encoder.columns_])


def mlxtend_miner(name: str, **options: Any) -> Callable[[Any, int], Any]:
    """Give a function of mlxtend that mines a frame."""

    def mine(frame: Any, count: int) -> Any:
        miner = getattr(importlib.import_module("mlxtend.frequent_patterns"), name)
        # Half a basket less, so that no rounding of the share moves the boundary.
        return miner(frame, min_support=(count - 0.5) / len(frame), use_colnames=True, **options)

    return mine


def of_frame(found: Any, n_baskets: int) -> Answer:
    """Give the number of sets, and the sum of their counts, of mlxtend's frame."""
    return (len(found), round(found["support"].sum() * n_baskets))


def kosar_log(baskets: Baskets) -> Any:
    """Make the log that kosar mines."""
    import kosar

    given: Any = baskets
    return kosar.OrderLog.from_baskets(given)


def kosar_mine(log: Any, count: int) -> Any:
    """Mine it."""
    import kosar

    return kosar.FrequentItemsets(min_support=count).fit(log).itemsets_.to_arrow()


MLXTEND = ["pandas", "mlxtend.preprocessing", "mlxtend.frequent_patterns"]
# What is imported first, how baskets are put into form, how they are mined.
MINERS: dict[str, tuple[list[str], Callable[[Baskets], Any], Callable[[Any, int], Any]]] = {
    "mlxtend fpgrowth": (MLXTEND, encode, mlxtend_miner("fpgrowth")),
    "mlxtend apriori, low_memory": (MLXTEND, encode, mlxtend_miner("apriori", low_memory=True)),
    # pyarrow imports pandas, where it is installed, when it makes its first table.
    "kosar": (["kosar", "pyarrow", "pandas"], kosar_log, kosar_mine),
}


def one_run(miner: str, workload: str) -> OneRun:
    """Run a miner once."""
    packages, form, mine = MINERS[miner]
    for package in packages:
        importlib.import_module(package)
    baskets = WORKLOADS[workload].baskets()
    baseline = peak_mb()
    start = time.perf_counter()
    formed = form(baskets)
    ready = time.perf_counter()
    found = mine(formed, WORKLOADS[workload].min_count)
    end = time.perf_counter()
    peak = peak_mb()
    answer = of_arrow(found) if miner == "kosar" else of_frame(found, len(baskets))
    return OneRun(ready - start, end - ready, baseline, peak, list(answer))


if __name__ == "__main__":
    json.dump(asdict(one_run(*sys.argv[1:])), sys.stdout)
