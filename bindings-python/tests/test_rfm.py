"""Rfm: ways of scoring, grids, migrations, scoring others by stored cut points."""

import math

import kosar
import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def log():
    return kosar.datasets.shop(lines=20_000, seed=3)


def test_ways_of_scoring_and_both_sides_of_a_cut_point(log):
    for scores in ("quantile", "rank", "jenks", "nested"):
        rfm = kosar.Rfm(scores=scores).fit(log)
        again = kosar.Rfm.from_bytes(rfm.to_bytes())
        assert again.get_params() == rfm.get_params()
        assert again.table_.to_dicts() == rfm.table_.to_dicts()
        assert set(rfm.table_["R_score"]) == {1, 2, 3, 4, 5}
    nested = kosar.Rfm(scores="nested").fit(log).cut_points_
    assert [np.shape(nested[name]) for name in nested] == [(4,), (5, 4), (25, 4)]
    fixed = {"frequency": [1, 2, 3, 4]}
    right = kosar.Rfm(scores=fixed).fit(log).table_
    left = kosar.Rfm(scores=fixed, closed="left").fit(log).table_
    assert [f - 1 for f in left["F_score"]] == [min(n, 4) for n in left["frequency"]]
    assert right["F_score"] == [min(n, 5) for n in right["frequency"]]


def test_grids_by_name_and_as_data(log):
    for name, grid in kosar.Rfm.grids().items():
        named = kosar.Rfm(segments=name).fit(log)
        own = kosar.Rfm(segments=grid["segments"], other=grid.get("other"), bins=grid["bins"]).fit(log)
        assert named.table_.to_dicts() == own.table_.to_dicts()
        assert kosar.Rfm.from_bytes(own.to_bytes()).segments == name
        names = [segment["name"] for segment in grid["segments"]] + [
            grid[key] for key in ("other",) if key in grid
        ]
        assert named.segment_names_ == names == named.profiles_["segment"]
    boxes = [
        {"name": "big", "r": (1, 2), "f": (1, 2), "m": (2, 2)},
        ("gone", (1, 1), (1, 2)),
    ]
    rfm = kosar.Rfm(segments=boxes, bins=2, other="rest").fit(log)
    again = kosar.Rfm.from_bytes(rfm.to_bytes())
    assert again.other == "rest"
    assert again.table_.to_dicts() == rfm.table_.to_dicts()
    for row in rfm.table_:
        expected = "big" if row["M_score"] == 2 else "gone" if row["R_score"] == 1 else "rest"
        assert row["segment"] == expected


def test_weights_and_digits(log):
    for row in kosar.Rfm(weights=(3, 2, 1)).fit(log).table_:
        r, f, m = row["R_score"], row["F_score"], row["M_score"]
        assert math.isclose(row["score"], (3 * r + 2 * f + m) / 6)
        assert row["RFM"] == 100 * r + 10 * f + m
    ten = kosar.Rfm(segments=[], bins=10, other="all").fit(log)
    assert "RFM" not in ten.table_.columns
    assert ten.customer(ten.table_["customer"][0])["RFM"] is None


def test_segments_and_their_customers(log):
    rfm = kosar.Rfm().fit(log)
    table = rfm.table_
    assert rfm.segments_of(table["customer"]) == table["segment"]
    for name in rfm.segment_names_:
        members = [row["customer"] for row in table if row["segment"] == name]
        assert rfm.customers(name) == members
    with pytest.raises(kosar.UnknownIdError, match="unknown customer 'none'"):
        rfm.segments_of(["none"])
    with pytest.raises(kosar.ParamError, match=r"segment must be one of champions, loyal, .*, got 'none'"):
        rfm.customers("none")
    with pytest.raises(kosar.ParamTypeError, match="segment must be a string"):
        rfm.customers(5)


def test_values_are_scored_by_stored_cut_points(log):
    rfm = kosar.Rfm(segments="eleven").fit(log)
    table = rfm.table_
    columns = [table["recency_days"], table["frequency"], table["monetary"]]
    names = ["R_score", "F_score", "M_score", "segment", "score", "RFM"]
    for make in (list, np.array, pd.Series):
        found = rfm.score(*map(make, columns))
        assert found.columns == names
        assert all(found[name] == table[name] for name in names)
    for arguments, message in [
        (([1], [1]), "monetary must be given for a model with monetary values"),
        (([1], [1, 2], [1]), r"frequency must have shape \(1, 1\), got \(2, 1\)"),
        (([-1], [1], [1]), "recency_days must be at least 0, got -1"),
        (([1], [0], [1]), "frequency must be at least 1, got 0"),
        (([1], [1], [math.nan]), "monetary must be finite, got NaN at row 0"),
        (([[1]], [1], [1]), "recency_days must have one dimension"),
        ((["x"], [1], [1]), "recency_days must be a list of numbers"),
        ((1, [1], [1]), "recency_days must have one dimension"),
    ]:
        with pytest.raises(kosar.ParamError, match=message):
            rfm.score(*arguments)


def test_another_log_is_scored_by_the_same_cut_points(log):
    before = kosar.Rfm(as_of="2025-07-01", scores="nested").fit(log)
    after = before.apply(log, "2025-10-01")
    assert after.cut_points_ == before.cut_points_ == after.cut_points
    assert after.get_params()["as_of"] == after.as_of_
    assert after.fit(log).cut_points_ == before.cut_points_
    other = kosar.Rfm(as_of="2025-10-01").fit(log)
    assert before.rescore(other).table_.to_dicts() == after.table_.to_dicts()
    again = kosar.Rfm.from_bytes(after.to_bytes())
    assert again.table_.to_dicts() == after.table_.to_dicts()
    for wrong in (log, None):
        with pytest.raises(kosar.ParamTypeError, match="other must be an Rfm, got"):
            before.rescore(wrong)


def test_a_migration_counts_every_customer_once(log):
    before = kosar.Rfm(as_of="2025-07-01").fit(log)
    after = before.apply(log)
    expected = {}
    was = dict(zip(before.table_["customer"], before.table_["segment"], strict=True))
    for row in after.table_:
        pair = (was.get(row["customer"], "(not yet a customer)"), row["segment"])
        expected[pair] = expected.get(pair, 0) + 1
    moved = before.migration(after)
    assert moved.columns == ["before", "after", "customers", "share"]
    assert {(r["before"], r["after"]): r["customers"] for r in moved if r["customers"]} == expected
    wide = moved.to_pandas().pivot(index="before", columns="after", values="share")
    known = [name for name in before.segment_names_ if before.customers(name)]
    assert np.allclose(wide.loc[known].sum(axis=1), 1)
    with pytest.raises(kosar.ParamError, match="segments of both models must be the same for a migration"):
        before.migration(kosar.Rfm(segments="eleven").fit(log))
    with pytest.raises(kosar.ParamTypeError, match="after must be an Rfm, got OrderLog"):
        before.migration(log)


def test_monetary_grids_need_prices():
    plain = kosar.OrderLog.from_frame({"c": ["a"], "t": ["2025-01-01"]}, customer="c", time="t")
    with pytest.raises(kosar.MissingColumnError, match="no price column, which a segment grid over"):
        kosar.Rfm(segments="rfm-package").fit(plain)
    rfm = kosar.Rfm().fit(plain)
    assert rfm.score([3], [1]).columns == ["R_score", "F_score", "segment", "score", "RFM"]
