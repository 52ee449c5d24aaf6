"""Arrays of other libraries are read, or refused in a sentence, in every door."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import pid
from pid.core.arrays import as_array, plain
from pid.errors import InvalidInput, PIDError

N = 40
X = np.random.default_rng(0).normal(size=(N, 2))
S = np.random.default_rng(1).integers(2, size=N)


class Grumpy:
    """What says that it is an array, and is none."""

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        raise KeyError("no values")


class Endless:
    def __len__(self) -> int:
        return N

    def __getitem__(self, i: int) -> float:
        raise ZeroDivisionError


class Several:
    data_vars = ("a", "b")


def tensors() -> dict[str, Any]:
    import torch

    values = torch.tensor(X)
    return {
        "of brain floats": values.bfloat16(),
        "with a gradient": values.clone().requires_grad_(),
        "within a graph": values.clone().requires_grad_() * 2,
        "negated lazily": torch._neg_view(-values),
        "sparse": values.to_sparse(),
        "without values": torch.zeros((N, 2), device="meta"),
        "complex": (values * 1j).conj(),
    }


DOORS: dict[str, Callable[[Any], object]] = {
    "quantify x1": lambda data: pid.quantify(data, S, S, interval=None, estimator="bins"),
    "quantify y": lambda data: pid.quantify(S, S, data, interval=None),
    "quantify groups": lambda data: pid.quantify(S, S, S, groups=data, interval=None),
    "quantify weights": lambda data: pid.quantify(S, S, S, weights=data, interval=None),
    "screen": lambda data: pid.screen(data, S, interval=None),
    "compare": lambda data: pid.compare({"m": data}, S, S, S, interval=None),
    "bounds": lambda data: pid.bound_samples((data, S), (S, S), (data, S), interval=None),
    "decompose": pid.decompose,
    "decompose_batch": pid.decompose_batch,
    "decompose_samples": lambda data: pid.decompose_samples(data, S, S),
    "entropy": pid.entropy,
    "synergy_bounds": lambda data: pid.synergy_bounds(data, data, data),
}


COLUMNS = ("quantify x1", "quantify y", "compare", "bounds")  # doors that take a mapping of columns


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("data", [Grumpy(), Endless(), Several(), {"a": S}])
def test_what_is_no_array(door: str, data: object) -> None:
    if isinstance(data, dict) and door in COLUMNS:
        DOORS[door](data)  # a column by its name
        return
    with pytest.raises(PIDError, match=r".{20}"):
        DOORS[door](data)


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_an_array() -> None:
    assert type(plain(np.asmatrix(X), "x1")) is np.ndarray
    found = [pid.screen(x, S, interval=None).to_dicts() for x in (np.asmatrix(X), X)]
    assert found[0] == found[1]


@pytest.mark.extras
@pytest.mark.parametrize("door", DOORS)
def test_tensors_in_every_door(door: str) -> None:
    for tensor in tensors().values():
        with suppress(PIDError):  # and nothing else
            DOORS[door](tensor)


@pytest.mark.extras
def test_tensors_have_the_values_of_arrays() -> None:
    made = tensors()
    for kind in ("with a gradient", "negated lazily"):
        np.testing.assert_array_equal(as_array(made[kind], "x1"), X)
    np.testing.assert_array_equal(as_array(made["within a graph"], "x1"), 2 * X)
    np.testing.assert_allclose(as_array(made["of brain floats"], "x1"), X, rtol=0.01)
    for kind in ("sparse", "without values"):
        with pytest.raises(InvalidInput, match=r"x1 is a Tensor that NumPy cannot read: .*; give"):
            plain(made[kind], "x1")


@pytest.mark.extras
def test_labelled_arrays() -> None:
    import xarray  # which dit brings along

    of_array = pid.quantify(xarray.DataArray(S), S, S, interval=None)
    assert of_array.to_dict()["total"] == pid.quantify(S, S, S, interval=None).to_dict()["total"]
    of_set = pid.quantify(xarray.Dataset({"a": ("row", S)}), S, S, interval=None)
    assert of_set.to_dict()["total"] == of_array.to_dict()["total"]
    assert of_set.axes[0].name == "a"
    with pytest.raises(PIDError, match="p must be one array; got Dataset, of several"):
        pid.entropy(xarray.Dataset({"a": ("row", S)}))


def test_fields_of_a_structured_array_are_columns() -> None:
    table = np.array(list(zip(X[:, 0], S, strict=True)), dtype=[("a", "f8"), ("b", "i8")])
    found = pid.quantify(table, S, S, interval=None, estimator="bins")
    assert found.axes[0].name == "a,b"
    for odd in (np.zeros(N, dtype="V3"), np.zeros(N, dtype=[("a", "f8", (2,))])):
        with pytest.raises(InvalidInput, match="values of type"):
            pid.quantify(odd, S, S)


def test_symbols_of_several_values_are_none() -> None:
    with pytest.raises(InvalidInput, match=r"x1\[0\] is a Many of several values"):
        pid.decompose_samples([Many(), Many()], [0, 1], [0, 1])


class Many:
    ndim = 1

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise RuntimeError("ambiguous")
