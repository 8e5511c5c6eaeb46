"""Audiences from Python: the tree in dicts, the parts of the data, answers and errors."""

import datetime as dt
import json
import pickle
from pathlib import Path

import jsonschema
import kosar
import numpy as np
import pandas as pd
import pytest
from kosar import Audience, AudienceData, Audiences, Customers

ORDERS = {
    "who": ["ann", "ann", "bob", "cid"],
    "id": [1, 2, 3, 4],
    "what": ["dress", "socks", "shoes", "dress"],
    "at": ["2026-01-10", "2026-11-20", "2026-11-01", "2025-12-24"],
    "paid": [80.0, 5.0, 100.0, 80.0],
    "channel": ["web", "app", "web", "shop"],
}
EVENTS = {
    "who": ["ann", "ann", "ann", "bob", "eve"],
    "visit": [1, 1, 2, 3, 4],
    "what": ["shoes", "shoes", "shoes", "shoes", "dress"],
    "kind": ["view", "view", "view", "add_to_cart", "view"],
    "at": ["2026-11-19 10:00", "2026-11-19 10:05", "2026-11-23", "2026-10-31", "2026-11-24 23:30"],
    "device": ["mobile", "mobile", "desktop", "desktop", "mobile"],
}


@pytest.fixture(scope="module")
def data() -> AudienceData:
    orders = kosar.OrderLog.from_frame(
        ORDERS, customer="who", order="id", item="what", time="at", amount="paid", attributes=("channel",)
    )
    events = kosar.EventLog.from_frame(
        EVENTS, customer="who", session="visit", item="what", kind="kind", time="at", attributes=("device",)
    )
    people = {
        "who": ["ann", "bob", "cid", "fay"],
        "country": ["HU", "AT", None, "HU"],
        "born": [dt.date(1990, 11, 28), None, dt.date(1970, 1, 1), dt.date(2000, 2, 29)],
        "mail": [True, False, None, True],
    }
    customers = Customers.from_frame(
        pd.DataFrame(people),
        customer="who",
        attributes=["country"],
        dates=["born"],
        consent={("email", "marketing"): "mail"},
    )
    catalog = kosar.Catalog.from_frame(
        {"id": ["dress", "socks", "shoes"], "path": ["Clothes/Dresses", "Clothes/Socks", "Shoes"]},
        item="id",
        category="path",
    )
    return AudienceData(
        orders=orders,
        events=events,
        customers=customers,
        catalog=catalog,
        rfm=kosar.Rfm().fit(orders),
        lifecycle=kosar.Lifecycle().fit(orders),
        values={
            "clv": {"ann": 250.0, "bob": 90.0},
            "churn": pd.Series({"ann": 0.1, "cid": np.nan}),
            "rank": (["ann", "cid"], np.array([1.0, 2.0])),
        },
    )


def members(data: AudienceData, tree: object) -> list[str]:
    return Audiences(data, {"asked": tree}, as_of="2026-11-25 12:00").members("asked")


def test_everybody_is_everybody_that_any_part_knows(data: AudienceData) -> None:
    assert data.customers_ == ["ann", "bob", "cid", "eve", "fay"]
    assert len(data) == 5
    assert repr(data) == "AudienceData(5 customers)"


@pytest.mark.parametrize(
    ("tree", "who"),
    [
        ({"and": []}, ["ann", "bob", "cid", "eve", "fay"]),
        (
            {
                "events": {
                    "kinds": ["view"],
                    "same_item": True,
                    "not_bought": "since",
                    "test": {"at_least": 3},
                }
            },
            ["ann"],
        ),
        (
            {
                "orders": {
                    "items": {"category": ["Clothes"]},
                    "columns": [{"name": "channel", "test": {"is": "shop"}}],
                }
            },
            ["cid"],
        ),
        ({"events": {"columns": [{"name": "device", "test": {"in": ["mobile"]}}]}}, ["ann", "eve"]),
        ({"attribute": {"name": "country", "test": {"known": False}}}, ["cid", "eve"]),
        ({"attribute": {"name": "born", "test": {"below": dt.date(1990, 1, 1)}}}, ["cid"]),
        ({"age": {"of": "born", "test": {"at_least": 30}}}, ["ann", "cid"]),
        ({"anniversary": {"of": "born", "next_days": 4}}, ["ann"]),
        ({"consent": {"channel": "email", "purpose": "marketing"}}, ["ann", "fay"]),
        ({"value": {"name": "clv", "test": {"above": np.float64(100)}}}, ["ann"]),
        ({"value": {"name": "churn", "test": {"known": True}}}, ["ann"]),
        ({"value": {"name": "rank", "test": {"is": np.int64(2)}}}, ["cid"]),
        (
            {"stage": {"in": ["new", "active", "loyal", "slipping", "dormant", "lost", "won_back"]}},
            ["ann", "bob", "cid"],
        ),
        ({"rfm": {"of": "frequency", "test": {"is": 2}}}, ["ann"]),
        ('{"orders": {"measure": {"sum": "amount"}, "test": {"at_least": 85}}}', ["ann", "bob"]),
        (Audience({"not": {"orders": {}}}), ["eve", "fay"]),
    ],
)
def test_members_are_who_they_say(data: AudienceData, tree: object, who: list[str]) -> None:
    assert members(data, tree) == who


def test_answers_about_one_customer_and_about_all(data: AudienceData) -> None:
    trees = {
        "buyers": {"orders": {}},
        "both": {"and": [{"audience": "buyers"}, {"events": {"test": {"at_least": 2}}}]},
    }
    audiences = Audiences(data, trees, as_of=dt.datetime(2026, 11, 25, tzinfo=dt.UTC))
    assert audiences.names_ == ["buyers", "both"]
    assert audiences.of("ann") == ["buyers", "both"]
    assert audiences.contains("both", "ann")
    assert not audiences.contains("both", "bob")
    assert audiences.size("buyers") == 3
    assert audiences.members_table("buyers").to_pandas()["customer"].tolist() == ["ann", "bob", "cid"]
    assert [row["members"] for row in audiences.sizes_] == [3, 1]
    assert next(iter(audiences.overlap()))["jaccard"] == pytest.approx(1 / 3)
    why = audiences.explain("both", "bob")
    assert (why.holds, why.value, [part.holds for part in why.parts]) == (False, None, [True, False])
    assert (why.parts[1].path, why.parts[1].value) == ("and[1].events", 1.0)
    assert str(why).splitlines()[-1] == "    no  at least 2 events (is 1)"
    estimate = audiences.estimate("buyers", sample=2, seed=3)
    assert estimate.low <= 3 <= estimate.high
    assert (estimate.sampled, estimate.customers) == (2, 5)
    profile = audiences.profile("buyers")
    assert (profile.members, profile.customers) == (3, 5)
    assert {row["field"] for row in profile.words} >= {"country", "segment", "stage"}
    assert str(profile).startswith("3 of 5 customers\n  country ")
    unknown = Audiences(data, {"a": {"age": {"of": "born", "test": {"above": 3}}}}).explain("a", "bob")
    assert str(unknown) == "no  years since born above 3 (is not known)"
    spent = next(row for row in profile.numbers if row["field"] == "spent")
    assert spent["mean"] == pytest.approx(265 / 3)
    assert audiences.as_of_ == dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def test_the_examples_of_the_guide_are_audiences() -> None:
    guide = Path(__file__).parents[2] / "docs" / "audiences.md"
    rows = [
        line
        for line in guide.read_text(encoding="utf8").splitlines()
        if line.startswith("| ") and "`" in line
    ]
    trees = [row.split("`")[-2] for row in rows]
    assert len(trees) >= 20
    for tree in trees:
        assert str(Audience(tree)), tree


def test_what_python_has_beside_json_is_understood() -> None:
    tree = {"attribute": {"name": "born", "test": {"in": {dt.date(2000, 1, 2), dt.date(1999, 1, 2)}}}}
    assert Audience(tree).to_dict()["attribute"]["test"]["in"] == ["1999-01-02", "2000-01-02"]
    window = {
        "orders": {"window": {"between": {"from": np.datetime64("2026-01-01"), "to": dt.date(2026, 2, 1)}}}
    }
    assert str(Audience(window)) == "at least 1 order from 2026-01-01 before 2026-02-01"


def test_an_audience_is_a_value() -> None:
    audience = Audience({"orders": {"window": {"last_days": 300}}})
    assert audience == Audience(audience.to_json())
    assert audience.to_dict() == {"orders": {"window": {"last_days": 300}}}
    assert pickle.loads(pickle.dumps(audience)) == audience
    assert len({audience, Audience(audience)}) == 1
    assert str(audience) == "at least 1 order in the last 300 days"
    assert audience != Audience({"orders": {}})


def test_the_schema_accepts_what_is_accepted_and_refuses_what_is_refused() -> None:
    schema = Audience.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = [
        {"and": [{"orders": {}}, {"not": {"age": {"test": {"between": [18, 30]}}}}]},
        {
            "events": {
                "kinds": ["view"],
                "window": {"days_ago": {"from": 9, "to": 2}},
                "at": {"hours": [22, 6]},
            }
        },
        {"sessions": {"with": ["add_to_cart"], "measure": "share", "test": {"above": 0.5}}},
    ]
    bad = [
        {"nand": []},
        {"orders": {"windw": {}}},
        {"age": {}},
        {"events": {"window": {"last_days": "7"}}},
        {"orders": {"measure": "count"}},
        {"orders": {"window": {"days_ago": {"from": 9, "till": 3}}}},
        {"orders": {"items": {"price": {"most": 3}}}},
        {"events": {"kinds": ["look"]}},
    ]
    for tree in good:
        Audience(tree)
        assert validator.is_valid(tree), tree
    for tree in bad:
        with pytest.raises(kosar.ParamError):
            Audience(tree)
        assert not validator.is_valid(tree), tree


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (
            {"not": {"attribute": {"name": "contry", "test": {"is": "HU"}}}},
            "at not.attribute.name: unknown attribute 'contry'",
        ),
        ({"attribute": {"name": "country", "test": {"above": 3}}}, "at attribute.test: country holds words"),
        ({"orders": {"windw": {}}}, "at orders.windw: unknown field"),
        (
            {"affinity": {"facet": "brand", "value": "x", "test": {"above": 1}}},
            "at affinity: needs affinities",
        ),
        ({"segment": {"is": "chumps"}}, "at segment: unknown segment 'chumps'; there are:"),
    ],
)
def test_slips_are_told_with_their_path(data: AudienceData, tree: dict, message: str) -> None:
    with pytest.raises(kosar.ParamError, match="audience " + message.replace(".", r"\.").replace("[", r"\[")):
        members(data, tree)


def test_wrong_types_are_refused(data: AudienceData) -> None:
    for tree in (3, ["orders"], None):
        with pytest.raises(kosar.ParamTypeError):
            Audience(tree)
    with pytest.raises(kosar.ParamTypeError, match="an audience must be made of"):
        Audience({"value": {"name": "x", "test": {"is": object()}}})
    with pytest.raises(kosar.ParamError, match="finite numbers"):
        Audience({"value": {"name": "x", "test": {"is": float("nan")}}})
    with pytest.raises(kosar.ParamError, match="at 'b'\\.orders\\.windw"):
        Audiences(data, {"a": {"orders": {}}, "b": '{"orders": {"windw": 1}}'})
    with pytest.raises(kosar.ParamTypeError, match="rfm must be of the class Rfm"):
        AudienceData(rfm=kosar.Lifecycle())
    with pytest.raises(kosar.NotFittedError):
        AudienceData(rfm=kosar.Rfm())
    with pytest.raises(kosar.ParamTypeError, match="values of 'x'"):
        AudienceData(values={"x": 3})
    with pytest.raises(kosar.IdTypeError):
        AudienceData(values={"x": {"ann": 1.0, 7: 2.0}})
    with pytest.raises(kosar.ParamError, match="time_zone"):
        AudienceData(time_zone="Mars/Base")
    with pytest.raises(kosar.ParamTypeError):
        Audiences(data, [{"orders": {}}])
    audiences = Audiences(data, {"a": {"orders": {}}})
    with pytest.raises(kosar.UnknownIdError):
        audiences.of("zoe")
    with pytest.raises(kosar.ParamError, match="unknown audience 'b'; there are: a"):
        audiences.size("b")
    assert json.loads(json.dumps(Audience.schema()))["title"] == "An audience"
