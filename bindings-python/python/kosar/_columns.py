"""Tables of any make, brought to what the compiled module reads."""

from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any

from kosar._errors import IntakeError


class Stream:
    """An Arrow stream that was exported already."""

    def __init__(self, capsule: object) -> None:
        self._capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._capsule


def is_missing(value: Any) -> bool:
    """Whether a value stands for none, as in columns: None, NaN, and those of pandas."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, Real) and bool(value != value)


def whole(value: Any) -> Any:
    """Give the integer that a float stands for, as in columns of ids; anything else as it is."""
    is_float = isinstance(value, Real) and not isinstance(value, Integral)
    return int(value) if is_float and abs(value) <= 2**53 and value == int(value) else value


def _is_from(data: object, package: str) -> bool:
    return any(kind.__module__.split(".")[0] == package for kind in type(data).__mro__)


def stream_or_columns(data: Any, needed: list[str]) -> Stream | Any | dict[str, Any]:
    """Give a stream where the data offers one, otherwise a dict of the columns needed.

    Of a table without one of the columns, the columns come empty: enough for the error to name them.
    """
    if _is_from(data, "pandas") and hasattr(data, "columns"):
        return _pandas(data, needed)
    if isinstance(data, Mapping):
        return _needed_of({str(name): name for name in data}, data, needed)
    if _is_from(data, "polars"):
        return _polars(data, needed)
    if hasattr(data, "__arrow_c_stream__"):
        return data
    takes = "a data frame (pandas, polars), an Arrow table or stream, or a dict of columns"
    raise IntakeError(f"data must be {takes}, got {type(data).__name__}")


def _polars(frame: Any, needed: list[str]) -> Any:
    if hasattr(frame, "collect"):
        frame = frame.collect()
    if all(name in frame.columns for name in needed):
        frame = frame.select(list(dict.fromkeys(needed)))
    return frame


def _pandas(frame: Any, needed: list[str]) -> Stream | dict[str, Any]:
    names: dict[str, Any] = {}
    for name in frame.columns:
        if str(name) in names and str(name) in needed:
            raise IntakeError(f"the frame has column '{name}' more than once")
        names[str(name)] = name
    if all(name in names for name in needed):
        frame = frame[[names[name] for name in dict.fromkeys(needed)]]
        frame = frame.set_axis([str(name) for name in frame.columns], axis="columns")
        try:
            return Stream(frame.reset_index(drop=True).__arrow_c_stream__())
        except (ImportError, AttributeError, TypeError, ValueError):
            # No pyarrow, an old pandas, or a column of mixed values: each value is looked at below.
            names = {name: name for name in frame.columns}
    return _needed_of(names, frame, needed)


def _needed_of(names: dict[str, Any], data: Any, needed: list[str]) -> dict[str, Any]:
    if not all(name in names for name in needed):
        return {name: [] for name in names}
    return {name: column(name, data[names[name]]) for name in needed}


def column(name: str, values: Any) -> Any:
    """Bring a column to a list, a plain NumPy array, or a tagged tuple of them."""
    if isinstance(values, list):
        return values
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise IntakeError(f"column '{name}' must be a list or an array, got {values!r:.50}")
    if _is_from(values, "pandas"):
        return _series(name, values)
    if _is_from(values, "numpy"):
        return _array(name, values)
    if hasattr(values, "to_list"):
        return values.to_list()
    return list(values)


def _series(name: str, series: Any) -> Any:
    if hasattr(series, "cat"):
        codes = series.cat.codes.to_numpy().astype("int64")
        return ("category", codes, column(name, series.cat.categories))
    if getattr(series.dtype, "tz", None) is not None:
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    if type(series.dtype).__module__.split(".")[0] != "numpy":
        return list(series)
    return _array(name, series.to_numpy())


def _array(name: str, values: Any) -> Any:
    if values.ndim != 1:
        raise IntakeError(f"column '{name}' must have one dimension, has shape {values.shape}")
    if hasattr(values, "mask") or values.dtype.kind in "OUST":
        return values.tolist()
    if values.dtype.kind == "M":
        unit = values.dtype.str.partition("[")[2].rstrip("]")
        unit = unit if unit in ("s", "ms", "us", "ns") else "us"
        return ("time", values.astype(f"<M8[{unit}]").view("int64"), unit)
    if values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        return values.astype("float64")
    if values.dtype.kind not in "iufb":
        raise IntakeError(f"column '{name}' has values of type {values.dtype}, which cannot be read")
    return values.astype(values.dtype.newbyteorder("="), copy=False)
