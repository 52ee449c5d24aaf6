"""What a Gaussian says of numbers that others cut into classes, and which of both to believe.

Where y is told by straight lines and has Gaussian noise, it is known what is told of its classes,
too: I(X; class of y) follows from I(X; Y). So like is compared with like. That a Gaussian has more
of a number than classifiers have of its quartiles is no disagreement, as quartiles have 2 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri, xlogy

from pid._types import Floats
from pid.core.decomposition import Decomposition, shown
from pid.core.information import Unit, nats_per
from pid.discretization.kmeans import normal_scores
from pid.errors import InvalidInput
from pid.estimators.base import ModelPID, Options, Variables
from pid.estimators.registry import REGISTRY
from pid.estimators.straightness import Lines, scaled, step_of
from pid.inference.assessment import Interval
from pid.io.numbers import without_gaps
from pid.io.rows import as_variables


class Beside(NamedTuple):
    """Another answer, and what is to be thought of both.

    Attributes:
        atoms: by the name of the estimator; empty where there is none.
        notes: that it is not to be believed.
        warnings: that it is, and the answer it stands beside is not.
    """

    atoms: Mapping[str, Decomposition]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


NOTHING = Beside({})


class Found(NamedTuple):
    """A Gaussian: its atoms, the ends of what it tells of the classes, and why to doubt it."""

    atoms: Decomposition
    ends: tuple[float, float] | None
    doubts: tuple[str, ...]


def gaussian_beside(
    variables: Variables, edges: Floats, answer: Interval | None, options: Options
) -> Beside:
    """What a Gaussian says of numbers, where it can be fitted.

    Args:
        variables: x1, x2 and y, before it was cut.
        edges: the places it was cut at.
        answer: intervals of what was found of these classes.
        options: of the answer.
    """
    variables, _ = without_gaps(*variables)
    found = _gaussian(variables, edges, options)
    if found is None:
        return NOTHING
    atoms = {"gaussian": found.atoms}
    if answer is None or found.ends is None:
        return Beside(atoms, _beside(found.doubts))
    low, high = answer["total"]
    unit = f"{options.unit} of the {len(edges) + 1} classes of y"
    others = f"{unit}, and classifiers {_range((low, high))}; believe the"
    if found.ends[1] < low:
        why = found.doubts[0].partition(":")[0] if found.doubts else "y is told by more than these"
        text = f"classifiers: a Gaussian sees straight lines alone, and {why}"
        return Beside(atoms, (f"a Gaussian has {_range(found.ends)} {others} {text}",))
    if found.ends[0] > high:
        ranked = _more(variables, edges, high, options)
        if ranked is not None and ranked.ends is not None:
            said = f"a Gaussian of ranks has {_range(ranked.ends)} {others} Gaussian, which needs"
            return Beside(
                atoms, warnings=(f"{said} fewer samples: to train on, these are too few",)
            )
        text = (
            "classifiers: of ranks it has less, so that its lines are made by a few values far out"
        )
        return Beside(atoms, (f"a Gaussian has {_range(found.ends)} {others} {text}",))
    return Beside(atoms, _beside(found.doubts))


def _beside(doubts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"the Gaussian beside: {text.partition(';')[0]}" for text in doubts)


def _gaussian(variables: Variables, edges: Floats, options: Options) -> Found | None:
    model = REGISTRY["gaussian"].load()
    try:
        est: ModelPID = model.asked(options).fit(*variables)
    except InvalidInput:
        return None
    ends = None
    if est.interval_ is not None:
        known = _foretold(variables, edges)
        low, high = (of_classes(end, *known, options.unit) for end in est.interval_["total"])
        ends = low, high
    return Found(est.corrected_ or est.decomposition_, ends, est.doubts())


def _foretold(variables: Variables, edges: Floats) -> tuple[Floats, Floats]:
    """Edges in deviations from the mean of y, and what straight lines foretell of y, likewise."""
    x1, x2, y = variables
    rows = slice(None, None, step_of(len(y), len(x1.columns) + len(x2.columns)))
    told = scaled(y.matrix(rows))
    lines = told - Lines.through(x1.matrix(rows), x2.matrix(rows)).beside(told)
    largest = np.abs(y.matrix()).max()  # so that no square overflows
    values = y.matrix() / largest
    return (edges / largest - values.mean()) / values.std(), scaled(lines)[:, 0]


def _more(variables: Variables, edges: Floats, high: float, options: Options) -> Found | None:
    """The Gaussian of ranks, which values far out do not make, if it has more than ``high``."""
    x1, x2, y = (normal_scores(variable.matrix()) for variable in variables)
    below = (variables[2].matrix() < edges).mean(axis=0)  # a value is in the bin above its edge
    found = _gaussian(as_variables(x1, x2, y), np.asarray(ndtri(below)), options)
    return found if found and found.ends and found.ends[0] > high else None


def of_classes(total: float, edges: Floats, foretold: Floats, unit: Unit) -> float:
    """What sources tell of the class of a number, if by straight lines they tell so much of it.

    With y = rho m + sqrt(1 - rho^2) e, m what is foretold, e Gaussian: the entropy of the classes,
    less the mean of what it is given m.

    Args:
        total: of the number.
        edges: of the classes, in deviations from the mean of y.
        foretold: m of some samples, of mean 0 and deviation 1.
        unit: of both.

    Examples:
        >>> quartiles, m = ndtri([0.25, 0.5, 0.75]), ndtri((np.arange(1000) + 0.5) / 1000)
        >>> round(of_classes(0.5, quartiles, m, "bit"), 3)
        0.409
        >>> of_classes(-0.1, quartiles, m, "bit")
        0.0
    """
    left = np.exp(-2 * max(total, 0.0) * nats_per(unit))
    if left == 1:
        return 0.0
    below = ndtr((edges - np.sqrt(1 - left) * foretold[:, None]) / np.sqrt(left))
    cells = np.diff(below, axis=1, prepend=0, append=1)
    shares = cells.mean(axis=0)
    given, alone = xlogy(cells, cells).sum(axis=1).mean(), xlogy(shares, shares).sum()
    return float(given - alone) / nats_per(unit)


def _range(ends: tuple[float, float]) -> str:
    return " to ".join(map(shown, ends))
