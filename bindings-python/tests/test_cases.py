"""The shared cases of ``examples/cases``: each answer fresh from the fit, and from a file."""

import datetime as dt

import kosar
import pytest
from shared_cases import agree, counted, listed, steps_of

STEPS = steps_of("cases")
RULE = ["antecedent", "consequent", "count", "support", "confidence", "lift"]


def read_log(spec):
    if "baskets" in spec:
        return kosar.OrderLog.from_baskets(spec["baskets"])
    columns = spec["columns"]
    return kosar.OrderLog.from_frame(columns, **{name: name for name in columns}, **spec["options"])


def counts(log):
    return {
        "orders": log.n_orders,
        "customers": log.n_customers,
        "items": log.n_items,
        "lines": log.n_lines,
    }


def of_log(log, call, args):
    if call == "report":
        return counted(log.report)
    return counts(log if call == "counts" else getattr(log, call)(**args))


def fitted(log, step, args):
    model = getattr(kosar, step["model"])(**step["params"])
    return model.fit(args.pop("data") if step["model"] == "KMeans" else log)


def evaluated(log, step, args):
    split = kosar.evaluate.temporal_split(log, last_days=args["last_days"])
    model = fitted(split.train, step, args)
    for one in (model, type(model).from_bytes(model.to_bytes())):
        yield kosar.evaluate.evaluate(one, split, metrics=args["metrics"]).table.to_dicts()


def day(cell):
    return cell.date().isoformat() if isinstance(cell, dt.datetime) else cell


def answer(model, call, args):
    if call == "popular":
        call = "recommend"
    if call in ("recommend", "similar"):
        return listed(getattr(model, call)(**args))
    if call == "due_all":
        return [{name: day(cell) for name, cell in row.items()} for row in model.due_all(**args).to_dicts()]
    found = getattr(model, f"{call}_")
    if call == "rules":
        return [{name: row[name] for name in RULE} for row in found]
    if isinstance(found, kosar.Table):
        return found.to_dicts()
    return found.tolist() if call == "labels" else found


def ask(log, step, args):
    if step["model"] is None:
        return of_log(log, step["call"], args)
    if step["call"] == "evaluate":
        return list(evaluated(log, step, args))
    return answer(fitted(log, step, args), step["call"], args)


@pytest.mark.parametrize(("case", "step"), STEPS)
def test_step(case, step):
    log, args = read_log(case["log"]), dict(step.get("args", {}))
    if "error" in step:
        with pytest.raises(kosar.KosarError) as failure:
            ask(log, step, args)
        assert {"code": failure.value.code, "message": str(failure.value)} == step["error"]
    elif step["model"] is None:
        assert agree(of_log(log, step["call"], args), step["expect"])
    elif step["call"] == "evaluate":
        assert all(agree(found, step["expect"]) for found in evaluated(log, step, args))
    else:
        model = fitted(log, step, args)
        for one in (model, type(model).from_bytes(model.to_bytes())):
            found = answer(one, step["call"], args)
            assert agree(found, step["expect"]), found


def test_there_are_cases():
    assert len(STEPS) > 40
