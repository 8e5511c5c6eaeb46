"""What comes out of evaluations."""

from collections.abc import Sequence
from typing import Any

from kosar import _native
from kosar._optional import need
from kosar._table import Table


class Evaluation:
    """How good a model is on a split; ``print(evaluation)`` shows every value with its interval.

    Attributes
    ----------
    table : Table
        ``metric``, ``value``, ``low``, ``high``, ``n`` (customers for whom it is defined),
        ``n_undefined``.
    n_customers : int
        The number of customers asked about.
    n_empty : int
        The number of customers whom the model recommended nothing to.
    notes : list of str
        What `evaluate` warns of: that the model names items which the training part has not.
    """

    def __init__(self, native: _native.Evaluation) -> None:
        self._native = native

    @property
    def table(self) -> Table:
        """The values with their intervals."""
        return Table(self._native.table())

    @property
    def n_customers(self) -> int:
        """The number of customers asked about."""
        return self._native.n_customers

    @property
    def n_empty(self) -> int:
        """The number of customers whom the model recommended nothing to."""
        return self._native.n_empty

    @property
    def notes(self) -> list[str]:
        """What of the model hardly was meant."""
        return self._native.notes

    def __getitem__(self, metric: str) -> float:
        """Give the value of a metric, such as ``"ndcg@20"``."""
        return self._native.estimate(metric)[0]

    def interval(self, metric: str) -> tuple[float, float]:
        """Give the interval of a metric; NaN where there is none."""
        return self._native.estimate(metric)[1:3]

    def per_customer(self, metric: str) -> Table:
        """Give the value of a metric for each customer: ``customer``, ``value`` (NaN: undefined)."""
        return Table(self._native.customer_table(metric))

    def to_pandas(self) -> Any:
        """Give the table as a ``pandas.DataFrame``."""
        return self.table.to_pandas()

    def __repr__(self) -> str:
        return self._native.text()

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


class Comparison:
    """Several models on the same customers; the most popular items come first, as the baseline.

    Attributes
    ----------
    table : Table
        ``model``, ``metric``, ``value``, ``low``, ``high``, ``n``, ``n_undefined``, and by how much
        the model exceeds the baseline, customer by customer: ``difference``, ``difference_low``,
        ``difference_high``, ``verdict`` (better, worse, higher, lower, undecided).
    names : list of str
        The names of the models, ``"popularity"`` first.
    """

    def __init__(self, native: _native.Comparison) -> None:
        self._native = native

    @property
    def names(self) -> list[str]:
        """The names of the models."""
        return self._native.names

    @property
    def table(self) -> Table:
        """All values, and the differences to the baseline."""
        return Table(self._native.table(None))

    def table_to(self, name: str) -> Table:
        """Give all values, and the differences to the model of a name instead."""
        return Table(self._native.table(name))

    def __getitem__(self, name: str) -> Evaluation:
        """Give the evaluation of a model."""
        return Evaluation(self._native.evaluation(name))

    def best(self, metric: str) -> str:
        """Give the name of the model with the highest value of a metric that was measured."""
        return self._native.best(metric)

    def to_pandas(self) -> Any:
        """Give the table as a ``pandas.DataFrame``."""
        return self.table.to_pandas()

    def __repr__(self) -> str:
        return self._native.text()

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


class Tuning:
    """What was tried, and what was best.

    Attributes
    ----------
    best_params : dict
        The parameters of the best point.
    best_value : float
        The value that they reached on the validation part.
    best_model : estimator
        The estimator with these parameters, not fitted.
    points : list of dict
        The parameters of each point tried.
    evaluations : list of Evaluation
        What each reached.
    """

    def __init__(
        self,
        estimator: Any,
        points: Sequence[dict[str, Any]],
        evaluations: list[Evaluation],
        metric: str,
        k: int,
    ) -> None:
        inside = [evaluation._native for evaluation in evaluations]
        best, table = _native.tuned(metric, k, inside)
        self.points = list(points)
        self.evaluations = evaluations
        self.metric = metric if "@" in metric else f"{metric}@{k}"
        self.best_params = self.points[best]
        self.best_value = evaluations[best][self.metric]
        self.best_model = estimator.set_params(**self.best_params)
        self._table = Table(table)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Give a row for each point and metric: its parameters, then the value and its interval."""
        return [{**self.points[row.pop("point")], **row} for row in self._table]

    def to_pandas(self) -> Any:
        """Give the rows as a ``pandas.DataFrame``."""
        return need("pandas", "Tuning.to_pandas").DataFrame(self.to_dicts())

    def __repr__(self) -> str:
        count = len(self.points)
        return f"Tuning({self.metric} {self.best_value:.4f} with {self.best_params}, best of {count} points)"


def intervals(k: int, n_resamples: int, confidence: float, seed: int) -> dict[str, Any]:
    """Give how long lists are and how intervals are made, for the compiled part."""
    return {"k": k, "n_resamples": n_resamples, "confidence": confidence, "seed": seed}
