"""Memory and time are estimated before they are spent, and what is feasible is not refused."""

import time
from collections.abc import Callable

import numpy as np
import pytest

import pid
from pid.bounds import size
from pid.core import cost
from pid.core.cost import Cost, check_affordable, in_words
from pid.core.solver import ladder
from pid.errors import InvalidInput, TooLarge

# Of docs/benchmarks.md: shape, seconds, and GiB at the peak.
SOLVED = [
    ((1000, 50, 10), 0.6, 0.16),
    ((200, 200, 10), 2.4, 0.20),
    ((300, 300, 10), 7.5, 0.34),
    ((500, 500, 5), 8.3, 0.36),
    ((1000, 1000, 2), 4.7, 0.54),
    ((1000, 1000, 10), 268, 2.72),
    ((20, 20, 64), 0.8, 0.1),
]
TOO_LARGE = [(20, 20, 5000), (3000, 3000, 3), (100, 100, 1000), (5000, 5, 5000), (5, 50, 20_000)]


def of(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).random(shape)


@pytest.mark.parametrize(("shape", "seconds", "gib"), SOLVED)
def test_what_was_solved_is_not_refused(
    shape: tuple[int, int, int], seconds: float, gib: float
) -> None:
    check_affordable(shape, "interior-point", named=False)
    found = cost.cost(*shape, "interior-point")
    assert gib / 2.5 < found.bytes / 2**30 < 2.5 * gib + 0.3
    assert seconds / 6 < found.seconds + 0.5 < 6 * seconds + 1


@pytest.mark.parametrize("shape", TOO_LARGE)
def test_an_estimate_and_the_way_out_at_once(shape: tuple[int, int, int]) -> None:
    p = np.ones((1, 1, 1)) if np.prod(shape) > 5e7 else of(shape)
    if p.size == 1:  # as large a table does not fit into a test
        with pytest.raises(TooLarge, match="GiB of memory"):
            check_affordable(shape, "interior-point", named=False)
        return
    begin = time.process_time()
    with pytest.raises(TooLarge, match=r"about [\d,.]+ GiB of memory and [\d,.]+ \w+ to solve; .*"):
        pid.decompose(p)
    assert time.process_time() - begin < 2  # of a busy machine; 1 on an idle one


def test_it_is_a_kind_of_bad_input() -> None:
    assert issubclass(TooLarge, InvalidInput)


DOORS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], object]] = {
    "decompose_samples": pid.decompose_samples,
    "quantify": lambda a, b, y: pid.quantify(a, b, y.astype(str)),
    "compare": lambda a, b, y: pid.compare({"m": y.astype(str)}, a, b, y.astype(str)),
    "screen": lambda a, b, y: pid.screen(np.column_stack([a, b]), y.astype(str)),
    "bound_samples": lambda a, b, y: pid.bound_samples(
        (a, y.astype(str)), (b, y.astype(str)), (a, b), estimator="table"
    ),
    "plan": lambda a, b, y: pid.plan(of((20, 20, 5000)), 0.1),
    "synergy_bounds": lambda a, b, y: pid.synergy_bounds(*halves(of((20, 20, 5000)))),
    "accuracy_bounds": lambda a, b, y: pid.accuracy_bounds(*halves(of((20, 20, 5000)))),
    "taxonomy": lambda a, b, y: pid.taxonomy(of((20, 20, 5000))),
}


def halves(p: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    p = p / p.sum()
    return p.sum(axis=1), p.sum(axis=0), p.sum(axis=2)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.filterwarnings("ignore:y has:UserWarning")
def test_every_door(door: str) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(20, size=(2, 30_000))
    with pytest.raises(TooLarge, match=r"20 x 20 x .* GiB of memory"):
        DOORS[door](a, b, rng.integers(5000, size=30_000))


def test_posteriors_of_many_classes_are_refused_before_training() -> None:
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(2000), 20)
    X = rng.normal(size=(len(y), 2))
    begin = time.process_time()
    with pytest.raises(TooLarge, match="24 x 24 x 2,000"):
        pid.quantify(X, X, y.astype(str), estimator="posterior")
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    "p",
    [
        of((2000, 1, 2000)),  # a constant source
        np.eye(400)[:, None] * of((50, 400)),  # y determines x1
        of((2, 2, 20_000)),  # one equation
    ],
    ids=["constant", "determined", "binary"],
)
def test_large_tables_that_are_easy_are_solved(p: np.ndarray) -> None:
    assert pid.decompose(p, keep_coupling=False).certificate.gap < 1e-4  # type: ignore[union-attr]


def test_empty_symbols_and_cells_do_not_count() -> None:
    p = np.zeros((400, 400, 400))
    p[:3, :3, :3] = of((3, 3, 3))
    assert pid.decompose(p, keep_coupling=False).total > 0
    dense = cost.cost(1400, 1400, 10, "interior-point")
    sparse = cost.cost(1400, 1400, 10, "interior-point", (5000, 5000))
    assert sparse.seconds < dense.seconds / 5


def test_a_named_method_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "MOST_SECONDS", 1e-9)
    p = of((4, 3, 3))
    with pytest.raises(TooLarge, match=r"pid.decompose tries it if asked to: method='interior-"):
        pid.decompose(p)
    for method in ("interior-point", "first-order", "cone"):
        assert pid.decompose(p, method=method).total > 0
    monkeypatch.setattr(cost, "machine_memory", lambda: 1000.0)
    with pytest.raises(TooLarge, match="this machine has 0 GiB"):
        pid.decompose(p, method="interior-point")


def test_the_ladder_ends_where_memory_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "MEMORY", 0)
    assert pid.decompose(of((2, 2, 30))).certificate.method == "odds ratio"  # type: ignore[union-attr]


def test_bounds_of_the_benchmark_are_not_refused() -> None:
    size.check_size((50, 50, 10))
    size.check_size((100, 100, 20))
    with pytest.raises(TooLarge, match="bounds are tried up to 600 seconds"):
        size.check_size((300, 300, 20))


def test_words() -> None:
    said = [in_words(seconds) for seconds in (0.1, 90, 200, 9000, 1e6)]
    assert said == ["1 s", "90 s", "3 minutes", "2 hours", "12 days"]
    assert Cost(3.5 * 2**30, 1).words == "about 3.5 GiB of memory and 1 s"


def test_what_the_machine_has() -> None:
    assert 2**28 < cost.machine_memory() < 2**50
