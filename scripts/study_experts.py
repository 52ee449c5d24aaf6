"""Whether what only both sources tell is in the joint part of experts, and nothing else; a table.

    OMP_NUM_THREADS=1 python -m scripts.study_experts            # ten minutes
    OMP_NUM_THREADS=1 python -m scripts.study_experts --quick    # seconds; shows that it works

Four problems: sixteen classes of a shared bit, one of each source and an exclusive or, balanced and
not; the sum of two symbols modulo 3, beside a shared symbol that no one asks for; and the sign of a
product of numbers. Experts and early fusion (one network of as many layers on both sources) learn
from 4,000 rows, or 1,500. Straight lines and a network look for what is known to be in the sources
in the joint code, on 4,000 other rows, each of which is shown with all partners. Goes on where it
was interrupted. Writes OUT/figures/study_experts.csv and its section of OUT/fission.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

from pid._types import Codes, Floats
from pid.estimators.coordination.encoders import coded, mlp, singles
from pid.estimators.fission import SynergyExperts
from pid.estimators.neural.trainer import Course, Losses, Noise, Trainer, seeded
from scripts import page
from scripts.coordination_data import Bent
from scripts.coordination_runs import Row, Task, done_once, options, spread
from scripts.factor_data import mixed
from scripts.probes import bits_told, bits_told_by_lines

PAGE = "fission.md"
BITS = ("s", "u1", "u2", "x")
STEPS = 600


class Problem(NamedTuple):
    """Two sources, classes, and bits of them: of each source alone, and of both together."""

    X1: Floats
    X2: Floats
    y: Codes
    alone: Codes
    together: Codes


def of_bits(n: int, seed: int, ones: float = 0.5) -> Problem:
    """A shared bit, one of each source, and an exclusive or: one bit each where they are even."""
    rows = mixed(n, seed, ones=ones)
    return Problem(
        rows.X1, rows.X2, rows.target(BITS), rows.table(("s", "u1", "u2")), rows.table(("x",))
    )


def sum_of_symbols(n: int, seed: int) -> Problem:
    """(a + b) modulo 3; a third symbol is shared, and four numbers of each source are noise."""
    rng = np.random.default_rng(seed)
    a, b, shared = rng.integers(3, size=(3, n))
    corners = 1.5 * np.exp(2j * np.pi * np.arange(3) / 3)
    sources = []
    for symbol in (a, b):
        plane = np.column_stack([corners[symbol], corners[shared]])
        inner = np.hstack([plane.real, plane.imag, rng.normal(size=(n, 4))])
        inner[:, :4] += 0.2 * rng.normal(size=(n, 4))
        sources.append(Bent(8, 20, rng)(inner))
    y = (a + b) % 3
    alone = np.column_stack([shared == 0, a == 0, b == 0]).astype(np.intp)
    return Problem(sources[0], sources[1], y, alone, (y[:, None] == 0).astype(np.intp))


def sign_of_product(n: int, seed: int) -> Problem:
    """Whether the product of a number of each source is above 0; five others are noise."""
    rng = np.random.default_rng(seed)
    X1, X2 = rng.normal(size=(2, n, 6))
    y = (X1[:, 0] * X2[:, 0] > 0).astype(np.intp)
    alone = np.column_stack([X1[:, 0] > 0, X2[:, 0] > 0]).astype(np.intp)
    return Problem(X1, X2, y, alone, y[:, None])


PROBLEMS: Mapping[str, tuple[Callable[[int, int], Problem], int]] = {
    "four bits": (of_bits, 4_000),
    "four bits, 1,500 rows": (of_bits, 1_500),
    "four bits, 30% ones": (partial(of_bits, ones=0.3), 4_000),
    "sum modulo 3": (sum_of_symbols, 4_000),
    "sign of a product": (sign_of_product, 4_000),
}


def measured(task: Task, quick: bool) -> Iterable[Row]:
    """What is in the joint part on rows that nothing was learned from."""
    make, n = PROBLEMS[task.name]
    n, n_test, steps = (400, 300, 20) if quick else (n, 4_000, STEPS)
    rows = make(n + n_test, task.seed)
    started = time.process_time()
    early = accuracy_of_early(rows, n, steps, task.seed)
    between = time.process_time()
    model = SynergyExperts(steps=steps, random_state=task.seed)
    model.fit(rows.X1[:n], rows.X2[:n], rows.y[:n])
    ended = time.process_time()
    code = model.transform(rows.X1, rows.X2)
    bits = np.hstack([rows.together, rows.alone])
    together, *alone = bits_told_by_lines(code, bits, n)
    _, *by_network = bits_told(code, bits, n, task.seed, steps)
    p = rows.together[n:].mean()
    found = model.said_alone(rows.X1[n:], rows.X2[n:])
    yield {
        "early fusion": early,
        "experts": model.score(rows.X1[n:], rows.X2[n:], rows.y[n:]),
        "entropy": float(-p * np.log2(p) - (1 - p) * np.log2(1 - p)),
        "together": together,
        "alone": max(alone),
        "alone, network": max(by_network),
        "said alone": found.value,
        "of noise": found.noise,
        "seconds of early fusion": between - started,
        "seconds": ended - between,
    }


def accuracy_of_early(rows: Problem, n: int, steps: int, seed: int) -> float:
    """Of one network on both sources, kept where it was best on a tenth of the rows."""
    both = np.hstack([rows.X1, rows.X2])
    X = singles((both - both[:n].mean(axis=0)) / both[:n].std(axis=0), "cpu")
    y, cut = torch.from_numpy(rows.y), n - n // 10
    net = seeded(partial(mlp, X.shape[1], int(y.max()) + 1), seed)

    def lost(picked: torch.Tensor | slice) -> torch.Tensor:
        return functional.cross_entropy(net(X[picked]), y[picked])

    def loss(picked: torch.Tensor, noise: Noise) -> Losses:
        return {"cross-entropy": lost(picked)}

    course = Course(steps=steps, batch=256)
    Trainer([net], course, seed=seed).fit(loss, cut, lambda: float(lost(slice(cut, n))))
    return float((coded(net, X[n:].numpy(), "cpu").argmax(axis=1) == rows.y[n:]).mean())


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    tasks = [Task(name, seed) for seed in args.seeds for name in PROBLEMS]
    frame = done_once(
        args.out / "figures" / "study_experts.csv", tasks, partial(measured, quick=args.quick)
    )
    lines = []
    for name in PROBLEMS:
        rows = frame[frame.task == name]
        times = rows.seconds / rows["seconds of early fusion"]
        lines.append(
            [
                name,
                *(spread(rows[column], ".4f") for column in ("early fusion", "experts")),
                f"{rows.entropy.mean():.2f}",
                *(spread(rows[column], "z.3f") for column in ("together", "alone")),
                f"{rows['alone, network'].mean():.2f}",
                *(spread(rows[column], ".4f") for column in ("said alone", "of noise")),
                f"{times.median():.1f}",
            ]
        )
    header = ["problem", "early fusion", "experts", "bits of both together", "by lines"]
    header += ["most of one source, by lines", "by a network", "nat said of one source"]
    header += ["of nothing", "times early fusion"]
    text = (
        f"Means of {len(args.seeds)} seeds, with the least and the largest "
        "(`python -m scripts.study_experts`):\n\n"
    )
    page.write_section(args.out / PAGE, "study experts", text + page.markdown_table(header, lines))


if __name__ == "__main__":
    main()
