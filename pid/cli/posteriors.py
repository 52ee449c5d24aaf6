"""``pid quantify --posteriors``: the other form of the command, of class probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pid.cli.help import Command
from pid.cli.options import (
    dependence_options,
    interval_option,
    listed_or_none,
    output_options,
    taken,
    unit_option,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.cli.progress import bar
from pid.cli.rows import frame_file

if TYPE_CHECKING:
    from rich.console import Group

    from pid.analysis.quantification.result import Quantification
    from pid.analysis.quantification.trajectory import Trajectory

FLAG = "--posteriors"
ROLES = ("p1", "p2", "p12")


def three_files(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[str, str, str]:
    """A callback that takes three files separated by commas."""
    names = [name.strip() for name in (value or "").split(",")]
    if len(names) != len(ROLES) or not all(names):
        raise click.BadParameter(
            "expected the files of p1, p2 and p12 with commas between, such as "
            f"p1.npy,p2.npy,p12.npy or all.npz:p1,all.npz:p2,all.npz:p12; got {value!r}"
        )
    first, second, both = names
    return first, second, both


@click.command(
    "quantify",
    cls=Command,
    examples=[
        "pid quantify --posteriors by_audio.npy,by_text.npy,by_both.npy --y labels.csv:mood",
        "pid quantify --posteriors all.npz:p1,all.npz:p2,all.npz:p12 --axis layer",
    ],
)
@click.option(
    FLAG,
    "files",
    required=True,
    metavar="P1,P2,P12",
    callback=three_files,
    help="Probabilities of the classes by x1, by x2 and by both: arrays of shape (rows, classes), "
    "or (layers, rows, classes).",
)
@click.option(
    "--y",
    metavar="FILE",
    help="The truth, such as labels.csv:label or y.npy; left out, what P12 itself says.",
)
@click.option(
    "--classes",
    metavar="LIST",
    callback=listed_or_none,
    help="Labels of the columns, in order, separated by commas.",
)
@click.option(
    "--calibrate", is_flag=True, help="Bring the probabilities into line with the target first."
)
@click.option(
    "--names",
    metavar="LIST",
    callback=listed_or_none,
    help="What x1, x2 and y are called, separated by commas.",
)
@click.option("--axis", metavar="NAME", help="What the first of three axes is, such as epoch.")
@dependence_options
@interval_option("Coverage of the intervals.")
@unit_option
@click.option(
    "--rows",
    type=click.Path(path_type=Path),
    metavar="OUT",
    callback=frame_file,
    help="Write what each row adds to each atom, to a .csv or .parquet file.",
)
@output_options
def quantify_posteriors_of_files(
    output: str | None, page: Path | None, rows: Path | None, force: bool, **asked: Any
) -> None:
    """Decompose class probabilities: by one source, by the other, and by both.

    FILE is an array of its own (y.npy, all.npz:y), or a column of a table (labels.csv:label). So is
    the column of --group-by.
    """
    check_outputs(page, output, rows, force=force)
    title = asked["files"][2]
    with bar("Reading and solving"):
        found, table = _answer(title, **asked)
    if rows is not None:
        _write_rows(found, rows, force=force)
    write_page(found, page, title, force=force)
    present(
        found.to_dict,
        table,
        output,
        notes=found.notes,
        warnings=found.warnings,
        force=force,
    )


def _answer(title: str, **asked: Any) -> tuple[Quantification | Trajectory, Group]:
    from pid.io.embeddings import load_posteriors

    first, second, both = asked.pop("files")
    where = taken(asked, "y", "groups")
    read = load_posteriors(first, second, both, **where)
    from pid.analysis.quantification.posteriors import quantify_posteriors
    from pid.analysis.quantification.trajectory import Trajectory

    found = quantify_posteriors(*read[:3], read.y, groups=read.groups, **asked)
    if isinstance(found, Trajectory):
        from pid.cli.terminal.trajectory import render as render_many

        return found, render_many(found, title)
    from pid.cli.terminal.quantify import render

    return found, render(found, title)


def _write_rows(found: Quantification | Trajectory, path: Path, *, force: bool) -> None:
    """As a table; of several layers one below the other."""
    from pid.io.frames import write_frame

    write_frame(found.by_row(), path, force=force)


class Forms(Command):
    """``pid quantify``, which with ``--posteriors`` is another command, of options of its own."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Of the form that is asked for."""
        if any(word.partition("=")[0] == FLAG for word in args):
            return quantify_posteriors_of_files.make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)
