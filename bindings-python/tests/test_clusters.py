"""Clusters of customers: features, the choice of their number, ids that stay, later customers."""

import datetime as dt

import kosar
import numpy as np
import pytest

# Four groups of customers who differ in when, how often, how much and where they buy.
GROUPS = [
    (12, 0, 28, 2, 20.0, "app"),
    (2, 20, 30, 9, 20.0, "web"),
    (3, 250, 40, 19, 200.0, "web"),
    (12, 1, 28, 14, 4.0, "shop"),
]
AS_OF = "1971-02-05"


def planted(customers):
    rows = {name: [] for name in ("who", "order", "what", "at", "paid", "channel", "discount")}
    for customer in customers:
        n, first, every, hour, price, channel = GROUPS[customer % 4]
        drift = customer // 4 % 7
        for visit in range(n):
            at = dt.datetime(1970, 1, 1, hour, tzinfo=dt.UTC) + dt.timedelta(
                days=first + visit * every + drift
            )
            paid = price * (1 + 0.02 * drift)
            row = (customer, f"{customer}-{visit}", "tea", at, paid, channel, float(customer % 4 == 3))
            for name, value in zip(rows, row, strict=True):
                rows[name].append(value)
    return kosar.OrderLog.from_frame(
        rows,
        customer="who",
        order="order",
        item="what",
        time="at",
        amount="paid",
        attributes=["channel", "discount"],
    )


@pytest.fixture(scope="module")
def groups():
    return planted(range(80))


def pairs(a, b):
    return len(set(zip(a, b, strict=True)))


def test_the_planted_number_is_chosen_and_the_evidence_is_a_table(groups):
    # Not by the weekend: groups of few orders fall apart by it.
    features = ["recency", "frequency", "order_value", "day_part", "discount", "channel"]
    model = kosar.CustomerClusters(
        "auto", as_of=AS_OF, features=features, n_init=3, resamples=3, references=2, k_range=(2, 6)
    ).fit(groups)
    assert model.n_clusters_ == 4
    evidence = model.evidence_
    assert evidence["n_clusters"][:] == [2, 3, 4, 5, 6]
    assert evidence["chosen"][:] == [False, False, True, False, False]
    assert evidence.to_pandas()["chosen"].dtype == bool
    assert max(evidence["silhouette"][:]) == evidence["silhouette"][2]
    assert pairs(model.labels_.tolist(), [customer % 4 for customer in range(80)]) == 4
    assert model.labels_.tolist() == model.table_["cluster"][:]
    assert model.cluster_centers_.shape == (4, len(model.feature_names_))
    names = dict(zip(model.profiles_["cluster"], model.profiles_["name"], strict=True))
    assert "often at night" in names[model.cluster(0)]
    assert "mostly app" in names[model.cluster(0)]
    assert model.features_["channel"][:4] == ["app", "web", "web", "shop"]
    assert model.features_["discount_share"][:4] == [0.0, 0.0, 0.0, 1.0]
    share = [row for row in model.feature_profiles_ if row["feature"] == "channel app"]
    assert sorted(row["mean"] for row in share) == [0.0, 0.0, 0.0, 1.0]
    assert len(model.categories_) == 0
    copied = kosar.CustomerClusters.from_bytes(model.to_bytes())
    assert copied.get_params()["n_clusters"] == "auto"
    assert copied.get_params()["features"] == features
    assert copied.get_params()["k_range"] == (2, 6)
    assert copied.evidence_.to_dicts() == evidence.to_dicts()


def test_every_scale_places_later_customers_as_the_fit_did(groups):
    features = ["recency", "frequency", "order_value", "channel"]
    for scaling in ["log1p_z", "z", "robust", "quantile", "none"]:
        model = kosar.CustomerClusters(4, as_of=AS_OF, features=features, scaling=scaling, n_init=3).fit(
            groups
        )
        again = model.assign(groups, as_of=AS_OF)
        assert again["cluster"][:] == model.table_["cluster"][:], scaling
        alone = model.assign(planted([5]), as_of=AS_OF)
        assert alone["cluster"][:] == [model.cluster(5)], scaling
        assert kosar.CustomerClusters.from_bytes(model.to_bytes()).get_params()["features"] == features


def test_clusters_keep_their_ids(groups):
    first = kosar.CustomerClusters(4, as_of=AS_OF, features=["recency", "frequency", "order_value"]).fit(
        groups
    )
    turned = kosar.CustomerClusters(4, as_of=AS_OF, features=["order_value", "frequency", "recency"])
    assert turned.fit(groups).labels_.tolist() != first.labels_.tolist()
    kept = turned.fit(groups, previous=first)
    assert kept.labels_.tolist() == first.labels_.tolist()
    assert sorted(kept.ids_) == [0, 1, 2, 3]
    more = kosar.CustomerClusters(5, as_of=AS_OF).fit(planted(range(100)), previous=kept)
    assert sorted(more.ids_) == [0, 1, 2, 3, 4]
    with pytest.raises(kosar.ParamTypeError, match="previous must be a fitted CustomerClusters, got int"):
        turned.fit(groups, previous=1)


def test_categories_come_from_a_catalogue():
    log, catalog = kosar.datasets.shop(lines=1500, seed=2), kosar.datasets.shop_catalog(lines=1500, seed=2)
    model = kosar.CustomerClusters(3, features=["categories", "recency"], max_categories=4, n_init=2)
    model.fit(log, catalog=catalog)
    assert len(model.feature_names_) == 6
    assert model.feature_names_[4] == "other categories"
    table = model.categories_
    shares = {}
    for customer, share in zip(table["customer"], table["share"], strict=True):
        shares[customer] = shares.get(customer, 0) + share
    assert np.allclose(list(shares.values()), 1)
    assert len(model.assign(log, catalog=catalog)) == len(model.table_)
    with pytest.raises(kosar.ParamError, match="got categories, which needs items, and a catalogue"):
        model.fit(log)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_clusters": "many"}, "n_clusters must be a whole number from 1, or 'auto', got 'many'"),
        ({"n_clusters": "auto", "k_range": (1, 3)}, "k_range must be at least 2, got 1"),
        (
            {"n_clusters": "auto", "k_range": (4, 3)},
            "the greatest number of clusters tried must be at least 4, got 3",
        ),
        ({"features": ["recency", "age"]}, "features must be one of recency, .*, got 'age'"),
        ({"features": []}, "the number of features must be at least 1, got 0"),
        ({"features": ["recency", "recency"]}, "features must name each feature once, got recency twice"),
        (
            {"features": ["channel"], "channel_column": "source"},
            "features must be among those .*; got channel, which",
        ),
        ({"scaling": "minmax"}, "scaling must be one of log1p_z, z, robust, quantile, none, got 'minmax'"),
        ({"gamma": -1}, "gamma must be a finite number from 0, got -1"),
        ({"outlier_mads": 0}, "outlier_mads must be a finite number above 0, got 0"),
        ({"max_categories": 0}, "max_categories must be at least 1, got 0"),
        ({"resamples": 1}, "resamples must be at least 2, got 1"),
        ({"references": 0}, "references must be at least 1, got 0"),
    ],
)
def test_what_cannot_be_is_refused(groups, params, message):
    with pytest.raises(kosar.ParamError, match=message):
        kosar.CustomerClusters(**{"n_clusters": 2, **params}).fit(groups)


def test_outliers_are_flagged(groups):
    table = kosar.CustomerClusters(2, as_of=AS_OF, outlier_mads=0.5).fit(groups).table_
    outliers = table["outlier"][:]
    assert 0 < sum(outliers) < len(outliers)
    assert str(table.to_arrow().schema.field("outlier").type) == "bool"
    far = [d for d, outlier in zip(table["distance"], outliers, strict=True) if outlier]
    assert min(far) > 0
