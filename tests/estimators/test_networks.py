"""Networks side by side: their gradient, their independence of each other, and where they are."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax

from pid.errors import InvalidInput
from pid.estimators.neural import arrays, inputs, networks
from pid.estimators.neural.arrays import MEMORY, Arrays, arrays_on, is_out_of_memory, named
from pid.estimators.neural.descent import Descent
from pid.estimators.neural.features import Features
from pid.estimators.neural.inputs import Inputs
from pid.estimators.neural.layers import Layout, logits_of
from pid.estimators.neural.networks import Step, Task, train

Case = tuple[np.ndarray, np.ndarray]


def as_inputs(X: np.ndarray, where: Arrays = MEMORY) -> Inputs:
    return Inputs([Features(X.astype(np.float32))], None, where)


@pytest.fixture(scope="module")
def xor() -> Case:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 4))
    return X, (X[:, 0] * X[:, 1] > 0).astype(np.intp)


def tasks(*ranks: int | None, rows: int = 600, count: int = 3) -> list[Task]:
    rng = np.random.default_rng(1)
    found = []
    for rank in ranks:
        for i in range(count):
            order = rng.permutation(rows)
            found.append(Task(rank, order[: rows // 2], order[rows // 2 : rows * 6 // 10], 10 + i))
    return found


def loss(
    layout: Layout, numbers: np.ndarray, x: np.ndarray, right: np.ndarray, weights: np.ndarray
) -> float:
    """Mean weighted cross-entropy of all networks, written another way."""
    said = log_softmax(logits_of(x, layout.views(numbers), np), axis=2)
    return float(-(weights * said * right).sum() / x.shape[1])


@pytest.mark.parametrize("ranks", [0, 2], ids=["all columns", "two directions"])
def test_gradient_is_that_of_the_loss(ranks: int, rng: np.random.Generator) -> None:
    """By differences of the loss, of numbers with 64 bits."""
    layout = Layout(5, ranks, 3)
    start = np.stack([layout.initial(ranks or None, rng).astype(np.float64) for _ in range(2)])
    x = rng.normal(size=(2, 7, 5))
    right = np.eye(3)[rng.integers(3, size=(2, 7))]
    weights = rng.uniform(0.5, 2, size=(2, 7, 1))
    descent = Descent(start.copy(), 1, MEMORY)
    step = Step(layout, descent, 7, MEMORY)
    slope = step._forward(x).astype(np.float64)
    step._backward(x, (slope - right) / 7 * weights)
    for k in rng.choice(start.shape[1], 60, replace=False):
        for network in range(2):
            ends = []
            for sign in (1, -1):
                moved = start.copy()
                moved[network, k] += sign * 1e-5
                ends.append(loss(layout, moved, x, right, weights))
            found = descent.gradient[network, k]
            assert found == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=2e-5)


def test_steps_are_those_of_adam(rng: np.random.Generator) -> None:
    """Of a quadratic loss, against the update as Loshchilov and Hutter write it."""
    from pid.estimators.neural.descent import DECAY, EPSILON, MEMORIES, RATE

    start, target = rng.normal(size=(2, 3, 4))
    descent, theirs = Descent(start.copy(), 10, MEMORY), start.copy()
    mean, square = np.zeros((2, 3, 4))
    rates = []
    for t in range(1, 11):
        descent.gradient[:] = descent.numbers - target
        before = descent.numbers.copy()
        descent.step()
        slope = before - target
        mean = MEMORIES[0] * mean + (1 - MEMORIES[0]) * slope
        square = MEMORIES[1] * square + (1 - MEMORIES[1]) * slope**2
        way = mean / (1 - MEMORIES[0] ** t)
        way = way / (np.sqrt(square / (1 - MEMORIES[1] ** t)) + EPSILON)
        rate = float(np.median((before - descent.numbers) / (way + DECAY * before)))
        theirs = before - rate * (way + DECAY * before)
        assert descent.numbers == pytest.approx(theirs, abs=1e-4 * RATE)
        rates.append(rate)
    assert max(rates) == pytest.approx(RATE, rel=1e-3) == rates[1]  # after a fifth of the steps
    assert rates == sorted(rates[:2]) + sorted(rates[2:], reverse=True)
    assert rates[-1] == pytest.approx(0, abs=1e-9)


class Cuda:
    """What torch.cuda has for graphs: between begin and end, work is noted and not done."""

    recording: list[Callable[[], None]] | None = None

    def CUDAGraph(self) -> "Cuda":
        return self

    def capture_begin(self, capture_error_mode: str) -> None:
        assert capture_error_mode == "thread_local"  # others are not disturbed
        self.recording = []

    def capture_end(self) -> None:
        assert self.recording is not None
        self.noted, self.recording = self.recording, None

    def replay(self) -> None:
        for work in self.noted:
            work()


def test_steps_are_recorded_once_and_replayed() -> None:
    """None is left out or taken twice, though one is recorded without being taken."""
    cuda, done, asked = Cuda(), [0], [0]

    def work() -> None:
        done[0] += 1

    def step() -> None:
        asked[0] += 1
        work() if cuda.recording is None else cuda.recording.append(work)

    recorded = arrays.Recorded(step, cuda)
    for taken in range(1, 8):
        recorded()
        assert done[0] == taken
    assert asked[0] == arrays.UNRECORDED + 1


def test_a_recording_that_breaks_off_says_why() -> None:
    def step() -> None:
        if cuda.recording is not None:
            raise RuntimeError("CUDA error: out of memory")

    cuda = Cuda()
    recorded = arrays.Recorded(step, cuda)
    for _ in range(arrays.UNRECORDED):
        recorded()
    with pytest.raises(RuntimeError, match="out of memory"):
        recorded()
    assert cuda.recording is None


def test_batches_take_each_row_once_in_the_order_of_each_network() -> None:
    X = np.arange(20.0)[:, None]
    rows = networks.Rows(as_inputs(X), np.zeros(20, dtype=np.intp), 1, np.arange(20.0))
    batches = networks.Batches(rows, 2, 9, 3)
    for seed in (0, 1):
        order = np.random.default_rng(seed).permuted(np.tile(np.arange(20), (2, 1)), axis=1)[:, :9]
        batches.begin(order)
        found = [batches.following() for _ in range(3)]
        assert np.array_equal(np.concatenate([x[..., 0] for x, _, _ in found], axis=1), order)
        weights = np.concatenate([w for _, _, w in found if w is not None], axis=1)[..., 0]
        assert weights == pytest.approx(order / 9.5)


def test_a_network_does_not_depend_on_those_beside_it(xor: Case) -> None:
    X, y = xor
    for ranks in ((1, 2), (None,)):
        every = tasks(*ranks)
        together = train(as_inputs(X), y, 2, every)
        rows = np.arange(50)
        for m, task in enumerate(every):
            width = max(rank or 0 for rank in ranks)
            beside = [task] if (task.rank or 0) == width else [task, every[-1]]
            alone = train(as_inputs(X), y, 2, beside)
            one, other = (
                nets.probabilities(as_inputs(X), rows, k) for nets, k in ((together, m), (alone, 0))
            )
            assert one == pytest.approx(other, abs=1e-4)


def test_low_ranks_see_few_directions(xor: Case) -> None:
    """What is said does not change along the others; and two directions are enough for xor."""
    X, y = xor
    nets = train(as_inputs(X), y, 2, tasks(1, 2))
    directions = nets.layers.directions
    assert directions is not None
    assert [np.linalg.matrix_rank(d) for d in directions] == [1, 1, 1, 2, 2, 2]
    away = np.linalg.svd(directions[0][:, :1])[0][:, 1]
    moved = as_inputs(X + 3 * away)
    one, other = (nets.probabilities(of, np.arange(20), 0) for of in (as_inputs(X), moved))
    assert one == pytest.approx(other, abs=1e-3)
    rest = np.arange(360, 600)
    said = np.mean([nets.probabilities(as_inputs(X), rest, m)[:, 1] for m in (3, 4, 5)], axis=0)
    assert ((said > 0.5) == y[rest]).mean() > 0.8


def test_weights_are_repetitions() -> None:
    """Of gradient and score: rows of no weight are not learned from, whatever they say."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 2))
    y = (X[:, 0] > 0).astype(np.intp)
    wrong = rng.random(400) < 0.5
    turned = np.where(wrong, 1 - y, y)
    weights = np.where(wrong, 0.0, 3.0)
    asked = tasks(None, rows=400)
    nets = train(as_inputs(X), turned, 2, asked, weights)
    said = nets.probabilities(as_inputs(X), np.arange(400), 0)
    assert ((said[:, 1] > 0.5) == y).mean() > 0.95
    spoiled = train(as_inputs(X), turned, 2, asked)
    said = spoiled.probabilities(as_inputs(X), np.arange(400), 0)
    assert ((said[:, 1] > 0.5) == y).mean() < 0.8
    alike = train(as_inputs(X), turned, 2, asked, np.full(400, 5.0))
    assert np.array_equal(alike.probabilities(as_inputs(X), np.arange(400), 0), said)


@pytest.mark.parametrize("read_as_needed", [False, True])
def test_rows_in_parts(xor: Case, monkeypatch: pytest.MonkeyPatch, read_as_needed: bool) -> None:
    X, y = xor
    whole = train(as_inputs(X), y, 2, tasks(None))
    expected = whole.probabilities(as_inputs(X), np.arange(600), 0)
    monkeypatch.setattr(inputs, "CHUNK", 40)
    if read_as_needed:
        monkeypatch.setattr(inputs, "IN_MEMORY", 0)
    parts = train(as_inputs(X), y, 2, tasks(None))
    assert parts.probabilities(as_inputs(X), np.arange(600), 0) == pytest.approx(expected, abs=1e-4)


def test_a_loss_that_is_not_finite() -> None:
    X = as_inputs(np.full((40, 2), np.inf))
    task = Task(None, np.arange(30), np.arange(30, 40), 0)
    with pytest.raises(InvalidInput, match="loss of a network is not finite; rescale"):
        train(X, np.zeros(40, dtype=np.intp), 2, [task])


# --- devices --------------------------------------------------------------------------------------


@pytest.fixture
def on_torch() -> Arrays:
    import torch

    return Arrays(torch, "cpu")


@pytest.mark.extras
def test_arrays_of_torch_do_the_same(xor: Case, on_torch: Arrays) -> None:
    """As far as rounding lets them: that of 32-bit numbers grows with every step."""
    X, y = xor
    for ranks in ((1, 2), (None,)):
        here, there = (
            train(as_inputs(X, where), y, 2, tasks(*ranks), np.tile([1.0, 2.0], 300))
            for where in (MEMORY, on_torch)
        )
        for m in range(3):
            one, other = (
                nets.probabilities(as_inputs(X, where), np.arange(600), m)
                for nets, where in ((here, MEMORY), (there, on_torch))
            )
            assert np.abs(one - other).mean() < 0.02


def out_of_memory(most: int, train_them: Callable[..., Any]) -> Callable[..., Any]:
    """A device with room for so many networks."""

    def trained(rows: Any, layout: Any, asked: list[Task], length: int) -> Any:
        if len(asked) > most:
            raise MemoryError
        return train_them(rows, layout, asked, length)

    return trained


def test_without_room_fewer_networks_are_trained_side_by_side(
    xor: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = xor
    for ranks in ((1, 2, 4), (None,)):  # of other ranks, and of more or fewer rows
        asked = tasks(*ranks, count=5)
        asked[-1] = asked[-1]._replace(training=asked[-1].training[:-20])
        asked[0] = asked[0]._replace(held_out=asked[0].held_out[:-7])
        expected = train(as_inputs(X), y, 2, asked)
        with monkeypatch.context() as patched:
            patched.setattr(networks, "_train", out_of_memory(2, networks._train))
            found = train(as_inputs(X), y, 2, asked)
        for m in range(len(asked)):
            one, other = (
                nets.probabilities(as_inputs(X), np.arange(60), m) for nets in (expected, found)
            )
            assert one == pytest.approx(other, abs=1e-4)
    monkeypatch.setattr(networks, "_train", out_of_memory(0, networks._train))
    with pytest.raises(InvalidInput, match="device 'cpu' has no room for one network of 4 columns"):
        train(as_inputs(X), y, 2, tasks(None))


OF_RUNTIME = (
    "MPS backend out of memory (MPS allocated: 9.05 GB, max allowed: 9.07 GB). Tried to allocate",
    "CUDA error: out of memory",
    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried",
)


def test_what_is_out_of_memory() -> None:
    assert is_out_of_memory(MemoryError())
    assert all(is_out_of_memory(RuntimeError(text)) for text in OF_RUNTIME)
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_out_of_memory(ValueError("out of memory"))  # of another kind of error, a word


@pytest.mark.extras
def test_what_is_out_of_memory_for_torch() -> None:
    import torch

    assert is_out_of_memory(torch.cuda.OutOfMemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError())


@pytest.mark.extras
def test_a_device_that_others_have_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(torch, "zeros", full)
    with pytest.raises(InvalidInput, match="device 'cuda' has no room left, as others use it"):
        arrays_on("cuda")


COLUMNS = 4  # of the features below


class Small:
    """Arrays on a device with room for so many numbers of features, and for networks or not."""

    module, device = np, "small"

    def __init__(self, most: int, error: type[Exception] = MemoryError) -> None:
        self.most, self.error = most, error
        self.for_networks = True
        self.put_there: list[int] = []

    def put(self, values: Any) -> Any:
        if values.dtype == np.float32 and values.shape[-1] == COLUMNS:
            if values.size > self.most:
                raise self.error("MPS backend out of memory")
            self.put_there.append(values.size)
        return values

    def get(self, values: Any) -> Any:
        return np.asarray(values)

    def empty(self, *shape: int) -> Any:
        if not self.for_networks:
            raise self.error("MPS backend out of memory")
        return np.empty(shape, dtype=np.float32)

    def repeated(self, step: Callable[[], None]) -> Callable[[], None]:
        return step


@pytest.fixture
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a device that torch does not know."""
    monkeypatch.setattr(arrays, "free_memory", lambda device: None)


@pytest.mark.parametrize("error", [MemoryError, RuntimeError])
def test_features_that_have_no_room_are_read_as_they_are_needed(
    xor: Case, no_cache: None, error: type[Exception]
) -> None:
    X, y = xor
    small: Any = Small(2_000, error)  # of 2,400
    there = as_inputs(X, small)
    found, usual = train(there, y, 2, tasks(None)), train(as_inputs(X), y, 2, tasks(None))
    for m in range(3):
        one, other = (
            nets.probabilities(where, np.arange(600), m)
            for nets, where in ((found, there), (usual, as_inputs(X)))
        )
        assert one == pytest.approx(other, abs=1e-4)
    assert max(small.put_there) == 1_200  # half of the rows that are asked about


def test_another_error_is_no_lack_of_room(xor: Case) -> None:
    small: Any = Small(0, ValueError)
    with pytest.raises(ValueError, match="out of memory"):
        as_inputs(xor[0], small)


def test_without_room_for_one_network_it_is_said(xor: Case, no_cache: None) -> None:
    X, y = xor
    small: Any = Small(2_400)
    trained = train(as_inputs(X, small), y, 2, tasks(None, count=1))
    small.most, small.for_networks = 1, False
    said = "device 'small' has no room for one network of 4 columns; take fewer columns, or train"
    with pytest.raises(InvalidInput, match=said):
        train(as_inputs(X, small), y, 2, tasks(None))
    with pytest.raises(InvalidInput, match=said):
        trained.probabilities(as_inputs(X, small), np.arange(600), 0)


def test_memory_of_this_machine_without_torch(xor: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = xor
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(networks, "_train", out_of_memory(0, networks._train))
    with pytest.raises(InvalidInput, match=r"of 4 columns; take fewer columns$"):
        train(as_inputs(X), y, 2, tasks(None))


def test_which_device_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is named, else that of the environment, else the CPU; "auto" where there is one."""
    monkeypatch.delenv(arrays.VARIABLE, raising=False)
    assert named(None) == "cpu"
    assert named("cuda:1") == "cuda:1"
    monkeypatch.setenv(arrays.VARIABLE, "mps")
    assert named(None) == "mps"
    assert named("cpu") == "cpu"
    monkeypatch.setattr(arrays, "find_spec", lambda _: None)
    assert named("auto") == "cpu"
    monkeypatch.setattr(arrays, "find_spec", lambda _: object())
    monkeypatch.setattr(arrays, "_accelerators", lambda: ["cuda", "mps"])
    assert named("auto") == "cuda"
