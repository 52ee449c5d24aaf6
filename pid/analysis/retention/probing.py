"""What one kind of classifier reads before and after, and what it misses of each source."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np

from pid._types import Codes, Floats
from pid.analysis.retention.changes import NOTHING, Ends, Side, changes, share
from pid.analysis.retention.codes import OF_X1, OF_X2, Parts
from pid.analysis.retention.probe import Probe
from pid.analysis.training import Task, Trained
from pid.core.decomposition import ATOMS, Decomposition
from pid.core.information import Unit, nats_per
from pid.estimators.posterior.correction import OF_CELLS
from pid.estimators.posterior.estimate import contributions
from pid.estimators.posterior.estimator import PosteriorPID
from pid.estimators.posterior.said import Sources
from pid.inference.assessment import Interval
from pid.inference.atoms import as_decomposition, with_total
from pid.inference.intervals import Measure

NAMES = (*ATOMS, "total", "information1", "information2")
TOTAL = NAMES.index("total")
OF_CELLS_EACH = OF_CELLS * np.array([1, 1, 1, 1, 0, 0, 0])  # none in informations


@dataclass(frozen=True, slots=True)
class Shown:
    """The level of intervals, whether they are shown, and the unit."""

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


@dataclass(frozen=True, slots=True)
class Asked(Shown):
    """Which sources the codes are, too."""

    parts: Parts


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
    of_before, of_after = (_side(est, training.codes) for est in (before, after))
    ends = Ends(of_before, of_after, halves, training.groups, asked.level)
    changed = {of: asked.of(by) for of, by in zip(NAMES, changes(ends), strict=True)}
    assert before.interval_ is not None
    kept = share(ends, TOTAL) if before.interval_["total"][0] > 0 else NOTHING
    joint = asked.parts.joint
    probe = Probe(
        name=name,
        before=_best(before, asked.unit),
        after=None if joint else _best(after, asked.unit),
        interval_before=_interval(before, asked),
        interval_after=None if joint else _interval(after, asked),
        told=_told(after, asked),
        change={"total": changed["total"]} if joint else changed,
        total=asked.of(kept, ratio=True),
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


def _side(est: PosteriorPID, codes: Codes) -> Side:
    """A decomposition by the order of ``NAMES``, in nats; codes are the classes of the rows."""
    halved, found = est.halved_, est.estimate_
    assert halved is not None
    return Side(
        whole=_named(halved.whole),
        corrected=_named(_nats(est)),
        halves=_named(halved.halves.T),
        of_rows=_named(contributions(found, codes)[: len(ATOMS)]),
        cells=abs(found.union.added) * OF_CELLS_EACH,
        seeming=np.array([*halved.seeming[: TOTAL + 1], *halved.optimism[:2]]),
    )


def _named(atoms: Floats) -> Floats:
    """By the order of ``NAMES``, from R, U1, U2, S: shape (7, ...)."""
    return np.concatenate([with_total(atoms), atoms[:1] + atoms[1:3]])
