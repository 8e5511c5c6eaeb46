"""Itemsets and rules with their options, at levels, in parts, and over time."""

import datetime as dt
import itertools
import warnings

import kosar
import pandas as pd
import pytest

BASKETS = [[1, 3], [2, 3], [1, 4, 5], [2, 4], [1, 2, 3], [5, 6], [3, 5], [6]]
CATALOG = kosar.Catalog.from_dict(
    {1: "Food/Bread", 2: "Food/Bread", 3: "Tea", 4: "Tea", 5: ["Food", "Gifts"]}
)


@pytest.fixture
def log():
    return kosar.OrderLog.from_baskets(BASKETS)


@pytest.fixture
def orders():
    """Three customers, each with their own order a day."""
    rows = [("ann", 0, "printer"), ("ann", 10, "ink"), ("bob", 3, "printer"), ("bob", 23, "ink")]
    rows += [("cleo", 5, "ink"), ("cleo", 7, "printer"), ("cleo", 7, "paper")]
    start = dt.datetime(2025, 1, 1)
    columns = {
        "who": [who for who, _, _ in rows],
        "when": [start + dt.timedelta(days=day) for _, day, _ in rows],
        "what": [what for _, _, what in rows],
        "order": [f"{who}{day}" for who, day, _ in rows],
    }
    return kosar.OrderLog.from_frame(columns, customer="who", time="when", item="what", order="order")


def counted(min_count):
    sets = {}
    for basket in BASKETS:
        for n in range(1, len(basket) + 1):
            for found in itertools.combinations(sorted(basket), n):
                sets[found] = sets.get(found, 0) + 1
    return {found: count for found, count in sets.items() if count >= min_count}


def found(model):
    return {tuple(row["items"]): row["count"] for row in model.itemsets_}


@pytest.mark.parametrize("miner", ["auto", "eclat", "fp_growth"])
def test_every_miner_finds_the_sets_of_each_kind(log, miner):
    def of(**params):
        return found(kosar.FrequentItemsets(min_support=1, miner=miner, **params).fit(log))

    everything = counted(1)
    assert of() == everything
    maximal = {a: n for a, n in everything.items() if not any(set(a) < set(b) for b in everything)}
    assert of(kind="maximal") == maximal
    closed = {
        a: n
        for a, n in everything.items()
        if not any(set(a) < set(b) and everything[b] == n for b in everything)
    }
    assert of(kind="closed") == closed
    assert of(include=[1], exclude=[3]) == {a: n for a, n in everything.items() if 1 in a and 3 not in a}
    assert of(min_len=2, max_len=2) == {a: n for a, n in everything.items() if len(a) == 2}
    assert len(of(top_k=3)) == 3


def test_the_count_is_that_of_the_fit(log):
    for params in ({}, {"kind": "closed"}, {"level": "mixed"}):
        model = kosar.FrequentItemsets(min_support=1, **params)
        catalog = CATALOG if "level" in params else None
        counts = model.count(log, catalog=catalog)
        sets = found(model.fit(log, catalog=catalog))
        assert counts.total == len(sets) == sum(counts.by_length)
        assert counts.by_length == [sum(len(a) == n + 1 for a in sets) for n in range(len(counts.by_length))]
        assert counts.partial is None


def test_levels_put_categories_in_the_place_of_items(log):
    with pytest.warns(kosar.UnplacedWarning, match="1 baskets are left out"):
        model = kosar.FrequentItemsets(min_support=1, level=1, max_len=1).fit(log, catalog=CATALOG)
    assert found(model) == {("Food",): 7, ("Tea",): 6, ("Gifts",): 3}
    assert model.unplaced_ == kosar.Unplaced(items=[6], baskets=1)
    assert model.n_baskets_ == 7
    assert kosar.FrequentItemsets.from_bytes(model.to_bytes()).unplaced_ is None
    assert kosar.FrequentItemsets(min_support=1).fit(log).unplaced_ is None
    assert kosar.AssociationRules(min_support=1).fit(log, catalog=CATALOG).unplaced_ is None
    assert kosar.FrequentItemsets.from_bytes(model.to_bytes()).level == 1


def test_rules_across_levels_recommend_items_in_their_own_type(log):
    rules = kosar.AssociationRules(min_support=3, max_len=2, level="mixed").fit(log, catalog=CATALOG)
    (best,) = rules.recommend([2])
    assert (best.item, best.reason.antecedent, best.reason.count) == (3, ["Food/Bread"], 3)
    assert ["Tea"] in rules.rules_["consequent"]
    assert rules.recommend([2], exclude=["Tea"]) == []
    for again in (
        kosar.AssociationRules.from_bytes(rules.to_bytes()),
        kosar.AssociationRules.from_itemsets(
            kosar.FrequentItemsets(min_support=3, level="mixed").fit(log, catalog=CATALOG), max_len=2
        ),
    ):
        assert again.recommend([2]) == [best]
        assert again.level == "mixed"
    with pytest.raises(kosar.IdTypeError):
        rules.recommend(["2"])


def test_a_level_that_cannot_be_had_says_what_it_needs(log):
    def refused(match, error=kosar.ParamError, catalog=None, **params):
        for kind in (kosar.FrequentItemsets, kosar.AssociationRules):
            with pytest.raises(error, match=match):
                kind(min_support=1, **params).fit(log, catalog=catalog)

    refused("level mixed needs a catalogue, got none; give one, or level item", level="mixed")
    refused("level must be at most 2, got 3", level=3, catalog=CATALOG)
    refused("level must be at least 1, got 0", level=0, catalog=CATALOG)
    refused("level must be one of item, mixed, or a depth from 1, got 'aisle'", level="aisle")
    refused("level must be 'item', 'mixed' or a depth from 1, got 1.5", kosar.ParamTypeError, level=1.5)
    refused("unit must be one of customer, order, got 'week'", unit="week")
    refused("no customer column, which unit customer needs", kosar.MissingColumnError, unit="customer")
    refused("needs a Catalog, got dict; make one", kosar.ParamTypeError, level=1, catalog={1: "Food"})


def test_customers_can_be_what_is_counted(orders):
    sets = found(kosar.FrequentItemsets(min_support=1, unit="customer").fit(orders))
    assert sets[("ink", "printer")] == 3
    assert ("ink", "printer") not in found(kosar.FrequentItemsets(min_support=1).fit(orders))


def test_frozensets_as_mlxtend_has_them(log):
    frame = kosar.FrequentItemsets(min_support=2).fit(log).to_mlxtend()
    assert list(frame.columns) == ["support", "itemsets"]
    assert dict(zip(frame.itemsets, frame.support, strict=True)) == {
        frozenset(a): n / 8 for a, n in counted(2).items()
    }
    rules = kosar.AssociationRules(min_support=2, min_confidence=0).fit(log).to_mlxtend()
    assert list(rules.columns[:7]) == [
        "antecedents",
        "consequents",
        "antecedent support",
        "consequent support",
        "support",
        "confidence",
        "lift",
    ]
    one = rules[(rules.antecedents == frozenset([1])) & (rules.consequents == frozenset([3]))]
    assert one[["support", "confidence"]].to_numpy().tolist() == [[0.25, pytest.approx(2 / 3)]]
    assert isinstance(rules, pd.DataFrame)


def test_parts_give_what_the_whole_gives(log):
    model = kosar.FrequentItemsets(min_support=0.25)
    parts = [kosar.OrderLog.from_baskets(part) for part in (BASKETS[:3], BASKETS[3:])]
    candidates = model.candidates(parts[0]).merge(model.candidates(parts[1]))
    candidates = kosar.Candidates.from_bytes(candidates.to_bytes())
    first, second = (candidates.count(part) for part in parts)
    with pytest.raises(kosar.ParamError):
        first.finish()
    counts = kosar.CandidateCounts.from_bytes(first.merge(second).to_bytes())
    assert (candidates.n_baskets, counts.n_baskets) == (8, 8)
    whole = counts.finish()
    assert found(whole) == found(model.fit(log)) == counted(2)
    assert repr(whole) == "FrequentItemsets(min_support=0.25)"
    assert len(kosar.AssociationRules.from_itemsets(whole, min_confidence=0).rules_) > 0


def test_parts_that_cannot_be_put_together_are_refused(log):
    for params in (
        {"min_support": 2},
        {"kind": "closed"},
        {"top_k": 3},
        {"include": [1]},
        {"min_customers": 2},
    ):
        with pytest.raises(kosar.ParamError):
            kosar.FrequentItemsets(**{"min_support": 0.3, **params}).candidates(log)
    candidates = kosar.FrequentItemsets(min_support=0.3).candidates(log)
    with pytest.raises(kosar.ParamError, match="parameters"):
        candidates.merge(kosar.FrequentItemsets(min_support=0.4).candidates(log))
    with pytest.raises(kosar.ParamTypeError, match="other must be Candidates, got int"):
        candidates.merge(1)
    with pytest.raises(kosar.ModelFileError):
        kosar.Candidates.from_bytes(candidates.to_bytes()[:-1])


def sides(rules):
    return {(tuple(row["antecedent"]), tuple(row["consequent"])) for row in rules.rules_}


def test_sides_are_held_to(log):
    def of(antecedent=None, consequent=None):
        params = {"antecedent_items": antecedent, "consequent_items": consequent}
        return sides(kosar.AssociationRules(min_support=1, min_confidence=0, **params).fit(log))

    everything = of()
    assert of({"only": [1, 2]}) == {(a, b) for a, b in everything if set(a) <= {1, 2}}
    assert of(kosar.RuleSide(any_of=[4], max_len=1)) == {(a, b) for a, b in everything if a == (4,)}
    assert of(consequent=kosar.RuleSide(exclude=[3])) == {(a, b) for a, b in everything if b != (3,)}
    with pytest.raises(kosar.ParamError, match=r"antecedent_items may have the keys only, .* got 'items'"):
        of({"items": [1]})
    with pytest.raises(kosar.ParamTypeError, match="antecedent_items must be a RuleSide, a dict or None"):
        of([1])
    with pytest.raises(kosar.UnknownIdError, match="unknown item 99"):
        of({"only": [99]})
    for side in ("antecedent_items", "consequent_items"):
        for field, value, allowed in [
            ("only", 1, "a list of ids"),
            ("exclude", "ab", "a list of ids"),
            ("any_of", None, "a list of ids"),
            ("min_len", 0, "at least 1, got 0"),
            ("min_len", "2", "a whole number"),
            ("max_len", 0, "at least 1, got 0"),
        ]:
            with pytest.raises((kosar.ParamError, kosar.IdTypeError)) as raised:
                of(**{side.removesuffix("_items"): {field: value}})
            assert str(raised.value).startswith(f"{side}.{field} must be {allowed}")


def test_items_given_by_an_iterator_hold_at_every_fit(log):
    side = kosar.RuleSide(only=(item for item in [1, 2, 3]), exclude=(item for item in [3]), any_of=iter([1]))
    assert side == kosar.RuleSide(only=[1, 2, 3], exclude={3}, any_of=(1,))
    for name in ("antecedent_items", "consequent_items"):
        rules = kosar.AssociationRules(min_support=1, min_confidence=0, **{name: side})
        first = sides(rules.fit(log))
        assert first
        assert sides(rules.fit(log)) == first
    itemsets = kosar.FrequentItemsets(min_support=1, include=[2], exclude={3})
    first = itemsets.fit(log).itemsets_["items"]
    assert itemsets.fit(log).itemsets_["items"] == first == [[2], [1, 2], [2, 4]]


def test_an_iterator_that_a_second_fit_would_find_empty_is_refused(log):
    for name in ("include", "exclude"):
        for once in (map(int, "3"), (item for item in [3]), iter([3])):
            itemsets = kosar.FrequentItemsets(min_support=1, **{name: once})
            for ask in (itemsets.fit, itemsets.count, itemsets.candidates):
                with pytest.raises(kosar.ParamTypeError, match=f"^{name} must be a list or another"):
                    ask(log)
    rules = kosar.AssociationRules(min_support=1, antecedent_items={"exclude": map(int, "3")})
    with pytest.raises(kosar.ParamTypeError, match=r"^antecedent_items\.exclude must be a list or another"):
        rules.fit(log)
    with pytest.raises(kosar.ParamTypeError, match=r"^segments must be a list or another"):
        kosar.Rfm(segments=iter([])).fit(kosar.datasets.corner_shop())


def test_rules_are_pruned_and_ordered_as_asked():
    log = kosar.datasets.shop(lines=5_000, seed=3)
    everything = kosar.AssociationRules(min_support=3, min_confidence=0.1).fit(log)
    significant = kosar.AssociationRules(min_support=3, min_confidence=0.1, max_p_value=0.05).fit(log)
    p = everything.table(["fisher_p"])["fisher_p"]
    assert len(significant.rules_) == sum(value * len(p) <= 0.05 for value in p)
    assert 0 < len(significant.rules_) < len(p)
    simple = kosar.AssociationRules(min_support=3, min_confidence=0.1, drop_redundant=True).fit(log)
    improvement = everything.table(["improvement"])["improvement"]
    assert len(simple.rules_) == sum(not value <= 0 for value in improvement)
    first = kosar.AssociationRules(min_support=3, min_confidence=0.1, rank_by="leverage", top_k=5).fit(log)
    leverage = sorted(everything.rules_["leverage"], reverse=True)
    assert first.rules_["leverage"] == leverage[:5]


def test_old_baskets_weigh_less(orders):
    plain = kosar.AssociationRules(min_support=1, min_confidence=0).fit(orders)
    aged = kosar.AssociationRules(min_support=0.01, min_confidence=0, half_life_days=5).fit(orders)
    assert aged.rules_["support"] != plain.rules_["support"]
    early = kosar.AssociationRules(
        min_support=0.01, min_confidence=0, half_life_days=5, as_of=dt.date(2025, 1, 2)
    ).fit(orders)
    assert len(early.rules_) == 0
    assert kosar.AssociationRules.from_bytes(early.to_bytes()).as_of == dt.datetime(2025, 1, 2, tzinfo=dt.UTC)
    with pytest.raises(kosar.MissingColumnError):
        kosar.AssociationRules(min_support=0.5, half_life_days=5).fit(kosar.OrderLog.from_baskets(BASKETS))


def test_a_table_is_made_once(log):
    itemsets = kosar.FrequentItemsets(min_support=2).fit(log)
    rules = kosar.AssociationRules(min_support=2).fit(log)
    assert itemsets._model.table() is itemsets._model.table()
    assert rules._model.table(None) is rules._model.table(None)
    assert rules._model.table([]) is not rules._model.table([])
    before = rules._model.table(None)
    assert rules.fit(log)._model.table(None) is not before


def test_measures_have_names(log):
    rules = kosar.AssociationRules(min_support=2, min_confidence=0).fit(log)
    assert {"lift", "phi", "fisher_p"} <= set(kosar.MEASURES)
    assert len(kosar.MEASURES) == 30
    assert "improvement" not in kosar.MEASURES
    table = rules.table([*kosar.MEASURES, "improvement"])
    assert {*kosar.MEASURES, "improvement"} <= set(table.columns)
    assert rules.table().columns == rules.rules_.columns
    assert rules.table([]).columns == rules.rules_.columns[:5]
    with pytest.raises(kosar.ParamError, match="got 'beauty'"):
        rules.table(["beauty"])
    for wrong in ("lift", [1]):
        with pytest.raises(kosar.ParamTypeError, match="measures must be a list of names"):
            rules.table(wrong)


def test_a_cart_is_answered_as_asked(log):
    rules = kosar.AssociationRules(min_support=1, min_confidence=0).fit(log)
    lift = {r["consequent"][0]: r["lift"] for r in rules.rules_ if r["antecedent"] == [1]}
    answer = rules.recommend([1], measure="lift")
    assert {r.item: r.score for r in answer} == lift
    assert [r.score for r in answer] == sorted(lift.values(), reverse=True)
    least = rules.recommend([1], measure="lift", min_score=1.0)
    assert {r.item for r in least} == {item for item, value in lift.items() if value >= 1}
    assert 4 not in {r.item for r in rules.recommend([1], exclude=[4])}
    both = rules.recommend([1, 2], combine="sum")
    assert both[0].score > rules.recommend([1, 2])[0].score
    for options, match in [
        ({"measure": "fisher_p"}, "measure must be one of"),
        ({"measure": "lift", "combine": "noisy_or"}, "measure must be one of confidence, laplace"),
        ({"combine": "mean"}, "combine must be one of"),
        ({"min_score": "much"}, "min_score must be a number"),
    ]:
        with pytest.raises(kosar.ParamError, match=match):
            rules.recommend([1], **options)
    assert rules.recommend([1], exclude=[99]) == rules.recommend([1])
    with pytest.raises(kosar.IdTypeError, match="item ids are integer here, got the string 'jam'"):
        rules.recommend([1], exclude=["jam"])


def test_itemsets_that_leave_too_much_out_make_no_rules(log):
    itemsets = kosar.FrequentItemsets(min_support=2).fit(log)
    rules = kosar.AssociationRules.from_itemsets(itemsets, min_confidence=0.3)
    assert rules.rules_.to_dicts() == kosar.AssociationRules(2, 0.3).fit(log).rules_.to_dicts()
    assert repr(rules) == "AssociationRules(min_support=2, min_confidence=0.3)"
    without = kosar.FrequentItemsets(min_support=2, exclude=[3]).fit(log)
    of_these = sides(kosar.AssociationRules.from_itemsets(without, min_confidence=0))
    everything = sides(kosar.AssociationRules(2, 0).fit(log))
    assert of_these == {(a, b) for a, b in everything if 3 not in a + b} != everything
    with pytest.raises(kosar.ParamError, match="min_support of at most that of the rules"):
        kosar.AssociationRules.from_itemsets(itemsets, min_support=1)
    with pytest.raises(kosar.ParamError, match="unit must be that of the itemsets"):
        kosar.AssociationRules.from_itemsets(itemsets, unit="customer")
    with pytest.raises(kosar.ParamTypeError, match="itemsets must be FrequentItemsets, got list"):
        kosar.AssociationRules.from_itemsets([])
    with pytest.raises(kosar.NotFittedError):
        kosar.AssociationRules.from_itemsets(kosar.FrequentItemsets(0.5))


def test_what_is_bought_next(orders):
    rules = kosar.TemporalRules(within_days=30, min_support=2).fit(orders)
    (row,) = rules.rules_
    assert (row["antecedent"], row["consequent"], row["count"]) == ("printer", "ink", 2)
    assert (row["median_days"], row["q1_days"], row["q3_days"]) == (15.0, 12.5, 17.5)
    (best,) = rules.next("printer")
    assert best.reason.data == {
        "after": "printer",
        "count": 2,
        "confidence": best.score,
        "median_days": 15.0,
    }
    assert best.reason.kind == "sequence"
    assert (rules.n_customers_, rules.n_anonymous_orders_) == (3, 0)
    assert kosar.TemporalRules.from_bytes(rules.to_bytes()).next("printer", n=1, measure="lift")[0].score > 0
    with pytest.raises(kosar.UnknownIdError):
        rules.next("stapler")
    with pytest.raises(kosar.ParamError, match="measure must be one of confidence, lift"):
        rules.next("printer", measure="phi")
    for params, match in [
        ({"within_days": 0}, "within_days must be above 0"),
        ({"within_days": 1, "repeats": 1}, "repeats must be True or False"),
        ({"within_days": 1, "top_k": 0}, "top_k must be at least 1"),
    ]:
        with pytest.raises(kosar.ParamError, match=match):
            kosar.TemporalRules(**params).fit(orders)


def test_a_fit_that_runs_out_of_time_says_so():
    dense = [[i for i in range(60) if (i * 7 + row * 13) % 5] for row in range(400)]
    log = kosar.OrderLog.from_baskets(dense)
    with pytest.warns(kosar.PartialResultWarning, match="stopped at max_seconds"):
        kosar.FrequentItemsets(min_support=2, max_seconds=1e-9).fit(log)
    with pytest.warns(kosar.PartialResultWarning, match="stopped at max_seconds"):
        counts = kosar.FrequentItemsets(min_support=2, max_seconds=1e-9).count(log)
    assert counts.partial is not None


@pytest.mark.parametrize("kind", [kosar.FrequentItemsets, kosar.AssociationRules])
def test_a_catalogue_by_position_is_refused_with_the_way_to_give_it(log, kind):
    model = kind(min_support=2, level=1)
    with pytest.raises(kosar.ParamTypeError, match=rf"{kind.__name__}\.fit\(log, catalog=catalog\)"):
        model.fit(log, CATALOG)
    assert model.fit(log, None, catalog=CATALOG).unplaced_ is not None


def test_what_has_no_target_takes_none(orders):
    for model in (
        kosar.TemporalRules(within_days=30, min_support=1),
        kosar.ItemSimilarity(),
        kosar.Rfm(),
        kosar.CustomerClusters(n_clusters=1),
        kosar.FrequentItemsets(min_support=1),
        kosar.AssociationRules(min_support=1),
    ):
        name = type(model).__name__
        with pytest.raises(
            kosar.ParamTypeError, match=rf"{name}\.fit takes no second argument but None, got list"
        ):
            model.fit(orders, [1, 2])
        model.fit(orders, None)


def test_the_float_one_is_warned_of_and_the_int_is_not(log, orders):
    for kind, data in (
        (kosar.FrequentItemsets, log),
        (kosar.AssociationRules, log),
        (lambda **params: kosar.TemporalRules(within_days=30, **params), orders),
    ):
        with pytest.warns(kosar.ParamWarning, match="min_support=1.0 is a count of one") as told:
            kind(min_support=1.0).fit(data)
        assert [warning.filename for warning in told] == [__file__]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            loaded = type(kind(min_support=1)).from_bytes(kind(min_support=1).fit(data).to_bytes())
            loaded.fit(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kosar.AssociationRules.from_itemsets(kosar.FrequentItemsets(min_support=1).fit(log))


def test_a_count_above_the_number_of_baskets_is_told(log):
    for kind in (kosar.FrequentItemsets, kosar.AssociationRules):
        with pytest.warns(kosar.ParamWarning, match="asks for 9 baskets, and there are 8") as told:
            assert len(kind(min_support=9).fit(log)._fitted) == 0
        assert [warning.filename for warning in told] == [__file__]


def test_baskets_that_weigh_nothing_and_counts_of_weights_are_told(orders):
    rules = kosar.AssociationRules(min_support=1, half_life_days=5, as_of="2025-01-05")
    with pytest.warns(kosar.ParamWarning, match="as_of is before 4 of the 6 baskets"):
        rules.fit(orders)
    rules = kosar.AssociationRules(min_support=5, half_life_days=5)
    with pytest.warns(
        kosar.ParamWarning, match="5 whole baskets, and with half_life_days the 6 baskets weigh"
    ):
        rules.fit(orders)


def test_temporal_rules_keep_to_a_budget(orders):
    params = {"within_days": 30, "min_support": 1}
    every = kosar.TemporalRules(**params).fit(orders)
    assert (len(every.rules_), every.partial_) == (3, None)
    with pytest.warns(kosar.PartialResultWarning, match="stopped at max_rules = 1") as told:
        some = kosar.TemporalRules(max_rules=1, **params).fit(orders)
    assert [warning.filename for warning in told] == [__file__]
    assert len(some.rules_) <= 1
    assert kosar.TemporalRules.from_bytes(some.to_bytes()).partial_ == some.partial_
    with pytest.warns(kosar.PartialResultWarning, match="stopped at max_seconds"):
        kosar.TemporalRules(max_seconds=1e-9, **params).fit(orders)


def test_rules_of_categories_are_asked_by_path(log):
    rules = kosar.AssociationRules(min_support=1, min_confidence=0, level=1).fit(log, catalog=CATALOG)
    assert rules.recommend(["Tea"])
    with pytest.raises(kosar.UnknownIdError, match="1 is none of the categories of depth 1"):
        rules.recommend([1])


def test_what_the_catalogue_implies_is_no_rule():
    # All gifts are of the kitchen.
    catalog = kosar.Catalog.from_dict({"mug": ["Gifts", "Kitchen"], "pan": "Kitchen", "tea": "Food"})
    log = kosar.OrderLog.from_baskets([["mug", "tea"], ["pan"], ["mug"], ["tea"]])
    rules = kosar.AssociationRules(min_support=1, min_confidence=0, level="mixed").fit(log, catalog=catalog)
    pairs = {(tuple(rule["antecedent"]), tuple(rule["consequent"])) for rule in rules.rules_}
    assert (("Gifts",), ("Food",)) in pairs
    assert (("Gifts",), ("Kitchen",)) not in pairs


def test_a_path_of_very_many_levels_is_refused():
    with pytest.raises(kosar.IntakeError, match="65 levels, at most 64 are allowed"):
        kosar.Catalog.from_dict({1: "/".join(["a"] * 65)})


def test_relations_take_a_catalogue_by_name_only(log):
    with pytest.raises(kosar.ParamTypeError, match=r"by name: ItemRelations.fit\(log, catalog=catalog\)"):
        kosar.ItemRelations().fit(log, CATALOG)
    with pytest.raises(TypeError):
        kosar.ItemRelations().fit(log, None, CATALOG)
