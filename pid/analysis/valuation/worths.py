"""From classifiers of all sets of sources to what each source is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import numpy as np

from pid.analysis.names import brief
from pid.analysis.screening.groups import Groups
from pid.analysis.training import Trained
from pid.analysis.valuation.losses import accuracy, area, information, share_right
from pid.analysis.valuation.result import NAME, Valuation, Worth
from pid.analysis.valuation.verdicts import Judged, judge
from pid.core.information import Unit, entropy, nats_per
from pid.estimators.posterior.said import Sources
from pid.inference.intervals import Measure
from pid.parallel.work import Work

# Of what all tell. The classifiers of all and of their parts are more than those of the parts, and
# gain about so much by their number alone.
NEGLIGIBLE = 0.01


class Asked(NamedTuple):
    """The sources, what they cost, at what level, whether ends are shown, and in what unit."""

    groups: Groups
    cost: Mapping[str, float]
    level: float
    ends: bool
    unit: Unit


@dataclass(frozen=True, slots=True)
class Bits:
    """Answers in the unit that was asked for, with or without ends."""

    asked: Asked

    def of(self, measure: Measure, *, share: bool = False) -> Measure:
        """In the unit; a share of rows, as an accuracy, has none."""
        scale = 1.0 if share else nats_per(self.asked.unit)
        values = [value / scale for value in measure]
        if not self.asked.ends:
            values[2:] = [float("nan")] * 2
        return Measure(*values)


@dataclass(slots=True)
class Losses:
    """What is lost without several sources; classifiers are trained on what is left as needed."""

    found: Trained
    every: Sources
    level: float
    work: Work
    _rounds: count[int] = field(default_factory=count)

    def free(self, gone: Sources) -> bool:
        """Whether these data do not show that anything to speak of is lost without them."""
        told = information(self.found, self.every, (), self.level).corrected
        return self.of(gone).low <= NEGLIGIBLE * max(told, 0.0)

    def of(self, gone: Sources) -> Measure:
        """What all say, and those that are left do not, in nats."""
        return information(self.found, self.every, self._left(gone), self.level)

    def _left(self, gone: Sources) -> Sources:
        """The sources that are left; classifiers are trained on them if there are none."""
        left = tuple(i for i in self.every if i not in gone)
        if left not in self.found.said[0].logs:
            letter = chr(ord("a") + next(self._rounds) % 26)
            self.found.learn([left], f"posteriors without {letter}", self.work)
        return left


def valued(found: Trained, asked: Asked, work: Work) -> Valuation:
    """Every source, and all of them together.

    Args:
        found: classifiers of each source, of all others of each, and of all.
        asked: of what, and how.
        work: where more are trained, should several sources be free to go.
    """
    names = asked.groups.names
    every = tuple(range(len(names)))
    losses = Losses(found, every, asked.level, work)
    alone = [information(found, (i,), (), asked.level) for i in every]
    needed = [not losses.free((i,)) for i in every]
    cost = [asked.cost.get(name, 0.0) for name in names]
    order = sorted(every, key=lambda i: (-cost[i], alone[i].corrected))
    judged = judge(needed, [measure.low > 0 for measure in alone], order, losses.free)
    sources = tuple(_worth(found, asked, i, losses, judged) for i in every)
    return _together(found, asked, sources, judged.enough)


def _worth(found: Trained, asked: Asked, i: int, losses: Losses, judged: Judged) -> Worth:
    """One source against all others."""
    every, level, bits = losses.every, asked.level, Bits(asked)
    others = tuple(j for j in every if j != i)
    lost, alone = losses.of((i,)), information(found, (i,), (), level)
    est = found.pair((i,), others)
    ends = est.interval_ or {}
    best = est.corrected_ or est.decomposition_
    strict = _atom(est.decomposition_.unique1, best.unique1, ends.get("unique1"))
    rest = lost.corrected - strict.corrected
    shared = _atom(est.decomposition_.synergy, rest, ends.get("synergy"))
    two = len(found.template.classes_) == 2
    variable = asked.groups.variables[i]
    return Worth(
        name=asked.groups.names[i],
        columns=len(variable.columns),
        lost=bits.of(lost),
        strict=bits.of(strict),
        with_others=bits.of(shared),
        alone=bits.of(alone),
        accuracy_lost=bits.of(accuracy(found, every, others, level), share=True),
        auc_lost=bits.of(area(found, every, others, level), share=True) if two else None,
        cost=asked.cost.get(asked.groups.names[i]),
        verdict=judged.verdicts[i],
        instead=tuple(asked.groups.names[j] for j in judged.instead[i]),
    )


def _atom(counted: float, corrected: float, ends: tuple[float, float] | None) -> Measure:
    """With its interval, which holds the value that is shown."""
    low, high = ends or (counted, counted)
    return Measure(counted, corrected, min(low, corrected), max(high, corrected))


def _together(
    found: Trained, asked: Asked, sources: tuple[Worth, ...], enough: Sources
) -> Valuation:
    """All sources, and those that are enough."""
    every, level, bits = tuple(range(len(sources))), asked.level, Bits(asked)
    codes, groups = found.training.codes, found.training.groups
    shares = np.bincount(codes) / len(codes)
    area_of_all = None
    if len(shares) == 2:
        over_chance = area(found, every, (), level)
        area_of_all = bits.of(Measure(*(min(v + 0.5, 1.0) for v in over_chance)), share=True)
    names = asked.groups.names
    knows_less = [brief(source.name, NAME) for source in sources if source.lost.high < 0]
    warnings = tuple(
        f"all sources together tell less than without {name}: the classifier of all knows too "
        "little; take more samples, or fewer columns"
        for name in knows_less
    )
    return Valuation(
        sources=sources,
        y="y",
        classes=tuple(map(str, found.template.classes_)),
        total=bits.of(information(found, every, (), level)),
        accuracy=bits.of(share_right(found, every, level), share=True),
        majority=float(shares.max()),
        auc=area_of_all,
        enough=tuple(names[i] for i in enough),
        of_enough=bits.of(information(found, enough, (), level)),
        target_entropy=entropy(shares, unit=asked.unit),
        unit=asked.unit,
        level=asked.level if asked.ends else None,
        n=len(codes),
        units=len(codes) if groups is None else int(groups.max()) + 1,
        classifier=found.template.classifier_,
        device=found.template.device_,
        random_state=found.template.seed_,
        notes=(),
        warnings=warnings,
    )
