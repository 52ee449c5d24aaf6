"""The site builds without a warning; doors, gallery, peers and every public name are there."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pid

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PACKAGES = ("bounds", "datasets", "estimators", "inference", "plot", "report")


PEERS = (
    *("dit", "BROJA_2PID", "IDTxl", "SURD", "hoi"),
    *("frites", "gpid", "infomeasure", "facet", "shapiq"),
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b|[\"']tab:\w+|[\"']C\d[\"']")
GRID = "#e3e3e3"


def entries(page: Path) -> list[str]:
    return re.findall(r"^::: ([\w.]+)$", page.read_text(), re.MULTILINE)


def test_every_public_name_is_on_one_page() -> None:
    every = [name for page in (DOCS / "api").glob("*.md") for name in entries(page)]
    shown = set(every)
    assert len(every) == len(shown)
    inside = {f"pid.{p}.{n}" for p in PACKAGES for n in importlib.import_module(f"pid.{p}").__all__}
    top = {f"pid.{name}" for name in pid.__all__} - {"pid.__version__"}
    named = {name.rpartition(".")[2] for name in shown}
    top -= {f"pid.{package}" for package in PACKAGES}
    assert top <= shown
    assert {name for name in inside if name.rpartition(".")[2] not in named} == set()


@pytest.mark.parametrize("page", sorted((DOCS / "api").glob("*.md")), ids=lambda path: path.stem)
def test_every_entry_stands_in_the_table_of_its_page(page: Path) -> None:
    """Once, with when it is for: the row of a call, which has its answers at the end."""
    rows = re.findall(r"^\| (\[.*?) \| (.+?) \| (.*?) ?\|$", page.read_text(), re.MULTILINE)
    linked = [link for row in rows for link in re.findall(r"\(#([\w.]+)\)", "".join(row))]
    assert sorted(linked) == sorted(entries(page))


def test_decompose_comes_first() -> None:
    config = (ROOT / "mkdocs.yml").read_text()
    assert re.findall(r"api/(\w+)\.md", config)[0] == "decompose"
    assert entries(DOCS / "api" / "decompose.md")[0] == "pid.decompose"


def test_three_doors() -> None:
    """Each has three lines to type at most, which `test_docs` runs, and a page to go on with."""
    doors = (DOCS / "index.md").read_text().split('<div class="door" markdown>')[1:]
    titles = [re.findall(r"^## (.*)$", door, re.MULTILINE)[0] for door in doors]
    assert titles == ["I have a CSV", "I have embeddings", "I have models"]
    for door in (door.partition("</div>")[0] for door in doors):
        ((language, code),) = BLOCK.findall(door)
        lines = code.splitlines() if language == "sh" else ast.parse(code).body
        assert 1 <= len([line for line in lines if not isinstance(line, ast.Import)]) <= 3
        assert re.search(r"\]\([\w./-]+\.(md|ipynb)", door.partition("\n```\n")[2])


def test_gallery() -> None:
    """Every card has a picture that is there, words for it, and a page that answers."""
    cards = (DOCS / "gallery.md").read_text().split("<div markdown>")[1:]
    assert len(cards) >= 12
    for card in cards:
        ((words, picture, link),) = re.findall(r"\[!\[(.+)\]\((\S+)\)\]\((\S+)\)", card)
        assert len(words) > 10
        assert (DOCS / picture).read_bytes().startswith(b"\x89PNG")
        assert (DOCS / link.partition("#")[0]).exists()
        assert f"?]({link})" in card


def test_peers() -> None:
    text = (DOCS / "peers.md").read_text()
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    assert sorted(sections) == sorted(PEERS)
    for name, section in sections.items():
        assert f"| [{name}](#{name.lower()}) |" in text
        assert "https://" in section and "**Better**" in section and "**Instead, when**" in section


def test_one_palette() -> None:
    """Scripts take colours from `pid.plot.style`; a notebook shows only such."""
    from pid.plot import style

    known = {*style.COLOURS.values(), *style.OF_SOURCES, style.INK, style.GREY, GRID}
    paths = [*(ROOT / "scripts").glob("*.py"), *(ROOT / "notebooks").glob("*.py")]
    strange = {
        (path.name, colour.strip("\"'"))
        for path in paths
        for colour in COLOUR.findall(path.read_text(encoding="utf-8"))
        if colour not in known
    }
    assert strange == set()


@pytest.mark.slow
@pytest.mark.extras
def test_strict_build(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    page = (tmp_path / "api" / "decompose.html").read_text(encoding="utf-8")
    assert "Quantifying Unique Information" in page or "Bertschinger" in page
    tutorial = (tmp_path / "notebooks" / "04_read_a_report.html").read_text(encoding="utf-8")
    assert 'src="data:image/png;base64,' in tutorial and "<table" in tutorial
    assert f"pid-toolkit {pid.__version__}" in tutorial
    text = "".join(f.read_text(encoding="utf-8") for f in tmp_path.rglob("*.html"))
    assert "```" not in text  # a fence that was not one
    assert not re.findall(r'href="[^":]*\.(?:ipynb|md)["#]', text)
    assert not re.findall(r'(?:src|href)="https?://(?:fonts|cdn)[^"]*"', text)
