"""What can go wrong, as types: every error the package raises on purpose is a ``PIDError``."""

from __future__ import annotations

import importlib
from types import ModuleType


class PIDError(Exception):
    """Base of all errors raised by this package."""


class InvalidDistribution(PIDError, ValueError):
    """A table that is not a joint distribution: wrong shape, negative, not finite, no mass."""


class InvalidInput(PIDError, ValueError):
    """Samples, columns, files or options that cannot be used."""


class TooLarge(InvalidInput):
    """What was asked would take more memory or time than there is; the message estimates both."""


class CheckFailed(PIDError, AssertionError):
    """A decomposition does not hold for the table it was checked against."""


class MissingExtra(PIDError, ImportError):
    """An optional dependency is not installed."""


def need(module: str, extra: str) -> ModuleType:
    """Import an optional dependency, or say which extra installs it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as err:
        raise MissingExtra(
            f"{module} is needed here; in the folder of the project, run: pip install '.[{extra}]'"
        ) from err
