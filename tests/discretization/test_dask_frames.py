"""Dask data frames are counted where they are, partition by partition: the same bits."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.cli.dask import connected
from pid.discretization.out_of_core import order_statistics
from pid.errors import InvalidInput

pytestmark = [pytest.mark.extras, pytest.mark.slow]


def the_data() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 1500
    a, b, c = rng.normal(size=(3, n))
    return pd.DataFrame(
        {
            "a": a,
            "b": b,
            "rounded": np.round(c, 1),
            "few": rng.integers(5, size=n),
            "truth": rng.random(n) < 0.4,
            "text": rng.choice(["lo", "hi", "other"], n),
            "y": (a * b + c > 0).astype(int),
            "score": a + b + rng.normal(size=n),
            "count": rng.poisson(4, n),
            "who": rng.choice(["ann", "bob", "cy", "di"], n),
            "w": rng.choice([0.5, 1.0, 2.5], n),
        }
    )


CASES: list[dict[str, Any]] = [
    {"x1": ["a"], "x2": ["b"], "y": "y"},
    {"x1": ["a", "b"], "x2": ["rounded"], "y": "score"},
    {"x1": ["few"], "x2": ["text", "truth"], "y": "count"},
    {"x1": ["a"], "x2": ["text"], "y": "y", "groups": "who"},
    {"x1": ["a"], "x2": ["text"], "y": "y", "groups": "who", "weights": "w"},
    {"x1": ["a"], "x2": ["few"], "y": "y", "weights": "w"},
    {"x1": ["a"], "x2": ["few"], "y": "y", "blocks": 7},
]


def answer(frame: Any, case: dict[str, Any], client: object = None) -> dict[str, object]:
    named = {role: frame[case[role]] for role in ("groups", "weights") if role in case}
    q = pid.quantify(
        frame[case["x1"]],
        frame[case["x2"]],
        frame[case["y"]],
        estimator="bins",
        replicates=30,
        blocks=case.get("blocks"),
        client=client,
        **named,
    )
    return {**q.to_dict(), "table": q.table.tolist(), "notes": q.notes}


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("partitions", [1, 7])
def test_the_same_bits(case: dict[str, Any], partitions: int) -> None:
    import dask.dataframe as dd

    frame = the_data()
    parts = dd.from_pandas(frame, npartitions=partitions, sort=False)
    assert answer(parts, case) == answer(frame, case)


@pytest.fixture(scope="module")
def two() -> Iterator[Any]:
    with connected("local:2") as client:
        client.wait_for_workers(2)
        yield client


def test_on_a_cluster(two: Any) -> None:
    import dask.dataframe as dd

    frame = the_data()
    parts = dd.from_pandas(frame, npartitions=5, sort=False)
    for case in CASES[:3]:
        assert answer(parts, case, two) == answer(frame, case)


def die_once(part: pd.DataFrame, marker: str) -> pd.DataFrame:
    """One partition takes its worker with it the first time that it is read."""
    if part.index[0] == 0 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return part


def test_a_killed_worker_loses_nothing_and_doubles_nothing(two: Any, tmp_path: Path) -> None:
    import dask.dataframe as dd

    frame = the_data()
    marker = tmp_path / "died"
    parts = dd.from_pandas(frame, npartitions=6, sort=False)
    risky = parts.map_partitions(die_once, str(marker), meta=frame)
    found = answer(risky, CASES[1], two)
    assert marker.exists()
    assert found == answer(frame, CASES[1])


def test_empty_partitions_count_for_nothing() -> None:
    import dask.dataframe as dd

    frame = the_data()
    parts = dd.from_pandas(frame, npartitions=5, sort=False)
    some = parts[parts["few"] >= 0].map_partitions(lambda p: p[p.index >= 700], meta=frame)
    rest = frame[frame.index >= 700]
    for case in CASES:
        assert answer(some, case) == answer(rest, case)


def test_the_same_bits_where_ranks_are_narrowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges that begin at a value hold it, as often as it occurs."""
    import dask.dataframe as dd

    monkeypatch.setattr(order_statistics, "SAMPLE", 100)
    monkeypatch.setattr(order_statistics, "FETCHED", 10)
    frame = the_data()
    frame["sparse"] = np.where(frame["a"] > 1, frame["a"], 0.0)
    parts = dd.from_pandas(frame, npartitions=3, sort=False)
    for case in (
        {"x1": ["a", "rounded"], "x2": ["sparse"], "y": "score"},
        {"x1": ["rounded"], "x2": ["b"], "y": "count"},
    ):
        assert answer(parts, case) == answer(frame, case)


@pytest.mark.parametrize("number", [99, 100, 101])
def test_codes_are_named_as_in_memory(number: int) -> None:
    """Whole numbers that repeat, up to a hundred of them."""
    import dask.dataframe as dd

    frame = the_data()
    frame["code"] = frame.index % number
    parts = dd.from_pandas(frame, npartitions=3, sort=False)
    case = {"x1": ["code"], "x2": ["few"], "y": "y"}
    found = answer(frame, case)
    assert ("(code) of whole numbers" in str(found["notes"])) is (number <= 100)
    assert answer(parts, case) == found


def test_refusals() -> None:
    import dask.dataframe as dd

    frame = the_data()
    signed = dd.from_pandas(frame.assign(w=np.where(frame.index == 700, -2, 1)), npartitions=5)
    with pytest.raises(InvalidInput, match=r"weights must be positive.*the smallest is -2"):
        pid.quantify(signed["a"], signed["few"], signed["y"], weights=signed["w"])
    parts = dd.from_pandas(frame, npartitions=5, sort=False)
    other = dd.from_pandas(frame, npartitions=3, sort=False)
    with pytest.raises(InvalidInput, match="got partitions: 5 of x1, 3 of x2, 5 of y"):
        pid.quantify(parts["a"], other["b"], parts["y"])
    with pytest.raises(InvalidInput, match="got x1 in a Dask data frame, x2 in memory"):
        pid.quantify(parts["a"], frame["b"], parts["y"])
    with pytest.raises(InvalidInput, match="cannot be clustered; take estimator 'bins' or 'table'"):
        pid.quantify(parts["a"], parts["b"], parts["y"], estimator="cluster")
    with pytest.raises(InvalidInput, match="y must be a single column; got 2"):
        pid.quantify(parts["a"], parts["b"], parts[["y", "few"]])
    with pytest.raises(InvalidInput, match="x1 must be a Dask DataFrame or Series; got Array"):
        pid.quantify(parts[["a"]].to_dask_array(), parts["b"], parts["y"])
    frame.loc[1000, "a"] = np.nan
    gaps = dd.from_pandas(frame, npartitions=5, sort=False)
    with pytest.raises(InvalidInput, match="partition 4: column 'a' of x1 has 1 missing value"):
        pid.quantify(gaps["a"], gaps["b"], gaps["y"])
    none = gaps[gaps["few"] > 99]
    with pytest.raises(InvalidInput, match="there are no samples: all partitions are empty"):
        pid.quantify(none["a"], none["b"], none["y"])
    short = parts["b"].map_partitions(lambda p: p.iloc[1:], meta=frame["b"])
    with pytest.raises(InvalidInput, match=r"partition \d: columns of different lengths"):
        pid.quantify(parts["a"], short, parts["y"])


def test_gaps_symbols_and_numbers_as_in_memory() -> None:
    """Rows are left out of partitions, some of which have nothing else, and keep their places."""
    import dask.dataframe as dd

    frame = the_data()
    frame.loc[frame.index % 7 == 3, "a"] = np.nan
    frame.loc[300:599, "b"] = np.nan  # all of a partition
    frame["code"] = np.where(frame.index % 5 == 0, -1, frame["count"])
    parts = dd.from_pandas(frame, npartitions=5, sort=False)
    options: dict[str, Any] = {"estimator": "bins", "bins": 4, "target_bins": "auto"}
    options |= {"missing": "drop", "missing_values": [-1], "replicates": 20, "blocks": 30}
    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("a", "b", {}),
        ("code", "b", {"symbols": "code", "numbers": "b"}),
    ]
    for x1, x2, more in cases:
        here, there = (
            pid.quantify(data[[x1]], data[[x2]], data["y"], **options, **more)
            for data in (frame, parts)
        )
        assert there.decomposition.atoms == here.decomposition.atoms
        assert (there.n, there.units) == (here.n, here.units)
        assert there.interval == here.interval
        assert any(f"left out {1500 - here.n:,} of 1,500 rows" in note for note in there.notes)
    with pytest.raises(InvalidInput, match="cannot be symbols; take missing='drop'"):
        pid.quantify(parts["a"], parts["b"], parts["y"], missing="category")
    with pytest.raises(InvalidInput, match="is text, whose decimals a partition does not tell"):
        pid.quantify(parts["few"].astype(str), parts["truth"], parts["y"], numbers="few")
