"""What the documents say works: every block, every notebook, every link, every public name."""

import contextlib
import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import pid
import pid.bounds
import pid.plot
from pid.estimators import coordination, fission, mutual_information

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NEED_EXTRAS = {
    ROOT / "docs" / f"{name}.md"
    for name in (
        "scale",
        "report",
        "coming-from",
        "value",
        "coordination",
        "fission",
        "posteriors",
        "time",
    )
}
LONG = {
    *(
        "README",
        "coordination",
        "fission",
        "half-labelled",
        "index",
        "posteriors",
        "quantify",
        "retained",
        "row-by-row",
        "scale",
        "screen",
        "sources",
        "time",
    ),
    "value",
}
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            id=relative(path),
            marks=[pytest.mark.extras] * (path in NEED_EXTRAS)
            + [pytest.mark.slow] * (path.stem in LONG),
        )
        for path in DOCUMENTS
    ],
)
def test_blocks(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Python and `pid ...` blocks run in order, in an empty folder, as a reader would."""
    names: dict[str, object] = {"__name__": "__main__"}
    with contextlib.chdir(tmp_path):
        for language, code in BLOCK.findall(path.read_text()):
            if language in {"python", "pycon"} and ">>>" in code:
                run_doctest(code, names, path)
            elif language == "python":
                exec(compile(code, str(path), "exec"), names)
            elif language in {"sh", "bash"}:
                run_commands(code)
    capsys.readouterr()


def run_doctest(code: str, names: dict[str, object], path: Path) -> None:
    test = doctest.DocTestParser().get_doctest(code, names, path.name, str(path), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(test, clear_globs=False)
    names.update(test.globs)
    assert runner.failures == 0


def run_commands(code: str) -> None:
    """Run the lines that call `pid`; others, as for installing, are not ours to run here."""
    from pid.cli import main

    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["pid"]:
            answer = CliRunner().invoke(main, words[1:], prog_name="pid")
            assert answer.exit_code == 0, f"{line}\n{answer.output}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_links(path: Path) -> None:
    targets = [path.parent / link for link in LINK.findall(path.read_text())]
    assert [str(target) for target in targets if not target.exists()] == []


def test_every_public_name_has_an_entry() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text()
    public = [f"pid.{name}" for name in pid.__all__]
    public += [f"pid.datasets.{name}" for name in pid.datasets.__all__]
    public += [f"pid.estimators.{name}" for name in pid.estimators.__all__]
    public += [f"pid.estimators.coordination.{name}" for name in coordination.__all__]
    public += [f"pid.estimators.fission.{name}" for name in fission.__all__]
    public += [f"pid.bounds.{name}" for name in pid.bounds.__all__ if name not in pid.__all__]
    public += [f"pid.plot.{name}" for name in pid.plot.__all__]
    information = "pid.estimators.mutual_information"
    public += [f"{information}.{n}" for n in mutual_information.__all__ if not n.isupper()]
    missing = [name for name in public if not re.search(rf"`{re.escape(name)}\b", reference)]
    assert not missing


@pytest.mark.slow
@pytest.mark.extras
@pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
def test_notebook(path: Path, tmp_path: Path) -> None:
    """The notebook has the cells of its .py file, and they run."""
    import jupytext

    from scripts.notebooks import execute

    run = execute(path, tmp_path)
    paired = jupytext.read(path.with_suffix(".ipynb"))
    cells, theirs = ([(c.cell_type, c.source) for c in n.cells] for n in (run, paired))
    assert cells == theirs, "run make docs to renew the .ipynb"
