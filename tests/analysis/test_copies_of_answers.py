"""Every answer can be pickled and copied, and the copy says the same."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pid
from pid.datasets import make_gate, make_scenes
from pid.datasets.continuous import angle
from pid.datasets.linear import gaussian
from pid.estimators import ClusterPID
from pid.estimators.fission import Gallery, activations
from pid.inference import Units
from pid.report import document_of

rng = np.random.default_rng(0)
A, B = rng.integers(3, size=(2, 120))
Y = (A + B) % 2
X1, X2 = rng.normal(size=(2, 120, 2))
TABLE = rng.integers(1, 9, size=(3, 3, 2))
HALF, TWICE = np.full((120, 2), 0.5), np.full((2, 120, 2), 0.5)
PAIR = [[3, 2], [2, 3]]


def quantified(**options: Any) -> pid.Quantification:
    return pid.quantify(A, B, Y, **({"replicates": 10} | options))


def several() -> pid.SourcesQuantification:
    found = pid.quantify(sources={"a": A, "b": B, "c": X1[:, 0] > 0}, y=Y, replicates=5)
    assert isinstance(found, pid.SourcesQuantification)
    return found


def failed() -> pid.SolverFailed:
    return pid.SolverFailed("no certified answer", pid.decompose(TABLE))


ANSWERS: dict[str, Callable[[], Any]] = {
    "Quantification, counted": quantified,
    "Quantification, with groups": lambda: quantified(groups=np.arange(120) // 4),
    "Quantification, given z": lambda: quantified(given=np.arange(120) % 3),
    "Quantification, of constants": lambda: pid.quantify([0, 1] * 50, [0, 1] * 50, [0, 1] * 50),
    "Quantification, of clusters": lambda: pid.quantify(X1, X2, Y, replicates=5),
    "Quantification, fitted": lambda: pid.quantify(
        X1, X2, X1[:, 0] + X2[:, 1] + rng.normal(size=120), estimator="gaussian"
    ),
    "Quantification, of posteriors": lambda: pid.quantify_posteriors(HALF, HALF, HALF, Y),
    "Trajectory, along time": lambda: pid.quantify(
        np.column_stack([X1, X2]), np.column_stack([X2, X2]), Y, axis="time", replicates=2
    ),
    "Trajectory": lambda: pid.quantify_posteriors(TWICE, TWICE, TWICE, Y, axis="layer"),
    "Screening": lambda: pid.screen(np.column_stack([A, B, Y]), Y, replicates=20),
    "HalfLabelled": lambda: pid.bound_samples((A, Y), (B, Y), (A, B), interval=None),
    "Comparison": lambda: pid.compare({"m": A % 2}, A, B, Y, replicates=5),
    "Difference": lambda: pid.difference(quantified(), quantified()),
    "Remaining": lambda: pid.if_missing(quantified()),
    "Decomposition": lambda: pid.decompose(TABLE),
    "ConditionalDecomposition": lambda: pid.decompose_given([TABLE, TABLE]),
    "SourcesDecomposition": lambda: pid.decompose(
        rng.integers(1, 9, size=(2, 2, 2, 3)), names=["a", "b", "c"]
    ),
    "SourcesQuantification": lambda: pid.quantify(
        sources={"a": X1, "b": X2, "c": A}, y=Y, estimator="posterior"
    ),
    "SourcesQuantification, counted": several,
    "SourcesComparison": lambda: pid.compare(
        {"m": A % 2}, sources={"a": A, "b": B, "c": X1[:, 0] > 0}, y=Y, replicates=5
    ),
    "SourcesRemaining": lambda: pid.if_missing(several()),
    "DecompositionBatch": lambda: pid.decompose_batch([TABLE] * 3, keep_coupling=True),
    "Gaussian": lambda: pid.decompose_gaussian(np.eye(3) + 0.3, (1, 1, 1)),
    "Plan": lambda: pid.plan(TABLE, 10.0),
    "SynergyBounds": lambda: pid.synergy_bounds(PAIR, PAIR, PAIR),
    "AccuracyBounds": lambda: pid.accuracy_bounds(PAIR, PAIR, PAIR),
    "Coupling": lambda: pid.bounds.greedy_coupling([1, 2], [2, 1]),
    "Units": lambda: Units.from_counts(TABLE),
    "Document": lambda: document_of(quantified(), "a title"),
    "Gate": lambda: make_gate("xor"),
    "Continuous": lambda: angle(50),
    "SignalClass": lambda: pid.signal_response({"a": 1.0}, {"a": 0.9}, {"a": 1.8}),
    "Taxonomy": lambda: pid.taxonomy(TABLE),
    "Description": lambda: pid.describe(np.column_stack([X1, X2])),
    "Information": lambda: pid.estimate_information(X1, X1 + X2),
    "Suggestion": lambda: pid.suggest(A, B, Y),
    "MultiviewRedundancy, of classes": lambda: pid.multiview_redundancy(A, B, Y),
    "MultiviewRedundancy, of numbers": lambda: pid.multiview_redundancy(
        X1, X2, X1 + X2 + rng.normal(size=(120, 2))
    ),
    "Valuation": lambda: pid.value(
        np.hstack([X1, X2]), Y, groups={"a": [0, 1], "b": [2, 3]}, interval=None
    ),
    "Retention": lambda: pid.retained((A, B), A, B, Y, interval=None),
    "SourcesRetention": lambda: pid.retained(
        {"a": A, "b": B, "c": A}, sources={"a": A, "b": B, "c": X1}, y=Y, interval=None
    ),
    "Vectors": lambda: gaussian(1, 1, 1, 50),
    "Scenes": lambda: make_scenes(2),
    "Activations": lambda: activations(np.eye(40)),
    "Gallery": lambda: Gallery(
        pairs=(), n_scenes=2, n_clusters=(0, 0), activations=(0, 0), level=0.01
    ),
    "SelectByPID": lambda: pid.SelectByPID().fit(np.column_stack([A, B]), Y),
    "an estimator": lambda: ClusterPID().fit(X1, X2, Y),
}
WAYS: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda answer: pickle.loads(pickle.dumps(answer)),
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_copy_says_the_same(kind: str) -> None:
    answer = ANSWERS[kind]()
    for way, copied in WAYS.items():
        found = copied(answer)
        assert type(found) is type(answer), way
        for method in ("to_dict", "to_dicts", "__repr__"):
            if hasattr(answer, method):
                assert str(getattr(found, method)()) == str(getattr(answer, method)()), way


def test_an_error_keeps_its_interval() -> None:
    found = pickle.loads(pickle.dumps(failed()))
    assert str(found) == "no certified answer"
    assert found.best.total == failed().best.total


def test_all_public_answers_are_here() -> None:
    """A new result is added above; what is a part of one, or an enumeration, is named here."""
    public = {name for name in pid.__all__ if isinstance(getattr(pid, name), type)}
    errors = {name for name in public if issubclass(getattr(pid, name), Exception)}
    kinds = {kind.partition(",")[0] for kind in ANSWERS}
    parts = {"Certificate", "SourcesCertificate", "Status", "Worth", "Probe"}
    assert public - errors - parts <= kinds
