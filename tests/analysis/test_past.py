"""Transfer entropy and its parts, where they are known: copies, gates, chains, Gaussians."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov

import pid
from pid.analysis.quantification.facts import facts_of
from pid.analysis.quantification.past import Past
from scripts.study_lagged import CHAINS, answer

N = 4000


def trains(rule: Any, seed: int = 0) -> dict[str, np.ndarray]:
    """A coin a, and what c is made of it and of itself."""
    a = np.random.default_rng(seed).integers(2, size=N)
    c = np.zeros(N, dtype=int)
    for t in range(1, N):
        c[t] = rule(a[t - 1], c[t - 1])
    return {"a": a, "c": c}


def of_past(frame: Any, lags: Any = 1, **options: Any) -> Any:
    past = pid.lagged(frame, ["a", "c"], lags)
    names = {name: [n for n in past if n.startswith(f"{name}_lag")] for name in "ac"}
    X1, X2 = (np.column_stack([past[n] for n in of_one]) for of_one in names.values())
    return pid.quantify(X1, X2, past["c"], estimator="table", **options)


def test_a_copy_is_unique() -> None:
    q = of_past(trains(lambda a, c: a), interval=None, correction="none")
    assert q.decomposition.unique1 == pytest.approx(1, abs=0.01)
    assert q.beyond()[0].value == pytest.approx(1, abs=0.01)


def test_a_switch_is_synergy() -> None:
    q = of_past(trains(lambda a, c: a ^ c), interval=None, correction="none")
    assert q.decomposition.synergy == pytest.approx(1, abs=0.01)
    assert q.beyond()[0].value == pytest.approx(1, abs=0.01)
    assert q.beyond()[1].value == pytest.approx(1, abs=0.01)  # and nothing from c alone
    assert q.decomposition.unique2 == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("lags", [1, [1, 2], [3]])
def test_two_informations_of_plain_counts(lags: Any) -> None:
    """I(Y; Xp, Yp) - I(Y; Yp), by entropies of counts and nothing else."""

    def entropy(*columns: Any) -> float:
        counts = np.unique(np.column_stack(columns), axis=0, return_counts=True)[1] / n
        return float(-(counts * np.log2(counts)).sum())

    frame = trains(lambda a, c: (a and not c) or (a ^ c), seed=1)
    each = [lags] if isinstance(lags, int) else lags
    reach = max(each)
    n = N - reach
    x, yp = ([frame[k][reach - lag : N - lag] for lag in each] for k in "ac")
    y = frame["c"][reach:]
    both = entropy(y) + entropy(*x, *yp) - entropy(y, *x, *yp)
    own = entropy(y) + entropy(*yp) - entropy(y, *yp)
    d = of_past(frame, lags, interval=None, correction="none").decomposition
    assert d.conditional1 == pytest.approx(both - own, abs=1e-9)
    assert d.unique1 + d.synergy == pytest.approx(both - own, abs=1e-9)


def test_new_names_for_symbols_change_nothing() -> None:
    frame = trains(lambda a, c: a ^ c if a else c, seed=2)
    other = {"a": np.array(["off", "on"])[frame["a"]], "c": 7 - 3 * frame["c"]}
    first, second = (of_past(f, [1, 2], interval=None).best for f in (frame, other))
    for atom, value in first.atoms.items():
        assert getattr(second, atom) == pytest.approx(value, abs=1e-7)


def test_truth_of_chains() -> None:
    """By sums over paths, where there is a formula."""

    def h(p: float) -> float:
        return float(-p * np.log2(p) - (1 - p) * np.log2(1 - p))

    relay, switch, *_ = CHAINS.values()
    slow = CHAINS["slow switch: a stays in 90 %"].truth()
    steps = CHAINS["two steps: c is a two steps before xor c, in 85 %"].truth()
    assert relay.truth().unique1 == pytest.approx(1 - h(0.8))
    assert switch.truth().synergy == pytest.approx(1 - h(0.9))
    assert slow.conditional1 == pytest.approx(1 - h(0.8))
    assert steps.synergy == pytest.approx(1 - h(0.85))
    for chain in CHAINS.values():
        assert chain.stationary @ chain.transition == pytest.approx(chain.stationary)
        assert chain.transition.sum(axis=1) == pytest.approx(1)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHAINS)
def test_chains_are_found(name: str) -> None:
    """One recording of each, by blocks."""
    truth, q = CHAINS[name].truth(), answer(CHAINS[name], 20_000, "blocks", 0)
    for atom, value in truth.atoms.items():
        assert getattr(q.best, atom) == pytest.approx(value, abs=0.02)
    assert q.beyond()[0].value == pytest.approx(truth.conditional1, abs=0.02)


def test_a_gaussian_process() -> None:
    """x drives y; entropies of what is left of y with and without x say the transfer entropy."""
    A, noise = np.array([[0.6, 0.0], [0.5, 0.4]]), np.diag([1.0, 0.5])
    sigma = solve_discrete_lyapunov(A, noise)
    cross = A @ sigma  # of the present with the past
    without = sigma[1, 1] - cross[1, 1] ** 2 / sigma[1, 1]
    exact = 0.5 * np.log2(without / noise[1, 1])
    rng = np.random.default_rng(3)
    state, rows = rng.multivariate_normal([0, 0], sigma), []
    for e in rng.normal(size=(6000, 2)) * np.sqrt(np.diag(noise)):
        state = A @ state + e
        rows.append(state)
    x, y = np.transpose(rows)
    past = pid.lagged({"x": x, "y": y}, "*", 1)
    q = pid.quantify(past["x_lag1"], past["y_lag1"], past["y"], estimator="gaussian")
    transfer = q.beyond()[0]
    assert transfer.value == pytest.approx(exact, abs=0.02)
    assert transfer.interval is not None
    assert transfer.interval[0] < exact < transfer.interval[1]
    joint = np.array(
        [
            [sigma[0, 0], sigma[0, 1], cross[1, 0]],
            [sigma[0, 1], sigma[1, 1], cross[1, 1]],
            [cross[1, 0], cross[1, 1], sigma[1, 1]],
        ]
    )
    truth = pid.decompose_gaussian(joint, (1, 1, 1))
    assert truth.conditional1 == pytest.approx(exact, abs=1e-9)
    for atom, value in truth.atoms.items():
        assert getattr(q.best, atom) == pytest.approx(value, abs=0.03)


# --- in words, in JSON ----------------------------------------------------------------------------


def with_past(own: Any) -> pid.Quantification:
    q: pid.Quantification = of_past(trains(lambda a, c: a ^ c), replicates=20)
    return replace(q, past=Past((1, 2), ("a", "c", "c"), own))


@pytest.mark.parametrize(
    ("own", "of", "where"),
    [
        ("x2", "conditional1", "from a to c, lags 1 and 2"),
        ("x1", "conditional2", "from c to c, lags 1 and 2"),
        ("given", "total", "from a and c together to c, lags 1 and 2"),
    ],
)
def test_what_transfer_entropy_is_of(own: Any, of: str, where: str) -> None:
    q = with_past(own)
    found = q.transfer_entropy
    assert found is not None
    assert q.interval is not None
    assert found.value == getattr(q.best, of)
    assert found.counted == getattr(q.decomposition, of)
    assert found.interval == q.interval[of]
    assert found.unique + found.synergy == pytest.approx(found.value)
    assert found.where == where
    row = json.loads(json.dumps(q.to_dict()))
    assert (row["lags"], row["own_past"]) == ([1, 2], own)
    assert row["transfer_entropy"] == found.value
    assert (row["transfer_entropy_low"], row["transfer_entropy_high"]) == found.interval
    assert dict(facts_of(q))["transfer entropy"].startswith(f"{where}: ")
    assert f"Transfer entropy {where}: " in repr(q)


def test_without_the_past_of_y_there_is_none() -> None:
    q = with_past(None)
    assert q.transfer_entropy is None
    assert "transfer_entropy" not in q.to_dict()
    assert q.to_dict()["own_past"] is None
    assert "transfer entropy" not in dict(facts_of(q))
    assert "lags" not in replace(q, past=None).to_dict()
