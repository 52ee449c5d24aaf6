"""Building blocks of the gates: entropies of noise, symmetric channels, tables of rules."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from pid._types import Codes, Floats
from pid.checks import GENERATOR, RANDOM_STATE, either, integer

BERTSCHINGER = "Bertschinger et al., Quantifying Unique Information, Entropy 16(4), 2014"
GRIFFITH = "Griffith & Koch, Quantifying Synergistic Mutual Information, 2014"
GRIFFITH_2 = "Griffith et al., Intersection Information, Entropy 16(4), 2014"
MAKKEH = "Makkeh et al., BROJA-2PID: A Robust Estimator, Entropy 20(4), 2018"

SIZE = integer(2)  # of an alphabet
DRAWS = either(RANDOM_STATE, GENERATOR)  # where random tables come from


def h(probability: float) -> float:
    """Entropy of a coin that shows heads with this probability, in bits."""
    return entropy(probability, 1 - probability)


def entropy(*masses: float) -> float:
    """Entropy of a few probabilities, in bits."""
    return math.fsum(-m * math.log2(m) for m in masses if m > 0)


def noise_entropy(k: int, noise: float) -> float:
    """H(output | input) of the symmetric channel on k symbols, in bits."""
    return h(noise) + noise * math.log2(k - 1)


def symmetric_channel(k: int, noise: float) -> Floats:
    """Channel (k, k) that keeps a symbol with probability 1 - noise, else picks another one."""
    return np.where(np.eye(k, dtype=bool), 1 - noise, noise / (k - 1))


def rule_table(n1: int, n2: int, rule: Callable[[Codes, Codes], Codes]) -> Floats:
    """Table of y = rule(x1, x2) for independent uniform x1, x2; shape (n1, n2, largest y + 1)."""
    x1, x2 = np.indices((n1, n2))
    y = rule(x1, x2)
    table = np.zeros((n1, n2, int(y.max()) + 1))
    table[x1, x2, y] = 1 / (n1 * n2)
    return table


def view_table(p_y: Floats, channel1: Floats, channel2: Floats) -> Floats:
    """Table of two views of y that are independent given y; channels (k, n_i), rows sum to 1."""
    return np.asarray(np.einsum("y,yi,yj->ijy", p_y, channel1, channel2))
