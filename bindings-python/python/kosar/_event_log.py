"""The event log: views, clicks, carts and purchases, session by session."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from kosar import _native
from kosar._columns import stream_or_columns
from kosar._errors import ParamTypeError
from kosar._log import (
    Log,
    checked_attributes,
    checked_intake,
    checked_list,
    checked_names,
    checked_texts,
    sparse_rows,
)
from kosar._table import Table
from kosar._time import instant
from kosar._types import EventOptions, EventRoles

if TYPE_CHECKING:
    from kosar._time import TimeLike


def _roles(attributes: Iterable[str], **roles: str | None) -> EventRoles:
    return {**checked_names(roles), "attributes": checked_attributes(attributes)}  # type: ignore[typeddict-item]


def _options(
    gap_minutes: float,
    until: "TimeLike | None",
    kinds: Mapping[Any, str] | None,
    time_format: str | None,
    time_unit: str | None,
    integer_ids: Iterable[str] = (),
) -> EventOptions:
    checked_texts(time_format=time_format or "", time_unit=time_unit or "")
    if not isinstance(kinds or {}, Mapping):
        raise ParamTypeError(f"kinds must be a dict of words and kinds, got {kinds!r}")
    for word, kind in (kinds or {}).items():
        if not isinstance(kind, str):
            raise ParamTypeError(f"kinds must name a kind for {word!r}, got {kind!r}")
    return {
        "gap_minutes": gap_minutes,
        "until": None if until is None else instant("until", until),
        "kinds": {str(word): kind for word, kind in (kinds or {}).items()},
        "integer_ids": checked_list(integer_ids),
        "time_format": time_format,
        "time_unit": time_unit,
    }


class EventLog(Log[_native.EventLog]):
    """What visitors and customers did, checked, grouped into sessions and immutable.

    Made by `from_frame` or `from_csv`. A session is what one customer did under one session id, or,
    where no session id is given, what they did without a gap longer than ``gap_minutes``. Events of
    a session that name no customer belong to the one who is named next in it, those behind the last
    to the last. Equal events are one. Sessions are sorted by their last event, events by time.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.EventLog.from_frame(
    ...     {
    ...         "visit": ["v1", "v1", "v1", "v2"],
    ...         "who": [None, "ann", "ann", None],
    ...         "what": ["tea", "tea", "tea", "mug"],
    ...         "did": ["view", "add_to_cart", "stare", "view"],
    ...         "at": [10, 20, 30, 15],
    ...     },
    ...     session="visit", customer="who", item="what", kind="did", time="at", time_unit="s",
    ... )
    >>> log
    EventLog(3 events, 2 sessions, 1 customers, 2 items)
    >>> print(log.report)
    4 rows read, 3 taken
      set aside: 1 kind that is not known (name it in kinds) (rows 2; such as 'stare')
      note: 1 sessions without a customer
      note: 1 events without a customer in a session with one, taken as theirs
    >>> log.link({"v2": "bob"}).customers
    ['ann', 'bob']
    """

    @classmethod
    def from_frame(
        cls,
        data: Any,
        *,
        time: str,
        item: str | None = None,
        session: str | None = None,
        customer: str | None = None,
        kind: str | None = None,
        quantity: str | None = None,
        position: str | None = None,
        propensity: str | None = None,
        attributes: Sequence[str] = (),
        kinds: Mapping[Any, str] | None = None,
        gap_minutes: float = 30.0,
        until: "TimeLike | None" = None,
        time_format: str | None = None,
        time_unit: str | None = None,
    ) -> Self:
        """Build a log from a table with a row for each event.

        Parameters
        ----------
        data : table
            Anything that offers ``__arrow_c_stream__`` (polars, pyarrow, DuckDB), a pandas data
            frame of any version, or a dict of lists or NumPy arrays.
        time, item, session, customer, kind, quantity, position, propensity : str
            The names of the columns that play these roles. Needed are the time, a session or a
            customer, and an item or a kind; each event must name its session or its customer.
            Without ``kind`` all events are views. ``position`` is where in a list an item was
            shown, from 0 or 1 as you count; ``propensity`` how probable that was, above 0 and at
            most 1.
        attributes : sequence of str
            Columns to keep beside, such as the device or where a visitor came from: text, numbers or
            booleans. Events that differ in one of them are two.
        kinds : dict, optional
            Your own words (or numbers) for kinds of events, such as ``{"pdp": "view"}``, beside the
            names of the kinds: view, search, impression, click, add_to_cart, remove_from_cart,
            add_to_wishlist, purchase, message_sent, message_opened, message_clicked,
            message_unsubscribed. Searches and messages may do without an item.
        gap_minutes : float
            Minutes without an event after which a customer's next one begins a new session, where
            no session id is given.
        until : datetime, date or str, optional
            The instant up to which events are taken, itself included; later ones are set aside.
        time_format : str, optional
            The ``strptime`` format of times that are text; ISO 8601 without it.
        time_unit : {"s", "ms", "us", "ns"}, optional
            The unit of times that are numbers since 1970.

        Raises
        ------
        IntakeError
            When a column is missing or of a type that its role cannot take. Single bad rows are no
            error: `report` lists them.
        ParamError
            For a gap that is not above 0 and at most ten years, or a kind that there is not.
        """
        roles = _roles(
            attributes,
            time=time,
            item=item,
            session=session,
            customer=customer,
            kind=kind,
            quantity=quantity,
            position=position,
            propensity=propensity,
        )
        options = _options(gap_minutes, until, kinds, time_format, time_unit)
        named = [*(name for name in roles.values() if isinstance(name, str)), *roles["attributes"]]
        source = stream_or_columns(data, named)
        if isinstance(source, dict):
            return checked_intake(cls(_native.EventLog.from_columns(source, roles, options)))
        return checked_intake(cls(_native.EventLog.from_stream(source, roles, options)))

    @classmethod
    def from_csv(
        cls,
        path: str | os.PathLike[str],
        *,
        time: str,
        item: str | None = None,
        session: str | None = None,
        customer: str | None = None,
        kind: str | None = None,
        quantity: str | None = None,
        position: str | None = None,
        propensity: str | None = None,
        attributes: Sequence[str] = (),
        kinds: Mapping[Any, str] | None = None,
        gap_minutes: float = 30.0,
        until: "TimeLike | None" = None,
        integer_ids: Sequence[str] = (),
        time_format: str | None = None,
        time_unit: str | None = None,
        delimiter: str = ",",
    ) -> Self:
        """Build a log from a CSV file with a header line, plain or gzipped.

        Parameters
        ----------
        path : path-like
            The file.
        time, item, session, customer, kind, quantity, position, propensity, attributes
            As in `from_frame`; kept columns are text.
        kinds, gap_minutes, until, time_format, time_unit
            As in `from_frame`.
        integer_ids : sequence of {"customer", "session", "item"}
            The roles whose ids are integers; others are strings.
        delimiter : str
            The character between fields.

        Raises
        ------
        FileError
            When the file cannot be read.
        IntakeError
            When it is empty, or a column is missing.
        """
        roles = _roles(
            attributes,
            time=time,
            item=item,
            session=session,
            customer=customer,
            kind=kind,
            quantity=quantity,
            position=position,
            propensity=propensity,
        )
        options = _options(gap_minutes, until, kinds, time_format, time_unit, integer_ids)
        return checked_intake(cls(_native.EventLog.from_csv(path, roles, options, delimiter)))

    @property
    def n_events(self) -> int:
        """The number of events."""
        return self._native.n_events

    @property
    def n_sessions(self) -> int:
        """The number of sessions."""
        return self._native.n_sessions

    @property
    def customers(self) -> list[Any]:
        """The ids of the customers, sorted."""
        return self._native.customers()

    @property
    def session_ids(self) -> list[Any]:
        """The ids of the sessions that have one, sorted."""
        return self._native.session_ids()

    @property
    def items(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._native.items()

    @property
    def gap_minutes(self) -> float:
        """Minutes without an event after which a new session begins, where there are no ids."""
        return self._native.gap_minutes

    @property
    def attribute_names(self) -> list[str]:
        """The names of the columns that are kept beside."""
        return self._native.attribute_names()

    def forget_session(self, session: str | int) -> "EventLog":
        """Give the log without the events of a session id, whoever used it."""
        return EventLog(self._native.forget_session(session))

    def link(self, customers: Mapping[Any, str | int]) -> "EventLog":
        """Tell whose sessions are: the log as it would be, had their events named them.

        Parameters
        ----------
        customers : dict
            The customer of each session id. Events that name a customer keep theirs.

        Raises
        ------
        UnknownIdError
            For a session that is not in the log. Customers may be new.
        """
        if not isinstance(customers, Mapping):
            raise ParamTypeError(f"customers must be a dict of sessions, got {customers!r}")
        return EventLog(self._native.link(list(customers), list(customers.values())))

    def to_table(self) -> Table:
        """Give the events as a table, session after session.

        The columns are session (its number), session_id, customer, item, kind and time; and
        quantity, position and propensity where the log has any; then the kept ones by their names. Ids
        and words that are not known are None.
        """
        return Table(self._native.table())

    def customer_items(self, weights: Mapping[str, float] | None = None) -> Any:
        """Give how much each customer cares for each item, as a ``scipy.sparse.csr_array``.

        Rows are in the order of `customers`, columns in that of `items`. A value is the sum of the
        weights of the events of the pair; pairs with a sum of 0 or less are left out.

        Parameters
        ----------
        weights : dict, optional
            The weight of each kind; kinds that are not named count nothing. By default a view or a
            click counts 1, a wish 2, an add to the cart 3 and its removal -3, a purchase 5, the
            click in a message 1.
        """
        return self._strengths(weights, "EventLog.customer_items", by_session=False)

    def session_items(self, weights: Mapping[str, float] | None = None) -> Any:
        """Give the same with a row for each session, in the order of the table's numbers."""
        return self._strengths(weights, "EventLog.session_items", by_session=True)

    def _strengths(self, weights: Mapping[str, float] | None, what: str, by_session: bool) -> Any:
        if weights is not None and not isinstance(weights, Mapping):
            raise ParamTypeError(f"weights must be a dict of kinds and numbers, got {weights!r}")
        for kind, weight in (weights or {}).items():
            if isinstance(weight, bool) or not isinstance(weight, int | float):
                raise ParamTypeError(f"the weight of {kind!r} must be a number, got {weight!r}")
        given = None if weights is None else dict(weights)
        return sparse_rows(what, lambda: self._native.strengths(given, by_session))

    def __repr__(self) -> str:
        return (
            f"EventLog({self.n_events:,} events, {self.n_sessions:,} sessions, "
            f"{self.n_customers:,} customers, {self.n_items:,} items)"
        )


def native_events(events: Any, call: str) -> _native.EventLog:
    """Give what is inside of an event log; ``call`` is what needs it."""
    if not isinstance(events, EventLog):
        hint = "make one with EventLog.from_frame or from_csv"
        raise ParamTypeError(f"{call} needs an EventLog, got {type(events).__name__}; {hint}")
    return events._native
