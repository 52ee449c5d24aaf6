"""Bounds from half-labelled samples: the truth is inside, and what cannot be used is refused."""

import json
from typing import Any

import numpy as np
import pytest

import pid
from pid.analysis.half_labelled.population import p_value_of
from pid.bounds.pairs import pairs_of
from pid.bounds.reconciliation import reconciled, sample
from pid.datasets import continuous
from pid.errors import InvalidInput


def split(
    p: np.ndarray, sizes: tuple[int, int, int], seed: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Three samples of a table: (x1, y), (x2, y) and (x1, x2)."""
    rng = np.random.default_rng(seed)
    rows = [np.unravel_index(rng.choice(p.size, size=n, p=p.ravel()), p.shape) for n in sizes]
    return [(rows[0][0], rows[0][2]), (rows[1][1], rows[1][2]), (rows[2][0], rows[2][1])]


def noisy_xor() -> np.ndarray:
    xor = np.indices((2, 2, 2)).sum(axis=0) % 2 == 0
    return np.where(xor, 0.2375, 0.0125)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(500, 500, 2000), (300, 2000, 500)])
def test_the_truth_is_inside(sizes: tuple[int, int, int]) -> None:
    p = np.random.default_rng(1).dirichlet(np.ones(12)).reshape(2, 3, 2)
    truth = pid.synergy_bounds(*pairs_of(p))
    h = pid.bound_samples(*split(p, sizes), interval=0.999)
    assert h.sizes == sizes
    assert h.interval is not None
    for name, value in {
        "redundancy": truth.redundancy,
        "unique1": truth.unique1,
        "unique2": truth.unique2,
        "synergy_lower": truth.lower,
        "synergy_upper": truth.upper,
    }.items():
        assert h.interval[name][0] - 1e-9 < value < h.interval[name][1] + 1e-9
    assert h.synergy[0] < pid.decompose(p).synergy < h.synergy[1]
    assert h.p_value > 0.01
    assert not h.warnings
    h.bounds.check(*h.pairs)
    h.accuracy.check(*h.pairs)


@pytest.mark.slow
def test_intervals_shrink_with_samples() -> None:
    p = np.random.default_rng(2).dirichlet(np.ones(8)).reshape(2, 2, 2)
    truth = pid.synergy_bounds(*pairs_of(p))
    widths = []
    for n in (300, 30_000):
        h = pid.bound_samples(*split(p, (n, n, n)), replicates=50)
        assert h.interval is not None
        widths.append(h.interval["accuracy_x1"][1] - h.interval["accuracy_x1"][0])
        assert h.bounds.lower == pytest.approx(truth.lower, abs=2 / np.sqrt(n))
        assert h.bounds.upper == pytest.approx(truth.upper, abs=2 / np.sqrt(n))
    assert widths[1] < widths[0] / 5


def test_fair_coins_may_be_anything() -> None:
    """XOR cannot be told from coins without labelled pairs, however many rows there are."""
    h = pid.bound_samples(*split(noisy_xor(), (3000, 3000, 3000)), interval=None)
    assert h.interval is None
    assert h.bounds.lower < 0.01
    assert h.bounds.upper > 0.9
    assert h.synergy == (h.bounds.lower, h.bounds.upper)
    assert h.reading.startswith("Synergy is between 0.0")


def test_the_same_seed_gives_the_same_bits() -> None:
    samples = split(noisy_xor(), (400, 300, 500))
    first, second = (pid.bound_samples(*samples, replicates=10).to_dict() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    other = pid.bound_samples(*samples, replicates=10, random_state=1).to_dict()
    assert other["synergy_lower"] == first["synergy_lower"]
    assert other["synergy_upper_low"] != first["synergy_upper_low"]


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["cluster", "posterior"])
def test_numbers(estimator: str) -> None:
    """Two coordinates of two clouds: the truth is known, and no row has all three."""
    data = continuous.angle(45, n=3000)
    first, second, both = np.array_split(np.random.default_rng(0).permutation(3000), 3)
    h = pid.bound_samples(
        (data.X1[first], data.y[first]),
        (data.X2[second], data.y[second]),
        (data.X1[both], data.X2[both]),
        estimator=estimator,  # type: ignore[arg-type]
        n_clusters=5,
        replicates=10,
    )
    assert h.estimator == estimator
    assert h.synergy[0] < data.atoms["synergy"] < h.synergy[1]
    assert h.bounds.lower > 0.1  # synergy is proved, without a labelled pair
    assert h.accuracy.gain[1] > 0.01


def test_the_estimator_fits_the_samples() -> None:
    data = continuous.angle(45, n=900)
    few, many, both = slice(0, 100), slice(100, 400), slice(400, 900)

    def chosen(first: slice, X1: np.ndarray = data.X1) -> tuple[str, str | None]:
        h = pid.bound_samples(
            (X1[first], data.y[first]),
            (data.X2[many], data.y[many]),
            (X1[both], data.X2[both]),
            n_clusters=3,
            interval=None,
        )
        return h.estimator, h.reason

    assert chosen(many)[0] == "posterior"
    assert chosen(few) == ("cluster", "fewer than 200 samples are few to train classifiers on")
    assert chosen(few, (data.X1 > 0).astype(int))[0] == "posterior"  # of symbols few are enough


def test_cells_keep_what_only_pairs_tell() -> None:
    """Each modality alone tells nothing, so that its posterior has one cell: clusters go on."""
    rng = np.random.default_rng(0)
    X1, X2 = rng.normal(size=(2, 1500, 1)) * 0.3 + rng.choice([-1, 1], size=(2, 1500, 1))
    y = (X1[:, 0] > 0) ^ (X2[:, 0] > 0)
    h = pid.bound_samples(
        (X1[:500], y[:500]),
        (X2[500:1000], y[500:1000]),
        (X1[1000:], X2[1000:]),
        estimator="posterior",
        n_clusters=4,
        interval=None,
    )
    assert h.bounds.upper > 0.5  # of 1 bit, by whatever classifier: one cell each would leave 0


def test_symbols_of_one_sample_alone_are_left_out() -> None:
    first, second, both = split(noisy_xor(), (300, 300, 300))
    x1 = np.r_[first[0], 7]  # never paired
    y = np.r_[first[1], 0]
    h = pid.bound_samples((x1, y), second, both, interval=None)
    assert h.counts.p1.shape == (2, 2)
    assert h.notes == (
        "1 of 301 rows of the labelled sample of x1 were left out: a symbol of theirs is in no "
        "other sample",
    )


def test_whole_numbers_with_and_without_a_point_are_the_same_symbols() -> None:
    first, second, both = split(noisy_xor(), (300, 300, 300))
    h = pid.bound_samples(
        (first[0].astype(float), first[1]), second, both, estimator="table", interval=None
    )
    assert h.counts.p1.sum() == 300


def test_numbers_as_labels_are_cut_alike() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(2, size=900)
    y = x + rng.normal(size=900)
    a, b = slice(0, 300), slice(300, 600)
    h = pid.bound_samples((x[a], y[a]), (x[b], y[b]), (x, x), target_bins=2, interval=None)
    assert h.axes[2].size == 2
    assert any("cut into 2 bins" in note for note in h.notes)
    assert h.bounds.redundancy > 0.05


def test_samples_of_other_populations() -> None:
    """Classes balanced in one sample, and rare in the other."""
    rng = np.random.default_rng(0)
    x = rng.integers(2, size=2000)
    rare, even = rng.random(2000) < 0.1, rng.random(2000) < 0.5
    with pytest.raises(InvalidInput, match=r"not of one population: .*% of .* would have to move"):
        pid.bound_samples((x, rare), (x, even), (x, x))
    a_little = rng.random(2000) < 0.17
    h = pid.bound_samples((x, rare), (x, a_little), (x, rng.permutation(x)), interval=None)
    assert h.p_value < 1e-3
    assert "do not look like one population" in h.warnings[0]
    assert h.reading.startswith("Not to be trusted")


NUMBERS = np.linspace(0, 1, 120).reshape(40, 3)


@pytest.mark.slow
def test_few_values_far_out_do_not_fill_the_clusters() -> None:
    """Two columns each without a mean, of which the signs of the first make an XOR."""
    rng = np.random.default_rng(0)
    X1, X2 = rng.standard_cauchy(size=(2, 1500, 2))
    y = (X1[:, 0] > 0) ^ (X2[:, 0] > 0)
    a, b, c = np.split(np.arange(1500), 3)
    for estimator in ("cluster", "posterior"):
        h = pid.bound_samples(
            (X1[a], y[a]),
            (X2[b], y[b]),
            (X1[c], X2[c]),
            estimator=estimator,
            n_clusters=4,
            interval=None,
        )
        assert h.bounds.upper > 0.5
        assert "what these miss is missed" in h.reading


def test_one_cell_tells_nothing_and_says_so() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(300, 1)), rng.integers(2, size=300)
    h = pid.bound_samples((x, y), (y, y), (x, y), n_clusters=1, interval=None, estimator="cluster")
    assert any("nearly all rows of x1 are in one of its clusters" in w for w in h.warnings)
    assert h.reading.startswith("Not to be trusted")


def test_much_that_is_left_out_is_warned_of() -> None:
    rng = np.random.default_rng(0)
    y = rng.choice(3, size=3000, p=[0.35, 0.35, 0.3])
    a, b, c = np.split(np.arange(3000), 3)
    b = b[y[b] < 2]
    h = pid.bound_samples((y[a], y[a]), (y[b], y[b]), (y[c], y[c]), interval=None)
    assert any("% of the labelled sample of x1 was left out" in w for w in h.warnings)


@pytest.mark.slow
def test_redundant_samples_of_one_population_are_not_doubted() -> None:
    """Two noisy copies of six classes: few joints have such marginals, which shifts the loss."""
    noisy = np.full((6, 6), 0.01)
    np.fill_diagonal(noisy, 0.95)
    p = np.einsum("yi,yj->ijy", noisy, noisy) / 6
    rng = np.random.default_rng(0)
    found = []
    for seed in range(8):
        sizes = 300, 300, 300
        lost = reconciled(sample(rng, pairs_of(p), sizes))
        found.append(p_value_of(lost, sizes, seed))
    assert np.mean(np.array(found) < 0.05) <= 0.25
    assert min(found) > 1e-3


@pytest.mark.slow
def test_the_largest_that_can_be_is_in_the_interval() -> None:
    """Of fair coins it is the whole bit, while the classes of a sample are never quite even."""
    h = pid.bound_samples(*split(np.full((2, 2, 2), 1 / 8), (300, 300, 300)))
    assert h.interval is not None
    assert h.interval["synergy_upper"][1] == pytest.approx(1.0)


def test_intervals_stay_where_values_can_be() -> None:
    h = pid.bound_samples(*split(noisy_xor(), (30, 30, 30)), replicates=30)
    assert h.interval is not None
    for name, (low, high) in h.interval.items():
        assert 0 <= low <= high <= 1, name


def test_too_few_rows_for_their_symbols() -> None:
    rng = np.random.default_rng(0)
    x, y = np.arange(30) % 15, rng.integers(4, size=30)
    h = pid.bound_samples((x, y), (x, y), (np.repeat(x, 9), np.repeat(x, 9)), interval=None)
    assert any("rows per pair of symbols that occurs, fewer than 2" in w for w in h.warnings)


EVEN = np.array([0, 1] * 20)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (
            ((EVEN, EVEN), (EVEN, EVEN), (EVEN, EVEN[:-1])),
            "unlabelled: x1 and x2 must .* got 40 in x1 and 39 in x2",
        ),
        (((EVEN, EVEN.astype(str)), (EVEN, EVEN), (EVEN, EVEN)), "y 'y' holds text or symbols in"),
        (((EVEN, EVEN), (EVEN, EVEN), (EVEN.astype(str), EVEN)), "x1 'x1' holds numbers in one"),
        (((EVEN, 0 * EVEN), (EVEN, 0 * EVEN), (EVEN, EVEN)), "y has a single class"),
        (((EVEN, EVEN), (EVEN, EVEN + 5), (EVEN, EVEN)), "rows of the labelled sample of x1 have"),
        (((EVEN, 0 * EVEN), (EVEN, EVEN), (EVEN, EVEN)), "a single class that both labelled"),
        (((EVEN, EVEN), (EVEN, EVEN), (EVEN + 9, EVEN)), "Do they use the same symbols"),
        (((EVEN[:1], EVEN[:1]), (EVEN, EVEN), (EVEN, EVEN)), "a single class that both"),
        (((EVEN, EVEN), (EVEN, EVEN), EVEN), r"unlabelled must be a pair \(x1, x2\)"),
        (((EVEN, [np.nan] * 40), (EVEN, EVEN), (EVEN, EVEN)), "y has 40 missing values"),
        (
            ((NUMBERS[:, :2], EVEN), (EVEN, EVEN), (NUMBERS, EVEN)),
            "x1 has 2 columns in one sample and 3 in the other",
        ),
    ],
)
def test_bad_samples(samples: tuple[object, object, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pid.bound_samples(*samples)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"estimator": "flow"}, "estimator must be 'auto', 'table', 'cluster' or 'posterior'; got"),
        ({"target_bins": 1}, "target_bins must be 'auto', an integer of at least 2 or None; got 1"),
        ({"names": "abc"}, "names must be a list of 3 texts"),
        ({"time_limit": 0}, "time_limit must be a number of seconds above 0 or infinity"),
    ],
)
def test_bad_options(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pid.bound_samples((EVEN, EVEN), (EVEN, EVEN), (EVEN, EVEN), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("unlabelled", [40, 400])
def test_automatic_clusters_are_not_condemned(unlabelled: int) -> None:
    """However few pairs of sources there are beside many labels."""
    rng = np.random.default_rng(0)
    x1, x2 = rng.normal(size=(2, 4000, 2))
    y = (x1[:, 0] + x2[:, 0] + rng.normal(size=4000) > 0).astype(int)
    a, b, c = slice(0, 1800), slice(1800, 3600), slice(3600, 3600 + unlabelled)
    options: dict[str, Any] = {"interval": None, "estimator": "cluster", "time_limit": 1}
    h = pid.bound_samples((x1[a], y[a]), (x2[b], y[b]), (x1[c], x2[c]), **options)
    assert not any("too small" in text for text in h.warnings)
