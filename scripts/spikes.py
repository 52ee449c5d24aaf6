"""Simulated spike trains of two neurons whose coding changes over a trial, with exact truth.

Firing is Poisson. Of a trial come a stimulus and, in one of two experiments, a state of its own,
that nobody sees; the logarithms of the rates move by ``GAIN`` with what is coded at a time.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import poisson

import pid
from pid._types import Codes, Floats

TIMES = np.arange(-4, 16) / 20  # seconds from the stimulus, where bins begin
RATE, GAIN = 1.0, 0.9  # spikes in a bin; of the logarithm
MOST = 40  # spikes in a bin, beyond which there are none
NOTHING = 0.02  # share of a coding that is none


def bump(centre: float, width: float, times: Floats = TIMES) -> Floats:
    """A coding that comes and goes after the stimulus."""
    found = np.exp(-0.5 * ((times - centre) / width) ** 2)
    return np.where((found > NOTHING) & (times >= 0), found, 0.0)


def of_state(times: Floats = TIMES) -> Floats:
    """Spikes in a bin, (2 neurons, 2 stimuli, 2 states, times): shared, unique, then synergistic.

        neuron 1    early(t) * stimulus    +  late(t) * stimulus * state
        neuron 2    first(t) * stimulus    +  late(t) * state

    with stimulus and state as -1 and 1. At first both follow the stimulus, then neuron 1 alone.
    Later neuron 1 has the stimulus times the state and neuron 2 the state: neither tells anything
    of the stimulus alone.
    """
    early, first, late = (bump(*at, times) for at in ((0.15, 0.09), (0.1, 0.05), (0.55, 0.09)))
    stimulus, state = (sign[..., None] for sign in np.meshgrid([-1, 1], [-1, 1], indexing="ij"))
    moved = [stimulus * early + stimulus * state * late, stimulus * first + state * late]
    return np.asarray(RATE * np.exp(GAIN * np.array(moved)))


def of_features(times: Floats = TIMES) -> Floats:
    """Spikes in a bin, (2 neurons, 4 stimuli, 1 state, times): of one feature, then of two.

    Stimuli have two features of two values. Neuron 1 follows the first; neuron 2 the first, too,
    and later the second, while neuron 1 stays.
    """
    early, late = bump(0.15, 0.08, times), bump(0.55, 0.08, times)
    first, second = (sign.reshape(4, 1, 1) for sign in np.meshgrid([-1, 1], [-1, 1], indexing="ij"))
    moved = [first * (early + late), first * early + second * late]
    return np.asarray(RATE * np.exp(GAIN * np.array(moved)))


def tables(rates: Floats, *, spikes: bool = False) -> Floats:
    """p(x1, x2, y) of counts at each time, or of whether there was a spike."""
    p = np.asarray(poisson.pmf(np.arange(MOST).reshape(-1, 1, 1, 1, 1), rates))
    p /= p.sum(axis=0)  # (counts, neurons, stimuli, states, times)
    if spikes:
        p = np.stack([p[0], p[1:].sum(axis=0)])
    _, _, stimuli, states, _ = p.shape
    return np.asarray(np.einsum("aysT,bysT->Taby", p[:, 0], p[:, 1]) / (stimuli * states))


def truth(rates: Floats, *, spikes: bool = False) -> list[pid.Decomposition]:
    """Exact atoms at each time: of populations of equal neurons, those of all their spikes."""
    return [pid.decompose(table) for table in tables(rates, spikes=spikes)]


def simulate(
    rates: Floats, n: int, rng: np.random.Generator, neurons: int = 1
) -> tuple[Codes, Codes, Codes]:
    """Counts of both, (n, neurons, times), and the stimulus of each trial.

    Args:
        rates: of a population in a bin, which its neurons have equal shares of.
        n: trials.
        rng: random numbers.
        neurons: in each population.
    """
    y, state = (rng.integers(size, size=n) for size in rates.shape[1:3])
    mean = rates[:, y, state, None] / neurons  # (populations, n, 1, times)
    x1, x2 = rng.poisson(np.repeat(mean, neurons, axis=2))
    return x1, x2, y
