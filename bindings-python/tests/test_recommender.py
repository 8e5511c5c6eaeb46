"""The recommender from Python: placements, rules, live changes, files."""

import datetime as dt
import json
import pickle
import threading

import kosar
import pytest
from conftest import SHOP
from sklearn.base import clone

RULES = {"caps": [{"by": {"category": 1}, "max": 3}], "diversity": 0.2}


def placements(recommender, customer="C00003", n=6):
    items = [answer.item for answer in recommender.trending(30)]
    return {
        "similar": recommender.similar(items[0], n, customer=customer),
        "bought_together": recommender.bought_together(items[:2], n, customer=customer),
        "for_customer": recommender.for_customer(customer, n),
        "next_in_session": recommender.next_in_session(items[3:5], n),
        "trending": recommender.trending(n),
        "rerank": recommender.rerank(items, customer=customer, n=n),
    }


def plain(answers):
    return [(answer.item, answer.score, answer.step, answer.reason.data) for answer in answers]


def test_every_placement_gives_as_many_as_asked(fitted):
    for name, answers in placements(fitted).items():
        assert len(answers) == 6, name
        assert len({answer.item for answer in answers}) == 6, name
        scores = [answer.score for answer in answers]
        assert scores == sorted(scores, reverse=True), name
        assert all(0 <= score <= 1 for score in scores), name
    assert fitted.for_customer("C00003", 0) == []
    assert 1 <= len(fitted.buy_again("C00003", 3)) <= 3


def test_an_answer_is_taken_apart_and_tells_why(fitted):
    answer = fitted.similar(fitted.trending(1)[0].item, 1)[0]
    item, score, reason = answer
    assert (item, score, reason) == (answer.item, answer.score, answer.reason)
    assert answer.step == "item"
    assert reason.kind == "similar"
    assert 5 <= reason.customers <= reason.of
    assert str(answer) == str(reason)
    assert str(reason.customers) in str(reason)
    assert answer.sql.startswith("WITH bought AS")
    assert item in answer.sql
    assert repr(answer).startswith(f"Answer('{item}', 1.000, 'item': '")
    assert pickle.loads(pickle.dumps([answer, reason])) == [answer, reason]
    assert len({answer, pickle.loads(pickle.dumps(answer))}) == 1
    pinned = kosar.Recommender(rules={"pins": [{"item": item, "position": 1}]})
    pinned = pinned.fit(kosar.datasets.shop(lines=2_000)).trending(1)[0]
    assert (pinned.item, pinned.step, pinned.sql) == (item, "pinned", None)


def test_times_of_reasons_are_datetimes(fitted, sources):
    again = fitted.buy_again("C00003", 1)[0]
    bought = again.reason.last
    assert again.reason.kind == "repeat"
    assert bought.tzinfo is dt.UTC
    first, last = sources.log.span
    assert first <= bought <= last


def test_filters_hold(fitted, sources):
    best = [answer.item for answer in fitted.for_customer("C00003", 5)]
    rest = fitted.for_customer("C00003", 5, exclude=best[:1], cart=best[1:2])
    assert not {*best[:2]} & {answer.item for answer in rest}
    only = sources.catalog.items[:7]
    assert {answer.item for answer in fitted.trending(7, only=only)} == set(only)
    category = sources.catalog.categories_of(best[0])[0].split("/")[0]
    for like in ({"category": category}, json.dumps({"category": category})):
        found = fitted.for_customer("C00003", 5, like=like)
        assert len(found) == 5
        within = set(sources.catalog.items_in(category))
        assert {answer.item for answer in found} <= within
    cooled = kosar.Recommender(rules={"cool_down_days": 2.0}).fit(sources.log, catalog=sources.catalog)
    top, now = cooled.trending(1)[0].item, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    shown = [(top, now - dt.timedelta(days=1))]
    assert top not in [answer.item for answer in cooled.trending(5, now=now, shown=shown)]
    assert top in [answer.item for answer in cooled.trending(5, now="2026-01-03", shown=shown)]


def test_what_is_not_known_falls_back(fitted):
    anybody = fitted.for_customer("nobody", 8)
    assert len(anybody) == 8
    assert plain(anybody) == plain(fitted.for_customer("nobody else", 8))
    assert len(fitted.similar("no such item", 8)) == 8
    assert len(fitted.next_in_session(session_id=-1, n=8)) == 8


def test_a_session_is_known_by_its_items_or_its_id(fitted, sources):
    session = sources.events.session_ids[-1]
    rows = [row for row in sources.events.to_table() if row["session_id"] == session]
    seen = fitted.recently_viewed(50, session_id=session)
    assert seen
    for answer in seen:
        reason, looks = answer.reason, [row for row in rows if row["item"] == answer.item]
        assert reason.kind == "viewed"
        assert reason.views <= len(looks)
        assert reason.last in [row["time"] for row in looks]
    assert plain(fitted.next_in_session(session_id=session)) != plain(fitted.next_in_session())
    item = fitted.trending(1)[0].item
    assert [answer.item for answer in fitted.recently_viewed(session=[item])] == [item]


def test_rerank_categories_and_contents(fitted, sources):
    items = [answer.item for answer in fitted.trending(12)]
    assert [answer.item for answer in fitted.rerank(items, weight=0.0)] == items
    assert len(fitted.rerank(iter(items), customer="C00003", weight=1)) == 12
    categories = fitted.categories(3, customer="C00003")
    assert len(categories) == 3
    assert categories[0].share >= categories[1].share > 0
    contents = [
        {"id": name, "about": {"category": name}, "priority": 1 + place / 10}
        for place, name in enumerate(category.category for category in categories)
    ]
    choice = fitted.choose("hero", contents, customer="C00003")
    assert choice.slot == "hero"
    assert choice.content in {content["id"] for content in contents}
    assert choice.propensity == 1.0
    assert choice.explored is False
    assert fitted.choose("hero", []) is None


def test_rules_are_changed_live(recommender, sources):
    free = recommender.for_customer("C00003", 9)
    recommender.set_rules(RULES)
    assert recommender.rules == RULES
    assert recommender.rules_["caps"] == RULES["caps"]
    capped = recommender.for_customer("C00003", 9)
    assert plain(capped) != plain(free)
    first = [sources.catalog.categories_of(answer.item)[0].split("/")[0] for answer in capped]
    assert max(first.count(name) for name in first) <= 3
    with pytest.raises(kosar.ParamError, match=r"rules at boosts\[0\].factor: it must be above 0"):
        recommender.set_rules({"boosts": [{"items": {"tag": "new"}, "factor": 0}]})
    assert plain(recommender.for_customer("C00003", 9)) == plain(capped)
    recommender.set_rules(None)
    assert plain(recommender.for_customer("C00003", 9)) == plain(free)


def test_stock_and_catalogue_are_changed_live(recommender, sources):
    best = recommender.trending(1)[0].item
    in_stock = {"filters": [{"only": {"in_stock": True}}]}
    with pytest.raises(kosar.ParamError, match="stock"):
        recommender.set_rules(in_stock)
    recommender.set_stock(dict.fromkeys(sources.catalog.items, 2.5))
    recommender.set_rules(in_stock)
    assert recommender.trending(1)[0].item == best
    recommender.set_stock({best: 0})
    assert recommender.trending(1)[0].item != best
    left = plain(recommender.trending(9))
    recommender.set_catalog(sources.catalog)
    assert plain(recommender.trending(9)) == left
    with pytest.raises(kosar.UnknownIdError, match="no such"):
        recommender.set_stock({"no such": 1})


def test_updates_and_forgetting_equal_a_fit(sources):
    middle = sources.log.span[1] - dt.timedelta(days=30)
    start, rest = sources.log.before(middle), sources.log.after(middle)
    recommender = kosar.Recommender().fit(start, catalog=sources.catalog)
    version = recommender.version
    report = recommender.update(rest)
    assert (report["orders"], report["repeated_orders"]) == (rest.n_orders, 0)
    assert recommender.version > version
    whole = kosar.Recommender().fit(sources.log, catalog=sources.catalog)
    assert recommender.to_bytes() == whole.to_bytes()
    again = recommender.update(rest)
    assert again["orders"] == 0
    assert again["repeated_orders"] >= len(again["repeated"]) == 10
    assert recommender.update_events(sources.events)["events"] > 0
    who = next(who for who in sources.events.customers if who in sources.log.customers)
    receipt = recommender.forget(who)
    assert receipt["found"]
    assert receipt["orders"] > 0
    assert receipt["sessions"] > 0
    assert receipt["to_refresh"] == ["population"]
    assert recommender.forget(who)["found"] is False
    recommender.refresh()
    assert recommender.sweep() == 0
    without = kosar.Recommender().fit(
        sources.log.forget(who), events=sources.events.forget(who), catalog=sources.catalog
    )
    assert recommender.to_bytes() == without.to_bytes()
    assert who.encode() not in recommender.to_bytes()


def test_requests_go_on_while_it_learns(sources):
    middle = sources.log.span[1] - dt.timedelta(days=90)
    recommender = kosar.Recommender().fit(sources.log.before(middle), catalog=sources.catalog)
    learner = threading.Thread(target=recommender.update, args=(sources.log.after(middle),))
    before = plain(recommender.trending(5))
    learner.start()
    seen = []
    while learner.is_alive() or not seen:
        seen.append(plain(recommender.trending(5)))
    learner.join()
    after = plain(recommender.trending(5))
    assert before != after
    assert all(answers in (before, after) for answers in seen)


def test_a_customer_is_exported_and_profiled(recommender):
    export = recommender.export("C00003")
    assert json.loads(recommender.export_json("C00003")) == export == json.loads(json.dumps(export))
    columns = kosar.datasets.shop_columns(**SHOP)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    bought = [row for row in rows if row["customer"] == "C00003"]
    assert sum(len(order["lines"]) for order in export["orders"]) <= len(bought)
    assert {line["item"] for order in export["orders"] for line in order["lines"]} == {
        row["item"] for row in bought
    }
    times = {dt.datetime.fromisoformat(order["time"]).date() for order in export["orders"]}
    assert times == {row["time"].date() for row in bought}
    paid = sum(row["quantity"] * row["price"] for row in bought)
    assert sum(order["amount"] for order in export["orders"]) == pytest.approx(paid)
    profile = recommender.profile("C00003")
    assert profile["spent"] == pytest.approx(paid)
    assert profile["last_order"] == max(row["time"] for row in bought)
    rfm = kosar.Rfm().fit(kosar.datasets.shop(**SHOP))
    scores = next(row for row in rfm.table_ if row["customer"] == "C00003")
    assert profile["rfm"] == {
        "recency": scores["R_score"],
        "frequency": scores["F_score"],
        "monetary": scores["M_score"],
        "segment": scores["segment"],
    }
    assert export["profile"]["rfm"] == profile["rfm"]
    recommender.forget("C00003")
    for ask in (recommender.export, recommender.export_json, recommender.profile):
        with pytest.raises(kosar.UnknownIdError, match="C00003"):
            ask("C00003")


def test_levels_and_consent(sources):
    ids = [row["customer"] for row in kosar.Rfm().fit(sources.log).table_]
    people = {
        "id": ids,
        "land": ["HU" if place % 2 else "AT" for place, _ in enumerate(ids)],
        "level": ["none" if who == "C00003" else "full" for who in ids],
        "may": [who != "C00004" for who in ids],
    }
    customers = kosar.Customers.from_frame(
        people, customer="id", attributes=["land", "level"], consent={("web", "profiling"): "may"}
    )
    recommender = kosar.Recommender(segment_by="land", level_by="level", consent=("web", "profiling"))
    recommender.fit(sources.log, catalog=sources.catalog, customers=customers)
    anybody = plain(recommender.for_customer("nobody"))
    assert plain(recommender.for_customer("C00003")) == anybody
    assert plain(recommender.for_customer("C00004")) == anybody
    assert recommender.profile("C00003")["level"] == "none"
    assert recommender.profile("C00005")["segment"] in {"HU", "AT"}
    recommender.set_level("C00003", "full")
    assert plain(recommender.for_customer("C00003")) != anybody
    with pytest.raises(kosar.ParamError, match="level must be one of none, session, full"):
        recommender.set_level("C00003", "some")
    with pytest.raises(kosar.ParamError, match="segment_by"):
        recommender.set_params(segment_by="city").fit(sources.log, customers=customers)
    with pytest.raises(kosar.ParamError, match="consent must be a channel and a purpose"):
        kosar.Recommender(consent=("web",)).fit(sources.log, customers=customers)


def test_files_and_pickles_answer_the_same(fitted, tmp_path):
    path = tmp_path / "shop.kosar"
    fitted.save(path)
    copies = [
        kosar.load(path),
        kosar.Recommender.load(path),
        kosar.Recommender.from_bytes(fitted.to_bytes()),
        pickle.loads(pickle.dumps(fitted)),
    ]
    for copy in copies:
        assert isinstance(copy, kosar.Recommender)
        for name, answers in placements(copy).items():
            assert plain(answers) == plain(placements(fitted)[name])
    with pytest.raises(kosar.ModelFileError, match="recommender"):
        kosar.Popularity.load(path)


def test_a_file_has_its_parameters_and_rules(sources):
    params, rules = {"min_customers": 3, "blend": {"loyal": {"repeat": 2.0}}}, json.dumps(RULES)
    recommender = kosar.Recommender(params=params, rules=rules).fit(sources.log, catalog=sources.catalog)
    assert clone(recommender).get_params() == recommender.get_params()
    loaded = kosar.Recommender.from_bytes(recommender.to_bytes())
    assert loaded.params["min_customers"] == 3
    assert loaded.params["blend"]["loyal"]["repeat"] == 2.0
    assert set(loaded.params) == {"min_customers", "blend"}
    assert loaded.rules == RULES
    assert "min_customers" in repr(loaded)
    again = clone(loaded).fit(sources.log, catalog=sources.catalog)
    assert again.to_bytes() == recommender.to_bytes()


def test_a_serving_file_names_no_customer(fitted, sources):
    data = fitted.to_bytes(histories=False)
    assert b"C00003" in fitted.to_bytes()
    customers = {row["customer"] for row in kosar.Rfm().fit(sources.log).table_}
    assert not [who for who in customers if who.encode() in data]
    serving = kosar.Recommender.from_bytes(data)
    assert fitted.has_histories
    assert not serving.has_histories
    item = fitted.trending(1)[0].item
    assert plain(serving.similar(item, 3)) == plain(fitted.similar(item, 3))
    for refused in (lambda: serving.update(sources.log), lambda: serving.export("C00003"), serving.refresh):
        with pytest.raises(kosar.NoHistoriesError):
            refused()


def test_one_takes_the_place_of_another(recommender, sources):
    other = kosar.Recommender(rules=RULES).fit(sources.log.before("2025-10-01"), catalog=sources.catalog)
    version = recommender.version
    recommender.replace(other)
    assert recommender.version > version
    assert recommender.rules == RULES
    assert plain(recommender.trending()) == plain(other.trending())
    with pytest.raises(kosar.ParamTypeError, match="needs a Recommender"):
        recommender.replace(None)


def test_tuned_weights_find_at_least_as_much(sources):
    recommender = kosar.Recommender(params={"min_customers": 3})
    given = {"events": sources.events, "catalog": sources.catalog, "max_customers": 150, "seed": 7}
    tuned = recommender.tune(sources.log, "2025-12-01", **given)
    assert recommender.params == tuned["params"]
    assert tuned["params"]["min_customers"] == 3
    assert {level["level"] for level in tuned["levels"]} <= {"new", "regular", "loyal"}
    assert 0 < sum(level["customers"] for level in tuned["levels"]) <= 150
    for level in tuned["levels"]:
        assert 0 <= level["recall_before"] <= level["recall_after"] <= 1
    assert any(level["recall_before"] < level["recall_after"] for level in tuned["levels"])
    # From the weights found on, the same customers are found as well, or better.
    again = recommender.tune(sources.log, dt.date(2025, 12, 1), **given)
    for before, after in zip(tuned["levels"], again["levels"], strict=True):
        assert after["recall_before"] == before["recall_after"]
    recommender.fit(sources.log, catalog=sources.catalog)
    assert kosar.Recommender.from_bytes(recommender.to_bytes()).params["blend"] == again["params"]["blend"]


def test_what_became_otherwise_names_the_orders(sources):
    cut = sources.log.span[1] - dt.timedelta(days=30)
    old = kosar.Recommender().fit(sources.log.before(cut), catalog=sources.catalog)
    new = kosar.Recommender.from_bytes(old.to_bytes())
    item = old.trending(1)[0].item
    some = {"items": [item], "customers": ["C00003"]}
    assert new.diff(old) == new.diff(old, **some) == []
    partner = next(one for one in sources.catalog.items if one not in [a.item for a in old.similar(item, 50)])
    assert partner != item
    orders = {f"new {who}": [item, partner] for who in range(60)}
    rows = [(f"W{order}", order, one) for order, items in orders.items() for one in items]
    who, order, one = zip(*rows, strict=True)
    bought = {
        "customer": who,
        "order": order,
        "item": one,
        "time": [cut] * len(rows),
        "price": [2.5] * len(rows),
    }
    new.update(kosar.OrderLog.from_frame(bought, **{name: name for name in bought}))
    changes = {change["placement"]: change for change in new.diff(old, **some) if change["of"] == item}
    assert set(changes) == {"similar", "bought_together"}
    for change in changes.values():
        assert partner in change["entered"]
        assert (change["orders_added"], change["orders_removed"]) == (60, 0)
        assert len(change["orders"]) == 10
        assert set(change["orders"]) <= set(orders)
    back = next(change for change in old.diff(new, **some) if change["placement"] == "similar")
    assert partner in back["left"]
    assert (back["orders_added"], back["orders_removed"]) == (0, 60)
    short = new.diff(old, n=1, items=iter([item]))
    assert all(len(change["entered"]) <= 1 for change in short)
    assert new.diff(old, items=[], n=0) == []


def test_readiness_counts(fitted, sources):
    ready = fitted.readiness()
    assert ready["orders"] == sources.log.n_orders
    rows = {row["placement"]: row for row in ready["placements"]}
    assert 0 < rows["similar"]["ready"] <= rows["similar"]["total"]


def test_a_recommender_is_evaluated_as_any_model(sources):
    split = kosar.evaluate.temporal_split(sources.log, last_days=60)
    recommender = kosar.Recommender().fit(split.train, catalog=sources.catalog)
    lists = {who: [answer.item for answer in recommender.for_customer(who, 10)] for who in split.customers}
    found, expected = (
        kosar.evaluate.evaluate(model, split, k=10, metrics=["recall@10", "ndcg@10"])
        for model in (recommender, lists)
    )
    for metric in ("recall@10", "ndcg@10"):
        assert found[metric] == pytest.approx(expected[metric])
    assert found["recall@10"] > 0
    both = kosar.evaluate.compare({"own": recommender, "unfitted": kosar.Recommender()}, split, k=10)
    assert both.names == ["popularity", "own", "unfitted"]
    grid = {"params": [None, {"neighbors": 5}]}
    tuned = kosar.evaluate.tune(kosar.Recommender(), grid, split, metric="recall@10", n_resamples=0)
    assert len(tuned.evaluations) == 2


def test_a_file_without_histories_is_not_personal(fitted):
    assert all(row["is_possible"] for row in fitted.readiness()["placements"])
    serving = kosar.Recommender.from_bytes(fitted.to_bytes(histories=False))
    ready = serving.readiness()
    rows = {row["placement"]: row for row in ready["placements"]}
    assert not ready["has_histories"]
    assert rows["similar"]["is_possible"]
    assert rows["similar"]["ready"] > 0
    assert not rows["for_customer"]["is_possible"]
    assert rows["for_customer"]["total"] == 0
    with pytest.raises(kosar.NoHistoriesError, match="without histories, which a refresh needs"):
        serving.refresh()


def test_how_much_is_compared_is_bounded(sources):
    cut = sources.log.span[1] - dt.timedelta(days=30)
    old = kosar.Recommender().fit(sources.log.before(cut))
    new = kosar.Recommender.from_bytes(old.to_bytes())
    new.update(sources.log.after(cut))
    items = {change["of"] for change in new.diff(old)} - {None}
    assert 1 < len(items) <= 100
    assert len({change["of"] for change in new.diff(old, top=1)} - {None}) <= 1
    few = {(change["placement"], change["of"]): change for change in new.diff(old, latest_purchases=1)}
    assert len(few) == len(new.diff(old))
    assert all(change["orders_removed"] == 0 for change in few.values())
    with pytest.raises(kosar.ParamError, match="latest_purchases must be at least 1, got 0"):
        new.diff(old, latest_purchases=0)
