"""Rows of pandas that are labelled differently are never taken for each other's."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.errors import InvalidInput

N = 400


@pytest.fixture
def xor(rng: np.random.Generator) -> tuple[pd.Series, pd.Series, pd.Series]:
    a, b = (pd.Series(rng.integers(2, size=N), name=name) for name in "ab")
    return a, b, (a ^ b).rename("y")


def shuffled(data: Any) -> Any:
    """The same rows in another order, with their labels."""
    return data.sample(frac=1, random_state=0)


DOORS: dict[str, Callable[..., object]] = {
    "quantify": lambda a, b, y: pid.quantify(a, b, y, interval=None),
    "screen": lambda a, b, y: pid.screen(pd.concat([a, b], axis=1), y, interval=None),
    "screen of groups": lambda a, b, y: pid.screen(
        None, y, column_sets={"y": a.to_frame(), "two": b.to_frame()}, interval=None
    ),
    "groups": lambda a, b, y: pid.quantify(a, b, a ^ b, groups=y, interval=None),
    "weights": lambda a, b, y: pid.quantify(a, b, a ^ b, weights=y + 1.0, interval=None),
    "compare": lambda a, b, y: pid.compare({"one": y}, a, b, a ^ b, interval=None),
    "bounds": lambda a, b, y: pid.bound_samples((a, y), (b, y), (a, b), interval=None),
    "clusters": lambda a, b, y: pid.estimators.ClusterPID().fit(a, b, y),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_target_in_another_order_is_refused(
    door: str, xor: tuple[pd.Series, pd.Series, pd.Series]
) -> None:
    a, b, y = xor
    DOORS[door](a, b, y)
    with pytest.raises(InvalidInput, match=r"label their rows differently \(data row \d+ is"):
        DOORS[door](a, b, shuffled(y))


def test_the_ways_out(xor: tuple[pd.Series, pd.Series, pd.Series]) -> None:
    a, b, y = xor
    out_of_order = shuffled(y)
    found = pid.quantify(a, b, out_of_order.loc[a.index], interval=None)
    assert found.decomposition.synergy == pytest.approx(1, abs=0.02)
    dropped = pid.quantify(a, b, out_of_order.reset_index(drop=True), interval=None)
    assert dropped.decomposition.synergy < 0.1
    together = shuffled(pd.concat([a, b, y], axis=1))
    whole = pid.quantify(together["a"], together["b"], together["y"], interval=None)
    assert whole.decomposition.synergy == pytest.approx(1, abs=0.02)
    labelled = a.set_axis([f"row {i}" for i in range(N)])
    pid.quantify(labelled, b.to_numpy(), y.tolist(), interval=None)


def test_lengths_are_said_first(xor: tuple[pd.Series, pd.Series, pd.Series]) -> None:
    a, b, y = xor
    with pytest.raises(InvalidInput, match="got 400 in x1, 400 in x2 and 399 in y"):
        pid.quantify(a, b, y[1:])
