"""From columns in memory to all numbers, by a table of symbols, clusters or bins."""

from typing import Any


def by_counting(*a: Any) -> Any:
    raise NotImplementedError
