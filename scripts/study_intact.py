"""What is behind four views, rows of which are damaged, straight or bent; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_intact            # five minutes
    OMP_NUM_THREADS=1 python -m scripts.study_intact --quick    # seconds; shows that it works

A latent of six numbers, of which each view sees three; damaged rows of a view are t noise. Judged
by the share of the latent's variance that a map of the code tells on other rows: a linear map, or
a kernel ridge where views are bent. "Best possible" knows the maps and which rows are damaged. Goes
on where it was interrupted. Writes OUT/figures/study_intact.csv and its section of
OUT/coordination.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

from pid._types import Floats
from pid.estimators.coordination import IntactSpace, NestedAutoencoder
from scripts import page
from scripts.coordination_data import Scene, Views
from scripts.coordination_runs import PAGE, Row, Task, done_once, options, spread

SIZE = 6
SHARES = (0.0, 0.1, 0.3)


class Components:
    """Principal components of all columns side by side, standardised."""

    def fit(self, *views: Floats) -> Components:
        """From training rows."""
        X = np.hstack(views)
        self.centre, self.scale = X.mean(axis=0), X.std(axis=0)
        self.pca = PCA(SIZE).fit((X - self.centre) / self.scale)
        return self

    def transform(self, *views: Floats) -> Floats:
        """Shape (rows, SIZE)."""
        return np.asarray(self.pca.transform((np.hstack(views) - self.centre) / self.scale))


def methods(quick: bool) -> dict[str, Callable[[int], Any]]:
    """By name, from a seed."""
    nested = partial(NestedAutoencoder, n_components=SIZE, steps=20 if quick else 500)
    return {
        "PCA": lambda seed: Components(),
        "squares": lambda seed: IntactSpace(n_components=SIZE, loss="squares"),
        "intact space": lambda seed: IntactSpace(n_components=SIZE),
        "AE2": lambda seed: nested(random_state=seed),
        "AE2, Cauchy": lambda seed: nested(loss="cauchy", random_state=seed),
    }


def measured(task: Task, quick: bool) -> Iterable[Row]:
    """A row for each share of damaged rows, straight and bent."""
    for bent in (False, True):
        for damaged in SHARES:
            scene = Scene(task.seed, damaged, bent)
            n, n_test = (200, 100) if quick else (1_500, 600)
            training, test = (
                scene.sample(size, task.seed + shift)
                for size, shift in ((n, 1_000), (n_test, 2_000))
            )
            yield {"bent": bent, "damaged": damaged} | _row(task, scene, training, test, quick)


def _row(task: Task, scene: Scene, training: Views, test: Views, quick: bool) -> Row:
    if task.name == "best possible":
        found = np.nan if scene.bent else told(scene.best(test), test.latent)
        return {"told": found, "auc": np.nan, "monotone": np.nan, "seconds": np.nan}
    started = time.perf_counter()
    model = methods(quick)[task.name](task.seed).fit(*training.views)
    seconds = time.perf_counter() - started
    Z, W = model.transform(*training.views), model.transform(*test.views)
    guess = (_bent if scene.bent else _straight)(Z, training.latent, W)
    weights = getattr(model, "weights_", None)
    is_intact = weights is not None and scene.damaged > 0
    path = getattr(model, "objective_", [0.0])
    return {
        "told": told(guess, test.latent),
        "auc": _least_auc(training.damaged, weights) if is_intact else np.nan,
        "monotone": float((np.diff(path) <= 0).all()),
        "seconds": seconds,
    }


def told(guess: Floats, latent: Floats) -> float:
    """Share of the variance of the latent."""
    left = ((guess - latent) ** 2).sum()
    return float(1 - left / ((latent - latent.mean(axis=0)) ** 2).sum())


def _straight(Z: Floats, latent: Floats, W: Floats) -> Floats:
    return np.asarray(Ridge(1e-3).fit(Z, latent).predict(W))


def _bent(Z: Floats, latent: Floats, W: Floats) -> Floats:
    centre, scale = Z.mean(axis=0), Z.std(axis=0) + 1e-9
    Z, W = (Z - centre) / scale, (W - centre) / scale
    kernel = Nystroem(gamma=0.05, n_components=min(300, len(Z)), random_state=0).fit(Z)
    return np.asarray(Ridge(1e-2).fit(kernel.transform(Z), latent).predict(kernel.transform(W)))


def _least_auc(damaged: Sequence[Any], weights: Any) -> float:
    """How well weights tell damaged rows from others, of the view where they do so worst."""
    pairs = zip(damaged, weights.T, strict=True)
    return min(float(roc_auc_score(bad, -weight)) for bad, weight in pairs)


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    names = ["best possible", *methods(args.quick)]
    tasks = [Task(name, seed) for seed in args.seeds for name in names]
    frame = done_once(
        args.out / "figures" / "study_intact.csv", tasks, partial(measured, quick=args.quick)
    )
    lines = []
    for bent in (False, True):
        for damaged in SHARES:
            rows = frame[(frame.bent == bent) & (frame.damaged == damaged)]
            cells = [spread(rows[rows.task == name].told, ".3f") for name in names]
            lines.append(["bent" if bent else "straight", f"{damaged:.0%}", *cells])
    intact = frame[frame.task == "intact space"]
    text = (
        f"Share of the latent's variance, means of {len(args.seeds)} seeds with the least and the "
        "largest (`python -m scripts.study_intact`). Damaged rows of a training view are told from "
        f"others by their weights with an AUC of at least {intact.auc.min():.4f}; the objective "
        f"never rose in {int(intact.monotone.sum())} of {len(intact)} fits. One fit takes "
        + ", ".join(
            f"{page.duration(frame[frame.task == name].seconds.median())} ({name})"
            for name in names[1:]
        )
        + ".\n\n"
    )
    header = ["views", "damaged", *names]
    page.write_section(args.out / PAGE, "study intact", text + page.markdown_table(header, lines))


if __name__ == "__main__":
    main()
