"""Every bad input is answered by the right number, or by one clear sentence of a type of ours."""

import pickle
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.core.joint import MOST_CELLS, count_samples
from pid.datasets import gate

AND = gate("and")
ONE = np.ones((2, 2, 2))


def with_cell(value: float) -> np.ndarray:
    p = ONE.copy()
    p[1, 0, 1] = value
    return p


BAD_TABLES: dict[str, tuple[Any, str]] = {
    "NaN": (with_cell(np.nan), r"p\[1, 0, 1\] = nan is not finite \(1 such"),
    "infinite": (with_cell(np.inf), r"p\[1, 0, 1\] = inf is not finite"),
    "minus infinite": (with_cell(-np.inf), r"p\[1, 0, 1\] = -inf is not finite"),
    "negative": (with_cell(-0.5), r"p\[1, 0, 1\] = -0.5 is negative .* not log-probabilities"),
    "negative counts": (-ONE.astype(int), r"p\[0, 0, 0\] = -1 is negative \(8 such"),
    "too large for float64": (with_cell(1) * np.longdouble("1e400"), "is not finite"),
    "no mass": (np.zeros((2, 2, 2)), "no mass"),
    "False everywhere": (np.zeros((2, 2, 2), dtype=bool), "no mass"),
    "no cells": (np.zeros((2, 0, 2)), r"empty: shape \(2, 0, 2\)"),
    "empty list": ([], r"3 axes .*\(0,\)"),
    "a number": (3.0, r"3 axes .*got shape \(\)"),
    "two axes": (np.ones((2, 2)), r"3 axes .*got shape \(2, 2\); add the missing axis"),
    "nothing": (None, "array of real numbers"),
    "text": ("abc", "array of real numbers"),
    "numbers as text": (ONE.astype(str), "array of real numbers.*<U"),
    "objects": (ONE.astype(object), "array of real numbers.*object"),
    "complex": (ONE * 1j, "array of real numbers.*complex"),
    "dates": (ONE.astype("datetime64[s]"), "array of real numbers.*datetime"),
    "ragged": ([[[1, 2]], [[3]]], "array of real numbers.*inhomogeneous"),
    "a set": ({1, 2}, "array of real numbers"),
    "a mapping": ({"p": 1}, "array of real numbers"),
    "masked": (np.ma.masked_less(with_cell(-1), 0), "masked cells"),
}


@pytest.mark.parametrize(("p", "message"), BAD_TABLES.values(), ids=BAD_TABLES.keys())
def test_tables(p: Any, message: str) -> None:
    with np.errstate(all="raise"), pytest.raises(pid.InvalidDistribution, match=message):
        pid.decompose(p)
    with pytest.raises(pid.InvalidDistribution, match=r"^P\[1\]: .*" + message):
        pid.decompose_batch([ONE, p, ONE])


def test_more_sources_in_a_batch() -> None:
    with pytest.raises(pid.InvalidDistribution, match=r"^P\[1\]: .*3 axes .*; merge axes first"):
        pid.decompose_batch([ONE, np.ones((1, 2, 2, 2)), ONE])


@pytest.mark.parametrize("name", ["NaN", "infinite", "negative", "no mass", "masked"])
def test_stacks_name_the_table(name: str) -> None:
    bad, message = BAD_TABLES[name]
    with pytest.raises(pid.InvalidDistribution, match=r"^P\[2\]: .*" + message):
        pid.decompose_batch(np.ma.stack([ONE, AND, bad, ONE]))


@pytest.mark.parametrize(
    ("P", "message"),
    [
        (AND, r"4 axes .* got shape \(2, 2, 2\); a single table goes to decompose"),
        (AND[None, None], r"4 axes .* got shape \(1, 1, 2, 2, 2\)"),
        (np.float64(3), "sequence of tables; got a float64"),
        (np.array(3.0), "4 axes"),
        (3, "sequence of tables; got a int"),
        (None, "sequence of tables; got a NoneType"),
        ("abc", r"^P\[0\]: "),
        (np.zeros((3, 0, 2, 2)), r"^P\[0\]: p is empty"),
    ],
)
def test_batches(P: Any, message: str) -> None:
    with pytest.raises(pid.InvalidDistribution, match=message):
        pid.decompose_batch(P)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *(
            ({"tol": tol}, "tol must be a number of nats above 0")
            for tol in (0, -1e-9, np.nan, np.inf)
        ),
        *(
            ({"tol": tol}, "tol must be a number of nats above 0")
            for tol in ("1e-9", None, True, 1j)
        ),
        ({"unit": "bits"}, "unit must be 'bit' or 'nat'; got 'bits'"),
        ({"unit": None}, "unit must be 'bit' or 'nat'; got None"),
        (
            {"method": "newton"},
            "method must be 'auto', 'interior-point', 'cone' or 'first-order'; got 'newton'",
        ),
        ({"method": ["auto"]}, "method must be 'auto'"),
        ({"on_fail": "ignore"}, "on_fail must be 'raise' or 'return'; got 'ignore'"),
    ],
)
def test_options(options: dict[str, Any], message: str) -> None:
    calls: list[Callable[..., object]] = [
        lambda **o: pid.decompose(AND, **o),
        lambda **o: pid.decompose_batch([AND], **o),
        lambda **o: pid.decompose_samples("ab", "ab", "ab", **o),
    ]
    for call in calls:
        with pytest.raises(pid.InvalidInput, match=message):
            call(**options)


BAD_START = {
    "no coupling": pid.decompose(AND, keep_coupling=False),
    "a row of a batch": pid.decompose_batch([AND])[0],
    "text": "previous",
    "a table": AND,
    "another shape": pid.decompose(np.ones((2, 3, 2))),
}


@pytest.mark.parametrize("start", BAD_START.values(), ids=BAD_START.keys())
def test_start(start: Any) -> None:
    with pytest.raises(pid.InvalidInput, match=r"start (must be|is for shape)"):
        pid.decompose(AND, start=start)


BAD_SAMPLES: dict[str, tuple[Iterable[Any], Iterable[Any], Iterable[Any], str]] = {
    "lengths": ([1, 2], [1, 2, 3], [1, 2], "got lengths 2, 3, 2"),
    "no samples": ([], [], [], "there are no samples"),
    "one empty": ([1], [], [1], "got lengths 1, 0, 1"),
    "None": ([1, None], [1, 2], [1, 2], r"x1\[1\] is missing"),
    "NaN": ([1, 2], [1.0, float("nan")], [1, 2], r"x2\[1\] is missing"),
    "NaN in an array": ([1, 2], [1, 2], np.array([np.nan, 1]), r"y\[0\] is missing"),
    "NaN among objects": ([1, 2], [1, 2], np.array([np.nan, "a"], dtype=object), r"y\[0\]"),
    "NaT": (np.array(["2020", "NaT"], dtype="datetime64[D]"), "ab", "ab", r"x1\[1\] is missing"),
    "NA": (pd.Series([1, None], dtype="Int64"), "ab", "ab", r"x1\[1\] is missing"),
    "NA text": (pd.Series(["a", None], dtype="string"), "ab", "ab", r"x1\[1\] is missing"),
    "NaN of a frame": (pd.Series(["a", np.nan]), "ab", "ab", r"x1\[1\] is missing"),
    "masked": (np.ma.masked_equal([1, 2], 2), "ab", "ab", r"x1\[1\] is missing"),
    "lists": ([[1], [2]], "ab", "ab", r"x1\[0\] is a list, which is not hashable"),
    "a frame": (pd.DataFrame({"a": [1]}), "a", "a", r"x1 must be one-dimensional"),
    "a mapping": ({"a": 1}, "a", "a", "x1 must be a sequence"),
    "dicts": ("ab", "ab", [{}, {}], r"y\[0\] is a dict, which is not hashable"),
    "two axes": (np.ones((2, 2)), "ab", "ab", r"x1 must be one-dimensional.*\(2, 2\)"),
    "no axis": (np.array(1), "ab", "ab", r"x1 must be one-dimensional.*\(\)"),
    "a number": (1, "ab", "ab", "x1 must be a sequence"),  # type: ignore[dict-item]
    "nothing": ("ab", "ab", None, "y must be a sequence"),  # type: ignore[dict-item]
    "numbers, not symbols": (np.arange(1e4), np.arange(1e4), np.arange(1e4), "too large a table"),
}


@pytest.mark.parametrize(("x1", "x2", "y", "message"), BAD_SAMPLES.values(), ids=BAD_SAMPLES.keys())
def test_samples(x1: Any, x2: Any, y: Any, message: str) -> None:
    with pytest.raises(pid.InvalidInput, match=message):
        pid.decompose_samples(x1, x2, y)


def test_more_cells_than_integers_can_count() -> None:
    many = np.arange(3_000_000)
    assert max(MOST_CELLS, 2**63) < 3_000_000**3
    with pytest.raises(pid.InvalidInput, match="3000000 x 3000000 x 3000000 symbols"):
        count_samples(many, many, many)


def test_errors_are_of_the_types_people_catch() -> None:
    assert issubclass(pid.InvalidDistribution, ValueError)
    assert issubclass(pid.InvalidInput, ValueError)
    assert issubclass(pid.SolverFailed, RuntimeError)
    assert issubclass(pid.CheckFailed, AssertionError)
    assert issubclass(pid.MissingExtra, ImportError)
    for error in (pid.InvalidDistribution, pid.InvalidInput, pid.SolverFailed, pid.MissingExtra):
        assert issubclass(error, pid.PIDError)


@pytest.mark.usefixtures("interrupted")
def test_a_failure_survives_the_way_from_a_worker(rng: np.random.Generator) -> None:
    with pytest.raises(pid.SolverFailed) as caught:
        pid.decompose(rng.random((4, 4, 3)), method="interior-point")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert copy.best.redundancy == caught.value.best.redundancy


# Odd, but not wrong: these have an answer.

TINY, HUGE = 1e-320, 1e308


@pytest.mark.parametrize("method", ["auto", "cone", "first-order"])
@pytest.mark.parametrize(
    "p",
    [AND * TINY, AND * HUGE, np.where(AND > 0, HUGE, TINY), np.where(AND > 0, 1, 1e-300)],
    ids=["tiny", "huge", "tiny and huge", "tiny and one"],
)
def test_masses_at_the_ends_of_float64(p: np.ndarray, method: Any) -> None:
    with np.errstate(all="raise"):
        d = pid.decompose(p, method=method)
        d.check(p)
        assert pid.decompose_batch(p[None]).synergy[0] == pytest.approx(0.5, abs=2e-9)
    assert d.synergy == pytest.approx(0.5, abs=2e-4)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 4, 3), (4, 1, 3), (4, 3, 1), (1, 1, 5)])
def test_axes_of_one_symbol(shape: tuple[int, int, int], rng: np.random.Generator) -> None:
    p = rng.random(shape)
    d = pid.decompose(p)
    d.check(p)
    assert d.synergy == pytest.approx(0, abs=2e-9)
    assert d.redundancy == pytest.approx(0, abs=2e-9)


@pytest.mark.parametrize("method", ["auto", "interior-point", "cone", "first-order"])
def test_all_mass_in_one_cell(method: Any) -> None:
    p = np.zeros((3, 4, 2))
    p[2, 1, 1] = 17
    with np.errstate(all="raise"):
        d = pid.decompose(p, method=method)
        d.check(p)
    assert [d.redundancy, d.unique1, d.unique2, d.synergy] == pytest.approx([0] * 4, abs=1e-12)


def test_masked_array_without_masked_cells() -> None:
    assert pid.decompose(np.ma.masked_array(AND)).synergy == pid.decompose(AND).synergy


def test_lists_and_frames() -> None:
    assert pid.decompose(AND.tolist()).synergy == pid.decompose(AND).synergy
    frame = pd.DataFrame({"x1": ["a", "a", "b", "b"], "x2": [0, 1, 0, 1], "y": [0, 1, 1, 0]})
    d = pid.decompose_samples(frame["x1"], frame["x2"].astype("Int64"), frame["y"])
    assert d.synergy == pytest.approx(1, abs=2e-9)


@pytest.mark.parametrize("tol", [1e-13, 1e-6, 1.0, 100.0, 1e6])
def test_any_tolerance_is_kept(tol: float) -> None:
    p = np.arange(1.0, 19).reshape(3, 3, 2)
    d = pid.decompose(p, unit="nat", tol=tol)
    assert d.certificate is not None
    assert d.certificate.gap <= min(tol, np.log(2))
    d.check(p)


@pytest.mark.parametrize("method", ["auto", "interior-point"])
def test_a_tolerance_out_of_reach(method: Any, rng: np.random.Generator) -> None:
    """Asked for the impossible, it hands back an answer as good as for a usual tolerance."""
    p = rng.random((4, 4, 3))
    d = pid.decompose(p, unit="nat", tol=1e-300, method=method, on_fail="return")
    assert d.certificate is not None
    assert d.certificate.gap <= 1e-9
    d.check(p)


def test_ten_million_cells_that_are_mostly_empty(rng: np.random.Generator) -> None:
    p = np.zeros((1000, 1000, 10))
    p[5:900:200, 3:900:300, 2:9:3] = rng.random((5, 3, 3))
    d = pid.decompose(p)
    assert d.certificate is not None and d.certificate.gap <= 2e-9
    assert d.coupling is not None and d.coupling.shape == p.shape


def test_ten_million_cells_with_nothing_to_find() -> None:
    d = pid.decompose(np.ones((1000, 1000, 10), dtype=np.uint8), keep_coupling=False)
    assert d.total == pytest.approx(0, abs=1e-10)
