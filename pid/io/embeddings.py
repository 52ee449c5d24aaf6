"""Sources that come from files of their own: embeddings beside a table of labels.

``audio.npy`` is an array with one row per sample, ``both.npz:audio`` an array of an archive, and
``labels.csv:label`` columns of a table, by names and globs as in ``pid.io.tables``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pid.checks import COLUMN, NONE, PATH, TEXT, checked, either, named
from pid.errors import InvalidInput
from pid.io.choose import Selection, check_apart, column_group
from pid.io.foreign import check_regular, reading
from pid.io.readers import column_names, read_columns
from pid.io.reading import AS_THEY_ARE, READING, Reading
from pid.io.tables import load, load_candidates

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


@checked(
    file=either(PATH, NONE),
    x1=TEXT,
    x2=TEXT,
    y=TEXT,
    groups=COLUMN,
    weights=COLUMN,
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
    how: Reading = AS_THEY_ARE,
) -> Selection:
    """Read x1, x2 and y from a table, from files of their own, or from both.

    Args:
        file: the table that plain names belong to, or None where every role has its own file.
        x1, x2, y, groups, weights: names and globs of ``file``, or references such as
            ``audio.npy``, ``both.npz:audio`` and ``labels.csv:label``. A column of ``file`` that is
            called exactly so comes first.
        how: as for ``load``.

    Returns:
        The columns and arrays. Arrays stay in their ``.npy`` files until rows are read.

    Raises:
        InvalidInput: files that cannot be read, roles without a file, names that match nothing.
        MissingExtra: Parquet without pyarrow.
    """
    roles = {"x1": x1, "x2": x2, "y": y, "groups": groups, "weights": weights}
    asked = {role: value for role, value in roles.items() if value is not None}
    file = None if file is None else Path(file)
    columns = set(column_names(file, single=True, text=how.dialect)) if file is not None else set()
    apart = {role: _reference(value, columns) for role, value in asked.items()}
    if file is not None and not any(apart.values()):
        return load(file, x1=x1, x2=x2, y=y, groups=groups, weights=weights, how=how)
    found = {
        role: _read(role, apart[role] or _of_table(role, value, file), how)
        for role, value in asked.items()
    }
    return Selection(
        found["x1"],
        found["x2"],
        found["y"],
        (x1, x2, y),
        groups=found.get("groups"),
        weights=found.get("weights"),
    )


@checked(
    file=either(PATH, NONE),
    sources=named("columns", TEXT),
    y=TEXT,
    groups=COLUMN,
    weights=COLUMN,
    how=READING,
)
def load_named(
    file: str | Path | None,
    sources: Mapping[str, str],
    *,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
    how: Reading = AS_THEY_ARE,
) -> Named:
    """Read any number of sources by their names, and y, as ``load_sources`` reads two.

    Args:
        file: the table that plain names belong to, or None where every role has its own file.
        sources: name -> names and globs of ``file``, or a reference such as ``audio.npy``.
        y, groups, weights: likewise.
        how: as for ``load``.

    Raises:
        InvalidInput: as of ``load_sources``; a column of the table that has two roles.
        MissingExtra: Parquet without pyarrow.
    """
    roles = {"y": y, "groups": groups, "weights": weights}
    others = {role: value for role, value in roles.items() if value is not None}
    file = None if file is None else Path(file)
    names = column_names(file, single=True, text=how.dialect) if file is not None else []
    apart = {
        value: _reference(value, set(names)) for value in (*sources.values(), *others.values())
    }
    if file is not None and not any(apart.values()):
        found = load_candidates(
            file, y=[y], column_sets=sources, groups=groups, weights=weights, how=how
        )
        assert found.column_sets is not None
        return Named(found.column_sets, found.y[y], found.groups, found.weights)

    def read(role: str, value: str) -> Any:
        return _read(role, apart[value] or _of_table(role, value, file), how)

    inside = {name: value for name, value in sources.items() if apart[value] is None and names}
    taken = {value for value in others.values() if apart[value] is None}
    check_apart({name: column_group(name, v, names) for name, v in inside.items()}, taken)
    columns = {name: read(f"source {name!r}", value) for name, value in sources.items()}
    return Named(columns, *(read(r, others[r]) if r in others else None for r in roles))


@checked(file=either(PATH, NONE), codes=named("columns", TEXT), y=TEXT, how=READING)
def load_codes(
    file: str | Path | None,
    codes: Mapping[str, str],
    *,
    y: str,
    how: Reading = AS_THEY_ARE,
) -> dict[str, Any]:
    """Read the codes that ``pid.retained`` takes, as ``load_sources`` reads sources.

    Args:
        file: the table that plain names belong to, or None where every code has its own file.
        codes: name -> names and globs of ``file``, or a reference such as ``codes.npz:audio``.
        y: the target, which no code may contain.
        how: as for ``load``.

    Raises:
        InvalidInput: as of ``load_sources``; codes that contain the target.
    """
    path = None if file is None else Path(file)
    names = column_names(path, single=True, text=how.dialect) if path is not None else []
    found = {}
    for role, value in codes.items():
        apart = _reference(value, set(names))
        if apart is None and path is not None and y in column_group(role, value, names):
            raise InvalidInput(
                f"{role} {value!r} contains the target {y!r}, which would tell everything; narrow "
                "the pattern"
            )
        found[role] = _read(role, apart or _of_table(role, value, path), how)
    return found


class Probabilities(NamedTuple):
    """What ``load_posteriors`` has read, for ``pid.quantify_posteriors``."""

    p1: Any
    p2: Any
    p12: Any
    y: Any
    groups: Any


@checked(p1=TEXT, p2=TEXT, p12=TEXT, y=COLUMN, groups=COLUMN)
def load_posteriors(
    p1: str, p2: str, p12: str, *, y: str | None = None, groups: str | None = None
) -> Probabilities:
    """Read the probabilities that ``pid.quantify_posteriors`` takes, each from a file.

    Args:
        p1, p2, p12: references such as ``p1.npy``, ``all.npz:p1`` and ``said.csv:p1_*``; arrays
            may have three axes.
        y, groups: references such as ``labels.csv:label`` and ``y.npy``.

    Raises:
        InvalidInput: as of ``load_sources``.
    """
    roles = {"p1": p1, "p2": p2, "p12": p12, "y": y, "groups": groups}
    found: dict[str, Any] = {}
    for role, value in roles.items():
        if value is None:
            found[role] = None
            continue
        reference = _reference(value, set()) or _of_table(role, value, None)
        found[role] = _read(role, reference, AS_THEY_ARE, axes=2 if role in SINGLE else 3)
    return Probabilities(**found)


def _of_table(role: str, value: str, file: Path | None) -> Reference:
    """Columns of the table, if there is one."""
    if file is None:
        raise InvalidInput(
            f"{role} {value!r} names no file; give FILE for columns, or a file such as "
            "audio.npy, both.npz:audio or labels.csv:label"
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


def _read(role: str, reference: Reference, how: Reading, axes: int = 2) -> Any:
    if reference.path.suffix.lower() in ARRAYS:
        return _array(role, reference, axes)
    names = column_names(reference.path, single=True, text=how.dialect)
    chosen = column_group(role, str(reference.part), names)
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
