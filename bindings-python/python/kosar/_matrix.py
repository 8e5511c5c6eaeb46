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
    if rows.data.dtype.kind not in "biuf":
        raise IntakeError(f"a matrix must hold real numbers, got values of type {rows.data.dtype}")
    data = np.asarray(rows.data, dtype="float64")
    # A pair named twice has the sum of its values, so ones alone do not tell that every pair is worth 1.
    ones = bool((data == 1).all()) and rows.has_canonical_format
    indices = np.asarray(rows.indices)
    if len(indices) and not 0 <= int(indices.min()) <= int(indices.max()) < rows.shape[1]:
        bounds = f"got {indices.min()} to {indices.max()}"
        raise IntakeError(f"the indices of a matrix must be from 0 to {rows.shape[1] - 1}, {bounds}")
    return _native.Matrix.from_csr(
        (int(rows.shape[0]), int(rows.shape[1])),
        np.asarray(rows.indptr).astype("uint64"),
        indices.astype("uint32"),
        None if ones else data,
    )
