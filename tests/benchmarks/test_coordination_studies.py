"""Studies of coordination: their sources have what they say, and what is done is not done again."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from scripts.coordination_data import Scene, bits, digit_pairs, retrieval
from scripts.coordination_runs import Row, Task, done_once, spread

ROOT = Path(__file__).resolve().parents[2]


def test_digits_of_a_pair_are_of_one_class() -> None:
    """The mean noisy digit of a class is like that of the class in other pairs, and no other."""
    training, test = digit_pairs(2_000, 1_000, 0)
    assert training.X1.shape == (2_000, 64) and test.X2.shape == (1_000, 64)
    assert training.X2.min() >= 0 and training.X2.max() <= 2
    alike = np.corrcoef(
        [training.X2[training.y == digit].mean(axis=0) for digit in range(10)],
        [test.X2[test.y == digit].mean(axis=0) for digit in range(10)],
    )[:10, 10:]
    assert (alike.argmax(axis=1) == np.arange(10)).all()


def test_bits_are_where_they_are_said_to_be() -> None:
    """Straight lines tell s from both sources, u1 from the first alone, and x from neither."""
    data = bits(4_000, 0)

    def told(X: np.ndarray, name: str) -> float:
        y = 2.0 * data.bits[name] - 1
        A = np.column_stack([X, np.ones(len(X))])
        w = np.linalg.lstsq(A[:2_000], y[:2_000], rcond=None)[0]
        return float((np.sign(A[2_000:] @ w) == y[2_000:]).mean())

    both = np.hstack([data.X1, data.X2])
    assert min(told(data.X1, "R"), told(data.X2, "R"), told(data.X1, "U1")) > 0.95
    assert told(data.X2, "U2") > 0.95
    assert max(told(data.X2, "U1"), told(data.X1, "U2"), told(both, "S")) < 0.55


def test_nothing_finds_more_partners_than_the_density_ratio() -> None:
    data = retrieval(10, 300, 0, rho=0.9)
    S = data.ratio
    best = (S.argmax(axis=1) == np.arange(300)).mean()
    rng = np.random.default_rng(1)
    others = [
        ((S + s * rng.normal(size=S.shape)).argmax(1) == np.arange(300)).mean() for s in (2, 9)
    ]
    assert best > others[0] > others[1] > 3 / 300


def test_the_best_guess_of_a_latent() -> None:
    """Of sound views all but the noise; of a row without any, its mean."""
    sound = Scene(0, 0.0, bent=False)
    found = sound.sample(500, 1)
    assert ((sound.best(found) - found.latent) ** 2).mean() < 0.01
    lost = Scene(0, 1.0, bent=False)
    assert np.abs(lost.best(lost.sample(50, 1))).max() < 1e-12
    half = Scene(0, 0.5, bent=False)
    sample = half.sample(4_000, 2)
    error = half.best(sample) - sample.latent
    unseen = np.ones((4_000, 6), dtype=bool)
    for seen, bad in zip(half.seen, sample.damaged, strict=True):
        unseen[np.ix_(bad == 0, seen)] = False
    assert (error[unseen] ** 2).mean() == pytest.approx(1, abs=0.2)
    assert (error[~unseen] ** 2).mean() < 0.02


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    path, asked = tmp_path / "figures" / "rows.csv", []

    def work(task: Task) -> Iterable[Row]:
        asked.append(task)
        if task == stops:
            raise KeyboardInterrupt
        yield {"value": task.seed / 3}

    tasks = [Task("a", 1), Task("b", 1), Task("a", 2)]
    stops = tasks[2]
    with pytest.raises(KeyboardInterrupt):
        done_once(path, tasks, work)
    stops = Task("none", 0)
    frame = done_once(path, tasks, work)
    assert asked == [*tasks, tasks[2]]
    assert frame.value.tolist() == [1 / 3, 1 / 3, 2 / 3]
    assert done_once(path, tasks[:1], work).value.tolist() == [1 / 3]


def test_a_mean_has_its_ends() -> None:
    import pandas as pd

    assert spread(pd.Series([1.0, 2.0, 6.0]), ".1f") == "3.0 (1.0 to 6.0)"
    assert spread(pd.Series([2.0]), ".2f") == "2.00"
    assert spread(pd.Series([np.nan]), ".2f") == ""


@pytest.mark.slow
@pytest.mark.extras
@pytest.mark.parametrize(
    ("study", "methods"), [("digits", 9), ("recall", 10), ("intact", 6), ("kept", 10)]
)
def test_studies_run_and_say_so(study: str, methods: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"scripts.study_{study}", "--quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "figures" / f"study_{study}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["task"] for row in rows}) == methods
    page = (tmp_path / "coordination.md").read_text(encoding="utf-8")
    assert f"study {study}: begin" in page
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert again.stderr == ""  # nothing was left to do
