"""Files that appear whole or not at all, and never replace another unless told to."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from pid.errors import InvalidInput


def check_writable(path: Path, *, force: bool = False) -> None:
    """Raise InvalidInput if ``path`` cannot become a new file; call it before the long work.

    What ``force`` replaces is a regular file or a link: a device or a pipe would be one no more.
    """
    found = _found(path)
    if path.is_dir():
        raise InvalidInput(f"{str(path)!r} is a folder; name a file to write to")
    if found is not None and not force:
        raise InvalidInput(
            f"{str(path)!r} exists; choose another name, or overwrite it: force=True"
        )
    if found is not None and not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
        raise InvalidInput(
            f"{str(path)!r} is a device or a pipe, and only files are overwritten; name a file, or "
            "take - for stdout where there is a choice"
        )
    if not path.parent.is_dir():
        raise InvalidInput(f"there is no folder {str(path.parent)!r} to write {path.name!r} into")
    if not os.access(path.parent, os.W_OK):
        raise InvalidInput(f"nothing can be written into the folder {str(path.parent)!r}")


def write_whole(path: Path, content: str | bytes, *, force: bool = False) -> None:
    """Write a file through a temporary one beside it, so that no half of it is ever seen.

    Args:
        path: where it goes; its folder must exist.
        content: bytes, or text that is written as UTF-8.
        force: replace a file that is there already; its mode stays.

    Raises:
        InvalidInput: the file exists and ``force`` is off, or cannot be written.
    """
    check_writable(path, force=force)
    part = path.with_name(f".{token_hex(8)}.part")  # a name that nobody can have put a link at
    try:
        with part.open("xb") as file:
            _take_over(file.fileno(), _found(path))  # before there is anything to be read
            file.write(content.encode() if isinstance(content, str) else content)
        part.replace(path)
    except OSError as err:
        raise InvalidInput(f"cannot write {str(path)!r}: {err.strerror or err}") from err
    finally:
        part.unlink(missing_ok=True)


def _found(path: Path) -> os.stat_result | None:
    """What is there: of a link what it leads to, or the link itself if that is nothing."""
    try:
        return path.stat() if path.exists() else path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as err:  # a name that is too long, or has a NUL; a closed folder
        said = err.strerror if isinstance(err, OSError) else err
        raise InvalidInput(f"cannot write {str(path)!r}: {said or err}") from err


def _take_over(handle: int, before: os.stat_result | None) -> None:
    """Give a new file the mode, and where that is allowed the owner, of the one it replaces."""
    if before is None or not stat.S_ISREG(before.st_mode) or not hasattr(os, "fchmod"):
        return
    with suppress(PermissionError):
        os.fchown(handle, before.st_uid, before.st_gid)
    os.fchmod(handle, stat.S_IMODE(before.st_mode) & 0o777)
