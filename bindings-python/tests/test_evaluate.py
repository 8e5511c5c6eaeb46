"""Popularity, splits, evaluations, comparisons, choices."""

import math
import sys
import warnings

import kosar
import numpy as np
import pytest
from kosar.evaluate import (
    METRICS,
    Split,
    by_customer,
    compare,
    evaluate,
    leave_last_basket,
    leave_one_out,
    temporal_split,
    tune,
)


def pairs(rows):
    customers, items = zip(*rows, strict=True)
    frame = {"c": list(customers), "i": list(items)}
    return kosar.OrderLog.from_frame(frame, customer="c", item="i")


@pytest.fixture
def small():
    """Customer 1 bought 10 and 20 and wants 30; 2 bought 10 and wants 20 and 40; 3 has all."""
    train = pairs([(1, 10), (1, 20), (2, 10), (3, 10), (3, 20), (3, 30), (3, 40)])
    return Split.from_logs(train, pairs([(1, 30), (1, 10), (2, 20), (2, 40), (4, 10), (3, 10)]))


@pytest.fixture(scope="module")
def split():
    return temporal_split(kosar.datasets.shop(lines=20_000, seed=3), last_days=60)


def test_popularity(shop):
    model = kosar.Popularity(half_life_days=30, as_of="2025-12-01").fit(shop)
    best = model.recommend(n=3)
    assert [r.score for r in best] == sorted((r.score for r in best), reverse=True)
    assert best[0].reason.kind == "popular"
    assert str(best[0].reason) == f"bought by {best[0].reason.count}"
    assert [r.item for r in model.recommend(n=2, exclude=[best[0].item])] == [best[1].item, best[2].item]
    assert [r.item for r in model.recommend(n=9, only=[best[2].item])] == [best[2].item]
    customer = model.customers_[5]
    items, scores = model.recommend_all(4)
    mine = model.recommend_for_customer(customer, 4)
    assert list(items[5]) == [r.item for r in mine]
    assert list(scores[5]) == [r.score for r in mine]
    assert len(model.counts_) == len(model.items_)
    assert model.as_of_.year == 2025
    assert model.recommend(n=3, exclude=["nothing"]) == best
    assert model.recommend(only=["nothing"]) == []
    with pytest.raises(kosar.ParamError, match="half_life_days must be above 0"):
        kosar.Popularity(half_life_days=0).fit(shop)


def test_a_split_tells_what_it_asks_for(small):
    assert small.customers == [1, 2, 3]
    assert (small.truth(1), small.truth(2), small.truth(3)) == ([30], [20, 40], [])
    assert (small.history(1), small.history(2)) == ([10, 20], [10])
    assert small.counts == {
        "customers": 3,
        "without_truth": 1,
        "pairs": 3,
        "unknown_customers": 1,
        "unknown_pairs": 0,
        "repeated_pairs": 2,
        "anonymous_orders": 0,
    }
    assert "3 customers" in repr(small)
    assert "1 customers unknown to training" in str(small)
    with pytest.raises(kosar.UnknownIdError):
        small.truth(9)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_lists_of_any_origin_are_measured_alike(small, k):
    lists = {1: [30, 99], 2: [99, 40, 20], 3: []}
    forms = [
        lists,
        [lists[c] for c in small.customers],
        lambda c: np.array(lists[c], dtype="int64"),
        {c: (np.int64(i) for i in items) for c, items in lists.items()},
    ]
    found = [evaluate(form, small, k=k) for form in forms]
    assert len({repr(one) for one in found}) == 1
    gains = {1: (1.0, 0.0), 2: (1.0, 1 / math.log2(3) / (1 + 1 / math.log2(3))), 5: None}
    one = found[0]
    assert one.n_customers == 3
    assert one.n_empty == 1
    assert one["recall"] == pytest.approx({1: (1 + 0) / 2, 2: (1 + 0.5) / 2, 5: 1.0}[k])
    if gains[k]:
        assert one[f"ndcg@{k}"] == pytest.approx(sum(gains[k]) / 2)
    rows = one.per_customer("recall").to_dicts()
    assert [row["customer"] for row in rows] == [1, 2, 3]
    assert math.isnan(rows[2]["value"])
    row = next(row for row in one.table if row["metric"] == f"recall@{k}")
    assert (row["n"], row["n_undefined"]) == (2, 1)


def test_ndcg_is_that_of_scikit_learn(split):
    from sklearn.metrics import ndcg_score

    model = kosar.Popularity().fit(split.train)
    values = evaluate(model, split, metrics=["ndcg@10"], n_resamples=0).per_customer("ndcg@10")
    items = {item: at for at, item in enumerate(split.train.items)}
    order = [r.item for r in model.recommend(len(items))]
    for customer, value in zip(values["customer"], values["value"], strict=True):
        wanted, owned = split.truth(customer), set(split.history(customer))
        if not wanted:
            assert math.isnan(value)
            continue
        relevance, score = np.zeros((1, len(items))), np.zeros((1, len(items)))
        relevance[0, [items[item] for item in wanted]] = 1
        for place, item in enumerate(order):
            score[0, items[item]] = len(order) - place if item not in owned else -place
        assert value == pytest.approx(ndcg_score(relevance, score, k=10, ignore_ties=True))


def test_models_are_measured_as_they_serve(split):
    models = {
        "similar": kosar.ItemSimilarity(),
        "rules": kosar.AssociationRules(min_support=10, min_confidence=0.1),
        "recent": kosar.Popularity(half_life_days=20),
    }
    found = compare(models, split, k=10, n_resamples=200)
    assert found.names == ["popularity", *models]
    similar = kosar.ItemSimilarity().fit(split.train)
    served = evaluate(lambda customer: similar.recommend(customer=customer, n=10), split, k=10)
    assert found["similar"]["ndcg@10"] == served["ndcg@10"]
    assert found["similar"].interval("recall@10")[0] < found["similar"]["recall@10"]
    table = found.to_pandas()
    assert set(table["verdict"]) <= {"better", "worse", "higher", "lower", "undecided"}
    base = table[table["model"] == "popularity"]
    assert (base["difference"] == 0).all()
    to_similar = found.table_to("similar").to_pandas()
    assert (to_similar[to_similar["model"] == "similar"]["difference"] == 0).all()
    assert found.best("ndcg") == max(found.names, key=lambda name: found[name]["ndcg@10"])
    lines = repr(found).splitlines()
    assert lines[1].startswith("popularity")
    assert len(lines) == 6


def test_revenue_and_categories(split):
    model = kosar.Popularity().fit(split.train)
    found = evaluate(model, split, metrics=["revenue", "category_diversity"], catalog=catalog(split), k=5)
    assert found["revenue@5"] > 0
    assert 0 <= found["category_diversity@5"] <= 1
    with pytest.raises(kosar.ParamError, match="without a catalogue"):
        evaluate(model, split, metrics=["category_diversity"])
    assert len(evaluate(model, split).table) == len(METRICS) - 1


def catalog(split):
    items = split.train.items
    return kosar.Catalog.from_frame(
        {"item": items, "category": [item[:3] for item in items]}, item="item", category="category"
    )


def test_other_splits(shop):
    last = leave_last_basket(shop)
    one = leave_one_out(shop)
    drawn = leave_one_out(shop, pick="random", seed=4)
    held = by_customer(shop, share=0.2, seed=4)
    assert all(len(one.truth(c)) <= 1 and len(drawn.truth(c)) <= 1 for c in one.customers)
    assert not set(held.customers) & set(held.train.customers)
    for split in (last, one, drawn, held):
        assert split.counts["pairs"] > 0
        assert evaluate(kosar.ItemSimilarity(), split, metrics=["hit_rate@20"])["hit_rate@20"] > 0


def test_tune(split):
    grid = {"neighbors": [1, 20, 100], "measure": ["cosine", "jaccard"]}
    found = tune(kosar.ItemSimilarity(max_history=50), grid, split.train, metric="recall", k=10)
    assert len(found.points) == 6
    assert found.metric == "recall@10"
    assert found.best_params == max(
        found.points, key=lambda point: found.evaluations[found.points.index(point)]["recall@10"]
    )
    params = found.best_model.get_params()
    assert {name: params[name] for name in ("measure", "neighbors", "unit", "max_history")} == {
        "measure": found.best_params["measure"],
        "neighbors": found.best_params["neighbors"],
        "unit": "customer",
        "max_history": 50,
    }
    assert found.to_pandas().columns[0] == "neighbors"
    assert len(found.to_dicts()) == 6
    assert "best of 6 points" in repr(found)
    # What was chosen on does not reach the end of the training part.
    inner = temporal_split(split.train, fraction=0.2)
    assert found.evaluations[0].n_customers == inner.counts["customers"]
    some = tune(kosar.ItemSimilarity(), grid, inner, metric="mrr", max_points=2, seed=1, progress=True)
    assert len(some.points) == 2


def test_tune_does_without_tqdm(split, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    found = tune(kosar.Popularity(), {"half_life_days": [10.0, None]}, split.train, progress=True)
    assert found.best_params["half_life_days"] in (10.0, None)


def test_a_model_fitted_on_the_whole_log_is_warned_of(small):
    whole = kosar.Popularity().fit(pairs([(1, 10), (2, 50), (2, 60)]))
    words = "the model names 2 items that the training part of the split has not, such as 50"
    with pytest.warns(kosar.ParamWarning, match=words) as caught:
        found = evaluate(whole, small, k=1)
    assert caught[0].filename == __file__
    assert len(found.notes) == 1
    with pytest.warns(kosar.ParamWarning, match=f"'whole': {words}"):
        compare({"whole": whole}, small)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert evaluate(kosar.Popularity().fit(small.train), small).notes == []
        assert compare({"fitted here": kosar.Popularity()}, small)["fitted here"].notes == []


def test_a_comparison_reads_as_a_table(small):
    found = compare({"again": kosar.Popularity()}, small, metrics=["recall@1"], n_resamples=0)
    head, *models, legend = repr(found).splitlines()
    assert head.split() == ["recall@1"]
    assert models == [f"{name:<10}  {found[name]['recall@1']:.4f}" for name in ["popularity", "again"]]
    assert legend == "+ better or higher than popularity, - worse or lower"


def test_what_is_wrong_is_named(small, split, shop):
    model = kosar.Popularity().fit(small.train)
    cases = [
        (lambda: temporal_split(shop), kosar.ParamError, "exactly one of at, last_days, fraction"),
        (lambda: temporal_split(shop, at="2025-01-01", last_days=3), kosar.ParamError, "got 2"),
        (lambda: temporal_split(shop, last_days=-1), kosar.ParamError, "last_days must be above 0"),
        (lambda: temporal_split(shop, last_days=6000), kosar.ParamError, "got 6000: no order is before"),
        (lambda: temporal_split(shop, last_days=6000), kosar.ParamError, "the log spans 20.* to 20"),
        (lambda: temporal_split(shop, at="2099-01-01"), kosar.ParamError, "no order is at or after 2099"),
        (lambda: tune(model, {}, shop, last_days=6000), kosar.ParamError, "the log spans"),
        (
            lambda: evaluate(model, Split.from_logs(small.train, pairs([(9, 10)]))),
            kosar.ParamError,
            "split must ask about at least one customer, got none: 1 customers",
        ),
        (lambda: compare({}, small).best("mrr@7"), kosar.UnknownIdError, "'mrr@7'; there are: recall@20"),
        (lambda: temporal_split(small.train, last_days=1), kosar.MissingColumnError, "no time column"),
        (lambda: temporal_split([1], last_days=1), kosar.ParamTypeError, "log must be an OrderLog"),
        (
            lambda: temporal_split(shop, last_days=1, unknown_items="keep"),
            kosar.ParamError,
            "unknown_items must be one of drop, miss",
        ),
        (lambda: leave_one_out(shop, pick="any"), kosar.ParamError, "pick must be one of"),
        (lambda: by_customer(shop, share=2), kosar.ParamError, "share must be above 0"),
        (lambda: evaluate(model, shop), kosar.ParamTypeError, "split must be a Split"),
        (lambda: evaluate(3, small), kosar.ParamTypeError, "model must be a kosar model"),
        (lambda: evaluate(kosar.Rfm(), split), kosar.ParamTypeError, "one that recommends"),
        (lambda: evaluate([[1]], small), kosar.ParamError, "a list for each of the 3 customers"),
        (lambda: evaluate({1: "ab"}, small), kosar.IdTypeError, "items must be a list of ids"),
        (lambda: evaluate({"1": [10]}, small), kosar.IdTypeError, "customer ids are integer here"),
        (lambda: evaluate({1: ["10"]}, small), kosar.IdTypeError, "item ids are integer here"),
        (lambda: evaluate(model, small, k=0), kosar.ParamError, "k must be at least 1, got 0"),
        (lambda: evaluate(model, small, metrics="recall"), kosar.ParamTypeError, "metrics must be a list"),
        (lambda: evaluate(model, small, metrics=["recal"]), kosar.ParamError, "metric must be one of recall"),
        (lambda: evaluate(model, small, metrics=["revenue"]), kosar.MissingColumnError, "no price column"),
        (lambda: evaluate(model, small, confidence=0), kosar.ParamError, "confidence must be above 0"),
        (lambda: evaluate(model, small)["mrr@7"], kosar.UnknownIdError, "mrr@7"),
        (lambda: compare([model], small), kosar.ParamTypeError, "models must be a dict"),
        (lambda: compare({"popularity": model}, small), kosar.ParamError, "'popularity' twice"),
        (lambda: compare({}, small)["x"], kosar.UnknownIdError, "unknown model 'x'"),
        (lambda: tune(model, {"half_life_days": []}, small), kosar.ParamError, "at least 1, got 0"),
        (lambda: tune(model, {"half_life": [1]}, small), kosar.ParamError, "has no parameter 'half_life'"),
        (lambda: tune(model, {"half_life_days": 1}, small), kosar.ParamTypeError, "a list of values"),
        (lambda: tune(model, [1], small), kosar.ParamTypeError, "grid must be a dict"),
        (lambda: tune(model, {}, small, last_days=3), kosar.ParamError, "split already"),
        (lambda: tune(model, {}, small, metric="novelty"), kosar.ParamError, "more is better"),
    ]
    for call, error, words in cases:
        with pytest.raises(error, match=words):
            call()
