"""Whether corrected atoms and their intervals hold where signals are weak; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_weak_signals            # 15 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_weak_signals --quick    # seconds; shows that it works

Tables of as many symbols as "auto" would make clusters, of which both together tell so much of
H(y): of one source, of either, or of both seen together; two classes, a rare one, five. How often
more than 20 % of the total is chance, which was a reason not to trust any number of it; how far
counted and corrected atoms are off; how often intervals hold the truth. Writes
OUT/figures/study_weak_signals.csv and its marked section of OUT/quantify.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq

import pid
from pid._types import Counts, Floats
from pid.core.decomposition import ATOMS
from pid.core.information import entropy, mutual_information
from pid.discretization.resolution import auto_clusters, null_bias
from pid.inference import assess
from scripts import page, study
from scripts.study import Row, Task

SAMPLES, SIZES = 8, (300, 1000, 9857)
CLASSES = {"2": (0.5, 0.5), "10 %": (0.9, 0.1), "5": (0.2,) * 5}
SHARES = (0.0, 0.02, 0.05, 0.1, 0.2)  # of H(y) that is told
KINDS = ("one", "either", "both")
REPLICATES = 200
LIMIT = 0.2  # share of the total that may be chance, before a correction is called for


def population(size: int, prior: Floats, share: float, kind: str, seed: int) -> Floats:
    """Pairs of equal mass; y given them, bent until they tell this share of its entropy."""
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, size, len(prior)))
    both = rng.normal(size=(size, size, len(prior)))
    bend = {"one": first[:, None] + 0 * both, "either": first[:, None] + second, "both": both}[kind]

    def bent(scale: float) -> Floats:
        p = prior * np.exp(scale * bend)
        return np.asarray(p / p.sum(axis=2, keepdims=True) / size**2)

    def excess(scale: float) -> float:
        p = bent(scale)
        told = mutual_information(p, (0, 1), 2, unit="nat")
        return float(told - share * entropy(p.sum(axis=(0, 1)), unit="nat"))

    return bent(brentq(excess, 0, 20)) if share else bent(0)


def measured(task: Task) -> list[Row]:
    """A row for every sample."""
    name, n, samples = task
    classes, share, kind = name.split(", ")
    prior = np.array(CLASSES[classes])
    size = auto_clusters(n * prior, (n, n))[0]
    p = population(size, prior, float(share), kind, 0)
    truth = pid.decompose(p)
    rng = np.random.default_rng(n)
    about: Row = {"classes": classes, "share": float(share), "kind": kind, "n": n, "clusters": size}
    return [
        about | {"sample": i} | _judged(rng.multinomial(n, p.ravel()).reshape(p.shape), truth, i)
        for i in range(samples)
    ]


def _judged(table: Counts, truth: pid.Decomposition, seed: int) -> Row:
    counted = pid.decompose(table, unit="nat")
    chance = null_bias(table) > LIMIT * counted.total
    found = assess(table, replicates=REPLICATES, random_state=seed)
    held = {
        f"{name}_held": ends[0] - 1e-9 <= getattr(truth, name) <= ends[1] + 1e-9
        for name, ends in found.interval.items()
    }
    raw = {name: value / np.log(2) for name, value in counted.atoms.items()}
    return held | {
        "chance": chance,
        "claimed": any(low > 0 for low, _ in found.interval.values()),
        "counted_error": max(abs(raw[name] - truth.atoms[name]) for name in ATOMS),
        "corrected_error": max(
            abs(found.corrected.atoms[name] - truth.atoms[name]) for name in ATOMS
        ),
    }


def written(rows: list[Row]) -> str:
    """A line for every share and size; and how often something was shown where nothing was."""
    frame = pd.DataFrame(rows)
    held = [f"{name}_held" for name in (*ATOMS, "total")]
    frame["held"] = frame[held].mean(axis=1)
    lines = []
    for (share, n), some in frame.groupby(["share", "n"]):
        worst = some.groupby(["classes", "kind"])[held].mean().groupby("classes").mean().min().min()
        lines.append(
            [f"{share:.0%}", f"{n:,}", f"{some.chance.mean():.0%}"]
            + [f"{some[name].mean():.3f}" for name in ("counted_error", "corrected_error")]
            + [f"{some.held.mean():.3f}", f"{worst:.2f}"]
        )
    header = ["told of H(y)", "n", "mostly chance", "counted", "corrected", "held", "worst"]
    wrongly = frame[frame.share == 0].claimed.mean()
    return (
        f"{page.markdown_table(header, lines)}\n\nMostly chance: samples in which more than "
        f"{LIMIT:.0%} of the counted total is. Counted, corrected: mean of the largest error of an "
        "atom, in bits. Held: intervals of 95% with the truth in them; worst: of an atom. "
        f"Where nothing is told, something was said to be shown in {wrongly:.1%} of "
        f"{int((frame.share == 0).sum())} samples."
    )


def main() -> None:
    """Run the study and write what it says."""
    args = study.options(__doc__ or "", SAMPLES, SIZES)
    names = [
        f"{classes}, {share}, {kind}"
        for classes in CLASSES
        for share in SHARES
        for kind in (KINDS if share else KINDS[:1])
    ]
    rows = study.collect(measured, args, names, ("2, 0.0, one", "2, 0.1, both"))
    page.write_csv(args.out / "figures" / "study_weak_signals.csv", rows)
    page.write_section(args.out / "quantify.md", "weak signals", written(rows))


if __name__ == "__main__":
    main()
