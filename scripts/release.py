"""Whether this commit can be released: one version everywhere, a clean tree, a build that is whole.

Run as ``make release-check``; it says what is wrong, and exits with 1. ``make dist`` asks the same,
and leaves what a release has: sdist, wheel, the site as it is of this version, and notes.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from packaging.metadata import Metadata

ROOT = Path(__file__).resolve().parents[1]

# Where the version stands; in the changelog it is that of the newest section that was cut.
PLACES = {
    "pid/_version.py": r'^__version__ = "(.+)"$',
    "CITATION.cff": r"^version: (.+)$",
    "CHANGELOG.md": r"^## \[(\d.*?)\] - \d{4}-\d\d-\d\d$",
}


def versions(root: Path = ROOT) -> dict[str, str]:
    """The version in each of its places; "none" where there is none."""
    found = {
        place: re.search(of, (root / place).read_text(), re.MULTILINE)
        for place, of in PLACES.items()
    }
    return {place: match[1] if match else "none" for place, match in found.items()}


def of_versions(root: Path = ROOT) -> Iterator[str]:
    """What is wrong with the versions."""
    found = versions(root)
    if len(set(found.values())) > 1:
        yield "versions differ: " + ", ".join(f"{place} has {v}" for place, v in found.items())


def of_commit(version: str, root: Path = ROOT) -> Iterator[str]:
    """What is wrong with the tree and the tags of its commit."""
    if changed := _git(root, "status", "--porcelain"):
        yield f"the tree is not clean; commit or remove:\n{changed}"
    for tag in _git(root, "tag", "--points-at", "HEAD", "--list", "v*").split():
        if tag != f"v{version}":
            yield f"the commit is tagged {tag}, and the version is {version}"


def of_build(version: str, folder: Path, root: Path = ROOT) -> Iterator[str]:
    """What is wrong with the sdist and the wheel that are built from the tree, into a folder."""
    if wrong := _fails("build", "--outdir", str(folder), str(root)):
        yield f"the build fails:\n{wrong}"
        return
    base = f"pid_toolkit-{version}"
    files = sorted(folder.iterdir())
    if {file.name for file in files} != {f"{base}.tar.gz", f"{base}-py3-none-any.whl"}:
        yield f"the build made {[file.name for file in files]}"
        return
    if wrong := _fails("twine", "check", "--strict", *map(str, files)):
        yield f"an index would not take it:\n{wrong}"
    with zipfile.ZipFile(folder / f"{base}-py3-none-any.whl") as wheel:
        text = wheel.read(f"{base}.dist-info/METADATA")
    yield from of_metadata(text, root)


def _fails(*command: str) -> str:
    """The end of what a module of Python prints if it fails, else nothing."""
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    return f"{done.stdout[-2000:]}{done.stderr[-2000:]}" if done.returncode else ""


def of_metadata(text: bytes, root: Path = ROOT) -> Iterator[str]:
    """What an index would refuse, or not show, of a wheel's metadata."""
    try:
        metadata = Metadata.from_email(text, validate=True)
    except ExceptionGroup as invalid:
        yield from (str(error) for error in invalid.exceptions)
        return
    if metadata.description_content_type != "text/markdown":
        yield f"the description is {metadata.description_content_type}, not text/markdown"
    if (metadata.description or "").strip() != (root / "README.md").read_text().strip():
        yield "the description is not README.md"


def notes(version: str, root: Path = ROOT) -> str:
    """What the changelog says of a version."""
    text = (root / "CHANGELOG.md").read_text()
    found = re.search(
        rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return found[1].strip() + "\n" if found else ""


def leave(version: str, built: Path, out: Path, root: Path = ROOT) -> None:
    """What a release has, in a folder: the build, the site, and notes in a folder of their own."""
    (out / "notes").mkdir(parents=True)
    for file in built.iterdir():
        shutil.copy(file, out)
    site = root / "build" / "site"
    shutil.make_archive(str(out / f"pid-toolkit-{version}-site"), "zip", site)
    (out / "notes" / "notes.md").write_text(notes(version, root))


def _git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    """Print what is wrong, or that nothing is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="a new folder for what a release has")
    out = parser.parse_args().out
    if out is not None and out.exists():
        parser.error(f"{out} is there already; remove it, so that nothing old is released")
    version = versions()["pid/_version.py"]
    with tempfile.TemporaryDirectory() as folder:
        wrong = [*of_versions(), *of_commit(version), *of_build(version, Path(folder))]
        if out is not None and not wrong:
            leave(version, Path(folder), out)
    print("\n".join(wrong) or f"{version} can be released")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
