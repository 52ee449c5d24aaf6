"""Which part of what sources tell about y is in which head: exact decompositions of classifiers."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

import numpy as np

from pid._types import Floats
from pid.errors import InvalidInput
from pid.estimators.fission.audited import Audit, Augmented, Overlap, Told
from pid.estimators.mutual_information import estimate
from pid.estimators.posterior.estimator import PosteriorPID
from pid.estimators.posterior.said import Said
from pid.estimators.posterior.training import Lesson, Training, learn
from pid.inference.intervals import Measure
from pid.io.columns import Variable, as_variable
from pid.io.copies import copies
from pid.parallel.work import HERE

CELLS = 8  # of codes that hold few bits; more take most of the time, and find the same
LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Classifiers of sources, heads and views, each trained once whatever it is part of.

    Attributes:
        template: the estimator that makes answers of what they say.
        training, said: of all of them.
        places: of the variables, by their names.
    """

    template: PosteriorPID
    training: Training
    said: list[Said]
    places: Mapping[str, int]

    def beside(self, name: str, other: str) -> PosteriorPID:
        """The decomposition of two of them."""
        first, second = (self.places[name],), (self.places[other],)
        return copy(self.template).conclude(self.training, self.said, first, second)


def audited(variables: Mapping[str, Floats], y: Variable, seed: int) -> Audit:
    """Decompose what each head of a source tells about y beside the other source.

    Args:
        variables: "x1" and "x2", the four heads, and "x1'" and "x2'" where rows are augmented.
        y: classes.
        seed: of folds and classifiers.

    Raises:
        InvalidInput: too few rows of a class.
    """
    begin = time.perf_counter()
    asked = _asked(variables, y, seed)
    told, kept = {}, {}
    for i, other in (("1", "x2"), ("2", "x1")):
        for name in (f"x{i}", f"shared{i}", f"unique{i}"):
            found = asked.beside(name, other)
            told[name] = Told(_measure(found, "redundancy"), _measure(found, "unique1"))
        x, view = f"x{i}", f"x{i}'"
        if view in variables:
            # of something beside itself, the total is what it tells
            of_y, after = (_measure(asked.beside(one, one), "total") for one in (x, view))
            kept[x] = Augmented(of_y, after, _kept(variables[x], variables[view], seed))
    return Audit(
        told=told,
        augmentation=kept,
        n=len(y),
        classes=len(asked.template.classes_),
        level=LEVEL,
        notes=asked.template.notes_,
        seconds=time.perf_counter() - begin,
    )


def overlapping(heads: Mapping[str, Floats], seed: int) -> Overlap:
    """What heads have in common.

    Raises:
        InvalidInput: fewer than 20 rows.
    """
    begin = time.perf_counter()
    pairs = {
        "shared": ("shared1", "shared2"),
        "unique1_shared2": ("unique1", "shared2"),
        "unique2_shared1": ("unique2", "shared1"),
        "unique": ("unique1", "unique2"),
    }
    found = {
        name: estimate(heads[one], heads[other], interval=LEVEL, random_state=seed)
        for name, (one, other) in pairs.items()
    }
    measures = {}
    for name, one in found.items():
        assert one.interval is not None
        measures[name] = Measure(one.value, one.value, *one.interval)
    notes = tuple(dict.fromkeys(note for one in found.values() for note in one.warnings))
    return Overlap(
        **measures,
        n=len(heads["shared1"]),
        level=LEVEL,
        notes=notes,
        seconds=time.perf_counter() - begin,
    )


def _asked(variables: Mapping[str, Floats], y: Variable, seed: int) -> Asked:
    """Train all that is asked for, as ``PosteriorPID.fit`` does for two sources."""
    places = {name: place for place, name in enumerate(variables)}
    columns = [as_variable(values, name) for name, values in variables.items()]
    copied = copies(*columns[:2], target=[y])
    template = PosteriorPID(n_cells=CELLS, interval=LEVEL, random_state=seed)
    training = template.prepare(columns, y, None if copied is None else copied.rows)
    if len(training.samples) == 1:
        raise InvalidInput(
            f"an audit halves its rows to tell how sure it is, and {len(y)} rows of "
            f"{len(template.classes_)} classes are too few for that; give more rows"
        )
    said = training.nothing_said()
    sets = {
        tuple(sorted(places[name] for name in part))
        for one in variables
        for part in ((one,), (one, _other(one)))
    }
    learn([Lesson(training, sorted(sets, key=lambda of: (len(of), of)), said)], "posteriors", HERE)
    return Asked(template, training, said, places)


def _kept(X: Floats, view: Floats, seed: int) -> float:
    """I(X; X') in bits: infinite where a column is kept as it is, 0 where nothing is left."""
    left = np.ptp(view, axis=0) > 0
    if not left.any():
        return 0.0
    try:
        return estimate(X, view[:, left], interval=None, random_state=seed).value
    except InvalidInput:  # one column is a map of another
        return math.inf


def _other(name: str) -> str:
    """The source that something is not of."""
    return "x2" if "1" in name else "x1"


def _measure(est: PosteriorPID, atom: str) -> Measure:
    """One atom of an answer, or the total, in bits."""
    assert est.interval_ is not None and est.corrected_ is not None
    counted, corrected = (float(getattr(d, atom)) for d in (est.decomposition_, est.corrected_))
    low, high = est.interval_[atom]
    return Measure(counted, corrected, min(low, corrected), max(high, corrected))
