"""Answers in the width of the terminal: nothing vanishes without a word, no line is too long."""

from __future__ import annotations

import re

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pid import datasets
from pid.cli import main
from pid.cli.terminal.fitting import Fitting
from pid.cli.terminal.page import PROSE

LONG = "a_name_of_forty_characters_for_a_column__"


@pytest.fixture(scope="module", autouse=True)
def files(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("widths")
    frame = datasets.load("breast_cancer")
    table = frame.X1.iloc[:, :3].join(frame.X2).join(frame.y)
    table = table.rename(columns={table.columns[0]: LONG})
    table["said"] = np.where(table[LONG] > table[LONG].median(), "malignant", "benign")
    path = folder / "table.csv"
    table.to_csv(path, index=False)
    return str(path)


COMMANDS = {
    "quantify": ("--x1", "size_*", "--x2", "texture_*", "--estimator", "cluster"),
    "screen": ("--columns", "*_*", "--top", "3", "--interval", "none"),
    "compare": ("--x1", "size_*", "--x2", "texture_*", "--model", f"{LONG}=said"),
    "sources": (
        *("--source", "size=size_*", "--source", "texture=texture_mean,texture_se"),
        *("--source", f"{LONG}={LONG}", "--estimator", "cluster", "--clusters", "3"),
    ),
}


def run(name: str, file: str, width: int) -> Result:
    command = "quantify" if name == "sources" else name
    words = [command, file, "--y", "diagnosis", *COMMANDS[name]]
    return CliRunner(env={"COLUMNS": str(width)}).invoke(main, words)


@pytest.mark.parametrize("width", [40, 47, 60, 80, 130, 200])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_is_longer_and_no_text_too_long_to_read(name: str, width: int, files: str) -> None:
    answer = run(name, files, width)
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert max(map(len, lines)) <= width
    sentences = [line for line in lines if line.rstrip().endswith((".", ","))]
    assert all(len(line) <= PROSE + 2 for line in sentences)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_not_shown_is_named(name: str, files: str) -> None:
    """In any width each head stands above the table, or among what is left out."""
    heads = {
        "quantify": ("bit", "95% interval", "counted", "share"),
        "screen": ("R", "U1", "U2", "S", "total"),
        "compare": ("R", "U1", "U2", "S", "total", "left", "accuracy", "overlap", "rank"),
        "sources": ("alone", "only it", "lost", "counted", "share"),
    }[name]
    for width in (40, 55, 70, 80, 100):
        text = run(name, files, width).stdout
        for head in heads:
            assert re.search(rf"\b{head}\b", " ".join(text.split())), (width, head)


@pytest.mark.parametrize("name", ["screen", "compare", "sources"])
def test_names_stand_in_full_where_there_is_room(name: str, files: str) -> None:
    """Before a number, or another name."""
    row = re.compile(rf"^  (\w+ +)?{LONG} +(\w+ +)?-?\d\.\d", re.MULTILINE)
    assert row.search(run(name, files, 160).stdout)
    assert not row.search(run(name, files, 80).stdout)


def table_of(widths: tuple[int, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for place, width in enumerate(widths):
        table.add_column(f"h{place}", no_wrap=True)
        assert width >= 2
    table.add_row(*("x" * width for width in widths), style="bold")
    table.add_row(*(Text("y") for _ in widths))
    return table


def printed(content: Fitting, width: int) -> str:
    console = Console(width=width)
    with console.capture() as capture:
        console.print(content)
    return capture.get()


def test_the_widest_form_that_fits() -> None:
    forms = table_of((30, 5)), table_of((20, 5)), table_of((10, 5))
    for width, long in ((40, 30), (36, 30), (35, 20), (26, 20), (25, 10), (16, 10)):
        assert f"{'x' * long} xxxxx" in printed(Fitting(*forms), width)


def test_columns_go_in_their_order_and_are_named() -> None:
    fitting = Fitting(table_of((10, 5, 5, 5)), drop=(3, 1, 7))  # of seven there is none
    assert "left out" not in printed(fitting, 28)
    text = " ".join(printed(fitting, 27).split())
    assert text.startswith("h0 h1 h2 x") and text.endswith("left out, for want of width: h3")
    text = " ".join(printed(fitting, 17).split())
    assert text.startswith("h0 h2 x") and text.endswith("left out, for want of width: h1, h3")
