"""Sources on one scale, as training rows had it."""

import numpy as np
import pandas as pd
import pytest

from pid.errors import InvalidInput
from pid.estimators.scaling import Scale
from pid.io.columns import as_variable


def test_numbers(rng: np.random.Generator) -> None:
    X = np.column_stack([rng.normal(5, 3, size=200), np.full(200, 7.0)])
    scale = Scale(as_variable(X, "x1"))
    Z = scale(as_variable(X, "x1"))
    assert Z[:, 0].mean() == pytest.approx(0) and Z[:, 0].std() == pytest.approx(1)
    other = np.column_stack([[5.0, 8.0, 6.5], [1.0, 2.0, 3.0]])
    found = scale(as_variable(other, "x1"))
    assert found[1, 0] - found[0, 0] == pytest.approx(3 / X[:, 0].std())
    assert (found[:, 1] == 0).all()  # a constant column says nothing, whatever it is later
    assert scale.varies and scale.width == 2
    assert scale.notes == ("x1: 1 constant column (x1[1]), which say nothing",)
    assert not Scale(as_variable(np.ones((5, 2)), "x1")).varies


@pytest.mark.usefixtures("strict_floats")
@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_numbers_near_the_ends_of_floats(size: float, rng: np.random.Generator) -> None:
    X = rng.normal(size=(50, 2))
    usual, other = (Scale(as_variable(x, "x1"))(as_variable(x, "x1")) for x in (X, X * size))
    assert other == pytest.approx(usual)


def test_tails_are_said(rng: np.random.Generator) -> None:
    X = rng.normal(size=(300, 2))
    assert Scale(as_variable(X, "x2")).tails == ()
    X[3, 1] = 500
    (note,) = Scale(as_variable(X, "x2")).tails
    assert note.startswith("x2: 1 column (x2[1]) with values more than 15 robust deviations")


def test_symbols() -> None:
    scale = Scale(as_variable(["a", "b", "b", "c"], "x1"))
    with pytest.warns(UserWarning, match="column 'x1' of x1 has symbols in 1 of 3 rows .* 'new'"):
        found = scale(as_variable(["c", "new", "a"], "x1"))
    assert found.tolist() == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
    assert scale.notes == ("x1: 3 symbols, an indicator of each",)


def test_other_columns_are_refused() -> None:
    frame = pd.DataFrame({"a": [1.5, 2.5, 4.0], "b": [2.5, 1.0, 3.0]})
    scale = Scale(as_variable(frame, "x1"))
    with pytest.raises(InvalidInput, match="x1 has 1 column, and had 2 in training"):
        scale(as_variable(frame[["a"]], "x1"))
    with pytest.raises(InvalidInput, match="x1 has column 'b' where it had 'a' in training"):
        scale(as_variable(frame[["b", "a"]], "x1"))
    assert scale(as_variable(frame.to_numpy(), "x1")).shape == (3, 2)


def test_truths_are_numbers(rng: np.random.Generator) -> None:
    """Of many columns of them no two rows are alike: they are no symbol each."""
    X = rng.normal(size=(200, 12)) > 0
    scale = Scale(as_variable(X, "x1"))
    assert scale(as_variable(X, "x1")) == pytest.approx((X - X.mean(axis=0)) / X.std(axis=0))
    assert scale(as_variable(X.astype(int), "x1")) == pytest.approx(scale(as_variable(X, "x1")))


def test_columns_of_symbols_have_their_own(rng: np.random.Generator) -> None:
    """A row whose pair of symbols was not there in training is known by each of them."""
    frame = pd.DataFrame({"a": list("xxyz"), "b": list("uvuu")})
    scale = Scale(as_variable(frame, "x1"))
    new = pd.DataFrame({"a": ["z", "x"], "b": ["v", "new"]})
    with pytest.warns(UserWarning, match="column 'b' of x1 has symbols in 1 of 2 rows"):
        found = scale(as_variable(new, "x1"))
    assert found.tolist() == [[0, 0, 1, 0, 1], [1, 0, 0, 0, 0]]
    assert scale.notes == ("x1: 5 symbols, an indicator of each",)
    constant = Scale(as_variable(frame.assign(a="x")[["a"]], "x1"))
    assert not constant.varies


def test_numbers_are_no_text() -> None:
    scale = Scale(as_variable(pd.Series(["a", "b"] * 10, name="s"), "x1"))
    with pytest.raises(InvalidInput, match="column 's' of x1 has values such as 0, and had 'a'"):
        scale(as_variable(pd.Series([0, 1, 2], name="s"), "x1"))


def test_columns_come_back(rng: np.random.Generator) -> None:
    """Numbers of any size in their units, constants, truths, and symbols by the likeliest."""
    X = rng.normal(size=(50, 4)) * [1e200, 1e-200, 3, 0] + [0, 0, 7, 5]
    x = as_variable(X, "x1")
    scale = Scale(x)
    assert scale.inverse(scale(x)) == pytest.approx(X, rel=1e-9)
    words = np.array([["a", "x"], ["b", "y"], ["a", "z"], ["b", "x"]])
    symbols = as_variable(words, "x1")
    scale = Scale(symbols)
    noisy = scale(symbols) + 0.2 * rng.normal(size=(4, 5)).clip(-1, 1)
    assert (scale.inverse(noisy) == words).all()
