"""A folder of finished parts, from which a run that was killed goes on.

Every part is a Parquet file of its own that appears whole or not at all. Its name has a digest of
all that determines the parts: function, arguments, version. Parts of other work are never read.

Whoever can write into the folder can write an answer, so it has to belong to who runs this, alone;
no link in it is followed, and a part is believed only if it has the shape that it should have.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

import numpy as np

from pid._types import Floats
from pid._version import __version__
from pid.errors import InvalidInput, need
from pid.parallel.private import check_private, open_own

Shape = tuple[int, ...]

LOCK = "run.lock"
PART = re.compile(r"(?P<name>[a-z-]+)-(?P<digest>[0-9a-f]{16})-(?P<number>\d+)\.parquet")


def digest(function: Callable[..., Any], parts: Sequence[tuple[Any, ...]]) -> str:
    """What tells this work from any other: function, arguments and version, as 16 digits."""
    found = hashlib.sha256(f"{__version__} {function.__module__}.{function.__qualname__}".encode())
    for part in parts:
        found.update(pickle.dumps(part, protocol=5))
    return found.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Folder:
    """The parts of one kind of work."""

    path: Path
    stem: str

    def finished(self, shapes: Sequence[Shape | None]) -> dict[int, Floats]:
        """The parts that are there, by number; damaged ones and such of other shapes are not.

        Args:
            shapes: of all parts, as far as that is known.
        """
        found = {}
        for i, shape in enumerate(shapes):
            result = _read(self._file(i), shape)
            if result is not None:
                found[i] = result
        return found

    def keep(self, number: int, result: Floats) -> None:
        """Write a part through a temporary file, whose name nobody can know before."""
        part = self.path / f"{token_hex(8)}.part"
        try:
            _write(part, result)
            part.replace(self._file(number))
        except OSError as err:
            raise _unwritable(self.path, err) from err
        finally:
            _remove(part)

    def _file(self, number: int) -> Path:
        return self.path / f"{self.stem}-{number:05d}.parquet"


@dataclass(frozen=True, slots=True)
class Store:
    """A folder that one run at a time keeps its finished parts in."""

    path: Path

    @classmethod
    @contextmanager
    def locked(cls, path: str | Path) -> Iterator[Self]:
        """The folder, made if need be, for this process alone until the end of the block.

        Raises:
            InvalidInput: it cannot be written, others can write it as well, or another process
                that is alive holds it.
            MissingExtra: there is no pyarrow.
        """
        need("pyarrow.parquet", "scale")
        folder = Path(path)
        if folder.exists() and not folder.is_dir():
            raise InvalidInput(f"{str(folder)!r} is a file; name a folder to keep parts in")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            check_private(folder)
            handle = open_own(folder / LOCK, os.O_RDWR | os.O_CREAT)
        except OSError as err:
            raise _unwritable(folder, err) from err
        try:
            _take(handle, folder)
            yield cls(folder)
        finally:
            os.close(handle)  # and with it the lock, as when the process is killed

    def open(self, name: str, digest: str) -> Folder:
        """The parts of one kind of work of this run.

        Raises:
            InvalidInput: the folder has parts of the same name of other work.
        """
        name = re.sub(r"[^a-z]+", "-", name.lower())
        others = {
            match["digest"]
            for match in map(PART.fullmatch, os.listdir(self.path))
            if match and match["name"] == name and match["digest"] != digest
        }
        if others:
            raise InvalidInput(
                f"the folder {str(self.path)!r} has parts of another run, with other data, "
                "options or version; give each run a folder of its own, or empty this one"
            )
        return Folder(self.path, f"{name}-{digest}")


def _take(handle: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # not Unix: two runs of the same work would write the same parts
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as err:
        raise InvalidInput(
            f"another run is working in the folder {str(folder)!r}; wait for it, or give this one "
            "a folder of its own"
        ) from err


def _write(file: Path, result: Floats) -> None:
    arrow, parquet = need("pyarrow", "scale"), need("pyarrow.parquet", "scale")
    values = np.ascontiguousarray(result, dtype=np.float64)
    facts = {"shape": values.shape, "sha256": hashlib.sha256(values.tobytes()).hexdigest()}
    table = arrow.table({"value": values.ravel()})
    content = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata({"pid": json.dumps(facts)}), content)
    with open(open_own(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as written:
        written.write(content.getvalue())
        written.flush()
        os.fsync(written.fileno())  # before it gets its name, or a crash could leave it empty


def _read(file: Path, shape: Shape | None) -> Floats | None:
    """The part, or None if it is missing, damaged, or cannot be what was computed."""
    parquet = need("pyarrow.parquet", "scale")
    try:
        with open(open_own(file, os.O_RDONLY), "rb") as stream:
            stored = parquet.ParquetFile(stream)
            facts = json.loads(stored.schema_arrow.metadata[b"pid"])
            if not _is_due(facts["shape"], stored.metadata.num_rows, shape):
                return None
            values = np.ascontiguousarray(stored.read()["value"].to_numpy(), dtype=np.float64)
        whole = hashlib.sha256(values.tobytes()).hexdigest() == facts["sha256"]
        result = values.reshape(facts["shape"])
    except Exception:  # of a file that anything may stand in: whatever is wrong, it is no part
        return None
    return result if whole and np.isfinite(result).all() else None


def _is_due(found: object, rows: int, shape: Shape | None) -> bool:
    """Whether this is the shape of the part that is looked for, and so many numbers have it."""
    if not isinstance(found, list) or not all(type(size) is int and size >= 0 for size in found):
        return False
    return math.prod(found) == rows and shape in (None, tuple(found))


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:  # what cannot be removed is not read either
        return


def _unwritable(folder: Path, err: OSError) -> InvalidInput:
    return InvalidInput(
        f"cannot keep finished parts in {str(folder)!r}: {err.strerror or err}; name a folder that "
        "can be written, with room on its disk"
    )
