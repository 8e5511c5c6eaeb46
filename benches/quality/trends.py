"""Trends on Online Retail: false alarms where there is no trend, and what comes after one; ``trends.py``.

Where the times of the orders are dealt out anew among them, no item rises, and every trend is a false alarm.
Where they are not, an item that rises at the end of a week should still stand above its past in the week that
follows; the same is asked of the items whose share rose most, with no bound and no least number of customers.
"""

import kosar
import numpy as np
import pandas as pd
from common import DATA

ROLES = {"order": "InvoiceNo", "customer": "CustomerID", "item": "StockCode", "time": "InvoiceDate"}
WEEK = pd.Timedelta(days=7)


def orders() -> pd.DataFrame:
    """Read the lines that were bought."""
    lines = pd.read_parquet(DATA / "online_retail" / "online_retail.parquet")
    lines = lines[(lines["Quantity"] > 0) & lines["CustomerID"].notna()]
    return lines.assign(
        InvoiceDate=pd.to_datetime(lines["InvoiceDate"]),
        InvoiceNo=lines["InvoiceNo"].astype(str),
        StockCode=lines["StockCode"].astype(str),
    )


def false_alarms(lines: pd.DataFrame) -> None:
    """Print the share of items taken for trends where there are none."""
    rng = np.random.default_rng(1)
    times = lines.groupby("InvoiceNo")["InvoiceDate"].min()
    for confidence in (0.9, 0.95, 0.99):
        alarms = judged = 0
        for _ in range(5):
            dealt = pd.Series(rng.permutation(times.to_numpy()), index=times.index)
            log = kosar.OrderLog.from_frame(lines.assign(InvoiceDate=lines["InvoiceNo"].map(dealt)), **ROLES)
            for as_of in ("2011-05-01", "2011-08-01", "2011-11-01"):
                model = kosar.Popularity(as_of=as_of, confidence=confidence, min_customers=1).fit(log)
                alarms += len(model.trending(99_999))
                judged += sum(count > 0 for count in model.counts_)
        print(f"confidence {confidence}: {alarms} of {judged} items, {alarms / judged:.4f}")


def shares(lines: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.Series:
    """Give each item's share of all pairs of a customer and an item."""
    part = lines[(lines["InvoiceDate"] > since) & (lines["InvoiceDate"] <= until)]
    pairs = part.drop_duplicates(["CustomerID", "StockCode"]).groupby("StockCode").size()
    return pairs / max(pairs.sum(), 1)


def afterwards(lines: pd.DataFrame) -> None:
    """Print how many trends still stand above their past a week later."""
    log = kosar.OrderLog.from_frame(lines, **ROLES)
    found: dict[str, list[float]] = {"trending": [], "largest rise": []}
    for as_of in pd.date_range("2011-03-01", "2011-12-01", freq="7D"):
        before = shares(lines, as_of - 5 * WEEK, as_of - WEEK)
        lately, later = shares(lines, as_of - WEEK, as_of), shares(lines, as_of, as_of + WEEK)
        old = set(lines[lines["InvoiceDate"] <= as_of - 2 * WEEK]["StockCode"])
        trends = kosar.Popularity(as_of=as_of).fit(log).trending(10)
        rise = (lately / before).dropna().sort_values(ascending=False)
        rise = [item for item in rise.index if item in old][: len(trends)]
        for name, items in {"trending": [one.item for one in trends], "largest rise": rise}.items():
            found[name] += [later.get(item, 0.0) / before[item] for item in items if item in before]
    for name, ratios in found.items():
        above = np.mean([ratio > 1 for ratio in ratios])
        print(
            f"{name}: {len(ratios)} items, {above:.2f} above their past, median {np.median(ratios):.2f} times"
        )


if __name__ == "__main__":
    bought = orders()
    false_alarms(bought)
    afterwards(bought)
