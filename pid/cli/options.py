"""Options that several commands share, and what kinds of values they take."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

if TYPE_CHECKING:
    from pid.io.dialect import Dialect
    from pid.io.reading import Reading

WRITTEN = "pid.written"  # where a context keeps how text files are written
READING = ("missing", "missing_values", "symbols", "numbers")

Command = TypeVar("Command", bound=Callable[..., Any])


def together(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order that they have in the help."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def taken(asked: dict[str, Any], *names: str) -> dict[str, Any]:
    """Take some of the options out of those that were asked."""
    return {name: asked.pop(name) for name in names}


def positive_or_none(what: str, below: float = math.inf) -> Any:
    """A callback that takes a number above 0, which ``what`` says in words, or none."""

    def parse(ctx: click.Context, param: click.Parameter, value: str) -> float | None:
        if value == "none":
            return None
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0 < number < below:
            raise click.BadParameter(f"expected {what}, or none; got {value!r}")
        return number

    return parse


def number_or(*words: str, least: int) -> Any:
    """A callback that takes an integer of at least ``least`` or one of ``words``."""

    def parse(ctx: click.Context, param: click.Parameter, value: str | None) -> int | str | None:
        if value is None or value in words:
            return value
        if value.isdecimal() and int(value) >= least:
            return int(value)
        raise click.BadParameter(
            f"expected a whole number of at least {least}, or {' or '.join(words)}; got {value!r}"
        )

    return parse


def named_columns(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[str, str]:
    """A callback that takes NAME=COLUMNS as often as it comes."""
    found: dict[str, str] = {}
    for item in value:
        name, equals, pattern = item.partition("=")
        if not (name and equals and pattern):
            raise click.BadParameter(f"expected NAME=COLUMNS, such as audio='a_*'; got {item!r}")
        if name in found:
            raise click.BadParameter(f"there are two called {name!r}")
        found[name] = pattern
    return found


def missing_values(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[str | float, ...]:
    """A callback that takes values separated by commas: as text, and as numbers where they are."""
    found: list[str | float] = []
    for item in patterns(ctx, param, value):
        found.append(item)
        try:
            found.append(float(item))
        except ValueError:
            continue
    return tuple(found)


def patterns(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
    """A callback that takes names and globs separated by commas."""
    items = (value or "").split(",")
    return tuple(item.strip() for item in items if item.strip())


def listed_or_none(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[str, ...] | None:
    """A callback that takes values separated by commas."""
    return None if value is None else patterns(ctx, param, value)


def how_read(asked: Mapping[str, Any]) -> Reading:
    """``reading_options`` as what readers of files take."""
    from pid.io.reading import reading

    return reading(**{name: asked[name] for name in READING}, text=how_written())


def how_written() -> Dialect:
    """``text_options`` of the command that runs."""
    from pid.io.dialect import dialect

    return dialect(**click.get_current_context().meta.get(WRITTEN, {}))


def _kept(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """A callback that keeps what readers of files alone have a use for."""
    ctx.meta.setdefault(WRITTEN, {})[str(param.name)] = value


# Options that mean the same in several commands. Each is a decorator.
source_options = together(
    click.option(
        "--x1", required=True, metavar="[NAME=]COLUMNS", help="First source: names and globs."
    ),
    click.option(
        "--x2", required=True, metavar="[NAME=]COLUMNS", help="Second source, likewise, or rest."
    ),
    click.option("--y", required=True, metavar="COLUMN", help="Target."),
)
dependence_options = together(
    click.option(
        "--group-by",
        "groups",
        metavar="COLUMN",
        help="Rows with the same value there depend on each other: speaker, patient, trial.",
    ),
    click.option(
        "--blocks",
        type=click.IntRange(1),
        metavar="N",
        help="For time series: rows depend on each other within blocks of N.",
    ),
)
row_options = together(
    dependence_options,
    click.option("--weights", metavar="COLUMN", help="Weight of each row."),
)
text_options = together(
    click.option(
        "--sep",
        metavar="MARK",
        expose_value=False,
        callback=_kept,
        help="What separates columns of a text file, such as ';' or tab; else it is found out.",
    ),
    click.option(
        "--decimal",
        metavar="MARK",
        expose_value=False,
        callback=_kept,
        help="The mark before decimals there: '.' or ','; likewise.",
    ),
    click.option(
        "--encoding",
        metavar="NAME",
        expose_value=False,
        callback=_kept,
        help="Of a text file, such as latin-1; UTF-8 if left out, or what a mark at its "
        "beginning says.",
    ),
    click.option(
        "--comment",
        metavar="MARK",
        expose_value=False,
        callback=_kept,
        help="Lines that begin so are no rows, such as '#'.",
    ),
)
reading_options = together(
    text_options,
    click.option(
        "--missing",
        type=click.Choice(["error", "drop", "category"]),
        default="error",
        show_default=True,
        help="Gaps: refuse them, leave out their rows, or make them a symbol.",
    ),
    click.option(
        "--missing-values",
        metavar="VALUES",
        callback=missing_values,
        help="What else stands for a gap, such as '?,-1'.",
    ),
    click.option(
        "--symbols",
        metavar="COLUMNS",
        callback=patterns,
        help="Columns whose values are symbols, such as codes; see pid describe.",
    ),
    click.option(
        "--numbers",
        metavar="COLUMNS",
        callback=patterns,
        help="Columns of numbers, few or written as text.",
    ),
)
unit_option = click.option(
    "--unit",
    type=click.Choice(["bit", "nat"]),
    default="bit",
    show_default=True,
    help="Unit of information.",
)
force_option = click.option("--force", is_flag=True, help="Overwrite OUT.")
output_options = together(
    click.option("--json", "output", metavar="OUT", help="Write JSON to a file, or - for stdout."),
    click.option(
        "--html",
        "page",
        type=click.Path(path_type=Path),
        metavar="OUT",
        help="Write a report, a web page.",
    ),
    force_option,
)
work_options = together(  # of long work that is done in parts: where, and kept where
    click.option(
        "--dask",
        metavar="ADDRESS",
        help="Work on a Dask cluster: tcp://HOST:PORT, or local:N for N processes.",
    ),
    click.option(
        "--resume",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Keep finished parts in DIR, and go on from those that are there.",
    ),
)


device_option = click.option(
    "--device",
    metavar="NAME",
    help="Where networks are trained: cpu, cuda, mps or auto, which finds an accelerator. "
    "Else what the environment variable PID_DEVICE names, or the CPU.",
)


def random_state_option(text: str) -> Callable[[Command], Command]:
    """``--random-state``, and of what."""
    return click.option(
        "--random-state",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        metavar="N",
        help=text,
    )


def target_bins_option(command: Command) -> Command:
    """``--target-bins``, and what it was called in 0.1, until 0.3: ``--bins``."""

    @functools.wraps(command)
    def renamed(*, bins: int | str | None, target_bins: int | str, **options: Any) -> Any:
        if bins is not None:
            text = "Warning: --bins of the target are now called --target-bins"
            click.secho(text, fg="yellow", err=True)
            target_bins = bins
        return command(target_bins=None if target_bins == "none" else target_bins, **options)

    parse = number_or("auto", "none", least=2)
    before = click.option("--bins", hidden=True, callback=parse)
    now = click.option(
        "--target-bins",
        default="auto",
        show_default=True,
        metavar="N|auto|none",
        callback=parse,
        help="Quantile bins of the target; auto: 4 if it is continuous.",
    )
    return cast(Command, now(before(renamed)))


def clusters_option(text: str) -> Callable[[Command], Command]:
    """``--clusters``, and what they are."""
    return click.option(
        "--clusters",
        default="auto",
        show_default=True,
        metavar="N|auto",
        callback=number_or("auto", least=1),
        help=text,
    )


def sizes_of(estimator: str, clusters: int | Literal["auto"]) -> dict[str, Any]:
    """``--clusters`` as an option of ``pid.quantify`` and ``pid.compare``."""
    return {"bins" if estimator == "bins" else "n_clusters": clusters}


def interval_option(text: str) -> Callable[[Command], Command]:
    """``--interval``, and of what."""
    return click.option(
        "--interval",
        default="0.95",
        show_default=True,
        metavar="LEVEL|none",
        callback=positive_or_none("a coverage between 0 and 1", 1),
        help=text,
    )


def replicates_option(text: str) -> Callable[[Command], Command]:
    """``--replicates``, and of what; a number, or auto."""
    return click.option(
        "--replicates",
        default="auto",
        show_default=True,
        metavar="N|auto",
        callback=number_or("auto", least=2),
        help=text,
    )
