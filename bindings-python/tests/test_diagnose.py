"""Diagnoses of logs, and filters that take out what was found."""

import datetime as dt
import json
import pickle

import kosar
import pytest


@pytest.fixture(scope="module")
def shop():
    return kosar.datasets.shop_data(lines=20_000, clicks=30_000, seed=5, troubles={"bots": 2, "clocks": 4})


def test_orders_are_diagnosed(shop):
    planted = shop.truth["troubles"]
    diagnosis = shop.log.diagnose(names="name")
    assert diagnosis
    assert [found.kind for found in diagnosis.findings] == diagnosis.table["kind"]
    services = diagnosis.finding("not_merchandise")
    assert services.filter.items == sorted(planted["services"])
    assert {example.what for example in services.examples} == {"item"}
    assert any("Postage" in example.why for example in services.examples)
    start, end = diagnosis.finding("gaps").spans[0]
    assert end - start == dt.timedelta(days=3)
    assert not diagnosis.finding("gaps").filter
    assert len(diagnosis.finding("out_of_time").filter.orders) == len(planted["out_of_time"])
    assert diagnosis.finding("bots") is None
    assert "not_merchandise" in repr(diagnosis)
    assert "item POST" in str(diagnosis)


def test_names_may_come_from_a_catalogue(shop):
    by_column = shop.log.diagnose(names="name", only=["duplicates"])
    by_catalog = shop.log.diagnose(catalog=shop.catalog, only=["duplicates"])
    pairs = {frozenset(pair) for pair in shop.truth["troubles"]["duplicates"]}
    for diagnosis in (by_column, by_catalog):
        assert {frozenset(pair) for pair in diagnosis.filter().rename.items()} == pairs
    assert shop.log.diagnose(only=["duplicates"]).findings == []


def test_a_filter_takes_out_what_was_found(shop):
    diagnosis = shop.log.diagnose(names="name")
    chosen = diagnosis.filter("not_merchandise", "duplicates")
    clean, report = shop.log.filter(chosen)
    assert report.before == shop.log.n_lines
    assert report.left == clean.n_lines == report.before - report.by_items
    assert report.renamed == diagnosis.finding("duplicates").lines
    assert clean.diagnose(names="name", only=["not_merchandise", "duplicates"]).findings == []
    again = kosar.LogFilter.from_json(chosen.to_json())
    assert again == chosen == pickle.loads(pickle.dumps(chosen))
    assert json.loads(chosen.to_json())["items"] == chosen.items
    assert diagnosis.filter("not_merchandise") | diagnosis.filter("duplicates") == chosen


def test_bots_are_found_in_events(shop):
    diagnosis = shop.events.diagnose(only=["bots"])
    assert diagnosis.filter().sessions == shop.truth["troubles"]["bots"]
    people, report = shop.events.filter(diagnosis.filter())
    assert people.n_sessions == shop.events.n_sessions - 2
    assert report.by_sessions == diagnosis.finding("bots").lines
    assert not kosar.datasets.shop_data(lines=1_000, clicks=5_000).events.diagnose()


def test_filters_are_made_by_hand():
    rows = {"who": [1, 1, 2], "what": ["a", "b", "a"], "at": ["2026-01-01", "2026-01-01", "2026-01-05"]}
    log = kosar.OrderLog.from_frame(rows, customer="who", item="what", time="at")
    filters = [
        kosar.LogFilter(customers=[1]),
        kosar.LogFilter(items=["a"]),
        kosar.LogFilter(spans=[("2026-01-01", dt.date(2026, 1, 2))]),
        kosar.LogFilter(rename={"b": "a"}),
        kosar.LogFilter(),
    ]
    assert [log.filter(one)[0].n_lines for one in filters] == [1, 1, 1, 3, 3]
    assert [bool(one) for one in filters] == [True, True, True, True, False]
    united = filters[0] | filters[2] | filters[3]
    assert (united.customers, united.rename, united.items) == ([1], {"b": "a"}, [])
    assert united.spans[0][1] == dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    assert "customers" in repr(united)


def test_what_is_later_than_now_has_a_wrong_clock():
    rows = {"who": [1, 2], "order": ["x", "y"], "at": ["2026-01-01", "2026-01-05"]}
    log = kosar.OrderLog.from_frame(rows, customer="who", order="order", time="at")
    found = log.diagnose(now="2026-01-03").finding("out_of_time")
    assert [(example.what, example.subject) for example in found.examples] == [("order", "y")]


def test_what_is_wrong_is_named(shop):
    with pytest.raises(kosar.ParamError, match="kind must be one of bots, wholesalers"):
        shop.log.diagnose(only=["ghosts"])
    with pytest.raises(kosar.IntakeError, match="Names"):
        shop.log.diagnose(names="Names")
    with pytest.raises(kosar.ParamTypeError, match="filter must be a LogFilter, got dict"):
        shop.log.filter({"items": ["POST"]})
    with pytest.raises(kosar.ParamError, match="filter must be JSON as it was written"):
        kosar.LogFilter.from_json("[1")
    with pytest.raises(kosar.ParamError, match="from must be before to"):
        kosar.LogFilter(spans=[("2026-01-02", "2026-01-01")])
    with pytest.raises(kosar.IdTypeError, match="item ids are string here"):
        shop.log.filter(kosar.LogFilter(items=[1]))
    with pytest.raises(kosar.MissingColumnError):
        kosar.OrderLog.from_baskets([["a"]]).filter(kosar.LogFilter(customers=["x"]))
    with pytest.raises(kosar.ParamError, match="troubles have no 'ghosts'"):
        kosar.datasets.shop_data(lines=1_000, troubles={"ghosts": 1})
