"""The ``pid`` command: options in, a table or JSON out; everything else lives in the library.

One file per command. Results go to stdout; progress, notices and errors to stderr. Exit codes: 0
done, 2 wrong use or bad input, 3 no certified answer, 130 interrupted. Heavy modules are imported
inside the commands, so that help is quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import click

from pid._version import __version__
from pid.cli.bounds import bounds_of_files
from pid.cli.compare import compare_models
from pid.cli.datasets import datasets
from pid.cli.describe import describe_file
from pid.cli.help import WIDEST, write_commands, write_examples
from pid.cli.information import information_of_file
from pid.cli.outputs import ARGUMENTS
from pid.cli.quantify import quantify_file
from pid.cli.report import report_of_file
from pid.cli.retained import retained_of_file
from pid.cli.screen import screen_file
from pid.cli.usage import taught
from pid.cli.value import value_of_file
from pid.core.decomposition import SolverFailed
from pid.errors import PIDError


class _BadInput(click.ClickException):
    exit_code = 2


class _NoAnswer(click.ClickException):
    exit_code = 3


class _Group(click.Group):
    """Commands whose failures are one sentence and an exit code, never a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """As every command line, and on the way out stdout is known to have been written."""
        try:
            return super().main(*args, **extra)
        except OSError as err:
            _give_up_stdout(err)
        finally:
            try:
                if sys.stdout is not None:
                    sys.stdout.flush()
            except OSError as err:
                _give_up_stdout(err)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """By what they are for."""
        write_examples(formatter, EXAMPLES)
        write_commands(ctx, formatter, self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words: a report says what repeats it."""
        ctx.meta[ARGUMENTS] = list(args)
        with _interruptible():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        from pid.analysis.names import plain
        from pid.cli.words import as_typed

        def said(err: Exception) -> str:
            return as_typed(str(err), self.commands.get(ctx.invoked_subcommand or ""))

        try:
            with _interruptible():
                return super().invoke(ctx)
        except click.UsageError as err:
            if "Usage:" in err.format_message():  # a group alone: its help is the answer
                raise
            word = next(iter(ctx.meta[ARGUMENTS]), None)
            raise _BadInput(plain(taught(err, word))) from err
        except SolverFailed as err:
            raise _NoAnswer(said(err)) from err
        except PIDError as err:
            raise _BadInput(said(err)) from err
        except MemoryError as err:
            raise _BadInput(
                "the data do not fit into memory; choose fewer columns, or let 'pid quantify' "
                "count in the file: --out-of-core"
            ) from err


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C is no answer: 130, as a shell has it for what ended so."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nInterrupted", err=True)
        raise click.exceptions.Exit(130) from None


def _give_up_stdout(err: OSError) -> NoReturn:
    """Say that the system refused to write, and leave nothing that Python would try again."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    place = "stdout" if err.filename is None else repr(os.fsdecode(err.filename))
    with suppress(OSError):
        click.echo(f"Error: cannot write to {place}: {err.strerror or err}", err=True)
    sys.exit(2)


EXAMPLES = (
    "pid datasets write breast_cancer",
    "pid describe breast_cancer.csv",
    "pid quantify breast_cancer.csv --x1 'size_*' --x2 'texture_*' --y diagnosis",
)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
)
@click.version_option(__version__, prog_name="pid")
def main() -> None:
    """How much of what two sources say about a target is shared, unique to each, or joint."""


main.add_command(quantify_file)
main.add_command(screen_file)
main.add_command(describe_file)
main.add_command(value_of_file)
main.add_command(information_of_file)
main.add_command(retained_of_file)
main.add_command(bounds_of_files)
main.add_command(compare_models)
main.add_command(report_of_file)
main.add_command(datasets)
