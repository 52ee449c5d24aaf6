"""``pid quantify``: two or more groups of columns or arrays, one target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from pid.cli.axis import check_one_answer, check_two, read_axis
from pid.cli.lags import check_lags, lag_options, read_past
from pid.cli.options import (
    clusters_option,
    device_option,
    interval_option,
    listed_or_none,
    output_options,
    random_state_option,
    reading_options,
    replicates_option,
    row_options,
    sizes_of,
    taken,
    target_bins_option,
    together,
    unit_option,
    work_options,
)
from pid.cli.outputs import check_outputs, present, write_page
from pid.cli.posteriors import FLAG, Forms
from pid.cli.progress import long_work
from pid.cli.rows import (
    as_records,
    by_row_options,
    check_has_rows,
    profile_columns,
    profiled,
    write_rows,
)
from pid.cli.sources import Columns, asked_of, columns_given, listed, read, sources_options
from pid.estimators.registry import REGISTRY

if TYPE_CHECKING:
    from rich.console import Group

    from pid.analysis.quantification.result import Quantification
    from pid.analysis.quantification.trajectory import Trajectory
    from pid.analysis.several.result import SourcesQuantification

    Answer = Quantification | SourcesQuantification | Trajectory

# What is to be quantified, and how.
asking = together(
    click.argument("file", type=click.Path(path_type=Path), required=False),
    sources_options,
    click.option(
        "--estimator",
        type=click.Choice(["auto", *REGISTRY]),
        default="auto",
        show_default=True,
        help="Count values, clusters or quantile bins; or fit a model.",
    ),
    clusters_option("Clusters per source, or bins per column."),
    target_bins_option,
    click.option(
        "--classes",
        metavar="LIST",
        callback=listed_or_none,
        help="All classes of the target, those of no row among them, separated by commas.",
    ),
    interval_option("Coverage of the intervals."),
    replicates_option("Tables resampled for them."),
    click.option(
        "--correction",
        type=click.Choice(
            [
                "kink-aware",
                "jackknife",
                "miller-madow",
                "null",
                "bootstrap",
                "extrapolation",
                "none",
            ]
        ),
        default="kink-aware",
        show_default=True,
        help="How the bias of counting is corrected.",
    ),
    click.option(
        "--refit",
        is_flag=True,
        help="Find clusters or bins anew in every resampled table.",
    ),
    row_options,
    click.option(
        "--given",
        metavar="COLUMNS",
        help="What is told given these columns: the mean over their strata.",
    ),
    click.option(
        "--axis",
        metavar="NAME",
        help="An answer at each time: a column of FILE that has the time of each row; or a name, "
        "or the number, of the axis of times in arrays of trials x time.",
    ),
    lag_options,
    reading_options,
    unit_option,
    random_state_option("Seed of clustering and resampling."),
    device_option,
    click.option(
        "--out-of-core",
        is_flag=True,
        help="Count in the file, which need not fit into memory; numbers are cut into bins.",
    ),
    work_options,
)


@click.command(
    "quantify",
    cls=Forms,
    examples=[
        "pid quantify clips.csv --x1 'audio_*' --x2 'text_*' --y mood",
        "pid quantify clips.csv --source audio='audio_*' --source text='text_*' --y mood",
        "pid quantify --x1 audio.npy --x2 text.npy --y labels.csv:mood --html answer.html",
    ],
)
@asking
@click.option(
    FLAG,
    expose_value=False,
    metavar="P1,P2,P12",
    help="Of class probabilities instead of columns: see 'pid quantify --posteriors --help'.",
)
@output_options
@by_row_options
@click.option(
    "--if-missing",
    "remain",
    is_flag=True,
    help="Also say what remains without one of the sources.",
)
def quantify_file(
    output: str | None,
    page: Path | None,
    force: bool,
    remain: bool,
    of_rows: Path | None,
    profiles: tuple[str, ...],
    **asked: Any,
) -> None:
    """Decompose what two or more groups of columns say about a target.

    FILE is CSV and its kin, Parquet, Arrow, Excel or JSON lines. COLUMNS is a list of names and
    globs, such as 'audio_*,pitch' and 'total_*,!total_day'; rest is all that has no other role; or
    a file of its own: audio.npy, both.npz:audio, audio.pt or labels.csv:label.
    """
    from rich.console import Group

    from pid.analysis.quantification.result import Quantification
    from pid.analysis.quantification.trajectory import Trajectory
    from pid.cli.terminal import missing
    from pid.cli.terminal.quantify import render_profiles

    check_outputs(page, output, of_rows, force=force)
    check_has_rows(asked, of_rows, profiles)
    check_one_answer(asked["axis"], profile_by=bool(profiles), if_missing=remain)
    columns = profile_columns(profiles, asked)
    of_two = {"rows": of_rows is not None, "profile_by": bool(profiles)}
    result, title = quantified(**asked, of_two=of_two)
    table, more = _table(result, title), {}
    if columns:
        assert isinstance(result, Quantification)  # of more sources it was refused
        found = profiled(result, columns, asked)
        table, more = Group(table, *render_profiles(result, found)), as_records(found)
    if remain:
        from pid.analysis.missing import if_missing

        assert not isinstance(result, Trajectory)  # likewise
        remaining = if_missing(
            result, interval=asked["interval"], random_state=asked["random_state"]
        )
        table, more = Group(table, missing.render(remaining)), more | remaining.to_dict()
    if of_rows is not None:
        assert isinstance(result, Quantification | Trajectory)  # likewise
        write_rows(result, of_rows, force=force)
    write_page(result, page, title, force=force)
    present(
        lambda: result.to_dict() | more,
        table,
        output,
        notes=result.notes,
        warnings=result.warnings,
        force=force,
    )


def _table(result: Answer, title: str) -> Group:
    from pid.analysis.quantification.trajectory import Trajectory
    from pid.analysis.several.result import SourcesQuantification
    from pid.cli.terminal import quantify, sources, trajectory

    if isinstance(result, Trajectory):
        return trajectory.render(result, title)
    if isinstance(result, SourcesQuantification):
        return sources.render(result, title)
    return quantify.render(result, title)


def quantified(
    *,
    file: Path | None,
    clusters: int | Literal["auto"],
    out_of_core: bool,
    dask: str | None,
    of_two: Mapping[str, bool] | None = None,
    **asked: Any,
) -> tuple[Answer, str]:
    """The answer to what ``asking`` has asked, and a title for it.

    ``of_two`` says which options that are for two sources alone have been given beside these.
    """
    if file is None and out_of_core:
        raise click.UsageError("--out-of-core counts in FILE, which is missing")
    given, lags, time, axis = taken(asked, "given", "lags", "time", "axis").values()
    if given is not None and out_of_core:
        raise click.UsageError("--given needs the columns in memory; leave out --out-of-core")
    check_lags(file, lags, time, out_of_core=out_of_core)
    of_two = {"refit": asked["refit"], "out_of_core": out_of_core, **(of_two or {})}
    columns = asked_of(asked, file, **of_two, given=given is not None)
    if axis is not None:
        check_two(columns)
        check_one_answer(axis, lag=lags is not None, out_of_core=out_of_core)
    resume = asked["resume"]
    with long_work("Reading, fitting, solving and resampling", dask, resume) as (client, progress):
        past, notes = None, tuple[str, ...]()
        if file is not None and lags is not None:
            past = read_past(file, columns, asked, lags, given=given, time=time)
            data = past.data
        else:
            data, notes = _read(
                file, columns, asked, given=given, axis=axis, out_of_core=out_of_core
            )
        # after loading: bad input need not wait for it
        from pid.analysis.by_name import noted
        from pid.analysis.quantification.quantify import quantify
        from pid.analysis.quantification.trajectory import Trajectory

        found = quantify(
            **data,
            client=client,
            progress=progress,
            **asked,
            **sizes_of(asked["estimator"], clusters),
        )
    result: Answer = noted(found, notes)
    if given is not None:
        result = _naming(result, given if past is None else f"past of {given}")
    if past is not None:
        assert not isinstance(result, Trajectory)  # --axis beside --lag was refused
        result = past.said_of(result)
    return result, listed(columns.sources) if file is None else file.name


def _read(
    file: Path | None,
    columns: Columns,
    asked: dict[str, Any],
    *,
    given: str | None,
    axis: str | None,
    out_of_core: bool,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Sources and target, with what is given and the times, if there are any; and notes."""
    data, notes = read(
        file,
        columns,
        asked,
        beside=[name for name in (given, axis) if name is not None],
        out_of_core=out_of_core,
        trials=axis is not None,
    )
    if axis is not None:
        arrays = not hasattr(data["X1"], "columns")
        data["axis"] = read_axis(file, axis, asked | columns.others, arrays=arrays)
    if given is not None:
        data["given"] = columns_given(file, given, asked | columns.others)
    return data, notes


def _naming(result: Answer, given: str) -> Answer:
    """z by the name it was asked for, as sources are."""
    from pid.analysis.quantification.result import Quantification
    from pid.analysis.quantification.trajectory import Trajectory

    if isinstance(result, Trajectory):
        return replace(result, results=tuple(_of_name(q, given) for q in result))
    return _of_name(result, given) if isinstance(result, Quantification) else result


def _of_name(q: Quantification, given: str) -> Quantification:
    return q if q.given is None else replace(q, given=q.given._replace(name=given))
