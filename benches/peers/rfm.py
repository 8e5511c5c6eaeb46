"""Recency, frequency and monetary value of 10M order lines, scored by quintiles: ``rfm.py sorted``.

The orders are generated: 300,000 customers of very different zeal (weights pareto(1.5) + 0.2), 1 + Poisson(3)
lines an order over two years, numpy default_rng(7), no returns. Peers are given the quickest query that is
right for such lines (no order of two customers, no return): the last time, the distinct orders and the sum
of amounts of each customer; then type-7 quintiles, ties together. kosar's rules for returns, anonymous lines
and shared order ids are at work all the same. What all must agree on are the customers and the sums of the
columns.

Workloads: ``sorted`` by order, ``sparse`` (ids all over 62 bits), ``strings`` (both ids text), ``shuffled``.
"""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import duckdb
import kosar
import numpy as np
import polars as pl
import pyarrow as pa
from answers import Answer
from stopwatch import Candidate, compare, hand_over

LINES = 10_000_000
CUSTOMERS = 300_000
COLUMNS = {"customer": "customer", "order": "order", "time": "time", "amount": "amount"}
CUTS = (0.2, 0.4, 0.6, 0.8)


def lines() -> dict[str, Any]:
    """Generate the columns, sorted by order."""
    rng = np.random.default_rng(7)
    sizes = 1 + rng.poisson(3.0, LINES // 3)
    ends = np.cumsum(sizes)
    sizes = sizes[: int(np.searchsorted(ends, LINES)) + 1]
    sizes[-1] -= ends[len(sizes) - 1] - LINES
    zeal = rng.pareto(1.5, CUSTOMERS) + 0.2
    buyers = rng.choice(CUSTOMERS, len(sizes), p=zeal / zeal.sum())
    seconds = np.sort(rng.integers(0, 730 * 86_400, len(sizes)))
    times = np.datetime64("2023-01-01", "us") + (seconds * 1_000_000).astype("timedelta64[us]")
    return {
        "customer": np.repeat(buyers.astype(np.int64), sizes),
        "order": np.repeat(np.arange(len(sizes), dtype=np.int64), sizes),
        "time": np.repeat(times, sizes),
        "amount": np.round(rng.gamma(2.0, 16.0, LINES) + 0.01, 2),
    }


def table(workload: str) -> pa.Table:
    """Make the Arrow table of a workload."""
    columns = lines()
    if workload == "sparse":
        for name in ("customer", "order"):
            mixed = (columns[name].astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
            columns[name] = (mixed >> np.uint64(2)).astype(np.int64)
    if workload == "shuffled":
        places = np.random.default_rng(8).permutation(LINES)
        columns = {name: values[places] for name, values in columns.items()}
    made = pa.table(columns)
    if workload == "strings":
        for name, prefix in (("customer", "customer-"), ("order", "2023-")):
            text = pa.compute.binary_join_element_wise(prefix, pa.compute.cast(made[name], pa.string()), "")
            made = made.set_column(made.schema.get_field_index(name), name, text)
    return made


def by_polars(frame: pl.DataFrame) -> pl.DataFrame:
    """Score the customers with polars."""
    last: datetime = frame["time"].max()
    as_of = last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    scored = frame.group_by("customer").agg(
        (pl.lit(as_of) - pl.col("time").max()).dt.total_days().alias("recency"),
        pl.col("order").n_unique().alias("frequency"),
        pl.col("amount").sum().alias("monetary"),
    )

    def above(name: str) -> pl.Expr:
        cuts = [scored[name].quantile(cut, "linear") for cut in CUTS]
        return pl.sum_horizontal([(pl.col(name) > cut).cast(pl.Int8) for cut in cuts])

    return scored.with_columns(
        (5 - above("recency")).alias("R"),
        (1 + above("frequency")).alias("F"),
        (1 + above("monetary")).alias("M"),
    )


def by_duckdb(frame: pa.Table) -> pa.Table:
    """Score the customers with DuckDB, from the Arrow table."""
    above = "(v > c[1])::INT + (v > c[2])::INT + (v > c[3])::INT + (v > c[4])::INT"
    cuts = ", ".join(
        f"quantile_cont({name}, [{', '.join(map(str, CUTS))}]) AS {name}_cuts"
        for name in ("recency", "frequency", "monetary")
    )

    def score(name: str) -> str:
        return above.replace("v ", f"{name} ").replace("c[", f"{name}_cuts[")

    query = f"""
        WITH m AS (SELECT date_trunc('day', max(time)) + INTERVAL 1 DAY AS as_of FROM frame),
        s AS (SELECT customer, datediff('second', max(time), (SELECT as_of FROM m)) // 86400 AS recency,
              count(DISTINCT "order") AS frequency, sum(amount) AS monetary FROM frame GROUP BY customer),
        q AS (SELECT {cuts} FROM s)
        SELECT s.*, 5 - ({score("recency")}) AS R, 1 + {score("frequency")} AS F, 1 + {score("monetary")} AS M
        FROM s, q
    """
    return duckdb.sql(query).to_arrow_table()


def of_table(scored: Any) -> Answer:
    """Give the number of customers, and the sums of the columns but the money's cents."""
    columns = [np.asarray(scored[name]).astype(float) for name in ("recency", "frequency", "R", "F", "M")]
    money = round(float(np.asarray(scored["monetary"]).astype(float).sum()), -1)
    return (len(scored), money, *(float(column.sum()) for column in columns))


def of_ours(scored: Any) -> Answer:
    """Give the same of kosar's table."""
    arrow = scored.to_arrow()
    names = {"recency_days": "recency", "R_score": "R", "F_score": "F", "M_score": "M"}
    return of_table(arrow.rename_columns([names.get(name, name) for name in arrow.column_names]))


def main(workload: str) -> None:
    """Time a workload."""
    arrow = table(workload)
    frame = pl.from_arrow(arrow)
    log = kosar.OrderLog.from_frame(arrow, **COLUMNS)
    asked: list[tuple[str, Callable[[], Any], Callable[[Any], Answer]]] = [
        ("polars", lambda: by_polars(frame), of_table),
        ("duckdb", lambda: by_duckdb(arrow), of_table),
        ("kosar, from a log", lambda: kosar.Rfm().fit(log).table_, of_ours),
        ("kosar, from the table", lambda: kosar.Rfm().fit_frame(arrow, **COLUMNS).table_, of_ours),
    ]
    hand_over(compare([Candidate(*one) for one in asked]))


if __name__ == "__main__":
    main(sys.argv[1])
