"""From a table of several sources to corrected numbers and intervals, where these can be had."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from pid._types import Floats
from pid.analysis.several.result import Interval
from pid.core.information import Unit, nats_per
from pid.core.sources import cost
from pid.core.sources.decompose import Solved
from pid.core.sources.layout import Layout
from pid.core.sources.table import Marginals
from pid.core.sources.union import TWO
from pid.core.sources.values import SourceNumbers, values
from pid.errors import InvalidInput
from pid.inference.bias import Correction
from pid.inference.intervals import Bounds
from pid.inference.rare_classes import FEW
from pid.inference.several import corrected, intervals, widened
from pid.inference.unions import Sample, jackknifed_entropy
from pid.inference.units import Units
from pid.parallel.work import Work

PARTS = ("shared", "synergy", "unique")
TAKES = ("kink-aware", "bootstrap", "none")  # corrections
PER_UNION = 3e-3  # seconds of a union of more than two classes, at least
# Seconds of all numbers of a table up to which it is drawn anew without being asked to, how often.
AFFORDABLE = ((0.02, 200), (0.1, 100), (1.0, 20))
MOST_NAMED = 6  # numbers in a note
POPULATIONS, FEWEST, SECONDS = 400, 100, 10.0  # where classes are rare, and what these may take


Draw = Callable[[Sample, int], Floats]  # so many tables, as ``Sample.redrawn``


class Inference(NamedTuple):
    """What is asked for; see ``pid.quantify``."""

    interval: float | None
    correction: Correction
    replicates: int | Literal["auto"]
    unit: Unit
    random_state: int


class Inferred(NamedTuple):
    """What is said of the population.

    Attributes:
        corrected: numbers after correction; None where none was made.
        interval: of the numbers by their names; None likewise.
        notes: what was not done, and what is held.
    """

    corrected: SourceNumbers | None
    interval: Interval | None
    notes: tuple[str, ...]


def check_correction(name: str) -> None:
    """Raise InvalidInput for a correction that is of two sources."""
    if name not in TAKES:
        raise InvalidInput(
            f"correction {name!r} is of two sources; of more, take one of {', '.join(TAKES)}"
        )


def infer(
    found: Solved,
    units: Units,
    names: Sequence[str],
    asked: Inference,
    work: Work,
    draw: Draw | None = None,
) -> Inferred:
    """Corrected numbers and intervals.

    Args:
        found: the numbers as counted.
        units: that were counted, in a flat table of the sources in the order of ``found``.
        names: of the sources as they were given.
        asked: how.
        work: where tables are drawn anew.
        draw: how they are, if not from ``units``.
    """
    corrects = asked.correction != "none" and units.count > 1
    if asked.interval is None and not corrects:
        return Inferred(None, None, ())
    marginals = Marginals(found.table)
    classes = len(marginals.p_y)
    layout = Layout.of(len(names), atoms=classes <= TWO, silent=marginals.silent)
    shape = (*found.table.shape[:-1], classes)
    sample = Sample.of(units, shape, layout, found.unions)
    seconds = _seconds(layout, shape)
    size, notes = _replicates(seconds, shape, asked)
    drawn = draw(sample, size) if draw else sample.redrawn(size, asked.random_state, work)
    estimate = corrected(sample, drawn)
    place = layout.place.reordered(found.order)
    nat = nats_per(asked.unit)
    numbers = None
    if corrects:
        best = estimate.other if asked.correction == "bootstrap" else estimate.held
        of_names = values(place.map(lambda i: float(best[i]) / nat), names, asked.unit, 0.0)
        numbers = SourceNumbers(
            **of_names | {"entropy": _entropy(units, found, float(best[layout.place.total])) / nat}
        )
        if asked.correction != "bootstrap":
            notes += _held(estimate.at_zero, dict(place.named(names)))
    if asked.interval is None or not size:
        return Inferred(numbers, None, notes)
    bounds = intervals(sample, drawn, estimate, asked.interval)
    bounds, also = _widened(bounds, found, sample, seconds, asked, work)
    ends = {
        name: (float(bounds.low[i]) / nat, float(bounds.high[i]) / nat)
        for name, i in place.named(names)
    }
    return Inferred(numbers, ends, notes + also)


def _seconds(layout: Layout, shape: tuple[int, ...]) -> float:
    """Of all numbers of such a table, by a formula: measured time differs from day to day."""
    several = sum(len(which) > 1 for which in layout.families)
    least = PER_UNION * several if shape[-1] > TWO else 0.0
    return least + cost.seconds(shape[:-1], shape[-1])


def _replicates(
    seconds: float, shape: tuple[int, ...], asked: Inference
) -> tuple[int, tuple[str, ...]]:
    """How many tables to draw anew, and a note where that is none by our own decision."""
    if isinstance(asked.replicates, int | np.integer):
        return int(asked.replicates), ()
    for longest, number in AFFORDABLE:
        if seconds <= longest:
            return number, ()
    what = "" if asked.interval is None else "no interval; "
    return 0, (
        f"{what}what sets of sources tell is corrected, and of several sets only the best: a table "
        f"of {math.prod(shape):,} cells takes long to resample; ask for it by replicates=20, or "
        "make fewer cells",
    )


def _held(at_zero: Sequence[int], place: dict[str, int]) -> tuple[str, ...]:
    """A note on parts of the total that the correction would have put below 0."""
    parts = [name for name in place if name.split(" ")[0] in PARTS]
    named = [name for name in parts if place[name] in at_zero]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    held = f"held at 0 after correction: {', '.join(named[:MOST_NAMED])}{more}"
    return (held,) if named else ()


def _entropy(units: Units, found: Solved, total: float) -> float:
    """H(y) in nats without the bias of counting: no less than the total, nor more than log K."""
    cells, _, k = units.shape
    of_y = jackknifed_entropy(units, np.tile(np.arange(k), cells), k)
    return max(min(of_y, math.log(found.table.shape[-1])), total)


def _widened(
    bounds: Bounds, found: Solved, sample: Sample, seconds: float, asked: Inference, work: Work
) -> tuple[Bounds, tuple[str, ...]]:
    """Intervals that allow for rare classes, or a note that they do not."""
    assert asked.interval is not None
    table = found.table * sample.units.effective_rows
    if table.reshape(-1, table.shape[-1]).sum(axis=0).min() >= FEW:
        return bounds, ()
    number = min(POPULATIONS, int(SECONDS / seconds))
    if number < FEWEST:
        return bounds, (
            f"classes with fewer than {FEW} rows are not allowed for in the intervals, since "
            f"tables of {table.size:,} cells take long to solve: merge classes, or take fewer "
            "symbols or clusters",
        )
    level, seed = asked.interval, asked.random_state
    return widened(bounds, table, sample.layout, number, level, seed, work), ()
