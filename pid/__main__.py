"""The ``pid`` command, also as ``python -m pid``: a look at the surroundings, then the CLI."""

import sys

import pid


def main() -> None:
    """Run the command line interface, unless ``import pid`` finds another project."""
    if not hasattr(pid, "decompose"):
        sys.exit(
            f"expected pid-toolkit in {pid.__file__}, but another project named pid lies there; "
            "remove it (pip uninstall pid), then, in the folder of the project: "
            "pip install --force-reinstall ."
        )
    from pid.cli import main as cli

    cli()


if __name__ == "__main__":
    main()
