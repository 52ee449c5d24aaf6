"""Classes that are known, and classes of few rows: what is counted, and what is said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import pid
from pid.cli import main


@pytest.fixture
def bits() -> tuple[np.ndarray, np.ndarray]:
    x1, x2 = np.random.default_rng(0).integers(0, 2, (2, 300))
    return x1, x2


def test_a_class_of_no_row_is_an_empty_part_of_the_table(
    bits: tuple[np.ndarray, np.ndarray],
) -> None:
    x1, x2 = bits
    y = np.where(x1 ^ x2, "b", "a")
    plain, known = pid.quantify(x1, x2, y), pid.quantify(x1, x2, y, classes=["c", "b", "a"])
    assert known.table.shape == (2, 2, 3)
    assert np.array_equal(known.table[..., [2, 1]], plain.table)
    assert not known.table[..., 0].any()
    assert known.axes[2].labels == ("c", "b", "a")
    assert known.decomposition.atoms == pytest.approx(plain.decomposition.atoms, abs=1e-9)
    assert known.interval["synergy"][0] < plain.interval["synergy"][0]  # type: ignore[index]
    assert any("class 'c' of y has no row" in text for text in known.warnings)
    assert plain.warnings == ()


def test_one_class_alone_tells_how_much_another_may(bits: tuple[np.ndarray, np.ndarray]) -> None:
    nothing = np.zeros(300, dtype=int)
    with pytest.raises(pid.InvalidInput, match="y has a single class"):
        pid.quantify(*bits, nothing)
    q = pid.quantify(*bits, nothing, classes=[0, 1])
    assert q.interval is not None
    low, high = q.interval["total"]
    assert low == 0 < high < 0.05
    assert q.reading.startswith("Not to be trusted")
    assert "do not show" in q.reading


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([0], "two or more, each once"),
        ([0, 1, 1], "two or more, each once"),
        ([1, 2], "none of the 2 that were given: 0"),
        ("01", "must be a list of numbers, texts or truths"),
        ([[0], [1]], "must be a list of numbers, texts or truths"),
        ([0, float("nan")], "classes has a gap"),
    ],
)
def test_lists_that_cannot_be(
    bits: tuple[np.ndarray, np.ndarray], classes: object, message: str
) -> None:
    with pytest.raises(pid.InvalidInput, match=message):
        pid.quantify(*bits, bits[0], classes=classes)  # type: ignore[call-overload]


def test_other_options_of_y_and_estimators_that_learn(
    bits: tuple[np.ndarray, np.ndarray],
) -> None:
    with pytest.raises(pid.InvalidInput, match="classes or target_bins, not both"):
        pid.quantify(*bits, bits[0], classes=[0, 1], target_bins=2)
    numbers = np.random.default_rng(1).normal(size=(2, 300))
    with pytest.raises(pid.InvalidInput, match=r"'posterior' counts nothing .* classes"):
        pid.quantify(numbers[0], numbers[1], bits[0], classes=[0, 1], estimator="posterior")
    q = pid.quantify(numbers[0], numbers[1], bits[0], classes=[0, 1, 2])
    assert (q.estimator, q.table.shape[2]) == ("cluster", 3)
    assert q.reason is not None and q.reason.startswith("classes")


@pytest.mark.parametrize("where", [(), pytest.param(("--out-of-core",), marks=pytest.mark.extras)])
def test_from_the_command_line(
    tmp_path: Path, bits: tuple[np.ndarray, np.ndarray], where: tuple[str, ...]
) -> None:
    x1, x2 = bits
    file = tmp_path / "data.csv"
    pd.DataFrame({"a": x1, "b": x2, "y": 0}).to_csv(file, index=False)
    asked = ["quantify", str(file), "--x1", "a", "--x2", "b", "--y", "y", *where]
    answer = CliRunner().invoke(main, [*asked, "--classes", "0,1"])
    assert answer.exit_code == 0
    assert "2 classes" in answer.stdout
    assert "class '1' of y has no row" in answer.stderr
    refused = CliRunner().invoke(main, asked)
    assert refused.exit_code == 2 or "single class" in refused.stderr


def test_few_rows_of_a_class_are_said(bits: tuple[np.ndarray, np.ndarray]) -> None:
    x1, x2 = bits
    y = np.zeros(300, dtype=int)
    y[:9], y[9:13] = 1, 2
    (warning,) = pid.quantify(x1, x2, y).warnings
    assert warning.startswith("class 2 of y has 4 rows, and 1 more fewer than 10")
    y[:20], y[20:30] = 1, 2
    assert pid.quantify(x1, x2, y).warnings == ()
    thrice = np.repeat(np.arange(300), 3)
    y[:20], y[20:32] = 0, 2
    copied = pid.quantify(x1[thrice], x2[thrice], y[thrice], groups=thrice)
    assert not any(text.startswith("class") for text in copied.warnings)
    y[25:32] = 0
    copied = pid.quantify(x1[thrice], x2[thrice], y[thrice], groups=thrice)
    assert any(text.startswith("class 2 of y has") for text in copied.warnings)


@pytest.mark.parametrize(
    ("y", "classes", "codes"),
    [
        ([True, False, True], ["false", "TRUE"], [1, 0, 1]),
        ([0.0, 1.0, 0.0], ["0", "1", "2"], [0, 1, 0]),
        ([0.0, 1.0, 0.0], [2, 1, 0], [2, 1, 2]),
        (["a", "b", "a"], ["b", "a"], [1, 0, 1]),
        ([10, 2, 10], ["2", "10.0"], [1, 0, 1]),
    ],
)
def test_labels_are_found_as_they_are_or_as_text(
    y: list[object], classes: list[object], codes: list[int]
) -> None:
    q = pid.quantify([0, 1, 0] * 9, [0, 0, 1] * 9, y * 9, classes=classes, interval=None)
    assert (
        q.table.sum(axis=(0, 1)).tolist()
        == (9 * np.bincount(codes, minlength=len(classes))).tolist()
    )


def test_labels_that_are_the_same_as_text_are_told_apart_or_refused(
    bits: tuple[np.ndarray, np.ndarray],
) -> None:
    mixed = np.array([1, "1"] * 150, dtype=object)
    with pytest.raises(pid.InvalidInput, match="the same as text"):
        pid.quantify(*bits, mixed, classes=["1", "2"])


def test_entropy_is_no_less_than_the_total() -> None:
    """Of weights, whose jackknife may take more off H(y) than off what is told of it."""
    rng = np.random.default_rng(13)
    y = rng.integers(0, 2, 200)
    x = np.where(rng.random(200) < 0.1, 1 - y, y)
    q = pid.quantify(x, rng.integers(0, 2, 200), y, weights=np.exp(rng.normal(0, 2, 200)))
    assert q.target_entropy is not None and q.target_entropy_counted is not None
    assert q.best.total <= q.target_entropy <= 1
