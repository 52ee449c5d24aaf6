"""A new command is a file with a click command, added to the group: it gets the manners of all."""

import click
import pytest
from click.testing import CliRunner

from pid.cli import main
from pid.cli.options import unit_option
from pid.errors import InvalidInput


@click.command("toy")
@unit_option
def toy(unit: str) -> None:
    """Say the unit, and refuse nats."""
    if unit == "nat":
        raise InvalidInput("toys are told in bits; take --unit bit\x1b[2J")
    click.echo(unit)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setitem(main.commands, "toy", toy)
    return CliRunner()


def test_it_is_listed_and_runs(runner: CliRunner) -> None:
    assert "toy" in runner.invoke(main, ["--help"]).output
    answer = runner.invoke(main, ["toy"])
    assert (answer.exit_code, answer.output) == (0, "bit\n")


def test_its_errors_are_a_sentence_and_cannot_move_the_cursor(runner: CliRunner) -> None:
    answer = runner.invoke(main, ["toy", "--unit", "nat"])
    assert answer.exit_code == 2
    assert "toys are told in bits; take --unit bit\\x1b[2J" in answer.output
