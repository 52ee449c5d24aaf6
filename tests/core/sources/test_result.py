"""What the answer is, says, and refuses; and that its check notices what is wrong."""

import copy
import dataclasses
import json
import pickle
import re

import numpy as np
import pytest

import pid
from pid.core.cost import MOST_SECONDS
from pid.core.information import mutual_information
from pid.core.sources import cost
from pid.core.sources.decompose import TableTells
from pid.core.sources.numbers import Proved
from pid.errors import CheckFailed, InvalidDistribution, InvalidInput, TooLarge
from scripts.source_gates import GATES, NAMES
from scripts.source_problems import Array, dirichlet


def table(classes: int = 3, seed: int = 0) -> Array:
    return dirichlet(np.random.default_rng(seed), (2, 3, 2, classes))


@pytest.fixture(params=[2, 3])
def answer(request: pytest.FixtureRequest) -> pid.SourcesDecomposition:
    return pid.decompose(table(request.param), names=NAMES)


def test_text() -> None:
    text = repr(pid.decompose(GATES["3-AND"][0], names=["text", "audio", "a very long name of it"]))
    assert text.splitlines() == [
        "                        alone    only it   lost without it",
        "text                   0.1379     0.0000            0.2500",
        "audio                  0.1379     0.0000            0.2500",
        "a very long name of…   0.1379     0.0000            0.2500",
        "shared by several       0.1379   no one of them is needed for it",
        "two together            0.1556",
        "all three together      0.2500",
        "total                   0.5436 bit of 0.5436   certified gap 1.0e-12",
    ]


def test_four_sources_and_an_interval_in_text(monkeypatch: pytest.MonkeyPatch) -> None:
    p = dirichlet(np.random.default_rng(1), (2, 2, 2, 2, 3))
    exact = TableTells.__call__

    def rough(self: TableTells, which: tuple[tuple[int, ...], ...]) -> Proved:
        found = exact(self, which)
        wide = len(which[0]) == 3 and len(which) == 4
        return found._replace(lower=found.lower - 0.05) if wide else found

    monkeypatch.setattr(TableTells, "__call__", rough)
    d = pid.decompose(p, names=["a", "b", "c", "d"])
    text = repr(d)
    assert "three together" in text and "all four together" in text
    line = next(line for line in text.splitlines() if line.startswith("three together"))
    assert " to " in line
    assert d.certificate.status is pid.Status.INACCURATE


def test_intervals_stand_apart_in_text() -> None:
    """However wide they are, columns are parted by spaces and end in one place."""
    p = dirichlet(np.random.default_rng(0), (3, 3, 3, 3))
    lines = repr(pid.decompose(p, names=["a", "b", "c"], tol=0.03)).splitlines()
    assert any(" to " in line for line in lines[1:4])
    assert len({len(line) for line in lines[:4]}) == 1
    for line in lines[1:4]:
        assert len(re.split(r"\s{2,}", line)) == 4, line


def test_what_is_lost_is_known_however_wide_its_parts_are() -> None:
    """It is a difference of two informations of p, of which nothing is solved."""
    p = dirichlet(np.random.default_rng(0), (3, 3, 3, 3))
    d = pid.decompose(p, names=NAMES, tol=0.03)
    for i, name in enumerate(d.names):
        low, high = d.intervals[f"strict {name}"]
        assert high - low > 1e-4
        rest = p.sum(axis=i).reshape(-1, 3)
        lost = d.total - mutual_information(rest)
        assert d.intervals[f"loss {name}"] == pytest.approx((lost, lost), abs=1e-12)
        assert d.loss[name].total == pytest.approx(lost, abs=1e-12)


def test_long_names_are_told_apart_in_text() -> None:
    names = ["temperature of the left side", "temperature of the right side", "c"]
    lines = repr(pid.decompose(table(), names=names)).splitlines()
    assert [line.split("   ")[0] for line in lines[1:3]] == names[:2]


def test_fields(answer: pid.SourcesDecomposition) -> None:
    assert answer.names == NAMES
    assert set(answer.unique) == set(answer.single) == set(answer.loss) == set(NAMES)
    assert list(answer.synergy) == [2, 3]
    assert (np.diag(answer.overlap) == list(answer.single.values())).all()
    assert (answer.overlap == answer.overlap.T).all()
    widest = max(union.gap for union in answer.certificate.unions)
    assert answer.certificate.gap == pytest.approx(widest, abs=1e-15)
    assert answer.certificate.status is pid.Status.OPTIMAL
    for name, (low, high) in answer.intervals.items():
        assert low <= high, name


def test_frame_and_dict(answer: pid.SourcesDecomposition) -> None:
    frame = answer.to_frame()
    assert list(frame["name"]) == list(NAMES)
    assert list(frame["unique"]) == list(answer.unique.values())
    row = json.loads(json.dumps(answer.to_dict()))
    assert row["shared"] == answer.shared
    assert row["synergy"] == {"2": answer.synergy[2], "3": answer.synergy[3]}
    assert "copies" in row["synergy_is"]


def test_pair_and_rest_are_those_of_two_sources(answer: pid.SourcesDecomposition) -> None:
    p = table(2 if answer.shared_by is not None else 3)
    pair = answer.pair("x3", "x1")
    assert pair.atoms == pytest.approx(
        pid.decompose(p.sum(axis=1).transpose(1, 0, 2)).atoms, abs=1e-14
    )
    assert answer.overlap[0, 2] == pytest.approx(pair.redundancy, abs=3e-9)
    rest = answer.against_rest("x2")
    assert rest.unique1 == pytest.approx(answer.loss["x2"].strict, abs=3e-9)
    assert rest.synergy == pytest.approx(answer.loss["x2"].together, abs=3e-9)
    rest.check(p.transpose(1, 0, 2, 3).reshape(3, 4, -1))


def test_in_nats(answer: pid.SourcesDecomposition) -> None:
    p = table(2 if answer.shared_by is not None else 3)
    nats = pid.decompose(p, names=NAMES, unit="nat")
    assert nats.shared == pytest.approx(answer.shared * np.log(2), abs=1e-12)
    assert nats.intervals["total"] == pytest.approx(
        np.array(answer.intervals["total"]) * np.log(2), abs=1e-12
    )


def test_names_are_x1_and_so_on() -> None:
    d = pid.decompose(table())
    assert isinstance(d, pid.SourcesDecomposition)
    assert d.names == ("x1", "x2", "x3")


def test_copies_of_an_answer(answer: pid.SourcesDecomposition) -> None:
    p = table(2 if answer.shared_by is not None else 3)
    for other in (copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))):
        assert other.to_dict() == answer.to_dict()
        other.check(p)


def broken(d: pid.SourcesDecomposition, **changes: object) -> pid.SourcesDecomposition:
    return dataclasses.replace(d, **changes)  # type: ignore[arg-type]


def test_check_notices_numbers(answer: pid.SourcesDecomposition) -> None:
    p = table(2 if answer.shared_by is not None else 3)
    answer.check(p)
    wrong = [
        broken(answer, shared=answer.shared + 1e-6),
        broken(answer, synergy=answer.synergy | {2: 0.0}),
        broken(answer, overlap=answer.overlap + 1e-9),
        broken(answer, unique=answer.unique | {"x1": 0.5}),
        broken(answer, intervals=answer.intervals | {"total": (0.0, 0.0)}),
        broken(answer, single=answer.single | {"x2": 0.5}),
        broken(answer, entropy=answer.entropy + 1e-6),
        broken(answer, left_out=("all",)),
        broken(answer, certificate=dataclasses.replace(answer.certificate, gap=0.1)),
        broken(answer, certificate=dataclasses.replace(answer.certificate, unions=())),
        broken(
            answer,
            certificate=dataclasses.replace(answer.certificate, status=pid.Status.INACCURATE),
        ),
    ]
    for d in wrong:
        with pytest.raises(CheckFailed, match="does not follow"):
            d.check(p)


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_check_notices_bounds(answer: pid.SourcesDecomposition, side: str) -> None:
    """Each union in turn is said to be known better than it is."""
    p = table(2 if answer.shared_by is not None else 3)
    for which, proved in answer._used.items():
        off = 1e-6 if side == "lower" else -1e-6
        changed = proved._replace(**{side: getattr(proved, side) + off})
        d = broken(answer, _used=answer._used | {which: changed})
        with pytest.raises(CheckFailed, match=r"not proved|empty"):
            d.check(p)


def test_check_notices_evidence() -> None:
    p = table(3)
    answer = pid.decompose(p, names=NAMES)
    for which, proved in answer._used.items():
        if proved.evidence is None:
            continue
        small, evidence = proved.evidence
        raised = [lam + 1e-6 for lam in evidence.multipliers]
        for changed in (
            evidence._replace(multipliers=tuple(raised)),
            evidence._replace(masses=evidence.masses * 1.001),
            evidence._replace(masses=-evidence.masses),
        ):
            other = proved._replace(evidence=proved.evidence._replace(evidence=changed))
            with pytest.raises(CheckFailed):
                broken(answer, _used=answer._used | {which: other}).check(p)
        codes = tuple(np.zeros_like(code) for code in small.codes)
        merged = proved._replace(
            evidence=proved.evidence._replace(reduced=small._replace(codes=codes))
        )
        with pytest.raises((CheckFailed, IndexError, ValueError)):
            broken(answer, _used=answer._used | {which: merged}).check(p)


def test_check_of_another_table(answer: pid.SourcesDecomposition) -> None:
    with pytest.raises(CheckFailed):
        answer.check(table(2 if answer.shared_by is not None else 3, seed=1))
    with pytest.raises(CheckFailed, match="shape"):
        answer.check(np.ones((2, 2, 2, 2)))


def test_check_of_another_table_with_the_same_numbers() -> None:
    """Symbols of sources are exchanged: no number says so."""
    p = GATES["giant bit"][0]
    answer = pid.decompose(p)
    with pytest.raises(CheckFailed, match="another table"):
        answer.check(p[::-1, ::-1, ::-1])


def test_pairs_that_are_none(answer: pid.SourcesDecomposition) -> None:
    with pytest.raises(InvalidInput, match="'video' is not a source; they are x1, x2, x3"):
        answer.pair("x1", "video")
    with pytest.raises(InvalidInput, match="twice"):
        answer.pair("x1", "x1")
    with pytest.raises(InvalidInput, match="x9"):
        answer.against_rest("x9")
    for order in (1, 3):
        with pytest.raises(InvalidInput, match="order must be"):
            answer.same_cells(order)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a", "b"], "must be 3 that differ"),
        (["a", "b", "a"], "must be 3 that differ"),
        (["a", "b", " "], "must be 3 that differ"),
        (["a", "b", "\x1b[31mc"], "must be 3 that differ"),
        (["a, b", "b", "a\n"], "must be 3 that differ"),
        ([], "must be a list"),
        ([1, 2, 3], "must be a list"),
    ],
)
def test_names(names: list[str], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        pid.decompose(table(), names=names)


def test_pairs_of_names_are_told_apart() -> None:
    """In intervals: "overlap a, b, c" would be of a with (b, c), and of (a, b) with c."""
    p = dirichlet(np.random.default_rng(0), (2, 2, 2, 2, 2))
    with pytest.raises(InvalidInput, match=r"commas.*got \['a', 'b, c', 'a, b', 'c'\]"):
        pid.decompose(p, names=["a", "b, c", "a, b", "c"])
    d = pid.decompose(p, names=["a", "b, c", "a, b", "d"])
    assert sum(name.startswith("overlap") for name in d.intervals) == 6


def test_one_class() -> None:
    d = pid.decompose(np.random.default_rng(0).random((2, 3, 2, 3))[..., :1], names=NAMES)
    assert d.total == d.shared == 0.0
    low, high = d.same_cells(2)
    assert 0 <= low <= high < 1e-15


def test_options_of_two_sources() -> None:
    for option in ({"method": "cone"}, {"on_fail": "return"}, {"keep_coupling": False}):
        with pytest.raises(InvalidInput, match="are for two sources"):
            pid.decompose(table(), **option)
    with pytest.raises(InvalidInput, match="names are for three"):
        pid.decompose(np.ones((2, 2, 2)), names=["a", "b"])


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_tables_that_are_none(bad: float) -> None:
    p = table()
    p[0, 1, 0, 2] = bad
    with pytest.raises(InvalidDistribution, match=r"p\[0, 1, 0, 2\]"):
        pid.decompose(p)
    with pytest.raises(InvalidDistribution, match="no mass"):
        pid.decompose(np.zeros((2, 2, 2, 2)))
    with pytest.raises(InvalidDistribution, match="empty"):
        pid.decompose(np.zeros((2, 2, 0, 2)))


def test_counts_and_shares_are_one() -> None:
    counts = np.random.default_rng(2).integers(0, 9, size=(2, 3, 2, 3))
    d, other = pid.decompose(counts, names=NAMES), pid.decompose(counts / counts.sum(), names=NAMES)
    assert d.shared == pytest.approx(other.shared, abs=1e-9)


def test_eleven_sources() -> None:
    """Of two classes they are decomposed, less what 2^k sets would take; and that is said."""
    p = dirichlet(np.random.default_rng(3), (2,) * 11 + (2,))
    d = pid.decompose(p, names=[f"s{i}" for i in range(11)])
    assert d.shared_by is None
    assert d.left_out == ("shared_by: of more than 10 sources",)
    assert abs(d.total - d.union - sum(d.synergy.values())) < 1e-12


def test_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "MOST_SECONDS", 1e-3)
    with pytest.raises(TooLarge, match=r"3 sources with 2, 3, 2 symbols and 3 classes .* s: .* s"):
        pid.decompose(table())


def test_cost_grows() -> None:
    assert cost.seconds([2] * 3, 3) < cost.seconds([10] * 3, 5) < cost.seconds([8] * 5, 5)
    assert cost.seconds([2] * 10, 2) < 1 < MOST_SECONDS < cost.seconds([4] * 20, 2)
