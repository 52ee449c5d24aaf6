"""The target: classes as they come, numbers cut into quantile bins."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from pid._types import Counts, Floats
from pid.checks import shortened
from pid.discretization.coding import Coding, Kind
from pid.discretization.quantiles import assign, quantile_edges
from pid.discretization.resolution import check_repeats
from pid.errors import InvalidInput
from pid.io.columns import Columns, Variable, check_target

Bins = int | Literal["auto"] | None

MOST_NAMED = 5  # classes in a sentence
BINS = 4  # quartiles of a continuous target: coarse, since every class costs samples


class Classes(NamedTuple):
    """A target as classes, and the edges between them where it was cut."""

    y: Variable
    edges: Floats | None

    @property
    def notes(self) -> tuple[str, ...]:
        """How it was cut, in words."""
        if self.edges is None:
            return ()
        shown = ", ".join(f"{edge:.6g}" for edge in self.edges)
        return (f"{self.y.role}: numbers, cut into {self.edges.size + 1} bins at {shown}",)

    @property
    def coding(self) -> Coding:
        """The classes as codes."""
        codes, labels = self.y.encoded()
        kind: Kind = "classes" if self.edges is None else "bins"
        name, edges = self.y.label, self.edges
        return Coding(name, 1, codes, len(labels), kind, labels, self.notes, edges)


def target(y: Variable, bins: Bins, classes: Sequence[Hashable] | None = None) -> Coding:
    """The codes of a target; see ``as_classes``.

    Args:
        y: one column.
        bins: quantile bins; see ``as_classes``.
        classes: all that there are, those of no row among them; if left out, those that occur.

    Raises:
        InvalidInput: several columns or a single class; see ``as_classes`` and ``among``.
    """
    if classes is None:
        check_target(y)
        return as_classes(y, bins).coding
    if len(y.columns) != 1:
        raise InvalidInput(f"y must be a single column; got {len(y.columns)}")
    return among(as_classes(y, None).coding, classes)


def among(coding: Coding, classes: Sequence[Hashable]) -> Coding:
    """A target as one of these classes, which may be more than occur, in this order.

    Raises:
        InvalidInput: fewer than two, one of them twice, or a class that is none of them.

    Examples:
        >>> coding = Coding("y", 1, np.array([0, 1, 0]), 2, "classes", ("a", "b"))
        >>> among(coding, ["c", "b", "a"]).codes
        array([2, 1, 2])
    """
    if any(isinstance(name, float) and math.isnan(name) for name in classes):
        raise InvalidInput("classes has a gap; leave it out, as rows without y are")
    if len(set(classes)) < max(2, len(classes)):
        raise InvalidInput(
            f"classes must be two or more, each once; got {len(classes)}"
            + (f", {len(set(classes))} of them different" if len(classes) > 1 else "")
        )
    place = {name: i for i, name in enumerate(classes)}
    found = [place.get(label, _as_text(label, place)) for label in coding.labels]
    unknown = [shortened(label) for label, i in zip(coding.labels, found, strict=True) if i < 0]
    if unknown:
        raise InvalidInput(
            f"y has classes that are none of the {len(classes)} that were given: "
            f"{', '.join(unknown[:MOST_NAMED])}{'' if len(unknown) <= MOST_NAMED else ' ...'}"
        )
    if len(set(found)) < len(found):
        raise InvalidInput(
            "y has labels of different types that are the same as text; give classes as they are "
            "in y"
        )
    return coding._replace(
        codes=np.array(found, dtype=np.intp)[coding.codes],
        size=len(classes),
        labels=tuple(classes),
    )


def _as_text(label: Hashable, place: Mapping[Hashable, int]) -> int:
    """Where a label is among classes that are given as text, as on a command line; or -1."""
    for name, i in place.items():
        if not isinstance(name, str):
            continue
        if name == str(label) or (isinstance(label, bool) and name.lower() == str(label).lower()):
            return i
        if isinstance(label, int | float | np.number) and not isinstance(label, bool):
            with suppress(ValueError):
                if float(name) == float(label):
                    return i
    return -1


def as_classes(y: Variable, bins: Bins) -> Classes:
    """The target as classes, cut at quantiles where it is continuous.

    Args:
        y: one column.
        bins: quantile bins; "auto" makes BINS of them if y is continuous and leaves classes alone;
            None makes every value a class.

    Raises:
        InvalidInput: y is not numeric.
    """
    if bins is None:
        return Classes(as_text(y) if y.is_continuous else y, None)
    values = y.columns[0]
    edges = edges_of_target(y, bins, lambda asked: quantile_edges(values.astype(float), asked))
    if edges is None:
        return Classes(y, None)
    codes = assign(values.astype(float), edges)
    return Classes(replace(y, columns=(codes,), block=None, measured=frozenset()), edges)


def check_classes(y: Variable) -> Counts:
    """Samples per class; raises InvalidInput where y is no set of classes."""
    check_target(y)
    counts = np.bincount(y.encoded()[0])
    if y.is_continuous:
        raise InvalidInput(
            f"y is continuous: {len(counts)} distinct numbers in {len(y)} samples; bin it first, "
            "for example with pandas.qcut, or call pid.quantify, which does"
        )
    check_repeats(counts)
    return counts


def as_text(y: Variable) -> Variable:
    """As text, numbers are classes to every estimator."""
    return replace(y, columns=(y.columns[0].astype(str),))


def edges_of_target(y: Columns, bins: Bins, quantiles: Callable[[int], Floats]) -> Floats | None:
    """Edges of the bins, from a function that has those of any number; None if y is not cut.

    Raises:
        InvalidInput: y is not numeric.
    """
    if bins is None or (bins == "auto" and not y.is_continuous):
        return None
    if not y.is_numeric:
        raise InvalidInput(
            f"y is not numeric, so it cannot be cut into {bins} bins; leave out target_bins"
        )
    asked = BINS if bins == "auto" else bins
    return quantiles(asked)
