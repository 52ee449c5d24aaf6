"""Known data sets that a profile is like: distances by hand, and stored profiles found again."""

import numpy as np
import pytest

import pid
from pid.analysis.comparison.known import TABLES, nearest
from pid.core.decomposition import ATOMS
from pid.datasets import GATES, REAL, gate, load

EVERYTHING = len(GATES) + len(TABLES)


def test_stored_profiles_are_those_of_the_tables_that_come_with_the_package() -> None:
    assert list(TABLES) == [name for name, info in REAL.items() if info.bundled]
    for name, shares in TABLES.items():
        table = load(name)
        q = pid.quantify(table.X1, table.X2, table.y, estimator="cluster", interval=None)
        atoms = np.maximum([getattr(q.best, atom) for atom in ATOMS], 0)
        # two digits are shown; another version of k-means may move the third
        np.testing.assert_allclose(shares, atoms / atoms.sum(), atol=2e-3, err_msg=name)


def test_distances_reach_from_the_same_profile_to_nothing_in_common() -> None:
    found = dict(nearest(pid.decompose(gate("unq1")), EVERYTHING))
    assert len(found) == EVERYTHING
    assert found["unq1"] == pytest.approx(0, abs=1e-6)
    assert found["unq"] == pytest.approx(1 / 2, abs=1e-6)  # half of it is unique to x2
    assert found["rdnunqxor"] == pytest.approx(3 / 4, abs=1e-6)
    assert found["xor"] == found["rdn"] == pytest.approx(1, abs=1e-6)
    assert found["wine"] == pytest.approx(1 - TABLES["wine"][1], abs=1e-5)
    assert list(found.values()) == sorted(found.values())


def test_nothing_is_like_no_information() -> None:
    assert nearest(pid.decompose(np.ones((2, 2, 2)))) == []
