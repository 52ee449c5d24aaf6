"""What a screen says of each pair: its numbers by other routes, not only which pair comes first."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

import pid
from pid.analysis.screening.result import NAMES
from pid.core.decomposition import ATOMS
from pid.inference import Units, assess, correct, significance
from pid.inference.dependence import design_effect
from pid.inference.independence import conditional_independence, independence, p_value

Row = dict[str, Any]
SHAPE = (3, 2, 3)


def counted(x1: np.ndarray, x2: np.ndarray, y: np.ndarray) -> np.ndarray:
    table = np.zeros(tuple(int(v.max()) + 1 for v in (x1, x2, y)))
    np.add.at(table, (x1, x2, y), 1)
    return table


def by_pair(found: pid.Screening) -> dict[tuple[str, str, str], Row]:
    rows = found.to_dicts()
    return {(str(row["x1"]), str(row["x2"]), str(row["y"])): row for row in rows}


def told(row: Row, suffix: str = "") -> list[float]:
    return [row[name + suffix] for name in NAMES]


def of(d: pid.Decomposition) -> list[float]:
    return [getattr(d, name) for name in NAMES]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Symbols that tell more or less of three unequal classes, and some that tell nothing."""
    rng = np.random.default_rng(5)
    n = 400
    y = rng.choice(3, size=n, p=[0.6, 0.3, 0.1])
    strong = np.where(rng.random(n) < 0.6, y, rng.integers(3, size=n))
    weak = np.where(rng.random(n) < 0.25, y > 0, rng.integers(2, size=n)).astype(int)
    faint = np.where(rng.random(n) < 0.15, y == 2, rng.integers(2, size=n)).astype(int)
    a, b = rng.integers(2, size=(2, n))
    also = np.where(rng.random(n) < 0.8, a ^ b, rng.integers(2, size=n))
    noise = rng.integers(3, size=n)
    columns = {"strong": strong, "weak": weak, "faint": faint, "a": a, "b": b, "noise": noise}
    return pd.DataFrame(columns | {"y": y, "also": also})


@pytest.fixture(scope="module")
def found(frame: pd.DataFrame) -> pid.Screening:
    return pid.screen(frame.drop(columns=["y", "also"]), frame[["y", "also"]])


def table_of(frame: pd.DataFrame, pair: tuple[str, str, str]) -> np.ndarray:
    return counted(*(frame[name].to_numpy() for name in pair))


# --- atoms ------------------------------------------------------------------------------------


def test_each_row_has_the_numbers_of_its_pair_and_target(
    frame: pd.DataFrame, found: pid.Screening
) -> None:
    rows = by_pair(found)
    sources = list(frame.columns[:6])
    assert set(rows) == {(*pair, y) for pair in combinations(sources, 2) for y in ("y", "also")}
    for pair, row in rows.items():
        exact = of(pid.decompose(table_of(frame, pair)))
        assert told(row, "_counted") == pytest.approx(exact, abs=1e-7)


def test_rows_are_sorted_by_what_is_corrected(frame: pd.DataFrame, found: pid.Screening) -> None:
    for sort in ("synergy", "unique2"):
        s = found
        if sort != "synergy":
            s = pid.screen(frame[["a", "b", "weak"]], frame["also"], sort=sort, interval=None)
        values = s.corrected[:, NAMES.index(sort)]
        assert (np.diff(values) <= 0).all()


def test_where_each_row_is_a_fold_the_first_look_is_the_jackknife() -> None:
    """Ten rows: a tenth of them is one, so that nothing is left to how they are divided."""
    rng = np.random.default_rng(1)
    x1, x2, y = rng.integers(3, size=10), rng.integers(2, size=10), rng.choice(3, 10)
    s = pid.screen(np.column_stack([x1, x2]), y, interval=None)
    table = counted(*(np.unique(v, return_inverse=True)[1] for v in (x1, x2, y)))
    expected = correct(table, "jackknife")
    assert s.corrected[0] == pytest.approx(of(expected), abs=1e-6)


def test_where_each_group_is_a_fold_the_first_look_is_their_jackknife() -> None:
    """Ten groups of unequal sizes, whose rows have weights."""
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(10), [1, 5, 2, 8, 3, 4, 6, 7, 2, 2])
    x1, x2, y = (rng.integers(size, size=40) for size in SHAPE)
    weights = rng.exponential(size=40) + 0.1
    X = np.column_stack([x1, x2])
    s = pid.screen(X, y, interval=None, groups=groups, weights=weights)
    cells = np.ravel_multi_index((x1, x2, y), SHAPE)
    units = Units.from_rows(cells, SHAPE, groups=groups, weights=weights)
    expected = correct(units, "jackknife")
    assert s.corrected[0] == pytest.approx(of(expected), abs=1e-6)


def test_the_first_look_is_not_biased() -> None:
    """Independent columns of 300 rows, 8 bins, 3 classes: counted .38 bit, and 0 in truth."""
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(300, 7)), rng.choice(3, size=(300, 8), p=[0.5, 0.3, 0.2])
    s = pid.screen(X, Y, interval=None)
    assert s.counted[:, -1].mean() > 0.25
    assert np.abs(s.corrected.mean(axis=0)).max() < 0.02


def test_what_is_resampled_is_corrected_by_leaving_out_each_row(
    frame: pd.DataFrame, found: pid.Screening
) -> None:
    """And has the interval of ``assess``, up to the error of drawing; the others have none."""
    some = compared = 0
    for pair, row in by_pair(found).items():
        table = table_of(frame, pair)
        if row["total_low"] is None:
            assert told(row, "_low") == told(row, "_high") == [None] * 5
            continue
        some += 1
        expected = assess(table, replicates=400)
        assert told(row) == pytest.approx(of(expected.corrected), abs=1e-6)
        for name in NAMES:
            low, high = expected.interval[name]
            assert row[f"{name}_low"] <= row[name] + 1e-9
            assert row[f"{name}_high"] >= row[name] - 1e-9
            if low > 0.01:  # elsewhere ends depend on what is drawn, by the kink at 0
                close = 0.2 * (high - low)
                assert row[f"{name}_low"] == pytest.approx(low, abs=close)
                assert row[f"{name}_high"] == pytest.approx(high, abs=close)
                compared += 1
    assert some == found.resampled
    assert compared >= 5
    assert 4 <= some < len(found)


def test_units_and_levels(frame: pd.DataFrame) -> None:
    X, y = frame[["a", "b", "strong"]], frame["also"]
    bits, nats = (pid.screen(X, y, replicates=40, unit=unit) for unit in ("bit", "nat"))
    for name in ("counted", "corrected", "low", "high", "gap"):
        expected = np.log(2) * getattr(bits, name)
        assert getattr(nats, name) == pytest.approx(expected, nan_ok=True)
    assert nats.p == pytest.approx(bits.p)
    narrow = pid.screen(X, y, replicates=40, interval=0.5)
    there = ~np.isnan(bits.low)
    assert there.any()
    assert (narrow.low[there] >= bits.low[there]).all()
    assert (narrow.high[there] <= bits.high[there]).all()
    assert (narrow.high - narrow.low)[there].sum() < 0.7 * (bits.high - bits.low)[there].sum()


def test_weights_count_rows_again(frame: pd.DataFrame) -> None:
    """Atoms of rows that count for two are those of rows that are there twice; order of rows and
    names of symbols do not matter."""
    X, y = frame[["strong", "weak", "noise"]], frame["y"]
    weights = np.where(np.arange(len(y)) % 3 == 0, 2.0, 1.0)
    weighted = pid.screen(X, y, interval=None, weights=weights)
    twice = frame.loc[np.repeat(np.arange(len(y)), weights.astype(int))]
    repeated = pid.screen(twice[["strong", "weak", "noise"]], twice["y"], interval=None)
    a, b = by_pair(weighted), by_pair(repeated)
    assert set(a) == set(b)
    for pair in a:
        assert told(a[pair], "_counted") == pytest.approx(told(b[pair], "_counted"), abs=1e-7)
    order = np.random.default_rng(0).permutation(len(y))
    words = np.array(["z", "m", "b"])[y.to_numpy()[order]]
    other = by_pair(pid.screen(X.iloc[order], words, interval=None, weights=weights[order]))
    for pair in a:
        assert told(other[pair], "_counted") == pytest.approx(told(a[pair], "_counted"), abs=1e-7)


# --- p-values -----------------------------------------------------------------------------------


def gates(table: np.ndarray, effect: float = 1.0) -> dict[str, float]:
    """By hand: the tests of independence that each atom cannot do without."""

    def of_source(axis: int) -> float:
        return float(p_value(independence(table.sum(axis=axis)), effect))

    def beyond(strata: np.ndarray) -> float:
        return float(p_value(conditional_independence(strata), effect))

    first, second = of_source(1), of_source(0)
    beyond2, beyond1 = beyond(table.transpose(1, 0, 2)), beyond(table)  # x1 given x2, x2 given x1
    return {
        "redundancy": max(first, second),
        "unique1": max(first, beyond2),
        "unique2": max(second, beyond1),
        "synergy": max(beyond2, beyond1),
        "total": float(p_value(independence(table.reshape(-1, table.shape[2])), effect)),
    }


def test_p_is_never_below_its_gates(frame: pd.DataFrame, found: pid.Screening) -> None:
    """The total is its gate; an atom whose gates are not significant over all rows has p = 1."""
    rows = by_pair(found)
    of_rows = {pair: gates(table_of(frame, pair)) for pair in rows}
    for name in NAMES:
        adjusted = false_discovery_control([of_rows[pair][name] for pair in rows])
        for pair, q in zip(rows, adjusted, strict=True):
            p = rows[pair][f"{name}_p"]
            if name == "total":
                assert p == pytest.approx(of_rows[pair][name], rel=1e-9)
            elif q > 0.05:
                assert p == 1
            else:
                assert p >= of_rows[pair][name] * (1 - 1e-9)


def test_the_gate_counts_where_the_test_is_surer(rng: np.random.Generator) -> None:
    """x1 tells y; what x2 tells passes its gate in a part of the samples, and is then as sure as
    the gate says, not more: p is the gate in some samples, and never below it."""
    at_the_gate = dict.fromkeys(("redundancy", "unique2"), 0)
    for _ in range(40):
        y = rng.choice(3, size=300, p=[0.5, 0.3, 0.2])
        x1 = np.where(rng.random(300) < 0.7, y, rng.integers(3, size=300))
        x2 = np.where(rng.random(300) < 0.12, y, rng.integers(3, size=300))
        X = np.column_stack([x1, x2])
        s = pid.screen(X, y, of=("redundancy", "unique2"), replicates=20)
        by_hand = gates(counted(x1, x2, y))
        for name in at_the_gate:
            p = s.p[0, NAMES.index(name)]
            assert p >= by_hand[name] * (1 - 1e-9)
            at_the_gate[name] += p == pytest.approx(by_hand[name], rel=1e-9)
    assert at_the_gate["redundancy"] >= 3


@pytest.mark.parametrize(("noisy", "name"), [(0, "unique1"), (1, "unique2")])
def test_gates_are_of_the_source_that_says_nothing(
    rng: np.random.Generator, noisy: int, name: str
) -> None:
    """One column tells y and one nothing: neither redundancy nor what is unique to noise."""
    for _ in range(20):
        y = rng.choice(3, size=200, p=[0.5, 0.3, 0.2])
        x = [np.where(rng.random(200) < 0.7, y, 0), rng.integers(3, size=200)]
        X = np.column_stack(x if noisy else x[::-1])
        s = pid.screen(X, y, of=("redundancy", name), replicates=20)
        alone = float(p_value(independence(counted(x[1], 0 * y, y)[:, 0])))
        assert s.p[0, NAMES.index("redundancy")] >= alone * (1 - 1e-9)
        assert s.p[0, NAMES.index(name)] >= alone * (1 - 1e-9)


def test_what_a_screen_rejects_every_null_rejects(
    frame: pd.DataFrame, found: pid.Screening
) -> None:
    """p is at least that of ``significance`` against each null, up to the error of drawing."""
    rejected = 0
    for pair, row in by_pair(found).items():
        for name in ATOMS:
            p = row[f"{name}_p"]
            if p > 0.05:
                continue
            rejected += 1
            nulls = significance(table_of(frame, pair), name, replicates=99, enough=12).nulls
            assert max(nulls.values()) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 99), (pair, name)
    assert rejected >= 4


def test_the_least_favourable_null_counts() -> None:
    """x1 tells a little more than x2: tables in which one null has it at .04 to .09 and the others
    at a hundredth. The p of the screen is the largest, whichever null is drawn from last."""
    said, largest, last = [], [], []
    for seed in (4, 18, 29, 33):
        rng = np.random.default_rng(seed)
        y = rng.integers(2, size=200)
        x1, x2 = y ^ (rng.random(200) < 0.3), y ^ (rng.random(200) < 0.36)
        s = pid.screen(np.column_stack([x1, x2]), y, of=("unique1",), replicates=400)
        said.append(s.p[0, 1])
        nulls = significance(counted(1 * x1, 1 * x2, y), "unique1", replicates=400).nulls
        largest.append(max(nulls.values()))
        last.append(list(nulls.values())[-1])
    assert np.mean(last) < 0.3 * np.mean(largest)
    assert np.mean(said) == pytest.approx(np.mean(largest), rel=0.5)
    assert (np.array(said) > np.array(last)).all()


def test_level_where_both_say_the_same(rng: np.random.Generator) -> None:
    """Two looks at y through one channel, so that U1 = U2 = 0: of 30 samples at most 3 are
    rejected at 5%. By the nearest table without unique information alone it would be 6."""
    rejected = np.zeros(2)
    for seed in range(30):
        y = rng.integers(2, size=200)
        X = y[:, None] ^ (rng.random((200, 2)) < 0.3)
        s = pid.screen(X, y, of=("unique1", "unique2"), random_state=seed)
        rejected += s.p[0, 1:3] <= 0.05
    assert rejected.max() <= 3


def test_each_hypothesis_is_adjusted_by_itself(found: pid.Screening) -> None:
    """Benjamini-Hochberg over all rows, of both targets; q follows its row through sorting."""
    assert not np.isnan(found.p).any()
    for i in range(5):
        expected = false_discovery_control(found.p[:, i])
        assert found.q[:, i] == pytest.approx(expected)


def test_only_what_was_asked_for_is_tested(frame: pd.DataFrame) -> None:
    X, y = frame[["a", "b", "strong"]], frame["also"]
    s = pid.screen(X, y, of=("synergy",), replicates=40)
    assert np.isnan(s.p[:, :3]).all() and np.isnan(s.q[:, :3]).all()
    assert not np.isnan(s.p[:, 3:]).any()
    assert s.pairs[0] == ("a", "b", "also")
    assert s.p[0, 3] < 1e-3
    assert (s.p[1:, 3] == 1).all()


def test_dependent_rows_have_gates_of_fewer(rng: np.random.Generator) -> None:
    """Groups of five that share their class: X^2 is divided by what they lose."""
    y, x1 = (np.repeat(rng.choice(3, size=40, p=[0.5, 0.3, 0.2]), 5) for _ in range(2))
    x2 = np.where(rng.random(200) < 0.5, y > 0, rng.integers(2, size=200)).astype(int)
    groups = np.repeat(np.arange(40), 5)
    s = pid.screen(np.column_stack([x1, x2]), y, interval=None, groups=groups)
    units = Units.from_rows(np.ravel_multi_index((x1, x2, y), SHAPE), SHAPE, groups=groups)
    effect = design_effect(units)
    assert effect > 2
    expected = gates(units.table, effect)["total"]
    assert s.p[0, -1] == pytest.approx(expected)
    assert expected > 10 * gates(units.table)["total"]


def test_swapped_columns_swap_what_is_unique(rng: np.random.Generator) -> None:
    """Numbers, p-values and intervals of a pair that is not symmetric, in either order."""
    y = rng.choice(3, size=500, p=[0.5, 0.3, 0.2])
    x1 = np.where(rng.random(500) < 0.7, y, rng.integers(3, size=500))
    x2 = np.where(rng.random(500) < 0.3, y > 0, rng.integers(2, size=500)).astype(int)
    there = pid.screen(np.column_stack([x1, x2]), y, replicates=100)
    back = pid.screen(np.column_stack([x2, x1]), y, replicates=100)
    swap = [0, 2, 1, 3, 4]
    assert back.counted[0, swap] == pytest.approx(there.counted[0], abs=1e-7)
    assert back.corrected[0, swap] == pytest.approx(there.corrected[0], abs=1e-6)
    far = there.low[0] > 0.01
    assert far.tolist() == [True, True, False, False, True]
    for ends, others in ((there.low, back.low), (there.high, back.high)):
        close = 0.25 * (there.high - there.low)[0, far].max()
        assert others[0, swap][far] == pytest.approx(ends[0, far], abs=close)
    sure = there.p[0] < 0.01
    assert sure.tolist() == (back.p[0, swap] < 0.01).tolist()
    assert sure[1] and not sure[2]
