"""What coordination keeps of shared bits, of bits of one source, and of synergy; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_kept            # six minutes
    OMP_NUM_THREADS=1 python -m scripts.study_kept --quick    # seconds; shows that it works

Each source has bits that both have (R), bits of its own (U1, U2), and one of a pair whose
exclusive-or (S) neither has. Codes of 8 columns are learned from 5,000 rows; a small network then
tells each bit from both codes, on 3,000 other rows. A code that no noise is added to loses nothing,
however small it writes: noise of a fifth of its root mean square is the floor. Goes on where it was
interrupted. Writes OUT/figures/study_kept.csv and its section of OUT/coordination.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from pid._types import Floats
from pid.estimators.coordination import CCA, Contrastive, DeepCCA
from pid.estimators.coordination.encoders import coded, mlp, singles
from pid.estimators.neural.trainer import Course, Losses, Noise, Trainer, seeded
from scripts import page
from scripts.coordination_data import Bits, bits
from scripts.coordination_runs import PAGE, Row, Task, done_once, options, spread

COMPONENTS = 8
FLOORS = (0.2, 0.0)
NAMES = ("R", "U1", "U2", "S")


def methods(quick: bool) -> dict[str, Callable[[int], Any]]:
    """By name, from a seed."""
    steps = 20 if quick else 700
    deep = partial(DeepCCA, n_components=COMPONENTS, steps=steps, batch=256)
    found: dict[str, Callable[[int], Any]] = {
        "sources": lambda seed: None,
        "CCA": lambda seed: CCA(n_components=COMPONENTS, random_state=seed),
        "DCCA": lambda seed: deep(random_state=seed),
        "DCCAE, weight 1": lambda seed: deep(reconstruction=1.0, random_state=seed),
    }
    for loss in ("barlow", "vicreg", "clip", "siglip", "vse", "vse++"):
        found[loss] = partial(_contrastive, loss, steps)
    return found


def _contrastive(loss: Any, steps: int, seed: int) -> Contrastive:
    return Contrastive(loss=loss, n_components=COMPONENTS, steps=steps, random_state=seed)


def measured(task: Task, quick: bool) -> Iterable[Row]:
    """Bits that are told, with the floor and without."""
    n, n_test = (300, 200) if quick else (5_000, 3_000)
    data = bits(n + n_test, task.seed)
    model = methods(quick)[task.name](task.seed)
    started = time.perf_counter()
    Z = [data.X1, data.X2]
    if model is not None:
        Z = list(model.fit(data.X1[:n], data.X2[:n]).transform(data.X1, data.X2))
    seconds = time.perf_counter() - started
    rng = np.random.default_rng(task.seed)
    for floor in FLOORS:
        noisy = np.hstack([_with_floor(z, floor, rng) for z in Z])
        kept = zip(NAMES, bits_told(noisy, data, n, task.seed), strict=True)
        yield {"floor": floor, **dict(kept), "seconds": seconds}


def _with_floor(z: Floats, floor: float, rng: np.random.Generator) -> Floats:
    z = z - z.mean(axis=0)
    return np.asarray(z / np.sqrt((z**2).mean()) + floor * rng.normal(size=z.shape))


def bits_told(Z: Floats, data: Bits, n: int, seed: int) -> list[float]:
    """Information of a code about each bit: 1 less the cross-entropy of a network on other rows."""
    Z = (Z - Z[:n].mean(axis=0)) / (Z[:n].std(axis=0) + 1e-8)
    Y = torch.from_numpy(np.column_stack([data.bits[name] for name in NAMES]).astype(np.float32))
    X = singles(Z, "cpu")
    net = seeded(partial(mlp, Z.shape[1], len(NAMES), 64), seed)
    cut = n - n // 7  # of the training rows, to stop at

    def loss(picked: torch.Tensor, noise: Noise) -> Losses:
        return {"bits": functional.binary_cross_entropy_with_logits(net(X[picked]), Y[picked])}

    def score() -> float:
        return float(functional.binary_cross_entropy_with_logits(net(X[cut:n]), Y[cut:n]))

    course = Course(steps=600, batch=256, rate=5e-3, decay=1e-2)
    Trainer([net], course, seed=seed).fit(loss, cut, score)
    logits = torch.from_numpy(coded(net, Z[n:], "cpu"))
    lost = functional.binary_cross_entropy_with_logits(
        logits, Y[n:].double(), reduction="none"
    ).mean(dim=0)
    return [float(1 - x / np.log(2)) for x in lost]


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    names = list(methods(args.quick))
    tasks = [Task(name, seed) for seed in args.seeds for name in names]
    frame = done_once(
        args.out / "figures" / "study_kept.csv", tasks, partial(measured, quick=args.quick)
    )
    lines = []
    for name in names:
        for floor in FLOORS:
            rows = frame[(frame.task == name) & (frame.floor == floor)]
            cells = [spread(rows[atom], ".2f") for atom in NAMES]
            lines.append([name, f"{floor:g}", *cells, page.duration(rows.seconds.median())])
    header = ["code", "floor", *NAMES, "time"]
    text = (
        f"Bits, of 1 each, means of {len(args.seeds)} seeds with the least and the largest "
        "(`python -m scripts.study_kept`):\n\n"
    )
    page.write_section(args.out / PAGE, "study kept", text + page.markdown_table(header, lines))


if __name__ == "__main__":
    main()
