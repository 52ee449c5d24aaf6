"""What calls itself proved is: of inputs that are nearly inconsistent, nearly singular, degenerate.

Every public function that says how far its answer is proved, against another route to the truth.
The study of the same name tries many more of them.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import minimize

import pid
from pid._types import Codes, Floats
from pid.bounds import (
    fano_accuracy,
    feder_merhav_accuracy,
    greedy_coupling,
    hellman_raviv_accuracy,
    majorization_bound,
    majorization_coupling,
    profile_bound,
)
from pid.bounds.accuracy import best_accuracy
from pid.bounds.pairs import pairs_of
from pid.core.gaussian import from_rows
from scripts.study_certificates import (
    FAMILIES,
    FAULTS,
    OUTCOMES,
    Verdict,
    marginals,
    measured,
    rows,
    verdict,
)
from scripts.vertices import least_entropy

KINDS = [(name, kind) for name, family in FAMILIES.items() for kind in family.kinds]
FEW = {"decompose_gaussian": 25, "exact_coupling": 8}  # and 3 of the others, which search

# Tables that are nearly, or exactly, something else.
TABLES = (
    "masses 1e-16 to 1",
    "masses 1e-300 to 1",
    "nearly a copy",
    "a copy",
    "nearly constant",
    "counts",
    "one cell",
    "empty symbols",
)


def table(kind: str, rng: np.random.Generator) -> Floats:
    """Two symbols a source, so that there is one unknown per class."""
    p = rng.dirichlet(np.full(4 * (2 + rng.integers(2)), 0.5)).reshape(2, 2, -1)
    if kind.startswith("masses"):
        p = 10.0 ** rng.uniform(-300 if "300" in kind else -16, 0, p.shape)
    if kind.endswith("a copy"):
        p[[0, 1], [1, 0]] *= 0.0 if kind == "a copy" else 10.0 ** rng.uniform(-15, -5)
    if kind == "nearly constant":
        p[1] *= 10.0 ** rng.uniform(-15, -5)
    if kind == "counts":
        p = rng.multinomial(20, p.ravel()).reshape(p.shape).astype(np.float64)
    if kind == "one cell":
        p = np.zeros(p.shape)
        p[1, 0, 1] = 3
    if kind == "empty symbols":
        p[:, 1] = 0
    return np.asarray(p / p.sum())


def least_information(p: Floats) -> float:
    """The definition, in nats, by descent from several joints with the marginals of p."""
    low, high = -np.minimum(p[0, 0], p[1, 1]), np.minimum(p[0, 1], p[1, 0])
    corners = np.array([[1.0, -1.0], [-1.0, 1.0]])[:, :, None]

    def information(t: Floats) -> float:
        q = np.maximum(p + corners * np.clip(t, low, high), 0)
        return float(pid.mutual_information(q, (0, 1), 2, unit="nat"))

    starts = [low + share * (high - low) for share in (0.0, 0.1, 0.5, 0.9, 1.0)]
    found = [
        float(minimize(information, start, method="Nelder-Mead", options={"xatol": 1e-9}).fun)
        for start in starts
    ]
    return min(found + [information(start) for start in starts])


def is_right(d: pid.Decomposition, p: Floats, least: float) -> None:
    """The interval has the minimum, and atoms and status follow from it."""
    proof = d.certificate
    assert proof is not None
    assert proof.dual <= least + 1e-11
    assert least - 1e-6 <= proof.primal
    assert proof.gap == pytest.approx(proof.primal - proof.dual, abs=1e-12)
    assert (proof.status is pid.Status.OPTIMAL) == (proof.gap <= 1e-8)
    union = d.redundancy + d.unique1 + d.unique2
    assert proof.dual - 1e-11 <= union <= proof.primal + 1e-11
    assert d.total == pytest.approx(pid.mutual_information(p, (0, 1), 2, unit="nat"), abs=1e-11)
    if d.coupling is not None:
        d.check(p)


@pytest.mark.parametrize("kind", TABLES)
def test_tables(kind: str) -> None:
    """One at a time, together, as samples, and by the front door."""
    rng = np.random.default_rng([1, TABLES.index(kind)])
    tables = [table(kind, rng) for _ in range(3)]
    options = {"unit": "nat", "tol": 1e-8, "on_fail": "return"}
    batch = pid.decompose_batch(tables, **options)  # type: ignore[arg-type]
    for i, p in enumerate(tables):
        least = least_information(p)
        is_right(pid.decompose(p, **options), p, least)  # type: ignore[call-overload]
        is_right(batch[i], p, least)


def samples(seed: int) -> tuple[Codes, Codes, Codes]:
    """Of a class that is rare, and sources that are nearly copies of each other."""
    rng = np.random.default_rng(seed)
    x1 = rng.integers(2, size=200)
    x2 = np.where(rng.random(200) < 0.02, 1 - x1, x1)
    y = (x1 & x2) * (1 + (rng.random(200) < 0.03))
    return x1, x2, y


@pytest.mark.parametrize("seed", range(3))
def test_samples(seed: int) -> None:
    x1, x2, y = samples(seed)
    p = np.zeros((2, 2, 3))
    np.add.at(p, (x1, x2, y), 1 / 200)
    p = p[:, :, p.sum(axis=(0, 1)) > 0]
    least = least_information(p)
    is_right(pid.decompose_samples(x1, x2, y, unit="nat", tol=1e-8), p, least)
    names = [np.array(list("abc"))[v] for v in (x1, x2, y)]
    found = pid.quantify(*names, interval=None, correction="none", unit="nat")
    d = found.decomposition
    assert d is not None
    assert d.certificate is not None
    assert d.certificate.dual - 1e-11 <= least <= d.certificate.primal + 1e-6


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_nothing_proved_is_false(name: str, kind: str) -> None:
    family = FAMILIES[name]
    rng = np.random.default_rng([100, list(FAMILIES).index(name), family.kinds.index(kind)])
    found = [family.judge(kind, rng) for _ in range(FEW.get(name, 3))]
    assert not [verdict for verdict in found if verdict.faults]
    if kind in ("random", "11 digits", "all digits", "the same twice"):  # and is not refused
        assert sum(verdict.outcome == "optimal" for verdict in found) > len(found) / 2


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_nothing_proved_is_false_of_many(name: str, kind: str) -> None:
    row = measured((name, kind, 300 if name == "decompose_gaussian" else 30, 200))
    assert not any(row[fault] for fault in FAULTS)
    assert sum(int(str(row[outcome])) for outcome in OUTCOMES) == row["number"]


def test_a_fault_is_seen() -> None:
    """The judges: of optimal answers any fault is a false proof, of others only that fault."""
    assert verdict(pid.Status.OPTIMAL, false=False, beyond=False, unchecked=False).faults == ()
    for fault in ("false", "beyond", "unchecked"):
        flags = {"false": False, "beyond": False, "unchecked": False, fault: True}
        assert "false" in verdict(pid.Status.OPTIMAL, **flags).faults
        assert "false" not in verdict(pid.Status.NEAR_OPTIMAL, **flags).faults
    found = verdict(pid.Status.INACCURATE, false=False, beyond=True, unchecked=True)
    assert found == Verdict("inaccurate", ("beyond the gap", "check failed"))


@pytest.mark.parametrize("kind", FAMILIES["decompose_gaussian"].kinds)
def test_rows_have_twice_the_digits(kind: str) -> None:
    """The way out that errors name: rows, and the estimator of them, which centres once more.

    Columns that differ by 1e-10 of their size have six digits of what they differ by.
    """
    rng = np.random.default_rng([5, len(kind)])
    z, sizes = rows(kind, rng)
    X1, X2, y = np.split(z, np.cumsum(sizes)[:2], axis=1)
    est = pid.estimators.GaussianPID(interval=None, unit="nat").fit(X1, X2, y)
    truth = from_rows(z, sizes, unit="nat")
    for atom, value in est.decomposition_.atoms.items():
        assert value == pytest.approx(truth.atoms[atom], abs=1e-5)
    assert est.decomposition_.certificate is not None
    assert est.decomposition_.certificate.status is pid.Status.OPTIMAL


@pytest.mark.parametrize("kind", FAMILIES["exact_coupling"].kinds)
def test_fast_couplings_keep_their_guarantees(kind: str) -> None:
    rng = np.random.default_rng([6, len(kind)])
    for _ in range(10):
        given = marginals(kind, rng)
        least = least_entropy([p[p > 0] for p in given]) / np.log(2)
        bounds = majorization_bound(*given), profile_bound(*given)
        assert max(bounds) <= least + 1e-9
        greedy, split = greedy_coupling(*given), majorization_coupling(*given)
        assert least - 1e-9 <= greedy.entropy() <= least + 1.23
        assert least - 1e-9 <= split.entropy() <= bounds[0] + np.ceil(np.log2(len(given))) + 1e-9
        for found in (greedy, split):
            for column, p in zip(found.symbols.T, given, strict=True):
                held = np.bincount(column, found.masses, minlength=len(p))
                assert held == pytest.approx(p, abs=1e-12)


def half_labelled(seed: int) -> tuple[pid.HalfLabelled, Floats]:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(12, 0.4)).reshape(2, 3, 2)
    cells = rng.choice(p.size, size=(3, 400), p=p.ravel())
    x1, x2, y = np.unravel_index(cells, p.shape)
    h = pid.bound_samples((x1[0], y[0]), (x2[1], y[1]), (x1[2], x2[2]), interval=None)
    return h, p


@pytest.mark.parametrize("seed", range(3))
def test_half_labelled_samples(seed: int) -> None:
    """Reconciled marginals are those of a joint: both ends hold for it, and for what attains."""
    h, _ = half_labelled(seed)
    h.bounds.check(*h.pairs)
    h.accuracy.check(*h.pairs)
    for joint in (h.bounds.lower_joint, h.bounds.upper_joint, h.accuracy.upper_joint):
        assert h.bounds.lower - 1e-7 <= pid.decompose(joint).synergy <= h.bounds.upper + 1e-7
        assert h.accuracy.lower - 1e-6 <= best_accuracy(joint) <= h.accuracy.upper + 1e-6


@pytest.mark.parametrize("kind", ["random", "tiny", "one class", "certain"])
def test_accuracy_from_information(kind: str) -> None:
    rng = np.random.default_rng([8, len(kind)])
    for _ in range(10):
        p = rng.dirichlet(np.full(12, 0.5)).reshape(4, 3)
        if kind == "tiny":
            p = 10.0 ** rng.uniform(-20, 0, p.shape)
        if kind == "one class":
            p[:, 1:] = 0
        if kind == "certain":
            p *= np.eye(4, 3)
            p[0, 0] += 0.1
        p = p / p.sum()
        information, p_y, accuracy = pid.mutual_information(p), p.sum(axis=0), best_accuracy(p)
        assert hellman_raviv_accuracy(information, p_y) <= accuracy + 1e-9
        assert feder_merhav_accuracy(information, p_y) <= accuracy + 1e-9
        assert accuracy <= fano_accuracy(information, p_y) + 1e-7


DEGENERATE: dict[str, Callable[[], tuple[Floats, ...]]] = {
    "one cell": lambda: pairs_of(np.ones((1, 1, 1))),
    "one class": lambda: pairs_of(np.ones((2, 3, 1)) / 6),
    "empty symbols": lambda: pairs_of(np.eye(8)[3].reshape(2, 2, 2)),
    "a copy": lambda: pairs_of(np.array([[[1, 0], [0, 0]], [[0, 0], [0, 1]]]) / 2),
    "one joint": lambda: pairs_of(np.array([[[0, 1], [1, 1]], [[1, 1], [1, 0]]]) / 6),
    "masses 1e-290": lambda: pairs_of(np.array([[[1, 1e-290], [0, 0]], [[0, 1e-290], [0, 1]]]) / 2),
}


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("balanced", [None, False, True], ids=["synergy", "accuracy", "balanced"])
def test_degenerate_marginals(name: str, balanced: bool | None) -> None:
    given = DEGENERATE[name]()
    b = (
        pid.synergy_bounds(*given)
        if balanced is None
        else pid.accuracy_bounds(*given, balanced=balanced)
    )
    assert b.lower <= b.upper
    assert b.upper_attained <= b.upper
    b.check(*given)
    assert b.status is pid.Status.OPTIMAL
