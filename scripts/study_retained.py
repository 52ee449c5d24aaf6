"""How often intervals of ``pid.retained`` hold changes whose truth is known, and how wide they are.

    python -m scripts.study_retained           # an hour on one core; goes on where it was
    python -m scripts.study_retained --quick   # seconds; shows that it works
    python -m scripts.study_retained --page    # runs nothing, and writes what is there

y is one of two classes, and log-odds are straight lines of each source, so that both probes can
know all that there is. Each change of each answer is a line of OUT/figures/study_retained.csv as
soon as it is known. Then writes the marked section of OUT/retained.md.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import xlogy
from scipy.stats import norm

import pid
from pid._types import Codes, Floats
from pid.analysis.retention import Probe
from pid.core.decomposition import ATOMS
from scripts import page

FIRST_SEED, RUNS = 21_000, 40
ROWS = 600
NOISE = 0.1  # on codes
NAMES = (*ATOMS, "total")
FLIPPED = {"x1": 0.1, "x2": 0.2, "z2": 0.2}
WIDE, WIDER, ADDED = 1.0, 1.3, 0.8  # deviations of clouds around -1 and 1, and on the code of x1
NUISANCES = 5
KEY = ["problem", "seed", "n"]


class Sample(NamedTuple):
    """Codes, sources and classes."""

    Z: tuple[Any, Any]
    X1: Any
    X2: Any
    y: Codes


class Problem(NamedTuple):
    """Samples, and R, U1, U2, S and the total before and after, in bits."""

    sample: Callable[[int, np.random.Generator], Sample]
    before: Floats
    after: Floats


def told(deviation: float) -> float:
    """What a normal cloud around -1 or 1 tells of which it is around."""
    x = np.linspace(-1 - 10 * deviation, 1 + 10 * deviation, 20_001)
    densities = np.array([norm.pdf(x, centre, deviation) for centre in (-1, 1)])
    mean = densities.mean(axis=0)
    nats = xlogy(densities, densities / np.maximum(mean, 1e-300)).mean(axis=0)
    return float(np.trapezoid(nats, x) / math.log(2))


def clouds(first: float, second: float) -> Floats:
    """The profile of two clouds that are independent given y: the wider is a noisy copy in law."""
    one, other = told(first), told(second)
    both = told(1 / math.hypot(1 / first, 1 / second))
    shared = min(one, other)
    return np.array([shared, one - shared, other - shared, both - one - other + shared, both])


def read_through(deviation: float, columns: float = 0.0) -> float:
    """The deviation of a cloud with noise on it, of a code with as many columns that tell nothing.

    ``columns`` have variance 1.
    """
    mean = (1 + deviation**2 + columns) / (1 + columns)
    return math.hypot(deviation, NOISE * math.sqrt(mean))


def symbols() -> Problem:
    """Copies of y, some of them flipped, and the code of x2 with more of these."""
    table = np.zeros((2, 2, 2, 2))
    for x1, x2, z2, y in np.ndindex(2, 2, 2, 2):
        pairs = (("x1", x1, y), ("x2", x2, y), ("z2", z2, x2))
        shares = [FLIPPED[of] if a != b else 1 - FLIPPED[of] for of, a, b in pairs]
        table[x1, x2, z2, y] = 0.5 * np.prod(shares)

    def profile(table: Floats) -> Floats:
        found = pid.decompose(table)
        return np.array([*found.atoms.values(), found.total])

    def sample(n: int, rng: np.random.Generator) -> Sample:
        y = rng.integers(2, size=n)
        x1, x2 = (y ^ (rng.random(n) < FLIPPED[of]) for of in ("x1", "x2"))
        return Sample((x1, x2 ^ (rng.random(n) < FLIPPED["z2"])), x1, x2, y)

    return Problem(sample, profile(table.sum(axis=2)), profile(table.sum(axis=1)))


def noisier(nuisances: int) -> Problem:
    """The code of x1 is noisier than x1, which has columns beside it that codes leave out."""

    def sample(n: int, rng: np.random.Generator) -> Sample:
        y = rng.integers(2, size=n)
        x1, x2 = (2 * y - 1 + sd * rng.normal(size=n) for sd in (WIDE, WIDER))
        z1 = x1 + ADDED * rng.normal(size=n)
        X1, X2 = (np.column_stack([x, rng.normal(size=(n, nuisances))]) for x in (x1, x2))
        return Sample((z1, x2), X1, X2, y)

    after = clouds(read_through(math.hypot(WIDE, ADDED)), read_through(WIDER))
    return Problem(sample, clouds(WIDE, WIDER), after)


def turned() -> Problem:
    """Codes are the sources, turned around: what is lost is by the noise alone."""
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])

    def sample(n: int, rng: np.random.Generator) -> Sample:
        y = rng.integers(2, size=n)
        X1, X2 = (
            np.column_stack([2 * y - 1 + sd * rng.normal(size=n), rng.normal(size=n)])
            for sd in (WIDE, WIDER)
        )
        return Sample((X1 @ turn, X2 @ turn.T), X1, X2, y)

    after = clouds(read_through(WIDE, 1), read_through(WIDER, 1))
    return Problem(sample, clouds(WIDE, WIDER), after)


def problems() -> dict[str, Problem]:
    """By name."""
    return {
        "symbols, z2 noisier": symbols(),
        "clouds, z1 noisier": noisier(0),
        f"the same among {NUISANCES} columns": noisier(NUISANCES),
        "codes are sources, turned": turned(),
    }


def measure(name: str, seed: int, n: int) -> list[dict[str, object]]:
    """A line for each change, and for the share, by each probe; ends in bits."""
    problem = problems()[name]
    begin = time.perf_counter()
    rng = np.random.default_rng(seed)
    found = pid.retained(*problem.sample(n, rng), noise=NOISE, random_state=seed)
    key = {"problem": name, "seed": seed, "n": n, "seconds": time.perf_counter() - begin}
    lines = []
    for probe in (found.networks, found.linear):
        truths = dict(zip(NAMES, problem.after - problem.before, strict=True))
        found_of = {of: (probe.change[of], _alone(probe, of)) for of in NAMES}
        truths["share"] = problem.after[-1] / problem.before[-1]
        found_of["share"] = probe.total, math.nan
        for of, (measure, alone) in found_of.items():
            line = {"probe": probe.name, "of": of, "truth": truths[of], "value": measure.corrected}
            lines.append(key | line | {"low": measure.low, "high": measure.high, "alone": alone})
    return lines


def _alone(probe: Probe, of: str) -> float:
    """Half the width of what two answers say whose errors have nothing to do with each other."""
    assert probe.interval_before is not None and probe.interval_after is not None
    widths = [high - low for low, high in (probe.interval_before[of], probe.interval_after[of])]
    return math.hypot(*widths) / 2


def collect(asked: list[tuple[str, int, int]], path: Path) -> pd.DataFrame:
    """Lines of all that is asked; those in the file are taken from it, others added as they end."""
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=KEY)
    there = set(done[KEY].itertuples(index=False, name=None))
    for i, key in enumerate(asked):
        if key in there:
            continue
        print(f"{i + 1} of {len(asked)}: {key}", file=sys.stderr, flush=True)
        rows = pd.DataFrame(measure(*key))
        done = rows if done.empty else pd.concat([done, rows], ignore_index=True)
        page.write_whole(path, done.to_csv(index=False))
    return done


def table(frame: pd.DataFrame) -> str:
    """Coverage, errors and widths: a line for each problem and probe."""
    frame = frame.assign(
        held=(frame.low <= frame.truth) & (frame.truth <= frame.high),
        half=(frame.high - frame.low) / 2,
        error=frame.value - frame.truth,
    )
    lines = []
    for (problem, probe), runs in frame.groupby(["problem", "probe"], sort=False):
        atoms, total, share = (runs[runs.of.isin(of)] for of in (list(ATOMS), ["total"], ["share"]))
        moving = atoms[atoms.of == "unique1"]
        lines.append(
            [
                str(problem),
                str(probe),
                str(runs.seed.nunique()),
                *(f"{some.held.mean():.2f}" for some in (atoms, total, share)),
                *(f"{some.error.mean():+z.3f}" for some in (moving, total)),
                f"{1.96 * moving.error.std():.3f}, {1.96 * total.error.std():.3f}",
                f"{moving.half.median():.3f}, {total.half.median():.3f}",
                f"{moving.alone.median():.3f}, {total.alone.median():.3f}",
            ]
        )
    head = ["problem", "probe", "runs", "atoms", "total", "share", "bias of U1", "of the total"]
    head += ["1.96 errors", "half widths", "of two answers alone"]
    every = f"{frame.held.mean():.3f}"
    return (
        f"Of {len(frame):,} intervals of 95 %, {every} hold the truth: of the four atoms' changes, "
        f"of the total's, and of the share. {frame.n.max():,} rows; bits; pairs are of U1 and of "
        f"the total.\n\n{page.markdown_table(head, lines)}"
    )


def main() -> None:
    """Run what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one problem, few rows")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--page", action="store_true", help="run nothing, write what is there")
    args = parser.parse_args()
    names, seeds, n = list(problems()), range(FIRST_SEED, FIRST_SEED + args.runs), ROWS
    if args.quick:
        names, seeds, n = names[1:2], range(FIRST_SEED, FIRST_SEED + 1), 200
    path = args.out / "figures" / "study_retained.csv"
    asked = [(name, seed, n) for seed in seeds for name in names]
    frame = pd.read_csv(path) if args.page else collect(asked, path)
    page.write_section(args.out / "retained.md", "intervals of changes", table(frame))


if __name__ == "__main__":
    main()
