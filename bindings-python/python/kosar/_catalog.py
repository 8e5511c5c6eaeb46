"""The catalogue: what the shop knows of its items beside who bought them."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

from kosar import _native
from kosar._columns import stream_or_columns
from kosar._errors import ParamTypeError
from kosar._log import IntakeReport, checked_intake, intake_report
from kosar._table import Table
from kosar._time import from_micros, instant
from kosar._types import CatalogRoles

if TYPE_CHECKING:
    from kosar._time import TimeLike


def _roles(item: Any, category: Any, attributes: Any, **names: Any) -> CatalogRoles:
    named = [category] if category is None or isinstance(category, str) else category
    levels = [level for level in named if level is not None] if isinstance(named, Iterable) else [named]
    if not all(isinstance(level, str) for level in levels):
        raise ParamTypeError(f"category must be the name of a column or a list of them, got {category!r}")
    if not isinstance(item, str):
        raise ParamTypeError(f"item must be the name of a column, got {item!r}")
    for role, name in names.items():
        if name is not None and not isinstance(name, str):
            raise ParamTypeError(f"{role} must be the name of a column, got {name!r}")
    is_list = isinstance(attributes, Iterable) and not isinstance(attributes, str)
    kept = list(attributes) if is_list else [None]
    if not all(isinstance(name, str) for name in kept):
        raise ParamTypeError(f"attributes must be a list of names of columns, got {attributes!r}")
    return cast("CatalogRoles", {"item": item, "category": levels, "attributes": kept, **names})


def _columns(roles: CatalogRoles) -> list[str]:
    """Give the names of the columns that play a role."""
    fields: dict[str, Any] = dict(roles)
    single = [name for role, name in fields.items() if role not in ("category", "attributes")]
    return [*(name for name in single if name is not None), *roles["category"], *roles["attributes"]]


class Catalog:
    """What the shop knows of its items: name, categories, brand, price, cost, stock, launch, tags, text.

    Made by `from_frame`, `from_csv` or `from_dict`. A category is a path such as ``Food/Bread``. An
    item may stand in several: each of its rows adds one, and its tags. A catalogue and a log know
    items by the same ids; either may have items that the other has not.

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
        brand: str | None = None,
        price: str | None = None,
        cost: str | None = None,
        stock: str | None = None,
        launched: str | None = None,
        tags: str | None = None,
        text: str | None = None,
        attributes: Sequence[str] = (),
        separator: str = "/",
        tag_separator: str = ",",
        time_format: str | None = None,
        time_unit: str | None = None,
    ) -> Self:
        """Build a catalogue from a table whose rows each tell facts of one item.

        Of several names, brands, texts or values of an attribute of one item the first in order
        stays, of several numbers or launches the smallest; `report` says so.

        Parameters
        ----------
        data : table
            Whatever `OrderLog.from_frame` takes.
        item : str
            The column of the item's id.
        category : str or sequence of str, optional
            One column: the category as a path. A list of columns: a level in each, the widest first.
        name, brand, text : str, optional
            The columns of the name to show, of the brand, of the description.
        price, cost, stock : str, optional
            The columns of the price of one, of what one costs the shop, of how many are there.
        launched : str, optional
            The column of the time of the launch.
        tags : str, optional
            The column of the tags: a list of them in each row, or all in one text.
        attributes : sequence of str
            Free columns, kept as words under their names.
        separator, tag_separator : str
            What stands between the names of a path, and between tags in one text.
        time_format : str, optional
            The strptime format of launches that are text; ISO 8601 without it.
        time_unit : {"s", "ms", "us", "ns"}, optional
            The unit of launches that are numbers since 1970.

        Raises
        ------
        IntakeError
            When a column is missing or of a type that its role cannot take. Single bad rows are no
            error: `report` lists them.

        Examples
        --------
        >>> import kosar
        >>> rows = {"id": [7, 9], "group": ["Food", "Food"], "aisle": ["Bread", None], "eur": [2.5, 30]}
        >>> catalog = kosar.Catalog.from_frame(rows, item="id", category=["group", "aisle"], price="eur")
        >>> catalog.categories_of(7), catalog.categories_of(9)
        (['Food/Bread'], ['Food'])
        >>> catalog.items_priced(max=5), catalog.item(9)["price"]
        ([7], 30.0)
        """
        roles = _roles(
            item,
            category,
            attributes,
            name=name,
            brand=brand,
            price=price,
            cost=cost,
            stock=stock,
            launched=launched,
            tags=tags,
            text=text,
        )
        options = {
            "separator": separator,
            "tag_separator": tag_separator,
            "time_format": time_format,
            "time_unit": time_unit,
            "integer_ids": False,
        }
        source = stream_or_columns(data, _columns(roles))
        if isinstance(source, dict):
            return checked_intake(cls(_native.Catalog.from_columns(source, roles, options)))
        return checked_intake(cls(_native.Catalog.from_stream(source, roles, options)))

    @classmethod
    def from_csv(
        cls,
        path: str | os.PathLike[str],
        *,
        item: str,
        category: str | Sequence[str] | None = None,
        name: str | None = None,
        brand: str | None = None,
        price: str | None = None,
        cost: str | None = None,
        stock: str | None = None,
        launched: str | None = None,
        tags: str | None = None,
        text: str | None = None,
        attributes: Sequence[str] = (),
        separator: str = "/",
        tag_separator: str = ",",
        time_format: str | None = None,
        time_unit: str | None = None,
        integer_ids: bool = False,
        delimiter: str = ",",
    ) -> Self:
        """Build a catalogue from a CSV file with a header line, plain or gzipped.

        Parameters
        ----------
        path : path-like
            The file.
        item, category, name, brand, price, cost, stock, launched, tags, text, attributes
            The columns, as in `from_frame`.
        separator, tag_separator, time_format, time_unit
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
        roles = _roles(
            item,
            category,
            attributes,
            name=name,
            brand=brand,
            price=price,
            cost=cost,
            stock=stock,
            launched=launched,
            tags=tags,
            text=text,
        )
        options = {
            "separator": separator,
            "tag_separator": tag_separator,
            "time_format": time_format,
            "time_unit": time_unit,
            "integer_ids": integer_ids,
        }
        return checked_intake(cls(_native.Catalog.from_csv(path, roles, options, delimiter)))

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
        return intake_report(self._native.report)

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

    @property
    def brands(self) -> list[str]:
        """The brands, sorted."""
        return self._native.brands()

    @property
    def tags(self) -> list[str]:
        """The tags, sorted."""
        return self._native.tags()

    @property
    def attributes(self) -> list[str]:
        """The names of the free attributes, sorted."""
        return self._native.attribute_names()

    def item(self, item: str | int) -> dict[str, Any]:
        """Give all that is known of an item.

        Keys are ``name``, ``categories``, ``brand``, ``price``, ``cost``, ``stock``, ``launched`` (an
        aware datetime), ``tags``, ``attributes`` (a dict) and ``text``; what is not known is None, or
        empty.
        """
        facts = self._native.item(item)
        launched = facts["launched"]
        return {**facts, "launched": None if launched is None else from_micros(launched)}

    def items_of_brand(self, brand: str) -> list[Any]:
        """Give the items of a brand, by id."""
        return self._native.items_of_brand(brand)

    def items_with_tag(self, tag: str) -> list[Any]:
        """Give the items with a tag, by id."""
        return self._native.items_with_tag(tag)

    def items_with_attribute(self, name: str, value: str) -> list[Any]:
        """Give the items whose free attribute has a value, by id."""
        return self._native.items_with_attribute(name, value)

    def items_priced(self, min: float | None = None, max: float | None = None) -> list[Any]:
        """Give the items with a price from ``min`` to ``max``, both included, by id.

        Raises
        ------
        MissingColumnError
            In a catalogue without prices; `items_in_stock` and `items_launched_since` likewise.
        """
        return self._native.items_priced(min, max)

    def items_in_stock(self) -> list[Any]:
        """Give the items with a stock above zero, by id."""
        return self._native.items_in_stock()

    def items_launched_since(self, time: "TimeLike") -> list[Any]:
        """Give the items launched at a time or after it, by id."""
        return self._native.items_launched_since(instant("time", time))

    def __repr__(self) -> str:
        return f"Catalog({self.n_items:,} items, {len(self.categories):,} categories)"


def native_catalog(catalog: Any, model: str) -> _native.Catalog | None:
    """Give what is inside of a catalogue, where one is given."""
    if catalog is not None and not isinstance(catalog, Catalog):
        hint = "make one with Catalog.from_frame, from_csv or from_dict"
        raise ParamTypeError(f"{model} needs a Catalog, got {type(catalog).__name__}; {hint}")
    return None if catalog is None else catalog._native
