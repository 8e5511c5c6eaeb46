"""When customers buy again: answers, updates, files, refusals."""

import datetime as dt
import pickle

import kosar
import numpy as np
import pytest

DAY = 86_400
BOUGHT = [
    *(("ann", "coffee", day) for day in (0, 10, 20, 30)),
    ("ann", "pot", 3),
    *(("bob", "coffee", day) for day in (5, 17, 29)),
    *(("bob", "filter", day) for day in (5, 29)),
    *(("cid", "coffee", day) for day in (8, 26)),
    *(("dan", "filter", day) for day in (2, 20, 39)),
]
NOW = dt.date(1970, 2, 10)


def log(bought):
    who, what, day = zip(*bought, strict=True) if bought else ((), (), ())
    columns = {"who": list(who), "what": list(what), "at": [DAY * d for d in day]}
    return kosar.OrderLog.from_frame(columns, customer="who", item="what", time="at", time_unit="s")


@pytest.fixture
def model():
    return kosar.Replenishment().fit(log(BOUGHT))


def utc(day):
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day)


def test_what_is_due_comes_first(model):
    found = model.buy_again("ann", NOW)
    assert found[0].item == "coffee"
    due = found[0]
    assert (due.due, due.last_bought, due.purchases, due.basis) == (utc(40), utc(30), 4, "customer")
    assert due.earliest <= due.due <= due.latest
    assert 0 < due.probability <= due.repurchase <= 1
    assert due.interval_days == pytest.approx(10, abs=1.5)
    assert model.due("ann", "coffee", NOW) == due
    assert model.due("cid", "filter", NOW) is None
    assert model.end_ == utc(40)
    assert model.items_ == ["coffee", "filter", "pot"]
    assert model.customers_ == ["ann", "bob", "cid", "dan"]
    assert model.quantity_exponent_ == 0.0
    days, repurchase = model.interval("coffee")
    assert 10 < days < 18
    assert 0 <= repurchase <= 1


def test_instants_may_come_in_any_form(model):
    expected = model.buy_again("bob", NOW)
    for now in ("1970-02-10", "1970-02-10T12:00:00Z", dt.datetime(1970, 2, 10), np.datetime64("1970-02-10")):
        assert model.buy_again("bob", now) == expected


def test_options_choose(model):
    assert [due.item for due in model.buy_again("ann", NOW, only=["coffee", "nothing"])] == ["coffee"]
    assert all(due.item != "coffee" for due in model.buy_again("ann", NOW, exclude=["coffee"]))
    assert len(model.buy_again("ann", NOW, 1)) == 1
    assert model.buy_again("ann", NOW, only=["pot"], min_probability=0.5) == []
    near, far = (model.buy_again("ann", NOW, horizon_days=days)[0].probability for days in (1, 60))
    assert near < far
    twice = kosar.Replenishment(min_purchases=2).fit(log(BOUGHT))
    assert [due.item for due in twice.buy_again("ann", NOW)] == ["coffee"]


def test_all_customers_have_the_lists_of_one(model):
    table = model.due_all(NOW, 2, min_probability=0.01)
    found = {}
    for row in table:
        found.setdefault(row.pop("customer"), []).append(kosar.Due(**row))
    one = {who: model.buy_again(who, NOW, 2, min_probability=0.01) for who in model.customers_}
    assert found == {who: list_ for who, list_ in one.items() if list_}
    assert hasattr(table, "__arrow_c_stream__")


def test_updates_and_forgetting_equal_a_fit():
    catalog = kosar.Catalog.from_dict({"coffee": "Food", "filter": "Kitchen", "pot": "Kitchen"})
    fit = lambda bought: kosar.Replenishment().fit(log(bought), catalog=catalog)  # noqa: E731
    early, late = BOUGHT[:7], BOUGHT[7:]
    assert fit(early).update(log(late)).to_bytes() == fit(BOUGHT).to_bytes()
    without = [row for row in BOUGHT if row[0] != "bob"]
    assert fit(BOUGHT).forget("bob").to_bytes() == fit(without).to_bytes()
    again = pickle.loads(pickle.dumps(fit(BOUGHT)))
    assert again.due_all(NOW).to_dicts() == fit(BOUGHT).due_all(NOW).to_dicts()
    assert fit(BOUGHT).to_bytes() != kosar.Replenishment().fit(log(BOUGHT)).to_bytes()


def test_a_day_beyond_the_calendar_is_its_first_or_last():
    # Nearly every interval, of two that are as unlike as can be.
    rows = [("ann", "coffee", 0), ("ann", "coffee", 1), ("bob", "coffee", 0), ("bob", "coffee", 20_000)]
    wide = kosar.Replenishment(coverage=0.999999999).fit(log(rows))
    due = wide.due("ann", "coffee", NOW)
    assert (due.last_bought, due.latest) == (utc(1), dt.datetime(9999, 12, 31, tzinfo=dt.UTC))
    before = [(who, what, day - 800_000) for who, what, day in BOUGHT]
    assert kosar.Replenishment().fit(log(before)).due("ann", "coffee", NOW).last_bought.year == 1


def test_an_evaluation_asks_for_repeats():
    weekly = [(who, what, 7 * week) for who in range(20) for what in ("a", "b") for week in range(1, 9)]
    once = [(who, f"c{who % 3}", 20) for who in range(20)]
    split = kosar.evaluate.temporal_split(log(weekly + once), last_days=5, new_items_only=False)
    model = kosar.Replenishment().fit(split.train)
    found = kosar.evaluate.evaluate(model, split, metrics=["recall@2"], n_resamples=0)
    assert found.table.to_dicts()[0]["value"] == 1.0


def test_refusals_name_what_is_wrong(model):
    with pytest.raises(kosar.UnknownIdError, match="unknown customer 'eva'"):
        model.buy_again("eva", NOW)
    with pytest.raises(kosar.UnknownIdError, match="unknown item 'tea'"):
        model.due("ann", "tea", NOW)
    with pytest.raises(kosar.IdTypeError):
        model.buy_again(7, NOW)
    with pytest.raises(kosar.ParamError, match="min_probability must be from 0 to 1, got 2"):
        model.buy_again("ann", NOW, min_probability=2)
    with pytest.raises(kosar.ParamTypeError, match="now must be a date"):
        model.buy_again("ann", 7)
    with pytest.raises(kosar.ParamError, match="coverage must be above 0 and below 1, got 1"):
        kosar.Replenishment(coverage=1).fit(log(BOUGHT))
    with pytest.raises(kosar.MissingColumnError, match="no customer column, which Replenishment needs"):
        kosar.Replenishment().fit(kosar.OrderLog.from_baskets([["a"]]))
    with pytest.raises(kosar.ModelFileError, match="can only be saved with histories"):
        model.to_bytes(histories=False)
    with pytest.raises(kosar.NotFittedError):
        kosar.Replenishment().buy_again("ann", NOW)
    with pytest.raises(kosar.ParamTypeError, match="a catalogue is given by name"):
        kosar.Replenishment().fit(log(BOUGHT), 3)
