"""A database that may read one file and nothing else, and leaves nothing behind."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pid.errors import InvalidInput, need

MEMORY = "600MB"  # of the database; what does not fit goes to a temporary folder


class Database:
    """A connection that may read one file, and spills into a folder that goes with it."""

    def __init__(self, file: Path) -> None:
        """Open an empty database, with all doors closed but that to ``file``."""
        self.file = file
        self._duckdb = need("duckdb", "scale")
        folder = Path(tempfile.mkdtemp(prefix="pid-"))
        options = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        self._connection = self._duckdb.connect(folder / "rows.duckdb", config=options)
        # with the last who holds this object, or at exit
        weakref.finalize(self, _remove, self._connection, folder)
        for name, value in (
            ("memory_limit", MEMORY),
            ("temp_directory", str(folder)),
            ("allowed_paths", [str(file.resolve()), self._pattern]),
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
        return re.sub(r"([*?\[])", r"[\1]", str(self.file.resolve()))

    def ask(self, query: str, parameters: Mapping[str, object] | None = None) -> Any:
        """The answer to a query.

        Raises:
            InvalidInput: what is in the file cannot be read, or too much has to be kept.
        """
        d = self._duckdb
        try:
            return self._connection.execute(query, dict(parameters or {}))
        except d.OutOfMemoryException as err:
            raise InvalidInput(
                f"the distinct values of {str(self.file)!r} do not fit into {MEMORY} and the disk; "
                "choose fewer columns, or such with fewer distinct values"
            ) from err
        except (d.IOException, d.InvalidInputException, d.ConversionException) as err:
            what = str(err).splitlines()[0]
            raise InvalidInput(f"cannot read {str(self.file)!r}: {what}") from err


def _remove(connection: Any, folder: Path) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)
