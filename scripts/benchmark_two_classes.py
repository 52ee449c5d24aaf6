"""Two classes: the closed form beside the methods for any target, in one process; write a table.

    OMP_NUM_THREADS=1 python -m scripts.benchmark_two_classes           # a minute, one thread
    OMP_NUM_THREADS=1 python -m scripts.benchmark_two_classes --quick   # seconds

Tables of counts are drawn anew from Dirichlet tables. The other methods are those that make a
coupling of every table of a batch: an equation for 2x2x2, interior points for others. ``assess`` is
timed with the atoms of what is resampled from the one and from the other. Certificates are those of
couplings and multipliers of single tables, hostile ones among them. Writes
OUT/figures/benchmark_two_classes.csv and its marked section of OUT/benchmarks.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import pid
from pid._types import Floats
from pid.core.decomposition import ATOMS
from pid.inference import assess, assessment, bias, rare_classes
from scripts import page

SHAPES = {(2, 2, 2): (20_000, 300), (4, 4, 2): (4_000, 300), (8, 8, 2): (1_000, 1_000)}
SHAPES |= {(20, 20, 2): (300, 3_000)}  # tables, and rows of each
LARGE = (200, 200, 2)
CONCENTRATION = 0.7
ROUNDS = 5
HOSTILE = 2_000

Row = dict[str, object]


def drawn(shape: tuple[int, ...], tables: int, rows: int) -> NDArray[np.int64]:
    """Counts, (tables, *shape)."""
    rng = np.random.default_rng(list(shape))
    p = rng.dirichlet(np.full(int(np.prod(shape)), CONCENTRATION), size=tables)
    return rng.multinomial(rows, p).reshape(tables, *shape)


def race(first: Callable[[], object], second: Callable[[], object], rounds: int) -> list[float]:
    """Least processor seconds of both, which take turns."""
    least = [np.inf, np.inf]
    for _ in range(rounds):
        for i, run in enumerate((first, second)):
            begin = time.process_time()
            run()
            least[i] = min(least[i], time.process_time() - begin)
    return least


def solve_as_before(tables: Floats, tol: float = 1e-6) -> Floats:
    """Atoms (4, B) in nats by the methods that make couplings."""
    found = pid.decompose_batch(tables, unit="nat", tol=tol, on_fail="return", keep_coupling=True)
    return np.array([getattr(found, name) for name in ATOMS])


def assessed_as_before(table: NDArray[np.int64]) -> None:
    """Intervals, with every table solved as before."""
    with ExitStack() as stack:
        for module in (assessment, bias, rare_classes):
            stack.enter_context(patch.object(module, "solve", solve_as_before))
        assess(table)


def measured(rounds: int, share: float) -> Iterator[Row]:
    """Seconds of both ways, of a batch, of intervals, and of one large table."""
    for shape, (tables, rows) in SHAPES.items():
        size = "x".join(map(str, shape))
        P = drawn(shape, max(2, round(share * tables)), rows)
        seconds = race(
            lambda P=P: pid.decompose_batch(P),  # type: ignore[misc]
            lambda P=P: pid.decompose_batch(P, keep_coupling=True),  # type: ignore[misc]
            rounds,
        )
        yield row(f"{len(P):,} tables {size}", [value / len(P) for value in seconds])
        one = P[0]
        seconds = race(lambda one=one: assess(one), lambda one=one: assessed_as_before(one), rounds)  # type: ignore[misc]
        yield row(f"assess, 1,000 replicates, {size}", seconds)
    p = np.random.default_rng(0).dirichlet(np.full(int(np.prod(LARGE)), CONCENTRATION))
    p = p.reshape(LARGE)
    for what, keep in (("without coupling", False), ("with coupling", True)):
        seconds = race(
            lambda keep=keep: pid.decompose(p, keep_coupling=keep),  # type: ignore[misc]
            lambda keep=keep: pid.decompose(p, method="interior-point", keep_coupling=keep),  # type: ignore[misc]
            rounds,
        )
        yield row(f"{'x'.join(map(str, LARGE))}, {what}", seconds)


def row(what: str, seconds: list[float]) -> Row:
    """A line of the CSV."""
    return {
        "what": what,
        "closed_form": seconds[0],
        "other": seconds[1],
        "ratio": seconds[1] / seconds[0],
    }


def hostile(number: int) -> Iterator[Floats]:
    """Tables with ties, empty cells, single symbols and masses of all sizes."""
    rng = np.random.default_rng(1)
    for i in range(number):
        n1, n2 = rng.integers(1, 9, 2)
        p = rng.dirichlet(np.full(2 * n1 * n2, rng.choice([0.05, 0.3, 1, 3]))).reshape(n1, n2, 2)
        if i % 5 == 1:
            p = rng.multinomial(rng.integers(3, 200), p.ravel()).reshape(p.shape).astype(float)
        if i % 5 == 2:
            channel = rng.dirichlet(np.ones(n1), size=2).T
            p = np.einsum("ik,jk,k->ijk", channel, channel, [0.3, 0.7])
        if i % 5 == 3:
            p = 10.0 ** rng.uniform(-12, 0, p.shape)
        if i % 5 == 4:
            p = 10.0 ** rng.uniform(-300, 0, p.shape)
        yield p


def certified(number: int) -> str:
    """The largest gap and marginal error of hostile tables, in words."""
    gaps, errors = [], []
    for p in hostile(number):
        d = pid.decompose(p, unit="nat")
        d.check(p)
        if d.certificate is not None and d.certificate.method == "two classes":
            gaps.append(d.certificate.gap)
            errors.append(d.certificate.marginal_error)
    return (
        f"Of {len(gaps):,} tables with ties, empty cells and masses down to 1e-300, with their "
        f"couplings and multipliers: gap at most {max(gaps):.1e} nat, marginals off by at most "
        f"{max(errors):.1e}, all checked."
    )


def main() -> None:
    """Measure, and write what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few tables, one round")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    rows = list(measured(1, 0.01) if args.quick else measured(ROUNDS, 1.0))
    page.write_csv(args.out / "figures" / "benchmark_two_classes.csv", rows)
    lines = [
        (
            str(one["what"]),
            page.duration(float(str(one["closed_form"]))),
            page.duration(float(str(one["other"]))),
            f"{float(str(one['ratio'])):.1f}",
        )
        for one in rows
    ]
    table = page.markdown_table(("what", "closed form", "other method", "ratio"), lines)
    proof = certified(HOSTILE // 20 if args.quick else HOSTILE)
    body = f"{page.machine(1)} Times of a batch are for each table.\n\n{table}\n\n{proof}"
    page.write_section(args.out / "benchmarks.md", "benchmark_two_classes", body)


if __name__ == "__main__":
    main()
