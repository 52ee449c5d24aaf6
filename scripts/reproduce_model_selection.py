"""Whether the profile of a data set tells which fusion model fits, beside cheaper rules.

    python -m scripts.reproduce_model_selection           # a quarter of an hour on two cores
    python -m scripts.reproduce_model_selection --quick   # a minute; shows that it works

Each of ten fusion models is trained on each data set; a rule names three, and is scored by the best
of the three over the best of all ten, as in Liang et al. (NeurIPS 2023), section 4.4. Rules know
profiles and accuracies of the other data sets only. Writes OUT/figures/reproduce_model_selection
.csv and .png and its marked section of OUT/model-selection.md. Needs the extras neural and report.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import pid
from pid._types import Floats
from pid.core.decomposition import ATOMS
from pid.datasets import continuous, gate, published, real
from pid.estimators.fusion import KINDS, FusionClassifier
from pid.plot.style import OF_SOURCES
from scripts import page

TRAINED, TESTED, CHEAP = 2000, 2000, 300  # rows; CHEAP is what the cheap proxy has of them
SEEDS, QUICK_SEEDS = 5, 1
GATES = ("xor", "and")
# The families that are built for an atom, by what they are asked for or can express.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "redundancy": ("agree", "align"),
    "uniqueness1": ("additive",),
    "uniqueness2": ("additive",),
    "gate xor": ("elementwise", "tensor", "low-rank", "multiplicative"),
}
QUICK = ("wine", "iris")
LITTLE = 0.05  # bit
LIKENESS = 0.15  # distance of profiles at which a data set counts for 1 / e
DRAWS = 2000  # of data sets, for intervals


class Trial(NamedTuple):
    """One data set and seed.

    Attributes:
        profile, posterior: shares of its atoms by clusters, and by PosteriorPID.
        atoms: by PosteriorPID, in bits.
        accuracy: of each model.
        cheap: when trained on few rows.
        lost: accuracy that is lost if x1, or x2, is missing; (2, models).
    """

    name: str
    seed: int
    profile: Floats
    posterior: Floats
    atoms: Floats
    accuracy: Floats
    cheap: Floats
    lost: Floats


def names() -> list[str]:
    """Of all data sets."""
    bundled = [name for name, info in real.REAL.items() if info.bundled]
    return [*published.SETTINGS, *(f"gate {name}" for name in GATES), *bundled]


def samples(name: str, seed: int) -> tuple[Floats, Floats, NDArray[np.generic]]:
    """Rows in random order."""
    n = TRAINED + TESTED
    if name in published.SETTINGS:
        drawn = published.make(name, n, random_state=seed)
    elif name.startswith("gate "):
        drawn = continuous.embedded_table(gate(name.removeprefix("gate ")), n, random_state=seed)
    else:
        table = pid.datasets.load(name)
        order = np.random.default_rng(seed).permutation(len(table.y))
        X1, X2 = (np.asarray(X, dtype=float)[order] for X in (table.X1, table.X2))
        return X1, X2, np.asarray(table.y)[order]
    return np.asarray(drawn.X1), np.asarray(drawn.X2), np.asarray(drawn.y)


def trial(task: tuple[str, int]) -> Trial:
    """Profiles of the training rows, and accuracies of all models on the others."""
    name, seed = task
    X1, X2, y = samples(name, seed)
    half = len(y) // 2
    train, test = slice(half), slice(half, None)
    few = min(CHEAP, half // 2)
    shares = []
    for estimator in ("cluster", "posterior"):
        q = pid.quantify(
            X1[train],
            X2[train],
            y[train],
            estimator=estimator,
            interval=None,
            correction="kink-aware",
        )
        atoms = np.maximum([getattr(q.best, atom) for atom in ATOMS], 0)
        shares.append(atoms / max(atoms.sum(), 1e-12))
    accuracy, cheap, lost = [], [], []
    for kind in KINDS:
        model = FusionClassifier(kind, random_state=seed).fit(X1[train], X2[train], y[train])
        right, *without = (
            float((model.predict(first, second) == y[test]).mean())
            for first, second in ((X1[test], X2[test]), (None, X2[test]), (X1[test], None))
        )
        accuracy.append(right)
        lost.append([right - alone for alone in without])
        small = FusionClassifier(kind, random_state=seed).fit(X1[:few], X2[:few], y[:few])
        cheap.append((small.predict(X1[few:half], X2[few:half]) == y[few:half]).mean())
    best = np.array([getattr(q.best, atom) for atom in ATOMS])
    kept = np.array(accuracy), np.array(cheap), np.array(lost).T
    return Trial(name, seed, shares[0], shares[1], best, *kept)


class Known(NamedTuple):
    """What a rule knows of the other data sets: means over seeds, a row for each."""

    profile: Floats
    posterior: Floats
    relative: Floats  # accuracy over that of the best model


def known(trials: Sequence[Trial], without: str) -> Known:
    """Of all but one."""
    by_name = {t.name: [u for u in trials if u.name == t.name] for t in trials if t.name != without}
    rows = [
        [np.mean([getattr(t, field) for t in some], axis=0) for some in by_name.values()]
        for field in ("profile", "posterior")
    ]
    relative = [
        np.mean([t.accuracy / t.accuracy.max() for t in some], axis=0) for some in by_name.values()
    ]
    return Known(np.array(rows[0]), np.array(rows[1]), np.array(relative))


Rule = Callable[[Trial, Known], Floats]  # a score for each model; the three largest are named


def _nearest(field: str) -> Rule:
    def rule(t: Trial, k: Known) -> Floats:
        away = np.abs(getattr(k, field) - getattr(t, field)).sum(axis=1)
        return np.asarray(k.relative[away.argmin()])

    return rule


def _weighted(t: Trial, k: Known) -> Floats:
    away = np.abs(k.posterior - t.posterior).sum(axis=1) / 2
    weights = np.exp(-away / LIKENESS)
    return np.asarray(weights @ k.relative / weights.sum())


RULES: Mapping[str, Rule] = {
    "nearest data set, clusters (as published)": _nearest("profile"),
    "nearest data set, PosteriorPID": _nearest("posterior"),
    "weighted by likeness, PosteriorPID": _weighted,
    "best on average over other data sets": lambda t, k: k.relative.mean(axis=0),
    f"trained on {CHEAP} rows": lambda t, k: t.cheap,
}
RANDOM = "three at random"


def scores(trials: Sequence[Trial]) -> dict[str, Floats]:
    """Of each rule and trial: the best of three over the best of all."""
    found: dict[str, list[float]] = {name: [] for name in (*RULES, RANDOM)}
    triples = np.array(list(combinations(range(len(KINDS)), 3)))
    for t in trials:
        k, best = known(trials, t.name), t.accuracy.max()
        for name, rule in RULES.items():
            named = np.argsort(-rule(t, k), kind="stable")[:3]
            found[name].append(t.accuracy[named].max() / best)
        found[RANDOM].append(float(t.accuracy[triples].max(axis=1).mean()) / best)
    return {name: np.array(values) for name, values in found.items()}


def interval(values: Floats, trials: Sequence[Trial]) -> tuple[float, float]:
    """Of a mean over data sets, which are drawn again, all seeds of one together."""
    groups = list(dict.fromkeys(t.name for t in trials))
    means = np.array([values[[t.name == name for t in trials]].mean() for name in groups])
    rng = np.random.default_rng(0)
    drawn = means[rng.integers(len(means), size=(DRAWS, len(means)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def family_ranks(trials: Sequence[Trial]) -> list[tuple[str, str, str, str]]:
    """How often a model that is built for the atom is among the first three."""
    rows = []
    for name, family in FAMILIES.items():
        some = [t for t in trials if t.name == name]
        if not some:
            continue
        best = [
            min(int((t.accuracy > t.accuracy[KINDS.index(kind)]).sum()) for kind in family) + 1
            for t in some
        ]
        spread = np.mean([t.accuracy.max() - t.accuracy.min() for t in some])
        first = float(np.mean([rank <= 3 for rank in best]))
        rows.append((name, ", ".join(family), f"{first:.0%}", f"{100 * spread:.1f}"))
    return rows


def missing(trials: Sequence[Trial]) -> list[tuple[str, str, str]]:
    """How atoms go with what models lose without a source: correlations, over sets and sources."""
    mean = np.array([t.lost.mean(axis=1) for t in trials])  # over models, (trials, 2)
    atoms = np.array([t.atoms for t in trials])
    lost = mean.ravel()  # x1, x2 of the first trial, ...
    own, other = atoms[:, 1:3].ravel(), atoms[:, 2:0:-1].ravel()
    shared, joint = (np.repeat(atoms[:, i], 2) for i in (0, 3))
    few = own < LITTLE
    found = []
    for label, values, rows in (
        ("unique to the source that is missing", own, np.full(len(lost), True)),
        ("unique to the other source", other, np.full(len(lost), True)),
        ("synergy", joint, np.full(len(lost), True)),
        (f"synergy, where less than {LITTLE} bit is unique to the source", joint, few),
        ("redundancy", shared, np.full(len(lost), True)),
        ("unique to the source and synergy together", own + joint, np.full(len(lost), True)),
    ):
        r = np.corrcoef(values[rows], lost[rows])[0, 1] if rows.sum() > 2 else np.nan
        found.append((label, f"{r:.2f}", str(int(rows.sum()))))
    return found


def accuracies_on_tables(trials: Sequence[Trial]) -> list[tuple[str, ...]]:
    """Mean accuracy of every model on the real tables."""
    found = []
    for name in dict.fromkeys(t.name for t in trials if t.name in real.REAL):
        mean = np.mean([t.accuracy for t in trials if t.name == name], axis=0)
        found.append((name, *(f"{100 * share:.1f}" for share in mean)))
    return found


def section(trials: Sequence[Trial]) -> str:
    """Five tables."""
    found = scores(trials)
    rows = []
    for name, values in found.items():
        low, high = interval(values, trials)
        gain = interval(values - found[RANDOM], trials)
        ends = "" if name == RANDOM else f"{100 * gain[0]:+.2f} to {100 * gain[1]:+.2f}"
        worst = int(values.argmin())
        rows.append(
            (
                name,
                f"{values.mean():.2%}",
                f"{100 * low:.2f} to {100 * high:.2f}",
                ends,
                f"{values[worst]:.1%} ({trials[worst].name})",
            )
        )
    header = ("rule", "score", "95 % interval", "above random, points", "worst")
    sets = list(dict.fromkeys(t.name for t in trials))
    accuracies = []
    for name in sets:
        some = [t for t in trials if t.name == name]
        mean = np.mean([t.accuracy for t in some], axis=0)
        profile = np.mean([t.posterior for t in some], axis=0)
        shares = " / ".join(f"{share:.2f}" for share in profile)
        best = ", ".join(KINDS[i] for i in np.argsort(-mean, kind="stable")[:3])
        k = known(trials, name)
        votes = np.mean([_weighted(t, k) for t in some], axis=0)
        named = ", ".join(KINDS[i] for i in np.argsort(-votes, kind="stable")[:3])
        accuracies.append((name, shares, f"{mean.max():.1%}", f"{mean.min():.1%}", best, named))
    seeds = len({t.seed for t in trials})
    return "\n\n".join(
        [
            f"{len(sets)} data sets, {seeds} seeds, {len(KINDS)} models. Score: accuracy of the "
            "best of three named models over that of the best of all.",
            page.markdown_table(header, rows),
            "Models that are built for the atom that dominates a generator: how often one of them "
            "is among the first three, and how many points there are between the best and the "
            "worst of all ten.",
            page.markdown_table(
                ("generator", "built for it", "in the first three", "best to worst"),
                family_ranks(trials),
            ),
            "Correlation of atoms, in bits by PosteriorPID, with the accuracy that models lose on "
            "average if a source is missing:",
            page.markdown_table(("atom", "correlation", "of"), missing(trials)),
            "Shares of R, U1, U2, S by PosteriorPID, mean accuracies, and what weighting by "
            "likeness recommends:",
            page.markdown_table(
                ("data set", "shares", "best", "worst", "first three", "recommended"), accuracies
            ),
            "Accuracies of all models on the real tables, in percent:",
            page.markdown_table(("table", *KINDS), accuracies_on_tables(trials)),
        ]
    )


def draw(trials: Sequence[Trial], path: Path) -> None:
    """A dot for each trial and rule."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    found = scores(trials)
    figure, axis = plt.subplots(figsize=(7, 2.8), layout="constrained")
    rng = np.random.default_rng(0)
    for place, values in enumerate(reversed(found.values())):
        spread = place + rng.uniform(-0.25, 0.25, len(values))
        axis.plot(100 * values, spread, "o", ms=3, mew=0, alpha=0.6, color=OF_SOURCES[0])
        axis.plot(100 * values.mean(), place, "|", ms=18, mew=2, color=OF_SOURCES[1])
    axis.set_yticks(range(len(found)), list(reversed(found)), fontsize=8)
    axis.set_xlabel("best of three named models, % of the best of all", fontsize=8)
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> None:
    """Train, score, write."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two data sets, one seed")
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER")
    options = parser.parse_args(arguments)
    chosen, seeds = (QUICK, QUICK_SEEDS) if options.quick else (names(), SEEDS)
    tasks = [(name, seed) for name in chosen for seed in range(seeds)]
    trials = []
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for done, found in enumerate(pool.map(trial, tasks), start=1):
            trials.append(found)
            print(f"{done} of {len(tasks)}: {found.name}", file=sys.stderr, flush=True)
    rows = [
        {"data set": t.name, "seed": t.seed}
        | dict(zip(ATOMS, t.atoms.tolist(), strict=True))
        | dict(zip(KINDS, t.accuracy.tolist(), strict=True))
        | {f"lost without x{i + 1}": float(t.lost[i].mean()) for i in (0, 1)}
        for t in trials
    ]
    page.write_csv(options.out / "figures" / "reproduce_model_selection.csv", rows)
    draw(trials, options.out / "figures" / "reproduce_model_selection.png")
    page.write_section(options.out / "model-selection.md", "model selection", section(trials))


if __name__ == "__main__":
    main()
