"""What the library says, in the words of who typed a command: --missing drop, no missing='drop'."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import click

from pid.analysis.names import plain

# An option with its value, one that is to be given, and one of which it is said what to name in it;
# nothing in quotes, which is of the file.
_NAME = re.compile(
    r"(?<![\w'./-])([a-z]+(?:_[a-z]+)*)="
    r"(?:\['([^']*)'\]|'([\w-]+|[^\w\s'])'|(\w+(?:\.\w+)*)|(?=[\s,;)]|$))"
    r"|(?:(?<=\b(?:in|by) )|(?<=\bout ))([a-z]+_[a-z_]+)(?![\w'/=.])"
)
_CALL = re.compile(r"(?<![\w'])pid\.([a-z]+)(?![\w'(])")
OTHER_NAMES = {"n_clusters": "clusters"}


def as_typed(text: str, command: click.Command | None = None) -> str:
    """Text without control characters, its options and calls as a command has them.

    Args:
        text: of the library.
        command: whose options count; the one that runs if left out.
    """
    context = click.get_current_context(silent=True)
    if command is None and context is not None:
        command = context.command
    if command is None:
        return plain(text)
    options = {p.name: p for p in command.params if p.opts[-1].startswith("--")}

    def flag(found: re.Match[str]) -> str:
        name = found[1] or found[5]
        option = options.get(OTHER_NAMES.get(name, name))
        if not isinstance(option, click.Option):
            return found[0]
        value = "none" if found[4] == "None" else found[2] or found[3] or found[4]
        if option.is_flag or not value:
            return option.opts[-1]
        return f"{option.opts[-1]} {shlex.quote(value) if found[3] else value}"

    return _CALL.sub(_named(context), _NAME.sub(flag, plain(text)))


def _named(context: click.Context | None) -> Callable[[re.Match[str]], str]:
    """A call of the library as the command of that name, if there is one."""
    commands = getattr(context.find_root().command, "commands", {}) if context else {}
    return lambda found: f"pid {found[1]}" if found[1] in commands else found[0]
