"""Files that appear whole or not at all, and never replace another unless told to."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex

from pid.errors import InvalidInput


def check_writable(path: Path, *, force: bool = False) -> None:
    """Raise InvalidInput if ``path`` cannot become a new file; call it before the long work."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as err:  # a name that is too long, or a folder that cannot be looked into
        raise InvalidInput(f"cannot write {str(path)!r}: {err.strerror or err}") from err
    if path.is_dir():
        raise InvalidInput(f"{str(path)!r} is a folder; name a file to write to")
    if path.exists() and not force:
        raise InvalidInput(
            f"{str(path)!r} exists; choose another name, or overwrite it: pass force=True, or "
            "--force on the command line"
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
        force: replace a file that is there already.

    Raises:
        InvalidInput: the file exists and ``force`` is off, or cannot be written.
    """
    check_writable(path, force=force)
    part = path.with_name(f".{token_hex(8)}.part")  # a name that nobody can have put a link at
    try:
        with part.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        part.replace(path)
    except OSError as err:
        raise InvalidInput(f"cannot write {str(path)!r}: {err.strerror or err}") from err
    finally:
        part.unlink(missing_ok=True)
