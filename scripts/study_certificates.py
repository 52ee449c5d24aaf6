"""Whether answers that call themselves proved are: on inputs that are nearly something else.

    OMP_NUM_THREADS=1 python -m scripts.study_certificates            # minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_certificates --quick    # seconds; shows that it works
    OMP_NUM_THREADS=1 python -m scripts.study_certificates --seed 7   # other inputs

Marginals with few digits, columns that are nearly combinations of others, masses over many orders
of magnitude; each answer against another route to the truth: the joint that marginals are of, rows
in place of their covariance, all vertices. Writes OUT/figures/study_certificates.csv and its marked
section of OUT/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

import pid
from pid._types import Floats
from pid.bounds import exact_coupling
from pid.bounds.accuracy import best_accuracy
from pid.bounds.pairs import AGREE, pairs_of
from pid.core.decomposition import status_of
from pid.core.gaussian import from_rows
from scripts import page
from scripts.study import Row
from scripts.vertices import least_entropy

Generator = np.random.Generator
Sizes = tuple[int, int, int]

SHAPES = ((2, 2, 2), (3, 2, 2), (3, 3, 2), (2, 4, 3), (4, 3, 2))
COUPLED = ((2, 2), (3, 2), (3, 3), (4, 3), (2, 2, 2), (3, 2, 2), (3, 1, 2))
TIME_LIMIT = 10.0
FALSE = 1e-8  # nats that a proved Gaussian answer may be off by
OF_ROWS = 1e-9  # nats that rows are off by themselves, if columns are not nearly the same
OF_SYNERGY = 1e-7  # bits that rounded marginals move it by at most, and the tolerance
OF_ACCURACY = 1e-6  # HiGHS's own tolerance
OUTCOMES = ("optimal", "near-optimal", "inaccurate", "refused")
FAULTS = ("false", "beyond the gap", "check failed")


class Verdict(NamedTuple):
    """What an answer says of itself, and what is wrong with it: some of ``FAULTS``."""

    outcome: str
    faults: tuple[str, ...] = ()


def verdict(status: pid.Status, *, false: bool, beyond: bool, unchecked: bool) -> Verdict:
    """Of an answer with this status; any fault makes one that says optimal a false one."""
    false = status is pid.Status.OPTIMAL and (false or beyond or unchecked)
    found = zip(FAULTS, (false, beyond, unchecked), strict=True)
    return Verdict(status.value, tuple(name for name, holds in found if holds))


# --- three pair marginals ---------------------------------------------------------------------


def joint(kind: str, rng: Generator) -> tuple[Floats, tuple[Floats, ...]]:
    """A table, and its pair marginals with so many digits."""
    shape = SHAPES[rng.integers(len(SHAPES))]
    p = rng.dirichlet(np.full(int(np.prod(shape)), rng.choice([0.2, 1.0, 3.0]))).reshape(shape)
    if kind == "masses 1e-11 to 1":
        p = 10.0 ** rng.uniform(-11, 0, (2, 2, 2))
    if kind == "counts / n":
        p = rng.multinomial(rng.integers(10, 300), p.ravel()).reshape(shape).astype(np.float64)
    p = np.asarray(p / p.sum())
    digits = {"12 digits": 12, "all digits": 17}.get(kind, 11)
    return p, tuple(np.round(pair, digits) for pair in pairs_of(p))


MARGINALS = ("11 digits", "12 digits", "masses 1e-11 to 1", "counts / n", "all digits")


def synergy(kind: str, rng: Generator) -> Verdict:
    """Of the joint that the marginals are of, which must be in the interval."""
    p, given = joint(kind, rng)
    try:
        b = pid.synergy_bounds(*given, time_limit=TIME_LIMIT)
    except pid.PIDError:
        return Verdict("refused")
    truth = pid.decompose(p).synergy
    beyond = not b.lower - OF_SYNERGY <= truth <= b.upper + OF_SYNERGY
    crossed = not b.lower <= b.upper_attained <= b.upper
    return verdict(
        b.status, false=crossed, beyond=beyond, unchecked=_fails(lambda: b.check(*given))
    )


def accuracy(kind: str, rng: Generator, *, balanced: bool = False) -> Verdict:
    """Likewise of the best accuracy on that joint."""
    p, given = joint(kind, rng)
    try:
        b = pid.accuracy_bounds(*given, balanced=balanced, time_limit=TIME_LIMIT)
    except pid.PIDError:
        return Verdict("refused")
    p_y = p.sum(axis=(0, 1))
    worth = np.divide(1, p_y, out=np.zeros_like(p_y), where=p_y > 0) / (p_y > 0).sum()
    weights = worth if balanced else np.ones_like(p_y)
    truth = best_accuracy(p * weights)
    slack = OF_ACCURACY + AGREE * float(weights.max())  # what rounding may weigh
    beyond = not b.lower - slack <= truth <= b.upper + slack
    crossed = not b.lower <= b.upper or b.upper < b.upper_attained
    return verdict(
        b.status, false=crossed, beyond=beyond, unchecked=_fails(lambda: b.check(*given))
    )


def balanced_accuracy(kind: str, rng: Generator) -> Verdict:
    """Likewise, of classes that count alike."""
    return accuracy(kind, rng, balanced=True)


# --- covariances ------------------------------------------------------------------------------

COVARIANCES = (
    "six rows, nearly the same",
    "nearly the same, one source",
    "nearly the same, across",
    "the same twice",
    "Celsius and Fahrenheit",
    "random",
    "scales 1e-100 to 1e100",
    "nearly the same, in y",
    "the same twice, in y",
    "condition up to 1e16",
)


def rows(kind: str, rng: Generator) -> tuple[Floats, Sizes]:
    """Centred samples of x1, x2 and y, few or many of them."""
    if kind == COVARIANCES[0]:
        z = rng.normal(size=(6, 4))
        z[:, 1] = z[:, 0] + 10.0 ** rng.uniform(-10, -7) * z[:, 1]
        return np.asarray(z - z.mean(axis=0)), (2, 1, 1)
    d1, d2, dy = (int(d) for d in rng.integers(2 if "Cels" in kind else 1, [6, 5, 4]))
    if "same" in kind:
        d1, dy = max(d1, 2), max(dy, 2)
    d = d1 + d2 + dy
    n = d + int(rng.integers(2, 60))
    z = rng.normal(size=(n, d)) @ (np.eye(d) + 0.5 * rng.normal(size=(d, d)))
    apart = 10.0 ** rng.uniform(-11, -3) * rng.normal(size=n)
    partner = d - 1 if "in y" in kind else d1 if "across" in kind else 1
    first = d - 2 if "in y" in kind else 0
    if "nearly" in kind:
        z[:, partner] = z[:, first] + apart
    if "twice" in kind:
        z[:, partner] = z[:, first]
    if "Cels" in kind:
        z[:, 1] = np.round(1.8 * z[:, 0] + 32, int(rng.integers(1, 12)))
    if "scales" in kind:
        z = z * 10.0 ** rng.uniform(-100, 100, d)
    if "condition" in kind:
        z = z @ (rng.normal(size=(d, d)) * 10.0 ** rng.uniform(-8, 0, d)) @ rng.normal(size=(d, d))
    return np.asarray(z - z.mean(axis=0)), (d1, d2, dy)


def gaussian(kind: str, rng: Generator) -> Verdict:
    """By the covariance, against the rows themselves, of which nothing is squared."""
    z, sizes = rows(kind, rng)
    try:
        d = pid.decompose_gaussian(z.T @ z, sizes, unit="nat")
    except pid.PIDError:
        return Verdict("refused")
    proof = d.certificate
    assert proof is not None
    try:
        truth = from_rows(z, sizes, unit="nat")
    except pid.PIDError:  # y is determined, and this was answered
        return verdict(proof.status, false=True, beyond=True, unchecked=False)
    off = max(abs(d.atoms[name] - value) for name, value in truth.atoms.items())
    union = truth.redundancy + truth.unique1 + truth.unique2
    inside = proof.dual - OF_ROWS <= union <= proof.primal + OF_ROWS
    beyond = off > max(proof.gap, OF_ROWS) or not inside
    return verdict(proof.status, false=off > FALSE, beyond=beyond, unchecked=False)


# --- couplings --------------------------------------------------------------------------------

COUPLINGS = ("random", "counts with zeros", "nearly even", "masses 1e-14 to 1", "one digit")


def marginals(kind: str, rng: Generator) -> list[Floats]:
    """Of two or three variables with few symbols, of which some may be empty."""
    found = []
    for n in COUPLED[rng.integers(len(COUPLED))]:
        p = rng.dirichlet(np.ones(n))
        if kind == "counts with zeros":
            p = rng.integers(0, 4, n) + np.eye(n)[rng.integers(n)]
        if kind == "nearly even":
            p = np.ones(n) + 1e-11 * rng.normal(size=n)
        if kind == "masses 1e-14 to 1":
            p = 10.0 ** rng.uniform(-14, 0, n)
        if kind == "one digit":
            p = np.round(p, 1) + 0.1 * np.eye(n)[rng.integers(n)]
        found.append(np.asarray(p / p.sum()))
    return found


def coupling(kind: str, rng: Generator) -> Verdict:
    """The search, against every vertex; its check is that the marginals are right."""
    given = marginals(kind, rng)
    found = exact_coupling(*given, unit="nat", time_limit=TIME_LIMIT)
    least = least_entropy([p[p > 0] for p in given])
    attained = found.coupling.entropy("nat")
    beyond = found.bound > least + 1e-8 or attained < least - 1e-8
    away = max(
        float(np.abs(np.bincount(column, found.coupling.masses, minlength=len(p)) - p).max())
        for column, p in zip(found.coupling.symbols.T, given, strict=True)
    )
    status = status_of(attained - found.bound, 2e-7)
    return verdict(status, false=attained > least + 1e-6, beyond=beyond, unchecked=away > AGREE)


# --- the table --------------------------------------------------------------------------------


class Family(NamedTuple):
    """A function, the kinds of inputs it is tried on, and how many of each."""

    judge: Callable[[str, Generator], Verdict]
    kinds: tuple[str, ...]
    number: int


FAMILIES = {
    "synergy_bounds": Family(synergy, MARGINALS, 120),
    "accuracy_bounds": Family(accuracy, MARGINALS, 120),
    "accuracy_bounds, balanced": Family(balanced_accuracy, MARGINALS, 120),
    "decompose_gaussian": Family(gaussian, COVARIANCES, 600),
    "exact_coupling": Family(coupling, COUPLINGS, 120),
}


def measured(task: tuple[str, str, int, int]) -> Row:
    """How often inputs of one kind come out how."""
    name, kind, count, seed = task
    family = FAMILIES[name]
    rng = np.random.default_rng([seed, list(FAMILIES).index(name), family.kinds.index(kind)])
    counts: Counter[str] = Counter()
    for _ in range(count):
        found = family.judge(kind, rng)
        counts.update([found.outcome, *found.faults])
    return {"of": name, "input": kind, "number": count} | {
        column: counts[column] for column in (*OUTCOMES, *FAULTS)
    }


def _fails(check: Callable[[], None]) -> bool:
    try:
        check()
    except pid.PIDError:
        return True
    return False


def summary(found: list[Row], seed: int) -> str:
    """The section of the page."""
    header = list(found[0])
    table = page.markdown_table(header, [[f"{v}" for v in row.values()] for row in found])
    return f"{page.machine()} Seed {seed}.\n\n{table}"


def main() -> None:
    """Try all, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one in thirty of the inputs")
    parser.add_argument("--seed", type=int, default=0, help="of the inputs")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    tasks = [
        (name, kind, family.number // 30 if args.quick else family.number, args.seed)
        for name, family in FAMILIES.items()
        for kind in family.kinds
    ]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found = list(pool.map(measured, tasks))
    page.write_csv(args.out / "figures" / "study_certificates.csv", found)
    text = summary(found, args.seed)
    page.write_section(args.out / "benchmarks.md", "study certificates", text)
    print(text)


if __name__ == "__main__":
    main()
