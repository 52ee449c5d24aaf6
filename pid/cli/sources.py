"""Sources of ``pid quantify``: two by --x1 and --x2, or two and more by --source, with names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import click

from pid.cli.options import READING, how_read, how_written, named_columns, taken, together
from pid.cli.usage import there_are
from pid.errors import InvalidInput

sources_options = together(
    click.option(
        "--x1",
        metavar="[NAME=]COLUMNS",
        help="First of two sources: names and globs, such as 'total_*,!total_day'.",
    ),
    click.option(
        "--x2",
        metavar="[NAME=]COLUMNS",
        help="Second source, likewise; rest is all that has no other role.",
    ),
    click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="NAME=COLUMNS",
        callback=named_columns,
        help="In place of --x1 and --x2: a source and its name; repeatable, for two or more.",
    ),
    click.option("--y", required=True, metavar="COLUMN", help="Target."),
)


class Columns(NamedTuple):
    """Which columns are what: sources by their names, or as "x1" and "x2"; and all other roles.

    ``labels`` are what the sources are called.
    """

    sources: dict[str, str]
    named: bool
    others: dict[str, Any]
    labels: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What sources and target are called."""
        return (*self.labels, self.others["y"])


def asked_of(asked: dict[str, Any], file: Path | None, **of_two: bool) -> Columns:
    """Take the columns out of what was asked.

    Args:
        asked: all options.
        file: the table that columns are of.
        of_two: options for two sources alone beside these, and whether they are given.

    Raises:
        UsageError: sources that are not all of one kind, or too few; options that more than two
            have no use for.
    """
    pair, sources = taken(asked, "x1", "x2"), taken(asked, "sources")["sources"]
    given = [f"--{role}" for role, columns in pair.items() if columns is not None]
    others = taken(asked, *(role for role in ("y", "groups", "weights") if role in asked))
    if not sources:
        _check_pair(given, file)
        split = {role: named_or_not(value, file) for role, value in pair.items()}
        labels = tuple(name or columns for name, columns in split.values())
        return Columns({r: columns for r, (_, columns) in split.items()}, False, others, labels)
    if given:
        raise click.UsageError(
            f"{' and '.join(given)} beside --source: name all sources by --source, or two by "
            "--x1 and --x2"
        )
    _check_several(sources, **of_two)
    return Columns(sources, True, others, tuple(sources))


def named_or_not(value: str, file: Path | None) -> tuple[str | None, str]:
    """``bill='bill_*'`` as a name and columns; what names columns or a file as it is has no name.

    Raises:
        InvalidInput: a table that cannot be read.
    """
    name, _, columns = value.partition("=")
    if not name.strip() or not columns.strip() or Path(value.partition(":")[0]).exists():
        return None, value
    if file is not None and file.exists():
        from pid.io.choose import column_group
        from pid.io.readers import column_names

        names = column_names(file, rows=False, single=True, text=how_written())
        with suppress(InvalidInput):
            column_group("", value, names)
            return None, value
    return name, columns


def read(
    file: Path | None,
    columns: Columns,
    asked: dict[str, Any],
    *,
    beside: Sequence[str] = (),
    out_of_core: bool,
    trials: bool = False,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What was asked for, as ``pid.quantify`` takes it; and what there is to say of the columns.

    Out of memory the scan has read what reading needs, which is taken out of what was asked.

    Args:
        file, columns, asked: as of ``asked_of``.
        out_of_core: leave the rows in the file.
        trials: arrays may have an axis of times.
        beside: columns of other roles, which are not of the rest.

    Raises:
        InvalidInput: see ``pid.io.embeddings`` and ``pid.scan``.
    """
    sources, others = columns.sources, columns.others
    how = replace(how_read(asked), beside=tuple(beside))
    if columns.named and not out_of_core:
        from pid.io.embeddings import load_named

        named = load_named(file, sources, **others, how=how)._asdict()
        return named, named.pop("notes")
    x1, x2 = sources.values()
    if out_of_core and file is not None:
        from pid.discretization.out_of_core.scan import scan

        written = how_written()
        if written.encoding is not None or written.comment is not None:
            raise click.UsageError(
                "--encoding and --comment need the rows in memory; leave out --out-of-core"
            )
        chosen = scan(
            file,
            x1=x1,
            x2=x2,
            **others,
            sep=written.sep,
            decimal=written.decimal,
            **taken(asked, *READING),
        )
    else:
        from pid.io.embeddings import load_sources, load_trials

        load = load_trials if trials else load_sources
        chosen = load(file, x1=x1, x2=x2, **others, how=how)
    data = {
        "X1": chosen.X1,
        "X2": chosen.X2,
        "y": chosen.y,
        "groups": chosen.groups,
        "weights": chosen.weights,
        "names": columns.names,
    }
    return data, chosen.notes


def columns_given(file: Path | None, columns: str, asked: Mapping[str, Any]) -> Any:
    """The columns of ``--given``, which may be those of a source, but not the target.

    Raises:
        InvalidInput: see ``pid.io.embeddings``.
    """
    from pid.io.embeddings import load_codes

    return load_codes(file, {"given": columns}, y=asked["y"], how=how_read(asked))["given"]


def listed(items: Mapping[str, str]) -> str:
    """Columns of all sources, in words."""
    *first, last = items.values()
    return f"{', '.join(first)} and {last}"


def _check_pair(given: list[str], file: Path | None) -> None:
    """Raise UsageError where one of two sources is missing."""
    missing = [flag for flag in ("--x1", "--x2") if flag not in given]
    if missing:
        raise click.UsageError(
            f"Missing option '{missing[0]}'; name two sources by --x1 and --x2, or each of two or "
            "more by --source NAME=COLUMNS" + there_are(file)
        )


def _check_several(sources: Mapping[str, str], **of_two: bool) -> None:
    """Raise UsageError for a single source, and for options that more than two cannot have."""
    if len(sources) == 1:
        ((name, columns),) = sources.items()
        raise click.UsageError(
            f"{name!r} is the only source, and shares nothing: name another by --source "
            f"NAME=COLUMNS; what one tells alone says 'pid information FILE --x {columns!r} ...'"
        )
    refused = [f"--{name.replace('_', '-')}" for name, asked in of_two.items() if asked]
    if refused and len(sources) > 2:
        raise click.UsageError(
            f"{refused[0]} is for two sources, and there are {len(sources)}; leave it out"
        )
