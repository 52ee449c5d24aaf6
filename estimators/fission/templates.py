"""What pictures have in common: isolated patches that look alike, averaged."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import convolve1d, maximum_filter

from pid._types import Codes

CLEAR = 6.0  # deviations of noise: of a thousand places and ten templates, none by chance
ALIKE = 0.7  # cosine of patches, without their noise, that are of one template
RARE = 0.02  # share of isolated patches that is worth no template
MOST = 40  # templates
SETTLING = 3  # rounds of what a template is, and where
TOUCHED = 0.1  # energy around a patch, over its own, with which it is not isolated
MIDDLE = 0.3  # what the edge of a patch counts less than its middle
EDGE = 0.1  # of a template's largest energy, below which a pixel is beside it

Numbers = NDArray[np.floating[Any]]


def boxes(z: Numbers, scenes: Codes, corners: Codes, side: int) -> Numbers:
    """Pixels of patches, shape (patches, side, side, channels)."""
    all_boxes = sliding_window_view(z, (side, side), axis=(1, 2))
    chosen = all_boxes[scenes, corners[:, 0], corners[:, 1]]
    return np.moveaxis(chosen, 1, -1)


def correlations(z: Numbers, templates: Numbers) -> Numbers:
    """Inner products of all patches with templates, shape (n, templates, y, x)."""
    _, height, width, _ = z.shape
    side = templates.shape[1]
    shape = [fft.next_fast_len(length, real=True) for length in (height, width)]
    of_pictures = fft.rfft2(z, shape, axes=(1, 2))
    of_templates = np.conj(fft.rfft2(templates, shape, axes=(1, 2)))
    product = np.einsum("nyxc,tyxc->ntyx", of_pictures, of_templates)
    found = fft.irfft2(product, shape, axes=(2, 3))
    return np.asarray(found[:, :, : height - side + 1, : width - side + 1])


def learned(z: Numbers, side: int) -> Numbers:
    """What isolated patches look like, of length 1: shape (templates, side, side, channels).

    The brightest patch that is left is one; it is averaged with those that look like it once they
    are moved to where they fit it best, and then moved so that its energy is in the middle.

    Args:
        z: pictures less the background, in deviations of the noise.
        side: of a template, in pixels.
    """
    reach = side // 2  # of what may be moved to where it fits
    isolated, noise = _isolated(z, side, reach), side**2 * z.shape[3]
    middle = np.full((len(isolated), 2), reach)
    patches = boxes(isolated, np.arange(len(isolated)), middle, side)
    energy = np.maximum((patches**2).sum(axis=(1, 2, 3)) - noise, 1.0)
    order = np.argsort(-energy)
    free = np.ones(len(isolated), dtype=bool)
    found: list[Numbers] = []
    while free.any() and len(found) < MOST:
        first = order[free[order]][0]
        template, own = patches[first], np.arange(len(free)) == first
        for _ in range(SETTLING):
            c = correlations(isolated, template[None])[:, 0]
            length = np.sqrt(max((template**2).sum() - noise / own.sum(), 1.0))
            fits = c.max(axis=(1, 2)) >= ALIKE * length * np.sqrt(energy)
            own = free & (fits | (np.arange(len(free)) == first))
            flat = c[own].reshape(own.sum(), -1).argmax(axis=1)
            corners = np.stack(np.unravel_index(flat, c.shape[1:]), axis=1)
            template = boxes(isolated[own], np.arange(own.sum()), corners, side).mean(axis=0)
            corners = np.clip(corners + _off_middle(template), 0, 2 * reach)
            template = boxes(isolated[own], np.arange(own.sum()), corners, side).mean(axis=0)
        free &= ~own
        if own.sum() >= max(2, RARE * len(free)):
            found.append(template / np.sqrt((template**2).sum()))
    return np.array(found)


def _off_middle(template: Numbers) -> Codes:
    """How far the energy of a template is from its middle, down and to the right."""
    energy = (template**2).sum(axis=2)
    energy = energy * (energy > EDGE * energy.max())
    y, x = np.mgrid[: len(energy), : len(energy)] - (len(energy) - 1) / 2
    return np.array([np.trunc((energy * at).sum() / energy.sum()) for at in (y, x)], dtype=int)


def _isolated(z: Numbers, side: int, reach: int) -> Numbers:
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
    alone &= around < np.maximum(TOUCHED * inner[:, 1:-1, 1:-1], CLEAR / 2 * ring)
    i, y, x = np.nonzero(alone)
    padded = np.pad(z, ((0, 0), (reach, reach), (reach, reach), (0, 0)))
    corners = np.stack([y + 1, x + 1], axis=1)
    return boxes(padded, i, corners, side + 2 * reach)


def _summed(energy: Numbers, side: int, *, rounded: bool = False) -> Numbers:
    """Sums over squares of pixels."""
    weights = np.ones(side)
    if rounded:
        weights -= MIDDLE * np.linspace(-1, 1, side) ** 2
    for axis in (1, 2):
        energy = convolve1d(energy, weights, axis=axis, mode="constant", origin=0)
        low = (side - 1) // 2
        energy = np.take(energy, range(low, low + energy.shape[axis] - side + 1), axis)
    return energy
