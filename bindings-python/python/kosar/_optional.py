"""Packages that only some calls need."""

import importlib
from typing import Any

from kosar._errors import MissingDependencyError


def need(package: str, needed_by: str) -> Any:
    """Import a package, or say who needs it and what to install."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        name = package.split(".")[0]
        message = f"{needed_by} needs {name}, which is not installed: pip install {name}"
        raise MissingDependencyError(message) from error
