"""The shared cases of ``examples/event_cases``: each answer fresh from the fit, and from a file."""

import warnings

import kosar
import pytest
from kosar import evaluate
from shared_cases import agree, counted, listed, steps_of

STEPS = steps_of("event_cases")


def read_log(spec):
    columns = spec["columns"]
    with warnings.catch_warnings():
        # Cases of bad rows are warned of.
        warnings.simplefilter("ignore", kosar.IntakeWarning)
        return kosar.EventLog.from_frame(columns, **{name: name for name in columns}, **spec["options"])


def counts(log):
    return {
        "events": log.n_events,
        "sessions": log.n_sessions,
        "customers": log.n_customers,
        "items": log.n_items,
    }


def of_log(log, call, args):
    if call == "report":
        return counted(log.report)
    if call == "link":
        return counts(log.link({args["session"]: args["customer"]}))
    return counts(log if call == "counts" else getattr(log, call)(**args))


def of_answer(found):
    return {
        "recommendations": listed(found),
        "unknown": found.unknown,
        "empty": found.empty,
        "why_empty": found.why_empty,
    }


def fitted(log, step):
    """Give a model fresh from the fit, and from a file."""
    if step["model"] == "PopularInSessions":
        return [evaluate.PopularInSessions(log)]
    model = getattr(kosar, step["model"])(**step["params"]).fit(log)
    return [model, type(model).from_bytes(model.to_bytes())]


def asked(case, step):
    """Give the answer to a step, once for each form of its model."""
    log, call, args = read_log(case["events"]), step["call"], dict(step.get("args", {}))
    if step["model"] is None:
        return [of_log(log, call, args)]
    if step["model"] == "Visits":
        found = getattr(kosar.Visits(log), call)(**args)
        return [[{"item": one.item, "kind": one.kind, "views": one.views} for one in found]]
    if call == "evaluate":
        train, test = evaluate.split_sessions(log, fraction=args["fraction"])
        models = fitted(train, step)
        found = [evaluate.evaluate_sessions(model, test, k=args["k"]) for model in models]
        return [{"n": one.n, "hit_rate": one.hit_rate._asdict(), "mrr": one.mrr._asdict()} for one in found]
    if call == "recommend_many":
        return [[of_answer(one) for one in model.recommend_many(**args)] for model in fitted(log, step)]
    return [of_answer(model.recommend(**args)) for model in fitted(log, step)]


@pytest.mark.parametrize(("case", "step"), STEPS)
def test_step(case, step):
    if "error" in step:
        with pytest.raises(kosar.KosarError) as failure:
            asked(case, step)
        assert {"code": failure.value.code, "message": str(failure.value)} == step["error"]
    else:
        for found in asked(case, step):
            assert agree(found, step["expect"]), found


def test_there_are_cases():
    assert len(STEPS) > 25
