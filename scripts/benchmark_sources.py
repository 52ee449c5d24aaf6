"""Time the union information of several sources side by side with other solvers; write tables.

    python -m scripts.benchmark_sources            # a quarter of an hour, one thread
    python -m scripts.benchmark_sources --quick    # a minute; shows that it works, measures little

Other solvers get the same program: cvxpy with Clarabel, the cones of MAXENT3D_PID given to ECOS,
and dit's PID_BROJA with a limit. Solvers take turns; times are medians of seconds of the processor,
and ratios are of the same run. Writes OUT/figures/benchmark_sources.csv and its marked section of
OUT/sources.md.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import pid
from pid.core.sources import columns, curves
from pid.core.sources.table import Marginals
from pid.core.sources.union import union
from scripts import page, source_peers
from scripts.race import distance, set_threads
from scripts.source_problems import Array, dirichlet, marginals

TOL = 1e-9  # nats
UNIT_SHAPE = (10, 10, 10, 5)  # Clarabel's time for it is the unit U
SHAPES = [(2, 2, 2, 2), (2, 2, 2, 3), (5, 5, 5, 3), (6, 6, 6, 6, 4), UNIT_SHAPE, (2,) * 10 + (2,)]
LARGE = (20, 20, 20, 5)
PRICED = [(6, 8, 3), (10, 4, 3), (4, 20, 3), (8, 8, 3)]  # sources, symbols, classes
DIT_LIMIT = 60.0
EXACT = 1e-10  # tolerance of ECOS where its values are compared
OURS, CLARABEL, ECOS = "pid", "Clarabel", "MAXENT3D's, by ECOS"

Row = dict[str, object]


def alone(p: Array) -> float:
    """The union of the sources of a table, each alone."""
    of = Marginals(p)
    which = [of((i,)) for i in range(p.ndim - 1)]
    return union(which, of.p_y, TOL).upper


def four(p: Array) -> float:
    """The four unions that MAXENT3D_PID solves: of all sources, and of each pair."""
    of = Marginals(p)
    for i, j in itertools.combinations(range(3), 2):
        union([of((i,)), of((j,))], of.p_y, TOL)
    return alone(p)


def seconds(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median of each, taking turns, after one call of each to warm up."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(rounds + 1):
        for name, call in calls.items():
            start = time.process_time()
            call()
            if turn:
                times[name].append(time.process_time() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def side_by_side(shape: tuple[int, ...], rounds: int) -> list[Row]:
    """One table by all solvers: seconds, and how far each is from the proved interval."""
    p = dirichlet(np.random.default_rng(0), shape)
    of = Marginals(p)
    found = union([of((i,)) for i in range(p.ndim - 1)], of.p_y, TOL)
    calls: dict[str, Callable[[], object]] = {
        OURS: lambda: alone(p),
        CLARABEL: lambda: source_peers.clarabel(p),
        ECOS: lambda: source_peers.ecos(p),
    }
    if p.ndim == 4:
        calls |= {
            "pid, four unions": lambda: four(p),
            "MAXENT3D's four, by ECOS": lambda: source_peers.maxent3d(p),
        }
    if p.size < 100:
        names = ["a", "b", "c"]
        calls["pid, all numbers"] = lambda: pid.decompose(p, names=names)
    took = seconds(calls, rounds)
    values = {CLARABEL: source_peers.clarabel(p), ECOS: source_peers.ecos(p)}
    off = {name: distance(value, found.lower, found.upper) for name, value in values.items()}
    off[OURS] = found.upper - found.lower
    return [
        {"problem": "x".join(map(str, shape)), "by": name, "seconds": spent}
        | {"times pid": spent / took["pid, four unions" if "four" in name else OURS]}
        | {"off or gap": off.get(name, np.nan)}
        for name, spent in took.items()
    ]


def in_units(rounds: int, quick: bool) -> list[Row]:
    """Large problems, by Clarabel's time at 10 x 10 x 10 x 5."""
    p = dirichlet(np.random.default_rng(0), UNIT_SHAPE)
    rng = np.random.default_rng(1)
    large, bits = dirichlet(rng, LARGE), dirichlet(rng, (2,) * 10 + (2,))
    problems = [marginals(rng, *size) for size in (PRICED[:2] if quick else PRICED)]
    calls: dict[str, Callable[[], object]] = {"U": lambda: source_peers.clarabel(p)}
    calls["x".join(map(str, LARGE))] = lambda: alone(large)
    calls["ten sources of two classes, all numbers"] = lambda: pid.decompose(bits)
    for size, sources in zip(PRICED, problems, strict=False):
        name = "{} sources of {} symbols, {} classes".format(*size)
        calls[name] = lambda sources=sources: columns.solve(sources, TOL)  # type: ignore[misc]
    took = seconds(calls, rounds)
    return [
        {"problem": name, "seconds": spent, "U": spent / took["U"]} for name, spent in took.items()
    ]


def priced_gaps(number: int) -> Row:
    """Gaps of priced cells in many problems of all sizes."""
    rng = np.random.default_rng(2)
    gaps, spent = [], time.process_time()
    for _ in range(number):
        classes = int(rng.integers(3, 6))
        k = int(rng.integers(3, 8))
        symbols = int(rng.integers(3, {3: 31, 4: 19, 5: 12, 6: 9, 7: 7}[k]))
        found = columns.solve(marginals(rng, k, symbols, classes), TOL)
        gaps.append(found.upper - found.lower)
    spent = time.process_time() - spent
    return {
        "problems": number,
        "to 1e-09": sum(gap <= TOL for gap in gaps),
        "to 1e-06": sum(gap <= 1e-6 for gap in gaps),
        "widest": max(gaps),
        "seconds each": spent / number,
    }


def small_ones(number: int) -> Row:
    """Tables 2x2x2x2 one after the other, and their unions alone, by table."""
    rng = np.random.default_rng(3)
    drawn = [dirichlet(rng, (2, 2, 2, 2)) for _ in range(number)]
    calls: dict[str, Callable[[], object]] = {
        "four": lambda: [four(p) for p in drawn],
        "all": lambda: [pid.decompose(p) for p in drawn],
        "ecos": lambda: [source_peers.maxent3d(p) for p in drawn],
        "hulls": lambda: [hull(p) for p in drawn],
    }
    took = {name: spent / number for name, spent in seconds(calls, 3).items()}
    return {
        "tables 2x2x2x2": number,
        "MAXENT3D's four, by ECOS": took["ecos"],
        "the same four by pid": took["four"],
        "all numbers by pid": took["all"],
        "one hull": took["hulls"],
    }


def hull(p: Array) -> float:
    """The union alone, of two classes."""
    p_y = p.sum(axis=(0, 1, 2))
    of = [p.sum(axis=axes) for axes in ((1, 2), (0, 2), (0, 1))]
    return curves.information(curves.join([curves.curve(m, p_y) for m in of]))


def agreement(number: int) -> Row:
    """Tables drawn as those of MAXENT3D_PID's tests: ours against ECOS where ECOS holds.

    Its recipe: cells of a table of bits, and of one of 14 x 2 x 2 x 2, drawn evenly from the
    simplex. ECOS agrees with itself where sources in another order make no difference to it.
    """
    rng = np.random.default_rng(4)
    off, itself = [], 0
    for shape, count in (((2, 2, 2, 2), number), ((2, 2, 2, 14), max(number // 8, 1))):
        for _ in range(count):
            p = dirichlet(rng, shape)
            first = source_peers.ecos(p, EXACT)
            again = source_peers.ecos(p.transpose(2, 0, 1, 3), EXACT)
            if abs(first - again) <= 5e-8:
                itself += 1
                of = Marginals(p)
                found = union([of((i,)) for i in range(3)], of.p_y, TOL)
                off.append(distance(first, found.lower, found.upper) / np.log(2))
    return {"tables": number + max(number // 8, 1), "ECOS agrees": itself, "bits off": max(off)}


def dit_within(limit: float) -> Row:
    """dit on 3-AND, in a process that is ended at the limit."""
    p = np.zeros((2, 2, 2, 2))
    for a, b, c in np.ndindex(2, 2, 2):
        p[a, b, c, a & b & c] = 1 / 8
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe()
    process = context.Process(target=_dit, args=(p, ours), daemon=True)
    start = time.perf_counter()
    process.start()
    value = theirs.recv() if theirs.poll(limit) else np.nan
    spent = time.perf_counter() - start
    process.kill()
    process.join()
    d = pid.decompose(p, names=["a", "b", "c"], unit="nat")
    proved = d.intervals["union"]
    return {"dit on 3-AND": value, "proved": f"{proved[0]:.6f}", "seconds": spent, "limit": limit}


def _dit(p: Array, pipe: multiprocessing.connection.Connection) -> None:
    try:
        pipe.send(source_peers.dit(p))
    except Exception:
        pipe.send(float("nan"))


def main(argv: Sequence[str] | None = None) -> None:
    """Run all and write the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder (default: docs)")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args(argv)
    set_threads(1)
    quick, rounds = args.quick, 2 if args.quick else 9
    peers = [row for shape in SHAPES[: 3 if quick else None] for row in side_by_side(shape, rounds)]
    tables = [
        peers,
        in_units(2 if quick else 5, quick),
        [priced_gaps(3 if quick else 100)],
        [small_ones(5 if quick else 200)],
        [agreement(8 if quick else 500)],
        [dit_within(2.0 if quick else DIT_LIMIT)],
    ]
    page.write_csv(args.out / "figures" / "benchmark_sources.csv", peers)
    body = "\n\n".join(_markdown(rows) for rows in tables)
    page.write_section(args.out / "sources.md", "benchmark_sources", f"{page.machine(1)}\n\n{body}")
    print(body)


def _markdown(rows: Sequence[Row]) -> str:
    return page.markdown_table(list(rows[0]), [[_cell(v) for v in row.values()] for row in rows])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if np.isnan(value) else f"{value:.2g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
