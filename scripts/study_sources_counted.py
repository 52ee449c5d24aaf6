"""Counted tables of three sources and more: how often intervals hold, and what a correction gains.

    OMP_NUM_THREADS=1 python -m scripts.study_sources_counted           # 15 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_sources_counted --quick   # seconds

Writes OUT/figures/study_sources_counted.csv and its marked section of OUT/sources.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pandas as pd

import pid
from pid._types import Floats
from pid.core.sources.layout import Layout
from pid.inference.several import corrected, intervals
from pid.inference.unions import Sample
from pid.inference.units import Units
from scripts import page, study

LEVEL = 0.95
REPLICATES = 20  # the fewest that pid.quantify draws by itself
SIZES = (200, 1000, 5000)
ROUNDING = 1e-6  # nats
QUICK = ("majority 2x2x2x2", "independent 2x2x2x3")
EVEN = np.array([0.5, 0.5])


@cache
def tables() -> Mapping[str, Floats]:
    """Of two to four symbols, by name."""
    return _random(np.random.default_rng(1)) | _gates() | _alike(np.random.default_rng(2))


def _random(rng: np.random.Generator) -> dict[str, Floats]:
    found = {}
    for shape in ((2, 2, 2, 2), (4, 3, 2, 2), (3, 3, 3, 2), (4, 4, 4, 2), (2, 2, 2, 2, 2)):
        found[f"Dirichlet {_size(shape)}"] = rng.dirichlet(np.ones(np.prod(shape))).reshape(shape)
    for shape in ((2, 2, 2, 3), (4, 3, 2, 3), (3, 3, 3, 3)):
        found[f"Dirichlet {_size(shape)}"] = rng.dirichlet(np.ones(np.prod(shape))).reshape(shape)
    for shape in ((3, 3, 3, 2), (3, 3, 3, 3)):
        table = rng.dirichlet(np.full(np.prod(shape), 0.2)).reshape(shape)
        found[f"Dirichlet(0.2) {_size(shape)}"] = table
    for shape in ((2, 2, 2, 2), (4, 4, 4, 2), (2, 2, 2, 3), (3, 3, 3, 3)):
        found[f"independent {_size(shape)}"] = np.full(shape, 1 / np.prod(shape))
    return found


def _gates() -> dict[str, Floats]:
    """y by a rule of the sources, and with some chance any class at all."""
    bits = (2, 2, 2, 2)
    return {
        "xor 2x2x2x2": _gate(bits, lambda a, b, c: a ^ b ^ c, 0.2),
        "and 2x2x2x2": _gate(bits, lambda a, b, c: a & b & c, 0.2),
        "majority 2x2x2x2": _gate(bits, lambda a, b, c: int(a + b + c > 1), 0.1),
        "copy of x1 2x2x2x2": _gate(bits, lambda a, b, c: a, 0.3),
        "xor of two 2x2x2x2": _gate(bits, lambda a, b, c: a ^ b, 0.3),
        "sum of bits 2x2x2x4": _gate((2, 2, 2, 4), lambda a, b, c: a + b + c, 0.2),
        "sum mod 3 3x3x3x3": _gate((3, 3, 3, 3), lambda a, b, c: (a + b + c) % 3, 0.3),
    }


def _alike(rng: np.random.Generator) -> dict[str, Floats]:
    """Sources that are one another, or tell the same: where unions have kinks."""
    channel = rng.dirichlet(np.ones(3), size=2).T
    three = np.zeros((3, 3, 3, 2))
    two = np.zeros((3, 3, 3, 2))
    for i in range(3):
        three[i, i, i] = channel[i] / 2
        two[i, i, :] = channel[i] / 6
    same, own = np.array([[0.8, 0.2], [0.2, 0.8]]), rng.dirichlet(np.ones(3), size=3).T
    return {
        "three copies 3x3x3x2": three,
        "two copies and noise 3x3x3x2": two,
        "channels alike 2x2x2x2": np.einsum("iy,jy,ky,y->ijky", same, same, same, EVEN),
        "channels alike 3x3x3x3": np.einsum("iy,jy,ky->ijky", own, own, own) / 3,
    }


def _gate(shape: tuple[int, ...], rule: Callable[..., int], noise: float) -> Floats:
    p = np.full(shape, noise / shape[-1])
    for x in np.ndindex(shape[:-1]):
        p[(*x, rule(*x))] += 1 - noise
    return np.asarray(p / p.sum())


def _size(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def measure(task: study.Task) -> list[study.Row]:
    """Coverage, width and errors by kind of number, of samples of one table."""
    name, n, samples = task
    p = tables()[name]
    k = p.ndim - 1
    true = pid.decompose(p, names=[f"x{i + 1}" for i in range(k)], unit="nat", tol=1e-10).by_name()
    layout = Layout.of(k, atoms=p.shape[-1] == 2)
    place = dict(layout.place.named([f"x{i + 1}" for i in range(k)]))
    truth = np.empty(len(place))
    truth[list(place.values())] = [true[number] for number in place]
    rng = np.random.default_rng([n, *map(ord, name)])
    found = []
    for seed in range(samples):
        counts = rng.multinomial(n, p.ravel() / p.sum()).reshape(-1, 1, p.shape[-1])
        occurs = counts.any(axis=(0, 1))
        shape = (*p.shape[:-1], int(occurs.sum()))
        sample = Sample.of(Units.from_counts(counts[..., occurs]), shape, layout)
        drawn = sample.redrawn(REPLICATES, seed)
        estimate = corrected(sample, drawn)
        low, high = intervals(sample, drawn, estimate, LEVEL)
        covered = (low <= truth + ROUNDING) & (truth - ROUNDING <= high)
        off, counted = estimate.held - truth, sample.numbers(sample.unions) - truth
        found.append((covered, high - low, np.abs(off), np.abs(counted)))
    of_numbers = np.mean(found, axis=0) / np.array([[1], *[[np.log(2)]] * 3])
    rows: list[study.Row] = []
    for kind in dict.fromkeys(map(_kind, place)):
        at = [i for number, i in place.items() if _kind(number) == kind]
        coverage, width, error, counted = of_numbers[:, at]
        rows.append(
            {
                "table": name,
                "n": n,
                "kind": kind,
                "numbers": len(at),
                "coverage": float(coverage.mean()),
                "worst": float(coverage.min()),
                "below": int((coverage < 0.9).sum()),
                "width": float(width.mean()),
                "error": float(error.mean()),
                "error counted": float(counted.mean()),
                "samples": samples,
            }
        )
    return rows


def _kind(number: str) -> str:
    """Of "unique x1": "unique"."""
    return number if number.startswith("synergy") else number.split(" ")[0]


def summary(frame: pd.DataFrame) -> str:
    """A row for each size and kind of number."""
    rows = []
    for key, some in frame.groupby(["n", "kind"], sort=False):
        numbers = some["numbers"]
        worst = some.iloc[int(some["worst"].to_numpy().argmin())]
        rows.append(
            (
                ", ".join(map(str, key)),
                f"{np.average(some['coverage'], weights=numbers):.3f}",
                f"{worst['worst']:.2f} ({worst['table']})",
                f"{int(some['below'].sum())} of {int(numbers.sum())}",
                f"{np.average(some['width'], weights=numbers):.3f}",
                f"{np.average(some['error'], weights=numbers):.4f}",
                f"{np.average(some['error counted'], weights=numbers):.4f}",
            )
        )
    text = (
        f"{frame['table'].nunique()} tables, {frame['samples'].iloc[0]} samples of each, "
        f"{REPLICATES} tables drawn anew; nominal {LEVEL:.0%}; widths and mean absolute errors in "
        "bits."
    )
    header = ("n, number", "coverage", "worst", "below .90", "width", "error", "as counted")
    return f"{text}\n\n{page.markdown_table(header, rows)}"


def main() -> None:
    """Measure, then write."""
    assert __doc__ is not None
    args = study.options(__doc__, samples=40, sizes=SIZES)
    rows = study.collect(measure, args, list(tables()), QUICK)
    page.write_csv(args.out / "figures" / "study_sources_counted.csv", rows)
    page.write_section(args.out / "sources.md", "sources counted", summary(pd.DataFrame(rows)))


if __name__ == "__main__":
    main()
