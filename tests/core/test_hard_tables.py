"""Tables that defeated earlier versions of the solver."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import pid

with np.load(Path(__file__).parents[1] / "data" / "hard_tables.npz", allow_pickle=False) as stored:
    HARD: dict[str, NDArray[np.float64]] = {name: stored[name] for name in stored.files}


def test_they_are_all_there() -> None:
    assert len(HARD) == 74
    assert all(table.ndim == 3 for table in HARD.values())


@pytest.mark.parametrize("name", HARD)
def test_one_by_one(name: str) -> None:
    d = pid.decompose(HARD[name], unit="nat")
    assert d.certificate is not None
    assert d.certificate.gap <= 1e-9
    d.check(HARD[name])


def test_as_a_batch() -> None:
    batch = pid.decompose_batch(list(HARD.values()), unit="nat", keep_coupling=True)
    assert (batch.gap <= 1e-9).all()
    assert (batch.status == pid.Status.OPTIMAL).all()
    for d, table in zip(batch, HARD.values(), strict=True):
        d.check(table)


@pytest.mark.parametrize("name", list(HARD)[::7])
def test_the_cone_program_does_not_contradict(name: str) -> None:
    ours = pid.decompose(HARD[name], unit="nat").certificate
    theirs = pid.decompose(HARD[name], unit="nat", method="cone", on_fail="return").certificate
    assert ours is not None and theirs is not None
    assert theirs.dual <= ours.primal + 1e-12
    assert ours.dual <= theirs.primal + 1e-12
