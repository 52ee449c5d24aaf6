"""From three samples of columns to symbols: classes of y, symbols or cells of both modalities."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from pid.analysis.half_labelled.counting import Coded
from pid.analysis.quantification.choose import Choice, decide
from pid.core.joint import encode
from pid.discretization.resolution import auto_clusters
from pid.discretization.target import as_classes
from pid.errors import InvalidInput
from pid.estimators.posterior.alphabet import Alphabet, alphabet_of, pooled
from pid.io.columns import Variable, as_variable, check_target

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
) -> tuple[Labelled, Labelled, Paired]:
    """Check the columns of three samples.

    Raises:
        InvalidInput: see ``as_variable``; no pairs, or of unequal length.
    """
    samples = []
    for name, sample, roles in zip(
        ("labelled1", "labelled2", "unlabelled"),
        (labelled1, labelled2, unlabelled),
        (("x1", "y"), ("x2", "y"), ("x1", "x2")),
        strict=True,
    ):
        if not (isinstance(sample, tuple | list) and len(sample) == 2):
            raise InvalidInput(f"{name} must be a pair ({roles[0]}, {roles[1]}) of data")
        one, other = (as_variable(data, role) for data, role in zip(sample, roles, strict=True))
        if len(one) != len(other):
            raise InvalidInput(
                f"{name}: {roles[0]} has {len(one)} rows and {roles[1]} {len(other)}; both need "
                "one row per sample"
            )
        samples.append((one, other))
    return Labelled(*samples[0]), Labelled(*samples[1]), Paired(*samples[2])


def with_classes(
    first: Labelled, second: Labelled, bins: int | Literal["auto"] | None
) -> tuple[Labelled, Labelled, str | None]:
    """Targets as classes; numbers are cut at the quantiles of both samples together."""
    both = pooled(first.y, second.y)
    check_target(both)
    cut, note = as_classes(both, bins)
    column = cut.columns[0]
    n = len(first.y)
    parts = (Variable("y", cut.names, (part,)) for part in (column[:n], column[n:]))
    return first._replace(y=next(parts)), second._replace(y=next(parts)), note


def chosen(asked: str, first: Labelled, second: Labelled) -> Choice:
    """The estimator that was asked for, or the one that fits both labelled samples."""
    if asked != "auto":
        return Choice(asked, None)
    choices = [decide("auto", (x, x, y), None, ()) for x, y in (first, second)]
    return max(choices, key=lambda choice: ORDER.index(choice.estimator))


def encoded(
    first: Labelled,
    second: Labelled,
    both: Paired,
    estimator: str,
    n_clusters: int | Literal["auto"],
    random_state: int | None,
) -> tuple[tuple[Alphabet, Alphabet], Coded]:
    """Symbols of both modalities, and of all three samples."""
    y, classes = encode(pooled(first.y, second.y).symbols(), "y")
    labels = y[: len(first.y)], y[len(first.y) :]
    class_counts = np.bincount(min(labels, key=len), minlength=len(classes))
    distinct = (len(first.x), len(second.x))
    size = auto_clusters(class_counts, distinct)[0] if n_clusters == "auto" else int(n_clusters)
    seed = (
        random_state if random_state is not None else int(np.random.default_rng().integers(2**31))
    )
    one = alphabet_of(first.x, both.x1, labels[0], size, estimator, seed)
    other = alphabet_of(second.x, both.x2, labels[1], size, estimator, seed)
    codes = Coded(
        (one.labelled, labels[0]),
        (other.labelled, labels[1]),
        (one.paired, other.paired),
        (one.size, other.size, len(classes)),
    )
    return (one, other), codes


def name_of(alphabets: tuple[Alphabet, Alphabet], estimator: str) -> str:
    """Of the estimator, as it is called where all are symbols already."""
    return "table" if all(a.kind == "symbols" for a in alphabets) else estimator
