"""How often the tests reject where the atom is 0, and where it is not; write CSV, picture, tables.

    OMP_NUM_THREADS=1 python -m scripts.test_study           # hours on two cores
    OMP_NUM_THREADS=1 python -m scripts.test_study --quick   # seconds; shows that it works

Writes OUT/figures/test_study.csv and .png and its marked section of OUT/statistics.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

import pid
from pid.decomposition import ATOMS
from pid.inference import nulls
from pid.inference.significance import TESTED, significance
from scripts import page, study
from scripts.study_bank import BOUNDARY, Table, tables, truth

LEVEL = 0.05
REPLICATES = 199
SIZES = (1000,)
STEPS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)  # of the way from a null to a table that is not one
QUICK = 2  # cases, of each kind
TARGETS = {  # for power: where each atom is 0, and a table that has it
    "redundancy": ("noisy copy of x1", "same channel twice"),
    "unique1": ("same channel twice", "noisy copy of x1"),
    "synergy": ("degraded", "noisy xor"),
    "total": ("independent", "noisy xor"),
}


@cache
def cases() -> dict[str, tuple[str, str, Table]]:
    """Name -> (what is tested, kind, table); nulls of every atom, and steps away from one."""
    return dict(_nulls()) | dict(_steps())


def _nulls() -> Iterator[tuple[str, tuple[str, str, Table]]]:
    for name, p in tables().items():
        true = truth(name)
        for atom in ATOMS:
            if true[atom] < BOUNDARY / 10:
                yield f"{atom}: {name}", (atom, "null", p)
        if sum(true.values()) < BOUNDARY / 10:
            yield f"total: {name}", ("total", "null", p)
        if true["synergy"] >= BOUNDARY:
            yield f"synergy: q* of {name}", ("synergy", "null", nulls.optimum(p))
    channel = np.array([[0.8, 0.3], [0.2, 0.7]])
    split = nulls.independent_given_y(np.repeat(channel / 5, 5, axis=0) / 2, channel / 2)
    yield "unique1: x1 a finer x2", ("unique1", "null", split)
    orthogonal = nulls.independent_given_y(
        np.array([[0.8, 0.2, 0.5], [0.2, 0.8, 0.5]]) / 3,
        np.array([[0.4, 0.4, 0.7], [0.6, 0.6, 0.3]]) / 3,
    )
    yield "redundancy: orthogonal 2x2x3", ("redundancy", "null", orthogonal)


def _steps() -> Iterator[tuple[str, tuple[str, str, Table]]]:
    for atom, (null, other) in TARGETS.items():
        for step in STEPS:
            p = (1 - step) * tables()[null] + step * tables()[other]
            yield f"{atom}: {null}, {step:.0%} {other}", (atom, "step", p)


def measure(task: study.Task) -> list[study.Row]:
    """Share of samples in which each null, and all of them, are rejected."""
    name, n, samples = task
    of, kind, p = cases()[name]
    rng = np.random.default_rng([n, *map(ord, name)])
    drawn = rng.multinomial(n, (p / p.sum()).ravel(), size=samples).reshape(samples, *p.shape)
    found = [
        significance(counts, of, replicates=REPLICATES, random_state=seed)
        for seed, counts in enumerate(drawn)
    ]
    d = pid.decompose(p)
    common: study.Row = {"case": name, "of": of, "kind": kind, "n": n}
    common |= {"truth": float(getattr(d, of)), "samples": samples}
    rows = [common | {"null": "all", "rejected": float(np.mean([f.p <= LEVEL for f in found]))}]
    for null in found[0].nulls:
        share = float(np.mean([f.nulls[null] <= LEVEL for f in found]))
        rows.append(common | {"null": null, "rejected": share})
    return rows


def summary(frame: pd.DataFrame) -> str:
    """Rates where the truth is 0, by atom; then power."""
    zero = frame[frame["kind"] == "null"]
    rows = []
    for of in TESTED:
        some = zero[zero["of"] == of]
        whole = some[some["null"] == "all"]
        if whole.empty:
            continue
        worst = whole.iloc[int(whole["rejected"].to_numpy().argmax())]
        alone = some[some["null"] != "all"].groupby("null", sort=False)["rejected"].max()
        rows.append(
            (
                of,
                str(len(whole)),
                f"{whole['rejected'].mean():.3f}",
                f"{worst['rejected']:.3f} ({str(worst['case']).split(': ')[1]})",
                "; ".join(f"{null} {share:.2f}" for null, share in alone.items()),
            )
        )
    header = ("hypothesis", "tables", "mean", "least favourable", "each null alone, at worst")
    steps = frame[(frame["kind"] == "step") & (frame["null"] == "all")]
    power = [
        (str(row["case"]), f"{row['truth']:.4f}", f"{row['rejected']:.2f}")
        for row in steps.to_dict("records")
    ]
    return (
        f"Share of {frame['samples'].iloc[0]} samples of n = {frame['n'].iloc[0]} rows rejected at "
        f"{LEVEL:.0%} where the hypothesis holds, {REPLICATES} replicates.\n\n"
        + page.markdown_table(header, rows)
        + "\n\nPower, on mixtures of a table without the atom and one with it:\n\n"
        + page.markdown_table(("table", "truth, bit", "rejected"), power)
    )


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Power against the true value, a line per atom."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    steps = frame[(frame["kind"] == "step") & (frame["null"] == "all")]
    with plt.rc_context({"font.size": 9}):
        figure, axis = plt.subplots(figsize=(5, 3.6), layout="constrained")
        for (of, some), colour, marker in zip(
            steps.groupby("of", sort=False),
            ("#0b3c5d", "#d9822b", "#5b8c5a", "#a23b72"),
            "oD^s",
            strict=False,
        ):
            axis.plot(some["truth"], some["rejected"], color=colour, marker=marker, ms=4, label=of)
        axis.axhline(LEVEL, color="#888888", lw=0.8, ls="--")
        axis.set(xlabel="true value, bit", ylabel="share rejected", ylim=(0, 1.02))
        axis.spines[["top", "right"]].set_visible(False)
        axis.legend(frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=150)
        plt.close(figure)


def main() -> None:
    """Measure, then write."""
    assert __doc__ is not None
    args = study.options(__doc__, samples=2000, sizes=SIZES)
    names = list(cases())
    quick = [*names[:QUICK], *names[-QUICK:]]
    rows = study.collect(measure, args, names, quick)
    page.write_csv(args.out / "figures" / "test_study.csv", rows)
    frame = pd.DataFrame(rows)
    draw(frame, args.out / "figures" / "test_study.png")
    page.write_section(args.out / "statistics.md", "test study", summary(frame))


if __name__ == "__main__":
    main()
