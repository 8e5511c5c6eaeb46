"""What can go wrong, as classes; each message names the value and what is allowed."""

from typing import ClassVar


class KosarError(Exception):
    """Any failure of kosar.

    Attributes
    ----------
    code : str
        A code that never changes, such as ``"KOSAR_PARAM"``.
    """

    code: ClassVar[str] = "KOSAR_INTERNAL"

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class ParamError(KosarError, ValueError):
    """A parameter has a value that is not allowed."""

    code = "KOSAR_PARAM"


class ParamTypeError(ParamError, TypeError):
    """A parameter has a value of a type that is not allowed."""


class UnknownIdError(KosarError, KeyError):
    """No such customer, item or order was seen when the log was built."""

    code = "KOSAR_UNKNOWN_ID"


class IdTypeError(KosarError, TypeError):
    """An id is of another type than those of the log, or of none that an id can have."""

    code = "KOSAR_ID_TYPE"


class NoHistoriesError(KosarError, ValueError):
    """The model was saved without the histories that the answer needs."""

    code = "KOSAR_NO_HISTORIES"


class IntakeError(KosarError, ValueError):
    """The input cannot be read as an order log at all; single bad rows are in the report instead."""

    code = "KOSAR_INTAKE"


class MissingColumnError(KosarError, ValueError):
    """The log, or the catalogue, was built without a column that the computation needs."""

    code = "KOSAR_MISSING_COLUMN"


class SumTooLargeError(KosarError, OverflowError):
    """A sum of money is beyond 9.2 trillion."""

    code = "KOSAR_OVERFLOW"


class FileError(KosarError, OSError):
    """A file cannot be read or written."""

    code = "KOSAR_IO"


class ModelFileError(KosarError, ValueError):
    """A file is no model, or a damaged one, or one of another kind or version."""

    code = "KOSAR_MODEL_FILE"


class CancelledError(KosarError):
    """The computation was asked to stop."""

    code = "KOSAR_CANCELLED"


class UnknownColumnError(KosarError, KeyError):
    """A table has no column of this name."""

    code = "KOSAR_UNKNOWN_COLUMN"


class NotFittedError(KosarError, ValueError, AttributeError):
    """The model was asked before ``fit``."""

    code = "KOSAR_NOT_FITTED"


class MissingDependencyError(KosarError, ImportError):
    """A package that this call needs is not installed."""

    code = "KOSAR_MISSING_DEPENDENCY"


class UnplacedWarning(UserWarning):
    """The catalogue has no category for any item of some baskets: they are left out."""


class IntakeWarning(UserWarning):
    """An input had no rows, or most of them were set aside; the report says why."""


class ParamWarning(UserWarning):
    """A parameter has a value that is allowed and hardly what was meant."""


class PartialResultWarning(UserWarning):
    """A budget ended the search: what is there is right, but not all of it is there."""
