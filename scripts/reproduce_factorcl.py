"""What factorised contrastive learning puts in which head, as published and otherwise.

    OMP_NUM_THREADS=1 python -m scripts.reproduce_factorcl            # half an hour, alone
    OMP_NUM_THREADS=1 python -m scripts.reproduce_factorcl --quick    # a minute, to see it work

Two tables. One is of bits: both sources have a shared bit (or two, of which y asks for the
exclusive or), and one each of its own; y asks for all three, and small networks tell from each head
what is in it, on rows that nothing was learned from. The published objective is there as it is, and
with each cause of its leak taken away.

The other is the synthetic study of Liang et al. (NeurIPS 2023, section 4.1): Gaussian w1, w2 and ws
of 50 numbers and variance .5, x1 = [w1, ws] T1 and x2 = [w2, ws] T2 with T of uniform numbers. Here
y asks for the signs of the three means, so that R = U1 = U2 = 1 bit and S = 0 are known.

Goes on where it was interrupted. Writes OUT/figures/reproduce_factorcl.csv, the same with
``_recipe``, and their sections of OUT/fission.md. Needs the extra neural.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pid._types import Codes, Floats
from pid.estimators.coordination import Contrastive
from pid.estimators.fission import FactorizedContrastive
from pid.estimators.fission.objectives import Objective, Sizes
from pid.estimators.fission.published import Published
from scripts import page
from scripts.coordination_data import bits
from scripts.coordination_runs import Row, Task, done_once, options, spread
from scripts.factor_probes import explained, told, with_floor
from scripts.supervised_contrast import SupervisedContrast

PAGE = "fission.md"
FLOOR = 0.2
SIZES, FEW = (5_000, 3_000), (400, 200)  # rows to learn from, and to tell; of a quick run
COLUMNS = 16  # of a head in the study as published
CASES = ("plain", "xor of shared bits")


class Known(NamedTuple):
    """Two sources, what y asks for of them, and y."""

    X1: Floats
    X2: Floats
    asked: Mapping[str, Codes]

    @property
    def y(self) -> Codes:
        """All of it."""
        shared, own1, own2 = self.asked.values()
        return np.asarray(4 * shared + 2 * own1 + own2)


class Tied(FactorizedContrastive):
    """The published objective with one head for all terms of a code."""

    def _asked(self, sizes: Sizes) -> Objective:
        return Published(sizes, len(self.classes_), tied=True)


class Within(FactorizedContrastive):
    """With negatives of conditional terms from the row's class."""

    def _asked(self, sizes: Sizes) -> Objective:
        return Published(sizes, len(self.classes_), within=True)


class TiedWithin(FactorizedContrastive):
    """With both."""

    def _asked(self, sizes: Sizes) -> Objective:
        return Published(sizes, len(self.classes_), tied=True, within=True)


OBJECTIVES: Mapping[str, Callable[..., FactorizedContrastive]] = {
    "two heads, no penalty": partial(FactorizedContrastive, objective="orthogonal", penalty=0.0),
    "priced": FactorizedContrastive,
    "orthogonal": partial(FactorizedContrastive, objective="orthogonal"),
    "hsic": partial(FactorizedContrastive, objective="hsic"),
    "published": partial(FactorizedContrastive, objective="published"),
    "published, one head a code": Tied,
    "published, negatives of the class": Within,
    "published, both": TiedWithin,
}
REDUCTIONS = ("independent sources", "the same source twice")


def of_bits(case: str, n: int, seed: int) -> Known:
    """Sources of which y asks for a bit that both have and one of each."""
    data = bits(n, seed)
    X1, X2, found = data.X1, data.X2, dict(data.bits)
    shared = found["R xor"] if case == CASES[1] else found["R"]
    own2 = found["U2"]
    if case == REDUCTIONS[0]:
        other = np.random.default_rng(seed).permutation(n)
        X2, own2 = X2[other], own2[other]
    if case == REDUCTIONS[1]:
        X2, own2 = X1, found["U1"]
    return Known(X1, X2, {"shared": shared, "own1": found["U1"], "own2": own2})


def leaks(task: Task, quick: bool) -> Iterable[Row]:
    """What is in each head, in bits."""
    name, case = task.name.split(" | ")
    n, n_test = FEW if quick else SIZES
    data = of_bits(case, n + n_test, task.seed)
    wide = {"n_shared": 14} if case == REDUCTIONS[1] else {}
    model = OBJECTIVES[name](random_state=task.seed, steps=20 if quick else 600, **wide)
    started = time.process_time()
    model.fit(data.X1[:n], data.X2[:n], data.y[:n])
    seconds = time.process_time() - started
    z = [code for code in model.transform(data.X1, data.X2) if code is not None]
    floored = [with_floor(unique, FLOOR, task.seed) for unique in z[2:]]
    codes = [*z, *floored, np.hstack(z)]
    asked = [*data.asked.values(), data.y]
    found, right = told(codes, asked, n, task.seed, steps=20 if quick else 500)
    yield {
        "shared_in_unique1": found[2, 0],
        "shared_in_unique2": found[3, 0],
        "shared_in_unique1_floor": found[4, 0],
        "shared_in_unique2_floor": found[5, 0],
        "own_in_unique1": found[2, 1],
        "own_in_unique2": found[3, 2],
        "shared_in_shared1": found[0, 0],
        "shared_in_shared2": found[1, 0],
        "own_in_shared1": found[0, 1],
        "own_in_shared2": found[1, 2],
        "accuracy": right[6, 3],
        "seconds": seconds,
    }


def recipe(n: int, seed: int) -> tuple[Known, dict[str, Floats]]:
    """The published generator, and its latents."""
    rng = np.random.default_rng(seed)
    w1, w2, ws = rng.normal(scale=0.5**0.5, size=(3, n, 50))
    T1, T2 = rng.random((2, 100, 100))
    X1, X2 = np.hstack([w1, ws]) @ T1, np.hstack([w2, ws]) @ T2
    signs = [(w.mean(axis=1) > 0).astype(np.intp) for w in (ws, w1, w2)]
    asked = dict(zip(("shared", "own1", "own2"), signs, strict=True))
    return Known(X1, X2, asked), {"ws": ws, "w1": w1, "w2": w2}


def methods(quick: bool) -> dict[str, Callable[[int], Any]]:
    """Of the study as published, from a seed."""
    steps = 20 if quick else 600
    one: dict[str, Any] = {"n_components": 2 * COLUMNS, "steps": steps, "batch": 192}
    two: dict[str, Any] = {"n_shared": COLUMNS, "n_unique": COLUMNS, "steps": steps}
    return {
        "SimCLR, of both sources": lambda seed: Contrastive(random_state=seed, **one),
        "SupCon": lambda seed: SupervisedContrast(seed=seed, **one),
        "FactorCL": lambda seed: FactorizedContrastive(
            objective="published", random_state=seed, **two
        ),
        "priced": lambda seed: FactorizedContrastive(random_state=seed, **two),
    }


def probed(task: Task, quick: bool) -> Iterable[Row]:
    """What is in each code of each source, of y's bits and of the latents."""
    n, n_test = FEW if quick else SIZES
    data, latents = recipe(n + n_test, task.seed)
    model = methods(quick)[task.name](task.seed)
    model.fit(data.X1[:n], data.X2[:n], data.y[:n])
    z = model.transform(data.X1, data.X2)
    heads = getattr(z, "_fields", ("one code", "one code"))
    steps = 20 if quick else 500
    classes = list(data.asked.values())
    by_net, _ = told(z, classes, n, task.seed, steps=steps)
    by_line, _ = told(z, classes, n, task.seed, steps=steps, linear=True)
    numbers = np.hstack(list(latents.values()))
    parts = explained(z, numbers, n, task.seed, steps=steps).reshape(len(z), 3, -1).clip(0)
    gaussian = -np.log2(1 - parts).sum(axis=2) / 2
    for k, head in enumerate(heads):
        source = k % 2
        own = 1 + source
        yield {
            "head": head.rstrip("12"),
            "source": source + 1,
            "shared": by_net[k, 0],
            "own": by_net[k, own],
            "shared_linear": by_line[k, 0],
            "own_linear": by_line[k, own],
            "ws": gaussian[k, 0],
            "w_own": gaussian[k, own],
        }


def table_of_leaks(frame: pd.DataFrame) -> str:
    """A line for each objective and data set."""
    lines = []
    plain = frame[frame.task == f"two heads, no penalty | {CASES[0]}"].seconds.median()
    for name, case in cases():
        rows = frame[frame.task == f"{name} | {case}"]

        def cell(of: str, rows: pd.DataFrame = rows) -> str:
            return spread(pd.concat([rows[f"{of}1"], rows[f"{of}2"]]), "z.2f")

        floored = pd.concat([rows.shared_in_unique1_floor, rows.shared_in_unique2_floor])
        lines.append(
            [
                name,
                case,
                f"{rows.seed.nunique()}",
                cell("shared_in_unique"),
                spread(floored, "z.2f"),
                *map(cell, ("own_in_unique", "shared_in_shared", "own_in_shared")),
                f"{rows.accuracy.mean():.3f}",
                f"{rows.seconds.median() / plain:.1f}",
            ]
        )
    header = ["objective", "sources", "seeds", "shared in unique", "read through noise of .2"]
    header += ["own in unique", "shared in shared", "own in shared", "accuracy", "time"]
    return page.markdown_table(header, lines)


def table_of_recipe(frame: pd.DataFrame) -> str:
    """A line for each method and head."""
    lines = []
    columns = ("shared", "own", "shared_linear", "own_linear", "ws", "w_own")
    for (task, head), rows in frame.groupby(["task", "head"], sort=False):
        forms = ["z.2f"] * 4 + ["z.1f"] * 2
        cells = [spread(rows[c], form) for c, form in zip(columns, forms, strict=True)]
        lines.append([str(task), str(head), f"{rows.seed.nunique()}", *cells])
    header = ["method", "head", "seeds", "shared bit", "own bit", "shared, linear", "own, linear"]
    return page.markdown_table([*header, "bits of ws", "bits of its own w"], lines)


def cases() -> list[tuple[str, str]]:
    """Objectives, each with what it is tried on."""
    first, published = list(OBJECTIVES)[:4], list(OBJECTIVES)[4:]
    asked = [(name, case) for case in CASES for name in first]
    asked += [("priced", case) for case in REDUCTIONS]
    return asked + [(name, CASES[0]) for name in published]


def write_leaks(out: Path, frame: pd.DataFrame) -> None:
    """The first section of the page."""
    text = (
        "Bits, of 1 each, means over both sources and seeds with the least and the largest; "
        "accuracy of y by a small network of all heads; and the time beside two heads without a "
        "penalty (`python -m scripts.reproduce_factorcl`). Of independent sources, the bit called "
        "shared is one of x1's own, and the same source twice has no bit of its own:\n\n"
    )
    page.write_section(out / PAGE, "reproduce factorcl", text + table_of_leaks(frame))


def write_recipe(out: Path, frame: pd.DataFrame) -> None:
    """The second."""
    text = (
        "Bits of y by a small network and by a straight line, of 1 each, and bits of the latents "
        "by the share of their variance; means over both sources and seeds with the least and the "
        "largest:\n\n"
    )
    page.write_section(out / PAGE, "recipe of factorcl", text + table_of_recipe(frame))


def main() -> None:
    """Run the study and write what it says."""
    args = options(__doc__ or "")
    figures = args.out / "figures"
    tasks = [Task(f"{name} | {case}", seed) for seed in args.seeds for name, case in cases()]
    leaky = partial(leaks, quick=args.quick)
    write_leaks(args.out, done_once(figures / "reproduce_factorcl.csv", tasks, leaky))
    tasks = [Task(name, seed) for seed in args.seeds for name in methods(args.quick)]
    recipes = partial(probed, quick=args.quick)
    write_recipe(args.out, done_once(figures / "reproduce_factorcl_recipe.csv", tasks, recipes))


if __name__ == "__main__":
    main()
