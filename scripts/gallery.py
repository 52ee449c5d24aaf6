"""The gallery: pictures of the notebooks, of studies, and two of its own, each with its question.

    python -m scripts.gallery

Takes the notebooks as they were run, writes OUT/figures/gallery/*.png and OUT/gallery.md.
"""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from typing import NamedTuple

import pid
from scripts import page
from scripts.notebooks import FOLDER


class Entry(NamedTuple):
    """A question, a picture of it, and the page that answers."""

    question: str
    link: str
    picture: str  # of the folder of figures; or of a notebook, as its number and the picture's
    shows: str  # for those who do not see it


def of_notebook(number: int) -> str:
    """The page of a notebook, seen from the documents."""
    (path,) = FOLDER.glob(f"{number:02d}_*.ipynb")
    return f"../notebooks/{path.name}"


ENTRIES = (
    Entry("What do the four numbers mean?", of_notebook(1), "1.1", "stacked bars of five gates"),
    Entry(
        "How do real tables differ?",
        "datasets.md",
        "profiles.png",
        "stacked bars of four gates and four real tables",
    ),
    Entry(
        "How do size and texture of nuclei tell a diagnosis?",
        "report.md",
        "4.1",
        "bars of the four atoms, with intervals",
    ),
    Entry(
        "Where does synergy come from?",
        of_notebook(4),
        "4.2",
        "a table, the coupling without synergy, and their difference",
    ),
    Entry(
        "Is it more than chance?",
        of_notebook(2),
        "2.2",
        "synergy against clusters: counted, and corrected in a band",
    ),
    Entry(
        "How many samples would it take?",
        "statistics.md#how-many-samples",
        "2.3",
        "width of the interval against samples",
    ),
    Entry(
        "What is known without labelled pairs?",
        "half-labelled.md",
        "3.1",
        "bars of the atoms, and synergy from its least to its largest value",
    ),
    Entry(
        "What do embeddings tell, and how surely?",
        of_notebook(6),
        "6.1",
        "bars of the four atoms of two embeddings",
    ),
    Entry(
        "What does each model use of it?",
        "compare.md",
        "5.1",
        "stacked bars of the data and of four models",
    ),
    Entry(
        "What is lost without one of three sources?",
        "sources.md",
        "9.2",
        "a stacked bar of all, and a bar a source of what is lost without it",
    ),
    Entry(
        "Which pairs of columns belong together?",
        "screen.md",
        "gallery/screen.png",
        "a square of pairs, darker where there is more synergy",
    ),
    Entry(
        "Which rows speak against their label?",
        "row-by-row.md",
        "10.2",
        "a histogram of what both sources tell about each row",
    ),
    Entry("Which layer knows it?", "posteriors.md", "10.4", "the atoms along three layers"),
    Entry(
        "What does a contrastive code keep?",
        "retained.md",
        "7.2",
        "bars before and after, of four targets and two codes",
    ),
    Entry(
        "Which code holds what is shared?",
        "fission.md",
        "8.2",
        "bars of what is shared and own in each code",
    ),
    Entry(
        "Which looks and sounds belong together?",
        "fission.md#finer-parts",
        "gallery/correspondences.png",
        "pairs of a look and a sound that were found in scenes",
    ),
    Entry(
        "How far is a contrastive bound from the truth?",
        "mutual-information.md#the-bound-of-a-contrastive-loss",
        "infonce_bound.png",
        "curves that bend below the truth at log N",
    ),
    Entry(
        "How much sharper are sharp bounds?",
        "half-labelled.md",
        "reproduce_bounds.png",
        "points of sharp and published bounds against the truth",
    ),
    Entry(
        "How fast is it?",
        "benchmarks.md",
        "benchmark_solver.png",
        "seconds against cells of the table, of five solvers",
    ),
)
BEGIN = """---
hide: [toc]
---

# Gallery

A picture for each kind of question; below it the page that answers. They are drawn in notebooks,
or by studies, and `python -m scripts.gallery` puts them here.
"""


def drawn(number: int, place: int) -> bytes:
    """The picture of a notebook, as it was run; places begin with 1."""
    import nbformat

    path = FOLDER / Path(of_notebook(number)).name
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    pictures = [o.data["image/png"] for o in outputs if "image/png" in o.get("data", {})]
    return base64.b64decode(pictures[place - 1])


def own(folder: Path) -> None:
    """The pictures that stand in no notebook."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from pid.estimators import fission

    table = pid.datasets.load("breast_cancer")
    found = pid.screen(table.X1, table.y, interval=None)
    pid.plot.pairs(found)
    pyplot.savefig(folder / "screen.png", dpi=110)
    scenes = pid.datasets.make_scenes(150, objects=3, distractors=1, style="shapes")
    looks, sounds = (fission.activations(some) for some in (scenes.images, scenes.sounds))
    model = fission.Correspondences().fit(
        looks.features, looks.scenes, sounds.features, sounds.scenes, n_scenes=150
    )
    pid.plot.correspondences(model.gallery(looks, sounds), rate=scenes.rate)
    pyplot.savefig(folder / "correspondences.png", dpi=110)


def card(entry: Entry, folder: Path) -> str:
    """Markdown of an entry; a picture of a notebook is written into ``folder``."""
    picture = entry.picture
    if picture[0].isdigit():
        number, place = map(int, picture.split("."))
        picture = f"gallery/{number:02d}_{place}.png"
        (folder / Path(picture).name).write_bytes(drawn(number, place))
    shown = f"[![{entry.shows}](figures/{picture})]({entry.link})"
    return f"<div markdown>\n\n{shown}\n\n[{entry.question}]({entry.link})\n\n</div>"


def main(arguments: list[str] | None = None) -> None:
    """Write pictures and page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER")
    options = parser.parse_args(arguments)
    folder = options.out / "figures" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    own(folder)
    cards = "\n\n".join(card(entry, folder) for entry in ENTRIES)
    text = f'{BEGIN}\n<div class="gallery" markdown>\n\n{cards}\n\n</div>\n'
    page.write_whole(options.out / "gallery.md", text)


if __name__ == "__main__":
    main()
