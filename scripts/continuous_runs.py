"""The fits of the study of estimators for continuous sources: which there are, and one of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np

import pid
from pid.core.decomposition import ATOMS
from pid.datasets import continuous
from pid.datasets.continuous import Continuous
from pid.errors import InvalidInput
from pid.estimators import AlignmentPID, ClusterPID, PosteriorPID
from scripts import hard_problems, oracles, page

PROBLEMS = ("and", "xor", "table332", "mixture", "copula", "four", "angle30")
NAMES = (*ATOMS, "total")
ORACLE = "exact posteriors"
VERSION = 3  # of PosteriorPID: another one makes its lines be measured anew

SIZES = (300, 1000, 5000, 20_000)
SEEDS = {300: 5, 1000: 10, 5000: 6, 20_000: 3}  # samples of each of the seven
OTHERS = 3  # of each, for the estimators beside
HARD_SEEDS = 10  # of five intervals each: together 30 problems tell a coverage of .9 from .93
FEWER = {"twenty": 5, "nuisance200": 5, "ten classes": 8}  # whose fits take long
HARD_SIZES = {
    "five": 300,
    "blobs": 300,
    "poisson": 240,
    "copied noise": 600,
    **dict.fromkeys((*hard_problems.OF_MIXTURE, "ten classes"), 2000),
    **dict.fromkeys(hard_problems.SMALL, 150),
}  # rows; 1,000 of all others
FEW = (40, 60, 100, 150)  # rows of the problem "few"


class Run(NamedTuple):
    """One fit: of which estimator, in which version, to what."""

    estimator: str
    problem: str
    n: int
    seed: int
    version: int = 1


class Found(NamedTuple):
    """What a fit has to say, by the names that estimators use."""

    decomposition_: Any
    corrected_: Any = None
    interval_: Any = None


def run(estimator: str, problem: str, n: int, seed: int) -> Run:
    """A fit of the present version."""
    return Run(estimator, problem, n, seed, VERSION if estimator in VERSIONED else 1)


def plan(*, quick: bool) -> list[Run]:
    """All fits, the most important first."""
    if quick:
        return _quick()
    runs = _of_the_seven(1000)
    for name in hard_problems.NAMES:
        for n in FEW if name == "few" else (usual_size(name),):
            samples = range(FEWER.get(name, HARD_SEEDS))
            runs += [run(e, name, n, seed) for e in ("posterior", ORACLE) for seed in samples]
            if name in (*hard_problems.SMALL, "five"):
                runs += [run("clusters", name, n, seed) for seed in samples]
    for n in SIZES:
        if n != 1000:
            runs += _of_the_seven(n)
    for problem in PROBLEMS:
        for estimator, seeds in (
            ("alignment, published", 1),
            ("alignment, mended", 3),
        ):
            runs += [run(estimator, problem, 1000, seed) for seed in range(seeds)]
        runs += [run("alignment, mended", problem, 5000, 0)]
    return [*runs, run("alignment, published", "copula", 5000, 0)]


def usual_size(problem: str) -> int:
    """Rows of a hard problem; 1,000 of the seven."""
    return HARD_SIZES.get(problem, 1000)


def _of_the_seven(n: int) -> list[Run]:
    runs = []
    for name in PROBLEMS:
        runs += [run(e, name, n, seed) for e in ("posterior", ORACLE) for seed in range(SEEDS[n])]
        runs += [run("posterior, no interval", name, n, 0)]
        runs += [run("20 clusters", name, n, seed) for seed in range(OTHERS)]
    return runs


def _quick() -> list[Run]:
    """A fit or two of each estimator, and something for every table."""
    both = ("posterior", ORACLE)
    runs = [run(e, "angle30", 300, 0) for e in ESTIMATORS if e != "clusters"]
    runs += [run(e, "angle30", 300, 1) for e in ("20 clusters", "alignment, published", *both)]
    runs += [run(e, name, 100, 0) for name in ("clean", "exp") for e in both]
    return [*runs, *(run(e, "few", 60, 0) for e in (*both, "clusters"))]


def problem(name: str, n: int, seed: int) -> Continuous:
    """A problem by its name: one of the seven, or a hard one."""
    if name in PROBLEMS:
        return continuous.make(name, n=n, random_state=seed)
    return hard_problems.make(name, n, seed)


def _aligned(mended: bool) -> Callable[[Run], Any]:
    def fit(run: Run) -> Any:
        data = problem(run.problem, 2 * run.n, run.seed)  # as many again to measure on
        est = AlignmentPID(mended=mended, test_size=0.5, random_state=run.seed)
        return est.fit(data.X1, data.X2, data.y)

    return fit


def _posterior(**options: Any) -> Callable[[Run], Any]:
    def fit(run: Run) -> Any:
        data = problem(run.problem, run.n, run.seed)
        return PosteriorPID(**options, random_state=run.seed).fit(data.X1, data.X2, data.y)

    return fit


def _twenty_clusters(run: Run) -> Any:
    data = problem(run.problem, run.n, run.seed)
    return ClusterPID(20, random_state=run.seed).fit(data.X1, data.X2, data.y)


def _clusters(run: Run) -> Found:
    """As ``quantify`` has them: a number that fits, corrected, with intervals."""
    data = problem(run.problem, run.n, run.seed)
    found = pid.quantify(data.X1, data.X2, data.y, estimator="cluster", random_state=run.seed)
    return Found(found.decomposition, found.corrected, found.interval)


def _exact(run: Run) -> Found:
    answer = oracles.answer(problem(run.problem, run.n, run.seed))
    return Found({**answer, "total": sum(answer.values())})


ESTIMATORS: Mapping[str, Callable[[Run], Any]] = {
    "20 clusters": _twenty_clusters,
    "clusters": _clusters,
    "alignment, published": _aligned(mended=False),
    "alignment, mended": _aligned(mended=True),
    "posterior, no interval": _posterior(halvings=0),
    "posterior": _posterior(),
    ORACLE: _exact,
}
VERSIONED = ("posterior, no interval", "posterior", ORACLE)


def measure(run: Run) -> dict[str, object]:
    """Fit, and lay estimate, correction, interval and truth side by side.

    ``lost`` is what the estimator says that its cells lose; ``refused`` says why there is no
    estimate, of samples that are too small.
    """
    data = problem(run.problem, run.n, run.seed)  # so that its truth is known before the clock runs
    begin, busy = time.perf_counter(), time.process_time()
    refused = ""
    try:
        est = ESTIMATORS[run.estimator](run)
    except InvalidInput as error:
        est, refused = Found(None), str(error)
    row: dict[str, object] = {
        **run._asdict(),
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - busy,
        "lost": float(np.mean(getattr(est, "lost_", np.nan))),
        "refused": refused,
    }
    for name in NAMES:
        interval = getattr(est, "interval_", None)
        row[f"{name}_truth"] = data.atoms.get(name, sum(data.atoms.values()))
        row[name] = _value(est.decomposition_, name)
        row[f"{name}_corrected"] = _value(getattr(est, "corrected_", None), name)
        row[f"{name}_low"], row[f"{name}_high"] = interval[name] if interval else (np.nan, np.nan)
    return row


def _value(found: Any, name: str) -> float:
    if found is None:
        return np.nan
    return float(found[name] if isinstance(found, Mapping) else getattr(found, name))


def memory(run: Run) -> dict[str, object]:
    """The most that a fit adds to what a process holds, in MiB, in a process of its own."""
    with get_context("spawn").Pool(1) as fresh:
        return {**run._asdict(), "mebibytes": fresh.apply(_peak, (run,))}


def _peak(run: Run) -> float:
    ESTIMATORS[run.estimator](run._replace(n=300))  # loads the libraries
    before = page.peak_memory(begin=True)
    ESTIMATORS[run.estimator](run)
    return page.peak_memory() - before
