"""Shops to try things on: a generator of realistic ones, and toy ones with answers to check."""

import datetime as dt
from typing import Any

from kosar import _native
from kosar._catalog import Catalog
from kosar._order_log import OrderLog
from kosar._time import from_micros, instant

__all__ = ["breakfast", "corner_shop", "corner_shop_columns", "shop", "shop_catalog", "shop_columns"]


def _params(lines: int, seed: int, dirty: float, others: dict[str, Any]) -> dict[str, Any]:
    if "start" in others:
        others = {**others, "start": instant("start", others["start"])}
    return {"lines": lines, "seed": seed, "dirty": dirty, **others}


def shop(
    lines: int = 10_000,
    seed: int = 1,
    dirty: float = 0.0,
    returns: str = "net",
    **params: Any,
) -> OrderLog:
    """Generate a realistic shop: the same parameters give the same shop, everywhere.

    Parameters
    ----------
    lines : int
        The number of order lines, from 100 to 10 million.
    seed : int
        The seed.
    dirty : float
        The share of lines with a defect, from 0 to 0.5.
    returns : {"net", "drop", "keep"}
        As in `OrderLog.from_frame`.
    **params
        ``start``, ``days``, ``items``, ``zipf``, ``order_size``, ``complements``, ``substitutes``,
        ``companion_rate``, ``rebuy_rate``, ``anonymous`` and ``return_rate``.

    Returns
    -------
    OrderLog
        With the kept columns ``name`` and ``category``.

    Examples
    --------
    >>> from kosar import datasets
    >>> log = datasets.shop(lines=1_000, seed=7)
    >>> log.n_lines
    1000
    >>> log.item_words("category")["BAT-0001"]
    'Bathroom'
    """
    return OrderLog(_native.shop(_params(lines, seed, dirty, params), returns))


def shop_catalog(lines: int = 10_000, seed: int = 1, **params: Any) -> Catalog:
    """Generate the catalogue of a shop: names, categories and prices of its products.

    Parameters are those of `shop`; with the same, the items are those of its log.

    Examples
    --------
    >>> from kosar import datasets
    >>> datasets.shop_catalog(lines=1_000, seed=7).item("BAT-0001")["categories"]
    ['Bathroom']
    """
    return Catalog(_native.shop_catalog(_params(lines, seed, 0.0, params)))


def shop_columns(
    lines: int = 10_000, seed: int = 1, dirty: float = 0.0, **params: Any
) -> dict[str, list[Any]]:
    """Generate a shop as raw columns, to be made into a table of any kind.

    Parameters are those of `shop`. Columns are ``customer``, ``order``, ``item``, ``time``,
    ``quantity`` and ``price``.

    Examples
    --------
    >>> from kosar import datasets
    >>> columns = datasets.shop_columns(lines=1_000, seed=7)
    >>> len(columns["item"]), columns["time"][0].year
    (1000, 2025)
    """
    return _with_times(_native.shop_columns(_params(lines, seed, dirty, params)))


def breakfast() -> list[list[str]]:
    """Give ten breakfast baskets, small enough to count by hand.

    Examples
    --------
    >>> from kosar import datasets
    >>> datasets.breakfast()[0]
    ['bread', 'butter', 'jam']
    """
    return _native.breakfast()


def corner_shop_columns() -> dict[str, list[Any]]:
    """Give half a year of a corner shop as raw columns."""
    return _with_times(_native.corner_shop())


def corner_shop() -> OrderLog:
    """Give half a year of a corner shop: five customers, nine purchases, one return.

    Examples
    --------
    >>> from kosar import datasets
    >>> datasets.corner_shop()
    OrderLog(10 orders, 5 customers, 5 items, 11 lines)
    """
    return OrderLog.from_frame(
        corner_shop_columns(),
        customer="customer",
        order="order",
        item="item",
        time="time",
        quantity="quantity",
        price="price",
    )


def _with_times(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    times: list[dt.datetime] = [from_micros(micros) for micros in columns["time"]]
    return {**columns, "time": times}
