"""The shop's recommender: every placement, live."""

import datetime as dt
import json
import warnings
from collections.abc import Mapping
from typing import Any, Self

from kosar import _native
from kosar._catalog import Catalog, native_catalog
from kosar._comparing import Comparing
from kosar._customers import Customers
from kosar._errors import ParamTypeError, ParamWarning
from kosar._estimator import no_target
from kosar._event_log import EventLog, native_events
from kosar._json import json_text
from kosar._order_log import OrderLog, native_log


class Recommender(Comparing):
    """The shop's recommender: one object that answers every placement of a shop, and learns while it answers.

    A list has as many items as were asked for wherever so many may be shown: behind what a placement
    has to say come, in this order, the customer's segment, the categories at hand, what rises, what
    many bought, what is new, and the rest of the catalogue. Each `Answer` says which step gave it, and
    why, in numbers that can be reckoned again. Unknown customers, sessions and items are no errors.

    Its state are the histories: an `update` or a `forget` makes a new version at once, and afterwards
    every answer is that of a recommender fitted anew, bit for bit; requests of other threads go on
    meanwhile. Only what `profile` is measured by is computed when `refresh` is called.

    Parameters
    ----------
    params : dict or str, optional
        What is looked at, and how it is weighed: a dict, or JSON text. What is not named has its
        default; `params_schema` tells all names. Numbers that fewer than ``min_customers`` (5 by
        default) customers stand behind are never shown.
    rules : dict or str, optional
        The rules of the shop: filters, blocked items, boosts, pins, caps, diversity and so on;
        `rules_schema` tells all.
    segment_by : str, optional
        The attribute of the customers whose words are their segments, such as the country.
    level_by : str, optional
        The attribute of the customers that says how far answers may follow them: ``"none"``,
        ``"session"`` or ``"full"``; missing is full.
    consent : pair of str, optional
        The channel and the purpose of the consent to profiling: whoever withdrew it gets the answers
        that anybody gets.

    Attributes
    ----------
    rules_ : dict
        The rules that hold.
    notes_ : list of str
        What of the rules hardly was meant: items that are neither sold nor in the catalogue.
    version : int
        Counts the changes.
    has_histories : bool
        Whether it can learn and forget: not where it was saved without histories.

    Examples
    --------
    >>> import kosar
    >>> shop = kosar.datasets.shop_data(lines=5_000, clicks=5_000, seed=3)
    >>> recommender = kosar.Recommender(rules={"caps": [{"by": {"category": 1}, "max": 3}]})
    >>> recommender = recommender.fit(shop.log, events=shop.events, catalog=shop.catalog)
    >>> answers = recommender.for_customer("C00003", n=5)
    >>> len(answers), answers[0].step
    (5, 'customer')
    >>> print(answers[0].reason)
    bought by 12 customers like this one
    >>> recommender.forget("C00003")["found"]
    True
    >>> len(recommender.for_customer("C00003", n=5))
    5
    """

    _kind = "recommender"

    def __init__(
        self,
        *,
        params: Mapping[str, Any] | str | None = None,
        rules: Mapping[str, Any] | str | None = None,
        segment_by: str | None = None,
        level_by: str | None = None,
        consent: tuple[str, str] | None = None,
    ) -> None:
        self.params = params
        self.rules = rules
        self.segment_by = segment_by
        self.level_by = level_by
        self.consent = consent

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {"params": _changed(stored["params"], _native.Recommender.defaults())}

    @classmethod
    def _of(cls, stored: Mapping[str, Any], model: _native.Recommender) -> Self:
        loaded = super()._of(stored, model)
        loaded.rules = _changed(model.rules(), _native.Recommender.default_rules())
        return loaded

    def fit(
        self,
        log: OrderLog,
        y: None = None,
        *,
        events: EventLog | None = None,
        catalog: Catalog | None = None,
        customers: Customers | None = None,
    ) -> Self:
        """Build from what the shop has: all but the orders may be missing.

        Parameters
        ----------
        log : OrderLog
            A log with items and times.
        events : EventLog, optional
            Clicks, for sessions and for what was viewed.
        catalog : Catalog, optional
            For rules, categories, content, and items that nobody bought yet.
        customers : Customers, optional
            For segments, levels and consent.

        Raises
        ------
        ParamError
            With the path of what is wrong in ``params`` or ``rules``, or of what the catalogue does not
            have; for attributes and consents that the customers do not have.
        MissingColumnError
            For a log without items or times.
        IdTypeError
            For ids of one role of two types.

        Warns
        -----
        ParamWarning
            For rules that name items which are neither sold nor in the catalogue.
        """
        no_target("Recommender", y, catalog=True)
        self._model = _native.Recommender.fit(*self._sources("fit", log, events, catalog, customers))
        self._warn()
        return self

    def _warn(self) -> None:
        for note in self.notes_:
            warnings.warn(note, ParamWarning, stacklevel=3)

    @staticmethod
    def params_schema() -> dict[str, Any]:
        """Tell what ``params`` may be, as a JSON Schema (draft 2020-12)."""
        schema: dict[str, Any] = json.loads(_native.recommender_schema())
        return schema

    @staticmethod
    def rules_schema() -> dict[str, Any]:
        """Tell what ``rules`` may be, as a JSON Schema (draft 2020-12)."""
        schema: dict[str, Any] = json.loads(_native.rules_schema())
        return schema

    def profile(self, customer: str | int) -> dict[str, Any]:
        """Tell who a customer is: orders, RFM scores and segment, stage, leanings, what they own.

        What is measured against all customers goes by the last `refresh`.

        Raises
        ------
        UnknownIdError
            For a customer who is not known.
        """
        profile: dict[str, Any] = json.loads(self._fitted.profile(customer))
        for name in ("first_order", "last_order", "stage_since", "next_change"):
            profile[name] = _day(profile[name])
        return profile

    def export(self, customer: str | int) -> dict[str, Any]:
        """Give everything that is held about a customer, to be handed over to them, as JSON has it.

        Instants are text such as ``2011-12-09T12:50:00Z``.

        Raises
        ------
        UnknownIdError
            For a customer who is not known.
        """
        export: dict[str, Any] = json.loads(self.export_json(customer))
        return export

    def export_json(self, customer: str | int) -> str:
        """Give what `export` gives as JSON text."""
        return self._fitted.export(customer)

    @property
    def rules_(self) -> dict[str, Any]:
        """The rules that hold."""
        return self._fitted.rules()

    @property
    def notes_(self) -> list[str]:
        """What of the rules hardly was meant: items that are neither sold nor in the catalogue.

        They are not refused, since an item may be blocked before it comes, or after it went.
        """
        return self._fitted.notes()

    def set_rules(self, rules: Mapping[str, Any] | str | None) -> None:
        """Change the rules; requests that begin afterwards follow them.

        Raises
        ------
        ParamError
            With the path of what is wrong; the old rules hold on.

        Warns
        -----
        ParamWarning
            For items that are neither sold nor in the catalogue; see ``notes_``.
        """
        self._fitted.set_rules(json_text("rules", {} if rules is None else rules))
        self.rules = rules
        self._warn()

    def set_level(self, customer: str | int, level: str) -> None:
        """Set how far answers may follow a customer: ``"none"``, ``"session"`` or ``"full"``.

        A customer who is not known is no error: whoever objects before their first order is heard from it on.
        """
        self._fitted.set_level(customer, level)

    def set_stock(self, stock: Mapping[Any, float]) -> None:
        """Change what is in stock of some items of the catalogue.

        Raises
        ------
        UnknownIdError
            For an item that is not in the catalogue: nothing is changed then.
        """
        self._fitted.set_stock(list(stock.items()))

    def set_catalog(self, catalog: Catalog) -> None:
        """Change the catalogue; items that it has and nobody bought may be answered from now on.

        It takes as long as fitting content similarity. Ctrl-C ends it, and nothing is changed then.
        """
        inside = native_catalog(catalog, "Recommender.set_catalog")
        if inside is None:
            raise ParamTypeError("Recommender.set_catalog needs a Catalog, got None")
        self._fitted.set_catalog(inside)

    def update(self, log: OrderLog) -> dict[str, Any]:
        """Take orders in while requests run: afterwards everything is as if it had been fitted with them.

        An order of a customer that is there already is told of, not added twice.

        Returns
        -------
        A dict of what was taken in: ``orders``, ``lines``, ``new_customers``, ``new_items``, and
        ``repeated_orders`` with ten of their ids in ``repeated``.
        """
        return self._fitted.update(native_log(log, "Recommender", "update"))

    def update_events(self, log: EventLog) -> dict[str, Any]:
        """Take events in while requests run; those that are there already are passed over.

        Returns
        -------
        A dict of what was taken in, as `update` gives it: ``events`` and ``repeated_events``.
        """
        return self._fitted.update_events(native_events(log, "Recommender.update_events"))

    def forget(self, customer: str | int) -> dict[str, Any]:
        """Remove a customer from everything: afterwards it is as if they had never been there.

        Returns
        -------
        A receipt: whether they were ``found``, what was removed (``orders``, ``lines``, ``items``,
        ``sessions``, ``events``), the ``version`` from which on no answer rests on them, how many older
        versions requests still read (``versions_in_use``), and in ``to_refresh`` what `refresh` has to
        compute again to be without them.
        """
        return self._fitted.forget(customer)

    def refresh(self) -> None:
        """Compute anew what profiles are measured by: cut points and rhythms of all customers."""
        self._fitted.refresh()

    def sweep(self) -> int:
        """Let go of versions that nobody reads any more; give the number of those still read."""
        return self._fitted.sweep()

    def replace(self, other: "Recommender") -> None:
        """Put everything of another recommender, built or loaded elsewhere, in the place of this one's.

        Requests that began before end with the old one.
        """
        if not isinstance(other, Recommender):
            raise ParamTypeError(f"Recommender.replace needs a Recommender, got {type(other).__name__}")
        self._fitted.replace(other._fitted)
        self.set_params(**other.get_params())

    @property
    def version(self) -> int:
        """The number of the version that answers now; it rises with every change."""
        return self._fitted.version

    @property
    def has_histories(self) -> bool:
        """Whether it can learn and forget: not where it was saved without histories."""
        return self._fitted.has_histories


def _changed(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give what is not at its default; None where nothing is."""
    return {name: value for name, value in values.items() if defaults.get(name) != value} or None


def _day(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    time = dt.datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
