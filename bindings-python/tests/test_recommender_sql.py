"""The query of a reason gives its count again, in a database that knows nothing of the library."""

import duckdb
import kosar
import numpy as np
import pandas as pd
import pytest

COUNTS = {"similar": "customers", "together": "customers", "popular": "customers", "trending": "recent"}


def orders() -> pd.DataFrame:
    """Lines of a small shop: pairs that go together, orders of nobody, returns, orders of one instant."""
    random = np.random.default_rng(3)
    rows = []
    for order in range(3_000):
        customer = None if order % 11 == 0 else f"c{random.integers(400)}"
        day = int(random.integers(200)) if order % 9 else 190
        item = int(min(random.exponential(12), 60))
        for other in {item, item ^ 1, int(random.integers(60))}:
            rows.append((customer, f"o{order}", f"i{other}", day, -1 if random.random() < 0.03 else 1))
    frame = pd.DataFrame(rows, columns=["customer", "order", "item", "day", "quantity"])
    frame["time"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame


@pytest.mark.parametrize("returns", ["net", "drop", "keep"])
def test_the_queries_of_reasons_give_their_counts_again(returns: str) -> None:
    frame = orders()
    log = kosar.OrderLog.from_frame(
        frame,
        customer="customer",
        order="order",
        item="item",
        time="time",
        quantity="quantity",
        returns=returns,
    )
    own = kosar.Recommender(params={"latest_purchases": 60, "max_items": 30, "trend_confidence": 0.5}).fit(
        log
    )
    database = duckdb.connect()
    database.register("orders", frame)
    told = dict.fromkeys(COUNTS, 0)
    cut = 0
    for item in sorted(set(frame["item"]))[::3]:
        for answer in [*own.similar(item, n=8), *own.bought_together([item], n=8), *own.trending(n=15)]:
            kind, data = answer.reason.kind, answer.reason.data
            if kind in COUNTS:
                assert answer.sql is not None
                row = database.execute(answer.sql).fetchone()
                assert row == (data[COUNTS[kind]],), (kind, answer.sql)
                told[kind] += 1
                cut += data.get("since") is not None
    assert min(told["similar"], told["together"]) > 20, told
    assert min(told["popular"], told["trending"]) > 0, told
    assert cut > 10
