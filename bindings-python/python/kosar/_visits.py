"""What someone looked at and did not buy: recently viewed items, and what to go on with."""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Self

from kosar import _native
from kosar._errors import ParamTypeError
from kosar._estimator import in_files
from kosar._event_log import EventLog, native_events
from kosar._order_log import OrderLog, native_log
from kosar._time import from_micros, instant


class Seen(NamedTuple):
    """An item that someone looked at and did not buy since."""

    item: Any
    """The item, as the shop calls it."""
    kind: str
    """``"in_cart"`` where it was left in the cart, else ``"viewed"``."""
    views: int
    """How often it was viewed since it was bought last, if it was."""
    last: dt.datetime
    """When it was viewed, wished for or put into the cart last."""


def _event(event: Any) -> tuple[Any, str, int | str]:
    if not isinstance(event, Mapping):
        raise ParamTypeError(f"ongoing must hold dicts of item, time and kind, got {event!r}")
    extra = set(event) - {"item", "time", "kind"}
    if extra or "item" not in event or "time" not in event:
        raise ParamTypeError(f"ongoing must hold dicts of item, time and kind, got {event!r}")
    kind = event.get("kind", "view")
    if not isinstance(kind, str):
        raise ParamTypeError(f"kind must be a string, got {kind!r}")
    return event["item"], kind, instant("time", event["time"])


class Visits:
    """What customers and sessions looked at and did not buy since; answers in microseconds.

    A view, a click, the click in a message, a wish and an add to the cart are looks at an item; a
    purchase takes away all looks up to its instant. An item whose last add to the cart was not
    taken back is in the cart. When the logs grow, it is made anew.

    Parameters
    ----------
    events : EventLog
        What was looked at.
    orders : OrderLog, optional
        What the same customers bought, where that is not among the events; it needs times. An order
        known by its date alone counts as of midnight.

    Examples
    --------
    >>> import kosar
    >>> events = kosar.EventLog.from_frame(
    ...     {
    ...         "who": ["ann", "ann", "ann", "ann"],
    ...         "what": ["tea", "mug", "pot", "tea"],
    ...         "did": ["view", "add_to_cart", "view", "purchase"],
    ...         "at": [0, 10, 20, 30],
    ...     },
    ...     customer="who", item="what", kind="did", time="at", time_unit="s",
    ... )
    >>> visits = kosar.Visits(events)
    >>> [(seen.item, seen.kind) for seen in visits.recently_viewed(customer="ann")]
    [('pot', 'viewed'), ('mug', 'in_cart')]
    >>> [seen.item for seen in visits.continue_shopping(customer="ann")]
    ['mug', 'pot']
    """

    def __init__(self, events: EventLog, orders: OrderLog | None = None) -> None:
        inside = None if orders is None else native_log(orders, "Visits")
        self._native = _native.Visits.of(native_events(events, "Visits"), inside)

    def recently_viewed(
        self,
        n: int = 10,
        *,
        customer: str | int | None = None,
        session: str | int | None = None,
        ongoing: Iterable[Mapping[str, Any]] = (),
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[Seen]:
        """Give the ``n`` items that someone looked at last and did not buy since, the latest first.

        Parameters
        ----------
        n : int
            How many.
        customer : str or int, optional
            Whose; all of their sessions count. Without one the session that goes on does.
        session : str or int, optional
            The id of the session that goes on, where its events are in the log.
        ongoing : iterable of dict, optional
            The events of the session that goes on which are not in the log yet, as
            ``{"item": "tea", "time": now, "kind": "view"}``; without a kind they are views. They come
            after those of the log, even where their clock is behind.
        exclude, only : iterable of str or int
            Items never to be answered; the only ones that may be.

        Raises
        ------
        UnknownIdError
            For a customer or session that is not in the log.
        """
        return _seen(self._native.recently_viewed(n, _given(customer, session, ongoing, exclude, only)))

    def continue_shopping(
        self,
        n: int = 10,
        *,
        customer: str | int | None = None,
        session: str | int | None = None,
        ongoing: Iterable[Mapping[str, Any]] = (),
        exclude: Iterable[str | int] = (),
        only: Iterable[str | int] | None = None,
    ) -> list[Seen]:
        """Give the ``n`` items of earlier sessions with which a customer may go on.

        Those left in the cart come first, then those viewed, each the latest first; nothing that was
        bought since, or that the session that goes on has touched (looked at, put into the cart or
        taken out, bought; not what it was only shown). Without a customer no earlier session is known,
        and the items of the session that goes on come in the same order.

        Parameters
        ----------
        n, customer, session, ongoing, exclude, only
            As in `recently_viewed`.
        """
        return _seen(self._native.continue_shopping(n, _given(customer, session, ongoing, exclude, only)))

    def to_bytes(self) -> bytes:
        """Give the bytes of the file that `save` writes; they hold what customers and sessions did."""
        return self._native.to_bytes()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save to a file in one step: a reader sees the old file or the new one, whole.

        Parameters
        ----------
        path : path-like
            The file, which `load` and `kosar.load` read, and those of the other languages.
        """
        self._native.save(path)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make visits of the bytes of a file, whoever wrote them."""
        return cls._of(*_native.from_bytes(data, "visits")[1:])

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Load visits from a file."""
        return cls._of(*_native.load(path, "visits")[1:])

    @classmethod
    def _of(cls, stored: Mapping[str, Any], native: Any) -> Self:
        loaded = cls.__new__(cls)
        loaded._native = native
        return loaded

    def __reduce__(self) -> tuple[Callable[[bytes], Self], tuple[bytes]]:
        return type(self).from_bytes, (self.to_bytes(),)


in_files("visits", Visits)


def _given(
    customer: str | int | None,
    session: str | int | None,
    ongoing: Iterable[Mapping[str, Any]],
    exclude: Iterable[str | int],
    only: Iterable[str | int] | None,
) -> dict[str, Any]:
    return {
        "customer": customer,
        "session": session,
        "ongoing": [_event(event) for event in ongoing],
        "exclude": exclude,
        "only": only,
    }


def _seen(found: list[tuple[Any, str, int, int]]) -> list[Seen]:
    return [Seen(item, kind, views, from_micros(last)) for item, kind, views, last in found]
