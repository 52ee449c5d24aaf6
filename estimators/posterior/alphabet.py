"""Cells of a modality that two samples have: one with labels, one paired and without.

A classifier of the labelled rows says what each row tells of y, and rows that tell alike and lie
near each other share a cell. What a modality tells alone would do for redundancy and unique
information, but not for synergy: for XOR each modality alone tells nothing, and all rows would
share one cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats
from pid.discretization.coding import Coding, symbols
from pid.discretization.kmeans import clustered, normal_scores
from pid.discretization.resolution import Resolution
from pid.errors import InvalidInput
from pid.estimators.neural.arrays import CPU, trained_on
from pid.estimators.neural.features import Features
from pid.estimators.posterior.cells import cells_of
from pid.estimators.posterior.classifiers import out_of_fold
from pid.estimators.posterior.folds import Fold, folds_of, usual_folds
from pid.estimators.posterior.members import Networks
from pid.io.columns import Variable
from pid.io.gaps import Gaps
from pid.io.numbers import as_numbers

FEWEST = 2  # parts that a modality is clustered into, beside what it tells


def pooled(first: Variable, second: Variable) -> Variable:
    """The rows of two samples of one variable, one sample after the other.

    Raises:
        InvalidInput: they have different columns, or values of different kinds.
    """
    if len(first.columns) != len(second.columns):
        raise InvalidInput(
            f"{first.role} has {len(first.columns)} columns in one sample and "
            f"{len(second.columns)} in the other; both need the same"
        )
    for name, a, b in zip(first.names, first.columns, second.columns, strict=True):
        if (a.dtype.kind in "iuf") != (b.dtype.kind in "iuf"):
            one, other = (column[:1].tolist()[0] for column in (a, b))
            raise InvalidInput(
                f"{first.role} {name!r} holds {_kind(a)} in one sample and {_kind(b)} in the "
                f"other, such as {one!r} and {other!r}; make them of one type"
            )
    columns = tuple(map(_joined, zip(first.columns, second.columns, strict=True)))
    block = None
    if first.block is not None and second.block is not None:
        block = np.concatenate([first.block, second.block])
    some = {*first.gaps, *second.gaps}
    gaps = {i: np.concatenate([_gaps(first, i), _gaps(second, i)]) for i in some}
    measured = first.measured | second.measured
    return Variable(first.role, first.names, columns, block, gaps, measured)


def _gaps(x: Variable, i: int) -> Gaps:
    return x.gaps.get(i, np.zeros(len(x), dtype=bool))


def cells(x: Variable, y: Codes, size: int, random_state: int, device: str = CPU) -> Coding:
    """What a row tells and where it lies, about as many of the one as of the other.

    Args:
        x: all rows of a modality, those with labels first; symbols stay as they are.
        y: classes 0, 1, ... of the labelled rows.
        size: at most so many cells.
        random_state: seed.
        device: where networks are trained.

    Raises:
        InvalidInput: a class of one row, or a device that cannot be used.
    """
    if x.is_symbolic:
        return symbols(x)
    numbers, taken = as_numbers(x, codes=False)
    matrix, notes = numbers.varying_columns()
    notes = taken + notes
    codes = np.zeros(len(x), dtype=np.intp)
    if matrix.size:
        posterior = _posterior(normal_scores(matrix), y, random_state, device)
        notes += trained_on(device)
        parts = max(FEWEST, int(np.sqrt(size)))
        most = max(1, size // parts)
        told = cells_of(posterior, posterior.mean(axis=0), most, random_state).labels
        codes = told * parts + clustered(matrix, parts, Resolution(random_state=random_state))
    found, codes = np.unique(codes, return_inverse=True)
    return Coding(x.label, len(x.columns), codes, len(found), "cells", notes=notes)


def _posterior(scores: Floats, y: Codes, random_state: int, device: str) -> Floats:
    """p(y | x) of each row, by classifiers that have not seen it; (rows, classes)."""
    features = Features(scores.astype(np.float32))
    n, rows = len(y), len(scores)
    smallest = int(np.bincount(y).min())
    if smallest < 2:
        raise InvalidInput(
            "a class has a single labelled row, too few to train a classifier on; take "
            "estimator 'cluster', or merge rare classes"
        )
    count = min(smallest, usual_folds(n))
    unlabelled = np.array_split(np.arange(n, rows), count)
    partition = [
        Fold(fold.training, np.concatenate([fold.test, some]))
        for fold, some in zip(folds_of(y, count, None, random_state), unlabelled, strict=True)
    ]
    codes = np.concatenate([y, np.zeros(rows - n, dtype=np.intp)])
    networks = Networks(device=device)
    said = np.exp(out_of_fold([features], codes, [partition], networks, random_state))
    mean = said.mean(axis=0)
    return np.asarray(mean / mean.sum(axis=1, keepdims=True))


def _joined(pair: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
    """Of one type: text and other symbols as objects, which NumPy would turn into text."""
    if pair[0].dtype.kind == pair[1].dtype.kind or all(c.dtype.kind in "iuf" for c in pair):
        return np.concatenate(pair)
    return np.concatenate([column.astype(object) for column in pair])


def _kind(column: NDArray[Any]) -> str:
    return "numbers" if column.dtype.kind in "iuf" else "text or symbols"
