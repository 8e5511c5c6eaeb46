"""Reading the shared cases of ``examples``, and comparing answers with them."""

import json
import math
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def steps_of(folder):
    """Every step of the cases in a folder, with its case."""
    return [
        pytest.param(case, step, id=f"{path.stem}-{number}")
        for path in sorted((EXAMPLES / folder).glob("*.json"))
        for case in [json.loads(path.read_text())]
        for number, step in enumerate(case["steps"])
    ]


def agree(found, expected):
    if isinstance(expected, float) and isinstance(found, float | int):
        return math.isclose(found, expected, rel_tol=1e-12)
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(agree(found[k], expected[k]) for k in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(agree, found, expected))
    return found == expected


def counted(report):
    """Give what became of the rows, by name."""
    return {
        "rows": report.rows,
        "taken": report.taken,
        "set_aside": {name: found["count"] for name, found in report.set_aside.items()},
        "notes": {name: found["count"] for name, found in report.notes.items()},
    }


def listed(found):
    """Give recommendations as cases write them."""
    return [{"item": item, "score": score, "sentence": str(why)} for item, score, why in found]
