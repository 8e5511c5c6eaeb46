"""What comes next in a session: answers worked out by hand, reasons for none, kinds, appending, files."""

import copy
import math
import pickle
import re

import kosar
import pytest
from kosar import evaluate
from sklearn.base import clone

# Three sessions, two seconds apart: tea cup pot; tea pot; jam (put into the cart) tea.
CLICKS = {
    "visit": ["s1", "s1", "s1", "s2", "s2", "s3", "s3"],
    "sku": ["tea", "cup", "pot", "tea", "pot", "jam", "tea"],
    "did": ["view", "view", "view", "view", "view", "add_to_cart", "view"],
    "at": [1, 2, 3, 4, 5, 6, 7],
}
MODELS = [
    kosar.SessionKnn(),
    kosar.SessionKnn(
        3,
        2,
        last_items=4,
        decay="linear",
        match_idf=0.5,
        item_idf=0.0,
        forward=1.0,
        backward=0.5,
        half_life_days=None,
        last_item_weight=1.0,
        kind_weights={"add_to_cart": 3.0, "view": 0.5},
        min_sessions=1,
    ),
    kosar.SequentialRules(),
    kosar.SequentialRules(
        "inverse_square", 4, both_ways=True, repeats=True, kind_weights={"add_to_cart": 2.0}, min_sessions=1
    ),
    kosar.SequentialRules.association(min_sessions=2),
]
# Nothing but what is in common counts: each neighbour adds its weight to all of its items.
PLAIN = {
    "decay": "none",
    "match_idf": 0.0,
    "item_idf": 0.0,
    "forward": 1.0,
    "backward": 1.0,
    "half_life_days": None,
}


def log(rows=slice(None), clicks=CLICKS):
    clicks = {name: column[rows] for name, column in clicks.items()}
    roles = {"session": "visit", "item": "sku", "kind": "did", "time": "at"}
    return kosar.EventLog.from_frame(clicks, **roles, time_unit="s")


def items(found):
    return [(one.item, round(one.score, 6)) for one in found]


def test_neighbours_add_up_as_by_hand():
    model = kosar.SessionKnn(**PLAIN).fit(log())
    # Of cup and tea: s1 has both and counts 2; s2 and s3 have tea and count 1. The last is not answered.
    found = model.recommend(["cup", "tea"])
    assert items(found) == [("pot", 3), ("cup", 2), ("jam", 1)]
    assert isinstance(found, list)
    assert (found.unknown, found.empty, found.why_empty) == ([], None, None)
    reason = found[0].reason
    assert (reason.kind, reason.sessions, reason.data["from"]) == ("session", 2, "tea")
    assert reason.share == pytest.approx(2 / 3)
    assert str(reason).startswith("clicked in 2 sessions like this one")
    assert items(model.recommend(iter(["cup", "tea"]), 1)) == [("pot", 3)]
    assert (model.items_, model.counts_) == (["cup", "jam", "pot", "tea"], [1, 1, 2, 3])
    assert (model.n_sessions_, model.n_kept_) == (3, 3)
    assert model.n_bytes_ > 7 * 4


def test_old_sessions_are_dropped():
    model = kosar.SessionKnn(sessions_per_item=1).fit(log(slice(0, 5)))
    # s2 is the latest with tea and with pot, s1 the latest with cup.
    assert (model.n_sessions_, model.n_kept_) == (2, 2)
    model = model.append(log(slice(5, 7)))
    assert (model.n_sessions_, model.n_kept_, model.counts_[-1]) == (3, 3, 3)


def test_rules_add_up_as_by_hand():
    model = kosar.SequentialRules().fit(log())
    found = model.recommend(["jam", "tea"])
    # Two steps from tea to pot in s1, one in s2; one from tea to cup.
    assert items(found) == [("pot", 1.5), ("cup", 1.0)]
    reason = found[0].reason
    assert (reason.kind, reason.after, reason.sessions) == ("next", "tea", 2)
    assert reason.confidence == pytest.approx(2 / 3)
    assert (model.n_rules_, model.n_sessions_, len(model.items_)) == (4, 3, 4)
    model = kosar.SequentialRules.association().fit(log())
    assert items(model.recommend(["tea"])) == [("pot", 2), ("cup", 1), ("jam", 1)]
    given = {"step_weight": "same", "max_steps": 7, "both_ways": True}
    assert repr(kosar.SequentialRules.association(max_steps=7)) == repr(kosar.SequentialRules(**given))


def test_what_is_not_known_is_told():
    for model in (kosar.SessionKnn(**PLAIN).fit(log()), kosar.SequentialRules().fit(log())):
        found = model.recommend(["wine", "tea", "beer", "wine"], 1)
        assert (found[0].item, found.unknown, found.empty) == ("pot", ["wine", "beer", "wine"], None)
        found = model.recommend(["wine"])
        assert (found, found.unknown, found.empty) == ([], ["wine"], "unknown_items")
        assert found.why_empty == "no item of the session is known"
        assert model.recommend([]).empty == "no_items"
        assert model.recommend(["tea"], exclude=["pot", "cup", "jam"]).empty == "none_allowed"
        found = model.recommend(["tea"], 0)
        assert (found, found.empty) == ([], None)
        few = clone(model).set_params(min_sessions=3).fit(log())
        assert few.recommend(["tea"]).empty == "too_few_sessions"
    assert kosar.SequentialRules().fit(log()).recommend(["pot"]).empty == "nothing_else"
    again = pickle.loads(pickle.dumps(found))
    assert (type(again), again.unknown, again.empty) == (type(found), [], None)


def test_kinds_count():
    weights = {"add_to_cart": 5.0}
    model = kosar.SessionKnn(**PLAIN, kind_weights=weights).fit(log())
    # A jam that was put into the cart outweighs the pots of two sessions.
    assert items(model.recommend(["tea"])) == [("jam", 5), ("pot", 2), ("cup", 1)]
    # A cup in the cart: s1 counts 5 + 1.
    found = model.recommend(["cup", "tea"], kinds=["add_to_cart", "view"])
    assert items(found) == [("pot", 7), ("cup", 6), ("jam", 5)]
    assert items(model.recommend(["cup", "tea"])) == [("jam", 5), ("pot", 3), ("cup", 2)]
    ignored = kosar.SessionKnn(**PLAIN, kind_weights={"add_to_cart": 0}).fit(log())
    assert items(ignored.recommend(["tea"])) == [("pot", 2), ("cup", 1)]
    rules = kosar.SequentialRules.association(kind_weights=weights).fit(log())
    assert items(rules.recommend(["tea"], 1)) == [("jam", 5)]


def test_filters_choose_before_the_selection():
    for model in (kosar.SessionKnn(**PLAIN).fit(log()), kosar.SequentialRules().fit(log())):
        assert [one.item for one in model.recommend(["tea"], 1, exclude=["pot", "wine"])] == ["cup"]
        assert [one.item for one in model.recommend(["tea"], 1, only=["cup", "wine"])] == ["cup"]
        with pytest.raises(kosar.IdTypeError, match="item ids are string here"):
            model.recommend(["tea"], exclude=[1])


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_appending_equals_fitting_on_both(model):
    both = clone(model).fit(log())
    first = clone(model).fit(log(slice(0, 5)))
    before = first.to_bytes()
    joined = first.append(log(slice(5, 7)))
    assert type(joined) is type(model)
    assert joined.get_params() == model.get_params()
    assert joined.to_bytes() == both.to_bytes()
    assert joined.recommend(["jam"]) == both.recommend(["jam"])
    assert first.to_bytes() == before != both.to_bytes()


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_files_and_pickles_answer_the_same(model, tmp_path):
    model = clone(model).fit(log())
    path = tmp_path / "model.kosar"
    model.save(path)
    for other in (
        kosar.load(path),
        type(model).load(path),
        type(model).from_bytes(model.to_bytes()),
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
    ):
        assert type(other) is type(model)
        assert other.get_params() == model.get_params()
        assert other.recommend(["cup", "tea"]) == model.recommend(["cup", "tea"])
        assert other.to_bytes() == model.to_bytes()
        assert clone(other).fit(log()).to_bytes() == model.to_bytes()
    with pytest.raises(kosar.NotFittedError):
        clone(model).recommend(["tea"])
    with pytest.raises(kosar.ModelFileError):
        kosar.Popularity.load(path)


@pytest.mark.parametrize("kind", [kosar.SessionKnn, kosar.SequentialRules])
def test_defaults_are_those_of_the_core(kind):
    here = kind().get_params()
    core = kind._from_stored(getattr(kosar._native, kind.__name__).defaults())
    assert here == core


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"neighbors": 0}, "neighbors must be at least 1, got 0"),
        ({"neighbors": 70_000}, "neighbors must be at most 65,?536, got 70,?000"),
        ({"decay": "fast"}, "decay must be one of none, linear, harmonic, inverse_square, got 'fast'"),
        ({"half_life_days": 0}, "half_life_days must be above 0 and finite, got 0"),
        ({"forward": 1.5}, "forward must be from 0 to 1, got 1.5"),
        ({"kind_weights": {"stare": 1}}, "kind must be one of view, .* got 'stare'"),
        ({"kind_weights": {"view": 101}}, "kind_weights must be from 0 to 100, got 101"),
        ({"kind_weights": {"view": float("nan")}}, "kind_weights must be from 0 to 100, got NaN"),
    ],
)
def test_parameters_are_checked(given, message):
    with pytest.raises(kosar.ParamError, match=message):
        kosar.SessionKnn(**given).fit(log())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"neighbors": "many"}, "neighbors must be a whole number, got 'many'"),
        ({"kind_weights": [1.0]}, "kind_weights must be a dict of kinds and numbers, got "),
        ({"kind_weights": {"view": "2"}}, r"kind_weights\['view'\] must be a number, got '2'"),
        ({"kind_weights": {1: 2.0}}, "a key of kind_weights must be a string, got 1"),
    ],
)
def test_types_of_parameters_are_checked(given, message):
    with pytest.raises(kosar.ParamTypeError, match=message):
        kosar.SessionKnn(**given).fit(log())
    with pytest.raises(kosar.ParamError, match="max_steps must be at most 100, got 101"):
        kosar.SequentialRules(max_steps=101).fit(log())
    with pytest.raises(kosar.ParamTypeError, match="both_ways must be True or False, got 1"):
        kosar.SequentialRules(both_ways=1).fit(log())


def test_questions_are_checked(breakfast):
    for model in (kosar.SessionKnn(), kosar.SequentialRules()):
        name = type(model).__name__
        with pytest.raises(TypeError, match=rf"{name}\.fit needs an EventLog, got OrderLog; make one with "):
            model.fit(breakfast)
        with pytest.raises(kosar.ParamTypeError, match="takes no second argument"):
            model.fit(log(), log())
        model.fit(log())
        with pytest.raises(TypeError, match=rf"{name}\.append needs an EventLog, got OrderLog"):
            model.append(breakfast)
        with pytest.raises(kosar.IdTypeError, match="session must be a list of ids, got 'tea'"):
            model.recommend("tea")
        with pytest.raises(kosar.IdTypeError, match="item ids are string here, got the integer 7"):
            model.recommend([7])
        with pytest.raises(kosar.ParamError, match="n must be at least 0, got -1"):
            model.recommend(["tea"], -1)
        with pytest.raises(kosar.ParamError, match="kinds must be as many for the items of the session"):
            model.recommend(["tea"], kinds=["view", "view"])
        with pytest.raises(kosar.ParamTypeError, match="kinds must be a list of strings, got 'view'"):
            model.recommend(["tea"], kinds="view")
        with pytest.raises(kosar.ParamError, match=r"kind must be one of view, .* got 'stare'"):
            model.recommend(["tea"], kinds=["stare"])
        with pytest.raises(kosar.IntakeError, match="item ids are string here, integer there"):
            model.append(log(clicks={**CLICKS, "sku": [1, 2, 3, 1, 3, 4, 1]}))


def test_ids_may_be_integers():
    model = kosar.SessionKnn(**PLAIN).fit(log(clicks={**CLICKS, "sku": [1, 2, 3, 1, 3, 2**60, 1]}))
    assert items(model.recommend([1])) == [(3, 2), (2, 1), (2**60, 1)]
    assert model.recommend([9, 2**62]).unknown == [9, 2**62]


@pytest.mark.parametrize("kind", [kosar.SessionKnn, kosar.SequentialRules])
def test_many_sessions_are_answered_as_each_by_itself(kind):
    model = kind().fit(kosar.datasets.shop_data(lines=2_000, clicks=10_000).events)
    sessions = [pair for item in model.items_ for pair in ([item, model.items_[-1]], ["wine"], [])]
    exclude = model.items_[:9]
    found = model.recommend_many(iter(sessions), 3, exclude=exclude)
    single = [model.recommend(session, 3, exclude=exclude) for session in sessions]
    assert found == single
    assert [(one.unknown, one.empty) for one in found] == [(one.unknown, one.empty) for one in single]
    assert model.recommend_many([]) == []
    with pytest.raises(kosar.IdTypeError, match="item ids are string here"):
        model.recommend_many([["wine"], [7]])
    for wrong in ("tea", 7):
        with pytest.raises(kosar.ParamTypeError, match="sessions must be a list of lists"):
            model.recommend_many(wrong)
    with pytest.raises(kosar.IdTypeError, match="session must be a list of ids"):
        model.recommend_many(["tea"])
    with pytest.raises(kosar.ParamError, match="n must be at least 0"):
        model.recommend_many([["tea"]], -1)


def by_hand(model, test, k):
    sessions = {}
    for row in test.to_table():
        if row["kind"] != "remove_from_cart":
            sessions.setdefault(row["session"], []).append(row["item"])
    for items in sessions.values():
        for length in range(1, len(items)):
            found = [one.item for one in model.recommend(items[:length], k)]
            yield 1 / (found.index(items[length]) + 1) if items[length] in found else 0.0


def test_the_next_click_is_told_as_a_brute_force_counts_it():
    events = kosar.datasets.shop_data(lines=2_000, items=60, clicks=20_000).events
    train, test = evaluate.split_sessions(events, fraction=0.1)
    assert train.n_events + test.n_events == events.n_events
    model = kosar.SessionKnn(last_item_weight=1.0).fit(train)
    found = evaluate.evaluate_sessions(model, test, k=5, n_resamples=100, seed=1)
    gains = list(by_hand(model, test, 5))
    assert (found.k, found.n) == (5, len(gains))
    assert found.hit_rate.value == pytest.approx(sum(gain > 0 for gain in gains) / len(gains), abs=1e-12)
    assert found.mrr.value == pytest.approx(sum(gains) / len(gains), abs=1e-12)
    assert found.mrr.low < found.mrr.value < found.mrr.high
    assert re.match(r"hit_rate@5 +0\.\d{4}  \[0", repr(found))

    popular = evaluate.PopularInSessions(train)
    assert repr(popular) == "PopularInSessions()"
    popular = evaluate.evaluate_sessions(popular, test, k=5, n_resamples=100, seed=1)
    difference = found - popular
    assert difference.hit_rate.value == pytest.approx(found.hit_rate.value - popular.hit_rate.value)
    assert difference.mrr.low <= difference.mrr.value <= difference.mrr.high
    rules = evaluate.evaluate_sessions(kosar.SequentialRules().fit(train), test, n_resamples=0)
    assert rules.hit_rate.value > 0
    assert math.isnan(rules.hit_rate.low)
    with pytest.raises(kosar.ParamError, match="the same test sessions"):
        found - evaluate.evaluate_sessions(model, train)
    with pytest.raises(kosar.ParamError, match="other must be an evaluation of the same k"):
        found - evaluate.evaluate_sessions(model, test, k=6, n_resamples=0)
    with pytest.raises(kosar.ParamTypeError, match="other must be a SessionEvaluation"):
        found - 1


def test_what_cannot_be_split_or_measured_is_refused():
    with pytest.raises(kosar.ParamError, match="exactly one of at, last_days, fraction"):
        evaluate.split_sessions(log())
    with pytest.raises(kosar.ParamError, match=r"at must leave sessions .* at or after 2030"):
        evaluate.split_sessions(log(), at="2030-01-01")
    with pytest.raises(kosar.ParamTypeError, match="split_sessions needs an EventLog"):
        evaluate.split_sessions(kosar.datasets.corner_shop(), fraction=0.5)
    # The second session ends two seconds before the last event.
    train, test = evaluate.split_sessions(log(), last_days=2 / 86_400)
    assert (train.n_sessions, test.n_sessions) == (1, 2)
    with pytest.raises(kosar.NotFittedError):
        evaluate.evaluate_sessions(kosar.SessionKnn(), test)
    with pytest.raises(kosar.ParamError, match="k must be at least 1"):
        evaluate.evaluate_sessions(kosar.SessionKnn().fit(train), test, k=0)
    for wrong in (kosar.Popularity().fit(kosar.datasets.corner_shop()), "tea"):
        with pytest.raises(kosar.ParamTypeError, match="one that tells what comes next"):
            evaluate.evaluate_sessions(wrong, test)
