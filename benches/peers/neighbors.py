"""The 100 nearest neighbours of every item, and 20 items for every user: ``neighbors.py gowalla fits``.

All are given the same matrix. An item is its own nearest neighbour for implicit and sparse_dot_topn, so
these are asked for one more; what they must agree on is the sum of all similarities but those.
"""

import os
import sys
from typing import Any

import kosar
import numpy as np
import scipy.sparse as sp
from answers import Answer
from implicit.nearest_neighbours import CosineRecommender
from matrices import LARGEST, matrix
from sparse_dot_topn import sp_matmul_topn
from stopwatch import LEAST_ROUNDS, Candidate, Timed, compare, hand_over

K = 100
THREADS = int(os.environ["RAYON_NUM_THREADS"])


def implicit(users: Any) -> Any:
    """Fit implicit's cosine."""
    model = CosineRecommender(K=K + 1, num_threads=THREADS)
    model.fit(users, show_progress=False)
    return model


def sparse_dot_topn(users: Any) -> Any:
    """Multiply the normalised matrix with itself, the best of every row only."""
    norms = np.sqrt(np.asarray(users.multiply(users).sum(axis=0)).ravel())
    normalised = (users @ sp.diags(1 / np.maximum(norms, 1e-30))).tocsr()
    return sp_matmul_topn(normalised.T.tocsr(), normalised, top_n=K + 1, n_threads=THREADS)


def ours(users: Any) -> Any:
    """Fit kosar's."""
    return kosar.ItemSimilarity(neighbors=K, max_history=None).fit(users)


def of_matrix(similarity: Any) -> Answer:
    """Give the sum of the similarities of a matrix, its diagonal left out."""
    return (round(float(similarity.sum() - similarity.diagonal().sum()), -2),)


def of_ours(model: Any) -> Answer:
    """Give the sum of kosar's similarities."""
    return (round(float(np.asarray(model.neighbors_.to_arrow()["similarity"], float).sum()), -2),)


def fits(name: str) -> list[Timed]:
    """Time fits on a matrix."""
    users = matrix(name)
    return compare(
        [
            Candidate("implicit", lambda: implicit(users), lambda model: of_matrix(model.similarity.tocsr())),
            Candidate("sparse_dot_topn", lambda: sparse_dot_topn(users), of_matrix),
            Candidate("kosar", lambda: ours(users), of_ours),
        ],
        least_rounds=2 if name == LARGEST else LEAST_ROUNDS,
    )


def everyone(name: str) -> list[Timed]:
    """Time 20 recommendations for each user."""
    users = matrix(name)
    theirs, model = implicit(users), ours(users)
    ids = np.arange(users.shape[0])
    return compare(
        [
            Candidate("implicit", lambda: theirs.recommend(ids, users, N=20), lambda found: (found[0].size,)),
            Candidate("kosar", lambda: model.recommend_all(20), lambda found: (found[0].size,)),
        ]
    )


if __name__ == "__main__":
    hand_over({"fits": fits, "everyone": everyone}[sys.argv[2]](sys.argv[1]))
