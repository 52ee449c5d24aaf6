"""How near the bounds of synergy and accuracy are to the truth; write CSV, pictures, tables.

    OMP_NUM_THREADS=1 python -m scripts.reproduce_bounds           # about 15 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.reproduce_bounds --quick   # seconds

100,000 random 2x2x2 tables as in Liang et al. (ICLR 2024), with every published bound and the share
of tables it is false for; then larger shapes, and accuracies, whose rows are taken from the CSV
files where these are there. Writes OUT/figures/reproduce_bounds* and its marked section of
OUT/half-labelled.md.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

import pid
from pid._types import Floats
from pid.bounds import binary, hellman_raviv_accuracy, published_accuracy
from pid.bounds.accuracy import best_accuracy
from pid.bounds.coupling_bounds import majorization_bound, profile_bound
from pid.bounds.pairs import Pairs, pairs_of
from pid.bounds.published import coupled, disagreement, without_interaction
from pid.core.information import NATS_PER_BIT
from pid.plot.style import GREY
from scripts import page
from scripts.palette import OF_METHODS
from scripts.study import Row

BINARY = 100_000
CHUNK = 5000
FALSE = 1e-7  # bits by which a bound has to be on the wrong side to be called false
SHAPES = {
    (3, 3, 2): 200,
    (3, 3, 3): 100,
    (4, 4, 2): 100,
    (5, 5, 2): 50,
    (4, 4, 3): 20,
    (10, 10, 2): 6,
    (20, 20, 2): 6,
    (50, 50, 10): 2,
}
TIME_LIMIT = 20.0
ACCURACIES = {(2, 2, 2): 100, (3, 3, 2): 100, (3, 3, 3): 100, (4, 4, 3): 50}

SHARP = ("sharp lower", "sharp upper")
COLOURS = dict(zip(("sharp", "published"), OF_METHODS, strict=False))


def binary_part(part: tuple[int, int], concentration: float = 1.0) -> pd.DataFrame:
    """Synergy of random 2x2x2 tables, and every bound of it, in bits."""
    seed, count = part
    rng = np.random.default_rng(seed)
    tables = rng.dirichlet(np.full(8, concentration), size=count).reshape(-1, 2, 2, 2)
    batch = pid.decompose_batch(tables, unit="nat")
    union = batch.redundancy + batch.unique1 + batch.unique2
    pairs = [pairs_of(p) for p in tables]
    independent = np.array([p.independent for p in pairs])
    alpha = np.array([disagreement(p) for p in pairs])
    larger = np.maximum(batch.unique1, batch.unique2)
    found = {
        "synergy": batch.synergy,
        SHARP[0]: independent - binary.entropies(binary.largest_entropy(tables)) - union,
        SHARP[1]: independent - binary.entropies(binary.least_entropy(tables)) - union,
        "redundancy, over x1": _from_redundancy(pairs) - batch.unique1,
        "redundancy, over x2": _from_redundancy([_swapped(p) for p in pairs]) - batch.unique2,
        "disagreement, constant of 1 bit": alpha * NATS_PER_BIT - larger,
        "disagreement, constant of 1/2 bit": alpha * NATS_PER_BIT / 2 - larger,
        "disagreement, larger unique": alpha / 4 - larger,
        "disagreement, mean unique": alpha / 4 - (batch.unique1 + batch.unique2) / 2,
        "majorization": independent - union - [coupled(p, majorization_bound) for p in pairs],
        "profile": independent - union - [coupled(p, profile_bound) for p in pairs],
    }
    return pd.DataFrame(found) / NATS_PER_BIT


def _from_redundancy(pairs: list[Pairs]) -> Floats:
    """Of all tables what ``published.from_redundancy`` is before U1 is taken off."""
    tables = np.stack([without_interaction(p) for p in pairs])
    batch = pid.decompose_batch(tables, unit="nat")
    both = [pid.mutual_information(p.p12, 0, 1, unit="nat") for p in pairs]
    return np.asarray(batch.redundancy + batch.unique1 + batch.unique2 - both)


def _swapped(pairs: Pairs) -> Pairs:
    return Pairs(pairs.p2, pairs.p1, pairs.p12.T)


def larger(task: tuple[tuple[int, int, int], int]) -> Row:
    """Distances of the ends from the synergy of one random table, in bits."""
    shape, seed = task
    p = _table(shape, seed)
    start = time.perf_counter()
    b = pid.synergy_bounds(*pairs_of(p), time_limit=TIME_LIMIT)
    seconds = time.perf_counter() - start
    synergy = pid.decompose(p).synergy
    b.check(*pairs_of(p))
    return {
        "shape": _name(shape),
        "seed": seed,
        "below": synergy - b.lower,
        "above": b.upper - synergy,
        "gap": b.gap,
        "published": min(v for k, v in b.published.items() if k == "upper: coupling, majorization")
        - synergy,
        "seconds": seconds,
    }


def accuracies(task: tuple[tuple[int, int, int], int]) -> Row:
    """The best accuracy on one random table, and bounds of it."""
    shape, seed = task
    p = _table(shape, seed)
    start = time.perf_counter()
    b = pid.accuracy_bounds(*pairs_of(p), time_limit=TIME_LIMIT)
    seconds = time.perf_counter() - start
    b.check(*pairs_of(p))
    p_y, information = p.sum(axis=(0, 1)), pid.mutual_information(p, (0, 1), 2)
    through = pid.synergy_bounds(*pairs_of(p), time_limit=TIME_LIMIT)
    low, high = through.total
    return {
        "shape": _name(shape),
        "seed": seed,
        "truth": best_accuracy(p),
        "lower": b.lower,
        "upper": b.upper,
        "unimodal": b.unimodal,
        "from true information": max(hellman_raviv_accuracy(information, p_y), b.unimodal),
        "information, lower": max(through.accuracy[0], b.unimodal),
        "information, upper": through.accuracy[1],
        "published, lower": published_accuracy(low, p_y)[0],
        "published, upper": published_accuracy(min(high, pid.entropy(p_y)), p_y)[1],
        "seconds": seconds,
    }


def _table(shape: tuple[int, ...], seed: int) -> Floats:
    rng = np.random.default_rng([seed, *shape])
    return rng.dirichlet(np.ones(int(np.prod(shape)))).reshape(shape)


def _name(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def kept(
    pool: ProcessPoolExecutor,
    work: Callable[[tuple[tuple[int, int, int], int]], Row],
    shapes: Mapping[tuple[int, int, int], int],
    path: Path,
) -> pd.DataFrame:
    """A row per random table; those of the file if it is there: remove it to renew them."""
    if not path.exists():
        tables = [(shape, seed) for shape, count in shapes.items() for seed in range(count)]
        page.write_csv(path, list(pool.map(work, tables)))
    return pd.read_csv(path)


def summary(small: pd.DataFrame, large: pd.DataFrame, accuracy: pd.DataFrame) -> str:
    """The three tables of the page."""
    return "\n\n".join(
        [page.machine(), _of_binary(small), _of_larger(large), _of_accuracy(accuracy)]
    )


def _of_binary(frame: pd.DataFrame) -> str:
    rows = []
    for name in frame.columns.drop("synergy"):
        away = frame[name] - frame.synergy
        is_upper = name in (SHARP[1], "majorization", "profile")
        false = (away < -FALSE) if is_upper else (away > FALSE)
        rows.append(
            [
                name,
                "above" if is_upper else "below",
                f"{away.abs().mean():.3f}",
                f"{(frame[name] > 0).mean():.0%}",
                f"{false.mean():.2%}" if false.mean() > 1e-4 else f"{false.sum():.0f} tables",
            ]
        )
    header = [f"{len(frame):,} tables 2x2x2: bound of synergy", "side", "mean distance, bit"]
    return page.markdown_table([*header, "above 0", "false for"], rows)


def _of_larger(frame: pd.DataFrame) -> str:
    rows = []
    for shape, of in frame.groupby("shape", sort=False):
        rows.append(
            [
                str(shape),
                str(len(of)),
                f"{of.below.mean():.3f}",
                f"{of.above.mean():.3f}",
                f"{of.published.mean():.3f}",
                f"{of.gap.clip(lower=0).mean():.1e}",
                f"{of.gap.clip(lower=0).max():.1e}",
                page.duration(float(of.seconds.median())),
                page.duration(float(of.seconds.max())),
            ]
        )
    header = ["shape", "tables", "lower end", "upper end", "majorization", "mean gap", "largest"]
    return page.markdown_table([*header, "time", "longest"], rows)


def _of_accuracy(frame: pd.DataFrame) -> str:
    names = frame.columns.drop(["shape", "seed", "seconds"])
    rows = [
        [str(shape), *(f"{of[name].mean():.3f}" for name in names)]
        for shape, of in frame.groupby("shape", sort=False)
    ]
    return page.markdown_table(["mean accuracy", *names], rows)


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Sharp and published ends against the truth, and how wide the intervals are."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    lowers = ["redundancy, over x1", "redundancy, over x2", "disagreement, mean unique"]
    ends = {
        "sharp": (frame[SHARP[0]], frame[SHARP[1]]),
        "published": (frame[lowers].max(axis=1), frame.majorization),
    }
    some = frame.index[:1500]
    with plt.rc_context({"font.size": 9}):
        figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
        for axis, which, name in zip(axes, (0, 1), ("lower", "upper"), strict=False):
            for how in ("published", "sharp"):
                axis.scatter(
                    frame.synergy[some],
                    ends[how][which][some],
                    s=3,
                    alpha=0.5,
                    color=COLOURS[how],
                    label=how,
                    rasterized=True,
                )
            axis.axline((0, 0), slope=1, color=GREY, linewidth=0.8)
            axis.set(xlabel="synergy, bit", ylabel=f"{name} bound, bit")
        for how, (low, high) in ends.items():
            width = np.sort(high - low)
            axes[2].plot(width, np.arange(1, len(width) + 1) / len(width), color=COLOURS[how])
        axes[2].set(xlabel="width of the interval, bit", ylabel="share of tables")
        axes[0].legend(frameon=False, markerscale=4)
        for axis in axes:
            axis.spines[["top", "right"]].set_visible(False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def main() -> None:
    """Compute, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few tables of few shapes")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    parts = [(seed, 200 if args.quick else CHUNK) for seed in range(BINARY // CHUNK)]
    shapes = {(3, 3, 2): 4} if args.quick else SHAPES
    for_accuracy = {(2, 2, 2): 4} if args.quick else ACCURACIES
    figures = args.out / "figures"
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        small = pd.concat(pool.map(binary_part, parts[: 1 if args.quick else None]))
        small = small.reset_index(drop=True)
        large = kept(pool, larger, shapes, figures / "reproduce_bounds.csv")
        accuracy = kept(pool, accuracies, for_accuracy, figures / "reproduce_bounds_accuracy.csv")
    draw(small, figures / "reproduce_bounds.png")
    text = summary(small, large, accuracy)
    page.write_section(args.out / "half-labelled.md", "bounds", text)


if __name__ == "__main__":
    main()
