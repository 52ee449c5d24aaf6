"""How independent factors are, by what asks them to be, and what it costs; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_factors            # ten minutes
    OMP_NUM_THREADS=1 python -m scripts.study_factors --quick    # seconds; shows that it works

Each source has a shared bit, one of its own, one of a pair that no one asks for, and numbers, in 20
bent columns; y is the shared bit and both sources' own, eight classes. Factors are learned from
4,000 rows and judged on 3,000 others: a network looks for each bit in each private factor, without
noise; a classifier that saw only real rows reads rows whose common factors were swapped. Goes on
where it was interrupted. Writes OUT/figures/study_factors.csv and its section of OUT/fission.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

import numpy as np
import torch
from torch.nn import functional

from pid._types import Codes, Floats
from pid.estimators.coordination.encoders import coded, mlp, singles
from pid.estimators.fission import FactorizedGenerative
from pid.estimators.fission.penalties import Kind
from pid.estimators.neural.trainer import Course, Losses, Noise, Trainer, seeded
from scripts import page
from scripts.coordination_runs import Row, Task, done_once, options, spread
from scripts.factor_data import Mixed, mixed
from scripts.probes import bits_told

BITS = ("s", "u1", "u2")
SEEN = {"private1": ("s", "u1"), "private2": ("s", "u2")}  # bits that a source has
KINDS: dict[str, Kind | None] = {
    "nothing": None,
    "prior": "prior",
    "price": "price",
    "hsic": "hsic",
}
DATA = {"covariance": 0.5, "covariance, a bit is 1 in 30%": 0.3}  # share of ones
PAGE = "fission.md"


def measured(task: Task, quick: bool) -> Iterable[Row]:
    """What a way to ask for independence leaves, on rows that nothing was learned from."""
    n, n_test, steps = (400, 300, 20) if quick else (4_000, 3_000, 700)
    ones = DATA.get(task.name, 0.5)
    rows = mixed(n + n_test, task.seed, columns=20, common=1, own=3, ones=ones)
    y, independence = rows.target(BITS), KINDS.get(task.name, "covariance")
    started = time.perf_counter()
    model = FactorizedGenerative(
        independence=independence, steps=steps, random_state=task.seed
    ).fit(rows.X1[:n], rows.X2[:n], y[:n])
    row: Row = {"seconds": time.perf_counter() - started}
    X1, X2, truth = rows.X1[n:], rows.X2[n:], y[n:]
    factors = model.transform(rows.X1, rows.X2)
    for name, bits in SEEN.items():
        told = bits_told(getattr(factors, name), rows.table(bits), n, task.seed, steps)
        row |= {f"{bit} in {name}": value for bit, value in zip(bits, told, strict=True)}
    found = model.audit(X1, X2, truth)
    for (first, second), (alignment, p) in found.dependence.items():
        row |= {f"HSIC {first} {second}": alignment, f"p {first} {second}": p}
    for name, told_of in found.told.items():
        row |= {f"audit {name}": told_of.value}
    made = model.inverse_transform(type(factors)(*(z[n:] for z in factors)))
    row["error"] = np.mean([_error(m, X) for m, X in zip(made, (X1, X2), strict=True)])
    row["swap"] = swapped(model, rows, y, n, task.seed)
    row["accuracy"], row["of x1 alone"] = model.score(X1, X2, truth), model.score(X1, None, truth)
    row["imputed"] = 1 - _error(model.impute(X1), X2)
    yield row


def _error(made: Floats, X: Floats) -> float:
    """Share of the variance that is missed."""
    return float((((made - X) / X.std(axis=0)) ** 2).mean())


def swapped(model: FactorizedGenerative, rows: Mixed, y: Codes, n: int, seed: int) -> float:
    """How often a row with another's common factor is read as that one's, by a judge."""
    mean, deviation = (f([rows.X1[:n], rows.X2[:n]], axis=1) for f in (np.mean, np.std))

    def seen(X1: Floats, X2: Floats) -> Floats:
        return np.hstack([(X - mean[i]) / deviation[i] for i, X in enumerate((X1, X2))])

    X, labels = singles(seen(rows.X1[:n], rows.X2[:n]), "cpu"), torch.from_numpy(y[:n])
    judge = seeded(partial(mlp, X.shape[1], 2 ** len(BITS)), seed)

    def loss(picked: torch.Tensor, noise: Noise) -> Losses:
        return {"judge": functional.cross_entropy(judge(X[picked]), labels[picked])}

    Trainer([judge], Course(steps=500, batch=256), seed=seed).fit(loss, n)
    partners = np.random.default_rng(seed).permutation(len(y) - n)
    made = model.swap(rows.X1[n:], rows.X2[n:], partners)
    said = coded(judge, seen(*made), "cpu").argmax(axis=1)
    return float((said == y[n:][partners]).mean())


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    names = [*DATA, *KINDS]
    tasks = [Task(name, seed) for seed in args.seeds for name in names]
    frame = done_once(
        args.out / "figures" / "study_factors.csv", tasks, partial(measured, quick=args.quick)
    )
    leaks = [f"{bit} in {name}" for name, bits in SEEN.items() for bit in bits]
    chances = [name for name in frame.columns if name.startswith("p ")]
    lines = []
    for name in names:
        rows = frame[frame.task == name]
        independent = (rows[chances] > 0.05).all(axis=1).sum()
        lines.append(
            [
                name,
                f"{rows[leaks].to_numpy().mean():z.3f}",
                f"{rows[leaks].to_numpy().max():z.3f}",
                f"{independent} of {len(rows)}",
                *(spread(rows[column], ".4f") for column in ("error", "swap")),
                *(f"{rows[column].mean():.3f}" for column in ("accuracy", "of x1 alone")),
                f"{rows.imputed.mean():.3f}",
                page.duration(rows.seconds.median()),
            ]
        )
    header = ["independence", "bits of the label in private factors", "worst", "independent"]
    header += ["error", "swap right", "accuracy", "of x1 alone", "imputed", "time"]
    text = (
        f"Means of {len(args.seeds)} seeds, with the least and the largest "
        "(`python -m scripts.study_factors`); *independent*: in how many no pair of factors was "
        "found to depend on each other by HSIC, at 5% each:\n\n"
    )
    page.write_section(args.out / PAGE, "study factors", text + page.markdown_table(header, lines))


if __name__ == "__main__":
    main()
