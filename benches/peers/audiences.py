"""Audiences beside DuckDB's SQL for the same questions: ``audiences.py clicks`` and ``audiences.py retail``.

``clicks`` is generated: a million customers with a country and a consent, ten million events on 100,000 items
over 180 days with a device, two million order lines (numpy default_rng(11); customers and items of very
different weight; half of a customer's events are about five items of their own). Every question is asked of
both and the members must be the same; ``SIX``, an audience of six conditions, is timed. ``retail`` asks
questions about the orders of Online Retail, returns among them, and times nothing.
"""

import sys
from collections.abc import Callable
from typing import Any

import duckdb
import kosar
import numpy as np
import pandas as pd
import pyarrow as pa
from answers import Answer
from stopwatch import Candidate, compare, hand_over
from workloads import DATA

CUSTOMERS, EVENTS, LINES, ITEMS, DAYS = 1_000_000, 10_000_000, 2_000_000, 100_000, 180
NOW = "2026-07-01"
KINDS = ["view", "add_to_cart", "purchase", "search"]
DEVICES = ["desktop", "mobile", "tablet"]
COUNTRIES = ["HU", "AT", "DE", "PL", "RO", "SK"]
DEVICE = {"name": "device", "test": {"is": "mobile"}}

Question = tuple[dict[str, Any], str]

SIX: Question = (
    {
        "and": [
            {"attribute": {"name": "country", "test": {"in": ["HU", "AT"]}}},
            {"consent": {"channel": "email", "purpose": "marketing"}},
            {
                "events": {
                    "kinds": ["view"],
                    "same_item": True,
                    "window": {"last_days": 90},
                    "not_bought": "since",
                    "test": {"at_least": 3},
                }
            },
            {"orders": {"measure": {"sum": "amount"}, "test": {"at_least": 50}}},
            {"not": {"orders": {"window": {"last_days": 30}}}},
            {
                "events": {
                    "columns": [DEVICE],
                    "window": {"last_days": 60},
                    "test": {"at_least": 2},
                }
            },
        ]
    },
    """
    SELECT id FROM customers
    WHERE country IN ('HU', 'AT') AND consent
      AND id IN (
        SELECT customer FROM (
            SELECT customer, item, count(*) AS n, min(time) AS first FROM events
            WHERE kind = 'view' AND time >= TIMESTAMP '{now}' - INTERVAL 90 DAY GROUP BY customer, item
        ) v
        WHERE n >= 3
          AND NOT EXISTS (SELECT 1 FROM events p WHERE p.customer = v.customer AND p.item = v.item
                          AND p.kind = 'purchase' AND p.time >= v.first)
          AND NOT EXISTS (SELECT 1 FROM lines l WHERE l.customer = v.customer AND l.item = v.item
                          AND l.time >= v.first))
      AND id IN (SELECT customer FROM lines GROUP BY customer HAVING sum(amount) >= 50)
      AND id NOT IN (SELECT customer FROM lines WHERE time >= TIMESTAMP '{now}' - INTERVAL 30 DAY)
      AND id IN (SELECT customer FROM events
                 WHERE device = 'mobile' AND time >= TIMESTAMP '{now}' - INTERVAL 60 DAY
                 GROUP BY customer HAVING count(*) >= 2)
    """,
)

CLICKS: list[Question] = [
    SIX,
    (
        {
            "events": {
                "kinds": ["add_to_cart"],
                "within_days": 7,
                "test": {"at_least": 4},
            }
        },
        """
        SELECT DISTINCT customer FROM (
            SELECT customer, count(*) OVER (PARTITION BY customer ORDER BY time
                RANGE BETWEEN CURRENT ROW AND INTERVAL '6 days 23:59:59.999999' FOLLOWING) AS n
            FROM events WHERE kind = 'add_to_cart') WHERE n >= 4
        """,
    ),
    (
        {
            "sessions": {
                "with": ["add_to_cart"],
                "without": ["purchase"],
                "measure": "share",
                "test": {"above": 0.5},
            }
        },
        """
        WITH s AS (
            SELECT customer, session, min(time) AS first, max(time) AS last,
                   bool_or(kind = 'add_to_cart') AS cart, bool_or(kind = 'purchase') AS bought
            FROM events GROUP BY customer, session),
        o AS (SELECT DISTINCT customer, time FROM lines),
        b AS (SELECT s.customer, s.session, s.bought OR EXISTS (
                SELECT 1 FROM o WHERE o.customer = s.customer
                AND o.time BETWEEN s.first AND s.last + INTERVAL 30 MINUTE) AS bought
              FROM s WHERE cart)
        SELECT customer FROM b GROUP BY customer HAVING avg((NOT bought)::INT) > 0.5
        """,
    ),
    (
        {
            "events": {
                "at": {"hours": [22, 6], "weekdays": ["saturday", "sunday"]},
                "test": {"at_least": 5},
            }
        },
        """
        SELECT customer FROM events
        WHERE (hour(time) >= 22 OR hour(time) < 6) AND isodow(time) >= 6
        GROUP BY customer HAVING count(*) >= 5
        """,
    ),
    (
        {
            "events": {
                "measure": {"count": "sessions"},
                "window": {"days_ago": {"from": 60, "to": 30}},
            }
        },
        """
        SELECT DISTINCT customer FROM events
        WHERE time >= TIMESTAMP '{now}' - INTERVAL 60 DAY AND time < TIMESTAMP '{now}' - INTERVAL 30 DAY
        """,
    ),
    (
        {
            "events": {
                "measure": {"count": "items"},
                "kinds": ["view"],
                "test": {"between": [10, 20]},
            }
        },
        """
        SELECT customer FROM events WHERE kind = 'view'
        GROUP BY customer HAVING count(DISTINCT item) BETWEEN 10 AND 20
        """,
    ),
    (
        {
            "or": [
                {"events": {"measure": {"days_since": "last"}, "test": {"above": 90}}},
                {"not": {"events": {}}},
            ]
        },
        """
        SELECT id FROM customers
        LEFT JOIN (SELECT customer, max(time) AS last FROM events GROUP BY customer) e ON e.customer = id
        WHERE last IS NULL OR floor(epoch(TIMESTAMP '{now}' - last) / 86400) > 90
        """,
    ),
]

RETAIL: list[Question] = [
    (
        {"orders": {"test": {"at_least": 5}}},
        "SELECT customer FROM counted GROUP BY customer HAVING count(*) >= 5",
    ),
    (
        {"orders": {"measure": {"sum": "amount"}, "test": {"above": 1000}}},
        "SELECT customer FROM lines GROUP BY customer HAVING sum(amount) > 1000",
    ),
    (
        {"orders": {"measure": {"avg": "amount"}, "test": {"between": [100, 200]}}},
        "SELECT customer FROM counted GROUP BY customer HAVING avg(amount) BETWEEN 100 AND 200",
    ),
    (
        {"orders": {"measure": {"max": "amount"}, "test": {"at_least": 500}}},
        "SELECT customer FROM counted GROUP BY customer HAVING max(amount) >= 500",
    ),
    (
        {"orders": {"measure": {"min": "quantity"}, "test": {"below": 10}}},
        "SELECT customer FROM counted GROUP BY customer HAVING min(quantity) < 10",
    ),
    (
        {"and": [{"orders": {}}, {"not": {"orders": {"window": {"last_days": 90}}}}]},
        """
        SELECT customer FROM counted GROUP BY customer
        HAVING max(time) < TIMESTAMP '{now}' - INTERVAL 90 DAY
        """,
    ),
    (
        {
            "and": [
                {"orders": {"items": {"ids": ["85123A"]}}},
                {"not": {"orders": {"items": {"ids": ["22423", "47566"]}}}},
            ]
        },
        """
        SELECT customer FROM lines WHERE quantity > 0 AND item = '85123A'
        EXCEPT SELECT customer FROM lines WHERE quantity > 0 AND item IN ('22423', '47566')
        """,
    ),
    (
        {"orders": {"measure": {"count": "items"}, "test": {"at_least": 100}}},
        "SELECT customer FROM lines WHERE quantity > 0 GROUP BY customer HAVING count(DISTINCT item) >= 100",
    ),
    (
        {"orders": {"measure": {"count": "days"}, "test": {"is": 3}}},
        "SELECT customer FROM counted GROUP BY customer HAVING count(DISTINCT time::DATE) = 3",
    ),
    (
        {"orders": {"measure": {"days_since": "first"}, "test": {"above": 300}}},
        """
        SELECT customer FROM counted GROUP BY customer
        HAVING floor(epoch(TIMESTAMP '{now}' - min(time)) / 86400) > 300
        """,
    ),
    (
        {
            "orders": {
                "at": {"hours": [9, 12], "weekdays": ["sunday", "thursday"]},
                "test": {"at_least": 2},
            }
        },
        """
        SELECT customer FROM counted WHERE hour(time) BETWEEN 9 AND 11 AND isodow(time) IN (7, 4)
        GROUP BY customer HAVING count(*) >= 2
        """,
    ),
    (
        {
            "orders": {
                "columns": [{"name": "country", "test": {"in": ["Germany", "France"]}}],
                "measure": {"sum": "quantity"},
                "test": {"at_most": 200},
            }
        },
        """
        SELECT customer FROM everybody LEFT JOIN
            (SELECT customer AS c, sum(quantity) AS q FROM lines
             WHERE country IN ('Germany', 'France') GROUP BY 1)
        ON c = customer WHERE coalesce(q, 0) <= 200
        """,
    ),
    (
        {
            "orders": {
                "window": {"between": {"from": "2011-03-01", "to": "2011-04-01"}},
                "items": {"not": {"ids": ["POST", "M"]}},
                "measure": {"count": "lines"},
                "test": {"above": 20},
            }
        },
        """
        SELECT customer FROM lines WHERE quantity > 0 AND item NOT IN ('POST', 'M')
          AND first >= '2011-03-01' AND first < '2011-04-01' GROUP BY customer HAVING count(*) > 20
        """,
    ),
]


def members(question: Question, data: kosar.AudienceData) -> kosar.Table:
    """Ask kosar."""
    return kosar.Audiences(data, {"asked": question[0]}, as_of=NOW).members_table("asked")


def of_sql(found: pa.Table) -> Answer:
    """Give the number of members, and the sum of their ids."""
    ids = np.asarray(found[0]).astype(np.int64)
    return (len(ids), float(ids.sum()))


def of_ours(found: kosar.Table) -> Answer:
    """Give the same of kosar's."""
    ids = np.asarray(found.to_arrow()["customer"]).astype(np.int64)
    return (len(ids), float(ids.sum()))


def must_agree(questions: list[Question], data: kosar.AudienceData, now: str) -> None:
    """Ask all questions of both; stop at one that they answer differently."""
    for question in questions:
        sql = question[1].format(now=now)
        theirs = {int(row[0]) for row in duckdb.sql(sql).fetchall()}
        ours = set(kosar.Audiences(data, {"asked": question[0]}, as_of=now).members("asked"))
        audience = kosar.Audience(question[0])
        if theirs != ours:
            odd = sorted(theirs ^ ours)[:5]
            raise SystemExit(f"{audience}: {len(ours)} members, by SQL {len(theirs)}; such as {odd} differ")
        print(f"{len(ours):>7} {audience}", file=sys.stderr)


def clicks() -> dict[str, pa.Table]:
    """Generate the shop."""
    rng = np.random.default_rng(11)
    zeal = rng.pareto(1.5, CUSTOMERS) + 0.2
    weight = 1.0 / (np.arange(ITEMS) + 10) ** 0.9
    end = np.datetime64(NOW, "us")

    def times(n: int) -> Any:
        seconds = np.sort(rng.integers(0, DAYS * 86_400, n))
        return end - np.timedelta64(DAYS, "D") + (seconds * 1_000_000).astype("timedelta64[us]")

    def items(customer: Any) -> Any:
        n = len(customer)
        own = (customer * 2_654_435_761 + rng.integers(0, 5, n) * 40_503) % ITEMS
        return np.where(rng.random(n) < 0.5, own, rng.choice(ITEMS, n, p=weight / weight.sum()))

    def words(among: list[str], n: int, shares: list[float]) -> pa.DictionaryArray:
        codes = pa.array(rng.choice(len(among), n, p=shares).astype(np.int32))
        return pa.DictionaryArray.from_arrays(codes, pa.array(among))

    who = rng.choice(CUSTOMERS, EVENTS, p=zeal / zeal.sum())
    buyer = rng.choice(CUSTOMERS, LINES, p=zeal / zeal.sum())
    when = times(EVENTS)
    # A customer's events of one day are a session.
    day = (when - (end - np.timedelta64(DAYS, "D"))).astype("timedelta64[D]").astype(np.int64)
    return {
        "customers": pa.table(
            {
                "id": np.arange(CUSTOMERS),
                "country": words(COUNTRIES, CUSTOMERS, [0.3, 0.1, 0.2, 0.2, 0.1, 0.1]),
                "consent": rng.random(CUSTOMERS) < 0.6,
            }
        ),
        "events": pa.table(
            {
                "customer": who,
                "session": who * DAYS + day,
                "item": items(who),
                "kind": words(KINDS, EVENTS, [0.78, 0.12, 0.06, 0.04]),
                "device": words(DEVICES, EVENTS, [0.4, 0.5, 0.1]),
                "time": when,
            }
        ),
        "lines": pa.table(
            {
                "customer": buyer,
                "item": items(buyer),
                "amount": np.round(rng.gamma(2.0, 16.0, LINES) + 0.01, 2),
                "time": times(LINES),
            }
        ),
    }


def in_duckdb(tables: dict[str, pa.Table]) -> None:
    """Put the tables into DuckDB's own storage."""
    for name, table in tables.items():
        duckdb.register("given", table)
        duckdb.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given")
        duckdb.unregister("given")


def logs(tables: dict[str, pa.Table]) -> dict[str, Any]:
    """Make the logs of kosar."""
    return {
        "orders": kosar.OrderLog.from_frame(
            tables["lines"],
            customer="customer",
            item="item",
            amount="amount",
            time="time",
        ),
        "events": kosar.EventLog.from_frame(
            tables["events"],
            customer="customer",
            session="session",
            item="item",
            kind="kind",
            time="time",
            attributes=("device",),
        ),
        "customers": kosar.Customers.from_frame(
            tables["customers"],
            customer="id",
            attributes=["country"],
            consent={("email", "marketing"): "consent"},
        ),
    }


def time_clicks() -> None:
    """Time the audience of six conditions."""
    tables = clicks()
    in_duckdb(tables)
    parts = logs(tables)
    data = kosar.AudienceData(**parts)
    must_agree(CLICKS, data, NOW)
    sql = SIX[1].format(now=NOW)
    asked: list[tuple[str, Callable[[], Any], Callable[[Any], Answer]]] = [
        ("duckdb", lambda: duckdb.sql(sql).to_arrow_table(), of_sql),
        ("kosar", lambda: members(SIX, data), of_ours),
        (
            "kosar, laying out included",
            lambda: members(SIX, kosar.AudienceData(**parts)),
            of_ours,
        ),
    ]
    hand_over(compare([Candidate(*one) for one in asked]))


def check_retail() -> None:
    """Ask the questions about Online Retail."""
    rows = pd.read_parquet(DATA / "online_retail" / "online_retail.parquet")
    rows = rows[rows["CustomerID"].notna() & (rows["UnitPrice"] >= 0)]
    frame = pd.DataFrame(
        {
            "customer": rows["CustomerID"].astype(np.int64),
            "id": rows["InvoiceNo"].astype(str),
            "item": rows["StockCode"].astype(str),
            "time": pd.to_datetime(rows["InvoiceDate"]),
            "quantity": rows["Quantity"],
            "price": rows["UnitPrice"],
            "country": rows["Country"].astype(str),
        }
    )
    log = kosar.OrderLog.from_frame(
        frame,
        customer="customer",
        order="id",
        item="item",
        time="time",
        quantity="quantity",
        price="price",
        attributes=("country",),
    )
    duckdb.register("frame", frame)
    duckdb.execute("""
        CREATE OR REPLACE TABLE lines AS SELECT *, (price * 100)::BIGINT * quantity / 100.0 AS amount,
            min(time) OVER (PARTITION BY customer, id) AS first FROM frame;
        CREATE OR REPLACE VIEW everybody AS SELECT DISTINCT customer FROM lines;
        CREATE OR REPLACE VIEW counted AS SELECT customer, id, min(time) AS time, sum(amount) AS amount,
            sum(quantity) AS quantity FROM lines GROUP BY customer, id HAVING max(quantity) > 0
    """)
    must_agree(RETAIL, kosar.AudienceData(orders=log), "2011-12-10")


if __name__ == "__main__":
    {"clicks": time_clicks, "retail": check_retail}[sys.argv[1]]()
