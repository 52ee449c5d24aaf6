"""A few hundred broken and odd files through every command, and what the counting counts."""

from pathlib import Path

import click
import numpy as np
import pytest

from scripts import page

pytestmark = pytest.mark.extras


@pytest.mark.slow
def test_no_file_ends_in_a_traceback() -> None:
    from scripts import stress_files

    found = [stress_files.run(2026, index) for index in range(10 * len(stress_files.KINDS))]
    faults = [one for one in found if one.outcome in stress_files.FAULTS]
    assert not faults
    assert {one.outcome for one in found} >= {"answered", "refused"}


def test_files_come_from_their_seed(tmp_path: Path) -> None:
    from scripts import stress_files

    for index in range(len(stress_files.KINDS) - 1):  # kept parts take a run
        folders = [tmp_path / f"{index}-{i}" for i in range(3)]
        for folder in folders:
            folder.mkdir()
        seeds = (0, 0, 1)
        cases = [stress_files.case(s, index, f) for s, f in zip(seeds, folders, strict=True)]
        contents = [
            {file.name: file.read_bytes() for file in folder.iterdir()} for folder in folders
        ]
        assert cases[0] == cases[1]
        assert contents[0] == contents[1]
        assert (cases[0], contents[0]) != (cases[2], contents[2])


def test_faults_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scripts import stress_files

    @click.group()
    def broken() -> None:
        pass

    @broken.command()
    def traceback() -> None:
        raise KeyError("a")

    @broken.command()
    @click.pass_context
    def exits(ctx: click.Context) -> None:
        ctx.exit(7)

    @broken.command()
    @click.pass_context
    def silent(ctx: click.Context) -> None:
        ctx.exit(2)

    @broken.command()
    def slow() -> None:
        while True:
            np.zeros(3)

    monkeypatch.setattr(stress_files, "cli", broken)
    monkeypatch.setattr(stress_files, "LIMIT", 0.2)
    outcomes = [stress_files._outcome([w])[0] for w in ("traceback", "exits", "silent", "slow")]
    assert outcomes == ["traceback", "wrong exit", "no sentence", "too slow"]


@pytest.mark.slow
def test_the_counts_are_written(tmp_path: Path) -> None:
    from scripts import stress_files

    stress_files.main(["--files", "11", "--out", str(tmp_path)])
    text = (tmp_path / "scale.md").read_text(encoding="utf-8")
    assert "| all | 11 |" in text
    assert (tmp_path / "figures" / "stress_files.csv").exists()
    assert page.markdown_table(["a"], [["1"]]) == "| a |\n| --- |\n| 1 |"
