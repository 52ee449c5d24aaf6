"""A report on an audit of factorised codes."""

from __future__ import annotations

from pid.core.decomposition import shown
from pid.estimators.fission.audited import Audit, Told
from pid.report.document import Bar, Chart, Document, Listing, Section
from pid.report.of_quantification import METHOD

WORDS = Section(
    heading="What is shared, and what is unique",
    paragraphs=(
        "Each source and each head of it is decomposed with the other source: what it tells about "
        "y that the other source tells, too, is redundancy; what the other source does not tell is "
        "unique information. A shared head is to have the first alone, a unique head the second.",
        "Sources that are independent may still have redundancy about a y that needs both, such as "
        "a and b: then a unique head has it, too.",
        "These are not the S and U of factorised contrastive learning: its S is redundancy less "
        "synergy, and its U of a source is unique information and synergy together.",
    ),
)
PARTS = {"shared": "told by both sources", "own": "told by one alone"}


def document_of(found: Audit, title: str, command: str | None = None) -> Document:
    """What is in which head, and what to mind.

    Args:
        found: the audit.
        title: what codes are of.
        command: what repeats it.
    """
    return Document(
        title=title,
        asked=(
            ("x1", "the first source", "a shared and a unique code"),
            ("x2", "the second source", "a shared and a unique code"),
            ("y", "the target", f"{found.classes} classes"),
        ),
        answer=found.reading,
        warnings=found.warnings,
        charts=tuple(_chart(found, part) for part in PARTS),
        listing=_listing(found),
        support=(
            ("samples", f"{found.n:,}"),
            ("estimator", f"posterior, {found.level:.0%} intervals; {found.seconds:.1f} s"),
            *(("augmentation", text) for text in _augmented(found)),
            *(("note", note) for note in found.notes),
        ),
        sections=(WORDS, METHOD),
        command=command,
        data=found.to_dict(),
    )


def _chart(found: Audit, part: str) -> Chart:
    bars = []
    for name, told in found.rows():
        measure = getattr(told, part)
        kind = "redundancy" if part == "shared" else f"unique{name[-1]}"
        bar = Bar(
            label=name,
            kind=kind,
            value=measure.corrected,
            text=shown(measure.corrected),
            low=measure.low,
            high=measure.high,
        )
        bars.append(bar)
    title = f"{PARTS[part].capitalize()}, with {found.level:.0%} intervals"
    return Chart(title=title, unit="bit", bars=tuple(bars))


def _listing(found: Audit) -> Listing:
    head = ["", "by both", "interval", "alone", "interval"]
    return Listing(
        caption="What sources and heads tell about y, in bits",
        head=head,
        rows=[[name, *_cells(told)] for name, told in found.rows()],
        numeric=[False, True, True, True, True],
    )


def _cells(told: Told) -> list[str]:
    cells = []
    for m in told:
        cells += [shown(m.corrected), f"{shown(m.low)} to {shown(m.high)}"]
    return cells


def _augmented(found: Audit) -> list[str]:
    return [
        f"{name} tells {shown(kept.of_y.corrected)} bit about y, augmented "
        f"{shown(kept.of_y_after.corrected)}; with what it becomes it shares {shown(kept.of_x)} bit"
        for name, kept in found.augmentation.items()
    ]
