"""Parameters, pickles and files."""

import copy
import datetime as dt
import inspect
import pickle

import kosar
import numpy as np
import pytest
from kosar import _native
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MODELS = [
    kosar.FrequentItemsets(min_support=0.01, max_len=2),
    kosar.FrequentItemsets(
        min_support=5, kind="closed", min_len=2, top_k=50, exclude=("BAT-0001",), unit="customer"
    ),
    kosar.AssociationRules(
        min_support=5,
        min_confidence=0.1,
        antecedent_items=kosar.RuleSide(exclude=("BAT-0001",), max_len=2),
        consequent_items={"min_len": 1},
        max_p_value=0.01,
        correction="benjamini_hochberg",
        drop_redundant=True,
        min_improvement=0.01,
        rank_by="leverage",
        top_k=40,
        half_life_days=100,
        as_of="2025-12-01",
        max_seconds=60,
    ),
    kosar.TemporalRules(within_days=30, min_support=2, top_k=30, repeats=True, full_window=True),
    kosar.AssociationRules(min_support=0.005, min_confidence=0.1, consequent="any"),
    kosar.ItemSimilarity(measure="jaccard", neighbors=20, max_history=None),
    kosar.Ease(l2=20, max_history=None, max_items=300, items="top"),
    kosar.Ease(l2=20.5, neighbors=7),
    kosar.GraphFilter(factors=12, alpha=0.5, power_iterations=3, seed=4),
    kosar.NextBasket(),
    kosar.NextBasket.top_frequency(personal_weight=2.0),
    kosar.Popularity(),
    kosar.Popularity(half_life_days=20.0, as_of=dt.datetime(2025, 12, 1, tzinfo=dt.UTC)),
    kosar.Affinity(half_life_days=90, as_of="2025-12-01", min_customers=3, order="lift"),
    kosar.Affinity(
        ["hour", "price_band"], {"purchase": 2.0}, price_cut_points=[2.5, 10], time_zone="Asia/Tokyo"
    ),
    kosar.Replenishment(horizon_days=14, coverage=0.5, min_purchases=2, use_quantities=False),
    kosar.Rfm(as_of="2025-12-01", scores={"frequency": "rank"}),
    kosar.Rfm(segments=[("old", (1, 1), (1, 2)), ("recent", (2, 2), (1, 2))], bins=2),
    kosar.Rfm(scores={"recency": [7, 30, 90, 180], "monetary": "jenks"}, segments="rfm-package"),
    kosar.Rfm(scores="nested", closed="left", weights=(3, 2, 1)),
    kosar.Rfm(segments=[("new", (5, 5), (1, 1))], other="rest"),
    kosar.KMeans(n_clusters=3, seed=5, init=np.eye(3)),
    kosar.KMeans(n_clusters=3, tolerance=0.01),
    kosar.CustomerClusters(n_clusters=3, as_of=dt.date(2025, 12, 1), n_init=2),
    kosar.Recommender(),
    kosar.Recommender(
        params={"min_customers": 2, "blend": {"loyal": {"repeat": 2.0}}},
        rules={"pins": [{"item": "BAT-0001", "position": 1, "placements": ["trending"]}], "diversity": 0.3},
    ),
]
DATA = np.random.default_rng(1).normal(size=(60, 3))


def fitted(model, shop):
    return clone(model).fit(DATA if isinstance(model, kosar.KMeans) else shop)


def answers(model):
    tables = ["itemsets_", "rules_", "table_", "profiles_"]
    given = [getattr(model, name, None) for name in tables]
    found = [table.to_dicts() for table in given if isinstance(table, kosar.Table)]
    if isinstance(model, kosar.KMeans):
        found.append((model.labels_.tolist(), model.cluster_centers_.tolist(), model.inertia_))
    if isinstance(model, kosar.ItemSimilarity | kosar.Ease | kosar.GraphFilter | kosar.NextBasket):
        found.append([list(map(str, map(list, model.recommend(c)))) for c in model.customers_])
    if isinstance(model, kosar.Popularity):
        found.append([str(list(map(str, model.recommend_for_customer(c)))) for c in model.customers_])
    if isinstance(model, kosar.Affinity):
        found.append([model.table(facet).to_dicts() for facet in model.facets_])
    if isinstance(model, kosar.Replenishment):
        found.append(model.due_all(model.end_, 5).to_dicts())
        assert found[-1]
    if isinstance(model, kosar.Recommender):
        found.append([list(map(repr, model.for_customer(f"C{who:05}"))) for who in range(60)])
        found.append([list(map(repr, ask(20))) for ask in (model.trending, model.recently_viewed)])
    return repr(found)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_parameters_are_as_given(model):
    names = list(inspect.signature(type(model)).parameters)
    assert list(model.get_params()) == names
    rebuilt = type(model)(**model.get_params())
    assert all(value is getattr(model, name) for name, value in rebuilt.get_params().items())
    copied = clone(model)
    assert repr(copied) == repr(model)
    assert copied.set_params(**model.get_params()) is copied
    with pytest.raises(kosar.ParamError, match="has no parameter 'colour'; it has: "):
        model.set_params(colour=1)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (kosar.FrequentItemsets, {"min_support": 0.5}),
        (kosar.AssociationRules, {"min_support": 0.5}),
        (kosar.TemporalRules, {"within_days": 1.0}),
        (kosar.ItemSimilarity, {}),
        (kosar.Ease, {}),
        (kosar.GraphFilter, {}),
        (kosar.NextBasket, {}),
        (kosar.Popularity, {}),
        (kosar.Affinity, {}),
        (kosar.Replenishment, {}),
        (kosar.Rfm, {}),
        (kosar.KMeans, {"n_clusters": 1}),
        (kosar.CustomerClusters, {"n_clusters": 1}),
    ],
)
def test_defaults_are_those_of_the_core(kind, given):
    here = kind(**given).get_params()
    core = kind._from_stored(getattr(_native, kind.__name__).defaults())
    assert {name: here[name] for name in core} == core


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_pickles_and_files_answer_the_same(model, shop, tmp_path):
    model = fitted(model, shop)
    expected = answers(model)
    path = tmp_path / "model.kosar"
    model.save(path)
    assert path.read_bytes() == model.to_bytes()
    again = {
        "pickle": pickle.loads(pickle.dumps(model)),
        "copy": copy.deepcopy(model),
        "bytes": type(model).from_bytes(model.to_bytes()),
        "bytearray": type(model).from_bytes(bytearray(model.to_bytes())),
        "file": type(model).load(str(path)),
        "any": kosar.load(path),
    }
    for how, other in again.items():
        assert type(other) is type(model), how
        assert answers(other) == expected, how
        assert other.to_bytes() == model.to_bytes(), how
        if not isinstance(getattr(model, "init", None), np.ndarray):
            refit = fitted(other, shop)
            assert refit.to_bytes() == model.to_bytes(), f"{how}: {other}"
    unfitted = pickle.loads(pickle.dumps(clone(model)))
    assert repr(unfitted) == repr(model)
    with pytest.raises(kosar.NotFittedError):
        unfitted.to_bytes()


def test_without_histories_a_model_names_no_customer(shop, tmp_path):
    model = kosar.ItemSimilarity().fit(shop)
    path = tmp_path / "serving.kosar"
    model.save(path, histories=False)
    assert b"C00001" in model.to_bytes()
    assert b"C00001" not in path.read_bytes()
    serving = kosar.load(path)
    item = model.items_[0]
    assert serving.similar(item) == model.similar(item)
    with pytest.raises(kosar.NoHistoriesError) as failure:
        serving.recommend("C00001")
    assert failure.value.code == "KOSAR_NO_HISTORIES"


def test_bad_files_are_refused(shop, tmp_path):
    with pytest.raises(kosar.FileError, match="cannot read"):
        kosar.load(tmp_path / "nowhere")
    with pytest.raises(kosar.FileError, match="cannot write"):
        kosar.Rfm().fit(shop).save(tmp_path / "no" / "folder")
    good = kosar.Rfm().fit(shop).to_bytes()
    with pytest.raises(kosar.ModelFileError, match="the file holds a model of kind 'rfm', expected 'kmeans'"):
        kosar.KMeans.from_bytes(good)
    for bad in (b"", b"PK\x03\x04", good[:-1], good[:500] + b"!" + good[501:], good + b" "):
        with pytest.raises(kosar.ModelFileError) as failure:
            kosar.Rfm.from_bytes(bad)
        assert failure.value.code == "KOSAR_MODEL_FILE"


def test_recommendations_can_be_pickled_and_hashed(shop):
    found = kosar.ItemSimilarity().fit(shop).recommend("C00001")
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert [r.reason for r in again] == [r.reason for r in found]
    assert len({*found, *again}) == len(found)


def test_a_log_cannot_be_pickled_silently(shop):
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(shop)


def test_in_a_pipeline():
    pipeline = make_pipeline(StandardScaler(), kosar.KMeans(3))
    assert pipeline.fit_predict(DATA).shape == (60,)
    assert pipeline.predict(DATA).shape == (60,)
    assert pipeline.set_params(kmeans__n_clusters=2).fit(DATA)[-1].cluster_centers_.shape == (2, 3)


def test_errors_carry_their_codes():
    codes = {
        error.code
        for error in vars(kosar).values()
        if isinstance(error, type) and issubclass(error, kosar.KosarError)
    }
    assert {"KOSAR_PARAM", "KOSAR_UNKNOWN_ID", "KOSAR_ID_TYPE", "KOSAR_IO", "KOSAR_INTAKE"} <= codes
