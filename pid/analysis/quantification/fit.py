"""From columns in memory to an answer, by an estimator that fits a model instead of counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from pid import estimators
from pid._types import Codes
from pid.analysis.quantification.choose import Bins, Choice, Variables
from pid.analysis.quantification.result import Axis, Quantification
from pid.core.decomposition import Decomposition
from pid.core.information import Unit, entropy
from pid.core.joint import encode
from pid.discretization.target import as_classes
from pid.errors import InvalidInput
from pid.estimators import GaussianPID, PosteriorPID
from pid.io.columns import check_target
from pid.parallel.work import Work

if TYPE_CHECKING:
    from pid.estimators import AlignmentPID, FlowPID

    Fitted = PosteriorPID | GaussianPID | FlowPID | AlignmentPID


DIMENSIONS = ("dimensions", "dimensions", "dimensions")


class Options(NamedTuple):
    """What a model is to be fitted with; see ``pid.quantify``."""

    interval: float | None
    corrected: bool
    replicates: int | Literal["auto"]
    bins: Bins
    unit: Unit
    tol: float
    random_state: int


class Found(NamedTuple):
    """What is special to an estimator."""

    est: Fitted
    sizes: tuple[int, int, int]
    kinds: tuple[str, str, str]
    target_entropy: float | None
    parameters: Mapping[str, object]
    notes: tuple[str, ...] = ()
    beside: Mapping[str, Decomposition] = {}


def by_fitting(
    choice: Choice,
    variables: Variables,
    groups: Codes | None,
    options: Options,
    names: Sequence[str] | None,
    work: Work,
) -> Quantification:
    """Fit the estimator that was chosen, and lay out what it says.

    Raises:
        InvalidInput: data that the estimator cannot use.
        SolverFailed: no certified answer.
    """
    if groups is not None and choice.estimator != "posterior":
        raise InvalidInput(
            f"estimator {choice.estimator!r} takes samples for independent; leave out groups and "
            "blocks, or take another estimator"
        )
    if choice.estimator == "posterior":
        found = _posterior(variables, groups, options, work, compare=choice.reason is not None)
    else:
        found = _OTHERS[choice.estimator](variables, options)
    est = found.est
    x1, x2, y = (
        Axis(name, len(variable.columns), size, kind)
        for name, variable, size, kind in zip(
            names or [variable.label for variable in variables],
            variables,
            found.sizes,
            found.kinds,
            strict=True,
        )
    )
    return Quantification(
        decomposition=est.decomposition_,
        corrected=est.corrected_ if options.corrected else None,
        interval=est.interval_,
        level=None if est.interval_ is None else options.interval,
        axes=(x1, x2, y),
        table=None,
        target_entropy=found.target_entropy,
        n=len(variables[0]),
        units=len(variables[0]) if groups is None else int(groups.max()) + 1,
        rows=None,
        estimator=choice.estimator,
        reason=choice.reason,
        parameters=found.parameters,
        random_state=options.random_state,
        null_bias=None,
        notes=found.notes + est.notes_,
        warnings=_doubts(est),
        fitted=est,
        beside=found.beside,
    )


def _posterior(
    variables: Variables,
    groups: Codes | None,
    options: Options,
    work: Work,
    *,
    compare: bool,
) -> Found:
    x1, x2, y = variables
    check_target(y)
    classes, note = as_classes(y, options.bins)
    est = PosteriorPID(
        halvings=1 if options.corrected or options.interval is not None else 0,
        interval=options.interval,
        unit=options.unit,
        tol=options.tol,
        random_state=options.random_state,
    ).fit(x1, x2, classes, groups=groups, work=work)
    n1, n2, k = est.table_.shape
    shares = np.bincount(encode(classes.symbols(), "y")[0])
    return Found(
        est,
        (n1, n2, k),
        ("cells", "cells", "bins" if note else "classes"),
        entropy(shares, unit=options.unit),
        {"classifier": est.classifier_, "n_cells": est.n_cells, "n_folds": est.n_folds},
        (note,) if note else (),
        _beside(variables, options) if note and compare and groups is None else {},
    )


def _beside(variables: Variables, options: Options) -> Mapping[str, Decomposition]:
    """What a Gaussian says of numbers, where it can be fitted."""
    try:
        est = _gaussian(variables, options._replace(interval=None)).est
    except InvalidInput:
        return {}
    return {"gaussian": est.corrected_ or est.decomposition_}


def _gaussian(variables: Variables, options: Options) -> Found:
    est = GaussianPID(
        interval=options.interval,
        replicates=options.replicates,
        unit=options.unit,
        random_state=options.random_state,
    ).fit(*variables)
    r1, r2, _ = est.ranks_
    sizes = (r1, r2, est.rank_of_y_)
    return Found(est, sizes, DIMENSIONS, None, {"replicates": est.replicates})


def _flow(variables: Variables, options: Options) -> Found:
    est = estimators.FlowPID(
        interval=options.interval, unit=options.unit, random_state=options.random_state
    ).fit(*variables)
    d1, d2, dy = (len(variable.columns) for variable in variables)
    how = {"transforms": est.transforms, "straightened": est.straightened_}
    return Found(est, (d1, d2, dy), DIMENSIONS, None, how)


def _alignment(variables: Variables, options: Options) -> Found:
    x1, x2, y = variables
    check_target(y)
    classes, note = as_classes(y, options.bins)
    est = estimators.AlignmentPID(unit=options.unit, random_state=options.random_state)
    est.fit(x1, x2, classes)
    shares = np.bincount(encode(classes.symbols(), "y")[0])
    return Found(
        est,
        (len(x1.columns), len(x2.columns), len(shares)),
        ("dimensions", "dimensions", "bins" if note else "classes"),
        entropy(shares, unit=options.unit),
        {"mended": est.mended},
        (note,) if note else (),
    )


_OTHERS = {"gaussian": _gaussian, "flow": _flow, "alignment": _alignment}


def _doubts(est: Fitted) -> tuple[str, ...]:
    """Reasons not to trust the numbers."""
    if est.interval_ is not None and est.interval_["synergy"][1] < 0:
        return (
            "synergy is below 0: the classifier of both sources knows less than those of each; "
            "take more samples, or pass PosteriorPID a better classifier",
        )
    return ()
