"""Instants: microseconds since 1970 inside, aware datetimes outside; without a zone they are UTC."""

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeAlias

from kosar._errors import IntakeError, ParamError, ParamTypeError

if TYPE_CHECKING:
    import numpy as np

    TimeLike: TypeAlias = dt.datetime | dt.date | str | np.datetime64

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def to_micros(value: Any) -> int:
    """Microseconds since 1970 of a datetime or a date."""
    if not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=dt.UTC)
    return int((value - _EPOCH) // _MICROSECOND)


def from_micros(micros: int) -> dt.datetime:
    """Make an aware datetime of microseconds since 1970."""
    try:
        return _EPOCH + dt.timedelta(microseconds=micros)
    except OverflowError:
        message = f"{micros} microseconds since 1970 is no year of the calendar; was time_unit right?"
        raise IntakeError(message) from None


def from_days(days: int) -> dt.date:
    """Make a date of days since 1970."""
    try:
        return _EPOCH.date() + dt.timedelta(days=days)
    except OverflowError:
        raise IntakeError(f"{days} days since 1970 is no year of the calendar of Python") from None


def instant(name: str, value: Any) -> int | str:
    """Read a parameter that is an instant; text is left to be read with the log's own rules."""
    if isinstance(value, str):
        return value
    missing = value is None or value != value
    if isinstance(value, dt.date) and not missing:
        return to_micros(value)
    if type(value).__name__ == "datetime64" and not missing:
        return int(value.astype("datetime64[us]").astype("int64"))
    expected = "a date such as 2011-12-10 or 2011-12-10T00:00:00Z"
    message = f"{name} must be {expected}, got {value!r} ({type(value).__name__})"
    raise (ParamError if missing and value is not None else ParamTypeError)(message)
