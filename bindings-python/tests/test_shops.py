"""Generated shops with their events and the truth about them."""

from typing import Any

import kosar
import pytest
from kosar import datasets


def test_a_shop_comes_with_events_catalog_and_truth() -> None:
    shop = datasets.shop_data(lines=2_000, seed=3, clicks=8_000, yearly=0.5, consumables=0.1)
    assert shop.events.n_events == 8_000
    assert shop.log.n_lines == 2_000
    assert shop.catalog.n_items >= shop.log.n_items
    truth = shop.truth
    funnel = truth["funnel"]
    assert funnel["viewed"] > funnel["carted"] > funnel["bought"] > 0
    assert len(truth["seasons"]) == 10
    assert set(truth["seasons"][0]) == {"category", "peak_day", "peak_weekday"}
    assert truth["consumables"][0]["days_per_unit"] > 0
    session, order = truth["session_orders"][0]
    assert isinstance(session, int)
    assert isinstance(order, str)
    assert len(truth["customer_types"]) == shop.log.n_customers
    assert truth["repeat_buyers"] == []


def test_the_log_is_that_of_shop_and_the_seed_decides() -> None:
    one = datasets.shop_data(lines=1_000, seed=5, clicks=500)
    two = datasets.shop_data(lines=1_000, seed=5, clicks=500)
    assert one.truth == two.truth
    assert one.log.n_orders == datasets.shop(lines=1_000, seed=5).n_orders


def test_repeat_buyers_have_known_rates() -> None:
    repeat = {"r": 2.0, "alpha": 8.0, "a": 1.5, "b": 6.0}
    buyers = datasets.shop_data(lines=50_000, repeat=repeat).truth["repeat_buyers"]
    assert sum(one["lambda"] for one in buyers) / len(buyers) == pytest.approx(0.25, rel=0.08)
    assert sum(one["p"] for one in buyers) / len(buyers) == pytest.approx(0.2, rel=0.08)
    assert {one["alive"] for one in buyers} == {True, False}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"clicks": -1}, "clicks must be at least 0, got -1"),
        ({"clicks": 20_000_000}, "clicks must be from 0 to 10,000,000, got 20000000"),
        ({"cart_rate": 0.0}, "cart_rate must be from 0.02 to 1, got 0"),
        ({"repeat": {"r": 0, "alpha": 4, "a": 1, "b": 1}}, "r must be from 0.05 to 100, got 0"),
        ({"repeat": {"r": 1}}, "repeat must be a dict with r, alpha, a and b, alpha is missing"),
        (
            {"repeat": {"r": 1, "alpha": 4, "a": 1, "b": 1, "x": 1}},
            "repeat must be a dict with r, alpha, a and b, 'x' is none of them",
        ),
        ({"repeat": 5}, "repeat must be a dict with r, alpha, a and b, got 5"),
        (
            {"consumables": 0.1, "repeat": {"r": 1, "alpha": 4, "a": 1, "b": 1}},
            "consumables must be 0 for repeat",
        ),
    ],
)
def test_what_is_not_allowed_is_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(kosar.KosarError, match=message):
        datasets.shop_data(**params)
