"""A folder of finished parts, from which a run that was killed goes on.

Every part is a Parquet file of its own that appears whole or not at all. Its name has a digest of
all that determines the parts: function, arguments, version. Parts of other work are never read.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from pid._types import Floats
from pid._version import __version__
from pid.errors import InvalidInput, need

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

    def finished(self, count: int) -> dict[int, Floats]:
        """The parts that are there and whole, by number; damaged ones count as missing."""
        found = {}
        for i in range(count):
            result = _read(self._file(i))
            if result is not None:
                found[i] = result
        return found

    def keep(self, number: int, result: Floats) -> None:
        """Write a part through a temporary file."""
        file = self._file(number)
        part = file.with_suffix(f".{os.getpid()}.part")
        try:
            _write(part, result)
            part.replace(file)
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
            InvalidInput: it cannot be written, or another process that is alive holds it.
            MissingExtra: there is no pyarrow.
        """
        need("pyarrow.parquet", "scale")
        folder = Path(path)
        if folder.exists() and not folder.is_dir():
            raise InvalidInput(f"{str(folder)!r} is a file; name a folder to keep parts in")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
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
    with file.open("wb") as written:
        written.write(content.getvalue())
        written.flush()
        os.fsync(written.fileno())  # before it gets its name, or a crash could leave it empty


def _read(file: Path) -> Floats | None:
    """The part, or None if it is missing or damaged."""
    arrow, parquet = need("pyarrow", "scale"), need("pyarrow.parquet", "scale")
    try:
        table = parquet.read_table(file)
        facts = json.loads(table.schema.metadata[b"pid"])
        values = np.ascontiguousarray(table["value"].to_numpy(), dtype=np.float64)
        whole = hashlib.sha256(values.tobytes()).hexdigest() == facts["sha256"]
        return values.reshape(facts["shape"]) if whole else None
    except (OSError, arrow.ArrowException, KeyError, TypeError, ValueError):
        return None


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
