"""What is mined: real baskets, each with an absolute minimum support.

The files are those of the folder that ``KOSAR_DATA`` names; none of them is part of this project.
"""

import csv
import gzip
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KOSAR_DATA", ROOT.parent / "shared" / "data"))

Baskets = list[list[int]] | list[list[str]]


@dataclass(frozen=True)
class Workload:
    """Baskets of a file, and the number of them that must hold a set."""

    source: str
    file: str
    min_count: int

    @property
    def name(self) -> str:
        """What arguments and tables call it."""
        return f"{self.source}-{self.min_count}"

    @property
    def path(self) -> Path:
        """Where its file is."""
        return DATA / self.file

    def baskets(self) -> Baskets:
        """Read the baskets: lists of distinct items."""
        if self.file.endswith(".csv.gz"):
            return _invoices(self.path)
        with self.path.open() as lines:
            return [[int(item) for item in line.split()] for line in lines]


def _invoices(path: Path) -> list[list[str]]:
    """Read invoices that were not cancelled; of each, the stock codes with a positive quantity, once."""
    baskets: dict[str, dict[str, None]] = {}
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            if not row["InvoiceNo"].startswith("C") and int(row["Quantity"]) > 0:
                baskets.setdefault(row["InvoiceNo"], {})[row["StockCode"]] = None
    return [list(items) for items in baskets.values()]


_FILES = {
    "groceries": "groceries/groceries.dat",
    "online": "online_retail/online_retail.csv.gz",
    "retail": "retail/retail.dat",
    "T10I4D100K": "T10I4D100K/T10I4D100K.dat",
    "mushroom": "mushroom/mushroom.dat",
}

# Usual supports, then low ones and the dense one: many more sets than baskets.
_MINED = [
    ("groceries", 10),
    ("online", 207),
    ("retail", 88),
    ("T10I4D100K", 100),
    ("mushroom", 1625),
    ("retail", 9),
    ("online", 62),
    ("T10I4D100K", 20),
    ("mushroom", 812),
]

WORKLOADS = {w.name: w for w in (Workload(source, _FILES[source], count) for source, count in _MINED)}
RETAIL = WORKLOADS["retail-88"]
MUSHROOM = WORKLOADS["mushroom-1625"]
MIN_CONFIDENCE = 0.9


def missing() -> list[Path]:
    """Give the files that are not there."""
    paths = {w.path for w in WORKLOADS.values()} | {DATA / "gowalla" / "train.txt"}
    return sorted(path for path in paths if not path.exists())
