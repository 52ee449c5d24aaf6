"""Problems of the study of continuous sources: truths, exact posteriors, and what these give."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = [pytest.mark.extras, pytest.mark.slow]

QUICK = (
    *("clean", "exp", "cube", "outlier", "sentinel", "cauchy", "product", "dot", "copied noise"),
    *("poisson", "heavy", "rare 8", "few", "noise", "duplicate", "imbalanced"),
    *("three signs", "ring", "integer codes", "maximum", "wide", "t mixture"),
)  # whose truth takes a second or less


@pytest.mark.parametrize("name", QUICK)
def test_posteriors_are_calibrated_and_tell_the_truth(name: str) -> None:
    """Classes are as frequent as posteriors say, and what these tell of them is the truth."""
    from scripts import hard_problems

    data = hard_problems.make(name, 21_000, 3)
    assert data.posteriors is not None
    right = np.eye(data.posteriors[0].shape[1])[data.y]
    share = right.mean(axis=0)
    atoms = data.atoms
    expected = (
        atoms["redundancy"] + atoms["unique1"],
        atoms["redundancy"] + atoms["unique2"],
        sum(atoms.values()),
    )
    for p, information in zip(data.posteriors, expected, strict=True):
        assert p.shape == right.shape
        assert p.sum(axis=1) == pytest.approx(1)
        for k in range(p.shape[1]):
            order = np.argsort(p[:, k], kind="stable").reshape(20, -1)
            found, said = right[order, k].mean(axis=1), p[order, k].mean(axis=1)
            assert found == pytest.approx(said, abs=0.085)  # copies: as of 350 rows
        told = np.log2(p[right == 1]).mean() - share @ np.log2(share)
        assert told == pytest.approx(information, abs=0.03)


@pytest.mark.parametrize("name", ["mixture", "four"])
def test_truths_by_draws_are_those_of_a_grid(name: str) -> None:
    from pid.datasets import continuous
    from scripts.truths import atoms_of

    data = continuous.make(name, 100_000)
    assert data.posteriors is not None
    shares = (0.5, 0.5) if name == "mixture" else (0.3, 0.25, 0.25, 0.2)
    assert atoms_of(data.posteriors, shares) == pytest.approx(data.atoms, abs=5e-3)


def test_truths_are_those_of_a_table() -> None:
    """Where sources are symbols, there are as many cells, and nothing is lost."""
    from pid.datasets import continuous
    from scripts.truths import atoms_of

    data = continuous.make("and", 100_000)
    assert data.posteriors is not None
    assert atoms_of(data.posteriors, (0.75, 0.25)) == pytest.approx(data.atoms, abs=5e-3)


@pytest.mark.parametrize("name", ["and", "xor", "table332", "mixture", "copula", "angle30"])
def test_exact_posteriors_err_by_the_sample_alone(name: str) -> None:
    from pid.datasets import continuous
    from scripts.oracles import answer

    small, large = (continuous.make(name, n, random_state=1) for n in (1000, 40_000))
    assert answer(small) == pytest.approx(small.atoms, abs=0.06)
    assert answer(large) == pytest.approx(large.atoms, abs=0.012)  # three errors of the sample


def test_changed_columns_keep_rows_classes_and_truth() -> None:
    from scripts import hard_problems
    from scripts.cloud_problems import CHANGES

    plain = hard_problems.make("clean", 500, 4)
    for name in CHANGES:
        changed = hard_problems.make(name, 500, 4)
        assert np.array_equal(changed.y, plain.y)
        same = slice(10, None) if name in {"outlier", "sentinel"} else slice(None)
        before, after = (np.argsort(data.X1[same, 0]) for data in (plain, changed))
        assert np.array_equal(before, after)
        if name != "sentinel":
            assert changed.atoms == plain.atoms
    assert hard_problems.make("outlier", 500, 4).X1[0, 0] == 1e6


def test_rows_of_small_classes_are_counted() -> None:
    from scripts import hard_problems

    for count in hard_problems.RARE:
        data = hard_problems.make(f"rare {count}", 150, 0)
        assert np.bincount(data.y).tolist() == [75, 75 - count, count]


def test_another_version_of_the_estimator_is_measured_anew() -> None:
    from scripts import continuous_runs, hard_problems

    at = [each for each in continuous_runs.plan(quick=False) if each.estimator == "posterior"]
    assert {each.version for each in at} == {continuous_runs.VERSION}
    names = {each.problem for each in at}
    assert names >= {*continuous_runs.PROBLEMS, *hard_problems.NAMES}
    assert len(set(at)) == len(at)
