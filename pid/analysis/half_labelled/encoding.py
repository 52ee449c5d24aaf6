"""From three samples of columns to symbols: classes of y, symbols or cells of both modalities."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from pid._types import Codes
from pid.analysis.half_labelled.counting import Coded
from pid.analysis.half_labelled.population import SPARSE
from pid.analysis.quantification.choose import Choice, Enough, decide
from pid.checks import seed_of
from pid.discretization.coding import Coding, clusters, symbols
from pid.discretization.resolution import FEWEST, Resolution, auto_clusters
from pid.discretization.rows import said_of_rows
from pid.discretization.target import Bins, as_classes
from pid.errors import InvalidInput
from pid.estimators.posterior.alphabet import cells, pooled
from pid.io.columns import Variable, check_target
from pid.io.copies import copies
from pid.io.reading import AS_THEY_ARE, Reading
from pid.io.rows import read_rows

ENOUGH = Enough(200, 20)  # as cells come from what each sample of one modality says
ORDER = ("table", "posterior", "cluster")  # of two samples the one that asks for less decides


class Labelled(NamedTuple):
    """A labelled sample of one modality."""

    x: Variable
    y: Variable


class Paired(NamedTuple):
    """An unlabelled sample of both modalities."""

    x1: Variable
    x2: Variable


def read_samples(
    labelled1: tuple[object, object],
    labelled2: tuple[object, object],
    unlabelled: tuple[object, object],
    how: Reading = AS_THEY_ARE,
) -> tuple[Labelled, Labelled, Paired, tuple[str, ...]]:
    """Check the columns of three samples; the last of what comes back is what was done, in words.

    Raises:
        InvalidInput: see ``as_variable``; no pairs, or of unequal length.
    """
    samples: list[tuple[Variable, Variable]] = []
    notes: list[str] = []
    for name, sample, roles in zip(
        ("labelled1", "labelled2", "unlabelled"),
        (labelled1, labelled2, unlabelled),
        (("x1", "y"), ("x2", "y"), ("x1", "x2")),
        strict=True,
    ):
        if not (isinstance(sample, tuple | list) and len(sample) == 2):
            raise InvalidInput(f"{name} must be a pair ({roles[0]}, {roles[1]}) of data")
        given = dict(zip(roles, sample, strict=True))
        target = given.pop("y", None)
        try:
            read = read_rows(given, target, how, whole=False)
        except InvalidInput as err:
            raise InvalidInput(f"{name}: {err}") from err
        one, other = read.variables
        samples.append((one, other))
        notes += [f"{name}: {note}" for note in read.notes]
        copied = copies(one, target=[other]) if target is not None else copies(one, other)
        if copied is not None:
            where = roles[0] if target is not None else " and ".join(roles)
            notes.append(f"{name}: {copied.note(grouped=False, where=where)}")
        if target is not None:
            said = said_of_rows((one,), other, independent=copied is None)
            notes += [f"{name}: {text}" for text in (*said.notes, *said.warnings)]
    how.check_names([column for sample in samples for x in sample for column in x.names])
    return Labelled(*samples[0]), Labelled(*samples[1]), Paired(*samples[2]), tuple(notes)


def with_classes(
    first: Labelled, second: Labelled, bins: Bins
) -> tuple[Labelled, Labelled, tuple[str, ...]]:
    """Targets as classes; numbers are cut at the quantiles of both samples together."""
    both = pooled(first.y, second.y)
    check_target(both)
    classes = as_classes(both, bins)
    column = classes.y.columns[0]
    n = len(first.y)
    parts = (Variable("y", classes.y.names, (part,)) for part in (column[:n], column[n:]))
    return first._replace(y=next(parts)), second._replace(y=next(parts)), classes.notes


def chosen(asked: str, first: Labelled, second: Labelled) -> Choice:
    """The estimator that was asked for, or the one that fits both labelled samples."""
    if asked != "auto":
        return Choice(asked, None)
    choices = [decide("auto", (x, x, y), None, (), ENOUGH) for x, y in (first, second)]
    return max(choices, key=lambda choice: ORDER.index(choice.estimator))


def encoded(
    first: Labelled,
    second: Labelled,
    both: Paired,
    estimator: str,
    n_clusters: int | Literal["auto"],
    random_state: int | None,
    device: str,
) -> tuple[tuple[Coding, Coding], Coded]:
    """Symbols of both modalities, and of all three samples."""
    y, classes = pooled(first.y, second.y).encoded()
    n, m = len(first.y), len(second.y)
    labels = y[:n], y[n:]
    class_counts = np.bincount(min(labels, key=len), minlength=len(classes))
    if n_clusters == "auto":
        # pairs of sources are counted in a sample of their own, which may be the smallest
        paired = max(FEWEST, math.isqrt(len(both.x1) // SPARSE))
        size = min(auto_clusters(class_counts, (n, m))[0], paired)
    else:
        size = int(n_clusters)
    seed = seed_of(random_state)
    one = _coding(pooled(first.x, both.x1), labels[0], size, estimator, seed, device)
    other = _coding(pooled(second.x, both.x2), labels[1], size, estimator, seed, device)
    codes = Coded(
        (one.codes[:n], labels[0]),
        (other.codes[:m], labels[1]),
        (one.codes[n:], other.codes[m:]),
        (one.size, other.size, len(classes)),
    )
    return (one, other), codes


def _coding(x: Variable, y: Codes, size: int, how: str, seed: int, device: str) -> Coding:
    """Of all rows of a modality; ``y`` are the classes of the first of them."""
    if how == "table":
        return symbols(x)
    if how == "posterior":
        return cells(x, y, size, seed, device)
    return clusters(x, size, Resolution(random_state=seed))


def name_of(codings: tuple[Coding, Coding], estimator: str) -> str:
    """Of the estimator, as it is called where all are symbols already."""
    return "table" if all(coding.kind == "symbols" for coding in codings) else estimator
