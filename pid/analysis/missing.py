"""What remains if a source is missing: ``pid.if_missing``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from pid._types import Floats
from pid.analysis.quantification.result import CountedTable, Quantification
from pid.checks import INTERVAL, RANDOM_STATE, TABLES, checked, is_a, renamed
from pid.core.decomposition import shown
from pid.core.information import Unit, nats_per, xlogx
from pid.errors import InvalidInput
from pid.inference.assessment import CHUNK
from pid.inference.intervals import LEFT_OVER, Measure

REPLICATES = 400
GIVEN = ("both", "x1", "x2")  # what is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What both sources, and each of them alone, say about y.

    Attributes:
        information: about y, by what is there: "both", "x1" or "x2"; of one source its redundancy
            and what is unique to it.
        accuracy: of the best rule, likewise.
        majority: accuracy of always naming the commonest class.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        unit: of information.
    """

    information: Mapping[str, Measure]
    accuracy: Mapping[str, Measure]
    majority: float
    level: float | None
    unit: Unit

    def to_dict(self) -> dict[str, object]:
        """``information_both``, ``accuracy_x1`` and so on, with ``_low`` and ``_high``, if any."""
        row: dict[str, object] = {}
        for kind, measures in (("information", self.information), ("accuracy", self.accuracy)):
            for given in GIVEN:
                name, measure = f"{kind}_{given}", measures[given]
                row[name] = measure.corrected
                if self.level is not None:
                    row |= {f"{name}_low": measure.low, f"{name}_high": measure.high}
        return row | {"accuracy_majority": self.majority}

    def __repr__(self) -> str:
        lines = [f"What remains, in {self.unit}"]
        if self.level is not None:
            lines[0] += f", {self.level:.0%} intervals"
        for given in GIVEN:
            told, right = self.information[given], self.accuracy[given]
            ends = "", ""
            if self.level is not None:
                ends = (
                    f" [{shown(told.low)}, {shown(told.high)}]",
                    f" [{right.low:.1%}, {right.high:.1%}]",
                )
            lines.append(
                f"  {given:<5} {shown(told.corrected)}{ends[0]}  "
                f"accuracy {right.corrected:.1%}{ends[1]}"
            )
        return "\n".join([*lines, f"  always the commonest class: {self.majority:.1%}"])


@renamed(level="interval")
@checked(
    q=is_a("an answer of pid.quantify", Quantification),
    interval=INTERVAL,
    replicates=TABLES,
    random_state=RANDOM_STATE,
)
def if_missing(
    q: Quantification,
    *,
    interval: float | None = 0.95,
    replicates: int = REPLICATES,
    random_state: int | None = 0,
) -> Remaining:
    """How much information remains, and how accurate a model can be, without one of the sources.

    Without x2 there are redundancy and what is unique to x1 left: I(Y; X1). The best rule names the
    likeliest class of each cell, so that its accuracy follows from the table: sum max_y p(x1, y).
    Counting makes both too large where samples are few: information is corrected by leaving out
    parts, accuracy by drawing again.
    Of a "posterior" answer, it is how often classifiers were right that had not seen a row.

    Args:
        q: of ``pid.quantify``, with classes as the target.
        interval: nominal coverage of the intervals, or None for none.
        replicates: tables resampled.
        random_state: seed of that; None takes another one each time.

    Raises:
        InvalidInput: an answer without classes, or options out of range.

    Examples:
        >>> import pid
        >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
        >>> q = pid.quantify(x1, x2, [a & b for a, b in zip(x1, x2)])
        >>> r = if_missing(q)
        >>> [round(r.accuracy[given].counted, 2) for given in ("both", "x1", "x2")]
        [1.0, 0.75, 0.75]
    """
    if isinstance(q.evidence, CountedTable):
        return _from_table(q, q.evidence, interval, replicates, random_state)
    if q.estimator == "posterior":
        return _from_posteriors(q, interval)
    raise InvalidInput(
        f"estimator {q.estimator!r} has no classes to be right about; take 'posterior', 'cluster' "
        "or 'table'"
    )


def _from_table(
    q: Quantification,
    counted_table: CountedTable,
    level: float | None,
    replicates: int,
    random_state: int | None,
) -> Remaining:
    units = counted_table.units
    rng = np.random.default_rng(random_state)
    counted = _values(units.table[None])[:, 0]
    without, weights, parts = units.leave_out(rng)
    left_out = _values(without)
    mean = left_out @ weights
    corrected = parts * counted - (parts - 1) * mean
    by_parts = np.sqrt((parts - 1) * ((left_out - mean[:, None]) ** 2 @ weights))
    sizes = [min(CHUNK, replicates - start) for start in range(0, replicates, CHUNK)]
    drawn = np.concatenate([_values(units.draw(size, rng)) for size in sizes], axis=1)
    deviation = drawn.std(axis=1, ddof=1)
    deviation[:3] = np.maximum(deviation, by_parts)[:3]
    p_y = units.table.sum(axis=(0, 1)) / units.table.sum()
    # where two classes are equally likely, a largest one has a kink, of which parts say nothing
    corrected[3:] = np.maximum(2 * counted - drawn.mean(axis=1), p_y.max())[3:]
    return _remaining(q, counted, corrected, deviation, level, float(p_y.max()))


def _values(tables: Floats) -> Floats:
    """Information in nats and accuracy, of both, x1 and x2, of tables (B, n1, n2, k); (6, B)."""
    p = tables / tables.sum(axis=(1, 2, 3), keepdims=True)
    seen = (p.reshape(len(p), -1, p.shape[3]), p.sum(axis=2), p.sum(axis=1))
    h_y = -xlogx(p.sum(axis=(1, 2))).sum(axis=1)
    told = [
        h_y - xlogx(cells.sum(axis=2)).sum(axis=1) + xlogx(cells).sum(axis=(1, 2)) for cells in seen
    ]
    return np.array([*told, *(cells.max(axis=2).sum(axis=1) for cells in seen)])


def _from_posteriors(q: Quantification, level: float | None) -> Remaining:
    """By what classifiers said of each row that they had not seen."""
    codes = q.fitted.codes_
    p_y = np.bincount(codes) / len(codes)
    rows = np.arange(len(codes))
    said = [getattr(q.fitted, f"posterior{which}_") for which in ("12", "1", "2")]
    of_rows = np.array(
        [
            *(np.log(p[rows, codes]) - np.log(p_y[codes]) for p in said),
            *((p.argmax(axis=1) == codes).astype(float) for p in said),
        ]
    )
    nat = nats_per(q.decomposition.unit)
    told = [
        [nat * value for value in (d.total, d.information1, d.information2)]
        for d in (q.decomposition, q.best)
    ]
    right = of_rows[3:].mean(axis=1)
    deviation = of_rows.std(axis=1) / np.sqrt(q.units)  # rows of a group count as one
    counted, corrected = (np.concatenate([values, right]) for values in told)
    return _remaining(q, counted, corrected, deviation, level, float(p_y.max()))


def _remaining(
    q: Quantification,
    counted: Floats,
    corrected: Floats,
    deviation: Floats,
    level: float | None,
    majority: float,
) -> Remaining:
    reach = np.full(len(counted), np.nan)
    if level is not None:
        reach = ndtri((1 + level) / 2) * deviation + LEFT_OVER * np.abs(counted - corrected)
    # the truth is neither below 0 nor below what is had for nothing, nor can all be more than right
    least, most = np.repeat([0.0, majority], 3), np.repeat([np.inf, 1.0], 3)
    low, high = (np.clip(corrected + sign * reach, least, most) for sign in (-1, 1))
    nat = nats_per(q.decomposition.unit)
    middle = np.clip(corrected, least, most)
    measures = [
        Measure(*(float(value) / (nat if i < 3 else 1.0) for value in values))
        for i, values in enumerate(zip(counted, middle, low, high, strict=True))
    ]
    return Remaining(
        information=dict(zip(GIVEN, measures[:3], strict=True)),
        accuracy=dict(zip(GIVEN, measures[3:], strict=True)),
        majority=majority,
        level=None if level is None else float(level),
        unit=q.decomposition.unit,
    )
