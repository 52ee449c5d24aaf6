"""Put results where people read them: CSV files and the marked sections of a Markdown page."""

from __future__ import annotations

import csv
import io
import math
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "scipy", "cvxpy", "clarabel", "scs", "ecos", "dit")


def write_whole(path: Path, text: str) -> None:
    """Write a text file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows with the same keys; numbers keep all their digits."""
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    write_whole(path, text.getvalue())


def write_section(page: Path, name: str, body: str) -> None:
    """Replace what stands between the markers of ``name``; a page without them gets them."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = page.read_text(encoding="utf-8") if page.exists() else "# Benchmarks\n"
    section = f"{begin}\n{body.strip()}\n{end}"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", flags=re.DOTALL)
    if pattern.search(text):
        text = pattern.sub(lambda _: section, text)
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    write_whole(page, text)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, first column to the left, the others to the right."""
    rule = ["---", *("---:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def duration(seconds: float) -> str:
    """Seconds with two to three digits and a fitting unit; a dash for NaN."""
    if math.isnan(seconds):
        return "–"
    for factor, unit in ((1e6, "µs"), (1e3, "ms"), (1.0, "s")):
        value = seconds * factor
        if value < 999.5 or unit == "s":
            return f"{value:.{2 if value < 9.95 else 1 if value < 99.5 else 0}f} {unit}"
    raise AssertionError("unreachable")


def number(value: float, form: str) -> str:
    """A number in the given format; a dash for NaN."""
    return "–" if math.isnan(value) else format(value, form)


def machine(threads: int | None = None) -> str:
    """The machine and the versions in plain words."""
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    used = "" if threads is None else f", {threads} thread{'s' * (threads > 1)} used"
    return (
        f"Measured on {_processor()}, {cores} core{'s' * (cores > 1)}, {memory:.0f} GiB of memory, "
        f"{platform.system()}{used}; "
        f"Python {platform.python_version()}, {', '.join(versions)}."
    )


def peak_memory(begin: bool = False) -> float:
    """Most memory this process has held since it last was asked to ``begin``, in MiB.

    Only Linux can begin anew; elsewhere NaN.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return math.nan
    if begin:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found.group(1)) / 1024 if found else math.nan


def _processor() -> str:
    """CPU family as the system names it, without trademark signs."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, flags=re.MULTILINE)
    name = found.group(1) if found else platform.processor() or platform.machine()
    return re.sub(r"\((R|TM)\)", "", name).strip()
