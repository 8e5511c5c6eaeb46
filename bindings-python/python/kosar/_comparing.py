"""What a recommender tells of itself: what it is ready for, what became otherwise, which weights are best."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._customers import Customers, native_customers
from kosar._errors import ParamTypeError
from kosar._event_log import EventLog, native_events
from kosar._json import json_text
from kosar._order_log import OrderLog, native_log
from kosar._placements import Placements
from kosar._time import instant

if TYPE_CHECKING:
    from kosar._recommender import Recommender
    from kosar._time import TimeLike


class Comparing(Placements):
    """Whatever is built from what a shop has, and can be compared with another."""

    params: Any
    rules: Any

    def _sources(
        self,
        call: str,
        log: OrderLog,
        events: EventLog | None,
        catalog: Catalog | None,
        customers: Customers | None,
    ) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Give what the compiled part is built from."""
        given = {
            **self.get_params(),
            "params": None if self.params is None else json_text("params", self.params),
            "rules": None if self.rules is None else json_text("rules", self.rules),
        }
        name = f"Recommender.{call}"
        return (
            native_log(log, "Recommender", call),
            None if events is None else native_events(events, name),
            native_catalog(catalog, name),
            None if customers is None else native_customers(customers, name),
            given,
        )

    def tune(
        self,
        log: OrderLog,
        cut: "TimeLike",
        *,
        events: EventLog | None = None,
        catalog: Catalog | None = None,
        customers: Customers | None = None,
        n: int = 10,
        max_customers: int = 20_000,
        seed: int = 0,
    ) -> dict[str, Any]:
        """Choose the weights of the blend by what was bought after an instant, and set ``params`` to them.

        Level by level, one weight after the other, each is the one of a grid with the greatest recall; of
        equal ones the one before. The rules hold, so what they never show, such as what is owned already,
        is not found either. The parameters take effect at the next `fit`.

        Weights are as good as the span that they were chosen on: report what they bring on a later one,
        which ``log.before`` leaves out here. It takes a fit, and some hundred requests for each customer.

        Parameters
        ----------
        log : OrderLog
            A log with customers, items and times.
        cut : date, datetime or str
            Orders before it are learnt, what is bought from it on is to be found.
        events : EventLog, optional
            Clicks; those before the cut are learnt.
        catalog : Catalog, optional
            As in `fit`.
        customers : Customers, optional
            As in `fit`.
        n : int
            The length of a list, at least 1.
        max_customers : int
            How many customers are asked for at most, drawn by the seed; at least 1.
        seed : int
            What the draw goes by.

        Returns
        -------
        A dict of ``params``, which are the estimator's from now on, and ``levels``: by level (``"new"``,
        ``"regular"``, ``"loyal"``; those with customers only) how many ``customers`` were asked for, and
        ``recall_before`` and ``recall_after``, the mean share of what they bought that the list had, of at
        most as many as it is long.

        Raises
        ------
        ParamError
            Where no customer bought on both sides of the cut; otherwise as in `fit`.

        Examples
        --------
        >>> import kosar
        >>> shop = kosar.datasets.shop_data(lines=5_000, clicks=5_000, seed=3)
        >>> recommender = kosar.Recommender()
        >>> tuned = recommender.tune(shop.log, "2025-12-01", catalog=shop.catalog, max_customers=100)
        >>> all(level["recall_after"] >= level["recall_before"] for level in tuned["levels"])
        True
        >>> recommender.params["blend"] == tuned["params"]["blend"]
        True
        >>> recommender = recommender.fit(shop.log, events=shop.events, catalog=shop.catalog)
        """
        options = {"cut": instant("cut", cut), "n": n, "max_customers": max_customers, "seed": seed}
        sources = self._sources("tune", log, events, catalog, customers)
        params, levels = _native.Recommender.tune(*sources, options)
        self.set_params(params=params)
        return {"params": params, "levels": levels}

    def readiness(self) -> dict[str, Any]:
        """Tell what is known, and for how many items or customers each placement has answers of its own.

        Returns
        -------
        A dict of counts, and ``placements``, a list of dicts: of ``total`` items or customers (``of`` says
        which) so many are ``ready``, as they have the ``needs`` (``unit`` says of what) of an answer of the
        ``placement``'s own. A customer is ready for ``for_customer`` with an item that ``min_customers``
        others bought. ``is_possible`` is False where no such answer can be, however much is sold: for
        customers and sessions in a file without histories.
        """
        return self._fitted.readiness()

    def diff(
        self,
        old: "Recommender",
        *,
        n: int = 10,
        items: Iterable[str | int] | None = None,
        top: int = 100,
        customers: Iterable[str | int] = (),
        latest_purchases: int = 10_000,
    ) -> list[dict[str, Any]]:
        """Tell which answers are others than those of an older recommender, and which orders did it.

        A change without such orders comes from the sales of all, such as a trend that falls behind; or from
        rules, parameters or the catalogue.

        Parameters
        ----------
        old : Recommender
            The older one, such as it was loaded from last week's file.
        n : int
            The length of the lists compared.
        items : iterable of str or int, optional
            The items whose `similar` and `bought_together` are compared; without, those that most customers
            bought.
        top : int
            How many these are.
        customers : iterable of str or int
            The customers whose `for_customer` is compared.
        latest_purchases : int
            How many of the latest purchases of an item are looked at for the orders behind a change, at
            least 1. Orders from before these are not counted.

        Notes
        -----
        It takes four requests for each item and two for each customer and, once for each item in the
        lists that changed, a look at as many buyers as ``latest_purchases`` says. By default these are
        seconds in a shop of twenty million lines; for all items of such a shop, minutes. Ctrl-C ends it.

        Returns
        -------
        A list of dicts, none for an answer that is the same: the ``placement``, the item or customer that it
        is ``of`` (None for `trending`), the items that ``entered`` and that ``left``, whether the others are
        ``reordered``; how many orders only the new one has (``orders_added``) or only the old one
        (``orders_removed``) of the item or customer, of what entered or left and, where ``reordered``, of all
        that is in the list now; and the ids of at most ten of these in ``orders``, those of the item or
        customer first, where orders have ids.

        Raises
        ------
        NoHistoriesError
            Where one of both was saved without histories.
        IdTypeError
            For ids of another type.

        Examples
        --------
        >>> import kosar
        >>> log = kosar.datasets.shop(lines=5_000, seed=3)
        >>> old = kosar.Recommender().fit(log.before("2025-12-01"))
        >>> new = kosar.Recommender.from_bytes(old.to_bytes())
        >>> new.diff(old)
        []
        >>> report = new.update(log.after("2025-12-01"))
        >>> {change["placement"] for change in new.diff(old)} >= {"similar", "trending"}
        True
        """
        if not isinstance(old, Comparing):
            raise ParamTypeError(f"Recommender.diff needs a Recommender, got {type(old).__name__}")
        options = {
            "n": n,
            "items": items,
            "top": top,
            "customers": customers,
            "latest_purchases": latest_purchases,
        }
        return self._fitted.diff(old._fitted, options)
