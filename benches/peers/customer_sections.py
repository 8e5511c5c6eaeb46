"""The parts of a record that tell of customers: recency, frequency and monetary value."""

import processes
from record import cell, ratio, section, table
from stopwatch import best, sides
from workloads import Workload

THREADS = 2
LINES = {
    "sorted": "integer ids, sorted by order",
    "sparse": "integer ids of 62 bits, sorted by order",
    "strings": "ids of text, sorted by order",
    "shuffled": "integer ids, in random order",
}


def rfm(_: list[Workload]) -> str:
    """Tell of recency, frequency, monetary value and their scores."""
    rows = []
    for workload, what in LINES.items():
        found = processes.timed("rfm.py", workload, threads=THREADS)
        peers, ours = sides(found)
        rows.append([what, *map(cell, found), *(ratio(best(peers), timed) for timed in ours)])
    head = ["10M lines", "polars", "DuckDB", "kosar, from a log", "from the Arrow table"]
    head += ["ratio, from a log", "ratio, from the table"]
    lead = """
        From order lines to a table of every customer with recency, frequency, monetary value and their
        scores by quintiles, two threads. Polars has the lines in a frame of its own, DuckDB and kosar take
        them from the Arrow table, interning included; in the third column kosar has them in an order log. The
        sums of all columns agree.
    """
    return section("Recency, frequency, monetary value, from Python", lead, table(head, rows))
