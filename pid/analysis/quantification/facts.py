"""What the atoms of a ``Quantification`` rest on, as labels and texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pid.analysis.multiview.verdicts import EPS
from pid.analysis.quantification.past import said
from pid.analysis.words import called, labels
from pid.core.decomposition import shown, tiny

if TYPE_CHECKING:
    from pid.analysis.quantification.result import Quantification


Fact = tuple[str, str]  # a label, and what an answer rests on


def facts_of(q: Quantification) -> Iterator[Fact]:
    """What the atoms rest on."""
    unit = q.decomposition.unit
    axes = q.axes if q.given is None else (q.given, *q.axes)
    size = " x ".join(str(axis.size) for axis in axes)
    together = "" if q.units == q.n else f" ({q.units} independent units)"
    cells = ""
    if q.cells_per_sample is not None:
        cells = f", in {size} cells: {q.cells_per_sample:.2g} cells per sample"
    yield "samples", f"{q.n}{together}{cells}"
    of_y = "y" if q.given is None else "y given z"
    if q.null_bias is not None:
        yield "chance", f"{q.null_bias:.4f} {unit} in total, if x1 and x2 said nothing about {of_y}"
    yield "beyond", _beyond(q)
    if q.past is not None and q.transfer_entropy is not None:
        yield "transfer entropy", said(q.past, q.transfer_entropy, q.best)
    if q.held:
        yield "held", q.held_in_words
    certificate = q.decomposition.certificate
    if certificate is not None and q.uncertainty is not None:
        yield "uncertainty", q.uncertainty
        steps = certificate.iterations
        how = certificate.method + (f", {_many(steps, 'iteration')}" if steps else "")
        yield "solver", how
    seedless = q.estimator in ("table", "posteriors")  # of which nothing is drawn
    seed = "" if seedless else f", random state {q.random_state}"
    yield "estimator", f"{q.estimator}{seed}; {q.seconds:.2f} s"
    if q.reason is not None:
        yield "chosen as", q.reason
    for other, d in q.beside.items():
        label = labels(q.names)
        atoms = ", ".join(f"{label[name]} {value:z.4f}" for name, value in d.atoms.items())
        yield other, atoms
    for note in q.notes:
        yield "note", note


def _beyond(q: Quantification) -> str:
    """What each source tells beyond the other, and whether that is next to nothing."""
    x1, x2, _ = called(q.names)
    first, second = (
        shown(atom.value, tiny(q.best))
        + f" {q.decomposition.unit}"
        + ("" if atom.interval is None else " ({} to {})".format(*map(shown, atom.interval)))
        for atom in q.beyond()
    )
    verdict = q.multiview_redundancy
    said = "is undecided" if verdict == "undecided" else verdict
    without = "" if q.interval else ", without intervals"
    return (
        f"{x1} tells {first} beyond {x2}, {x2} {second} beyond {x1}: multi-view redundancy {said} "
        f"at {EPS:g} bit{without}"
    )


def _many(count: int, noun: str) -> str:
    plural = "es" if noun == "class" else "s"
    return f"{count} {noun}{'' if count == 1 else plural}"
