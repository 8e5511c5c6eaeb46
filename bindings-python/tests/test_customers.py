import datetime as dt
import json

import kosar
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

COLUMNS = {
    "who": ["ann", "bob", "ann", None],
    "city": ["Pécs", None, "Eger", "x"],
    "points": [12.5, None, 3.0, 1.0],
    "born": [dt.date(1980, 2, 29), None, dt.date(1979, 12, 31), None],
    "club": [True, None, False, True],
    "tz": ["europe/budapest", "Mars/Base", None, None],
    "likes": [["Zen", "Acme"], [], ["Acme"], None],
    "mail": ["yes", "maybe", "no", "yes"],
}
ROLES = {
    "customer": "who",
    "attributes": ["city", "points", "born", "club"],
    "time_zone": "tz",
    "preferences": {"brand": "likes"},
    "consent": {("email", "marketing"): "mail"},
}
TABLES = {
    "dict": COLUMNS,
    "pandas": pd.DataFrame(COLUMNS),
    "polars": pl.DataFrame(COLUMNS),
    "pyarrow": pa.table(COLUMNS),
    "pyarrow dictionary": pa.table({**COLUMNS, "city": pa.array(COLUMNS["city"]).dictionary_encode()}),
}
ANN = {
    "customer": "ann",
    "attributes": {"born": "1979-12-31", "city": "Eger", "club": False, "points": 3.0},
    "time_zone": "Europe/Budapest",
    "preferences": {"brand": ["Acme", "Zen"]},
    "consents": {"email/marketing": "withdrawn"},
}


def built(**more):
    return kosar.Customers.from_frame(COLUMNS, **{**ROLES, **more})


def held(customers):
    return {customer: customers.customer(customer) for customer in customers.ids}


@pytest.mark.parametrize("make", TABLES)
def test_a_table_of_customers_is_the_same_from_any_table(make):
    customers = kosar.Customers.from_frame(TABLES[make], **ROLES)
    assert (customers.ids, len(customers)) == (["ann", "bob"], 2)
    assert customers.customer("ann") == ANN
    assert json.loads(json.dumps(customers.customer("ann"))) == ANN
    assert customers.consent("bob", "email", "marketing") == "withdrawn"
    assert customers.attribute_names == ["born", "city", "club", "points"]
    assert (customers.preference_kinds, customers.consent_pairs) == (["brand"], [("email", "marketing")])
    report = customers.report
    assert (report.rows, report.taken) == (4, 3)
    assert list(report.set_aside) == ["missing_customer"]
    assert report.notes["unknown_zone"]["examples"] == ["Mars/Base"]
    assert report.notes["unreadable_consent"]["examples"] == ["maybe"]
    assert report.notes["several_facts"]["examples"] == ["ann"]
    assert repr(customers) == "Customers(2 customers, 4 attributes, 1 consents)"


def test_types_may_be_told_and_a_file_reads_alike(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text(
        "who;city;points;born;club;tz;likes;mail\n"
        "ann;Pécs;12.5;29.02.1980;yes;europe/budapest;Zen|Acme;yes\n"
        "bob;;;;;Mars/Base;;maybe\n"
        "ann;Eger;3;31.12.1979;n;;Acme;no\n"
        ";x;1;;1;;;yes\n"
    )
    told = {
        **ROLES,
        "attributes": ["city"],
        "numbers": ["points"],
        "dates": ["born"],
        "flags": ["club"],
        "consent": {"email/marketing": "mail"},
        "separator": "|",
        "date_format": "%d.%m.%Y",
    }
    from_file = kosar.Customers.from_csv(path, **told, delimiter=";")
    assert held(from_file) == held(built())
    assert held(kosar.Customers.from_frame(pd.read_csv(path, sep=";", dtype=str), **told)) == held(from_file)
    with pytest.raises(kosar.FileError):
        kosar.Customers.from_csv(tmp_path / "nowhere", customer="who")
    numbers = kosar.Customers.from_csv(path, customer="points", integer_ids=True, delimiter=";")
    assert numbers.ids == [1, 3]


def test_a_table_leaves_with_its_types():
    table = built().to_table()
    assert table.columns == [
        "customer", "time_zone", "born", "city", "club", "points", "preference:brand",
        "consent:email/marketing",
    ]  # fmt: skip
    assert table["born"] == [dt.date(1979, 12, 31), None]
    assert (table["club"], table["city"]) == ([False, None], ["Eger", None])
    assert table["preference:brand"] == [["Acme", "Zen"], []]
    assert table["consent:email/marketing"] == ["withdrawn", "withdrawn"]
    arrow = pa.table(table)
    assert arrow.schema.field("born").type == pa.date32()
    assert arrow.column("born").to_pylist() == table["born"]
    assert arrow.column("club").to_pylist() == table["club"]
    assert pl.DataFrame(table)["born"].to_list() == table["born"]
    old = kosar.Customers.from_frame(
        {"who": [1], "born": np.array(["1600-01-01"], dtype="datetime64[D]")}, customer="who", dates=["born"]
    )
    assert old.to_table()["born"] == [dt.date(1600, 1, 1)]


def test_consents_are_given_and_taken_back():
    customers = built().with_consent("ann", "email", "marketing", True)
    assert customers.consent("ann", "email", "marketing") == "given"
    customers = customers.with_consents(
        [("cyd", "sms", "orders", "given"), ("ann", "email", "marketing", None)]
    )
    assert customers.ids == ["ann", "bob", "cyd"]
    assert customers.customer("cyd")["consents"] == {"sms/orders": "given"}
    assert customers.consent("ann", "email", "marketing") == "unknown"
    assert customers.consent("ann", "push", "news") == "unknown"
    with pytest.raises(kosar.ParamError, match="consent must be one of given, withdrawn, unknown, got 'yes'"):
        customers.with_consent("ann", "email", "marketing", "yes")
    with pytest.raises(kosar.ParamTypeError, match="consent must be True"):
        customers.with_consent("ann", "email", "marketing", 1)
    with pytest.raises(kosar.ParamTypeError, match="channel must be a string"):
        customers.with_consent("ann", 1, "marketing", True)
    with pytest.raises(kosar.ParamTypeError, match="rows of customer, channel"):
        customers.with_consents([("ann", "email")])
    with pytest.raises(kosar.ParamError, match="named by its channel and its purpose"):
        customers.with_consent("ann", "e/mail", "marketing", True)
    with pytest.raises(kosar.UnknownIdError):
        customers.consent("eve", "email", "marketing")


def test_tables_are_added_up_updated_merged_and_forgotten():
    old = kosar.Customers.from_frame(
        {"who": ["ann", "bob"], "city": ["Baja", "Pécs"], "ok": [False, True]},
        customer="who",
        attributes=["city"],
        consent={"email/ads": "ok"},
    )
    new = kosar.Customers.from_frame(
        {"who": ["ann", "cyd"], "city": ["Eger", None], "ok": [True, None]},
        customer="who",
        attributes=["city"],
        consent={"email/ads": "ok"},
    )
    both, updated = old.append(new), old.update(new)
    assert (both.ids, updated.ids) == (["ann", "bob", "cyd"], ["ann", "bob", "cyd"])
    assert both.customer("ann")["attributes"] == {"city": "Baja"}
    assert updated.customer("ann")["attributes"] == {"city": "Eger"}
    said = [(table.consent("ann", "email", "ads")) for table in (both, updated)]
    assert said == ["withdrawn", "given"]
    merged = updated.merge_customers("bob", "cyd")
    assert merged.customer("cyd")["attributes"] == {"city": "Pécs"}
    assert merged.ids == ["ann", "cyd"]
    assert updated.merge_all_customers({"bob": "cyd", "nobody": "ann"}).ids == merged.ids
    assert merged.forget("cyd").ids == ["ann"]
    with pytest.raises(kosar.UnknownIdError, match="unknown customer 'bob'"):
        merged.merge_customers("bob", "ann")
    with pytest.raises(kosar.ParamTypeError, match="needs Customers, got list"):
        old.append([1])
    other = kosar.Customers.from_frame({"who": ["x"], "city": [1]}, customer="who", attributes=["city"])
    with pytest.raises(kosar.IntakeError, match="attribute 'city' holds words and numbers"):
        old.append(other)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"customer": 5}, "customer must be the name of a column"),
        ({"attributes": "city"}, "attributes must be a list of names"),
        ({"time_zone": 1}, "time_zone must be the name of a column"),
        ({"preferences": ["likes"]}, "preferences must be a dict"),
        ({"preferences": {1: "likes"}}, "the keys of preferences must be strings"),
        ({"consent": {"email/marketing": 1}}, "got the column 1"),
        ({"consent": {("email",): "mail"}}, "the keys of consent must be a channel and a purpose"),
    ],
)
def test_what_names_no_columns_is_refused(wrong, message):
    with pytest.raises(kosar.ParamTypeError, match=message):
        built(**wrong)


def test_columns_that_cannot_serve_are_refused_by_name():
    with pytest.raises(
        kosar.IntakeError, match="column 'nothing', named as an attribute, is not in the input"
    ):
        built(attributes=["nothing"])
    with pytest.raises(kosar.IntakeError, match="column 'likes' cannot serve as an attribute"):
        built(attributes=["likes"])
    with pytest.raises(kosar.IntakeError, match="an attribute cannot be named 'customer'"):
        kosar.Customers.from_frame({"customer": ["a"]}, customer="customer", attributes=["customer"])
    with pytest.raises(kosar.ParamError, match="a consent must be named by its channel and its purpose"):
        built(consent={"email": "mail"})
    with pytest.raises(kosar.ParamError, match="separator must be a text of at least one character"):
        built(separator="")


ORDERS = {"who": ["ann", "a2", "bob"], "order": [1, 1, 2], "what": ["tea", "rye", "tea"]}
EVENTS = {
    "who": ["ann", "a2", "a2", "bob"],
    "what": ["tea", "tea", "tea", "mug"],
    "at": ["2024-01-01T10:00", "2024-01-01T10:00", "2024-01-01T10:00", "2024-01-02T10:00"],
    "device": ["app", "app", "web", None],
    "load": [1, 1, 1, 2],
}


def test_customers_are_merged_in_logs_too():
    orders = kosar.OrderLog.from_frame(ORDERS, customer="who", order="order", item="what")
    events = kosar.EventLog.from_frame(
        EVENTS, customer="who", item="what", time="at", attributes=["device", "load"]
    )
    pairs = {"a2": "ann", "nobody": "ann"}
    for log in (orders, events):
        assert log.customers == ["a2", "ann", "bob"]
        assert log.merge_all_customers(pairs).customers == ["ann", "bob"]
        assert log.merge_customers("a2", "ann").customers == ["ann", "bob"]
        assert log.merge_customers("a2", "zoe").customers == ["ann", "bob", "zoe"]
        with pytest.raises(kosar.UnknownIdError):
            log.merge_customers("nobody", "ann")
        with pytest.raises(kosar.IdTypeError):
            log.merge_customers("ann", 1)
        # By pairs, of which one customer may be in several: ann has another name in between.
        again = [("ann", "zoe"), ("a2", "ann"), ("ann", "bob")]
        assert log.merge_all_customers(iter(again)).customers == ["bob", "zoe"]
        for bad, got in [
            ("ann", "str"),
            (5, "int"),
            ([("a2", "ann"), ("a2",)], "1 values at 1"),
            (["ab"], "str at 0"),
        ]:
            with pytest.raises(
                kosar.ParamTypeError, match="customers must be a dict of customers or"
            ) as error:
                log.merge_all_customers(bad)
            assert str(error.value).endswith(f"got {got}")
    assert orders.n_orders == 3
    assert orders.merge_customers("a2", "ann").n_orders == 2
    assert events.n_events == 4
    merged = events.merge_customers("a2", "ann")
    assert (merged.n_events, merged.report.notes["merged"]["count"]) == (3, 2)


def test_events_keep_columns():
    log = kosar.EventLog.from_frame(
        EVENTS, customer="who", item="what", time="at", attributes=["device", "load"]
    )
    assert log.attribute_names == ["device", "load"]
    table = log.to_table()
    assert table.columns[-2:] == ["device", "load"]
    assert sorted(zip(table["customer"], table["device"], table["load"], strict=True), key=str) == [
        ("a2", "app", 1.0), ("a2", "web", 1.0), ("ann", "app", 1.0), ("bob", None, 2.0),
    ]  # fmt: skip
    bare = kosar.EventLog.from_frame(EVENTS, customer="who", item="what", time="at")
    assert (bare.n_events, bare.attribute_names) == (3, [])
    with pytest.raises(kosar.IntakeError, match="kept columns are device, load and none"):
        log.append(bare)
    named = {**EVENTS, "item": EVENTS["what"]}
    with pytest.raises(kosar.IntakeError, match="an attribute cannot be named 'item'"):
        kosar.EventLog.from_frame(named, customer="who", item="what", time="at", attributes=["item"])
    with pytest.raises(kosar.ParamTypeError, match="attributes must be a list of column names"):
        kosar.EventLog.from_frame(EVENTS, customer="who", item="what", time="at", attributes="device")


def test_kept_columns_of_events_come_from_files(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("who,what,at,device\nann,tea,2024-01-01,app\nann,tea,2024-01-01,\n")
    log = kosar.EventLog.from_csv(path, customer="who", item="what", time="at", attributes=["device"])
    assert log.to_table()["device"] == ["app", None]
