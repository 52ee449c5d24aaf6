"""From columns in memory to all numbers, by classifiers of sets of sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid._types import Codes
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.choose import Choice
from pid.analysis.quantification.doubts import rare_classes
from pid.analysis.several.result import SourcesQuantification
from pid.discretization.target import Bins, as_classes
from pid.estimators.base import Options
from pid.estimators.neural.arrays import on_device
from pid.estimators.posterior.several import SourcesPID
from pid.inference.order import few_units
from pid.io.columns import Variable, check_target
from pid.parallel.work import Work


def by_classifiers(
    choice: Choice,
    sources: Sequence[Variable],
    y: Variable,
    groups: Codes | None,
    bins: Bins,
    options: Options,
    work: Work,
) -> SourcesQuantification:
    """Fit ``SourcesPID``, and lay out what it says.

    Args:
        choice: that, and why.
        sources: each called as the user calls it.
        y: the target.
        groups: numbers of groups of rows, or None.
        bins: of y, where it is numbers.
        options: what was asked for.
        work: where.

    Raises:
        InvalidInput: data that the estimator cannot use.
        SolverFailed: no certified answer.
    """
    check_target(y)
    classes = as_classes(y, bins)
    est = SourcesPID.asked(options)
    est.fit({x.role: x for x in sources}, classes.y, groups=groups, work=work)
    counts = np.bincount(classes.coding.codes)[None, None]
    units = len(y) if groups is None else int(groups.max()) + 1
    axes = [Axis(x.role, len(x.columns), len(x.columns), "dimensions") for x in sources]
    return SourcesQuantification(
        decomposition=est.numbers_,
        corrected=est.corrected_ if options.corrected else None,
        interval=est.interval_,
        level=None if est.interval_ is None else options.interval,
        axes=(*axes, Axis(y.label, 1, len(est.classes_), classes.coding.kind)),
        evidence=est,
        n=len(y),
        units=units,
        estimator=choice.estimator,
        reason=choice.reason,
        parameters={
            "classifier": est.classifier_,
            "n_cells": est.n_cells,
            "n_folds": est.n_folds,
        }
        | on_device(est.device_),
        random_state=options.random_state,
        notes=(*classes.notes, *est.notes_),
        warnings=(
            *est.doubts(),
            *rare_classes(counts, units, classes.coding.labels),
            *(() if groups is None else few_units(units)),
        ),
    )
