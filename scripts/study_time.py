"""Whether atoms along time are found, and their intervals hold; on simulated spike trains.

    OMP_NUM_THREADS=1 python -m scripts.study_time            # 15 minutes of CPU
    OMP_NUM_THREADS=1 python -m scripts.study_time --quick    # seconds; shows that it works

The atoms of ``scripts.spikes`` are known at each time: how far the corrected ones are from them,
how often 95 % intervals hold them, at one time and at all together, and how many of the times that
a test finds are wrong. Writes OUT/figures/study_time.csv, .png and its marked sections of
OUT/time.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import pid
from pid._types import Floats
from pid.core.decomposition import ATOMS
from scripts import page, study
from scripts.spikes import TIMES, of_features, of_state, simulate, tables, truth
from scripts.study import Row, Task

SAMPLES, SIZES = 60, (200, 400)
LEVEL = 0.95
THERE = 0.05  # bit of an atom that should be found
MEASURED = (*ATOMS, "total")
NEURONS = 4  # of a population
TINY = 1e-9  # bit


def four(times: Floats) -> Floats:
    """Populations of four neurons, each as in ``of_state``."""
    return NEURONS * of_state(times)


class Case(NamedTuple):
    """Spikes to be expected, whether only spikes are seen, how atoms are estimated, and when."""

    rates: Callable[[Floats], Floats]
    spikes: bool
    estimator: str
    times: Floats = TIMES
    share: float = 1.0  # of the samples, where they take long


CASES = {
    "a neuron each, spike or none": Case(of_state, True, "table"),
    "a neuron each, counts": Case(of_state, False, "table"),
    "two features, spike or none": Case(of_features, True, "table", share=0.5),
    "four neurons each, clusters": Case(four, False, "cluster"),
    "four neurons each, classifiers": Case(four, False, "posterior", TIMES[[1, 6, 8, 15]], 0.2),
}
QUICK = ("a neuron each, spike or none",)


class Sample(NamedTuple):
    """What was found of one sample, (times, atoms): whether each is held, at once, and found."""

    values: Floats
    held: NDArray[np.bool_]
    together: NDArray[np.bool_]  # by intervals that are to hold at all times
    found: NDArray[np.bool_]  # q-values up to 1 - LEVEL


def values(found: Iterable[pid.Decomposition]) -> Floats:
    """Atoms and total, (times, atoms)."""
    return np.array([[getattr(d, name) for name in MEASURED] for d in found])


def one(case: Case, n: int, seed: int, exact: Floats) -> Sample:
    """One sample of a case."""
    rng, neurons = np.random.default_rng([seed, n]), NEURONS if case.rates is four else 1
    x1, x2, y = simulate(case.rates(case.times), n, rng, neurons)
    if case.spikes:
        x1, x2 = np.minimum(x1, 1), np.minimum(x2, 1)

    def quantified(level: float) -> pid.Trajectory:
        return pid.quantify(
            x1,
            x2,
            y,
            axis="time",
            estimator=case.estimator,
            random_state=seed,
            interval=level,
        )

    found = quantified(LEVEL)
    wide = quantified(1 - (1 - LEVEL) / len(found))
    if case.estimator == "posterior":
        q = np.full(exact.shape, np.nan)
    else:
        q = np.array([found.significance(name, random_state=seed).q for name in MEASURED]).T
    best = values(q.best for q in found)
    return Sample(best, held(found, exact), held(wide, exact), q <= 1 - LEVEL)


def held(found: pid.Trajectory, exact: Floats) -> NDArray[np.bool_]:
    """Whether intervals hold the truth, (times, atoms)."""
    ends = np.array([[(q.interval or {})[name] for name in MEASURED] for q in found])
    return np.asarray((ends[..., 0] - TINY <= exact) & (exact <= ends[..., 1] + TINY))


def measured(task: Task) -> list[Row]:
    """A row for each atom of one case."""
    name, n, samples = task
    case = CASES[name]
    exact = values(truth(case.rates(case.times), spikes=case.spikes))
    samples = max(2, round(samples * case.share))
    every = [one(case, n, seed, exact) for seed in range(samples)]
    off = np.array([sample.values for sample in every]) - exact
    inside, together, found = (
        np.array([sample[i] for sample in every], dtype=float) for i in (1, 2, 3)
    )
    there, absent = exact > THERE, np.abs(exact) < TINY
    rows: list[Row] = []
    for i, atom in enumerate(MEASURED):
        wrong, right = found[:, absent[:, i], i], found[:, there[:, i], i]
        rows.append(
            {
                "case": name,
                "n": n,
                "samples": samples,
                "times": len(exact),
                "atom": atom,
                "largest": float(exact[:, i].max()),
                "error": float(np.abs(off[..., i]).mean()),
                "bias": float(off[..., i].mean()),
                "covered": float(inside[..., i].mean()),
                "least": float(inside[..., i].mean(axis=0).min()),
                "together": float(together[..., i].all(axis=1).mean()),
                "detected": float(right.mean()) if right.size else float("nan"),
                "wrong": float(wrong.sum() / max(found[..., i].sum(), 1)),
            }
        )
        if case.estimator == "posterior":
            rows[-1] |= {"detected": float("nan"), "wrong": float("nan")}
    return rows


def summary(rows: list[Row]) -> str:
    """A line for each case, size and atom."""
    forms = {"error": ".4f", "bias": "z.4f", "covered": ".3f", "least": ".2f", "together": ".2f"}
    forms |= {"detected": ".2f", "wrong": ".3f"}
    lines = [
        [
            f"{row['case']}, n = {row['n']}",
            str(row["atom"]),
            *(page.number(float(str(row[name])), form) for name, form in forms.items()),
        ]
        for row in rows
    ]
    head = ["case", "atom", "error", "bias", "covered", "least", "all at once"]
    head += ["detected", "wrong"]
    return page.markdown_table(head, lines)


def cost(times: int, n: int) -> str:
    """CPU time of single neurons' counts at so many times, with intervals."""
    rng, lines = np.random.default_rng(0), []
    for name, classes in (("two stimuli", 2), ("four stimuli", 4)):
        x1, x2 = rng.integers(3, size=(2, n, times))
        y = rng.integers(classes, size=n)
        pid.quantify(x1[:, 0], x2[:, 0], y)  # what is loaded once
        begin = time.process_time()
        pid.quantify(x1, x2, y, axis="time")
        seconds = page.duration(time.process_time() - begin)
        lines.append([f"{times} times, {n} trials, 3 x 3 symbols, {name}", seconds])
    return page.markdown_table(["what", "CPU"], lines)


def minimum(p: Floats) -> dict[str, float]:
    """Atoms where redundancy is the smaller of both informations, in bit."""
    first, second = (pid.mutual_information(p.sum(axis=i)) for i in (1, 0))
    both = pid.mutual_information(p.reshape(-1, p.shape[2]))
    shared = min(first, second)
    parts = (shared, first - shared, second - shared, both - max(first, second))
    return dict(zip(ATOMS, parts, strict=True))


def picture(path: Path, n: int) -> None:
    """A sample beside its truth; and the truth of two features by two definitions."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    from pid.plot.style import COLOURS, bare
    from pid.plot.trajectory import LINES

    figure = plt.figure(figsize=(9, 3.2), layout="constrained")
    sample, here, smaller = figure.subplots(1, 3, width_ratios=(1.4, 1, 1))
    x1, x2, y = simulate(of_state(), n, np.random.default_rng(0))
    found = pid.quantify(x1, x2, y, axis="time", estimator="table")
    placed = replace(found, positions=tuple(TIMES.tolist()), axis="seconds")
    pid.plot.trajectory(placed, sample, total=False)
    exact = values(truth(of_state()))
    features = tables(of_features(), spikes=True)
    smallest = [minimum(p) for p in features]
    for i, atom in enumerate(ATOMS):
        colour, line = COLOURS[atom], LINES[atom]
        sample.plot(TIMES, exact[:, i], "o", color=colour, markersize=2.5)
        here.plot(TIMES, [pid.decompose(p).atoms[atom] for p in features], line, color=colour)
        smaller.plot(TIMES, [atoms[atom] for atoms in smallest], line, color=colour)
    titles = {here: "two features, here", smaller: "the smaller amount"}
    for ax, title in titles.items():
        ax.set_title(title, fontsize=9)
        ax.set_xlabel("seconds")
        ax.set_ylim(-0.01, 0.32)
        bare(ax)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=160)
    plt.close(figure)


def beside() -> str:
    """Exact atoms by two definitions, where both are of one feature, and where each has its own."""
    lines = []
    features = tables(of_features(), spikes=True)
    for when in (0.15, 0.55):
        p = features[int(np.argmin(np.abs(TIMES - when)))]
        for name, atoms in (("here", pid.decompose(p).atoms), ("minimum", minimum(p))):
            lines.append([f"{when:.2f} s", name, *(f"{atoms[atom]:z.3f}" for atom in ATOMS)])
    return page.markdown_table(["at", "redundancy", "R", "U1", "U2", "S"], lines)


def main() -> None:
    """Run the study, and write the page."""
    args = study.options(__doc__ or "", SAMPLES, SIZES)
    rows = study.collect(measured, args, list(CASES), QUICK)
    page.write_csv(args.out / "figures" / "study_time.csv", rows)
    picture(args.out / "figures" / "study_time.png", args.sizes[-1])
    page.write_section(args.out / "time.md", "two definitions", beside())
    page.write_section(args.out / "time.md", "cost of time", cost(10 if args.quick else 200, 300))
    page.write_section(args.out / "time.md", "study of time", summary(rows))


if __name__ == "__main__":
    main()
