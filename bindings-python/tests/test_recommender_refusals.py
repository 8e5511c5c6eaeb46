"""What a recommender refuses and warns of, and the schemas that say so before."""

import jsonschema
import kosar
import pytest

RULES = {"caps": [{"by": {"category": 1}, "max": 3}], "diversity": 0.2}


def test_what_cannot_be_tuned_or_compared_is_refused(fitted, sources):
    tune = kosar.Recommender().tune
    with pytest.raises(
        kosar.ParamError, match="cut must be an instant with orders of a customer on both sides"
    ):
        tune(sources.log, "2030-01-01")
    with pytest.raises(kosar.ParamError, match="n must be at least 1, got 0"):
        tune(sources.log, "2025-12-01", n=0)
    with pytest.raises(kosar.ParamError, match="max_customers must be at least 1, got 0"):
        tune(sources.log, "2025-12-01", max_customers=0)
    with pytest.raises(kosar.ParamTypeError, match="cut must be a date"):
        tune(sources.log, None)
    with pytest.raises(kosar.ParamError, match="cut must be a date"):
        tune(sources.log, "yesterday")
    with pytest.raises(kosar.ParamTypeError, match="needs a Recommender, got NoneType"):
        fitted.diff(None)
    with pytest.raises(kosar.NotFittedError):
        fitted.diff(kosar.Recommender())
    with pytest.raises(kosar.IdTypeError, match="item"):
        fitted.diff(fitted, items=[3])
    with pytest.raises(kosar.IdTypeError, match="customers must be a list of ids"):
        fitted.diff(fitted, customers="C00003")
    serving = kosar.Recommender.from_bytes(fitted.to_bytes(histories=False))
    with pytest.raises(kosar.NoHistoriesError):
        fitted.diff(serving)


@pytest.mark.parametrize(
    "rules",
    [
        {"boosts": [{"items": {"tag": "new"}, "factor": 2, "until": 3}]},
        {"caps": [{"by": "colour", "max": 2}]},
        {"caps": [{"by": {"category": 1}}]},
        {"pins": [{"item": "a", "position": "first"}]},
        {"filters": [{"only": {"colour": "red"}}]},
        {"diversity": "much"},
        {"filters": [{"only": {"any": []}}]},
    ],
    ids=repr,
)
def test_the_schema_refuses_what_is_refused(fitted, rules):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(rules, kosar.Recommender.rules_schema())
    with pytest.raises(kosar.ParamError, match="rules at"):
        fitted.set_rules(rules)


def test_schemas_describe_what_is_read(fitted):
    jsonschema.validate(RULES, kosar.Recommender.rules_schema())
    jsonschema.validate(fitted.rules_, kosar.Recommender.rules_schema())
    jsonschema.validate({"min_customers": 3}, kosar.Recommender.params_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"cap": []}, kosar.Recommender.rules_schema())


def test_what_is_wrong_is_named(fitted, sources):
    def refused(error, match, ask, *args, **kwargs):
        with pytest.raises(error, match=match):
            ask(*args, **kwargs)

    def fit(**given):
        return kosar.Recommender(**given).fit(sources.log, catalog=sources.catalog)

    refused(kosar.IdTypeError, "customer", fitted.for_customer, 3)
    refused(kosar.IdTypeError, "item", fitted.similar, 3)
    refused(kosar.IdTypeError, "a list of ids", fitted.bought_together, "BAT-0001")
    refused(kosar.ParamTypeError, "n must be a whole number", fitted.trending, 2.5)
    refused(kosar.ParamError, "n must be at least 0", fitted.trending, -1)
    refused(kosar.ParamError, "weight must be from 0 to 1", fitted.rerank, [], weight=2)
    refused(kosar.ParamError, "like at", fitted.trending, like={"colour": "red"})
    refused(kosar.ParamError, "like at price: min 3", fitted.trending, like={"price": {"min": 3, "max": 1}})
    refused(kosar.ParamTypeError, "like must be a dict or JSON text", fitted.trending, like=3)
    refused(kosar.ParamError, r"like at item\[0\]: item ids are string", fitted.trending, like={"item": [1]})
    contents = [{"id": "a", "about": {"item": ["BAT-0001", 1]}}]
    refused(kosar.ParamError, r"contents at \[0\].about.item\[1\]: item ids", fitted.choose, "hero", contents)
    idle = {"caps": [{"by": {"category": 1}, "max": 3, "placements": ["rerank"]}]}
    refused(kosar.ParamError, r"caps\[0\].placements\[0\]: it does nothing in 'rerank'", fit, rules=idle)
    refused(kosar.ParamError, "cool_down_after: it needs cool_down_days", fit, rules={"cool_down_after": 2})
    refused(kosar.ParamTypeError, "pairs of an item and a time", fitted.trending, shown=["BAT-0001"])
    refused(kosar.ParamError, "contents at", fitted.choose, "hero", [{"id": "x"}])
    refused(kosar.ParamTypeError, "slot must be a string", fitted.choose, 3, [])
    refused(kosar.ParamError, "params at blend.loyal", fit, params={"blend": {"loyal": {"repeats": 2}}})
    refused(kosar.ParamError, "min_customers must be at least 1, got 0", fit, params={"min_customers": 0})
    refused(kosar.ParamError, r"rules at caps\[0\]", fit, rules={"caps": [{"by": "colour", "max": 2}]})
    refused(
        kosar.ParamError,
        r"rules at .*the catalogue has no brand 'Acme'",
        fit,
        rules={"filters": [{"only": {"brand": "Acme"}}]},
    )
    refused(
        kosar.ParamTypeError,
        "takes no second argument",
        kosar.Recommender().fit,
        sources.log,
        sources.catalog,
    )
    refused(kosar.NotFittedError, "not fitted", kosar.Recommender().trending)
    refused(kosar.MissingColumnError, "time", kosar.Recommender().fit, kosar.OrderLog.from_baskets([["a"]]))


def test_what_is_wrong_is_named_as_the_call_was(fitted, sources):
    def refused(error, match, ask, *args, **kwargs):
        with pytest.raises(error, match=match):
            ask(*args, **kwargs)

    refused(kosar.ParamTypeError, r"Recommender\.update needs an OrderLog, got list", fitted.update, [])
    refused(kosar.ParamTypeError, r"Recommender\.fit needs an OrderLog", kosar.Recommender().fit, [])
    refused(
        kosar.ParamTypeError,
        r"Recommender\.tune needs an OrderLog",
        kosar.Recommender().tune,
        [],
        "2025-12-01",
    )
    for name, value in [("level_by", "level"), ("segment_by", "land"), ("consent", ("web", "profiling"))]:
        ask = kosar.Recommender(**{name: value}).fit
        refused(kosar.ParamError, f"{name} needs the customers, got none", ask, sources.log)
    pair = r"consent must be a channel and a purpose, such as \('email', 'marketing'\), got "
    refused(kosar.ParamTypeError, pair + "'web' ", kosar.Recommender(consent="web").fit, sources.log)
    refused(kosar.ParamError, pair + r"\['a'\]", kosar.Recommender(consent=["a"]).fit, sources.log)
    # A dict has no lines and columns, and nobody knows the types inside.
    with pytest.raises(kosar.ParamError) as found:
        fitted.set_rules({"filters": [{"only": {"price": 5}}]})
    assert str(found.value) == "rules at filters[0].only.price: it must be an object of max, min, is 5"


def test_schema_and_reader_agree(fitted):
    schema = kosar.Recommender.rules_schema()
    for rules in [
        {"caps": [{"by": {"category": 0}, "max": 1}]},
        {"caps": [{"by": "brand", "max": 0}]},
        {"boosts": [{"items": {"category": "a"}, "factor": 0}]},
        {"filters": [{"only": {"launched_within_days": -1}}]},
    ]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(rules, schema)
        with pytest.raises(kosar.ParamError):
            fitted.set_rules(rules)
    params = kosar.Recommender.params_schema()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"min_customers": 0}, params)


def test_items_in_rules_that_nobody_knows_are_warned_of(recommender, sources):
    note = (
        "rules at blocked: 'BAT-O001' is neither sold nor in the catalogue; until it is, it changes nothing"
    )
    with pytest.warns(kosar.ParamWarning, match=note) as warned:
        recommender.set_rules({"blocked": ["BAT-0001", "BAT-O001"]})
    assert warned[0].filename == __file__
    assert recommender.notes_ == [note]
    with pytest.warns(kosar.ParamWarning, match="rules at pins"):
        kosar.Recommender(rules={"pins": [{"item": "x", "position": 1}]}).fit(sources.log)
    recommender.set_rules({"blocked": ["BAT-0001"]})
    assert recommender.notes_ == []
