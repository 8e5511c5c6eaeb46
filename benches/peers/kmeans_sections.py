"""The part of a record that tells of k-means."""

import processes
from record import cell, ratio, section, table
from stopwatch import best, sides
from workloads import Workload

THREADS = 2
CLUSTERS = (8, 64, 256)
SEEDED = 64


def kmeans(_: list[Workload]) -> str:
    """Tell of fits from one start, and of k-means++."""
    names: list[str] = []
    rows = []
    for k in CLUSTERS:
        peers, [ours] = sides(processes.timed("kmeans.py", str(k), threads=THREADS))
        names = [timed.name for timed in peers]
        rows.append([f"k = {k}", *map(cell, peers), cell(ours), ratio(best(peers), ours)])
    peers, [ours] = sides(processes.timed("kmeans.py", str(SEEDED), "seeding", threads=THREADS))
    absent = [""] * (len(names) - len(peers))
    label = f"k-means++, k = {SEEDED}"
    rows.append([label, *map(cell, peers), *absent, cell(ours), ratio(best(peers), ours)])
    lead = """
        A million rows of eight features, normal around k centres with a twentieth of noise; two threads. From
        the same rows, 20 iterations, and labels for all rows; inertias agree to 1e-5. kosar reads float64;
        peers are given what the column says. k-means++ is greedy on both sides, from other random numbers;
        kosar's figure has one iteration with it.
    """
    return section("k-means, from Python", lead, table(["", *names, "kosar", "ratio"], rows))
