"""What one kind of classifier reads before and after, and what it misses of each source."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np

from pid._types import Floats
from pid.analysis.retention.changes import Ends, changes, share
from pid.analysis.retention.codes import OF_X1, OF_X2, Parts
from pid.analysis.retention.probe import Probe
from pid.analysis.training import Task, Trained
from pid.core.decomposition import Decomposition
from pid.core.information import Unit, nats_per
from pid.estimators.posterior.estimator import PosteriorPID
from pid.estimators.posterior.said import Sources
from pid.inference.assessment import Interval
from pid.inference.atoms import as_decomposition
from pid.inference.intervals import Measure


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sources the codes are, the level of intervals, whether they are shown, and the unit."""

    parts: Parts
    level: float
    ends: bool
    unit: Unit

    def of(self, measure: Measure, *, ratio: bool = False) -> Measure:
        """In the unit, which a ratio does not have, with or without ends."""
        scale = 1.0 if ratio else nats_per(self.unit)
        values = [float(value) / scale for value in measure]
        if not self.ends:
            values[2:] = [float("nan")] * 2
        return Measure(*values)


def profiles(parts: Parts) -> list[Task]:
    """The decompositions before and after."""
    return [(OF_X1, OF_X2, "y"), (parts.first, parts.second, "y")]


def losses(parts: Parts) -> list[Task]:
    """The decompositions of each source beside all of the representation."""
    return [(OF_X1, parts.whole, "y"), (OF_X2, parts.whole, "y")]


def probed(name: str, found: Trained, asked: Asked) -> tuple[Probe, tuple[str, ...]]:
    """Both profiles by one kind of classifier, and reasons to doubt them.

    A joint code is paired with itself, of which only the total means anything.
    """
    before, after = (found.pair(first, second) for first, second, _ in profiles(asked.parts))
    training = found.training
    halves = [sample.rows for sample in training.samples[1:]]
    ends = Ends(before, after, training.codes, halves, training.groups, asked.level)
    changed = {of: asked.of(measure) for of, measure in changes(ends).items()}
    joint = asked.parts.joint
    probe = Probe(
        name=name,
        before=_best(before, asked.unit),
        after=None if joint else _best(after, asked.unit),
        interval_before=_interval(before, asked),
        interval_after=None if joint else _interval(after, asked),
        told=_told(after, asked),
        change={"total": changed["total"]} if joint else changed,
        total=asked.of(share(ends), ratio=True),
    )
    judged = {"before": before} if joint else {"before": before, "after": after}
    return probe, tuple(
        f"{when}: {doubt}" for when, est in judged.items() for doubt in _doubts(est, asked.unit)
    )


def lost(found: Trained, source: Sources, asked: Asked) -> Measure:
    """What a source tells of y and all of the representation does not: its unique information."""
    est = found.pair(source, asked.parts.whole)
    assert est.interval_ is not None
    counted, best = est.decomposition_.unique1, float(_nats(est)[1])
    low, high = est.interval_["unique1"]
    return asked.of(Measure(counted, best, min(low, best), max(high, best)))


def _doubts(est: PosteriorPID, unit: Unit) -> tuple[str, ...]:
    """In the unit of the answer, where the estimator's is nats."""
    said = copy(est)
    said.unit = unit
    return said.doubts()


def _told(est: PosteriorPID, asked: Asked) -> Measure:
    assert est.interval_ is not None
    best = float(_nats(est).sum())
    low, high = est.interval_["total"]
    return asked.of(Measure(est.decomposition_.total, best, min(low, best), max(high, best)))


def _best(est: PosteriorPID, unit: Unit) -> Decomposition:
    return as_decomposition(_nats(est), unit)


def _nats(est: PosteriorPID) -> Floats:
    """R, U1, U2, S after correction."""
    return np.array(list((est.corrected_ or est.decomposition_).atoms.values()))


def _interval(est: PosteriorPID, asked: Asked) -> Interval | None:
    assert est.interval_ is not None
    nat = nats_per(asked.unit)
    ends = {name: (low / nat, high / nat) for name, (low, high) in est.interval_.items()}
    return ends if asked.ends else None
