"""Prints the packages of an optional-dependency group: ``extras.py pyproject.toml test``."""

import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    print(*tomllib.load(file)["project"]["optional-dependencies"][sys.argv[2]])
