"""One trainer: the same bits after an interruption, and errors that say where and why."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pid.errors import InvalidInput

pytestmark = pytest.mark.extras

STEPS, BATCH, ROWS = 48, 25, 100  # 12 epochs of 4 steps


class Problem:
    """A product of two columns, learned under noise by a net with dropout of its own."""

    def __init__(self, path: Path | None = None, seed: int = 0, **course: Any) -> None:
        import torch
        from torch import nn

        from pid.estimators.neural.checkpoint import Checkpoint
        from pid.estimators.neural.trainer import Course, seeded

        generator = torch.Generator().manual_seed(seed)
        self.X = torch.randn(150, 4, generator=generator)
        self.y = self.X[:, :1] * self.X[:, 1:2]
        self.course = Course(**{"steps": STEPS, "batch": BATCH, "rate": 1e-2} | course)
        self.net = seeded(
            lambda: nn.Sequential(
                *(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.SiLU(), nn.Dropout(0.1)),
                nn.Linear(16, 1),
            ),
            1,
        )
        self.checkpoint = Checkpoint.of(path, {"kind": "product"}, [self.X])

    def loss(self, rows: Any, noise: Any) -> dict[str, Any]:
        x = self.X[:ROWS][rows]
        out = self.net(noise.kept(x, 0.1) * x + 0.01 * noise.normal(x))
        return {"squared error": ((out - self.y[:ROWS][rows]) ** 2).mean()}

    def score(self) -> float:
        return float(((self.net(self.X[ROWS:]) - self.y[ROWS:]) ** 2).mean().detach())

    def train(self, progress: Callable[..., object] | None = None, loss: Any = None) -> Any:
        from pid.estimators.neural.trainer import Trainer

        trainer = Trainer(
            [self.net], self.course, seed=7, checkpoint=self.checkpoint, progress=progress
        )
        return trainer.fit(loss or self.loss, ROWS, self.score)

    def weights(self) -> list[np.ndarray]:
        return [value.numpy().copy() for value in self.net.state_dict().values()]


def stop_at(epoch: int) -> Callable[..., None]:
    def progress(done: int, of: int, score: float) -> None:
        if done == epoch:
            raise KeyboardInterrupt

    return progress


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("epoch", range(1, 12))
def test_resumed_is_uninterrupted_bit_for_bit(epoch: int, tmp_path: Path) -> None:
    whole = Problem()
    told: list[int] = []
    answer = whole.train(lambda done, of, score: told.append(done))
    assert told == list(range(1, 13))
    path = tmp_path / "deep" / "c.pt"
    with pytest.raises(KeyboardInterrupt):
        Problem(path).train(stop_at(epoch))
    resumed = Problem(path)
    told.clear()
    assert resumed.train(lambda done, of, score: told.append(done)) == answer
    assert told == list(range(epoch + 1, 13))
    assert same(resumed.weights(), whole.weights())
    assert [file.name for file in path.parent.iterdir()] == ["c.pt"]


def test_a_run_that_is_over_is_not_done_again(tmp_path: Path) -> None:
    first, again = Problem(tmp_path / "c.pt"), Problem(tmp_path / "c.pt")
    answer = first.train()
    assert again.train(stop_at(1)) == answer  # no epoch is begun
    assert same(first.weights(), again.weights())


def test_the_seed_decides_and_nothing_else() -> None:
    import torch

    torch.manual_seed(5)
    one = Problem()
    one.train()
    torch.manual_seed(6)
    before = torch.get_rng_state()
    other = Problem()
    other.train()
    assert same(one.weights(), other.weights())
    assert torch.equal(torch.get_rng_state(), before)  # the user's own numbers are untouched


def test_the_weights_are_those_of_the_least_score() -> None:
    problem = Problem()
    scores: list[float] = []
    answer = problem.train(lambda done, of, score: scores.append(score))
    assert answer.score == min(scores) == pytest.approx(problem.score(), rel=1e-6)
    assert answer.steps == STEPS
    assert not problem.net.training


def test_it_stops_in_time() -> None:
    """A score that only gets worse: its first is the least, and patience is waited for."""
    problem = Problem(patience=3)
    scores = iter(range(100))
    problem.score = lambda: float(next(scores))  # type: ignore[method-assign]
    answer = problem.train()
    assert (answer.epochs, answer.score) == (4, 0)


def test_a_file_of_weights_alone(tmp_path: Path) -> None:
    """Nothing that could run when it is read."""
    import torch

    Problem(tmp_path / "c.pt").train()
    state = torch.load(tmp_path / "c.pt", weights_only=True)
    assert {"about", "now", "good", "optimizer", "noise"} <= state.keys()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 1}, "its data is"),
        ({"steps": 60}, "its steps is 48, and here it is 60"),
        ({"batch": 20}, "its batch is 25, and here it is 20"),
        ({"patience": 3}, "its patience is None, and here it is 3"),
    ],
)
def test_another_training_is_refused(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    Problem(tmp_path / "c.pt").train()
    with pytest.raises(InvalidInput, match=f"is of another training: {words}"):
        Problem(tmp_path / "c.pt", **change).train()


class Run:
    """What a pickle can do to whoever loads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("ran"),))


def test_what_is_no_checkpoint_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.pt").write_text("weights")
    (tmp_path / "empty.pt").touch()
    torch.save({"about": Run()}, tmp_path / "evil.pt")
    torch.save([1, 2], tmp_path / "list.pt")
    (tmp_path / "folder.pt").mkdir()
    for name in ("text", "empty", "evil", "list", "folder"):
        with pytest.raises(InvalidInput, match=f"{name}.pt is no checkpoint of a training"):
            Problem(tmp_path / f"{name}.pt").train()
    assert not (tmp_path / "ran").exists()


def test_a_loss_that_is_not_finite(tmp_path: Path) -> None:
    """The step, the term, and weights as they were before."""
    import torch

    from pid.estimators.neural.trainer import NotFinite

    def stops(problem: Problem, at: int, wrong: Callable[[Any], Any]) -> Callable[..., Any]:
        steps = iter(range(1000))

        def loss(rows: Any, noise: Any) -> dict[str, Any]:
            terms = problem.loss(rows, noise)
            weight = next(problem.net.parameters()).sum()
            return terms | {"price": wrong(weight) if next(steps) == at else 0 * weight}

        return loss

    problem = Problem()
    start = problem.weights()
    with pytest.raises(NotFinite, match=r"at step 2 the price is inf; .* those of the start: resc"):
        problem.train(loss=stops(problem, 2, lambda w: w * torch.inf + torch.inf))
    assert same(problem.weights(), start)

    problem = Problem(tmp_path / "c.pt")
    words = r"at step 9 the gradient of squared error, price is not \(first in 0.0.weight\)"
    with pytest.raises(NotFinite, match=words + r"; .* of epoch 2, also in .*c\.pt"):
        problem.train(loss=stops(problem, 9, lambda w: (w * 0).abs().sqrt()))
    good = torch.load(tmp_path / "c.pt", weights_only=True)["good"]
    assert same(problem.weights(), [value.numpy() for value in good.values()])

    problem = Problem()
    problem.score = lambda: float("nan")  # type: ignore[method-assign]
    with pytest.raises(NotFinite, match=r"after epoch 1 the score .* is nan; .* of the start"):
        problem.train()


def test_too_few_steps_for_a_cycle() -> None:
    with pytest.raises(InvalidInput, match=r"at least 10 steps.*got 8"):
        Problem(steps=5).train()
    assert Problem(steps=10).train().steps == 12


def test_a_batch_of_more_rows_than_there_are() -> None:
    assert Problem(batch=1000).train().steps == STEPS


def test_noise() -> None:
    """Masks keep the mean, and a share of the numbers; the same seed gives the same."""
    import torch

    from pid.estimators.neural.trainer import Noise

    like = torch.zeros(20_000, dtype=torch.float64)
    mask = Noise(0).kept(like, 0.2)
    assert mask.dtype == torch.float64
    assert set(mask.unique().tolist()) == {0.0, 1.25}
    assert float(mask.mean()) == pytest.approx(1, abs=0.02)
    assert float(Noise(1).normal(like).std()) == pytest.approx(1, abs=0.02)
    assert torch.equal(Noise(2).order(50), Noise(2).order(50))


def test_any_damage_is_noticed(tmp_path: Path) -> None:
    """A byte that is another, or an end that is missing: all of it, or none."""
    import torch

    from pid.estimators.neural.checkpoint import Checkpoint

    path = tmp_path / "c.pt"
    Problem(path).train()
    whole, state = path.read_bytes(), torch.load(path, weights_only=True)
    checkpoint = Checkpoint(path, {k: v for k, v in state["about"].items() if k != "format"})
    rng, read = np.random.default_rng(0), 0
    for i in range(300):
        file = bytearray(whole)
        place = int(rng.integers(len(file)))
        if i % 3:
            file[place] ^= int(rng.integers(1, 256))
        else:
            del file[place:]
        path.write_bytes(file)
        found: Any = state
        with suppress(InvalidInput):
            found = checkpoint.read("cpu")
            read += 1
        assert all(torch.equal(found["now"][k], v) for k, v in state["now"].items())
        assert torch.equal(found["noise"], state["noise"])
    assert read < 100  # else the byte is of padding, or a date


def test_a_file_that_lacks_something_is_refused(tmp_path: Path) -> None:
    import torch

    path = tmp_path / "c.pt"
    Problem(path).train()
    state = torch.load(path, weights_only=True)
    for name in state:
        torch.save({k: v for k, v in state.items() if k != name}, path)
        with pytest.raises(InvalidInput, match="is no checkpoint of a training"):
            Problem(path).train()
    wrong: tuple[object, ...] = (1, [1], {})
    for about in wrong:
        torch.save(state | {"about": about}, path)
        with pytest.raises(InvalidInput, match=r"no checkpoint of a training|of another training"):
            Problem(path).train()
    torch.save(state | {"about": state["about"] | {"format": 0}}, path)
    with pytest.raises(InvalidInput, match="its format is 0, and here it is 1"):
        Problem(path).train()


def test_a_write_that_is_interrupted_leaves_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    path = tmp_path / "c.pt"
    with pytest.raises(KeyboardInterrupt):
        Problem(path).train(stop_at(3))
    before = path.read_bytes()

    def half(state: Any, file: Any) -> None:
        file.write(before[:100])
        raise OSError("no space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="no space left"):
        patched.setattr(torch, "save", half)
        Problem(path).train()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["c.pt"]
    whole, resumed = Problem(), Problem(path)
    assert whole.train() == resumed.train()
    assert same(whole.weights(), resumed.weights())


def test_numbers_of_numpy_are_settings(tmp_path: Path) -> None:
    """Files of weights alone hold none: they would be refused when they are read."""
    from pid.estimators.neural.checkpoint import Checkpoint

    def problem() -> Problem:
        found = Problem(tmp_path / "c.pt", steps=np.int64(STEPS), rate=np.float64(1e-2))
        settings = {"ridge": np.float64(0.1), "on": np.bool_(True), "n": np.int64(3)}
        found.checkpoint = Checkpoint.of(tmp_path / "c.pt", settings, [found.X])
        return found

    with pytest.raises(KeyboardInterrupt):
        problem().train(stop_at(2))
    resumed, whole = problem(), Problem()
    assert resumed.train() == whole.train()
    assert same(resumed.weights(), whole.weights())


def test_functions_are_settings_by_what_they_do() -> None:
    """Not by where they are in memory, which is elsewhere each time."""
    from functools import partial

    from pid.estimators.neural.checkpoint import _written

    def made(power: int, body: int) -> Callable[..., Any]:
        return (lambda x: x**2) if body else (lambda x: x**3)

    assert _written(made(1, 0)) == _written(made(2, 0)) != _written(made(1, 1))
    assert _written(partial(made, body=1)) == _written(partial(made, body=1))
    assert _written(partial(made, body=1)) != _written(partial(made, body=2))
    assert _written((partial(made, 1), None)) != _written((partial(made, 2), None))
    for value in (made, partial(made, 1), Run(), [made, None]):
        assert "0x" not in str(_written(value))


def test_a_loss_that_is_not_finite_at_the_first_step() -> None:
    import torch

    from pid.estimators.neural.trainer import NotFinite

    problem = Problem()
    start = problem.weights()
    with pytest.raises(NotFinite, match=r"at step 0 the loss is nan; .* those of the start"):
        problem.train(loss=lambda rows, noise: {"loss": torch.tensor(float("nan"))})
    assert same(problem.weights(), start)
