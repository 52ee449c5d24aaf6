"""The ``pid`` command: options in, a table or JSON out; everything else lives in the library.

Results go to stdout; progress, notices and errors to stderr. Exit codes: 0 done, 2 wrong use or bad
input, 3 no certified answer. Heavy modules are imported inside the commands, so that help is quick.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from pid._version import __version__
from pid.errors import PIDError, SolverFailed

if TYPE_CHECKING:
    from pid.inference.bias import Correction
    from pid.quantification import Quantification

PATIENCE = 2.0  # seconds before progress is shown


class _BadInput(click.ClickException):
    exit_code = 2


class _NoAnswer(click.ClickException):
    exit_code = 3


class _Group(click.Group):
    """Commands whose failures are one sentence and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from pid.render import plain

        try:
            return super().invoke(ctx)
        except click.UsageError as err:
            if "Usage:" in err.format_message():  # a group alone: its help is the answer
                raise
            raise _BadInput(plain(err.format_message())) from err
        except SolverFailed as err:
            raise _NoAnswer(plain(str(err))) from err
        except PIDError as err:
            raise _BadInput(plain(str(err))) from err


def _level(ctx: click.Context, param: click.Parameter, value: str) -> float | None:
    """A callback that takes a coverage between 0 and 1, or none."""
    if value == "none":
        return None
    try:
        level = float(value)
    except ValueError:
        level = 0.0
    if not 0 < level < 1:
        raise click.BadParameter(f"expected a coverage between 0 and 1, or none; got {value!r}")
    return level


def _number_or(*words: str, least: int) -> Any:
    """A callback that takes an integer of at least ``least`` or one of ``words``."""

    def parse(ctx: click.Context, param: click.Parameter, value: str) -> int | str:
        if value in words:
            return value
        if value.isdecimal() and int(value) >= least:
            return int(value)
        raise click.BadParameter(
            f"expected a whole number of at least {least}, or {' or '.join(words)}; got {value!r}"
        )

    return parse


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pid")
def main() -> None:
    """How much of what two sources say about a target is shared, unique to each, or joint."""


@main.command("quantify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--x1", required=True, metavar="COLUMNS", help="First source: names and globs.")
@click.option("--x2", required=True, metavar="COLUMNS", help="Second source, likewise.")
@click.option("--y", required=True, metavar="COLUMN", help="Target.")
@click.option(
    "--estimator",
    type=click.Choice(["auto", "cluster", "table"]),
    default="auto",
    show_default=True,
    help="Cluster the sources, or count their values as they are.",
)
@click.option(
    "--clusters",
    default="auto",
    show_default=True,
    metavar="N|auto",
    callback=_number_or("auto", least=1),
    help="Clusters per source.",
)
@click.option(
    "--bins",
    default="auto",
    show_default=True,
    metavar="N|auto|none",
    callback=_number_or("auto", "none", least=2),
    help="Quantile bins of the target; auto: 4 if it is continuous.",
)
@click.option(
    "--interval",
    default="0.95",
    show_default=True,
    metavar="LEVEL|none",
    callback=_level,
    help="Coverage of the intervals.",
)
@click.option(
    "--replicates",
    default="auto",
    show_default=True,
    metavar="N|auto",
    callback=_number_or("auto", least=2),
    help="Tables resampled for them.",
)
@click.option(
    "--correction",
    type=click.Choice(["jackknife", "miller-madow", "null", "bootstrap", "extrapolation", "none"]),
    default="jackknife",
    show_default=True,
    help="How the bias of counting is corrected.",
)
@click.option(
    "--group-by",
    metavar="COLUMN",
    help="Rows with the same value there depend on each other: speaker, patient, trial.",
)
@click.option(
    "--blocks",
    type=click.IntRange(1),
    metavar="N",
    help="For time series: rows depend on each other within blocks of N.",
)
@click.option("--weights", metavar="COLUMN", help="Weight of each row.")
@click.option(
    "--unit",
    type=click.Choice(["bit", "nat"]),
    default="bit",
    show_default=True,
    help="Unit of information.",
)
@click.option("--json", "output", metavar="OUT", help="Write JSON to a file, or - for stdout.")
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@click.option(
    "--random-state",
    type=int,
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of clustering and resampling.",
)
def quantify_file(
    file: Path,
    x1: str,
    x2: str,
    y: str,
    estimator: Literal["auto", "cluster", "table"],
    clusters: int | Literal["auto"],
    bins: int | Literal["auto", "none"],
    interval: float | None,
    replicates: int | Literal["auto"],
    correction: Correction,
    group_by: str | None,
    blocks: int | None,
    weights: str | None,
    unit: Literal["bit", "nat"],
    output: str | None,
    force: bool,
    random_state: int,
) -> None:
    """Decompose what two groups of columns say about a target.

    FILE is CSV (UTF-8, with a header), TSV or Parquet. COLUMNS is a list of names and globs
    separated by commas, such as 'audio_*,pitch'.
    """
    from pid.files import check_writable

    path = None if output in (None, "-") else Path(str(output))
    if path is not None:
        check_writable(path, force=force)
    with _progress("Reading, clustering, solving and resampling ..."):
        from pid.tables import load

        chosen = load(file, x1=x1, x2=x2, y=y, groups=group_by, weights=weights)
        from pid.quantification import quantify  # after loading: bad input need not wait for it

        result = quantify(
            chosen.X1,
            chosen.X2,
            chosen.y,
            estimator=estimator,
            n_clusters=clusters,
            bins=None if bins == "none" else bins,
            interval=interval,
            replicates=replicates,
            correction=correction,
            groups=chosen.groups,
            blocks=blocks,
            weights=chosen.weights,
            unit=unit,
            names=chosen.names,
            random_state=random_state,
        )
    _show(result, file.name, path, force=force, as_json=output == "-")


def _show(
    result: Quantification, title: str, path: Path | None, *, force: bool, as_json: bool
) -> None:
    """The table or JSON on stdout, JSON in a file, and on stderr what stdout does not say."""
    from pid.files import write_whole
    from pid.render import as_text, plain, render

    text = json.dumps(result.to_dict(), indent=2, allow_nan=False)
    if path is not None:
        write_whole(path, text + "\n", force=force)
    if as_json:
        click.echo(text)
        for note in result.notes:
            click.echo(f"Note: {plain(note)}", err=True)
    else:
        click.echo(as_text(render(result, title)), color=True)
    for warning in result.warnings:
        click.secho(f"Warning: {plain(warning)}", fg="yellow", err=True)


@contextmanager
def _progress(text: str) -> Iterator[None]:
    """Show on a terminal that work goes on, once it takes longer than ``PATIENCE``."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    status = console.status(text)
    timer = threading.Timer(PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # a timer that has just fired starts the status, which then has to stop
        status.stop()


@main.group("datasets")
def datasets() -> None:
    """Gates with known answers, and small real tables."""


@datasets.command("list")
def list_datasets() -> None:
    """Name every data set."""
    from pid.datasets import available
    from pid.render import as_text, catalogue

    click.echo(as_text(catalogue(available())), color=True)


@datasets.command("show")
@click.argument("name")
def show_dataset(name: str) -> None:
    """Tell what a data set is, where it comes from, and how to use it."""
    from rich.text import Text

    from pid.datasets import describe
    from pid.render import as_text

    click.echo(as_text(Text(describe(name))), color=True)


@datasets.command("write")
@click.argument("name")
@click.argument("out", type=click.Path(path_type=Path), required=False)
@click.option(
    "--samples",
    type=click.IntRange(1),
    show_default="1000",
    metavar="N",
    help="Rows to draw of a gate.",
)
@click.option(
    "--random-state",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of the drawing.",
)
@click.option("--force", is_flag=True, help="Overwrite OUT.")
def write_dataset(
    name: str, out: Path | None, samples: int | None, random_state: int, force: bool
) -> None:
    """Write a data set to OUT, by default NAME.csv; of a gate, samples are drawn."""
    from pid.datasets import write

    path = write(
        name, out or Path(f"{name}.csv"), n=samples, random_state=random_state, force=force
    )
    click.echo(f"wrote {path}", err=True)
