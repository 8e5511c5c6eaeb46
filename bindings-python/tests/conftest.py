import os
import pickle
from pathlib import Path

import kosar
import pytest

ROOT = Path(__file__).parents[2]

# The shop that recommenders are fitted on.
SHOP = {"lines": 8_000, "clicks": 12_000, "seed": 3}


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


@pytest.fixture(scope="session")
def sources():
    """What a recommender is made of: a log, events and a catalogue."""
    return kosar.datasets.shop_data(**SHOP)


@pytest.fixture(scope="session")
def fitted(sources):
    """A recommender that no test changes."""
    return kosar.Recommender().fit(sources.log, events=sources.events, catalog=sources.catalog)


@pytest.fixture
def recommender(fitted):
    """One that a test may change."""
    return pickle.loads(pickle.dumps(fitted))
