"""What a release is checked for: one version, a clean tree, tags and metadata that agree."""

import subprocess
from pathlib import Path

import pytest

from scripts import lowest, release

HEAD = "Metadata-Version: 2.4\nName: pid-toolkit\nVersion: 1.2\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project of version 1.2 in one commit."""
    (tmp_path / "pid").mkdir()
    (tmp_path / "pid" / "_version.py").write_text('__version__ = "1.2"\n')
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 1.2\n")
    (tmp_path / "CHANGELOG.md").write_text(
        "## [Unreleased]\n\n## [1.2] - 2026-02-01\n\n## [1.1] - 2026-01-01\n"
    )
    (tmp_path / "README.md").write_text("# Title\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "1.2")
    return tmp_path


def git(tree: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(tree), *words], check=True)


def test_one_version_everywhere() -> None:
    assert list(release.of_versions()) == []


def test_a_version_that_was_forgotten_is_named(tree: Path) -> None:
    assert list(release.of_versions(tree)) == []
    (tree / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 1.1\n")
    (wrong,) = release.of_versions(tree)
    assert wrong.startswith("versions differ: pid/_version.py has 1.2, CITATION.cff has 1.1")


def test_a_changelog_that_was_not_cut_is_named(tree: Path) -> None:
    (tree / "CHANGELOG.md").write_text("## [Unreleased]\n")
    assert "CHANGELOG.md has none" in next(release.of_versions(tree))


def test_trees_and_tags(tree: Path) -> None:
    git(tree, "tag", "v1.2")
    git(tree, "tag", "before-the-fix")
    assert list(release.of_commit("1.2", tree)) == []
    git(tree, "tag", "v1.3")
    (tree / "new.txt").write_text("")
    dirty, tagged = release.of_commit("1.2", tree)
    assert dirty.endswith("?? new.txt")
    assert tagged == "the commit is tagged v1.3, and the version is 1.2"


def test_metadata(tree: Path) -> None:
    def wrong(text: str) -> list[str]:
        return list(release.of_metadata(text.encode(), tree))

    markdown = "Description-Content-Type: text/markdown\n"
    assert wrong(f"{HEAD}{markdown}\n# Title\n") == []
    assert wrong(f"{HEAD}\n# Title\n") == ["the description is None, not text/markdown"]
    assert wrong(f"{HEAD}{markdown}\n# Other\n") == ["the description is not README.md"]
    assert "'x!' is invalid for 'version'" in wrong(HEAD.replace("1.2", "x!"))[0]


def test_what_a_release_has(tree: Path, tmp_path: Path) -> None:
    (tree / "CHANGELOG.md").write_text(
        "## [Unreleased]\n\n## [1.2] - 2026-02-01\n\n### Added\n\n- One.\n\n## [1.1] - 2026-01-01\n"
    )
    (tree / "build" / "site").mkdir(parents=True)
    (tree / "build" / "site" / "index.html").write_text("<p>page")
    built, out = tmp_path / "built", tmp_path / "dist"
    built.mkdir()
    (built / "a.whl").write_text("wheel")
    release.leave("1.2", built, out, tree)
    assert {path.name for path in out.iterdir()} == {"a.whl", "pid-toolkit-1.2-site.zip", "notes"}
    assert (out / "notes" / "notes.md").read_text() == "### Added\n\n- One.\n"
    assert release.notes("1.1", tree) == "\n"
    assert release.notes("3", tree) == ""


def test_lowest_versions() -> None:
    """Every bound is a lower one, so that it can be a pin."""
    pins = lowest.pins()
    assert "pytest==9" in pins
    assert all(pin.count("==") == 1 and ">" not in pin for pin in pins)
