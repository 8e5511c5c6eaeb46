"""Recall, NDCG and hit rate of ten items on Ta-Feng: ``tafeng.py [all]``; ``all`` chooses parameters anew.

Of each customer the last basket is what is asked for, and all baskets before it are the history; all that is
in that basket counts, bought before or not, known to the histories or not. On validation the last basket is
left out, the last but one is asked for, and the history is what came before that. Parameters are chosen by
NDCG on validation alone; differences are paired, customer by customer, with intervals from resamples.
"""

import json
import sys
from collections import Counter
from typing import Any

import kosar
from common import DATA, say
from kosar.evaluate import Split, compare, leave_last_basket, tune

METRICS = ["recall@10", "ndcg@10", "hit_rate@10"]
GRID = {
    "within_decay": [0.8, 0.9],
    "neighbors": [200, 300, 500],
    "neighbors_weight": [1.5, 2.0, 3.0],
    "popularity_weight": [0.05, 0.1],
    "customer_prior": [5.0, 10.0, 20.0],
}
CHOSEN: dict[str, Any] = {
    "within_decay": 0.8,
    "neighbors": 300,
    "neighbors_weight": 3.0,
    "popularity_weight": 0.05,
    "customer_prior": 10.0,
}
"""What the grid chooses."""
BASE = "top frequency"

Baskets = dict[str, list[list[int]]]


def split(customers: Baskets) -> Split:
    """Ask for the last basket of each."""
    columns: dict[str, list[Any]] = {"customer": [], "order": [], "item": [], "time": []}
    orders = 0
    for customer, baskets in customers.items():
        for basket in baskets:
            orders += 1
            columns["customer"] += [int(customer)] * len(basket)
            columns["order"] += [orders] * len(basket)
            columns["item"] += basket
            # The file has the order of the baskets of each customer, and no times.
            columns["time"] += [orders] * len(basket)
    log = kosar.OrderLog.from_frame(columns, **{name: name for name in columns}, time_unit="s")
    return leave_last_basket(log, new_items_only=False, unknown_items="miss")


def plain(customers: Baskets) -> dict[int, list[int]]:
    """Give personal frequency, then general frequency, ties to the smaller id: GP-TopFreq."""
    histories = {int(customer): baskets[:-1] for customer, baskets in customers.items()}
    general = Counter(item for baskets in histories.values() for basket in baskets for item in set(basket))
    order = sorted(general, key=lambda item: (-general[item], item))[:20]
    lists = {}
    for customer, baskets in histories.items():
        own = Counter(item for basket in baskets for item in set(basket))
        found = sorted(own, key=lambda item: (-own[item], -general[item], item))
        lists[customer] = [*found, *(item for item in order if item not in own)][:10]
    return lists


def main(anew: bool) -> None:
    """Report."""
    customers = json.loads((DATA / "tafeng" / "tafeng_merged.json").read_text())
    valid = split({customer: baskets[:-1] for customer, baskets in customers.items()})
    test = split(customers)
    say(f"validation: {valid}\ntest: {test}")
    chosen = CHOSEN
    if anew:
        found = tune(kosar.NextBasket(), GRID, valid, metric="ndcg@10", n_resamples=0, progress=True)
        chosen = found.best_params
    say(f"chosen: {chosen}")
    models: dict[str, Any] = {
        BASE: kosar.NextBasket.top_frequency(),
        "TIFU-kNN": kosar.NextBasket.tifu_knn(),
        "default, without neighbours": kosar.NextBasket(neighbors_weight=0.0),
        "default, frequency for re-purchase": kosar.NextBasket(personal="frequency"),
        "default": kosar.NextBasket(),
        "chosen": kosar.NextBasket(**chosen),
    }
    for name, part, known in (("validation", valid, {}), ("test", test, {"plain": plain(customers)})):
        found = compare({**models, **known}, part, metrics=METRICS, n_resamples=2_000)
        rows = found.table_to(BASE).to_dicts()
        print(f"| {name} | {' | '.join(METRICS)} |\n|---|{'---|' * len(METRICS)}", flush=True)
        for model in found.names:
            cells = [
                f"{row['value']:.4f} ({row['difference_low']:+.4f} to {row['difference_high']:+.4f})"
                for row in rows
                if row["model"] == model
            ]
            print(f"| {model} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main("all" in sys.argv)
