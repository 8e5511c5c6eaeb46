"""Tables of results."""

import html
from collections.abc import Iterator
from typing import Any, overload

from kosar import _native
from kosar._errors import ParamTypeError
from kosar._optional import need

_SHOWN = 10
_WIDTH = 40


class Table:
    """Named columns of one length.

    Offers ``__arrow_c_stream__``, so that pandas, polars, pyarrow and DuckDB read it as it is; and
    needs none of them to be looked at. ``table["count"]`` is a column as a list, ``table[:10]`` a table
    of the first ten rows; iterating gives the rows as dicts.

    Examples
    --------
    >>> import kosar
    >>> log = kosar.OrderLog.from_baskets([["bread", "butter"], ["bread", "butter"], ["tea"]])
    >>> table = kosar.FrequentItemsets(min_support=2).fit(log).itemsets_
    >>> len(table), table.columns
    (3, ['items', 'count', 'support'])
    >>> table["count"]
    [2, 2, 2]
    >>> list(table)[2]["items"]
    ['bread', 'butter']
    """

    def __init__(self, native: _native.Table) -> None:
        self._native = native

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._native.columns

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows and of columns."""
        return len(self), len(self.columns)

    def __len__(self) -> int:
        return len(self._native)

    @overload
    def __getitem__(self, key: str) -> list[Any]: ...
    @overload
    def __getitem__(self, key: slice) -> "Table": ...
    def __getitem__(self, key: str | slice) -> "list[Any] | Table":
        """Give the values of a column by its name, or a table of the rows of a slice."""
        if isinstance(key, str):
            return self._native.cells(key, 0, len(self))
        if isinstance(key, slice):
            rows = range(len(self))[key]
            step = rows.step if len(rows) > 1 else 1
            return Table(self._native.rows(rows.start if rows else 0, step, len(rows)))
        wants = "the name of a column or a slice of rows"
        raise ParamTypeError(f"a table is indexed by {wants}, got {key!r}; list(table) has the rows")

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Give the rows as dicts."""
        step = 4096
        for start in range(0, len(self), step):
            yield from self._rows(start, start + step)

    def _rows(self, start: int, end: int) -> list[dict[str, Any]]:
        names = self.columns
        cells = (self._native.cells(name, start, end) for name in names)
        return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Give the rows as a list of dicts."""
        return list(self)

    def to_numpy(self, name: str) -> Any:
        """Give a column as a NumPy array: of numbers, or of objects where it has none."""
        np = need("numpy", "Table.to_numpy")
        values = self[name]
        if values and not isinstance(values[0], int | float):
            column = np.empty(len(values), dtype=object)
            column[:] = values
            return column
        return np.array(values)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> Any:
        """Give the table as a ``pyarrow.Table``."""
        return need("pyarrow", "Table.to_arrow").table(self)

    def to_pandas(self) -> Any:
        """Give the table as a ``pandas.DataFrame``; needs no pyarrow."""
        pandas = need("pandas", "Table.to_pandas")
        return pandas.DataFrame({name: self[name] for name in self.columns})

    def to_polars(self) -> Any:
        """Give the table as a ``polars.DataFrame``."""
        return need("polars", "Table.to_polars").DataFrame(self)

    def _head(self) -> list[list[str]]:
        rows = [list(row.values()) for row in self._rows(0, _SHOWN)]
        return [[_shown(cell) for cell in row] for row in rows]

    def __repr__(self) -> str:
        lines = [self.columns, *self._head()]
        widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
        text = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        if len(self) > _SHOWN:
            text.append(f"... {len(self):,} rows")
        return "\n".join(text)

    def _repr_html_(self) -> str:
        def row(cells: list[str], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

        body = "".join(row(cells, "td") for cells in self._head())
        head = row(self.columns, "th")
        caption = f"<p>{len(self):,} rows x {len(self.columns)} columns</p>"
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{caption}"


def with_frozensets(frame: Any, *names: str) -> Any:
    """Give a data frame with the lists of some columns as frozensets."""
    return frame.assign(**{name: [frozenset(ids) for ids in frame[name]] for name in names})


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.4g}"
    text = ", ".join(str(part) for part in cell) if isinstance(cell, list) else str(cell)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."
