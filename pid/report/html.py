"""A report as one HTML file: no script to run, nothing to load, light and dark, on paper.

Names of columns and labels come from files that nobody checked. The template escapes all text; the
numbers go in as JSON, in which ``<`` and ``&`` are escaped, so that no name can end its element.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from pid._version import __version__
from pid.analysis.names import brief, visible
from pid.analysis.schema import upgraded
from pid.checks import PATH, checked, is_a
from pid.errors import InvalidInput, need
from pid.io.foreign import check_regular, reading
from pid.io.writing import write_whole
from pid.report.document import Document
from pid.report.geometry import picture
from pid.report.grid import placed
from pid.report.lines import drawn
from pid.report.sorting import MOST, sorted_by
from pid.report.stack import stacked

SOURCES = tuple(f"source{i}" for i in range(10))
KINDS = ("redundancy", "unique1", "unique2", "synergy", "total", "shared", *SOURCES)
_DATA = re.compile(r'<script type="application/json" id="pid-data">(.*?)</script>', re.DOTALL)
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_BETWEEN = re.compile(r",(?=[^\d\s])")  # names, not digits
MOST_BYTES = 1_300_000  # of the embedded numbers
MOST_READ = 200_000_000  # bytes of a file that may be a report, or JSON of a large screen
LONGEST, MOST_FACTS = 1_000, 40  # characters of a sentence, and how many sentences


@checked(document=is_a("a Document", Document))
def as_html(document: Document) -> str:
    """The whole page.

    Raises:
        MissingExtra: there is no jinja2.
    """
    document = _short(document)
    text: str = template("page.html").render(
        document=document,
        pictures=[picture(chart) for chart in document.charts],
        stacked=stacked,
        drawn=drawn,
        placed=placed,
        sorted_by=sorted_by,
        most_sorted=MOST,
        breakable=_breakable,
        json=_markup(_fitting(document.data)),
        kinds=KINDS,
        version=__version__,
    )
    return text


def write_report(document: Document, path: Path, *, force: bool = False) -> None:
    """Write the page whole, or not at all."""
    write_whole(path, as_html(document), force=force)


@checked(path=PATH)
def read_report(path: str | Path) -> Any:
    """The numbers of a report: what its JSON output would have been.

    Those of earlier versions are given under the names of today.

    Raises:
        InvalidInput: the file cannot be read, or is no report.
    """
    file = Path(path)
    check_regular(file)
    with reading(file, "UTF-8 text, and so no report"):
        if file.stat().st_size > MOST_READ:
            raise _foreign(path)
        text = file.read_text(encoding="utf-8-sig")
    found = _DATA.search(text)
    try:
        numbers = json.loads(
            found.group(1) if found else text, parse_constant=_no_number, parse_float=_finite
        )
        json.dumps(numbers, indent=2)  # nesting that can be read, and not written
    except (ValueError, RecursionError) as err:  # also numbers and nesting beyond reason
        raise _foreign(path) from err
    rows = numbers if isinstance(numbers, list) else [numbers]
    if not all(isinstance(row, dict) and "version" in row for row in rows):
        raise _foreign(path)
    try:
        today = [upgraded(row) for row in rows]
    except ValueError as err:
        raise InvalidInput(
            f"{str(path)!r} was written by another version of this package: {err}; take the "
            "version that wrote it, or a later one"
        ) from err
    return today if isinstance(numbers, list) else today[0]


def _foreign(path: str | Path) -> InvalidInput:
    return InvalidInput(
        f"{str(path)!r} is no report of this package, nor what --json wrote; give a file of "
        "--html, --json or 'pid report'"
    )


def embedded(data: object) -> str:
    """JSON that cannot end the element it stands in, nor fail to be written as UTF-8."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _short(document: Document) -> Document:
    """With sentences of a length that can be read, however long the names in them are."""
    support = [(label, brief(text, LONGEST)) for label, text in document.support]
    if len(support) > MOST_FACTS:
        left_out = f"{len(support) - MOST_FACTS} more are left out"
        support = [*support[:MOST_FACTS], ("notes", left_out)]
    return replace(
        document,
        answer=brief(document.answer, LONGEST),
        warnings=tuple(brief(text, LONGEST) for text in document.warnings[:MOST_FACTS]),
        support=tuple(support),
        command=None if document.command is None else brief(document.command, 10 * LONGEST),
    )


def _fitting(data: object) -> str:
    """The same, with long names cut where it would be too large otherwise."""
    text = embedded(data)
    return text if len(text.encode()) <= MOST_BYTES else embedded(_cut(data))


def _cut(data: object) -> object:
    if isinstance(data, str):
        return brief(data)
    if isinstance(data, Mapping):
        return {key: _cut(value) for key, value in data.items()}
    return [_cut(item) for item in data] if isinstance(data, list | tuple) else data


def _finite(text: str) -> float:
    """A number that can be written again."""
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


@cache
def template(name: str) -> Any:
    """A template of this folder, all of whose text is escaped.

    Args:
        name: of the file.

    Raises:
        MissingExtra: there is no jinja2.
    """
    jinja2 = need("jinja2", "report")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, finalize=_shown
    )
    return environment.from_string(source_of(name))


def source_of(name: str) -> str:
    """A file of this folder."""
    return resources.files("pid.report").joinpath(name).read_text(encoding="utf-8")


def _shown(value: object) -> object:
    """Text as it can be shown; HTML does not allow control characters at all."""
    return visible(value) if type(value) is str else value


def _breakable(text: str) -> Any:
    """A list of names that may go on in the next line after each of them."""
    return _markup(",<wbr>").join(_BETWEEN.split(visible(text)))  # which escapes what it joins


def _markup(text: str) -> Any:
    return need("markupsafe", "report").Markup(text)
