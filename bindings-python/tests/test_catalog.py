import gzip

import kosar
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

COLUMNS = {
    "id": [7, 7, 9, 4],
    "path": ["Food/Bread", "Gifts", "Food", None],
    "what": ["Rye", "Rye", "Hamper", None],
}
TABLES = {
    "dict": COLUMNS,
    "pandas": pd.DataFrame(COLUMNS),
    "pandas category": pd.DataFrame(COLUMNS).astype({"path": "category"}),
    "polars": pl.DataFrame(COLUMNS),
    "pyarrow": pa.table(COLUMNS),
    "pyarrow dictionary": pa.table({**COLUMNS, "path": pa.array(COLUMNS["path"]).dictionary_encode()}),
}


def facts(catalog):
    names = {item: (catalog.name(item), catalog.categories_of(item)) for item in catalog.items}
    return names, catalog.categories.to_dicts()


@pytest.mark.parametrize("make", TABLES)
def test_a_catalogue_is_the_same_from_any_table(make):
    catalog = kosar.Catalog.from_frame(TABLES[make], item="id", category="path", name="what")
    names, categories = facts(catalog)
    assert names == {4: (None, []), 7: ("Rye", ["Food/Bread", "Gifts"]), 9: ("Hamper", ["Food"])}
    assert categories == [
        {"path": "Food", "name": "Food", "parent": "", "depth": 1, "items": 2},
        {"path": "Food/Bread", "name": "Bread", "parent": "Food", "depth": 2, "items": 1},
        {"path": "Gifts", "name": "Gifts", "parent": "", "depth": 1, "items": 1},
    ]
    assert (catalog.n_items, catalog.depth) == (3, 2)
    assert (catalog.report.rows, catalog.report.taken) == (4, 4)
    assert repr(catalog) == "Catalog(3 items, 3 categories)"


@pytest.mark.parametrize("is_packed", [False, True])
def test_levels_in_columns_of_a_file(tmp_path, is_packed):
    path = tmp_path / "catalog.csv"
    text = "id;a;b;n\n7;Food;Bread;Rye\n7;Gifts;;\n9;Food;;Hamper\n4;;;\n"
    path.write_bytes(gzip.compress(text.encode()) if is_packed else text.encode())
    catalog = kosar.Catalog.from_csv(
        path, item="id", category=["a", "b"], name="n", integer_ids=True, delimiter=";"
    )
    assert facts(catalog) == facts(kosar.Catalog.from_frame(COLUMNS, item="id", category="path", name="what"))
    with pytest.raises(kosar.FileError):
        kosar.Catalog.from_csv(tmp_path / "nowhere", item="id")


def test_a_dict_of_paths():
    catalog = kosar.Catalog.from_dict({"b": ["X/Y", "Z"], "a": "X", "c": None, "d": []})
    assert catalog.items == ["a", "b", "c", "d"]
    assert catalog.items_in(" X ") == ["a", "b"]
    assert catalog.categories_of("b") == ["X/Y", "Z"]
    assert kosar.Catalog.from_dict({}).items == []


def test_what_cannot_be_a_catalogue_is_refused():
    with pytest.raises(kosar.IntakeError, match="column 'nothing', named as category, is not in the input"):
        kosar.Catalog.from_frame(COLUMNS, item="id", category="nothing")
    with pytest.raises(kosar.IntakeError, match="column 'id' cannot serve as category"):
        kosar.Catalog.from_frame(COLUMNS, item="id", category="id")
    with pytest.raises(kosar.ParamError, match="separator must be a text of at least one character"):
        kosar.Catalog.from_frame(COLUMNS, item="id", category="path", separator="")
    for wrong in ({"item": 5}, {"item": "id", "category": [1]}, {"item": "id", "name": 2}):
        with pytest.raises(kosar.ParamTypeError, match="must be the name of a column"):
            kosar.Catalog.from_frame(COLUMNS, **wrong)
    with pytest.raises(kosar.ParamTypeError, match="categories must be a dict"):
        kosar.Catalog.from_dict([("a", "X")])
    with pytest.raises(kosar.ParamTypeError, match="integer_ids must be True or False"):
        kosar.Catalog.from_csv("x", item="id", integer_ids=1)


def test_what_is_not_there_is_named():
    catalog = kosar.Catalog.from_frame(COLUMNS, item="id", category="path")
    with pytest.raises(kosar.UnknownIdError, match="unknown item 8"):
        catalog.name(8)
    with pytest.raises(kosar.IdTypeError, match="item ids are integer here, got the string '7'"):
        catalog.categories_of("7")
    with pytest.raises(kosar.UnknownIdError, match="unknown category 'Fod'; near to it: Food"):
        catalog.items_in("Fod")
    with pytest.raises(kosar.ParamTypeError, match="path must be a string"):
        catalog.items_in(7)
