"""What each sample's features say of its class, by classifiers that have not seen the sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.neural.arrays import CPU
from pid.estimators.neural.features import Features
from pid.estimators.posterior.folds import Fold
from pid.estimators.posterior.members import (
    MOST_CLASSES,
    Bilinear,
    Interactions,
    Linear,
    Member,
    Networks,
    Passed,
)

LEAST = 1e-6  # a probability below it is taken for it: no classifier knows so well
MOST_ROWS = 20_000  # beyond, networks see what interacts by themselves
MOST_NUMBERS = 2**26  # that are held in memory for a straight line: 512 MB
LINE = "a straight line"
BILINEAR = 1, 6  # ranks


class Candidate(NamedTuple):
    """What may come in beside the networks.

    Attributes:
        member: the classifier.
        number: its own, whatever else there is, so that its seed is the same.
        names: of its answers, in words.
        coded: whether it sees whole numbers as symbols, too.
    """

    member: Member
    number: int
    names: tuple[str, ...]
    coded: bool = False


class Seen(NamedTuple):
    """How much classifiers see: sources together, columns, classes and samples; and of symbols.

    ``networks``: those that would see symbols, where whole numbers may be some; else None.
    ``device``: where there are networks, and where sums over rows are made.
    """

    sources: int
    columns: int
    classes: int
    samples: int
    networks: Networks | None
    device: str = CPU


def candidates(seen: Seen) -> list[Candidate]:
    """What the calibration weighs beside networks, where it tells enough that they miss."""
    found = []
    small = seen.samples * seen.columns <= MOST_NUMBERS
    if small:
        found.append(Candidate(Linear(seen.device), 0, (LINE,)))
    if seen.networks is not None:  # as a few of many columns tell little together, they wait here
        names = ("networks on symbols",) * seen.networks.count
        found.append(Candidate(seen.networks, 1, names, coded=True))
    if seen.networks is not None and small:
        found.append(Candidate(Linear(seen.device), 2, (f"{LINE} on symbols",), coded=True))
    if seen.samples > MOST_ROWS:
        return found
    trees = seen.classes <= MOST_CLASSES
    names = ("products", "trees") if trees else ("products",)
    found.append(Candidate(Interactions(trees=trees), 3, names))
    if seen.sources > 1:
        found += [
            Candidate(Bilinear(rank, seen.device), 4 + i, (f"a bilinear form of rank {rank}",))
            for i, rank in enumerate(BILINEAR)
        ]
    return found


def left_out(classes: int, samples: int, columns: int) -> tuple[str, ...]:
    """What was not tried beside networks, as it would take long, in words."""
    wide = samples * columns > MOST_NUMBERS
    found = [LINE] if wide else []
    if samples > MOST_ROWS:
        found += ["products", "trees", "bilinear forms"]
    elif classes > MOST_CLASSES:
        found.append("trees")
    if not found:
        return ()
    size = f"{samples:,} samples of {columns:,} columns and {classes:,} classes"
    return (f"not tried beside the networks, of {size}: {', '.join(found)}",)


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
        InvalidInput: a classifier that fails, or whose answers are no probabilities of all classes.
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


def size_of(sources: Sequence[Features], y: Codes, *others: object) -> int:
    """Numbers that a part looks at."""
    return len(y) * sum(source.width for source in sources)


def can_be_sent(
    sources: Sequence[Features], y: Codes, partitions: object, member: Member, *others: object
) -> bool:
    """Whether a part may be computed by another process: not where it needs a device."""
    return ours(sources, y, partitions, member) and getattr(member, "device", CPU) == CPU


def ours(
    sources: Sequence[Features], y: Codes, partitions: object, member: Member, *others: object
) -> bool:
    """Whether a classifier is of this package; one that was passed stays where it was made."""
    return not isinstance(member, Passed)
