"""From columns in memory to an answer, by an estimator that fits a model instead of counting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pid._types import Codes
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.beside import NOTHING, Beside, gaussian_beside
from pid.analysis.quantification.choose import Choice
from pid.analysis.quantification.doubts import rare_classes
from pid.analysis.quantification.evidence import FittedModel
from pid.analysis.quantification.result import Quantification
from pid.core.information import entropy
from pid.discretization.coding import Kind
from pid.discretization.target import Bins, Classes, as_classes
from pid.errors import InvalidInput
from pid.estimators.base import ModelPID, Options, Variables
from pid.estimators.registry import REGISTRY
from pid.inference.order import few_units
from pid.io.columns import check_target
from pid.parallel.work import Work


def by_fitting(
    choice: Choice,
    variables: Variables,
    groups: Codes | None,
    bins: Bins,
    options: Options,
    names: Sequence[str] | None,
    work: Work,
) -> Quantification:
    """Fit the estimator that was chosen, and lay out what it says.

    Raises:
        InvalidInput: data that the estimator cannot use.
        SolverFailed: no certified answer.
    """
    model = REGISTRY[choice.estimator].load()
    if groups is not None and "groups" not in model.takes:
        raise InvalidInput(
            f"estimator {choice.estimator!r} takes samples for independent; leave out groups and "
            "blocks, or take another estimator"
        )
    x1, x2, y = variables
    classes = None
    if model.of_classes:
        check_target(y)
        classes = as_classes(y, bins)
    how: dict[str, Any] = {"groups": groups, "work": work} if "groups" in model.takes else {}
    est: ModelPID = model.asked(options).fit(x1, x2, y if classes is None else classes.y, **how)
    compare = choice.reason is not None and groups is None
    beside = NOTHING
    if choice.reason is not None and groups is not None and classes and classes.edges is not None:
        beside = Beside({}, ("no Gaussian beside: it would take rows for independent",))
    if compare and classes is not None and classes.edges is not None:
        beside = gaussian_beside(variables, classes.edges, est.interval_, options)
    units = len(x1) if groups is None else int(groups.max()) + 1
    rare: tuple[str, ...] = ()
    if classes is not None:
        counts = np.bincount(classes.coding.codes)[None, None]
        rare = rare_classes(counts, units, classes.coding.labels)
    return Quantification(
        decomposition=est.decomposition_,
        corrected=est.corrected_ if options.corrected else None,
        interval=est.interval_,
        level=None if est.interval_ is None else options.interval,
        axes=_axes(est, variables, classes, names),
        evidence=FittedModel(est, beside.atoms),
        target_entropy=None if classes is None else _entropy(classes, options),
        n=len(x1),
        units=units,
        estimator=choice.estimator,
        reason=choice.reason,
        parameters=est.described(),
        random_state=options.random_state,
        notes=(() if classes is None else classes.notes) + est.notes_ + beside.notes,
        warnings=est.doubts()
        + beside.warnings
        + rare
        + (() if groups is None else few_units(units)),
    )


def _axes(
    est: ModelPID, variables: Variables, classes: Classes | None, names: Sequence[str] | None
) -> tuple[Axis, Axis, Axis]:
    of_y: Kind = est.kind if classes is None else classes.coding.kind
    first, second, third = (
        Axis(name, len(variable.columns), size, kind)
        for name, variable, size, kind in zip(
            names or [variable.label for variable in variables],
            variables,
            est.sizes(variables),
            (est.kind, est.kind, of_y),
            strict=True,
        )
    )
    return first, second, third


def _entropy(classes: Classes, options: Options) -> float:
    return entropy(np.bincount(classes.coding.codes), unit=options.unit)
