"""One thread for each test; doctests of the sources: each file is imported once, or left out."""

import importlib
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
# Workers that each take all cores for linear algebra only wait. Before anything imports numpy.
os.environ.setdefault("OMP_NUM_THREADS", "1")

TORCH = re.compile(r"^(?:import|from) torch\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Import a source by its own name before pytest does; leave it out if that takes torch.

    Left to itself, pytest's importlib mode imports the package of a file, which imports the file,
    and then the file once more: two classes of one name, and answers that are not instances of it.
    """
    name = name_of(collection_path)
    if name is None:
        return None
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as err:
        if err.name != "torch":
            raise
        return True
    return None


def pytest_itemcollected(item: pytest.Item) -> None:
    """A doctest of a file with torch at its top needs an extra, as the tests marked so do."""
    if name_of(item.path) and TORCH.search(item.path.read_text(encoding="utf-8")):
        item.add_marker("extras")


def name_of(path: Path) -> str | None:
    """The name by which a file of the package is imported; None for any other path."""
    inside = path.is_relative_to(ROOT / "pid") and path.suffix == ".py"
    if not inside or path.name == "__main__.py":
        return None
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
