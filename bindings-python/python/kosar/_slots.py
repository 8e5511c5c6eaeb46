"""Positions of items in the slots of many customers, as ids."""

from typing import Any

from kosar._optional import need


def ids_of_slots(model: Any, asking: str) -> Any:
    """Give the ids of a model's items as an array, and behind them what stands in an empty slot."""
    np = need("numpy", asking)
    if model.has_integer_items:
        return np.array([*model.items(), -1], dtype="int64")
    ids = np.empty(len(model.items()) + 1, dtype=object)
    ids[:-1] = model.items()
    return ids
