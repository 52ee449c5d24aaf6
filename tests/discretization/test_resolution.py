"""How many bins each column of a source gets."""

import numpy as np
import pytest

import pid
from pid.discretization import resolution
from pid.discretization.resolution import Resolution
from pid.io.columns import as_variable


@pytest.mark.parametrize(
    ("clusters", "widths", "expected"),
    [
        ((64, 64), (3, 3), (4, 4)),
        ((63, 65), (3, 3), (3, 4)),
        ((16, 16), (2, 4), (4, 2)),
        ((15, 20), (2, 1), (3, 20)),
        ((8, 8), (3, 4), (2, 2)),  # two at the least
        ((125, 243), (3, 5), (5, 3)),
    ],
)
def test_columns_share_the_clusters_of_their_source(
    monkeypatch: pytest.MonkeyPatch,
    clusters: tuple[int, int],
    widths: tuple[int, int],
    expected: tuple[int, int],
) -> None:
    """The whole root: so many bins to the power of the number of columns are at most the clusters,
    and one bin more would be too many."""
    monkeypatch.setattr(resolution, "auto_clusters", lambda *_, **__: clusters)
    X1, X2 = (np.random.default_rng(0).normal(size=(99, width)) for width in widths)
    found = Resolution().bins((as_variable(X1, "x1"), as_variable(X2, "x2")), [50, 49])
    assert found == expected
    for bins, size, width in zip(found, clusters, widths, strict=True):
        assert (bins + 1) ** width > size
        assert bins**width <= size or bins == 2


def test_bins_that_are_asked_for_are_of_each_column(rng: np.random.Generator) -> None:
    """Of unequal numbers for x1 and x2; nine rows a cell do not matter to what was asked for."""
    X1, X2 = rng.normal(size=(600, 2)), rng.normal(size=(600, 1))
    y = rng.choice(3, size=600, p=[0.6, 0.3, 0.1])
    q = pid.quantify(X1, X2, y, estimator="bins", bins=(3, 5), target_bins=None, interval=None)
    assert q.table.shape == (9, 5, 3)
    assert q.table.sum(axis=(0, 2)).tolist() == [120] * 5
    of_first = q.table.sum(axis=(1, 2)).reshape(3, 3)
    assert of_first.sum(axis=0).tolist() == of_first.sum(axis=1).tolist() == [200] * 3
