"""A report as one HTML file: no script to run, nothing to load, light and dark, on paper.

Names of columns and labels come from files that nobody checked. The template escapes all text; the
numbers go in as JSON, in which ``<`` and ``&`` are escaped, so that no name can end its element.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pid._version import __version__
from pid.errors import InvalidInput, need
from pid.files import write_whole
from pid.report.document import Document
from pid.report.geometry import picture
from pid.report.grid import placed

KINDS = ("redundancy", "unique1", "unique2", "synergy", "total")
_DATA = re.compile(r'<script type="application/json" id="pid-data">(.*?)</script>', re.DOTALL)
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def as_html(document: Document) -> str:
    """The whole page.

    Raises:
        MissingExtra: there is no jinja2.
    """
    text: str = _template().render(
        document=document,
        pictures=[picture(chart) for chart in document.charts],
        placed=placed,
        breakable=_breakable,
        json=_markup(embedded(document.data)),
        kinds=KINDS,
        version=__version__,
    )
    return text


def write_report(document: Document, path: Path, *, force: bool = False) -> None:
    """Write the page whole, or not at all."""
    write_whole(path, as_html(document), force=force)


def read_report(path: str | Path) -> Any:
    """The numbers of a report: what its JSON output would have been.

    Raises:
        InvalidInput: the file cannot be read, or is no report.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as err:
        raise InvalidInput(f"cannot read {str(path)!r}: {err.strerror or err}") from err
    except UnicodeDecodeError as err:
        raise InvalidInput(f"{str(path)!r} is not UTF-8 text, and so no report") from err
    found = _DATA.search(text)
    try:
        return json.loads(found.group(1) if found else text)
    except json.JSONDecodeError as err:
        raise InvalidInput(
            f"{str(path)!r} is neither a report of this package nor JSON; give what --html, "
            "--json or 'pid report' has written"
        ) from err


def embedded(data: object) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False)
    return "".join(_ESCAPES.get(c, c) for c in text)


@cache
def _template() -> Any:
    jinja2 = need("jinja2", "report")
    source = resources.files("pid.report").joinpath("page.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, finalize=_shown
    )
    return environment.from_string(source)


def _shown(value: object) -> object:
    """Text without control characters, which HTML does not allow."""
    if type(value) is str:
        return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in value)
    return value


def _breakable(text: str) -> Any:
    """A list of names that may go on in the next line after each of them."""
    escaped: Any = need("markupsafe", "report").escape(_shown(text))
    return escaped.replace(",", _markup(",<wbr>"))


def _markup(text: str) -> Any:
    return need("markupsafe", "report").Markup(text)
