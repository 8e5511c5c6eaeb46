import datetime as dt
import decimal
import gzip
import inspect
import warnings

import duckdb
import kosar
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from kosar import OrderLog

ROLES = {name: name for name in ["customer", "order", "item", "time", "quantity", "price"]}


@pytest.fixture(scope="module")
def columns():
    return kosar.datasets.shop_columns(lines=3_000, seed=5, dirty=0.02)


def signature(log):
    """What a log can be told by."""
    rfm = kosar.Rfm().fit(log).table_.to_dicts()
    similarity = kosar.ItemSimilarity().fit(log).to_bytes()
    return repr(log), str(log.report), log.span, rfm, similarity


def object_frame(columns):
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


def categories(columns):
    frame = pd.DataFrame(columns)
    return frame.astype({"customer": "category", "order": "category", "item": "category"})


class NoArrow(pd.DataFrame):
    """A data frame of a pandas that cannot export."""

    @property
    def _constructor(self):
        return NoArrow

    def __arrow_c_stream__(self, requested_schema=None):
        raise ImportError("pyarrow is needed")


SOURCES = {
    "dict of lists": dict,
    "dict of arrays": lambda c: {
        **c,
        "time": np.array([t.replace(tzinfo=None) for t in c["time"]], "M8[s]"),
        "quantity": np.array(c["quantity"], "f4"),
        "price": np.array(c["price"]),
        "order": np.array(c["order"]),
    },
    "pandas": pd.DataFrame,
    "pandas objects": object_frame,
    "pandas categories": categories,
    "pandas without arrow": lambda c: NoArrow(pd.DataFrame(c)),
    "pandas objects without arrow": lambda c: NoArrow(object_frame(c)),
    "pandas categories without arrow": lambda c: NoArrow(categories(c)),
    "pandas dict of series": lambda c: dict(object_frame(c).items()),
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "polars categories": lambda c: pl.DataFrame(c).with_columns(pl.col("item", "order").cast(pl.Categorical)),
    "pyarrow": pa.table,
    "pyarrow batches": lambda c: pa.table(c).to_reader(max_chunksize=77),
    "pyarrow dictionary": lambda c: pa.table({**c, "item": pa.array(c["item"]).dictionary_encode()}),
    "pyarrow large": lambda c: pa.table({**c, "item": pa.array(c["item"], pa.large_string())}),
    "pyarrow view": lambda c: pa.table({**c, "item": pa.array(c["item"], pa.string_view())}),
    "pyarrow decimal": lambda c: pa.table(
        {**c, "price": pa.array([decimal.Decimal(f"{p:.2f}") for p in c["price"]], pa.decimal128(12, 2))}
    ),
    "pyarrow nanoseconds": lambda c: pa.table({**c, "time": pa.array(c["time"], pa.timestamp("ns", "CET"))}),
    "pyarrow float32": lambda c: pa.table({**c, "price": pa.array(c["price"], pa.float32())}),
    "duckdb": lambda c: duckdb.from_arrow(pa.table(c)),
    "times as text": lambda c: {**c, "time": [t.isoformat() for t in c["time"]]},
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_gives_the_same_log(columns, source):
    expected = signature(OrderLog.from_frame(columns, **ROLES))
    log = OrderLog.from_frame(SOURCES[source](columns), **ROLES)
    assert signature(log) == expected


def test_csv_gives_the_same_log(columns, tmp_path):
    text = pl.DataFrame(columns).with_columns(pl.col("time").dt.strftime("%Y-%m-%d %H:%M:%S")).write_csv()
    (tmp_path / "orders.csv").write_text(text)
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(text.encode()))
    expected = signature(OrderLog.from_frame(columns, **ROLES))
    for name in ["orders.csv", "orders.csv.gz"]:
        assert signature(OrderLog.from_csv(tmp_path / name, **ROLES)) == expected


def test_csv_options(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("who;what;when\n7;1;02.01.2025\n8;1;03.01.2025\n")
    log = OrderLog.from_csv(
        str(path),
        customer="who",
        item="what",
        time="when",
        integer_ids=["customer"],
        time_format="%d.%m.%Y",
        delimiter=";",
    )
    assert (log.customers, log.items) == ([7, 8], ["1"])
    assert log.span[0] == dt.datetime(2025, 1, 2, tzinfo=dt.UTC)
    with pytest.raises(kosar.FileError, match="cannot read") as failure:
        OrderLog.from_csv(tmp_path / "nowhere.csv", item="what")
    assert isinstance(failure.value, OSError)
    with pytest.raises(kosar.IntakeError, match="it has: who, what, when"):
        OrderLog.from_csv(path, item="sku", delimiter=";")
    with pytest.raises(kosar.ParamError, match="delimiter must be one ASCII character"):
        OrderLog.from_csv(path, item="what", delimiter="ab")
    with pytest.raises(kosar.ParamError, match="integer_ids must be one of customer, order, item"):
        OrderLog.from_csv(path, item="what", delimiter=";", integer_ids=["price"])


INTEGERS = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]


@pytest.mark.parametrize("kind", INTEGERS, ids=str)
def test_integer_ids_of_every_width(kind):
    ids = pa.array([5, None, 3, 5], kind)
    for values in (ids, ids.dictionary_encode()):
        log = OrderLog.from_frame(pa.table({"item": values}), item="item")
        assert log.items == [3, 5]
        assert log.report.set_aside["missing_item"]["first_rows"] == [1]
    numbers = OrderLog.from_frame(pa.table({"i": [1, 2, 3, 4], "q": ids}), item="i", quantity="q")
    assert numbers.n_lines == 3
    array = np.array([5, 3, 5], kind.to_pandas_dtype())
    assert OrderLog.from_frame({"item": array}, item="item").items == [3, 5]
    assert OrderLog.from_frame({"item": array[::2]}, item="item").items == [5]
    assert OrderLog.from_frame({"item": array.astype(array.dtype.newbyteorder())}, item="item").items == [
        3,
        5,
    ]


def test_floats_stand_for_integer_ids():
    frame = {"customer": np.array([17850.0, np.nan, 3.5]), "item": ["a", "b", "c"]}
    log = OrderLog.from_frame(frame, customer="customer", item="item")
    assert log.customers == [17850]
    assert log.report.notes["no_customer"]["count"] == 1
    assert log.report.set_aside["id_not_integer"]["first_rows"] == [2]


@pytest.mark.parametrize(
    "times",
    [
        pa.array([dt.date(2025, 1, 2)] * 2, pa.date32()),
        pa.array([dt.date(2025, 1, 2)] * 2, pa.date64()),
        *(pa.array([dt.datetime(2025, 1, 2)] * 2, pa.timestamp(unit)) for unit in ["s", "ms", "us", "ns"]),
        pa.array([dt.datetime(2025, 1, 2)] * 2, pa.timestamp("us", "Europe/Budapest")),
        pa.array([dt.datetime(2025, 1, 2)] * 2, pa.timestamp("us")).dictionary_encode(),
        [dt.date(2025, 1, 2), None],
        [dt.datetime(2025, 1, 2), pd.NaT],
        [dt.datetime(2025, 1, 2, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))] * 2,
        [pd.Timestamp("2025-01-02"), pd.NaT],
        np.array(["2025-01-02", "NaT"], "M8[D]"),
        np.array(["2025-01-02", "NaT"], "M8[ns]"),
        np.array(["2025-01-02", "NaT"], "M8[25s]"),
        np.array(["2025-01-02", "2025-01-02"]),
        pd.Series(pd.to_datetime(["2025-01-02", "2025-01-02"])).dt.tz_localize("UTC"),
    ],
    ids=repr,
)
def test_times_of_every_type(times):
    data = {"c": ["x", "y"], "t": times}
    log = OrderLog.from_frame(pa.table(data) if isinstance(times, pa.Array) else data, customer="c", time="t")
    assert log.span[0] == dt.datetime(2025, 1, 2, tzinfo=dt.UTC)


def test_times_as_numbers_need_a_unit():
    data = {"c": ["x"], "t": [1_735_776_000]}
    with pytest.raises(
        kosar.IntakeError, match=r"column 't' cannot serve as time: its type is Int64.*time_unit"
    ):
        OrderLog.from_frame(data, customer="c", time="t")
    for unit, factor in {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}.items():
        for number in (1_735_776_000 * int(factor), 1_735_776_000 * factor):
            log = OrderLog.from_frame({"c": ["x"], "t": [number]}, customer="c", time="t", time_unit=unit)
            assert log.span[0] == dt.datetime(2025, 1, 2, tzinfo=dt.UTC)
    with pytest.raises(kosar.ParamError, match="time_unit must be one of s, ms, us, ns, got 'h'"):
        OrderLog.from_frame(data, customer="c", time="t", time_unit="h")
    log = OrderLog.from_frame({"c": ["x"], "t": [1_735_776_000_000]}, customer="c", time="t", time_unit="s")
    with pytest.raises(kosar.IntakeError, match="was time_unit right"):
        _ = log.span


def test_attributes_of_every_type():
    table = pa.table(
        {
            "i": ["a", "a", "b"],
            "word": ["x", "y", "x"],
            "coded": pa.array(["x", None, "x"]).dictionary_encode(),
            "flag": [True, True, None],
            "number": [1.5, None, 2.0],
            "whole": [1, 2, None],
            "nothing": pa.nulls(3),
        }
    )
    log = OrderLog.from_frame(table, item="i", attributes=table.column_names[1:])
    assert log.item_words("word") == {"a": "x", "b": "x"}
    assert log.item_words("flag") == {"a": "true"}
    assert log.item_words("coded") == {"a": "x", "b": "x"}
    with pytest.raises(kosar.IntakeError, match="word, coded, flag"):
        log.item_words("number")
    with pytest.raises(kosar.IntakeError, match="cannot serve as an attribute: its type is List"):
        OrderLog.from_frame(pa.table({"i": ["a"], "l": [[1]]}), item="i", attributes=["l"])


@pytest.mark.parametrize(
    ("data", "roles", "message"),
    [
        ({"a": [1]}, {"item": "b"}, "column 'b', named as item, is not in the input; it has: a"),
        ({"a": [1]}, {}, "name at least an item or a customer column"),
        ({"a": [1], "p": [1]}, {"item": "a", "price": "p", "amount": "p"}, "price and amount exclude"),
        ({"a": [1, 2], "b": [1]}, {"item": "a", "order": "b"}, "column 'a' has 2 rows, others have 1"),
        ({"a": [True]}, {"item": "a"}, "its type is Boolean, allowed is text or integers"),
        ({"a": [1, "x"]}, {"item": "a"}, "values must be of one kind"),
        ({"a": [object()]}, {"item": "a"}, "column 'a' holds <object"),
        ({"a": [2**70]}, {"item": "a"}, "which is beyond 64 bits"),
        ({"a": np.array([2**63], "u8")}, {"item": "a"}, "its type is UInt64"),
        ({"a": np.zeros((2, 2))}, {"item": "a"}, "must have one dimension"),
        ({"a": np.zeros(2, complex)}, {"item": "a"}, "complex128"),
        ({"a": "text"}, {"item": "a"}, "column 'a' must be a list or an array"),
        ({"a": 5}, {"item": "a"}, "column 'a' must be a list or an array"),
        ([1, 2], {"item": "a"}, "data must be a data frame .*, got list"),
        (None, {"item": "a"}, "got NoneType"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), {"item": "a"}, "more than once"),
        (pa.table({"a": [dt.time(1)]}), {"item": "a"}, "its type is Time64"),
    ],
)
def test_bad_tables_are_refused(data, roles, message):
    with pytest.raises(kosar.IntakeError, match=message) as failure:
        OrderLog.from_frame(data, **roles)
    assert failure.value.code == "KOSAR_INTAKE"
    assert isinstance(failure.value, ValueError)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table, dict])
def test_a_missing_column_lists_those_present(frame):
    data = frame({"sku": ["a"], "who": ["b"]})
    with pytest.raises(kosar.IntakeError, match="it has: sku, who"):
        OrderLog.from_frame(data, item="item")


def test_lines_of_the_future_are_set_aside(tmp_path):
    table = {"item": ["tea", "tea"], "when": [dt.datetime(2025, 1, 1), dt.datetime(2125, 1, 1)]}
    log = OrderLog.from_frame(table, item="item", time="when", until=dt.date(2025, 1, 1))
    assert (log.n_lines, log.report.set_aside["future"]["count"]) == (1, 1)
    path = tmp_path / "orders.csv"
    path.write_text("item,when\ntea,2025-01-01\ntea,2125-01-01\n")
    log = OrderLog.from_csv(path, item="item", time="when", until="2025-01-01")
    assert log.report.set_aside["future"]["first_rows"] == [1]
    with pytest.raises(kosar.ParamTypeError, match="until must be a date"):
        OrderLog.from_frame(table, item="item", time="when", until=7)


def test_bad_options_are_refused():
    data = {"a": [1]}
    for options, message in [
        ({"returns": "maybe"}, "returns must be one of net, drop, keep, got 'maybe'"),
        ({"returns": None}, "returns must be a string"),
        ({"attributes": "a"}, "attributes must be a list of column names"),
        ({"drop_duplicates": "yes"}, "drop_duplicates must be True or False"),
        ({"order": 5}, "order must be the name of a column"),
    ]:
        with pytest.raises(kosar.ParamError, match=message):
            OrderLog.from_frame(data, item="a", **options)


def test_numbers_and_unneeded_columns_of_mixed_kinds():
    data = pd.DataFrame({"i": ["a", "b"], "q": [1, "2"], "mixed": [1, "x"]})
    assert OrderLog.from_frame(data, item="i").n_lines == 2
    with pytest.raises(kosar.IntakeError, match="column 'q' holds '2' after values of kind Int"):
        OrderLog.from_frame(data, item="i", quantity="q")
    prices = {"i": ["a", "b"], "p": [decimal.Decimal("2.50"), None], "c": [1, 1]}
    log = OrderLog.from_frame(
        {**prices, "t": ["2025-01-01"] * 2}, item="i", price="p", customer="c", time="t"
    )
    assert kosar.Rfm().fit(log).customer(1)["monetary"] == 2.5
    assert log.report.set_aside["missing_price"]["count"] == 1


def test_pandas_types_with_missing_values():
    frame = NoArrow(
        {
            "i": pd.array(["a", None, "b"], "string"),
            "q": pd.array([1, None, 2], "Int64"),
            "f": pd.array([True, None, False], "boolean"),
        }
    )
    log = OrderLog.from_frame(frame, item="i", quantity="q", attributes=["f"])
    assert (log.items, log.n_lines) == (["a", "b"], 2)


def test_baskets():
    log = OrderLog.from_baskets(iter([["b", "a", "a"], (), {"c"}]))
    assert (log.n_orders, log.items) == (2, ["a", "b", "c"])
    assert log.report.set_aside["empty_basket"]["first_rows"] == [1]
    assert OrderLog.from_baskets([np.array([3, 1]), [2]]).items == [1, 2, 3]
    assert OrderLog.from_baskets([]).n_orders == 0
    for baskets, message in [
        ([["a"], [1]], "item ids are string here, got the integer 1"),
        (["abc"], "a basket must be a list of ids, got 'abc'"),
        ([[True]], r"item id must be a string or an integer, got True \(bool\)"),
        ([[1.5]], r"got 1.5 \(float\)"),
        ([[None]], r"got None \(NoneType\)"),
        ([[2**63]], "item id must be an integer of 64 bits"),
        ([5], "a basket must be a list of ids, got 5"),
    ]:
        with pytest.raises(kosar.IdTypeError, match=message) as failure:
            OrderLog.from_baskets(baskets)
        assert isinstance(failure.value, TypeError)


def test_the_report_speaks():
    data = {"i": ["a", None, "b"], "q": [1, 1, 0], "c": [None, "x", "x"]}
    report = OrderLog.from_frame(data, item="i", quantity="q", customer="c").report
    assert (report.rows, report.taken) == (3, 1)
    assert report.set_aside == {
        "missing_item": {"count": 1, "first_rows": [1], "examples": []},
        "zero_quantity": {"count": 1, "first_rows": [2], "examples": []},
    }
    assert "set aside: 1 quantity zero (rows 2)" in str(report)
    assert report.notes["no_customer"]["count"] == 1


def test_time_travel_append_and_forget(shop):
    middle = dt.datetime(2025, 7, 1, tzinfo=dt.UTC)
    early, late = shop.before(middle), shop.after(middle)
    assert early.n_orders + late.n_orders == shop.n_orders
    assert early.span[1] < middle <= late.span[0]
    for same in [
        "2025-07-01",
        "2025-07-01T02:00:00+02:00",
        dt.date(2025, 7, 1),
        dt.datetime(2025, 7, 1),
        np.datetime64("2025-07-01"),
        np.datetime64("2025-07-01", "ns"),
        pd.Timestamp("2025-07-01"),
        pd.Timestamp("2025-07-01", tz="UTC"),
    ]:
        assert repr(shop.before(same)) == repr(early)
    whole = early.append(late)
    assert kosar.Rfm().fit(whole).to_bytes() == kosar.Rfm().fit(shop).to_bytes()
    assert whole.append(late).report.set_aside["repeated_order"]["count"] == late.n_lines
    without = shop.forget("C00001")
    assert "C00001" not in without.customers
    assert without.report.notes["forgotten"]["count"] == shop.n_lines - without.n_lines
    with pytest.raises(kosar.UnknownIdError) as failure:
        without.forget("C00001")
    assert str(failure.value) == "unknown customer 'C00001'"
    assert isinstance(failure.value, KeyError)
    with pytest.raises(kosar.IdTypeError, match="customer ids are string here, got the integer 5"):
        shop.forget(5)
    with pytest.raises(kosar.ParamTypeError, match="new must be an OrderLog, got dict"):
        shop.append({})


def test_bad_instants_are_refused(shop, breakfast):
    for value, kind in [
        ("soon", kosar.ParamError),
        (5, kosar.ParamTypeError),
        (None, kosar.ParamTypeError),
        (pd.NaT, kosar.ParamError),
        (np.datetime64("NaT"), kosar.ParamError),
        (True, kosar.ParamTypeError),
    ]:
        with pytest.raises(kind, match="time must be a date such as 2011-12-10"):
            shop.before(value)
    with pytest.raises(kosar.MissingColumnError, match="the log has no time column"):
        breakfast.before("2025-01-01")
    assert breakfast.span is None


def test_matrices(shop, breakfast):
    matrix = breakfast.basket_items()
    assert matrix.shape == (10, 6)
    assert matrix.sum() == 22
    bread = breakfast.items.index("bread")
    assert matrix[:, [bread]].sum() == 6
    owned = shop.customer_items()
    assert owned.shape == (shop.n_customers, shop.n_items) == (len(shop.customers), len(shop.items))
    assert (owned.T @ owned).shape == (shop.n_items, shop.n_items)


def test_shops():
    columns = kosar.datasets.shop_columns(lines=200, seed=9, start="2024-02-01", return_rate=0.05)
    assert sum(q < 0 for q in columns["quantity"]) == 10
    assert columns["time"][0] >= dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
    assert columns == kosar.datasets.shop_columns(
        lines=200, seed=9, start=dt.date(2024, 2, 1), return_rate=0.05
    )
    for params, message in [
        ({"lines": 5}, "lines must be at least 100, got 5"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"dirty": 0.9}, "dirty must be from 0 to 0.5, got 0.9"),
        ({"colour": 1}, "a shop has no parameter 'colour'"),
        ({"start": "2024-02-01T12:00"}, "start must be a midnight"),
    ]:
        with pytest.raises(kosar.ParamError, match=message):
            kosar.datasets.shop(**params)
    assert kosar.datasets.shop(lines=200).n_lines == 200


def test_from_csv_takes_what_from_frame_takes():
    frame = inspect.signature(OrderLog.from_frame).parameters
    csv = inspect.signature(OrderLog.from_csv).parameters
    assert set(csv) - set(frame) == {"path", "integer_ids", "delimiter"}
    assert set(frame) - set(csv) == {"data"}


def test_a_sum_that_does_not_fit_has_its_own_error():
    log = kosar.OrderLog.from_frame(
        {"who": ["a", "a"], "when": ["2025-01-01", "2025-01-02"], "paid": [9e12, 9e12]},
        customer="who",
        time="when",
        amount="paid",
    )
    with pytest.raises(kosar.SumTooLargeError, match="customer 'a' is beyond") as caught:
        kosar.Rfm().fit(log)
    assert caught.value.code == "KOSAR_OVERFLOW"
    assert isinstance(caught.value, OverflowError)


def test_an_intake_of_which_little_is_taken_is_warned_of(tmp_path):
    def read(quantity):
        return OrderLog.from_frame({"i": [1] * len(quantity), "n": quantity}, item="i", quantity="n")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read([1, 1, 0, 0]).report.warning is None
    most = "2 of 3 rows were set aside; the main cause, of 2: quantity zero; see report"
    with pytest.warns(kosar.IntakeWarning, match=f"^{most}$") as caught:
        assert f"{read([1, 0, 0]).report.warning}; see report" == most
    assert caught[0].filename == __file__
    with pytest.warns(kosar.IntakeWarning, match="the input has no rows"):
        read([])
    with pytest.warns(kosar.IntakeWarning, match="all 1 rows were set aside; .*: item id missing"):
        OrderLog.from_baskets([[""]])
    path = tmp_path / "items.csv"
    path.write_text("sku,eur\na,cheap\n")
    with pytest.warns(kosar.IntakeWarning, match="text that is no number"):
        kosar.Catalog.from_csv(path, item="sku", price="eur")
    with pytest.warns(kosar.IntakeWarning, match="time not readable"):
        kosar.EventLog.from_frame({"t": ["soon"], "s": [1], "i": [1]}, time="t", session="s", item="i")


def test_an_empty_string_is_no_item_of_a_basket():
    log = OrderLog.from_baskets([["b", "", "a"], [" "], [], ["a"], ["b"]])
    assert (log.items, log.n_lines) == (["a", "b"], 4)
    found = {cause: finding["first_rows"] for cause, finding in log.report.set_aside.items()}
    assert found == {"missing_item": [1], "empty_basket": [2]}
    assert log.report.notes["empty_item"]["first_rows"] == [0]


def test_words_that_were_not_kept_are_named(columns):
    log = OrderLog.from_frame(columns, item="item")
    with pytest.raises(kosar.IntakeError, match=r"name it in attributes when the log is made \(kept: none\)"):
        log.item_words("name")


def test_a_table_has_rows_by_slice(columns):
    table = kosar.Rfm().fit(OrderLog.from_frame(columns, **ROLES)).table_
    rows = table.to_dicts()
    for part in [
        slice(3),
        slice(2, 9, 3),
        slice(None, None, -1),
        slice(-2, None),
        slice(5, 5),
        slice(3, 0, -1),
        slice(1, None, 10**30),
    ]:
        assert isinstance(table[part], kosar.Table)
        assert table[part].to_dicts() == rows[part]
        assert table[part].to_polars().to_dicts() == table.to_polars().to_dicts()[part]
    itemsets = kosar.FrequentItemsets(min_support=1).fit(OrderLog.from_baskets([["a", "b"], ["b"]])).itemsets_
    assert itemsets[1:2]["items"] == itemsets["items"][1:2]
    for key in [0, 1.5, None, ("a",)]:
        with pytest.raises(
            kosar.ParamTypeError, match="a table is indexed by the name of a column or a slice"
        ):
            table[key]
