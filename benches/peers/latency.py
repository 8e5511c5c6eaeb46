"""One request at a time: ``latency.py gowalla``; the middle and the slowest hundredth, in microseconds."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from matrices import matrix
from neighbors import implicit, ours

ROUNDS = 20_000


def latencies(run: Callable[[int], Any], users: list[int]) -> dict[str, float]:
    """Ask for every user in turn."""
    taken = []
    for user in users:
        start = time.perf_counter()
        run(user)
        taken.append(time.perf_counter() - start)
    p50, p99 = np.percentile(taken, [50, 99]) * 1e6
    return {"p50": float(p50), "p99": float(p99)}


def main(name: str) -> None:
    """Write what each takes to stdout."""
    matrix_of_users = matrix(name)
    users = [int(user) for user in np.random.default_rng(7).integers(0, matrix_of_users.shape[0], ROUNDS)]
    theirs, model = implicit(matrix_of_users), ours(matrix_of_users)
    found = {
        "implicit": latencies(lambda user: theirs.recommend(user, matrix_of_users[user], N=20), users),
        "kosar": latencies(lambda user: model.recommend(customer=user, n=20), users),
        "kosar, reasons read": latencies(
            lambda user: [str(one.reason) for one in model.recommend(customer=user, n=20)], users
        ),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
