"""Stages of customers: answers, sources, updates, files, refusals."""

import datetime as dt
import pickle

import kosar
import pytest

DAY = 86_400
# Ann every ten days, bob every three weeks, cid once; ann is long silent.
BOUGHT = [
    *(("ann", day) for day in (0, 10, 20, 30, 40)),
    *(("bob", day) for day in (0, 21, 42, 63, 84)),
    ("cid", 83),
]


def log(bought):
    who, day = zip(*bought, strict=True) if bought else ((), ())
    columns = {"who": list(who), "at": [DAY * d for d in day]}
    return kosar.OrderLog.from_frame(columns, customer="who", time="at", time_unit="s")


def utc(day):
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day)


@pytest.fixture
def model():
    return kosar.Lifecycle().fit(log(BOUGHT), prospects=["dan"])


def test_everyone_is_in_a_stage(model):
    assert model.as_of_ == utc(85)
    assert model.customers_ == ["ann", "bob", "cid", "dan"]
    assert model.stages_of(["ann", "bob", "cid", "dan"]) == ["lost", "loyal", "new", "prospect"]
    assert model.counts_ == {**dict.fromkeys(model.STAGES, 0), "lost": 1, "loyal": 1, "new": 1, "prospect": 1}
    assert model.customers("loyal") == ["bob"]
    assert 10 < model.rhythm_days_ < 21


def test_a_customer_has_dates(model):
    bob = model.customer("bob")
    assert (bob.since, bob.silence_days, bob.purchases) == (utc(63), 0, 5)
    assert bob.next_stage in ("slipping", "dormant")
    assert bob.next_change > utc(84 + 20)
    assert model.stage_at("bob", bob.next_change) == "loyal"
    assert model.stage_at("bob", bob.next_change + dt.timedelta(days=1)) == bob.next_stage
    assert model.stage_at("ann", "1970-01-12") == "active"
    assert model.stage_at("cid", dt.date(1970, 1, 5)) is None
    dan = model.customer("dan")
    assert (dan.stage, dan.purchases) == ("prospect", 0)
    assert {dan.since, dan.next_change, dan.rhythm_days, dan.silence_days} == {None}


def test_the_table_has_what_customers_have(model):
    rows = {row["customer"]: row for row in model.table_}
    assert [row["stage"] for row in rows.values()] == model.stages_of(model.customers_)
    assert rows["dan"]["since"] is None
    assert rows["ann"]["next_stage"] is None
    assert rows["bob"]["since"] == model.customer("bob").since
    frame = model.table_.to_pandas()
    assert frame["next_change"].isna().sum() == 2
    assert frame["silence_days"].isna().sum() == 1


def test_movements_are_counted(model):
    moved = model.movements("1970-01-25", model.as_of_)
    assert moved.count("active", "lost") == 1
    assert moved.count(None, "new") == 1
    assert moved.count("prospect", "prospect") == 1
    assert moved.total == 4
    assert sum(moved.table["customers"]) == 4
    with pytest.raises(kosar.ParamError, match="from must be at most to"):
        model.movements("1970-02-01", "1970-01-01")
    with pytest.raises(kosar.ParamError, match="stage must be one of"):
        moved.count("vip", "lost")


def test_who_is_seen_is_known():
    columns = {"who": ["eve", "eve"], "what": ["tea", "mug"], "at": [3 * DAY, 9 * DAY]}
    events = kosar.EventLog.from_frame(columns, customer="who", item="what", time="at", time_unit="s")
    model = kosar.Lifecycle().fit(log(BOUGHT), events=events)
    assert model.customer("eve").since == utc(3)
    assert model.stage_at("eve", "1970-01-04") is None


def test_updates_and_forgetting_equal_a_fit():
    first = [row for row in BOUGHT if row[1] < 50]
    later = [row for row in BOUGHT if row[1] >= 50]
    whole = kosar.Lifecycle().fit(log(BOUGHT), prospects=["dan"])
    updated = kosar.Lifecycle().fit(log(first)).update(log(later), prospects=["dan"])
    assert updated.to_bytes() == whole.to_bytes()
    rest = kosar.Lifecycle().fit(log([row for row in BOUGHT if row[0] != "ann"]), prospects=["dan"])
    assert whole.forget("ann").to_bytes() == rest.to_bytes()
    with pytest.raises(kosar.UnknownIdError):
        whole.stage("ann")


def test_files_and_copies_keep_everything(model, tmp_path):
    model.set_params(as_of="1970-03-01", slipping=0.5, loyal_purchases=3).fit(log(BOUGHT))
    model.save(tmp_path / "stages.kosar")
    loaded = kosar.load(tmp_path / "stages.kosar")
    assert isinstance(loaded, kosar.Lifecycle)
    assert (loaded.slipping, loaded.loyal_purchases, loaded.as_of) == (0.5, 3, utc(59))
    assert pickle.loads(pickle.dumps(model)).counts_ == loaded.counts_ == model.counts_


def test_what_is_wrong_is_named():
    with pytest.raises(kosar.ParamError, match=r"slipping must be above 0 and below dormant, got 0\.95"):
        kosar.Lifecycle(slipping=0.95).fit(log(BOUGHT))
    with pytest.raises(kosar.ParamError, match="loyal_purchases must be at least 2, got 1"):
        kosar.Lifecycle(loyal_purchases=1).fit(log(BOUGHT))
    with pytest.raises(kosar.ParamError, match="as_of must be a midnight"):
        kosar.Lifecycle(as_of="1970-03-01T12:00").fit(log(BOUGHT))
    with pytest.raises(kosar.IdTypeError, match="customer ids are string here"):
        kosar.Lifecycle().fit(log(BOUGHT), prospects=["x", 1])
    with pytest.raises(kosar.ParamTypeError, match="needs an EventLog"):
        kosar.Lifecycle().fit(log(BOUGHT), events=log(BOUGHT))
    with pytest.raises(kosar.MissingColumnError, match="customer column, which Lifecycle needs"):
        kosar.Lifecycle().fit(kosar.OrderLog.from_baskets([["a"]]))
    with pytest.raises(kosar.NotFittedError):
        kosar.Lifecycle().stage("ann")
