"""How often a row's partner is found among 1,000, beside the best that anything could; a table.

    OMP_NUM_THREADS=1 python -m scripts.study_recall            # two minutes
    OMP_NUM_THREADS=1 python -m scripts.study_recall --quick    # seconds; shows that it works

Sources share eight numbers, correlated by .98, beside four of their own, in 24 bent columns each;
the generator's own density ratio finds as many partners as can be found. Goes on where it was
interrupted. Writes OUT/figures/study_recall.csv and its section of OUT/coordination.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from pid.estimators.coordination import CCA, Contrastive, DeepCCA, recall
from scripts import page
from scripts.coordination_data import retrieval
from scripts.coordination_runs import PAGE, Row, Task, done_once, options, spread

LOSSES = ("clip", "siglip", "hinge", "vse", "vse++", "barlow", "vicreg")


def methods(quick: bool) -> dict[str, Callable[[int], Any]]:
    """By name, from a seed."""
    steps = 20 if quick else 700
    found: dict[str, Callable[[int], Any]] = {
        "CCA": lambda seed: CCA(n_components=8, random_state=seed),
        "DCCA": lambda seed: DeepCCA(n_components=8, steps=steps, random_state=seed),
    }
    for loss in LOSSES:
        found[loss] = partial(_contrastive, loss, steps)
    return found


def _contrastive(loss: Any, steps: int, seed: int) -> Contrastive:
    return Contrastive(loss=loss, steps=steps, random_state=seed)


def measured(task: Task, quick: bool) -> Iterable[Row]:
    """Recall at 1, both ways, on rows that nothing was learned from."""
    n, n_test = (400, 100) if quick else (5_000, 1_000)
    data = retrieval(n, n_test, task.seed)
    if task.name == "best possible":
        S, right = data.ratio, np.arange(n_test)
        found = ((S.argmax(axis=1) == right).mean() + (S.argmax(axis=0) == right).mean()) / 2
        yield {"recall": float(found), "bound": np.nan, "seconds": np.nan}
        return
    started = time.perf_counter()
    model = methods(quick)[task.name](task.seed).fit(data.X1[:n], data.X2[:n])
    seconds = time.perf_counter() - started
    Z1, Z2 = model.transform(data.X1[n:], data.X2[n:])
    if task.name in {"CCA", "DCCA"}:  # what correlates more tells more of who is who
        weight = np.sqrt(model.correlations_.clip(0, 1))
        Z1, Z2 = Z1 * weight, Z2 * weight
    bound = getattr(model, "bound_", None)
    yield {
        "recall": recall(Z1, Z2),
        "bound": np.nan if bound is None else bound,
        "seconds": seconds,
    }


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    names = ["best possible", *methods(args.quick)]
    tasks = [Task(name, seed) for seed in args.seeds for name in names]
    frame = done_once(
        args.out / "figures" / "study_recall.csv", tasks, partial(measured, quick=args.quick)
    )
    best = frame[frame.task == "best possible"].set_index("seed").recall
    lines = []
    for name in names:
        rows = frame[frame.task == name].set_index("seed")
        short = (best - rows.recall) * 100
        lines.append(
            [
                name,
                spread(rows.recall, ".3f"),
                "" if name == "best possible" else spread(short, ".1f"),
                page.duration(rows.seconds.median()),
            ]
        )
    header = ["similarity", "recall at 1 of 1,000", "points below the best", "time"]
    text = (
        f"Means of {len(args.seeds)} seeds, with the least and the largest "
        "(`python -m scripts.study_recall`):\n\n"
    )
    page.write_section(args.out / PAGE, "study recall", text + page.markdown_table(header, lines))


if __name__ == "__main__":
    main()
