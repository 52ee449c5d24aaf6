"""On the command line the library speaks of options, and leaves alone what is of a file."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pid.cli import main
from pid.cli.words import as_typed

COMMAND = main.commands["quantify"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("leave out such rows by missing='drop', or", "leave out such rows by --missing drop, or"),
        ("ask for it by replicates=200, or", "ask for it by --replicates 200, or"),
        ("take interval=None", "take --interval none"),
        ("cut them by blocks= or so", "cut them by --blocks or so"),
        ("name it in missing_values (see", "name it in --missing-values (see"),
        ("missing_values=['?'] makes them gaps", "--missing-values ? makes them gaps"),
        ("take interval=None.", "take --interval none."),
        ("take interval=0.9.", "take --interval 0.9."),
        ("overwrite it: force=True", "overwrite it: --force"),
        ("leave out n_clusters", "leave out --clusters"),
        ("give groups=patient", "give --group-by patient"),
        # what is no option of this command, or of the file
        ("take most_hours=3", "take most_hours=3"),
        ("column 'missing_values' is empty", "column 'missing_values' is empty"),
        ("column 'missing=1' is empty", "column 'missing=1' is empty"),
        ("a.missing=1", "a.missing=1"),
        ("left out 1 constant column (random_state)", "left out 1 constant column (random_state)"),
        ("1 column (target_bins: '0u')", "1 column (target_bins: '0u')"),
        (
            "'/data/target_bins/x' in /data/target_bins",
            "'/data/target_bins/x' in /data/target_bins",
        ),
        ("missing values of y", "missing values of y"),
        ("red\x1b[31m", "red\\x1b[31m"),
    ],
)
def test_options(text: str, expected: str) -> None:
    assert as_typed(text, COMMAND) == expected


def test_without_a_command_nothing_is_an_option() -> None:
    assert as_typed("missing='drop' (see pid.describe)") == "missing='drop' (see pid.describe)"


def test_errors_and_notes(tmp_path: Path) -> None:
    rows = "\n".join(f"{i % 7 or ''},{i % 3 - 999},{i % 2}" for i in range(90))
    (tmp_path / "data.csv").write_text(f"a,b,y\n{rows}\n", encoding="utf-8")
    words = ["quantify", str(tmp_path / "data.csv"), "--x1", "a", "--x2", "b", "--y", "y"]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2
    assert "leave out such rows by --missing drop, make gaps a symbol by --missing cat" in (
        refused.stderr
    )
    assert "missing=" not in refused.stderr


def test_corrections_are_those_of_the_library() -> None:
    """Spelled out, so that --help need not load them."""
    from pid.cli.quantify import quantify_file
    from pid.inference.bias import CORRECTIONS

    (asked,) = (option for option in quantify_file.params if option.name == "correction")
    assert tuple(asked.type.choices) == CORRECTIONS  # type: ignore[attr-defined]
