"""Recall and NDCG at 20 on Online Retail: ``online_retail.py [all]``; ``all`` chooses parameters anew."""

import itertools
import sys
from datetime import timedelta
from typing import Any

import kosar
import pandas as pd
from common import DATA, implicit_lists, line, say
from kosar.evaluate import evaluate, temporal_split

METRICS = ["recall@20", "ndcg@20"]
GRID = {
    "neighbors": [30, 50, 100, 200],
    "user_exponent": [-0.5, -1.0],
    "shrinkage": [0.0, 10.0],
    "asymmetry": [0.3, 0.5, 0.7],
}
CHOSEN = {"neighbors": 100, "user_exponent": -1.0, "shrinkage": 10.0, "asymmetry": 0.5}
"""What the grid chooses by the mean of NDCG over the windows."""
L2 = [50.0, 100.0, 200.0, 400.0, 800.0]
CHOSEN_L2 = 400.0
WINDOWS = [(0, 60), (0, 30), (30, 30), (60, 60), (120, 60)]
"""How many days before the end of the training part a window ends, and how many days it has."""


def orders() -> pd.DataFrame:
    """Read the lines that count: a customer, no cancellation, a positive quantity."""
    lines = pd.read_parquet(DATA / "online_retail" / "online_retail.parquet")
    cancelled = lines["InvoiceNo"].astype(str).str.startswith("C")
    lines = lines[lines["CustomerID"].notna() & ~cancelled & (lines["Quantity"] > 0)]
    return lines.assign(
        InvoiceDate=pd.to_datetime(lines["InvoiceDate"]), StockCode=lines["StockCode"].astype(str)
    )


def log(lines: pd.DataFrame) -> kosar.OrderLog:
    """Make a log."""
    return kosar.OrderLog.from_frame(
        lines,
        order="InvoiceNo",
        customer="CustomerID",
        item="StockCode",
        time="InvoiceDate",
        quantity="Quantity",
    )


def score(model: Any, windows: list[Any]) -> float:
    """Give the mean of NDCG over the windows."""
    found = [evaluate(model, window, metrics=["ndcg@20"], n_resamples=0)["ndcg@20"] for window in windows]
    return sum(found) / len(found)


def best(candidates: list[tuple[Any, Any]], windows: list[Any]) -> Any:
    """Give the parameters of the candidate with the greatest mean."""
    scored = [(score(model, windows), at) for at, (_, model) in enumerate(candidates)]
    for value, at in sorted(scored, reverse=True)[:5]:
        say(f"{value:.4f} {candidates[at][0]}")
    return candidates[max(scored)[1]][0]


def main(anew: bool) -> None:
    """Report."""
    lines = orders()
    day = timedelta(days=1)
    cut = lines["InvoiceDate"].max() - 60 * day
    test = temporal_split(log(lines), at=cut.to_pydatetime())
    chosen, l2 = CHOSEN, CHOSEN_L2
    if anew:
        older = lines[lines["InvoiceDate"] < cut]
        end = older["InvoiceDate"].max()
        windows = []
        for before, days in WINDOWS:
            part = older[older["InvoiceDate"] <= end - before * day]
            start = part["InvoiceDate"].max() - days * day
            windows.append(temporal_split(log(part), at=start.to_pydatetime()))
        points = [dict(zip(GRID, values, strict=True)) for values in itertools.product(*GRID.values())]
        models = [(point, kosar.ItemSimilarity(side="target", max_history=None, **point)) for point in points]
        chosen = best(models, windows)
        l2 = best([(value, kosar.Ease(l2=value)) for value in L2], windows)
    say(f"chosen: {chosen}, l2 {l2}")
    for name, candidate in {
        "popularity": kosar.Popularity(),
        "cosine": kosar.ItemSimilarity(max_history=None),
        "cosine, side of the candidates": kosar.ItemSimilarity(side="target", max_history=None),
        "chosen": kosar.ItemSimilarity(side="target", max_history=None, **chosen),
        f"Ease, l2 {l2:g}": kosar.Ease(l2=l2),
        "GraphFilter": kosar.GraphFilter(),
    }.items():
        line(name, evaluate(candidate, test, metrics=METRICS))
    train = lines[lines["InvoiceDate"] < cut]
    lists = implicit_lists(train["CustomerID"].to_numpy(), train["StockCode"].to_numpy(), test.customers)
    if lists is not None:
        line("implicit, cosine", evaluate(lists, test, metrics=METRICS))


if __name__ == "__main__":
    main("all" in sys.argv)
