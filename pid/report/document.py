"""What a report says, whatever it is about: the question, the answer, numbers, what supports them.

Built from a result, turned into HTML elsewhere. All of it is text and numbers; nothing is markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Fact = tuple[str, str]  # a label, and what it says
Asked = tuple[str, str, str]  # a role, a name, and what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A quantity as a bar from 0: ``value``, up to ``further`` in pale, whiskers at low and high.

    ``kind`` gives it its colour: "redundancy", "unique1", "unique2", "synergy" or "total"; or
    "shared", or "source0" to "source9" for sources one after the other. ``said`` is the verdict
    where the whiskers are not what tells it.
    """

    label: str
    kind: str
    value: float
    text: str
    further: float | None = None
    low: float | None = None
    high: float | None = None
    said: str | None = None

    @property
    def verdict(self) -> str:
        """What stands beside the number: whether it may be nothing."""
        if self.said is not None or self.low is None or self.high is None:
            return self.said or ""
        if self.low <= 0 <= self.high:
            return "may be 0"
        return "above 0" if self.low > 0 else "below 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars on one axis; ``mark`` is a dotted line, such as chance, and ``mark_label`` says what."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    mark: float | None = None
    mark_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a whole: its colour as of a ``Bar``, and which hatch it has; 0 for none."""

    label: str
    kind: str
    value: float
    text: str
    hatch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Parts of a whole in one bar; ``mark`` is a dotted line, and ``mark_label`` says what."""

    title: str
    unit: str
    pieces: tuple[Piece, ...]
    mark: float
    mark_label: str


Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Curves from (0, 0) to (1, 1), and one above all of them, in runs that each have a colour.

    Attributes:
        title: what it is.
        axes: what goes to the right, and what goes up.
        curves: label, kind as of a ``Bar``, and points of each.
        above: kind and points of each run, from left to right.
    """

    title: str
    axes: tuple[str, str]
    curves: Sequence[tuple[str, str, Points]]
    above: Sequence[tuple[str, Points]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A map of cells, as deep in colour as their values are large; None has no cell.

    ``kind`` gives the colour, as of a ``Bar``, or is "signed". ``texts`` stand in the cells, if
    there is room. ``dots`` are marked. ``most`` is the value of the deepest colour.
    """

    title: str
    kind: str
    most: float
    values: Sequence[Sequence[float | None]]
    names: Sequence[str] = ()  # of rows and of columns
    texts: Sequence[Sequence[str]] = ()
    dots: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A table: names of columns, rows of text, and which columns are numbers."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A folded part with a heading: sentences, maps side by side, and a table if there is one."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    beside: int = 1  # maps in a row
    listing: Listing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report.

    Attributes:
        title: what it is about, such as a file name.
        asked: roles and names of what was asked.
        answer: the answer, with its uncertainty, in a sentence or two.
        warnings: reasons not to trust it.
        stacks: a whole and its parts, which come first.
        charts: the numbers as pictures.
        curves: what the numbers are read from, as a picture.
        grids: the numbers as maps.
        listing: the numbers as a table, which the charts are also read as.
        support: what the answer rests on.
        sections: details, folded away.
        command: what repeats it, or None.
        data: every number, as the JSON output has it.
        has_examples: whether something is shown of single rows, which the page then says.
    """

    title: str
    asked: tuple[Asked, ...]
    answer: str
    warnings: tuple[str, ...]
    stacks: tuple[Stack, ...] = ()
    charts: tuple[Chart, ...]
    curves: tuple[Curves, ...] = ()
    grids: tuple[Grid, ...] = ()
    listing: Listing | None
    support: tuple[Fact, ...]
    sections: tuple[Section, ...]
    command: str | None
    data: Mapping[str, object] | Sequence[Mapping[str, object]]
    has_examples: bool = False
