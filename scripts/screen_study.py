"""How often the p-values of a screen are small where they should not be; write CSV and tables.

    OMP_NUM_THREADS=1 python -m scripts.screen_study           # half an hour on two cores
    OMP_NUM_THREADS=1 python -m scripts.screen_study --quick   # seconds; shows that it works

Three parts: the law that stands for Pearson's X^2, on tables without information; the law fitted to
few draws for single atoms, on tables without the atom; and what share of the discoveries of whole
screens is false. Writes OUT/figures/screen_study.csv and its marked section of OUT/statistics.md.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import pid
from pid.inference import Units
from pid.inference.independence import conditional_independence, independence, p_value
from pid.inference.significance import nulls_of
from pid.inference.tails import adaptive_p_value
from scripts import page, study
from scripts.study_bank import tables

LEVELS = (0.05, 0.01, 0.001, 0.0001)
SIZES = (100, 1000)
CHEAP = 100  # tables without resampling for each with
BLOCK = 10_000
REPLICATES = 200
INDEPENDENT = ("independent", "independent, skewed", "independent of y, x1 ~ x2")
ATOMS = {  # tables on which the test of an atom is at its worst, in the study of tests
    "synergy: degraded 4x4x3": "degraded 4x4x3",
    "synergy: degraded 2x2x2": "degraded 2x2x2",
    "unique1: same channel twice 2x2x2": "same channel twice 2x2x2",
    "unique1: same channel twice 4x4x3": "same channel twice 4x4x3",
    "redundancy: noisy copy of x1": "noisy copy of x1",
}
COLUMNS, TARGETS = 30, 8  # of a screen
NOISE = (0.1, 0.25, 0.35)  # of the targets
SCREENS = 100
QUICK = ("total: independent", "unique1: same channel twice 2x2x2", "screen, noise 0.1")


def cases() -> dict[str, Callable[[str, int, int], list[study.Row]]]:
    """Name of a case -> what measures it."""
    found: dict[str, Callable[[str, int, int], list[study.Row]]] = {}
    for name in INDEPENDENT:
        found[f"total: {name}"] = found[f"conditional: {name}"] = cheap
    found |= dict.fromkeys(ATOMS, fitted)
    found |= {f"screen, noise {noise:g}": discoveries for noise in NOISE}
    return found


def measure(task: study.Task) -> list[study.Row]:
    """The rows of one case."""
    name, n, samples = task
    return cases()[name](name, n, samples)


def cheap(name: str, n: int, samples: int) -> list[study.Row]:
    """Rejections by the law of X^2 with its exact first moments."""
    what, table = name.split(": ")
    p, rng = tables()[table], np.random.default_rng([n, *map(ord, name)])
    found = []
    for start in range(0, CHEAP * samples, BLOCK):
        size = min(BLOCK, CHEAP * samples - start)
        counts = rng.multinomial(n, p.ravel() / p.sum(), size=size)
        drawn = counts.reshape(size, *p.shape).astype(np.float64)
        if what == "total":
            moments = independence(drawn.reshape(size, -1, p.shape[2]))
        else:
            moments = conditional_independence(drawn)
        found.append(p_value(moments))
    return _shares("law of X^2", name, n, np.concatenate(found))


def fitted(name: str, n: int, samples: int) -> list[study.Row]:
    """Rejections by few draws and a law fitted to them, the largest over the nulls."""
    of = name.split(": ")[0]
    p, rng = tables()[ATOMS[name]], np.random.default_rng([n, *map(ord, name)])
    found = np.empty(samples)
    for i, counts in enumerate(rng.multinomial(n, p.ravel() / p.sum(), size=samples)):
        units = Units.from_counts(counts.reshape(p.shape))
        found[i] = max(adaptive_p_value(null, REPLICATES, rng) for null in nulls_of(of, units, rng))
    return _shares(f"{REPLICATES} draws, fitted", name, n, found)


def _shares(part: str, name: str, n: int, p: NDArray[np.float64]) -> list[study.Row]:
    common: study.Row = {"part": part, "case": name, "n": n, "samples": len(p)}
    return [common | {"level": level, "value": float((p <= level).mean())} for level in LEVELS]


def discoveries(name: str, n: int, samples: int) -> list[study.Row]:
    """Screens of binary columns, pairs of which make the targets by a noisy exclusive or."""
    noise = float(name.split()[-1])
    rng = np.random.default_rng([n, *map(ord, name)])
    false: dict[str, list[float]] = {"total": [], "synergy": []}
    power: dict[str, list[float]] = {"total": [], "synergy": []}
    for _ in range(max(2, min(SCREENS, samples))):
        X = rng.integers(2, size=(n, COLUMNS))
        made = [tuple(sorted(rng.choice(COLUMNS, 2, replace=False))) for _ in range(TARGETS)]
        wrong = rng.random((n, TARGETS)) < noise
        Y = np.stack([X[:, a] ^ X[:, b] for a, b in made], axis=1) ^ wrong
        screen = pid.screen(X, Y, of=("synergy", "total"), replicates=REPLICATES)
        true = {(f"x[{a}]", f"x[{b}]", f"y[{i}]") for i, (a, b) in enumerate(made)}
        for atom in false:
            column = ("redundancy", "unique1", "unique2", "synergy", "total").index(atom)
            chosen = {
                pair
                for pair, q in zip(screen.pairs, screen.q[:, column], strict=True)
                if q <= LEVELS[0]
            }
            false[atom].append(len(chosen - true) / max(len(chosen), 1))
            power[atom].append(len(chosen & true) / len(true))
    common: study.Row = {"part": "screens", "n": n, "samples": len(false["total"])}
    common["level"] = LEVELS[0]
    return [
        common | {"case": f"{name}, {atom}: {what}", "value": float(np.mean(values[atom]))}
        for atom in false
        for what, values in (("false among discoveries", false), ("found", power))
    ]


def summary(frame: pd.DataFrame) -> str:
    """Two tables: shares of small p-values by level, and false discoveries."""
    small = frame[frame["part"] != "screens"]
    lines = []
    for (part, case, n), some in small.groupby(["part", "case", "n"], sort=False):
        shares = [f"{value:.2g}" for value in some["value"]]
        lines.append((str(case), str(part), f"{n:,}", f"{some['samples'].iloc[0]:,}", *shares))
    header = ("null", "p-value from", "rows", "samples", *(f"p <= {level:g}" for level in LEVELS))
    screens = frame[frame["part"] == "screens"]
    found = []
    for row in screens.to_dict("records"):
        case, what = str(row["case"]).split(": ")
        if what.startswith("false"):
            found.append([case, f"{row['n']:,}", f"{row['value']:.3f}"])
        else:
            found[-1].append(f"{row['value']:.2f}")
    return (
        "Share of p-values that are so small where the hypothesis holds:\n\n"
        + page.markdown_table(header, lines)
        + f"\n\nScreens of {COLUMNS} binary columns against {TARGETS} targets, each of which is "
        "the exclusive or of two columns with some noise: of "
        f"{COLUMNS * (COLUMNS - 1) // 2 * TARGETS:,} rows {TARGETS} are true. Discoveries at "
        f"q <= {LEVELS[0]:g}, mean of {screens['samples'].max()} screens:\n\n"
        + page.markdown_table(("screen", "rows", "false among discoveries", "found"), found)
    )


def main() -> None:
    """Measure, then write."""
    assert __doc__ is not None
    args = study.options(__doc__, samples=2000, sizes=SIZES)
    rows = study.collect(measure, args, list(cases()), QUICK)
    page.write_csv(args.out / "figures" / "screen_study.csv", rows)
    page.write_section(args.out / "statistics.md", "screen study", summary(pd.DataFrame(rows)))


if __name__ == "__main__":
    main()
