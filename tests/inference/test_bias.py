"""Bias corrections: sum rules, closed forms, and that they correct."""

import numpy as np
import pytest

import pid
from pid.core.decomposition import ATOMS
from pid.datasets import random as families
from pid.errors import InvalidInput
from pid.inference import Units, bias, correct, significance
from pid.inference import units as units_module
from pid.inference.atoms import with_sums
from pid.inference.bias import CORRECTIONS, Correction

Table = np.ndarray


def sample(p: Table, n: int, seed: int) -> Table:
    return np.random.default_rng(seed).multinomial(n, p.ravel()).reshape(p.shape)


@pytest.fixture(scope="module")
def counts() -> Table:
    return sample(np.random.default_rng(3).dirichlet(np.ones(24)).reshape(4, 3, 2), 300, 1)


def informations(counts: Table) -> np.ndarray:
    """I(Y; X1), I(Y; X2), I(Y; X1, X2) in bits."""
    return np.array([pid.mutual_information(counts, axes, 2) for axes in (0, 1, (0, 1))])


def of(d: pid.Decomposition) -> np.ndarray:
    return np.array([d.information1, d.information2, d.total])


def test_none_is_plug_in(counts: Table) -> None:
    assert of(correct(counts, "none")) == pytest.approx(informations(counts), abs=1e-9)


def test_jackknife_keeps_the_sum_rules(counts: Table) -> None:
    """R + U1, R + U2 and the total are the jackknifed informations, by deleting rows one by one."""
    rows, n = np.repeat(np.arange(24), counts.ravel()), 300
    without = [
        informations(np.bincount(np.delete(rows, i), minlength=24).reshape(4, 3, 2))
        for i in range(n)
    ]
    expected = n * informations(counts) - (n - 1) * np.mean(without, axis=0)
    assert of(correct(counts, "jackknife")) == pytest.approx(expected, abs=1e-6)


def test_miller_madow_in_closed_form(counts: Table) -> None:
    """(rows - 1)(columns - 1) / 2n nats for a full table, and the union information untouched."""
    full, n = counts + 1, counts.sum() + 24
    plain, corrected = pid.decompose(full, unit="nat"), correct(full, "miller-madow", unit="nat")
    taken = of(plain) - of(corrected)
    assert taken == pytest.approx(np.array([3, 2, 11]) / (2 * n), abs=1e-9)

    def union(d: pid.Decomposition) -> float:
        return d.redundancy + d.unique1 + d.unique2

    assert union(corrected) == pytest.approx(union(plain), abs=1e-8)


def test_null_takes_off_what_shuffled_labels_show(counts: Table) -> None:
    """To leading order (pairs - 1)(classes - 1) / 2n."""
    taken = pid.decompose(counts, unit="nat").total - correct(counts, "null", unit="nat").total
    pairs = np.count_nonzero(counts.sum(axis=2))
    assert taken == pytest.approx((pairs - 1) / 600, rel=0.1)


@pytest.mark.parametrize("method", CORRECTIONS)
def test_reproducible(counts: Table, method: Correction) -> None:
    first, again = (correct(counts, method, random_state=5) for _ in range(2))
    assert [getattr(first, a) for a in ATOMS] == [getattr(again, a) for a in ATOMS]


def test_swapped_sources_swap_the_unique_atoms(counts: Table) -> None:
    d, swapped = correct(counts), correct(counts.transpose(1, 0, 2))
    assert (d.unique1, d.unique2) == pytest.approx((swapped.unique2, swapped.unique1), abs=1e-6)


def test_parts_agree_with_one_by_one(counts: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving out 200 random parts gives nearly the correction of leaving out every row."""
    many = sample(counts / counts.sum(), 5_000, 2)
    whole = correct(many)
    monkeypatch.setattr(units_module, "MOST_UNITS", 1_000)
    parts, plain = correct(many), correct(many, "none")
    assert parts.synergy == pytest.approx(whole.synergy, abs=0.3 * (plain.synergy - whole.synergy))


def test_doubled_rows_are_no_more_data(counts: Table) -> None:
    """Every row twice, as one group: the table doubles, the correction stays."""
    rows = np.repeat(np.arange(24), counts.ravel())
    doubled = Units.from_rows(np.repeat(rows, 2), (4, 3, 2), groups=np.repeat(np.arange(300), 2))
    d, expected = correct(doubled), correct(counts)
    assert [getattr(d, a) for a in ATOMS] == pytest.approx(
        [getattr(expected, a) for a in ATOMS], abs=1e-6
    )


@pytest.mark.parametrize("method", ["miller-madow", "null"])
def test_some_hold_for_single_rows_only(method: Correction) -> None:
    units = Units.from_rows(np.arange(8), (2, 2, 2), groups=np.arange(8) // 2)
    with pytest.raises(InvalidInput, match="holds for independent rows of weight 1"):
        correct(units, method)


def test_too_few_units() -> None:
    with pytest.raises(InvalidInput, match="a jackknife needs at least 2 independent units"):
        correct(np.eye(1)[None], "jackknife")
    with pytest.raises(InvalidInput, match="a correction needs at least 2 independent units"):
        correct(np.eye(1)[None])
    with pytest.raises(InvalidInput, match="an extrapolation needs at least 4"):
        correct([[[1, 2]]], "extrapolation")


def test_unknown_method(counts: Table) -> None:
    with pytest.raises(InvalidInput, match="method must be 'kink-aware', 'jackknife'"):
        correct(counts, "laplace")  # type: ignore[arg-type]


@pytest.mark.slow
def test_synergy_of_sparse_tables_is_corrected() -> None:
    """Mean bias over 20 samples each of five 8x8x2 tables: at most a fifth is left at n = 1000."""
    rng = np.random.default_rng(0)
    channel = rng.dirichlet(np.ones(8), size=2).T
    tables = [
        np.full((8, 8, 2), 1 / 128),
        channel[:, None] * rng.dirichlet(np.ones(8), size=2).T[None] / 2,
        channel[:, None] * (rng.dirichlet(np.ones(8) / 2, size=8).T @ channel)[None] / 2,
        *(families.dirichlet((8, 8, 2), random_state=seed) for seed in (1, 2)),
    ]
    plain, left = [], []
    for p in tables:
        truth = pid.decompose(p).synergy
        samples = [sample(p, 1000, seed) for seed in range(20)]
        plain.append(np.mean([correct(c, "none").synergy for c in samples]) - truth)
        left.append(np.mean([correct(c).synergy for c in samples]) - truth)
    assert np.mean(np.abs(left)) < np.mean(np.abs(plain)) / 5


# --- direction and target -----------------------------------------------------------------------

ATOMS_OF_N = np.array([0.3, 0.1, 0.05, 0.2])  # the limits of an estimator that is made up


def made_up(monkeypatch: pytest.MonkeyPatch, *slopes: float) -> None:
    """Atoms that depend on the number of rows alone: a + b / n + c / n^2."""

    def solve(tables: Table, tol: float = 0.0) -> Table:
        n = tables.sum(axis=(1, 2, 3))
        bias = sum(slope / n**power for power, slope in enumerate(slopes, start=1))
        return np.asarray(ATOMS_OF_N[:, None] + np.array([0.0, 1.0, 1.0, 4.0])[:, None] * bias)

    monkeypatch.setattr(bias, "solve", solve)


@pytest.mark.parametrize(
    ("method", "slopes"),
    [("jackknife", (7.0,)), ("extrapolation", (7.0,)), ("extrapolation", (7.0, -300.0))],
)
def test_exact_where_the_bias_has_the_form_that_is_assumed(
    counts: Table, monkeypatch: pytest.MonkeyPatch, method: Correction, slopes: tuple[float, ...]
) -> None:
    made_up(monkeypatch, *slopes)
    d = correct(counts, method, unit="nat")
    assert [getattr(d, a) for a in ATOMS] == pytest.approx(ATOMS_OF_N, abs=1e-9)


def test_what_leaves_the_number_of_rows_alone_leaves_such_a_bias(
    counts: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up(monkeypatch, 6.0)
    for method, expected in (("none", 1.0), ("bootstrap", 1.0), ("null", 0.0)):
        d = correct(counts, method, unit="nat")  # type: ignore[arg-type]
        left = np.array([getattr(d, a) for a in ATOMS])
        bias_at_300 = np.array([0.0, 1.0, 1.0, 4.0]) * 6 / 300
        assert left == pytest.approx(expected * (ATOMS_OF_N + bias_at_300), abs=1e-12)


def test_standard_error_of_a_mean(counts: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a mean over rows the jackknife has no bias, and the textbook's s / sqrt(n)."""
    value = np.random.default_rng(0).normal(size=(4, 24))

    def mean(tables: Table, tol: float = 0.0) -> Table:
        p = tables.reshape(len(tables), -1) / tables.sum(axis=(1, 2, 3))[:, None]
        return np.asarray(value @ p.T)

    monkeypatch.setattr(bias, "solve", mean)
    rows = np.repeat(value, counts.ravel(), axis=1)
    found = bias.jackknife(Units.from_counts(counts), rows.mean(axis=1), np.random.default_rng(0))
    assert found.corrected == pytest.approx(rows.mean(axis=1), abs=1e-9)
    rows = with_sums(rows)
    assert found.deviation == pytest.approx(rows.std(axis=1, ddof=1) / np.sqrt(300))


def test_bootstrap_takes_off_what_drawing_again_adds(
    counts: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a squared share p^2 that is p (1 - p) / n."""

    def squares(tables: Table, tol: float = 0.0) -> Table:
        p = tables.reshape(len(tables), -1) / tables.sum(axis=(1, 2, 3))[:, None]
        return np.asarray(p[:, :4].T ** 2)

    monkeypatch.setattr(bias, "RESAMPLES", 50_000)
    monkeypatch.setattr(bias, "solve", squares)
    p = counts.ravel()[:4] / 300
    d = correct(counts, "bootstrap", unit="nat")
    taken = p**2 - np.array([getattr(d, a) for a in ATOMS])
    assert taken == pytest.approx(p * (1 - p) / 300, rel=0.1)


@pytest.mark.parametrize("method", [m for m in CORRECTIONS if m != "none"])
def test_every_correction_goes_towards_the_truth(method: Correction) -> None:
    """y with three unequal classes that depends on nothing: counted .12 bit, and 0 in truth."""
    p = np.einsum("i,j,k->ijk", [0.4, 0.3, 0.2, 0.1], np.full(4, 0.25), [0.6, 0.3, 0.1])
    samples = [sample(p, 200, seed) for seed in range(12)]
    counted, left = (np.mean([correct(c, m).total for c in samples]) for m in ("none", method))
    assert counted > 0.1
    assert abs(left) < 0.35 * counted


# --- shuffled labels ----------------------------------------------------------------------------

UNEQUAL = np.array(  # three classes of 31, 12 and 4 rows in pairs of 0 to 12 rows
    [[[9, 2, 1], [4, 0, 0], [0, 0, 0]], [[1, 1, 0], [6, 3, 2], [11, 6, 1]]]
)


def test_shuffled_labels_keep_both_margins(rng: np.random.Generator) -> None:
    """Every pair has as many rows, every class as many: labels were dealt out, not drawn."""
    drawn = bias.shuffled(UNEQUAL.astype(float), 500, rng)
    assert drawn.min() >= 0
    assert (drawn.sum(axis=(1, 2)) == UNEQUAL.sum(axis=(0, 1))).all()
    assert (drawn.sum(axis=3) == UNEQUAL.sum(axis=2)).all()


def test_shuffled_labels_are_dealt_at_random(rng: np.random.Generator) -> None:
    """Cells have the mean and the variance of the hypergeometric law, in the last pair as well."""
    drawn = bias.shuffled(UNEQUAL.astype(float), 20_000, rng)
    pairs, classes, n = UNEQUAL.sum(axis=2), UNEQUAL.sum(axis=(0, 1)), UNEQUAL.sum()
    mean = pairs[..., None] * classes / n
    variance = mean * (1 - classes / n) * (n - pairs[..., None]) / (n - 1)
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=0.05)
    assert drawn.var(axis=0) == pytest.approx(variance, abs=0.1)


@pytest.mark.parametrize("p_y", [[0.05, 0.95], [0.95, 0.05], [0.05, 0.25, 0.7], [0.7, 0.25, 0.05]])
def test_level_with_a_rare_class(p_y: list[float]) -> None:
    """A class of 5%, whichever it is: of 40 samples at most 7 are rejected at 5%."""
    p = np.einsum("i,j,k->ijk", np.full(8, 1 / 8), np.full(4, 1 / 4), p_y)
    rejected = sum(
        significance(sample(p, 200, seed), "total", replicates=39, random_state=seed).p <= 0.05
        for seed in range(40)
    )
    assert rejected <= 7
