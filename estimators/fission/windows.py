"""When sounds rise above their background: windows, each with the spectrum around it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pid._types import Codes, Floats
from pid.estimators.fission.levels import threshold

BLOCKS = 256  # of a sound, whose energies say how long what stands out lasts
SHORTEST, SMALLEST = 32, 8  # samples of a window, by itself and if it is asked for
PER_EVENT = 10  # windows in what stands out, so that few have its beginning or end in them
SETTLED = 0.05  # of the correlation of neighbouring blocks, where what stands out is over
LONGEST = 0.5  # of a sound
BANDS = 128  # as wide as the lines of the spectrum at first, and wider at higher frequencies
BENT = 8  # share of the spectrum's lines up to which bands have about one width
AROUND = 5  # windows whose spectra are averaged, by the weights of a Hann window
GAP = np.log(4.0)  # between the levels of silence and of sound: noise alone has less
PARTS = 64  # sounds at a time


class Heard(NamedTuple):
    """Windows: scene, first sample and the one after the last, and amplitudes of bands."""

    scenes: Codes
    places: Codes  # (windows, 2)
    amplitudes: Floats  # (windows, bands)
    frequencies: Floats  # of bands, in cycles a sample


def usual_window(sounds: Floats) -> int:
    """Samples of a window: a tenth of what stands out lasts for."""
    block = max(1, sounds.shape[1] // BLOCKS)
    count = sounds.shape[1] // block
    energy = (sounds[:, : count * block].reshape(len(sounds), count, block) ** 2).mean(axis=2)
    most = np.quantile(energy, 0.99)
    energy = np.minimum(energy, most) - np.minimum(energy, most).mean()
    lags = range(1, max(2, int(LONGEST * count)))
    alike = np.array([(energy[:, lag:] * energy[:, :-lag]).mean() for lag in lags])
    alike -= alike.min()  # scenes with more in them are louder throughout
    below = np.flatnonzero(alike <= SETTLED * alike[0])
    event = (int(below[0]) + 1 if below.size else len(lags)) * block
    return int(min(max(SHORTEST, event // PER_EVENT), sounds.shape[1] // 4))


def find(sounds: Floats, window: int) -> Heard:
    """All windows of so many samples, one after the other, that are above the background."""
    edges = band_edges(window // 2 + 1)
    power = np.concatenate(
        [_spectra(sounds[i : i + PARTS], window, edges) for i in range(0, len(sounds), PARTS)]
    )
    amplitude = np.sqrt(power)
    hum = np.median(amplitude, axis=(0, 1))
    beyond = (np.maximum(amplitude - hum, 0) ** 2).sum(axis=2)  # (scenes, windows)
    loud = beyond > threshold(beyond, gap=GAP)
    around = np.maximum(np.sqrt(_averaged(power)) - hum, 0)
    scenes, windows = np.nonzero(loud)
    starts = windows * window
    middles = (edges[:-1] + edges[1:] - 1) / 2
    return Heard(
        scenes, np.stack([starts, starts + window], axis=1), around[loud], middles / window
    )


def _spectra(sounds: Floats, window: int, edges: Codes) -> Floats:
    """Power of bands, shape (scenes, windows, bands)."""
    frames = sliding_window_view(sounds, window, axis=1)[:, ::window]
    power = np.abs(np.fft.rfft(frames * np.hanning(window + 2)[1:-1], axis=2)) ** 2
    return np.asarray(np.add.reduceat(power, edges[:-1], axis=2))


def band_edges(lines: int) -> Codes:
    """First line of each band, and the one after the last: even at first, then logarithmic.

    Examples:
        >>> band_edges(5).tolist()
        [0, 1, 2, 3, 4, 5]
        >>> len(band_edges(700)) - 1 <= BANDS
        True
    """
    if lines <= BANDS:
        return np.arange(lines + 1)
    bend = lines / BENT
    edges = bend * np.sinh(np.linspace(0, np.arcsinh(lines / bend), BANDS + 1))
    return np.unique(np.round(edges).astype(np.intp))


def _averaged(power: Floats) -> Floats:
    """Over windows around each: energies, so that a tone that glides keeps its size."""
    weights = np.hanning(AROUND + 2)[1:-1]
    reach = AROUND // 2
    padded = np.pad(power, ((0, 0), (reach, reach), (0, 0)), mode="edge")
    count = power.shape[1]
    summed = sum(w * padded[:, i : i + count] for i, w in enumerate(weights))
    return np.asarray(summed / weights.sum())
