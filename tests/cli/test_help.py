"""What ``--help`` shows: every option in a panel, and examples that can be typed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from pid.cli import EXAMPLES, main
from pid.cli.help import COMMANDS, PANELS, Command, asked
from pid.cli.posteriors import quantify_posteriors_of_files

FORMS = [
    *main.commands.items(),
    ("quantify", quantify_posteriors_of_files),
    ("write", main.commands["datasets"].commands["write"]),  # type: ignore[attr-defined]
]
COMMANDS_WITH_PANELS = [(name, c) for name, c in FORMS if isinstance(c, Command)]
OPTIONS = {name for panel in PANELS for name in panel.options}


def options_of(command: click.Command) -> set[str]:
    return {p.opts[-1] for p in command.params if isinstance(p, click.Option) and not p.hidden}


def shown(*words: str, width: int = 80) -> str:
    answer = CliRunner().invoke(main, [*words, "--help"], terminal_width=width)
    assert answer.exit_code == 0
    return answer.stdout


@pytest.mark.parametrize(("name", "command"), COMMANDS_WITH_PANELS)
def test_every_option_is_in_one_panel(name: str, command: Command) -> None:
    assert options_of(command) <= OPTIONS
    assert len(OPTIONS) == sum(len(panel.options) for panel in PANELS)


def test_panels_have_no_option_that_no_command_has() -> None:
    assert set.union(*(options_of(command) for _, command in COMMANDS_WITH_PANELS)) == OPTIONS


@pytest.mark.parametrize(("name", "command"), COMMANDS_WITH_PANELS)
def test_examples_can_be_typed(name: str, command: Command) -> None:
    assert command.examples
    for line in command.examples:
        program, *words = shlex.split(line)
        assert program == "pid"
        words = words[words.index(name) + 1 :]
        if "--from-json" not in words:  # which prints at once
            command.make_context(name, words)


def without(words: list[str], options: set[str]) -> list[str]:
    """Words of a command less some of its options, each of which has a value."""
    places = [i for i, word in enumerate(words) if word in options]
    return [word for i, word in enumerate(words) if i not in places and i - 1 not in places]


@pytest.mark.parametrize(("name", "command"), COMMANDS_WITH_PANELS)
def test_panels_show_an_example_that_can_be_typed(name: str, command: Command) -> None:
    """With what the command needs besides; each panel of five options and more has one."""
    lines = command.get_help(click.Context(command, info_name=name, terminal_width=400)).split("\n")
    found = [line.strip().removeprefix("Such as: ") for line in lines if "Such as: " in line]
    least = shlex.split(command.examples[0])
    least = least[least.index(name) + 1 :]
    for panel in PANELS:
        here = options_of(command) & set(panel.options)
        line = next((line for line in panel.examples if line in found), "")
        assert line or len(here) < 5, panel.title
        assert asked(line) <= here
        first = panel is PANELS[0]
        others = without(least, set(panel.options) if first else asked(line))
        command.make_context(name, [*others, *shlex.split(line)])


def test_all_commands_are_named_by_what_they_are_for() -> None:
    assert sorted(name for names in COMMANDS.values() for name in names) == sorted(main.commands)
    text = shown()
    assert "Other:" not in text
    for command in main.commands.values():
        assert command.get_short_help_str(200) in " ".join(text.split())
    for line in EXAMPLES:
        assert line in text


@pytest.mark.parametrize("width", [40, 80, 100])
def test_help_keeps_to_the_width(width: int) -> None:
    """Lines to type are never broken."""
    for name in main.commands:
        lines = shown(name, width=width).splitlines()
        allowed = getattr(main.commands[name], "examples", ())
        long = [line for line in lines if len(line) > width and line.strip() not in allowed]
        assert not [line for line in long if len(line.split()) > 2]  # a single word is not broken


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_options(shell: str) -> None:
    words, place = "pid quantify --estim", "2"
    if shell == "fish":
        place = "--estim"
    asked_of = os.environ | {
        "_PID_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": place,
    }
    line = "from pid.cli import main; main(prog_name='pid')"
    found = subprocess.run(
        [sys.executable, "-c", line], env=asked_of, capture_output=True, text=True, check=False
    )
    assert "--estimator" in found.stdout, found.stderr
