"""The site in a real browser: every page on a narrow screen and in both schemes, some by axe.

Screenshots go to the folder that PID_SCREENSHOTS names, to be looked at.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.axe import violations
from tests.browser.chromium import HOW, Tab, browser, executable

pytestmark = [
    pytest.mark.slow,
    pytest.mark.extras,
    pytest.mark.skipif(
        executable() is None and not os.environ.get("PID_BROWSER_REQUIRED"), reason=HOW
    ),
]

ROOT = Path(__file__).resolve().parents[2]
NARROW = 400
SCHEMES = ("default", "slate")  # as the theme calls light and dark
# One page of each kind: doors, pictures, a guide, a table, an entry, a notebook.
KINDS = ("index", "gallery", "screen", "peers", "api/inference", "notebooks/09_three_sources")

# What goes beyond the screen is in a box that scrolls, or it is cut.
CUT = """
[...document.querySelectorAll('.md-container *')].filter(e => {
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height || box.right <= innerWidth + 1) return false;
  for (let a = e; a; a = a.parentElement)
    if (['auto', 'scroll'].includes(getComputedStyle(a).overflowX)) return false;
  return getComputedStyle(e).position !== 'fixed' && !e.closest('.md-sidebar, svg, .md-search');
}).map(e => e.outerHTML.slice(0, 120))
"""

# Texts whose contrast with what is behind them is below 4.5 (WCAG AA).
FAINT = """
(() => {
  const parts = c => { const v = c.match(/[\\d.]+/g).map(Number); return v.concat(1).slice(0, 4); };
  const over = (top, under) =>
    [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const behind = e => { const layers = [];
    for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] === 1) break; }
    return layers.reduceRight((under, top) => over(top, under), [255, 255, 255, 1]); };
  const lum = c => { const v = c.slice(0, 3).map(x => x / 255)
    .map(x => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const seen = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, style = getComputedStyle(e);
    if (!walk.currentNode.textContent.trim() || !e.getClientRects().length) continue;
    if (e.closest('script, style, .headerlink, [hidden], .md-search, .md-top')) continue;
    const ground = behind(e), ink = over(parts(style.color), ground);
    const [a, b] = [lum(ink), lum(ground)];
    const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (contrast < 4.5) seen.set(style.color + e.className, contrast.toFixed(2) + ' ' +
      e.outerHTML.slice(0, 120));
  }
  return [...seen.values()];
})()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    return folder


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def show(tab: Tab, scheme: str) -> None:
    """At once, and not by degrees."""
    tab.value(
        "document.head.insertAdjacentHTML('beforeend', '<style>* { transition: none !important }"
        f"</style>'); document.body.setAttribute('data-md-color-scheme', '{scheme}')"
    )


def picture(tab: Tab, page: Path, site: Path, kind: str) -> None:
    if folder := os.environ.get("PID_SCREENSHOTS"):
        name = str(page.relative_to(site).with_suffix("")).replace(os.sep, "-")
        tab.picture(Path(folder) / f"{name}-{kind}.png")


def test_every_page_can_be_read(tab: Tab, site: Path) -> None:
    """On a narrow screen nothing is cut, nothing is faint, and nothing is loaded from elsewhere."""
    wrong = []
    pages = sorted(site.rglob("*.html"))
    for page in pages:
        tab.open(page, NARROW)
        width = tab.value("document.documentElement.scrollWidth")
        found = [f"{width} pixels wide"] * (width > NARROW) + tab.value(CUT)
        found += violations(tab, contrast=False) if page.stem != "404" else []
        for scheme in SCHEMES:
            show(tab, scheme)
            found += [f"{scheme}: {text}" for text in tab.value(FAINT)]
            picture(tab, page, site, f"narrow-{scheme}")
        found += [str(event) for event in tab.of("Runtime.exceptionThrown")]
        urls = [event["request"]["url"] for event in tab.of("Network.requestWillBeSent")]
        found += [url for url in urls if not url.startswith(("file:", "data:", "blob:"))]
        wrong += [f"{page.relative_to(site)}: {text}" for text in found]
    assert len(pages) > 50
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_axe(tab: Tab, site: Path, kind: str) -> None:
    for width in (NARROW, 1280):
        tab.open(site / f"{kind}.html", width)
        for scheme in SCHEMES:
            show(tab, scheme)
            assert violations(tab) == [], (width, scheme)
            picture(tab, site / f"{kind}.html", site, f"{width}-{scheme}")


def test_the_switch(tab: Tab, site: Path) -> None:
    """From what the system has to light, to dark, and back; the next page has it, too."""
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    button = "document.querySelector('[data-md-component=palette] label:not([hidden])')"
    tab.media(dark=False)
    tab.open(site / "index.html", 1280)
    seen = [tab.value(scheme)]
    for _ in range(2):
        tab.value(f"{button}.click(); new Promise(done => setTimeout(done, 100))")
        seen.append(tab.value(scheme))
    assert seen == ["default", "default", "slate"]
    tab.open(site / "gallery.html", 1280)
    assert tab.value(scheme) == "slate"


def test_search_from_a_folder(tab: Tab, site: Path) -> None:
    tab.open(site / "index.html", 1280)
    tab.value("""(() => { const box = document.querySelector('.md-search__input');
        box.focus(); box.value = 'covariate'; box.dispatchEvent(new Event('keyup')); })()""")
    found = """new Promise(done => { const look = left => {
        const links = [...document.querySelectorAll('.md-search-result__link')].map(a => a.href);
        if (links.length || !left) done(links); else setTimeout(look, 100, left - 1); };
        look(50); })"""
    assert any("given.html" in link for link in tab.value(found))
