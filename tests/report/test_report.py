"""Reports say what the result says, whatever the names are, and read back to the same numbers."""

import html.parser
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import pid
from pid.cli import main
from pid.errors import InvalidInput
from pid.report.document import Bar
from pid.report.of_quantification import document_of

pytestmark = pytest.mark.extras

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "مرحبا 👋🏽",
    "a\x1b[31m\x00b",
    "a\udcff.npy",  # as of a file whose name is no UTF-8
    "{{ 7 * 7 }}{% raw %}",
    "L" * 10_000,
)


class Page(html.parser.HTMLParser):
    """Elements, attributes and text of a page; void elements need no end."""

    VOID = ("meta", "line", "rect", "path", "circle", "wbr", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def samples() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(2, size=(2, 600))
    return x1, x2, x1 & x2


def written(result: object, path: Path, title: str = "data.csv") -> Page:
    from pid.report import report

    report(result, path, title=title)  # type: ignore[arg-type]
    assert path.stat().st_size < 2e6
    return Page(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["quantify", "screen", "bounds"])
def test_the_answer_and_every_number(
    kind: str, samples: tuple[np.ndarray, np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    from pid.report import read_report

    x1, x2, y = samples
    result: pid.Quantification | pid.Screening | pid.HalfLabelled
    data: object
    if kind == "quantify":
        result = pid.quantify(x1, x2, y)
        data, answer = result.to_dict(), result.reading
        assert result.decomposition.coupling is not None
        data["table"] = result.table.tolist()
        data["coupling"] = result.decomposition.coupling.tolist()
    elif kind == "screen":
        result = pid.screen(pd.DataFrame({"a": x1, "b": x2, "c": y}), pd.Series(y, name="y"))
        data, answer = result.to_dicts(), "Most synergy is in"
    else:
        result = pid.bound_samples((x1, y), (x2, y), (x1, x2), replicates=5)
        data, answer = result.to_dict(), result.reading
    page = written(result, tmp_path / "report.html")
    assert answer in page.text
    assert "data.csv" in page.text
    assert read_report(tmp_path / "report.html") == json.loads(json.dumps(data))
    assert page.elements.count("h1") == 1
    assert {"svg", "table", "main", "title"} <= set(page.elements)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text(
    name: str, samples: tuple[np.ndarray, np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    from pid.report import read_report

    x1, x2, y = samples
    q = pid.quantify(x1, x2, y, names=(name, "b", name), interval=None)
    page = written(q, tmp_path / "report.html", name)
    assert page.elements.count("script") == 1
    assert "img" not in page.elements
    assert not [key for key, _ in page.attributes if key.startswith("on")]
    assert "\x00" not in "".join(page.words)
    assert read_report(tmp_path / "report.html")["x1"] == name


def test_nothing_is_loaded(
    samples: tuple[np.ndarray, np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    page = written(pid.quantify(*samples), tmp_path / "report.html")
    assert not [value for key, value in page.attributes if key in ("src", "href", "action")]
    assert "url(" not in (tmp_path / "report.html").read_text()
    labels = [value for key, value in page.attributes if key == "aria-label"]
    assert any("synergy 0.5" in str(label) for label in labels)


def test_a_screen_of_many_pairs_stays_small(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(2, size=(60, 120)), columns=[f"column {i}" for i in range(120)])
    found = pid.screen(X, pd.Series(rng.integers(2, size=60), name="y"), interval=None)
    page = written(found, tmp_path / "report.html")
    assert len(found) == 7140
    assert "6,940 more rows are left out" in page.text
    assert page.elements.count("tr") < 250


def test_a_chart_has_a_place_for_every_value() -> None:
    from pid.report.document import Bar, Chart
    from pid.report.geometry import WIDTH, picture

    for values in ([-0.0, 1e-17], [0.0], [-3.0, 40.0], [1e-6, 2e-6], [5.0, 5.0]):
        bars = [
            Bar(label="b", kind="synergy", value=v, text="t", low=v - 1e-7, high=v + 1e-7)
            for v in values
        ]
        drawn = picture(Chart(title="c", unit="bit", bars=tuple(bars), mark=values[0]))
        assert all(drawn.left <= tick.x <= WIDTH for tick in drawn.ticks)
        assert len({tick.text for tick in drawn.ticks}) == len(drawn.ticks)
        for bar in drawn.bars:
            assert drawn.left - 1 <= bar.x <= bar.x + bar.width <= WIDTH
            assert bar.low is not None
            assert bar.high is not None
            assert drawn.left - 1 <= bar.low <= bar.high <= WIDTH
            assert bar.x + bar.width <= bar.text_x <= WIDTH


def test_maps() -> None:
    """Cells where they belong, as deep as they are large; names and texts only where they fit."""
    from pid.report.document import Grid
    from pid.report.grid import UNDER_TEXT, placed

    values: list[list[float | None]] = [[None, 0.5], [2.0, -1.0]]
    named = placed(Grid(title="t", kind="synergy", most=2.0, values=values, names=["a", "b" * 99]))
    assert [(c.x > 100, c.y, c.opacity) for c in named.cells] == [
        (True, 0.0, 0.25),
        (True, named.side, 1.0),
        (True, named.side, 0.0),
    ]
    first, second = (label.text for label in named.rows)
    assert first == "a"
    assert len(second) < 20
    assert "…" in second
    assert named.in_words.startswith(f"t. Largest: {'b' * 20}…{'b' * 19} and a: 2.0000; ")
    texts = [["", "x"], ["y", "z"]]
    signed = placed(Grid(title="t", kind="signed", most=2.0, values=values, texts=texts))
    assert [(c.kind, c.opacity, c.text) for c in signed.cells] == [
        ("synergy", round(UNDER_TEXT / 4, 3), "x"),
        ("synergy", UNDER_TEXT, "y"),
        ("unique1", UNDER_TEXT / 2, "z"),
    ]
    assert [c.minus for c in signed.cells] == [False] * 3  # texts say so
    bare = placed(Grid(title="t", kind="signed", most=2.0, values=values))
    assert [c.minus for c in bare.cells] == [False, False, True]
    large = placed(Grid(title="t", kind="total", most=1.0, values=np.ones((300, 2)).tolist()))
    assert large.height <= 250


@pytest.mark.parametrize("name", ["<" * 200, "&" * 10_000, '"' * 10_000, "木" * 500])
def test_screens_of_hostile_names_stay_small(name: str, tmp_path: Path) -> None:
    """And every pair that is drawn or listed has its numbers in the file."""
    from pid.report import read_report

    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(2, size=(80, 60)), columns=[f"{i}{name}{i}" for i in range(60)])
    y = pd.DataFrame(rng.integers(2, size=(80, 2)), columns=[f"y{name}", f"z{name}"])
    found = pid.screen(X.assign(constant=1), y, interval=None)
    page = written(found, tmp_path / "r.html")
    rows = read_report(tmp_path / "r.html")
    assert f"the numbers of {len(rows):,} of {len(found):,} pairs" in page.text
    cells = sum(value == "synergy cell" for _, value in page.attributes)
    assert page.elements.count("tr") - 2 <= len(rows)
    assert 0 < cells <= len(rows)
    assert rows[0]["synergy"] == found.corrected[0, 3]


def test_a_map_has_its_numbers_in_the_file(tmp_path: Path) -> None:
    """Of a pair on the map that is far down the list, too."""
    from pid.report import read_report

    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(2, size=(60, 100)), columns=[f"c{i}" for i in range(100)])
    found = pid.screen(X, pd.Series(rng.integers(2, size=60), name="y"), interval=None)
    written(found, tmp_path / "r.html")
    kept = {(row["x1"], row["x2"]) for row in read_report(tmp_path / "r.html")}
    names = set(found.to_matrix().index[:40])
    assert {(a, b) for a, b, _ in found.pairs if a in names and b in names} <= kept


@pytest.mark.parametrize("size", [400_000, 2_000_000])
def test_very_long_names(
    size: int, samples: tuple[np.ndarray, np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    q = pid.quantify(*samples, names=("<" * size, "b", "y"), interval=None)
    written(replace(q, notes=("<" * size,) * 100, warnings=("&" * size,)), tmp_path / "r.html")


def test_sparse_tables_are_left_out(tmp_path: Path) -> None:
    """A table of single rows is much like the rows themselves."""
    from pid.report import read_report

    rows = np.arange(19)
    q = pid.quantify(rows, rows % 5, rows % 2, estimator="table")
    page = written(q, tmp_path / "r.html")
    assert "The table that was decomposed" not in page.text
    assert "table" not in read_report(tmp_path / "r.html")


def test_counts_are_in_full(tmp_path: Path) -> None:
    x = np.repeat([0, 1, 0, 1], [1_234_567, 3, 2, 1_000_000])
    q = pid.quantify(x, x, x ^ (np.arange(len(x)) % 2), interval=None, correction="none")
    assert "617,284" in written(q, tmp_path / "r.html").text
    weighted = pid.quantify(x[::10000], x[::10000], x[::10000], weights=np.arange(1, 225))
    assert "Weight of the samples in each of 8 cells" in written(weighted, tmp_path / "w.html").text


def test_letters_of_all_scripts_stay(
    samples: tuple[np.ndarray, np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    kept, hidden = "b\u00a0c\u3000d 👨\u200d👩", "a\u202eb"
    q = pid.quantify(*samples, names=(kept, hidden, "y"), interval=None)
    text = (tmp_path / "r.html", written(q, tmp_path / "r.html"))[0].read_text()
    assert kept in text
    assert "a\ufffdb" in text
    json_free = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "\u202e" not in json_free


def test_a_screen_has_a_map(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(2, size=(300, 4)), columns=list("abcd"))
    targets = pd.DataFrame({"y": X["a"] ^ X["b"], "z": X["c"]})
    page = written(pid.screen(X, targets, interval=None), tmp_path / "r.html")
    labels = [str(value) for key, value in page.attributes if key == "aria-label"]
    assert sum(label.startswith("synergy about") for label in labels) == 2
    assert page.elements.count("circle") == 0  # nothing was tested
    page = written(pid.screen(X, targets[["y"]], sort="unique1"), tmp_path / "u.html")
    cells = [value for key, value in page.attributes if value == "unique1 cell"]
    assert len(cells) == 12


@pytest.mark.parametrize(
    ("columns", "classes", "label"), [(1000, 2, "b"), (2, 200, "b"), (2, 2, "L" * 10_000)]
)
def test_much_of_everything(columns: int, classes: int, label: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(1000, columns)), columns=[f"c{i}" for i in range(columns)])
    y = pd.Series(np.arange(1000) % classes).map(lambda i: f"{label}{i}")
    half = columns // 2
    q = pid.quantify(X.iloc[:, :half], X.iloc[:, half:], y, estimator="cluster", replicates=20)
    page = written(q, tmp_path / "r.html")
    assert (tmp_path / "r.html").stat().st_size < 200_000
    assert f"{classes} classes" in page.text


def test_single_rows_and_tiny_numbers(tmp_path: Path) -> None:
    """One row has one class; -0.0 is 0, and 1e-17 is no different from it on the page."""
    with pytest.raises(InvalidInput, match="y has a single class, 3, in all 1 samples"):
        pid.quantify([1], [2], [3])
    assert (
        "There are no pairs"
        not in written(
            pid.screen(pd.DataFrame({"a": [1, 2], "b": [1, 2]}), pd.Series([0, 1], name="y")),
            tmp_path / "two.html",
        ).text
    )
    x = np.array([-0.0, 0.0, 1e-17, 0.0] * 30)
    page = written(pid.quantify(x, x[::-1], np.arange(120) % 2), tmp_path / "tiny.html")
    assert "-0.0000" not in page.text
    assert not [value for _, value in page.attributes if value in ("nan", "inf", "-0.0")]


def test_nothing_is_left_of_a_page_that_cannot_be_written(
    samples: tuple[np.ndarray, np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    from pid.report import report

    (tmp_path / "folder").mkdir()
    q = pid.quantify(*samples, interval=None)
    for path in (tmp_path / "folder", tmp_path / "none" / "a.html", tmp_path / ("n" * 300)):
        with pytest.raises(InvalidInput):
            report(q, path, force=True)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]
    report(q, tmp_path / f"{'列' * 83}.html")  # as long as a name may be
    assert len(list(tmp_path.iterdir())) == 2


def test_wrong_uses(samples: tuple[np.ndarray, np.ndarray, np.ndarray], tmp_path: Path) -> None:
    from pid.report import read_report, report

    with pytest.raises(
        InvalidInput,
        match=r"must be an answer of .*, compare, value or retained, an Audit, or a Gallery; got",
    ):
        report("text", tmp_path / "a.html")  # type: ignore[arg-type]
    q = pid.quantify(*samples, interval=None)
    report(q, tmp_path / "a.html")
    with pytest.raises(InvalidInput, match="exists"):
        report(q, tmp_path / "a.html")
    report(q, tmp_path / "a.html", force=True)
    with pytest.raises(InvalidInput, match="there is no folder"):
        report(q, tmp_path / "none" / "a.html")
    foreign = ("[1, 2]", '{"a": 1}', "<html></html>", '{"a": NaN}', "[" * 100_000, "1" * 5000)
    for text in foreign:
        (tmp_path / "b.html").write_text(text)
        with pytest.raises(InvalidInput, match="is no report of this package, nor what"):
            read_report(tmp_path / "b.html")


def test_command(
    samples: tuple[np.ndarray, np.ndarray, np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    x1, x2, y = samples
    pd.DataFrame({"a": x1, "b": x2, "y": y}).to_csv("data.csv", index=False)
    words = ["quantify", "data.csv", "--x1", "a*", "--x2", "b", "--y", "y", "--html", "r.html"]
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 0, answer.output
    assert answer.stderr.startswith("wrote 'r.html', ")
    assert (
        "pid quantify data.csv --x1 'a*' --x2 b --y y --html r.html --force"
        in Page(Path("r.html").read_text()).text
    )
    back = CliRunner().invoke(main, ["report", "--from-json", "r.html"])
    plain = CliRunner().invoke(main, [*words[:-2], "--json", "-"])
    numbers = json.loads(back.stdout)
    assert numbers.items() >= json.loads(plain.stdout).items()
    again_solved = pid.decompose(np.array(numbers["table"]))
    cells = again_solved.synergy_by_cell(numbers["table"])
    assert np.allclose(cells.sum(), numbers["synergy_counted"])
    assert pd.DataFrame([json.loads(back.stdout)])["synergy"][0] > 0.4
    again = CliRunner().invoke(main, words)
    assert (again.exit_code, again.stdout) == (2, "")
    assert "r.html" in again.stderr
    same = CliRunner().invoke(main, [*words, "--json", "r.html", "--force"])
    assert (same.exit_code, "two outputs have one name" in same.stderr) == (2, True)
    direct = ["report", *words[1:-2], "--out", "d.html"]
    answer = CliRunner().invoke(main, direct)
    assert answer.exit_code == 0, answer.output
    assert " ".join(answer.stdout.split()) == str(
        pid.quantify(x1, x2, y, names=("a*", "b", "y")).reading
    )
    assert max(map(len, answer.stdout.splitlines())) <= 80
    numbers_of = CliRunner().invoke(main, ["report", "--from-json", "d.html"])
    assert json.loads(numbers_of.stdout)["synergy"] == numbers["synergy"]
    again = CliRunner().invoke(main, direct)
    assert (again.exit_code, again.stdout) == (2, "")
    missing = CliRunner().invoke(main, ["report", "--from-json", "none.html"])
    assert (missing.exit_code, missing.stderr.startswith("Error: cannot read")) == (2, True)
    screened = ["screen", "data.csv", "--y", "y", "--interval", "none", "--html", "s.html"]
    assert CliRunner().invoke(main, screened).exit_code == 0
    assert Path("s.html").stat().st_size > 5000


def test_of_a_trajectory(tmp_path: Path) -> None:
    """Every atom of every place; names are text; of many places charts have some."""
    from pid.report import read_report

    rng = np.random.default_rng(0)
    p1, p2, p12 = rng.dirichlet([1, 1, 1], size=(3, 60, 40))
    names = tuple(f"<b>{i}</b>" for i in range(60))
    found = pid.quantify_posteriors(
        p1, p2, p12, np.arange(40) % 3, axis="<i>epoch</i>", positions=list(names)
    )
    page = written(found, tmp_path / "layers.html", title="layers")
    assert "<b>59</b>" in page.text
    assert "b" not in page.elements
    assert found.reading in page.text
    assert read_report(tmp_path / "layers.html") == json.loads(json.dumps(found.to_dict()))
    for q in found:
        assert f"{q.show('synergy')} (" in page.text
    bare = replace(found, results=found.results[:2], positions=names[:2])
    few = written(bare, tmp_path / "two.html")
    assert few.elements.count("svg") == page.elements.count("svg") == 5


def test_of_correspondences(tmp_path: Path) -> None:
    """The table, the maps of each pair, and that there is something of single scenes."""
    from pid.datasets import make_scenes
    from pid.estimators.fission import Correspondences, activations

    scenes = make_scenes(60, objects=2, distractors=0)
    looks, sounds = activations(scenes.images), activations(scenes.sounds)
    model = Correspondences().fit(
        looks.features, looks.scenes, sounds.features, sounds.scenes, n_scenes=60
    )
    found = model.gallery(looks, sounds, examples=1)
    path = tmp_path / "scenes.html"
    pid.report.report(found, path, title="scenes")
    page = Page(path.read_text())
    text = " ".join(page.words)
    assert "2 go together, of 2 looks and 2 sounds in 60 scenes" in text
    assert text.count("Mean look") == 2
    assert f"in scene {found.pairs[0].examples[0].scene}" in text
    assert "in single scenes" in text
    assert "no row of the data" not in text
    numbers = pid.report.read_report(path)
    assert [pair["phi"] for pair in numbers["pairs"]] == model.pairs_.phi.tolist()
    pid.report.report(replace(found, pairs=()), path, force=True)
    assert "No look and no sound go together" in path.read_text()
    assert "no row of the data" in path.read_text()


def test_every_bar_has_its_verdict() -> None:
    """By its interval, by what is said in place of that, or none."""

    def verdict(low: float | None, high: float | None, said: str | None = None) -> str:
        bar = Bar(label="a", kind="total", value=0.1, text="0.1", low=low, high=high, said=said)
        return bar.verdict

    assert verdict(0.1, 0.2) == "above 0"
    assert verdict(-0.2, -0.1) == "below 0"
    assert verdict(0.0, 0.2) == verdict(-0.1, 0.0) == "may be 0"
    assert verdict(None, None) == verdict(0.1, 0.2, "") == ""
    assert verdict(0.1, 0.2, "keep") == "keep"


def test_clusters_are_described(tmp_path: Path) -> None:
    """Shares of rows and classes are those of the table, and each cluster has a line."""
    data = pid.datasets.load("breast_cancer")
    q = pid.quantify(data.X1, data.X2, data.y, estimator="cluster")
    document = document_of(q, "a.csv")
    of_x2 = next(section for section in document.sections if section.heading == "Clusters of x2")
    assert of_x2.listing is not None
    counts = q.table.sum(axis=0)
    assert len(of_x2.listing.rows) == len(counts)
    for row, cell in zip(of_x2.listing.rows, counts, strict=True):
        assert row[1].startswith("texture_")
        assert row[2] == f"{cell.sum() / q.n:.0%}"
        assert row[3:] == [f"{cell[y] / cell.sum():.0%}" for y in np.argsort(-q.table.sum((0, 1)))]
