"""How often intervals contain the truth where rows are in few groups, of one size and of many.

    OMP_NUM_THREADS=1 python -m scripts.study_groups           # five minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_groups --quick   # seconds; shows that it works

Each group has a table of its own, from a Dirichlet law around that of the population, so that two
rows of a group are alike with the intraclass correlation that is named. Sizes of groups are 50 rows
each, or log-normal around that. Writes OUT/figures/study_groups.csv and its marked section of
OUT/statistics.md.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from pid.core.decomposition import ATOMS
from pid.inference import Units, assess
from scripts import page, study
from scripts.study_bank import QUICK, Table, bank, truth

NAMES = (
    "independent 2x2x2",
    "noisy and 2x2x2",
    "noisy xor 2x2x2",
    "channels 0.8 and 0.77",
    "and 2x2x2",
    "Dirichlet(1) 4x4x2",
    "erasures 3x3x2",
    "noisy copy of x1",  # of 128 cells, which so few groups cannot know
)
LARGE = NAMES[-1]
SIZES = (4, 6, 10, 20, 40)  # groups
ROWS = 50  # of a group
ALIKE = (0.05, 0.3)  # intraclass correlation
EQUAL = ("equal", "unequal")
REPLICATES = 300
LEVEL = 0.95
ROUNDING = 1e-6  # bit


def sampled(p: Table, groups: int, rho: float, sizes: str, rng: np.random.Generator) -> Units:
    """Rows in groups, each with a table of its own."""
    m = np.full(groups, ROWS)
    if sizes == "unequal":
        m = np.maximum(5, np.rint(ROWS * np.exp(rng.normal(size=groups) - 0.5)).astype(int))
    some = np.flatnonzero(p)
    own = rng.dirichlet(p.ravel()[some] / p.sum() * (1 / rho - 1), size=groups)
    own = np.maximum(own, 1e-300)
    cells = [rng.choice(some, size=k, p=q / q.sum()) for k, q in zip(m, own, strict=True)]
    return Units.from_rows(np.concatenate(cells), p.shape, groups=np.repeat(np.arange(groups), m))


def measure(task: study.Task) -> list[study.Row]:
    """Coverage and width for all kinds of groups of one table."""
    name, groups, samples = task
    p, true = bank()[name], truth(name)
    rows: list[study.Row] = []
    for sizes in EQUAL:
        for rho in ALIKE:
            rng = np.random.default_rng([groups, round(100 * rho), *map(ord, name + sizes)])
            draw = partial(sampled, p, groups, rho, sizes, rng)
            found = [
                assess(draw(), interval=LEVEL, replicates=REPLICATES, random_state=i).interval
                for i in range(samples)
            ]
            for atom in (*ATOMS, "total"):
                low, high = np.array([f[atom] for f in found]).T
                value = true[atom] if atom in true else sum(true.values())
                covered = (low <= value + ROUNDING) & (value - ROUNDING <= high)
                rows.append(
                    {"table": name, "groups": groups, "sizes": sizes, "rho": rho, "atom": atom}
                    | {"covered": float(covered.mean()), "width": float((high - low).mean())}
                    | {"samples": samples}
                )
    return rows


def summary(frame: pd.DataFrame) -> str:
    """A line per number and kind of groups; the large table by itself."""
    header = ("groups", "sizes, correlation", "mean", "worst atom", "worst total", "width")
    lines = []
    small = frame[frame["table"] != LARGE]
    for (sizes, rho, groups), some in small.groupby(["sizes", "rho", "groups"], sort=False):
        total = some[some["atom"] == "total"]
        worst = some.iloc[int(some["covered"].to_numpy().argmin())]
        lines.append(
            (
                str(groups),
                f"{sizes}, {rho:g}",
                f"{some['covered'].mean():.3f}",
                f"{worst['covered']:.2f} ({worst['table']}, {worst['atom']})",
                f"{total['covered'].min():.2f}",
                f"{some['width'].mean():.3f}",
            )
        )
    text = (
        f"Nominal {LEVEL:.0%} intervals, tables of 8 to 32 cells, about {ROWS} rows a group, "
        f"{frame['samples'].iloc[0]} samples of each.\n\n{page.markdown_table(header, lines)}"
    )
    large = frame[(frame["table"] == LARGE) & (frame["atom"] == "total") & (frame["rho"] == 0.3)]
    if len(large):
        covered = large.groupby("groups")["covered"].min()
        said = ", ".join(f"{value:.2f} of {groups}" for groups, value in covered.items())
        text += (
            f"\n\nOf {LARGE}, 128 cells, with a correlation of 0.3, the total is covered in a "
            f"share of {said} groups: so few cannot know so many cells, and a warning says so."
        )
    return text


def main() -> None:
    """Measure, then write."""
    assert __doc__ is not None
    args = study.options(__doc__, samples=150, sizes=SIZES)
    rows = study.collect(measure, args, NAMES, QUICK[:2])
    page.write_csv(args.out / "figures" / "study_groups.csv", rows)
    page.write_section(args.out / "statistics.md", "study groups", summary(pd.DataFrame(rows)))


if __name__ == "__main__":
    main()
