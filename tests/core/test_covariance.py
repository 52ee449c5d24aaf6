"""How many digits of the atoms a covariance has: what is said of it, and when it is refused."""

from collections.abc import Callable

import numpy as np
import pytest

import pid
from pid._types import Floats
from pid.core.covariance import SAFE, standardised, what_is_left
from pid.core.gaussian import decompose_gaussian, from_rows
from pid.errors import InvalidInput

SIZES = (2, 2, 2)


def rows_of(seed: int, n: int = 40, sizes: tuple[int, int, int] = SIZES) -> Floats:
    rng = np.random.default_rng(seed)
    d = sum(sizes)
    rows = rng.normal(size=(n, d)) @ (np.eye(d) + 0.5 * rng.normal(size=(d, d)))
    return np.asarray(rows - rows.mean(axis=0))


def off(d: pid.Decomposition, truth: pid.Decomposition) -> float:
    return max(abs(d.atoms[name] - truth.atoms[name]) for name in truth.atoms)


def correlations(seed: int) -> Floats:
    return np.asarray(np.corrcoef(rows_of(seed).T))


def gap_of(d: pid.Decomposition) -> float:
    assert d.certificate is not None
    return d.certificate.gap


def moved(matrix: Floats, signs: Floats, by: float) -> Floats:
    return np.asarray(matrix * (1 + by * (signs + signs.T) / 2))


@pytest.mark.parametrize("seed", range(5))
def test_the_width_covers_entries_that_are_off(seed: int) -> None:
    """All entries of correlations moved by as much as those of single precision may be."""
    rng = np.random.default_rng([seed, 1])
    rough = correlations(seed).astype(np.float32)
    exact = rough.astype(np.float64)
    noise = float(np.finfo(np.float32).eps)
    width = sum(what_is_left(rough, SIZES)[1])
    plain = decompose_gaussian(exact, SIZES, unit="nat")
    found = []
    for _ in range(200):
        signs = rng.choice([-1.0, 1.0], size=exact.shape)
        other = decompose_gaussian(moved(exact, signs, noise), SIZES, unit="nat")
        found.append(off(plain, other))
    assert max(found) < width / SAFE
    assert max(found) > width / SAFE / 100  # and by no more than signs that are all the worst


def test_errors_are_those_of_the_worst_signs() -> None:
    """A single source and target: rounding moves log(1 - r^2) / 2 by r / (1 - r^2) per entry."""
    r, noise = 0.9, float(np.finfo(np.float64).eps)
    matrix = np.array([[1, 0, r], [0, 1, 0], [r, 0, 1]])
    (first, second, both), (below, above) = what_is_left(matrix, (1, 1, 1))
    of_first = (1 + r) ** 2 / (1 - r**2) / 2  # diagonals and both other entries, all of one sign
    of_second = 1 / 2
    assert first.error == pytest.approx(SAFE * noise * of_first, rel=1e-9, abs=0)
    assert second.error == pytest.approx(SAFE * noise * of_second, rel=1e-9, abs=0)
    assert both.error == pytest.approx(first.error, rel=1e-9, abs=0)
    whole = first.error + second.error + SAFE * noise / 2  # of log det Cov(y), too
    assert below == above == pytest.approx(whole, rel=1e-9, abs=0)
    assert first.lost == second.lost == both.lost == 0
    d = decompose_gaussian(matrix, (1, 1, 1), unit="nat")
    assert d.certificate is not None
    union = d.redundancy + d.unique1 + d.unique2
    assert d.certificate.primal - union == pytest.approx(above, abs=1e-15)
    assert union - d.certificate.dual == pytest.approx(below, abs=1e-15)


@pytest.mark.parametrize("which", [1, 2], ids=["within x1", "across"])
def test_the_gap_grows_as_columns_come_near(which: int) -> None:
    """With the square of the distance, as the variance of what they differ by falls."""
    gaps = []
    for apart in (1e-2, 1e-3, 1e-4, 1e-5):
        rows = rows_of(3)
        noise = np.random.default_rng(1).normal(size=len(rows))
        rows[:, which] = rows[:, 0] + apart * (noise - noise.mean())
        d = decompose_gaussian(rows.T @ rows, SIZES, unit="nat")
        assert off(d, from_rows(rows, SIZES, unit="nat")) <= gap_of(d)
        gaps.append(gap_of(d))
    assert np.diff(np.log10(gaps))[1:] == pytest.approx([2, 2], abs=0.1)
    assert gaps[-1] < 1e-3


def test_near_copies_that_tell_more_than_rounding_are_refused() -> None:
    """Synergy of -1.03 nat came out here, with a gap of 0."""
    rows = np.random.default_rng(323).normal(size=(6, 4))
    rows[:, 1] = rows[:, 0] + 1e-9 * rows[:, 1]
    with pytest.raises(InvalidInput, match=r"too few digits.*GaussianPID"):
        decompose_gaussian(rows.T @ rows, (2, 1, 1))
    assert from_rows(rows, (2, 1, 1)).synergy > 0


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_what_differs_by_less_than_rounding_and_is_seen_is_refused(share: float) -> None:
    """A difference of 2e-10 tells little of y, less than 0.01 nat; that it does is no rounding."""
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(50, 4)))[0]
    first, second, y, other = basis.T
    apart = 2e-10 * (share * y + np.sqrt(1 - share**2) * other)
    rows = np.column_stack([first, first + apart, second + first, y + first])
    with pytest.raises(InvalidInput, match="not the same to the others"):
        decompose_gaussian(rows.T @ rows, (2, 1, 1))


def test_what_two_equal_columns_may_hide() -> None:
    """A difference of 1e-10 standard deviations, which covaries by half a rounding."""
    r, noise = 0.6, float(np.finfo(np.float64).eps)
    hidden = (noise / 2) ** 2 / (1 - r**2) / (2 * 2e-20)
    twice_y = np.array([[1, 0, r, r], [0, 1, 0, 0], [r, 0, 1, 1], [r, 0, 1, 1]])
    (first, _, both), (below, above) = what_is_left(twice_y, (1, 1, 2))
    assert first.lost == pytest.approx(hidden, rel=1e-6, abs=0)
    assert above - below >= both.lost >= first.lost
    apart = twice_y.copy()
    apart[0, 2] = apart[2, 0] = r + 1e-15  # more than rounding can be, by a little
    seen = (apart[0, 2] - r) ** 2 / 2 / (1 - r**2) / (2 * 2e-20)
    assert what_is_left(apart, (1, 1, 2))[0][0].lost == pytest.approx(seen + hidden, rel=1e-3)
    twice_x = twice_y[::-1, ::-1]  # y, y, x2, x1 take the roles of x1, x1, x2, y
    (first, second, _), (below, above) = what_is_left(twice_x, (2, 1, 1))
    assert first.lost == pytest.approx(hidden, rel=1e-6, abs=0)
    assert second.lost == 0
    assert above - below == pytest.approx(hidden, rel=1e-2, abs=0)


def test_errors_of_many_columns_have_no_common_sign() -> None:
    """The width grows with the dimensions to the power of 3/2, and not with their square."""
    widths = []
    for d in (40, 160):
        rng = np.random.default_rng(d)
        gains = np.linalg.qr(rng.normal(size=(2 * d, d)))[0]
        matrix = np.block([[gains @ gains.T + np.eye(2 * d), gains], [gains.T, np.eye(d)]])
        widths.append(sum(what_is_left(matrix, (d, d, d))[1]))
    assert widths[1] / widths[0] == pytest.approx(8, rel=0.1)
    assert widths[1] < 1e-9


def near(column: Floats, other: Floats) -> Floats:
    return np.asarray(column + 1e-8 * other)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (lambda z: (0, z[:, 1]), False),
        (lambda z: (0, z[:, 2]), False),
        (lambda z: (4, z[:, 5]), False),
        (lambda z: (0, z[:, 1] + z[:, 2]), False),
        (lambda z: (0, near(z[:, 1], z[:, 0])), True),
        (lambda z: (0, near(z[:, 2], z[:, 0])), True),
        (lambda z: (4, near(z[:, 5], z[:, 4])), True),
        (lambda z: (4, near(z[:, 0], z[:, 4])), True),
    ],
    ids=["same", "across", "in y", "sum", "nearly", "nearly across", "nearly in y", "y nearly x"],
)
def test_copies_count_as_copies_and_near_ones_do_not(
    change: Callable[[Floats], tuple[int, Floats]], refused: bool
) -> None:
    rows = rows_of(5)
    column, values = change(rows)
    rows[:, column] = values
    if refused:
        with pytest.raises(InvalidInput, match=r"digits?.*pid\.estimators\.GaussianPID"):
            decompose_gaussian(rows.T @ rows, SIZES)
        return
    d = decompose_gaussian(rows.T @ rows, SIZES, unit="nat")
    assert off(d, from_rows(rows, SIZES, unit="nat")) < 1e-10
    assert gap_of(d) < 1e-8


def test_digits_of_the_type_count() -> None:
    matrix = correlations(7)
    double = gap_of(decompose_gaussian(matrix, SIZES))
    single = gap_of(decompose_gaussian(matrix.astype(np.float32), SIZES))
    assert single > 1e6 * double
    assert gap_of(decompose_gaussian(matrix.tolist(), SIZES)) == pytest.approx(double)


def test_what_the_matrix_itself_shows_of_its_errors() -> None:
    """Entries that should be equal and are not, and eigenvalues below 0."""
    plain = correlations(8)
    eps = float(np.finfo(np.float64).eps)
    assert standardised(plain, SIZES).noise == eps
    lopsided = plain.copy()
    lopsided[0, 1] += 1e-11
    assert standardised(lopsided, SIZES).noise == pytest.approx(1e-11, rel=1e-4)
    below = np.array([[1, 1 + 3e-10, 0.5], [1 + 3e-10, 1, 0.5], [0.5, 0.5, 1]])
    assert standardised(below, (1, 1, 1)).noise == pytest.approx(1e-10, rel=1e-3)
    with pytest.raises(InvalidInput, match="digits"):
        decompose_gaussian(below, (1, 1, 1))


def test_variances_that_have_lost_digits() -> None:
    """Numbers below 1e-308 have fewer digits the smaller they are."""
    plain = correlations(9)
    exact = decompose_gaussian(plain, SIZES, unit="nat")
    for scale in (1e-300, 1e-312, 1e-314):
        d = decompose_gaussian(plain * scale, SIZES, unit="nat")
        assert off(d, exact) <= gap_of(d)
    assert gap_of(d) > 1e-9
    with pytest.raises(InvalidInput, match="too few digits"):
        decompose_gaussian(plain * 1e-321, SIZES)


def test_a_source_that_does_not_vary() -> None:
    matrix = np.array([[0, 0, 0], [0, 1, 0.5], [0, 0.5, 1]])
    d = decompose_gaussian(matrix, (1, 1, 1), unit="nat")
    assert d.unique2 == pytest.approx(-np.log(0.75) / 2)
    assert d.certificate is not None
    assert d.certificate.status is pid.Status.OPTIMAL
