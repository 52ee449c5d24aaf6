"""What bounds of half-labelled data take, before it is spent.

The joint of largest entropy solves systems of order (n1 + n2) k, with k the smallest axis; accuracy
and the joint of least entropy are linear programs with an unknown a cell, at least. Fitted to the
benchmark of docs/half-labelled.md, whose largest table is 50 x 50 x 10.
"""

from __future__ import annotations

from pid.core.cost import FLOPS, MOST_SECONDS, STEPS, Cost, machine_memory, too_large

MATRICES = 4  # of the system, with its factor
PER_CELL = 2_000  # bytes of a linear program
MEASURED = 25_000, 2.0  # cells, and seconds of the programs, which grow with the square


def cost(shape: tuple[int, int, int]) -> Cost:
    """Bytes and seconds of bounds for marginals of a table of this shape."""
    small, middle, large = sorted(shape)
    order, cells = (middle + large) * small, small * middle * large
    measured, seconds = MEASURED
    steps = STEPS * order**3 / 3 / FLOPS
    return Cost(
        8.0 * MATRICES * order**2 + PER_CELL * cells, steps + seconds * (cells / measured) ** 2
    )


def check_size(shape: tuple[int, int, int]) -> None:
    """Raise TooLarge before memory and time are spent that nobody has."""
    needed = cost(shape)
    if needed.bytes > machine_memory():
        raise too_large(shape, needed, f"this machine has {machine_memory() / 2**30:.0f} GiB")
    if needed.seconds > MOST_SECONDS:
        raise too_large(shape, needed, f"bounds are tried up to {MOST_SECONDS:.0f} seconds")
