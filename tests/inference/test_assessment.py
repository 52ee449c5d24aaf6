"""Intervals: reproducible, ordered, invariant, and they cover."""

import numpy as np
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.errors import InvalidDistribution, InvalidInput
from pid.inference import Units, assess
from pid.inference.assessment import Resampling, resampled
from pid.inference.intervals import METHODS, Method

Table = np.ndarray
XOR = np.array([[[45, 5], [5, 45]], [[5, 45], [45, 5]]])


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_a_strong_synergy(method: Method) -> None:
    found = assess(XOR, method=method)
    for low, high in found.interval.values():
        assert low <= high
    low, high = found.interval["synergy"]
    assert 0.3 < low < found.corrected.synergy < high < 0.75
    assert list(found.interval) == [*ATOMS, "total"]


def test_same_call_same_bits_and_other_seed_other_bits() -> None:
    first, again, other = (assess(XOR, random_state=s).interval for s in (0, 0, 1))
    assert first == again
    assert first != other


def test_more_replicates_begin_with_the_same() -> None:
    """Chunks have seeds of their own, so that they can be drawn anywhere in any order."""
    units = Units.from_counts(XOR)
    many = Resampling(replicates=600, random_state=7)
    few = many._replace(replicates=250)
    assert np.array_equal(resampled(units, many)[:, :250], resampled(units, few))


def test_units_scale_the_interval() -> None:
    bits, nats = assess(XOR).interval["synergy"], assess(XOR, unit="nat").interval["synergy"]
    assert nats == pytest.approx(np.array(bits) * np.log(2))


def test_level_orders_the_intervals() -> None:
    narrow, wide = assess(XOR, interval=0.5), assess(XOR, interval=0.99)
    for atom in ATOMS:
        assert wide.interval[atom][0] <= narrow.interval[atom][0]
        assert narrow.interval[atom][1] <= wide.interval[atom][1]


def test_four_times_the_data_halve_the_interval() -> None:
    few, many = assess(XOR), assess(4 * XOR)
    assert many.deviation["total"] == pytest.approx(few.deviation["total"] / 2, rel=0.15)


def test_dependent_rows_widen_the_interval() -> None:
    """Every row ten times as one group: the interval is that of the rows without copies."""
    rows = np.repeat(np.arange(8), XOR.ravel())
    copies = np.repeat(rows, 10)
    grouped = assess(Units.from_rows(copies, (2, 2, 2), groups=np.repeat(np.arange(len(rows)), 10)))
    alone, naive = assess(XOR), assess(10 * XOR)
    assert grouped.deviation["total"] == pytest.approx(alone.deviation["total"], rel=0.15)
    assert naive.deviation["total"] < grouped.deviation["total"] / 2.5


def test_a_table_without_randomness() -> None:
    """One cell: nothing is said about y, for sure."""
    found = assess([[[7, 0], [0, 0]]])
    assert all(bounds == pytest.approx((0, 0), abs=1e-9) for bounds in found.interval.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("p", "n"),
    [
        (np.full((8, 8, 2), 1 / 128), 300),  # all atoms 0
        (XOR / XOR.sum(), 300),
        (np.einsum("ik,jk->ijk", [[0.4, 0.1], [0.1, 0.4]], [[0.8, 0.2], [0.2, 0.8]]), 1000),
    ],
    ids=["independent 8x8x2", "noisy xor", "same channel twice"],
)
def test_coverage(p: Table, n: int) -> None:
    """A small version of scripts/coverage_study.py: 60 samples, at least 53 of 60 covered."""
    truth = pid.decompose(p)
    covered = np.zeros(4)
    for seed in range(60):
        counts = np.random.default_rng(seed).multinomial(n, p.ravel()).reshape(p.shape)
        found = assess(counts, replicates=100, random_state=seed).interval
        covered += [found[a][0] - 1e-6 <= getattr(truth, a) <= found[a][1] + 1e-6 for a in ATOMS]
    assert covered.min() >= 53


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"interval": 0.0}, "interval must be a number above 0 and below 1; got 0.0"),
        ({"interval": None}, "interval must be a number above 0 and below 1; got None"),
        ({"method": "wald"}, "method must be 'bias-aware'"),
        ({"correction": None}, "correction must be 'jackknife'"),
        ({"replicates": 1.5}, "replicates must be an integer of at least 2; got 1.5"),
        ({"unit": "byte"}, "unit must be"),
    ],
)
def test_bad_options(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        assess(XOR, **options)  # type: ignore[arg-type]


def test_bad_tables() -> None:
    with pytest.raises(InvalidInput, match="an interval needs at least 2 independent units"):
        assess([[[1]]])
    with pytest.raises(InvalidDistribution):
        assess([[[1, -1]]])
