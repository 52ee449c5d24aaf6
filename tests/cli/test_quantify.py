"""The command: what it prints, where, its exit codes, and that it never leaves half a file."""

import errno
import json
import os
import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import pid
from pid.analysis.names import plain
from pid.cli import main
from pid.core.decomposition import Decomposition

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["--x1", "a_*", "--x2", "b", "--y", "label"]
ROWS = "".join(f"{i % 2},{i // 2 % 2},{i // 4 % 2},{i % 2 ^ i // 4 % 2}\n" for i in range(80))
GOOD = f"a_1,a_2,b,label\n{ROWS}"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="pid")


def refused(answer: Result) -> str:
    """The one sentence of a refusal."""
    assert isinstance(answer.exception, SystemExit), answer.exception
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("Error: ")
    assert answer.stderr.count("\n") == 1
    return answer.stderr


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text(GOOD)
    return tmp_path


# --- results ----------------------------------------------------------------------------------


def test_table_with_intervals(folder: Path) -> None:
    answer = run("quantify", "data.csv", *SOURCES, "--estimator", "table")
    rows = [line.split() for line in answer.stdout.splitlines()]
    assert rows[2][:6] == ["Together", "a_*", "and", "b", "tell", "all"]  # the answer first
    rows = rows[rows.index(["y", "label", "2", "classes"]) + 2 :]
    assert rows[0] == ["bit", "95%", "interval", "counted", "share"]
    assert rows[4][0] == "synergy"
    corrected, low, to, high, counted = rows[4][1:6]
    assert (to, counted) == ("to", "1.0000")
    assert float(low) < float(corrected) == float(high) == 1  # nothing is above one bit of y
    assert max(map(len, answer.stdout.splitlines())) <= 80


def test_dependent_rows(folder: Path) -> None:
    """Each row twice, under one number: --group-by sees through the copies, blocks as well."""
    lines = GOOD.splitlines()
    rows = [f"{line},{i},2" for i, line in enumerate(lines[1:]) for _ in range(2)]
    (folder / "twice.csv").write_text("\n".join([f"{lines[0]},id,weight", *rows]) + "\n")

    def row(*options: str) -> dict[str, float]:
        asked = ("--estimator", "cluster", *options)
        answer = run("quantify", "twice.csv", *SOURCES, *asked, "--json", "-")
        found: dict[str, float] = json.loads(answer.stdout)
        return found

    alone, grouped, blocks = row(), row("--group-by", "id"), row("--blocks", "2")
    assert (alone["n"], alone["units"], grouped["units"]) == (160, 160, 80)
    reach = 1 - alone["synergy_low"], 1 - grouped["synergy_low"]
    assert reach[1] == pytest.approx(2 * reach[0], rel=0.2)  # of order 1 / units
    for name in ("synergy_low", "synergy_high", "total"):
        assert grouped[name] == pytest.approx(blocks[name], abs=1e-9)
    assert row("--weights", "weight")["synergy_low"] == pytest.approx(alone["synergy_low"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--group-by", "nobody"], "groups 'nobody' matches no column"),
        (["--group-by", "b"], "x2 contains 'b', the column of groups; narrow the pattern"),
        (["--weights", "label"], "weights[0] is 0; weights must be finite and positive"),
        (["--blocks", "80"], "all rows are in one group or block"),
        (["--interval", "95"], "expected a coverage between 0 and 1, or none; got '95'"),
        (["--interval", "wide"], "expected a coverage between 0 and 1, or none; got 'wide'"),
        (["--replicates", "1"], "expected a whole number of at least 2, or auto"),
        (["--correction", "laplace"], "laplace"),
    ],
)
def test_bad_inference_options(folder: Path, options: list[str], message: str) -> None:
    assert message in refused(run("quantify", "data.csv", *SOURCES, *options))


def test_table_of_symbols(folder: Path) -> None:
    plain = ["--interval", "none", "--correction", "none"]
    answer = run("quantify", "data.csv", *SOURCES, "--estimator", "table", *plain)
    assert (answer.exit_code, answer.stderr) == (0, "")
    lines = answer.stdout.splitlines()
    assert lines[0] == "Partial information decomposition of data.csv"
    assert lines[4:7] == [
        "  x1  a_*    2 columns, 4 symbols",
        "  x2  b      2 symbols",
        "  y   label  2 classes",
    ]
    zero = ["0.0000", "0%"]
    assert [line.split() for line in lines[8:14]] == [
        ["bit", "share"],
        ["redundancy", *zero],
        ["unique", "to", "a_*", *zero],
        ["unique", "to", "b", *zero],
        ["synergy", "1.0000", "100%", "█" * 30],
        ["total", "1.0000", "of", "1.0000", "in", "y"],
    ]
    text = " ".join(answer.stdout.split())
    assert "tell all of label. Of that: 100% synergy." in text
    assert "samples 80, in 4 x 2 x 2 cells: 0.2 cells per sample" in text
    assert (
        "uncertainty solver certificate: exact to 1.4e-12 bit for the counted table; the est"
        in text
    )
    assert " s\n" in answer.stdout
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line != line.rstrip()]
    assert "\x1b" not in answer.stdout


def test_json_to_stdout(folder: Path) -> None:
    answer = run("quantify", "data.csv", *SOURCES, "--json", "-", "--unit", "nat")
    row = json.loads(answer.stdout)
    assert (row["x1"], row["x2"], row["y"], row["unit"]) == ("a_*", "b", "label", "nat")
    assert (row["schema"], row["version"]) == (2, pid.__version__)
    assert sorted(os.listdir()) == ["data.csv"]


def test_json_to_a_file(folder: Path) -> None:
    answer = run("quantify", "data.csv", *SOURCES, "--json", "out.json")
    assert answer.stdout.startswith("Partial information decomposition")
    first = json.loads((folder / "out.json").read_text())
    assert first == json.loads(run("quantify", "data.csv", *SOURCES, "--json", "-").stdout)
    assert sorted(os.listdir()) == ["data.csv", "out.json"]
    assert "exists" in refused(run("quantify", "data.csv", *SOURCES, "--json", "out.json"))
    assert run("quantify", "data.csv", *SOURCES, "--json", "out.json", "--force").exit_code == 0


@pytest.mark.slow
def test_continuous_target_is_said_to_be_binned(folder: Path) -> None:
    rows = "".join(f"{i % 2},{i % 3},{i / 3}\n" for i in range(200))
    (folder / "data.csv").write_text(f"a_1,b,label\n{rows}")
    answer = run("quantify", "data.csv", *SOURCES)
    assert "y   label  4 bins" in answer.stdout
    assert "y: numbers, cut into 4 bins at" in answer.stdout
    assert "label  3 bins" in run("quantify", "data.csv", *SOURCES, "--target-bins", "3").stdout
    assert "200 classes" in run("quantify", "data.csv", *SOURCES, "--target-bins", "none").stdout


def test_bins_of_the_target_as_they_were_called(folder: Path) -> None:
    rows = "".join(f"{i % 2},{i % 3},{i / 3}\n" for i in range(60))
    (folder / "data.csv").write_text(f"a_1,b,label\n{rows}")
    words = ("quantify", "data.csv", *SOURCES, "--interval", "none", "--json", "-")
    for value in ("3", "none"):
        before, now = run(*words, "--bins", value), run(*words, "--target-bins", value)
        assert json.loads(before.stdout) == json.loads(now.stdout)
        assert "--bins of the target are now called --target-bins" in before.stderr
        assert "--bins" not in now.stderr


def test_bins_of_columns(folder: Path) -> None:
    rows = "".join(f"{i * 7 % 300},{i * 11 % 300},{i % 2}\n" for i in range(300))
    (folder / "data.csv").write_text(f"a_1,b,label\n{rows}")
    answer = run("quantify", "data.csv", *SOURCES, "--estimator", "bins", "--clusters", "5")
    assert answer.exit_code == 0, answer.output
    assert "5 bins" in answer.stdout
    assert "now called" not in answer.stderr


def test_notes_are_not_lost_to_json(folder: Path) -> None:
    rows = "".join(f"{i % 2},{i % 3},{i / 3}\n" for i in range(200))
    (folder / "data.csv").write_text(f"a_1,b,label\n{rows}")
    answer = run("quantify", "data.csv", *SOURCES, "--json", "-")
    assert json.loads(answer.stdout)["y"] == "label"
    assert answer.stderr.startswith("Note: y: numbers, cut into 4 bins at")
    beside = run("quantify", "data.csv", *SOURCES, "--json", "out.json")
    assert "Note: " not in beside.stderr


def test_certificate_is_not_below_rounding(folder: Path) -> None:
    rows = "".join(f"{i % 2},{i // 2 % 2},{i % 2 & i // 2 % 2}\n" for i in range(80))
    (folder / "data.csv").write_text(f"a_1,b,label\n{rows}")
    for unit, least in (("bit", "1.4e-12"), ("nat", "1.0e-12")):
        answer = run("quantify", "data.csv", *SOURCES, "--unit", unit)
        assert f"solver certificate: exact to {least} {unit} for the counted table" in answer.stdout


def test_number_of_clusters(folder: Path) -> None:
    answer = run("quantify", "data.csv", *SOURCES, "--clusters", "3")
    assert "a_*    2 columns, 3 clusters" in answer.stdout


def test_sparse_table_warns_on_stderr(folder: Path) -> None:
    rows = "".join(f"{i % 19},{i % 17},{i % 2}\n" for i in range(60))
    (folder / "data.csv").write_text(f"a_1,b,label\n{rows}")
    answer = run("quantify", "data.csv", *SOURCES)
    assert answer.exit_code == 0
    assert answer.stderr.startswith("Warning: the table is too sparse to trust")
    assert "Not to be trusted, see the warning" in answer.stdout
    assert json.loads(run("quantify", "data.csv", *SOURCES, "--json", "-").stdout)


def test_names_from_the_file_do_nothing_to_the_terminal(folder: Path) -> None:
    evil = "a_\x1b[31m[bold]red[/bold]\u202e=1+1"
    (folder / "data.csv").write_text(GOOD.replace("a_1", evil).replace(",b,", ",[/],"))
    words = ["--x1", evil, "--x2", "[/]", "--y", "label"]
    answer = run("quantify", "data.csv", *words)
    assert answer.exit_code == 0, answer.stderr
    assert r"a_\x1b[31m[bold]red[/bold]\u202e=1+1" in answer.stdout
    assert plain(answer.stdout.replace("\n", "")) == answer.stdout.replace("\n", "")
    raw = run("quantify", "data.csv", *words, "--json", "-").stdout
    assert raw.isascii() and "\x1b" not in raw
    assert json.loads(raw)["x1"] == evil
    message = refused(run("quantify", "data.csv", "--x1", evil + "\n", "--x2", "b", "--y", "label"))
    assert "\x1b" not in message


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("a_1,b,label\n", "has a header but no rows"),
        ("a_1,b,label\n1,2,3\n", "y has a single class, 3, in all 1 samples"),
        (b"\xff\xfda_1,b,label\n1,2,3\n", "is not UTF-8 text"),
        ("a_1,b,label\n1,2,3\n4,5\n", "line 3 has 2 fields"),
        ("a_1,b,b,label\n1,2,3,4\n", "2 columns named 'b'"),
        ('a_1,b,label\n1,"2,3\n', "mend the quotes"),
        (
            "a_1,b,label\n1,2,yes\n3,,no\n,5,no\n",
            "2 columns have missing values, the first in data row 2: column 'a_1' of x1 (1), "
            "column 'b' of x2 (1); leave out such rows by --missing drop",
        ),
        ("a_1,b,label\n1,2,0\n3,4,NA\n5,6,1\n", "column 'label' of y has 1 missing value"),
        ("a_1,b,label\n1,2,0\ninf,4,1\n", "column 'a_1' of x1 has 1 infinite value"),
        ("a_1,b,label\n1,2,0\n1e400,4,1\n", "infinite"),
        ("a_1,b,label\n1,2,yes\n3,4,yes\n", "y has a single class, 'yes'"),
        ("a_1,b,label\n" + "".join(f"{i}.5,{i},r{i}\n" for i in range(9)), "y has 9 classes in 9"),
        ("a_1,b,label\n" + "".join(f"{i},2,{i % 2}\n" for i in range(30)) + "n/s,2,1\n", "'n/s'"),
    ],
)
def test_bad_files(content: str | bytes, message: str, folder: Path) -> None:
    (folder / "data.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    assert message in refused(run("quantify", "data.csv", *SOURCES, "--json", "out.json"))
    assert os.listdir() == ["data.csv"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.csv", *SOURCES], "cannot read 'none.csv': No such file"),
        ([".", *SOURCES], "cannot read '.': Is a directory"),
        (["data.csv/x.csv", *SOURCES], "Not a directory"),
        (["data.csv"], "Missing option '--y'"),
        (["data.csv", "--y", "label"], "Missing option '--x1'; name two sources by --x1 and --x2"),
        (["data.csv", "--x1", "zz*", "--x2", "b", "--y", "label"], "x1 'zz*' matches no column"),
        (["data.csv", "--x1", "a_*", "--x2", "b", "--y", "lebal"], "did you mean 'label'?"),
        (["data.csv", "--x1", "*", "--x2", "b", "--y", "label"], "contains the target 'label'"),
        (["data.csv", "--x1", "a_*", "--x2", "a_1", "--y", "label"], "share 1 column"),
        (["data.csv", *SOURCES, "--estimator", "magic"], "'magic' is not one of"),
        (["data.csv", *SOURCES, "--estimator", "table", "--clusters", "3"], "makes no clusters"),
        (
            ["data.csv", *SOURCES, "--clusters", "0"],
            "'--clusters': expected a whole number of at least 1, or auto; got '0'",
        ),
        (["data.csv", *SOURCES, "--clusters", "2.5"], "or auto; got '2.5'"),
        (["data.csv", *SOURCES, "--clusters", "-2"], "expected a whole number of at least 1"),
        (
            ["data.csv", *SOURCES, "--target-bins", "1"],
            "expected a whole number of at least 2, or auto or none",
        ),
        (["data.csv", *SOURCES, "--target-bins", "few"], "or auto or none; got 'few'"),
        (["data.csv", *SOURCES, "--unit", "byte"], "'byte' is not one of"),
        (["data.csv", *SOURCES, "--random-state", "-1"], "-1 is not in the range"),
        (["data.csv", *SOURCES, "--random-state", "99999999999"], "random_state must be"),
        (["data.csv", *SOURCES, "--wrong"], "No such option"),
        (["data.csv", *SOURCES, "--json", "."], "'.' is a folder; name a file"),
        (["data.csv", *SOURCES, "--json", "no/out.json"], "there is no folder 'no'"),
        (["data.csv", *SOURCES, "--json", "data.csv"], "or overwrite it: --force"),
    ],
)
def test_wrong_use(words: list[str], message: str, folder: Path) -> None:
    assert message in refused(run("quantify", *words))
    assert (folder / "data.csv").read_text() == GOOD


def test_unreadable_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:  # file modes do not stop an administrator
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in refused(run("quantify", "data.csv", *SOURCES))


def test_unwritable_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    message = refused(run("quantify", "data.csv", *SOURCES, "--json", "out.json"))
    assert "cannot write 'out.json': Permission denied" in message
    assert os.listdir() == ["data.csv"]


def test_too_little_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("pid.io.embeddings.load", refuse)
    message = refused(run("quantify", "data.csv", *SOURCES))
    assert "do not fit into memory; choose fewer columns, or let 'pid quantify' count" in message


def test_no_certified_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    best = Decomposition(redundancy=0, unique1=0, unique2=0, synergy=0, unit="bit")

    def fail(*_: object, **__: object) -> None:
        raise pid.SolverFailed("no method closed the gap", best)

    monkeypatch.setattr("pid.analysis.quantification.assess.decompose", fail)
    answer = run("quantify", "data.csv", *SOURCES, "--estimator", "table", "--json", "out.json")
    assert (answer.exit_code, answer.stdout) == (3, "")
    assert answer.stderr == "Error: no method closed the gap\n"
    assert os.listdir() == ["data.csv"]


@pytest.mark.extras
def test_parquet(folder: Path) -> None:
    import pandas as pd

    pd.read_csv("data.csv").to_parquet("data.parquet")
    rows = [
        json.loads(run("quantify", name, *SOURCES, "--json", "-").stdout)
        for name in ("data.csv", "data.parquet")
    ]
    assert rows[0] == rows[1]


def test_parquet_without_pyarrow(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (folder / "data.parquet").write_bytes(b"PAR1")
    message = refused(run("quantify", "data.parquet", *SOURCES))
    assert "pip install '.[scale]'" in message


# --- the command itself -----------------------------------------------------------------------


def test_version() -> None:
    assert run("--version").stdout == f"pid, version {pid.__version__}\n"


@pytest.mark.parametrize("words", [["-h"], ["quantify", "-h"], ["datasets", "--help"]])
def test_help(words: list[str]) -> None:
    answer = run(*words)
    assert answer.exit_code == 0
    assert answer.stdout.startswith("Usage: pid ")


@pytest.mark.parametrize("words", [[], ["datasets"]])
def test_a_group_alone_shows_its_help(words: list[str]) -> None:
    assert {"Start here:", "Commands:"} & set(run(*words).output.splitlines())


def test_unknown_command() -> None:
    assert "No such command 'quantfy'" in refused(run("quantfy"))


def spawn(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "pid", *words]
    env = {**os.environ, "PYTHONPATH": paths, **environment}
    return subprocess.run(command, capture_output=True, env=env)


def test_as_a_process(folder: Path) -> None:
    answer = spawn("quantify", "data.csv", *SOURCES)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.decode().startswith("Partial information decomposition of data.csv\n")


def test_bad_input_as_a_process(folder: Path) -> None:
    answer = spawn("quantify", "none.csv", *SOURCES)
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert answer.stderr == b"Error: cannot read 'none.csv': No such file or directory\n"


@pytest.mark.slow
def test_terminal_without_unicode(folder: Path) -> None:
    (folder / "data.csv").write_text(GOOD.replace("label", "größe"), encoding="utf-8")
    words = ["--x1", "a_*", "--x2", "b", "--y", "größe"]
    answer = spawn("quantify", "data.csv", *words, PYTHONIOENCODING="ascii")
    assert answer.returncode == 0, answer.stderr
    assert b"gr\\xf6\\xdfe" in answer.stdout
    assert b"#" * 8 in answer.stdout


def test_progress_on_a_terminal_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPatience(threading.Timer):
        def start(self) -> None:
            self.function()

        def join(self, timeout: float | None = None) -> None:
            pass

    monkeypatch.setattr("pid.cli.progress.threading.Timer", NoPatience)
    assert run("quantify", "data.csv", *SOURCES).stderr == ""
    monkeypatch.setenv("FORCE_COLOR", "1")  # for rich, as good as a terminal
    answer = run("quantify", "data.csv", *SOURCES)
    assert "Reading, fitting, solving and resampling" in answer.stderr
    assert "Reading" not in answer.stdout
    assert "\x1b" in answer.stdout


def test_help_needs_no_heavy_module() -> None:
    heavy = {"sklearn", "pandas", "cvxpy", "narwhals", "rich", "torch", "matplotlib", "pyarrow"}
    code = f"import sys, pid.cli; print(*({heavy} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (answer.stdout.strip(), answer.stderr) == ("", "")


def test_documented_output(folder: Path) -> None:
    """The output in docs/quantify.md is what its commands print, but for times and iterations."""
    text = (ROOT / "docs" / "quantify.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text output\n(.*?)```", text, re.DOTALL)
    commands = re.findall(r"^pid (.*)$", text, re.MULTILINE)
    counting = next(command for command in commands if "--estimator cluster" in command)
    answers = [run(*shlex.split(command)) for command in (commands[0], counting)]
    assert [answer.exit_code for answer in answers] == [0, 0]

    def steady(output: str) -> str:
        return re.sub(r"exact to \S+ bit|\d+ iterations|\S+ s$", "...", output, flags=re.MULTILINE)

    assert steady(answers[1].stdout) == steady(shown)


@pytest.mark.slow
@pytest.mark.extras
def test_documented_example(folder: Path) -> None:
    """The same of the first output, whose digits depend on the processor: all but numbers."""
    text = (ROOT / "docs" / "quantify.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text example\n(.*?)```", text, re.DOTALL)
    commands = re.findall(r"^pid (.*)$", text, re.MULTILINE)[:2]
    _, answer = [run(*shlex.split(command)) for command in commands]

    def words(output: str) -> list[str]:
        return re.sub(r"-?\d[\d.e-]*%?|█", "", output).split()

    def atoms(output: str) -> list[float]:
        table = output.partition("samples")[0]
        return [
            float(x)
            for x in re.findall(r"^ +(?:[\w*]+ )*[\w*]+ +(-?\d\.\d{4})", table, re.MULTILINE)
        ]

    assert words(answer.stdout) == words(shown)
    assert len(atoms(shown)) == 5
    assert atoms(answer.stdout) == pytest.approx(atoms(shown), abs=0.1)


@pytest.mark.slow
@pytest.mark.extras
def test_documented_sources(folder: Path) -> None:
    """Three sources of docs/sources.md: the same words, and numbers but for the processor."""
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text example\n(.*?)```", text, re.DOTALL)
    commands = re.findall(r"^pid (.*)$", text, re.MULTILINE)[:2]
    _, answer = [run(*shlex.split(command)) for command in commands]
    begun = answer.stdout[: answer.stdout.index("  note ")]

    def words(output: str) -> list[str]:
        return re.sub(r"-?\d[\d.e-]*%?|█", "", output).split()

    def numbers(output: str) -> list[float]:
        return [float(x) for x in re.findall(r"-?\d\.\d{4}", output)]

    assert words(begun) == words(shown)
    assert numbers(begun) == pytest.approx(numbers(shown), abs=0.1)
