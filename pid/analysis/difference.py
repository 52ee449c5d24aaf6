"""Whether two answers differ: two data sets, two groups, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from pid._types import Floats
from pid._version import __version__
from pid.analysis.quantification.result import Quantification
from pid.analysis.schema import SCHEMA
from pid.analysis.words import ROLES, nouns
from pid.checks import CLIENT, FLAG, RANDOM_STATE, RESUME, TABLES, checked, is_a
from pid.core.answer import Answer
from pid.core.decomposition import ATOMS, shown
from pid.core.information import Unit
from pid.errors import InvalidInput
from pid.inference.assessment import CHUNK, REPLICATES
from pid.inference.atoms import solve, with_total
from pid.inference.units import Units
from pid.parallel.work import Work, check_seeded, working

if TYPE_CHECKING:
    import pandas as pd

NAMES = (*ATOMS, "total")
ANSWER = is_a("an answer of pid.quantify", Quantification)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Answer):
    """The atoms of a second data set minus those of a first, with intervals and tests.

    Attributes:
        value: difference of the corrected atoms, and of the totals, in ``unit``; of models also of
            what else ``pid.compare`` measures.
        interval: (low, high) of each.
        p: two-sided p-value of each difference being 0: below 1 - level exactly where the interval
            leaves 0 out.
        level: nominal coverage.
        correlation: of the two estimates of each atom; 0 where the data sets are independent.
        paired: whether the rows of both were matched.
        notes: what to mind.
        names: of x1, x2 and y, where both data sets call them so.
    """

    value: Mapping[str, float]
    interval: Mapping[str, tuple[float, float]]
    p: Mapping[str, float]
    level: float
    unit: Unit
    correlation: Mapping[str, float]
    paired: bool
    notes: tuple[str, ...]
    names: tuple[str, str, str] = ROLES

    @property
    def reading(self) -> str:
        """Which atoms differ, or their totals, and by how much."""
        noun = nouns(self.names)
        differing = [
            f"{'more' if self.value[atom] > 0 else 'less'} {noun[atom]} by "
            f"{shown(abs(self.value[atom]))} {self.unit}"
            for atom in NAMES
            if self.p[atom] < 1 - self.level
        ]
        if not differing:
            return f"At {self.level:.0%}, no atom of the second differs from that of the first."
        return f"The second has {', '.join(differing)}; other differences may be chance."

    def to_dict(self) -> dict[str, object]:
        """``synergy_difference`` and so on, with ``_low``, ``_high`` and ``_p``."""
        row: dict[str, object] = {}
        for name in self.value:
            low, high = self.interval[name]
            row |= {f"{name}_difference": self.value[name], f"{name}_low": low}
            row |= {f"{name}_high": high, f"{name}_p": self.p[name]}
        row |= {"interval": self.level, "unit": self.unit, "paired": self.paired}
        return row | {"schema": SCHEMA, "version": __version__}

    def to_frame(self) -> pd.DataFrame:
        """One row a quantity: "quantity", "difference", "low", "high" and "p"."""
        import pandas as pd

        rows = [
            (name, value, *self.interval[name], self.p[name]) for name, value in self.value.items()
        ]
        return pd.DataFrame(rows, columns=["quantity", "difference", "low", "high", "p"])

    def __repr__(self) -> str:
        how = "paired" if self.paired else "independent"
        lines = [f"Second minus first, {how}, in {self.unit}, {self.level:.0%} intervals"]
        for name in self.value:
            low, high = (shown(x) for x in self.interval[name])
            value = shown(self.value[name])
            lines.append(f"  {name:<11}{value:>8}  [{low}, {high}]  p = {self.p[name]:.3g}")
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])


@checked(
    first=ANSWER,
    second=ANSWER,
    paired=FLAG,
    replicates=TABLES,
    random_state=RANDOM_STATE,
    client=CLIENT,
    resume=RESUME,
)
def difference(
    first: Quantification,
    second: Quantification,
    *,
    paired: bool = False,
    replicates: int = REPLICATES,
    random_state: int | None = 0,
    client: object = None,
    resume: str | Path | None = None,
) -> Difference:
    """How much the atoms of a second data set differ from those of a first.

    The interval of a difference follows from the two intervals, which need not be symmetric [1]:
    with estimates a, b and limits (la, ua), (lb, ub), b - a reaches down by
    sqrt((b - lb)^2 + (ua - a)^2 - 2 r (b - lb)(ua - a)). The correlation r is 0 for independent
    data sets; for paired ones it is that of tables of the same resampled rows [2].

    Args:
        first, second: answers of ``pid.quantify`` with intervals of the same level.
        paired: row i of both is the same subject, before and after; groups, if any, are the same.
        replicates: pairs of tables resampled for the correlation.
        random_state: seed of that; None takes another one each time.
        client, resume: as in ``pid.quantify``.

    Raises:
        InvalidInput: answers without intervals, or of other levels or units; paired answers with
            different rows or groups, or which do not know their rows.

    Examples:
        >>> import pid
        >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
        >>> xor = pid.quantify(x1, x2, [0, 1, 1, 0] * 50)
        >>> copy = pid.quantify(x1, x2, x1)
        >>> found = pid.difference(xor, copy)
        >>> round(found.value["synergy"], 1), round(found.value["unique1"], 1)
        (-1.0, 1.0)

    References:
        [1] Zou & Donner, Construction of confidence limits about effect measures, Statistics in
        Medicine 27, 2008. [2] Zou, Toward using confidence intervals to compare correlations,
        Psychological Methods 12, 2007.
    """
    level, unit = _common(first, second)
    correlation = np.zeros(len(NAMES))
    if paired:
        check_seeded(random_state, resume)
        with working(client, resume) as work:
            correlation = _correlations(first, second, replicates, random_state, work)
    value, interval, p = {}, {}, {}
    for name, r in zip(NAMES, correlation, strict=True):
        value[name], interval[name], p[name] = _contrast(first, second, name, float(r), level)
    return Difference(
        value=value,
        interval=interval,
        p=p,
        level=level,
        unit=unit,
        correlation=dict(zip(NAMES, correlation.tolist(), strict=True)),
        paired=bool(paired),
        notes=_notes(first, second),
        names=first.names if first.names == second.names else ROLES,
    )


def _contrast(
    first: Quantification, second: Quantification, name: str, r: float, level: float
) -> tuple[float, tuple[float, float], float]:
    """Value, interval and p-value of one difference."""
    assert first.interval is not None
    assert second.interval is not None
    (low1, high1), (low2, high2) = first.interval[name], second.interval[name]
    a, b = float(getattr(first.best, name)), float(getattr(second.best, name))
    down, up = _combined(b - low2, high1 - a, r), _combined(high2 - b, a - low1, r)
    towards_zero = (down if b > a else up) / float(ndtri((1 + level) / 2))
    away = abs(b - a) / towards_zero if towards_zero > 0 else float(np.inf if a != b else 0)
    p = 2 * float(ndtr(-away))
    return b - a, (b - a - down, b - a + up), p


def _combined(x: float, y: float, r: float) -> float:
    return float(np.sqrt(max(0.0, x * x + y * y - 2 * r * x * y)))


def _correlations(
    first: Quantification,
    second: Quantification,
    replicates: int,
    random_state: int | None,
    work: Work,
) -> Floats:
    """Of each atom and the total in tables of the same rows; 0 where one does not vary."""
    pairs = _matched(first, second)
    shapes = (first.table.shape, second.table.shape)
    asked = (pairs, shapes), replicates, CHUNK, random_state
    drawn = work.draw("resampling pairs", _resample, *asked, of=(2, 4))
    a, b = (with_total(x) - with_total(x).mean(axis=1, keepdims=True) for x in drawn)
    scale = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    products = (a * b).sum(axis=1)
    return np.asarray(np.divide(products, scale, out=np.zeros(len(a)), where=scale > 1e-15))


def _resample(
    pairs: Units, shapes: tuple[tuple[int, ...], ...], size: int, seed: np.random.SeedSequence
) -> Floats:
    """Atoms (2, 4, size) of both tables."""
    drawn = pairs.draw(size, np.random.default_rng(seed)).reshape(size, -1)
    cut = int(np.prod(shapes[0]))
    both = zip((drawn[:, :cut], drawn[:, cut:]), shapes, strict=True)
    return np.array([solve(tables.reshape(size, *shape)) for tables, shape in both])


def _common(first: Quantification, second: Quantification) -> tuple[float, Unit]:
    """Level and unit, if both answers can be compared."""
    for which, q in (("first", first), ("second", second)):
        if q.interval is None:
            raise InvalidInput(f"{which} has no interval; quantify it with interval=0.95")
    units = first.decomposition.unit, second.decomposition.unit
    if units[0] != units[1] or first.level != second.level or first.level is None:
        raise InvalidInput(
            f"both must have one unit and one level; got {units[0]} at {first.level} and "
            f"{units[1]} at {second.level}"
        )
    return first.level, units[0]


def _matched(first: Quantification, second: Quantification) -> Units:
    """Each independent unit of both data sets: its two tables side by side."""
    if first.rows is None or second.rows is None:
        raise InvalidInput(
            "a paired difference needs the cell of each row, which neither an out-of-core count "
            "nor estimators that fit a model have; take estimator 'cluster', 'bins' or 'table'"
        )
    if first.n != second.n:
        raise InvalidInput(
            f"a paired difference needs the same rows in both; got {first.n} and {second.n}"
        )
    try:
        return Units.side_by_side((first.rows, first.table.size), (second.rows, second.table.size))
    except ValueError as err:
        raise InvalidInput(f"a paired difference needs the same groups in both: {err}") from err


def _notes(first: Quantification, second: Quantification) -> tuple[str, ...]:
    if "clusters" not in {axis.kind for q in (first, second) for axis in q.axes}:
        return ()
    return (
        "each data set has clusters of its own, so that part of a difference may be theirs; "
        "estimators 'bins' and 'table' make the same cells where the columns agree",
    )
