"""Intervals where a class has few rows: what they cover, and that others stay as they are."""

import numpy as np
import pytest

import pid
from pid.analysis.quantification.assess import _not_widened
from pid.inference import assess
from pid.inference.assessment import Resampling, conclude
from pid.inference.atoms import SUMS
from pid.inference.intervals import Bounds
from pid.inference.rare_classes import (
    FEW,
    FEWEST,
    POPULATIONS,
    affordable,
    another,
    populations,
    widened,
)
from pid.inference.units import Units

NOWHERE = Bounds(np.full(5, 0.3), np.full(5, 0.3))


def rare(share: float) -> np.ndarray:
    """Two noisy views of a class that ``share`` of the rows have."""
    first, second = ([[0.95, 0.3], [0.05, 0.7]], [[0.88, 0.45], [0.12, 0.55]])
    return np.asarray(np.einsum("ik,jk,k->ijk", first, second, [1 - share, share]))


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.02, 0.005])
def test_they_cover(share: float) -> None:
    """Of 100 samples of 300 rows: without, redundancy was covered in half of them."""
    p, rng = rare(share), np.random.default_rng(1)
    d = pid.decompose(p)
    truth = d.atoms | {name: getattr(d, name) for name in SUMS}
    covered = dict.fromkeys(truth, 0)
    for counts in rng.multinomial(300, p.ravel(), size=100):
        found = assess(counts.reshape(p.shape), replicates=200).interval
        for name, (low, high) in found.items():
            covered[name] += low - 1e-9 <= truth[name] <= high + 1e-9
    assert min(covered.values()) >= 85


def test_a_class_without_a_row_leaves_open_what_it_would_be() -> None:
    """It is known, and may be among the next rows."""
    counts = np.zeros((2, 2, 2), dtype=int)
    counts[..., 0] = 75
    low, high = assess(counts).interval["total"]
    assert low <= 0 < high < 0.1
    gone = assess(counts[..., :1]).interval["total"]  # not known
    assert gone == pytest.approx((0, 0), abs=1e-12)


def test_where_each_class_has_rows_enough_nothing_changes() -> None:
    table = np.full((2, 2, 2), FEW / 4 + 1)
    assert widened(NOWHERE, table, 0.95, 0) is NOWHERE
    table[1, 1, 1] -= 5
    found = widened(NOWHERE, table, 0.95, 0)
    assert (found.low <= 0.3).all() and (found.high >= 0.3).all()
    assert found.low[3] < 0.05  # of synergy, which may be next to 0


def test_rows_of_groups_count_as_what_they_are_worth() -> None:
    """Forty rows of a class that are four, ten times each, are few: the interval is wider."""
    cells, groups = np.repeat(np.arange(8), 10), np.repeat(np.arange(8), 10)
    alike = Units.from_rows(cells, (2, 2, 2), groups=groups)
    assert alike.table.sum(axis=(0, 1)).min() >= FEW > alike.effective_rows / 2
    asked = Resampling(replicates=50)
    drawn = np.zeros((4, 50))
    few = conclude(alike, drawn, asked, "nat").interval["synergy"]
    many = conclude(Units.from_counts(alike.table), drawn, asked, "nat").interval["synergy"]
    assert few[1] - few[0] > many[1] - many[0]


def test_populations_have_numbers_of_their_own() -> None:
    """Other ones than the tables that are drawn from the sample by the same seed."""
    ours = np.random.SeedSequence(another(7)).spawn(1)[0]
    theirs = np.random.SeedSequence(7).spawn(1)[0]
    assert np.random.default_rng(ours).random() != np.random.default_rng(theirs).random()
    assert another(7) == another(7) != another(8)


def test_populations_have_the_mean_of_their_law(rng: np.random.Generator) -> None:
    """p(y) of k + 1 rows, p(x | y) of two rows more, nothing in pairs that do not occur."""
    table = rng.multinomial(50, rng.dirichlet(np.ones(24))).reshape(4, 3, 2).astype(float)
    table[1, 2] = 0
    drawn = populations(table, 20_000, rng)
    assert drawn.sum(axis=(1, 2, 3)) == pytest.approx(np.ones(20_000))
    assert (drawn[:, 1, 2] == 0).all()
    k = table.sum(axis=(0, 1))
    of_y = (k + 1) / (k + 1).sum()
    assert drawn.sum(axis=(1, 2)).mean(axis=0) == pytest.approx(of_y, abs=5e-3)
    occupied = table.sum(axis=2) > 0
    given = (table + 2 / occupied.sum() * occupied[..., None]) / (k + 2)
    assert drawn.mean(axis=0) == pytest.approx(given * of_y, abs=5e-3)


def test_populations_take_no_more_than_some_seconds() -> None:
    """All of them in closed form or of small tables; fewer of larger ones; none, if too few."""
    assert affordable((3000, 3000, 2)) == affordable((8, 8, 4)) == POPULATIONS
    some = affordable((30, 30, 8))
    assert FEWEST <= some < POPULATIONS
    assert affordable((20, 20, 50)) == 0
    table = np.ones((20, 20, 50))
    assert widened(NOWHERE, table / 100, 0.95, 0) is NOWHERE


def test_where_there_are_none_a_note_says_so() -> None:
    (note,) = _not_widened(np.ones((20, 20, 50)) / 100, 200)
    assert "fewer than 30 rows are not allowed for in the intervals" in note
    assert _not_widened(np.ones((20, 20, 50)), 20_000) == ()  # there are rows enough
    assert _not_widened(np.ones((20, 20, 2)), 800) == ()
    assert _not_widened(np.ones((2, 2, 2)), 8) == ()  # they are allowed for
