import datetime as dt
import math
import sys

import kosar
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

MODELS = {
    "FrequentItemsets": lambda: kosar.FrequentItemsets(min_support=0.01),
    "AssociationRules": lambda: kosar.AssociationRules(min_support=0.005, min_confidence=0.1),
    "TemporalRules": lambda: kosar.TemporalRules(within_days=30),
    "ItemSimilarity": lambda: kosar.ItemSimilarity(neighbors=20),
    "Ease": lambda: kosar.Ease(l2=20),
    "GraphFilter": lambda: kosar.GraphFilter(factors=8),
    "NextBasket": kosar.NextBasket,
    "Rfm": kosar.Rfm,
    "CustomerClusters": lambda: kosar.CustomerClusters(n_clusters=3),
}


def refused(call, *args, match, **kwargs):
    with pytest.raises(kosar.ParamError, match=match) as failure:
        call(*args, **kwargs)
    assert failure.value.code == "KOSAR_PARAM"
    assert isinstance(failure.value, ValueError)


@pytest.mark.parametrize("name", MODELS)
def test_fit_returns_the_model_and_wants_a_log(shop, name):
    model = MODELS[name]()
    assert model.fit(shop) is model
    with pytest.raises(kosar.ParamTypeError, match=f"{name}.fit needs an OrderLog, got DataFrame"):
        model.fit(pd.DataFrame())


@pytest.mark.parametrize("name", [*MODELS, "KMeans"])
def test_a_model_not_fitted_says_so(name):
    model = MODELS[name]() if name in MODELS else kosar.KMeans(2)
    names = [n for n in dir(type(model)) if n.endswith("_") and not n.startswith("_")]
    assert names
    for attribute in names:
        assert not hasattr(model, attribute)
        with pytest.raises(kosar.NotFittedError, match=f"this {name} is not fitted yet") as failure:
            getattr(model, attribute)
        assert isinstance(failure.value, ValueError)
    with pytest.raises(kosar.NotFittedError):
        model.to_bytes()


def test_bad_parameters_are_refused_with_name_value_and_range(shop):
    def fit(kind, **params):
        return kind(**params).fit(shop)

    rules = {"min_support": 0.1}
    for kind, params, message in [
        (kosar.FrequentItemsets, {"min_support": 0}, "min_support must be a fraction .* got 0"),
        (kosar.FrequentItemsets, {"min_support": "0.1"}, r"min_support must be a number, got '0.1' \(str\)"),
        (kosar.FrequentItemsets, {"min_support": True}, r"got True \(bool\)"),
        (kosar.FrequentItemsets, {"min_support": math.nan}, "min_support must be .* got NaN"),
        (kosar.FrequentItemsets, {**rules, "max_len": 0}, "max_len must be at least 1, got 0"),
        (kosar.AssociationRules, {**rules, "max_len": -1}, "max_len must be at least 2, got -1"),
        (kosar.AssociationRules, {**rules, "max_rules": 2.5}, "max_rules must be a whole number, got 2.5"),
        (kosar.AssociationRules, {**rules, "min_confidence": 2}, "min_confidence must be from 0 to 1, got 2"),
        (kosar.AssociationRules, {**rules, "consequent": "all"}, "consequent must be one of single, any"),
        (kosar.AssociationRules, {**rules, "consequent": None}, r"consequent must be a string, got None"),
        (kosar.ItemSimilarity, {"neighbors": -3}, "neighbors must be at least 1, got -3"),
        (kosar.ItemSimilarity, {"neighbors": None}, "neighbors must be a whole number, got None"),
        (kosar.ItemSimilarity, {"neighbors": 2**70}, "neighbors must be from 0 to "),
        (kosar.ItemSimilarity, {"max_history": 0}, "max_history must be at least 1, got 0"),
        (kosar.ItemSimilarity, {"unit": "household"}, "unit must be one of customer, order"),
        (kosar.Rfm, {"as_of": "2025-01-01T12:00"}, "as_of must be a midnight in UTC"),
        (kosar.Rfm, {"as_of": "tomorrow"}, "as_of must be a date .* got 'tomorrow'"),
        (kosar.Rfm, {"as_of": 5}, "as_of must be a date"),
        (kosar.Rfm, {"scores": "best"}, "scores must be one of quantile, rank, jenks, nested, got 'best'"),
        (kosar.Rfm, {"scores": {"rank": 1}}, "scores may have the keys recency, frequency, monetary"),
        (kosar.Rfm, {"bins": 3}, "segments must be given one by one for bins other than the 5"),
        (kosar.Rfm, {"scores": [1, 2]}, "recency must have 4 cut points for 5 classes, got 2"),
        (kosar.Rfm, {"scores": {"monetary": [3, 2, 4, 5]}}, "of monetary must rise, got 2 after 3"),
        (kosar.Rfm, {"scores": {"recency": [1, 2, 3, math.nan]}}, "of recency must be finite, got NaN"),
        (kosar.Rfm, {"closed": "both"}, "closed must be one of right, left, got 'both'"),
        (kosar.Rfm, {"weights": (1, 1)}, r"weights must be three numbers, got \(1, 1\)"),
        (kosar.Rfm, {"weights": 3}, "weights must be three numbers, got 3"),
        (kosar.Rfm, {"weights": (1, -1, 1)}, "weights must be finite and at least 0, got -1"),
        (kosar.Rfm, {"other": ""}, "the name of a segment must be a text of at least one character"),
        (kosar.Rfm, {"other": "new"}, "segments must name each segment once, got 'new' twice"),
        (kosar.Rfm, {"cut_points": {"recency": [1]}}, "cut_points must be a dict of recency, frequency"),
        (kosar.Rfm, {"cut_points": {"recency": [1], "frequency": [1]}}, "recency must have 4 cut points"),
        (kosar.Rfm, {"segments": [{"name": "a", "r": (1, 5), "x": 1}]}, "a segment must be"),
        (kosar.Rfm, {"segments": [{"name": "a", "r": (1, 5), "f": (1, 5), "m": (1, 4)}]}, "R1 F1 M5 without"),
        (kosar.Rfm, {"bins": 300}, "bins must be from 0 to 255, got 300"),
        (kosar.Rfm, {"segments": "mine"}, "segments must be one of default, rfm-package, eleven, got 'mine'"),
        (kosar.Rfm, {"segments": [("a", (1, 5))]}, r"a segment must be \(name, .*got \('a'"),
        (kosar.Rfm, {"segments": 5}, "a segment must be"),
        (kosar.Rfm, {"segments": [("a", (1, 4), (1, 5))]}, "leaves R5 F1 without a segment"),
        (kosar.CustomerClusters, {"n_clusters": 0}, "n_clusters must be at least 1, got 0"),
        (kosar.CustomerClusters, {"n_clusters": 3, "seed": -1}, "seed must be at least 0, got -1"),
    ]:
        refused(fit, kind, match=message, **params)


def test_numpy_numbers_are_numbers(shop):
    model = kosar.ItemSimilarity(neighbors=np.int32(5)).fit(shop)
    assert len(model.similar(np.str_(model.items_[0]), n=np.uint8(3))) <= 3
    assert kosar.FrequentItemsets(min_support=np.float32(0.25)).fit(shop).n_baskets_ > 0


def test_ids_of_the_wrong_type_or_unknown(shop, breakfast):
    similarity = kosar.ItemSimilarity().fit(shop)
    rules = kosar.AssociationRules(min_support=0.1).fit(breakfast)
    rfm = kosar.Rfm().fit(shop)
    clusters = kosar.CustomerClusters(2).fit(shop)
    asks = {
        "item": [
            similarity.similar,
            lambda i: similarity.recommend(items=[i]),
            lambda i: rules.recommend([i]),
        ],
        "customer": [similarity.recommend, rfm.segment, rfm.customer, clusters.cluster, shop.forget],
    }
    for role, calls in asks.items():
        for ask in calls:
            with pytest.raises(kosar.UnknownIdError, match=f"^unknown {role} 'none'$"):
                ask("none")
            with pytest.raises(kosar.IdTypeError, match=f"{role} ids are string here, got the integer 5"):
                ask(5)
            for value in (True, 1.5, b"x", np.float64(1), np.True_, ["x"], 2**64):
                with pytest.raises(kosar.IdTypeError, match=f"{role} id must be"):
                    ask(value)
    with pytest.raises(kosar.IdTypeError, match="cart must be a list of ids, got 'bread'"):
        rules.recommend("bread")
    for n, message in [
        (-1, "n must be at least 0, got -1"),
        (1.5, "n must be a whole number"),
        (None, "n must"),
    ]:
        refused(rules.recommend, ["bread"], n, match=message)
        refused(similarity.recommend_all, n, match=message)


def test_rules(breakfast):
    model = kosar.AssociationRules(min_support=0.2, min_confidence=0).fit(breakfast)
    jam = next(r for r in model.rules_ if r["antecedent"] == ["jam"] and r["consequent"] == ["butter"])
    assert (jam["count"], jam["confidence"], jam["lift"]) == (2, 1.0, 2.5)
    found = model.recommend(["jam"], n=1)
    assert [(r.item, r.score) for r in found] == [("bread", 1.0)]
    assert model.recommend([]) == []
    assert model.recommend(iter(["jam"]), n=0) == []
    both = kosar.AssociationRules(min_support=2, consequent="any").fit(breakfast).rules_
    assert ["bread", "butter"] in both["consequent"]


def test_a_reason_is_data_and_a_sentence(breakfast):
    (found,) = kosar.AssociationRules(min_support=0.2).fit(breakfast).recommend(["butter"], n=1)
    reason = found.reason
    assert (reason.kind, reason.antecedent, reason.count) == ("rule", ["butter"], 4)
    assert reason.data == {"antecedent": ["butter"], "count": 4, "confidence": 1.0, "lift": reason.lift}
    assert str(reason) == "100 % of the butter baskets have it too (4 baskets, lift 1.7)"
    with pytest.raises(AttributeError, match="this reason has no 'neighbour'"):
        _ = reason.neighbour
    item, score, why = found
    assert (item, score, why) == ("bread", 1.0, reason)
    assert repr(found).startswith("Recommendation('bread', 1.000, '100 %")
    match found:
        case kosar.Recommendation("bread", score, _):
            assert score == 1.0
        case _:
            pytest.fail("a recommendation should match by position")
    with pytest.raises(AttributeError):
        found.item = "tea"


def test_a_budget_warns():
    log = kosar.datasets.shop(lines=2_000)
    with pytest.warns(kosar.PartialResultWarning, match="stopped at max_itemsets = 10"):
        model = kosar.FrequentItemsets(min_support=2, max_itemsets=10).fit(log)
    assert len(model.itemsets_) <= 10
    assert model.partial_.startswith("stopped")
    with pytest.warns(kosar.PartialResultWarning, match="stopped at max_rules = 3"):
        kosar.AssociationRules(min_support=5, min_confidence=0, max_rules=3).fit(log)


@pytest.mark.parametrize("integers", [True, False])
def test_recommend_all_is_recommend_for_each(shop, integers):
    if integers:
        columns = kosar.datasets.shop_columns(lines=2_000)
        number = {c: i for i, c in enumerate(sorted(set(columns["item"])))}
        columns["item"] = [number[item] for item in columns["item"]]
        shop = kosar.OrderLog.from_frame(
            columns, customer="customer", order="order", item="item", time="time"
        )
    model = kosar.ItemSimilarity(neighbors=3).fit(shop)
    items, scores = model.recommend_all(n=30)
    assert items.shape == scores.shape == (shop.n_customers, 30)
    assert items.dtype == (np.int64 if integers else object)
    empty = -1 if integers else None
    assert (items == empty).any()
    for row, customer in enumerate(model.customers_[:20]):
        found = model.recommend(customer, n=30)
        n = len(found)
        assert items[row].tolist() == [r.item for r in found] + [empty] * (30 - n)
        assert scores[row, :n].tolist() == [r.score for r in found]
        assert np.isnan(scores[row, n:]).all()
    assert model.recommend_all(n=0)[0].shape == (shop.n_customers, 0)


def test_recommend_takes_a_customer_or_items(shop):
    model = kosar.ItemSimilarity().fit(shop)
    refused(model.recommend, match="exactly one of customer and items must be given, got neither")
    refused(model.recommend, "C00001", ["x"], match="got both")
    by_order = kosar.ItemSimilarity(unit="order").fit(kosar.OrderLog.from_baskets([[1, 2], [1, 2], [3]]))
    assert [r.item for r in by_order.recommend(items=[1])] == [2]
    with pytest.raises(kosar.NoHistoriesError, match="without histories"):
        by_order.recommend(1)
    with pytest.raises(kosar.NoHistoriesError):
        by_order.recommend_all()
    with pytest.raises(kosar.MissingColumnError, match="the log has no customer column"):
        kosar.ItemSimilarity().fit(kosar.OrderLog.from_baskets([[1]]))


def test_rfm():
    log = kosar.datasets.corner_shop()
    rfm = kosar.Rfm().fit(log)
    assert rfm.as_of_ == dt.datetime(2025, 7, 1, tzinfo=dt.UTC)
    assert rfm.customer("dora") == rfm.table_.to_dicts()[3]
    assert set(rfm.cut_points_) == {"recency", "frequency", "monetary"}
    assert sum(rfm.profiles_["customers"]) == 5
    for as_of in ["2025-06-01", dt.date(2025, 6, 1), np.datetime64("2025-06-01"), pd.Timestamp("2025-06-01")]:
        assert kosar.Rfm(as_of=as_of).fit(log).customer("anna")["recency_days"] == 1
    ranked = kosar.Rfm(scores={"frequency": "rank"}).fit(log)
    assert sorted(ranked.table_["F_score"]) == [1, 2, 3, 4, 5]
    halves = [("old", (1, 1), (1, 2)), {"name": "recent", "r": [2, 2], "f": [1, 2]}]
    assert kosar.Rfm(segments=halves, bins=2).fit(log).segment("ben") == "old"
    without_prices = kosar.OrderLog.from_frame({"c": ["a"], "t": ["2025-01-01"]}, customer="c", time="t")
    table = kosar.Rfm().fit(without_prices)
    assert "M_score" not in table.table_.columns
    assert math.isnan(table.customer("a")["monetary"])
    assert table.customer("a")["M_score"] is None
    assert table.cut_points_["monetary"] is None


def test_kmeans():
    data = np.random.default_rng(0).normal(size=(500, 3)) + np.repeat([[0], [10]], 250, axis=0)
    model = kosar.KMeans(2, seed=1)
    labels = model.fit_predict(data)
    assert labels.tolist() == [0] * 250 + [1] * 250
    assert np.allclose(model.cluster_centers_, [data[:250].mean(0), data[250:].mean(0)])
    assert (model.predict(data) == labels).all()
    assert math.isclose(model.inertia_, ((data - model.cluster_centers_[labels]) ** 2).sum())
    assert model.converged_
    assert model.n_iter_ >= 1
    same = [data.tolist(), pd.DataFrame(data), pl.DataFrame(data), data.T.copy().T, np.asfortranarray(data)]
    for values in same:
        assert (kosar.KMeans(2, seed=1).fit(values).labels_ == labels).all()
    given = kosar.KMeans(2, init=[[10, 10, 10], [0, 0, 0]]).fit(data)
    assert given.labels_[0] == 1
    for X, params, message in [
        ([1, 2], {}, "X must have two dimensions"),
        ([["a"]], {}, "X must be a matrix of numbers"),
        ([[1.0], [math.nan]], {}, "data must be finite, got NaN at row 1, column 0"),
        (data, {"init": "random"}, r"init must be one of k-means\+\+"),
        (data, {"init": [[1, 2, 3]]}, r"init must have shape \(2, 3\), got \(1, 3\)"),
        (data, {"tolerance": -1}, "tolerance must be a finite number from 0"),
        (data, {"n_init": 0}, "n_init must be at least 1"),
    ]:
        refused(kosar.KMeans(2, **params).fit, X, match=message)
    refused(model.predict, [[1.0]], match=r"data must have shape \(1, 3\), got \(1, 1\)")


def test_kmeans_weights_are_repeated_rows():
    data = np.random.default_rng(4).normal(size=(300, 3))
    weights = np.arange(300) % 4
    start = data[1:6]
    weighted = kosar.KMeans(5, init=start).fit(data, sample_weight=weights)
    repeated = kosar.KMeans(5, init=start).fit(np.repeat(data, weights, axis=0))
    assert (weighted.cluster_centers_ == repeated.cluster_centers_).all()
    assert (np.repeat(weighted.labels_, weights) == repeated.labels_).all()
    assert math.isclose(weighted.inertia_, repeated.inertia_)
    assert weighted.n_iter_ == repeated.n_iter_
    assert weighted.score(data, sample_weight=weights) == -weighted.inertia_
    assert (weighted.fit_predict(data, sample_weight=weights[::-1][::-1]) == weighted.labels_).all()
    for given, message in [
        (weights[1:], r"sample_weight must have shape \(300, 1\), got \(299, 1\)"),
        (-weights, "sample_weight must be 0 or from 1e-9 to 1e9, got -1"),
        (weights.reshape(-1, 1), "sample_weight must have one dimension"),
        (["a"] * 300, "sample_weight must be numbers"),
    ]:
        refused(kosar.KMeans(5).fit, data, sample_weight=given, match=message)


def test_kmeans_transform():
    data = np.random.default_rng(5).normal(size=(200, 3))
    model = kosar.KMeans(4).fit(data)
    distances = model.transform(data)
    expected = np.linalg.norm(data[:, None] - model.cluster_centers_[None], axis=2)
    assert distances.shape == (200, 4)
    assert np.allclose(distances, expected, rtol=1e-14)
    assert (distances.argmin(axis=1) == model.labels_).all()
    assert (kosar.KMeans(4).fit_transform(data) == distances).all()
    assert (model.transform(np.asfortranarray(data)) == distances).all()
    assert math.isclose(model.score(data[:50]), -(expected[:50].min(axis=1) ** 2).sum())
    refused(model.transform, [[1.0]], match=r"data must have shape \(1, 3\), got \(1, 1\)")


def test_customer_clusters(shop):
    model = kosar.CustomerClusters(3).fit(shop)
    assert len(model.profiles_) == len(model.describe()) == 3
    row = model.table_.to_dicts()[0]
    assert model.cluster(row["customer"]) == row["cluster"]
    assert model.inertia_ > 0
    assert model.as_of_.tzinfo == dt.UTC


def test_tables(breakfast, monkeypatch):
    table = kosar.AssociationRules(min_support=0.1, min_confidence=0).fit(breakfast).rules_
    assert table.shape == (len(table), len(table.columns))
    rows = table.to_dicts()
    assert rows == list(table)
    assert rows[0] == {name: table[name][0] for name in table.columns}
    assert pa.table(table).to_pylist() == rows == table.to_arrow().to_pylist()
    assert table.to_polars().to_dicts() == rows
    assert table.to_pandas().to_dict("records") == rows
    assert pl.DataFrame(table).schema["antecedent"] == pl.List(pl.String)
    assert table.to_numpy("lift").dtype == np.float64
    assert table.to_numpy("antecedent").shape == (len(table),)
    assert "lift" in table
    with pytest.raises(kosar.UnknownColumnError, match="no column 'lif'; there are: antecedent, "):
        table["lif"]
    assert "... " in repr(table)
    assert table._repr_html_().startswith("<table><thead><tr><th>antecedent</th>")
    empty = kosar.AssociationRules(min_support=1.0 - 1e-9).fit(breakfast).rules_
    assert (len(empty), empty.to_dicts(), pa.table(empty).num_rows) == (0, [], 0)
    assert repr(empty).startswith("antecedent")
    assert "Null" not in str(pa.table(empty).schema)
    # Without any other package the table is still a table.
    for package in ("pandas", "polars", "pyarrow", "numpy"):
        monkeypatch.setitem(sys.modules, package, None)
    assert list(table) == rows
    for convert in (table.to_pandas, table.to_polars, table.to_arrow, lambda: table.to_numpy("lift")):
        with pytest.raises(kosar.MissingDependencyError, match="which is not installed: pip install"):
            convert()


def test_ids_in_tables_keep_their_type():
    log = kosar.OrderLog.from_baskets([[3, 1], [3, 1]])
    table = kosar.FrequentItemsets(min_support=2).fit(log).itemsets_
    assert table["items"] == [[1], [3], [1, 3]]
    assert pa.table(table).schema.field("items").type == pa.list_(pa.int64())
    words = kosar.Rfm().fit(kosar.datasets.corner_shop()).table_
    assert pa.table(words).schema.field("segment").type == pa.string()
    big = kosar.Rfm().fit(kosar.datasets.shop(lines=100_000)).table_
    assert pa.table(big).to_pylist() == big.to_dicts()
