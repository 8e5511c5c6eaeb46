"""Is the model any good? Splits that cannot leak, metrics with intervals, comparisons, tuning.

>>> import kosar
>>> from kosar.evaluate import compare, temporal_split
>>> split = temporal_split(kosar.datasets.shop(lines=20_000, seed=1), last_days=60)
>>> found = compare({"similar": kosar.ItemSimilarity()}, split, metrics=["recall@10", "ndcg@10"])
>>> found.names
['popularity', 'similar']
>>> found.best("ndcg@10") in found.names
True
"""

import importlib
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from kosar import _native
from kosar._catalog import Catalog
from kosar._errors import ParamError, ParamTypeError, ParamWarning
from kosar._estimator import Estimator
from kosar._evaluation import Comparison, Evaluation, Tuning, intervals
from kosar._order_log import OrderLog
from kosar._session_evaluation import (
    PopularInSessions,
    SessionDifference,
    SessionEstimate,
    SessionEvaluation,
    evaluate_sessions,
    split_sessions,
)
from kosar._split import Split, cut, native_of, options

if TYPE_CHECKING:
    from kosar._time import TimeLike

__all__ = [
    "METRICS",
    "Comparison",
    "Evaluation",
    "PopularInSessions",
    "SessionDifference",
    "SessionEstimate",
    "SessionEvaluation",
    "Split",
    "Tuning",
    "by_customer",
    "compare",
    "evaluate",
    "evaluate_sessions",
    "leave_last_basket",
    "leave_one_out",
    "split_sessions",
    "temporal_split",
    "tune",
]

METRICS: tuple[str, ...] = tuple(_native.metrics())
"""The names of all metrics."""

Recommendations: TypeAlias = Mapping[Any, Iterable[Any]] | Sequence[Iterable[Any]] | Callable[[Any], Any]


def temporal_split(
    log: OrderLog,
    *,
    at: "TimeLike | None" = None,
    last_days: float | None = None,
    fraction: float | None = None,
    new_items_only: bool = True,
    unknown_items: str = "drop",
) -> Split:
    """Train on what was ordered before an instant, ask for what was bought at it or later.

    The protocol to trust: what a shop could have known is all that the model knows.

    Parameters
    ----------
    log : OrderLog
        A log with customers, items and times.
    at : datetime, date or str
        The first instant of the test part; or instead one of
    last_days : float
        how many days before the last order it is, or
    fraction : float
        the share of the orders, the latest, that is the test part (orders of one time stay together).
    new_items_only : bool
        Whether what a customer bought in the training part is not asked for again. Of kosar's models
        only `NextBasket` recommends what a customer has; with False the others miss every repeat
        purchase.
    unknown_items : {"drop", "miss"}
        Whether items that the training part does not know are left out of what is asked for, and
        counted, or stay as misses of every model.

    Raises
    ------
    MissingColumnError
        For a log without times, customers or items.
    ParamError
        Unless exactly one of ``at``, ``last_days``, ``fraction`` is given; for a cut before or behind
        all orders.

    Examples
    --------
    >>> import kosar
    >>> split = kosar.evaluate.temporal_split(kosar.datasets.shop(lines=5_000), fraction=0.2)
    >>> split.train.span[1] < kosar.datasets.shop(lines=5_000).span[1]
    True
    """
    given = {**cut(at, last_days, fraction), **options(new_items_only, unknown_items)}
    return Split(_native.Split.temporal(native_of("log", log), given))


def leave_last_basket(log: OrderLog, *, new_items_only: bool = True, unknown_items: str = "drop") -> Split:
    """Train on all baskets of each customer but the last, ask for that one.

    Every customer is split at a time of their own, so a model sees what others bought later; for an
    estimate without that, see `temporal_split`, which explains the parameters too.
    """
    given = options(new_items_only, unknown_items)
    return Split(_native.Split.last_basket(native_of("log", log), given))


def leave_one_out(
    log: OrderLog,
    *,
    pick: str = "last",
    seed: int = 0,
    unknown_items: str = "drop",
) -> Split:
    """Train on all items of each customer but one, ask for that one.

    Parameters
    ----------
    log : OrderLog
        A log with customers and items, for ``"last"`` with times.
    pick : {"last", "random"}
        The item that was new to the customer last, or any, drawn by the seed.
    seed : int
        The seed.
    unknown_items
        As in `temporal_split`.
    """
    given = {"pick": pick, "seed": seed, **options(True, unknown_items)}
    return Split(_native.Split.one_out(native_of("log", log), given))


def by_customer(
    log: OrderLog,
    *,
    share: float = 0.1,
    seed: int = 0,
    unknown_items: str = "drop",
) -> Split:
    """Hold a share of the customers out, and ask for one in five of the items of each.

    For models that recommend from items, to customers whom they were not trained on: the other items
    are the history that a model is told.

    Parameters
    ----------
    log : OrderLog
        A log with customers and items.
    share : float
        The share of customers to hold out, above 0 and below 1.
    seed : int
        The seed of customers and items.
    unknown_items
        As in `temporal_split`.
    """
    given = {"share": share, "seed": seed, **options(True, unknown_items)}
    return Split(_native.Split.by_customer(native_of("log", log), given))


def evaluate(
    model: "Estimator[Any] | Recommendations",
    split: Split,
    *,
    k: int = 20,
    metrics: Iterable[str] | None = None,
    catalog: Catalog | None = None,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Evaluation:
    """Measure a model, or the lists of any other program, on a split.

    Parameters
    ----------
    model : estimator, mapping, sequence or callable
        A kosar model fitted on ``split.train`` (one that is not fitted is cloned and fitted so); a
        `Recommender` answers with ``for_customer``, and its rules hold; or recommendations of any origin,
        best first: a mapping of customers to lists of items, a list for each of ``split.customers`` in
        that order, or a function from a customer to a list.
    split : Split
        What to ask.
    k : int
        The length of the lists.
    metrics : iterable of str, optional
        Such as ``["recall@20", "coverage@10"]``, without a number at ``k``; see `METRICS`. By default
        all that the data allow: revenue needs prices, category_diversity a catalogue.
    catalog : Catalog, optional
        For category_diversity.
    n_resamples : int
        How often customers are drawn anew for the bootstrap intervals; 0 for no intervals.
    confidence : float
        The confidence of the intervals.
    seed : int
        The seed of the resamples.

    Warns
    -----
    ParamWarning
        When the model names items that ``split.train`` has not, such as one that was fitted on the
        whole log: it has seen what it is asked for.

    Raises
    ------
    ParamError
        For a split that asks about no customer.

    Examples
    --------
    >>> import kosar
    >>> split = kosar.evaluate.temporal_split(kosar.datasets.shop(lines=5_000), last_days=60)
    >>> mine = {customer: ["BAT-0001", "BAT-0002"] for customer in split.customers}
    >>> kosar.evaluate.evaluate(mine, split, metrics=["precision@2"]).n_empty
    0
    """
    inside = _native_model(model, split)
    given = _how(k, metrics, n_resamples, confidence, seed)
    found = Evaluation(_native.evaluate(inside, _native_split(split), _native_catalog(catalog), given))
    for note in found.notes:
        warnings.warn(note, ParamWarning, stacklevel=2)
    return found


def compare(
    models: "Mapping[str, Estimator[Any] | Recommendations]",
    split: Split,
    *,
    k: int = 20,
    metrics: Iterable[str] | None = None,
    catalog: Catalog | None = None,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Measure several models on the same customers, the most popular items as the baseline.

    Parameters
    ----------
    models : mapping
        Names to whatever `evaluate` takes; ``"popularity"`` is the name of the baseline.
    split, k, metrics, catalog, n_resamples, confidence, seed
        As in `evaluate`, which tells the warnings and errors too.

    Notes
    -----
    Differences are taken customer by customer. Each says what chance explains at the confidence
    asked for, one at a time: of twenty differences of nothing, one is expected to be called something.
    """
    if not isinstance(models, Mapping):
        raise ParamTypeError(f"models must be a dict of names to models, got {type(models).__name__}")
    inside = [(name, _native_model(model, split)) for name, model in models.items()]
    given = _how(k, metrics, n_resamples, confidence, seed)
    found = Comparison(_native.compare(inside, _native_split(split), _native_catalog(catalog), given))
    for name in found.names:
        for note in found[name].notes:
            warnings.warn(f"'{name}': {note}", ParamWarning, stacklevel=2)
    return found


def tune(
    estimator: Estimator[Any],
    grid: Mapping[str, Sequence[Any]],
    log: OrderLog | Split,
    *,
    metric: str = "ndcg@20",
    at: "TimeLike | None" = None,
    last_days: float | None = None,
    fraction: float | None = None,
    new_items_only: bool = True,
    unknown_items: str = "drop",
    max_points: int | None = None,
    seed: int = 0,
    k: int = 20,
    metrics: Iterable[str] | None = None,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    progress: bool = False,
) -> Tuning:
    """Fit and evaluate a model at each point of a grid, and say which was best.

    Give it the training part of the split that you report on, ``split.train``: then no choice has
    seen the test part. The best of many points is better on the validation part than it will be on
    the test part.

    Parameters
    ----------
    estimator : estimator
        A model with the parameters that are not in the grid; it is cloned for each point.
    grid : mapping
        Names of parameters to the values to try.
    log : OrderLog or Split
        What to choose on: split in time by ``at``, ``last_days`` or ``fraction`` (0.2 unless told),
        or a split made by any of the functions here.
    metric : str
        What to maximise.
    new_items_only, unknown_items
        As in `temporal_split`.
    max_points : int, optional
        At most so many points, where there are more a choice drawn by the seed.
    seed : int
        The seed of that choice, and of the resamples.
    k, metrics, n_resamples, confidence
        As in `evaluate`; by default only ``metric`` is measured.
    progress : bool
        Whether to show a bar, where ``tqdm`` is installed.

    Examples
    --------
    >>> import kosar
    >>> from kosar.evaluate import temporal_split, tune
    >>> split = temporal_split(kosar.datasets.shop(lines=5_000), last_days=60)
    >>> found = tune(kosar.ItemSimilarity(), {"neighbors": [5, 50]}, split.train, metric="ndcg@10")
    >>> model = found.best_model.fit(split.train)
    """
    if not isinstance(grid, Mapping):
        raise ParamTypeError(f"grid must be a dict of parameters to lists, got {type(grid).__name__}")
    values = {name: _values(name, given) for name, given in grid.items()}
    inner = log
    if not isinstance(inner, Split):
        if at is None and last_days is None and fraction is None:
            fraction = 0.2
        inner = temporal_split(
            inner,
            at=at,
            last_days=last_days,
            fraction=fraction,
            new_items_only=new_items_only,
            unknown_items=unknown_items,
        )
    elif at is not None or last_days is not None or fraction is not None:
        raise ParamError("at, last_days and fraction must not be given with a Split, which is split already")
    measured = [metric] if metrics is None else [*metrics, metric]
    chosen = _native.grid_positions([len(given) for given in values.values()], max_points, seed)
    points = [
        {name: given[at] for (name, given), at in zip(values.items(), point, strict=True)} for point in chosen
    ]
    evaluations = []
    for point in _shown(points, progress):
        model = _clone(estimator).set_params(**point).fit(inner.train)
        found = evaluate(
            model,
            inner,
            k=k,
            metrics=measured,
            n_resamples=n_resamples,
            confidence=confidence,
            seed=seed,
        )
        evaluations.append(found)
    return Tuning(_clone(estimator), points, evaluations, metric, k)


def _values(name: str, given: Any) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ParamTypeError(f"grid must have a list of values for '{name}', got {given!r}")
    return list(given)


def _shown(points: list[Any], progress: bool) -> Iterable[Any]:
    if not progress:
        return points
    try:
        bar = importlib.import_module("tqdm.auto")
    except ImportError:
        return points
    shown: Iterable[Any] = bar.tqdm(points, unit="point")
    return shown


def _clone(estimator: Any) -> Any:
    if not isinstance(estimator, Estimator):
        raise ParamTypeError(f"estimator must be a kosar model, got {type(estimator).__name__}")
    return type(estimator)(**estimator.get_params())


def _native_split(split: Any) -> _native.Split:
    if not isinstance(split, Split):
        raise ParamTypeError(f"split must be a Split, got {type(split).__name__}")
    return split._native


def _native_catalog(catalog: Any) -> _native.Catalog | None:
    if catalog is None:
        return None
    if not isinstance(catalog, Catalog):
        raise ParamTypeError(f"catalog must be a Catalog, got {type(catalog).__name__}")
    return catalog._native


def _native_model(model: Any, split: Split) -> Any:
    if isinstance(model, Estimator):
        fits = model if model._model is not None else _clone(model).fit(split.train)
        return fits._fitted
    customers = split.customers
    if callable(model):
        lists = [(customer, model(customer)) for customer in customers]
    elif isinstance(model, Mapping):
        lists = list(model.items())
    elif isinstance(model, Iterable) and not isinstance(model, str):
        rows = list(model)
        if len(rows) != len(customers):
            raise ParamError(
                f"recommendations must have a list for each of the {len(customers)} customers of the split, "
                f"got {len(rows)}"
            )
        lists = list(zip(customers, rows, strict=True))
    else:
        takes = "a kosar model, a dict, a list of lists or a function"
        raise ParamTypeError(f"model must be {takes}, got {type(model).__name__}")
    return _native.Recommended.from_lists([(customer, _ids(items)) for customer, items in lists])


def _ids(items: Any) -> Any:
    if isinstance(items, str) or not isinstance(items, Iterable):
        return items
    plain = (one.item if isinstance(one, _native.Recommendation) else one for one in items)
    return [one for one in plain if one is not None]


def _how(
    k: int, metrics: Iterable[str] | None, n_resamples: int, confidence: float, seed: int
) -> dict[str, Any]:
    return {**intervals(k, n_resamples, confidence, seed), "metrics": metrics}
