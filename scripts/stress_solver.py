"""Solve very many random tables of all kinds and count what goes wrong, by kind.

    python -m scripts.stress_solver --tables 100000

Every answer is checked from its coupling and multipliers alone, without the solver. Writes
OUT/figures/stress_solver.csv and its marked section of OUT/benchmarks.md.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, xlogy

import pid
from pid.core.information import mutual_information
from pid.datasets import random as families
from scripts import page

Table = NDArray[np.float64] | NDArray[np.int64]
Family = Callable[[np.random.Generator, "Shape"], Table]
Shape = tuple[int, int, int]

TOL = 1e-9  # nats, the solver's promise
MARGINAL_TOL = 1e-12
ROUNDING = 1e-12  # nats: how far two ways to compute the same number may differ
CHUNK = 2_000  # tables in one call


def _bootstrap(rng: np.random.Generator, shape: Shape) -> Table:
    p = families.dirichlet(shape, concentration=0.3, random_state=rng)
    n = int(rng.integers(5, 300))
    return families.counts(families.counts(p, n, random_state=rng), n, random_state=rng)


def _near_deterministic(rng: np.random.Generator, shape: Shape) -> Table:
    noise: float = 10.0 ** rng.uniform(-12, -2)
    rule = families.deterministic(shape, random_state=rng)
    return rule + noise * families.dirichlet(shape, random_state=rng)  # normalised by the solver


KINDS: dict[str, Family] = {
    "Dirichlet, concentration 0.01 to 1": lambda rng, shape: families.dirichlet(
        shape, concentration=10 ** rng.uniform(-2, 0), random_state=rng
    ),
    "random cells empty": lambda rng, shape: families.sparse(
        shape, density=rng.uniform(0.05, 0.9), random_state=rng
    ),
    "counts of 5 to 500 samples": lambda rng, shape: families.counts(
        families.dirichlet(shape, random_state=rng), int(rng.integers(5, 500)), random_state=rng
    ),
    "bootstrap of sparse counts": _bootstrap,
    "Y a function of X1, X2": lambda rng, shape: families.deterministic(shape, random_state=rng),
    "nearly a function, noise 1e-12 to 1e-2": _near_deterministic,
    "log-normal, sigma 1 to 8": lambda rng, shape: families.log_normal(
        shape, sigma=rng.uniform(1, 8), random_state=rng
    ),
    "rare symbols, down to 1e-8": lambda rng, shape: families.rare(
        shape, rarity=10 ** rng.uniform(-8, -3), random_state=rng
    ),
    "X2 a noisy copy of X1": lambda rng, shape: families.degraded(shape, random_state=rng),
    "Y unrelated": lambda rng, shape: families.unrelated(shape, random_state=rng),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one table came to."""

    kind: str
    status: str
    method: str
    gap: float = float("inf")  # recomputed, nats
    marginal_error: float = float("inf")
    violations: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        """Solved to the tolerance, and it holds."""
        return self.status == "OPTIMAL" and not self.violations


def random_tables(seed: int, number: int) -> Iterator[tuple[str, Table]]:
    """Kinds in turn; 2 to 8 symbols an axis, one table in 50 is 20x20x2, one in 200 is 50x50x2."""
    rng = np.random.default_rng(seed)
    names = list(KINDS)
    for index in range(number):
        n1, n2, k = (int(n) for n in rng.integers(2, 9, size=3))
        draw = rng.random()
        shape = (50, 50, 2) if draw < 0.005 else (20, 20, 2) if draw < 0.025 else (n1, n2, k)
        kind = names[index % len(names)]
        yield kind, KINDS[kind](rng, shape)


def solve(chunk: Sequence[tuple[str, Table]]) -> list[Finding]:
    """Solve a chunk in one call; should the call itself fail, one by one, to find the culprit."""
    tables = [table for _, table in chunk]
    try:
        batch = pid.decompose_batch(tables, unit="nat", on_fail="return", keep_coupling=True)
        return [_finding(kind, p, batch[i]) for i, (kind, p) in enumerate(chunk)]
    except Exception as err:  # with on_fail="return" any exception is a failure to count
        if len(chunk) == 1:
            return [Finding(chunk[0][0], f"raised {type(err).__name__}", "none")]
        return [finding for one in chunk for finding in solve([one])]


def _finding(kind: str, p: Table, d: pid.Decomposition) -> Finding:
    assert d.certificate is not None
    status, method = d.certificate.status.name, d.certificate.method
    if d.coupling is None or d.certificate.multipliers is None:
        return Finding(kind, status, method, violations=("no evidence",))
    gap, error = recompute(p, d)
    return Finding(kind, status, method, gap, error, tuple(violations(p, d, gap, error)))


def recompute(p: Table, d: pid.Decomposition) -> tuple[float, float]:
    """Gap in nats and marginal error, from the coupling and the multipliers alone.

    The multipliers are first lowered until sum_y exp(alpha + beta) <= 1 for every (x1, x2), after
    which <a, alpha> + <b, beta> bounds sum q log q(y|x1,x2) from below.
    """
    assert d.coupling is not None and d.certificate is not None
    assert d.certificate.multipliers is not None
    q, p = d.coupling, p / p.sum()
    a, b = p.sum(1), p.sum(0)
    alpha, beta = d.certificate.multipliers
    height = logsumexp(alpha[:, None, :] + beta[None, :, :], axis=2)  # (n1, n2)
    alpha = alpha - np.maximum(height.max(1), 0.0)[:, None]
    lower = float(a[a > 0] @ alpha[a > 0] + b[b > 0] @ beta[b > 0])
    upper = float(xlogy(q, q).sum() - xlogy(s := q.sum(2), s).sum())
    error = max(float(np.abs(q.sum(1) - a).max()), float(np.abs(q.sum(0) - b).max()))
    return upper - lower, error


def violations(p: Table, d: pid.Decomposition, gap: float, error: float) -> Iterator[str]:
    """What the answer claims and does not keep; a gap that it admits to is not a violation."""
    assert d.coupling is not None and d.certificate is not None
    atoms = np.array([d.redundancy, d.unique1, d.unique2, d.synergy])
    if d.coupling.min() < 0:
        yield "negative mass"
    if not (np.isfinite(atoms).all() and np.isfinite(d.coupling).all() and np.isfinite(gap)):
        yield "not finite"
        return
    if gap > max(TOL, d.certificate.gap) + ROUNDING:
        yield "gap larger than stated"
    if d.certificate.status is pid.Status.OPTIMAL and gap > TOL + ROUNDING:
        yield "called optimal above the tolerance"
    if error > MARGINAL_TOL:
        yield "marginals off"
    if atoms.min() < -(TOL + ROUNDING) and d.certificate.status is pid.Status.OPTIMAL:
        yield "negative atom"
    sums: dict[int | tuple[int, int], float] = {
        0: atoms[0] + atoms[1],
        1: atoms[0] + atoms[2],
        (0, 1): atoms.sum(),
    }
    if any(abs(mutual_information(p, x, 2, unit="nat") - sums[x]) > ROUNDING for x in sums):
        yield "sum rule"


def summary(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """A row for all tables and one per kind; every status, method and violation is a column."""
    statuses = sorted({f.status for f in findings})
    methods = sorted({f.method for f in findings})
    broken = sorted({name for f in findings for name in f.violations})
    rows: list[dict[str, object]] = []
    for kind in ("all", *KINDS):
        mine = [f for f in findings if kind in ("all", f.kind)]
        if mine:
            count = Counter(name for f in mine for name in (f.status, f.method, *f.violations))
            rows.append(
                {"kind": kind, "tables": len(mine)}
                | {name: count[name] for name in (*statuses, *methods, *broken)}
                | {"violations": sum(bool(f.violations) for f in mine)}
                | {"worst gap": max(f.gap for f in mine)}
                | {"worst marginal error": max(f.marginal_error for f in mine)}
            )
    return rows


def main(argv: Sequence[str] | None = None) -> None:
    """Run the stress test and write its files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tables", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder (default: docs)")
    parser.add_argument("--keep", type=Path, help="npz file for tables not solved or in violation")
    args = parser.parse_args(argv)
    findings: list[Finding] = []
    failed: list[Table] = []
    seconds = 0.0
    tables = random_tables(args.seed, args.tables)
    while chunk := list(itertools.islice(tables, CHUNK)):
        start = time.perf_counter()
        found = solve(chunk)
        seconds += time.perf_counter() - start
        findings += found
        failed += [p for (_, p), f in zip(chunk, found, strict=True) if not f.fine]
        progress = f"{len(findings)} tables, {len(failed)} not fine, {seconds:.0f} s"
        print(progress, file=sys.stderr, flush=True)
    rows = summary(findings)
    page.write_csv(args.out / "figures" / "stress_solver.csv", rows)
    text = f"{page.machine()} Seed {args.seed}; {seconds:.0f} seconds for all, checks included."
    body = page.markdown_table(list(rows[0]), [[_cell(v) for v in row.values()] for row in rows])
    page.write_section(args.out / "benchmarks.md", "stress_solver", f"{text}\n\n{body}")
    if args.keep and failed:
        np.savez_compressed(args.keep, *failed)
    print(body)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1e}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
