"""Reports in a real browser: no error, nothing loaded, nothing without size, nothing cut off.

Screenshots go to the folder that PID_SCREENSHOTS names, to be looked at.
"""

import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import pid
from pid.datasets import real
from tests.browser.axe import violations
from tests.browser.chromium import HOW, Tab, browser, executable

pytestmark = [
    pytest.mark.slow,
    pytest.mark.extras,
    pytest.mark.skipif(
        executable() is None and not os.environ.get("PID_BROWSER_REQUIRED"), reason=HOW
    ),
]

HOSTILE = ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "مرحبا 👋🏽"]


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def page_of(result: object, folder: Path, name: str) -> Path:
    from pid.report import report

    path = folder / f"{name}.html"
    report(result, path, title=f"{name}.csv", command="pid quantify data.csv")  # type: ignore[arg-type]
    return path


def look(tab: Tab, path: Path, answer: str) -> None:
    """At a wide window, a narrow one, in the dark and on paper."""
    for name, width, media, dark in (
        ("wide", 1400, "", False),
        ("middle", 1000, "", False),
        ("narrow", 380, "", False),
        ("dark", 1000, "", True),
        ("print", 800, "print", False),
    ):
        tab.media(media, dark=dark)
        tab.open(path, width)
        assert answer in tab.value("document.body.innerText")
        tab.value("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert tab.value("document.documentElement.scrollWidth") <= width
        sizes = tab.value(
            "[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect())"
            ".map(r => [r.width, r.height])"
        )
        assert all(w > 100 and h > 50 for w, h in sizes)
        outside = tab.value(
            "[...document.querySelectorAll('svg text')].filter(t => { const a = "
            "t.getBoundingClientRect(), b = t.closest('svg').getBoundingClientRect();"
            "return a.left < b.left - 1 || a.right > b.right + 1 || a.bottom > b.bottom + 1 })"
            ".map(t => t.textContent)"
        )
        assert outside == []
        problems = tab.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        assert problems == []
        loaded = [e["request"]["url"] for e in tab.of("Network.requestWillBeSent")]
        assert loaded == [path.as_uri()]
        assert tab.value("document.scripts.length") == 1
        if name in ("wide", "dark"):
            assert violations(tab) == []
        if folder := os.environ.get("PID_SCREENSHOTS"):
            tab.picture(Path(folder) / f"{path.stem}-{name}.png")
    tab.media()


@pytest.mark.parametrize("name", [name for name, info in real.REAL.items() if info.bundled])
def test_real_tables(tab: Tab, name: str, tmp_path: Path) -> None:
    data = pid.datasets.load(name)
    q = pid.quantify(data.X1, data.X2, data.y, estimator="cluster")
    look(tab, page_of(q, tmp_path, name), q.reading)


def test_hostile_names(tab: Tab, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(2, size=(200, 3)), columns=HOSTILE)
    found = pid.screen(X, pd.Series(X.iloc[:, 0] ^ X.iloc[:, 1], name=HOSTILE[0]))
    look(tab, page_of(found, tmp_path, "hostile"), HOSTILE[1])


def test_wide_names(tab: Tab, tmp_path: Path) -> None:
    names = ["WIDTH_OF_WAVEFORM_MM", "MAXIMUM_AMMETER_WATT", "列" * 30, "iiiiiiiiiiiiiiiiiiiiiiii"]
    X = pd.DataFrame(np.random.default_rng(0).integers(2, size=(200, 4)), columns=names)
    found = pid.screen(X, pd.Series(X.iloc[:, 0], name="y"), interval=None)
    look(tab, page_of(found, tmp_path, "wide names"), "Most synergy")


def test_many_columns(tab: Tab, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 300))
    q = pid.quantify(X[:, :150], X[:, 150:], X[:, 0] > 0, estimator="cluster")
    look(tab, page_of(q, tmp_path, "columns"), q.reading)


def test_half_labelled(tab: Tab, tmp_path: Path) -> None:
    x = np.random.default_rng(0).integers(3, size=(2, 600))
    y = (x.sum(axis=0) > 2) * 1
    h = pid.bound_samples((x[0], y), (x[1], y), (x[0], x[1]), replicates=5)
    look(tab, page_of(h, tmp_path, "half-labelled"), h.bounds.read(h.synergy))


def test_models(tab: Tab, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(2, size=(2, 600))
    models = {f"{HOSTILE[i % 3]} {i}": x1 ^ x2 ^ (rng.random(600) < i / 40) for i in range(15)}
    found = pid.compare(models, x1, x2, x1 ^ x2, replicates=20)
    look(tab, page_of(found, tmp_path, "models"), "has the most accuracy")


@pytest.mark.usefixtures("straight_lines")
@pytest.mark.parametrize("classes", [2, 3])
def test_sources(tab: Tab, classes: int, tmp_path: Path) -> None:
    """Curves, a hull and sets for two classes; names of any kind and length."""
    rng = np.random.default_rng(0)
    y = rng.integers(classes, size=300)
    names = [HOSTILE[0], "列" * 30, "WIDTH_OF_WAVEFORM_MM", "i" * 40, "m"]
    sources = {name: np.eye(classes)[y] + rng.normal(size=(300, classes)) for name in names}
    q = pid.quantify(sources=sources, y=y, estimator="posterior")
    look(tab, page_of(q, tmp_path, f"sources {classes}"), "Together the five sources tell")


def test_a_click_on_a_head_sorts(tab: Tab, tmp_path: Path) -> None:
    """Without a script: rows change places on the screen, and the head keeps its own."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(2, size=(300, 6)), columns=list("cafebd"))
    found = pid.screen(X, pd.Series(X["a"] ^ X["b"], name="y"), interval=None)
    tab.open(page_of(found, tmp_path, "sorted"), 1400)
    rows = (
        "[...document.querySelectorAll('.sorts tr')].map(r => [r.getBoundingClientRect().top, "
        "[...r.children].map(c => c.innerText.trim())]).sort((a, b) => a[0] - b[0]).map(r => r[1])"
    )
    head, *before = tab.value(rows)
    for place, name in ((0, "x1"), (head.index("total"), "total")):
        tab.value(f"document.querySelectorAll('.sorts input')[{place}].click()")
        same, *after = tab.value(rows)
        assert same == head
        assert sorted(after) == sorted(before) and after != before
        cells = [row[place] for row in after]
        numbers = [-float(cell) for cell in cells] if name == "total" else cells
        assert numbers == sorted(numbers)


def test_a_small_result_is_one_page_of_paper(tab: Tab, tmp_path: Path) -> None:
    data = pid.datasets.load("breast_cancer")
    q = pid.quantify(data.X1, data.X2, data.y, estimator="cluster")
    tab.open(page_of(q, tmp_path, "paper"), 1000)
    pdf = tab.call("Page.printToPDF", preferCSSPageSize=True)["data"]
    assert len(re.findall(rb"/Type /Page\b", base64.b64decode(pdf))) == 1


def test_text_can_be_read(tab: Tab, tmp_path: Path) -> None:
    """Contrast of all text with what is behind it, in light and dark: 4.5 at least (WCAG AA)."""
    q = pid.quantify([0, 1] * 50, [0, 0, 1, 1] * 25, [0, 0, 0, 1] * 25, interval=None)
    path = page_of(q, tmp_path, "contrast")
    code = """
    (() => {
      const lum = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255)
        .map(x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
        return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
      const behind = e => { for (; e; e = e.parentElement) {
        const c = getComputedStyle(e).backgroundColor;
        if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
      const all = 'p, dt, dd, h1, h2, th, td, summary, code, caption, figcaption, footer, svg text';
      return Math.min(...[...document.querySelectorAll(all)]
        .map(e => { const s = getComputedStyle(e);
          const [a, b] = [lum(e.closest('svg') ? s.fill : s.color), lum(behind(e))];
          return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); }));
    })()"""
    for dark in (False, True):
        tab.media(dark=dark)
        tab.open(path)
        assert tab.value(code) >= 4.5
    tab.media()


@pytest.mark.parametrize("dark", [False, True])
def test_cards(tab: Tab, tmp_path: Path, dark: bool) -> None:
    """As in a notebook, whose theme wins over the system's; at 400 pixels and wide."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(2, size=(200, 3)), columns=HOSTILE)
    y = pd.Series(X.iloc[:, 0] ^ X.iloc[:, 1], name=HOSTILE[2])
    q = pid.quantify(X.iloc[:, :1], X.iloc[:, 1:2], y)
    answers = (q, pid.screen(X, y), pid.difference(q, q), pid.decompose(q.table))
    cards = "".join(str(answer._repr_html_()) for answer in answers)
    path, theme = tmp_path / "cards.html", str(not dark).lower()
    path.write_text(
        f"<!doctype html><meta charset=utf-8><body data-jp-theme-light={theme}>"
        f"<p id=own class=warning>own</p>{cards}",
        encoding="utf-8",
    )
    tab.media("", dark=not dark)
    for width in (400, 1200):
        tab.open(path, width)
        tab.value("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert tab.value("document.documentElement.scrollWidth") <= width
        assert tab.value("document.scripts.length") == 0
        paper = "getComputedStyle(document.querySelector('.pid-card')).backgroundColor"
        assert tab.value(paper) == ("rgb(20, 24, 28)" if dark else "rgb(255, 255, 255)")
        own = tab.value("getComputedStyle(document.getElementById('own')).backgroundColor")
        assert own == "rgba(0, 0, 0, 0)"
        bars = tab.value("[...document.querySelectorAll('.pid-bar svg')].map(s => s.clientWidth)")
        assert min(bars) >= 70
        assert tab.of("Runtime.exceptionThrown", "Log.entryAdded") == []
        if folder := os.environ.get("PID_SCREENSHOTS"):
            tab.picture(Path(folder) / f"cards-{'dark' if dark else 'light'}-{width}.png")
    tab.media()
