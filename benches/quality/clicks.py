"""Hit rate and MRR at 20 of the next click, on the clicks of two shops: ``clicks.py``.

A test session is sorted by time, equal times by item. For every prefix of length 1 to n - 1 the next
click is the one target and counts at its place among 20; an item that training does not know is a
miss, and items of the session may be answered again. Means are over all prefixes. Validation is its
own file for bol, and the sessions of the last day of training for yoochoose. The defaults of
`SessionKnn` were chosen on the validation parts.
"""

from typing import Any

import kosar
from common import DATA, say

N = 20
DAY = 86_400.0
Clicks = list[tuple[int, int, float]]

MODELS: dict[str, Any] = {
    "association rules": kosar.SequentialRules.association(),
    "sequential rules": kosar.SequentialRules(),
    "sequential rules, repeats": kosar.SequentialRules(repeats=True),
    "as VMIS-kNN": kosar.SessionKnn(
        2_500, 500, decay="linear", match_idf=0.0, forward=1.0, backward=1.0, half_life_days=None
    ),
    "default": kosar.SessionKnn(),
    "default, the last item too": kosar.SessionKnn(last_item_weight=1.0),
}


def clicks(name: str) -> Clicks:
    """Read session, item and time."""
    with (DATA / name).open() as lines:
        next(lines)
        fields = (line.split("\t") for line in lines)
        return [(int(session), int(item), float(time)) for session, item, time in fields]


def log(rows: Clicks) -> kosar.EventLog:
    """Make a log of clicks."""
    session, item, time = (list(column) for column in zip(*rows, strict=True))
    columns = {"session": session, "item": item, "time": time}
    return kosar.EventLog.from_frame(columns, session="session", item="item", time="time", time_unit="s")


def sessions(rows: Clicks) -> list[list[int]]:
    """Give the items of each session."""
    found: dict[int, list[int]] = {}
    for session, item, _ in sorted(rows, key=lambda row: (row[2], row[1])):
        found.setdefault(session, []).append(item)
    return list(found.values())


def last_day(rows: Clicks) -> tuple[Clicks, Clicks]:
    """Split off the sessions that end in the last day."""
    cut = max(time for _, _, time in rows) - DAY
    late = {session for session, _, time in rows if time >= cut}
    return [row for row in rows if row[0] not in late], [row for row in rows if row[0] in late]


def score(model: Any, asked: list[list[int]]) -> str:
    """Give hit rate and MRR over all prefixes."""
    gains = []
    for items in asked:
        for length in range(1, len(items)):
            found = [one.item for one in model.recommend(items[:length], N)]
            target = items[length]
            gains.append(1 / (found.index(target) + 1) if target in found else 0.0)
    return f"{sum(gain > 0 for gain in gains) / len(gains):.4f} / {sum(gains) / len(gains):.4f}"


def main() -> None:
    """Report."""
    for name in ("bol", "yoochoose"):
        train, test = clicks(f"clicks_{name}/train.txt"), clicks(f"clicks_{name}/test.txt")
        parts = (train, clicks("clicks_bol/valid.txt")) if name == "bol" else last_day(train)
        pairs = [(log(fitted), sessions(asked)) for fitted, asked in (parts, (train, test))]
        for events, _ in pairs:
            say(f"{name}: {events}")
        print(f"| {name} | validation HR@20 / MRR@20 | test HR@20 / MRR@20 |\n|---|---|---|")
        for kind, model in MODELS.items():
            cells = [score(model.fit(events), asked) for events, asked in pairs]
            print(f"| {kind} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
