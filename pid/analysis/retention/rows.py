"""The rows that sources, codes and target have in common, as classifiers get them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes
from pid.analysis.names import brief
from pid.analysis.quantification.choose import FEWEST, SMALLEST_CLASS
from pid.analysis.retention.codes import blurred, said_of_noise
from pid.discretization.rows import said_of_rows
from pid.discretization.target import Bins, Classes, as_classes
from pid.errors import InvalidInput
from pid.estimators.posterior.training import Training
from pid.inference.order import few_units
from pid.io.columns import Variable, check_target
from pid.io.copies import copies
from pid.io.rows import Rows


class Read(NamedTuple):
    """Sources, codes and classes of some rows, and what was said of them.

    Attributes:
        sources: x1 and x2, or more.
        codes: z1 and z2, or z, or as many as sources; with noise.
        classes: the target.
        names: of the sources and of y.
        groups: numbers of groups of rows, or None; ``copied`` where these are copies.
        notes, warnings: in words.
    """

    sources: tuple[Variable, ...]
    codes: tuple[Variable, ...]
    classes: Classes
    names: tuple[str, ...]
    groups: Codes | None
    copied: bool
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Sources and codes, by the places that sets of them name."""
        return (*self.sources, *self.codes)

    @property
    def units(self) -> int:
        """Independent rows, or groups of them."""
        return len(self.classes.y) if self.groups is None else int(self.groups.max()) + 1


def seen_through(
    rows: Rows,
    groups: Codes | None,
    bins: Bins,
    noise: float,
    seed: int,
    names: Sequence[str] | None = None,
) -> Read:
    """Codes with noise, the target as classes, and rows that are copies as groups.

    Args:
        rows: the sources, the codes and y.
        groups: numbers of groups of rows, or None.
        bins: of y.
        noise: as of ``blurred``.
        seed: of it.
        names: of the sources; None of two, which are called as their columns are.

    Raises:
        InvalidInput: a target of a single class, of several columns, or called as a source is.
    """
    *variables, y = rows.variables
    count = 2 if names is None else len(names)
    sources, codes = variables[:count], variables[count:]
    check_target(y)
    called = [x.label for x in sources] if names is None else names
    if names is not None and y.label in names:
        raise InvalidInput(
            f"a source and y are both called {brief(y.label)!r}; name the source otherwise"
        )
    classes = as_classes(y, bins)
    copied = copies(*sources, target=[y]) if groups is None else None
    said = said_of_rows(sources, y, independent=groups is None and copied is None)
    alike = None if copied is None else copied.rows
    read = tuple(blurred(code, noise, [seed, place], alike) for place, code in enumerate(codes))
    where = "x1 and x2" if count == 2 else "all sources"
    notes = [*rows.notes, *said.notes, *said_of_noise(codes, noise)]
    notes += [note.replace("y:", f"{y.label}:", 1) for note in classes.notes]
    notes += [] if copied is None else [copied.note(grouped=True, where=where)]
    return Read(
        sources=tuple(sources),
        codes=read,
        classes=classes,
        names=(*called, y.label),
        groups=groups if copied is None else alike,
        copied=copied is not None,
        notes=tuple(notes),
        warnings=tuple(said.warnings),
    )


def check_halves(training: Training, y: str) -> None:
    """Raise InvalidInput where rows cannot be halved, before anything is trained."""
    if len(training.samples) == 1:
        raise InvalidInput(
            "changes are judged by what halves of the rows lose, with rows of every class in two "
            f"folds of each half; a class of {y} has too few rows or groups for that: merge rare "
            "classes, or leave them out"
        )


def few(read: Read, codes: Codes) -> tuple[str, ...]:
    """Whether classifiers have too few rows to learn from, or intervals too few groups."""
    found = []
    smallest = int(np.bincount(codes).min())
    if len(codes) < FEWEST or smallest < SMALLEST_CLASS:
        found.append(
            f"{len(codes)} samples, {smallest} of the smallest class, are few to train on; of "
            f"fewer than {FEWEST} and {SMALLEST_CLASS}, much may be missed"
        )
    if read.groups is not None and not read.copied:
        found += few_units(read.units)
    return tuple(found)
