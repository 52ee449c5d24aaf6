"""What the library says, in the words of who typed a command: --missing drop, no missing='drop'."""

from __future__ import annotations

import re
from collections.abc import Callable

import click

from pid.analysis.names import plain

# an option with its value, one that is to be given, or a name that only options have; not what is
# quoted, which is of the file
_NAME = re.compile(
    r"(?<![\w'.-])([a-z]+(?:_[a-z]+)*)=(?:'([\w-]+)'|([\w.]+)|(?=[\s,;)]|$))"
    r"|(?<![\w'.-])([a-z]+_[a-z_]+)(?![\w'=])"
)
_CALL = re.compile(r"(?<![\w'])pid\.([a-z]+)(?![\w'(])")


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
    flags = {p.name: p.opts[-1] for p in command.params if p.opts[-1].startswith("--")}

    def flag(found: re.Match[str]) -> str:
        name, quoted, bare, alone = found.groups()
        option = flags.get(name or alone)
        if option is None:
            return found[0]
        value = quoted or bare
        return f"{option} {value.lower() if value == 'None' else value}" if value else option

    return _CALL.sub(_named(context), _NAME.sub(flag, plain(text)))


def _named(context: click.Context | None) -> Callable[[re.Match[str]], str]:
    """A call of the library as the command of that name, if there is one."""
    commands = getattr(context.find_root().command, "commands", {}) if context else {}
    return lambda found: f"pid {found[1]}" if found[1] in commands else found[0]
