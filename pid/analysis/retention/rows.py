"""The rows that sources, codes and target have in common, as classifiers get them."""

from __future__ import annotations

from typing import NamedTuple

from pid._types import Codes
from pid.analysis.retention.codes import blurred, said_of_noise
from pid.discretization.rows import said_of_rows
from pid.discretization.target import Bins, Classes, as_classes
from pid.io.columns import Variable, check_target
from pid.io.copies import copies
from pid.io.rows import Rows


class Read(NamedTuple):
    """Sources, codes and classes of some rows, and what was said of them.

    Attributes:
        sources: x1 and x2.
        codes: z1 and z2, or z, with noise.
        classes: the target.
        names: of x1, x2 and y.
        groups: numbers of groups of rows, or None; ``copied`` where these are copies.
        notes, warnings: in words.
    """

    sources: tuple[Variable, ...]
    codes: tuple[Variable, ...]
    classes: Classes
    names: tuple[str, str, str]
    groups: Codes | None
    copied: bool
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Sources and codes, by the places that sets of them name."""
        return (*self.sources, *self.codes)


def seen_through(rows: Rows, groups: Codes | None, bins: Bins, noise: float, seed: int) -> Read:
    """Codes with noise, the target as classes, and rows that are copies as groups.

    Args:
        rows: x1, x2, the codes and y.
        groups: numbers of groups of rows, or None.
        bins: of y.
        noise: as of ``blurred``.
        seed: of it.

    Raises:
        InvalidInput: a target of a single class, or of several columns.
    """
    x1, x2, *codes, y = rows.variables
    check_target(y)
    classes = as_classes(y, bins)
    copied = copies(x1, x2, target=[y]) if groups is None else None
    said = said_of_rows((x1, x2), y, independent=groups is None and copied is None)
    alike = None if copied is None else copied.rows
    read = tuple(blurred(code, noise, [seed, place], alike) for place, code in enumerate(codes))
    notes = [*rows.notes, *said.notes, *said_of_noise(codes, noise)]
    notes += [note.replace("y:", f"{y.label}:", 1) for note in classes.notes]
    notes += [] if copied is None else [copied.note(grouped=True)]
    return Read(
        sources=(x1, x2),
        codes=read,
        classes=classes,
        names=(x1.label, x2.label, y.label),
        groups=groups if copied is None else alike,
        copied=copied is not None,
        notes=tuple(notes),
        warnings=tuple(said.warnings),
    )
