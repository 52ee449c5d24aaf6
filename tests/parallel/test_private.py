"""A folder of kept parts cannot be turned against its owner, and forged parts are not believed."""

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pid.errors import InvalidInput
from pid.parallel.checkpoints import LOCK
from pid.parallel.private import check_private, open_own
from pid.parallel.work import working


def part(i: int) -> np.ndarray:
    return np.full((2, 3), i / 7)


def run(folder: Path) -> list[np.ndarray]:
    with working(resume=folder) as work:
        return work.map("parts", part, [(0,), (1,)], shape=lambda i: (2, 3))


class TestFolders:
    @pytest.mark.extras
    def test_a_new_one_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        run(tmp_path / "parts")
        assert stat.S_IMODE((tmp_path / "parts").stat().st_mode) == 0o700
        for file in (tmp_path / "parts").iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600

    @pytest.mark.parametrize("mode", [0o777, 0o775, 0o1777, 0o702])
    def test_others_may_not_write(self, tmp_path: Path, mode: int) -> None:
        tmp_path.chmod(mode)
        with pytest.raises(InvalidInput, match=r"others may write into the folder .*chmod go-w"):
            check_private(tmp_path)

    def test_of_another_user(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        with pytest.raises(InvalidInput, match="belongs to another user"):
            check_private(tmp_path)

    def test_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to("real")
        with pytest.raises(InvalidInput, match="is a link, which may lead elsewhere"):
            check_private(tmp_path / "link")

    def test_what_others_may_read_is_fine(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)
        check_private(tmp_path)


class TestFiles:
    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to("target")
        for flags in (os.O_RDONLY, os.O_RDWR | os.O_CREAT, os.O_WRONLY | os.O_CREAT | os.O_EXCL):
            with pytest.raises(OSError, match=r"symbolic link|File exists"):
                open_own(tmp_path / "link", flags)
        assert not (tmp_path / "target").exists()

    def test_pipes_and_folders_are_no_files(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for name in ("pipe", "."):
            with pytest.raises(OSError, match="something that is no file"):
                open_own(tmp_path / name, os.O_RDONLY)


@pytest.mark.extras
class TestForgeries:
    @pytest.mark.parametrize("name", [LOCK, "parts-0000000000000000-00000.parquet"])
    def test_a_link_in_the_folder_leads_nowhere(self, tmp_path: Path, name: str) -> None:
        folder, victim = tmp_path / "parts", tmp_path / "victim"
        run(folder)
        victim.write_text("mine")
        if name != LOCK:
            name = min(file.name for file in folder.glob("*.parquet"))
        (folder / name).unlink()
        (folder / name).symlink_to(victim)
        if name == LOCK:
            with pytest.raises(InvalidInput, match="cannot keep finished parts"):
                run(folder)
        else:
            assert len(run(folder)) == 2
            assert not (folder / name).is_symlink()  # computed again, and put in its place
        assert victim.read_text() == "mine"

    @pytest.mark.parametrize(
        ("values", "shape"),
        [
            (np.full((2, 3), 9.0), [3, 2]),
            (np.full((2, 3), 9.0), [6]),
            (np.full((2, 3), 9.0), [-2, -3]),
            (np.full((2, 3), 9.0), [2.0, 3]),
            (np.full((2, 3), 9.0), [True, 6]),
            (np.full((2, 3), 9.0), "23"),
            (np.full((2, 4), 9.0), [2, 4]),
            (np.full((2, 3), np.nan), [2, 3]),
            (np.full((2, 3), -np.inf), [2, 3]),
        ],
        ids=str,
    )
    def test_of_another_shape_or_not_finite(
        self, tmp_path: Path, values: np.ndarray, shape: Any
    ) -> None:
        expected = run(tmp_path)
        digest = hashlib.sha256(values.tobytes()).hexdigest()
        forge(min(tmp_path.glob("*.parquet")), values, {"shape": shape, "sha256": digest})
        for found, known in zip(run(tmp_path), expected, strict=True):
            np.testing.assert_array_equal(found, known)

    @pytest.mark.parametrize("facts", ["[" * 100_000, "null", "{}", '{"shape": 1e999}', "\\"])
    def test_with_notes_that_are_none(self, tmp_path: Path, facts: str) -> None:
        expected = run(tmp_path)
        forge(min(tmp_path.glob("*.parquet")), np.ones((2, 3)), facts)
        np.testing.assert_array_equal(run(tmp_path)[0], expected[0])


def forge(file: Path, values: np.ndarray, facts: object) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    note = facts if isinstance(facts, str) else json.dumps(facts)
    table = pa.table({"value": values.ravel()}).replace_schema_metadata({"pid": note})
    pq.write_table(table, file)
