"""Data frames and series of any library, as narwhals has them."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.exceptions import DuplicateError

from pid.errors import InvalidInput


def as_native(data: Any, role: str) -> Any:
    """A ``DataFrame`` or ``Series`` of narwhals for what is one in memory; anything else as it is.

    Args:
        data: of a user.
        role: what it is, for messages.

    Raises:
        InvalidInput: a name that two columns have.
    """
    try:
        return nw.from_native(data, eager_only=True, allow_series=True, pass_through=True)
    except DuplicateError as err:
        said = " ".join(str(err).split())
        raise InvalidInput(f"{role} has duplicate column names; rename them: {said}") from err
