"""Customers: what the shop knows of them beside what they did."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from kosar import _native
from kosar._columns import stream_or_columns
from kosar._errors import ParamTypeError
from kosar._log import IntakeReport, checked_intake, checked_names, intake_report, merge_lists
from kosar._table import Table
from kosar._types import CustomerRoles

_CONSENTS = {True: "given", False: "withdrawn", None: "unknown"}


def _names(role: str, names: Any) -> list[str]:
    is_list = isinstance(names, Iterable) and not isinstance(names, str)
    if not is_list or not all(isinstance(name, str) for name in names):
        raise ParamTypeError(f"{role} must be a list of names of columns, got {names!r}")
    return list(names)


def _by_name(role: str, columns: Any) -> list[tuple[Any, str]]:
    if not isinstance(columns, Mapping):
        raise ParamTypeError(f"{role} must be a dict of names of columns, got {columns!r}")
    for name in columns.values():
        if not isinstance(name, str):
            raise ParamTypeError(f"{role} must be a dict of names of columns, got the column {name!r}")
    return list(columns.items())


def _pair(key: Any) -> tuple[str, str | None]:
    if isinstance(key, str):
        return key, None
    if isinstance(key, tuple) and len(key) == 2 and all(isinstance(part, str) for part in key):
        return key
    wants = "a channel and a purpose, as ('email', 'marketing') or 'email/marketing'"
    raise ParamTypeError(f"the keys of consent must be {wants}, got {key!r}")


def _roles(
    customer: Any,
    attributes: Any,
    numbers: Any,
    dates: Any,
    flags: Any,
    time_zone: Any,
    preferences: Any,
    consent: Any,
) -> CustomerRoles:
    if not isinstance(customer, str):
        raise ParamTypeError(f"customer must be the name of a column, got {customer!r}")
    kinds = _by_name("preferences", preferences or {})
    for kind, _ in kinds:
        if not isinstance(kind, str):
            raise ParamTypeError(f"the keys of preferences must be strings, got {kind!r}")
    pairs = [(*_pair(key), name) for key, name in _by_name("consent", consent or {})]
    return {
        "customer": customer,
        "attributes": _names("attributes", attributes),
        "numbers": _names("numbers", numbers),
        "dates": _names("dates", dates),
        "flags": _names("flags", flags),
        "time_zone": checked_names({"time_zone": time_zone})["time_zone"],
        "preferences": kinds,
        "consents": pairs,
    }


def _columns(roles: CustomerRoles) -> list[str]:
    """Give the names of the columns that play a role."""
    zone = roles["time_zone"]
    return [
        roles["customer"],
        *roles["attributes"],
        *roles["numbers"],
        *roles["dates"],
        *roles["flags"],
        *([] if zone is None else [zone]),
        *(name for _, name in roles["preferences"]),
        *(name for _, _, name in roles["consents"]),
    ]


def _consent(consent: Any) -> str:
    if isinstance(consent, str):
        return consent
    if consent is None or isinstance(consent, bool):
        return _CONSENTS[consent]
    wants = "True (given), False (withdrawn), None (unknown) or their names"
    raise ParamTypeError(f"consent must be {wants}, got {consent!r}")


class Customers:
    """Customers with what they said of themselves.

    Attributes, stated preferences, consents by channel and purpose, and the time zone they live in.
    Made by `from_frame` or `from_csv`. The table and a log know customers by the same ids; either may
    have customers that the other has not. It does not change: what changes it gives a new one.

    Examples
    --------
    >>> import kosar
    >>> customers = kosar.Customers.from_frame(
    ...     {
    ...         "who": ["ann", "bob", "ann"],
    ...         "city": ["Pécs", "Eger", None],
    ...         "born": ["1980-02-29", None, None],
    ...         "tz": ["Europe/Budapest", "Asia/Tokyo", None],
    ...         "likes": [["tea"], [], ["rye", "tea"]],
    ...         "mail": [True, None, False],
    ...     },
    ...     customer="who", attributes=["city"], dates=["born"], time_zone="tz",
    ...     preferences={"category": "likes"}, consent={("email", "marketing"): "mail"},
    ... )
    >>> customers
    Customers(2 customers, 2 attributes, 1 consents)
    >>> customers.customer("ann")["attributes"]
    {'born': '1980-02-29', 'city': 'Pécs'}
    >>> customers.consent("ann", "email", "marketing")
    'withdrawn'
    >>> customers.with_consent("ann", "email", "marketing", True).consent("ann", "email", "marketing")
    'given'
    >>> customers.merge_customers("bob", "ann").customer("ann")["time_zone"]
    'Europe/Budapest'
    """

    def __init__(self, native: _native.Customers) -> None:
        self._native = native

    @classmethod
    def from_frame(
        cls,
        data: Any,
        *,
        customer: str,
        attributes: Sequence[str] = (),
        numbers: Sequence[str] = (),
        dates: Sequence[str] = (),
        flags: Sequence[str] = (),
        time_zone: str | None = None,
        preferences: Mapping[str, str] | None = None,
        consent: Mapping[Any, str] | None = None,
        separator: str = ",",
        date_format: str | None = None,
    ) -> Self:
        """Build a table of customers from a table whose rows each tell facts of one customer.

        Rows of one customer add up, whatever their order: of several values of an attribute, or
        several time zones, the first word in order stays, the smallest number, the earliest day,
        False; preferences are united; a withdrawal of a consent beats a grant. `report` says where
        rows disagree.

        Parameters
        ----------
        data : table
            Whatever `OrderLog.from_frame` takes.
        customer : str
            The column of the customer's id.
        attributes : sequence of str
            Columns to keep under their names: words, numbers, booleans, dates or timestamps, as
            they come.
        numbers, dates, flags : sequence of str
            Columns to keep as numbers, as days or as yes or no, also where they come as text. Of a
            timestamp the day in UTC is taken. Yes and no are read from ``yes``, ``no``, ``true``,
            ``false``, ``y``, ``n``, ``t``, ``f``, 1 and 0.
        time_zone : str, optional
            The column of the IANA name of the time zone, such as ``Europe/Budapest``. One that is
            not known is left out and noted in `report`.
        preferences : dict, optional
            The column of each kind of preference, such as ``{"category": "likes"}``: a list of words
            in each row, or all in one text.
        consent : dict, optional
            The column of each consent, by channel and purpose, as ``("email", "marketing")`` or
            ``"email/marketing"``: yes where it was given, no where it was withdrawn, missing where
            nothing is known. What cannot be read is taken as withdrawn and noted in `report`.
        separator : str
            What stands between preferences in one text.
        date_format : str, optional
            The strptime format of dates that are text; ISO 8601 without it.

        Raises
        ------
        IntakeError
            When a column is missing or of a type that its role cannot take. Single bad rows are no
            error: `report` lists them.
        """
        roles = _roles(customer, attributes, numbers, dates, flags, time_zone, preferences, consent)
        options = {"separator": separator, "date_format": date_format, "integer_ids": False}
        source = stream_or_columns(data, _columns(roles))
        if isinstance(source, dict):
            return checked_intake(cls(_native.Customers.from_columns(source, roles, options)))
        return checked_intake(cls(_native.Customers.from_stream(source, roles, options)))

    @classmethod
    def from_csv(
        cls,
        path: str | os.PathLike[str],
        *,
        customer: str,
        attributes: Sequence[str] = (),
        numbers: Sequence[str] = (),
        dates: Sequence[str] = (),
        flags: Sequence[str] = (),
        time_zone: str | None = None,
        preferences: Mapping[str, str] | None = None,
        consent: Mapping[Any, str] | None = None,
        separator: str = ",",
        date_format: str | None = None,
        integer_ids: bool = False,
        delimiter: str = ",",
    ) -> Self:
        """Build a table of customers from a CSV file with a header line, plain or gzipped.

        Parameters
        ----------
        path : path-like
            The file.
        customer, numbers, dates, flags, time_zone, preferences, consent
            The columns, as in `from_frame`.
        attributes : sequence of str
            Columns to keep as words.
        separator, date_format
            As in `from_frame`.
        integer_ids : bool
            Whether customer ids are integers; strings otherwise. They must be of the type of the log's.
        delimiter : str
            The character between fields.

        Raises
        ------
        FileError
            When the file cannot be read.
        IntakeError
            When it is empty, or a column is missing.
        """
        roles = _roles(customer, attributes, numbers, dates, flags, time_zone, preferences, consent)
        options = {"separator": separator, "date_format": date_format, "integer_ids": integer_ids}
        return checked_intake(cls(_native.Customers.from_csv(path, roles, options, delimiter)))

    @property
    def ids(self) -> list[Any]:
        """The ids of the customers, sorted."""
        return self._native.ids()

    def __len__(self) -> int:
        return len(self._native)

    @property
    def attribute_names(self) -> list[str]:
        """The names of the attributes, sorted."""
        return self._native.attribute_names()

    @property
    def preference_kinds(self) -> list[str]:
        """The kinds of preferences, sorted."""
        return self._native.preference_kinds()

    @property
    def consent_pairs(self) -> list[tuple[str, str]]:
        """The channels and purposes that rows told consents of, sorted."""
        return self._native.consent_pairs()

    @property
    def report(self) -> IntakeReport:
        """What became of the rows that the table was built from."""
        return intake_report(self._native.report)

    def customer(self, customer: str | int) -> dict[str, Any]:
        """Give all that is held of a customer, as values that JSON can say.

        The keys are customer, attributes, time_zone, preferences and consents (by
        ``channel/purpose``); what is missing is left out.

        Raises
        ------
        UnknownIdError
            For a customer who is not in the table.
        """
        return self._native.customer(customer)

    def consent(self, customer: str | int, channel: str, purpose: str) -> str:
        """Give what a customer said to a channel and a purpose: given, withdrawn or unknown.

        Raises
        ------
        UnknownIdError
            For a customer who is not in the table. A channel that nobody told of is unknown.
        """
        return self._native.consent(customer, channel, purpose)

    def with_consent(
        self, customer: str | int, channel: str, purpose: str, consent: bool | str | None
    ) -> "Customers":
        """Give the table with what a customer said, whatever was said before.

        Parameters
        ----------
        customer : str or int
            The customer; one who is new to the table gets a row.
        channel, purpose : str
            What the consent is to.
        consent : bool or str or None
            True or ``"given"``, False or ``"withdrawn"``, None or ``"unknown"``.
        """
        return self.with_consents([(customer, channel, purpose, consent)])

    def with_consents(self, said: Iterable[tuple[Any, str, str, bool | str | None]]) -> "Customers":
        """Give the table with what many customers said, one after the other as `with_consent` does.

        Parameters
        ----------
        said : iterable of tuples
            Customer, channel, purpose and consent.
        """
        rows = [tuple(row) for row in said]
        if any(len(row) != 4 for row in rows):
            raise ParamTypeError("said must have rows of customer, channel, purpose and consent")
        channels, purposes = ([_text(name, row[at]) for row in rows] for at, name in _NAMED)
        consents = [_consent(row[3]) for row in rows]
        return Customers(self._native.with_consents([row[0] for row in rows], channels, purposes, consents))

    def append(self, new: "Customers") -> "Customers":
        """Give both tables in one, as if it had been built from the rows of both."""
        return Customers(self._native.append(native_customers(new, "Customers.append")))

    def update(self, new: "Customers") -> "Customers":
        """Give the table with what ``new`` tells in the place of what this one does.

        Of the customers of ``new`` the attributes and time zones that are not missing, the
        preferences of each kind that it has any of, and the consents that are not unknown, so that a
        consent may be given anew. Everything else stays.
        """
        return Customers(self._native.update(native_customers(new, "Customers.update")))

    def forget(self, customer: str | int) -> "Customers":
        """Give the table without a customer: nothing that only they had is left."""
        return Customers(self._native.forget(customer))

    def merge_customers(self, customer: str | int, into: str | int) -> "Customers":
        """Give the table with a customer joined into another.

        What is known of ``into`` stays, what is missing is filled by ``customer``; preferences are
        united; a withdrawal of a consent beats a grant. ``into`` may be new to the table.
        `OrderLog` and `EventLog` do the same to what customers did.

        Raises
        ------
        UnknownIdError
            For a ``customer`` who is not in the table.
        """
        return Customers(self._native.merge_customers(customer, into))

    def merge_all_customers(
        self, customers: Mapping[Any, str | int] | Iterable[tuple[str | int, str | int]]
    ) -> "Customers":
        """Give the table with many customers joined into others, one after the other.

        Parameters
        ----------
        customers : dict or iterable of pairs
            Whom to join each customer into; in pairs a customer may occur again. Customers who are
            not in the table are passed over, so that this will do for all tables and logs.
        """
        return Customers(self._native.merge_all_customers(*merge_lists(customers)))

    def to_table(self) -> Table:
        """Give the customers as a table.

        The columns are customer, time_zone where any is known, each attribute by its name,
        ``preference:KIND`` with a list of words, and ``consent:CHANNEL/PURPOSE``, which is given,
        withdrawn or unknown.
        """
        return Table(self._native.table())

    def __repr__(self) -> str:
        counts = f"{len(self.attribute_names)} attributes, {len(self.consent_pairs)} consents"
        return f"Customers({len(self):,} customers, {counts})"


_NAMED = ((1, "channel"), (2, "purpose"))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ParamTypeError(f"{name} must be a string, got {value!r}")
    return value


def native_customers(customers: Any, call: str) -> _native.Customers:
    """Give what is inside of a table of customers; ``call`` is what needs it."""
    if not isinstance(customers, Customers):
        hint = "make one with Customers.from_frame or from_csv"
        raise ParamTypeError(f"{call} needs Customers, got {type(customers).__name__}; {hint}")
    return customers._native
