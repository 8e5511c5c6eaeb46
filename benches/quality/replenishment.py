"""How well it is told when customers buy again: intervals, probabilities and lists on a held-out window.

Online Retail is cut in the middle, at a midnight. Ta-Feng has baskets in order and no dates: a basket is a
day, and the last basket before the cut is the same day for every customer. Held out are the last three
baskets, and for the intervals, of customers with a dozen or more, the later half.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import kosar
import numpy as np
import pandas as pd
from common import DATA, say

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DAY = 86_400
K = 10
RESAMPLES = 1000


def online_retail() -> pd.DataFrame:
    """Give customer, item, day and quantity of each line, those that `online_retail.py` takes."""
    lines = pd.read_parquet(DATA / "online_retail" / "online_retail.parquet")
    cancelled = lines["InvoiceNo"].astype(str).str.startswith("C")
    lines = lines[lines["CustomerID"].notna() & ~cancelled & (lines["Quantity"] > 0)]
    day = (pd.to_datetime(lines["InvoiceDate"]) - pd.Timestamp(0)).dt.days
    return pd.DataFrame(
        {
            "customer": lines["CustomerID"].astype(int).to_numpy(),
            "item": lines["StockCode"].astype(str).to_numpy(),
            "day": day.to_numpy(),
            "quantity": lines["Quantity"].to_numpy(),
        }
    )


def tafeng(held_out: Callable[[int], int], least: int) -> pd.DataFrame:
    """Give the same of Ta-Feng: day 999 is the last basket before the held-out ones."""
    baskets = json.loads((DATA / "tafeng" / "tafeng_merged.json").read_text())
    rows = [
        (int(customer), item, 1000 - (len(own) - held_out(len(own))) + at, 1)
        for customer, own in baskets.items()
        if len(own) >= least
        for at, basket in enumerate(own)
        for item in set(basket)
    ]
    return pd.DataFrame(rows, columns=["customer", "item", "day", "quantity"])


def log(lines: pd.DataFrame) -> kosar.OrderLog:
    """Make a log."""
    frame = lines.assign(at=lines["day"] * DAY)
    return kosar.OrderLog.from_frame(
        frame, customer="customer", item="item", time="at", time_unit="s", quantity="quantity"
    )


def answers(model: kosar.Replenishment, cut: int, horizon: float) -> pd.DataFrame:
    """Give all pairs, those included that have no chance any more."""
    now = EPOCH + dt.timedelta(days=cut)
    found = pd.DataFrame(model.due_all(now, 10**6, horizon_days=horizon).to_dicts())
    for name in ("due", "earliest", "latest", "last_bought"):
        found[name] = [(day - EPOCH).days for day in found[name]]
    return found


def coverage(pairs: pd.DataFrame, cut: int, fresh: int) -> None:
    """Report how many next purchases fall into the interval.

    Those bought just before the cut have nearly all of their interval ahead.
    """
    print("| next purchases | in the interval | before | behind | n |\n|---|---|---|---|---|")
    came = pairs[pairs["next"].notna()]
    late = came[came["last_bought"] >= cut - fresh]
    chosen = {"all": came, f"bought in the last {fresh} days": late}
    for basis in ("customer", "item", "all"):
        chosen[f"of these, basis {basis}"] = late[late["basis"] == basis]
    for name, rows in chosen.items():
        before, behind = (rows["next"] < rows["earliest"]).mean(), (rows["next"] > rows["latest"]).mean()
        print(f"| {name} | {1 - before - behind:.3f} | {before:.3f} | {behind:.3f} | {len(rows):,} |")


def calibration(pairs: pd.DataFrame, until: int) -> None:
    """Report ten bins of the probability, of even size, and two scores."""
    came = (pairs["next"] < until).to_numpy().astype(float)
    told = pairs["probability"].to_numpy()
    order = np.argsort(told, kind="stable")
    print("\n| told | came | pairs |\n|---|---|---|")
    for part in np.array_split(order, 10):
        print(f"| {told[part].mean():.4f} | {came[part].mean():.4f} | {len(part):,} |")
    brier, constant = np.mean((told - came) ** 2), came.mean() * (1 - came.mean())
    print(
        f"\nBrier score {brier:.5f}, that of the mean alone {constant:.5f}; told {told.sum():,.0f}, "
        f"came {came.sum():,.0f} of {len(came):,}."
    )


def ndcg_and_recall(ranked: np.ndarray, wanted: set[Any]) -> tuple[float, float]:
    """Give both for one list."""
    hits = np.array([item in wanted for item in ranked[:K]], float)
    gains = 1 / np.log2(np.arange(2, K + 2))
    ideal = gains[: min(K, len(wanted))].sum()
    return (hits * gains[: len(hits)]).sum() / ideal, hits.sum() / len(wanted)


def ranking(pairs: pd.DataFrame, until: int) -> None:
    """Report lists of what was bought before, for customers who bought any of it again in the window."""
    pairs = pairs.assign(came=pairs["next"] < until)
    orders = {
        "longest ago": ["last_bought", "purchases"],
        "bought last": ["-last_bought", "-purchases"],
        "bought most often": ["-purchases", "-last_bought"],
        "probability": ["-probability", "-purchases"],
    }
    values: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, own in pairs.groupby("customer"):
        wanted = set(own.loc[own["came"], "item"])
        if not wanted:
            continue
        for name, keys in orders.items():
            columns = [own[k.lstrip("-")].to_numpy() * (-1 if k[0] == "-" else 1) for k in reversed(keys)]
            # What is equal in both stands by id, as everywhere.
            ranked = own["item"].to_numpy()[np.lexsort([own["item"].astype(str).to_numpy(), *columns])]
            values[name].append(ndcg_and_recall(ranked, wanted))
    rng = np.random.default_rng(0)
    n = len(values["probability"])
    print(f"\n{n:,} customers with something bought again.\n")
    print(f"| | NDCG@{K} | Recall@{K} | NDCG of probability less this |\n|---|---|---|---|")
    best = np.array(values["probability"])[:, 0]
    drawn = [rng.integers(0, n, n) for _ in range(RESAMPLES)]
    for name in orders:
        found = np.array(values[name])
        difference = best - found[:, 0]
        low, high = np.quantile([difference[rows].mean() for rows in drawn], [0.025, 0.975])
        apart = "" if name == "probability" else f"{low:+.4f} to {high:+.4f}"
        print(f"| {name} | {found[:, 0].mean():.4f} | {found[:, 1].mean():.4f} | {apart} |")


def fitted(name: str, lines: pd.DataFrame, cut: int, horizon: int) -> pd.DataFrame:
    """Fit on what is before the cut, and give all pairs with the day of their next purchase."""
    seen, later = lines[lines["day"] < cut], lines[lines["day"] >= cut]
    model = kosar.Replenishment(horizon_days=horizon).fit(log(seen))
    pairs = answers(model, cut, horizon)
    first = later.groupby(["customer", "item"])["day"].min().rename("next").reset_index()
    print(
        f"\n## {name}\n\n{len(seen):,} lines before the cut, {pairs['customer'].nunique():,} customers, "
        f"{len(pairs):,} pairs with a chance of {seen.groupby(['customer', 'item']).ngroups:,}; exponent "
        f"of the quantity {model.quantity_exponent_:.2f}; horizon {horizon}.\n"
    )
    return pairs.merge(first, how="left", on=["customer", "item"])


def main() -> None:
    """Report both."""
    say("Online Retail")
    lines = online_retail()
    middle = int((lines["day"].min() + lines["day"].max()) // 2)
    pairs = fitted("Online Retail", lines, middle, 30)
    coverage(pairs, middle, 14)
    calibration(pairs, middle + 30)
    ranking(pairs, middle + 30)
    say("Ta-Feng")
    pairs = fitted("Ta-Feng, the later half held out", tafeng(lambda n: n // 2, 12), 1000, 3)
    coverage(pairs, 1000, 1)
    pairs = fitted("Ta-Feng, three baskets held out", tafeng(lambda n: 3, 5), 1000, 3)
    calibration(pairs, 1003)
    ranking(pairs, 1003)


if __name__ == "__main__":
    main()
