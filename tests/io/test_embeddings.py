"""Embeddings in files of their own, beside a table of labels, in Python and as a command."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import pid
from pid.cli import main
from pid.errors import InvalidInput
from pid.io.embeddings import load_sources


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> Path:
    """audio.npy, text.npz, labels.csv of the same 240 samples: y is told by the first of each."""
    audio = rng.normal(size=(240, 6)).astype(np.float32)
    text = rng.normal(size=(240, 3))
    y = (audio[:, 0] > 0).astype(int) + (text[:, 0] > 0)
    np.save(tmp_path / "audio.npy", audio)
    np.savez(tmp_path / "text.npz", text=text, noise=rng.normal(size=(240, 2)))
    np.savez(tmp_path / "only.npz", anything=text)
    frame = pd.DataFrame({"id": np.arange(240), "label": np.array(["no", "one", "both"])[y]})
    frame["speaker"] = np.arange(240) // 8
    frame["b.npy"] = rng.normal(size=240)
    frame.to_csv(tmp_path / "labels.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["quantify", *arguments])


PLAIN = ("--estimator", "cluster", "--interval", "none", "--json", "-")
FILES = ("--x1", "audio.npy", "--x2", "text.npz:text", "--y", "labels.csv:label")


def test_a_command_on_embeddings(folder: Path) -> None:
    answer = run(*FILES, *PLAIN)
    assert answer.exit_code == 0, answer.output
    row = json.loads(answer.stdout)
    assert [row[role] for role in ("x1", "x2", "y")] == [FILES[1], FILES[3], FILES[5]]
    assert row["n"] == 240
    text = np.load("text.npz")["text"]
    labels = pd.read_csv("labels.csv")["label"]
    q = pid.quantify(np.load("audio.npy"), text, labels, estimator="cluster", interval=None)
    assert row["synergy_counted"] == q.decomposition.synergy


def test_a_table_beside_arrays(folder: Path) -> None:
    """Plain names are columns of FILE, and so is a column that is called like a file."""
    chosen = load_sources(
        Path("labels.csv"), x1="audio.npy", x2="b.npy", y="label", groups="speaker"
    )
    assert isinstance(chosen.X1, np.memmap)
    assert chosen.X1.shape == (240, 6)
    assert list(chosen.X2.columns) == ["b.npy"]
    assert (chosen.y.name, chosen.groups.nunique()) == ("label", 30)
    answer = run("labels.csv", "--x1", "audio.npy", "--x2", "id,speaker", "--y", "label", *PLAIN)
    assert json.loads(answer.stdout)["x2"] == "id,speaker"


def test_labels_alone(folder: Path) -> None:
    """One column is enough where the others are arrays; else it looks like a wrong delimiter."""
    labels = pd.read_csv("labels.csv")["label"]
    labels.to_csv("alone.csv", index=False)
    for file, y in ((None, "alone.csv:label"), (Path("alone.csv"), "label")):
        chosen = load_sources(file, x1="audio.npy", x2="only.npz", y=y)
        assert chosen.y.tolist() == labels.tolist()
    with pytest.raises(InvalidInput, match="single column"):
        load_sources(Path("alone.csv"), x1="a", x2="b", y="label")


def test_an_archive_of_one_array_needs_no_name(folder: Path) -> None:
    chosen = load_sources(None, x1="only.npz", x2="text.npz:noise", y="labels.csv:label")
    assert np.array_equal(chosen.X1, np.load("text.npz")["text"])
    assert chosen.X2.shape == (240, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x1": "nowhere.npy"}, "x1: there is no file 'nowhere.npy'"),
        ({"x1": "audio"}, "x1 'audio' names no file; give FILE for columns, or a file such as"),
        ({"x2": "text.npz"}, "x2: say which array of text.npz; there are text.npz:text, text.npz:"),
        ({"x2": "text.npz:txt"}, "x2: say which array of text.npz"),
        ({"x1": "audio.npy:left"}, "x1: audio.npy is one array, and has no part 'left'"),
        ({"y": "labels.csv"}, "'labels.csv' names a table; say which column of it, as labels.csv:"),
        ({"y": "labels.csv:lable"}, "y 'lable' matches no column; did you mean 'label'"),
        ({"y": "labels.csv:label,id"}, "y must be a single column; got 2"),
        ({"x1": "deep.npy"}, r"x1: deep.npy has shape \(2, 3, 4\); it needs one row per sample"),
        ({"x1": "broken.npy"}, "x1: broken.npy is not an array"),
        ({"x1": "objects.npy"}, "x1: objects.npy is not an array of numbers or text"),
        ({"x1": "broken.npz"}, "x1: broken.npz is not an array"),
    ],
    ids=str,
)
def test_bad_sources(folder: Path, change: dict[str, str], message: str) -> None:
    np.save("deep.npy", np.zeros((2, 3, 4)))
    Path("broken.npy").write_bytes(b"\x93NUMPY no more")
    Path("broken.npz").write_bytes(b"PK no archive")
    np.save("objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    roles = {"x1": "audio.npy", "x2": "text.npz:text", "y": "labels.csv:label"}
    with pytest.raises(InvalidInput, match=message):
        load_sources(None, **(roles | change))  # type: ignore[arg-type]


def test_pickles_are_never_loaded(folder: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (Path("exploded"),)

    np.save("bomb.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    Path("raw.npy").write_bytes(pickle.dumps(Bomb()))
    for name in ("bomb.npy", "raw.npy"):
        answer = run("--x1", name, *FILES[2:])
        assert answer.exit_code == 2
        assert f"{name} is not an array" in answer.stderr
    assert not Path("exploded").exists()


def test_other_lengths_and_missing_files(folder: Path) -> None:
    np.save("short.npy", np.zeros((239, 2)))
    answer = run("--x1", "short.npy", *FILES[2:])
    assert answer.exit_code == 2
    assert "one row per sample each; got 239 in x1, 240 in x2 and 240 in y" in answer.stderr
    answer = run(*FILES, "--out-of-core")
    assert answer.exit_code == 2
    assert "--out-of-core counts in FILE, which is missing" in answer.stderr


def test_a_target_beside_a_file_is_no_part_of_a_source(tmp_path: Path) -> None:
    """Where one source is a file, columns of the table are apart all the same."""
    (tmp_path / "t.csv").write_text("a,b,y\n1,2,0\n3,4,1\n")
    np.save(tmp_path / "x.npy", np.eye(2))
    with pytest.raises(InvalidInput, match="x1 contains 'y', which is a target, group or weight"):
        load_sources(tmp_path / "t.csv", x1="*", x2=str(tmp_path / "x.npy"), y="y")
    chosen = load_sources(tmp_path / "t.csv", x1="rest", x2=str(tmp_path / "x.npy"), y="y")
    assert list(chosen.X1.columns) == ["a", "b"]
    assert chosen.notes == ("x1: rest is 2 columns (a, b)",)
