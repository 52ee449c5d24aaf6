"""Hooks of mkdocs: what the site has besides docs/, the notebooks as pages and the version.

Written here because the plugins for it load scripts from elsewhere into the page.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pid
from scripts.notebooks import FOLDER

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page
    from nbformat import NotebookNode

FENCE = re.compile(r"^(```\w+) [^\n`]+$", re.MULTILINE)
# links as the checkout has them: of a page to a notebook, of a notebook to a page, to another one
LINKS = {
    r"\]\(\.\./(notebooks/\w+)\.ipynb": r"](\1.md",
    r"\]\(\.\./docs/": "](../",
    r"\.ipynb\)": ".md)",
}
WORKER = "https://unpkg.com/iframe-worker/shim"  # of the theme, for searches from a folder
OWN_STYLE = re.compile(r'<style.*?</style>\s*| border="1" class="dataframe"', re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Say at the foot of each page which version it is about."""
    config.copyright = f"pid-toolkit {pid.__version__}"
    return config


def on_page_markdown(markdown: str, **_: object) -> str:
    """Links of the site; fences without a second word, with which it would take them for text."""
    for link, here in LINKS.items():
        markdown = re.sub(link, here, markdown)
    return FENCE.sub(r"\1", markdown)


def on_page_content(html: str, **_: object) -> str:
    """A corner of a table is no head of a column."""
    return html.replace("<th></th>", "<td></td>")


def on_post_page(output: str, page: Page, **_: object) -> str:
    """Nothing is loaded from elsewhere."""
    return output.replace(WORKER, "../" * page.url.count("/") + "assets/worker.js")


def on_post_template(output_content: str, **_: object) -> str:
    """The same where a page is missing, which only a server shows."""
    return output_content.replace(WORKER, "/assets/worker.js")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each notebook."""
    import nbformat
    from mkdocs.structure.files import File

    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        page = f"notebooks/{path.stem}.md"
        files.append(File.generated(config, page, content=as_page(notebook, path)))
    return files


def as_page(notebook: NotebookNode, path: Path) -> str:
    """Markdown: text as it is, code in fences, outputs below it."""
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.source:
            parts.append(f"```python\n{cell.source}\n```")
            parts += [shown(output) for output in cell.outputs]
    where = f"This page is `notebooks/{path.name}`, as it was run."
    return "\n\n".join([*parts, where]) + "\n"


def shown(output: NotebookNode) -> str:
    """An output: a picture, a table, or text."""
    if output.output_type == "stream":
        return f"```text\n{output.text.rstrip()}\n```"
    if "image/png" in output.data:
        return (
            f"![drawn by the code above](data:image/png;base64,{output.data['image/png'].strip()})"
        )
    if "text/html" in output.data:
        return OWN_STYLE.sub("", str(output.data["text/html"]))
    return f"```text\n{output.data['text/plain']}\n```"
