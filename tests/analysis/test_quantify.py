"""``pid.quantify``: the right estimator, an honest account of it, and its words."""

import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.analysis.words import doubts, read
from pid.core.decomposition import ATOMS, Decomposition
from pid.core.joint import count_samples
from pid.datasets import load, make_gate
from pid.errors import InvalidInput
from pid.estimators import ClusterPID
from pid.inference import assess, correct

JSON_NAMES = [
    *(*ATOMS, "total"),
    *(f"{name}_corrected" for name in (*ATOMS, "total")),
    *(f"{name}_{end}" for name in (*ATOMS, "total") for end in ("low", "high")),
    *("interval", "null_bias", "target_entropy", "unit", "gap", "x1", "x2", "y", "n", "units"),
    *("estimator", "reason", "random_state", "version"),
]


def parts(redundancy: float, unique1: float, unique2: float, synergy: float) -> Decomposition:
    return Decomposition(
        redundancy=redundancy, unique1=unique1, unique2=unique2, synergy=synergy, unit="bit"
    )


# --- estimators -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["xor", "rdn", "copy", "and"])
def test_gates_are_counted_as_they_are(name: str) -> None:
    x1, x2, y = make_gate(name).sample(20_000)
    q = pid.quantify(x1, x2, y)
    assert (q.estimator, q.parameters, q.n) == ("table", {}, 20_000)
    assert np.array_equal(q.table, count_samples(x1, x2, y).counts)
    q.decomposition.check(q.table)
    expected = make_gate(name).atoms
    assert expected
    for atom in ATOMS:
        assert getattr(q.decomposition, atom) == pytest.approx(expected[atom], abs=0.02)
    assert q.warnings == ()


def test_features_are_clustered() -> None:
    table = load("wine")
    q = pid.quantify(table.X1, table.X2, table.y, random_state=3)
    fitted = ClusterPID(random_state=3).fit(table.X1, table.X2, table.y)
    assert np.array_equal(q.table, fitted.table_)
    assert q.null_bias == fitted.null_bias_
    assert (q.estimator, q.random_state) == ("cluster", 3)
    assert q.parameters == {"n_clusters": "auto", "max_bias": 0.05}
    assert [axis.kind for axis in q.axes] == ["clusters", "clusters", "classes"]
    assert [axis.size for axis in q.axes] == list(q.table.shape)
    assert [axis.columns for axis in q.axes] == [table.X1.shape[1], table.X2.shape[1], 1]


def test_table_of_several_columns_counts_tuples(rng: np.random.Generator) -> None:
    X1 = rng.integers(2, size=(500, 2))
    q = pid.quantify(X1, rng.integers(2, size=500), X1.sum(axis=1), estimator="table")
    assert q.table.shape == (4, 2, 3)
    assert q.decomposition.unique1 + q.decomposition.redundancy == pytest.approx(q.target_entropy)


def test_one_side_symbols() -> None:
    table = load("breast_cancer")
    q = pid.quantify(table.X1, np.asarray(table.y) == "malignant", table.y, estimator="cluster")
    assert [axis.kind for axis in q.axes] == ["clusters", "symbols", "classes"]
    assert q.decomposition.unique1 == pytest.approx(0, abs=1e-8)


def test_clusters_can_be_asked_for() -> None:
    table = load("iris")
    q = pid.quantify(table.X1, table.X2, table.y, n_clusters=[4, 2])
    assert q.table.shape == (4, 2, 3)


def test_clusters_of_symbols_are_noted() -> None:
    x1, x2, y = make_gate("and").sample(100)
    assert pid.quantify(x1, x2, y, n_clusters=5).notes == (
        "x1 and x2 are symbols already: n_clusters was not used",
    )


def test_the_same_call_gives_the_same_result() -> None:
    table = load("iris")
    first, second = (pid.quantify(table.X1, table.X2, table.y).to_dict() for _ in range(2))
    assert first == second


def test_units() -> None:
    x1, x2, y = make_gate("and").sample(1000)
    bits, nats = (pid.quantify(x1, x2, y, unit=unit) for unit in ("bit", "nat"))
    for name in ("target_entropy", "null_bias"):
        assert getattr(nats, name) == pytest.approx(np.log(2) * getattr(bits, name))
    assert nats.decomposition.total == pytest.approx(np.log(2) * bits.decomposition.total)


# --- the target -------------------------------------------------------------------------------


def test_continuous_target_is_cut_into_quartiles(rng: np.random.Generator) -> None:
    X = rng.normal(size=(800, 2))
    q = pid.quantify(X[:, 0], X[:, 1], X.sum(axis=1), estimator="cluster")
    assert q.axes[2][:4] == ("y", 1, 4, "bins")
    assert q.table.sum(axis=(0, 1)).tolist() == [200] * 4
    assert len(q.notes) == 1
    assert q.notes[0].startswith("y: numbers, cut into 4 bins at ")


def test_number_of_bins(rng: np.random.Generator) -> None:
    X = rng.normal(size=(800, 2))
    q = pid.quantify(X[:, 0], X[:, 1], np.arange(800), target_bins=2, estimator="cluster")
    assert q.table.sum(axis=(0, 1)).tolist() == [400] * 2
    assert q.notes == ("y: numbers, cut into 2 bins at 400", "the rows are sorted by y")


@pytest.mark.parametrize("zeros", [600, 900])
def test_a_target_that_is_mostly_one_value(zeros: int, rng: np.random.Generator) -> None:
    """It is a class by itself, and the others share what is left."""
    X = rng.normal(size=(1000, 2))
    y = np.where(np.arange(1000) < zeros, 0.0, np.arange(1000))
    q = pid.quantify(X[:, 0], X[:, 1], y, estimator="cluster")
    first, *others = q.table.sum(axis=(0, 1))
    assert first == zeros
    assert others == pytest.approx([(1000 - zeros) / 3] * 3, abs=1)


@pytest.mark.slow
def test_no_bins_makes_every_number_a_class(rng: np.random.Generator) -> None:
    y = rng.integers(40, size=300)
    assert pid.quantify(y % 5, y % 3, y).axes[2].kind == "bins"
    q = pid.quantify(y % 5, y % 3, y, target_bins=None)
    assert (q.axes[2].kind, q.axes[2].size) == ("classes", 40)
    clustered = pid.quantify(rng.normal(size=300), y % 3, y, target_bins=None)
    assert clustered.table.shape[2] == 40


# --- the result -------------------------------------------------------------------------------


def test_json() -> None:
    frame = pd.DataFrame({"a": [0, 0, 1, 1] * 9, "b": [0, 1, 0, 1] * 9, "c": [1, 0, 0, 1] * 9})
    q = pid.quantify(frame[["a"]], frame["b"], frame["c"], random_state=np.int64(7))  # type: ignore[arg-type]
    row = json.loads(json.dumps(q.to_dict(), allow_nan=False))
    assert list(row) == JSON_NAMES
    assert [row[name] for name in ("x1", "x2", "y", "n", "unit")] == ["a", "b", "c", 36, "bit"]
    assert row["synergy"] == pytest.approx(1)
    assert (row["version"], row["random_state"]) == (pid.__version__, 7)
    assert 0 <= row["gap"] < 1e-8


def test_names() -> None:
    x1, x2, y = make_gate("and").sample(100)
    assert [a.name for a in pid.quantify(x1, x2, y).axes] == ["x1", "x2", "y"]
    q = pid.quantify(x1, x2, y, names=("a_*", "b", "c"))
    assert [q.to_dict()[n] for n in ("x1", "x2", "y")] == ["a_*", "b", "c"]
    table = pd.DataFrame({"u": x1, "v": x2})
    assert pid.quantify(table, x2, y).axes[0].name == "u,v"


def test_repr_is_a_small_table() -> None:
    q = pid.quantify(
        [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50, interval=None, correction="none"
    )
    assert (q.corrected, q.interval, q.level) == (None, None, None)
    assert repr(q).splitlines() == [
        "Quantification of 200 samples in a 2 x 2 x 2 table, in bit",
        "  redundancy 0.0000",
        "  unique1    0.0000",
        "  unique2    0.0000",
        "  synergy    1.0000",
        "  total      1.0000",
        "Together x1 and x2 tell all of y. "
        "Nearly all of that shows only when both are seen together.",
    ]


def test_result_cannot_be_changed() -> None:
    q = pid.quantify([0, 1] * 50, [0, 1] * 50, [0, 1] * 50)
    with pytest.raises(FrozenInstanceError):
        q.n = 3  # type: ignore[misc]
    unproved = replace(q, decomposition=replace(q.decomposition, certificate=None))
    assert (unproved.gap, unproved.to_dict()["gap"]) == (None, None)
    assert q.cells_per_sample == 8 / 100


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("d", "expected"),
    [
        (parts(0, 0, 0, 0), "Together x1 and x2 tell nothing about y."),
        (
            parts(0.96, 0.04, 0, 0),
            "tell 50% of y. Nearly all of that is shared: either of them",
        ),
        (parts(0, 0.7, 0.3, 0), "Most of that is unique to x1; 30% of it is unique to x2."),
        (parts(0.1, 0.1, 0.7, 0.1), "Most of that is unique to x2."),
        (parts(0.2, 0.1, 0.2, 1.5), "tell all of y. Most of that shows only when both"),
        (
            parts(0.4, 0.35, 0.15, 0.1),
            "The largest part, 40%, is shared: either of them says it; 3",
        ),
        (parts(0.001, 0, 0, 0), "tell less than 1% of y. Nearly all"),
    ],
)
def test_reading(d: Decomposition, expected: str) -> None:
    assert expected in read(d, 2.0)


def test_reading_has_the_interval_of_what_is_told() -> None:
    d, ends = parts(0.5, 0.25, 0, 0.25), {"total": (0.8, 1.1)}
    assert read(d, 2.0, ends).startswith("Together x1 and x2 tell 50% of y (40% to 55%). ")
    assert read(d, None, ends).startswith("Together x1 and x2 tell 1 bit about y (0.8 to 1.1). ")
    assert read(d, 2.0, {"total": (1.0, 1.0)}).startswith("Together x1 and x2 tell 50% of y. ")


def test_doubts() -> None:
    dense = np.full((2, 2, 2), 100)
    assert doubts(dense, bias=0.01, total=0.5, unit="bit") == ()
    (text,) = doubts(dense, bias=0.11, total=0.5, unit="bit")
    assert "too sparse to trust: of 0.5000 bit in total, 0.1100 would be expected" in text
    (text,) = doubts(dense, bias=0.11, total=0.05, unit="nat")
    assert "the total of 0.0500 nat is no more than the 0.1100 nat to be expected" in text
    assert doubts(np.full((1, 1, 2), 50), bias=0, total=0, unit="bit") == ()
    assert doubts(np.full((1, 1, 2), 50), bias=0, total=-1e-17, unit="bit") == ()
    (text,) = doubts(np.ones((2, 2, 2), dtype=np.int64), bias=0, total=1, unit="bit")
    assert "2.0 samples per occupied pair (x1, x2), fewer than 5" in text


def test_sparse_tables_are_not_trusted(rng: np.random.Generator) -> None:
    x1, x2 = rng.integers(12, size=(2, 100))
    q = pid.quantify(x1, x2, rng.integers(2, size=100))
    assert len(q.warnings) == 1
    assert q.reading.startswith("Not to be trusted, see the warning: These data do not show")
    assert "Warning: the table is too sparse" in repr(q)


def test_data_without_information_are_not_trusted(rng: np.random.Generator) -> None:
    for _ in range(10):
        X1, X2 = rng.normal(size=(2, 300, 3))
        assert pid.quantify(X1, X2, rng.integers(2, size=300), estimator="cluster").warnings


# --- bias and intervals -----------------------------------------------------------------------


def test_interval_is_that_of_the_table() -> None:
    x1, x2, y = make_gate("and").sample(300, random_state=1)
    q, again = (pid.quantify(x1, x2, y, random_state=3) for _ in range(2))
    assert q.interval == again.interval == assess(q.table, random_state=3).interval
    assert q.corrected is not None
    assert q.best is q.corrected
    assert q.corrected.coupling is None
    row = q.to_dict()
    assert row["synergy_low"] < row["synergy_corrected"] < row["synergy_high"]  # type: ignore[operator]
    assert "  synergy    " in repr(q)
    assert f"[{row['synergy_low']:.4f}, {row['synergy_high']:.4f}]" in repr(q)


def test_correction_without_interval() -> None:
    x1, x2, y = make_gate("and").sample(300, random_state=1)
    q = pid.quantify(x1, x2, y, interval=None)
    assert q.interval is None
    assert q.best.synergy == correct(q.table).synergy


def test_nothing_there_is_said_to_be_chance(rng: np.random.Generator) -> None:
    q = pid.quantify(*rng.integers(3, size=(3, 500)))
    assert "it may be chance" in q.reading


def test_large_tables_are_resampled_on_demand_only(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pid.analysis.quantification.assess.AFFORDABLE", ((1e-6, 50),))
    data = rng.integers(3, size=(3, 200))
    q = pid.quantify(*data)
    assert (q.interval, q.corrected) == (None, None)
    assert any("a table of 27 cells takes long to resample" in note for note in q.notes)
    assert pid.quantify(*data, replicates=20).interval is not None


def test_weights_count_rows_several_times() -> None:
    """Whole weights give the table of repeated rows, but no more certainty than there is."""
    x1, x2, y = make_gate("and").sample(200, random_state=1)
    weights = np.tile([1.0, 3.0], 100)
    q = pid.quantify(x1, x2, y, weights=weights)
    repeats = weights.astype(int)
    repeated = pid.quantify(*(np.repeat(v, repeats) for v in (x1, x2, y)))
    assert np.allclose(q.table / q.table.sum(), repeated.table / repeated.table.sum())
    assert q.table.sum() == pytest.approx(400**2 / (100 + 900))  # Kish's effective number
    assert q.decomposition.synergy == pytest.approx(repeated.decomposition.synergy, abs=1e-8)
    assert q.interval is not None
    assert repeated.interval is not None
    widths = [np.diff(found["total"])[0] for found in (q.interval, repeated.interval)]
    assert widths[0] > 1.2 * widths[1]
    assert any("weighted rows count as 160.0 of equal weight" in note for note in q.notes)


def test_few_groups_are_a_warning() -> None:
    x1, x2, y = make_gate("and").sample(200, random_state=1)
    q = pid.quantify(x1, x2, y, groups=np.repeat(np.arange(10), 20))
    assert any("only 10 independent groups or blocks" in text for text in q.warnings)


# --- what it refuses --------------------------------------------------------------------------

BITS = [0, 1] * 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"estimator": "magic"}, "estimator must be 'auto', 'table', 'cluster', .*; got 'magic'"),
        (
            {"estimator": "table", "n_clusters": 3},
            "'table' makes no clusters; leave out n_clusters",
        ),
        ({"interval": 95}, "interval must be a number above 0 and below 1 or None; got 95"),
        ({"groups": [1, 2]}, "groups must have one label per row"),
        ({"groups": [1] * 100, "blocks": 3}, "give groups or blocks, not both"),
        ({"weights": [1.0, 2.0]}, "one per row; got"),
        ({"target_bins": 1}, "target_bins must be 'auto', an integer of at least 2 or None; got 1"),
        ({"names": ("a", "b")}, r"names must be a list of 3 texts, .* got \('a', 'b'\)"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pid.quantify(BITS, BITS, BITS, **options)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((BITS[1:], BITS, BITS), "got 39 in x1, 40 in x2 and 40 in y"),
        (([*BITS[1:], None], BITS, BITS), "x1 has 1 missing value, the first in data row 40"),
        ((BITS, BITS, [np.nan, *BITS[1:]]), "y has 1 missing value"),
        ((BITS, [np.inf, *BITS[1:]], BITS), "x2 has 1 infinite value"),
        ((BITS, [[]] * 40, BITS), "x2 has no columns"),
        ((BITS, BITS, [{}] * 40), "y has a dict in data row 1, which is not hashable"),
        ((BITS, BITS, [3] * 40), "y has a single class, 3, in all 40 samples"),
        ((BITS, BITS, np.ones((40, 2))), "y must be a single column; got 2"),
        (([], [], []), "x1 has no samples"),
        (([1], [1], [1]), "y has a single class"),
    ],
)
def test_bad_data(data: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pid.quantify(*data)


def test_bins_of_text() -> None:
    with pytest.raises(InvalidInput, match="y is not numeric, so it cannot be cut into 3 bins"):
        pid.quantify(BITS, BITS, ["no", "yes"] * 20, target_bins=3)


def test_bins_are_counted_as_symbols_of_their_own(rng: np.random.Generator) -> None:
    """Quantile bins made by hand and counted give the same table; two columns make pairs."""
    X1, x2 = rng.normal(size=(400, 2)), rng.normal(size=400)
    y = (X1[:, 0] + x2 > 0).astype(int)
    q = pid.quantify(X1, x2, y, estimator="bins", bins=(2, 4), target_bins="auto", interval=None)
    cut = [np.searchsorted(np.sort(c)[[200]], c, side="right") for c in X1.T]
    edges = np.sort(x2)[[100, 200, 300]]
    ours = pid.decompose_samples(2 * cut[0] + cut[1], np.searchsorted(edges, x2, "right"), y)
    assert q.table.shape == (4, 4, 2)
    assert q.decomposition.synergy == ours.synergy
    assert [axis.kind for axis in q.axes] == ["bins", "bins", "classes"]
    auto = pid.quantify(X1, x2, y, estimator="bins", interval=None)
    assert auto.table.shape == (4, 5, 2)
