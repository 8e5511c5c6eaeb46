"""Matrices of users and items: check-ins of Gowalla, and drawn ones of any size."""

from typing import Any

import numpy as np
import scipy.sparse as sp
from workloads import DATA

GOWALLA = "gowalla"
LARGEST = "zipf-300k"
ZIPF = {"zipf-50k": (200_000, 50_000, 5_000_000), LARGEST: (200_000, 300_000, 21_000_000)}
"""Users, items and draws; pairs drawn twice count once."""


def matrix(name: str) -> Any:
    """Give the matrix of a name, users by items, every entry 1."""
    return gowalla("train") if name == GOWALLA else zipf(*ZIPF[name])


def gowalla(part: str) -> Any:
    """Read a part of Gowalla: on each line a user, then their items."""
    users, items = 29_858, 40_981
    rows: list[list[int]] = [[] for _ in range(users)]
    with (DATA / "gowalla" / f"{part}.txt").open() as lines:
        for line in lines:
            user, *found = map(int, line.split())
            rows[user] = sorted(set(found))
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    indices = np.fromiter((item for row in rows for item in row), np.int32)
    return sp.csr_matrix((np.ones(len(indices)), indices, indptr), shape=(users, items))


def zipf(users: int, items: int, draws: int) -> Any:
    """Draw pairs: users by a Pareto law, items by Zipf's, rank 0 the most frequent; always the same ones."""
    rng = np.random.default_rng(7)
    of_users = rng.pareto(1.5, users) + 1
    of_items = 1 / (np.arange(items) + 10) ** 0.9
    drawn_users = rng.choice(users, draws, p=of_users / of_users.sum())
    drawn_items = rng.choice(items, draws, p=of_items / of_items.sum())
    pairs = np.unique(drawn_users.astype(np.int64) * items + drawn_items)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(pairs // items, minlength=users))])
    return sp.csr_matrix(
        (np.ones(len(pairs)), (pairs % items).astype(np.int32), indptr), shape=(users, items)
    )
