"""What k-means should see of a column: errors of the atoms by what it is given; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_clusters            # about 4 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_clusters --quick    # seconds; shows that it works

Sources whose atoms are known, as they are, bent by a monotone map (which changes no atom), and with
values that are far out: the problems of ``pid.datasets.continuous``, whose densities overlap, and
groups of points that lie apart, whose numbers of the group make y. Writes
OUT/figures/study_clusters.csv and its marked section of OUT/quantify.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

import pid.inference
from pid._types import Codes, Floats
from pid.core.decomposition import ATOMS
from pid.datasets import continuous
from pid.discretization import kmeans
from pid.estimators import ClusterPID
from scripts import page, study
from scripts.study import Row, Task

SAMPLES, SIZES = 3, (300,)
STARTS = 3  # of k-means
APART = 6.0  # deviations between centres of groups, on average


class Problem(NamedTuple):
    """Two sources, a target, and the atoms in bits."""

    X1: Floats
    X2: Floats
    y: Codes
    atoms: Mapping[str, float]


def _standardised(X: Floats) -> Floats:
    return np.asarray(X / np.abs(X).max(axis=0))


SEEN: Mapping[str, Callable[[Floats], Floats]] = {
    "standardised": _standardised,
    "ranks": kmeans.normal_scores,
    "cut off": kmeans.cut_off,
    "ranks and cut off": kmeans.features,
}


def _sentinels(X: Floats, rng: np.random.Generator) -> Floats:
    X = X.copy()
    X[rng.choice(len(X), len(X) // 50, replace=False)] = -99999.0
    return X


def _outlier(X: Floats, rng: np.random.Generator) -> Floats:
    X = X.copy()
    X[0] = 1e6
    return X


def _z(X: Floats) -> Floats:
    return np.asarray((X - X.mean(axis=0)) / X.std(axis=0))


COLUMNS: Mapping[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "as they are": lambda X, rng: X,
    "exp(3z)": lambda X, rng: np.exp(3 * _z(X)),
    "z cubed": lambda X, rng: _z(X) ** 3,
    "one of 1e6": _outlier,
    "2 % of -99999": _sentinels,
}


def groups(k: int, n: int, seed: int) -> Problem:
    """k groups of points in three and in two dimensions; y is the sum of their numbers mod k."""
    rng = np.random.default_rng(seed)
    numbers = rng.integers(k, size=(2, n))
    first, second = (
        (APART * rng.normal(size=(k, d)) / np.sqrt(2))[number] + rng.normal(size=(n, d))
        for d, number in zip((3, 2), numbers, strict=True)
    )
    atoms = dict.fromkeys(ATOMS, 0.0) | {"synergy": float(np.log2(k))}
    return Problem(first, second, numbers.sum(axis=0) % k, atoms)


def made(name: str, n: int, seed: int) -> Problem:
    """A problem of either kind by its name."""
    if name in continuous.PROBLEMS:
        found = continuous.make(name, n=n, random_state=seed)
        return Problem(np.asarray(found.X1), np.asarray(found.X2), found.y, found.atoms)
    return groups(int(name.split()[0]), n, seed)


def measured(task: Task) -> list[Row]:
    """A row for every kind of columns, and what k-means sees of them."""
    name, n, samples = task
    rows: list[Row] = []
    for seed in range(samples):
        problem = made(name, n, seed)
        for columns, bend in COLUMNS.items():
            rng = np.random.default_rng(seed)
            X1, X2 = bend(problem.X1, rng), bend(problem.X2, rng)
            for seen, features in SEEN.items():
                table = _table(X1, X2, problem.y, features)
                found = pid.inference.correct(table).atoms
                error = np.mean([abs(found[atom] - problem.atoms[atom]) for atom in ATOMS])
                rows.append(
                    {"problem": name, "n": n, "seed": seed, "columns": columns, "seen": seen}
                    | {"error": float(error)}
                )
    return rows


def _table(X1: Floats, X2: Floats, y: Codes, features: Callable[[Floats], Floats]) -> ArrayLike:
    """The table of clusters that are found in these features of the columns."""
    seen = _z(features(X1)), _z(features(X2))
    return ClusterPID(scale=False, n_init=STARTS).fit(*seen, y).table_


def written(rows: list[Row]) -> str:
    """Mean errors: a row for each kind of columns, for densities that overlap and for groups."""
    frame = pd.DataFrame(rows)
    frame["kind"] = np.where(frame.problem.isin(list(continuous.PROBLEMS)), "overlap", "groups")
    table = frame.pivot_table(
        index=["kind", "columns"], columns="seen", values="error", aggfunc="mean", sort=False
    )
    header = ["sources", "columns", *SEEN]
    lines = [
        [str(kind), str(columns), *(f"{table.loc[(kind, columns), seen]:.3f}" for seen in SEEN)]
        for kind, columns in table.index
    ]
    sizes = ", ".join(map(str, sorted(set(frame.n))))
    samples = int(frame.seed.max()) + 1
    return (
        f"Mean error of an atom in bits, corrected by the jackknife, n = {sizes}, "
        f"{samples} samples of each of {frame.problem.nunique()} problems "
        "(`python -m scripts.study_clusters`):\n\n" + page.markdown_table(header, lines)
    )


def main() -> None:
    """Run the study and write what it says."""
    args = study.options(__doc__ or "", SAMPLES, SIZES)
    names = [*continuous.PROBLEMS, "2 groups", "3 groups", "4 groups"]
    rows = study.collect(measured, args, names, ("xor", "2 groups"))
    page.write_csv(args.out / "figures" / "study_clusters.csv", rows)
    page.write_section(args.out / "quantify.md", "study clusters", written(rows))


if __name__ == "__main__":
    main()
