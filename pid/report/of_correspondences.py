"""A report on which looks and sounds belong together."""

from __future__ import annotations

import numpy as np

from pid._types import Floats
from pid._version import __version__
from pid.analysis.names import brief
from pid.analysis.schema import SCHEMA
from pid.estimators.fission.gallery import FINEST, Gallery, Shown, coarser
from pid.report.document import Bar, Chart, Document, Grid, Listing, Section

WORDS = Section(
    heading="What a pair is",
    paragraphs=(
        "A look and a sound that are in the same scenes more often than by chance. Phi is the "
        "correlation of presence, 1 if neither is there without the other; p is of Fisher's exact "
        "test, times the number of all pairs that were tried.",
        "What is always there, or never, goes with nothing; two things that are always there "
        "together are one.",
    ),
)


def document_of(found: Gallery, title: str, command: str | None = None) -> Document:
    """The pairs, and a map of each.

    Args:
        found: the gallery.
        title: what scenes are of, such as a file name.
        command: what repeats it.
    """
    looks, sounds = found.n_clusters
    return Document(
        title=brief(title),
        asked=(
            ("looks", f"{looks}", f"of {found.activations[0]:,} patches"),
            ("sounds", f"{sounds}", f"of {found.activations[1]:,} windows"),
            ("scenes", f"{found.n_scenes:,}", ""),
        ),
        answer=found.reading,
        warnings=(),
        charts=_charts(found),
        listing=_listing(found),
        support=(
            ("test", f"Fisher's exact test, level {found.level:g} for all pairs together"),
            *(("note", note) for note in found.notes),
        ),
        sections=(*map(_section, found.pairs), WORDS),
        command=command,
        data={"version": __version__, "schema": SCHEMA, "kind": "correspondences"}
        | found.to_dict(),
        has_examples=any(pair.examples for pair in found.pairs),
    )


def _charts(found: Gallery) -> tuple[Chart, ...]:
    bars = tuple(
        Bar(label=f"pair {pair.look}", kind="redundancy", value=pair.phi, text=f"{pair.phi:.2f}")
        for pair in found.pairs
    )
    return (Chart(title="How far they go together", unit="phi", bars=bars),) if bars else ()


def _listing(found: Gallery) -> Listing:
    return Listing(
        caption="Looks and sounds that go together",
        head=["pair", "look", "sound", "scenes with both", "phi", "p"],
        rows=[
            [
                f"{i}",
                f"{pair.look}",
                f"{pair.sound}",
                f"{pair.together:,}",
                f"{pair.phi:.3f}",
                f"{pair.p:.1e}",
            ]
            for i, pair in enumerate(found.pairs)
        ],
        numeric=[False, True, True, True, True, True],
    )


def _section(pair: Shown) -> Section:
    size = np.sqrt((pair.mean**2).mean(axis=2))
    grids = [
        _grid("Mean look, size of what differs from the background", coarser(size, FINEST)),
        _grid("Spectrum of the sound, low to high frequencies", pair.spectrum[None]),
    ]
    for example in pair.examples:
        grids.append(_grid(f"Where the look is in scene {example.scene}", example.where))
        grids.append(_grid(f"When the sound is heard in scene {example.scene}", example.when[None]))
    return Section(heading=f"Pair {pair.look}", grids=tuple(grids), beside=2)


def _grid(title: str, values: Floats) -> Grid:
    most = float(values.max()) or 1.0
    rows = [[float(value) for value in row] for row in values]
    return Grid(title=title, kind="redundancy", most=most, values=rows)
