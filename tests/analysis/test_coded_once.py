"""Values become codes once a call, however often the codes are asked for."""

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pid
from pid.core import symbols
from pid.io.columns import as_variable

ROWS = 400


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often all rows were coded: by name, or under "text" at the border."""
    import pid.analysis.screening.screen  # noqa: F401

    counted: Counter[str] = Counter()

    def counting(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted_call(values: Any, name: str = "text") -> Any:
            found = function(values, name) if name != "text" else function(values)
            counted[name] += len(values) == ROWS and found is not None
            return found

        return counted_call

    for original in (symbols.encode, symbols.encode_text):
        name = original.__name__
        for module in list(sys.modules.values()):
            if vars(module).get(name) is original:
                monkeypatch.setattr(module, name, counting(original))
    return counted


@pytest.fixture
def columns(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    x1, x2 = rng.integers(3, size=(2, ROWS))
    return x1, x2, (x1 + x2 + rng.integers(2, size=ROWS)) % 3


@pytest.mark.parametrize("estimator", ["table", "bins", "cluster", "auto"])
def test_integers(estimator: Any, columns: tuple[Any, Any, Any], calls: Counter[str]) -> None:
    pid.quantify(*columns, estimator=estimator, interval=None)
    assert calls == {"x1": 1, "x2": 1, "y": 1}


@pytest.mark.parametrize("estimator", ["table", "bins", "cluster", "auto"])
def test_text(estimator: Any, columns: tuple[Any, Any, Any], calls: Counter[str]) -> None:
    x1, x2, y = (column.astype(str).tolist() for column in columns)
    pid.quantify(x1, x2, y, estimator=estimator, interval=None)
    assert {name: n for name, n in calls.items() if n} == {"text": 3}


@pytest.mark.parametrize("estimator", ["bins", "cluster", "posterior"])
def test_target_of_numbers(
    estimator: Any, columns: tuple[Any, Any, Any], rng: np.random.Generator, calls: Counter[str]
) -> None:
    x1, x2, y = columns
    X1 = x1[:, None] + rng.normal(size=(ROWS, 2))
    pid.quantify(X1, x2 + rng.normal(size=ROWS), y, estimator=estimator, interval=None)
    assert calls["y"] == 1


def test_continuous_target_is_coded_in_bins(
    columns: tuple[Any, Any, Any], rng: np.random.Generator, calls: Counter[str]
) -> None:
    x1, x2, y = columns
    pid.quantify(x1, x2, y + rng.normal(size=ROWS), estimator="table", interval=None)
    assert calls == {"x1": 1, "x2": 1, "y": 1}


def test_screen_and_compare(columns: tuple[Any, Any, Any], calls: Counter[str]) -> None:
    x1, x2, y = columns
    pid.screen(np.column_stack([x1, x2, x1 * x2]), y, interval=None)
    assert calls["y"] == 1
    calls.clear()
    pid.compare({"first": x1}, x1, x2, y, replicates=20)
    assert calls["y"] == 1


def test_codes_are_kept(calls: Counter[str]) -> None:
    variable = as_variable([[1, "a"], [2, "b"]] * (ROWS // 2), "x1")
    first = variable.encoded()
    assert variable.encoded() is first
    assert variable.symbols().tolist() == [(1, "a"), (2, "b")] * (ROWS // 2)
    assert calls["x1"] == 1  # one for the numbers; the text was coded at the border
