"""Whether atoms given z are found, and their intervals hold; and what conditioning does to them.

    OMP_NUM_THREADS=1 python -m scripts.study_given            # 10 minutes on two cores
    OMP_NUM_THREADS=1 python -m scripts.study_given --quick    # seconds; shows that it works

Samples of tables p(z, x1, x2, y) whose atoms given z are known: how far the corrected ones are from
them, and how often nominal 95 % intervals hold them. Then exact atoms of four stories, without z
and given it. Writes OUT/figures/study_given.csv and its marked sections of OUT/given.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

import pid
from pid._types import Codes, Floats
from pid.core.decomposition import ATOMS
from pid.datasets import random
from pid.inference import assess
from scripts import page, study
from scripts.study import Errors, Row, Task

SAMPLES, SIZES = 100, (1000, 5000)
REPLICATES = 400
MEASURED = (*ATOMS, "total", "conditional1", "conditional2")


def of_bits(z: Callable[..., Floats], y: Callable[..., Floats]) -> Floats:
    """p(z, x1, x2, y) of fair bits x1, x2 and an independent third, c, from which z and y are made.

    Args:
        z, y: the chance that they are 1, of arrays of the three bits.
    """
    x1, x2, c = np.indices((2, 2, 2))
    of_z, of_y = (np.stack([1 - p(x1, x2, c), p(x1, x2, c)]) for p in (z, y))
    return np.asarray(np.einsum("zabc,yabc->zaby", of_z, of_y) / 8)


def noisy(bit: Codes, right: float) -> Floats:
    """The chance of a 1, where a bit is kept so often."""
    return np.where(bit == 1, right, 1 - right)


def simpson() -> Floats:
    """x1 and x2 both copy z, which y follows; within a stratum y follows x1 the other way round."""
    p = np.zeros((2, 2, 2, 2))
    for z, x1, x2, y in np.ndindex(*p.shape):
        seen = (0.9 if x1 == z else 0.1) * (0.9 if x2 == z else 0.1)
        chance = 0.35 + 0.5 * z - 0.2 * x1
        p[z, x1, x2, y] = 0.5 * seen * (chance if y else 1 - chance)
    return p


STORIES: Mapping[str, Floats] = {
    "common effect: z is x1 xor x2 in 90 %, y is x1 in 80 %": of_bits(
        lambda a, b, c: noisy(a ^ b, 0.9), lambda a, b, c: noisy(a, 0.8)
    ),
    "common effect, of y too: z is x1 or y, y is a coin of its own": of_bits(
        lambda a, b, c: ((a | c) > 0) * 1.0, lambda a, b, c: c * 1.0
    ),
    "common cause: x1, x2 and y are each z in 90 %": np.einsum(
        "za,zb,zy->zaby", *[np.array([[0.9, 0.1], [0.1, 0.9]])] * 3
    )
    / 2,
    "turned round: y follows z, and within strata x1 the other way": simpson(),
    "key: y is x1 xor z": of_bits(lambda a, b, c: c * 1.0, lambda a, b, c: (a ^ c) * 1.0),
}


def tables() -> dict[str, Floats]:
    """Tables p(z, x1, x2, y) that are sampled."""
    effect, both, cause, turned, _ = STORIES.values()
    strata = np.zeros((3, 2, 2, 2))
    x1, x2 = np.indices((2, 2), dtype=np.intp)
    for z, of_z in enumerate((x1 ^ x2, x1, x1 & x2)):
        strata[z] = np.stack([1 - noisy(of_z, 0.9), noisy(of_z, 0.9)], axis=-1) / 12
    switched = np.zeros((2, 2, 2, 2))
    for z, of_z in enumerate((x1, x2)):
        switched[z] = np.stack([1 - noisy(of_z, 0.8), noisy(of_z, 0.8)], axis=-1) / 8
    uneven = random.dirichlet((6 * 3, 3, 2), random_state=2).reshape(6, 3, 3, 2)
    uneven *= (0.5 ** np.arange(6))[:, None, None, None]
    return {
        "common effect": effect,
        "common effect of y": both,
        "common cause": cause,
        "turned round": turned,
        "a gate a stratum": strata,
        "x1 in one, x2 in the other": switched,
        "nothing told, 5 strata": np.full((5, 3, 3, 2), 1 / 90),
        "3 of 3x3x3": random.dirichlet((9, 3, 3), random_state=1).reshape(3, 3, 3, 3),
        "5 of 4x4x2": random.dirichlet((20, 4, 2), random_state=3).reshape(5, 4, 4, 2),
        "6 uneven of 3x3x2": uneven / uneven.sum(),
    }


def measured(task: Task) -> list[Row]:
    """A row for each atom of one table: how it was found."""
    name, n, samples = task
    p = tables()[name]
    truth = pid.decompose_given(p)
    errors = Errors(truth, MEASURED)
    for seed in range(samples):
        counts = np.random.default_rng([seed, n]).multinomial(n, p.ravel()).reshape(p.shape)
        a = assess(counts, replicates=REPLICATES, random_state=seed)
        errors.add(a.corrected, a.counted, a.interval)
    return errors.rows(table=name, n=n, samples=samples)


def summary(frame: pd.DataFrame) -> str:
    """A line for each table and size."""
    lines = []
    for (n, name), some in frame.groupby(["n", "table"], sort=False):
        atoms = some[some.atom.isin([*ATOMS, "total"])]
        worst = some.sort_values("covered", kind="stable").iloc[0]
        lines.append(
            [
                f"{name}, n = {n:,}",
                *(f"{x:z.3f}" for x in atoms.truth),
                f"{atoms.error.mean():.4f}",
                f"{atoms.error.max():.4f}",
                f"{atoms.bias.abs().max():.4f}",
                f"{atoms.bias_counted.abs().max():.4f}",
                f"{some.covered.mean():.3f}",
                f"{worst.covered:.2f} ({worst.atom})",
            ]
        )
    head = ["table", "R", "U1", "U2", "S", "total"]
    head += ["error", "largest", "bias", "counted", "covered", "least"]
    return page.markdown_table(head, lines)


def stories() -> str:
    """Exact atoms without z and given it."""
    lines = []
    for name, p in STORIES.items():
        given = pid.decompose_given(p)
        for what, d in ((name, pid.decompose(p.sum(axis=0))), ("the same, given z", given)):
            lines.append([what, *(f"{value:z.3f}" for value in (*d.atoms.values(), d.total))])
    return page.markdown_table(["", "R", "U1", "U2", "S", "total"], lines)


def main() -> None:
    """Run the study and write what it says."""
    args = study.options(__doc__ or "", SAMPLES, SIZES)
    rows = study.collect(measured, args, list(tables()), ("common effect", "3 of 3x3x3"))
    page.write_csv(args.out / "figures" / "study_given.csv", rows)
    page.write_section(args.out / "given.md", "stories of z", stories())
    page.write_section(args.out / "given.md", "study given", summary(pd.DataFrame(rows)))


if __name__ == "__main__":
    main()
