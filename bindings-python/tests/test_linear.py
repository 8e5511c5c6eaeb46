"""Linear models against NumPy."""

import kosar
import numpy as np
import pytest

L2 = 20.0


def scores_of(model, n):
    """Give the scores of all items for all customers, owned ones left out as NaN."""
    items, scores = model.recommend_all(n)
    place = {item: at for at, item in enumerate(model.items_)}
    found = np.full((len(model.customers_), len(model.items_)), np.nan)
    for row, (ids, values) in enumerate(zip(items, scores, strict=True)):
        kept = ~np.isnan(values)
        found[row, [place[item] for item in ids[kept]]] = values[kept]
    return found


@pytest.fixture(scope="module")
def matrix(shop):
    return np.minimum(shop.customer_items().toarray(), 1).astype(float)


def agree(model, matrix, expected):
    found = scores_of(model, matrix.shape[1])
    seen = ~np.isnan(found)
    # A customer who returned something does not own it; one who owns nothing gets nothing.
    assert (seen | (matrix > 0) | ~seen.any(axis=1, keepdims=True)).all()
    owners = [row for row in range(len(matrix)) if (~seen[row] == (matrix[row] > 0)).all()]
    assert len(owners) > 0.8 * len(matrix)
    assert np.nanmax(np.abs((found - expected)[owners])) < 1e-5


def test_ease_is_what_numpy_gives(shop, matrix):
    gram = matrix.T @ matrix + L2 * np.eye(matrix.shape[1])
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    agree(kosar.Ease(l2=L2).fit(shop), matrix, matrix @ weights)


def test_graph_filter_is_what_numpy_gives(shop, matrix):
    customers, items = np.maximum(matrix.sum(axis=1), 1), np.maximum(matrix.sum(axis=0), 1)
    normal = matrix / np.sqrt(customers)[:, None] / np.sqrt(items)
    values, vectors = np.linalg.svd(normal, full_matrices=False)[1:]
    low = (vectors[:5].T / np.sqrt(items)[:, None]) @ (vectors[:5] * np.sqrt(items))
    model = kosar.GraphFilter(factors=5, alpha=0.4, power_iterations=100).fit(shop)
    assert np.allclose(model.singular_values_, values[:5], atol=1e-5)
    if values[4] - values[5] > 0.01:
        agree(model, matrix, matrix @ (normal.T @ normal + 0.4 * low))
    model = kosar.GraphFilter(factors=0).fit(shop)
    assert model.singular_values_ == []
    agree(model, matrix, matrix @ normal.T @ normal)


def test_graph_filter_with_other_exponents_is_what_numpy_gives(shop, matrix):
    customers, items = np.maximum(matrix.sum(axis=1), 1), np.maximum(matrix.sum(axis=0), 1)
    normal = matrix * customers[:, None] ** -0.35 * items**-0.2
    values, vectors = np.linalg.svd(normal, full_matrices=False)[1:]
    low = (vectors[:2].T * items[:, None] ** -0.2) @ (vectors[:2] * items**0.2)
    model = kosar.GraphFilter(
        factors=2, alpha=0.4, user_exponent=-0.7, item_exponent=-0.2, power_iterations=100
    ).fit(shop)
    assert np.allclose(model.singular_values_, values[:2], atol=1e-5)
    agree(model, matrix, matrix @ (normal.T @ normal + 0.4 * low))
    assert kosar.GraphFilter.from_bytes(model.to_bytes()).recommend(customer="C00001") == model.recommend(
        customer="C00001"
    )
    for name, value in {"user_exponent": 0.1, "item_exponent": -1.5}.items():
        with pytest.raises(kosar.ParamError, match=f"{name} must be from"):
            kosar.GraphFilter(**{name: value}).fit(shop)


@pytest.mark.parametrize("model", [kosar.Ease(l2=L2), kosar.GraphFilter(factors=8)], ids=repr)
def test_all_at_once_are_filtered_as_one_is(model, shop):
    model.fit(shop)
    options = {"only": model.items_[::2], "exclude": model.items_[:9], "min_score": 0.01}
    items, scores = model.recommend_all(5, **options)
    for customer, row, of_row in zip(model.customers_, items, scores, strict=True):
        found = model.recommend(customer=customer, n=5, **options)
        assert [one.item for one in found] == [item for item in row if item is not None]
        assert [one.score for one in found] == [score for score in of_row if not np.isnan(score)]
    with pytest.raises(kosar.ParamError, match="min_score"):
        model.recommend_all(5, min_score=float("nan"))


@pytest.mark.parametrize("model", [kosar.Ease(l2=L2), kosar.GraphFilter(factors=8)], ids=repr)
def test_a_matrix_gives_what_its_log_gives(model, shop):
    items, customers = shop.items, shop.customers
    owned = shop.customer_items()
    of_log = model.fit(shop).recommend(items=items[:3], n=20)
    of_matrix = model.fit(owned).recommend(items=[0, 1, 2], n=20)
    assert [(items[one.item], one.score) for one in of_matrix] == [(one.item, one.score) for one in of_log]
    assert model.customers_ == list(range(len(customers)))
    found = model.recommend(customer=5, n=3)
    assert not {one.item for one in found} & set(owned[[5]].indices)
    again = type(model).from_bytes(model.to_bytes())
    assert again.recommend(customer=5, n=3) == found
    with pytest.raises(kosar.ParamError, match="unit must be customer for a matrix of customers and items"):
        type(model)(unit="order").fit(owned)
    with pytest.raises(kosar.IntakeError, match="row 0: a value is negative"):
        model.fit(owned * -1.0)
    with pytest.raises(kosar.ParamTypeError, match=f"{type(model).__name__}.fit takes no second argument"):
        model.fit(shop, [1])


def test_ease_of_a_small_matrix_is_what_numpy_gives():
    sp = pytest.importorskip("scipy.sparse")
    matrix = (np.random.default_rng(5).random((40, 12)) < 0.3).astype(float)
    # Values above 0 count alike, those of 0 not at all.
    values = sp.csr_matrix(matrix * 7)
    values[0, 0] = 0.0 if matrix[0, 0] else 5.0
    matrix[0, 0] = 1 - matrix[0, 0]
    inverse = np.linalg.inv(matrix.T @ matrix + 3 * np.eye(12))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    agree(kosar.Ease(l2=3).fit(values), matrix, matrix @ weights)


@pytest.mark.parametrize("model", [kosar.Ease(l2=L2), kosar.GraphFilter(factors=8)], ids=repr)
def test_filters_act_before_the_choice(model, shop):
    model.fit(shop)
    whole = model.recommend("C00001", n=1000)
    assert len(whole) > 20
    some = [found.item for found in whole[3:9]]
    kept = model.recommend("C00001", n=3, only=iter([*some, "no such item"]), exclude=some[:2])
    assert kept == whole[5:8]
    assert model.recommend("C00001", min_score=whole[4].score) == whole[:5]
    reason = whole[0].reason
    assert reason.kind == "contribution"
    assert 0 <= reason.share <= 1
    owner = reason.data["from"]
    assert str(reason).startswith(f"{owner} gives ")
    assert owner in model.items_
    with pytest.raises(kosar.ParamError, match="min_score must be a number, got NaN"):
        model.recommend("C00001", min_score=float("nan"))
    with pytest.raises(kosar.ParamError, match="exactly one of customer and items must be given, got both"):
        model.recommend("C00001", items=["a"])


def test_bad_parameters_are_refused(shop):
    for model, message in [
        (kosar.Ease(l2=0), "l2 must be above 0 and finite, got 0"),
        (kosar.Ease(neighbors=0), "neighbors must be at least 1, got 0"),
        (kosar.Ease(items="some"), "items must be one of all, top, got 'some'"),
        (kosar.Ease(max_items=5), "the model would have .* items .* raise it, or keep the most popular"),
        (kosar.Ease(unit="household"), "unit must be one of customer, order"),
        (kosar.GraphFilter(factors=-1), "factors must be at least 0, got -1"),
        (kosar.GraphFilter(alpha=-1), "alpha must be from 0 to a billion, got -1"),
        (kosar.GraphFilter(alpha="1"), "alpha must be a number, got '1'"),
    ]:
        with pytest.raises(kosar.ParamError, match=message):
            model.fit(shop)
    model = kosar.Ease(max_items=5, items="top").fit(shop)
    assert (len(model.items_), model.n_items_left_out_) == (5, shop.n_items - 5)
