"""Folders and files that nobody else can have a hand in."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from pid.errors import InvalidInput

NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # not on Windows, which has no other owners of this kind
OTHERS = stat.S_IWGRP | stat.S_IWOTH


def check_private(folder: Path) -> None:
    """Raise InvalidInput for a folder that others may write into.

    Raises:
        InvalidInput: a link, a folder of another user, or one that a group or all may write.
        OSError: it cannot be looked at.
    """
    if not hasattr(os, "geteuid"):
        return
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise InvalidInput(
            f"{str(folder)!r} is a link, which may lead elsewhere tomorrow; name the folder itself"
        )
    if found.st_uid != os.geteuid():
        raise InvalidInput(
            f"the folder {str(folder)!r} belongs to another user, who could change what is kept in "
            "it; name one of your own"
        )
    if found.st_mode & OTHERS:
        raise InvalidInput(
            f"others may write into the folder {str(folder)!r}, and so change what is kept in it; "
            f"close it (chmod go-w {str(folder)!r}), or name one that is not there yet"
        )


def open_own(file: Path, flags: int) -> int:
    """A handle of a regular file; one that is made is for its owner alone, no link is followed.

    Raises:
        OSError: as ``os.open``, and for a link or what is no regular file.
    """
    handle = os.open(file, flags | NO_LINK | getattr(os, "O_NONBLOCK", 0), 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "there is something that is no file", str(file))
    return handle
