"""What each sample's features say of its class, by classifiers that have not seen the sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.neural.features import Features
from pid.estimators.posterior.folds import Fold
from pid.estimators.posterior.members import (
    MOST_CLASSES,
    Bilinear,
    Interactions,
    Linear,
    Member,
    Networks,
)

LEAST = 1e-6  # a probability below it is taken for it: no classifier knows so well
MOST_ROWS = 20_000  # beyond, networks see what interacts by themselves


class Candidate(NamedTuple):
    """What may come in beside the networks, and whether it sees whole numbers as symbols, too."""

    member: Member
    coded: bool = False


def candidates(
    sources: int, classes: int, samples: int, networks: Networks | None
) -> list[Candidate]:
    """What the calibration weighs beside networks, where it tells enough that they miss.

    Args:
        sources: how many are seen together.
        classes: how many there are.
        samples: likewise.
        networks: those that would see symbols, where whole numbers may be some.
    """
    found = [Candidate(Linear())]
    if networks is not None:  # as a few of many columns tell little together, they wait here
        found += [Candidate(networks, coded=True), Candidate(Linear(), coded=True)]
    if samples > MOST_ROWS:
        return found
    found.append(Candidate(Interactions(trees=classes <= MOST_CLASSES)))
    if sources > 1:
        found += [Candidate(Bilinear(1)), Candidate(Bilinear(6))]
    return found


def out_of_fold(
    sources: Sequence[Features],
    y: Codes,
    partitions: Sequence[Sequence[Fold]],
    member: Member,
    random_state: int,
    weights: Floats | None = None,
    groups: Codes | None = None,
) -> Floats:
    """Log-probabilities of the classes, by classifiers that learned from the other folds.

    Args:
        sources: features that the classifier sees side by side, of all samples.
        y: classes 0, 1, ..., shape (samples,).
        partitions: the same rows divided once or several times; probabilities are averaged.
        member: the classifier.
        random_state: seed.
        weights: how many rows each row stands for, or None.
        groups: numbers of groups of rows, which networks also hold out whole to stop at; or None.

    Returns:
        Shape (answers, rows, classes), of the divided rows in rising order.

    Raises:
        InvalidInput: a classifier that does not know all classes.
    """
    rows = np.sort(np.concatenate([fold.test for fold in partitions[0]]))
    if not sum(source.width for source in sources):
        shares = np.bincount(y[rows]) / len(rows)
        return np.tile(np.log(np.maximum(shares, LEAST)), (member.count, len(rows), 1))
    said = member.out_of_fold(sources, y, partitions, weights, groups, random_state)
    return np.asarray(np.log(np.clip(said[:, rows], LEAST, 1)))


def shape_of(
    sources: Sequence[Features],
    y: Codes,
    partitions: Sequence[Sequence[Fold]],
    member: Member,
    *others: object,
) -> tuple[int, int, int]:
    """Of what ``out_of_fold`` returns."""
    return member.count, sum(len(fold.test) for fold in partitions[0]), int(y.max()) + 1
