"""JSON of what is written down in dicts: audiences, rules, parameters."""

import datetime as dt
import json
from collections.abc import Mapping

from kosar._errors import ParamError, ParamTypeError


def json_text(what: str, tree: object, many: bool = False) -> str:
    """Give the JSON text of a dict, or of ``many`` in a list; ``what`` names it in messages.

    A str is JSON text already.
    """
    if isinstance(tree, str):
        return tree
    if not isinstance(tree, list | tuple if many else Mapping):
        kind = "a list of dicts" if many else "a dict"
        raise ParamTypeError(f"{what} must be {kind} or JSON text, got {tree!r}")

    def plain(value: object) -> object:
        """Give what JSON has for a date, a number of NumPy, a set, or another mapping."""
        if isinstance(value, dt.date):
            return value.isoformat()
        if type(value).__name__ == "datetime64":
            return str(value)
        if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
            return value.item()
        if isinstance(value, set | frozenset):
            return sorted(value, key=repr)
        if isinstance(value, Mapping):
            return dict(value)
        raise ParamTypeError(f"{what} must be made of dicts, lists, texts, numbers and dates, got {value!r}")

    try:
        return json.dumps(tree if many else dict(tree), default=plain, allow_nan=False)
    except ParamTypeError:
        raise
    except ValueError as error:
        raise ParamError(f"{what} must be made of finite numbers, in a tree: {error}") from None
    except TypeError as error:
        raise ParamTypeError(f"{what} must be made of dicts with texts as keys: {error}") from None
