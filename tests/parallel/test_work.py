"""Work in parts: finished parts are kept and found again, and nothing else is."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import pid
from pid.errors import InvalidInput
from pid.parallel import checkpoints, work
from pid.parallel.checkpoints import Store
from pid.parallel.work import Work, working

CALLS: list[int] = []
PARTS = [(i, "x") for i in range(4)]


def part(i: int, text: str) -> np.ndarray:
    CALLS.append(i)
    return np.full((2, i), i / 7)


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    CALLS.clear()


def run(folder: Path | None, parts: list[tuple[int, str]] = PARTS) -> list[np.ndarray]:
    with working(resume=folder) as here:
        return here.map("some parts", part, parts)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def test_nothing_is_kept_unless_asked_for(tmp_path: Path) -> None:
    assert [len(result.T) for result in run(None)] == CALLS == [0, 1, 2, 3]
    assert not os.listdir(tmp_path)


def uniform(rows: int, size: int, seed: np.random.SeedSequence) -> np.ndarray:
    CALLS.append(size)
    return np.random.default_rng(seed).random((rows, size))


class TestDraw:
    def drawn(self, replicates: int, seed: int | None = 0, jobs: int = 1) -> np.ndarray:
        return Work(jobs=jobs).draw("draws", uniform, (2,), replicates, 4, seed, of=(2,))

    def test_as_many_as_asked_for_in_chunks(self) -> None:
        assert self.drawn(10).shape == (2, 10)
        assert CALLS == [4, 4, 2]

    def test_no_chunk_repeats_another(self) -> None:
        assert len(np.unique(self.drawn(40))) == 80

    def test_more_replicates_begin_with_the_fewer(self) -> None:
        np.testing.assert_array_equal(self.drawn(23)[:, :8], self.drawn(8))

    @pytest.mark.parametrize(
        ("jobs", "cores", "parts", "threads"),
        [(-1, 3, 9, 3), (16, 3, 9, 3), (2, 3, 9, 2), (-1, 64, 2, 2), (16, 1, 9, None)],
    )
    def test_no_more_threads_than_help(
        self,
        jobs: int,
        cores: int,
        parts: int,
        threads: int | None,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Those beyond the cores would only take time from the others."""
        made: list[int] = []

        def pool(workers: int) -> ThreadPoolExecutor:
            made.append(workers)
            return ThreadPoolExecutor(workers)

        monkeypatch.setattr(work, "usable_cores", lambda: cores)
        monkeypatch.setattr(work, "ThreadPoolExecutor", pool)
        self.drawn(4 * parts, jobs=jobs)
        assert made == ([] if threads is None else [threads])

    def test_the_seed_decides_and_not_who_draws(self) -> None:
        np.testing.assert_array_equal(self.drawn(23, jobs=3), self.drawn(23))
        assert (self.drawn(23, seed=1) != self.drawn(23)).all()
        assert (self.drawn(23, seed=None) != self.drawn(23, seed=None)).all()


def of_process(number: int, *, wrong: int | None = None) -> np.ndarray:
    if number == wrong:
        raise InvalidInput("that one")
    return np.array([number, os.getpid()])


def is_even(number: int) -> bool:
    return number % 2 == 0


@pytest.mark.slow  # processes take seconds to begin
class TestOtherProcesses:
    @pytest.fixture(autouse=True)
    def cores(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(work, "usable_cores", lambda: 2)

    def test_compute_what_may_be_sent_and_nothing_else(self) -> None:
        seen: list[tuple[int, int]] = []
        here = Work(jobs=2, progress=lambda done, of: seen.append((done, of)))
        found = here.map("parts", of_process, [(i,) for i in range(8)], apart=is_even)
        assert [int(number) for number, _ in found] == list(range(8))
        at_home = {int(number) for number, process in found if process == os.getpid()}
        assert at_home == {1, 3, 5, 7}
        assert seen == [(i, 8) for i in range(1, 9)]

    def test_one_job_sends_nothing(self) -> None:
        found = Work(jobs=1).map("parts", of_process, [(0,), (2,)], apart=is_even)
        assert {int(process) for _, process in found} == {os.getpid()}

    def test_errors_come_back(self) -> None:
        wrong = partial(of_process, wrong=2)
        with pytest.raises(InvalidInput, match="that one"):
            Work(jobs=2).map("parts", wrong, [(i,) for i in range(4)], apart=is_even)

    def test_of_a_daemon_are_threads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As those of a pool of multiprocessing: they may begin none, and joblib warns of it."""
        daemon = SimpleNamespace(daemon=True)
        monkeypatch.setattr(work, "current_process", lambda: daemon)
        found = Work(jobs=2).map("parts", of_process, [(i,) for i in range(4)], apart=is_even)
        assert {int(process) for _, process in found} == {os.getpid()}

    def test_large_parts_arrive_whole(self) -> None:
        """Arrays that processes share are read from a file, which must not change them."""
        arrays = [np.random.default_rng(i).normal(size=(400, 400)) for i in range(3)]
        found = Work(jobs=2).map("sums", np.cumsum, [(a,) for a in arrays], apart=lambda a: True)
        for a, b in zip(found, arrays, strict=True):
            np.testing.assert_array_equal(a, np.cumsum(b))


@pytest.mark.extras
class TestKeptParts:
    def test_are_found_again_to_the_bit(self, tmp_path: Path) -> None:
        folder = tmp_path / "new" / "parts"
        first, second = run(folder), run(folder)
        assert CALLS == [0, 1, 2, 3]
        for a, b in zip(first, second, strict=True):
            np.testing.assert_array_equal(a, b, strict=True)

    def test_missing_and_damaged_ones_are_computed_again(self, tmp_path: Path) -> None:
        first = run(tmp_path)
        gone, cut, flipped, other = files(tmp_path)
        CALLS.clear()
        gone.unlink()
        cut.write_bytes(cut.read_bytes()[:-40])
        data = bytearray(flipped.read_bytes())
        place = data.index(np.float64(2 / 7).tobytes())
        data[place] ^= 1
        flipped.write_bytes(bytes(data))
        other.unlink()
        checkpoints._write(other, np.zeros((1, 1)))  # whole, though not what was computed: trusted
        found = run(tmp_path)
        assert CALLS == [0, 1, 2]
        for a, b in zip(first[:3], found[:3], strict=True):
            np.testing.assert_array_equal(a, b, strict=True)

    def test_of_other_work_are_refused(self, tmp_path: Path) -> None:
        run(tmp_path)
        with pytest.raises(InvalidInput, match="parts of another run, with other data"):
            run(tmp_path, [(i, "y") for i in range(4)])

    def test_half_written_ones_are_not_seen(self, tmp_path: Path) -> None:
        run(tmp_path)
        file = files(tmp_path)[0]
        file.rename(file.with_suffix(".123.part"))
        CALLS.clear()
        run(tmp_path)
        assert CALLS == [0]

    def test_two_runs_in_one_folder_are_refused(self, tmp_path: Path) -> None:
        with (
            Store.locked(tmp_path),
            pytest.raises(InvalidInput, match="another run is working in the folder"),
        ):
            run(tmp_path)
        run(tmp_path)

    def test_a_full_disk_is_said_and_leaves_valid_parts(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write, left = checkpoints._write, iter([True, True, False])

        def full(file: Path, result: np.ndarray) -> None:
            if not next(left):
                file.write_bytes(b"PAR1")
                raise OSError(errno.ENOSPC, "No space left on device")
            write(file, result)

        monkeypatch.setattr(checkpoints, "_write", full)
        with pytest.raises(InvalidInput, match="No space left on device; name a folder that can"):
            run(tmp_path)
        assert len(files(tmp_path)) == 2
        assert not list(tmp_path.glob("*.part"))
        monkeypatch.undo()
        run(tmp_path)
        assert CALLS == [0, 1, 2, 2, 3]

    def test_folders_that_cannot_be_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "file"
        file.touch()
        with pytest.raises(InvalidInput, match="is a file; name a folder to keep parts in"):
            run(file)

        def refuse(*_: object, **__: object) -> None:  # modes do not stop an administrator
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(Path, "mkdir", refuse)
        with pytest.raises(InvalidInput, match=r"cannot keep finished parts in .*: Permission"):
            run(tmp_path / "other")

    def test_need_a_seed(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="resume needs a random_state"):
            pid.quantify([0, 1], [0, 1], [0, 1], random_state=None, resume=tmp_path)


@pytest.mark.extras
def test_every_call_gives_the_same_with_a_folder(tmp_path: Path, rng: np.random.Generator) -> None:
    X = rng.normal(size=(200, 3))
    y = (X[:, 0] + rng.normal(size=200) > 0).astype(int)

    def once(folder: Path | None) -> list[object]:
        def sub(name: str) -> Path | None:
            return None if folder is None else folder / name

        few: dict[str, Any] = {"replicates": 60, "estimator": "bins"}
        a = pid.quantify(X[:, 0], X[:, 1], y, **few, resume=sub("a"))
        b = pid.quantify(X[:, 0], X[:, 2], y, **few, resume=sub("b"))
        refit = pid.quantify(X[:, 0], X[:, 1], y, **few, refit=True, resume=sub("refit"))
        d = pid.difference(a, b, paired=True, replicates=60, resume=sub("d"))
        s = pid.screen(X, y, bins=3, replicates=20, resume=sub("s"))
        return [a.to_dict(), b.to_dict(), refit.to_dict(), d.to_dict(), s.to_dicts()]

    plain = once(None)
    assert once(tmp_path) == plain
    assert once(tmp_path) == plain


@pytest.mark.extras
def test_a_folder_without_anything_to_keep(tmp_path: Path) -> None:
    q = pid.quantify(
        [0, 0, 1, 1] * 9, [0, 1] * 18, [0, 1, 1, 0] * 9, interval=None, resume=tmp_path
    )
    assert q.interval is None
    assert not files(tmp_path)
