"""Sources that come from files of their own: embeddings beside a table of labels.

``audio.npy`` is an array with one row per sample, ``both.npz:audio`` an array of an archive, and
``labels.csv:label`` columns of a table, by names and globs as in ``pid.io.tables``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pid.checks import COLUMN, NONE, PATH, TEXT, checked, either, named
from pid.errors import InvalidInput
from pid.io.choose import (
    Selection,
    check_apart,
    column_group,
    column_groups,
    notes_on_rest,
)
from pid.io.foreign import check_regular, reading
from pid.io.readers import column_names, read_columns
from pid.io.reading import AS_THEY_ARE, READING, Reading
from pid.io.tables import APART, load, load_candidates

ARRAYS = (".npy", ".npz")
SINGLE = ("y", "groups", "weights")  # roles of one column
ARRAY = "an array of numbers or text that numpy.save wrote"
_REFERENCE = re.compile(
    r"(?P<path>.+\.(?:npy|npz|csv|tsv|txt|parquet))(?::(?P<part>.+))?", re.IGNORECASE
)


class Reference(NamedTuple):
    """A file, and what of it: columns, or the name of an array; None if that is not said."""

    path: Path
    part: str | None


class Named(NamedTuple):
    """Several sources, as ``pid.quantify`` takes them; groups and weights None without any."""

    sources: dict[str, Any]
    y: Any
    groups: Any
    weights: Any
    notes: tuple[str, ...] = ()


@checked(
    file=either(PATH, NONE),
    x1=TEXT,
    x2=TEXT,
    y=TEXT,
    groups=COLUMN,
    weights=COLUMN,
    apart=APART,
    how=READING,
)
def load_sources(
    file: str | Path | None,
    *,
    x1: str,
    x2: str,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
    apart: Mapping[str, str] | None = None,
    how: Reading = AS_THEY_ARE,
) -> Selection:
    """Read x1, x2 and y from a table, from files of their own, or from both.

    Args:
        file: the table that plain names belong to, or None where every role has its own file.
        x1, x2, y, groups, weights: names and globs of ``file``, or references such as
            ``audio.npy``, ``both.npz:audio`` and ``labels.csv:label``. A column of ``file`` that is
            called exactly so comes first.
        apart, how: as for ``load``.

    Returns:
        The columns and arrays. Arrays stay in their ``.npy`` files until rows are read.

    Raises:
        InvalidInput: files that cannot be read, roles without a file, names that match nothing.
        MissingExtra: Parquet without pyarrow.
    """
    roles = {"x1": x1, "x2": x2, "y": y, "groups": groups, "weights": weights}
    asked = {role: value for role, value in roles.items() if value is not None}
    file = None if file is None else Path(file)
    names = column_names(file, single=True, text=how.dialect) if file is not None else []
    files = {role: _reference(value, set(names)) for role, value in asked.items()}
    apart = _in_table(apart, names)
    if file is not None and not any(files.values()):
        return load(file, x1=x1, x2=x2, y=y, groups=groups, weights=weights, apart=apart, how=how)
    inside = {role: value for role, value in asked.items() if files[role] is None and names}
    chosen = _chosen(names, inside, ("x1", "x2"), apart)
    check_apart(chosen, {value for role, value in inside.items() if role in SINGLE})
    found = {
        role: _read(role, files[role] or _of_table(role, value, file), how, chosen.get(role))
        for role, value in asked.items()
    }
    return Selection(
        found["x1"],
        found["x2"],
        found["y"],
        (x1, x2, y),
        groups=found.get("groups"),
        weights=found.get("weights"),
        notes=notes_on_rest({r: inside[r] for r in ("x1", "x2") if r in inside}, chosen, names),
    )


@checked(
    file=either(PATH, NONE),
    sources=named("columns", TEXT),
    y=TEXT,
    groups=COLUMN,
    weights=COLUMN,
    apart=APART,
    how=READING,
)
def load_named(
    file: str | Path | None,
    sources: Mapping[str, str],
    *,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
    apart: Mapping[str, str] | None = None,
    how: Reading = AS_THEY_ARE,
) -> Named:
    """Read any number of sources by their names, and y, as ``load_sources`` reads two.

    Args:
        file: the table that plain names belong to, or None where every role has its own file.
        sources: name -> names and globs of ``file``, or a reference such as ``audio.npy``.
        y, groups, weights: likewise.
        apart, how: as for ``load``.

    Raises:
        InvalidInput: as of ``load_sources``; a column of the table that has two roles.
        MissingExtra: Parquet without pyarrow.
    """
    roles = {"y": y, "groups": groups, "weights": weights}
    others = {role: value for role, value in roles.items() if value is not None}
    file = None if file is None else Path(file)
    names = column_names(file, single=True, text=how.dialect) if file is not None else []
    files = {
        value: _reference(value, set(names)) for value in (*sources.values(), *others.values())
    }
    apart = _in_table(apart, names)
    if file is not None and not any(files.values()):
        found = load_candidates(
            file, y=[y], column_sets=sources, groups=groups, weights=weights, apart=apart, how=how
        )
    return Reference(file, value)


def _reference(value: str, columns: set[str]) -> Reference | None:
    """The file that a value names; None where it names columns."""
    match = _REFERENCE.fullmatch(value)
    if match is None or value in columns:
        return None
    path, part = Path(match["path"]), match["part"]
    is_array = path.suffix.lower() in ARRAYS
    if not is_array and part is None:
        raise InvalidInput(f"{value!r} names a table; say which column of it, as {value}:label")
    return Reference(path, part)


def _read(
    role: str,
    reference: Reference,
    how: Reading,
    columns: list[str] | None = None,
    axes: int = 2,
) -> Any:
    """An array, or columns: those that are known already, or those that the reference names."""
    if reference.path.suffix.lower() in ARRAYS:
        return _array(role, reference, axes)
    names = column_names(reference.path, single=True, text=how.dialect)
    chosen = column_group(role, str(reference.part), names) if columns is None else columns
    several = role not in SINGLE
    if not several and len(chosen) > 1:
        raise InvalidInput(f"{role} must be a single column; got {len(chosen)}")
    frame = read_columns(reference.path, names, chosen, how)
    return frame[chosen] if several else frame[chosen[0]]


def _array(role: str, reference: Reference, axes: int) -> np.ndarray[Any, Any]:
    path, part = reference
    if not path.exists():
        raise InvalidInput(f"{role}: there is no file {str(path)!r}")
    check_regular(path)
    with reading(path, ARRAY, role):
        with path.open("rb") as stream:
            if stream.read(2) == b"PK":  # an archive, whatever the ending says
                stream.seek(0)
                archive = np.load(stream, allow_pickle=False)
                return _checked(role, path, _of_archive(role, path, archive, part), axes)
        # mapped, so that embeddings need not fit into memory; never unpickled
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    if part is not None:
        raise InvalidInput(f"{role}: {path.name} is one array, and has no part {part!r}")
    return _checked(role, path, found, axes)


def _of_archive(role: str, path: Path, archive: Any, part: str | None) -> np.ndarray[Any, Any]:
    names = list(archive.files)
    if part is None and len(names) == 1:
        part = names[0]
    if part not in names:
        shown = ", ".join(f"{path.name}:{name}" for name in names[:6])
        raise InvalidInput(f"{role}: say which array of {path.name}; there are {shown or 'none'}")
    return np.asarray(archive[part])


def _checked(role: str, path: Path, array: np.ndarray[Any, Any], axes: int) -> np.ndarray[Any, Any]:
    if not 1 <= array.ndim <= axes:
        more = "one more axis" if axes == 2 else "two more axes"
        raise InvalidInput(
            f"{role}: {path.name} has shape {array.shape}; it needs one row per sample and at most "
            f"{more}, so average or flatten the others"
        )
    return array
