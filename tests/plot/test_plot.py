"""Pictures show the numbers, survive any name, and can be told apart in grey."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pid
from pid.analysis.several.result import SourcesQuantification
from pid.core.decomposition import ATOMS
from pid.errors import InvalidInput

pytestmark = pytest.mark.extras


@pytest.fixture(autouse=True)
def pyplot() -> Iterator[None]:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


@pytest.fixture(scope="module")
def quantified() -> pid.Quantification:
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(2, size=(2, 400))
    return pid.quantify(x1, x2, x1 & x2, names=("a", "$\\frac{1}$", "y"))


def widths_of(ax: Any) -> list[float]:
    """Of all bars, from the last to the first."""
    return [bar.get_width() for container in ax.containers for bar in container]


def shown_in(ax: Any) -> np.ndarray:
    """The values of an image, NaN where it has none."""
    return np.asarray(np.ma.filled(ax.images[0].get_array(), np.nan))


def saved(ax: Any) -> str:
    """As vectors, which makes matplotlib lay out every text."""
    text = io.StringIO()
    ax.figure.savefig(text, format="svg")
    return text.getvalue()


def test_profile(quantified: pid.Quantification) -> None:
    from pid import plot

    ax = plot.profile(quantified)
    best = quantified.best
    assert widths_of(ax) == [getattr(best, atom) for atom in reversed(ATOMS)]
    assert ax.get_xlabel() == "bit"
    whiskers = [x for line in ax.lines if np.size(x := np.asarray(line.get_xdata())) == 2]
    assert quantified.interval is not None
    assert any(np.allclose(w, quantified.interval["synergy"]) for w in whiskers)
    assert "unique to a" in saved(ax)


def test_profile_on_axes_that_are_given() -> None:
    import matplotlib.pyplot as plt

    from pid import plot

    _, ax = plt.subplots()
    d = pid.decompose([[[1, 0], [0, 1]], [[0, 1], [1, 0]]], unit="nat")
    assert plot.profile(d, ax) is ax
    assert ax.get_xlabel() == "nat"


def test_profiles(quantified: pid.Quantification) -> None:
    from pid import plot

    d = pid.decompose([[[1, 0], [0, 1]], [[0, 1], [1, 0]]])
    ax = plot.profiles({"first": quantified, "x" * 100: d})
    best = quantified.best
    expected = [value for atom in ATOMS for value in (getattr(best, atom), getattr(d, atom))]
    assert widths_of(ax) == pytest.approx(expected)
    assert len(ax.get_yticklabels()[1].get_text()) < 30
    saved(ax)
    with pytest.raises(InvalidInput, match="of one unit; got none"):
        plot.profiles({})
    nats = pid.decompose([[[1, 0], [0, 1]], [[0, 1], [1, 0]]], unit="nat")
    with pytest.raises(InvalidInput, match=r"of one unit; got \['bit', 'nat'\]"):
        plot.profiles({"a": d, "b": nats})


def test_pairs() -> None:
    from pid import plot

    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(2, size=(300, 4)), columns=["a", "b", "$c$", "d\x1b"])
    found = pid.screen(X, pd.Series(X["a"] ^ X["b"], name="y"))
    ax = plot.pairs(found)
    values = shown_in(ax)
    assert np.nanmax(values) == pytest.approx(found.corrected[0, 3])
    assert np.isfinite(values).sum() == 6
    assert np.size(ax.lines[0].get_xdata()) >= 1  # a and b are found
    saved(ax)
    with pytest.raises(InvalidInput, match="of must be 'redundancy', 'unique', 'synergy'"):
        plot.pairs(found, of="all")
    with pytest.raises(InvalidInput, match="y must be one of y; got 'z'"):
        plot.pairs(found, y="z")


def test_coupling() -> None:
    from pid import plot

    p = np.random.default_rng(0).dirichlet(np.ones(12)).reshape(2, 3, 2)
    d = pid.decompose(p)
    ax = plot.coupling(p, d)
    assert len(ax.figure.axes) == 6
    assert np.allclose(shown_in(ax), p[:, :, 0])
    panels = [np.asarray(panel.images[0].get_array()) for panel in ax.figure.axes]
    assert d.coupling is not None
    for y in (0, 1):
        expected = p[:, :, y], d.coupling[:, :, y], d.synergy_by_cell(p)[:, :, y]
        for panel, values in zip(panels[3 * y :], expected, strict=False):
            assert np.allclose(panel, values)
    with pytest.raises(InvalidInput, match="axes must be 6, three for each class; got 1"):
        plot.coupling(p, d, np.array([ax]))
    with pytest.raises(pid.CheckFailed, match="p has shape"):
        plot.coupling(p, pid.decompose(p.transpose(1, 0, 2)))


def test_cells() -> None:
    from pid import plot

    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3))
    assert len(plot.cells(X, rng.integers(3, size=50)).collections) == 3
    assert len(plot.cells(X[:, 0], rng.random(50), label="p").collections) == 1
    with pytest.raises(InvalidInput, match=r"got shapes \(50, 3\) and \(49,\)"):
        plot.cells(X, np.zeros(49))


def test_bounds() -> None:
    from pid import plot

    even = np.ones((2, 2))
    assert max(widths_of(plot.bounds(pid.synergy_bounds(even, even, even)))) == pytest.approx(1)
    x = np.arange(400) % 2
    h = pid.bound_samples((x, x), (x, x), (x, x), replicates=5)
    assert len(plot.bounds(h).lines) == 9  # two for each interval, and 0


def test_widths() -> None:
    from pid import plot

    found = pid.plan([[[45, 5], [5, 45]], [[5, 45], [45, 5]]], 0.2)
    drawn = np.asarray(plot.widths(found).lines[0].get_ydata())
    assert drawn.tolist() == list(found.tried.values())


def test_atoms_differ_in_grey() -> None:
    from matplotlib.colors import to_rgb

    from pid.plot.style import COLOURS, HATCHES

    lightness = sorted(np.dot(to_rgb(c), [0.299, 0.587, 0.114]) for c in COLOURS.values())
    assert min(np.diff(lightness)) > 0.1
    assert len(set(HATCHES.values())) == len(HATCHES)


@pytest.mark.usefixtures("straight_lines")
def test_sources() -> None:
    """A bar of all parts, a bar in two parts a source; whiskers where there are intervals."""
    from pid import plot

    rng = np.random.default_rng(0)
    y = rng.integers(2, size=200)
    columns = {name: y[:, None] + rng.normal(size=(200, 1)) for name in ("$a$", "b" * 90, "c")}
    q = pid.quantify(sources=columns, y=y, estimator="posterior")
    d = pid.decompose(pid.datasets.gate("and")[:, :, None], names=["a", "b", "c"], unit="nat")
    assert isinstance(q, SourcesQuantification)
    assert isinstance(d, pid.SourcesDecomposition)
    answers: list[SourcesQuantification | pid.SourcesDecomposition] = [q, d]
    for result, best in zip(answers, (q.best, d), strict=True):
        ax = plot.sources(result)
        expected = [part.value for part in best.parts()]
        expected += [part for loss in best.loss.values() for part in loss]
        assert widths_of(ax) == pytest.approx(expected)
        assert sum(expected[: 3 + 1 + 2]) == pytest.approx(best.total)
        whole = [bar for container in ax.containers for bar in container][: 3 + 1 + 2]
        above = [bar for bar in whole if bar.get_width() > 0]
        ends = np.cumsum([bar.get_width() for bar in above])
        assert [bar.get_x() + bar.get_width() for bar in above] == pytest.approx(ends)
        assert ax.get_xlabel().startswith(best.unit)
        labels = [label.get_text() for label in ax.get_yticklabels()]
        assert labels[-1] == "together"
        assert max(map(len, labels)) < 40
        legend = ax.get_legend()
        assert legend is not None
        words = [text.get_text() for text in legend.get_texts()]
        assert words == ["shared by several", "two together", "all three together"]
        saved(ax)
    assert len(ax.lines) == 1  # 0 alone: a table has no intervals of samples
    with pytest.raises(InvalidInput, match="for three sources or more"):
        plot.sources(pid.decompose(pid.datasets.gate("and")))  # type: ignore[arg-type]


@pytest.mark.usefixtures("straight_lines")
def test_retention() -> None:
    """A pair of bars for each row, whiskers on all; of a joint code only the total has two."""
    from pid import plot

    rng = np.random.default_rng(0)
    y = rng.integers(2, size=200)
    X1, X2 = (2 * y[:, None] - 1 + 0.3 * rng.normal(size=(200, 1)) for _ in range(2))
    found = pid.retained((X1, 0 * X2), X1, X2, y)
    ax = plot.retention(found)
    assert found.after is not None
    values = [*found.before.atoms.values(), found.before.total]
    after = [*found.after.atoms.values(), found.after.total]
    assert widths_of(ax) == [v for pair in zip(values, after, strict=True) for v in pair]
    assert ax.get_yticklabels()[0].get_text() == "total"
    assert "pale" in saved(ax)
    joint = pid.retained(np.hstack([X1, X2]), X1, X2, y, interval=None)
    assert len(widths_of(plot.retention(joint, probe="linear"))) == 6
    assert len(plot.retention(joint).lines) == 1  # no whiskers
    assert not joint.flags


def test_trajectory() -> None:
    """A line for each atom and the total, in bands; places by number or by name."""
    from pid import plot

    rng = np.random.default_rng(0)
    p1, p2, p12 = rng.dirichlet([1, 1, 1], size=(3, 5, 60))
    y = np.arange(60) % 3
    found = pid.quantify_posteriors(p1, p2, p12, y, axis="$epoch$")
    ax = plot.trajectory(found)
    lines = [np.asarray(line.get_ydata()) for line in ax.lines[:5]]
    for name, line in zip((*ATOMS, "total"), lines, strict=True):
        assert line.tolist() == [getattr(q.best, name) for q in found]
    assert len({line.get_linestyle() for line in ax.lines[:4]}) == 4  # apart in grey
    assert len(ax.collections) == 5
    assert ax.get_xlabel() == r"\$epoch\$"
    saved(ax)
    words = replace(found, positions=tuple("abcde"))
    ax = plot.trajectory(words, total=False)
    assert [label.get_text() for label in ax.get_xticklabels()] == list("abcde")
    assert len(ax.collections) == 4
    saved(ax)
    bare = pid.quantify_posteriors(p1, p2, p12, y, axis="epoch", interval=None)
    assert not plot.trajectory(bare).collections


def test_correspondences() -> None:
    """A row of four panels per pair; the map and the times are those of the example."""
    from pid import plot
    from pid.datasets import make_scenes
    from pid.estimators.fission import Correspondences, activations

    scenes = make_scenes(60, objects=2, distractors=0)
    looks, sounds = activations(scenes.images), activations(scenes.sounds)
    model = Correspondences().fit(
        looks.features, looks.scenes, sounds.features, sounds.scenes, n_scenes=60
    )
    found = model.gallery(looks, sounds)
    ax = plot.correspondences(found, rate=scenes.rate)
    panels: list[Any] = list(ax.child_axes)
    assert len(found.pairs) == 2
    assert len(panels) == 4 * 2
    assert [panel.get_title() for panel in panels[:4]] == ["look", "where", "sound", "when"]
    assert np.array_equal(shown_in(panels[1]), found.pairs[0].examples[0].where)
    assert "Hz" in saved(ax)
    assert "cycles a sample" in saved(plot.correspondences(found))
    nothing = replace(found, pairs=())
    assert "nothing goes together" in saved(plot.correspondences(nothing)).replace("&#160;", " ")
