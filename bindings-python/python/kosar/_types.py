"""The forms in which values go to and come from the compiled module."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Csr: TypeAlias = tuple[
        tuple[int, int], npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint32]
    ]
    Strengths: TypeAlias = tuple[
        tuple[int, int], npt.NDArray[np.uint64], npt.NDArray[np.uint32], npt.NDArray[np.float64]
    ]


class Roles(TypedDict):
    """Which column plays which role."""

    customer: str | None
    order: str | None
    item: str | None
    time: str | None
    quantity: str | None
    price: str | None
    amount: str | None
    attributes: list[str]


class RfmSettings(TypedDict):
    """The parameters of recency, frequency and monetary value."""

    as_of: "int | str | None"
    window_days: int | None
    returns: str | None
    scores: Sequence["str | Sequence[float]"]
    bins: int
    segments: "str | Sequence[Any]"
    other: str | None
    closed: str
    weights: Sequence[float]
    cut_points: tuple[Any, Any, Any] | None


class CatalogRoles(TypedDict):
    """Which column plays which role in a catalogue."""

    item: str
    category: list[str]
    name: str | None
    brand: str | None
    price: str | None
    cost: str | None
    stock: str | None
    launched: str | None
    tags: str | None
    text: str | None
    attributes: list[str]


class CustomerRoles(TypedDict):
    """Which column plays which role in a table of customers."""

    customer: str
    attributes: list[str]
    numbers: list[str]
    dates: list[str]
    flags: list[str]
    time_zone: str | None
    preferences: list[tuple[str, str]]
    consents: list[tuple[str, str | None, str]]


class EventRoles(TypedDict):
    """Which column plays which role among events."""

    session: str | None
    customer: str | None
    item: str | None
    time: str | None
    kind: str | None
    quantity: str | None
    position: str | None
    propensity: str | None
    attributes: list[str]


class EventOptions(TypedDict):
    """How events are read."""

    gap_minutes: float
    until: int | str | None
    kinds: dict[str, str]
    integer_ids: list[str]
    time_format: str | None
    time_unit: str | None


class Options(TypedDict):
    """How rows are read."""

    returns: str
    drop_duplicates: bool
    until: int | str | None
    integer_ids: list[str]
    time_format: str | None
    time_unit: str | None


class Model(Protocol):
    """What every compiled model can do."""

    def to_bytes(self, histories: bool) -> bytes:
        """Give the bytes of the model's file."""
        ...

    def save(self, path: str | os.PathLike[str], histories: bool) -> None:
        """Save to a file."""
        ...


class BasketModel(Model, Protocol):
    """What every compiled model of baskets tells."""

    @property
    def n_baskets(self) -> int:
        """The number of baskets."""
        ...

    @property
    def partial(self) -> str | None:
        """Why something is missing."""
        ...
