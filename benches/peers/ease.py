"""EASE on Online Retail, once, in a process of its own: ``ease.py numpy`` or ``ease.py kosar``.

NumPy's is the dozen lines that papers publish: the Gram matrix by SciPy, its inverse by LAPACK on as many
threads as OpenBLAS is given. The baseline is the peak when packages and data are loaded. What both must
agree on is the sum of the scores of the 20 best items that each customer does not have, which is not timed.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import kosar
import numpy as np
import pandas as pd
import scipy.sparse as sp
from memory import peak_mb
from workloads import DATA

L2 = 200.0
N = 20


def pairs() -> pd.DataFrame:
    """Read who bought what: purchases of known customers."""
    file = DATA / "online_retail" / "online_retail.csv.gz"
    columns = ["InvoiceNo", "StockCode", "Quantity", "CustomerID"]
    lines = pd.read_csv(file, usecols=columns, dtype={"InvoiceNo": str, "StockCode": str})
    kept = lines["CustomerID"].notna() & ~lines["InvoiceNo"].str.startswith("C") & (lines["Quantity"] > 0)
    return lines.loc[kept, ["CustomerID", "StockCode"]].drop_duplicates().reset_index(drop=True)


def matrix(frame: pd.DataFrame) -> Any:
    """Give the matrix of customers and items, every entry 1."""
    customers, items = (pd.factorize(frame[name], sort=True)[0] for name in ("CustomerID", "StockCode"))
    return sp.csr_matrix((np.ones(len(frame)), (customers, items)))


def numpy_fit(users: Any) -> Any:
    """Give the weights, by NumPy."""
    gram = (users.T @ users).toarray()
    gram[np.diag_indices_from(gram)] += L2
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def numpy_best(users: Any, weights: Any) -> float:
    """Give the sum of the best scores."""
    scores = users @ weights
    scores[users.nonzero()] = -np.inf
    return float(np.sort(scores, axis=1)[:, -N:].sum())


def kosar_log(frame: pd.DataFrame) -> Any:
    """Make the log that kosar is fitted on."""
    return kosar.OrderLog.from_frame(frame, customer="CustomerID", item="StockCode")


def kosar_fit(log: Any) -> Any:
    """Fit kosar's."""
    return kosar.Ease(l2=L2, max_history=None).fit(log)


def kosar_best(_: Any, model: Any) -> float:
    """Give the sum of the best scores."""
    return float(model.recommend_all(N)[1].sum())


Step = Callable[[Any], Any]
SIDES: dict[str, tuple[Step, Step, Callable[[Any, Any], float]]] = {
    "numpy": (matrix, numpy_fit, numpy_best),
    "kosar": (kosar_log, kosar_fit, kosar_best),
}

if __name__ == "__main__":
    prepare, fit, best = SIDES[sys.argv[1]]
    data = prepare(pairs())
    baseline = peak_mb()
    start = time.perf_counter()
    model = fit(data)
    seconds = time.perf_counter() - start
    more = peak_mb() - baseline
    answer = [round(best(data, model), 2)]
    json.dump({"fit": seconds, "baseline": baseline, "more": more, "answer": answer}, sys.stdout)
