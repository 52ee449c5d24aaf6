"""What a page says of single rows: how they are spread, and no single one of them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.datasets import continuous
from pid.report import document_of
from pid.report.document import Listing
from pid.report.of_quantification import QUANTILES

HEADING = "What single rows add"
RNG = np.random.default_rng(0)
A, B = RNG.integers(4, size=(2, 300))
Y = np.where(RNG.random(300) < 0.2, RNG.integers(2, size=300), (A > 1) & (B > 1)).astype(int)


def listed(q: pid.Quantification) -> Listing | None:
    found = [
        section for section in document_of(q, "a title").sections if section.heading == HEADING
    ]
    return found[0].listing if found else None


def quantified(n: int, **options: Any) -> pid.Quantification:
    plain = {"interval": None, "correction": "none"}
    q: pid.Quantification = pid.quantify(A[:n], B[:n], Y[:n], **(plain | options))
    return q


@pytest.mark.parametrize("weights", [None, RNG.random(300) + 0.5])
def test_means_and_quantiles(weights: Any) -> None:
    q = quantified(300, weights=weights)
    listing = listed(q)
    assert listing is not None
    rows = q.by_row()
    for (_, mean, *numbers, below), name in zip(listing.rows, (*ATOMS, "total"), strict=True):
        expected = q.decomposition.atoms | {"total": q.decomposition.total}
        assert float(mean) == pytest.approx(expected[name], abs=1e-4)
        if weights is None:
            exact = np.quantile(rows[name], QUANTILES, method="inverted_cdf")
            np.testing.assert_allclose([float(x) for x in numbers], exact, atol=1e-4)
            assert below == f"{(rows[name] < -0.01).mean():.0%}"


def test_few_rows_are_not_spread_out() -> None:
    assert listed(quantified(99)) is None
    assert listed(quantified(100)) is not None


def test_of_a_single_row_nothing_is_seen() -> None:
    """Values of the posterior estimator are those of one row each: the outer ones are not there."""
    data = continuous.angle(40, n=200)
    q = pid.quantify(data.X1, data.X2, data.y, interval=None, correction="none")
    listing = listed(q)
    assert listing is not None
    for row, name in zip(listing.rows, ATOMS, strict=False):
        values = np.sort(q.by_row()[name])
        inner = [float(number) for number in row[2:-1]]
        assert min(inner) >= values[8] - 1e-4
        assert max(inner) <= values[-9] + 1e-4


def test_answers_without_rows() -> None:
    q = quantified(300)
    gone = replace(q, decomposition=q.decomposition.without_coupling())
    assert listed(gone) is None
    numbers = RNG.normal(size=(3, 150))
    assert listed(pid.quantify(*numbers, estimator="gaussian", interval=None)) is None
