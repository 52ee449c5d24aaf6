"""What representations keep of redundancy, unique information and synergy, where all are one bit.

    python -m scripts.what_coordination_keeps           # hours on two cores; goes on where it was
    python -m scripts.what_coordination_keeps --quick   # a minute; shows that it works
    python -m scripts.what_coordination_keeps --page    # runs nothing, and writes what is there

Each representation is fitted on rows of its own, and ``pid.retained`` sees others. Every answer is
a line of OUT/figures/what_coordination_keeps.csv as soon as it is known, and lines that are there
are not run again. Then writes the marked section of OUT/retained.md. Needs the extra neural.

A representation is an object with ``fit(X1, X2)`` and ``transform(X1, X2)``, which gives a pair of
codes or a joint one; a line of ``METHODS`` makes it from a seed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self, cast

import numpy as np
import pandas as pd
from sklearn import decomposition

import pid
from pid._types import Codes, Floats
from pid.core.decomposition import ATOMS
from pid.datasets._embed import diffeomorphism
from pid.estimators import coordination
from scripts import page

NAMES = (*ATOMS, "total")
COMPONENTS = 8  # of a code
JITTER, CORRELATION = 0.25, 0.9  # of a bit around -1 and 1; of numbers that no one asks for
FITTED, SEEN = 4_000, 2_500  # rows of both kinds
FEW = 300  # of each, in a quick run
NOISE = (0.1, 0.0)
OFTEN = ("CCA", "DCCA", "CLIP", "SigLIP", "VSE++", "Barlow Twins", "VICReg")
SEEDS = 4  # of these, with noise; one of all others, and without
NUISANCES = 4


Coder = Callable[[Floats, Floats], Any]  # from rows of both sources to codes: a pair, or one array


class Method(Protocol):
    """A representation of two sources."""

    def fit(self, X1: Floats, X2: Floats) -> Self:
        """Learn it from rows of both."""

    def transform(self, X1: Floats, X2: Floats) -> Any:
        """Codes of other rows: a pair, or one array."""


class Plain:
    """A representation by a function that makes a coder of the rows it is fitted on."""

    def __init__(self, make: Callable[[Floats, Floats], Coder]) -> None:
        self.make = make

    def fit(self, X1: Floats, X2: Floats) -> Self:
        """See ``Method``."""
        self.coder_ = self.make(X1, X2)
        return self

    def transform(self, X1: Floats, X2: Floats) -> Any:
        """See ``Method``."""
        return self.coder_(X1, X2)


def components(X1: Floats, X2: Floats) -> Coder:
    """Principal components of each source."""
    first, second = (decomposition.PCA(COMPONENTS).fit(X) for X in (X1, X2))
    return lambda X1, X2: (first.transform(X1), second.transform(X2))


def joint_components(X1: Floats, X2: Floats) -> Coder:
    """Principal components of both sources side by side: a joint code, as long as two."""
    whole = decomposition.PCA(2 * COMPONENTS).fit(np.hstack([X1, X2]))
    return lambda X1, X2: whole.transform(np.hstack([X1, X2]))


def nothing(seed: int) -> Coder:
    """Numbers that know nothing of the sources: what is found of them is an error."""
    rng = np.random.default_rng([seed, 77])
    return lambda X1, X2: tuple(rng.normal(size=(2, len(X1), COMPONENTS)))


def coordinated(name: str, **options: Any) -> Callable[[int], Method]:
    """An estimator of ``pid.estimators.coordination``, of a seed."""
    return lambda seed: cast(
        "Method",
        getattr(coordination, name)(n_components=COMPONENTS, random_state=seed, **options),
    )


METHODS: Mapping[str, Callable[[int], Method]] = {
    "raw": lambda seed: Plain(lambda X1, X2: lambda X1, X2: (X1, X2)),
    "PCA": lambda seed: Plain(components),
    "joint PCA": lambda seed: Plain(joint_components),
    "noise": lambda seed: Plain(lambda X1, X2: nothing(seed)),
    "CCA": coordinated("CCA"),
    "kernel CCA": coordinated("CCA", kernel="rbf", regularization=0.02),
    "DCCA": coordinated("DeepCCA"),
    "DCCAE": coordinated("DeepCCA", reconstruction=0.2),
    "CLIP": coordinated("Contrastive", loss="clip"),
    "SigLIP": coordinated("Contrastive", loss="siglip"),
    "VSE": coordinated("Contrastive", loss="vse"),
    "VSE++": coordinated("Contrastive", loss="vse++"),
    "Barlow Twins": coordinated("Contrastive", loss="barlow"),
    "VICReg": coordinated("Contrastive", loss="vicreg"),
    "intact space": coordinated("IntactSpace"),
    "AE2": coordinated("NestedAutoencoder"),
}


class Sample(NamedTuple):
    """Rows of both sources, and y: one shared bit, one of each source, an exclusive or."""

    X1: Floats
    X2: Floats
    y: Codes


def drawn(n: int, seed: int, part: int, dimensions: int = 24) -> Sample:
    """Rows of a problem: ``seed`` bends its sources, and ``part`` draws from it.

    Of each source: a shared bit, one of its own, and one of an exclusive or, all jittered around -1
    and 1; two numbers that correlate with those of the other source, and four of its own, which y
    does not ask for. Then a rotation into more dimensions, and a bend.
    """
    rng = np.random.default_rng([seed, part])
    shared, own1, own2, a, b = rng.integers(2, size=(5, n))
    common = rng.normal(size=(n, 2))
    sources = []
    for place, (own, half) in enumerate([(own1, a), (own2, b)]):
        bits = 2 * np.column_stack([shared, own, half]) - 1 + JITTER * rng.normal(size=(n, 3))
        rest = np.sqrt(1 - CORRELATION**2) * rng.normal(size=(n, 2)) + CORRELATION * common
        shape = np.random.default_rng([seed, 1000 + place])
        values = np.hstack([bits, rest])
        sources.append(diffeomorphism(values, NUISANCES, dimensions, shape, rng))
    return Sample(sources[0], sources[1], 8 * shared + 4 * own1 + 2 * own2 + (a ^ b))


def standardised(sample: Sample, by: Sample) -> tuple[Floats, Floats]:
    """Sources in deviations from the mean of the rows that representations are fitted on."""
    pairs = ((sample.X1, by.X1), (sample.X2, by.X2))
    first, second = ((X - fitted.mean(axis=0)) / fitted.std(axis=0) for X, fitted in pairs)
    return first, second


class Run(NamedTuple):
    """One answer: of which representation, through which noise, of how many rows."""

    method: str
    seed: int
    noise: float
    n: int


def measure(run: Run) -> dict[str, object]:
    """Fit a representation, and say what it keeps on other rows: a line of the file."""
    name, seed, noise, n = run
    fitted, seen = drawn(FITTED if n == SEEN else n, seed, 0), drawn(n, seed, 1)
    method = METHODS[name](seed).fit(*standardised(fitted, fitted))
    X1, X2 = standardised(seen, fitted)
    begin = time.perf_counter()
    codes = method.transform(X1, X2)
    found = pid.retained(codes, X1, X2, seen.y, noise=noise, random_state=seed)
    row: dict[str, object] = run._asdict()
    for probe, values in (("", found.to_dict()), ("linear_", found.linear.to_dict())):
        for of in NAMES:
            row |= {
                f"{probe}{of}_{when}": values.get(f"{of}_{when}") for when in ("before", "after")
            }
        row[f"{probe}total_share"] = values["total_share"]
    row |= {"lost1": found.lost1.corrected, "lost2": found.lost2.corrected}
    return row | {"seconds": time.perf_counter() - begin}


KEY = list(Run._fields)


def plan(*, quick: bool) -> list[Run]:
    """One run of each, with noise and without, and more of some with noise."""
    if quick:
        return [Run(name, 0, NOISE[0], FEW) for name in ("PCA", "joint PCA")]
    once = [Run(name, 0, noise, SEEN) for noise in NOISE for name in METHODS]
    return once + [Run(name, seed, NOISE[0], SEEN) for seed in range(1, SEEDS) for name in OFTEN]


def collect(runs: list[Run], path: Path) -> pd.DataFrame:
    """Lines of all runs; those in the file are taken from it, others added as they end."""
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=KEY)
    there = set(done[KEY].itertuples(index=False, name=None))
    for run in runs:
        if run in there:
            continue
        print(run, file=sys.stderr, flush=True)
        row = pd.DataFrame([measure(run)])
        done = row if done.empty else pd.concat([done, row], ignore_index=True)
        page.write_whole(path, done.to_csv(index=False))
    return done


def table(frame: pd.DataFrame) -> str:
    """Means over seeds, in bits: a row before, and one for each representation and noise."""
    rows = [("the sources", "", "", *_cells(frame, "before"), "", "", "")]
    for (name, noise), runs in frame.groupby(["method", "noise"], sort=False):
        lost = [f"{runs[column].mean():z.2f}" for column in ("lost1", "lost2")]
        share = f"{runs['total_share'].mean():z.1%}"
        cells = [*_cells(runs, "after"), share, *lost]
        rows.append((str(name), f"{noise:g}", str(len(runs)), *cells))
    header = ("representation", "noise", "runs", "R", "U1", "U2", "S", "total", "S, linear")
    text = page.markdown_table([*header, "share", "lost of x1", "lost of x2"], rows)
    return (
        f"{text}\n\nMeans of runs, each of {frame['n'].max():,} rows that nothing was fitted on; "
        "the sources have 24 columns each, and codes 8, a joint one 16."
    )


def _cells(runs: pd.DataFrame, when: str) -> list[str]:
    """Atoms and total by networks, and synergy by straight lines."""
    columns = [*(f"{of}_{when}" for of in NAMES), f"linear_synergy_{when}"]
    return [page.number(float(runs[column].mean()), "z.2f") for column in columns]


def main() -> None:
    """Run what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two representations, few rows")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--page", action="store_true", help="run nothing, write what is there")
    args = parser.parse_args()
    runs = plan(quick=args.quick)
    path = args.out / "figures" / "what_coordination_keeps.csv"
    done = pd.read_csv(path) if args.page else collect(runs, path)
    frame = pd.DataFrame(runs, columns=KEY).merge(done, on=KEY)
    page.write_section(args.out / "retained.md", "what coordination keeps", table(frame))


if __name__ == "__main__":
    main()
