"""What both scripts share: where the data are, how a line is told, and implicit's lists."""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KOSAR_DATA", ROOT.parent / "shared" / "data"))


def say(text: str) -> None:
    """Write to the terminal."""
    print(text, file=sys.stderr, flush=True)


def line(name: str, found: Any) -> None:
    """Write a row of the record's table."""
    cells = []
    for metric in ("recall@20", "ndcg@20"):
        low, high = found.interval(metric)
        cells.append(f"{found[metric]:.4f} ({low:.4f} to {high:.4f})")
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def implicit_lists(users: Any, items: Any, customers: list[Any]) -> dict[Any, list[Any]] | None:
    """Give the 20 items of implicit's cosine for each customer; None where it is not installed."""
    try:
        import scipy.sparse as sp
        from implicit.nearest_neighbours import CosineRecommender
    except ImportError:
        return None
    user_ids, rows = np.unique(users, return_inverse=True)
    item_ids, columns = np.unique(items, return_inverse=True)
    matrix = sp.csr_matrix((np.ones(len(rows)), (rows, columns)))
    matrix.data[:] = 1
    model = CosineRecommender(K=100, num_threads=os.cpu_count())
    model.fit(matrix, show_progress=False)
    asked = np.searchsorted(user_ids, np.array(customers, user_ids.dtype))
    found, scores = model.recommend(asked, matrix[asked], N=20)
    return {
        customer: [
            item_ids[item].item() if hasattr(item_ids[item], "item") else item_ids[item] for item in row[keep]
        ]
        for customer, row, keep in zip(customers, found, scores > 0, strict=True)
    }
