"""Half-labelled samples from files: three of them, or one with gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pid.checks import PATH, TEXT, checked, each
from pid.errors import InvalidInput
from pid.io.choose import choose, column_groups
from pid.io.gaps import Gaps, gaps_of
from pid.io.readers import column_names, note_on, read_columns
from pid.io.reading import AS_THEY_ARE, READING, Reading

if TYPE_CHECKING:
    import pandas as pd


class Loaded(NamedTuple):
    """What ``pid.bound_samples`` takes: (X1, y), (X2, y), (X1, X2); and what was done, in words."""

    labelled1: tuple[Any, Any]
    labelled2: tuple[Any, Any]
    unlabelled: tuple[Any, Any]
    notes: tuple[str, ...] = ()


@checked(files=each(PATH), x1=TEXT, x2=TEXT, y=TEXT, how=READING)
def load_half_labelled(
    files: Sequence[str | Path], *, x1: str, x2: str, y: str, how: Reading = AS_THEY_ARE
) -> Loaded:
    """Read the three samples.

    Args:
        files: one with x1 and y, one with x2 and y, one with x1 and x2, in this order; or a single
            one whose rows lack what is not known: rows without y are the unlabelled pairs, rows
            with y are labelled samples of those modalities that they have.
        x1, x2: names and globs of columns.
        y: the name of the target column.
        how: as for ``pid.io.tables.load``. Of a single file, values that stand for a gap say that
            what they stand for is not known.

    Raises:
        InvalidInput: another number of files, files or columns that cannot be used, a sample
            without a row.
        MissingExtra: Parquet without pyarrow.
    """
    if len(files) == 3:
        first, second, both = map(Path, files)
        return Loaded(
            _columns(first, how, x1=x1, y=y),
            _columns(second, how, x2=x2, y=y),
            _columns(both, how, x1=x1, x2=x2),
            tuple(note for file in (first, second, both) for note in note_on(file, how.dialect)),
        )
    if len(files) == 1:
        return _with_gaps(Path(files[0]), {"x1": x1, "x2": x2, "y": y}, how)
    raise InvalidInput(
        f"expected three files, of x1 and y, of x2 and y, and of x1 and x2, or one in which y is "
        f"empty where it is not known; got {len(files)}"
    )


def _columns(file: Path, how: Reading, **roles: str) -> tuple[Any, Any]:
    """Two groups of columns of a file; y as a series."""
    names = column_names(file, text=how.dialect)
    try:
        groups = column_groups(names, roles)
    except InvalidInput as err:
        raise InvalidInput(f"in {str(file)!r}, {err}") from err
    (one, first), (other, second) = groups.items()
    shared = [name for name in first if name in second]
    if shared:
        raise InvalidInput(
            f"{one} and {other} share {shared[0]!r} in {str(file)!r}; a column belongs to one"
        )
    if other == "y" and len(second) > 1:
        raise InvalidInput(f"y {roles['y']!r} must be a single column; got {len(second)}")
    frame = read_columns(file, names, [*first, *second], how)
    return frame[first], frame[second[0]] if other == "y" else frame[second]


def _with_gaps(file: Path, roles: Mapping[str, str], how: Reading) -> Loaded:
    names = column_names(file, text=how.dialect)
    group1, group2, (y,) = choose(names, **roles)
    frame = read_columns(file, names, [*group1, *group2, y], how)
    gaps = {name: _is_gap(frame[name], how) for name in frame}
    has1, has2, has_y = (
        ~np.any([gaps[name] for name in group], axis=0) for group in (group1, group2, [y])
    )
    samples = {
        "x1 and y": has1 & has_y,
        "x2 and y": has2 & has_y,
        "x1 and x2, and not y": has1 & has2 & ~has_y,
    }
    for what, rows in samples.items():
        if not rows.any():
            raise InvalidInput(
                f"no row of {str(file)!r} has {what}; in a single file, y is empty where it is not "
                "known. If every row has all, 'pid quantify' decomposes them"
            )
    first, second, both = (frame[rows] for rows in samples.values())
    return Loaded(
        (first[group1], first[y]),
        (second[group2], second[y]),
        (both[group1], both[group2]),
        note_on(file, how.dialect)
        + _notes(has1 & has2 & has_y, has1.astype(int) + has2 + has_y < 2),
    )


def _is_gap(column: pd.Series[Any], how: Reading) -> Gaps:
    return gaps_of(column.to_numpy(), None, how.missing_values)


def _notes(complete: Gaps, useless: Gaps) -> tuple[str, ...]:
    notes = []
    if complete.any():
        notes.append(
            f"{complete.sum()} rows have x1, x2 and y: they count as labelled samples of x1 and of "
            "x2; 'pid quantify' decomposes them directly"
        )
    if useless.any():
        notes.append(f"{useless.sum()} rows have less than two of x1, x2 and y: left out")
    return tuple(notes)
