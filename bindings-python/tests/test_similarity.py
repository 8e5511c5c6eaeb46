"""Item similarity: what only Python sees of it; the core's tests have the figures."""

import pickle

import kosar
import numpy as np
import pytest

LINES = [
    # customer, order, item, quantity, day
    (1, 1, "rye", 1, 1),
    (1, 1, "butter", 2, 1),
    (1, 2, "jam", 1, 9),
    (2, 3, "rye", 1, 2),
    (2, 3, "butter", 1, 2),
    (3, 4, "rye", 1, 3),
    (3, 4, "tea", 1, 3),
    (3, 5, "tea", -1, 4),
    (4, 6, "jam", 3, 5),
    (4, 6, "butter", 1, 5),
]


def log(lines=LINES):
    customer, order, item, quantity, day = zip(*lines, strict=True)
    data = {
        "customer": list(customer),
        "order": list(order),
        "item": list(item),
        "quantity": list(quantity),
        "time": [f"2024-01-{one:02}" for one in day],
    }
    return kosar.OrderLog.from_frame(
        data, customer="customer", order="order", item="item", quantity="quantity", time="time"
    )


def names(found):
    return [one.item for one in found]


def test_every_measure_fits_and_shows_its_lists():
    counted = ["jaccard", "lift", "pmi", "log_likelihood"]
    for measure in ["cosine", "tanimoto", "dice", "conditional", "dot", *counted]:
        model = kosar.ItemSimilarity(measure).fit(log())
        table = model.neighbors_.to_arrow()
        assert table.column_names == ["item", "neighbor", "similarity", "count"]
        found = model.similar("rye", 9)
        mine = [row for row in table.to_pylist() if row["item"] == "rye"]
        assert [(row["neighbor"], row["similarity"]) for row in mine] == [(r.item, r.score) for r in found]


def test_the_cosine_is_that_of_the_counts():
    found = kosar.ItemSimilarity().fit(log()).similar("rye", 1)[0]
    assert found.item == "butter"
    assert found.score == pytest.approx(2 / 3, rel=1e-6)
    assert str(found.reason) == "bought with rye by 2 (similarity 0.67)"


def test_parameters_reach_the_core():
    plain = kosar.ItemSimilarity("dot").fit(log()).similar("rye", 1)[0].score
    for given, score in [
        ({"shrinkage": 2.0}, 2 * 2 / 4),
        ({"user_exponent": -1.0}, 1 / 3 + 1 / 2),
        ({"strength": "quantity"}, 1 * 2 + 1),
        ({"popularity_damping": 1.0}, 2 / 3),
        ({"min_customers": 2}, 2),
        ({"half_life_days": 1.0, "as_of": "2024-01-02"}, 1 + 0.25),
    ]:
        found = kosar.ItemSimilarity("dot", **given).fit(log()).similar("rye", 9)
        assert plain == 2
        [butter] = [one.score for one in found if one.item == "butter"]
        assert butter == pytest.approx(score, rel=1e-5), given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"measure": "euclid"}, "measure must be one of cosine, tanimoto"),
        ({"side": "left"}, "side must be one of source, target"),
        ({"strength": "much"}, "strength must be one of binary, orders, quantity"),
        ({"weighting": "okapi"}, "weighting must be one of plain, tf_idf, bm25"),
        ({"weighting": "bm25", "b": 2.0}, "b must be from 0 to 1, got 2"),
        ({"k1": -1.0}, "k1 must be from 0 to a billion, got -1"),
        ({"user_exponent": 9.0}, "user_exponent must be from -4 to 4, got 9"),
        (
            {"measure": "lift", "user_exponent": -1.0},
            "measure must be cosine, tanimoto, dice, conditional or dot for",
        ),
        ({"asymmetry": 0.2, "measure": "dice"}, "asymmetry must be 0.5 for measures other than cosine"),
        ({"min_customers": 0}, "min_customers must be at least 1, got 0"),
        ({"half_life_days": -1.0}, "half_life_days must be"),
    ],
)
def test_what_cannot_be_is_refused_by_name(given, message):
    with pytest.raises(kosar.ParamError, match=message):
        kosar.ItemSimilarity(**given).fit(log())


def test_filters_act_before_the_selection():
    model = kosar.ItemSimilarity(neighbors=1).fit(log())
    assert names(model.similar("butter", 9)) == ["jam", "rye"]
    assert names(model.similar("butter", 1, exclude=["jam"])) == ["rye"]
    assert names(model.similar("butter", 9, only=["rye", "nothing"])) == ["rye"]
    assert names(model.similar("butter", 9, min_score=0.9)) == []
    wide = kosar.ItemSimilarity().fit(log())
    assert names(wide.recommend(customer=2, exclude=["tea"])) == ["jam"]
    assert names(wide.recommend(items=["rye", "jam"], n=9)) == ["butter", "tea"]
    assert set(names(wide.recommend(items=["rye", "jam"], n=9, keep_owned=True))) == {
        "butter",
        "jam",
        "rye",
        "tea",
    }
    assert "tea" not in names(wide.recommend(customer=2, dislikes=["tea"]))
    with pytest.raises(kosar.ParamError, match="returned_weight must be from 0 to 1, got 2"):
        wide.recommend(customer=2, returned_weight=2)
    with pytest.raises(kosar.ParamError, match="exactly one of customer and items must be given, got both"):
        wide.recommend(customer=2, items=["rye"])


def test_explanations_add_up():
    model = kosar.ItemSimilarity().fit(log())
    for customer in model.customers_:
        for found in model.recommend(customer=customer, n=9):
            parts = model.explain(found.item, customer=customer)
            assert sum(part.similarity for part in parts) == pytest.approx(found.score)
            assert parts[0].item == found.reason.to
    assert model.explain("jam", items=["butter"])[0].count == 2


def test_similar_customers_share_items():
    found = kosar.ItemSimilarity().fit(log()).similar_customers(1, 2)
    assert [(one.customer, one.count) for one in found] == [(2, 2), (4, 2)]
    assert found[0].similarity == pytest.approx(2 / 6**0.5)


def test_preparing_changes_no_answer():
    ready, plain = kosar.ItemSimilarity(neighbors=1).fit(log()), kosar.ItemSimilarity(neighbors=1).fit(log())
    assert ready.prepare() is ready
    assert ready.similar("butter", 9) == plain.similar("butter", 9)
    assert ready.similar_customers(1, 9) == plain.similar_customers(1, 9)


def test_updating_and_forgetting_equal_a_fit():
    for given in ({}, {"unit": "order"}, {"side": "target", "user_exponent": -0.5, "neighbors": 2}):
        whole = kosar.ItemSimilarity(**given).fit(log())
        model = kosar.ItemSimilarity(**given).fit(log(LINES[:5])).update(log(LINES[5:]))
        assert model.to_bytes() == whole.to_bytes()
        without = kosar.ItemSimilarity(**given).fit(log([line for line in LINES if line[0] != 3]))
        assert whole.forget(3).to_bytes() == without.to_bytes()
        with pytest.raises(kosar.UnknownIdError):
            whole.forget(3)


def test_batches_are_pieces_of_all():
    model = kosar.ItemSimilarity().fit(log())
    items, scores = model.recommend_all(2)
    batches = list(model.recommend_batches(2, batch_size=3))
    assert [customers for customers, *_ in batches] == [[1, 2, 3], [4]]
    assert np.array_equal(np.vstack([batch[1] for batch in batches]), items)
    assert np.array_equal(np.vstack([batch[2] for batch in batches]), scores, equal_nan=True)
    with pytest.raises(kosar.ParamError, match="batch_size must be at least 1"):
        model.recommend_batches(2, batch_size=0)


def test_models_survive_files_and_pickles():
    model = kosar.ItemSimilarity(weighting="bm25", k1=2.0, b=0.5, strength="orders", as_of="2024-02-01").fit(
        log()
    )
    again = pickle.loads(pickle.dumps(model))
    assert again.get_params() == model.get_params()
    assert again.to_bytes() == model.to_bytes()
    loaded = kosar.ItemSimilarity.from_bytes(model.to_bytes())
    assert (loaded.weighting, loaded.k1, loaded.b, loaded.strength) == ("bm25", 2.0, 0.5, "orders")
    serving = kosar.ItemSimilarity.from_bytes(model.to_bytes(histories=False))
    assert names(serving.similar("rye", 9)) == names(model.similar("rye", 9))
    with pytest.raises(kosar.NoHistoriesError):
        serving.recommend(customer=1)


def test_a_sparse_matrix_is_one_of_users_and_items():
    sp = pytest.importorskip("scipy.sparse")
    matrix = sp.coo_matrix(([1.0, 2.0, 1.0, 1.0], ([0, 0, 1, 1], [0, 2, 0, 3])), shape=(3, 5))
    model = kosar.ItemSimilarity("dot", strength="quantity").fit(matrix)
    assert [(one.item, one.score) for one in model.similar(0, 9)] == [(2, 2.0), (3, 1.0)]
    assert names(model.recommend(customer=1, n=9)) == [2]
    assert model.recommend(customer=2) == []
    assert kosar.ItemSimilarity("dot").fit(matrix).similar(0, 1)[0].score == 1.0
    twice = sp.csr_matrix((np.ones(3), [0, 1, 1], [0, 3]), shape=(1, 2))
    assert kosar.ItemSimilarity("dot", strength="quantity").fit(twice).similar(0, 1)[0].score == 2.0
    beyond = sp.csr_matrix([[1.0, 1.0]])
    beyond.indices = np.array([0, 2**32 + 1])
    for bad, message in [
        (beyond, "must be from 0 to 1, got 0 to 4294967297"),
        (sp.csr_matrix([[1.0 + 2.0j]]), "must hold real numbers, got values of type complex128"),
        (sp.csr_matrix([[1.0, -1.0]]), "row 0: a value is negative"),
        (sp.csr_matrix([[1.0, np.nan]]), "row 0: a value is negative, not a number"),
    ]:
        with pytest.raises(kosar.IntakeError, match=message):
            kosar.ItemSimilarity(strength="quantity").fit(bad)


def test_lists_are_those_of_implicit():
    sp = pytest.importorskip("scipy.sparse")
    neighbors = pytest.importorskip("implicit.nearest_neighbours")
    rng = np.random.default_rng(3)
    matrix = sp.csr_matrix((rng.random((60, 30)) < 0.2).astype(float))
    theirs = neighbors.CosineRecommender(K=31, num_threads=1)
    theirs.fit(matrix, show_progress=False)
    ours = kosar.ItemSimilarity(max_history=None).fit(matrix)
    for item in range(30):
        ids, scores = theirs.similar_items(item, N=31)
        mine = {one.item: one.score for one in ours.similar(item, 30)}
        assert {
            int(i): pytest.approx(s, rel=1e-6) for i, s in zip(ids, scores, strict=True) if i != item
        } == mine


def test_real_baskets_are_answered(data):
    path = data("online_retail/online_retail.csv.gz")
    orders = kosar.OrderLog.from_csv(
        path,
        order="InvoiceNo",
        customer="CustomerID",
        item="StockCode",
        time="InvoiceDate",
        quantity="Quantity",
    )
    model = kosar.ItemSimilarity(side="target", user_exponent=-1.0, shrinkage=10.0).fit(orders)
    found = model.recommend(customer="17850", n=20)
    assert len(found) == 20
    assert found == sorted(found, key=lambda one: -one.score)
