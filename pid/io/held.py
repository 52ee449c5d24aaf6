"""What holds columns and is no data frame: data sets of torch and Hugging Face, sparse matrices.

Each becomes arrays, or a mapping of columns by their names, that all readers take. No library is
imported for it: an object's own type says where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from pid.core.arrays import plain
from pid.errors import InvalidInput
from pid.io.vectors import is_vector

MOST = 10**8  # numbers of a sparse matrix that are written out: 0.8 GB


def held(data: Any, role: str) -> Any:
    """An array, a mapping or a table in the place of what holds columns; anything else as it is.

    Raises:
        InvalidInput: what cannot be read as columns, with the line that converts it.
    """
    if is_sparse(data):
        return _dense(data, role)
    if is_dataset(data):
        return columns_of(data, role)
    if _comes_from(data, "datasets") and hasattr(data, "__getitem__"):  # a column of such a set
        data = list(data)
    if not isinstance(data, list | tuple) or not data or isinstance(data[0], list):
        return data
    if not is_vector(data[0]) or any(np.shape(v) != np.shape(data[0]) for v in data):
        return data
    return np.stack([np.asarray(plain(vector, role)) for vector in data])


def note_on(data: Any, role: str) -> tuple[str, ...]:
    """What was done to what is no plain array, in words."""
    if not is_sparse(data):
        return ()
    rows, columns = data.shape
    share = data.nnz / max(1, rows * columns)
    return (f"{role}: a sparse matrix of {columns:,} columns ({share:.1%} not 0), written out",)


def is_sparse(data: Any) -> bool:
    """Whether this is a sparse matrix or array of SciPy."""
    return _comes_from(data, "scipy") and hasattr(data, "toarray") and hasattr(data, "nnz")


def is_dataset(data: Any) -> bool:
    """Whether this is a data set of torch or of Hugging Face."""
    of_torch = any(t.__module__.startswith("torch.utils.data") for t in type(data).__mro__)
    return of_torch or (hasattr(data, "with_format") and hasattr(data, "features"))


def columns_of(data: Any, role: str, wanted: Sequence[str] | None = None) -> Any:
    """The columns of a data set: those that are wanted, or all.

    Data sets that are streamed are read once; only what is wanted is kept.

    Raises:
        InvalidInput: several data sets by name, a loader of batches, or samples without columns.
    """
    if hasattr(data, "with_format") and hasattr(data, "features"):
        if hasattr(data, "__len__") and not isinstance(data, Mapping):
            some = data if wanted is None else data.select_columns(list(wanted))
            return some.with_format("arrow")[:]
        return _gathered(iter(data), role, wanted)
    if hasattr(data, "batch_size") and hasattr(data, "dataset"):
        raise InvalidInput(
            f"{role} is a {type(data).__name__}, which may shuffle rows and make batches of them; "
            "give its data set, as loader.dataset"
        )
    samples = (data[i] for i in range(len(data))) if hasattr(data, "__len__") else iter(data)
    return _gathered(samples, role, wanted)


def names_in(data: Any, role: str) -> list[str]:
    """Names of the columns of a data set; places of samples that are tuples."""
    names = getattr(data, "column_names", None)
    if isinstance(names, dict):
        raise InvalidInput(
            f"{role} is several data sets, {', '.join(map(repr, names))}; give one of them, as "
            f"data[{next(iter(names), 'train')!r}]"
        )
    if names is not None:
        return [str(name) for name in names]
    if hasattr(data, "batch_size") and hasattr(data, "dataset"):
        columns_of(data, role)  # refused
    if hasattr(data, "__len__"):
        return list(_sample(data[0] if len(data) else (), role))
    return list(_sample(next(iter(data), ()), role))


def _gathered(samples: Iterable[Any], role: str, wanted: Sequence[str] | None) -> dict[str, Any]:
    """Samples, one after the other, as columns."""
    found: dict[str, list[Any]] = {}
    count = 0
    for count, sample in enumerate(samples, 1):
        values = _sample(sample, role)
        for name in values if wanted is None else wanted:
            if name not in values or (count > 1 and name not in found):
                raise InvalidInput(f"sample {count} of {role} has other columns than the first")
            found.setdefault(name, []).append(_scalar(values[name], role))
    if not count:
        raise InvalidInput(f"{role} has no samples; it needs one row per sample")
    return {name: _column(values) for name, values in found.items()}


def _sample(sample: Any, role: str) -> dict[str, Any]:
    """A sample by the names of its columns, or by their places."""
    if isinstance(sample, Mapping):
        return {str(name): value for name, value in sample.items()}
    if isinstance(sample, tuple | list):
        return {str(i): value for i, value in enumerate(sample)}
    raise InvalidInput(
        f"samples of {role} must be tuples or dicts, such as (x1, x2, y); got a "
        f"{type(sample).__name__}"
    )


def _scalar(value: Any, role: str) -> Any:
    """A tensor as an array, or as the one number that it has."""
    value = plain(value, role)
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _column(values: list[Any]) -> Any:
    """Vectors are told from rows of numbers by the type alone."""
    if not is_vector(values[0]):
        return values
    return np.fromiter(values, dtype=object, count=len(values))


def _dense(data: Any, role: str) -> Any:
    """Every number written out, if memory has the room."""
    if data.ndim != 2:
        raise InvalidInput(f"{role} must have 2 axes, rows and columns; got {data.ndim}")
    rows, columns = data.shape
    if rows * columns > MOST:
        raise InvalidInput(
            f"{role} is a sparse matrix of {rows:,} x {columns:,}, too many numbers to write out; "
            "bring it to fewer columns first, as "
            "sklearn.decomposition.TruncatedSVD(100).fit_transform(X) does"
        )
    return data.toarray()


def _comes_from(data: Any, library: str) -> bool:
    return type(data).__module__.partition(".")[0] == library
