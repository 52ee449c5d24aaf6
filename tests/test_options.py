"""Every option of every public callable has a constraint, and breaking it is one sentence."""

from __future__ import annotations

import functools
import importlib
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pid
from pid.checks import Constraint
from pid.datasets import GATES, make_gate
from pid.errors import PIDError
from pid.estimators.base import PIDEstimator
from pid.estimators.fission.audited import Audit, Told
from pid.inference.intervals import Measure

MODULES = (
    *(
        "pid",
        "pid.estimators",
        "pid.estimators.mutual_information",
        "pid.inference",
        "pid.bounds",
        "pid.plot",
        "pid.report",
    ),
    "pid.estimators.mutual_information.neural",
    *("pid.datasets", "pid.datasets.continuous", "pid.datasets.linear", "pid.datasets.published"),
    *("pid.datasets.random", "pid.io.tables", "pid.io.embeddings", "pid.io.half_labelled"),
    "pid.io.lagged_file",
    "pid.estimators.coordination",
    "pid.estimators.fission",
)

# Parameters that are data: what they may be is looked at where they are read.
DATA = {
    *(
        "p",
        "P",
        "x",
        "x1",
        "x2",
        "y",
        "X1",
        "X2",
        "X",
        "counts",
        "covariance",
        "marginals",
        "cells",
    ),
    *("p_x1y", "p_x2y", "p_x1x2", "p_y", "labelled1", "labelled2", "unlabelled", "groups"),
    *("weights", "times", "values", "axes", "a", "b", "both", "gates", "first", "second"),
    *("columns", "data", "frame", "row_groups", "Y", "Z", "Z1", "Z2", "given", "profile"),
    *("places", "rows", "scene", "scenes", "p1", "p2", "p12"),
}

TABLE = np.array([[[4, 1], [1, 4]], [[1, 4], [4, 1]]])
SOURCES_TABLE = np.arange(16).reshape(2, 2, 2, 2)
PAIR = [[3, 2], [2, 3]]
X1, X2 = np.tile([0, 0, 1, 1], 5), np.tile([0, 1, 0, 1], 5)
Y = X1 ^ X2
NUMBERS = np.sin(np.arange(20.0) ** 2)
SOURCES = {"X1": X1, "X2": X2, "y": Y}
PAIRS = {"p_x1y": PAIR, "p_x2y": PAIR, "p_x1x2": PAIR}
CODES = {"Z1": np.eye(20), "Z2": np.eye(20)}
SIMILARITIES = (
    "exponential",
    "hsic",
    "kernel_alignment",
    "polynomial",
    "rbf",
    "recall",
    "strength",
)
COLUMNS = {"x1": "a", "x2": "b", "y": "y"}
FAMILIES = (
    *("blackwell", "conditionally_independent", "degraded", "deterministic", "dirichlet"),
    *("log_normal", "rare", "sparse", "unrelated"),
)
# to answer, for their truth on a grid, or for classifiers that are trained
COSTLY = ("angle", "densities", "published.make", "pid.value", "pid.retained")
NORMAL = [[(1.0, 0.0, 1.0)], [(1.0, 1.0, 1.0)]]

# Some are what an option may be; none is what most may be.
VALUES: dict[str, Any] = {
    "object": object(),
    "text": "x",
    "no text": "",
    "fraction": 3.7,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "negative": -1,
    "zero": 0,
    "huge": 10**30,
    "larger than floats": 10**400,
    "truth": True,
    "list": [],
    "list of objects": [object()],
    "list of numbers": [1, 2, 3],
    "dict": {},
    "dict by numbers": {1: 2},
    "array": np.zeros(3),
    "array of texts": np.array(["bit", "nat"]),
    "None": None,
}


@functools.cache
def answers() -> dict[str, Any]:
    """Small answers, of the types that methods and pictures are of."""
    return {
        "Quantification": pid.quantify(X1, X2, Y, replicates=2),
        "Screening": pid.screen(np.column_stack([X1, X2, Y]), Y, interval=None),
        "HalfLabelled": pid.bound_samples((X1, Y), (X2, Y), (X1, X2), interval=None),
        "Comparison": pid.compare({"a": X1, "b": Y}, X1, X2, Y, replicates=2),
        "Decomposition": pid.decompose(TABLE),
        "ConditionalDecomposition": pid.decompose_given(TABLE[None]),
        "SourcesDecomposition": pid.decompose(SOURCES_TABLE, names=["a", "b", "c"]),
        "SourcesQuantification": pid.quantify(
            sources={"a": X1, "b": X2, "c": X1 ^ X2}, y=Y, replicates=2
        ),
        "Plan": pid.plan(TABLE, 10.0),
        "SynergyBounds": pid.synergy_bounds(PAIR, PAIR, PAIR),
        "AccuracyBounds": pid.accuracy_bounds(PAIR, PAIR, PAIR),
        "Units": pid.inference.Units.from_counts(TABLE),
        "Coupling": pid.bounds.greedy_coupling([1, 1], [1, 1]),
        "Gate": make_gate("xor"),
        "Retention": pid.retained((X1, X2), X1, X2, Y, interval=None),
        "Trajectory": trajectory(),
        "Description": pid.describe(np.column_stack([X1, X2])),
        "Scenes": pid.datasets.make_scenes(2),
        "Activations": pid.estimators.fission.activations(np.eye(40)),
        "Gallery": pid.estimators.fission.Gallery(
            pairs=(), n_scenes=2, n_clusters=(0, 0), activations=(0, 0), level=0.01
        ),
        "Audit": audit(),
    }


def trajectory() -> pid.Trajectory:
    once = np.column_stack([X1, X2])
    return pid.quantify(once, once, Y, axis="time", replicates=2)


def audit() -> Audit:
    """Of codes that nothing was learned for."""
    told = Told(Measure(0.5, 0.5, 0.4, 0.6), Measure(0.1, 0.1, 0.0, 0.2))
    names = [f"{name}{i}" for name in ("x", "shared", "unique") for i in (1, 2)]
    return Audit(told=dict.fromkeys(names, told), augmentation={}, n=20, classes=2, level=0.95)


def calls() -> dict[str, tuple[Any, ...] | dict[str, Any]]:
    """What each public callable is called with, as small as can be: marginals, or by name."""
    found = answers()
    from pid.report import document_of

    rng = np.random.default_rng(0)
    p = {"p": TABLE}
    accuracy = {"information": 0.1, "p_y": [1, 1]}
    sizes = {"n": 20, "random_state": 0}
    return {
        "decompose": p,
        "decompose_batch": {"P": TABLE[None]},
        "decompose_given": {"p": TABLE[None]},
        "decompose_samples": {"x1": X1, "x2": X2, "y": Y},
        "decompose_gaussian": {"covariance": np.eye(3), "sizes": (1, 1, 1)},
        "entropy": p,
        "entropy_samples": {},
        "conditional_entropy": p | {"of": 0, "given": 1},
        "mutual_information": p,
        "conditional_mutual_information": p | {"a": 0, "b": 1, "given": 2},
        "co_information": p,
        "synergy_bounds": PAIRS,
        "accuracy_bounds": PAIRS,
        "quantify": SOURCES | {"target_bins": "auto", "classes": [0, 1], "replicates": 2},
        "quantify_posteriors": dict.fromkeys(("p1", "p2", "p12"), np.full((20, 2), 0.5)) | {"y": Y},
        "bound_samples": {
            "labelled1": (X1, Y),
            "labelled2": (X2, Y),
            "unlabelled": (X1, X2),
            "interval": None,
        },
        "compare": SOURCES | {"models": {"a": X1}, "target_bins": "auto", "interval": None},
        "screen": {"X": np.column_stack([X1, X2]), "y": Y, "interval": None},
        "pid.describe": {"data": np.column_stack([X1, X2])},
        "value": {"frame": SOURCES, "y": "y", "groups": {"a": "X1", "b": "X2"}},
        "estimate_information": {"X": X1 * 1.0, "Y": Y},
        "multiview_redundancy": SOURCES,
        "suggest": {"profile": X1, "X2": X2, "y": Y},
        "lagged": {"frame": SOURCES, "columns": "X1", "lags": 1, "notes": []},
        "pid.retained": SOURCES | {"Z": (X1, X2)},
        "difference": dict.fromkeys(("first", "second"), found["Quantification"])
        | {"replicates": 2},
        "if_missing": {"q": found["Quantification"], "replicates": 2},
        "plan": p | {"precision": 10.0},
        "taxonomy": p,
        "signal_response": {"a": {"x": 1.0}, "b": {}, "both": {"x": 1.0}},
        "scan": COLUMNS | {"path": "none.csv"},
        "assess": {"counts": TABLE, "replicates": 2},
        "correct": {"counts": TABLE},
        "significance": {"counts": TABLE, "of": "total", "replicates": 2},
        "exact_coupling": ([1, 1], [1, 1]),
        "greedy_coupling": ([1, 1], [1, 1]),
        "majorization_coupling": ([1, 1], [1, 1]),
        "majorization_bound": ([1, 1], [1, 1]),
        "profile_bound": ([1, 1], [1, 1]),
        "fano_accuracy": accuracy,
        "feder_merhav_accuracy": accuracy,
        "hellman_raviv_accuracy": accuracy,
        "published_accuracy": accuracy,
        **{f"coordination.{name}": CODES for name in SIMILARITIES},
        "activations": {"scenes": np.eye(40)},
        "make_scenes": {"n": 2},
        "correspondences": {"found": found["Gallery"]},
        "audit": {"found": found["Audit"]},
        "bounds": {"result": found["HalfLabelled"]},
        "cells": {"X": [[0.0], [1.0]], "values": [0, 1]},
        "coupling": p | {"d": found["Decomposition"]},
        "pairs": {"found": found["Screening"]},
        "retention": {"found": found["Retention"]},
        "profile": {"result": found["Quantification"]},
        "profiles": {"results": {"a": found["Quantification"]}},
        "sources": {"result": pid.decompose(TABLE[:, :, None])},
        "trajectory": {"found": found["Trajectory"]},
        "widths": {"plan": found["Plan"]},
        "as_html": {"document": document_of(found["Quantification"], "title")},
        "document_of": {"result": found["Quantification"], "title": "title"},
        "read_report": {"path": "none.html"},
        "report": {"result": found["Quantification"], "path": "report.html"},
        "combine": {"name": "two"},
        "describe": {"name": "xor"},
        "gate": {"name": "xor"},
        "make_gate": {"name": "xor"},
        "load": {"name": "iris"},
        "write": {"name": "xor", "path": "xor.csv", "n": 5},
        "angle": {"degrees": 30.0, "n": 20},
        "densities": {"first": NORMAL, "second": NORMAL, "p_y": (0.5, 0.5), "n": 20},
        "embedded_table": p | {"n": 20},
        "continuous.make": sizes | {"name": "xor"},
        "gaussian": {"d1": 1, "d2": 1, "dy": 1, "n": 20},
        "published.make": sizes | {"setting": "redundancy"},
        "masks": {"counts": (1, 1, 1), "n": 5, "rng": rng},
        "truth": {"setting": "redundancy"},
        "random.counts": p | {"n": 20},
        **{family: {"shape": (2, 2, 2)} for family in FAMILIES},
        "duplicated": {},
        "exchangeable": {},
        "tables.load": COLUMNS | {"path": "none.csv"},
        "load_candidates": {"path": "none.csv", "y": ["y"]},
        "load_sets": {"path": "none.csv", "y": "y", "column_sets": {"a": "a", "b": "b"}},
        **{
            f"mutual_information.{name}": {"X": NUMBERS, "Y": NUMBERS[::-1]}
            for name in ("estimate", "ksg", "gao", "gaussian_copula", "t_copula", "cca")
        },
        **{  # too few to train on, which is said after options were looked at
            f"neural.{name}": {"X": NUMBERS, "Y": NUMBERS[::-1]}
            for name in ("infonce", "nwj", "dv", "smile", "club", "nce_club")
        },
        "mutual_information.ross": {"X": NUMBERS, "y": Y},
        "differential_entropy": {"X": NUMBERS},
        "is_file": {"value": "audio.npy"},
        "load_groups": {"path": "none.csv", "groups": {"x": "a"}},
        "load_named": {"file": "none.csv", "sources": {"a": "a", "b": "b"}, "y": "y"},
        "load_sources": COLUMNS | {"file": "none.csv"},
        "load_trials": COLUMNS | {"file": "none.csv"},
        "load_posteriors": dict.fromkeys(("p1", "p2", "p12"), "none.npy"),
        "load_models": {
            "path": "none.csv",
            "models": {"m": "m"},
            "sources": {"a": "a"},
            "y": "y",
        },
        "load_codes": {"file": "none.csv", "codes": {"z": "a"}, "y": "y"},
        "load_lagged": {
            "file": "none.csv",
            "sources": {"a": "a", "b": "b"},
            "y": "y",
            "lags": 1,
        },
        "load_half_labelled": COLUMNS | {"files": ["none.csv"]},
        "AccuracyBounds.read": {"gain": (0.0, 0.1)},
        "SynergyBounds.read": {"synergy": (0.0, 0.1)},
        "SourcesDecomposition.pair": {"a": "a", "b": "b"},
        "SourcesDecomposition.against_rest": {"a": "a"},
        "SourcesDecomposition.same_cells": {"order": 2},
        **{f"SourcesQuantification.{name}": {"name": "total"} for name in ("number", "show")},
        "Comparison.difference": {"first": "a", "second": "b"},
        "Quantification.show": {"atom": "synergy"},
        "Quantification.profile_by": {"replicates": 2},
        "Trajectory.significance": {"replicates": 2},
        "Screening.to_dicts": {},
        "Screening.to_matrix": {},
        "Coupling.entropy": {},
        "Gate.sample": {"n": 5},
        "Units.from_rows": {"cells": X1, "shape": (2, 2, 2)},
        "Units.without": {"source": 1},
        "Units.draw": {"size": 2, "rng": rng},
        "Units.draw_fewer": {"units": 3, "size": 2, "rng": rng},
        "Units.leave_out": {"rng": rng},
        **{f"gate {name}": {} for name in GATES},
    }


def doors() -> Iterator[tuple[str, Callable[..., object]]]:
    """Public functions, and methods of public classes that take something, by their names."""
    seen: set[Callable[..., object]] = set()
    for module in map(importlib.import_module, MODULES):
        short = module.__name__.rpartition(".")[2]
        own = [name for name, value in vars(module).items() if defined(value) == module.__name__]
        for name in getattr(module, "__all__", own):
            door = getattr(module, name)
            if inspect.isfunction(door) and door not in seen:
                seen.add(door)
                yield f"{short}.{name}", door
            elif inspect.isclass(door) and door not in seen and not issubclass(door, PIDEstimator):
                seen.add(door)
                yield from methods(door)
    yield from ((f"gate {name}", gate) for name, gate in GATES.items())


def defined(value: object) -> str:
    """Where a public function is from."""
    name = getattr(value, "__name__", "_")
    return "" if name.startswith("_") else str(getattr(value, "__module__", ""))


def methods(of: type) -> Iterator[tuple[str, Callable[..., object]]]:
    """Those with arguments, as functions of an answer."""
    for name, method in vars(of).items():
        if name.startswith("_"):
            continue
        if isinstance(method, classmethod):
            yield f"{of.__name__}.{name}", getattr(of, name)
        elif inspect.isfunction(method) and len(parameters(method)) > 1:
            yield f"{of.__name__}.{name}", functools.partial(method, answers()[of.__name__])


def parameters(door: Callable[..., object]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(door).parameters


def constraints(door: Callable[..., object]) -> Mapping[str, Constraint]:
    function = door.func if isinstance(door, functools.partial) else door
    found: Mapping[str, Constraint] = getattr(function, "constraints", {})
    return found


def estimators() -> Iterator[type[PIDEstimator]]:
    parts = ("coordination", "fission")
    others = (importlib.import_module(f"pid.estimators.{part}") for part in parts)
    for module in (pid.estimators, *others):
        for name in module.__all__:
            found = getattr(module, name)
            if inspect.isclass(found) and issubclass(found, PIDEstimator):
                yield found


@pytest.mark.extras
def test_every_option_has_a_constraint() -> None:
    """And allows its own default."""
    without, forbidden = [], []
    for name, door in doors():
        limits = constraints(door)
        for option, parameter in parameters(door).items():
            free = option in DATA or parameter.kind is parameter.VAR_KEYWORD
            if option not in limits and not free:
                without.append(f"{option} of {name}")
            default = parameter.default
            if option in limits and not (
                default is parameter.empty or limits[option].holds(default)
            ):
                forbidden.append(f"{option} of {name}")
    for estimator in estimators():
        estimator().check_parameters()
        names = set(estimator().get_params()) ^ set(estimator.constraints)
        without += [f"{name} of {estimator.__name__}" for name in names]
    assert not without
    assert not forbidden


@pytest.mark.extras
def test_functions_and_methods(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an option is, there is an answer or an error of ours: what cannot be is said."""
    monkeypatch.chdir(tmp_path)
    known, wrong = calls(), []
    for name, door in doors():
        usual = known.get(name, known.get(name.rpartition(".")[2]))
        if usual is None:
            wrong += [f"calls() has no {name}"] if constraints(door) else []
            continue
        for option, limit in constraints(door).items():
            for value in VALUES.values():
                if limit.holds(value) and name.endswith(COSTLY):
                    continue
                arguments, named = (usual, {}) if isinstance(usual, tuple) else ((), usual)
                call = functools.partial(door, *arguments, **named | {option: value})
                wrong += complaints(name, option, value, limit, call)
    assert not wrong


@pytest.mark.extras
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_estimators(value: Any) -> None:
    """What cannot be is said before data are looked at."""
    wrong = []
    for estimator in estimators():
        for option, limit in estimator.constraints.items():
            est = estimator(**{option: value})
            call = est.check_parameters
            if not limit.holds(value):
                needed = [p for p in parameters(est.fit).values() if p.default is p.empty]
                call = functools.partial(est.fit, *[None] * len(needed))
            wrong += complaints(estimator.__name__, option, value, limit, call)
    assert not wrong


def complaints(
    name: str, option: str, value: object, limit: Constraint, call: Callable[[], object]
) -> list[str]:
    """What is wrong with the answer to a value of an option, if anything."""
    from matplotlib import pyplot

    case = f"{name}({option}={value!r:.40})"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            call()
    except PIDError as err:
        said = str(err).startswith(f"{option} must be {limit.words}; got ")
        return [] if said or limit.holds(value) else [f"{case}: {err}"]
    except Exception as err:
        return [f"{case}: {type(err).__name__}: {err}"]
    finally:
        pyplot.close("all")
    return [] if limit.holds(value) else [f"{case}: taken"]
