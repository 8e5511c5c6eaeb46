"""Trends, groups, categories, arrivals and visits: answers worked out by hand, updates, files, refusals."""

import datetime as dt
import math
import pickle

import kosar
import pandas as pd
import pytest

DAY = 86_400


def rows():
    """Customer, item and day of the tour in examples/python/popular.py."""
    bought = [(f"c{i:02}", ["tea", "mug", "pot"][i % 3], 1 + i) for i in range(1, 25)]
    bought += [(f"c{i:02}", "mate", 6 + i) for i in range(1, 4)]
    bought += [(f"c{i:02}", "mate" if i <= 10 else "tea", 31 + i % 5) for i in range(1, 17)]
    return bought + [(f"c{i:02}", "gourd", 34) for i in range(20, 24)]


def log(bought):
    who, what, day = zip(*bought, strict=True)
    country = [COUNTRY[customer] for customer in who]
    columns = {"who": list(who), "what": list(what), "at": [DAY * d for d in day], "country": country}
    return kosar.OrderLog.from_frame(
        columns, customer="who", item="what", time="at", time_unit="s", attributes=["country"]
    )


COUNTRY = {f"c{i:02}": "AR" if i <= 12 else "HU" for i in range(1, 25)}
CATALOG = kosar.Catalog.from_dict(
    {"tea": "Drinks", "mate": "Drinks", "mug": "Cups", "pot": "Cups", "gourd": "Cups", "new": "Cups"}
)


def items(found):
    return [one.item for one in found]


def fitted(bought=None, **params):
    model = kosar.Popularity(**params)
    return model.fit(log(bought or rows()), catalog=CATALOG, groups={"country": COUNTRY})


def test_a_rise_is_told_with_its_bound():
    (found,) = fitted().trending()
    reason = found.reason
    assert (found.item, reason.kind, reason.recent, reason.baseline, reason.days) == (
        "mate",
        "trending",
        10,
        2,
        7,
    )
    # 10 of 20 sales of the last week, 2 of 20 in the three weeks behind the first sale.
    assert reason.rise == pytest.approx(5.0)
    share = reason.lower_bound / (1 + reason.lower_bound)
    tail = sum(math.comb(12, k) * share**k * (1 - share) ** (12 - k) for k in (10, 11, 12))
    assert tail == pytest.approx(0.05)
    assert found.score == reason.lower_bound
    assert str(reason).startswith("bought by 10 in 7 days, 5.0 times its share before (at least ")
    assert fitted(confidence=0.99).trending() == []
    assert fitted(min_customers=11).trending() == []
    assert items(fitted().trending(exclude=["mate"])) == []
    assert items(fitted().trending(group={"country": "AR"}, customer="c01")) == []


def test_lists_are_of_a_category_for_a_group_and_a_customer():
    model = fitted()
    assert items(model.recommend(n=2, category="Cups", customer="c02")) == ["mug", "gourd"]
    found = model.recommend(n=5, group={"country": "HU"})
    assert [one.reason.kind for one in found] == ["popular_in"] * 3 + ["popular", "popular_in"]
    assert str(found[0].reason) == "bought by 7 of 12 in HU"
    assert found[0].score == pytest.approx((7 + 20 * 12 / 24) / 32)
    assert model.groups_ == {"country": ["AR", "HU"]}
    by_column = kosar.Popularity().fit(log(rows()), catalog=CATALOG, groups={"country": "country"})
    assert by_column.to_bytes() == model.to_bytes()
    missing = {**COUNTRY, "c01": None, "zoe": "HU"}
    assert kosar.Popularity().fit(log(rows()), groups={"g": missing}).groups_ == {"g": ["AR", "HU"]}


def test_groups_are_read_as_columns_are():
    def groups(of, bought=(("ann", "tea"), ("bob", "tea"))):
        who, what = zip(*bought, strict=True)
        log = kosar.OrderLog.from_frame({"who": who, "what": what}, customer="who", item="what")
        return kosar.Popularity().fit(log, groups={"g": of}).to_bytes()

    expected = groups({"ann": "AT"})
    assert groups([("ann", "AT"), ("bob", None)]) == expected
    assert groups({"ann": "AT", "bob": pd.NA}) == expected
    assert groups(pd.Series(["AT", None], index=["ann", "bob"], dtype="string")) == expected
    assert groups(pd.Series(["AT", "DE"], index=["ann", None])) == expected
    numbers = [(7, "tea"), (8, "tea")]
    expected = groups({7: "AT", 8: "DE"}, numbers)
    assert groups(pd.Series(["AT", "DE", "x"], index=[7.0, 8.0, math.nan]), numbers) == expected
    with pytest.raises(kosar.IdTypeError, match=r"customer id must be a string or an integer, got 7\.5"):
        groups({7.5: "AT"}, numbers)
    twice = [("ann", "AT"), ("ann", "DE")]
    for pairs in (twice, pd.Series(["AT", "DE"], index=["ann", "ann"])):
        with pytest.raises(kosar.ParamError, match="groups must name each customer once, got 'ann' twice"):
            groups(pairs)
    with pytest.raises(kosar.ParamTypeError, match="the names in groups must be strings, got 7"):
        kosar.Popularity().fit(log(rows()), groups={7: {"c01": "AR"}})
    for wrong in (7, [1], [("ann", "AT", 3)]):
        with pytest.raises(kosar.ParamTypeError, match=r"groups\['g'\] must be a dict"):
            groups(wrong)


def test_what_came_lately_is_new():
    model = fitted(new_days=10)
    assert [(one.item, one.score, str(one.reason)) for one in model.new_arrivals()] == [
        ("gourd", 4.0, "new for 1 day, bought by 4")
    ]
    launched = {"sku": ["new", "tea"], "since": ["1970-02-03", "1970-02-02"]}
    catalog = kosar.Catalog.from_frame(launched, item="sku", launched="since")
    model = kosar.Popularity(new_days=5).fit(log(rows()), catalog=catalog)
    # Tea was sold before the day that the catalogue tells.
    assert items(model.new_arrivals()) == ["gourd", "new"]
    assert "new" in model.items_
    assert "new" not in items(model.recommend(99))


def test_updates_and_forgetting_equal_a_fit():
    whole = fitted()
    early = [row for row in rows() if row[2] < 20]
    late = [row for row in rows() if row[2] >= 20]
    model = fitted(early).update(log(late))
    assert model.to_bytes() == whole.to_bytes()
    others = {customer: country for customer, country in COUNTRY.items() if customer != "c03"}
    left = kosar.Popularity().fit(
        log([row for row in rows() if row[0] != "c03"]), catalog=CATALOG, groups={"country": others}
    )
    assert model.forget("c03").to_bytes() == left.to_bytes()


def test_a_file_answers_alike(tmp_path):
    model = fitted(half_life_days=9.0)
    path = tmp_path / "popular.kosar"
    model.save(path, histories=False)
    again = kosar.load(path)
    assert again.trending() == model.trending()
    assert again.recommend(group={"country": "AR"}, category="Cups") == model.recommend(
        group={"country": "AR"}, category="Cups"
    )
    assert again.get_params() == model.get_params()
    with pytest.raises(kosar.NoHistoriesError):
        again.update(log(rows()))


def test_what_is_not_there_is_refused_by_name():
    model = fitted()
    for options, message in [
        ({"group": {"country": "DE"}}, "unknown group 'DE'"),
        ({"group": {"city": "DE"}}, "unknown grouping 'city'"),
        ({"category": "Cup"}, "unknown category 'Cup'; near to it: Cups"),
        ({"customer": "zoe"}, "unknown customer 'zoe'"),
    ]:
        for ask in (model.recommend, model.trending, model.new_arrivals):
            with pytest.raises(kosar.UnknownIdError, match=message):
                ask(**options)
    with pytest.raises(kosar.ParamTypeError, match="group must be a dict of one name"):
        model.recommend(group="DE")
    with pytest.raises(kosar.ParamTypeError, match="groups must be a dict"):
        kosar.Popularity().fit(log(rows()), groups=["country"])
    with pytest.raises(kosar.ParamTypeError, match="the group of 'c01' must be a string, got 3"):
        kosar.Popularity().fit(log(rows()), groups={"country": {"c01": 3}})
    with pytest.raises(kosar.IntakeError, match="city"):
        kosar.Popularity().fit(log(rows()), groups={"city": "city"})
    with pytest.raises(kosar.ParamError, match="baseline_days must be from trend_days"):
        fitted(baseline_days=1.0)
    with pytest.raises(kosar.ParamError, match="category must be left out"):
        kosar.Popularity().fit(log(rows())).recommend(category="Cups")
    with pytest.raises(kosar.MissingColumnError):
        kosar.Popularity().fit(kosar.OrderLog.from_baskets([["a"]])).trending()


def events(rows):
    visit, who, what, did, at = zip(*rows, strict=True)
    columns = {"visit": list(visit), "who": list(who), "what": list(what), "did": list(did), "at": list(at)}
    return kosar.EventLog.from_frame(
        columns, session="visit", customer="who", item="what", kind="did", time="at", time_unit="s"
    )


SEEN = [
    ("v1", "ann", "tea", "view", 0),
    ("v1", "ann", "pot", "add_to_cart", 60),
    ("v1", "ann", "mug", "view", 120),
    ("v2", "ann", "tea", "purchase", DAY),
    ("v2", "ann", "gourd", "view", DAY + 60),
    ("v9", None, "mug", "view", 5),
]


def test_visits_survive_their_file(tmp_path):
    visits = kosar.Visits(events(SEEN))
    path = tmp_path / "visits.kosar"
    visits.save(path)
    assert path.read_bytes() == visits.to_bytes()
    ways = [kosar.load, kosar.Visits.load, lambda path: kosar.Visits.from_bytes(path.read_bytes())]
    for again in [*(way(path) for way in ways), pickle.loads(pickle.dumps(visits))]:
        assert isinstance(again, kosar.Visits)
        assert again.recently_viewed(customer="ann") == visits.recently_viewed(customer="ann")
        asked = {"customer": "ann", "session": "v2"}
        assert again.continue_shopping(**asked) == visits.continue_shopping(**asked)
    with pytest.raises(kosar.ModelFileError):
        kosar.Popularity.load(path)


def test_visits_are_what_was_seen_and_not_bought():
    visits = kosar.Visits(events(SEEN))
    first, *others = visits.recently_viewed(customer="ann")
    moment = dt.datetime(1970, 1, 2, 0, 1, tzinfo=dt.UTC)
    assert first == kosar.Seen("gourd", "viewed", 1, moment)
    assert [(one.item, one.kind, one.views) for one in others] == [
        ("mug", "viewed", 1),
        ("pot", "in_cart", 0),
    ]
    assert items(visits.continue_shopping(customer="ann", session="v2")) == ["pot", "mug"]
    now = [{"item": "pot", "time": "1970-01-03", "kind": "purchase"}, {"item": "jar", "time": moment}]
    assert items(visits.recently_viewed(2, customer="ann", ongoing=now)) == ["gourd", "jar"]
    assert items(visits.recently_viewed(customer="ann", ongoing=now, only=["jar", "mug"])) == ["jar", "mug"]
    assert items(visits.continue_shopping(customer="ann", ongoing=now)) == ["gourd", "mug"]
    # A clock that is behind.
    early = [{"item": "pot", "time": "1970-01-01", "kind": "purchase"}]
    assert items(visits.recently_viewed(customer="ann", ongoing=early)) == ["gourd", "mug"]
    shown = [{"item": item, "time": "1970-01-03", "kind": "impression"} for item in ("pot", "mug")]
    assert items(visits.continue_shopping(customer="ann", ongoing=shown)) == ["pot", "gourd", "mug"]
    assert items(visits.recently_viewed(session="v9")) == ["mug"]
    bought = {"who": ["ann"], "what": ["mug"], "at": [DAY]}
    orders = kosar.OrderLog.from_frame(bought, customer="who", item="what", time="at", time_unit="s")
    assert items(kosar.Visits(events(SEEN), orders).recently_viewed(customer="ann")) == ["gourd", "pot"]


def test_visits_refuse_what_they_do_not_know():
    visits = kosar.Visits(events(SEEN))
    with pytest.raises(kosar.UnknownIdError, match="unknown customer 'bob'"):
        visits.recently_viewed(customer="bob")
    for ask in (visits.recently_viewed, visits.continue_shopping):
        for customer in (None, "ann"):
            with pytest.raises(kosar.UnknownIdError, match="unknown session 'v7'"):
                ask(customer=customer, session="v7")
    with pytest.raises(kosar.ParamTypeError, match="ongoing must hold dicts"):
        visits.recently_viewed(ongoing=["tea"])
    with pytest.raises(kosar.ParamError, match="kind must be one of view"):
        visits.recently_viewed(ongoing=[{"item": "tea", "time": "1970-01-03", "kind": "stare"}])
    with pytest.raises(kosar.ParamTypeError, match="Visits needs an EventLog"):
        kosar.Visits(log(rows()))


def test_events_count_those_who_did_them():
    model = kosar.Popularity().fit(events(SEEN), groups={"g": {"ann": "x"}})
    assert [(one.item, one.score) for one in model.recommend(2)] == [("mug", 2.0), ("gourd", 1.0)]
    assert items(model.recommend_for_customer("ann")) == ["mug", "gourd", "pot"]
    assert items(kosar.Popularity(kinds=["add_to_cart"]).fit(events(SEEN)).recommend()) == ["pot"]
    assert items(model.forget("ann").recommend()) == ["mug"]
    with pytest.raises(kosar.ParamError, match="log must be left out for a model of events"):
        model.update(log(rows()))
    with pytest.raises(kosar.ParamError, match="kinds must be left out for a log of orders"):
        kosar.Popularity(kinds=["view"]).fit(log(rows()))
    with pytest.raises(kosar.ParamError, match="groups must be named customer by customer"):
        kosar.Popularity().fit(events(SEEN), groups={"g": "country"})
    with pytest.raises(kosar.ParamError, match="kind must be one of view"):
        kosar.Popularity(kinds=["stare"]).fit(events(SEEN))
