"""Sizes of samples: what a law of known form needs, and what samples of that size then give."""

from typing import Any

import numpy as np
import pytest

from pid.errors import InvalidInput
from pid.inference import assess, planning
from pid.inference.planning import plan

UNEQUAL = np.array([[[8, 1], [2, 1]], [[1, 5], [3, 1]]]) / 22


def root_law(monkeypatch: pytest.MonkeyPatch, scale: float = 3.0, power: float = 0.5) -> None:
    """Half of the width is scale / n^power, whatever the table."""
    monkeypatch.setattr(planning, "_half_width", lambda _, n, *others: scale / n**power)


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (0.1, 900),
        (0.097, 960),  # of 956.5: rounded up to two digits
        (0.0999, 910),
        (3 / np.sqrt(800), 800),  # a size that is tried
        (3.0, 50),  # the fewest
        (0.41, 54),
        (0.003, 1_000_000),
    ],
)
def test_exact_where_widths_follow_a_law(
    monkeypatch: pytest.MonkeyPatch, precision: float, expected: int
) -> None:
    """Whatever the power: between two sizes that are tried the law goes through both."""
    root_law(monkeypatch)
    found = plan(UNEQUAL, precision)
    assert found.n == expected
    sizes = list(found.tried)
    assert sizes == [50 * 2**i for i in range(len(sizes))]
    assert max(found.tried[size] for size in sizes[-2:]) <= precision
    assert len(sizes) == 2 or found.tried[sizes[-3]] > precision
    root_law(monkeypatch, 10.0, 0.75)
    assert plan(UNEQUAL, 10 / 700**0.75).n == 700


def test_one_narrow_size_is_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Widths as of a rare class: narrow at a hundred rows, since few of them have it."""
    law = {50: 0.2, 100: 0.05, 200: 0.15, 400: 0.12, 800: 0.08, 1600: 0.06}
    monkeypatch.setattr(planning, "_half_width", lambda _, n, *others: law[n])
    found = plan(UNEQUAL, 0.09)
    assert [*found.tried] == [*law]
    assert 400 < found.n < 800


def test_the_last_size_may_be_the_first_that_is_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one above it only confirms."""
    monkeypatch.setattr(planning, "_half_width", lambda _, n, *others: 0.2 if n < 2e7 else 0.05)
    assert 2e7 / 2 < plan(UNEQUAL, 0.1).n <= 26_214_400


def test_rows_of_the_rarest_class_are_to_be_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    root_law(monkeypatch, 0.01)
    rare = UNEQUAL * np.array([0.995, 0.005]) / UNEQUAL.sum(axis=(0, 1))
    assert plan(rare, 0.1).n == 2000
    assert plan(np.dstack([rare, np.zeros((2, 2))]), 0.1).n == 2000  # of a class that is none
    never = np.array([[[1.0, 1e-9]]])
    with pytest.raises(InvalidInput, match="so rare that 50,000,000 samples are not enough"):
        plan(never, 0.1)
    with pytest.raises(InvalidInput, match="a class is so rare"):
        plan(np.array([[[1.0, 1e-309]]]), 0.1)


def test_a_precision_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    root_law(monkeypatch, 0.2, 0.0)
    with pytest.raises(InvalidInput, match=r"26,214,400 samples give synergy only to within 0\.2"):
        plan(UNEQUAL, 0.1)


@pytest.mark.parametrize("atom", ["unique1", "total"])
def test_samples_of_that_size_are_as_precise(atom: str) -> None:
    """Fresh samples of the size: half of the mean width of their intervals is what was asked."""
    found = plan(UNEQUAL, 0.06, atom=atom)
    rng = np.random.default_rng(1)
    widths = []
    for counts in rng.multinomial(found.n, UNEQUAL.ravel(), size=40):
        low, high = assess(counts.reshape(2, 2, 2), replicates=100).interval[atom]
        widths.append(high - low)
    assert np.mean(widths) / 2 == pytest.approx(0.06, rel=0.12)
    assert (found.atom, found.precision, found.level) == (atom, 0.06, 0.95)


def test_units_levels_and_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A width in nats is that in bits times log 2; of wider intervals more rows are needed; counts
    are as good as probabilities."""
    monkeypatch.setattr(planning, "SAMPLES", 5)
    monkeypatch.setattr(planning, "REPLICATES", 40)

    def planned(p: Any = UNEQUAL, precision: float = 0.1, **options: Any) -> planning.Plan:
        return plan(p, precision, atom="total", **options)

    bits, nats = planned(), planned(precision=0.1 * np.log(2), unit="nat")
    assert nats.n == bits.n
    assert list(nats.tried.values()) == pytest.approx(np.log(2) * np.array([*bits.tried.values()]))
    assert planned(22 * UNEQUAL).tried == bits.tried
    assert planned(random_state=1).tried != bits.tried
    assert planned(interval=0.5).n < 0.5 * bits.n
    assert 3 < planned(precision=0.05).n / bits.n < 5
