"""``pid quantify --posteriors`` on the command line: the answer, layers, files, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import pid
from pid.cli import main
from pid.core.decomposition import ATOMS
from pid.datasets import continuous

FILES = ("--posteriors", "p1.npy,p2.npy,p12.npy")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["quantify", *map(str, words)], prog_name="pid")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> continuous.Continuous:
    """Exact posteriors, in files of one array and in an archive; layers; a table of labels."""
    monkeypatch.chdir(tmp_path)
    found = continuous.make("three", n=400)
    assert found.posteriors is not None
    roles = dict(zip(("p1", "p2", "p12"), found.posteriors, strict=True))
    np.savez("all.npz", p1=roles["p1"], p2=roles["p2"], p12=roles["p12"])
    for role, p in roles.items():
        np.save(f"{role}.npy", p)
        powers = [p**power for power in (0.2, 0.5, 1.0)]
        np.save(f"l{role}.npy", [q / q.sum(axis=1, keepdims=True) for q in powers])
        pd.DataFrame(p, columns=["x", "y", "z"]).to_csv(f"{role}.csv", index=False)
    labels = np.array(["ant", "bee", "cow"])[found.y]
    pd.DataFrame({"label": labels, "who": np.arange(400) // 4}).to_csv("labels.csv", index=False)
    return found


def answer(data: continuous.Continuous, *words: str) -> dict[str, object]:
    done = run(*words, "--json", "-")
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_the_answer(data: continuous.Continuous) -> None:
    done = run(*FILES, "--y", "labels.csv:label", "--names", "sound,sight,word")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "Partial information decomposition of p12.npy"
    assert max(map(len, lines)) <= 80
    text = " ".join(done.stdout.split())
    assert "Together sound and sight tell" in text
    assert "columns of p1, p2 and p12 are taken for ant, bee, cow, in this order" in text
    assert "posteriors;" in text
    assert done.stderr == ""


def test_json_is_what_python_says(data: continuous.Continuous) -> None:
    """From arrays of their own, of an archive, from tables, and with an equals sign."""
    assert data.posteriors is not None
    expected = pid.quantify_posteriors(*data.posteriors, data.y).to_dict()
    ways = (
        FILES,
        ("--posteriors=all.npz:p1,all.npz:p2,all.npz:p12",),
        ("--posteriors", "p1.csv:*,p2.csv:*,p12.csv:*"),
    )
    for way in ways:
        found = answer(data, *way, "--y", "labels.csv:label")
        for name in (*ATOMS, "total", "synergy_low", "total_high"):
            assert found[name] == pytest.approx(expected[name])
        assert found["schema"] == expected["schema"]
        assert found["target"] == "labels"


def test_options_reach_the_library(data: continuous.Continuous) -> None:
    assert data.posteriors is not None
    labels = data.posteriors, data.y
    words = ("--y", "labels.csv:label")
    cases: list[tuple[tuple[str, ...], dict[str, object]]] = [
        (("--calibrate",), {"calibrate": True}),
        (("--group-by", "labels.csv:who"), {"groups": np.arange(400) // 4}),
        (("--blocks", "8"), {"blocks": 8}),
        (("--interval", "0.8", "--unit", "nat"), {"interval": 0.8, "unit": "nat"}),
    ]
    for given, options in cases:
        found = answer(data, *FILES, *words, *given)
        expected = pid.quantify_posteriors(*labels[0], labels[1], **options).to_dict()  # type: ignore[call-overload]
        for name in ("total", "synergy_low", "units", "unit", "interval", "calibrated"):
            assert found[name] == pytest.approx(expected[name]), name
    turned = answer(data, *FILES, *words, "--classes", "cow,bee,ant")
    assert turned["total"] != answer(data, *FILES, *words)["total"]


def test_without_labels_what_the_model_says(data: continuous.Continuous) -> None:
    assert data.posteriors is not None
    found = answer(data, *FILES)
    assert found["target"] == "p12"
    assert found["total"] == pytest.approx(pid.quantify_posteriors(*data.posteriors).best.total)


@pytest.mark.extras
def test_rows(data: continuous.Continuous) -> None:
    assert data.posteriors is not None
    q = pid.quantify_posteriors(*data.posteriors, data.y)
    for name in ("rows.csv", "rows.parquet"):
        done = run(*FILES, "--y", "labels.csv:label", "--rows", name)
        assert done.exit_code == 0, done.output
        frame = pd.read_csv(name) if name.endswith("csv") else pd.read_parquet(name)
        assert len(frame) == 400
        np.testing.assert_allclose(frame[[*ATOMS]].mean(), [*q.best.atoms.values()], atol=1e-9)
        again = run(*FILES, "--y", "labels.csv:label", "--rows", name)
        assert (again.exit_code, "exists" in again.stderr) == (2, True)


def test_layers(data: continuous.Continuous) -> None:
    files = ("--posteriors", "lp1.npy,lp2.npy,lp12.npy", "--y", "labels.csv:label")
    done = run(*files, "--axis", "epoch", "--rows", "rows.csv")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "lp12.npy, epoch by epoch"
    assert max(map(len, lines)) <= 80
    assert "Warning: at epoch 0" in done.stderr
    assert "take --calibrate" in done.stderr
    assert len(pd.read_csv("rows.csv")) == 1200
    found = answer(data, *files)
    assert found["axis"] == "layer"
    assert len(found["rows"]) == 3  # type: ignore[arg-type]


@pytest.mark.extras
def test_pages(data: continuous.Continuous) -> None:
    """Of one answer and of layers; their numbers come back."""
    for files, name in ((FILES[1], "one.html"), ("lp1.npy,lp2.npy,lp12.npy", "many.html")):
        words = ("--posteriors", files, "--y", "labels.csv:label")
        done = run(*words, "--html", name)
        assert done.exit_code == 0, done.output
        page = Path(name).read_text()
        assert "<span>--posteriors</span>" in page  # the command that repeats it
        printed = CliRunner().invoke(main, ["report", "--from-json", name])
        assert json.loads(printed.stdout) == answer(data, *words)


def test_help_says_both_forms() -> None:
    assert "--posteriors P1,P2,P12" in run("--help").stdout
    form = run(*FILES, "--help").stdout
    assert "--calibrate" in form
    assert "--estimator" not in form


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--posteriors", "p1.npy,p2.npy"), "expected the files of p1, p2 and p12"),
        (("--posteriors",), "requires an argument"),
        ((*FILES, "--x1", "a"), "No such option"),
        ((*FILES, "data.csv"), "unexpected extra argument"),
        (("--posteriors", "p1.npy,p2.npy,none.npy"), "there is no file 'none.npy'"),
        (("--posteriors", "p1,p2,p12"), "p1 'p1' names no file"),
        (("--posteriors", "p1.npy,p2.npy,lp12.npy"), "must have one shape"),
        ((*FILES, "--y", "labels.csv"), "say which column of it"),
        ((*FILES, "--y", "labels.csv:nothing"), "nothing"),
        ((*FILES, "--y", "labels.csv:who"), "give classes, the label of each column"),
        ((*FILES, "--y", "labels.csv:label", "--classes", "a,b,c"), "none of the classes"),
        ((*FILES, "--axis", "epoch"), "first of three axes"),
        ((*FILES, "--rows", "rows.txt"), "expected a name in .csv or .parquet"),
        ((*FILES, "--rows", "a.csv", "--json", "a.csv"), "two outputs have one name"),
        ((*FILES, "--names", "a,b"), "names must be"),
    ],
)
def test_refusals(words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.output
