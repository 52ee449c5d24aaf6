"""Correction and intervals of all numbers of several sources."""

import numpy as np
import pytest
from numpy.random import Generator

import pid
from pid.core.sources.decompose import TableTells
from pid.core.sources.first_order import slope
from pid.core.sources.layout import Layout
from pid.inference.several import corrected, intervals
from pid.inference.unions import Sample
from pid.inference.units import Units
from scripts import study_sources_counted as study


def sample_of(counts: np.ndarray) -> Sample:
    """Of a table of counts (n1, ..., nk, K)."""
    layout = Layout.of(counts.ndim - 1, atoms=counts.shape[-1] == 2)
    units = Units.from_counts(counts.reshape(-1, 1, counts.shape[-1]))
    return Sample.of(units, counts.shape, layout)


@pytest.mark.parametrize("shape", [(2, 3, 2, 2), (2, 3, 2, 3), (2, 2, 2, 2, 2)])
def test_slopes_are_those_of_the_unions(shape: tuple[int, ...], rng: Generator) -> None:
    """They give the unions themselves, and how these move when the table does a little."""
    p, other = rng.dirichlet(np.ones(np.prod(shape)), size=2).reshape(2, *shape)
    step = 1e-4
    here, near = (TableTells(table, 1e-12) for table in (p, (1 - step) * p + step * other))
    for which in Layout.of(len(shape) - 1, atoms=False).families:
        proved = here(which)
        found = slope(which, proved, here.marginals)
        assert found.of(here.marginals) == pytest.approx(proved.upper, abs=1e-9)
        moved = near(which).upper - proved.upper
        said = found.of(near.marginals) - found.of(here.marginals)
        assert said == pytest.approx(moved, abs=0.02 * abs(moved) + 1e-7)


def test_standard_errors_are_those_of_samples(rng: Generator) -> None:
    p = study.tables()["Dirichlet 4x3x2x2"]  # whose unions have no kink nearby
    drawn = [rng.multinomial(2000, p.ravel()).reshape(p.shape) for _ in range(200)]
    samples = [sample_of(counts) for counts in drawn]
    values = np.array([sample.numbers(sample.unions) for sample in samples])
    said = np.mean([sample.deviations() for sample in samples], axis=0)
    place = samples[0].layout.place
    sums = [place.total, place.union, *place.synergy.values(), *place.loss]
    assert said[sums] == pytest.approx(values.std(axis=0)[sums], rel=0.2)


def test_few_tables_drawn_anew_do(rng: Generator) -> None:
    """What they differ by beyond first order varies less than they do."""
    p = study.tables()["Dirichlet 3x3x3x2"]
    sample = sample_of(rng.multinomial(1000, p.ravel()).reshape(p.shape))
    drawn = sample.redrawn(60, 0)
    beyond = drawn[0] - drawn[1]
    assert np.median(beyond.std(axis=1) / drawn[0].std(axis=1)) < 0.3
    few, many = (corrected(sample, sample.redrawn(size, 1)).held for size in (20, 100))
    assert few == pytest.approx(many, abs=0.003)


@pytest.mark.parametrize("name", ["three copies 3x3x3x2", "and 2x2x2x2", "independent 2x2x2x2"])
def test_corrected_numbers_are_possible_ones(name: str, rng: Generator) -> None:
    """They add up, and none is below 0; those that the correction would put there are known."""
    p = study.tables()[name]
    for _ in range(5):
        sample = sample_of(rng.multinomial(150, p.ravel()).reshape(p.shape))
        found = corrected(sample, sample.redrawn(20, 0))
        at = sample.layout.place
        assert found.held.min() >= -1e-12
        parts = found.held[sample.layout.parts].sum()
        assert parts == pytest.approx(found.held[at.total], abs=1e-12)
        assert found.held[at.total] <= np.log(2) + 1e-12
        zero = set(found.at_zero)
        assert zero == {i for i, x in enumerate(found.held) if x < 1e-12 and found.free[i] < -1e-9}


def test_whatever_is_drawn_the_numbers_are_possible(rng: Generator) -> None:
    p = study.tables()["Dirichlet 2x2x2x2"]
    sample = sample_of(rng.multinomial(150, p.ravel()).reshape(p.shape))
    at = sample.layout.place
    for _ in range(50):
        found = corrected(sample, rng.normal(0, 0.2, (2, len(sample.families), 5)))
        assert found.held.min() >= -1e-12
        parts = found.held[sample.layout.parts].sum()
        assert parts == pytest.approx(found.held[at.total], abs=1e-12)
        assert found.held[at.total] <= np.log(2) + 1e-12


QUICK = ("xor of two 2x2x2x2", "channels alike 2x2x2x2", "Dirichlet 2x2x2x2")


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("n", [200, 2000])
def test_intervals_hold_and_corrections_gain(name: str, n: int) -> None:
    """Of a hundred samples, nine of ten intervals of every number; errors are those of counting,
    or less."""
    rows = study.measure((name, n, 100))
    for row in rows:
        assert float(str(row["worst"])) >= 0.9, row["kind"]
    errors = np.array([[row["error"], row["error counted"]] for row in rows], dtype=float)
    error, counted = np.average(errors, axis=0, weights=[int(str(row["numbers"])) for row in rows])
    assert error < 1.08 * counted


def test_an_interval_is_wider_where_more_is_asked(rng: Generator) -> None:
    p = study.tables()["majority 2x2x2x2"]
    sample = sample_of(rng.multinomial(500, p.ravel()).reshape(p.shape))
    drawn = sample.redrawn(20, 0)
    estimate = corrected(sample, drawn)
    narrow, wide = (intervals(sample, drawn, estimate, level) for level in (0.8, 0.99))
    assert (wide.low <= narrow.low).all()
    assert (narrow.high <= wide.high).all()
    assert (narrow.low <= estimate.held).all()
    assert (estimate.held <= narrow.high).all()


def test_truths_are_those_of_the_table() -> None:
    """The bank has what its names say."""
    for name, p in study.tables().items():
        assert p.sum() == pytest.approx(1)
        d = pid.decompose(p, names=[f"x{i}" for i in range(p.ndim - 1)])
        if name.startswith("independent"):
            assert d.total == pytest.approx(0, abs=1e-9)
        if name.startswith(("three copies", "channels alike")):
            assert sum(d.unique.values()) == pytest.approx(0, abs=1e-6)
