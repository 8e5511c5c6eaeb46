"""The event log: intake, sessions, links, tables and strengths."""

import datetime as dt
import os
from pathlib import Path

import kosar
import numpy as np
import pytest

ROWS = {
    "visit": ["s", "s", "s", "t", None, None, None],
    "who": [None, "ann", None, None, "bob", "bob", "bob"],
    "what": ["x", "y", "z", "x", "x", "y", "z"],
    "did": ["pdp", "add_to_cart", "purchase", "pdp", "pdp", "pdp", "pdp"],
    "at": [0, 5, 120, 60, 0, 30, 61],
}
ROLES = {"session": "visit", "customer": "who", "item": "what", "kind": "did", "time": "at"}
KINDS = {"pdp": "view"}


def log(rows=ROWS, **options):
    rows = {**rows, "at": [at * 60 for at in rows["at"]]}
    return kosar.EventLog.from_frame(rows, **ROLES, kinds=KINDS, time_unit="s", **options)


def sessions(log):
    """Id, customer and number of events of each session."""
    found = {}
    for row in log.to_table():
        key = (row["session"], row["session_id"], row["customer"])
        found[key] = found.get(key, 0) + 1
    return [(*key[1:], count) for key, count in found.items()]


def test_sessions_come_from_ids_and_gaps():
    events = log()
    assert (events.n_events, events.n_sessions, events.n_customers, events.n_items) == (7, 4, 2, 3)
    assert sessions(events) == [(None, "bob", 2), ("t", None, 1), (None, "bob", 1), ("s", "ann", 3)]
    assert events.report.notes["inferred_customers"]["count"] == 2
    assert events.session_ids == ["s", "t"]
    assert events.gap_minutes == 30.0
    assert log(gap_minutes=31).n_sessions == 3
    assert events.span[1] - events.span[0] == dt.timedelta(hours=2)
    assert repr(events) == "EventLog(7 events, 4 sessions, 2 customers, 3 items)"


def test_links_forgets_and_parts_are_new_logs():
    events = log()
    linked = events.link({"t": "cleo"})
    assert linked.customers == ["ann", "bob", "cleo"]
    assert linked.report.notes["linked"]["count"] == 1
    assert events.customers == ["ann", "bob"]
    assert linked.forget("ann").n_events == 4
    assert linked.forget_session("s").n_events == 4
    cut = dt.datetime(1970, 1, 1, 0, 30, tzinfo=dt.UTC)
    before, after = events.before(cut), events.after(cut)
    assert (before.n_events, after.n_events) == (3, 4)
    assert after.append(before).to_table().to_dicts() == events.to_table().to_dicts()
    again = events.append(events)
    assert (again.report.taken, again.report.set_aside["duplicate_event"]["count"]) == (0, 7)
    with pytest.raises(kosar.UnknownIdError, match="unknown session 'u'"):
        events.link({"u": "ann"})
    with pytest.raises(kosar.IdTypeError, match="customer ids are string here, got the integer 7"):
        events.link({"s": "ann", "t": 7})
    with pytest.raises(kosar.ParamTypeError, match="customers must be a dict"):
        events.link("t")


def test_bad_rows_are_set_aside():
    rows = {
        "visit": ["s", "s", "s", None, "s", "s"],
        "who": [None] * 6,
        "what": ["x", None, "x", "x", "x", "x"],
        "did": ["stare", "pdp", "pdp", "pdp", "pdp", "pdp"],
        "at": [1, 1, 9, 1, 2, 2],
    }
    events = log(rows, until=dt.datetime(1970, 1, 1, 0, 5))
    causes = {cause: found["first_rows"] for cause, found in events.report.set_aside.items()}
    assert causes == {
        "unknown_kind": [0],
        "missing_item": [1],
        "future": [2],
        "nobody_known": [3],
        "duplicate_event": [5],
    }
    assert events.report.set_aside["unknown_kind"]["examples"] == ["stare"]
    assert (events.report.rows, events.report.taken, events.n_events) == (6, 1, 1)


def test_a_table_says_what_is_missing():
    rows = {
        "visit": [1, 1, 2],
        "what": [7, None, 8],
        "did": ["impression", "search", "impression"],
        "at": np.array(["2025-01-01T00:00", "2025-01-02T00:00", "2025-01-01T00:00"], "datetime64[s]"),
        "place": [3, None, None],
        "chance": [0.1, None, None],
    }
    events = kosar.EventLog.from_frame(
        rows, session="visit", item="what", kind="did", time="at", position="place", propensity="chance"
    )
    table = events.to_table()
    first = {
        "session": 0,
        "session_id": 2,
        "customer": None,
        "item": 8,
        "kind": "impression",
        "time": dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
    }
    row = next(iter(table))
    assert {name: row[name] for name in first} == first
    assert np.isnan(row["position"])
    assert table["item"] == [8, 7, None]
    assert table["position"][1] == 3
    assert table["propensity"][1] == 0.1
    polars = pytest.importorskip("polars")
    frame = table.to_polars()
    assert frame["item"].to_list() == [8, 7, None]
    assert frame["customer"].null_count() == 3
    assert frame["time"].dtype == polars.Datetime("us", "UTC")
    # What comes out goes in.
    back = kosar.EventLog.from_frame(
        frame.with_columns(polars.col("position").fill_nan(None)),
        session="session_id",
        item="item",
        kind="kind",
        time="time",
        position="position",
        propensity="propensity",
    )
    assert str(back.to_table().to_dicts()) == str(table.to_dicts())


def test_strengths_are_sums_of_weights():
    pytest.importorskip("scipy")
    events = log()
    assert events.customer_items().toarray().tolist() == [[1, 3, 5], [1, 1, 1]]
    bought = events.customer_items({"purchase": 2})
    assert bought.toarray().tolist() == [[0, 0, 2], [0, 0, 0]]
    assert events.session_items().shape == (4, 3)
    similar = kosar.ItemSimilarity(neighbors=2).fit(events.customer_items()).similar(0, n=2)
    assert {found.item for found in similar} == {1, 2}
    with pytest.raises(kosar.ParamError, match=r"kind must be one of view, .*, got 'buy'"):
        events.customer_items({"buy": 1})
    with pytest.raises(kosar.ParamTypeError, match="the weight of 'view' must be a number, got 'x'"):
        events.customer_items({"view": "x"})


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"gap_minutes": 0}, kosar.ParamError, "gap_minutes must be above 0"),
        ({"gap_minutes": "30"}, kosar.ParamTypeError, "gap_minutes must be a number"),
        ({"until": 7}, kosar.ParamTypeError, "until must be a date"),
        ({"kinds": {"a": "b"}}, kosar.ParamError, "kind must be one of view, "),
        ({"kinds": ["a"]}, kosar.ParamTypeError, "kinds must be a dict"),
        ({"kinds": {"a": 1}}, kosar.ParamTypeError, "kinds must name a kind for 'a', got 1"),
        ({"session": 3}, kosar.ParamTypeError, "session must be the name of a column"),
        ({"session": None}, kosar.IntakeError, "name at least a time column"),
        ({"item": "sku"}, kosar.IntakeError, "column 'sku', named as item, is not in the input"),
    ],
)
def test_what_cannot_be_read_names_what_is_wrong(options, error, message):
    rows = {"visit": ["s"], "what": ["x"], "at": [1]}
    given = {"session": "visit", "item": "what", "time": "at", "time_unit": "s", **options}
    with pytest.raises(error, match=message):
        kosar.EventLog.from_frame(rows, **given)


def test_numbers_may_stand_for_kinds():
    rows = {"visit": [1, 1], "what": [1, 1], "did": [0, 3], "at": [1, 2]}
    events = kosar.EventLog.from_frame(
        rows,
        session="visit",
        item="what",
        kind="did",
        time="at",
        time_unit="s",
        kinds={0: "view", 3: "purchase"},
    )
    assert events.to_table()["kind"] == ["view", "purchase"]


def test_csv_and_frame_agree(tmp_path):
    path = tmp_path / "events.tsv"
    path.write_text("visit\twhat\tat\n1\t5\t10.5\n1\t6\t9.5\n")
    events = kosar.EventLog.from_csv(
        path,
        session="visit",
        item="what",
        time="at",
        time_unit="s",
        integer_ids=["session", "item"],
        delimiter="\t",
    )
    frame = {"visit": [1, 1], "what": [5, 6], "at": [10.5, 9.5]}
    same = kosar.EventLog.from_frame(frame, session="visit", item="what", time="at", time_unit="s")
    assert events.to_table().to_dicts() == same.to_table().to_dicts()
    assert events.report.notes["out_of_order"]["first_rows"] == [1]


def test_real_clicks():
    beside = Path(__file__).parents[3] / "shared" / "data"
    path = Path(os.environ.get("KOSAR_DATA", beside)) / "clicks_bol" / "train.txt"
    if not path.exists():
        pytest.skip("no data")
    events = kosar.EventLog.from_csv(
        path,
        session="SessionId",
        item="ItemId",
        time="Time",
        time_unit="s",
        integer_ids=["session", "item"],
        delimiter="\t",
    )
    assert (events.n_events, events.n_sessions, events.n_items) == (113_601, 23_753, 18_009)
