"""Where pictures differ from their background: patches, found wherever they stand.

Patches that look alike, wherever they stand, are averaged to templates; these are then taken out of
the pictures one by one where they fit best (matching pursuit, Mallat & Zhang 1993), so that
neighbours that touch are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from pid._types import Codes, Floats
from pid.estimators.fission.templates import CLEAR, EDGE, Numbers, boxes, correlations, learned

TO_NORMAL = 1.4826  # deviation of a normal sample, over its median absolute deviation
FAINTEST = 0.4  # of a template's usual size: less is what another match has left behind
ROUNDS = 12
CHUNK = 64  # pictures at a time
WIDEST = 0.5  # of a picture's shorter side
SETTLED = 0.1  # of the correlation of neighbouring pixels, where patches are wide enough
SMALLEST = 3
SPARE = 2  # pixels, as a patch that cuts something off leaves a rest that looks like something
BRIGHTEST = 25.0  # energy of a pixel, more of which says no more of how wide things are
FEW = 10  # scenes; the median of fewer has objects in it
FLAT = 0.1  # of the deviation of all pixels, for noise where most of them are equal


class Found(NamedTuple):
    """Patches: scene, rectangle, and pixels less the background and neighbours."""

    scenes: Codes
    places: Codes  # (patches, 4)
    pixels: Floats  # (patches, side, side, channels)


def deviations(images: Floats) -> Floats:
    """Less the background, in deviations of its noise; 0 where pictures are all alike."""
    middle = np.median(images, axis=0 if len(images) >= FEW else (0, 1, 2))
    left = images - middle
    # noise is what the median pixel has, unless more than half of them are equal
    noise = TO_NORMAL * float(np.median(np.abs(left))) or FLAT * float(left.std())
    return left / noise if noise > 0 else left


def usual_side(z: Floats) -> int:
    """How wide what stands out is: where the energies of two pixels are no longer alike."""
    energy = np.minimum((z**2).mean(axis=3), BRIGHTEST)
    energy -= energy.mean()
    most = max(SMALLEST, int(WIDEST * min(energy.shape[1:])))
    sides = []
    for axis in (1, 2):
        length = energy.shape[axis]
        lags = range(1, min(most, length - 1) + 1)
        alike = np.array([_lagged(energy, axis, lag) for lag in lags])
        alike -= alike.min()  # scenes with more in them are brighter throughout
        below = np.flatnonzero(alike <= SETTLED * alike[0])
        sides.append(int(below[0]) + 1 + SPARE if below.size else most)
    return min(most, max(SMALLEST, max(sides)))


def _lagged(energy: Floats, axis: int, lag: int) -> float:
    length = energy.shape[axis]
    before, after = (
        np.take(energy, range(*ends), axis) for ends in ((0, length - lag), (lag, length))
    )
    return float((before * after).mean())


def find(z: Floats, side: int) -> Found:
    """All patches of ``side`` pixels that stand out; they may reach beyond the picture.

    Args:
        z: what ``deviations`` found, shape (n, height, width, channels).
        side: of a patch.
    """
    margin = side // 2
    padding = (0, 0), (margin, margin), (margin, margin), (0, 0)
    left: Numbers = np.pad(z, padding).astype(np.float32)
    templates = learned(left, side)
    if not len(templates):
        nothing = np.empty(0, dtype=np.intp)
        return Found(nothing, np.empty((0, 4), np.intp), np.empty((0, side, side, z.shape[3])))
    matches = _joined(list(_pursuit(left, templates)))
    order = np.lexsort((*matches.corners.T[::-1], matches.scenes))
    scenes, corners, which, sizes = matches.taken(order)
    extents = np.array([_extent(t) for t in templates])
    # what other matches have left, and its own
    pixels = boxes(left, scenes, corners, side) + sizes[:, None, None, None] * templates[which]
    pixels = pixels * _inside(extents, side)[which][..., None]
    places = np.tile(corners - margin, 2) + extents[which]
    return Found(scenes, np.clip(places, 0, np.tile(z.shape[1:3], 2)), pixels.astype(np.float64))


def _extent(template: Numbers) -> Codes:
    """Top, left, bottom and right of what is not near 0 in a template."""
    energy = (template**2).sum(axis=2)
    ends = []
    for axis in (1, 0):
        inside = np.flatnonzero(energy.max(axis=axis) > EDGE * energy.max())
        ends.append((inside[0], inside[-1] + 1))
    (top, bottom), (start, end) = ends
    return np.array([top, start, bottom, end])


def _inside(extents: Codes, side: int) -> Floats:
    """1 inside of rectangles, shape (rectangles, side, side)."""
    y, x = np.mgrid[:side, :side]
    t, s, b, e = extents.T[:, :, None, None]
    inside = (y >= t) & (y < b) & (x >= s) & (x < e)
    return np.asarray(inside, dtype=np.float64)


class Matches(NamedTuple):
    """Where templates fit: scene, corner, which of them, and how large it is there."""

    scenes: Codes
    corners: Codes
    which: Codes
    sizes: Numbers

    def taken(self, rows: Codes | NDArray[np.bool_]) -> Matches:
        """Some of them."""
        return Matches(self.scenes[rows], self.corners[rows], self.which[rows], self.sizes[rows])


def _pursuit(left: Numbers, templates: Numbers) -> Iterator[Matches]:
    """Matches, round by round; what they explain is taken out of the pictures."""
    side = templates.shape[1]
    least = np.full(len(templates), CLEAR)
    active = np.arange(len(left))
    for number in range(ROUNDS):
        found = _matches(left, active, templates, least)
        if number == 0:
            for t in np.unique(found.which):
                usual = np.median(found.sizes[found.which == t])
                least[t] = max(CLEAR, FAINTEST * usual)
            strong = found.sizes >= least[found.which]
            found = found.taken(strong)
        yield found
        if not len(found.scenes):
            return
        for i, (top, start), t, c in zip(*found, strict=True):
            left[i, top : top + side, start : start + side] -= c * templates[t]
        active = np.unique(found.scenes)


def _matches(left: Numbers, active: Codes, templates: Numbers, least: Floats) -> Matches:
    """Where a template fits better than any other nearby, and clearly."""
    side = templates.shape[1]
    parts = []
    for start in range(0, len(active), CHUNK):
        scenes = active[start : start + CHUNK]
        c = correlations(left[scenes], templates)
        c[c < least[:, None, None]] = 0
        best = c.max(axis=1)
        top = maximum_filter(best, size=(1, 2 * side - 1, 2 * side - 1), mode="constant")
        i, y, x = np.nonzero((best == top) & (best > 0))
        which = c[i, :, y, x].argmax(axis=1)
        parts.append(Matches(scenes[i], np.stack([y, x], axis=1), which, best[i, y, x]))
    return _joined(parts)


def _joined(parts: list[Matches]) -> Matches:
    scenes, corners, which, sizes = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Matches(scenes, corners, which, sizes)
