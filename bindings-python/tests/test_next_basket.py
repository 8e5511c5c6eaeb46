"""Next baskets against a program of the definition, and their ways of asking."""

import kosar
import numpy as np
import pytest
from kosar.evaluate import compare, evaluate, leave_last_basket, tune


@pytest.fixture(scope="module")
def histories():
    """Give the baskets of each customer, the earliest first, and one basket without a customer."""
    random = np.random.default_rng(4)
    found = {}
    for customer in range(60):
        own = random.choice(45, size=8, replace=False)
        baskets = []
        for _ in range(random.integers(1, 7)):
            bought = {*random.choice(own, size=random.integers(1, 4)), *random.choice(45, size=1) ** 2 // 45}
            baskets.append({f"i{item:02}" for item in bought})
        found[f"c{customer:02}"] = baskets
    return {**found, None: [{"i01", "i44"}]}


@pytest.fixture(scope="module")
def log(histories):
    """Give the same as a log, whose orders are numbered against time."""
    rows = [
        (customer, f"{customer}-{9 - at}", item, f"2025-01-{at + 1:02}")
        for customer, baskets in histories.items()
        for at, basket in enumerate(baskets)
        for item in basket
    ]
    columns = dict(zip(["customer", "order", "item", "time"], zip(*rows, strict=True), strict=True))
    return kosar.OrderLog.from_frame(
        {name: list(values) for name, values in columns.items()}, **{name: name for name in columns}
    )


@pytest.fixture(scope="module")
def model(log):
    return kosar.NextBasket().fit(log)


def items(found):
    return [one.item for one in found]


def test_top_frequency_is_personal_frequency_then_general(log, histories):
    model = kosar.NextBasket.top_frequency().fit(log)
    general = dict(zip(model.items_, model.counts_, strict=True))
    for customer in model.customers_[:40]:
        baskets = histories[customer]
        personal = {item: sum(item in basket for basket in baskets) for item in model.items_}
        bought = [item for item in model.items_ if general[item] > 0]
        expected = sorted(bought, key=lambda item: (-personal[item], -general[item], item))
        assert items(model.recommend(customer, n=25)) == expected[:25]


def test_tifu_knn_is_what_numpy_gives(log, histories):
    model = kosar.NextBasket.tifu_knn(neighbors=20, group_size=3).fit(log)
    place = {item: at for at, item in enumerate(model.items_)}

    def vector(baskets):
        back = baskets[::-1]
        groups = [back[at : at + 3] for at in range(0, len(back), 3)]
        found = np.zeros(len(place))
        for before, group in enumerate(groups):
            for age, basket in enumerate(group):
                share = 0.9**age * 0.7**before / len(group) / len(groups)
                found[[place[item] for item in basket]] += share
        return found.astype(np.float32).astype(float)

    vectors = np.array([vector(histories[customer]) for customer in model.customers_])
    for at, customer in enumerate(model.customers_[:40]):
        distances = ((vectors - vectors[at]) ** 2).sum(axis=1)
        distances[at] = np.inf
        near = sorted(range(len(vectors)), key=lambda other: (round(distances[other], 12), other))[:20]
        scores = 0.7 * vectors[at] + 0.3 * vectors[near].mean(axis=0)
        for one in model.recommend(customer, n=10):
            assert one.score == pytest.approx(scores[place[one.item]], rel=1e-9)
        found = [one.score for one in model.recommend(customer, n=10)]
        assert found == pytest.approx(sorted(scores, reverse=True)[:10], rel=1e-9)


def test_what_is_bought_again_and_what_is_new(model, histories):
    customer = model.customers_[3]
    bought = set().union(*histories[customer])
    everything = model.recommend(customer, n=100)
    repeat = model.recommend(customer, n=100, novelty="repeat")
    explore = model.recommend(customer, n=100, novelty="explore")
    assert set(items(repeat)) == bought
    assert repeat == [one for one in everything if one.item in bought]
    assert explore == [one for one in everything if one.item not in bought]
    for one in repeat:
        orders = sum(one.item in basket for basket in histories[customer])
        assert (one.reason.kind, one.reason.orders, one.reason.of) == (
            "repeat",
            orders,
            len(histories[customer]),
        )
    assert {one.reason.kind for one in explore} == {"explore"}
    assert explore[0].reason.neighbors > 0
    assert str(repeat[0].reason).startswith("bought in ")
    assert str(explore[0].reason).startswith("new to the customer; ")


def test_filters_act_before_the_choice(model):
    whole = model.recommend("c01", n=1000)
    some = items(whole[3:9])
    assert model.recommend("c01", n=3, only=[*some, "no such item"], exclude=some[:2]) == whole[5:8]
    assert model.recommend("c01", n=0) == []


@pytest.mark.parametrize("options", [{}, {"novelty": "explore"}, {"novelty": "repeat", "exclude": ["i03"]}])
def test_all_at_once_are_as_one_after_the_other(model, options):
    found, scores = model.recommend_all(12, **options)
    assert found.shape == scores.shape == (len(model.customers_), 12)
    for customer, row, of_row in zip(model.customers_, found, scores, strict=True):
        one = model.recommend(customer, n=12, **options)
        assert items(one) == [item for item in row if item is not None]
        assert [it.score for it in one] == [score for score in of_row if not np.isnan(score)]


def test_integer_ids_are_an_integer_array():
    log = kosar.OrderLog.from_frame({"c": [1, 1, 2], "i": [7, 8, 7]}, customer="c", item="i")
    found, scores = kosar.NextBasket().fit(log).recommend_all(3, novelty="repeat")
    assert found.dtype == np.int64
    assert found.tolist() == [[7, 8, -1], [7, -1, -1]]
    assert np.isnan(scores[1]).tolist() == [False, True, True]


def test_someone_is_asked_about_by_baskets(model, histories):
    customer = model.customers_[5]
    baskets = histories[customer]
    found = model.recommend(baskets=baskets, n=10)
    assert found == model.recommend(
        baskets=iter([iter([*basket, *basket]) for basket in [[], *baskets]]), n=10
    )
    assert len(found) == 10
    popular = model.recommend(baskets=[], n=5)
    assert (
        items(popular)
        == sorted(model.items_, key=lambda item: (-model.counts_[model.items_.index(item)], item))[:5]
    )
    assert {one.reason.kind for one in popular} == {"explore"}
    serving = kosar.NextBasket.from_bytes(model.to_bytes(histories=False))
    assert model.customers_[0].encode() not in model.to_bytes(histories=False)
    assert len(serving.recommend(baskets=baskets, n=10)) == 10
    assert serving.customers_ == []
    with pytest.raises(kosar.NoHistoriesError):
        serving.recommend(customer)
    with pytest.raises(kosar.NoHistoriesError):
        serving.recommend_all(3)


def test_what_a_fit_tells(model, log, histories):
    assert model.n_baskets_ == log.n_orders == sum(map(len, histories.values()))
    assert model.items_ == log.items
    assert all(0 < share < 1 for share in model.repurchase_probabilities_)
    assert len(model.repurchase_probabilities_) == len(model.counts_) == len(model.items_)


def test_presets_take_other_parameters():
    top = kosar.NextBasket.top_frequency(personal_weight=2.0)
    assert (top.personal, top.neighbors_weight, top.personal_weight) == ("frequency", 0.0, 2.0)
    assert repr(kosar.NextBasket.tifu_knn()) == (
        "NextBasket(personal='frequency', personal_weight=0.7, neighbors_weight=0.3, popularity_weight=0.0)"
    )
    with pytest.raises(TypeError, match="colour"):
        kosar.NextBasket.tifu_knn(colour=1)


def test_evaluations_count_what_is_bought_again(log):
    split = leave_last_basket(log, new_items_only=False, unknown_items="miss")
    found = compare(
        {"blend": kosar.NextBasket(), "similar": kosar.ItemSimilarity()},
        split,
        metrics=["recall@10"],
        n_resamples=0,
    )
    # Who answers only what is new misses all repeats.
    assert found["blend"]["recall@10"] > found["similar"]["recall@10"]
    model = kosar.NextBasket().fit(split.train)
    by_hand = {customer: items(model.recommend(customer)) for customer in split.customers}
    found = [evaluate(one, split, metrics=["ndcg@10"], n_resamples=0)["ndcg@10"] for one in (model, by_hand)]
    assert found[0] == found[1] > 0
    tuned = tune(kosar.NextBasket(), {"neighbors": [10, 40]}, split, metric="ndcg@10", n_resamples=0)
    assert tuned.best_params["neighbors"] in (10, 40)


def test_questions_and_parameters_out_of_range_are_refused(model, log):
    for ask, message in [
        ({}, "exactly one of customer and baskets must be given, got neither"),
        ({"customer": "c01", "baskets": []}, "exactly one of customer and baskets must be given, got both"),
        ({"customer": "c01", "novelty": "old"}, "novelty must be one of repeat, explore, got 'old'"),
        ({"customer": "c01", "n": -1}, "n must be at least 0, got -1"),
    ]:
        with pytest.raises(kosar.ParamError, match=message):
            model.recommend(**ask)
    for baskets in ("ab", ["ab"], [["ok"], 5], 7):
        with pytest.raises(kosar.IdTypeError, match="must be a list of"):
            model.recommend(baskets=baskets)
    with pytest.raises(kosar.UnknownIdError, match="unknown item 'none'"):
        model.recommend(baskets=[["none"]])
    with pytest.raises(kosar.UnknownIdError, match="unknown customer 'none'"):
        model.recommend("none")
    for params, message in {
        ("personal", "often"): "personal must be one of repurchase, frequency, got 'often'",
        ("neighbors", 0): "neighbors must be at least 1, got 0",
        ("group_size", 0): "group_size must be at least 1, got 0",
        ("within_decay", 0): "within_decay must be above 0 and at most 1, got 0",
        ("item_prior", float("nan")): "item_prior must be above 0 and at most a billion, got NaN",
        ("neighbors_weight", -1): "neighbors_weight must be from 0 to a million, got -1",
    }.items():
        with pytest.raises(kosar.ParamError, match=message):
            kosar.NextBasket(**dict([params])).fit(log)
    with pytest.raises(kosar.MissingColumnError, match="customer"):
        kosar.NextBasket().fit(kosar.OrderLog.from_baskets([["a"]]))
    with pytest.raises(kosar.ParamTypeError, match=r"NextBasket.fit takes no second argument"):
        kosar.NextBasket().fit(log, [1])
