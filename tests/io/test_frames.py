"""Frames of any library give the same bits, and none is imported that the user has not."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import pid

pytestmark = pytest.mark.extras


def columns() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 400))
    text = rng.choice(["lo", "hi"], 400)
    return {"a": a, "b": b, "text": text, "truth": a > 1, "y": (a * b > 0).astype(int)}


def frames() -> dict[str, Any]:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    data = columns()
    found = {
        "pandas": pd.DataFrame(data),
        "pandas on Arrow": pd.DataFrame(data).convert_dtypes(dtype_backend="pyarrow"),
        "polars": pl.DataFrame(data),
        "Arrow": pa.table({name: pa.array(column) for name, column in data.items()}),
    }
    found["categories"] = found["pandas"].astype({"text": "category", "y": "category"})
    return found


CASES: list[dict[str, Any]] = [
    {"x1": ["a"], "x2": ["b"], "estimator": "bins"},
    {"x1": ["a", "truth"], "x2": ["b"], "estimator": "cluster"},
    {"x1": ["text"], "x2": ["truth"], "estimator": "table"},
]


@pytest.mark.parametrize("library", ["pandas on Arrow", "polars", "Arrow", "categories"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_same_bits(library: str, case: dict[str, Any]) -> None:
    found = []
    for name in ("pandas", library):
        frame = frames()[name]
        X1, X2 = (
            frame.select(case[role]) if hasattr(frame, "select") else frame[case[role]]
            for role in ("x1", "x2")
        )
        q = pid.quantify(X1, X2, frame["y"], estimator=case["estimator"], replicates=30)
        found.append(q.to_dict())
    assert found[0]["total"] != 0
    for name in ("x1", "x2", "y"):  # a column of an Arrow table has no name
        found[0].pop(name), found[1].pop(name)
    assert found[0] == found[1]


@pytest.mark.parametrize("library", ["polars", "Arrow"])
def test_a_screen(library: str) -> None:
    found = []
    for name in ("pandas", library):
        frame = frames()[name]
        some = ["a", "b", "text"]
        X = frame.select(some) if hasattr(frame, "select") else frame[some]
        found.append(pid.screen(X, frame["y"], bins=3, interval=None).to_dicts())
    assert [{**row, "y": ""} for row in found[0]] == [{**row, "y": ""} for row in found[1]]


def test_none_is_imported_unasked() -> None:
    code = """
import sys
import pandas as pd, pid
for module in ("polars", "duckdb", "dask", "distributed"):
    sys.modules[module] = None
frame = pd.DataFrame({"a": [0, 1, 2, 3] * 9, "b": [0, 1] * 18, "y": [0, 1, 1, 0] * 9})
pid.quantify(frame["a"], frame["b"], frame["y"], replicates=9)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
