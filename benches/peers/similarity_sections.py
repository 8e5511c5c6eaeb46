"""The parts of a record that tell of similarity: neighbours, requests, memory, EASE."""

import json
import statistics

import processes
from matrices import GOWALLA, LARGEST, ZIPF
from record import cell, ratio, section, table
from stopwatch import Timed, best, only, sides
from workloads import Workload

THREADS = 2
FITTED = (GOWALLA, *ZIPF)
EASE_ROUNDS = 5
GROWTH_ROUNDS = 3
PEERS = ("implicit", "sparse_dot_topn")


def neighbors(_: list[Workload]) -> str:
    """Tell of the neighbours of all items, and of recommendations for all users."""
    rows = []
    for name, what in [*((name, "fits") for name in FITTED), (GOWALLA, "everyone")]:
        found = processes.timed("neighbors.py", name, what, threads=THREADS)
        peers, [ours] = sides(found)
        cells = {timed.name: cell(timed) for timed in peers}
        work = f"{name}, {'fit' if what == 'fits' else '20 items for every user'}"
        rows.append([work, *(cells.get(peer, "") for peer in PEERS), cell(ours), ratio(best(peers), ours)])
    lead = f"""
        Cosine, 100 neighbours, two threads. The sums of all similarities agree. {LARGEST} has two rounds
        only.
    """
    head = ["work", *PEERS, "kosar", "ratio"]
    return section("Neighbours of all items, from Python", lead, table(head, rows))


def requests(_: list[Workload]) -> str:
    """Tell of one request at a time."""
    found = json.loads(processes.python("latency.py", GOWALLA, threads=THREADS))
    rows = [[who, *(f"{taken[part]:.1f}" for part in ("p50", "p99"))] for who, taken in found.items()]
    lead = "Gowalla, 20 items for one user after the other, in microseconds."
    return section("One request, from Python", lead, table(["", "p50, us", "p99, us"], rows))


def growth(_: list[Workload]) -> str:
    """Tell of the memory of a fit."""
    rows = []
    for who in (*PEERS, "kosar"):
        runs = [
            json.loads(processes.python("growth.py", who, GOWALLA, threads=THREADS))
            for _turn in range(GROWTH_ROUNDS)
        ]
        loaded, peak = (statistics.median(run[part] for run in runs) for part in ("loaded", "peak"))
        rows.append(
            [who, *(f"{megabytes:,.0f}" for megabytes in (loaded, peak, peak - loaded)), str(len(runs))]
        )
    lead = "Gowalla, a fit as above; each run in a process of its own. Loaded: packages and the matrix."
    head = ["", "loaded, MB", "peak, MB", "more, MB", "runs"]
    return section("Memory of a fit, from Python", lead, table(head, rows))


def ease(_: list[Workload]) -> str:
    """Tell of EASE beside NumPy."""
    runs: dict[str, list[dict[str, float]]] = {"numpy": [], "kosar": []}
    answers: set[tuple[float, ...]] = set()
    for _turn in range(EASE_ROUNDS):
        for side, found in runs.items():
            run = json.loads(processes.python("ease.py", side, threads=2))
            answers.add(tuple(run.pop("answer")))
            found.append(run)
    only("ease", answers)
    rows = []
    for side, found in runs.items():
        middle = {key: statistics.median(run[key] for run in found) for key in found[0]}
        times = Timed(side, [run["fit"] for run in found], [])
        theirs = Timed("numpy", [run["fit"] for run in runs["numpy"]], [])
        memories = [f"{middle[key]:,.0f}" for key in ("baseline", "more")]
        rows.append([side, cell(times), ratio(theirs, times), *memories, str(len(found))])
    head = ["", "fit", "ratio", "baseline, MB", "more, MB", "runs"]
    lead = """
        Online Retail, all purchases of known customers, l2 200, two threads; each run in a process of its
        own. NumPy's is the Gram matrix by SciPy and `numpy.linalg.inv`. Both find the same sum of the scores
        of each customer's 20 best items.
    """
    return section("EASE beside NumPy, from Python", lead, table(head, rows))
