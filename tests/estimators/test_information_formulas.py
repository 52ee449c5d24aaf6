"""Estimators of information against their formulas, row by row, and against simulated means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import gammaln, psi

from pid.discretization.kmeans import normal_scores
from pid.estimators import mutual_information as mi
from pid.estimators.mutual_information import gaussian, numbers, ratio, symbols
from pid.estimators.mutual_information.classes import (
    _bias_of_entropy,
    _found,
    _of_use,
    _whole_and_half,
    told,
)
from pid.estimators.mutual_information.conditional import _bias, in_strata
from pid.estimators.mutual_information.entropy import _terms, _total_correlation
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.neighbours import Seen, look
from pid.estimators.mutual_information.neural import _rows
from pid.estimators.mutual_information.result import of_level
from pid.estimators.mutual_information.ross import plain, ross
from pid.estimators.mutual_information.sides import Side, in_order
from pid.estimators.mutual_information.views import leaves_out, reduced, view_of

BIT = np.log(2)
Generator = np.random.Generator


def apart(rows: Any) -> Any:
    """Distances of all pairs, the largest of columns; each row is infinitely far from itself."""
    far = np.abs(rows[:, None] - rows).max(axis=2)
    np.fill_diagonal(far, np.inf)
    return far


def standard(rows: Any) -> Any:
    return (rows - rows.mean(axis=0)) / rows.std(axis=0)


def three(rng: Generator, n: int = 80) -> Any:
    z = rng.normal(size=(n, 2))
    x = z[:, :1] + rng.normal(size=(n, 1))
    y = x * z[:, 1:] + rng.normal(size=(n, 1))
    return standard(x), standard(y), standard(z)


@pytest.mark.parametrize("k", [3, 6])
def test_frenzel_and_pompe(k: int, rng: Generator) -> None:
    x, y, z = three(rng)
    far = np.sort(apart(np.hstack([x, y, z])), axis=1)[:, k - 1]
    terms = [
        psi(k)
        - psi(1 + (apart(np.hstack([x, z]))[i] < far[i]).sum())
        - psi(1 + (apart(np.hstack([y, z]))[i] < far[i]).sum())
        + psi(1 + (apart(z)[i] < far[i]).sum())
        for i in range(len(x))
    ]
    assert mi.ksg(x, y, z, k=k) * BIT == pytest.approx(np.mean(terms), abs=1e-9)
    np.testing.assert_allclose(look(x, y, z, k=3).terms if k == 3 else look(x, y, z).wider, terms)


def test_kraskov_and_how_far_there_is_to_go(rng: Generator) -> None:
    x, y, _ = three(rng)
    far = np.sort(apart(np.hstack([x, y])), axis=1)
    for terms, k in ((look(x, y).terms, 3), (look(x, y).wider, 6)):
        counts = [psi(1 + (apart(part) < far[:, [k - 1]]).sum(axis=1)) for part in (x, y)]
        np.testing.assert_allclose(terms, psi(len(x)) + psi(k) - counts[0] - counts[1])
    seen = look(x, y)
    dimension = (psi(6) - psi(3)) / np.log(far[:, 5] / far[:, 2]).mean()
    assert seen.dimension == pytest.approx(max(1, dimension))
    # what is missing, c (k / n)^(2 / d), from what is missing with twice as many neighbours
    missing, wider = (0.3 * (k / len(x)) ** (2 / seen.dimension) for k in (3, 6))
    assert (wider - missing) * seen.to_go == pytest.approx(missing)


def test_ross_row_by_row(rng: Generator) -> None:
    x, codes = rng.normal(size=(60, 2)), rng.integers(0, 3, 60)
    x[:, 0] += codes
    far = apart(normal_scores(x))
    terms = []
    for i, code in enumerate(codes):
        own = np.flatnonzero(codes == code)
        reach = np.sort(far[i, own])[2]
        terms.append(psi(60) + psi(3) - psi(len(own)) - psi(1 + (far[i] < reach).sum()))
    assert mi.ross(x, codes.astype(str)) * BIT == pytest.approx(np.mean(terms), abs=1e-9)


def test_how_far_classes_with_borders_reach(rng: Generator) -> None:
    """In one column what is missing halves with the neighbours: it is what twice as many miss."""
    x = rng.random((400, 1))
    codes = (x[:, 0] * 10).astype(int)
    raw, wider = (plain(codes, normal_scores(x), k) for k in (3, 6))
    found = ross(codes, normal_scores(x))
    assert found.value == pytest.approx(raw + (raw - wider), abs=1e-9)
    assert found.low < raw < found.value < found.high
    noise = rng.random((400, 1))
    raw, wider = (plain(codes, normal_scores(noise), k) for k in (3, 6))
    found = ross(codes, normal_scores(noise))
    assert found.value == pytest.approx(raw, abs=1e-9)
    more = found.high - found.value - (found.value - found.low)
    assert more == pytest.approx(max(raw - wider, 0) + 0.007, abs=1e-9)


def test_kozachenko_and_leonenko(rng: Generator) -> None:
    rows = rng.normal(size=(70, 2))
    far = np.sort(apart(rows), axis=1)[:, 2]
    expected = psi(70) - psi(3) + 2 * np.log(2 * far)
    np.testing.assert_allclose(_terms(rows), expected)


def test_total_correlation_has_no_bias(rng: Generator) -> None:
    found = [
        _total_correlation(normal_scores(rng.normal(size=(20, 13))), rng)[0] for _ in range(300)
    ]
    assert np.mean(found) == pytest.approx(0, abs=0.12)  # of 5 nats before correction


def test_conditional_information_of_vectors_has_no_bias(rng: Generator) -> None:
    """-log(1 - partial correlation^2) / 2, of 16 rows."""
    found = []
    for _ in range(1500):
        z, noise = rng.normal(size=(2, 16, 3))
        x = z[:, :1] + noise[:, :1]
        y = z[:, 1:2] + noise[:, :1] + noise[:, 1:2]
        found.append(gaussian.of_rows_given(x, np.hstack([y]), z))
    error = np.std(found) / np.sqrt(1500)
    assert np.mean(found) == pytest.approx(np.log(2) / 2, abs=4 * float(error))
    assert error < 0.01


def test_tails_of_four_degrees_are_seen(rng: Generator) -> None:
    rows = rng.normal(size=(400, 4)) / np.sqrt(rng.chisquare(4, size=(400, 1)) / 4)

    def part(k: int) -> float:
        return float(gammaln((4 + k) / 2) - (4 + k) / 2 * psi((4 + k) / 2))

    truth = (part(0) + part(4) - 2 * part(2)) / BIT
    found = mi.estimate(rows[:, :2], rows[:, 2:])
    assert found.route == "t copula"
    assert found.value == pytest.approx(truth, abs=0.08)


def test_the_ratio_of_canonical_variates(rng: Generator) -> None:
    """Of rows with correlation r, log p(u, v) / (p(u) p(v)) averages -log(1 - r^2) / 2."""
    u, noise = rng.normal(size=(2, 4000, 1))
    r = np.array([0.7])
    v = r * u + np.sqrt(1 - r**2) * noise
    plugin, normalised = ratio._normalised(u[:2000], v[:2000], r)
    assert plugin == pytest.approx(-np.log(1 - 0.49) / 2, abs=0.05)
    assert normalised == pytest.approx(plugin, abs=0.05)
    assert (ratio._lasting(rng.normal(size=(400, 30)), rng.normal(size=(400, 30))) > 0).sum() <= 1


def test_strata_add_as_independent_errors() -> None:
    halves = [(np.arange(50), Found(v, v - 0.3, v + 0.4, "neighbours")) for v in (1.0, 2.0)]
    found = in_strata(halves)
    assert found.value == 1.5
    assert found.high - found.value == pytest.approx(0.4 / np.sqrt(2))
    assert found.value - found.low == pytest.approx(0.3 / np.sqrt(2))


def test_levels_stretch_as_those_of_a_normal() -> None:
    found = of_level(Found(1.0, 0.0, 3.0, "ross"), 0.6827)
    assert found[1:3] == pytest.approx((1 - 1 / 1.96, 1 + 2 / 1.96), abs=1e-3)
    few = of_level(Found(1.0, 0.0, 3.0, "ross"), 0.95, 6)  # Student's law of five, of a mean of six
    assert (few.high - 1) * 1.96 / 2 == pytest.approx(2.571 * np.sqrt(6 / 5), abs=1e-2)


def test_no_level_leaves_what_can_be(rng: Generator) -> None:
    x, y = rng.normal(size=(2, 100))
    between = mi.estimate(x, y, interval=0.999).interval
    assert between is not None and between[0] == 0


def test_shuffles_keep_what_is_given(rng: Generator) -> None:
    """x and y depend on z alone, on many symbols; shuffled among all rows they would not."""
    z = rng.integers(0, 4, 400)
    x, y = 5 * z + rng.integers(0, 5, (2, 400))
    found = symbols.of_counts(x, y, z, rng)
    assert abs(found.value) < 0.03
    same = symbols.of_counts(x, x, z, rng)
    assert same.value == pytest.approx(np.log(5), abs=0.05)
    mixed = symbols.of_counts(x, np.where(rng.random(400) < 0.5, x, y), z, rng)
    assert 0.3 < mixed.value < 0.9
    many = rng.integers(0, 40, 200)  # which chance would tell much of
    assert symbols.of_counts(many, many, None, rng).value > symbols.entropy(many)[0] - 0.05


def test_millers_correction() -> None:
    rng = np.random.default_rng(0)
    found = []
    for _ in range(300):
        x, y = rng.integers(0, 4, (2, 200))
        found.append(symbols._counted(x, y, np.zeros(200, dtype=np.intp), None).value)
    assert np.mean(found) == pytest.approx(0, abs=0.003)


def test_classifiers_are_asked_about_rows_that_they_did_not_see(rng: Generator) -> None:
    x, codes, fold = rng.normal(size=(200, 1)), rng.integers(0, 2, 200), np.arange(200) % 5
    x[:, 0] = rng.permutation(200)
    log_p, of_half = _whole_and_half(x, codes, fold, np.arange(0, 200, 2))
    assert log_p.mean() < -0.65 and of_half.mean() < -0.6
    far = x + 100 * codes[:, None]
    whole, half = _whole_and_half(far, codes, fold, rng.permutation(200)[:40])
    assert whole.mean() > half.mean()


def test_what_a_fold_shows_to_be_of_no_use() -> None:
    good, bad = np.full(50, 0.9), np.full(50, 0.2)
    mixed = np.where(np.arange(50) % 2, 0.99, 0.82)
    assert _of_use(np.array([good, bad, mixed])) == [0, 2]


def test_draws_are_looked_at_while_they_decide() -> None:
    def seen(value: float) -> Seen:
        return Seen(np.array([value, value + 0.1]), np.zeros(2), 1.0)

    draws = iter([seen(v) for v in (0.0, 0.01, 0.02, 0.0, 0.02, 0.01)])
    assert numbers.beyond(seen(0.011), draws).value == pytest.approx(0.001)
    assert len(list(draws)) == 3
    draws = iter([seen(v) for v in (0.0, 0.01, 0.02, 0.0, 0.02, 0.04)])
    found = numbers.beyond(seen(1.015), draws)
    assert found.value == pytest.approx(1.0) and found.deviations > 3.5
    draws = iter([seen(v) for v in (0.0, 0.01, 0.02, 0.0, 0.02, 0.04)])
    assert numbers.beyond(seen(0.015), draws, in_doubt=False).value == pytest.approx(0)


def test_ranks_of_a_copula_have_a_bias_that_draws_show(rng: Generator) -> None:
    """Of 200 rows scores of ranks say a fifth of a bit less of five than the rows do."""
    values, scores = [], []
    for _ in range(40):
        x, noise = rng.normal(size=(2, 200, 3))
        values.append(mi.estimate(x, x + 0.3 * noise).value)
        scores.append(mi.gaussian_copula(x, x + 0.3 * noise))
    truth, error = 1.5 * np.log2(1 + 1 / 0.09), float(np.std(values)) / np.sqrt(40)
    assert np.mean(values) == pytest.approx(truth, abs=3 * error)
    assert np.mean(scores) < truth - 0.1


def test_components_are_few_for_few_rows(rng: Generator) -> None:
    rows = rng.normal(size=(200, 60))
    assert reduced(rows).shape == (200, 10)
    assert leaves_out(reduced(rows), rows)
    view = view_of(rows[:, :5], rng)
    assert view.rows.shape == (200, 5) and not view.has_ties
    assert not leaves_out(view.rows, view.scores)


def test_one_order_of_a_pair(rng: Generator) -> None:
    x, y = (Side(r, None, rng.normal(size=(50, 2)), ("a", "b")) for r in ("x", "y"))
    assert in_order(x, y)[0] is in_order(y, x)[0]


def test_of_many_rows_some_are_looked_at(rng: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = rng.normal(size=(2, 300, 4))
    every = look(x, y)
    monkeypatch.setattr("pid.estimators.mutual_information.neighbours.MOST_QUERIES", 100)
    some = look(x, y)
    assert (every.terms.size, some.terms.size) == (300, 100)
    assert np.isin(some.terms.round(9), every.terms.round(9)).all()


def test_the_entropy_of_classes_has_its_bias_taken_off() -> None:
    """Miller's, of ten classes in 300 rows, where classifiers tell nothing."""
    bias = _bias_of_entropy(np.arange(300) % 10, None)
    found = _found(np.zeros(300), np.zeros(300), bias, None)
    assert found.value == pytest.approx(9 / 600)


def test_what_half_of_the_rows_tell_less_is_said(
    rng: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By classifiers that find half as much in half of the rows."""
    halves = []

    def whole_and_half(x: Any, codes: Any, fold: Any, half: Any) -> tuple[Any, Any]:
        halves.append(half)
        return np.full(len(x), -0.2), np.full(len(x), -0.2) - 0.25 * (len(half) < len(x))

    monkeypatch.setattr("pid.estimators.mutual_information.classes._whole_and_half", whole_and_half)
    found = told(np.arange(200) % 2, [rng.normal(size=(200, 3))], rng)
    assert len(set(halves[0])) == 100
    assert found.value == pytest.approx(np.log(2) + 1 / 400 - 0.2 + 0.25)
    assert "still growing" in found.flags


def test_the_bias_given_another_is_what_simulation_finds(rng: Generator) -> None:
    found = [
        gaussian.given_correlations(gaussian.correlations(rng.normal(size=(20, 8))), 2, 1)
        for _ in range(1500)
    ]
    error = float(np.std(found)) / np.sqrt(1500)
    assert np.mean(found) == pytest.approx(_bias(20, (2, 1, 5)), abs=4 * error)


def test_critics_see_what_is_given(rng: Generator) -> None:
    x, y, groups = _rows((rng.normal(size=(120, 2)), rng.normal(size=120), ["a", "b", "c"] * 40), 0)
    assert (x.shape, y.shape) == ((120, 4), (120, 1))
    assert len(np.unique(groups)) == 3
