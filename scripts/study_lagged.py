"""Whether atoms of the past, and transfer entropy, are found, and their intervals hold.

    OMP_NUM_THREADS=1 python -m scripts.study_lagged            # 20 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_lagged --quick    # seconds; shows that it works

Trains a and c of Markov chains whose transitions are known, so that the joint distribution of
their past and of c is, and all atoms of it: how far the corrected ones are from them, and how
often nominal 95 % intervals hold them, of one recording by blocks of the default length, of
trials as groups, and of rows as if these were independent. Then what a longer past than there is to
know costs. Writes OUT/figures/study_lagged.csv and its marked sections of OUT/lagged.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

import pid
from pid._types import Codes, Floats
from pid.core.decomposition import ATOMS, Decomposition
from pid.inference.grouping import block_length
from scripts import page, study
from scripts.study import Errors, Row, Task

SAMPLES, SIZES = 200, (2000, 5000)
REPLICATES = 400
TRIAL = 50  # rows of one
UNITS = ("rows", "blocks", "trials")
TRANSFER = "conditional1"
MEASURED = (*ATOMS, "total", TRANSFER)

State = tuple[int, ...]


class Chain(NamedTuple):
    """States, of which the first number is a and the second c, and how they follow each other."""

    states: tuple[State, ...]
    step: Callable[[State, State], float]
    lags: int = 1

    @property
    def transition(self) -> Floats:
        """The chance of each state after each other."""
        return np.array([[self.step(old, new) for new in self.states] for old in self.states])

    @property
    def stationary(self) -> Floats:
        """The chance of each state at any time."""
        size = len(self.states)
        equations = np.vstack([self.transition.T - np.eye(size), np.ones(size)])
        found: Floats = np.linalg.lstsq(equations, np.eye(size + 1)[-1], rcond=None)[0]
        return found

    def trains(self, count: int, length: int, rng: np.random.Generator) -> Codes:
        """Numbers of states, (count, length), each train from the stationary distribution."""
        after = self.transition.cumsum(axis=1)
        found = np.empty((count, length), dtype=np.intp)
        found[:, 0] = rng.choice(len(self.states), count, p=self.stationary)
        for t in range(1, length):
            below = rng.random(count)[:, None] > after[found[:, t - 1], :-1]
            found[:, t] = below.sum(axis=1)
        return found

    def truth(self) -> Decomposition:
        """Atoms of the past of a and of the past of c about c, by sums over all paths."""
        paths = self.stationary
        for _ in range(self.lags):
            paths = paths[..., None] * self.transition
        a, c = (np.array([state[i] for state in self.states]) for i in (0, 1))
        symbols = max(a.max(), c.max()) + 1
        table = np.zeros((symbols**self.lags, symbols**self.lags, symbols))
        for path, p in np.ndenumerate(paths):
            x1, x2 = (sum(of[s] * symbols**i for i, s in enumerate(path[:-1])) for of in (a, c))
            table[x1, x2, c[path[-1]]] += p
        return pid.decompose(table)


def kept(right: float, bit: int, of: int) -> float:
    """The chance of a bit, which is another one so often."""
    return right if bit == of else 1 - right


def fires(rate: float, bit: int) -> float:
    """The chance of a spike, or of none."""
    return rate if bit else 1 - rate


NEURON = "neuron: a makes c fire, unless c just did"
PAIRS: tuple[State, ...] = tuple(np.ndindex(2, 2))
TRIPLES: tuple[State, ...] = tuple(np.ndindex(2, 2, 2))


def three_symbols() -> Chain:
    """Of three symbols each, and random transitions."""
    states = tuple(np.ndindex(3, 3))
    after = np.random.default_rng(4).dirichlet(np.full(9, 0.5), size=9)
    number = {state: i for i, state in enumerate(states)}
    return Chain(states, lambda old, new: float(after[number[old], number[new]]))


CHAINS: Mapping[str, Chain] = {
    "relay: c is a, one step later, in 80 %": Chain(
        PAIRS, lambda s, n: 0.5 * kept(0.8, n[1], s[0])
    ),
    "switch: c is a xor c, in 90 %": Chain(PAIRS, lambda s, n: 0.5 * kept(0.9, n[1], s[0] ^ s[1])),
    NEURON: Chain(
        PAIRS,
        lambda s, n: fires(0.3, n[0]) * fires(0.02 if s[1] else 0.6 if s[0] else 0.1, n[1]),
    ),
    "slow relay: a stays in 90 %": Chain(
        PAIRS, lambda s, n: kept(0.9, n[0], s[0]) * kept(0.8, n[1], s[0])
    ),
    "slow switch: a stays in 90 %": Chain(
        PAIRS, lambda s, n: kept(0.9, n[0], s[0]) * kept(0.8, n[1], s[0] ^ s[1])
    ),
    "bursts: a stays in 95 %, c takes it over in 20 %": Chain(
        PAIRS,
        lambda s, n: kept(0.95, n[0], s[0]) * (0.8 * (n[1] == s[1]) + 0.2 * (n[1] == s[0])),
    ),
    "long bursts: a stays in 99 %, c takes it over in 5 %": Chain(
        PAIRS,
        lambda s, n: kept(0.99, n[0], s[0]) * (0.95 * (n[1] == s[1]) + 0.05 * (n[1] == s[0])),
    ),
    "apart: a and c stay in 90 %": Chain(
        PAIRS, lambda s, n: kept(0.9, n[0], s[0]) * kept(0.9, n[1], s[1])
    ),
    "nothing: coins": Chain(PAIRS, lambda s, n: 0.25),
    "hidden driver: a follows it at once, c a step later": Chain(
        TRIPLES,
        lambda s, n: kept(0.8, n[2], s[2]) * kept(0.9, n[0], n[2]) * kept(0.9, n[1], s[2]),
    ),
    "three symbols, at random": three_symbols(),
    "two steps: c is a two steps before xor c, in 85 %": Chain(
        TRIPLES,  # the third number is a, one step before
        lambda s, n: 0.5 * (n[2] == s[0]) * kept(0.85, n[1], s[2] ^ s[1]),
        lags=2,
    ),
}


def answer(
    chain: Chain, n: int, units: str, seed: int, interval: float | None = 0.95
) -> pid.Quantification:
    """Of trains of n rows in all."""
    rng = np.random.default_rng([seed, n])
    count, length = (n // TRIAL, TRIAL) if units == "trials" else (1, n)
    trains = chain.trains(count, length, rng).ravel()
    frame = {name: np.array([s[i] for s in chain.states])[trains] for i, name in enumerate("ac")}
    frame["trial"] = np.repeat(np.arange(count), length)
    lags = range(1, chain.lags + 1)
    past = pid.lagged(frame, ["a", "c"], lags, groups="trial")
    X1, X2 = (np.column_stack([past[f"{name}_lag{lag}"] for lag in lags]) for name in "ac")
    return pid.quantify(
        X1,
        X2,
        past["c"],
        estimator="table",
        interval=interval,
        groups=past["trial"] if units == "trials" else None,
        blocks=block_length(n, chain.lags) if units == "blocks" else None,
        replicates=REPLICATES,
        random_state=seed,
    )


def measured(task: Task) -> list[Row]:
    """A row for each atom of one chain, by each kind of unit: how it was found."""
    name, n, samples = task
    chain, rows = CHAINS[name], list[Row]()
    truth = chain.truth()
    for units in UNITS:
        errors = Errors(truth, MEASURED)
        for seed in range(samples):
            q = answer(chain, n, units, seed)
            assert q.interval is not None
            errors.add(q.best, q.decomposition, q.interval)
        rows += errors.rows(chain=name, n=n, units=units, samples=samples)
    return rows


def summary(frame: pd.DataFrame) -> str:
    """A line for each chain and size."""
    lines = []
    for (n, name), some in frame.groupby(["n", "chain"], sort=False):
        blocks, trials, alone = (some[some.units == u] for u in ("blocks", "trials", "rows"))
        truth = dict(zip(blocks.atom, blocks.truth, strict=True))
        lines.append(
            [
                f"{name}, n = {n:,}",
                *(f"{truth[atom]:z.3f}" for atom in (*ATOMS, TRANSFER)),
                f"{some.error.mean():.4f}",
                f"{some.error.max():.4f}",
                *(
                    f"{units.covered.mean():.3f}, {units.covered.min():.2f}"
                    for units in (blocks, trials, alone)
                ),
            ]
        )
    head = ["trains", "R", "U1", "U2", "S", "transfer entropy", "error", "largest"]
    return page.markdown_table([*head, "blocks", "trials", "rows"], lines)


def lengths(samples: int, longest: int) -> str:
    """What is found of the transfer entropy by pasts of one step and of more, as text."""
    lines = []
    for lags in range(1, longest + 1):
        chain = CHAINS[NEURON]._replace(lags=lags)
        found = [answer(chain, SIZES[0], "blocks", seed, None) for seed in range(samples)]
        counted = np.array([q.decomposition.conditional1 for q in found])
        corrected = np.array([q.best.conditional1 for q in found])
        truth = chain.truth().conditional1
        lines.append(
            [
                f"1 to {lags}" if lags > 1 else "1",
                f"{4**lags * 2:,}",
                f"{truth:.3f}",
                f"{counted.mean():.3f}",
                f"{corrected.mean():.3f}",
                f"{np.abs(corrected - truth).mean():.3f}",
                f"{sum(bool(q.warnings) for q in found) / samples:.0%}",
            ]
        )
    head = ["lags", "cells", "transfer entropy", "counted", "corrected", "error", "warned"]
    return page.markdown_table(head, lines)


def main() -> None:
    """Run the study and write what it says."""
    args = study.options(__doc__ or "", SAMPLES, SIZES)
    quick = (next(iter(CHAINS)), "three symbols, at random")
    rows = study.collect(measured, args, list(CHAINS), quick)
    page.write_csv(args.out / "figures" / "study_lagged.csv", rows)
    page.write_section(args.out / "lagged.md", "study lagged", summary(pd.DataFrame(rows)))
    some = (3, 2) if args.quick else (50, 6)
    page.write_section(args.out / "lagged.md", "lengths of the past", lengths(*some))


if __name__ == "__main__":
    main()
