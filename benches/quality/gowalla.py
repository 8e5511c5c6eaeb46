"""Recall and NDCG at 20 on Gowalla: ``gowalla.py [all]``; ``all`` chooses parameters anew."""

import sys
from typing import Any

import kosar
import numpy as np
from common import DATA, implicit_lists, line, say
from kosar.evaluate import Split, evaluate, tune

METRICS = ["recall@20", "ndcg@20"]
GRID = {
    "neighbors": [100, 200, 300],
    "user_exponent": [-0.5, -0.75, -1.0],
    "shrinkage": [3.0, 10.0],
    "asymmetry": [0.5, 0.75, 0.8],
}
CHOSEN = {"neighbors": 300, "user_exponent": -1.0, "shrinkage": 3.0, "asymmetry": 0.75}
"""What the grid chooses by recall on the validation part."""
FILTER_GRID = {
    "alpha": [0.1, 0.2, 0.3, 0.5],
    "user_exponent": [-1.0, -0.8, -0.6],
    "item_exponent": [-0.5, -0.4, -0.3],
}
FILTER = {"alpha": 0.5, "user_exponent": -0.8, "item_exponent": -0.4}
HELD_OUT = 0.2
"""The share of each user's places that validation holds out: as many as the published split does."""


def pairs(part: str) -> tuple[Any, Any]:
    """Read users and places."""
    with (DATA / "gowalla" / f"{part}.txt").open() as lines:
        rows = [np.array(text.split(), np.int64) for text in lines]
    users = np.concatenate([np.full(len(row) - 1, row[0]) for row in rows])
    return users, np.concatenate([row[1:] for row in rows])


def log(users: Any, items: Any) -> kosar.OrderLog:
    """Make a log of pairs."""
    return kosar.OrderLog.from_frame({"user": users, "item": items}, customer="user", item="item")


def main(anew: bool) -> None:
    """Report."""
    users, items = pairs("train")
    test = Split.from_logs(log(users, items), log(*pairs("test")))
    held = np.random.default_rng(7).random(len(users)) < HELD_OUT
    validation = Split.from_logs(log(users[~held], items[~held]), log(users[held], items[held]))
    model = kosar.ItemSimilarity(side="target", max_history=None)
    chosen, smooth = CHOSEN, FILTER
    if anew:
        found = tune(model, GRID, validation, metric="recall@20", n_resamples=0, progress=True)
        chosen = found.best_params
        found = tune(
            kosar.GraphFilter(), FILTER_GRID, validation, metric="recall@20", n_resamples=0, progress=True
        )
        smooth = found.best_params
    say(f"chosen: {chosen}, {smooth}")
    plain = kosar.ItemSimilarity(max_history=None)
    for name, candidate in {
        "popularity": kosar.Popularity(),
        "cosine": plain,
        "cosine, side of the candidates": kosar.ItemSimilarity(side="target", max_history=None),
        "chosen": model.set_params(**chosen),
        "GraphFilter, as published": kosar.GraphFilter(),
        "GraphFilter, chosen": kosar.GraphFilter(**smooth),
    }.items():
        line(name, evaluate(candidate, test, metrics=METRICS))
    lists = implicit_lists(users, items, test.customers)
    if lists is not None:
        line("implicit, cosine", evaluate(lists, test, metrics=METRICS))


if __name__ == "__main__":
    main("all" in sys.argv)
