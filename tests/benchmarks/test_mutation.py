"""Edits of one place each: what they are, which are sampled, and which of them were noticed."""

import csv
from pathlib import Path

import pytest

from scripts import mutation
from scripts.edits import Edit, edits_of, is_another, shown
from scripts.mutation import AREAS, equivalent, sampled, share

SOURCE = b'''
"""Words are left alone, as are types, messages and what is printed: 1 < 2."""
def f(x: tuple[int, int] = (1, 2), *, deep: bool = True) -> "list[int]":
    if not deep and x[0] < 0.5:
        raise ValueError(f"{x[1] + 1} is more than {min(3, 4)}")
    total = 0
    for a, b in zip(x, x, strict=True):
        total += max(a, g(b, c=a))
    return total if total in (1, 2) else -total

class C:
    def __repr__(self):
        return str(1 + 1)
'''


def by_kind(source: bytes) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for edit in edits_of(source):
        found.setdefault(edit.kind, set()).add(shown(edit, source))
    return found


def test_kinds_of_edits() -> None:
    found = by_kind(SOURCE)
    condition = "if not deep and x[0] < 0.5:"
    assert found["comparison"] >= {
        (condition, "if deep and x[0] < 0.5:"),
        (condition, "if not deep or x[0] < 0.5:"),
        (condition, "if not deep and x[0] <= 0.5:"),
        (condition, "if not deep and x[0] >= 0.5:"),
    }
    last = "return total if total in (1, 2) else -total"
    assert (last, "return total if total in (1, 2) else total") in found["sign"]
    assert (last, "return -total if total in (1, 2) else total") in found["order"]
    assert (last, "return total if total in (2, 2) else -total") in found["constant"]
    total = "total += max(a, g(b, c=a))"
    assert found["extreme"] == {(total, "total += min(a, g(b, c=a))")}
    assert found["option"] == {(total, "total += max(a, g(b, ))")}
    assert (total, "total += max(g(b, c=a), a)") in found["order"]
    assert (total, "pass") in found["statement"]


def test_what_is_left_alone() -> None:
    lines = {before for of_kind in by_kind(SOURCE).values() for before, _ in of_kind}
    assert not any("left alone" in line or "str(1 + 1)" in line for line in lines)
    assert not any(before.startswith("raise") for before in lines)
    options = by_kind(SOURCE)["constant"]
    assert not any("strict=False" in after for _, after in options)
    members = {after for _, after in by_kind(SOURCE)["order"]}
    assert "return total if total in (2, 1) else -total" not in members


@pytest.mark.parametrize("file", ["pid/inference/bias.py", "estimators/posterior/cells.py"])
def test_edits_of_a_source_are_of_one_place(file: str) -> None:
    source = (mutation.ROOT / file).read_bytes()
    edits = edits_of(source)
    assert len(edits) > 50
    for edit in edits:
        edited = edit.of(source)
        assert edited[: edit.start] == source[: edit.start]
        assert edited[len(edited) - len(source) + edit.end :] == source[edit.end :]
        before, after = shown(edit, source)
        assert before != after
    some = edits[:: len(edits) // 10]
    assert all(is_another(edit, source) for edit in some)
    assert not is_another(Edit("none", 1, 0, 0, b""), source)
    assert not is_another(Edit("none", 1, 0, 0, b"("), source)


def test_a_sample_is_of_all_kinds_and_of_its_seed() -> None:
    first, again, other = (sampled("missing", AREAS["missing"], 14, seed) for seed in (0, 0, 1))
    assert first == again != other
    kinds = [tried.edit.kind for tried in first]
    assert {kinds.count(kind) for kind in kinds} == {2}
    assert len({(tried.file, tried.edit) for tried in first}) == 14


@pytest.mark.slow
def test_noticed_and_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A project of one function, of whose four edits a test sees those of one line."""
    project = tmp_path / "project"
    (project / "tests").mkdir(parents=True)
    (project / "part.py").write_text(
        "def f(x):\n    g(x)\n    return x + 1\n\ndef g(x):\n    ...\n"
    )
    test = "import part\n\ndef test_f():\n    assert part.f(2) == 3\n"
    (project / "tests" / "test_part.py").write_text(test)
    (project / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    known = project / "equivalent.csv"
    known.write_text("file,before,after,reason\npart.py,return x + 1,return x + 2,made up\n")
    monkeypatch.setattr(mutation, "ROOT", project)
    monkeypatch.setattr(mutation, "EQUIVALENT", known)
    out = tmp_path / "out"
    options = ["--of", "part.py", "--tests", "tests", "--edits", "9", "--out", str(out)]
    mutation.main(options)
    with (out / "mutation.csv").open(newline="", encoding="utf-8") as lines:
        found = {row["after"]: (row["outcome"], row["by"]) for row in csv.DictReader(lines)}
    failed = "FAILED tests/test_part.py::test_f"
    assert found == {
        "pass": ("missed", ""),
        "return x - 1": ("noticed", failed),
        "return x + 0": ("noticed", failed),
        "return x + 2": ("equivalent", "made up"),
    }
    assert "all: 2 of 3 noticed (67%), 1 equivalent" in capsys.readouterr().out
    assert (project / "part.py").read_text().count("g(x)") == 2
    (project / "tests" / "test_part.py").write_text(test.replace("3", "4"))
    with pytest.raises(SystemExit, match="test_f fails without any edit"):
        mutation.main(options)


def test_shares_leave_out_what_is_equivalent() -> None:
    outcomes = [("a", "noticed"), ("a", "missed"), ("a", "equivalent"), ("b", "noticed")]
    said = share([{"area": area, "outcome": outcome} for area, outcome in outcomes])
    assert said.splitlines() == [
        "a: 1 of 2 noticed (50%), 1 equivalent",
        "b: 1 of 1 noticed (100%), 0 equivalent",
        "all: 2 of 3 noticed (67%), 1 equivalent",
    ]


def test_equivalent_edits_are_of_lines_that_are_there() -> None:
    """And have a reason: a line that has changed wants another look."""
    for (file, before, after), reason in equivalent().items():
        source = (mutation.ROOT / file).read_bytes()
        assert (before, after) in {shown(edit, source) for edit in edits_of(source)}, before
        assert len(reason.split()) > 3
