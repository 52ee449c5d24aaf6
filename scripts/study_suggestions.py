"""What following ``pid.suggest`` gains and costs, beside the average system, the best, and a trial.

    OMP_NUM_THREADS=1 python -m scripts.study_suggestions           # an hour; goes on where it was
    OMP_NUM_THREADS=1 python -m scripts.study_suggestions --quick   # a minute; shows that it works

Each system is trained on half of the rows of a data set, and judged by how often it names y right
on the others. The suggestion sees the profile of the training rows. Beside the data sets of
``reproduce_model_selection`` there are bits of two bent sources of which the target asks for some.
Writes OUT/figures/study_suggestions.csv and its section of OUT/fission.md. Needs the extra neural.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import pid
from pid._types import Floats
from pid.core.decomposition import ATOMS
from pid.estimators import coordination, fission
from pid.estimators.fusion import FusionClassifier
from scripts import coordination_data, page
from scripts.coordination_runs import Row, Task, done_once, options
from scripts.reproduce_model_selection import names, samples

Labels = NDArray[np.generic]
Rows = tuple[Floats, Floats, Labels]
Codes = tuple[Floats, Floats]
Named = Callable[[Rows, Floats, Floats, int], Labels]  # y of other rows, from rows to train on

TRIAL = 300  # rows of a cheap trial
BITS = {"bits, R": ("R",), "bits, U": ("U1", "U2"), "bits, S": ("S",), "bits": ("R", "U1", "S")}


def _read_from(codes: Callable[[Any], Callable[[Floats, Floats], Codes]], model: Any) -> Named:
    """Names y from the codes of a representation, by one small network of all of them."""

    def named(rows: Rows, X1: Floats, X2: Floats, seed: int) -> Labels:
        made = model(seed)
        of = codes(made.fit(*rows))
        reader = FusionClassifier("early", random_state=seed).fit(*of(rows[0], rows[1]), rows[2])
        return reader.predict(*of(X1, X2))

    return named


def _parts(model: Any) -> Callable[[Floats, Floats], Codes]:
    def codes(X1: Floats, X2: Floats) -> Codes:
        of = model.transform(X1, X2)
        return np.hstack([of.shared1, of.unique1]), np.hstack([of.shared2, of.unique2])

    return codes


def _fitted(model: Callable[[int], Any]) -> Named:
    """Names y itself."""
    return lambda rows, X1, X2, seed: np.asarray(model(seed).fit(*rows).predict(X1, X2))


def _alone(source: int) -> Named:
    def named(rows: Rows, X1: Floats, X2: Floats, seed: int) -> Labels:
        X, other = rows[source], (X1, X2)[source]
        model = FusionClassifier("early", random_state=seed).fit(X, X, rows[2])
        return np.asarray(model.predict(other, other))

    return named


def _fusion(kind: Any) -> Named:
    return _fitted(lambda seed: FusionClassifier(kind, random_state=seed))


# Systems by the kinds that ``pid.suggest`` has; the first of a kind is what it names.
SYSTEMS: Mapping[str, Mapping[str, Named]] = {
    "contrastive": {
        "Contrastive": _read_from(
            lambda model: model.transform, lambda seed: coordination.Contrastive(random_state=seed)
        )
    },
    "x1 alone": {"x1 alone": _alone(0)},
    "x2 alone": {"x2 alone": _alone(1)},
    "factorised": {
        "FactorizedContrastive": _read_from(
            _parts, lambda seed: fission.FactorizedContrastive(random_state=seed)
        ),
        "FactorizedGenerative": _fitted(
            lambda seed: fission.FactorizedGenerative(random_state=seed)
        ),
        "additive": _fusion("additive"),
    },
    "joint": {
        "SynergyExperts": _fitted(lambda seed: fission.SynergyExperts(random_state=seed)),
        "multiplicative": _fusion("multiplicative"),
        "early": _fusion("early"),
    },
}
ALL = {name: system for kind in SYSTEMS.values() for name, system in kind.items()}


def rows_of(name: str, seed: int) -> Rows:
    """All rows of a data set, in random order."""
    if name not in BITS:
        return samples(name, seed)
    drawn = coordination_data.bits(4_000, seed)
    y = np.zeros(len(drawn.X1), dtype=int)
    for bit in BITS[name]:
        y = 2 * y + drawn.bits[bit]
    return drawn.X1, drawn.X2, y


def measured(task: Task, *, quick: bool) -> Iterable[Row]:
    """A row: what is suggested, and how often each system names y right."""
    X1, X2, y = rows_of(task.name, task.seed)
    half = len(y) // 2
    rows = X1[:half], X2[:half], y[:half]
    cut = min(TRIAL, half // 2)
    few, rest = (X1[:cut], X2[:cut], y[:cut]), slice(cut, half)
    q = pid.quantify(*rows, random_state=task.seed)
    best = pid.suggest(q).best
    row: Row = {"suggested": "" if best is None else best.name}
    row |= {atom: getattr(q.best, atom) for atom in ATOMS}
    for name in ["x1 alone", "early"] if quick else ALL:
        said = ALL[name](rows, X1[half:], X2[half:], task.seed)
        row[name] = float((said == y[half:]).mean())
        said = ALL[name](few, X1[rest], X2[rest], task.seed)
        row[f"{name}, trial"] = float((said == y[rest]).mean())
    yield row


def choices(frame: pd.DataFrame) -> pd.DataFrame:
    """Accuracy by each way to choose, a row for each line of the file."""
    there = [name for name in ALL if name in frame]
    accuracy = frame[there].to_numpy()
    trial = frame[[f"{name}, trial" for name in there]].to_numpy()
    first = {kind: next(iter(systems)) for kind, systems in SYSTEMS.items()}
    suggested = [first.get(kind, "early") for kind in frame.suggested]  # "" where nothing is shown
    known = [name if name in there else "early" for name in suggested]  # a quick run has few
    found = {
        "pid.suggest": accuracy[np.arange(len(frame)), [there.index(name) for name in known]],
        f"best of a trial on {TRIAL} rows": accuracy[np.arange(len(frame)), trial.argmax(axis=1)],
        "early fusion always": frame["early"],
        "SynergyExperts always": frame.get("SynergyExperts", frame["early"]),
        "one at random": accuracy.mean(axis=1),
        "the best": accuracy.max(axis=1),
    }
    return pd.DataFrame({"task": frame.task, **found}, index=frame.index)


def table(frame: pd.DataFrame) -> str:
    """How far each way to choose is below the best, and what is suggested where."""
    found = choices(frame)
    ways = [name for name in found.columns if name not in ("task", "the best")]
    lost = found[ways].rsub(found["the best"], axis=0) * 100
    by_set = lost.groupby(found.task, sort=False).mean()
    rows = [
        (way, f"{by_set[way].mean():.1f}", f"{by_set[way].max():.1f} ({by_set[way].idxmax()})")
        for way in ways
    ]
    text = page.markdown_table(("chosen by", "points below the best", "worst"), rows)
    there = [name for name in ALL if name in frame]
    each = []
    for name, runs in frame.groupby("task", sort=False):
        atoms = " / ".join(f"{runs[atom].mean():z.2f}" for atom in ATOMS)
        said = ", ".join(runs.suggested.fillna("nothing").value_counts().index)
        each.append((str(name), atoms, said, *(f"{100 * runs[s].mean():.1f}" for s in there)))
    header = ("data set", "R / U1 / U2 / S", "suggested", *there)
    return f"{text}\n\n{page.markdown_table(header, each)}"


def main() -> None:
    """Command line."""
    args = options(__doc__ or "")
    sets = ["iris"] if args.quick else [*BITS, *reversed(names())]
    tasks = [Task(name, seed) for seed in args.seeds for name in sets]
    path = args.out / "figures" / "study_suggestions.csv"
    frame = done_once(path, tasks, partial(measured, quick=args.quick))
    seeds = frame.seed.nunique()
    page.write_section(
        args.out / "fission.md",
        "suggestions",
        f"{frame.task.nunique()} data sets, {seeds} seed{'s' * (seeds > 1)} "
        f"(`python -m scripts.study_suggestions`); accuracies in percent:\n\n{table(frame)}",
    )


if __name__ == "__main__":
    main()
