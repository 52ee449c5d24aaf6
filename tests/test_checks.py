"""What constraints allow of Python's and NumPy's values, and options by the names of before."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import pid
from pid import checks
from pid.analysis.quantification.result import Quantification
from pid.checks import Constraint, checked, each, either, integer, number, one_of, renamed
from pid.errors import InvalidInput
from pid.inference import assess

TABLE = [[[45, 5], [5, 45]], [[5, 45], [45, 5]]]
SHARE, COUNT = number(above=0, most=1), integer(2)


@pytest.mark.parametrize("integral", [2, np.int8(2), np.uint64(2), np.int64(2**40)], ids=type)
def test_integers_are_integers_and_numbers(integral: Any) -> None:
    assert COUNT.holds(integral)
    assert number(above=1).holds(integral)


@pytest.mark.parametrize(
    "real", [0.5, np.float32(0.5), np.float64(0.5), np.longdouble(0.5), 1], ids=type
)
def test_real_numbers(real: Any) -> None:
    assert SHARE.holds(real)
    assert not COUNT.holds(real)


@pytest.mark.parametrize("truth", [True, np.True_])
def test_a_boolean_is_no_number(truth: Any) -> None:
    assert checks.FLAG.holds(truth)
    assert not COUNT.holds(truth)
    assert not number(least=0).holds(truth)
    assert not checks.FLAG.holds(1)


@pytest.mark.parametrize("value", [0, math.nan, math.inf, 1.0001, 10**400, "0.5", None, 0.5j])
def test_what_is_no_share(value: Any) -> None:
    assert not SHARE.holds(value)


def test_ends_of_intervals() -> None:
    assert [number(above=0, below=1).holds(x) for x in (0, 0.5, 1)] == [False, True, False]
    assert [number(least=0, most=1).holds(x) for x in (0, 0.5, 1)] == [True, True, True]
    assert [integer(2).holds(x) for x in (1, 2, 2**63 - 1, 2**63)] == [False, True, True, False]
    assert [checks.SEED.holds(x) for x in (-1, 0, 2**32 - 1, 2**32)] == [False, True, True, False]
    assert [checks.SECONDS.holds(x) for x in (0, 1e-9, math.inf)] == [False, True, True]


@pytest.mark.parametrize(
    "array", [np.zeros(3), np.array(["bit", "nat"]), np.array("bit"), np.array(3), np.zeros((0, 2))]
)
def test_no_constraint_takes_an_array(array: Any) -> None:
    """Nor asks for its truth, which is ambiguous."""
    for name, constraint in vars(checks).items():
        if isinstance(constraint, Constraint):
            assert not constraint.holds(array), name


def test_words() -> None:
    assert one_of("bit", "nat").words == "'bit' or 'nat'"
    assert either(one_of("auto"), COUNT, checks.NONE).words == (
        "'auto', an integer of at least 2 or None"
    )
    assert each(SHARE, 2).words == "a list of 2, each a number above 0 and at most 1"
    assert checks.SIZES.words == "'auto', an integer of at least 1 or a list of 2 of these"


def test_options_are_looked_at_first() -> None:
    """By place and by name, and what is left out is what it is by default."""
    seen = []

    @checked(size=integer(), unit=one_of("bit", "nat"))
    def door(p: object, size: int = 0, *others: object, unit: str = "bit") -> str:
        """What it does."""
        seen.append(p)
        return unit

    assert door(1) == door(1, 2, "nit") == "bit"
    assert door.__doc__ == "What it does."
    wrong: list[dict[str, Any]] = [{"size": 0}, {"size": 2.0}, {"unit": "nit"}]
    for options in wrong:
        with pytest.raises(InvalidInput, match=r"^(size|unit) must be .*; got (0|2\.0|'nit')$"):
            door(2, **options)
    with pytest.raises(InvalidInput, match=r"^size must be an integer of at least 1; got 0$"):
        door(2, 0)
    assert seen == [1, 1]


def test_what_came_is_one_short_line() -> None:
    values: list[Any] = [10**400, "x" * 500, list(range(500)), np.zeros((50, 50)), {1: [[[]]]}]
    for value in [*values, pid.decompose(TABLE), object()]:
        text = checks.shortened(value)
        assert len(text) < 80
        assert "\n" not in text
    assert checks.shortened(10**400) == "an integer of 1329 bits"
    assert checks.shortened(np.random.default_rng(0)) == "a Generator"


def test_old_names() -> None:
    @renamed(report="progress")
    def door(*, progress: object = None) -> object:
        return progress

    with pytest.warns(FutureWarning, match="door: report is now called progress"):
        assert door(report=3) == 3  # type: ignore[call-arg]
    with pytest.raises(InvalidInput, match="report is now called progress; give it once"):
        door(report=3, progress=4)  # type: ignore[call-arg]


def test_levels_are_intervals() -> None:
    with pytest.warns(FutureWarning, match="assess: level is now called interval"):
        before = assess(TABLE, level=0.5)  # type: ignore[call-arg]
    assert before.interval == assess(TABLE, interval=0.5).interval
    with pytest.warns(FutureWarning, match="plan: level is now called interval"):
        planned = pid.plan(TABLE, 1.0, level=0.5)  # type: ignore[call-arg]
    assert planned.level == 0.5


def quantified(**options: Any) -> dict[str, object]:
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 300, 2))
    q = pid.quantify(X1, X2, X1[:, 0] * X2[:, 0], interval=None, correction="none", **options)
    assert isinstance(q, Quantification)
    return q.to_dict() | {"sizes": [axis.size for axis in q.axes]}


def test_bins_of_the_target_in_all_but_one_estimator() -> None:
    with pytest.warns(FutureWarning, match="quantify: bins is now called target_bins"):
        before = quantified(estimator="cluster", bins=2)
    assert before == quantified(estimator="cluster", target_bins=2)
    with pytest.warns(FutureWarning, match="target_bins"):
        before = quantified(estimator="bins", bins=None)
    assert before == quantified(estimator="bins", target_bins=None)


def test_bins_of_the_columns() -> None:
    now = quantified(estimator="bins", bins=3, target_bins="auto")
    assert now["sizes"] == [9, 9, 4]
    with pytest.warns(FutureWarning, match="bins are now those of the columns"):
        assert quantified(estimator="bins", bins=3) == now
    with pytest.warns(FutureWarning, match="n_clusters is now called bins"):
        assert quantified(estimator="bins", n_clusters=3) == now


def test_both_as_they_were() -> None:
    with pytest.warns(FutureWarning) as told:
        before = quantified(estimator="bins", n_clusters=3, bins=2)
    assert [str(one.message) for one in told] == [
        "quantify: bins is now called target_bins",
        "quantify: n_clusters is now called bins",
    ]
    assert before == quantified(estimator="bins", bins=3, target_bins=2)


def test_sizes_that_are_not_of_the_estimator() -> None:
    with pytest.raises(InvalidInput, match="estimator 'cluster' cuts no columns; leave out bins"):
        quantified(estimator="cluster", bins=3, target_bins=2)
    with pytest.raises(InvalidInput, match="n_clusters is now called bins; give it once"):
        quantified(estimator="bins", n_clusters=3, bins=3, target_bins=2)


def test_a_screen_without_replicates() -> None:
    rng = np.random.default_rng(0)
    X = rng.integers(2, size=(60, 3))
    with pytest.warns(FutureWarning, match="replicates=0 is now interval=None"):
        before = pid.screen(X, X[:, 0] ^ X[:, 1], replicates=0)
    assert before.to_dicts() == pid.screen(X, X[:, 0] ^ X[:, 1], interval=None).to_dicts()
    assert before.level is None
