"""One alphabet for a modality that two samples have: one with labels, one paired and without.

Symbols stay as they are. Numbers become normal scores of their ranks, so that a few that are far
out do not count for more than the rest, and then clusters of the rows of both samples together, or
cells: a classifier of the labelled rows says what each row tells of y, and rows that tell alike and
lie near each other share a cell. What a modality tells alone would do for redundancy and unique
information, but not for synergy: for XOR each modality alone tells nothing, and all rows would
share one cell.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from pid._types import Codes, Floats
from pid.core.joint import encode
from pid.discretization.kmeans import cluster
from pid.errors import InvalidInput
from pid.estimators.neural.features import Features
from pid.estimators.posterior.cells import cells_of
from pid.estimators.posterior.classifiers import Fold, Network, folds_of, out_of_fold, without_torch
from pid.estimators.posterior.estimator import FOLDS, RANKS
from pid.io.columns import Variable, listed, varying

FEWEST = 2  # parts that a modality is clustered into, beside what it tells


class Alphabet(NamedTuple):
    """Codes 0, 1, ... of the rows of both samples, how many there are, and what they stand for."""

    labelled: Codes
    paired: Codes
    size: int
    kind: str  # "symbols", "clusters" or "cells"
    notes: tuple[str, ...] = ()


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
    return Variable(first.role, first.names, columns, block)


def alphabet_of(
    labelled: Variable,
    paired: Variable,
    y: Codes,
    size: int,
    how: str,
    random_state: int,
) -> Alphabet:
    """The symbols of a modality in both samples.

    Args:
        labelled, paired: the modality in the sample with labels and in the one of pairs.
        y: classes 0, 1, ... of the labelled rows.
        size: at most so many clusters or cells.
        how: what becomes of numbers: "table" for symbols as they are, "cluster" or "posterior".
        random_state: seed.

    Raises:
        InvalidInput: samples that do not fit together; for "posterior" a class of one row.
    """
    both = pooled(labelled, paired)
    if how == "table" or both.is_symbolic:
        codes, symbols = encode(both.symbols(), both.role)
        return Alphabet(codes[: len(y)], codes[len(y) :], len(symbols), "symbols")
    matrix = both.matrix()
    varies = varying(matrix.min(axis=0), matrix.max(axis=0))
    constant = [name for name, v in zip(both.names, varies, strict=True) if not v]
    notes = (f"{both.role}: dropped {listed(constant, 'constant column')}",) if constant else ()
    if not varies.any():
        codes = np.zeros(len(both), dtype=np.intp)
    else:
        scores = _normal_scores(matrix[:, varies])
        of = _clusters if how == "cluster" else _cells
        codes = of(scores, y, size, random_state)
    _, codes = np.unique(codes, return_inverse=True)
    kind = "clusters" if how == "cluster" else "cells"
    return Alphabet(codes[: len(y)], codes[len(y) :], int(codes.max()) + 1, kind, notes)


def _normal_scores(matrix: Floats) -> Floats:
    """Each column as a normal one would have it; ties share a score."""
    return np.asarray(ndtri(rankdata(matrix, axis=0) / (len(matrix) + 1)))


def _clusters(scores: Floats, y: Codes, size: int, random_state: int) -> Codes:
    return cluster(scores, min(size, len(scores)), random_state=random_state)


def _cells(scores: Floats, y: Codes, size: int, random_state: int) -> Codes:
    """What a row tells and where it lies, about as many of the one as of the other."""
    posterior = _posterior(scores, y, random_state)
    parts = max(FEWEST, int(np.sqrt(size)))
    told = cells_of(posterior, posterior.mean(axis=0), max(1, size // parts), random_state).labels
    return told * parts + _clusters(scores, y, parts, random_state)


def _posterior(scores: Floats, y: Codes, random_state: int) -> Floats:
    """p(y | x) of each row, by classifiers that have not seen it; (rows, classes)."""
    features = Features(scores.astype(np.float32))
    n, rows = len(y), len(scores)
    smallest = int(np.bincount(y).min())
    if smallest < 2:
        raise InvalidInput(
            "a class has a single labelled row, too few to train a classifier on; take "
            "estimator 'cluster', or merge rare classes"
        )
    count = min(smallest, next((folds for most, folds in FOLDS if n <= most), 2))
    unlabelled = np.array_split(np.arange(n, rows), count)
    partition = [
        Fold(fold.training, np.concatenate([fold.test, some]))
        for fold, some in zip(folds_of(y, count, None, random_state), unlabelled, strict=True)
    ]
    codes = np.concatenate([y, np.zeros(rows - n, dtype=np.intp)])
    members: list[Any] = (
        [Network(rank, "cpu") for rank in RANKS]
        if find_spec("torch") is not None
        else without_torch(n, random_state)
    )
    said = [
        np.exp(out_of_fold([features], codes, [partition], member, random_state))
        for member in members
    ]
    mean = np.mean(said, axis=0)
    return np.asarray(mean / mean.sum(axis=1, keepdims=True))


def _joined(pair: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
    """Of one type: text and other symbols as objects, which NumPy would turn into text."""
    if pair[0].dtype.kind == pair[1].dtype.kind or all(c.dtype.kind in "iuf" for c in pair):
        return np.concatenate(pair)
    return np.concatenate([column.astype(object) for column in pair])


def _kind(column: NDArray[Any]) -> str:
    return "numbers" if column.dtype.kind in "iuf" else "text or symbols"
