"""Work on a cluster of separate worker processes: the same bits, also where a worker is killed."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import pid
from pid.cli import main
from pid.cli.dask import connected
from pid.errors import InvalidInput
from pid.parallel.work import Work, reached

pytestmark = [pytest.mark.extras, pytest.mark.slow]


@contextmanager
def cluster(workers: int) -> Iterator[Any]:
    with connected(f"local:{workers}") as client:
        client.wait_for_workers(workers)
        yield client


@pytest.fixture(scope="module")
def two() -> Iterator[Any]:
    with cluster(2) as client:
        yield client


def data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(400, 4))
    return X, (X[:, 0] * X[:, 1] + 0.3 * rng.normal(size=400) > 0).astype(int)


def answers(client: object) -> list[object]:
    """All that can be computed on a cluster."""
    X, y = data()
    bins: dict[str, Any] = {"estimator": "bins", "client": client}
    one = pid.quantify(X[:, 0], X[:, 1], y, replicates=600, **bins)
    other = pid.quantify(X[:, 2], X[:, 3], y, replicates=600, **bins)
    refit = pid.quantify(X[:, :2], X[:, 2:], y, replicates=30, refit=True, client=client)
    change = pid.difference(one, other, paired=True, replicates=120, client=client)
    pairs = pid.screen(X, y, bins=3, replicates=40, client=client)
    fitted = pid.quantify(X[:, :2], X[:, 2:], y, estimator="posterior", client=client)
    found = [one.to_dict(), other.to_dict(), refit.to_dict(), change.to_dict(), fitted.to_dict()]
    return [*found, pairs.to_dicts()]


@pytest.fixture(scope="module")
def here() -> list[object]:
    return answers(None)


def test_the_same_bits_with_three_workers(here: list[object]) -> None:
    with cluster(3) as client:
        assert answers(client) == here


def test_the_same_bits_with_two_workers(here: list[object], two: Any) -> None:
    assert answers(two) == here
    assert answers(two) == here  # nothing of the first call is taken for the second


def kill_myself_once(i: int, folder: str) -> np.ndarray:
    """Part 3 takes its process with it the first time, whatever else that process has done."""
    with (Path(folder) / f"started-{i}").open("a") as log:
        log.write("x")
    if i == 3 and (Path(folder) / "started-3").read_text() == "x":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return np.array([2.0**i])


def test_a_killed_worker_loses_nothing_and_doubles_nothing(two: Any, tmp_path: Path) -> None:
    before = worker_processes(two)
    found = Work(two).map("parts", kill_myself_once, [(i, str(tmp_path)) for i in range(20)])
    assert sum(float(x[0]) for x in found) == 2.0**20 - 1  # each part once: all bits set
    assert len((tmp_path / "started-3").read_text()) >= 2
    two.wait_for_workers(2)
    assert worker_processes(two) != before


def worker_processes(client: Any) -> set[int]:
    return set(client.run(os.getpid).values())


def test_quantify_goes_on_when_a_worker_is_killed(two: Any, tmp_path: Path) -> None:
    X, y = data()
    options: dict[str, Any] = {"bins": 8, "target_bins": "auto", "replicates": 10_000}
    options |= {"estimator": "bins"}
    two.wait_for_workers(2)
    victim = min(worker_processes(two))
    killed = threading.Event()

    def kill_in_the_middle() -> None:
        while len(list(tmp_path.glob("*.parquet"))) < 3:
            time.sleep(0.002)
        os.kill(victim, signal.SIGKILL)
        killed.set()

    killer = threading.Thread(target=kill_in_the_middle, daemon=True)
    killer.start()
    q = pid.quantify(X[:, 0], X[:, 1], y, **options, client=two, resume=tmp_path)
    killer.join()
    assert killed.is_set()
    assert len(list(tmp_path.glob("*.parquet"))) == 40
    assert q.to_dict() == pid.quantify(X[:, 0], X[:, 1], y, **options).to_dict()


@pytest.mark.parametrize("command", ["quantify", "screen"])
def test_the_command(command: str, tmp_path: Path) -> None:
    X, y = data()
    path = tmp_path / "data.csv"
    rows = np.column_stack([X, y])
    np.savetxt(path, rows, delimiter=",", header="a,b,c,d,y", comments="", fmt="%.6f")
    words = [command, str(path), "--y", "y", "--replicates", "60", "--json", "-"]
    words += ["--x1", "a", "--x2", "b"] if command == "quantify" else ["--bins", "3"]
    plain, there = (
        CliRunner().invoke(main, [*words, *more]) for more in ([], ["--dask", "local:2"])
    )
    assert there.exit_code == 0, there.output
    assert there.stdout == plain.stdout
    wrong = CliRunner().invoke(main, [*words, "--dask", "localhost"])
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("Error: expected tcp://HOST:PORT of a Dask scheduler")


def fail(i: int) -> np.ndarray:
    raise pid.InvalidInput(f"part {i} cannot be computed")


def test_errors_come_back_as_they_are(two: Any) -> None:
    with pytest.raises(InvalidInput, match="part 0 cannot be computed"):
        Work(two).map("parts", fail, [(0,)])


@pytest.mark.parametrize(
    "address", ["", "local", "local:0", "localhost:8786", "http://a:1", "tcp://a"]
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(InvalidInput, match="expected tcp://HOST:PORT"), connected(address):
        pass


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pid.cli.dask.SECONDS", 1)
    with (
        pytest.raises(InvalidInput, match=r"no Dask scheduler answers at tcp://127.0.0.1:9 within"),
        connected("tcp://127.0.0.1:9"),
    ):
        pass


def test_a_scheduler_by_its_address(two: Any) -> None:
    assert two.scheduler.address.startswith("tcp://127.0.0.1:")  # not for the network
    assert two.dashboard_link.startswith("http://127.0.0.1:")
    with connected(two.scheduler.address) as client:
        assert len(client.scheduler_info()["workers"]) == 2
    assert worker_processes(two)  # which leaving did not stop


@pytest.mark.parametrize("address", ["tls://127.0.0.1:1", f"tcp://{'a' * 300}:1"])
def test_addresses_that_dask_stumbles_over(address: str) -> None:
    with pytest.raises(InvalidInput, match="no Dask scheduler answers at"), connected(address):
        raise AssertionError("connected")


def test_no_scheduler_is_left_behind() -> None:
    """What else there is of Dask in this process works as before, even if the client was lost."""
    import dask

    with dask.config.set(scheduler="threads"):
        with connected("local:1") as client:
            client._set_as_default = False  # a client that is lost does not take back what it set
        assert dask.config.get("scheduler") == "threads"


class Lost:
    """A client whose scheduler is gone."""

    status = "closed"


@pytest.mark.parametrize(
    "err", [AttributeError("stream"), RuntimeError(), OSError(), TimeoutError()]
)
def test_a_cluster_that_is_lost_is_said(err: Exception) -> None:
    lost = pytest.raises(InvalidInput, match="the Dask cluster was lost while it worked")
    with lost, reached(Lost()):
        raise err


def test_what_was_computed_may_fail_as_ever() -> None:
    with pytest.raises(ZeroDivisionError), reached(object()):
        raise ZeroDivisionError
    with pytest.raises(pid.SolverFailed), reached(Lost()):
        raise pid.SolverFailed("no answer", pid.decompose(np.ones((2, 2, 2))))
