"""The upper end of synergy where a search once stopped at a box that was not empty."""

import numpy as np
import pytest

import pid


@pytest.mark.slow
def test_digits_in_halves() -> None:
    """Three shapes of each half, ten digits: a joint with these marginals has .2938 bit."""
    from sklearn.cluster import KMeans

    digits = pid.datasets.load("digits")
    left, right = (
        KMeans(3, n_init=10, random_state=0).fit_predict(half / 16)
        for half in (digits.X1, digits.X2)
    )
    table = np.zeros((3, 3, 10))
    np.add.at(table, (left, right, np.asarray(digits.y)), 1)
    marginals = table.sum(axis=1), table.sum(axis=0), table.sum(axis=2)
    found = pid.synergy_bounds(*marginals, time_limit=60)
    found.check(*marginals)
    assert found.upper >= found.upper_attained - 1e-9
    assert found.upper > 0.2935  # .2800 was called optimal
