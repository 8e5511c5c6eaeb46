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
    head = [
        "10M lines",
        "polars",
        "DuckDB",
        "kosar, from a log",
        "from the Arrow table",
    ]
    head += ["ratio, from a log", "ratio, from the table"]
    lead = """
        From order lines to a table of every customer with recency, frequency, monetary value and their
        scores by quintiles, two threads. Polars has the lines in a frame of its own, DuckDB and kosar take
        them from the Arrow table, interning included; in the third column kosar has them in an order log. The
        sums of all columns agree.
    """
    return section("Recency, frequency, monetary value, from Python", lead, table(head, rows))


def audiences(_: list[Workload]) -> str:
    """Tell of an audience of six conditions."""
    processes.python("audiences.py", "retail", threads=THREADS)
    found = processes.timed("audiences.py", "clicks", threads=THREADS)
    peers, ours = sides(found)
    row = [*map(cell, found), *(ratio(best(peers), timed) for timed in ours)]
    head = [
        "DuckDB",
        "kosar",
        "kosar, laying out included",
        "ratio",
        "ratio, laying out included",
    ]
    lead = """
        Six conditions over a million customers, ten million events and two million order lines: a country,
        a consent, three views of one item without a purchase since, a sum of orders, no order lately, a
        device. DuckDB has the tables in its own storage, kosar the data laid out by customer; in the last
        columns kosar lays it out from its logs anew. Two threads. Before that all questions of the script,
        on these data and on Online Retail, were answered by both with the same members.
    """
    return section("An audience, from Python", lead, table(head, [row]))
