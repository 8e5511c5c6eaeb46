"""The parts of a record: each starts its processes, and makes a table of what they hand over."""

import json
import statistics
from collections.abc import Callable

import processes
from customer_sections import audiences, rfm
from kmeans_sections import kmeans
from record import cell, ratio, section, shown, table
from similarity_sections import ease, growth, neighbors, requests
from stopwatch import Timed, best, only, sides, taken_over
from workloads import MUSHROOM, RETAIL, ROOT, WORKLOADS, Workload

PEERS = ROOT / "target" / "peers"
NODE_ROUNDS = 5
MEMORY_ROUNDS = {"mlxtend fpgrowth": 3, "mlxtend apriori, low_memory": 1, "kosar": 3}


def itemsets(workloads: list[Workload]) -> str:
    """Tell of all frequent itemsets, from Python."""
    head = ["workload", "sets", "pyfim eclat", "pyfim fpgrowth"]
    head += ["kosar, lists to lists", "lists to Arrow", "log to Arrow"]
    head += ["ratio, lists to lists", "ratio, lists to Arrow", "ratio, log to Arrow"]
    rows, notes = [], []
    for workload in workloads:
        found = processes.timed("itemsets.py", workload.name)
        peers, ours = sides(found)
        ratios = [ratio(best(peers), timed) for timed in ours]
        rows.append([_label(workload), _count(found[-1]), *map(cell, found), *ratios])
        notes += _notes(workload, found)
    lead = """
        pyfim is given lists of items and gives tuples. kosar's three ways: from the same lists, the log
        included, to lists of Python; from the lists to an Arrow table; from a log that is there already to
        an Arrow table. kosar's sets are sorted, pyfim's are not.
    """
    return section("Itemsets handed over, from Python", lead, table(head, rows), notes)


def counts(workloads: list[Workload]) -> str:
    """Tell of counting alone."""
    head = ["workload", "sets", "pyfim's best", "kosar, from lists", "from a log"]
    head += ["ratio, from lists", "ratio, from a log"]
    rows, notes = [], []
    for workload in workloads:
        found = processes.timed("counts.py", workload.name)
        peers, ours = sides(found)
        quickest = best(peers)
        row = [
            _label(workload),
            _count(found[-1]),
            f"{quickest.name.removeprefix('pyfim ')} {cell(quickest)}",
        ]
        missing = ["not available"] * 2 + [""] * 2
        rows.append(row + ([*map(cell, ours), *(ratio(quickest, timed) for timed in ours)] or missing))
        notes += _notes(workload, found)
    lead = """
        How many sets of each length; none is handed over. The best of pyfim's five algorithms is taken,
        from lists.
    """
    return section("Itemsets counted, from Python", lead, table(head, rows), notes)


def rules(_: list[Workload]) -> str:
    """Tell of rules."""
    found = processes.timed("rules.py", MUSHROOM.name)
    peers, ours = sides(found)
    rows = [[timed.name, cell(timed), *(ratio(timed, our) for our in ours)] for timed in peers]
    rows += [[timed.name, cell(timed), "", ""] for timed in ours]
    lead = f"""
        {_label(MUSHROOM)}, confidence 0.9, one item as consequent: {_count(found[-1])} rules. pyfim reports
        support, confidence and lift; with leverage and conviction worked out by NumPy it gives the five
        measures that are asked for. kosar gives ten, and sorts the rules.
    """
    head = ["", "time", "ratio to kosar from lists", "ratio to kosar from a log"]
    return section("Rules, from Python", lead, table(head, rows))


def memory(_: list[Workload]) -> str:
    """Tell of time and memory in processes of their own."""
    runs: dict[str, list[dict[str, float]]] = {miner: [] for miner in MEMORY_ROUNDS}
    answers: set[tuple[int, ...]] = set()
    for turn in range(max(MEMORY_ROUNDS.values())):
        for miner in (miner for miner, rounds in MEMORY_ROUNDS.items() if turn < rounds):
            run = json.loads(processes.python("memory.py", miner, RETAIL.name))
            answers.add(tuple(run.pop("answer")))
            runs[miner].append(run)
    answer = only("memory", answers)
    rows = []
    for miner, times in runs.items():
        middle = {key: statistics.median(run[key] for run in times) for key in times[0]}
        memories = [
            middle["baseline"],
            middle["peak"],
            middle["peak"] - middle["baseline"],
        ]
        seconds = [shown(middle["prepare"]), shown(middle["mine"])]
        rows.append(
            [
                miner,
                *seconds,
                *(f"{megabytes:,.0f}" for megabytes in memories),
                str(len(times)),
            ]
        )
    head = [
        "",
        "frame or log",
        "mining",
        "baseline, MB",
        "peak, MB",
        "more, MB",
        "runs",
    ]
    lead = f"""
        {_label(RETAIL)}, {answer[0]:,} sets; each run in a process of its own, not warmed up. The baseline
        is the peak when packages and baskets are loaded. mlxtend mines a sparse frame: FP-growth is its
        quickest, Apriori with `low_memory` its smallest.
    """
    return section("Time and memory beside mlxtend, from Python", lead, table(head, rows))


def node(_: list[Workload]) -> str:
    """Tell of Node."""
    arguments = [PEERS, RETAIL.path, RETAIL.min_count, NODE_ROUNDS]
    peer, *ours = taken_over(processes.node("node.mjs", *map(str, arguments)))
    rows = [
        [peer.name, cell(peer), ""],
        *([timed.name, cell(timed), ratio(peer, timed)] for timed in ours),
    ]
    lead = f"{_label(RETAIL)}, {_count(peer)} sets; arrays of JavaScript on both ends."
    return section("Itemsets, from Node", lead, table(["", "time", "ratio"], rows))


def threads(workloads: list[Workload]) -> str:
    """Tell of two threads against one."""
    tasks = [(workload, "itemsets") for workload in workloads] + [(MUSHROOM, "rules")]
    rows = []
    for workload, what in tasks:
        found: dict[int, list[float]] = {1: [], 2: []}
        answers: set[tuple[float, ...]] = set()
        # Two between ones: a machine that slows down or speeds up does so for both.
        for n_threads in (1, 2, 2, 1):
            [timed] = processes.timed("threads.py", workload.name, what, threads=n_threads)
            found[n_threads] += timed.seconds
            answers.add(tuple(timed.answer))
        answer = [*only(workload.name, answers)]
        one, two = (Timed(what, seconds, answer) for seconds in found.values())
        rows.append(
            [
                f"{_label(workload)}, {what}",
                _count(one),
                cell(one),
                cell(two),
                ratio(one, two),
            ]
        )
    head = ["workload", "found", "one thread", "two threads", "one / two"]
    return section(
        "Two threads against one",
        "kosar alone, from a log to an Arrow table.",
        table(head, rows),
    )


SECTIONS: dict[str, Callable[[list[Workload]], str]] = {
    part.__name__: part
    for part in (
        itemsets,
        counts,
        rules,
        memory,
        node,
        threads,
        neighbors,
        requests,
        growth,
        ease,
        rfm,
        audiences,
        kmeans,
    )
}


def chosen(names: list[str]) -> list[Workload]:
    """Give the workloads of these names; all without any."""
    return [WORKLOADS[name] for name in names or WORKLOADS]


def _label(workload: Workload) -> str:
    return f"{workload.source} {workload.min_count}"


def _count(timed: Timed) -> str:
    return f"{timed.answer[0]:,.0f}"


def _notes(workload: Workload, found: list[Timed]) -> list[str]:
    """Say who left what out."""
    by_note: dict[str, list[str]] = {}
    for timed in found:
        if timed.note:
            by_note.setdefault(timed.note, []).append(timed.name)
    return [f"{_label(workload)}: {', '.join(names)} {note}." for note, names in by_note.items()]
