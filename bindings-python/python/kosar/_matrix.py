"""Sparse matrices of users and items, as SciPy has them."""

from typing import Any

from kosar import _native
from kosar._errors import IntakeError
from kosar._optional import need


def is_matrix(given: Any) -> bool:
    """Whether this is a sparse matrix of any format."""
    return hasattr(given, "tocsr") and hasattr(given, "shape")


def native_matrix(given: Any) -> _native.Matrix:
    """Read a sparse matrix of shape (users, items)."""
    np = need("numpy", "a sparse matrix")
    rows = given.tocsr()
    if len(rows.shape) != 2:
        raise IntakeError(f"a matrix must have two dimensions, users and items, got shape {rows.shape}")
    data = np.asarray(rows.data, dtype="float64")
    ones = bool((data == 1).all())
    indices = np.asarray(rows.indices)
    if len(indices) and int(indices.min()) < 0:
        raise IntakeError(f"an index of a matrix must be at least 0, got {indices.min()}")
    return _native.Matrix.from_csr(
        (int(rows.shape[0]), int(rows.shape[1])),
        np.asarray(rows.indptr).astype("uint64"),
        indices.astype("uint32"),
        None if ones else data,
    )
