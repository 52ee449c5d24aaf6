"""What a table takes before it is solved: bytes and seconds, roughly, and what is too much.

Fitted to docs/benchmarks.md (two threads): a step of the interior-point method does
n1 (n2 k)^2 k + (n2 k)^3 / 3 multiplications, at 6e10 a second, and looks at every cell many times;
a step by conjugate gradients factorises n1 + n2 blocks of order k, and multiplies with the table.
"""

from __future__ import annotations

import math
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pid.errors import TooLarge

STEPS = 20  # most tables take 7 to 31
FLOPS = 6e10  # a second, of large matrices
PER_CELL = 7e-8  # seconds of a step
PER_BLOCK = 1e-9  # seconds, of the cube of a block's order
PRODUCTS, PER_PRODUCT = 200, 3e-8  # with the table, in a step, and seconds of a cell
ARRAYS = 12  # as large as the table
SCRATCH = 5 * 2**22  # numbers that are eliminated at a time, at least

# What is refused unless a method is named. Of so many cells even the start takes seconds.
MOST_SECONDS = 600.0
MOST_CELLS = 2 * 10**7
LAPTOP = 16 * 2**30  # bytes, where the machine does not say what it has


class Cost(NamedTuple):
    """Bytes and seconds."""

    bytes: float
    seconds: float

    @property
    def words(self) -> str:
        """Both, rounded as an estimate is."""
        size = self.bytes / 2**30
        return f"about {size:,.{1 if size < 10 else 0}f} GiB of memory and {in_words(self.seconds)}"


def memory_estimate(n1: int, n2: int, k: int) -> int:
    """Bytes the interior-point method needs for one table of this shape, roughly.

    Two matrices of order min(n1, n2) k (the Schur complement and its factor), a dozen arrays as
    large as the table, and the block of rows that is eliminated at a time.
    """
    order = min(n1, n2) * k
    return 8 * (2 * order**2 + ARRAYS * n1 * n2 * k + SCRATCH)


def cost(n1: int, n2: int, k: int, method: str, filled: tuple[int, int] | None = None) -> Cost:
    """Of one table of this shape by "interior-point", "first-order" or "hull".

    Args:
        n1, n2, k: symbols that occur.
        method: which.
        filled: cells with mass of p(x1, y) and of p(x2, y), where these are so few that only they
            enter the matrix.
    """
    rows, order = (n1 * k, n2 * k) if filled is None else filled
    if n1 < n2:  # the smaller side is factorised
        rows, order = order, rows
    n1, n2 = max(n1, n2), min(n1, n2)
    cells, blocks = n1 * n2 * k, 2 * (n1 + n2) * k**2  # A_i and B_j, and their factors
    if method == "hull":  # and what each of its vertices gives to each symbol
        return Cost(8.0 * (ARRAYS * cells + 3 * (n1 + n2) ** 2), PER_CELL * cells)
    if method == "first-order":
        step = PER_BLOCK * (n1 + n2) * k**3 + PRODUCTS * PER_PRODUCT * cells
        return Cost(8.0 * (2 * ARRAYS * cells + 1.25 * blocks), STEPS * step)
    step = (rows * order**2 + order**3 / 3) / FLOPS + PER_CELL * cells
    scratch = SCRATCH + 2 * max(0, k**2 * n2 - SCRATCH)
    return Cost(8.0 * (2 * order**2 + ARRAYS * cells + scratch + blocks), STEPS * step)


def check_affordable(
    shape: tuple[int, int, int],
    method: str,
    *,
    named: bool,
    filled: tuple[int, int] | None = None,
) -> None:
    """Raise TooLarge before memory and time are spent that nobody has.

    Args:
        shape: (n1, n2, k), of symbols that occur.
        method: that would be used.
        named: whether the caller has asked for it, who may have the time.
        filled: see ``cost``.

    Raises:
        TooLarge: more memory than this machine has; and, unless ``named``, more than
            ``MOST_SECONDS`` or ``MOST_CELLS``.
    """
    needed = cost(*shape, method, filled)
    if needed.bytes > machine_memory():
        raise too_large(shape, needed, f"this machine has {machine_memory() / 2**30:.0f} GiB")
    if not named and (needed.seconds > MOST_SECONDS or math.prod(shape) > MOST_CELLS):
        raise too_large(shape, needed, f"pid.decompose tries it if asked to: method={method!r}")


def too_large(shape: tuple[int, ...], needed: Cost, why: str) -> TooLarge:
    """The error for a table, with the estimate and the way out."""
    size = " x ".join(f"{n:,}" for n in shape)
    return TooLarge(
        f"a table of {size} symbols of x1, x2 and y would take {needed.words} to solve; {why}. "
        "Merge rare symbols and classes, cut numbers into fewer bins or clusters, and leave out "
        "what identifies single samples"
    )


@cache
def machine_memory() -> float:
    """Bytes that this machine, or the container this runs in, has in all."""
    known = [_number(Path("/sys/fs/cgroup/memory.max"))]
    known.append(_number(Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")))
    try:
        known.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):  # not Unix
        known.append(LAPTOP)
    return float(min(number for number in known if number))


def in_words(seconds: float) -> str:
    """A time as people say it: an estimate has one digit or two."""
    for name, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {name}"
    return f"{max(1, round(seconds))} s"


def _number(file: Path) -> int:
    """What a file says, 0 if it says none."""
    try:
        text = file.read_text().strip()
    except OSError:
        return 0
    return int(text) if text.isdecimal() else 0
