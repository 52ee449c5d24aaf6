"""Arrays in files: of NumPy, of SciPy's sparse matrices, and tensors; nothing is ever unpickled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from pid.core.arrays import plain
from pid.errors import InvalidInput, need
from pid.io.foreign import check_regular, reading
from pid.io.packed import check_archive

TENSORS = (".pt", ".pth")
ARRAYS = (".npy", ".npz", *TENSORS)
ARRAY = "an array of numbers or text that numpy.save wrote"
TENSOR = "a tensor, or tensors by their names, that torch.save wrote"
_SPARSE = {"format", "shape", "data"}  # parts of what scipy.sparse.save_npz wrote
SHOWN = 6


def read_array(role: str, path: Path, part: str | None, axes: int) -> Any:
    """An array with one row per sample.

    Args:
        role: what it is read for, in messages.
        path: the file.
        part: which array of several.
        axes: it may have, at most.

    Raises:
        InvalidInput: no such file or array, or one that cannot be read without running what it has.
        MissingExtra: tensors without torch.
    """
    if not path.exists():
        raise InvalidInput(f"{role}: there is no file {str(path)!r}")
    check_regular(path)
    if path.suffix.lower() in TENSORS:
        with reading(path, TENSOR, role):
            return _checked(role, path, _tensor(role, path, part), axes)
    with reading(path, ARRAY, role):
        with path.open("rb") as stream:
            if stream.read(2) == b"PK":  # an archive, whatever the ending says
                stream.seek(0)
                check_archive(path, stream)
                return _checked(role, path, _of_archive(role, path, stream, part), axes)
        # mapped, so that embeddings need not fit into memory; never unpickled
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    if part is not None:
        raise InvalidInput(f"{role}: {path.name} is one array, and has no part {part!r}")
    return _checked(role, path, found, axes)


def _of_archive(role: str, path: Path, stream: IO[bytes], part: str | None) -> Any:
    archive = np.load(stream, allow_pickle=False)
    names = list(archive.files)
    if part is None and set(names) >= _SPARSE:
        from scipy import sparse

        stream.seek(0)
        return sparse.load_npz(stream)
    return np.asarray(archive[_part(role, path, names, part)])


def _tensor(role: str, path: Path, part: str | None) -> Any:
    torch = need("torch", "neural")
    try:
        with path.open("rb") as stream:
            if stream.read(2) == b"PK":
                check_archive(path, stream)
            stream.seek(0)
            found = torch.load(stream, map_location="cpu", weights_only=True)
    except Exception as err:
        if "weights_only" not in str(err).lower() and "weights only" not in str(err).lower():
            raise
        raise InvalidInput(
            f"{role}: {path.name} has more than tensors, which could run any program when it is "
            "read; if you trust it: np.save('x.npy', torch.load(..., weights_only=False)...)"
        ) from err
    if isinstance(found, Mapping):
        names = [str(name) for name in found]
        return {str(n): v for n, v in found.items()}[_part(role, path, names, part)]
    if part is not None:
        raise InvalidInput(f"{role}: {path.name} is one tensor, and has no part {part!r}")
    return found


def _part(role: str, path: Path, names: list[str], part: str | None) -> str:
    """The name that was asked for, or the only one."""
    if part is None and len(names) == 1:
        return names[0]
    if part is None or part not in names:
        shown = ", ".join(f"{path.name}:{name}" for name in names[:SHOWN])
        raise InvalidInput(f"{role}: say which array of {path.name}; there are {shown or 'none'}")
    return part


def _checked(role: str, path: Path, found: Any, axes: int) -> Any:
    array = plain(found, role)
    shape = getattr(array, "shape", None)
    if shape is None:
        raise InvalidInput(
            f"{role}: {path.name} has a {type(array).__name__}, and no array of numbers"
        )
    if not 1 <= len(shape) <= axes:
        more = "one more axis" if axes == 2 else "two more axes"
        raise InvalidInput(
            f"{role}: {path.name} has shape {tuple(shape)}; it needs one row per sample and at "
            f"most {more}, so average or flatten the others"
        )
    return array
