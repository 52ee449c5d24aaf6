"""What ``--help`` shows: examples first, then the options in panels, an example below each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import click

WIDEST = 100  # columns of a line of help, where the terminal has them


class Panel(NamedTuple):
    """Options that are read together, by the names that they have in every command."""

    title: str
    options: tuple[str, ...]
    examples: tuple[str, ...]  # the first of which a command has all options is shown


PANELS = (
    Panel(
        "Sources and target",
        (
            *("--x", "--x1", "--x2", "--source", "--group", "--columns", "--y", "--given"),
            *("--cost", "--model", "--code", "--z", "--z1", "--z2", "--posteriors", "--names"),
            *("--classes", "--axis", "--lag", "--time", "--noise", "--paired"),
        ),
        (
            "--group text='text_*' --group audio='audio_*' --y mood --cost audio=2.5",
            "--group text='text_*' --group audio='audio_*' --y mood",
            "--x1 'audio_*' --x2 'text_*' --y mood --model fused='fused_*'",
            "--x1 'audio_*' --x2 'text_*' --y mood --z1 'code_audio_*' --z2 'code_text_*'",
            "--source audio='audio_*' --source text='text_*' --source video='video_*' --y mood",
            "--x1 'audio_*' --x2 'text_*' --y mood",
            "--x 'audio_*' --y 'text_*' --given speaker",
            "--posteriors by_audio.npy,by_text.npy,by_both.npy --y labels.csv:mood",
        ),
    ),
    Panel(
        "Method",
        (
            *("--estimator", "--clusters", "--bins", "--target-bins", "--correction", "--refit"),
            *("--calibrate", "--balanced", "--unit", "--random-state", "--samples"),
        ),
        (
            "--estimator cluster --clusters 8 --target-bins 3",
            "--estimator posterior --bins 6",
            "--target-bins 3 --unit nat",
            "--calibrate --unit nat",
        ),
    ),
    Panel(
        "Uncertainty",
        ("--interval", "--replicates", "--of", "--adjust", "--group-by", "--blocks", "--weights"),
        (
            "--of synergy --adjust by --group-by speaker",
            "--interval 0.9 --group-by speaker",
            "--interval 0.9 --replicates 500",
        ),
    ),
    Panel(
        "How columns are read",
        ("--missing", "--missing-values", "--symbols", "--numbers"),
        ("--missing drop --missing-values '?,-1' --symbols 'postcode,*_id'",),
    ),
    Panel(
        "How a text file is written",
        ("--sep", "--decimal", "--encoding", "--comment"),
        ("--sep ';' --decimal , --encoding latin-1",),
    ),
    Panel(
        "What is shown and written",
        (
            *("--sort", "--top", "--if-missing", "--profile-by", "--rows", "--out", "--json"),
            *("--html", "--from-json", "--force"),
        ),
        (
            "--profile-by speaker --rows rows.csv --html answer.html",
            "--sort unique1 --top 50 --out pairs.csv",
            "--rows rows.csv --html answer.html",
            "--html answer.html --json answer.json",
            "--json answer.json",
            "--out answer.html --force",
        ),
    ),
    Panel(
        "Long work",
        ("--device", "--out-of-core", "--dask", "--resume", "--most-hours", "--time-limit"),
        ("--resume parts --dask local:4", "--time-limit 60", "--device cuda"),
    ),
)

COMMANDS = {
    "Start here": ("describe", "quantify", "report"),
    "Many sources": ("screen", "value"),
    "Models and codes": ("compare", "retained"),
    "Other questions": ("information", "bounds"),
    "Data to try": ("datasets",),
}


class Command(click.Command):
    """A command whose help shows ``examples``, and its options in panels."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.examples = tuple(examples)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A section for the examples, and one for each panel that has options here."""
        write_examples(formatter, self.examples)
        options = (p for p in self.get_params(ctx) if isinstance(p, click.Option))
        shown = {p.opts[-1]: p for p in options if p.get_help_record(ctx)}
        for panel in PANELS:
            rows = [shown.pop(name) for name in panel.options if name in shown]
            _write(ctx, formatter, panel, rows)
        _write(ctx, formatter, Panel("Other", (), ()), shown.values())


def _write(
    ctx: click.Context,
    formatter: click.HelpFormatter,
    panel: Panel,
    params: Iterable[click.Parameter],
) -> None:
    rows = {p.opts[-1]: p.get_help_record(ctx) for p in params}
    if not rows:
        return
    with formatter.section(panel.title):
        records = [record for record in rows.values() if record]
        formatter.write_dl(records, col_max=formatter.width // 3)
        for example in panel.examples:
            if asked(example) <= set(rows):
                formatter.write_paragraph()
                formatter.write_text(f"Such as: {example}")
                break


def asked(example: str) -> set[str]:
    """The options that an example names."""
    return {word for word in example.split() if word.startswith("--")}


def write_examples(formatter: click.HelpFormatter, examples: Iterable[str]) -> None:
    """Lines to type, never broken."""
    if lines := list(examples):
        with formatter.section("Examples"):
            for line in lines:
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def write_commands(
    ctx: click.Context, formatter: click.HelpFormatter, commands: Mapping[str, click.Command]
) -> None:
    """All commands by what they are for, each with its short help in full."""
    rest = dict(commands)
    for title, names in COMMANDS.items():
        with formatter.section(title):
            formatter.write_dl([(name, rest.pop(name).get_short_help_str(200)) for name in names])
    if rest:
        with formatter.section("Other"):
            formatter.write_dl([(name, c.get_short_help_str(200)) for name, c in rest.items()])
