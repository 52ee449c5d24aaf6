"""A report on three sources and more: its numbers, its pictures, and names that are text."""

import json
from pathlib import Path

import numpy as np
import pytest

import pid
from pid.analysis.several.result import SourcesQuantification
from tests.report.test_report import HOSTILE, written

pytestmark = [pytest.mark.extras, pytest.mark.usefixtures("straight_lines")]


def asked(
    classes: int, names: tuple[str, ...] = ("text", "audio", "video")
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The first source tells most, the last nothing."""
    rng = np.random.default_rng(0)
    y = rng.integers(classes, size=300)
    strengths = np.linspace(1.5, 0, len(names))
    signal = np.eye(classes)[y]
    return {
        name: strength * signal + rng.normal(size=(300, classes))
        for name, strength in zip(names, strengths, strict=True)
    }, y


def quantified(
    sources: dict[str, np.ndarray], y: np.ndarray, interval: float | None = 0.95
) -> SourcesQuantification:
    q = pid.quantify(sources=sources, y=y, estimator="posterior", interval=interval)
    assert isinstance(q, SourcesQuantification)
    return q


@pytest.mark.parametrize("classes", [2, 3])
def test_the_answer_and_every_number(classes: int, tmp_path: Path) -> None:
    from pid.report import read_report

    sources, y = asked(classes)
    q = quantified(sources, y)
    page = written(q, tmp_path / "page.html")
    assert q.reading in page.text
    assert read_report(tmp_path / "page.html") == json.loads(json.dumps(q.to_dict()))
    for number in q.summary():
        assert q.show(number.name) in page.text
    labels = " ".join(str(value) for key, value in page.attributes if key == "aria-label")
    assert f"shared by several {q.show('shared')}" in labels
    assert f"without text {q.show('loss text')}" in labels
    # what is in closed form for two classes alone
    assert ("as a ROC curve" in labels) == (classes == 2)
    assert ("by the sources that say it" in labels) == (classes == 2)


def test_pictures_have_the_numbers() -> None:
    """Losses in two parts with their interval; all parts of the total; sets; and the map."""
    from pid.report import document_of

    sources, y = asked(2)
    q = quantified(sources, y)
    page = document_of(q, "title")
    (stack,), (losses, sets), (overlap,) = page.stacks, page.charts, page.grids
    assert sum(piece.value for piece in stack.pieces) == pytest.approx(q.best.total)
    assert stack.mark == q.best.entropy
    assert len({(piece.kind, piece.hatch) for piece in stack.pieces}) == 3 + 1 + 2
    for name, bar in zip(q.names, losses.bars, strict=True):
        strict, lost = q.number(f"strict {name}"), q.number(f"loss {name}")
        assert (bar.value, bar.further) == (strict.value, lost.value)
        assert (bar.low, bar.high) == lost.interval
    shared = q.best.shared_by
    assert shared is not None
    found = [bar.value for bar in sets.bars]
    assert found == sorted((value for value in shared.values()), reverse=True)[: len(found)]
    assert sum(found) == pytest.approx(q.best.shared, abs=0.02)
    assert overlap.values == q.best.overlap.tolist()
    assert overlap.texts[0][0] == f"{q.best.single['text']:.2f}".lstrip("0")


@pytest.mark.parametrize("name", HOSTILE[:4])
def test_names_are_text(name: str, tmp_path: Path) -> None:
    from pid.report import read_report

    sources, y = asked(2, (name, "audio", "video"))
    q = quantified(sources, y, interval=None)
    page = written(q, tmp_path / "page.html", name)
    assert page.elements.count("script") == 1
    assert "img" not in page.elements
    assert not [key for key, _ in page.attributes if key.startswith("on")]
    assert "url(" not in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert read_report(tmp_path / "page.html")["sources"][0]["name"] == name


def test_rows_are_not_in_the_curves() -> None:
    """Curves are thinned, and their hull, in runs, still has what single sources tell."""
    from pid.core.sources.curves import curve
    from pid.report import document_of
    from pid.report.of_sources import MOST_POINTS

    sources, y = asked(2)
    q = quantified(sources, y, interval=None)
    (drawn,) = document_of(q, "title").curves
    assert all(len(points) <= MOST_POINTS for _, _, points in drawn.curves)
    points = np.array([point for _, run in drawn.above for point in run])
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == pytest.approx([1, 1])
    assert (np.diff(points, axis=0) >= -1e-12).all()
    for name, (_, _, of_source) in zip(q.names, drawn.curves, strict=True):
        x, up = np.array(of_source).T
        assert (np.interp(x, *points.T) >= up - 1e-3).all()  # no curve is above the hull
        p = q.fitted.posteriors_[(name,)]
        p_y = np.bincount(y) / len(y)
        whole = curve(p * (p_y / p.sum(axis=0)), p_y) / p_y
        assert np.abs(np.interp(whole[:, 0], x, up) - whole[:, 1]).max() < 0.01
    kinds = {kind for kind, _ in drawn.above}
    assert "source0" in kinds  # text is best
    assert "source2" not in kinds


def test_runs_of_the_hull_meet() -> None:
    """Two curves that cross: who is best to the left has the left of the hull, up to a middle."""
    from pid.core.sources.curves import curve, join
    from pid.report.of_sources import _runs

    half = np.array([0.5, 0.5])
    strict = np.array([[0.0, 0.3], [0.5, 0.2]])  # few of the second class, and none of the first
    mild = np.array([[0.3, 0.5], [0.2, 0.0]])
    (first, left), (second, right) = _runs(join([curve(strict, half), curve(mild, half)]), half)
    assert (first, second) == ("source0", "source1")
    assert np.array(left) == pytest.approx(np.array([[0, 0], [0, 0.6], [0.3, 0.8]]))
    assert np.array(right) == pytest.approx(np.array([[0.3, 0.8], [0.6, 1], [1, 1]]))


def test_parts_lie_one_after_the_other() -> None:
    from pid.report.document import Piece, Stack
    from pid.report.geometry import WIDTH
    from pid.report.stack import stacked

    values = [0.5, -0.1, 0.25, 0.0]
    pieces = [
        Piece(label="木" * 90, kind="synergy", value=v, text="t", hatch=i)
        for i, v in enumerate(values)
    ]
    placed = stacked(Stack(title="t", unit="bit", pieces=tuple(pieces), mark=1.0, mark_label="all"))
    first, below, second, none = placed.parts
    assert first.x == placed.zero == below.x + below.width
    assert second.x == pytest.approx(first.x + first.width)
    assert second.width == pytest.approx(first.width / 2, abs=0.02)
    assert none.width == 0
    assert none.lines == ""
    assert placed.mark > second.x + second.width
    assert all(0 <= item.x <= WIDTH for item in placed.legend)
    assert len({item.y for item in placed.legend}) == 4  # long labels are below each other
    for part in placed.parts:  # no line leaves its part
        xs = [float(pair.split()[0]) for pair in part.lines.replace("M", "L").split("L")[1:]]
        assert all(part.x - 0.1 <= x <= part.x + part.width + 0.1 for x in xs)
    assert below.lines
    assert second.lines != below.lines


def test_many_sources(tmp_path: Path) -> None:
    sources, y = asked(2, tuple(f"source {i}" for i in range(6)))
    q = quantified(sources, y, interval=None)
    page = written(q, tmp_path / "page.html")
    assert "sets of 3 to 4 sources: no classifier sees them" in page.text
    assert page.text.count("without source") >= 6
