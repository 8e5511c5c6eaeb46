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
from kosar.evaluate import evaluate_sessions, split_sessions

N = 20

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

CHOSEN: dict[str, dict[str, Any]] = {
    "bol": {"neighbors": 50, "last_items": 5, "item_idf": 1.5},
    "yoochoose": {"neighbors": 500, "decay": "inverse_square", "half_life_days": 7.0},
}
"""What `benches/src/bin/sessions.rs` chose on the validation parts."""


def log(name: str) -> kosar.EventLog:
    """Read clicks: session, item and time."""
    columns = {"session": "SessionId", "item": "ItemId", "time": "Time"}
    how = {"time_unit": "s", "delimiter": "\t", "integer_ids": ("session", "item")}
    return kosar.EventLog.from_csv(DATA / name, **columns, **how)


def score(model: Any, train: kosar.EventLog, test: kosar.EventLog) -> str:
    """Give hit rate and MRR over all prefixes, with half the width of their intervals."""
    found = evaluate_sessions(model.fit(train), test, k=N)
    told = (f"{one.value:.4f} ± {(one.high - one.low) / 2:.4f}" for one in (found.hit_rate, found.mrr))
    return " / ".join(told)


def main() -> None:
    """Report."""
    for name in ("bol", "yoochoose"):
        train, test = log(f"clicks_{name}/train.txt"), log(f"clicks_{name}/test.txt")
        parts = (train, log("clicks_bol/valid.txt")) if name == "bol" else split_sessions(train, last_days=1)
        pairs = [parts, (train, test)]
        for events, _ in pairs:
            say(f"{name}: {events}")
        print(f"| {name} | validation HR@20 / MRR@20 | test HR@20 / MRR@20 |\n|---|---|---|")
        chosen = kosar.SessionKnn(match_idf=4.0, forward=0.7, **CHOSEN[name])
        for kind, model in {**MODELS, "chosen on validation, the last item never": chosen}.items():
            cells = [score(model, *pair) for pair in pairs]
            print(f"| {kind} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
