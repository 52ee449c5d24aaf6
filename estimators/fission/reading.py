"""Pictures, sounds, rows of activations and their scenes, as they are given: checked once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pid._types import Codes, Floats
from pid.errors import InvalidInput, TooLarge

MOST_SCENES = 10_000_000  # each has a row of what is in it


def listed(values: object) -> NDArray[Any]:
    """As an array; rows of different lengths are objects, which nothing takes."""
    try:
        return np.asarray(values)
    except ValueError:
        return np.asarray(None)


def as_array(values: ArrayLike, role: str, what: str, axes: tuple[int, ...]) -> Floats:
    """Finite numbers of so many axes.

    Raises:
        InvalidInput: no numbers, other axes, or values that are missing or infinite.
    """
    given = listed(values)
    if given.dtype.kind not in "biuf":
        raise InvalidInput(f"{role} must be numbers, {what}; got {given.dtype}")
    found = given.astype(np.float64)
    if found.ndim not in axes:
        raise InvalidInput(f"{role} must be {what}; got shape {found.shape}")
    if not np.isfinite(found).all():
        raise InvalidInput(f"{role} has missing or infinite values; leave these out")
    return found


def rows_of(A: ArrayLike, role: str) -> Floats:
    """One row per activation, as large as 1 at most; none at all is allowed."""
    if listed(A).size == 0:
        return np.zeros((0, 1))
    found = as_array(A, role, "one row per activation", (1, 2))
    found = found[:, None] if found.ndim == 1 else found
    most = float(np.abs(found).max())
    if most == 0:
        raise InvalidInput(f"{role} is 0 everywhere; give activations that differ from nothing")
    return found / most


def scenes_of(
    scene1: ArrayLike, scene2: ArrayLike, lengths: tuple[int, int], n_scenes: int | None
) -> tuple[Codes, Codes, int]:
    """The scene of each row as 0, 1, ..., and how many there are.

    Whole numbers are the scenes from 0 to the largest, or to ``n_scenes``; texts are names.

    Raises:
        InvalidInput: not one per row, not of one kind, or numbers that scenes cannot have.
        TooLarge: more scenes than can be held.
    """
    given = [
        _scene(s, f"scene{i + 1}", length)
        for i, (s, length) in enumerate(zip((scene1, scene2), lengths, strict=True))
    ]
    kinds = {s.dtype.kind for s in given if s.size}
    if len(kinds) > 1:
        raise InvalidInput("scene1 and scene2 must both be whole numbers, or both be names")
    if kinds == {"U"}:
        names, codes = np.unique(np.concatenate(given), return_inverse=True)
        n = len(names) if n_scenes is None else n_scenes
        found = codes[: lengths[0]], codes[lengths[0] :]
    else:
        found = given[0].astype(np.intp), given[1].astype(np.intp)
        n = _most(*found) if n_scenes is None else n_scenes
    if max(n, _most(*found)) > MOST_SCENES:
        raise TooLarge(
            f"there may be at most {MOST_SCENES:,} scenes; got {max(n, _most(*found)):,}: number "
            "them from 0, or give texts, as names"
        )
    if _most(*found) > n:
        raise InvalidInput(
            f"there are activations of {_most(*found):,} scenes, and n_scenes is {n:,}; both "
            "sources must be of the same scenes, numbered from 0"
        )
    return (*found, n)


def _scene(scene: ArrayLike, role: str, length: int) -> Codes:
    found = listed(scene)
    if found.ndim != 1 or len(found) != length:
        raise InvalidInput(
            f"{role} must name the scene of each of {length:,} rows; got shape {found.shape}"
        )
    if not found.size:
        return np.zeros(0, dtype=np.intp)
    if found.dtype.kind == "f" and np.isfinite(found).all() and (found == np.round(found)).all():
        found = found.astype(np.intp)
    if found.dtype.kind == "O" and all(isinstance(name, str) for name in found):
        found = found.astype(np.str_)
    if found.dtype.kind not in "iuU":
        raise InvalidInput(f"{role} must be whole numbers from 0, or names; got {found.dtype}")
    if found.dtype.kind != "U" and found.min() < 0:
        raise InvalidInput(f"{role} must be whole numbers from 0, or names; got {found.min()}")
    return found


def _most(*scenes: Codes) -> int:
    return max(int(s.max(initial=-1)) + 1 for s in scenes)
