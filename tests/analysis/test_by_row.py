"""What single rows add: their means are the atoms, and they are what is true of each."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import pid
from pid.core.decomposition import ATOMS, atoms
from pid.datasets import continuous
from pid.errors import InvalidInput
from pid.estimators.posterior.union import of_two_classes

COLUMNS = [*ATOMS, "total"]
rng = np.random.default_rng(0)
A, B = rng.integers(3, size=(2, 400))
Y = np.where(rng.random(400) < 0.1, rng.integers(2, size=400), (A > 0) & (B > 0)).astype(int)
FAST: dict[str, Any] = {"interval": None, "correction": "none"}
CLOUDS = continuous.angle(40, n=300)
THREE = continuous.make("three", 300)


def check_means(q: pid.Quantification, tol: float = 1e-9) -> pd.DataFrame:
    """The frame, of which means are the atoms and sums of rows the total."""
    frame = q.by_row()
    weight = frame.get("weight", pd.Series(1.0, index=frame.index))
    expected = q.decomposition.atoms | {"total": q.decomposition.total}
    for name in COLUMNS:
        mean = float((frame[name] * weight).sum() / weight.sum())
        assert mean == pytest.approx(expected[name], abs=tol), name
    np.testing.assert_allclose(frame[list(ATOMS)].sum(axis=1), frame.total, atol=1e-9)
    assert len(frame) == q.n
    return frame


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"unit": "nat"},
        {"weights": rng.random(400) + 0.1},
        {"groups": np.arange(400) // 5},
        {"blocks": 10},
        {"classes": [0, 1, 2]},
    ],
    ids=lambda options: " ".join(options),
)
def test_means_of_symbols(options: dict[str, Any]) -> None:
    check_means(pid.quantify(A, B, Y, **FAST, **options))


@pytest.mark.parametrize("estimator", ["cluster", "bins", "posterior"])
@pytest.mark.parametrize("groups", [None, np.arange(300) // 3])
def test_means_of_numbers(estimator: str, groups: Any) -> None:
    size: dict[str, dict[str, Any]] = {
        "bins": {"bins": 3, "target_bins": "auto"},
        "cluster": {"n_clusters": 3},
    }
    options: dict[str, Any] = FAST | size.get(estimator, {})
    for data in (CLOUDS, THREE):
        columns = data.X1[:, :2], data.X2[:, :2]
        q = pid.quantify(*columns, data.y, estimator=estimator, groups=groups, **options)
        frame = check_means(q)
        assert ("residual" in frame) == (estimator == "posterior")


def test_means_of_copied_rows() -> None:
    twice = [np.repeat(x, 2, axis=0) for x in (CLOUDS.X1, CLOUDS.X2, CLOUDS.y)]
    q = pid.quantify(*twice, **FAST)
    frame = check_means(q)
    np.testing.assert_allclose(frame[COLUMNS][::2], frame[COLUMNS][1::2], atol=1e-12)


def test_rows_of_a_cell_are_alike() -> None:
    q = pid.quantify(A, B, Y, **FAST)
    frame = q.by_row()
    cells = q.decomposition.by_cell(q.table).set_index(["x1", "x2", "y"])
    for row in (0, 17, 399):
        expected = cells.loc[(A[row], B[row], Y[row]), COLUMNS]
        np.testing.assert_allclose(frame.loc[row, COLUMNS], expected, atol=1e-12)


def test_order_of_rows_and_names_of_symbols() -> None:
    order = np.random.default_rng(1).permutation(400)
    names = np.array(["z", "a", "m"])
    frame = pid.quantify(A, B, Y, **FAST).by_row()[COLUMNS]
    other = pid.quantify(names[A][order], B[order], Y[order], **FAST).by_row()[COLUMNS]
    np.testing.assert_allclose(other, frame.iloc[order], atol=1e-6)


@pytest.mark.parametrize("options", [FAST, FAST | {"estimator": "posterior"}])
def test_exchange_of_sources(options: dict[str, Any]) -> None:
    swapped = ["redundancy", "unique2", "unique1", "synergy", "total"]
    data = (A, B) if "estimator" not in options else (CLOUDS.X1, CLOUDS.X2)
    y = Y if "estimator" not in options else CLOUDS.y
    frame = pid.quantify(data[0], data[1], y, **options).by_row()
    other = pid.quantify(data[1], data[0], y, **options).by_row()
    if "estimator" not in options:
        np.testing.assert_allclose(other[swapped], frame[COLUMNS], atol=1e-6)
    else:  # networks of other seeds
        assert np.corrcoef(other.unique2, frame.unique1)[0, 1] > 0.98


def test_rows_are_judged_out_of_fold() -> None:
    """Of y that is noise no row tells anything; what was learned by heart would tell all."""
    noise = np.random.default_rng(3)
    X1, X2 = noise.normal(size=(2, 300, 8))
    q = pid.quantify(X1, X2, noise.integers(2, size=300), **FAST)
    assert q.by_row().total.quantile(0.75) < 0.6


def test_total_of_a_row_is_what_was_said_of_it() -> None:
    q = pid.quantify(CLOUDS.X1, CLOUDS.X2, CLOUDS.y, **FAST)
    p_y = np.bincount(CLOUDS.y) / 300
    said = q.fitted.posterior12_[np.arange(300), CLOUDS.y]
    np.testing.assert_allclose(q.by_row().total, np.log2(said / p_y[CLOUDS.y]), atol=0.05)


def truth(data: continuous.Continuous) -> np.ndarray[Any, Any]:
    """Of each row, by the multipliers of exact posteriors and what those say."""
    assert data.posteriors is not None
    first, second, both = data.posteriors
    p_y = np.bincount(data.y) / len(data.y)
    union = of_two_classes((first, second), data.y, p_y).of_rows
    rows = np.arange(len(data.y))
    told = (np.log(p[rows, data.y] / p_y[data.y]) for p in (first, second, both))
    return np.asarray(np.array(atoms(union, *told)) / np.log(2))


def test_true_values() -> None:
    data = continuous.angle(40, n=1000)
    frame = pid.quantify(data.X1, data.X2, data.y, **FAST).by_row()
    expected = truth(data)
    for atom in (0, 1, 3):
        assert np.corrcoef(frame[ATOMS[atom]], expected[atom])[0, 1] > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mixture", "copula", "angle30"])
def test_true_values_of_many_rows(name: str) -> None:
    data = continuous.make(name, 5000)
    frame = pid.quantify(data.X1, data.X2, data.y, **FAST).by_row()
    for atom, expected in zip(ATOMS, truth(data), strict=True):
        if expected.std() > 0.02:
            assert np.corrcoef(frame[atom], expected)[0, 1] >= 0.9, atom


def test_wrong_labels_are_against_what_rows_say() -> None:
    data = continuous.angle(45, n=600)
    wrong = np.random.default_rng(2).random(600) < 0.1
    q = pid.quantify(data.X1 * 2, data.X2 * 2, np.where(wrong, 1 - data.y, data.y), **FAST)
    assert roc_auc_score(wrong, -q.by_row().total) > 0.85


def test_labels_of_rows() -> None:
    names = [f"row {i}" for i in range(400)]
    one = pd.Series(A, index=names, dtype=object)
    assert pid.quantify(one, B, Y, **FAST).by_row().index.tolist() == names
    assert pid.quantify(A, B, Y, **FAST).by_row().index.tolist() == list(range(400))
    one.iloc[[3, 7]] = None
    kept = np.delete(np.arange(400), [3, 7])
    q = pid.quantify(one, B, Y, missing="drop", **FAST)
    assert q.by_row().index.tolist() == [names[i] for i in kept]
    assert q.by_row().reindex(names).isna().all(axis=1).sum() == 2
    q = pid.quantify(one.to_numpy(), B, Y, missing="drop", **FAST)
    assert q.by_row().index.tolist() == kept.tolist()
    check_means(q)
    check_means(pid.quantify(one, B, Y, missing="category", **FAST))


def test_estimators_without_rows() -> None:
    numbers = rng.normal(size=(3, 100))
    q = pid.quantify(*numbers, estimator="gaussian", interval=None)
    with pytest.raises(InvalidInput, match="'gaussian' says nothing of single rows; take 'post"):
        q.by_row()
    with pytest.raises(InvalidInput, match="says nothing of single rows"):
        q.profile_by()


@pytest.mark.extras
def test_rows_that_are_not_in_memory(tmp_path: Any) -> None:
    file = tmp_path / "data.csv"
    pd.DataFrame({"a": A, "b": B, "y": Y}).to_csv(file, index=False)
    chosen = pid.scan(file, x1="a", x2="b", y="y")
    q = pid.quantify(chosen.X1, chosen.X2, chosen.y, **FAST)
    with pytest.raises(InvalidInput, match="not in memory"):
        q.by_row()
    assert len(q.decomposition.by_cell(q.table)) > 0


def check_profile(q: pid.Quantification, frame: pd.DataFrame) -> None:
    expected = q.decomposition.atoms | {"total": q.decomposition.total}
    assert frame.share.sum() == pytest.approx(1)
    assert frame.n.sum() == q.n
    for name in COLUMNS:
        assert (frame.share * frame[name]).sum() == pytest.approx(expected[name], abs=1e-9)


QUANTIFIED = {
    "symbols": lambda: pid.quantify(A, B, Y, **FAST),
    "weights": lambda: pid.quantify(A, B, Y, weights=rng.random(400) + 0.1, **FAST),
    "two classes": lambda: pid.quantify(CLOUDS.X1, CLOUDS.X2, CLOUDS.y, **FAST),
    "three classes": lambda: pid.quantify(THREE.X1, THREE.X2, THREE.y, **FAST),
}


@pytest.mark.parametrize("name", QUANTIFIED)
def test_profiles_add_up(name: str) -> None:
    q = QUANTIFIED[name]()
    by_class = q.profile_by(replicates=20)
    check_profile(q, by_class)
    assert by_class.value.tolist() == [str(i) for i in range(2 + (name == "three classes"))]
    rows = q.by_row()
    if "weight" not in rows:
        y = {"two classes": CLOUDS.y, "three classes": THREE.y}.get(name, Y)
        assert by_class.synergy[1] == pytest.approx(rows.synergy[y == 1].mean())
    check_profile(q, q.profile_by(np.arange(q.n) % 3, replicates=20))
    for atom in COLUMNS:
        assert (by_class[f"{atom}_low"] <= by_class[atom]).all()
        assert (by_class[atom] <= by_class[f"{atom}_high"]).all()


def test_values_of_a_profile() -> None:
    q = pid.quantify(A, B, Y, **FAST)
    numbers = q.profile_by(np.linspace(0, 1, 400), interval=None)
    assert numbers.value.tolist() == [
        "below 0.2506",
        "0.2506 to below 0.5013",
        "0.5013 to below 0.7519",
        "0.7519 and more",
    ]
    assert numbers.n.tolist() == [100] * 4
    assert not [name for name in numbers if str(name).endswith("_low")]
    gaps = q.profile_by(["a", None, "b", "b"] * 100, interval=None)
    assert dict(zip(gaps.value, gaps.n, strict=True)) == {"a": 100, "b": 200, "missing": 100}


def test_values_go_with_rows() -> None:
    x = A.astype(object)
    x[[3, 7]] = None
    site = np.array(["north", "south"])[np.arange(400) % 2]
    q = pid.quantify(x, B, Y, missing="drop", **FAST)
    kept = np.delete(site, [3, 7])
    frame = q.profile_by(site, interval=None)
    pd.testing.assert_frame_equal(frame, q.profile_by(kept, interval=None))
    assert frame.n.tolist() == [200, 198]
    index = [f"row {i}" for i in range(400)]
    q = pid.quantify(pd.Series(x, index=index), B, Y, missing="drop", **FAST)
    shuffled = pd.Series(site, index=index).sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(frame, q.profile_by(shuffled, interval=None))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 2, 3], "one for each of the 400 rows; got 3"),
        (np.zeros((400, 2)), "single column; got 2"),
        ([f"id {i}" for i in range(400)], "400 distinct ones, more than the 100"),
    ],
)
def test_values_that_cannot_be(values: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pid.quantify(A, B, Y, **FAST).profile_by(values)


def test_intervals_of_groups_are_wider() -> None:
    """Five copies of each row tell no more than one."""
    five = [np.repeat(x[:120], 5) for x in (A, B, Y)]
    alone = pid.quantify(A[:120], B[:120], Y[:120], **FAST).profile_by()
    grouped = pid.quantify(*five, groups=np.arange(600) // 5, **FAST).profile_by()
    width, of_groups = (frame.total_high - frame.total_low for frame in (alone, grouped))
    np.testing.assert_allclose(of_groups, width, rtol=0.35)


def test_profiles_are_repeatable() -> None:
    q = QUANTIFIED["two classes"]()
    first, second = (q.profile_by(replicates=10) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    other = q.profile_by(replicates=10, random_state=1)
    assert (other.total_low != first.total_low).all()


@pytest.mark.slow
def test_intervals_of_a_profile_hold() -> None:
    """By class, of tables with a truth: where single rows alone would be too sure of themselves."""
    p = pid.datasets.gate("and") * 0.8 + 0.025
    cells = pid.decompose(p).by_cell(p)
    means = {
        y: (part[list(ATOMS)].mul(part.share, axis=0)).sum() / part.share.sum()
        for y, part in cells.groupby("y")
    }
    draws, hits = 60, 0.0
    for seed in range(draws):
        drawn = np.random.default_rng(seed).choice(8, size=800, p=p.ravel())
        frame = pid.quantify(*np.unravel_index(drawn, p.shape), **FAST).profile_by(replicates=60)
        for y in (0, 1):
            hits += np.mean(
                [frame[f"{a}_low"][y] <= means[y][a] <= frame[f"{a}_high"][y] for a in ATOMS]
            )
    assert hits / (2 * draws) > 0.9
