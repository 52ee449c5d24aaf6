"""The site builds without a warning, and has every public name."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pid

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bounds", "datasets", "estimators", "inference", "plot", "report")


def test_every_public_name_is_on_a_page() -> None:
    pages = "\n".join(page.read_text() for page in (ROOT / "docs" / "api").glob("*.md"))
    shown = set(re.findall(r"^::: ([\w.]+)$", pages, re.MULTILINE))
    inside = {f"pid.{p}.{n}" for p in PACKAGES for n in importlib.import_module(f"pid.{p}").__all__}
    top = {f"pid.{name}" for name in pid.__all__} - {"pid.__version__"}
    named = {name.rpartition(".")[2] for name in shown}
    top -= {f"pid.{package}" for package in PACKAGES}
    assert top <= shown
    assert {name for name in inside if name.rpartition(".")[2] not in named} == set()


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
    text = "".join(f.read_text(encoding="utf-8") for f in tmp_path.glob("*.html"))
    assert not re.findall(r'(?:src|href)="https?://(?:fonts|cdn)[^"]*"', text)
