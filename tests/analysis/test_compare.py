"""Profiles of models that are known in closed form, and what cannot be compared."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression

import pid
from pid.analysis.comparison.result import KEYS, VALUES
from pid.core.decomposition import ATOMS
from pid.core.information import entropy
from pid.errors import InvalidInput

N = 4000


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """y is x1 xor x2, all pairs equally often."""
    x1, x2 = (np.tile(x, N // 4) for x in ([0, 0, 1, 1], [0, 1, 0, 1]))
    return x1, x2, x1 ^ x2


@pytest.fixture(scope="module")
def found(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> pid.Comparison:
    x1, x2, y = data
    rng = np.random.default_rng(0)
    half = np.full((N, 2), 0.5)
    tenth = np.where(y[:, None] == [0, 1], 0.9, 0.1)
    models = {
        "true": y,
        "first": x1,
        "second": x2,
        "and": x1 & x2,
        "constant": np.zeros(N, dtype=int),
        "unsure": half,
        "soft": tenth,
        "turned": y ^ (rng.random(N) < 0.1),
        "again": tenth,
    }
    return pid.compare(models, *data, replicates=100)


def atoms(profile: Any) -> list[float]:
    return [getattr(profile.decomposition, atom) for atom in ATOMS]


# --- closed forms -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("true", [0, 0, 0, 1]),
        ("first", [0, 1, 0, 0]),
        ("second", [0, 0, 1, 0]),
        ("and", [0.311278, 0, 0, 0.5]),
        ("constant", [0, 0, 0, 0]),
        ("unsure", [0, 0, 0, 0]),
        ("soft", [0, 0, 0, 1 - entropy([0.1, 0.9])]),
    ],
)
def test_profiles(found: pid.Comparison, name: str, expected: list[float]) -> None:
    assert atoms(found.models[name]) == pytest.approx(expected, abs=1e-6)
    assert found.models[name].decomposition.certificate is not None


def test_the_data_beside_them(found: pid.Comparison) -> None:
    assert atoms(found.data) == pytest.approx([0, 0, 0, 1], abs=1e-6)
    assert set(found.data.values) == {*ATOMS, "total"}


@pytest.mark.parametrize(
    ("name", "information", "left", "accuracy"),
    [
        ("true", 1, 0, 1),
        ("first", 0, 1, 0.5),
        ("constant", 0, 1, 0.5),
        ("soft", 1 - entropy([0.1, 0.9]), entropy([0.1, 0.9]), 1),
        ("and", 0.311278, 0.688722, 0.25),
    ],
)
def test_what_is_left_on_the_table(
    found: pid.Comparison, name: str, information: float, left: float, accuracy: float
) -> None:
    """I(X1, X2; Y) less I(prediction; Y), as the model says what it says for X1 and X2 alone."""
    values = found.models[name].values
    assert values["information"].counted == pytest.approx(information, abs=1e-6)
    assert values["left"].counted == pytest.approx(left, abs=1e-6)
    assert values["accuracy"].counted == pytest.approx(accuracy)
    for key in ("information", "left", "accuracy"):
        assert 0 <= values[key].low <= values[key].corrected + 1e-9 <= values[key].high + 2e-9


def test_agreement_grows_with_accuracy_and_overlap_does_not(found: pid.Comparison) -> None:
    """A model that is unsure has the profile of the data, and less of it."""
    true, soft = found.models["true"].values, found.models["soft"].values
    assert true["agreement"].counted == pytest.approx(1, abs=1e-6)
    assert soft["agreement"].counted == pytest.approx(1 - entropy([0.1, 0.9]), abs=1e-6)
    assert true["overlap"].counted == pytest.approx(1, abs=1e-6)
    assert soft["overlap"].counted == pytest.approx(1, abs=1e-6)
    assert found.models["first"].values["overlap"].counted == pytest.approx(0, abs=1e-6)
    assert found.models["constant"].values["overlap"].counted == 0


# --- inference --------------------------------------------------------------------------------


def test_ranks(found: pid.Comparison) -> None:
    assert next(iter(found.models)) in ("true", "soft", "again")  # all of them are always right
    assert {found.models[name].rank for name in ("true", "soft", "again")} == {(1, 1, 1)}
    assert found.models["turned"].rank == (4, 4, 4)
    low, rank, high = (found.models["first"].rank[i] for i in (1, 0, 2))
    assert low <= rank <= high


def test_differences_are_of_the_same_rows(found: pid.Comparison) -> None:
    same = found.difference("soft", "again")
    assert set(same.value.values()) == {0.0}
    assert set(same.p.values()) == {1.0}
    some = found.difference("turned", "true")
    assert some.value["accuracy"] == pytest.approx(0.1, abs=0.02)
    assert some.interval["accuracy"][0] > 0.08
    assert some.p["synergy"] < 1e-6
    assert some.interval["unique1"][0] <= 0 <= some.interval["unique1"][1]
    beside = found.difference("data", "first")
    assert beside.value["synergy"] == pytest.approx(-1, abs=0.01)
    assert tuple(beside.value) == VALUES
    with pytest.raises(InvalidInput, match=r"there is no model 'none'; there are .*, data"):
        found.difference("none", "true")


@pytest.mark.slow
def test_intervals_cover() -> None:
    """Of 40 samples of a model of known profile, nearly all have it in their intervals."""
    covered = dict.fromkeys(("synergy", "information", "left", "accuracy"), 0)
    truth = {
        "synergy": 1 - entropy([0.2, 0.8]),
        "information": 1 - entropy([0.2, 0.8]),
        "left": entropy([0.2, 0.8]),
        "accuracy": 0.8,
    }
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x1, x2 = rng.integers(2, size=(2, 500))
        said = x1 ^ x2 ^ (rng.random(500) < 0.2)
        values = pid.compare({"m": said}, x1, x2, x1 ^ x2).models["m"].values
        for key, expected in truth.items():
            covered[key] += values[key].low <= expected <= values[key].high
    assert min(covered.values()) >= 34


def test_groups_widen_intervals() -> None:
    rng = np.random.default_rng(0)
    x1, x2, turned = (np.repeat(rng.integers(2, size=80), 20) for _ in range(3))
    turned = turned & np.repeat(rng.integers(2, size=80), 20)
    models, groups = {"m": x1 ^ turned}, np.repeat(np.arange(80), 20)
    alone = pid.compare(models, x1, x2, x1)
    grouped = pid.compare(models, x1, x2, x1, groups=groups)
    width = [np.diff(c.models["m"].values["accuracy"][2:])[0] for c in (alone, grouped)]
    assert width[1] > 3 * width[0]
    assert (alone.units, grouped.units) == (1600, 80)


def test_weights_count_rows_again(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    _, _, y = data
    said = np.where(np.arange(N) < N // 2, y, 1 - y)
    weights = np.where(np.arange(N) < N // 2, 3.0, 1.0)
    values = pid.compare({"m": said}, *data, weights=weights).models["m"].values
    assert values["accuracy"].counted == pytest.approx(0.75)


def test_the_same_bits(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    x1, _, _ = data
    first, second = (pid.compare({"m": x1}, *data, replicates=20).to_dicts() for _ in range(2))
    assert first == second


# --- input and output -------------------------------------------------------------------------


def test_frame(found: pid.Comparison) -> None:
    frame = found.to_frame()
    assert frame.index.name == "model"
    assert list(frame.index) == list(found.models)
    for key in KEYS:
        assert {f"{key}_low", f"{key}_high"} <= set(frame.columns)
    for name in (
        "redundancy",
        "synergy_counted",
        "schema",
        "gap",
        "x1",
        "y",
        "n",
        "estimator",
        "version",
    ):
        assert name in frame.columns
    assert found.reading.startswith(f"{frame.index[0]} has the most accuracy: 100.0%")
    assert found.reading in repr(found)


def test_probabilities_by_column_name(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    x1, x2, y = data
    words = np.array(["no", "yes"])[y]
    said = pd.DataFrame({"p_yes": y * 1.0, "p_no": 1.0 - y})
    models = {"named": said, "in order": said.to_numpy()[:, ::-1], "labels": words}
    found = pid.compare(models, x1, x2, words, replicates=10)
    for profile in found.models.values():
        assert profile.values["accuracy"].counted == pytest.approx(1)
        assert profile.decomposition.synergy == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("classes", "columns"),
    [
        (("new_york", "york"), ("p_york", "p_new_york")),
        ((0.0, 1.0), ("p_1", "p_0")),
        ((False, True), ("said=1", "said=0")),
    ],
)
def test_classes_in_names_of_columns(
    data: tuple[np.ndarray, np.ndarray, np.ndarray],
    classes: tuple[object, object],
    columns: tuple[str, str],
) -> None:
    x1, x2, y = data
    target = np.array(classes)[y]
    said = pd.DataFrame({columns[0]: y * 1.0, columns[1]: 1.0 - y})
    rows = [np.array([1.0 - v, v]) for v in y]
    found = pid.compare({"named": said, "rows": rows}, x1, x2, target, replicates=10)
    assert [note for note in found.notes if "held there" not in note] == []
    for profile in found.models.values():
        assert profile.values["accuracy"].counted == pytest.approx(1)
    typo = said.rename(columns={columns[0]: "p_yess"})
    with pytest.raises(InvalidInput, match="which name only some of the classes"):
        pid.compare({"m": typo}, x1, x2, target)
    other = pid.compare({"m": said.set_axis(["u", "v"], axis=1)}, x1, x2, target, replicates=10)
    assert other.notes[0] == (
        "model 'm': columns are taken in the order of the classes, which they do not name"
    )


def test_ranks_are_of_corrected_values() -> None:
    """What says much for its many labels is not the best because tables of few rows look so."""
    rng = np.random.default_rng(1)
    x1, x2 = rng.integers(8, size=(2, 300))
    y = (x1 > 3) * 1
    models = {"half": y, "noise": rng.integers(8, size=300)}
    models["noise"][:2] = 0, 1
    found = pid.compare(models, x1, x2, y, sort="total")
    assert next(iter(found.models)) == "half"
    assert found.models["half"].rank == (1, 1, 1)


def test_accuracies_are_shares_of_rows() -> None:
    """Whatever the sizes of the parts that are left out: 150 rows make some of one, some of two."""
    x1, x2 = np.repeat([0, 1], 75), np.tile([0, 1, 0], 50)
    first, last = x1.copy(), x1.copy()
    first[:15], last[-15:] = 1 - x1[:15], 1 - x1[-15:]
    found = pid.compare({"first": first, "last": last}, x1, x2, x1)
    for profile in found.models.values():
        assert profile.values["accuracy"].corrected == pytest.approx(0.9, abs=1e-9)
        assert profile.rank[0] == 1
    assert found.difference("first", "last").value["accuracy"] == pytest.approx(0, abs=1e-9)


def test_few_rows_say_so() -> None:
    found = pid.compare({"m": [0, 1, 0, 1, 0]}, [0, 1, 0, 1, 0], [0, 0, 1, 1, 0], [0, 1, 0, 1, 0])
    few, last = found.warnings
    assert few.startswith("class 1 of y has 2 rows")
    assert last.startswith("there are only 5 independent groups")
    assert found.models["m"].values["accuracy"].low < 0.6  # of five rows, all right


def test_fitted_models() -> None:
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 600, 2))
    y = np.where(X1[:, 0] > 0, "a", "b")
    one = LogisticRegression().fit(np.hstack([X1, X2])[:300], y[:300])

    class Two:
        classes_ = np.array(["b", "a"])

        def predict_proba(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
            p = 1 / (1 + np.exp(-5 * first[:, 0]))
            return np.column_stack([1 - p, p])

    found = pid.compare({"one": one, "two": Two()}, X1[300:], X2[300:], y[300:], n_clusters=6)
    for profile in found.models.values():
        assert profile.values["accuracy"].counted > 0.95
        assert profile.values["unique1"].corrected > 5 * abs(profile.values["unique2"].corrected)


def test_numbers_are_cut_alike() -> None:
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 800, 1))
    y = (X1 + X2)[:, 0]
    found = pid.compare({"sum": y, "first": X1[:, 0]}, X1, X2, y, n_clusters=8, replicates=20)
    assert found.axes[2].size == 4
    assert found.models["sum"].values["accuracy"].counted == pytest.approx(1)
    assert found.models["first"].values["unique1"].corrected > 0.5


def test_labels_that_y_does_not_have(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    x1, _, y = data
    found = pid.compare({"m": np.where(x1 == 1, 7, y)}, *data, replicates=10)
    assert "model 'm': 1 label (7) not in y, and never right" in found.notes
    assert found.models["m"].values["accuracy"].counted == pytest.approx(0.5)


def test_warning_for_what_looks_remembered() -> None:
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 500, 2))
    y = ((X1[:, 0] + rng.normal(size=500)) > 0).astype(int)
    found = pid.compare({"seen": y, "fair": (X1[:, 0] > 0) * 1}, X1, X2, y, replicates=10)
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith("seen is right in 100.0% of the rows, and trees")


@pytest.mark.slow
def test_many_models(data: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    _, _, y = data
    rng = np.random.default_rng(0)
    models = {f"m{i}": y ^ (rng.random(N) < i / 600) for i in range(300)}
    found = pid.compare(models, *data, replicates=10, sort="left")
    assert len(found) == 300
    assert next(iter(found.models)) == "m0"
    left = [found.models[f"m{i}"].values["left"].counted for i in range(300)]
    assert spearmanr(left, range(300)).statistic > 0.999


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([0.0, np.nan] * (N // 2), r"model 'm' has 2000 missing values, the first in data row 2"),
        (np.full((N, 2), 0.6), r"model 'm', data row 1, sums to 1.2; probabilities of all classes"),
        (np.tile([1.5, -0.5], (N, 1)), r"model 'm', data row 1, holds -0.5; probabilities"),
        (np.full((N, 2), np.nan), r"model 'm', data row 1, sums to nan; .* drop rows without"),
        (np.full((N, 3), 1 / 3), r"for each of 4000 rows and 2 classes; got shape \(4000, 3\)"),
        ([0, 1, 1], r"model 'm' has 3 predictions, and y 4000 rows; give one for each"),
        (["0", "1"] * (N // 2), r"no label of model 'm' occurs in y: it has '0', '1', and y has 0"),
        (np.linspace(0.01, 0.99, N), r"no label of .* probabilities need a column for each class"),
    ],
)
def test_predictions_that_cannot_be_used(
    data: tuple[np.ndarray, np.ndarray, np.ndarray], said: object, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        pid.compare({"m": said}, *data)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"models": {}}, "models must be a mapping .* with one at least"),
        ({"models": [0, 1]}, "models must be a mapping"),
        ({"models": {"data": [0]}}, "names of their own, other than 'data'"),
        ({"models": {1: [0], "1": [0]}}, "models must be a mapping from names to predictions"),
        ({"sort": "speed"}, "sort must be 'redundancy', .*; got 'speed'"),
        ({"estimator": "posterior"}, "estimator must be 'auto', 'table', 'cluster' or 'bins'"),
        ({"interval": 95}, "interval must be a number above 0 and below 1 or None"),
        ({"replicates": 1}, "replicates must be 'auto' or an integer of at least 2"),
    ],
)
def test_options(
    data: tuple[np.ndarray, np.ndarray, np.ndarray], options: dict[str, Any], message: str
) -> None:
    x1, x2, y = data
    with pytest.raises(InvalidInput, match=message):
        pid.compare(**{"models": {"m": y}, "X1": x1, "X2": x2, "y": y, **options})


def test_without_intervals() -> None:
    """The same values and ranks; nothing is said of how sure they are."""
    x1, x2 = (np.tile(x, 50) for x in ([0, 0, 1, 1], [0, 1, 0, 1]))
    models = {"xor": x1 ^ x2, "first": x1, "second": x2}
    with_them = pid.compare(models, x1, x2, x1 ^ x2, replicates=20)
    bare = pid.compare(models, x1, x2, x1 ^ x2, interval=None)
    assert bare.level is None
    for name, profile in bare.models.items():
        full = with_them.models[name]
        assert profile.rank == (full.rank[0],) * 3
        for key, measure in profile.values.items():
            assert measure[:2] == full.values[key][:2]
            assert np.isnan(measure[2:]).all()
    assert "may be as good" not in bare.reading
    assert "no other model" not in bare.reading
    assert "nan" not in repr(bare)
    with pytest.raises(InvalidInput, match="a difference needs intervals"):
        bare.difference("xor", "first")


def test_the_data_are_what_quantify_says_of_them() -> None:
    """The same table, by either door: values, and that no end is beyond one bit of y."""
    x1, x2 = np.tile([0, 0, 1, 1], 50), np.tile([0, 1, 0, 1], 50)
    compared = pid.compare({"m": x1}, x1, x2, x1 ^ x2)
    assert any("went beyond what is possible: held there" in note for note in compared.notes)
    found = compared.data.values
    q = pid.quantify(x1, x2, x1 ^ x2)
    for atom in (*ATOMS, "total"):
        assert found[atom].corrected == pytest.approx(getattr(q.best, atom), abs=1e-3)
        assert found[atom].low <= found[atom].corrected <= found[atom].high <= 1 + 1e-12
    few = np.zeros(200, dtype=int)
    few[:2] = 1
    rare = pid.compare({"m": x1}, x1, x2, few)
    assert rare.data.values["unique2"].high > 0.005
    assert any(text.startswith("class 1 of y has 2") for text in rare.warnings)


def test_differences_of_few_groups_are_students() -> None:
    """Two models as good as each other, five groups: p-values are not those of many rows."""
    rng = np.random.default_rng(0)
    groups, p = np.repeat(np.arange(5), 40), []
    for _ in range(12):
        x1, x2, y = rng.integers(2, size=(3, 200))
        wrong = rng.random((2, 200)) < rng.uniform(0.1, 0.5, (2, 5))[:, groups]
        a, b = (np.where(w, 1 - y, y) for w in wrong)
        found = pid.compare({"a": a, "b": b}, x1, x2, y, groups=groups, replicates=100)
        assert found.effective_units == 5
        p.append(found.difference("a", "b").p["accuracy"])
    assert np.mean(np.array(p) < 0.05) <= 0.1
