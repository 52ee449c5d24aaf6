"""ClusterPID: what passes through, what is clustered and how finely, and what it refuses."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils import get_tags

from pid import Decomposition, decompose
from pid.core.information import entropy
from pid.discretization.kmeans import clustered
from pid.discretization.resolution import MOST, Resolution, auto_clusters, null_bias
from pid.errors import InvalidInput
from pid.estimators import ClusterPID

Array = NDArray[Any]
LOG2 = float(np.log(2))


def atoms(d: Decomposition) -> list[float]:
    return [d.redundancy, d.unique1, d.unique2, d.synergy]


def blobs(rng: np.random.Generator, n: int = 400) -> tuple[Array, Array, Array]:
    """Two well separated clusters in each modality; y is their exclusive or."""
    a, b = rng.integers(2, size=(2, n))
    X1 = rng.normal(size=(n, 3)) + 12 * a[:, None]
    X2 = rng.normal(size=(n, 2)) - 12 * b[:, None]
    return X1, X2, a ^ b


def test_clusters_are_found(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    est = ClusterPID(n_clusters=2).fit(X1, X2, y)
    assert est.decomposition_.synergy == pytest.approx(entropy(np.bincount(y)), abs=0.01)
    assert est.decomposition_.total == pytest.approx(entropy(np.bincount(y)), abs=1e-8)
    assert est.n_clusters_ == (2, 2) == est.table_.shape[:2]
    assert est.clustered_ == (True, True)
    assert est.classes_ == (0, 1)
    assert (est.n_features_in_, len(est.labels1_), est.table_.sum()) == ((3, 2), 400, 400)
    est.decomposition_.check(est.table_)


def test_automatic_clusters_find_the_same(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    est = ClusterPID().fit(X1, X2, y)
    assert est.n_clusters_ == auto_clusters(np.bincount(y), (400, 400))
    assert est.decomposition_.synergy == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("kind", [str, bool, int, float])
def test_symbols_pass_through(kind: Any, rng: np.random.Generator) -> None:
    x1, x2 = rng.integers(2, size=(2, 100))
    as_kind = [kind(v) if kind is not str else f"s{v}" for v in x1]
    est = ClusterPID().fit(as_kind, x2, x1 & x2)
    table = np.zeros((2, 2, 2))
    np.add.at(table, (x1, x2, x1 & x2), 1)
    assert est.clustered_ == (False, False)
    assert np.array_equal(est.table_, table)
    assert atoms(est.decomposition_) == pytest.approx(atoms(decompose(table)), abs=1e-8)


def test_one_side_symbols_one_side_clusters(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    names = np.where(X1[:, 0] > 6, "high", "low")
    est = ClusterPID(n_clusters=(7, 2)).fit(names, X2, y)
    assert est.n_clusters_ == (2, 2)
    assert (est.clustered_, est.symbols1_) == ((False, True), ("high", "low"))
    assert est.decomposition_.synergy == pytest.approx(1, abs=0.01)


def test_swapping_modalities_swaps_unique_parts(rng: np.random.Generator) -> None:
    X1, X2 = rng.normal(size=(300, 2)), rng.normal(size=(300, 4))
    y = (X1[:, 0] + X1[:, 1] * (X2[:, 0] > 0) > 0).astype(int)
    r, u1, u2, s = atoms(ClusterPID().fit(X1, X2, y).decomposition_)
    assert atoms(ClusterPID().fit(X2, X1, y).decomposition_) == pytest.approx(
        [r, u2, u1, s], abs=1e-8
    )


@pytest.mark.parametrize("random_state", [0, None])
def test_equal_modalities_get_equal_clusters(
    random_state: int | None, rng: np.random.Generator
) -> None:
    X = rng.normal(size=(200, 3))
    est = ClusterPID(random_state=random_state).fit(X, X, X[:, 0] > 0)
    assert np.array_equal(est.labels1_, est.labels2_)
    assert atoms(est.decomposition_)[1:] == pytest.approx([0, 0, 0], abs=1e-8)


def test_the_same_call_gives_the_same_bits(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    fits = [ClusterPID(random_state=3).fit(X1, X2, y) for _ in range(2)]
    assert np.array_equal(fits[0].labels1_, fits[1].labels1_)
    assert atoms(fits[0].decomposition_) == atoms(fits[1].decomposition_)


def test_units(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    bits, nats = (ClusterPID(unit=u).fit(X1, X2, y) for u in ("bit", "nat"))
    assert nats.null_bias_ == pytest.approx(LOG2 * bits.null_bias_)
    assert nats.decomposition_.total == pytest.approx(LOG2 * bits.decomposition_.total)


def test_frames_and_arrays_agree(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    frames = pd.DataFrame(X1, columns=["a", "b", "c"]), pd.DataFrame(X2, columns=["d", "e"])
    est = ClusterPID().fit(*frames, pd.Series(y))
    assert est.feature_names_in_ == (("a", "b", "c"), ("d", "e"))
    assert atoms(est.decomposition_) == atoms(ClusterPID().fit(X1, X2, y).decomposition_)


def test_input_is_left_alone(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    before = X1.copy()
    X1.setflags(write=False)
    ClusterPID(n_components=1).fit(X1, X2, y)
    assert np.array_equal(X1, before)


def test_constant_columns_are_dropped_with_a_note(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    padded = np.column_stack([np.full(400, 0.1), X1, np.zeros(400)])
    est = ClusterPID().fit(padded, X2, y)
    assert est.notes_ == ("x1: dropped 2 constant columns (x1[0], x1[4])",)
    assert atoms(est.decomposition_) == atoms(ClusterPID().fit(X1, X2, y).decomposition_)


def test_a_constant_modality_tells_nothing(rng: np.random.Generator) -> None:
    X1, _, y = blobs(rng)
    est = ClusterPID().fit(X1, np.ones((400, 3)), y)
    assert est.n_clusters_[1] == 1
    d = est.decomposition_
    assert (d.redundancy, d.unique2, d.synergy) == pytest.approx((0, 0, 0), abs=1e-8)


def test_fewer_distinct_rows_than_clusters(rng: np.random.Generator) -> None:
    X1 = rng.integers(2, size=(300, 2)).astype(float)
    X2 = rng.normal(size=(300, 2))
    est = ClusterPID(n_clusters=9).fit(X1, X2, X1[:, 0])
    assert est.n_clusters_ == (4, 9)


@pytest.mark.parametrize("factor", [1e-300, 1e300])
def test_any_magnitude(factor: float, rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    for scale in (True, False):
        plain, scaled = (ClusterPID(scale=scale).fit(X1 * f, X2, y) for f in (1.0, factor))
        assert scaled.decomposition_.total == pytest.approx(plain.decomposition_.total, abs=0.05)


def test_scaling_makes_units_of_measurement_irrelevant(rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    small = X1 * [1.0, 1024.0, 1 / 1024] + [0, 7, 0]
    labels = [ClusterPID(scale=True).fit(X, X2, y).labels1_ for X in (X1, small)]
    assert np.array_equal(labels[0], labels[1])


@pytest.mark.parametrize("n_components", [1, 2, 50])
def test_projection(n_components: int, rng: np.random.Generator) -> None:
    X1, X2, y = blobs(rng)
    est = ClusterPID(n_clusters=2, n_components=n_components).fit(X1, X2, y)
    assert est.decomposition_.synergy == pytest.approx(1, abs=0.01)


def test_clusters_partition_rows(rng: np.random.Generator) -> None:
    labels = clustered(rng.normal(size=(90, 2)), 4, Resolution())
    assert set(labels.tolist()) == {0, 1, 2, 3}


# --- the rule for the number of clusters ------------------------------------------------------


@pytest.mark.parametrize("n", [20, 100, 500, 3000, 100_000])
@pytest.mark.parametrize("k", [2, 3, 10])
@pytest.mark.parametrize("max_bias", [0.01, 0.05, 0.2])
def test_rule_keeps_the_bias_below_its_limit(n: int, k: int, max_bias: float) -> None:
    size1, size2 = auto_clusters([n / k] * k, (n, n), max_bias=max_bias)
    limit = max_bias * np.log(k)
    assert size1 == size2
    assert 2 <= size1 <= MOST
    assert size1 == 2 or (size1**2 - 1) * (k - 1) / (2 * n) <= limit
    assert size1 == MOST or ((size1 + 1) ** 2 - 1) * (k - 1) / (2 * n) > limit  # the most


def test_rule_for_one_free_modality() -> None:
    n = 600
    size1, size2 = auto_clusters([n / 2] * 2, (n, 3), (True, False))
    assert size2 == 3
    assert (3 * size1 - 1) / (2 * n) <= 0.05 * LOG2
    assert size1 == MOST or (3 * (size1 + 1) - 1) / (2 * n) > 0.05 * LOG2
    assert auto_clusters([n / 2] * 2, (3, n), (False, True)) == (3, size1)


def test_rule_gives_what_one_cannot_use_to_the_other() -> None:
    assert auto_clusters([500, 500], (3, 1000)) == auto_clusters(
        [500, 500], (3, 1000), (False, True)
    )
    assert auto_clusters([500, 500], (2, 4)) == (2, 4)
    assert auto_clusters([500, 500], (40, 60), (False, False)) == (40, 60)


@pytest.mark.parametrize(("n", "k"), [(300, 3), (1000, 2), (1000, 10)])
def test_independent_data_has_a_small_total(n: int, k: int) -> None:
    """Twenty data sets without any information: the mean total is the bias that was predicted."""
    totals, predicted = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X1, X2, y = rng.normal(size=(n, 3)), rng.normal(size=(n, 2)), rng.integers(k, size=n)
        est = ClusterPID(n_init=1).fit(X1, X2, y)
        totals.append(est.decomposition_.total)
        predicted.append(est.null_bias_)
    assert np.mean(totals) == pytest.approx(np.mean(predicted), rel=0.15)
    assert np.mean(totals) < 1.1 * 0.05 * np.log2(k)


def test_null_bias_is_never_more_than_there_is_to_know() -> None:
    table = np.eye(50)[:, :, None] * (np.arange(2) == np.arange(50)[:, None, None] % 2)
    assert null_bias(table) == pytest.approx(49 / 100)
    wide = np.eye(50)[:, None, :]
    assert null_bias(wide) == pytest.approx(np.log(50))


# --- the scikit-learn contract ----------------------------------------------------------------


def test_parameters() -> None:
    est = ClusterPID((3, "auto"), n_init=4)
    assert not [name for name in vars(est) if name.endswith("_")]
    assert est.get_params()["n_clusters"] == (3, "auto")
    assert clone(est).get_params() == est.get_params()
    assert est.set_params(n_components=2).n_components == 2
    assert repr(est) == "ClusterPID(n_clusters=(3, 'auto'), n_components=2, n_init=4)"


def test_tags() -> None:
    tags = get_tags(ClusterPID())
    assert tags.estimator_type is None
    assert not tags.input_tags.two_d_array
    assert not tags.input_tags.allow_nan
    assert tags.target_tags.required


def test_fit_returns_itself(rng: np.random.Generator) -> None:
    est = ClusterPID()
    assert est.fit(*blobs(rng)) is est


def test_folder_is_not_imported_by_its_bare_name() -> None:
    init = Path(__file__).resolve().parents[2] / "estimators" / "__init__.py"
    spec = importlib.util.spec_from_file_location("estimators", init)
    assert spec and spec.loader
    with pytest.raises(ImportError, match=r"pid\.estimators"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_unknown_estimator() -> None:
    import pid.estimators

    assert dir(pid.estimators) == pid.estimators.__all__
    with pytest.raises(AttributeError, match="no attribute 'OtherPID'"):
        _ = pid.estimators.OtherPID


def test_a_list_is_a_pair(rng: np.random.Generator) -> None:
    data = blobs(rng)
    assert ClusterPID([2, 3]).fit(*data).n_clusters_ == (2, 3)


# --- what it refuses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_clusters": 0}, "n_clusters must be .* got 0"),
        ({"n_clusters": (2, 3, 4)}, "n_clusters must be"),
        ({"n_clusters": ()}, "n_clusters must be"),
        ({"n_clusters": np.array([2, 3])}, r"n_clusters must be .* got array\(\[2, 3\]\)"),
        ({"n_init": 0}, "n_init must be an integer of at least 1; got 0"),
        ({"max_bias": 0}, "max_bias must be a number above 0 and at most 1; got 0"),
        (
            {"random_state": np.random.default_rng(0)},
            r"random_state must be an integer from 0 to 2\*\*32 - 1 or None; got a Generator",
        ),
    ],
)
def test_bad_parameters(
    parameters: dict[str, Any],
    message: str,
    rng: np.random.Generator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All are refused before k-means runs."""
    monkeypatch.delattr("pid.discretization.kmeans.KMeans")
    with pytest.raises(InvalidInput, match=message):
        ClusterPID(**parameters).fit(*blobs(rng))


def test_continuous_target(rng: np.random.Generator) -> None:
    X1, X2, _ = blobs(rng)
    with pytest.raises(
        InvalidInput, match=r"y is continuous: 400 .* bin it first, .* pid\.quantify"
    ):
        ClusterPID().fit(X1, X2, rng.normal(size=400))


def test_one_class(rng: np.random.Generator) -> None:
    X1, X2, _ = blobs(rng)
    with pytest.raises(InvalidInput, match="y has a single class, 'only', in all 400 samples"):
        ClusterPID().fit(X1, X2, ["only"] * 400)


def test_more_classes_than_samples_can_tell(rng: np.random.Generator) -> None:
    X1, X2, _ = blobs(rng)
    with pytest.raises(InvalidInput, match="y has 400 classes in 400 samples"):
        ClusterPID().fit(X1, X2, [f"row{i}" for i in range(400)])


def test_several_targets(rng: np.random.Generator) -> None:
    X1, X2, _ = blobs(rng)
    with pytest.raises(InvalidInput, match="y must be a single column; got 2"):
        ClusterPID().fit(X1, X2, X2)


def test_table_too_large() -> None:
    names = [f"row{i}" for i in range(4000)]
    message = "4000 x 4000 x 2 symbols make too large a table, of more than 20,000,000 cells"
    with pytest.raises(InvalidInput, match=message):
        ClusterPID().fit(names, names, [0, 1] * 2000)


@pytest.mark.parametrize("sources", [3, 5])
@pytest.mark.parametrize("n", [300, 3000, 100_000])
def test_rule_for_several_modalities(sources: int, n: int) -> None:
    """As many for each as keep the bias below its limit, and one more would be too many."""
    sizes = auto_clusters([n / 2] * 2, (n,) * sources)
    size = sizes[0]
    assert sizes == (size,) * sources
    limit = 0.05 * LOG2
    assert size == 2 or (size**sources - 1) / (2 * n) <= limit
    assert size == MOST or ((size + 1) ** sources - 1) / (2 * n) > limit


def test_rule_gives_what_some_cannot_use_to_the_others() -> None:
    few = auto_clusters([5000, 5000], (2, 10_000, 3))
    assert (few[0], few[2]) == (2, 3)
    assert few[1] > auto_clusters([5000, 5000], (10_000,) * 3)[1]
    assert auto_clusters([500, 500], (40, 60, 50), (False,) * 3) == (40, 60, 50)
