"""How far couplings are from the least entropy, beside what is proved; write CSV, picture, table.

    OMP_NUM_THREADS=1 python -m scripts.benchmark_coupling           # about 8 minutes
    OMP_NUM_THREADS=1 python -m scripts.benchmark_coupling --quick   # seconds

The exact least entropy is that of the best of all vertices. Beside ours runs ``greedy_mec`` of
github.com/ssokota/mec, where it can be imported. Writes OUT/figures/benchmark_coupling.csv and
.png, and its marked section of OUT/half-labelled.md.
"""

from __future__ import annotations

import argparse
import importlib
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pid._types import Floats
from pid.bounds import greedy_coupling, majorization_bound, majorization_coupling, profile_bound
from pid.core.information import NATS_PER_BIT
from scripts import page
from scripts.palette import OF_METHODS
from scripts.study import Row
from scripts.vertices import least_entropy

Greedy = Callable[..., dict[tuple[int, ...], float]]

TABLES = 10_000  # of pairs, and of triples
PAIRS = ((2, 2), (2, 3), (3, 3), (3, 4), (4, 4), (4, 5), (5, 5))
TRIPLES = ((2, 2, 2), (2, 2, 3), (2, 3, 3), (3, 3, 3))
LARGE = ((10, 10), (100, 100), (1000, 1000), (100_000, 100_000), (100, 100, 100), (10, 10, 10, 10))
ALPHAS = (0.3, 1.0, 3.0)  # of the Dirichlet distributions that marginals come from
REPEATS = 20

PROVED = {"greedy, pairs": math.log2(math.e) / math.e, "greedy": (1 + math.log2(math.e)) / 2}
METHODS = {"greedy": greedy_coupling, "majorization": majorization_coupling}
COLOURS = dict(zip(("greedy", "majorization"), OF_METHODS, strict=False))


def marginals(shape: tuple[int, ...], seed: int) -> list[Floats]:
    """Random ones; how even they are changes from seed to seed."""
    rng = np.random.default_rng([seed, *shape])
    return [rng.dirichlet(np.full(n, ALPHAS[seed % len(ALPHAS)])) for n in shape]


def small(shape: tuple[int, ...], seed: int) -> Row:
    """Excess over the least entropy in bits: of couplings above it, of bounds below it."""
    given = marginals(shape, seed)
    least = least_entropy(given) / NATS_PER_BIT
    row: Row = {"shape": _name(shape), "seed": seed, "least": least}
    row |= {name: couple(*given).entropy() - least for name, couple in METHODS.items()}
    row["bound"] = bound(given) - least
    return row


def large(shape: tuple[int, ...], seed: int) -> Row:
    """Excess over the best bound in bits, and seconds."""
    given = marginals(shape, seed)
    row: Row = {"shape": _name(shape), "seed": seed}
    floor = bound(given)
    for name, couple in METHODS.items():
        start = time.perf_counter()
        found = couple(*given)
        row[f"{name}, seconds"] = time.perf_counter() - start
        row[name] = found.entropy() - floor
    peer = greedy_of_mec()
    if peer is not None:
        start = time.perf_counter()
        masses = np.array(list(peer(*given, sparse=True).values()))
        row["mec, seconds"] = time.perf_counter() - start
        row["mec"] = -float((masses * np.log2(masses)).sum()) - floor
    return row


def bound(given: list[Floats]) -> float:
    """The better of the two lower bounds, in bits."""
    return max(majorization_bound(*given), profile_bound(*given))


def greedy_of_mec() -> Greedy | None:
    """The reference, if it is there."""
    try:
        found: Greedy = importlib.import_module("mec").greedy_mec
    except ImportError:
        return None
    return found


def collect(*, quick: bool) -> tuple[list[Row], list[Row]]:
    """Small ones against the truth, large ones against the bound."""
    rows = []
    families: tuple[Sequence[tuple[int, ...]], ...] = (PAIRS, TRIPLES)
    for family in families:
        shapes = [s for s in family if math.prod(s) < 10] if quick else family
        each = 10 if quick else math.ceil(TABLES / len(shapes))
        rows += [small(shape, seed) for shape in shapes for seed in range(each)]
    sizes, repeats = (LARGE[:1], 2) if quick else (LARGE, REPEATS)
    others = [large(shape, seed) for shape in sizes for seed in range(repeats)]
    return rows, others


def summary(some: pd.DataFrame, others: pd.DataFrame) -> str:
    """The two tables of the page."""
    return "\n\n".join([page.machine(), _against_least(some), _against_bound(others)])


def _against_least(frame: pd.DataFrame) -> str:
    rows = []
    for count, name in ((2, "pairs"), (3, "triples")):
        of = frame[frame["shape"].str.count("x") == count - 1]
        proved = PROVED.get(f"greedy, {name}", PROVED["greedy"])
        rows += [
            [f"{name}: greedy", f"{len(of):,}", *_of(of.greedy), f"{proved:.2f}"],
            [
                f"{name}: majorization",
                f"{len(of):,}",
                *_of(of.majorization),
                f"{math.ceil(math.log2(count)):.2f}",
            ],
            [f"{name}: best lower bound", f"{len(of):,}", *_of(-of.bound), "–"],
        ]
    return page.markdown_table(
        ["bits from the least entropy", "tables", "mean", "worst", "exact", "proved"], rows
    )


def _of(excess: pd.Series[float]) -> list[str]:
    return [f"{excess.mean():z.4f}", f"{excess.max():z.3f}", f"{(excess < 1e-9).mean():.0%}"]


def _against_bound(frame: pd.DataFrame) -> str:
    names = [name for name in (*METHODS, "mec") if name in frame]
    rows = []
    for shape, of in frame.groupby("shape", sort=False):
        row = [str(shape)]
        for name in names:
            row += [f"{of[name].mean():.4f}", f"{of[name].max():.4f}"]
            row.append(page.duration(float(of[f"{name}, seconds"].median())))
        rows.append(row)
    header = ["bits above the best lower bound"]
    for name in names:
        header += [f"{name}: mean", "worst", "time"]
    return page.markdown_table(header, rows)


def _name(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Share of tables up to an excess, for pairs and triples, with what is proved."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 9}):
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained", sharey=True)
        for axis, count, name in zip(axes, (2, 3), ("pairs", "triples"), strict=True):
            of = frame[frame["shape"].str.count("x") == count - 1]
            for method, colour in COLOURS.items():
                excess = np.sort(of[method].clip(lower=0))
                axis.plot(excess, np.arange(1, len(of) + 1) / len(of), color=colour, label=method)
            proved = PROVED.get(f"greedy, {name}", PROVED["greedy"])
            axis.axvline(proved, color=COLOURS["greedy"], linestyle="--", linewidth=0.9)
            axis.axvline(
                math.ceil(math.log2(count)),
                color=COLOURS["majorization"],
                linestyle="--",
                linewidth=0.9,
            )
            axis.set_xlabel("bits above the least entropy")
            axis.set_title(f"{len(of):,} {name}; dashed: proved", loc="left", fontsize=9)
            axis.spines[["top", "right"]].set_visible(False)
        axes[0].set_ylabel("share of them")
        axes[0].legend(frameon=False, loc="lower right", bbox_to_anchor=(0.92, 0))
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="ten tables of a few shapes")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    rows, larger = collect(quick=args.quick)
    some, others = pd.DataFrame(rows), pd.DataFrame(larger)
    figures = args.out / "figures"
    page.write_csv(figures / "benchmark_coupling.csv", rows)
    page.write_csv(figures / "benchmark_coupling_large.csv", larger)
    draw(some, figures / "benchmark_coupling.png")
    page.write_section(args.out / "half-labelled.md", "couplings", summary(some, others))


if __name__ == "__main__":
    main()
