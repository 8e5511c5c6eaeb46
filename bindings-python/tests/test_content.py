import copy
import datetime as dt
import math
import pickle

import kosar
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from kosar import datasets
from sklearn.feature_extraction.text import TfidfVectorizer

DAY = dt.datetime(2025, 3, 5)
COLUMNS = {
    "id": [1, 2, 3, 3],
    "path": ["Home/Mugs", "Home/Mugs", "Garden", "Home"],
    "make": ["Acme", None, "Zen", "Zen"],
    "eur": [2.5, math.nan, 40.0, 40.0],
    "cost": [1.0, 2.0, None, None],
    "left": [3.0, 0.0, -1.0, None],
    "since": [DAY, None, dt.datetime(2024, 1, 1), None],
    "labels": [["new", "blue"], None, [], ["new"]],
    "title": ["Blue mug", "Big mug", "Rake", None],
    "about": [None, "Holds a lot", None, None],
    "colour": ["blue", "red", None, None],
}
FACTS = {
    "item": "id",
    "category": "path",
    "name": "title",
    "brand": "make",
    "price": "eur",
    "cost": "cost",
    "stock": "left",
    "launched": "since",
    "tags": "labels",
    "text": "about",
    "attributes": ["colour"],
}
TABLES = {
    "dict": COLUMNS,
    "dict of arrays": {**COLUMNS, "eur": np.array(COLUMNS["eur"]), "labels": tuple(COLUMNS["labels"])},
    "pandas": pd.DataFrame(COLUMNS),
    "pandas of sets": pd.DataFrame(
        {**COLUMNS, "labels": [set(tags) if tags else tags for tags in COLUMNS["labels"]]}
    ),
    "polars": pl.DataFrame(COLUMNS, nan_to_null=True),
    "pyarrow": pa.table(COLUMNS),
    "pyarrow of large lists": pa.table(
        {**COLUMNS, "labels": pa.array(COLUMNS["labels"], type=pa.large_list(pa.string()))}
    ),
    "pyarrow slice": pa.table({name: [values[0], *values] for name, values in COLUMNS.items()}).slice(1),
}


@pytest.mark.parametrize("make", TABLES)
def test_facts_are_the_same_from_any_table(make):
    catalog = kosar.Catalog.from_frame(TABLES[make], **FACTS)
    assert catalog.item(1) == {
        "name": "Blue mug",
        "categories": ["Home/Mugs"],
        "brand": "Acme",
        "price": 2.5,
        "cost": 1.0,
        "stock": 3.0,
        "launched": DAY.replace(tzinfo=dt.UTC),
        "tags": ["blue", "new"],
        "attributes": {"colour": "blue"},
        "text": None,
    }
    assert catalog.item(2)["price"] is None
    assert catalog.item(2)["launched"] is None
    assert catalog.item(3)["categories"] == ["Garden", "Home"]
    assert catalog.item(3)["tags"] == ["new"]
    assert (catalog.brands, catalog.tags, catalog.attributes) == (
        ["Acme", "Zen"],
        ["blue", "new"],
        ["colour"],
    )
    assert catalog.items_of_brand("Zen") == [3]
    assert catalog.items_with_tag("new") == [1, 3]
    assert catalog.items_with_attribute("colour", "red") == [2]
    assert catalog.items_priced(min=2.5, max=10) == [1]
    assert catalog.items_priced() == [1, 3]
    assert catalog.items_in_stock() == [1]
    assert catalog.items_launched_since("2025-01-01") == [1]
    assert catalog.items_launched_since(dt.date(2024, 1, 1)) == [1, 3]


def test_filters_by_facts_that_the_catalogue_lacks_are_refused():
    bare = kosar.Catalog.from_dict({1: "Home"})
    for call, column in [
        (lambda: bare.items_priced(max=3), "price"),
        (bare.items_in_stock, "stock"),
        (lambda: bare.items_launched_since("2025-01-01"), "launched"),
    ]:
        with pytest.raises(
            kosar.MissingColumnError, match=f"built without a {column} column, which a filter by"
        ):
            call()
    known = kosar.Catalog.from_frame({"id": [1], "n": [None]}, item="id", stock="n")
    assert known.items_in_stock() == []


def test_a_model_of_the_catalogue_takes_no_second_argument():
    catalog = kosar.Catalog.from_dict({1: "Home"})
    log = kosar.OrderLog.from_baskets([[1]])
    with pytest.raises(kosar.ParamTypeError, match="takes no second argument but None, got OrderLog"):
        kosar.ContentSimilarity().fit(catalog, log)
    with pytest.raises(kosar.ParamTypeError, match="takes no second argument but None, got Catalog"):
        kosar.Ease().fit(log, catalog)


def test_facts_of_a_file(tmp_path):
    path = tmp_path / "catalog.csv"
    path.write_text("id,eur,since,labels\n7,2.5,05.03.2025,a|b\n8,x,,\n9,,2025-03-05,\n")
    catalog = kosar.Catalog.from_csv(
        path,
        item="id",
        price="eur",
        launched="since",
        tags="labels",
        tag_separator="|",
        time_format="%d.%m.%Y",
        integer_ids=True,
    )
    assert catalog.items == [7]
    assert (catalog.item(7)["tags"], catalog.item(7)["launched"].day) == (["a", "b"], 5)
    report = catalog.report
    assert {cause: found["count"] for cause, found in report.set_aside.items()} == {
        "bad_number": 1,
        "bad_time": 1,
    }


def test_facts_that_cannot_be_are_refused():
    with pytest.raises(kosar.IntakeError, match="column 'labels' cannot serve as brand"):
        kosar.Catalog.from_frame(pa.table(COLUMNS), item="id", brand="labels")
    with pytest.raises(kosar.IntakeError, match="column 'nowhere', named as price, is not in the input"):
        kosar.Catalog.from_frame(COLUMNS, item="id", price="nowhere")
    with pytest.raises(kosar.ParamTypeError, match="price must be the name of a column, got 5"):
        kosar.Catalog.from_frame(COLUMNS, item="id", price=5)
    with pytest.raises(kosar.ParamTypeError, match="attributes must be a list of names of columns"):
        kosar.Catalog.from_frame(COLUMNS, item="id", attributes="colour")
    with pytest.raises(kosar.ParamTypeError, match="a value of column 'labels' must be a string, got 5"):
        kosar.Catalog.from_frame({"id": [1], "labels": [[5]]}, item="id", tags="labels")
    with pytest.raises(kosar.ParamError, match="time_unit must be one of s, ms, us, ns"):
        kosar.Catalog.from_frame(COLUMNS, item="id", time_unit="days")
    catalog = kosar.Catalog.from_frame(COLUMNS, **FACTS)
    with pytest.raises(kosar.UnknownIdError, match="unknown brand 'Acne'"):
        catalog.items_of_brand("Acne")
    with pytest.raises(kosar.ParamTypeError, match="min must be a number"):
        catalog.items_priced(min="cheap")


@pytest.fixture(scope="module")
def catalog():
    return datasets.shop_catalog(lines=5_000, seed=3)


@pytest.fixture(scope="module")
def content(catalog):
    return kosar.ContentSimilarity(ngrams=(3, 5)).fit(catalog)


@pytest.mark.parametrize("ngrams", [None, (3, 5)])
def test_titles_are_as_near_as_scikit_learn_has_them(catalog, ngrams):
    titles = [catalog.item(item)["name"] for item in catalog.items]
    kind = (
        {"token_pattern": r"(?u)\b\w+\b"}
        if ngrams is None
        else {"analyzer": "char_wb", "ngram_range": ngrams}
    )
    titles = [title.translate(str.maketrans(",-'", "   ")) for title in titles]
    vectors = TfidfVectorizer(sublinear_tf=True, **kind).fit_transform(titles)
    cosines = (vectors @ vectors.T).toarray()
    of_titles = kosar.Catalog.from_frame(
        {"id": list(range(len(titles))), "title": titles}, item="id", name="title"
    )
    model = kosar.ContentSimilarity(ngrams=ngrams, max_df=1).fit(of_titles)
    for item in range(0, len(titles), 37):
        found = model.similar(item, n=len(titles))
        assert len(found) == np.count_nonzero(cosines[item]) - 1
        for other, score, _ in found:
            assert math.isclose(score, cosines[item, other], abs_tol=1e-6)


def test_content_answers(catalog, content):
    first = content.items_[0]
    found = content.similar(first, n=5)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    reason = found[0].reason
    assert (reason.kind, reason.to, reason.category) == ("alike", first, catalog.item(first)["categories"][0])
    assert reason.similarity == content.similarity(first, found[0].item)
    assert str(reason).startswith(f"like {first}: category ")
    cheap = catalog.items_priced(max=8)
    among = content.recommend([first], n=3, only=cheap, exclude=[found[0].item])
    assert {one.item for one in among} <= set(cheap) - {found[0].item}
    assert content.recommend([], n=3) == content.similar(first, n=0) == []
    with pytest.raises(kosar.UnknownIdError, match="unknown item 'none'"):
        content.similar("none")
    assert content.similar(first, exclude=["none"]) == content.similar(first)
    with pytest.raises(kosar.IdTypeError, match="item ids are string here, got the integer 7"):
        content.similar(first, exclude=[7])
    with pytest.raises(kosar.IdTypeError, match="only must be a list of ids"):
        content.similar(first, only=first)
    for params, message in [
        ({"title": -1}, "title must be from 0 to 1,000,000, got -1"),
        ({"ngrams": (5, 3)}, "ngrams must be at least 5, got 3"),
        ({"ngrams": 3}, "ngrams must be a pair of whole numbers"),
        ({"max_df": 0}, "max_df must be above 0 and at most 1"),
        ({"price_ratio": "2"}, "price_ratio must be a number"),
    ]:
        with pytest.raises(kosar.ParamError, match=message):
            kosar.ContentSimilarity(**params).fit(catalog)
    for wrong in (None, "catalog"):
        with pytest.raises(kosar.ParamTypeError, match=r"ContentSimilarity.fit needs a Catalog, got"):
            kosar.ContentSimilarity().fit(wrong)


@pytest.fixture(scope="module")
def hybrid(shop, content):
    return kosar.HybridSimilarity(evidence=5.0).fit(
        shop, kosar.ItemSimilarity(neighbors=30).fit(shop), content
    )


def test_hybrid_answers_for_what_nobody_bought(shop, catalog, content, hybrid):
    assert hybrid.items_ == catalog.items
    assert 0 < hybrid.content_weight_ <= 1
    new = kosar.Catalog.from_frame(
        {
            "id": [*catalog.items, "NEW"],
            "path": [*(catalog.item(i)["categories"][0] for i in catalog.items), "Kitchen"],
        },
        item="id",
        category="path",
    )
    collaborative = kosar.ItemSimilarity().fit(shop)
    model = kosar.HybridSimilarity(content_weight=1).fit(
        shop, collaborative, kosar.ContentSimilarity().fit(new)
    )
    assert model.evidence_of("NEW") == 0
    assert len(model.similar("NEW", n=3)) == 3
    kitchen = new.items_in("Kitchen")[0]
    assert "NEW" in [one.item for one in model.recommend(items=[kitchen], n=200)]
    assert [one.item for one in model.recommend("C00001", only=["NEW"])] in ([], ["NEW"])
    with pytest.raises(kosar.ParamError, match="exactly one of customer and items must be given, got both"):
        model.recommend("C00001", items=[kitchen])
    with pytest.raises(kosar.ParamTypeError, match="collaborative must be a fitted ItemSimilarity, got str"):
        kosar.HybridSimilarity().fit(shop, "x", content)
    with pytest.raises(kosar.ParamTypeError, match="content must be a fitted ContentSimilarity, got ItemSim"):
        kosar.HybridSimilarity().fit(shop, collaborative, collaborative)
    with pytest.raises(kosar.NotFittedError):
        kosar.HybridSimilarity().fit(shop, kosar.ItemSimilarity(), content)
    with pytest.raises(kosar.ParamError, match="evidence must be above 0 and finite, got 0"):
        kosar.HybridSimilarity(evidence=0).fit(shop, collaborative, content)


@pytest.fixture(scope="module")
def relations(shop, catalog):
    return kosar.ItemRelations(min_orders=3, min_lift=1.5, max_lift=0.9, window_days=60.0).fit(
        shop, catalog=catalog
    )


def test_relations(relations, catalog):
    item = next(item for item in relations.items_ if relations.complements(item))
    other, pair = relations.complements(item, n=1)[0]
    assert pair == relations.relation(item, other)
    assert (pair.relation, pair.together >= 3, pair.lift >= 1.5) == ("complement", True, True)
    assert str(pair).startswith("complement: in ")
    assert relations.label([(item, other), [other, item]])[0] == pair
    assert relations.label([]) == []
    [found] = relations.recommend(items=[item], n=1)
    assert (found.item, str(found.reason).startswith(f"goes with {item}: ")) == (other, True)
    assert other not in [found.item for found in relations.recommend(items=[item], n=50, exclude=[other])]
    assert [found.item for found in relations.recommend(items=[item], only=[other])] == [other]
    asked = next(customer for customer in relations.customers_ if relations.recommend(customer))
    assert len({found.item for found in relations.recommend(asked, n=7)}) <= 7
    with pytest.raises(kosar.ParamError, match="exactly one of customer and items"):
        relations.recommend()
    with pytest.raises(kosar.ParamError, match="relation must be one of complement, substitute"):
        relations.recommend(items=[item], relation="twin")
    substitute = next(item for item in relations.items_ if relations.substitutes(item))
    other, pair = relations.substitutes(substitute, n=1)[0]
    assert pair.relation == "substitute"
    assert pair.lift <= 0.9
    assert pair.context >= 0.2
    assert catalog.item(other)["categories"] == catalog.item(substitute)["categories"]
    with pytest.raises(kosar.ParamTypeError, match="pairs must be a list of pairs"):
        relations.label([("a", "b", "c")])
    with pytest.raises(kosar.UnknownIdError):
        relations.relation(item, "none")
    with pytest.raises(kosar.ParamError, match="max_lift must be above 0 and below min_lift, got 3"):
        kosar.ItemRelations(max_lift=3).fit(kosar.OrderLog.from_baskets([["a"]]))
    with pytest.raises(kosar.ParamTypeError, match=r"ItemRelations.fit needs a Catalog, got str"):
        kosar.ItemRelations().fit(kosar.OrderLog.from_baskets([["a"]]), catalog="x")


def asked(model):
    if isinstance(model, kosar.ItemRelations):
        return [[repr(model.complements(i)), repr(model.substitutes(i))] for i in model.items_]
    return [list(map(str, map(list, model.similar(item, n=5)))) for item in model.items_]


@pytest.mark.parametrize("name", ["content", "hybrid", "relations"])
def test_files_and_pickles_answer_the_same(name, request, tmp_path):
    model = request.getfixturevalue(name)
    expected = asked(model)
    assert any(expected)
    path = tmp_path / "model.kosar"
    model.save(path)
    for other in (
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
        type(model).load(path),
        kosar.load(path),
        type(model).from_bytes(model.to_bytes(histories=False)),
    ):
        assert type(other) is type(model)
        assert repr(other) == repr(model)
        assert asked(other) == expected
    serving = type(model).from_bytes(model.to_bytes(histories=False))
    if name == "hybrid":
        with pytest.raises(kosar.NoHistoriesError):
            serving.recommend("C00001")
    if name == "relations":
        with pytest.raises(kosar.NoHistoriesError):
            serving.relation(*model.items_[:2])


@pytest.mark.parametrize("kind", [kosar.ContentSimilarity, kosar.HybridSimilarity, kosar.ItemRelations])
def test_defaults_are_those_of_the_core(kind):
    core = kind._from_stored(getattr(kosar._native, kind.__name__).defaults())
    assert kind().get_params() == core
