"""Answers in notebooks: cards say what the answer says, and can do nothing to the page."""

import html.parser
import re
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.core.answer import Drawn
from pid.errors import MissingExtra
from pid.report import card as cards
from pid.report.html import source_of, template
from tests.analysis.test_copies_of_answers import ANSWERS, PAIR, TABLE
from tests.report.test_report import HOSTILE

pytestmark = pytest.mark.extras

MOST = 30_000  # bytes
NO_ANSWERS = {"an estimator", "Coupling", "Units", "Document", "Gate", "Continuous", "Vectors"}
NO_ANSWERS |= {"Scenes", "Activations", "SelectByPID"}
TRAINED = {"Valuation", "Retention", "SourcesRetention", "SourcesQuantification"}
KINDS = [
    pytest.param(kind, marks=[pytest.mark.slow] * (kind in TRAINED))
    for kind in ANSWERS
    if kind not in NO_ANSWERS
]
WITHOUT_FRAME = {"SignalClass", "Gallery"}
SELF_CLOSED = ("rect", "path")


class Read(html.parser.HTMLParser):
    """Elements, classes, attributes, text outside of styles, and whether all that opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = self.style = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += attrs
        if tag not in SELF_CLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in SELF_CLOSED:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.style += data
        else:
            self.words += data


def shown(answer: Any) -> str:
    found = answer._repr_html_()
    assert isinstance(found, str)
    return found


def gate() -> pid.Quantification:
    return pid.quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 0, 0, 1] * 50)


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_has_a_card(kind: str) -> None:
    """Small, closed, without script, link or identifier; each class and selector is its own."""
    answer = ANSWERS[kind]()
    text = shown(answer)
    assert len(text.encode()) < MOST
    read = Read(text)
    names = {name for name, _ in read.attributes}
    assert not read.elements & {"script", "link", "iframe", "img", "object"}
    assert not {name for name in names if name.startswith("on")} | (names & {"id", "href", "src"})
    classes = {c for name, value in read.attributes if name == "class" for c in str(value).split()}
    assert all(name.startswith("pid-") for name in classes)
    assert "url(" not in read.style
    assert "@import" not in read.style
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", re.sub(r"@media[^{]*\{", "", read.style))
    selectors = [one.strip() for rule in rules for one in rule.split(",")]
    assert len(selectors) > 20
    assert all(re.search(r"(^|\s)div\.pid-card", one) for one in selectors)
    assert getattr(answer, "reading", "")[:100] in read.words
    for warning in getattr(answer, "warnings", ()):
        assert warning[:100] in read.words
    assert hasattr(answer, "to_frame") or kind.partition(",")[0] in WITHOUT_FRAME


def test_all_public_answers_are_shown() -> None:
    """What a call returns is an Answer; parts of answers, and enumerations, are not."""
    public = {name for name in pid.__all__ if isinstance(getattr(pid, name), type)}
    parts = {"Certificate", "SourcesCertificate", "Status", "Worth", "Probe"}
    errors = {name for name in public if issubclass(getattr(pid, name), Exception)}
    silent = {n for n in public - parts - errors if not hasattr(getattr(pid, n), "_repr_html_")}
    assert silent == set()


def test_bars_are_the_numbers() -> None:
    q = gate()
    text = shown(q)
    card = cards._shortened(cards.card_of(q))
    assert card.chart is not None
    picture = cards._placed(card.chart)
    ticks = {float(tick.text): tick.x for tick in picture.ticks}
    per_bit = (ticks[1.0] - ticks[0.0]) if 1.0 in ticks else (ticks[0.4] - ticks[0.0]) / 0.4
    for placed, atom in zip(picture.bars, q.summary(), strict=True):
        assert placed.width == pytest.approx(abs(atom.value) * per_bit, abs=0.02)
        assert atom.interval is not None
        assert placed.ends == pytest.approx(
            [picture.zero + per_bit * end for end in atom.interval], abs=0.02
        )
        assert f'<td class="pid-number">{q.show(atom.name)}</td>' in text


def test_numbers_of_what_has_no_report() -> None:
    d = pid.decompose(TABLE)
    assert all(f">{value:.4f}<" in shown(d) for value in d.atoms.values())
    b = pid.synergy_bounds(PAIR, PAIR, PAIR)
    assert f"{b.lower:.4f} to {b.upper:.4f}" in shown(b)
    several = pid.decompose(np.arange(16).reshape(2, 2, 2, 2), names=["a", "b", "c"])
    assert all(f">{part.value:.4f}<" in shown(several) for part in several.parts())


def test_colours_are_those_of_the_page() -> None:
    """Light by default and in light notebooks; dark where the system or the notebook is."""
    style = Read(shown(gate())).style
    page = source_of("page.html").split("@media print")[0]
    for name, value in re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{6})", page):
        assert f"{name}: {value}" in style
    system = style.index("@media (prefers-color-scheme: dark)")
    light = style.index('[data-jp-theme-light="true"] div.pid-card')
    assert system < light  # and of more weight: a light notebook on a dark system is light
    for selector in ('[data-jp-theme-light="false"]', ".vscode-dark"):
        assert f"{selector} div.pid-card" in style


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text(name: str) -> None:
    x1, x2, y = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 1] * 50
    sources = {name: x1, f"{name}2": x2, "c": y}
    q = pid.quantify(x1, x2, y, names=(name, f"{name}2", name))
    several = pid.quantify(sources=sources, y=y, replicates=2)
    answers: list[Any] = [q, several, pid.if_missing(several), pid.difference(q, q)]
    if name.isascii() or name.isprintable():  # pandas refuses halves of characters
        answers.append(pid.screen(pd.DataFrame(sources), y, replicates=20))
    for answer in answers:
        text = shown(answer)
        assert len(text.encode()) < MOST
        read = Read(text)
        assert not read.elements & {"script", "img"}
        assert not [value for value in read.attributes if value[0].startswith("on")]
        text.encode("utf-8")
        assert not set(read.words) & set("\x00\x1b\u202e")


def test_without_jinja2_there_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a notebook shows the text that the answer prints."""
    template.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    try:
        assert gate()._repr_html_() is None
    finally:
        template.cache_clear()


DRAWN = [
    "Quantification, counted",
    "SourcesQuantification, counted",
    "Trajectory",
    "Screening",
    "HalfLabelled",
    "Decomposition",
    "ConditionalDecomposition",
    "SourcesDecomposition",
    "Plan",
    "SynergyBounds",
    "Retention",
]


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.slow] * (kind in TRAINED)) for kind in DRAWN]
)
def test_plot_is_that_of_pid_plot(kind: str) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    answer = ANSWERS[kind]()
    assert isinstance(answer, Drawn)
    ours, theirs = plt.subplots()[1], plt.subplots()[1]
    assert answer.plot(ours) is ours
    getattr(pid.plot, answer.picture)(answer, theirs)
    assert [a.get_text() for a in ours.texts] == [a.get_text() for a in theirs.texts]
    bars = [[bar.get_width() for c in ax.containers for bar in c] for ax in (ours, theirs)]
    assert bars[0] == bars[1]
    assert type(answer.plot()).__name__ == "Axes"
    plt.close("all")


def test_all_that_can_be_drawn_are_tested() -> None:
    drawn = {n for n in pid.__all__ if isinstance(getattr(pid, n), type)}
    drawn = {n for n in drawn if issubclass(getattr(pid, n), Drawn)}
    assert drawn == {kind.partition(",")[0] for kind in DRAWN}
    assert not hasattr(pid.decompose_batch([TABLE]), "plot")


def test_plot_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(MissingExtra, match=r"\[report\]"):
        gate().plot()
