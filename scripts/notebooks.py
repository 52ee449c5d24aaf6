"""Run every notebook from its .py file and write the paired .ipynb with its outputs.

    python -m scripts.notebooks        # all of them
    python -m scripts.notebooks 07     # those whose names begin so

Nothing in the written file depends on when it was run, so that a difference means something.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"


def execute(path: Path, folder: Path) -> NotebookNode:
    """The notebook of a .py file with the outputs of its cells, run in ``folder``."""
    import jupytext
    from nbclient import NotebookClient

    notebook: NotebookNode = jupytext.read(path)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=300, record_timing=False, resources=resources).execute()
    return notebook


def main() -> None:
    """Run and write all of them, or those that are named."""
    import jupytext

    begin = tuple(sys.argv[1:]) or ("",)
    for path in sorted(p for p in FOLDER.glob("*.py") if p.name.startswith(begin)):
        jupytext.write(execute(path, FOLDER), path.with_suffix(".ipynb"))
        print(f"ran {path.name}")


if __name__ == "__main__":
    main()
