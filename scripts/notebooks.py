"""Run every notebook from its .py file and write the paired .ipynb with its outputs.

Nothing in the written file depends on when it was run, so that a difference means something.
"""

from __future__ import annotations

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
    """Run and write all of them."""
    import jupytext

    for path in sorted(FOLDER.glob("*.py")):
        jupytext.write(execute(path, FOLDER), path.with_suffix(".ipynb"))
        print(f"ran {path.name}")


if __name__ == "__main__":
    main()
