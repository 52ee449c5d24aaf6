"""Who holds synergy, by which probe: a published comparison in small, with its truth; a table.

    OMP_NUM_THREADS=1 python -m scripts.reproduce_matching            # ten minutes
    OMP_NUM_THREADS=1 python -m scripts.reproduce_matching --quick    # seconds; shows that it works

As in the test of synergy on Trifeature (Dufumier et al., CoMM, ICLR 2025): one of eight kinds in
each source, and training pairs in which a kind always goes with the same other; then a linear probe
is to say whether the kinds of a pair belong together, of pairs of which half do. Codes are learned
from 4,000 pairs, probes from 3,000, and 2,000 are told. A shared kind is beside them. The pictures
themselves are not used. Goes on where it was interrupted. Writes OUT/figures/reproduce_matching.csv
and its section of OUT/fission.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn

from pid._types import Codes, Floats
from pid.estimators.coordination import Contrastive, cosine
from pid.estimators.coordination.encoders import applied, coded, mlp, singles
from pid.estimators.coordination.losses import clip
from pid.estimators.neural.trainer import Course, Losses, Noise, Trainer, seeded
from scripts import page
from scripts.coordination_data import Bent
from scripts.coordination_runs import Row, Task, done_once, options, spread

PAGE = "fission.md"
KINDS, COLUMNS, COMPONENTS = 8, 24, 16
TEMPERATURE = 0.1
NOISE, DROPPED = 0.3, 0.2  # of what makes another view of a row


class Pairs(NamedTuple):
    """Rows of two sources, and whether their kinds belong together."""

    X1: Floats
    X2: Floats
    y: Codes


class World:
    """Where the kinds are, and how sources are bent."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.centres = 2 * rng.normal(size=(3, KINDS, 5))
        self.bends = [Bent(14, COLUMNS, rng) for _ in range(2)]

    def pairs(self, n: int, together: float, seed: int) -> Pairs:
        """Of which a share belongs together."""
        rng = np.random.default_rng(seed)
        first, shared = rng.integers(KINDS, size=(2, n))
        y = (rng.random(n) < together).astype(np.intp)
        second = (first + np.where(y == 1, 0, rng.integers(1, KINDS, size=n))) % KINDS
        sources = []
        for centres, kind, bend in zip(self.centres, (first, second), self.bends, strict=False):
            near = [centres[kind], self.centres[2][shared]]
            noisy = [z + 0.3 * rng.normal(size=z.shape) for z in near]
            sources.append(bend(np.hstack([*noisy, rng.normal(size=(n, 4))])))
        return Pairs(sources[0], sources[1], y)


Coder = Callable[[Floats, Floats], Any]  # a pair of codes, or a joint one


def contrastive(X1: Floats, X2: Floats, steps: int, seed: int) -> Coder:
    """CLIP."""
    return (
        Contrastive(loss="clip", n_components=COMPONENTS, steps=steps, random_state=seed)
        .fit(X1, X2)
        .transform
    )


def cross_and_self(X1: Floats, X2: Floats, steps: int, seed: int) -> Coder:
    """CLIP, and two views of each source that are to find each other."""
    nets = [seeded(lambda: mlp(COLUMNS, COMPONENTS), seed + i) for i in range(2)]
    x1, x2 = (singles(X, "cpu") for X in (X1, X2))

    def loss(rows: Tensor, noise: Noise) -> Losses:
        views = [
            [net(view(x[rows], noise)) for _ in range(2)]
            for net, x in zip(nets, (x1, x2), strict=True)
        ]
        return {
            "cross": alike(views[0][0], views[1][0]),
            "self": (alike(*views[0]) + alike(*views[1])) / 2,
        }

    Trainer(nets, Course(steps=steps, batch=256), seed=seed).fit(loss, len(x1))
    return lambda X1, X2: tuple(coded(net, X, "cpu") for net, X in zip(nets, (X1, X2), strict=True))


class Joint(nn.Module):
    """One code of both sources, of which either may be masked, and a head for the loss alone."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.ModuleList(mlp(COLUMNS, 64, layers=1) for _ in range(2))
        self.fuse, self.head = mlp(130, 2 * COMPONENTS), mlp(2 * COMPONENTS, 64, layers=1)

    def forward(self, x1: Tensor, x2: Tensor, first: float = 1.0, second: float = 1.0) -> Tensor:
        """The code."""
        f1, f2 = self.features
        there = torch.tensor([first, second]).expand(len(x1), 2)
        found = self.fuse(torch.cat([first * f1(x1), second * f2(x2), there], dim=1))
        assert isinstance(found, Tensor)
        return found


def comm(X1: Floats, X2: Floats, steps: int, seed: int) -> Coder:
    """Codes of masked views that are to find the joint code of another view (CoMM)."""
    net = seeded(Joint, seed)
    x1, x2 = (singles(X, "cpu") for X in (X1, X2))
    masks = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0))

    def loss(rows: Tensor, noise: Noise) -> Losses:
        views = [[view(x[rows], noise) for x in (x1, x2)] for _ in range(2)]
        codes = [[net.head(net(*seen, *mask)) for mask in masks] for seen in views]
        terms = [alike(a, codes[1][2]) for a in codes[0]] + [
            alike(b, codes[0][2]) for b in codes[1]
        ]
        return {"joint": torch.stack(terms).sum() / 2}

    Trainer([net], Course(steps=steps, batch=256), seed=seed).fit(loss, len(x1))
    net.eval()
    return lambda X1, X2: applied(net, [X1, X2], "cpu")


def view(x: Tensor, noise: Noise) -> Tensor:
    """Another view of rows: with noise, and without some columns."""
    return (x + NOISE * noise.normal(x)) * (noise.kept(x, DROPPED) > 0)


def alike(z1: Tensor, z2: Tensor) -> Tensor:
    """InfoNCE, both ways."""
    return clip(cosine(z1, z2) / TEMPERATURE)


def unit(Z: Floats) -> Floats:
    """Of length 1."""
    return np.asarray(Z / np.linalg.norm(Z, axis=1, keepdims=True))


METHODS: Mapping[str, Callable[[Floats, Floats, int, int], Coder]] = {
    "sources": lambda X1, X2, steps, seed: lambda X1, X2: (X1, X2),
    "CLIP": contrastive,
    "Cross+Self": cross_and_self,
    "CoMM": comm,
}


def measured(task: Task, quick: bool) -> Iterable[Row]:
    """How often each probe is right about other pairs."""
    sizes, steps = ((300, 200, 200), 20) if quick else ((4_000, 3_000, 2_000), 600)
    world = World(task.seed)
    parts = [
        world.pairs(n, share, 10 * task.seed + i)
        for i, (n, share) in enumerate(zip(sizes, (1.0, 0.5, 0.5), strict=True))
    ]
    scales = [StandardScaler().fit(X) for X in parts[0][:2]]
    (X1, X2), *probed = (
        [s.transform(X) for s, X in zip(scales, part[:2], strict=True)] for part in parts
    )
    started = time.perf_counter()
    code = METHODS[task.name](X1, X2, steps, task.seed)
    seconds = time.perf_counter() - started
    codes = [code(*sources) for sources in probed]
    seen = [np.hstack([*map(unit, z)]) if isinstance(z, tuple) else z for z in codes]
    y, truth = parts[1].y, parts[2].y
    row: Row = {"linear": right(lines(), seen, y, truth)}
    row["network"] = right(network(task.seed), seen, y, truth)
    row |= {"cosine": np.nan, "products": np.nan, "seconds": seconds}
    if task.name not in {"sources", "CoMM"}:
        products = [unit(z1) * unit(z2) for z1, z2 in codes]
        row["products"] = right(lines(), products, y, truth)
        row["cosine"] = right(lines(), [p.sum(axis=1, keepdims=True) for p in products], y, truth)
    yield row


def lines() -> Any:
    """Logistic regression."""
    return LogisticRegression(max_iter=1000)


def network(seed: int) -> Any:
    """One hidden layer."""
    return MLPClassifier((64,), early_stopping=True, max_iter=150, random_state=seed)


def right(probe: Any, codes: list[Floats], y: Codes, truth: Codes) -> float:
    """Share of the pairs that a probe is right about."""
    fitted = make_pipeline(StandardScaler(), probe).fit(codes[0], y)
    return float(fitted.score(codes[1], truth))


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    seeds = args.seeds[:3]
    tasks = [Task(name, seed) for seed in seeds for name in METHODS]
    frame = done_once(
        args.out / "figures" / "reproduce_matching.csv",
        tasks,
        lambda task: measured(task, args.quick),
    )
    lines_of_table = []
    for name in METHODS:
        rows = frame[frame.task == name]
        cells = [
            spread(rows[probe], ".3f") for probe in ("linear", "network", "cosine", "products")
        ]
        lines_of_table.append([name, *cells, page.duration(rows.seconds.median())])
    header = ["code", "linear on both codes", "network", "cosine", "linear on products", "time"]
    text = (
        f"Share of pairs that are told right, of which half belong together; means of {len(seeds)} "
        "seeds, with the least and the largest (`python -m scripts.reproduce_matching`):\n\n"
    )
    table = page.markdown_table(header, lines_of_table)
    page.write_section(args.out / PAGE, "reproduce matching", text + table)


if __name__ == "__main__":
    main()
