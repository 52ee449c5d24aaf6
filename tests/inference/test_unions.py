"""The jackknife of what sets tell: of groups as of rows, and nothing that was counted changes."""

import numpy as np
import pytest

import pid
from pid.core.information import entropy
from pid.inference.unions import jackknifed_entropy
from pid.inference.units import Units


@pytest.fixture(params=["groups", "weighted rows", "weighted groups"])
def units(request: pytest.FixtureRequest, rng: np.random.Generator) -> Units:
    """Forty rows in twelve cells of two classes, with several of a cell or class in most groups."""
    cells = rng.integers(12, size=40)
    groups = np.arange(40) // 5 if "groups" in request.param else None
    weights = rng.random(40) + 0.1 if "weighted" in request.param else None
    return Units.from_rows(cells, (6, 1, 2), groups=groups, weights=weights)


@pytest.mark.parametrize("margin", [np.arange(12), np.arange(12) % 2, np.arange(12) // 4])
def test_each_unit_is_left_out(units: Units, margin: np.ndarray) -> None:
    size = int(margin.max()) + 1

    def of(flat: np.ndarray) -> float:
        return float(entropy(np.bincount(margin, flat, size) / flat.sum(), unit="nat"))

    m, whole = units.count, units.table.ravel()
    dense = units.tables.toarray()
    left = np.repeat(whole - dense, units.times, axis=0)
    expected = m * of(whole) - (m - 1) * float(np.mean([of(flat) for flat in left]))
    assert jackknifed_entropy(units, margin, size) == pytest.approx(expected, abs=1e-9)
    assert np.array_equal(units.tables.toarray(), dense)  # what was counted is as it was


def quantified(
    sources: dict[str, np.ndarray], y: np.ndarray, groups: np.ndarray | None
) -> pid.SourcesQuantification:
    q = pid.quantify(sources=sources, y=y, groups=groups)
    assert isinstance(q, pid.SourcesQuantification)
    return q


def test_groups_of_one_row_are_rows(rng: np.random.Generator) -> None:
    """To the numbers and, but for Student's law and what is drawn, to their intervals."""
    x = rng.integers(2, size=(3, 400))
    y = (x.sum(axis=0) > 1) ^ (rng.random(400) < 0.1)
    sources = dict(zip("abc", x, strict=True))
    rows, groups = (quantified(sources, y, g) for g in (None, np.arange(400)))
    assert rows.interval is not None
    assert groups.interval is not None
    for name, value in rows.best.by_name().items():
        assert groups.best.by_name()[name] == pytest.approx(value, abs=2e-3)
        assert groups.interval[name] == pytest.approx(rows.interval[name], abs=0.03)


def test_groups_of_independent_rows_tell_as_much_as_rows(rng: np.random.Generator) -> None:
    x = rng.integers(2, size=(3, 600))
    y = (x.sum(axis=0) > 1) ^ (rng.random(600) < 0.1)
    sources = dict(zip("abc", x, strict=True))
    rows, groups = (quantified(sources, y, g) for g in (None, np.arange(600) // 5))
    assert rows.interval is not None
    assert groups.interval is not None
    for name in ("total", "single a", "single b", "single c", "synergy 2"):
        width, grouped = (np.ptp(ends[name]) for ends in (rows.interval, groups.interval))
        assert width / 1.5 < grouped < 1.5 * width, name
