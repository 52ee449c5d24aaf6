"""Trials along an axis, such as time: arrays of NumPy or xarray, of which one place is taken out.

Labelled arrays are told by what they have, ``dims`` and ``coords``; xarray need not be there.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import numpy as np

from pid._types import Column
from pid.core.arrays import as_array
from pid.errors import InvalidInput

TIME = "time"  # what an axis is called that has only a number
SHAPES = "trials x {0}, or trials x channels x {0}"
MOVING = ("y", "given")  # of a trial, and may be another one at each place
UNEVEN = 1e-3  # share by which steps differ that are not due to rounding


class Trials(NamedTuple):
    """What belongs to the trials, by role.

    Attributes:
        axis: its name.
        positions: of the places along it.
        columns: by role; those in ``moving`` have the axis last, others are the same everywhere.
        moving: roles.
        notes: what was decided, in words.
    """

    axis: str
    positions: tuple[Hashable, ...]
    columns: Mapping[str, Any]
    moving: frozenset[str]
    notes: tuple[str, ...] = ()

    def at(self, place: int) -> dict[str, Any]:
        """All columns of one place, a row per trial."""
        return {
            role: values[..., place] if role in self.moving else values
            for role, values in self.columns.items()
        }


class _Read(NamedTuple):
    """Values with trials first and the axis, if they have it, last; and their coordinates."""

    values: Any
    moves: bool = True
    trials: Column | None = None
    places: Column | None = None


def read_trials(
    sources: Mapping[str, object], of_trials: Mapping[str, object], axis: str | int
) -> Trials:
    """Check that arrays have an axis, and that they are of the same trials and places.

    Args:
        sources: by role: trials x time, or trials x channels x time.
        of_trials: by role: one value per trial, and of y and what is given also trials x time; None
            where there is none.
        axis: the dimension of labelled arrays. Of others its number, or any name for the last.

    Raises:
        InvalidInput: no such axis, other shapes, lengths or coordinates that differ, coordinates
            that do not increase.
    """
    given = {role: values for role, values in of_trials.items() if values is not None}
    trial, notes = _trial({**sources, **given}, axis)
    found = {role: _source(values, role, axis, trial) for role, values in sources.items()}
    role, first = next(iter(found.items()))
    shape = len(first.values), first.values.shape[-1]
    if 0 in shape:
        raise InvalidInput(f"{role} has shape {first.values.shape}, and so nothing to count")
    is_first = not isinstance(axis, str) and axis in (0, -first.values.ndim)
    for role, values in given.items():
        found[role] = _of_trials(values, role, axis, trial)
        if found[role].moves and is_first and not _is_labelled(values):
            found[role] = _Read(np.moveaxis(found[role].values, 0, -1))
    name = axis if isinstance(axis, str) else TIME
    for role, one in found.items():
        _check_shape(one, role, shape, name)
    _check_alike({role: one.trials for role, one in found.items()}, trial)
    places = {role: one.places for role, one in found.items() if one.moves}
    _check_alike(places, name)
    coordinates = next((one for one in places.values() if one is not None), None)
    positions, uneven = positions_of(coordinates, shape[1], name)
    return Trials(
        name,
        positions,
        {role: one.values for role, one in found.items()},
        frozenset(places),
        notes + uneven,
    )


def _is_labelled(data: Any) -> bool:
    """Whether it is an array of xarray, or like one."""
    return hasattr(data, "dims") and hasattr(data, "coords") and not hasattr(data, "data_vars")


def _trial(data: Mapping[str, Any], axis: str | int) -> tuple[Any, tuple[str, ...]]:
    """The dimension that trials are along, which all labelled arrays have; a note if a guess."""
    labelled = {role: list(one.dims) for role, one in data.items() if _is_labelled(one)}
    if not labelled:
        return None, ()
    if not isinstance(axis, str):
        role, dims = next(iter(labelled.items()))
        raise InvalidInput(f"axis must be the name of a dimension of {role}, {dims}; got {axis}")
    first, *others = labelled.values()
    common = [dim for dim in first if dim != axis and all(dim in dims for dims in others)]
    if not common:
        said = ", ".join(f"{role} has {dims}" for role, dims in labelled.items())
        raise InvalidInput(
            f"no dimension beside {axis!r} is in all arrays, and trials need one: {said}; rename "
            "it, as x1.rename(epoch='trial') does"
        )
    if len(common) == 1:
        return common[0], ()
    return common[0], (
        f"trials are taken to be along {common[0]!r}, and {common[1]!r} to be channels; a labelled "
        "y would say so",
    )


def _source(data: Any, role: str, axis: str | int, trial: Any) -> _Read:
    if _is_labelled(data):
        dims = list(data.dims)
        if axis not in dims:
            raise InvalidInput(
                f"{role} has the dimensions {dims}, and no {axis!r}: axis must be one of them"
            )
        channels = [dim for dim in dims if dim not in (trial, axis)]
        if len(channels) > 1:
            raise InvalidInput(
                f"{role} has the dimensions {dims}; beside {trial!r} and {axis!r} it may have one, "
                "of channels: select or average the others, or stack them"
            )
        return _labelled(data, role, [trial, *channels, axis])
    if hasattr(data, "columns"):
        raise InvalidInput(
            f"{role} is a data frame, whose columns may be channels or times: give as axis a label "
            "for each row, or the name of a column of the table; or an array, of columns that are "
            "times frame.to_numpy()"
        )
    array = as_array(data, role)
    if array.ndim not in (2, 3):
        raise InvalidInput(
            f"with axis, {role} must have shape {SHAPES.format(TIME)}; got {array.shape}"
        )
    place = array.ndim - 1 if isinstance(axis, str) else int(axis)
    if not -array.ndim <= place < array.ndim:
        raise InvalidInput(
            f"there is no axis {axis} in {role}, of shape {array.shape}: give 0 to "
            f"{array.ndim - 1}, or a name such as {TIME!r} for the last"
        )
    return _Read(np.moveaxis(array, place, -1))


def _of_trials(data: Any, role: str, axis: str | int, trial: Any) -> _Read:
    """One value per trial, as it came; or trials x time."""
    if _is_labelled(data):
        moving = axis in data.dims and role in MOVING
        return _labelled(data, role, [trial, axis] if moving else [trial])
    if getattr(data, "ndim", 0) == 1:
        return _Read(data, moves=False)
    array = as_array(data, role)
    if array.ndim == 0:
        raise InvalidInput(f"{role} must have one value per trial; got a single one")
    moves = array.ndim == 2 and array.shape[1] > 1 and role in MOVING
    return _Read(array if moves else data, moves=moves)


def _labelled(data: Any, role: str, order: list[Any]) -> _Read:
    """In an order of dimensions, which are those it must have."""
    dims = list(data.dims)
    if len(dims) != len(order):
        needs = " and ".join(map(repr, order))
        raise InvalidInput(f"{role} has the dimensions {dims}; it needs {needs} alone")
    values = as_array(data.values, role).transpose([dims.index(dim) for dim in order])
    places = [np.asarray(data.coords[dim].values) if dim in data.coords else None for dim in order]
    if len(order) == 1:
        return _Read(values, moves=False, trials=places[0])
    return _Read(values, trials=places[0], places=places[-1])


def _check_shape(one: _Read, role: str, shape: tuple[int, int], axis: str) -> None:
    n, places = shape
    got = one.values.shape if hasattr(one.values, "shape") else (len(one.values),)
    if got[0] == n and (not one.moves or got[-1] == places):
        return
    if role not in MOVING and not one.moves:
        raise InvalidInput(f"{role} must have one value per trial, {n}; got shape {got}")
    if role in MOVING:
        raise InvalidInput(
            f"{role} must have one value per trial, {n}, or be trials x {axis}, ({n}, {places}); "
            f"got shape {got}"
        )
    raise InvalidInput(
        f"x1 has {n} trials and {places} places along {axis!r}, and {role} has {got[0]} and "
        f"{got[-1]}: give the same trials at the same places"
    )


def _check_alike(coordinates: Mapping[str, Column | None], dim: Any) -> None:
    """Raise InvalidInput where two arrays have other coordinates; taken by position, none do."""
    there = [(role, values) for role, values in coordinates.items() if values is not None]
    for role, values in there[1:]:
        first, expected = there[0]
        if len(values) == len(expected) and not np.array_equal(values, expected):
            place = int(np.flatnonzero(values != expected)[0])
            raise InvalidInput(
                f"{first} and {role} differ in their coordinates of {dim!r}, at place {place} "
                f"{expected[place]} and {values[place]}: bring them together, as "
                "xarray.align(x1, x2, y) does"
            )


def positions_of(
    values: Column | None, size: int, axis: str
) -> tuple[tuple[Hashable, ...], tuple[str, ...]]:
    """Names of the places: numbers that increase, or text; a note where steps are uneven.

    Args:
        values: coordinates; None where there are none.
        size: how many places there are.
        axis: its name.

    Raises:
        InvalidInput: gaps, complex numbers, coordinates that do not increase or come twice.
    """
    if values is None:
        return tuple(range(size)), ()
    kind = values.dtype.kind
    if kind == "c":
        raise InvalidInput(f"coordinates of {axis!r} are complex numbers; give real ones, or names")
    if kind not in "iufmM":
        names = tuple(map(str, values.tolist()))
        _check_distinct(names, axis)
        return names, ()
    gaps = np.isnan(values) if kind == "f" else np.isnat(values) if kind in "mM" else ()
    if np.any(gaps) or (kind == "f" and not np.isfinite(values).all()):
        raise InvalidInput(f"coordinates of {axis!r} have gaps or infinities; give each a place")
    steps = np.diff(values.astype(np.float64) if kind in "iuf" else values.astype(np.int64))
    if size > 1 and steps.min() <= 0:
        place = int(np.flatnonzero(steps <= 0)[0])
        how = "comes twice" if steps[place] == 0 else f"comes after {values[place]}"
        raise InvalidInput(
            f"coordinates of {axis!r} must increase: {values[place + 1]} {how}; "
            + (
                "leave one out, or average them"
                if steps[place] == 0
                else f"sort them, as x1.sortby({axis!r}) does"
            )
        )
    found = values.tolist() if kind in "iuf" else _as_text(values)
    if size < 3 or steps.max() - steps.min() <= UNEVEN * steps.min():
        return tuple(found), ()
    least, most = steps.min(), steps.max()
    unit = "" if kind in "iuf" else f" {np.datetime_data(values.dtype)[0]}"
    return tuple(found), (
        f"steps along {axis!r} are uneven, {least:.4g} to {most:.4g}{unit}: each place is an "
        "answer of its own, whatever lies between",
    )


def _as_text(values: Column) -> list[str]:
    """Dates without the zeros that all of them end in."""
    if values.dtype.kind == "M":
        return list(np.datetime_as_string(values, unit="auto").tolist())
    return list(values.astype(str).tolist())


def _check_distinct(names: tuple[str, ...], axis: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidInput(f"coordinates of {axis!r} must differ: {name!r} comes twice")
        seen.add(name)
