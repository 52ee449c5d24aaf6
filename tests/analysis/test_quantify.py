"""``pid.quantify``: the right estimator, an honest account of it, and its words."""

import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pid
from pid.analysis.quantification.doubts import Judged, Told, doubts, fewer_of
from pid.analysis.words import read
from pid.core.decomposition import ATOMS, Decomposition
from pid.core.joint import count_samples
from pid.datasets import load, make_gate
from pid.discretization.resolution import auto_clusters
from pid.errors import InvalidInput
from pid.estimators import ClusterPID
from pid.inference import assess, correct

JSON_NAMES = [
    *(*ATOMS, "total"),
    *(f"{name}_counted" for name in (*ATOMS, "total")),
    *(f"{name}_{end}" for name in (*ATOMS, "total") for end in ("low", "high")),
    *(f"conditional{i}{end}" for end in ("", "_counted") for i in (1, 2)),
    *(f"conditional{i}_{end}" for i in (1, 2) for end in ("low", "high")),
    *("interval", "multiview_redundancy", "null_bias", "held"),
    *("target_entropy", "target_entropy_counted", "unit", "gap"),
    *("x1", "x2", "y", "n", "units"),
    *("estimator", "reason", "random_state", "notes", "warnings", "schema", "version"),
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
    q = pid.quantify(table.X1, table.X2, table.y, estimator="cluster", random_state=3)
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
    assert q.decomposition.unique1 + q.decomposition.redundancy == pytest.approx(
        q.target_entropy_counted
    )


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
    q = pid.quantify(frame[["a"]], frame["b"], frame["c"], random_state=np.int64(7))  # type: ignore[call-overload]
    row = json.loads(json.dumps(q.to_dict(), allow_nan=False))
    assert list(row) == JSON_NAMES
    assert [row[name] for name in ("x1", "x2", "y", "n", "unit")] == ["a", "b", "c", 36, "bit"]
    assert row["synergy_counted"] == pytest.approx(1)
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
        "Together x1 and x2 tell all of y. Of that: 100% synergy.",
        q.uncertainty,
    ]
    assert str(q.uncertainty).endswith("for the counted table; the estimate has no interval")


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
            "tell 50% of y. Of that: 96% shared, 4% unique to x1.",
        ),
        (parts(0, 0.7, 0.3, 0), "tell 50% of y. Of that: 70% unique to x1, 30% unique to x2."),
        (
            parts(0.1, 0.1, 0.7, 0.1),
            "Of that: 70% unique to x2, 10% shared, 10% unique to x1, 10% synergy.",
        ),
        (
            parts(0.2, 0.1, 0.2, 1.5),
            "tell all of y. Of that: 75% synergy, 10% shared, 10% unique to x2, 5% u",
        ),
        (
            parts(0.4, 0.35, 0.15, 0.1),
            "Of that: 40% shared, 35% unique to x1, 15% unique to x2, 10% synergy.",
        ),
        (parts(0.001, 0, 0, 0), "tell less than 1% of y. Of that: 100% shared."),
    ],
)
def test_reading(d: Decomposition, expected: str) -> None:
    assert expected in read(d, 2.0)


def test_reading_has_the_interval_of_what_is_told() -> None:
    d, ends = parts(0.5, 0.25, 0, 0.25), {"total": (0.8, 1.1)}
    assert read(d, 2.0, ends).startswith("Together x1 and x2 tell 50% of y (40% to 55%). ")
    assert read(d, None, ends).startswith("Together x1 and x2 tell 1 bit about y (0.8 to 1.1). ")
    assert read(d, 2.0, {"total": (1.0, 1.0)}).startswith("Together x1 and x2 tell 50% of y. ")


def test_reading_has_the_names_that_were_given() -> None:
    d = parts(0.2, 0.37, 0, 0.43)
    names = ("size", "texture", "diagnosis")
    assert read(d, 1.0, names=names) == (
        "Together size and texture tell all of diagnosis. "
        "Of that: 43% synergy, 37% unique to size, 20% shared."
    )
    evil = "a\x1b[31m\u202e" + "b" * 300
    text = read(d, 1.0, names=(evil, "c,d," * 40, "y"))
    assert text.isprintable()
    assert "unique to a" in text
    assert "and x2 tell" in text  # a list of columns is no name
    assert len(text) < 250
    assert "unique to x1" in read(d, 1.0, names=("same", "same", "y"))


INTERVALS = {
    "redundancy": (-0.05, 0.1),
    "unique1": (-0.02, 0.2),
    "unique2": (-0.01, 0.01),
    "synergy": (-0.2, 0.2),
    "total": (-0.1, 0.25),
}


@pytest.mark.parametrize("atom", [*ATOMS, "total"])
def test_nothing_is_shown_only_if_no_atom_is(atom: str) -> None:
    """The total is at least each atom, whatever its own interval says."""
    d = parts(0.02, 0.1145, 0, -0.03)
    assert "do not show that x1 and x2 tell anything about y" in read(d, 1.0, INTERVALS)
    text = read(d, 1.0, INTERVALS | {atom: (0.04, 0.19)})
    assert text.startswith("Together x1 and x2 tell 10% of y (4% to ")
    assert "may be chance" in text or "the data do not show" in text


ENDS = st.tuples(st.floats(-0.5, 1), st.floats(0, 1)).map(lambda e: (e[0], e[0] + e[1]))


@given(st.fixed_dictionaries(dict.fromkeys((*ATOMS, "total"), ENDS)), st.booleans())
def test_a_headline_and_its_intervals_agree(ends: dict[str, tuple[float, float]], y: bool) -> None:
    """Whatever intervals there are: what any of them shows, the headline says."""
    middle = {name: (low + high) / 2 for name, (low, high) in ends.items()}
    d = parts(*(middle[name] for name in ATOMS))
    text = read(d, 2.0 if y else None, ends)
    shown = any(low > 0 for low, _ in ends.values())
    assert shown == text.startswith("Together x1 and x2 tell ") or "tell nothing" in text
    assert not (shown and ("do not show that" in text or "tell nothing" in text))


def test_what_is_told_is_never_below_an_atom() -> None:
    """Neither end, nor the value between them."""
    ends = INTERVALS | {"unique1": (0.3, 0.4), "total": (-0.1, 0.2)}
    assert "tell 30% of y (30% to 30%)" not in read(parts(0, 0.35, 0, -0.3), 1.0, ends)
    assert "tell 30% of y" in read(parts(0, 0.35, 0, -0.3), 1.0, ends)


def test_shares_of_atoms_that_are_all_estimated_at_nothing() -> None:
    ends = INTERVALS | {"unique1": (0.01, 0.2)}
    assert read(parts(0, 0, 0, -0.1), 1.0, ends) == "Together x1 and x2 tell 1% of y (1% to 25%)."


def test_what_may_be_chance_is_said_so() -> None:
    d = parts(0.2, 0.5, 0, 0.3)
    sure = dict.fromkeys((*ATOMS, "total"), (0.1, 1.0))
    assert read(d, 1.0, sure).endswith("Of that: 50% unique to x1, 30% synergy, 20% shared.")
    doubtful = sure | {"synergy": (-0.1, 0.5), "unique2": (-0.1, 0.1)}
    assert read(d, 1.0, doubtful).endswith("20% shared; synergy may be chance.")
    doubtful |= {"unique1": (-0.1, 0.5)}
    assert read(d, 1.0, doubtful).endswith("; what is unique to x1 and synergy may be chance.")
    doubtful |= {"redundancy": (0.0, 0.5)}
    assert read(d, 1.0, doubtful).endswith("20% shared; which of these, the data do not show.")


def test_a_table_shows_shares_where_an_atom_is_shown(rng: np.random.Generator) -> None:
    X = rng.normal(size=(9857, 4))
    y = rng.random(9857) < 1 / (1 + np.exp(-0.4 * X[:, 0]))
    q = pid.quantify(X[:, :2], X[:, 2:], y.astype(int), estimator="cluster")
    assert q.interval is not None
    assert q.interval["total"][0] <= 0 < q.interval["unique1"][0]
    assert q.is_shown
    assert q.reading.startswith("Together x1 and x2 tell 3% of y (3% to ")


NONE, BOTH = Judged(corrected=False, interval=False), Judged(corrected=True, interval=True)


def test_doubts() -> None:
    dense = np.full((2, 2, 2), 100)

    def of(
        bias: float, total: float, unit: str, judged: Judged, table: np.ndarray = dense
    ) -> tuple[str, ...]:
        return doubts(table, Told(int(table.sum()), table.sum(), bias, total, unit), judged, "")

    assert of(0.01, 0.5, "bit", NONE) == ()
    (text,) = of(0.11, 0.5, "bit", NONE)
    assert "too sparse to trust: of 0.5000 bit in total, 0.1100 would be expected" in text
    assert text.endswith("no correction here allows for it: ask for one, or take more samples")
    (text,) = of(0.11, 0.5, "bit", NONE._replace(corrected=True))
    assert "no interval here allows for it" in text
    (text,) = of(0.11, 0.05, "nat", NONE)
    assert "the total of 0.0500 nat is no more than the 0.1100 nat to be expected" in text
    assert of(0, 0, "bit", NONE, np.full((1, 1, 2), 50)) == ()
    assert of(0, -1e-17, "bit", NONE, np.full((1, 1, 2), 50)) == ()
    (text,) = of(0, 1, "bit", BOTH, np.ones((2, 2, 2), dtype=np.int64))
    assert "2.0 samples per occupied pair (x1, x2), fewer than 5; take more samples or" in text
    # what chance adds is no doubt if it was taken off
    assert of(0.11, 0.05, "bit", BOTH) == ()


@given(
    st.lists(st.integers(2, 3000), min_size=2, max_size=12),
    st.tuples(st.integers(2, 5000), st.integers(2, 5000)),
)
def test_no_automatic_number_is_condemned(classes: list[int], distinct: tuple[int, int]) -> None:
    """Where both sources are clustered, and every row counts as one; unless 2 x 2 are too many."""
    n1, n2 = auto_clusters(classes, distinct)
    rows = sum(classes)
    table = np.full((n1, n2, 1), rows / (n1 * n2))  # all pairs occupied: the fewest rows in each
    told = Told(rows, rows, 0.5, 0.5, "bit")  # all of it chance
    assert doubts(table, told, BOTH, "") == () or rows < 5 * 4


@pytest.mark.parametrize("times", [2, 10])
@pytest.mark.parametrize("grouped", [True, False])
def test_copies_make_no_sparse_table_dense(
    times: int, grouped: bool, rng: np.random.Generator
) -> None:
    """As groups that were named, and as rows that are found to be equal."""
    X1, X2 = rng.normal(size=(2, 200, 2))
    y = rng.integers(2, size=200)
    options: dict[str, Any] = {"estimator": "bins", "bins": 5, "target_bins": "auto"}
    options |= {"interval": None, "correction": "none"}
    once = pid.quantify(X1, X2, y, **options)
    rows = rng.permutation(np.tile(np.arange(200), times))
    groups = rows if grouped else None
    often = pid.quantify(X1[rows], X2[rows], y[rows], groups=groups, **options)
    for q in (once, often):
        assert any("too sparse to trust" in text for text in q.warnings)
    assert any("are worth 199 independent ones" in text for text in often.warnings)
    assert often.null_bias == pytest.approx(once.null_bias, rel=0.01)


@pytest.mark.parametrize(
    ("kinds", "sizes", "asked", "columns", "expected"),
    [
        (("clusters", "clusters"), (2, 2), "auto", (3, 3), ""),
        (("clusters", "clusters"), (6, 6), "auto", (3, 3), ""),
        (("clusters", "clusters"), (20, 20), 20, (3, 3), "clusters ('auto' takes as many as"),
        (("clusters", "clusters"), (2, 20), ("auto", 20), (3, 3), "clusters ('auto' takes"),
        (("symbols", "symbols"), (90, 90), "auto", (1, 1), "symbols (merge rare ones)"),
        (("bins", "bins"), (64, 64), "auto", (6, 6), "columns (or estimator 'cluster')"),
    ],
)
def test_the_remedy_is_one_that_can_be_taken(
    kinds: Any, sizes: Any, asked: Any, columns: Any, expected: str
) -> None:
    found = fewer_of(kinds, sizes, asked, columns)
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


@pytest.mark.parametrize("n", [20, 60, 200, 700])
@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("signal", [0.0, 0.3, 3.0])
def test_automatic_clusters_are_not_condemned(
    n: int, classes: int, signal: float, rng: np.random.Generator
) -> None:
    """However weak the signal: there are never fewer rows a pair than the warning asks for."""
    X = rng.normal(size=(n, 4))
    y = (signal * X[:, 0] + rng.normal(size=n)).argsort().argsort() * classes // n
    q = pid.quantify(X[:, :2], X[:, 2:], y, estimator="cluster", replicates=20)
    assert all(text.startswith("class") for text in q.warnings) and (n == 20 or not q.warnings)


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_automatic_clusters_of_rare_classes_are_not_condemned(
    share: float, rng: np.random.Generator
) -> None:
    X = rng.normal(size=(2000, 4))
    y = rng.random(2000) > share
    q = pid.quantify(X[:, :2], X[:, 2:], y.astype(int), estimator="cluster", replicates=20)
    assert q.warnings == ()


def test_automatic_clusters_beside_many_symbols_are_told_what_to_do(
    rng: np.random.Generator,
) -> None:
    """Auto takes 2, as few as there can be: it is the symbols that are too many."""
    words = np.array([f"w{i}" for i in rng.integers(100, size=300)])
    q = pid.quantify(
        rng.normal(size=(300, 2)),
        words,
        rng.integers(2, size=300),
        replicates=20,
        estimator="cluster",
    )
    (text,) = q.warnings
    assert q.axes[0].size == 2
    assert "fewer symbols (merge rare ones)" in text
    assert "clusters" not in text


def test_too_many_clusters_that_were_asked_for_are_condemned(rng: np.random.Generator) -> None:
    X = rng.normal(size=(300, 4))
    q = pid.quantify(X[:, :2], X[:, 2:], rng.integers(2, size=300), n_clusters=15, replicates=20)
    assert "fewer clusters ('auto' takes as many as the samples can carry)" in q.warnings[0]


def test_sparse_tables_are_not_trusted(rng: np.random.Generator) -> None:
    x1, x2 = rng.integers(12, size=(2, 100))
    q = pid.quantify(x1, x2, rng.integers(2, size=100))
    assert len(q.warnings) == 1
    assert q.reading.startswith("Not to be trusted, see the warning: ")
    assert "Warning: the table is too sparse" in repr(q)


def test_data_without_information_show_none(rng: np.random.Generator) -> None:
    """In the corrected numbers, which can be trusted; the counted ones alone cannot."""
    for _ in range(5):
        X1, X2 = rng.normal(size=(2, 300, 3))
        y = rng.integers(2, size=300)
        q = pid.quantify(X1, X2, y, estimator="cluster", replicates=100)
        assert q.reading.startswith("These data do not show that x1 and x2 tell anything")
        bare = {"interval": None, "correction": "none"}
        raw = pid.quantify(X1, X2, y, estimator="cluster", **bare)  # type: ignore[call-overload]
        assert "ask for one" in raw.warnings[0]


# --- bias and intervals -----------------------------------------------------------------------


def test_interval_is_that_of_the_table() -> None:
    x1, x2, y = make_gate("and").sample(300, random_state=1)
    q, again = (pid.quantify(x1, x2, y, random_state=3) for _ in range(2))
    assert q.interval == again.interval == assess(q.table, random_state=3).interval
    assert q.corrected is not None
    assert q.best is q.corrected
    assert q.corrected.coupling is None
    row = q.to_dict()
    assert row["synergy_low"] < row["synergy"] < row["synergy_high"]  # type: ignore[operator]
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
