"""Intervals: reproducible, ordered, invariant, and they cover."""

import numpy as np
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.errors import InvalidDistribution, InvalidInput
from pid.inference import Units, assess, correct
from pid.inference.assessment import Resampling, resampled
from pid.inference.atoms import SUMS
from pid.inference.bias import CORRECTIONS, Correction
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
    assert list(found.interval) == [*ATOMS, *SUMS]


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
        ({"correction": None}, "correction must be 'kink-aware'"),
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


# --- by other routes ------------------------------------------------------------------------------

UNEQUAL = np.array([[[40, 5, 2], [9, 12, 1]], [[6, 3, 8], [21, 2, 1]], [[3, 14, 2], [7, 7, 7]]])


def atoms_of(d: pid.Decomposition) -> list[float]:
    return [getattr(d, name) for name in (*ATOMS, "total")]


@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("method", ["bias-aware", "percentile"])
def test_corrected_as_by_correct(correction: Correction, method: Method) -> None:
    """Whatever the method of the interval, and the interval whatever the correction."""
    found = assess(UNEQUAL, correction=correction, method=method, replicates=20, random_state=3)
    assert atoms_of(found.counted) == pytest.approx(atoms_of(pid.decompose(UNEQUAL)), abs=1e-8)
    expected = atoms_of(correct(UNEQUAL, correction, random_state=3))
    assert atoms_of(found.corrected) == pytest.approx(expected, abs=1e-8)
    plain = assess(UNEQUAL, correction="none", method=method, replicates=20, random_state=3)
    assert found.interval == plain.interval
    assert (found.level, found.replicates) == (0.95, 20)


def test_deviation_of_the_total_by_the_delta_method() -> None:
    """sqrt(var(log p(x, y) / p(x) p(y)) / n), in bits, as for any information."""
    table = 50 * UNEQUAL
    p = (table / table.sum()).reshape(-1, 3)
    pointwise = np.log2(p / np.outer(p.sum(axis=1), p.sum(axis=0)))
    mean = (p * pointwise).sum()
    expected = np.sqrt((p * (pointwise - mean) ** 2).sum() / table.sum())
    found = assess(table, replicates=2000)
    assert found.deviation["total"] == pytest.approx(expected, rel=0.06)
    low, high = found.interval["total"]
    assert (high - low) / 2 == pytest.approx(1.05 * 1.96 * expected, rel=0.08)


@pytest.mark.parametrize("method", ["percentile", "basic", "bias-corrected", "subsampling"])
def test_textbook_intervals_of_what_is_drawn(method: Method) -> None:
    """Recomputed from the draws, of the whole sample, or of halves of it without replacement."""
    units = Units.from_counts(UNEQUAL)
    asked = Resampling(0.8, method, "none", 120, 7)
    drawn = resampled(units, asked)
    drawn = np.vstack([drawn, drawn.sum(axis=0)]) / np.log(2)
    counted = np.array(atoms_of(pid.decompose(UNEQUAL)))
    ends = {
        "percentile": np.quantile(drawn, [0.1, 0.9], axis=1),
        "basic": 2 * counted - np.quantile(drawn, [0.9, 0.1], axis=1),
        "bias-corrected": (2 * counted - drawn.mean(axis=1))
        + np.array([[-1.2815516], [1.2815516]]) * drawn.std(axis=1, ddof=1),
        "subsampling": counted - np.quantile(drawn - counted[:, None], [0.9, 0.1], axis=1),
    }
    found = assess(
        UNEQUAL, interval=0.8, method=method, correction="none", replicates=120, random_state=7
    )
    for i, name in enumerate((*ATOMS, "total")):
        assert found.interval[name] == pytest.approx(tuple(ends[method][:, i]), abs=1e-6)
    assert found.level == 0.8


def test_halves_are_more_biased_than_the_whole() -> None:
    """Of independent sources and y the total is too large by (cells) / 2 n: twice that of halves,
    and tables drawn from the sample again have it once more."""
    p = np.einsum("i,j,k->ijk", [0.4, 0.3, 0.3], [0.5, 0.5], [0.5, 0.3, 0.2])
    counts = np.random.default_rng(2).multinomial(401, p.ravel()).reshape(p.shape)
    units = Units.from_counts(counts)
    whole, halves = (
        resampled(units, Resampling(0.95, method, "none", 400, 0)).sum(axis=0).mean()
        for method in ("percentile", "subsampling")
    )
    counted = pid.decompose(counts, unit="nat").total
    bias = 5 * 2 / (2 * 401)
    assert whole - counted == pytest.approx(bias, rel=0.3)
    assert halves - counted == pytest.approx(bias, rel=0.3)


def test_two_draws_tell_as_much_as_they_can() -> None:
    """Their squared deviation is that of many draws, on average over seeds."""
    many = assess(UNEQUAL, replicates=1000).deviation
    few = [assess(UNEQUAL, replicates=2, random_state=seed).deviation for seed in range(150)]
    for name in ("total", "unique1"):
        squares = np.mean([d[name] ** 2 for d in few])
        assert squares == pytest.approx(many[name] ** 2, rel=0.3)


def test_two_units_are_the_fewest() -> None:
    """Of two groups there is a jackknife of two parts, and no interval."""
    cells, groups = np.array([0, 0, 1, 3, 3, 0]), np.array([0, 0, 0, 1, 1, 1])
    units = Units.from_rows(cells, (2, 1, 2), groups=groups)
    with pytest.raises(InvalidInput, match=r"at least 4 independent groups or blocks; got 2.*None"):
        assess(units)
    parts = [pid.mutual_information(t, 0, 1) for t in ([[2, 1], [0, 0]], [[1, 0], [0, 2]])]
    whole = pid.mutual_information([[3, 1], [0, 2]], 0, 1)
    expected = 2 * whole - np.mean(parts)
    assert correct(units, "jackknife").total == pytest.approx(expected)
    assert correct(units).total == pytest.approx(min(expected, 1))
