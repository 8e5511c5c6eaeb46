import os
from pathlib import Path

import kosar
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shop():
    return kosar.datasets.shop(lines=5_000, seed=3)


@pytest.fixture
def breakfast():
    return kosar.OrderLog.from_baskets(kosar.datasets.breakfast())


@pytest.fixture
def data():
    """The file of a public data set, or a skip."""
    folder = Path(os.environ.get("KOSAR_DATA", ROOT.parent / "shared" / "data"))

    def find(name):
        path = folder / name
        if not path.exists():
            pytest.skip(f"{path} is not there; set KOSAR_DATA to the folder of the data sets")
        return path

    return find
