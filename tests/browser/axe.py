"""What axe finds wrong with the page in a tab: rules of accessibility that programs can test."""

from importlib.util import find_spec
from pathlib import Path

from tests.browser.chromium import Tab

RUN = """
axe.run(document, {resultTypes: ['violations'], rules: RULES}).then(found =>
  found.violations.map(rule => rule.id + ': ' +
    rule.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')))
"""


def source() -> str:
    """The script, from the package that brings it for tests."""
    package = find_spec("axe_core_python")
    assert package is not None and package.origin is not None, "pip install axe-core-python"
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(tab: Tab, *, contrast: bool = True) -> list[str]:
    """Each rule that does not hold, with the first elements; that of contrast takes longest."""
    tab.value(f"{source()};0")
    rules = "{}" if contrast else "{'color-contrast': {enabled: false}}"
    found: list[str] = tab.value(RUN.replace("RULES", rules))
    return found
