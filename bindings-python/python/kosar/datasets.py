"""Shops to try things on: a generator of realistic ones, and toy ones with answers to check."""

import datetime as dt
from typing import Any, NamedTuple

from kosar import _native
from kosar._catalog import Catalog
from kosar._event_log import EventLog
from kosar._order_log import OrderLog
from kosar._time import from_micros, instant

__all__ = [
    "ShopData",
    "breakfast",
    "corner_shop",
    "corner_shop_columns",
    "shop",
    "shop_catalog",
    "shop_columns",
    "shop_data",
]


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
        ``companion_rate``, ``rebuy_rate``, ``anonymous`` and ``return_rate``; and what `shop_data`
        tells the truth about.

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


class ShopData(NamedTuple):
    """A generated shop and the truth about it, as `shop_data` gives them."""

    log: OrderLog
    """The orders."""
    events: EventLog
    """The events that lead to the orders; empty without ``clicks``."""
    catalog: Catalog
    """The products."""
    truth: dict[str, Any]
    """What was planted: see `shop_data`."""


def shop_data(
    lines: int = 10_000, seed: int = 1, dirty: float = 0.0, returns: str = "net", **params: Any
) -> ShopData:
    """Generate a shop with its events, its catalogue and the truth about what was planted in it.

    Parameters
    ----------
    lines, seed, dirty, returns
        As in `shop`.
    **params
        Those of `shop`, and

        - ``clicks``: the number of events, at most 10 million. Sessions that end with an order look at
          its items, put them into the cart and buy them, at the order's time; other products are looked
          at or left in the cart on the way there. ``cart_rate`` (0.2) of what is looked at in a session
          is put into the cart, ``buy_rate`` (0.4) of that is bought. What the orders do not need is of
          visitors who only look.
        - ``repeat``: ``{"r": ..., "alpha": ..., "a": ..., "b": ...}``, the parameters of BG/NBD by which
          customers buy again, in place of types of customers; rates are orders a week.
        - ``yearly`` and ``weekly``: how much the categories sell by the time of the year and by the day
          of the week, from 0 to 1.
        - ``consumables``: the share of products, at most 0.3, that are used up and bought again after
          the quantity bought times the days that one lasts (not with ``repeat``).
        - ``troubles``: True plants what spoils recommendations, on top of the rest: bots in the events,
          postage lines, second codes, a burst, a gap, wrong clocks; a dict says how much of each:
          ``bots``, ``services``, ``duplicates``, ``bursts``, ``gaps``, ``clocks``, ``midnights``.
          ``truth["troubles"]`` has all of it.

    Returns
    -------
    ShopData
        ``truth`` has ``complements``, ``substitutes``, ``customer_types``, ``return_lines``,
        ``anonymous_lines``, ``defects``; ``repeat_buyers`` (customer, lambda a week, p, alive),
        ``seasons`` (category, peak_day from 1, peak_weekday from 0, Monday), ``consumables`` (item,
        days_per_unit), ``funnel`` (viewed, carted, bought, idle) and ``session_orders`` (session, order).

    Examples
    --------
    >>> from kosar import datasets
    >>> shop = datasets.shop_data(lines=1_000, clicks=2_000, repeat={"r": 1, "alpha": 4, "a": 1, "b": 3})
    >>> shop.events.n_events, sorted(shop.truth["repeat_buyers"][0])
    (2000, ['alive', 'customer', 'lambda', 'p'])
    """
    log, events, catalog, truth = _native.shop_data(_params(lines, seed, dirty, params), returns)
    return ShopData(OrderLog(log), EventLog(events), Catalog(catalog), truth)


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
