"""Affinities: answers worked out by hand, updates, files, refusals."""

import datetime as dt
import pickle

import kosar
import numpy as np
import pytest

# Order, customer, item, when, price, channel: those of examples/python/affinity.py.
ROWS = [
    (1, "ann", "rye", "2025-03-03T07:00", 2.0, "app"),
    (2, "ann", "rye", "2025-03-10T07:10", 2.0, "app"),
    (2, "ann", "bun", "2025-03-10T07:10", 1.0, "app"),
    (3, "bob", "tea", "2025-03-08T01:00", 4.0, "web"),
    (4, "bob", "mug", "2025-03-15T01:20", 9.0, "web"),
    (5, "eve", "tea", "2025-03-08T20:30", 4.0, "app"),
]
NAMES = ["order", "who", "what", "at", "paid", "channel"]
SHELF = {
    "sku": ["rye", "bun", "spelt", "tea", "mug", "pot"],
    "path": ["Food/Bread", "Food/Bread", "Food/Bread", "Food/Tea", "Home", "Home"],
    "brand": ["Miller", "Miller", "Miller", "Leaf", "Clay", "Clay"],
    "price": [2.0, 1.0, 3.0, 4.0, 9.0, 15.0],
}
CATALOG = kosar.Catalog.from_frame(SHELF, item="sku", category="path", brand="brand", price="price")
PLACES = {"who": ["ann", "bob"], "zone": ["Europe/Budapest", "America/New_York"]}
CUSTOMERS = kosar.Customers.from_frame(PLACES, customer="who", time_zone="zone")
FACETS = ["category", "brand", "price_band", "weekday", "hour", "column:channel"]


def log(rows):
    columns = dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True))
    roles = {"order": "order", "customer": "who", "item": "what", "time": "at", "price": "paid"}
    return kosar.OrderLog.from_frame(columns, **roles, attributes=["channel"])


def events():
    seen = {"who": ["bob", "eve"], "what": ["pot", "pot"], "did": ["add_to_cart", "view"]}
    seen["at"] = ["2025-03-16T01:00", "2025-03-16T20:00"]
    return kosar.EventLog.from_frame(seen, customer="who", item="what", kind="did", time="at")


def fitted(rows=ROWS, **params):
    model = kosar.Affinity(**{"facets": FACETS, "prior": 10, "price_bands": 3} | params)
    return model.fit(log(rows), events=events(), catalog=CATALOG, customers=CUSTOMERS)


def test_shares_and_lifts_are_those_of_the_formula():
    model = fitted()
    # Weights: ann 15 of Miller; bob 5 of Leaf, 5 and 3 of Clay; eve 5 of Leaf, 1 of Clay; 34 in all.
    ann = model.of("ann", "brand")
    assert [one.value for one in ann] == ["Miller"]
    share = (15 + 10 * 15 / 34) / (15 + 10)
    assert ann[0].share == pytest.approx(share)
    assert ann[0].lift == pytest.approx(share / (15 / 34))
    assert (ann[0].purchases, ann[0].events, ann[0].last) == (3, 0, dt.datetime(2025, 3, 10, tzinfo=dt.UTC))
    assert str(ann[0]) == "Miller: 1.8 times as much as others, by 3 purchases, last on 2025-03-10"
    bob = model.of("bob", "brand", n=1)[0]
    assert (bob.value, bob.purchases, bob.events) == ("Clay", 1, 1)
    assert str(bob).endswith("by 1 purchase and 1 event, last on 2025-03-16")
    assert model.lift("eve", "brand", "Miller") == pytest.approx(10 / 16)
    assert [one.value for one in model.of("bob", "column:channel")] == ["web"]


def test_a_menu_comes_back_whole():
    ranked = fitted().rank("bob", "category", ["Garden", "Food", "Home"])
    assert [one.value for one in ranked] == ["Food", "Home", "Garden"]
    assert (ranked[2].lift, ranked[2].share, ranked[2].last) == (1.0, 0.0, None)
    by_lift = fitted(order="lift").rank("bob", "category", ["Garden", "Food", "Home"])
    assert [one.value for one in by_lift] == ["Home", "Garden", "Food"]
    with pytest.raises(kosar.ParamTypeError, match="values must be a list of strings"):
        fitted().rank("bob", "category", "Food")


def test_a_search_is_reranked():
    model = fitted()
    found = model.rerank("ann", ["pot", "spelt", "tea", "?"], weight=2)
    assert found[0].item == "spelt"
    assert {one.before for one in found} == {0, 1, 2, 3}
    facets = [facet for facet, _ in found[0].reasons]
    assert facets
    assert set(facets) <= set(FACETS)
    unknown = next(one for one in found if one.item == "?")
    assert (unknown.lift, unknown.reasons, unknown.score) == (1.0, [], 1 / 4)
    plain = model.rerank("ann", ["pot", "spelt"], weight=0, scores=np.array([0.5, 0.7]))
    assert [(one.item, one.score) for one in plain] == [("spelt", 0.7), ("pot", 0.5)]
    with pytest.raises(kosar.ParamError, match="scores must be finite"):
        model.rerank("ann", ["pot"], scores=[-1])
    with pytest.raises(kosar.ParamError, match="facet hour needs a model that was fitted with it, and to be"):
        model.rerank("ann", ["pot"], facets=["hour"])


def test_times_are_those_of_the_place():
    model = fitted()
    # Mondays at 8 in Budapest; Fridays at 20 and 21 in New York; eve in UTC, or where most are.
    assert (model.send_time("ann").hour, model.send_time("ann").weekday) == (8, 0)
    bob = model.send_time("bob")
    assert (bob.hour, bob.weekday, bob.purchases, bob.events) == (21, 4, 2, 1)
    assert sum(one.share for one in bob.hours) == pytest.approx(1)
    assert len(bob.weekdays) == 7
    assert fitted(time_zone="Asia/Tokyo").of("eve", "weekday", n=1)[0].value == "sunday"
    with pytest.raises(kosar.ParamError, match="time_zone must be the name of a zone"):
        fitted(time_zone="Mars")


def test_tables_and_populations():
    model = fitted()
    table = model.table("brand", n=1)
    assert table.columns == [
        "customer",
        "value",
        "lift",
        "share",
        "population_share",
        "purchases",
        "events",
        "last",
    ]
    assert list(zip(table["customer"], table["value"], strict=True)) == [
        ("ann", "Miller"),
        ("bob", "Clay"),
        ("eve", "Leaf"),
    ]
    assert table["share"][0] == model.of("ann", "brand")[0].share
    population = model.population("brand")
    assert [(one.value, one.customers) for one in population] == [("Miller", 1), ("Leaf", 2), ("Clay", 2)]
    assert sum(one.share for one in population) == pytest.approx(1)
    assert [one.value for one in fitted(min_customers=2).population("brand")] == ["Leaf", "Clay"]
    # Paid were 1, 2, 2, 4, 4 and 9; thirds of six prices lie between the second and third, and so on.
    assert model.price_cut_points_ == pytest.approx([2.0, 4.0], abs=1e-6)
    assert fitted(price_cut_points=[3, 5.5]).price_cut_points_ == [3, 5.5]


def test_updating_and_forgetting_equal_a_fit():
    whole = fitted()
    first = kosar.Affinity(FACETS, prior=10, price_bands=3).fit(
        log(ROWS[:4]), catalog=CATALOG, customers=CUSTOMERS
    )
    settled = kosar.Affinity.from_bytes(first.to_bytes()).get_params()
    assert settled["purchase_events"] is False
    first.update(log(ROWS[4:]), customers=CUSTOMERS).update(events=events(), customers=CUSTOMERS)
    assert first.to_bytes() == whole.to_bytes()
    without = fitted([row for row in ROWS if row[1] != "ann"])
    assert whole.forget("ann").to_bytes() == without.to_bytes()
    assert whole.customers_ == ["bob", "eve"]
    with pytest.raises(kosar.UnknownIdError, match="unknown customer 'ann'"):
        whole.of("ann", "brand")


def test_files_and_pickles_are_the_same_model(tmp_path):
    model = fitted(half_life_days=30, weights={"purchase": 2, "view": 0.5}, price_cut_points=[2.5])
    assert model.as_of_ == dt.datetime(2025, 3, 17, tzinfo=dt.UTC)
    path = tmp_path / "affinity.kosar"
    model.save(path)
    for again in (kosar.load(path), pickle.loads(pickle.dumps(model))):
        assert again.to_bytes() == model.to_bytes()
        assert again.of("bob", "brand") == model.of("bob", "brand")
    stored = kosar.load(path).get_params()
    assert (stored["weights"], stored["price_cut_points"]) == ({"purchase": 2.0, "view": 0.5}, [2.5])
    assert (stored["facets"], stored["as_of"]) == (FACETS, model.as_of_)
    with pytest.raises(kosar.ModelFileError, match="can only be saved with histories"):
        model.to_bytes(histories=False)


def test_what_does_not_fit_is_refused():
    with pytest.raises(kosar.ParamError, match="facet must be one of category, brand"):
        kosar.Affinity(["colour"]).fit(log(ROWS))
    with pytest.raises(kosar.ParamError, match="facet brand needs a catalogue"):
        kosar.Affinity(["brand"]).fit(log(ROWS))
    with pytest.raises(kosar.IntakeError, match="device"):
        kosar.Affinity(["column:device"]).fit(log(ROWS))
    with pytest.raises(kosar.ParamTypeError, match=r"Affinity\.fit needs an OrderLog"):
        kosar.Affinity().fit(events())
    with pytest.raises(kosar.ParamTypeError, match="facets must be a list or another collection"):
        kosar.Affinity(iter(FACETS)).fit(log(ROWS))
    with pytest.raises(kosar.ParamError, match="order must be one of share, lift, got 'size'"):
        kosar.Affinity(order="size").fit(log(ROWS))
    alone = kosar.Affinity().fit(events=events(), catalog=CATALOG)
    assert alone.facets_ == ["category", "brand", "weekday", "hour"]
    assert alone.of("bob", "brand")[0].events == 1
