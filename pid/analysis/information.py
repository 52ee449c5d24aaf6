"""How much one variable tells of another, given a third or not: ``pid.estimate_information``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from pid._version import __version__
from pid.analysis.by_name import Columns, takes_table_of_two
from pid.analysis.names import plain
from pid.analysis.schema import SCHEMA
from pid.checks import BLOCKS, INTERVAL, RANDOM_STATE, UNIT, checked
from pid.core.decomposition import shown
from pid.core.information import Unit
from pid.discretization.rows import said_of_rows
from pid.errors import InvalidInput
from pid.estimators.mutual_information import FLAGS, Estimate, estimate
from pid.inference.grouping import grouping
from pid.inference.order import few_units
from pid.io.reading import GLOBS, HOW_MISSING, VALUES, Missing, reading
from pid.io.rows import read_rows

# flags
LIKELY_LOW = {"curved", "still growing", "near log n", "few components", "rare classes"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Information(Estimate):
    """How much x and y tell of each other, given a third variable or nothing.

    Attributes:
        x, y: what they are called.
        given: what the condition is called, or None.
        doubts: what of the columns and rows speaks against the answer, in words.
    """

    x: str
    y: str
    given: str | None
    doubts: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What there is to mind, in words."""
        return self.doubts + tuple(FLAGS[flag] for flag in self.flags)

    @property
    def reading(self) -> str:
        """In a sentence, how much is told, and whether that may be nothing."""
        between = "" if self.given is None else f", given {plain(self.given)},"
        pair = f"{plain(self.x)} and {plain(self.y)}{between}"
        is_low = bool(LIKELY_LOW & {*self.flags}) and "condition in part" not in self.flags
        if self.interval is not None and self.interval[0] <= 0:
            most = "" if is_low else f": at most {shown(self.interval[1])} {self.unit}"
            return f"Nothing is shown that {pair} tell of each other{most}."
        least = "at least about " if is_low else ""
        return f"{pair} tell {least}{shown(self.value)} {self.unit} of each other."

    def to_dict(self) -> dict[str, object]:
        """Everything, as plain values; ``information`` is the estimate."""
        low, high = self.interval or (None, None)
        row: dict[str, object] = {"information": self.value}
        row |= {"information_low": low, "information_high": high, "interval": self.level}
        row |= {"unit": self.unit, "route": self.route, "flags": list(self.flags)}
        row |= {"x": self.x, "y": self.y, "given": self.given, "n": self.n}
        row |= {"warnings": list(self.warnings), "notes": list(self.notes)}
        row |= {"random_state": self.random_state, "seconds": self.seconds}
        return row | {"schema": SCHEMA, "version": __version__}


@takes_table_of_two
@checked(
    interval=INTERVAL,
    blocks=BLOCKS,
    missing=HOW_MISSING,
    missing_values=VALUES,
    symbols=GLOBS,
    numbers=GLOBS,
    unit=UNIT,
    random_state=RANDOM_STATE,
)
def estimate_information(
    X: object,
    Y: object = None,
    given: object = None,
    *,
    x: Columns | None = None,
    y: Columns | None = None,
    interval: float | None = 0.95,
    groups: object = None,
    blocks: int | None = None,
    missing: Missing = "error",
    missing_values: Sequence[object] = (),
    symbols: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    unit: Unit = "bit",
    random_state: int | None = 0,
) -> Information:
    """Mutual information I(X; Y) of samples, or conditional information I(X; Y | given).

    Columns of any kind: numbers go to a copula that nearest neighbours correct, symbols to counts,
    and both together to neighbours within classes or to classifiers, as
    ``pid.estimators.mutual_information.estimate`` has it, which this is with columns read as by
    ``pid.quantify``. Of tables of probabilities, see ``pid.mutual_information``.

    Args:
        X, Y: one row per sample: arrays of shape (n,) or (n, columns), lists, or tables. Or X
            alone, a table of all columns.
        given: the condition, likewise; None for none.
        x, y: names and globs of columns of the table X, or their places, as in ``pid.quantify``;
            ``given`` and ``groups`` may then be names, too.
        interval: nominal coverage of the interval, or None for none.
        groups: a label per row, such as a speaker or patient: rows of one group depend on each
            other. They are no neighbours of each other and in one fold, and count as as many rows
            as they spread like. At least 4 groups, none with more than half of the rows.
        blocks: likewise for time series: this many rows in a row are a group.
        missing, missing_values, symbols, numbers: as in ``pid.quantify``.
        unit: "bit" or "nat".
        random_state: seed of draws and folds; None takes another one each time.

    Returns:
        The estimate, its interval, the route that was taken, and what there is to mind. Where a
        flag says "curved", "still growing", "near log n", "few components" or "rare classes", it
        is likely to be low.

    Raises:
        InvalidInput: fewer than 20 rows, lengths that differ, infinite values, nothing that varies,
            a column of numbers that is in x and y, symbols that number the rows, too few groups.

    Examples:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> x = rng.normal(size=1000)
        >>> y = x**3 + rng.normal(size=1000) / 10
        >>> found = estimate_information(x, y)
        >>> found.interval[0] < found.value < found.interval[1]
        True
        >>> estimate_information(x, rng.normal(size=1000)).value < 0.02
        True
    """
    begin = time.perf_counter()
    if Y is None:
        raise InvalidInput("give X and Y; or a table, and columns of it as x and y")
    how = reading(missing, missing_values, symbols, numbers)
    condition = {} if given is None else {"given": given}
    read = read_rows({"x": X, **condition}, Y, how, groups=groups)
    group = grouping(read.given, groups, blocks, read.kept, interval=interval is not None)
    of_x, *z, of_y = read.variables
    said = said_of_rows([of_x, *z], of_y, independent=group is None)
    asked: dict[str, Any] = {"interval": interval, "unit": unit, "random_state": random_state}
    found = estimate(of_x, of_y, z[0] if z else None, groups=group, **asked)
    doubts = said.warnings + (() if group is None else few_units(int(group.max()) + 1))
    values: dict[str, Any] = {field.name: getattr(found, field.name) for field in fields(Estimate)}
    values |= {"notes": (*read.notes, *said.notes, *found.notes)}
    values |= {"seconds": time.perf_counter() - begin, "doubts": doubts}
    given_as = z[0].label if z else None
    return Information(**values, x=of_x.label, y=of_y.label, given=given_as)
