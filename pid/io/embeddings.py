"""Sources that come from files of their own: embeddings beside a table of labels.

``audio.npy`` and ``audio.pt`` are arrays with one row per sample, ``both.npz:audio`` is an array of
an archive, and ``labels.csv:label`` are columns of a table, as in ``pid.io.tables``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from pid.checks import COLUMN, NONE, PATH, TEXT, checked, either, named
from pid.errors import InvalidInput
from pid.io.arrays import ARRAYS, read_array
from pid.io.choose import (
    Selection,
    check_apart,
    column_group,
    column_groups,
    columns_beside,
    notes_on_rest,
)
from pid.io.readers import TABLES, column_names, read_columns
from pid.io.reading import AS_THEY_ARE, READING, Reading
from pid.io.tables import load, load_candidates

SINGLE = ("y", "groups", "weights")  # roles of one column
_ENDINGS = "|".join(re.escape(ending[1:]) for ending in (*TABLES, *ARRAYS))
_REFERENCE = re.compile(rf"(?P<path>.+\.(?:{_ENDINGS}))(?::(?P<part>.+))?", re.IGNORECASE)


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
    return _load(file, roles, how, axes=2)


@checked(
    file=either(PATH, NONE),
    x1=TEXT,
    x2=TEXT,
    y=TEXT,
    groups=COLUMN,
    weights=COLUMN,
    how=READING,
)
def load_trials(
    file: str | Path | None,
    *,
    x1: str,
    x2: str,
    y: str,
    groups: str | None = None,
    weights: str | None = None,
    how: Reading = AS_THEY_ARE,
) -> Selection:
    """Read x1, x2 and y as ``load_sources`` does, where arrays of x1 and x2 may have three axes.

    Args:
        file, x1, x2, y, groups, weights, how: as for ``load_sources``.

    Raises:
        InvalidInput: as of ``load_sources``.
        MissingExtra: Parquet without pyarrow.
    """
    roles = {"x1": x1, "x2": x2, "y": y, "groups": groups, "weights": weights}
    return _load(file, roles, how, axes=3)


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
    files = {
        value: _reference(value, set(names)) for value in (*sources.values(), *others.values())
    }
    if file is not None and not any(files.values()):
        found = load_candidates(
            file, y=[y], column_sets=sources, groups=groups, weights=weights, how=how
        )
        assert found.column_sets is not None
        return Named(found.column_sets, found.y[y], found.groups, found.weights, found.notes)

    inside = {name: value for name, value in sources.items() if files[value] is None and names}
    of_rows = {role: value for role, value in others.items() if files[value] is None and names}
    chosen = _chosen(names, inside | of_rows, tuple(inside), how)
    check_apart({name: chosen[name] for name in inside}, set(of_rows.values()))

    def read(role: str, value: str, columns: list[str] | None) -> Any:
        return _read(role, files[value] or _of_table(role, value, file), how, columns)

    columns = {n: read(f"source {n!r}", value, chosen.get(n)) for n, value in sources.items()}
    of_y, of_groups, of_weights = (
        read(role, others[role], None) if role in others else None for role in roles
    )
    return Named(columns, of_y, of_groups, of_weights, notes_on_rest(inside, chosen, names))


def _chosen(
    names: list[str], roles: Mapping[str, str], sources: Sequence[str], how: Reading
) -> dict[str, list[str]]:
    """Columns of those sources that are in the table, one of which may be the rest."""
    others = {role: value for role, value in roles.items() if role not in sources}
    taken = {name for role, value in others.items() for name in column_group(role, value, names)}
    within = {role: roles[role] for role in sources if role in roles}
    return column_groups(names, within, taken | columns_beside(names, how.beside))


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


def _load(
    file: str | Path | None, roles: Mapping[str, str | None], how: Reading, *, axes: int
) -> Selection:
    """From the table, if no role has a file of its own."""
    asked = {role: value for role, value in roles.items() if value is not None}
    file = None if file is None else Path(file)
    names = column_names(file, single=True, text=how.dialect) if file is not None else []
    files = {role: _reference(value, set(names)) for role, value in asked.items()}
    x1, x2, y = asked["x1"], asked["x2"], asked["y"]
    groups, weights = roles["groups"], roles["weights"]
    if file is not None and not any(files.values()):
        return load(file, x1=x1, x2=x2, y=y, groups=groups, weights=weights, how=how)
    inside = {role: value for role, value in asked.items() if files[role] is None and names}
    chosen = _chosen(names, inside, ("x1", "x2"), how)
    check_apart(chosen, {value for role, value in inside.items() if role in SINGLE})

    def read(role: str, value: str) -> Any:
        reference = files[role] or _of_table(role, value, file)
        return _read(role, reference, how, chosen.get(role), 2 if role in SINGLE else axes)

    found = {role: read(role, value) for role, value in asked.items()}
    return Selection(
        found["x1"],
        found["x2"],
        found["y"],
        (x1, x2, y),
        groups=found.get("groups"),
        weights=found.get("weights"),
        notes=notes_on_rest({r: inside[r] for r in ("x1", "x2") if r in inside}, chosen, names),
    )


def _of_table(role: str, value: str, file: Path | None) -> Reference:
    """Columns of the table, if there is one."""
    if file is None:
        raise InvalidInput(
            f"{role} {value!r} names no file; give FILE for columns, or a file such as "
            "audio.npy, both.npz:audio or labels.csv:label"
        )
    return Reference(file, value)


@checked(value=TEXT)
def is_file(value: str) -> bool:
    """Whether a text can only be a file of its own, and no columns of a table."""
    return _REFERENCE.fullmatch(value) is not None


def _reference(value: str, columns: set[str]) -> Reference | None:
    """The file that a value names; None where it names columns."""
    match = _REFERENCE.fullmatch(value)
    if match is None or value in columns or any(fnmatchcase(name, value) for name in columns):
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
    path, part = reference
    if path.suffix.lower() in ARRAYS:
        return read_array(role, path, part, axes)
    names = column_names(path, single=True, text=how.dialect)
    chosen = column_group(role, str(part), names) if columns is None else columns
    several = role not in SINGLE
    if not several and len(chosen) > 1:
        raise InvalidInput(f"{role} must be a single column; got {len(chosen)}")
    frame = read_columns(path, names, chosen, how)
    return frame[chosen] if several else frame[chosen[0]]
