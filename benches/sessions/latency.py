"""What a request of a session costs in Python: ``latency.py [CLICKS] [ITEMS]``.

Ten million clicks of half a million items unless told, of a generated shop over 30 days; the last half a
percent of its sessions is not fitted on but asked about, with each beginning (its first 1, 2, ... items).
What is made is kept in ``target/sessions`` for further runs and for ``latency.mjs``.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kosar

FOLDER = Path(__file__).parents[2] / "target" / "sessions"
N = 20
REQUESTS = 20_000
PASSES = 3
BATCH = 32
NO_CLICK = "remove_from_cart"


def beginnings(test: kosar.EventLog) -> Iterator[list[Any]]:
    """Give each beginning of each session."""
    sessions: dict[int, list[Any]] = {}
    for row in test.to_table():
        if row["kind"] != NO_CLICK:
            sessions.setdefault(row["session"], []).append(row["item"])
    for items in sessions.values():
        yield from (items[:length] for length in range(1, len(items)))


def make(clicks: int, items: int) -> tuple[Path, Path]:
    """Give the files of a model and of requests, made where they are not there."""
    model, requests = (FOLDER / f"{clicks}-{items}.{end}" for end in ("kosar", "json"))
    if not (model.exists() and requests.exists()):
        FOLDER.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        given = {"items": items, "days": 30, "clicks": clicks}
        events = kosar.datasets.shop_data(lines=max(100, clicks // 50), **given).events
        train, test = kosar.evaluate.split_sessions(events, fraction=0.005)
        made = time.perf_counter()
        fitted = kosar.SessionKnn().fit(train)
        took = time.perf_counter() - made
        print(f"{events}, made in {made - start:.1f} s; fitted on {train.n_events:,} in {took:.2f} s")
        fitted.save(model)
        asked = list(beginnings(test))
        random.Random(7).shuffle(asked)
        requests.write_text(json.dumps(asked[:REQUESTS]))
    return model, requests


def tell(what: str, run: Callable[[list[Any]], Any], asked: list[list[Any]]) -> None:
    """Print what requests took, of all passes."""
    taken = []
    for session in asked[:1_000]:
        run(session)
    for _ in range(PASSES):
        for session in asked:
            start = time.perf_counter_ns()
            run(session)
            taken.append(time.perf_counter_ns() - start)
    taken.sort()
    parts = [taken[int((len(taken) - 1) * share)] / 1e3 for share in (0.5, 0.9, 0.99, 0.999)]
    print(f"| {what} | {' | '.join(f'{part:.0f}' for part in parts)} |")


def main(clicks: int = 10_000_000, items: int = 500_000) -> None:
    """Report."""
    model_file, request_file = make(clicks, items)
    model, asked = kosar.SessionKnn.load(model_file), json.loads(request_file.read_text())
    per_click = model.n_bytes_ / clicks
    print(f"{model.n_sessions_:,} sessions, {model.n_kept_:,} kept, {model.n_bytes_ / 1e6:.0f} MB, ", end="")
    print(f"{per_click:.1f} bytes a click; {len(asked):,} requests, {N} answers each, {PASSES} passes\n")
    print("| Python, us | p50 | p90 | p99 | p99.9 |\n|---|---:|---:|---:|---:|")
    tell("the answer", lambda session: model.recommend(session, N), asked)
    tell(
        "items and sentences read",
        lambda session: [(one.item, str(one.reason)) for one in model.recommend(session, N)],
        asked,
    )
    rates = []
    for _ in range(PASSES):
        start = time.perf_counter()
        for at in range(0, len(asked), BATCH):
            model.recommend_many(asked[at : at + BATCH], N)
        rates.append(len(asked) / (time.perf_counter() - start))
    print(
        f"\nrecommend_many, {BATCH} at once: {', '.join(f'{rate:,.0f}' for rate in rates)} requests a second"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
