"""Means of what rows add to the atoms, over the rows of each class, or each value of a column."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.analysis.quantification.by_row import COLUMNS, Answer, OfRows, of_rows, redone
from pid.discretization.quantiles import bin_names
from pid.discretization.target import Classes, as_classes
from pid.errors import InvalidInput
from pid.io.columns import Variable, with_gaps
from pid.io.reading import Reading

if TYPE_CHECKING:
    import pandas as pd

MOST_VALUES = 100  # of a column, each of which has a line
GAPS = Reading(missing="category")


class Resampled(NamedTuple):
    """How intervals are made: see ``Quantification.profile_by``."""

    interval: float | None
    replicates: int
    random_state: int | None


def profile_by(q: Answer, values: object, how: Resampled) -> pd.DataFrame:
    """See ``Quantification.profile_by``."""
    import pandas as pd

    rows = of_rows(q)
    n = len(rows.classes)
    codes, names = (rows.classes, rows.names) if values is None else _coded(values, q.labels, n)
    weights = np.ones(n) if rows.weights is None else rows.weights
    mass = np.bincount(codes, weights, len(names))
    means = _means(rows.values, weights, codes, len(names))
    found: dict[str, Any] = {
        "value": list(names),
        "n": np.bincount(codes, minlength=len(names)),
        "share": mass / mass.sum(),
    }
    if how.interval is not None:
        drawn = [
            _means(redone(q, times), times, codes, len(names))
            for times in _resampled(rows, weights, how)
        ]
        away = NormalDist().inv_cdf((1 + how.interval) / 2) * np.nanstd(drawn, axis=0, ddof=1)
    for place, name in enumerate(COLUMNS):
        found[name] = means[place]
        if how.interval is not None:
            found[f"{name}_low"] = means[place] - away[place]
            found[f"{name}_high"] = means[place] + away[place]
    return pd.DataFrame(found).query("n > 0").reset_index(drop=True)


def _means(values: Floats, weights: Floats, codes: Codes, count: int) -> Floats:
    """Of values (5, rows) over the rows of each code, (5, count); nan of those without rows."""
    mass = np.bincount(codes, weights, count)
    sums = np.array([np.bincount(codes, row * weights, count) for row in values])
    return sums / np.where(mass > 0, mass, np.nan)


def _resampled(rows: OfRows, weights: Floats, how: Resampled) -> Iterator[Floats]:
    """Weights of the rows, as often as each row, or its whole group, is drawn.

    Of a model draws without one of the classes are left out, as it has nothing to say of them.
    """
    groups = np.arange(len(weights)) if rows.groups is None else rows.groups
    count = int(groups.max()) + 1
    rng = np.random.default_rng(how.random_state)
    for _ in range(how.replicates):
        while True:
            times = np.bincount(rng.integers(count, size=count), minlength=count)[groups]
            if rows.residuals is None or np.bincount(rows.classes, times).all():
                break
        yield weights * times


def _coded(values: object, labels: Any, n: int) -> tuple[Codes, tuple[str, ...]]:
    """The value of each row that was used as a number, and their names."""
    variable = with_gaps(_of_used(values, labels, n), "values", GAPS)
    if len(variable.columns) != 1:
        raise InvalidInput(f"values must be a single column; got {len(variable.columns)}")
    classes = as_classes(variable, "auto")
    coding = classes.coding
    if coding.size > MOST_VALUES:
        raise InvalidInput(
            f"values has {coding.size:,} distinct ones, more than the {MOST_VALUES} that a profile "
            "has lines for; merge them, or cut numbers into bins"
        )
    return coding.codes, _names(classes, variable)


def _of_used(values: Any, labels: Any, n: int) -> Any:
    """Values of the rows that were used: by label if both have them, else by position."""
    index = values.index if hasattr(values, "loc") else None
    if index is not None and hasattr(labels, "equals") and not labels.equals(index):
        if index.is_unique and labels.isin(index).all():
            return values.loc[labels]
        raise InvalidInput(
            "values must have the labels of the rows, as the data had them; give one value for "
            "each row that was used, without labels"
        )
    if len(values) == n:
        return values
    if isinstance(labels, np.ndarray) and len(values) > labels.max():
        return np.asarray(values)[labels]
    raise InvalidInput(f"values must have one for each of the {n} rows; got {len(values)}")


def _names(classes: Classes, variable: Variable) -> tuple[str, ...]:
    labels = classes.coding.labels
    if classes.edges is None:
        return tuple(map(str, labels))
    named = bin_names(classes.edges)
    return tuple(named[label] if isinstance(label, int) else str(label) for label in labels)
