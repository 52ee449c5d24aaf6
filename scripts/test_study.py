"""How often the tests reject where the atom is 0, and where it is not; write CSV, picture, tables.

    OMP_NUM_THREADS=1 python -m scripts.test_study           # half an hour on two cores
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
from pid.core.decomposition import ATOMS
from pid.inference import Units, nulls
from pid.inference.significance import TESTED, significance
from pid.plot.style import GREY
from scripts import page, study
from scripts.palette import OF_ATOMS
from scripts.study_bank import BOUNDARY, Table, tables, truth

LEVEL = 0.05
REPLICATES = 199
ENOUGH = 10  # draws that reach the estimate: then p > LEVEL, however many more are drawn
SIZES = (1000,)
STEP_SAMPLES = 300
STICK, ROWS_PER_GROUP = 0.7, 10  # of dependent rows
STEPS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)  # of the way from a null to a table that is not one
QUICK = 2  # cases, of each kind
CLOSE = ("synergy: degraded 4x4x3",)  # to the limit of 7%: five times as many samples
MANY_CELLS = 128
# The large tables whose optimal couplings are nulls of synergy:
OPTIMA = ("noisy xor", "noisy and", "cond. independent", "Dirichlet(1)", "Dirichlet(0.1)")
GROUPED = (  # nulls that are sampled in groups, too
    ("total", "independent 2x2x2"),
    ("total", "independent"),
    ("synergy", "degraded 2x2x2"),
    ("synergy", "degraded"),
    ("unique1", "same channel twice 2x2x2"),
    ("unique2", "same channel twice"),
    ("redundancy", "noisy copy of x1"),
)
TARGETS = {  # for power: where each atom is 0, and a table that has it
    "redundancy": ("noisy copy of x1", "same channel twice"),
    "unique1": ("same channel twice", "noisy copy of x1"),
    "synergy": ("degraded", "noisy xor"),
    "total": ("independent", "noisy xor"),
}


@cache
def cases() -> dict[str, tuple[str, str, Table]]:
    """Name -> (what is tested, kind, table); nulls of every atom, and steps away from one."""
    return dict(_nulls()) | dict(_grouped()) | dict(_steps())


def _nulls() -> Iterator[tuple[str, tuple[str, str, Table]]]:
    for name, p in tables().items():
        true = truth(name)
        for atom in ATOMS:
            twice = atom == "unique2" and true["unique1"] < BOUNDARY / 10  # as good as symmetric
            if true[atom] < BOUNDARY / 10 and not twice:
                yield f"{atom}: {name}", (atom, "null", p)
        if sum(true.values()) < BOUNDARY / 10:
            yield f"total: {name}", ("total", "null", p)
        if true["synergy"] >= BOUNDARY and (p.size < MANY_CELLS or name in OPTIMA):
            yield f"synergy: q* of {name}", ("synergy", "null", nulls.optimum(p))
    channel = np.array([[0.8, 0.3], [0.2, 0.7]])
    split = nulls.independent_given_y(np.repeat(channel / 5, 5, axis=0) / 2, channel / 2)
    yield "unique1: x1 a finer x2", ("unique1", "null", split)
    orthogonal = nulls.independent_given_y(
        np.array([[0.8, 0.2, 0.5], [0.2, 0.8, 0.5]]) / 3,
        np.array([[0.4, 0.4, 0.7], [0.6, 0.6, 0.3]]) / 3,
    )
    yield "redundancy: orthogonal 2x2x3", ("redundancy", "null", orthogonal)


def _grouped() -> Iterator[tuple[str, tuple[str, str, Table]]]:
    for of, name in GROUPED:
        yield f"{of}: {name}, in groups", (of, "grouped", tables()[name])


def _steps() -> Iterator[tuple[str, tuple[str, str, Table]]]:
    for atom, (null, other) in TARGETS.items():
        for step in STEPS:
            p = (1 - step) * tables()[null] + step * tables()[other]
            yield f"{atom}: {null}, {step:.0%} {other}", (atom, "step", p)


def _samples(
    p: Table, n: int, samples: int, kind: str, rng: np.random.Generator
) -> Iterator[Table | Units]:
    """Independent rows; or groups of rows, each of which copies its group with chance ``STICK``."""
    shares = p.ravel() / p.sum()
    if kind != "grouped":
        yield from rng.multinomial(n, shares, size=samples).reshape(samples, *p.shape)
        return
    groups = n // ROWS_PER_GROUP
    for _ in range(samples):
        fresh = rng.choice(p.size, size=(groups, ROWS_PER_GROUP), p=shares)
        base = rng.choice(p.size, size=(groups, 1), p=shares)
        cells = np.where(rng.random(fresh.shape) < STICK, base, fresh).ravel()
        yield Units.from_rows(cells, p.shape, groups=np.repeat(np.arange(groups), ROWS_PER_GROUP))


def measure(task: study.Task) -> list[study.Row]:
    """Share of samples in which each null, and all of them, are rejected."""
    name, n, samples = task
    of, kind, p = cases()[name]
    if kind == "step":  # power needs no third digit
        samples = min(samples, STEP_SAMPLES)
    if name in CLOSE:
        samples *= 5
    rng = np.random.default_rng([n, *map(ord, name)])
    found = [
        significance(data, of, replicates=REPLICATES, enough=ENOUGH, random_state=seed)
        for seed, data in enumerate(_samples(p, n, samples, kind, rng))
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
    zero, grouped = frame[frame["kind"] == "null"], frame[frame["kind"] == "grouped"]
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
    together = [
        (str(row["case"]), f"{row['rejected']:.3f}")
        for row in grouped[grouped["null"] == "all"].to_dict("records")
    ]
    steps = frame[(frame["kind"] == "step") & (frame["null"] == "all")]
    power = [
        (str(row["case"]), f"{row['truth']:z.4f}", f"{row['rejected']:.2f}")
        for row in steps.to_dict("records")
    ]
    return (
        f"Share of {zero['samples'].min()} samples of n = {frame['n'].iloc[0]} rows rejected at "
        f"{LEVEL:.0%} where the hypothesis holds, {REPLICATES} replicates; {zero['samples'].max()} "
        f"samples of {', '.join(CLOSE)}.\n\n"
        + page.markdown_table(header, rows)
        + f"\n\nThe same for rows in groups of {ROWS_PER_GROUP} that copy one row of their group "
        f"with chance {STICK}:\n\n"
        + page.markdown_table(("table", "rejected"), together)
        + "\n\nPower, on mixtures of a table without the atom and one with it, "
        f"{STEP_SAMPLES} samples:\n\n"
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
        for (of, some), marker in zip(steps.groupby("of", sort=False), "oD^s", strict=False):
            colour = OF_ATOMS[str(of)]
            axis.plot(some["truth"], some["rejected"], color=colour, marker=marker, ms=4, label=of)
        axis.axhline(LEVEL, color=GREY, lw=0.8, ls="--")
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
