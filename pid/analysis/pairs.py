"""What a screen takes, before it begins: there are as many pairs as columns squared."""

from __future__ import annotations

from pid.core.cost import check_affordable, cost, in_words, machine_memory
from pid.errors import TooLarge

# Seconds of the first look at a pair of columns of 8 bins, for a target of two classes and of more;
# see docs/benchmarks.md.
OF_TWO_CLASSES, PER_ROW = 3e-4, 2e-3
TABLES = 11  # of a pair in the first look: all rows, and all but each of ten folds
BYTES = 700  # of a row: names, numbers, and what becomes of them
LONGEST = 12.0  # hours that are spent without being asked for


def check_rows(sources: int, targets: int, most_hours: float | None, workers: int = 1) -> None:
    """Raise TooLarge for more pairs than can be looked at, as far as their number tells.

    Args:
        sources: columns or groups.
        targets: columns.
        most_hours: what may be spent; None for any time.
        workers: who work at the same time.
    """
    rows = sources * (sources - 1) // 2 * targets
    _check(rows, f"{sources:,} sources", rows * OF_TWO_CLASSES / workers, most_hours)


def check_tables(
    rows: int, shape: tuple[int, int, int], most_hours: float | None, workers: int = 1
) -> None:
    """The same once it is known how large the tables are: ``shape`` is that of the largest."""
    by, each = ("hull", OF_TWO_CLASSES) if shape[2] <= 2 else ("interior-point", PER_ROW)
    check_affordable(shape, by, named=by == "hull")
    each += TABLES * cost(*shape, by).seconds
    what = f"tables of {' x '.join(map(str, shape))} cells"
    _check(rows, what, rows * each / workers, most_hours)


def _check(rows: int, what: str, seconds: float, most_hours: float | None) -> None:
    size, memory = rows * BYTES, machine_memory()
    if size > memory:
        why = f"their answers alone take {size / 2**30:,.0f} GiB of {memory / 2**30:.0f} GiB"
        raise _refused(rows, what, seconds, f"{why} that this machine has", "")
    if most_hours is not None and seconds > 3600 * most_hours:
        other = ", or give it the time: most_hours=None"
        raise _refused(rows, what, seconds, f"more than {most_hours:g} hours", other)


def _refused(rows: int, what: str, seconds: float, why: str, other: str) -> TooLarge:
    return TooLarge(
        f"{what} make {rows:,} pairs, which take about {in_words(seconds)} to look at, without any "
        f"resampling; {why}. Choose columns (--columns), put columns that belong together into "
        f"groups (--group), or look at a share of them first{other}"
    )
