"""k-means: ``kmeans.py 64`` for a fit with 64 clusters, ``kmeans.py 64 seeding`` for k-means++ alone.

The data is a million rows of eight features, seeded: nineteen of twenty rows normal around one of k centres,
the twentieth anywhere. All fits begin at the same k rows, move the centres twenty times, and end with a label
for each row. What they must agree on, to 1e-5, is the sum of the squared distances from the nearest of their
centres, computed here in double precision and not timed.
"""

import math
import sys
from collections.abc import Callable
from typing import Any

import faiss
import kosar
import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus
from stopwatch import Candidate, compare, hand_over

ROWS, FEATURES, ITERATIONS, SEED = 1_000_000, 8, 20, 7
AGREE = 1e-5


def data(k: int) -> tuple[Any, Any]:
    """Give the rows, and those that all begin at."""
    random = np.random.default_rng(SEED)
    centres = random.uniform(-10, 10, (k, FEATURES))
    rows = centres[random.integers(0, k, ROWS)] + random.normal(0, 2, (ROWS, FEATURES))
    rows[::20] = random.uniform(-14, 14, (len(rows[::20]), FEATURES))
    return rows, rows[random.choice(ROWS, k, replace=False)].copy()


def scikit_learn(rows: Any, start: Any) -> Callable[[], Any]:
    """Fit scikit-learn's."""
    params: dict[str, Any] = {"n_init": 1, "max_iter": ITERATIONS, "tol": 0, "algorithm": "lloyd"}
    return lambda: KMeans(len(start), init=start, **params).fit(rows)


def faiss_fit(rows: Any, start: Any) -> Any:
    """Fit faiss's, on all rows, and label them."""
    model = faiss.Kmeans(
        FEATURES, len(start), niter=ITERATIONS, min_points_per_centroid=1, max_points_per_centroid=ROWS
    )
    model.train(rows, init_centroids=start)
    return model, model.index.search(rows, 1)[1]


def kosar_fit(rows: Any, start: Any) -> Any:
    """Fit kosar's."""
    return kosar.KMeans(len(start), init=start, max_iter=ITERATIONS).fit(rows)


def inertia(rows: Any, centres: Any) -> float:
    """Sum up the squared distances from the nearest centres."""
    half = (centres**2).sum(axis=1) / 2
    total = 0.0
    for part in np.array_split(rows, 50):
        scores = half - part @ centres.T
        total += float((part**2).sum() + 2 * scores.min(axis=1).sum())
    return total


def fits(k: int) -> list[Candidate]:
    """Give the fits to time."""
    rows, start = data(k)
    single, single_start = rows.astype("float32"), start.astype("float32")
    found: list[float] = []

    def agreed(centres: Any, moves: int) -> tuple[float, ...]:
        found.append(inertia(rows, np.asarray(centres, dtype="float64")))
        if moves != ITERATIONS or not math.isclose(found[0], found[-1], rel_tol=AGREE):
            raise SystemExit(f"k = {k}: {moves} iterations, inertias {found}")
        return (float(k), float(moves))

    return [
        Candidate(
            "scikit-learn, float64",
            scikit_learn(rows, start),
            lambda model: agreed(model.cluster_centers_, model.n_iter_),
        ),
        Candidate(
            "scikit-learn, float32",
            scikit_learn(single, single_start),
            lambda model: agreed(model.cluster_centers_, model.n_iter_),
        ),
        Candidate(
            "faiss, float32",
            lambda: faiss_fit(single, single_start),
            lambda result: agreed(result[0].centroids, ITERATIONS),
        ),
        Candidate(
            "kosar",
            lambda: kosar_fit(rows, start),
            lambda model: agreed(model.cluster_centers_, model.n_iter_),
        ),
    ]


def seedings(k: int) -> list[Candidate]:
    """Give the seedings to time; kosar's has one iteration and the labels with it."""
    rows, _ = data(k)
    single = rows.astype("float32")
    return [
        Candidate(name, lambda rows=of: kmeans_plusplus(rows, k, random_state=SEED), lambda _: (k,))
        for name, of in (("scikit-learn, float64", rows), ("scikit-learn, float32", single))
    ] + [Candidate("kosar", lambda: kosar.KMeans(k, n_init=1, max_iter=1).fit(rows), lambda _: (k,))]


if __name__ == "__main__":
    k = int(sys.argv[1])
    hand_over(compare(seedings(k) if "seeding" in sys.argv else fits(k)))
