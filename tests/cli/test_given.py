"""``pid quantify --given``: strata on the terminal, in JSON and on the page."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pid.cli import main

ASKED = ("quantify", "data.csv", "--x1", "a", "--x2", "b", "--y", "y", "--replicates", "40")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    a, b = rng.integers(2, size=(2, 800))
    frame = pd.DataFrame({"a": a, "b": b, "c": b})
    frame["site"] = np.array(["north", "so\x1b[31mth"])[np.arange(800) % 2]
    frame["age"] = rng.normal(50, 9, size=800).round(2)
    frame["y"] = np.where(frame.site == "north", a ^ b, a)
    frame.to_csv("data.csv", index=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_strata_are_shown() -> None:
    answer = run(*ASKED, "--given", "site", "--json", "out.json", "--html", "out.html")
    assert answer.exit_code == 0
    assert "Given site, together a and b tell all of y" in answer.stdout
    assert "given  site  2 strata" in answer.stdout
    assert "in y given z" in answer.stdout
    assert "north" in answer.stdout
    assert "\x1b[31m" not in answer.stdout
    found = json.loads(Path("out.json").read_text())
    north, south = found["given"]["strata"]
    assert (north["synergy"], south["unique1"]) == pytest.approx((1, 1), abs=0.01)
    page = Path("out.html").read_text()
    assert "By stratum" in page
    assert "north" in page
    assert "The table that was decomposed" not in page


def test_many_strata_are_cut_short() -> None:
    answer = run(*ASKED, "--given", "site,age")
    assert answer.exit_code == 0
    assert "age: numbers, cut into 5 strata" in answer.stderr + answer.stdout
    assert "and 2 smaller strata" in answer.stdout


def test_a_file_of_its_own() -> None:
    np.save("z.npy", np.arange(800) % 2)
    answer = run(*ASKED, "--given", "z.npy")
    assert answer.exit_code == 0
    assert re.search(r"given +z.npy +2 strata", answer.stdout)


def test_a_report_and_named_sources_take_it() -> None:
    sources = ("--source", "first=a", "--source", "second=b")
    asked = ("report", "data.csv", *sources, "--y", "y", "--given", "site", "--out", "out.html")
    assert run(*asked, "--replicates", "40").exit_code == 0
    assert "By stratum" in Path("out.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--given", "y"), "contains the target 'y'"),
        (("--given", "sites"), "did you mean 'site'?"),
        (("--given", "site", "--out-of-core"), "--given needs the columns in memory"),
        (("--given", "site", "--estimator", "posterior"), "no use for given"),
        (("--given", "site", "--if-missing"), "given site"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], said: str) -> None:
    answer = run(*ASKED, *arguments)
    assert answer.exit_code != 0
    assert said in answer.stderr


def test_three_sources_are_refused() -> None:
    sources = ("--source", "p=a", "--source", "q=b", "--source", "r=c")
    answer = run("quantify", "data.csv", *sources, "--y", "y", "--given", "site")
    assert answer.exit_code != 0
    assert "--given is for two sources, and there are 3" in answer.stderr
