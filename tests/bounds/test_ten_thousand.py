"""10,000 random tables: the truth is in the interval, and no valid published bound is sharper."""

import numpy as np
import pytest

import pid
from pid.bounds.pairs import pairs_of
from scripts.reproduce_bounds import SHARP, binary_part

pytestmark = pytest.mark.slow

LOWER = (
    "redundancy, over x1",
    "redundancy, over x2",
    "disagreement, larger unique",
    "disagreement, mean unique",
)
UPPER = ("majorization", "profile")
ROUNDING = 1e-7


@pytest.mark.parametrize("alpha", [1.0, 0.2])
def test_two_symbols_each(alpha: float) -> None:
    found = binary_part((7, 4600), alpha)
    assert (found[SHARP[0]] <= found.synergy + ROUNDING).all()
    assert (found.synergy <= found[SHARP[1]] + ROUNDING).all()
    for name in LOWER:
        assert (found[name] <= found[SHARP[0]] + ROUNDING).all()
    for name in UPPER:
        assert (found[name] >= found[SHARP[1]] - ROUNDING).all()


def test_the_constant_of_one_bit_is_false() -> None:
    found = binary_part((7, 2000), 1.0)
    false = found["disagreement, constant of 1 bit"] > found.synergy + ROUNDING
    assert 0.02 < false.mean() < 0.05  # 3.3 % of 100,000


@pytest.mark.parametrize(
    ("shape", "count"), [((3, 2, 2), 300), ((2, 3, 2), 200), ((2, 2, 3), 200), ((3, 3, 2), 100)]
)
def test_more_symbols(shape: tuple[int, int, int], count: int) -> None:
    rng = np.random.default_rng(shape)
    for number in range(count):
        p = rng.dirichlet(np.full(np.prod(shape), 1.0 if number % 2 else 0.2)).reshape(shape)
        pairs = pairs_of(p)
        b = pid.synergy_bounds(*pairs)
        synergy = pid.decompose(p).synergy
        assert b.lower - ROUNDING <= synergy <= b.upper + ROUNDING
        assert b.gap < 1e-6
        b.check(*pairs)
        full = b.published.pop("lower: redundancy, full program")
        assert full == b.lower
        for name, value in b.published.items():
            if name.startswith("lower"):
                assert value <= b.lower + ROUNDING
            else:
                assert value >= b.upper - ROUNDING
