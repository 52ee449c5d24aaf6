"""Which looks and sounds belong together in generated scenes; write a table.

    OMP_NUM_THREADS=1 python -m scripts.study_scenes            # half an hour
    OMP_NUM_THREADS=1 python -m scripts.study_scenes --quick    # seconds; shows that it works

Scenes of objects that are seen and heard, with looks that make no sound and as many sounds without
a look, by both generators. Judged on all activations of both sources that something is at, by the
adjusted Rand index against what is there, where an object is one thing for eye and ear; and by
pairs of a look and a sound that are right, or claimed and false. Plain k-means takes the mean look
and the mean sound of each scene side by side, with the true number of things, and gives each
activation to the nearest centre. Goes on where it was interrupted. Writes
OUT/figures/study_scenes.csv and its section of OUT/fission.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score

from pid._types import Codes, Floats
from pid.datasets import make_scenes
from pid.estimators.fission import Activations, Correspondences, activations
from scripts import page
from scripts.coordination_runs import Row, Task, done_once, options, spread

PAGE = "fission.md"
COMPONENTS = 20


class Setting(NamedTuple):
    """Scenes of one kind."""

    style: str
    objects: int
    distractors: int
    scenes: int
    noise: float

    @property
    def name(self) -> str:
        """In one word."""
        return "-".join(map(str, self))


SETTINGS = {
    setting.name: setting
    for style in ("cells", "shapes")
    for setting in (
        Setting(style, 3, 1, 400, 0.15),
        Setting(style, 5, 2, 400, 0.15),
        Setting(style, 5, 2, 150, 0.15),
        Setting(style, 5, 2, 400, 0.3),
        Setting(style, 0, 4, 400, 0.15),
    )
}
QUICK = [Setting(style, 2, 1, 60, 0.15) for style in ("cells", "shapes")]


def measured(task: Task, settings: dict[str, Setting]) -> Iterable[Row]:
    """A row for correspondences, and one for plain k-means."""
    style, objects, distractors, n, noise = settings[task.name]
    scenes = make_scenes(
        n,
        objects=objects,
        distractors=distractors,
        style=style,  # type: ignore[arg-type]  # one of two words
        noise=noise,
        random_state=task.seed,
    )
    started = time.process_time()
    looks, sounds = activations(scenes.images), activations(scenes.sounds)
    found = time.process_time()
    truth = scenes.look_at(*looks.located), scenes.sound_at(*sounds.located)
    again = time.process_time()
    model = Correspondences().fit(
        looks.features, looks.scenes, sounds.features, sounds.scenes, n_scenes=n
    )
    right, false = pairs(model, truth)
    yield {
        "method": "correspondences",
        **scored(truth, (model.labels1_, model.labels2_)),
        "looks": model.n_clusters_[0],
        "sounds": model.n_clusters_[1],
        "right": right,
        "false": false,
        "located": found - started,
        "seconds": time.process_time() - again,
    }
    started = time.process_time()
    labels = plain(looks, sounds, objects + 2 * distractors)
    yield {
        "method": "k-means",
        **scored(truth, labels),
        **dict.fromkeys(("looks", "sounds", "right", "false", "located"), np.nan),
        "seconds": time.process_time() - started,
    }


def scored(truth: tuple[Codes, Codes], labels: tuple[Codes, Codes]) -> Row:
    """Adjusted Rand indices of all, of looks and of sounds, where something is."""
    there = [t >= 0 for t in truth]
    t1, t2, l1, l2 = (a[m] for of in (truth, labels) for a, m in zip(of, there, strict=True))
    return {
        "ari": adjusted_rand_score(np.concatenate([t1, t2]), np.concatenate([l1, l2])),
        "of looks": adjusted_rand_score(t1, l1),
        "of sounds": adjusted_rand_score(t2, l2),
    }


def pairs(model: Correspondences, truth: tuple[Codes, Codes]) -> tuple[int, int]:
    """Pairs whose look and sound are mostly of the same thing, and others."""
    same = 0
    for pair in model.pairs_.itertuples():
        of_look, of_sound = (
            t[(labels == number) & (t >= 0)]
            for t, labels, number in (
                (truth[0], model.labels1_, pair.look),
                (truth[1], model.labels2_, pair.sound),
            )
        )
        same += int(of_look.size and of_sound.size and _mode(of_look) == _mode(of_sound))
    return same, len(model.pairs_) - same


def _mode(names: Codes) -> int:
    return int(np.bincount(names).argmax())


def plain(looks: Activations, sounds: Activations, k: int) -> tuple[Codes, Codes]:
    """k-means of scenes, and the nearest centre of each activation."""
    codes = [_directions(of.features) for of in (looks, sounds)]
    scenes = []
    for of, code in zip((looks, sounds), codes, strict=True):
        total = np.zeros((of.n_scenes, code.shape[1]))
        np.add.at(total, of.scenes, code)
        scenes.append(_unit(total))
    centres = KMeans(k, n_init=8, random_state=0).fit(np.hstack(scenes)).cluster_centers_
    width = codes[0].shape[1]
    first, second = codes[0] @ centres[:, :width].T, codes[1] @ centres[:, width:].T
    return first.argmax(axis=1), second.argmax(axis=1)


def _directions(A: Floats) -> Floats:
    return _unit(PCA(min(COMPONENTS, *A.shape), random_state=0).fit_transform(A))


def _unit(A: Floats) -> Floats:
    return np.asarray(A / np.maximum(np.linalg.norm(A, axis=1, keepdims=True), 1e-12))


def line(setting: Setting, rows: pd.DataFrame) -> list[str]:
    """Of the table."""
    model, other = (rows[rows.method == method] for method in ("correspondences", "k-means"))
    n = len(model)
    k = setting.objects + setting.distractors
    found = int(((model.looks == k) & (model.sounds == k)).sum())
    return [
        setting.style,
        f"{setting.objects} + {setting.distractors}",
        f"{setting.scenes:,}",
        f"{setting.noise:g}",
        spread(model.ari, ".3f"),
        f"{model['of looks'].mean():.3f}, {model['of sounds'].mean():.3f}",
        f"{int(model.right.sum())} of {n * setting.objects}, {int(model.false.sum())}",
        f"{found} of {n}",
        spread(other.ari, ".3f"),
        f"{model.located.mean():.1f} + {model.seconds.mean():.1f} ({other.seconds.mean():.1f})",
    ]


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    settings = {s.name: s for s in QUICK} if args.quick else SETTINGS
    tasks = [Task(name, seed) for seed in args.seeds for name in settings]
    frame = done_once(
        args.out / "figures" / "study_scenes.csv", tasks, partial(measured, settings=settings)
    )
    header = [
        *("generator", "objects + distractors", "scenes", "noise", "ARI", "of looks, of sounds"),
        *("pairs right, false", "both numbers found", "ARI of plain k-means", "core seconds"),
    ]
    lines = [line(setting, frame[frame.task == name]) for name, setting in settings.items()]
    text = (
        f"Means of {len(args.seeds)} seeds with the least and the largest "
        "(`python -m scripts.study_scenes`). Distractors: so many looks without a sound, and as "
        "many sounds without a look. Seconds of one core: to locate activations, and for "
        "correspondences; in brackets, of plain k-means, which knows how many things there are."
    )
    body = f"{text}\n\n{page.markdown_table(header, lines)}"
    page.write_section(args.out / PAGE, "study scenes", body)


if __name__ == "__main__":
    main()
