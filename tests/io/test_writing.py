"""Files appear whole, replace only what may be replaced, and hold no formula."""

import os
import stat
from pathlib import Path

import pandas as pd
import pytest

from pid.errors import InvalidInput
from pid.io.cells import harmless
from pid.io.writing import check_writable, write_whole


def test_a_mode_stays(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    for mode in (0o600, 0o640, 0o444, 0o755):
        file.write_text("before")
        file.chmod(mode)
        write_whole(file, "after", force=True)
        assert file.read_text() == "after"
        assert stat.S_IMODE(file.stat().st_mode) == mode
        file.unlink()


def test_a_new_file_is_as_others_are(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "out.json", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o640


@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "device", "link to a device"])
def test_devices_and_pipes_are_never_replaced(tmp_path: Path, kind: str) -> None:
    there = tmp_path / "there"
    if "pipe" in kind:
        os.mkfifo(there)
    else:
        there = Path(os.devnull)
    if "link" in kind:
        (tmp_path / "link").symlink_to(there)
        there = tmp_path / "link"
    before = there.lstat()
    for check in (check_writable, lambda path, force: write_whole(path, "", force=force)):
        with pytest.raises(InvalidInput, match="is a device or a pipe, and only files are over"):
            check(there, force=True)
    assert stat.S_IFMT(there.lstat().st_mode) == stat.S_IFMT(before.st_mode)


def test_a_dangling_link_is_there(tmp_path: Path) -> None:
    link = tmp_path / "out.json"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match=r"'.*out\.json' exists; choose another name"):
        write_whole(link, "text")
    write_whole(link, "text", force=True)
    assert not link.is_symlink()
    assert not (tmp_path / "nowhere").exists()


def test_names_that_cannot_be(tmp_path: Path) -> None:
    for name in ("a\x00", "n" * 5000):
        with pytest.raises(InvalidInput, match="cannot write"):
            write_whole(tmp_path / name, "")


def test_formulas_become_text() -> None:
    names = ["=1+1", "+1", "-1", "@A1", "\tx", "\rx", "a=b", "", "'"]
    frame = pd.DataFrame({"x1": names, "x2": pd.Categorical(names), "gap": range(-4, 5)})
    found = harmless(frame)
    for column in ("x1", "x2"):
        text = found[column].astype(str).tolist()
        assert text == [f"'{name}" for name in names[:6]] + names[6:]
    assert found["gap"].tolist() == list(range(-4, 5))
