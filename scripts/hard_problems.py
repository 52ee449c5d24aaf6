"""Problems that estimators of continuous sources have failed on, each with its truth.

    python -m scripts.hard_problems   # all truths, with the seconds that they take

``make`` draws rows of a problem by name. Truth is in closed form, an exact decomposition of a table
that holds all that tells of y, or by exact posteriors of many draws (see ``truths``); the docstring
of each problem says which.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType

import numpy as np
from scipy.special import expit
from scipy.stats import cauchy, t
from sklearn.datasets import make_blobs

from pid._types import Floats
from pid.core.decomposition import ATOMS
from pid.datasets import continuous
from pid.datasets.continuous import Continuous, densities
from scripts import fresh_problems
from scripts.cloud_problems import CHANGES, clouds, few, unchanged
from scripts.populations import (
    DRAWS,
    Drawn,
    Population,
    by_draws,
    entropy,
    known,
    normal_classes,
    nothing,
    of_chance,
)

RARE = (5, 8, 12)  # rows of the smallest class, of 150
POISSONS = 9  # sets of gains


def heavy() -> Population:
    """x1 is t(1.5), moved by y; x2 is Cauchy, four times as wide for one class. By many draws."""

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        y = rng.integers(0, 2, n)
        x1 = rng.standard_t(1.5, n) + 1.5 * y
        x2 = rng.standard_cauchy(n) * np.where(y == 1, 4, 1)
        log1 = t.logpdf(x1 - 1.5, 1.5) - t.logpdf(x1, 1.5)
        log2 = cauchy.logpdf(x2, scale=4) - cauchy.logpdf(x2)
        first, second, both = (of_chance(expit(log)) for log in (log1, log2, log1 + log2))
        return Drawn(x1[:, None], x2[:, None], y, (first, second, both))

    return by_draws(draw, (0.5, 0.5))


def normals(
    classes: int, columns: int, spread: float, p_y: tuple[float, ...], draws: int = DRAWS
) -> Population:
    """Normal clouds around centres that are normal, too. By many draws."""
    rng = np.random.default_rng(555)
    one, other = (rng.normal(size=(classes, columns)) * spread for _ in range(2))
    return by_draws(normal_classes((one, other), p_y), p_y, draws=draws)


def blobs(seed: int) -> Population:
    """Three clouds of scikit-learn that each source nearly always tells apart. By many draws."""
    _, _, centres = make_blobs(3, 8, centers=3, random_state=seed, return_centers=True)
    p_y = (1 / 3,) * 3
    draw = normal_classes((centres[:, :4], centres[:, 4:]), p_y)
    return by_draws(draw, p_y, draws=20_000)  # hardly any of them are in doubt


def poisson(seed: int) -> Population:
    """Counts of two times eight cells: y = stimulus XOR (attention AND a coin). By many draws.

    x1 are counts around 4 exp(+-.25 gain) by the stimulus, x2 around 3 exp(+-.4) by the attention,
    so that x1 tells something, x2 alone nothing, and both the rest. Each seed has its own gains.
    """
    rng = np.random.default_rng(777 + seed)
    gains, signs = rng.normal(size=8) / 4, np.where(rng.random(8) < 0.5, -0.4, 0.4)

    def chance(x: Floats, mean: float, effects: Floats) -> Floats:
        of_counts = 2 * x @ effects - 2 * mean * np.sinh(effects).sum()
        return np.asarray(expit(of_counts))

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        stimulus, attention, coin = rng.integers(0, 2, (3, n))
        X1 = rng.poisson(4 * np.exp(np.outer(2 * stimulus - 1, gains))).astype(np.float64)
        X2 = rng.poisson(3 * np.exp(np.outer(2 * attention - 1, signs))).astype(np.float64)
        of_stimulus, turned = chance(X1, 4, gains), chance(X2, 3, signs) / 2
        first = of_stimulus * 0.75 + (1 - of_stimulus) * 0.25
        both = of_stimulus * (1 - turned) + (1 - of_stimulus) * turned
        y = stimulus ^ (attention & coin)
        return Drawn(X1, X2, y, (of_chance(first), nothing(n), of_chance(both)))

    return by_draws(
        draw,
        (0.5, 0.5),
    )


def product() -> Population:
    """y is the sign of x1 x2, flipped in a tenth; four columns of nuisance. Closed form."""

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        X1, X2 = rng.normal(size=(2, n, 5))
        same = X1[:, 0] * X2[:, 0] > 0
        y = (same ^ (rng.random(n) < 0.1)).astype(np.int64)
        return Drawn(X1, X2, y, (nothing(n), nothing(n), of_chance(np.where(same, 0.9, 0.1))))

    return known(draw, (0, 0, 0, 1 - entropy(0.1, 0.9)))


def dot() -> Population:
    """y is the sign of the inner product of two normal vectors of five columns. Closed form."""

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        X1, X2 = rng.normal(size=(2, n, 5))
        y = ((X1 * X2).sum(axis=1) > 0).astype(np.int64)
        return Drawn(X1, X2, y, (nothing(n), nothing(n), of_chance(y.astype(np.float64))))

    return known(draw, (0, 0, 0, 1))


def copied_noise() -> Population:
    """Nothing tells anything, and every row is there three times. Closed form."""

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        X1, X2 = rng.normal(size=(2, -(-n // 3), 5))
        y = rng.integers(0, 2, len(X1))
        X1, X2, y = (np.concatenate([part] * 3)[:n] for part in (X1, X2, y))
        return Drawn(X1, X2, y, (nothing(n), nothing(n), nothing(n)))

    return known(draw, (0, 0, 0, 0))


def rare(count: int) -> Population:
    """Three classes, of 150 rows exactly 75, 75 - count and count. By many draws."""
    p_y = (0.5, 0.5 - count / 150, count / 150)
    rng = np.random.default_rng(556)
    one, other = (rng.normal(size=(3, 3)) for _ in range(2))
    free = normal_classes((one, other), p_y)

    def draw(n: int, rng: np.random.Generator) -> Drawn:
        """As many rows of each class as it should have, chosen from eight times as many."""
        more = free(8 * n, rng)
        counts = np.diff(np.round(n * np.cumsum([0, *p_y])).astype(int))
        rows = np.concatenate([np.flatnonzero(more.y == k)[:c] for k, c in enumerate(counts)])
        rows = rng.permutation(rows)
        assert more.posteriors is not None
        first, second, both = (p[rows] for p in more.posteriors)
        return Drawn(more.X1[rows], more.X2[rows], more.y[rows], (first, second, both))

    return Population(draw, by_draws(free, p_y).truth)


def ten_in_one_dimension() -> Population:
    """Ten classes of one value a source among nineteen columns that bend it. By many draws."""
    z = np.random.default_rng(7).uniform(-4, 4, size=(2, 10))
    one, other = ([((1.0, float(mean), 0.7),) for mean in means] for means in z)
    p_y = (0.1,) * 10

    def draw(n: int, rng: np.random.Generator, dimensions: int = 20) -> Drawn:
        seed = int(rng.integers(2**31))
        data = densities(one, other, p_y, n=n, dimensions=dimensions, random_state=seed)
        return Drawn(data.X1, data.X2, data.y, data.posteriors)

    return Population(draw, by_draws(partial(draw, dimensions=1), p_y).truth)


def _always(population: Callable[..., Population], *of: object) -> Callable[[int], Population]:
    """The same, whatever the seed."""
    return lambda _: population(*of)


POPULATIONS: Mapping[str, Callable[[int], Population]] = MappingProxyType(
    {
        "clean": _always(clouds, unchanged),
        **{name: _always(of) for name, of in CHANGES.items()},
        "heavy": _always(heavy),
        "twenty": _always(normals, 20, 3, 2.0, (0.05,) * 20, 200_000),
        "ten": _always(normals, 10, 3, 2.0, (0.1,) * 10),
        "five": _always(normals, 5, 8, 0.55, (0.5, 0.25, 0.14, 0.07, 0.04)),
        "blobs": blobs,
        "poisson": lambda seed: poisson(seed % POISSONS),
        "product": _always(product),
        "dot": _always(dot),
        "copied noise": _always(copied_noise),
        "ten classes": _always(ten_in_one_dimension),
        "few": _always(few),
        **{f"rare {count}": _always(rare, count) for count in RARE},
        **{name: _always(of) for name, of in fresh_problems.POPULATIONS.items()},
    }
)
OF_EACH_SEED = ("poisson", "blobs")  # a population of its own
OF_MIXTURE = ("noise", "duplicate", "nuisance200", "imbalanced")
SMALL = ("few", *(f"rare {count}" for count in RARE))
FRESH = tuple(fresh_problems.POPULATIONS)
NAMES = (*POPULATIONS, *OF_MIXTURE)


def make(name: str, n: int, seed: int) -> Continuous:
    """Rows of a problem, its truth, and where they are known the exact posteriors."""
    if name in OF_MIXTURE:
        return _of_mixture(name, n, seed)
    population, atoms = _population(name, seed if name in OF_EACH_SEED else 0)
    drawn = population.draw(n, np.random.default_rng(seed))
    return Continuous(
        X1=drawn.X1,
        X2=drawn.X2,
        y=drawn.y,
        atoms=atoms,
        name=name,
        posteriors=drawn.posteriors,
    )


@cache
def _population(name: str, seed: int) -> tuple[Population, Mapping[str, float]]:
    population = POPULATIONS[name](seed)
    return population, population.truth()


def _of_mixture(name: str, n: int, seed: int) -> Continuous:
    """Variations of the mixture problem of ``pid.datasets.continuous``; by fine grids."""
    first, second = continuous.MIXTURE
    if name == "nuisance200":
        return densities(
            first, second, (0.5, 0.5), n=n, dimensions=200, nuisances=180, random_state=seed
        )
    if name == "imbalanced":
        return densities(first, second, (1 / 51, 50 / 51), n=n, random_state=seed)
    plain = continuous.make("mixture", n=n, random_state=seed)
    rng = np.random.default_rng([seed, 1])
    alone = plain.atoms["redundancy"] + plain.atoms["unique1"]
    atoms = dict.fromkeys(ATOMS, 0.0)
    assert plain.posteriors is not None
    one = plain.posteriors[0]
    if name == "noise":
        X2, atoms["unique1"], exact = rng.normal(size=plain.X2.shape), alone, (one, nothing(n), one)
    else:
        X2 = plain.X1 + 1e-3 * rng.normal(size=plain.X1.shape)
        atoms["redundancy"], exact = alone, (one, one, one)
    return Continuous(X1=plain.X1, X2=X2, y=plain.y, atoms=atoms, name=name, posteriors=exact)


def main() -> None:
    """Print every truth."""
    for name in NAMES:
        begin = time.perf_counter()
        atoms = make(name, 1000, 0).atoms
        shown = "  ".join(f"{atom} {value:.4f}" for atom, value in atoms.items())
        print(f"{name:14} {shown}  ({time.perf_counter() - begin:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
