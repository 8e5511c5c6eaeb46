"""Public data sets, where they are at hand."""

import gzip
import json

import kosar
import polars as pl
import pytest

COLUMNS = {
    "order": "InvoiceNo",
    "customer": "CustomerID",
    "item": "StockCode",
    "time": "InvoiceDate",
    "quantity": "Quantity",
    "price": "UnitPrice",
}


@pytest.fixture
def retail(data):
    return data("online_retail/online_retail.csv.gz")


def test_online_retail_from_csv_and_frames(retail):
    log = kosar.OrderLog.from_csv(retail, **COLUMNS, attributes=["Description"], returns="drop")
    assert log.report.rows == 541_909
    assert log.report.rows == log.report.taken + sum(f["count"] for f in log.report.set_aside.values())
    assert log.n_orders == 20_726
    with gzip.open(retail) as file:
        frame = pl.read_csv(file.read(), infer_schema_length=0, encoding="utf8-lossy")
    table = frame.with_columns(
        pl.col("InvoiceDate").str.to_datetime(strict=False),
        pl.col("Quantity").cast(pl.Int64),
        pl.col("UnitPrice").cast(pl.Float64),
    )
    expected = kosar.Rfm().fit(log)
    for source in (frame, table, table.to_pandas(), table.to_arrow()):
        other = kosar.OrderLog.from_frame(source, **COLUMNS, returns="drop")
        assert repr(other) == repr(log)
        assert kosar.Rfm().fit(other).to_bytes() == expected.to_bytes()
    assert log.item_words("Description")["85123A"] == "WHITE HANGING HEART T-LIGHT HOLDER"


def test_groceries_rules(data):
    lines = data("groceries/groceries.dat").read_text().splitlines()
    baskets = [[int(item) for item in line.split()] for line in lines]
    log = kosar.OrderLog.from_baskets(baskets)
    assert log.n_orders == 9_835
    rules = kosar.AssociationRules(min_support=0.01, min_confidence=0.5).fit(log)
    assert len(rules.rules_) == 15


def test_ta_feng_similarity(data):
    customers = json.loads(data("tafeng/tafeng_merged.json").read_text())
    rows = [
        (customer, f"{customer}-{number}", item)
        for customer, baskets in customers.items()
        for number, basket in enumerate(baskets)
        for item in basket
    ]
    frame = pl.DataFrame(rows, schema=["c", "o", "i"], orient="row")
    log = kosar.OrderLog.from_frame(frame, customer="c", order="o", item="i")
    model = kosar.ItemSimilarity(max_history=None).fit(log)
    items, _ = model.recommend_all(5)
    assert items.shape == (len(customers), 5)
    some = model.customers_[100]
    assert [r.item for r in model.recommend(some, n=5)] == items[100].tolist()
