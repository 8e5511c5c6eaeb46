"""What the models that are fitted on baskets share."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kosar._errors import ParamWarning, PartialResultWarning, UnplacedWarning
from kosar._estimator import Estimator
from kosar._types import BasketModel

B = TypeVar("B", bound=BasketModel)


@dataclass(frozen=True)
class Unplaced:
    """What a catalogue could not place when items gave way to categories.

    Attributes
    ----------
    items : list
        The ids of the items that are not in the catalogue, or in none of its categories.
    baskets : int
        The number of baskets left out because they hold no other items.
    """

    items: list[Any]
    baskets: int


class BasketEstimator(Estimator[B]):
    """A model fitted on the baskets of a log."""

    _unplaced: Unplaced | None = None

    def _take(self, model: B, unplaced: tuple[list[Any], int] | None, notes: list[str]) -> None:
        """Keep a fitted model, and warn of what is not in it."""
        for note in notes:
            warnings.warn(note, ParamWarning, stacklevel=3)
        self._model, self._unplaced = model, None if unplaced is None else Unplaced(*unplaced)
        if self._unplaced is not None and self._unplaced.baskets:
            message = (
                f"{self._unplaced.baskets} baskets are left out, as the catalogue has no category for any "
                "of their items; see unplaced_"
            )
            warnings.warn(message, UnplacedWarning, stacklevel=3)
        warn_of(model.partial, stacklevel=4)

    @property
    def n_baskets_(self) -> int:
        """The number of baskets."""
        return self._fitted.n_baskets

    @property
    def partial_(self) -> str | None:
        """Why something is missing, where a budget ended the search; None when all is there."""
        return self._fitted.partial

    @property
    def unplaced_(self) -> Unplaced | None:
        """What the catalogue could not place; None with ``level="item"``, and of a model that was loaded."""
        _ = self._fitted
        return self._unplaced


def warn_of(partial: str | None, stacklevel: int) -> None:
    """Warn where a budget ended a search."""
    if partial is not None:
        warnings.warn(partial, PartialResultWarning, stacklevel=stacklevel)


def warn_of_one(min_support: Any, stacklevel: int) -> None:
    """Warn of the float 1.0 as a minimum support, which elsewhere means all."""
    if isinstance(min_support, float) and min_support == 1.0:
        message = (
            "min_support=1.0 is a count of one, as every number from 1 is; give a share below 1, such as "
            "0.999 for nearly all, or the int 1 to say that one is meant"
        )
        warnings.warn(message, ParamWarning, stacklevel=stacklevel)


def with_whole(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Give stored parameters with a minimum support that is a count as an int."""
    value = stored["min_support"]
    return {**stored, "min_support": int(value) if value >= 1 else value}


def with_tuples(stored: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Give stored parameters with the lists of these names as tuples, as the defaults are."""
    return {name: tuple(value) if name in names else value for name, value in stored.items()}
