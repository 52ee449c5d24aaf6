"""Where pictures differ from their background: patches, found wherever they stand.

Patches that look alike, wherever they stand, are averaged to templates; these are then taken out of
the pictures one by one where they fit best (matching pursuit, Mallat & Zhang 1993), so that
neighbours that touch are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft
from scipy.ndimage import convolve1d, maximum_filter

from pid._types import Codes, Floats

TO_NORMAL = 1.4826  # deviation of a normal sample, over its median absolute deviation
CLEAR = 6.0  # deviations of noise: of a thousand places and ten templates, none by chance
FAINTEST = 0.4  # of a template's usual size: less is what another match has left behind
ALIKE = 0.7  # cosine of patches, without their noise, that are of one template
RARE = 0.02  # share of isolated patches that is worth no template
MOST_TEMPLATES = 40
SETTLING = 3  # rounds of what a template is, and where
ROUNDS = 12
CHUNK = 64  # pictures at a time
WIDEST = 0.5  # of a picture's shorter side
SETTLED = 0.1  # of the correlation of neighbouring pixels, where patches are wide enough
SMALLEST = 3
SPARE = 2  # pixels, as a patch that cuts something off leaves a rest that looks like something
EDGE = 0.1  # of a template's largest energy, below which a pixel is beside it
FEW = 10  # scenes; the median of fewer has objects in it


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
    noise = TO_NORMAL * float(np.median(np.abs(left))) or float(left.std()) * 0.1
    return left / noise if noise > 0 else left


def usual_side(z: Floats) -> int:
    """How wide what stands out is: where the energies of two pixels are no longer alike."""
    energy = np.minimum((z**2).mean(axis=3), 25.0)
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
    before, after = (np.take(energy, range(*ends), axis) for ends in ((0, length - lag), (lag, length)))
    return float((before * after).mean())


def find(z: Floats, side: int) -> Found:
    """All patches of ``side`` pixels that stand out of pictures, shape (n, height, width, channels).

    Corners may lie up to half a patch beyond the picture.
    """
    margin = side // 2
    left = np.pad(z, ((0, 0), (margin, margin), (margin, margin), (0, 0))).astype(np.float32)
    templates = _templates(left, side)
    matches = list(_pursuit(left, templates)) if len(templates) else []
    scenes, corners, which, sizes = (
        np.concatenate([getattr(m, name) for m in matches]) if matches else empty
        for name, empty in zip(
            Matches._fields,
            (np.empty(0, int), np.empty((0, 2), int), np.empty(0, int), np.empty(0)),
            strict=True,
        )
    )
    order = np.lexsort((corners[:, 1], corners[:, 0], scenes))
    scenes, corners, which = scenes[order], corners[order], which[order]
    pixels = _boxes(left, scenes, corners, side).astype(np.float64)
    places = np.concatenate([corners, corners + side], axis=1)
    if matches:
        extents = np.array([_extent(t) for t in templates])
        pixels += sizes[order, None, None, None] * templates[which]
        pixels *= _inside(extents, side)[which][..., None]
        places = np.tile(corners, 2) + extents[which]
    limits = np.array(z.shape[1:3])
    return Found(scenes, np.clip(places - margin, 0, np.tile(limits, 2)), pixels)


def _extent(template: Floats) -> Codes:
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
    return ((y >= t) & (y < b) & (x >= s) & (x < e)).astype(np.float64)


class Matches(NamedTuple):
    """Where templates fit: scene, corner, which of them, and how large it is there."""

    scenes: Codes
    corners: Codes
    which: Codes
    sizes: Floats


def _boxes(z: Floats, scenes: Codes, corners: Codes, side: int) -> Floats:
    """Pixels of patches, shape (patches, side, side, channels)."""
    boxes = sliding_window_view(z, (side, side), axis=(1, 2))
    return np.moveaxis(boxes[scenes, corners[:, 0], corners[:, 1]], 1, -1)


def _pursuit(left: Floats, templates: Floats) -> Iterator[Matches]:
    """Matches, round by round; what they explain is taken out of the pictures."""
    side = templates.shape[1]
    least = np.full(len(templates), CLEAR)
    active = np.arange(len(left))
    for number in range(ROUNDS):
        found = _matches(left, active, templates, least)
        if not len(found.scenes):
            return
        if number == 0:
            for t in np.unique(found.which):
                usual = np.median(found.sizes[found.which == t])
                least[t] = max(CLEAR, FAINTEST * usual)
            strong = found.sizes >= least[found.which]
            found = Matches(*(part[strong] for part in found))
        for i, (top, start), t, c in zip(*found, strict=True):
            left[i, top : top + side, start : start + side] -= c * templates[t]
        active = np.unique(found.scenes)
        yield found


def _matches(left: Floats, active: Codes, templates: Floats, least: Floats) -> Matches:
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
    return Matches(*map(np.concatenate, zip(*parts, strict=True)))


def correlations(z: Floats, templates: Floats) -> Floats:
    """Inner products of all patches with templates, shape (n, templates, y, x)."""
    _, height, width, _ = z.shape
    side = templates.shape[1]
    shape = [fft.next_fast_len(length, real=True) for length in (height, width)]
    of_pictures = fft.rfft2(z, shape, axes=(1, 2))
    of_templates = np.conj(fft.rfft2(templates, shape, axes=(1, 2)))
    product = np.einsum("nyxc,tyxc->ntyx", of_pictures, of_templates)
    found = fft.irfft2(product, shape, axes=(2, 3))
    return np.asarray(found[:, :, : height - side + 1, : width - side + 1])


def _templates(z: Floats, side: int) -> Floats:
    """What isolated patches look like, each of length 1, shape (templates, side, side, channels)."""
    reach = side // 2  # of what may be moved to where it fits
    isolated, noise = _isolated(z, side, reach), side**2 * z.shape[3]
    middle = np.full((len(isolated), 2), reach)
    patches = _boxes(isolated, np.arange(len(isolated)), middle, side)
    energy = np.maximum((patches**2).sum(axis=(1, 2, 3)) - noise, 1.0)
    order = np.argsort(-energy)
    free = np.ones(len(isolated), dtype=bool)
    found: list[Floats] = []
    while free.any() and len(found) < MOST_TEMPLATES:
        first = order[free[order]][0]
        template, own = patches[first], np.arange(len(free)) == first
        for _ in range(SETTLING):
            c = correlations(isolated, template[None])[:, 0]
            length = np.sqrt(max((template**2).sum() - noise / own.sum(), 1.0))
            fits = c.max(axis=(1, 2)) >= ALIKE * length * np.sqrt(energy)
            own = free & (fits | (np.arange(len(free)) == first))
            flat = c[own].reshape(own.sum(), -1).argmax(axis=1)
            corners = np.stack(np.unravel_index(flat, c.shape[1:]), axis=1)
            template = _boxes(isolated[own], np.arange(own.sum()), corners, side).mean(axis=0)
            corners = np.clip(corners + _off_middle(template), 0, 2 * reach)
            template = _boxes(isolated[own], np.arange(own.sum()), corners, side).mean(axis=0)
        free &= ~own
        if own.sum() >= max(2, RARE * len(free)):
            found.append(template / np.sqrt((template**2).sum()))
    return np.array(found)


def _off_middle(template: Floats) -> Codes:
    """How far the energy of a template is from its middle, down and to the right."""
    energy = (template**2).sum(axis=2)
    energy = energy * (energy > EDGE * energy.max())
    y, x = np.mgrid[: len(energy), : len(energy)] - (len(energy) - 1) / 2
    return np.array([np.trunc((energy * at).sum() / energy.sum()) for at in (y, x)], dtype=int)


def _isolated(z: Floats, side: int, reach: int) -> Floats:
    """Patches of most energy nearby that no other one touches, with a margin of ``reach``."""
    channels = z.shape[3]
    energy = (z**2).sum(axis=3) - channels
    inner, outer = (_summed(energy, s) for s in (side, side + 2))
    noise, ring = (np.sqrt(2 * channels * area) for area in (side**2, 4 * side + 4))
    # the middle counts a little more, so that what is smaller than a patch stands there
    middle = _summed(energy, side, rounded=True)
    top = maximum_filter(middle, size=(1, 2 * side - 1, 2 * side - 1))
    around = outer - inner[:, 1:-1, 1:-1]
    alone = (middle == top)[:, 1:-1, 1:-1] & (inner[:, 1:-1, 1:-1] > CLEAR * noise)
    alone &= around < np.maximum(0.1 * inner[:, 1:-1, 1:-1], CLEAR / 2 * ring)
    i, y, x = np.nonzero(alone)
    padded = np.pad(z, ((0, 0), (reach, reach), (reach, reach), (0, 0)))
    corners = np.stack([y + 1, x + 1], axis=1)
    return _boxes(padded, i, corners, side + 2 * reach)


def _summed(energy: Floats, side: int, rounded: bool = False) -> Floats:
    """Sums over squares of pixels."""
    weights = np.ones(side)
    if rounded:
        weights -= 0.3 * np.linspace(-1, 1, side) ** 2
    for axis in (1, 2):
        energy = convolve1d(energy, weights, axis=axis, mode="constant", origin=0)
        low = (side - 1) // 2
        energy = np.take(energy, range(low, low + energy.shape[axis] - side + 1), axis)
    return energy
