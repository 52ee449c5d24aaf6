"""What clusters are said to be like: what was put into them, whatever the units of the columns."""

from __future__ import annotations

import numpy as np
import pytest

from pid.discretization.typical import FEWEST, typical
from pid.io.columns import Variable


def variable(**columns: object) -> Variable:
    arrays = tuple(np.asarray(column) for column in columns.values())
    return Variable("x1", tuple(columns), arrays)


def test_the_columns_that_differ_most_come_first(rng: np.random.Generator) -> None:
    codes = rng.integers(2, size=600)
    x = variable(
        noise=rng.normal(size=600),
        some=rng.normal(size=600) + codes,
        much=rng.normal(size=600) - 6 * codes,
    )
    low, high = typical(x, codes, 2)
    assert [part.split()[:2] for part in high.split(", ")] == [["much", "low"], ["some", "high"]]
    assert [part.split()[:2] for part in low.split(", ")] == [["much", "high"], ["some", "low"]]


def test_monotone_maps_change_no_word(rng: np.random.Generator) -> None:
    codes = rng.integers(3, size=400)
    a, b = rng.normal(size=400) + codes, rng.normal(size=400) - codes
    assert typical(variable(a=a, b=b), codes, 3) == typical(
        variable(a=np.exp(a), b=b**3 * 1e9 + 5), codes, 3
    )


def test_half_of_the_rows_is_a_quarter_from_the_end() -> None:
    """The median of the lower half of all rows lies at their quarter."""
    values = np.arange(1000.0)
    assert typical(variable(a=values), (values >= 500) * 1, 2) == ("a low (25%)", "a high (75%)")


def test_symbols_and_numbers_of_one_source(rng: np.random.Generator) -> None:
    codes = np.repeat([0, 1], [300, 100])
    sex = np.where(codes == 1, "female", np.where(rng.random(400) < 0.1, "female", "male"))
    one, two = typical(variable(age=rng.normal(size=400), sex=sex.astype(object)), codes, 2)
    assert "sex female (100%, of all" in two
    assert one in ("like all rows", *(text for text in [one] if text.startswith("sex male (9")))


def test_rows_alike_and_few_rows(rng: np.random.Generator) -> None:
    """Nothing is said of a cluster whose middle would be a row."""
    codes = np.r_[np.zeros(FEWEST - 1, dtype=int), np.ones(2000, dtype=int)]
    few, all_others = typical(variable(a=rng.normal(size=len(codes))), codes, 2)
    assert few == "too few rows to say"
    assert all_others == "like all rows"


@pytest.mark.parametrize("gaps", [1, 599])
def test_gaps_have_no_place(gaps: int, rng: np.random.Generator) -> None:
    a = rng.normal(size=600)
    a[:gaps] = np.nan
    assert typical(variable(a=a), np.zeros(600, dtype=int), 1) == ("like all rows",)


def test_constant_columns_say_nothing() -> None:
    assert typical(variable(a=np.ones(50)), np.repeat([0, 1], 25), 2) == ("like all rows",) * 2
