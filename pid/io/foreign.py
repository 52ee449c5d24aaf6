"""Files that nobody checked: what kind of file may be read, and what libraries raise over it.

A library given damaged bytes raises whatever it likes. Here alone that becomes one sentence.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pid.errors import InvalidInput, PIDError

LONGEST = 160  # characters of what a library says


@contextmanager
def reading(file: Path, what: str, role: str = "") -> Iterator[None]:
    """Turn all that a library raises while it reads ``file`` into InvalidInput.

    Args:
        file: the file.
        what: what it should be, as "a Parquet file".
        role: what it is read for, if that is to be said.
    """
    place = f"{role}: {file.name}" if role else repr(str(file))
    try:
        yield
    except PIDError:
        raise
    except MemoryError as err:
        raise InvalidInput(
            f"{place} asks for more memory than there is: it is too large, or damaged; choose "
            "fewer columns, or write it anew"
        ) from err
    except Exception as err:  # of damaged bytes a library may raise anything, and the bytes are why
        if isinstance(err, OSError) and err.errno is not None:  # of the system, not the library
            raise unreadable(file, err) from err
        raise InvalidInput(f"{place} is not {what}, or is damaged: {reason(err)}") from err


def check_regular(file: Path) -> None:
    """Raise InvalidInput for what may never end, or cannot be read twice: devices and pipes.

    Tables are looked through before their columns are read, so that a pipe would be empty then.
    """
    try:
        mode = file.stat().st_mode
    except OSError as err:
        raise unreadable(file, err) from err
    except ValueError as err:  # a NUL in the name
        raise InvalidInput(f"cannot read {str(file)!r}: {err}") from err
    if stat.S_ISDIR(mode):
        raise InvalidInput(f"cannot read {str(file)!r}: Is a directory; name a file in it")
    if not stat.S_ISREG(mode):
        raise InvalidInput(
            f"cannot read {str(file)!r}: it is a pipe or a device, which can be read only once and "
            "may never end; write what comes from it to a file first"
        )


def unreadable(file: Path, err: OSError) -> InvalidInput:
    """The error for a file that cannot be read."""
    return InvalidInput(f"cannot read {str(file)!r}: {err.strerror or reason(err)}")


def reason(err: BaseException) -> str:
    """What a library said, in one line that is not too long."""
    text = " ".join(str(err).split()) or type(err).__name__
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
