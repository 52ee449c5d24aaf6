"""The names of the JSON output: of every door, and of what earlier versions wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import pid
from pid.analysis.schema import SCHEMA, upgraded
from pid.cli import main
from pid.core.decomposition import ATOMS
from pid.errors import InvalidInput

NAMES = (*ATOMS, "total")
SOURCES = ("--x1", "a", "--x2", "b", "--y", "y")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rng = np.random.default_rng(0)
    a, b = rng.integers(2, size=(2, 300))
    frame = pd.DataFrame({"a": a, "b": b, "y": a & b, "said": a})
    frame.to_csv(tmp_path / "data.csv", index=False)
    frame.assign(y=a | b).to_csv(tmp_path / "other.csv", index=False)
    frame[["a", "y"]].to_csv(tmp_path / "one.csv", index=False)
    frame[["b", "y"]].to_csv(tmp_path / "two.csv", index=False)
    frame[["a", "b"]].to_csv(tmp_path / "both.csv", index=False)
    np.save(tmp_path / "half.npy", np.full((300, 2), 0.5))
    np.save(tmp_path / "two.npy", np.full((2, 300, 2), 0.5))
    monkeypatch.chdir(tmp_path)
    return tmp_path


DOORS = {
    "quantify": ("quantify", "data.csv", *SOURCES, "--if-missing"),
    "compare": ("compare", "data.csv", *SOURCES, "--model", "m=said", "--replicates", "20"),
    "two files": ("compare", "data.csv", "other.csv", *SOURCES, "--replicates", "20"),
    "bounds": ("bounds", "one.csv", "two.csv", "both.csv", *SOURCES, "--replicates", "5"),
    "screen": ("screen", "data.csv", "--y", "y", "--replicates", "20"),
    "given": ("quantify", "data.csv", *SOURCES, "--given", "said"),
    "posteriors": ("quantify", "--posteriors", "half.npy,half.npy,half.npy", "--y", "data.csv:y"),
    "layers": ("quantify", "--posteriors", "two.npy,two.npy,two.npy", "--y", "data.csv:y"),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_row_says_which_names_it_has(door: str, folder: Path) -> None:
    answer = CliRunner().invoke(main, [*DOORS[door], "--json", "out.json"])
    assert answer.exit_code == 0, answer.output
    written = json.loads(Path("out.json").read_text())
    rows = written if isinstance(written, list) else [written]
    assert rows
    for row in rows:
        assert (row["schema"], row["version"]) == (2, pid.__version__)
        assert not any("_corrected" in name for name in row)
        if "synergy" in row:
            assert {f"{name}_counted" for name in NAMES} <= set(row)
    back = CliRunner().invoke(main, ["report", "--from-json", "out.json"])
    assert json.loads(back.stdout) == written


def test_what_is_printed_first_has_the_plain_name() -> None:
    x1, x2, y = pid.datasets.make_gate("and").sample(200, random_state=0)
    q = pid.quantify(x1, x2, y)
    row = q.to_dict()
    assert q.corrected is not None
    for name in NAMES:
        assert row[name] == getattr(q.best, name)
        assert row[f"{name}_counted"] == getattr(q.decomposition, name)
    assert row["synergy"] != row["synergy_counted"]
    bare = pid.quantify(x1, x2, y, correction="none").to_dict()
    assert bare["synergy"] == bare["synergy_counted"]
    c = pid.compare({"m": y}, x1, x2, y, replicates=20)
    (model,) = c.to_dicts()
    assert model["total"] == c.models["m"].values["total"].corrected
    assert model["total_counted"] == c.models["m"].decomposition.total


OLD: dict[str, Any] = dict.fromkeys(NAMES, 0.5) | {"version": "0.2.0", "n": 9}


def test_what_earlier_versions_wrote_is_read_under_the_names_of_today() -> None:
    row = upgraded(OLD | {f"{name}_corrected": 0.25 for name in NAMES})
    assert row == (
        dict.fromkeys(NAMES, 0.25)
        | {f"{name}_counted": 0.5 for name in NAMES}
        | {"version": "0.2.0", "n": 9, "schema": SCHEMA}
    )
    assert upgraded(row) == row
    assert upgraded(OLD)["synergy_counted"] == 0.5
    assert upgraded({"synergy_lower": 0.1, "redundancy": 0.2})["redundancy"] == 0.2


@pytest.mark.extras
def test_files_of_earlier_and_of_later_versions(tmp_path: Path) -> None:
    from pid.report import read_report

    path = tmp_path / "old.json"
    path.write_text(json.dumps([OLD | {"synergy_corrected": 0.1}]))
    (row,) = read_report(path)
    assert (row["synergy"], row["synergy_counted"], row["schema"]) == (0.1, 0.5, 2)
    path.write_text(json.dumps(OLD | {"schema": 3}))
    with pytest.raises(InvalidInput, match="another version of this package: schema 3 is none of"):
        read_report(path)
