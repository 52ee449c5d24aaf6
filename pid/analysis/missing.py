"""What remains if a source is missing: ``pid.if_missing``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.analysis.quantification.evidence import CountedTable
from pid.analysis.quantification.given import GivenPosteriors
from pid.analysis.quantification.result import Quantification
from pid.analysis.words import condition
from pid.checks import INTERVAL, RANDOM_STATE, TABLES, checked, is_a, renamed
from pid.core.decomposition import shown
from pid.core.information import Unit, nats_per
from pid.errors import InvalidInput
from pid.estimators.posterior.estimate import standard_errors
from pid.inference.accuracy import effective_rows, halves, views, wilson
from pid.inference.assessment import CHUNK, assess
from pid.inference.grouping import effective_units
from pid.inference.intervals import LEFT_OVER, Measure, quantile
from pid.inference.units import Units

REPLICATES = 400
GIVEN = ("both", "x1", "x2")  # what is there
CALLED = {"both": "both sources", "x1": "x1 alone", "x2": "x2 alone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What both sources, and each of them alone, say about y.

    Attributes:
        information: about y, by what is there: "both", "x1" or "x2"; of one source its redundancy
            and what is unique to it.
        accuracy: of the best rule, likewise. It may lie below ``majority``, which is the share in
            the samples, and its interval nearly always does where a source tells nothing.
        majority: accuracy of always naming the commonest class, which is had for nothing.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        unit: of information.
    """

    information: Mapping[str, Measure]
    accuracy: Mapping[str, Measure]
    majority: float
    level: float | None
    unit: Unit

    @property
    def reading(self) -> str:
        """What is not shown to be better than one answer for all; empty if all is, or no interval.

        Examples:
            >>> import pid
            >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
            >>> if_missing(pid.quantify(x1, x2, x1)).reading
            'No better than always the commonest class, as far as can be seen: x2 alone.'
        """
        weak = [CALLED[given] for given in GIVEN if self.accuracy[given].low <= self.majority]
        if not weak:
            return ""
        return (
            f"No better than always the commonest class, as far as can be seen: {', '.join(weak)}."
        )

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
        lines.append(f"  always the commonest class: {self.majority:.1%}")
        return "\n".join([*lines, self.reading] if self.reading else lines)


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
    Counting makes both too large where samples are few. Information is that of the
    answer, corrected as that is, with intervals of a table of what is there. Accuracy is
    between that of rules made from one half of the samples and judged on the other, which is a
    little too small, and what is left when as much is taken off as drawing again adds. Its interval
    starts below the former, by as much as Wilson's [1] does, and ends above both. It is not cut off
    at the share of the commonest class, which is of the sample as well, but at 1 and at one over
    the number of classes.

    Of a "posterior" answer, it is how often classifiers were right that had not seen a row, with
    Wilson's interval. Groups of rows count as the independent rows that tell as much, and where
    there are groups the quantile is that of Student's law of one group less.

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

    References:
        [1] Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    if q.given is not None:
        raise InvalidInput(
            "what remains without a source is asked of all rows, and this answer is given "
            f"{condition(q.given.name)}; ask of one that is given nothing"
        )
    if isinstance(q.evidence, CountedTable):
        return _from_table(q, q.evidence, interval, replicates, random_state)
    if q.estimator == "posterior":
        return _from_posteriors(q, interval)
    if isinstance(q.evidence, GivenPosteriors):
        raise InvalidInput(
            "of given posteriors, what remains without a source is what p1 and p2 tell, in "
            "q.evidence.told"
        )
    raise InvalidInput(
        f"estimator {q.estimator!r} has no classes to be right about; take 'posterior', 'cluster' "
        "or 'table'"
    )


class Found(NamedTuple):
    """Of both sources, x1 and x2, (3,) each; in nats, where it is information."""

    counted: Floats
    corrected: Floats
    low: Floats
    high: Floats

    def within(self, least: float, most: float) -> Found:
        """What cannot be is left out of the interval, and of the corrected value."""
        return Found(self.counted, *(np.clip(part, least, most) for part in self[1:]))


def _from_table(
    q: Quantification,
    counted_table: CountedTable,
    level: float | None,
    replicates: int,
    random_state: int | None,
) -> Remaining:
    units = counted_table.units
    information = _information_of_table(q, units, level, replicates, random_state)
    rng = np.random.default_rng(random_state)
    sizes = [min(CHUNK, replicates - start) for start in range(0, replicates, CHUNK)]
    drawn = np.concatenate([_right(units.draw(size, rng)) for size in sizes], axis=1)
    counted = _right(units.table[None])[:, 0]
    accuracy = _accuracy(units, counted, drawn, level, rng)
    return _remaining(q, information, accuracy, units.table, level)


def _information_of_table(
    q: Quantification,
    units: Units,
    level: float | None,
    replicates: int,
    random_state: int | None,
) -> Found:
    """Values of the answer; intervals as ``pid.inference.assess`` has them of a total."""
    nat = nats_per(q.decomposition.unit)
    counted, fixed = (
        nat * np.array([d.total, d.information1, d.information2]) for d in (q.decomposition, q.best)
    )
    if level is None:
        nothing = np.full(3, math.nan)
        return Found(counted, fixed, nothing, nothing).within(0.0, math.inf)
    views = units.together(), units.without(2), units.without(1)
    low, high = np.array(
        [
            assess(
                view, interval=level, replicates=replicates, unit="nat", random_state=random_state
            ).interval["total"]
            for view in views
        ]
    ).T
    if q.interval is not None and level == q.level:
        ends = {name: nat * np.array(end) for name, end in q.interval.items()}
        low[0], high[0] = ends["total"]
        # a source says at least what is shown of its parts
        low[1] = max(low[1], ends["redundancy"][0], ends["unique1"][0])
        low[2] = max(low[2], ends["redundancy"][0], ends["unique2"][0])
    low, high = np.minimum(low, fixed), np.maximum(high, fixed)
    return Found(counted, fixed, low, high).within(0.0, math.inf)


def _right(tables: Floats) -> Floats:
    """Accuracy of the best rule of both, x1 and x2, of tables (B, n1, n2, k); (3, B)."""
    p = tables / tables.sum(axis=(1, 2, 3), keepdims=True)
    return np.array([cells.max(axis=2).sum(axis=1) for cells in views(p)])


def _reach(level: float | None, units: float = math.inf) -> float:
    """Standard errors to either side; NaN where no interval is asked for."""
    return math.nan if level is None else quantile(level, units)


def _information(counted: Floats, corrected: Floats, deviation: Floats, reach: float) -> Found:
    """Around the corrected values, and what these may miss."""
    away = reach * deviation + LEFT_OVER * np.abs(counted - corrected)
    return Found(counted, corrected, corrected - away, corrected + away).within(0.0, math.inf)


def _accuracy(
    units: Units, counted: Floats, drawn: Floats, level: float | None, rng: np.random.Generator
) -> Found:
    """Between rules of halves, which know less than the best one, and what drawing again says.

    Where two classes are equally likely, the larger of them has a kink, of which leaving out says
    nothing; and where no rule is better than one class, all draws say more than there is, so that
    their spread alone would leave out the truth.

    Args:
        units: of the data.
        counted: accuracy of the rules on the rows that made them.
        drawn: likewise of tables drawn again, (3, B).
        level: nominal coverage.
        rng: of the halves.
    """
    p_y = units.table.sum(axis=(0, 1)) / units.table.sum()
    corrected = np.maximum(2 * counted - drawn.mean(axis=1), p_y.max())
    unseen, rows = halves(units, rng)
    reach = _reach(level, units.effective_count)
    away = reach * drawn.std(axis=1, ddof=1) + LEFT_OVER * np.abs(counted - corrected)
    low = np.minimum(corrected - away, wilson(unseen, rows, reach)[0])
    high = np.maximum(corrected + away, wilson(np.maximum(corrected, unseen), rows, reach)[1])
    return Found(counted, (corrected + unseen) / 2, low, high).within(1 / len(p_y), 1.0)


def _from_posteriors(q: Quantification, level: float | None) -> Remaining:
    """By what classifiers said of each row that they had not seen."""
    codes, groups = q.fitted.codes_, q.fitted.groups_
    p_y = np.bincount(codes) / len(codes)
    rows = np.arange(len(codes))
    said = [getattr(q.fitted, f"posterior{which}_") for which in ("12", "1", "2")]
    gains = np.array([np.log(p[rows, codes]) - np.log(p_y[codes]) for p in said])
    nat = nats_per(q.decomposition.unit)
    counted, corrected = (
        nat * np.array([d.total, d.information1, d.information2]) for d in (q.decomposition, q.best)
    )
    reach = _reach(level, effective_units(groups))
    information = _information(counted, corrected, standard_errors(gains, groups), reach)
    first, second, both = q.fitted.unseen_
    right = np.array([p.argmax(axis=1) == codes for p in (both, first, second)])
    return _remaining(q, information, _accuracy_of_rows(right, groups, reach), p_y, level)


def _accuracy_of_rows(right: NDArray[np.bool_], groups: Codes | None, reach: float) -> Found:
    """Shares of rows, as many of which count as are independent of each other."""
    share = right.mean(axis=1)
    independent = [
        effective_rows(
            Units.from_rows(row.astype(np.intp), (1, 1, 2), groups=groups), np.array([0.0, 1.0])
        )
        for row in right
    ]
    return Found(share, share, *wilson(share, np.array(independent), reach))


def _remaining(
    q: Quantification, information: Found, accuracy: Found, table: Floats, level: float | None
) -> Remaining:
    nat = nats_per(q.decomposition.unit)
    told, right = (
        {given: Measure(*map(float, row)) for given, row in zip(GIVEN, rows, strict=True)}
        for rows in (np.column_stack(information) / nat, np.column_stack(accuracy))
    )
    p_y = table.reshape(-1, table.shape[-1]).sum(axis=0) / table.sum()
    return Remaining(
        information=told,
        accuracy=right,
        majority=float(p_y.max()),
        level=None if level is None else float(level),
        unit=q.decomposition.unit,
    )
