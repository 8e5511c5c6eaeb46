"""What all models share: parameters, fitting state, files."""

import inspect
import os
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic, Self, TypeVar

from kosar import _native
from kosar._errors import NotFittedError, ParamError, ParamTypeError
from kosar._optional import need
from kosar._types import Model

M = TypeVar("M", bound=Model)

_CLASSES: dict[str, Any] = {}


class Estimator(Generic[M]):
    """A model with its parameters, as scikit-learn's are.

    Parameters are stored as given and checked by ``fit``; what ``fit`` finds has names that end in
    ``_``.
    """

    _kind: ClassVar[str]
    _model: M | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A subclass of a user's own has the file of its parent, and loads as that.
        if "_kind" in vars(cls):
            _CLASSES[cls._kind] = cls

    @classmethod
    def _names(cls) -> list[str]:
        names = inspect.signature(cls.__init__).parameters
        return [name for name in names if name != "self"]

    @classmethod
    def _from_stored(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Give the constructor's parameters of those in a file."""
        return dict(stored)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give the parameters by name.

        Parameters
        ----------
        deep : bool
            Without effect: no parameter has parameters of its own.
        """
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters; they take effect at the next ``fit``."""
        names = self._names()
        for name, value in params.items():
            if name not in names:
                kind = type(self).__name__
                raise ParamError(f"{kind} has no parameter '{name}'; it has: {', '.join(names)}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        parameters = inspect.signature(type(self).__init__).parameters
        shown = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if not _is_default(value, parameters[name].default)
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    @property
    def _fitted(self) -> M:
        if self._model is None:
            raise NotFittedError(f"this {type(self).__name__} is not fitted yet; call fit first")
        return self._model

    def __sklearn_is_fitted__(self) -> bool:
        return self._model is not None

    def __sklearn_tags__(self) -> Any:
        utils = need("sklearn.utils", "__sklearn_tags__")
        target = utils.TargetTags(required=False)
        return utils.Tags(estimator_type=None, target_tags=target)

    def to_bytes(self, histories: bool = True) -> bytes:
        """Give the bytes of the model's file.

        Parameters
        ----------
        histories : bool
            Whether what each customer owns goes with it. Without, the model answers for items only
            and names no customer.
        """
        return self._fitted.to_bytes(histories)

    def save(self, path: str | os.PathLike[str], histories: bool = True) -> None:
        """Save to a file, in one step: whoever reads it sees the old or the new one, whole.

        Parameters
        ----------
        path : path-like
            The file.
        histories : bool
            As in `to_bytes`.
        """
        self._fitted.save(path, histories)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make a fitted model of the bytes of a file, whoever wrote them."""
        return cls._of(*_native.from_bytes(data, cls._kind)[1:])

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Load a fitted model from a file."""
        return cls._of(*_native.load(path, cls._kind)[1:])

    @classmethod
    def _of(cls, stored: Mapping[str, Any], model: Any) -> Self:
        loaded = cls(**cls._from_stored(stored))
        loaded._model = model
        return loaded

    def __getstate__(self) -> dict[str, Any]:
        model = None if self._model is None else self._model.to_bytes(True)
        return {"params": self.get_params(), "model": model}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state["params"].items():
            setattr(self, name, value)
        if state["model"] is not None:
            self._model = _native.from_bytes(state["model"], self._kind)[2]


def no_target(model: str, y: Any, catalog: bool = False) -> None:
    """Refuse what stands in the place of scikit-learn's ``y``: there is no target to learn."""
    if y is None:
        return
    call = f"{model}.fit"
    if catalog:
        hint = f"a catalogue is given by name: {call}(log, catalog=catalog)"
        raise ParamTypeError(f"{call} takes no second argument but None, got {type(y).__name__}; {hint}")
    raise ParamTypeError(f"{call} takes no second argument but None, got {type(y).__name__}")


def repeatable(name: str, value: Any) -> Any:
    """Give a parameter that every ``fit`` can read; an iterator would be empty at the second."""
    if isinstance(value, Iterator):
        hint = "an iterator can be read only once; make a list of it"
        raise ParamTypeError(f"{name} must be a list or another collection, got {value!r}: {hint}")
    return value


def _is_default(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


def in_files(kind: str, cls: type) -> None:
    """Make a class the one of the files of a kind; its ``_of`` makes one of them."""
    _CLASSES[kind] = cls


def load(path: str | os.PathLike[str]) -> Any:
    """Load a fitted model of any kind from a file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    A model of the class that saved it.

    Raises
    ------
    FileError
        When the file cannot be read.
    ModelFileError
        When it holds no model, or a damaged one.

    Examples
    --------
    >>> import kosar, tempfile, pathlib
    >>> log = kosar.OrderLog.from_baskets(kosar.datasets.breakfast())
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "rules.kosar"
    >>> kosar.AssociationRules(min_support=0.2).fit(log).save(path)
    >>> kosar.load(path)
    AssociationRules(min_support=0.2)
    """
    kind, stored, model = _native.load(path, None)
    return _CLASSES[kind]._of(stored, model)
