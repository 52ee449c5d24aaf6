"""Files as bytes, those that are compressed too: never more of them than an honest file holds."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pid.errors import InvalidInput

PACKED = (".gz", ".bz2", ".xz", ".zip")
FREE = 1 << 28  # bytes that any file may unpack to
TIMES = 200  # as large as it is, beyond that; text seldom shrinks to less than a twentieth
_OPENERS: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


def ending(file: Path) -> str:
    """What the name says of the format, without what it says of compression.

    Examples:
        >>> ending(Path("a.CSV.gz")), ending(Path("a.parquet"))
        ('.csv', '.parquet')
    """
    suffix = file.suffix.lower()
    return suffix if suffix not in PACKED else Path(file.stem).suffix.lower()


def is_packed(file: Path) -> bool:
    """Whether the ending says that it is compressed."""
    return file.suffix.lower() in PACKED


@contextmanager
def unpacked(file: Path) -> Iterator[IO[bytes]]:
    """The bytes that are in a file, decompressed if need be.

    Raises:
        InvalidInput: an archive of several files or one that is encrypted; more bytes than an
            honest file of its size holds.
    """
    suffix = file.suffix.lower()
    if suffix not in PACKED:
        with file.open("rb") as plain:
            yield plain
        return
    most = max(FREE, TIMES * file.stat().st_size)
    if suffix == ".zip":
        with zipfile.ZipFile(file) as archive, archive.open(_only(file, archive)) as member:
            yield io.BufferedReader(_Bounded(member, file, most))
        return
    with _OPENERS[suffix](file, "rb") as stream:
        yield io.BufferedReader(_Bounded(stream, file, most))


def check_archive(file: Path, stream: IO[bytes]) -> None:
    """Raise InvalidInput if a zip file says that it would unpack to too much."""
    with zipfile.ZipFile(stream) as archive:
        if sum(m.file_size for m in archive.infolist()) > max(FREE, TIMES * file.stat().st_size):
            raise too_much(file)
    stream.seek(0)


def too_much(file: Path) -> InvalidInput:
    """The error for a file that unpacks to more than its size lets expect."""
    return InvalidInput(
        f"{str(file)!r} unpacks to more than {TIMES} times its size, as a damaged or hostile file "
        "would; if it is right, decompress it first"
    )


def _only(file: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one file of an archive."""
    members = [
        m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        raise InvalidInput(
            f"{str(file)!r} has {len(members)} files in it, and a table is one; decompress it, and "
            "name one of them"
        )
    if members[0].flag_bits & 1:
        raise InvalidInput(f"{str(file)!r} is encrypted; decompress it first")
    return members[0]


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than so many bytes."""

    def __init__(self, stream: IO[bytes], file: Path, most: int) -> None:
        self._stream, self._file, self._left = stream, file, most

    def readable(self) -> bool:
        """As a stream has to say."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill some of the buffer."""
        read = self._stream.read(len(buffer))
        self._left -= len(read)
        if self._left < 0:
            raise too_much(self._file)
        buffer[: len(read)] = read
        return len(read)
