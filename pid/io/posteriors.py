"""Class probabilities that somebody else made, and what they are about: checked arrays."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.arrays import as_array
from pid.errors import InvalidInput
from pid.io.columns import as_variable, check_target

ROLES = ("p1", "p2", "p12")
SHAPE = "(rows, classes), or (layers, rows, classes)"
OFF = 0.0101  # that the probabilities of a row may miss one by: rounding, to two digits, too
ROUNDED = 1e-6  # beyond which that is said
LEAST = 1e-12  # share of a class that counts for nothing


class Read(NamedTuple):
    """Probabilities (layers, rows, classes) by x1, x2 and both; whether there were layers."""

    posteriors: tuple[Floats, Floats, Floats]
    layered: bool
    notes: tuple[str, ...]


class Target(NamedTuple):
    """What the probabilities are about.

    Attributes:
        shares: of the classes of each row, (rows, classes); None where it is what p12 says.
        codes: the class of each row, where it has one.
        labels: of the classes, in the order of the columns.
        notes: which column is which, where that was guessed.
    """

    shares: Floats | None
    codes: Codes | None
    labels: tuple[Hashable, ...]
    notes: tuple[str, ...] = ()


def read_posteriors(p1: object, p2: object, p12: object) -> Read:
    """Check the probabilities of three classifiers, and that they are of the same rows and classes.

    Raises:
        InvalidInput: arrays of other or of several shapes, one class, numbers that are no
            probabilities (logits and logarithms are told), rows that do not sum to one.
    """
    found, notes = [], []
    for role, given in zip(ROLES, (p1, p2, p12), strict=True):
        p, off = _probabilities(given, role)
        found.append(p)
        if off > ROUNDED:
            notes.append(
                f"{role}: rows summed to 1 within {off:.0e}, and were divided by their sums"
            )
    shapes = [p.shape for p in found]
    if len(set(shapes)) > 1:
        raise InvalidInput(
            f"p1, p2 and p12 must have one shape, {SHAPE}; got {', '.join(map(str, shapes))}"
        )
    layered = found[0].ndim == 3
    first, second, both = found if layered else [p[None] for p in found]
    return Read((first, second, both), layered, tuple(notes))


def read_target(
    y: object, rows: int, width: int, classes: Sequence[Hashable] | None = None
) -> Target:
    """The class of each row as the number of its column, or the shares of the classes.

    Args:
        y: a label per row; or shares of the classes, (rows, classes); or None.
        rows, width: of the probabilities.
        classes: labels in the order of the columns. If left out, whole numbers from 0 are columns,
            and other labels are in sorted order, as scikit-learn has them.

    Raises:
        InvalidInput: another length, labels without a column, columns without a row, one class.
    """
    if classes is not None and (len(classes) != width or len(set(classes)) != width):
        raise InvalidInput(
            f"classes must have a label for each of the {width} columns, all different; got "
            f"{list(classes)}"
        )
    if y is None:
        return Target(None, None, tuple(classes or range(width)))
    if getattr(y, "ndim", 1) == 2 and getattr(y, "shape", (0, 1))[1] > 1:
        shares, _ = _probabilities(y, "y")
        if shares.shape != (rows, width):
            raise InvalidInput(
                f"y must be a label per row, or shares of the classes of shape ({rows}, {width}), "
                f"as p1, p2 and p12; got shape {shares.shape}"
            )
        return Target(clean(shares, "y"), None, tuple(classes or range(width)))
    variable = as_variable(y, "y")
    if len(variable) != rows:
        raise InvalidInput(f"y must have one label per row, {rows}; got {len(variable)}")
    check_target(variable)
    codes, labels = variable.encoded()
    columns, notes = _columns(labels, width, classes)
    found = np.asarray(columns, dtype=np.intp)[codes]
    named = tuple(classes or (labels if len(labels) == width else range(width)))
    empty = np.flatnonzero(np.bincount(found, minlength=width) == 0)
    if empty.size:
        raise InvalidInput(
            f"no row of y is {named[empty[0]]!r}, which column {empty[0]} of p1, p2 and p12 is "
            "about: leave such columns out and divide by the sums, or give rows of all classes"
        )
    return Target(np.eye(width)[found], found, named, notes)


def clean(p: Floats, role: str) -> Floats:
    """Shares of the classes as a target: those next to 0 are none, and each class has some.

    Raises:
        InvalidInput: a class that no row has a share of.
    """
    found = np.where(p < LEAST, 0.0, p)
    found /= found.sum(axis=1, keepdims=True)
    empty = np.flatnonzero(found.sum(axis=0) == 0)
    if empty.size:
        raise InvalidInput(
            f"no row of {role} gives class {empty[0]} any chance: leave that column out of p1, p2 "
            "and p12, and divide by the sums"
        )
    return found


def _columns(
    labels: Sequence[Any], width: int, classes: Sequence[Hashable] | None
) -> tuple[list[int], tuple[str, ...]]:
    """The column of each label."""
    if classes is not None:
        place = {label: i for i, label in enumerate(classes)}
        place |= {str(label): i for i, label in enumerate(classes) if str(label) not in place}
        found = [place.get(label, place.get(str(label), -1)) for label in labels]
        if -1 in found:
            raise InvalidInput(
                f"y has {labels[found.index(-1)]!r}, which is none of the classes {list(classes)}"
            )
        return found, ()
    numbers = all(isinstance(label, int | float | np.number | np.bool_) for label in labels)
    if (
        numbers
        and all(label == int(label) for label in labels)
        and min(labels) >= 0
        and max(labels) < width
    ):
        return [int(label) for label in labels], ()
    if len(labels) != width:
        raise InvalidInput(
            f"y has {len(labels)} classes, such as {labels[0]!r}, and p1, p2 and p12 have {width} "
            "columns; give classes, the label of each column in order"
        )
    order = ", ".join(map(str, labels[:6])) + (", ..." if width > 6 else "")
    return list(range(width)), (f"columns of p1, p2 and p12 are taken for {order}, in this order",)


def _probabilities(given: object, role: str) -> tuple[Floats, float]:
    """As rows that sum to one, and how far they were off."""
    p: Floats = as_array(given, role, np.float64)
    if p.ndim not in (2, 3) or 0 in p.shape:
        raise InvalidInput(f"{role} must have shape {SHAPE}; got {p.shape}{_of_two(p)}")
    if p.shape[-1] == 1:
        raise InvalidInput(f"{role} has one class, of which nothing can be told{_of_two(p)}")
    bad = np.argwhere(~np.isfinite(p))
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise InvalidInput(f"{role}[{place}] is {p[tuple(bad[0])]}; {_logarithms(p) or _GAPS}")
    sums = p.sum(axis=-1)
    off = float(np.abs(sums - 1).max())
    if p.min() < -ROUNDED or p.max() > 1 + OFF or off > OFF:
        raise InvalidInput(_no_probabilities(p, sums, role))
    return np.maximum(p, 0) / np.maximum(p, 0).sum(axis=-1, keepdims=True), off


_GAPS = "leave such rows out of all arrays"


def _of_two(p: Floats) -> str:
    if p.ndim != 1 and p.shape[-1:] != (1,):
        return ""
    return "; of two classes give both columns, np.column_stack([1 - p, p])"


def _logarithms(p: Floats) -> str:
    """What to do with logarithms of probabilities, if these are some."""
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.exp(p).sum(axis=-1)
    if np.isnan(p).any() or p.max() > OFF or np.abs(sums - 1).max() > OFF:
        return ""
    return "these look like logarithms of probabilities: give np.exp of them"


def _no_probabilities(p: Floats, sums: Floats, role: str) -> str:
    if told := _logarithms(p):
        return f"{role} must be probabilities; {told}"
    if p.min() < -ROUNDED or p.max() > 1 + OFF:
        place = np.unravel_index(np.argmax(np.maximum(-p, p - 1)), p.shape)
        where = ", ".join(map(str, place))
        return (
            f"{role}[{where}] is {p[place]:.4g}, and no probability; if these are logits, give "
            f"scipy.special.softmax({role}, axis=-1)"
            + ("; if votes or per cent, divide by the sums" if p.min() >= 0 else "")
        )
    row = np.unravel_index(np.argmax(np.abs(sums - 1)), sums.shape)
    where = ", ".join(map(str, row))
    return (
        f"{role}[{where}] sums to {sums[row]:.4g}; the probabilities of a row sum to 1: add the "
        "classes that are left out, or divide by the sums"
    )
