"""The ``pid`` command, also as ``python -m pid``: a look at the surroundings, then the CLI."""

import os
import signal
import sys
from types import FrameType

import pid

INTERRUPTED = 130  # as a shell has it


def main() -> None:
    """Run the command line interface, unless ``import pid`` finds another project."""
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:  # while modules load there is nothing to clean up, and some would swallow it
        signal.signal(signal.SIGINT, _leave)
    if not hasattr(pid, "decompose"):
        sys.exit(
            f"expected pid-toolkit in {pid.__file__}, but another project named pid lies there; "
            "remove it (pip uninstall pid), then, in the folder of the project: "
            "pip install --force-reinstall ."
        )
    from pid.cli import main as cli

    if heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cli()


def _leave(signum: int, frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
