"""A database that may read one file and nothing else, and leaves nothing behind."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pid.errors import InvalidInput, need

Parameters = Mapping[str, object] | None

LONGEST = 300  # characters of what the database says
MEMORY = "600MB"  # of the database; what does not fit goes to a temporary folder


class Database:
    """A connection that may read one file, and spills into a folder that goes with it."""

    def __init__(self, file: Path) -> None:
        """Open an empty database, with all doors closed but that to ``file``."""
        self.file = file
        self._duckdb = need("duckdb", "scale")
        folder = Path(tempfile.mkdtemp(prefix="pid-"))
        self._path = _named_in_text(file.resolve(), folder)
        options = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        self._connection = self._duckdb.connect(folder / "rows.duckdb", config=options)
        # with the last who holds this object, or at exit
        weakref.finalize(self, _remove, self._connection, folder)
        for name, value in (
            ("memory_limit", MEMORY),
            ("temp_directory", str(folder)),
            ("allowed_paths", [self._path, self._pattern]),
            ("enable_external_access", False),
            ("lock_configuration", True),
        ):
            self._connection.execute(f"SET {name} = $value", {"value": value})

    @property
    def quoted(self) -> str:
        """The file in a query."""
        return "'" + self._pattern.replace("'", "''") + "'"

    @property
    def _pattern(self) -> str:
        """The file as a pattern that matches nothing else: every name is taken for a pattern."""
        return re.sub(r"([*?\[])", r"[\1]", self._path)

    def rows(self, query: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
        """The rows that answer a query.

        Raises:
            InvalidInput: what is in the file cannot be read, or too much has to be kept.
        """
        with self._asking():
            found = self._connection.execute(query, dict(parameters or {}))
            return list(found.fetchall())

    def arrays(self, query: str, parameters: Parameters = None) -> dict[str, Any]:
        """The same as an array for each column."""
        with self._asking():
            return dict(self._connection.execute(query, dict(parameters or {})).fetchnumpy())

    @contextmanager
    def _asking(self) -> Iterator[None]:
        d = self._duckdb
        try:
            yield
        except d.OutOfMemoryException as err:
            raise InvalidInput(
                f"the distinct values of {str(self.file)!r} do not fit into {MEMORY} and the disk; "
                "choose fewer columns, or such with fewer distinct values"
            ) from err
        except Exception as err:  # over damaged bytes it raises whatever it likes, also of Python's
            said = (str(err).splitlines() or [type(err).__name__])[0]
            raise InvalidInput(
                f"cannot read {str(self.file)!r}: {said[:LONGEST]}; it may be damaged, so write it "
                "anew"
            ) from err


def _named_in_text(file: Path, folder: Path) -> str:
    """The file by a name that can be written in a query, as not all bytes can."""
    try:
        str(file).encode()
    except UnicodeEncodeError:
        link = folder / f"rows{file.suffix.lower() if file.suffix.isascii() else ''}"
        link.symlink_to(file)
        return str(link)
    return str(file)


def _remove(connection: Any, folder: Path) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)
