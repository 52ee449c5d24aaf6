"""A representation as variables: a pair of codes, or a joint one, and the noise it is read through.

A network without noise loses nothing but what rounding takes: what it has no need of it leaves in
amplitudes of a few per cent, and classifiers of standardised columns dig it out. So what a code
keeps is a question only beside a size below which nothing counts as written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from pid._types import Codes, Floats
from pid.errors import InvalidInput
from pid.estimators.posterior.said import Sources
from pid.io.columns import Variable, varying

OF_X1, OF_X2 = (0,), (1,)  # places of the sources; codes come after them
PAIR = ("z1", "z2")


@dataclass(frozen=True, slots=True)
class Parts:
    """Which sources are z1 and z2, or both of them the joint code."""

    first: Sources
    second: Sources

    @property
    def whole(self) -> Sources:
        """All of the representation."""
        return tuple(sorted({*self.first, *self.second}))

    @property
    def joint(self) -> bool:
        """Whether it has no parts."""
        return self.first == self.second


PARTED, JOINT = Parts((2,), (3,)), Parts((2,), (2,))


def parted(Z: object) -> dict[str, object]:
    """The codes by their roles: "z1" and "z2" of a pair, or "z".

    Two things in a tuple or list are a pair; as one code they would have two rows.

    Raises:
        InvalidInput: a tuple of more than two, or of one.
    """
    if isinstance(Z, tuple | list) and len(Z) == len(PAIR):
        return dict(zip(PAIR, Z, strict=True))
    if isinstance(Z, tuple):
        raise InvalidInput(
            f"codes must be a pair, (Z1, Z2), or one joint code; got a tuple of {len(Z)}: put "
            "those of one source side by side"
        )
    return {"z": Z}


def blurred(code: Variable, noise: float, seed: list[int], alike: Codes | None) -> Variable:
    """A code with Gaussian noise of ``noise`` times its own root-mean-square on every column.

    One size for all columns, so that a code that is turned around loses the same, and what it
    writes small is lost in whichever column. Columns that do not vary carry nothing, and are left
    out of it; symbols have no size.

    Args:
        code: the columns.
        noise: as a multiple of the root-mean-square, over columns, of their deviations.
        seed: of the noise.
        alike: numbers of rows, those of copies alike, which have the same noise; None of no copies.
    """
    places = _numbers(code)
    if not noise or not places:
        return code
    values = np.column_stack([code.columns[i].astype(np.float64) for i in places])
    rows = len(code) if alike is None else int(alike.max()) + 1
    drawn = np.random.default_rng(seed).normal(size=(rows, len(places)))
    drawn = drawn if alike is None else drawn[alike]
    columns = list(code.columns)
    written = values + noise * size_of(values) * drawn
    for i, column in zip(places, written.T, strict=True):
        columns[i] = np.ascontiguousarray(column)
    return replace(code, columns=tuple(columns), block=None)


def size_of(values: Floats) -> float:
    """Root-mean-square, over columns, of their deviations.

    Examples:
        >>> round(size_of(np.array([[0.0, 0.0], [2.0, 14.0]])), 6)
        5.0
    """
    largest = float(np.abs(values).max()) or 1.0  # so that no square overflows
    return largest * float(np.sqrt((values / largest).var(axis=0).mean()))


def said_of_noise(codes: list[Variable], noise: float) -> Iterator[str]:
    """What the answer has to say of the noise, in words."""
    if not noise:
        yield (
            "no noise was added to the codes: what they write however small counts as kept, and a "
            "code without noise of its own mostly keeps all"
        )
        return
    for code in codes:
        if not _numbers(code):
            yield f"no noise was added to {code.role}, which has symbols or does not vary"


def _numbers(code: Variable) -> list[int]:
    """Columns that noise can be added to: numbers that vary, and are no symbols."""
    if code.is_symbolic:
        return []
    numbers = [i for i, column in enumerate(code.columns) if column.dtype.kind in "iuf"]
    low, high = (
        np.array([end(code.columns[i]) for i in numbers], dtype=np.float64)
        for end in (np.min, np.max)
    )
    return [i for i, varies in zip(numbers, varying(low, high), strict=True) if varies]
