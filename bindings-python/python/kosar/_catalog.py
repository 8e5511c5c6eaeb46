"""The catalogue: names of items, and the categories that they stand in."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from kosar import _native
from kosar._columns import stream_or_columns
from kosar._errors import ParamTypeError
from kosar._order_log import IntakeReport
from kosar._table import Table
from kosar._types import CatalogRoles


def _roles(item: Any, category: Any, name: Any) -> CatalogRoles:
    named = [category] if category is None or isinstance(category, str) else category
    levels = [level for level in named if level is not None] if isinstance(named, Iterable) else [named]
    if not all(isinstance(level, str) for level in levels):
        raise ParamTypeError(f"category must be the name of a column or a list of them, got {category!r}")
    if not isinstance(item, str):
        raise ParamTypeError(f"item must be the name of a column, got {item!r}")
    if name is not None and not isinstance(name, str):
        raise ParamTypeError(f"name must be the name of a column, got {name!r}")
    return {"item": item, "category": levels, "name": name}


class Catalog:
    """What the shop knows of its items: names to show, and the categories that they stand in.

    Made by `from_frame`, `from_csv` or `from_dict`. A category is a path such as ``Food/Bread``. An
    item may stand in several: each of its rows adds one. A catalogue and a log know items by the
    same ids; either may have items that the other has not.

    Examples
    --------
    >>> import kosar
    >>> catalog = kosar.Catalog.from_dict(
    ...     {"rye": "Food/Bread", "tea": "Food/Drinks", "mug": ["Kitchen", "Gifts"]}
    ... )
    >>> catalog
    Catalog(3 items, 5 categories)
    >>> catalog.categories_of("mug"), catalog.items_in("Food")
    (['Gifts', 'Kitchen'], ['rye', 'tea'])
    >>> catalog.items_in("Food/Bred")
    Traceback (most recent call last):
    kosar._errors.UnknownIdError: unknown category 'Food/Bred'; near to it: Food/Bread
    """

    def __init__(self, native: _native.Catalog) -> None:
        self._native = native

    @classmethod
    def from_frame(
        cls,
        data: Any,
        *,
        item: str,
        category: str | Sequence[str] | None = None,
        name: str | None = None,
        separator: str = "/",
    ) -> Self:
        """Build a catalogue from a table whose rows each tell facts of one item.

        Parameters
        ----------
        data : table
            Whatever `OrderLog.from_frame` takes.
        item : str
            The column of the item's id.
        category : str or sequence of str, optional
            One column: the category as a path. A list of columns: a level in each, the widest first.
        name : str, optional
            The column of the name to show.
        separator : str
            What stands between the names of a path.

        Raises
        ------
        IntakeError
            When a column is missing or of a type that its role cannot take. Single bad rows are no
            error: `report` lists them.

        Examples
        --------
        >>> import kosar
        >>> rows = {"id": [7, 9], "group": ["Food", "Food"], "aisle": ["Bread", None]}
        >>> catalog = kosar.Catalog.from_frame(rows, item="id", category=["group", "aisle"])
        >>> catalog.categories_of(7), catalog.categories_of(9)
        (['Food/Bread'], ['Food'])
        """
        roles = _roles(item, category, name)
        needed = [item, *roles["category"], *([] if name is None else [name])]
        source = stream_or_columns(data, needed)
        if isinstance(source, dict):
            return cls(_native.Catalog.from_columns(source, roles, separator))
        return cls(_native.Catalog.from_stream(source, roles, separator))

    @classmethod
    def from_csv(
        cls,
        path: str | os.PathLike[str],
        *,
        item: str,
        category: str | Sequence[str] | None = None,
        name: str | None = None,
        separator: str = "/",
        integer_ids: bool = False,
        delimiter: str = ",",
    ) -> Self:
        """Build a catalogue from a CSV file with a header line, plain or gzipped.

        Parameters
        ----------
        path : path-like
            The file.
        item, category, name, separator
            As in `from_frame`.
        integer_ids : bool
            Whether item ids are integers; strings otherwise. They must be of the type of the log's.
        delimiter : str
            The character between fields.

        Raises
        ------
        FileError
            When the file cannot be read.
        IntakeError
            When it is empty, or a column is missing.
        """
        roles = _roles(item, category, name)
        return cls(_native.Catalog.from_csv(path, roles, separator, integer_ids, delimiter))

    @classmethod
    def from_dict(cls, categories: Mapping[Any, str | Iterable[str] | None], *, separator: str = "/") -> Self:
        """Build a catalogue from the path, or a list of the paths, of each item; None for no category.

        Examples
        --------
        >>> import kosar
        >>> kosar.Catalog.from_dict({1: "Food > Bread", 2: None}, separator=">").items_in("Food")
        [1]
        """
        if not isinstance(categories, Mapping):
            kind = type(categories).__name__
            raise ParamTypeError(f"categories must be a dict of paths by item, got {kind}")
        pairs: list[tuple[Any, Any]] = []
        for item, paths in categories.items():
            every = [paths] if paths is None or isinstance(paths, str) else list(paths)
            pairs += [(item, path) for path in every or [None]]
        columns = {"item": [item for item, _ in pairs], "category": [path for _, path in pairs]}
        return cls.from_frame(columns, item="item", category="category", separator=separator)

    @property
    def n_items(self) -> int:
        """The number of items."""
        return self._native.n_items

    @property
    def depth(self) -> int:
        """The greatest depth of a category; 0 without categories."""
        return self._native.depth

    @property
    def items(self) -> list[Any]:
        """The ids of the items, sorted."""
        return self._native.items()

    @property
    def report(self) -> IntakeReport:
        """What became of the rows that the catalogue was built from."""
        fields, text = self._native.report
        return IntakeReport(**fields, _text=text)

    @property
    def categories(self) -> Table:
        """The categories, each before what is below it.

        Columns are ``path``, ``name``, ``parent`` (the path above; empty for the widest), ``depth``
        (from 1) and ``items`` (how many stand in it or below).
        """
        return Table(self._native.table())

    def name(self, item: str | int) -> str | None:
        """Give the name of an item to show; None where it has none."""
        return self._native.name(item)

    def categories_of(self, item: str | int) -> list[str]:
        """Give the paths of the categories that an item stands in, the deepest of each."""
        return self._native.categories_of(item)

    def items_in(self, path: str) -> list[Any]:
        """Give the items that stand in a category or below it, by id."""
        return self._native.items_in(path)

    def __repr__(self) -> str:
        return f"Catalog({self.n_items:,} items, {len(self.categories):,} categories)"


def native_catalog(catalog: Any, model: str) -> _native.Catalog | None:
    """Give what is inside of a catalogue, where one is given."""
    if catalog is not None and not isinstance(catalog, Catalog):
        hint = "make one with Catalog.from_frame, from_csv or from_dict"
        raise ParamTypeError(f"{model} needs a Catalog, got {type(catalog).__name__}; {hint}")
    return None if catalog is None else catalog._native
