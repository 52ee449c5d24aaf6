"""What objects of generated scenes sound like, and mixing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pid._types import Codes, Floats

LEAST, MOST = 0.6, 1.2  # of loudness
LENGTH = 0.3  # seconds of a tone
LENGTHS = (0.25, 0.45)  # seconds of the other sounds
HARMONICS = 6

Rng = np.random.Generator


class Timbre(NamedTuple):
    """A sound of root mean square 1, made anew each time, and how loud it is at each sample."""

    envelope: Floats
    make: Callable[[Rng], Floats]


def tones(count: int, rate: int, rng: Rng) -> list[Timbre]:
    """Six harmonics of 150 to 600 Hz, each sound with amplitudes of its own."""
    t = np.arange(int(LENGTH * rate)) / rate
    envelope = np.sin(np.pi * t / t[-1]) ** 0.5
    found = []
    for pitch, amplitudes in zip(
        rng.uniform(150, 600, count), rng.random((count, HARMONICS)) ** 2, strict=True
    ):
        waves = [a * np.sin(2 * np.pi * pitch * (j + 1) * t + j) for j, a in enumerate(amplitudes)]
        found.append(_steady(np.sum(waves, axis=0), envelope))
    return found


def mixed(count: int, rate: int, rng: Rng) -> list[Timbre]:
    """In turn: bursts of filtered noise, chirps, plucked strings, each elsewhere in frequency."""
    kinds = rng.permutation(3)
    ends = np.geomspace(200, 0.4 * rate, count + 1)
    found = []
    for place, low in enumerate(rng.permutation(ends[:-1])):
        high = low * ends[1] / ends[0]
        t = np.arange(int(rng.uniform(*LENGTHS) * rate)) / rate
        kind = kinds[place % 3]
        if kind == 0:
            found.append(_burst(low, high, t, rate))
        elif kind == 1:
            ends_of_it = (low, high) if rng.random() < 0.5 else (high, low)
            found.append(_chirp(*ends_of_it, t))
        else:
            found.append(_string(float(rng.uniform(low, high)), t, rng))
    return found


def mix(sound: Floats, timbres: Sequence[Timbre], heard: Codes, rng: Rng) -> Floats:
    """Add sounds at random times; how loud each of all is, shape (timbres, samples)."""
    loud = np.zeros((len(timbres), len(sound)))
    for i in heard:
        envelope, make = timbres[i]
        start = int(rng.integers(len(sound) - len(envelope) + 1))
        stretch = slice(start, start + len(envelope))
        gain = rng.uniform(LEAST, MOST)
        sound[stretch] += gain * make(rng)
        loud[i, stretch] = gain * envelope
    return loud


def _steady(wave: Floats, envelope: Floats) -> Timbre:
    """The same each time."""
    shaped = wave * envelope
    size = float(np.sqrt((shaped**2).mean()))
    scale = float(np.sqrt((envelope**2).mean()))
    return Timbre(envelope / scale, lambda rng: shaped / size)


def _burst(low: float, high: float, t: Floats, rate: int) -> Timbre:
    """Noise of a band, another noise each time."""
    envelope = np.hanning(len(t)) ** 0.5
    frequencies = np.fft.rfftfreq(len(t), 1 / rate)
    inside = (frequencies >= low) & (frequencies <= high)
    envelope = envelope / np.sqrt((envelope**2).mean())

    def make(rng: Rng) -> Floats:
        wave = np.fft.irfft(inside * np.fft.rfft(rng.normal(size=len(t))), len(t))
        wave *= envelope
        return np.asarray(wave / np.sqrt((wave**2).mean()))

    return Timbre(envelope, make)


def _chirp(first: float, last: float, t: Floats) -> Timbre:
    """A tone that glides from one frequency to another."""
    frequency = first + (last - first) * t / (2 * t[-1])
    return _steady(np.sin(2 * np.pi * frequency * t), np.hanning(len(t)) ** 0.25)


def _string(pitch: float, t: Floats, rng: Rng) -> Timbre:
    """Harmonics that die away, the higher the faster."""
    decay = 4 / t[-1]
    waves = [
        rng.uniform(0.3, 1) / j * np.sin(2 * np.pi * pitch * j * t) * np.exp(-(j - 1) * t * decay)
        for j in range(1, HARMONICS)
    ]
    return _steady(np.sum(waves, axis=0), np.exp(-t * decay / 2))


MAKERS: dict[str, Callable[[int, int, Rng], list[Timbre]]] = {"cells": tones, "shapes": mixed}
