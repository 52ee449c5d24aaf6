"""``pid.multiview_redundancy``: closed forms, one answer with ``pid.quantify``, invariances."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

import pid
from pid.analysis.multiview.verdicts import EPS, in_unit, signal_of, verdict_of
from pid.analysis.quantification.facts import facts_of
from pid.report import document_of

N = 1000
CONDITIONAL = ("conditional1", "conditional2")


def flipped(x: Any, share: float, rng: Generator) -> Any:
    return x ^ (rng.random(len(x)) < share)


def entropy(p: float) -> float:
    return float(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def ends(found: pid.MultiviewRedundancy, name: str) -> tuple[float, float]:
    interval = found.informations[name].interval
    assert interval is not None
    return interval


def holds_truth(found: pid.MultiviewRedundancy, truth: dict[str, float]) -> bool:
    return all(ends(found, name)[0] <= x <= ends(found, name)[1] for name, x in truth.items())


# --- closed forms -------------------------------------------------------------------------------


def test_copies_are_just_right_where_they_are_of_y(rng: Generator) -> None:
    """Nothing is told beyond a copy, by symbols to the last digit, at any size, 0 as well."""
    y = rng.integers(2, size=N)
    for eps in (EPS, 0.0):
        found = pid.multiview_redundancy(y, y, y, eps=eps)
        assert (found.verdict, found.signal) == ("holds", ("just right",))
    assert found.informations["conditional1"].value == pytest.approx(0, abs=1e-9)
    assert found.informations["shared"].value == pytest.approx(1, abs=0.01)


def test_copies_of_something_noisy_share_noise_too(rng: Generator) -> None:
    """x1 = x2 tells 1 - H(.1) bit of y; the rest of their one bit is H(.1)."""
    y = rng.integers(2, size=N)
    x = flipped(y, 0.1, rng)
    found = pid.multiview_redundancy(x, x, y)
    assert (found.verdict, found.signal) == ("holds", ("too much noise",))
    told = 1 - entropy(0.1)
    assert holds_truth(
        found, {"information1": told, "information2": told, "shared_given_y": entropy(0.1)}
    )


def test_noisy_copies_of_y_each_tell_more(rng: Generator) -> None:
    """Two looks of independent noise: H(x1 | x2) - H(.1), as x1 is independent of x2 given y."""
    y = rng.integers(2, size=4 * N)
    x1, x2 = flipped(y, 0.1, rng), flipped(y, 0.1, rng)
    found = pid.multiview_redundancy(x1, x2, y)
    more = entropy(0.18) - entropy(0.1)
    for name in CONDITIONAL:
        assert found.informations[name].value == pytest.approx(more, abs=0.06)
    assert holds_truth(found, {"shared_given_y": 0.0})
    assert (found.verdict, found.signal) == ("fails", ("not enough signal",))


def test_what_one_alone_has(rng: Generator) -> None:
    """y is x1, and x2 has nothing to do with it."""
    x1, x2 = rng.integers(2, size=(2, N))
    found = pid.multiview_redundancy(x1, x2, x1)
    assert (found.verdict, found.signal) == ("fails", ("not enough signal",))
    assert ends(found, "conditional1")[1] == pytest.approx(1)
    assert ends(found, "conditional2")[1] <= 1e-9
    assert "x1 tells more than 0.05 bit of y beyond the other" in found.reading


def test_exclusive_or_is_no_noise(rng: Generator) -> None:
    """Once y is known x1 and x2 tell of each other, but they share nothing."""
    x1, x2 = rng.integers(2, size=(2, N))
    found = pid.multiview_redundancy(x1, x2, x1 ^ x2)
    assert holds_truth(found, {"conditional1": 1.0, "conditional2": 1.0})
    assert found.informations["shared_given_y"].value > 0.95
    assert (found.verdict, found.signal) == ("fails", ("not enough signal",))
    assert "x1 and x2 each tell" in found.reading


def test_both_too_little_and_too_much(rng: Generator) -> None:
    """One bit is shared and nothing of y, and y is another bit of x1."""
    shared, own = rng.integers(2, size=(2, N))
    found = pid.multiview_redundancy(shared + 2 * own, shared, own)
    assert found.signal == ("not enough signal", "too much noise")


def test_gaussian_numbers(rng: Generator) -> None:
    """y = x1 + x2 + noise, of independent normal columns: half of log2 of ratios of variances."""
    x1, x2, noise = rng.normal(size=(3, N))
    found = pid.multiview_redundancy(x1, x2, x1 + x2 + noise)
    assert found.quantification is None
    truth = {"conditional1": 0.5, "conditional2": 0.5, "shared": 0.0}
    truth |= dict.fromkeys(("information1", "information2"), np.log2(3 / 2) / 2)
    truth |= {"shared_given_y": np.log2(4 / 3) / 2}
    for name, value in truth.items():
        assert found.informations[name].value == pytest.approx(value, abs=0.08), name
    assert found.verdict == "fails"


def test_several_columns_of_numbers_are_a_target(rng: Generator) -> None:
    x = rng.normal(size=(300, 2))
    found = pid.multiview_redundancy(x[:, 0], x[:, 1], x + rng.normal(size=x.shape))
    assert found.informations["conditional1"].value == pytest.approx(0.5, abs=0.2)


# --- verdicts -----------------------------------------------------------------------------------


def test_where_a_verdict_turns() -> None:
    """Ends that are eps are not above it, and rounding is none of it."""
    at, below, above = (0.05, 0.05), (0.0, 0.01), (0.06, 0.2)
    assert verdict_of([at, below], 0.05) == "holds"
    assert verdict_of([(1e-15, 1e-15), (-1e-15, 1e-15)], 0.0) == "holds"
    assert verdict_of([(0.0, 0.06), below], 0.05) == "undecided"
    assert verdict_of([(0.0, 0.06), above], 0.05) == "fails"
    assert verdict_of([None, None], 1.0) == "undecided"


def test_signal_is_undecided_only_where_nothing_is_clear() -> None:
    wide, below, above = (0.0, 0.2), (0.0, 0.01), (0.06, 0.2)
    assert signal_of([wide, below], above, below, 0.05) == ("undecided",)
    assert signal_of([below, below], above, wide, 0.05) == ("undecided",)
    assert signal_of([wide, below], above, above, 0.05) == ("too much noise",)
    assert signal_of([below, below], wide, above, 0.05) == ("undecided",)


def test_eps_is_in_bits_and_decides(rng: Generator) -> None:
    y = rng.integers(2, size=4 * N)
    args = flipped(y, 0.1, rng), flipped(y, 0.1, rng), y
    assert in_unit(1.0, "nat") == pytest.approx(np.log(2))
    for eps, verdict in ((0.1, "fails"), (0.21, "undecided"), (0.5, "holds"), (0.0, "fails")):
        for unit in ("bit", "nat"):
            assert pid.multiview_redundancy(*args, eps=eps, unit=unit).verdict == verdict


def test_without_intervals_there_is_no_verdict(rng: Generator) -> None:
    x1, x2 = rng.integers(2, size=(2, N))
    found = pid.multiview_redundancy(x1, x2, x1 ^ x2, interval=None)
    assert (found.verdict, found.signal) == ("undecided", ("undecided",))
    assert "no intervals were asked for" in found.reading
    assert all(told.interval is None for told in found.informations.values())
    q = pid.quantify(x1, x2, x1 ^ x2, interval=None)
    assert q.multiview_redundancy == "undecided"
    assert "undecided at 0.05 bit, without intervals" in dict(facts_of(q))["beyond"]


# --- one answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["bit", "nat"])
@pytest.mark.parametrize("kind", ["symbols", pytest.param("numbers", marks=pytest.mark.slow)])
def test_of_classes_it_is_what_quantify_says(kind: str, unit: Any, rng: Generator) -> None:
    """Values, intervals and verdict, as the page, the JSON and the report have them."""
    x1, x2 = rng.normal(size=(2, 300))
    y = (x1 + x2 + rng.normal(size=300)) > 0
    if kind == "symbols":
        x1, x2 = x1 > 0, x2 > 0
    found = pid.multiview_redundancy(x1, x2, y, unit=unit)
    q = pid.quantify(x1, x2, y, unit=unit)
    for atom, unique in zip(q.beyond(), ("unique1", "unique2"), strict=True):
        told = found.informations[atom.name]
        assert told[:2] == (atom.value, atom.interval)
        assert told.value == getattr(q.best, unique) + q.best.synergy
    assert found.verdict == q.multiview_redundancy
    row, mine = q.to_dict(), found.to_dict()
    names = [f"conditional{i}{end}" for i in "12" for end in ("", "_low", "_high")]
    assert [row[name] for name in names] == [mine[name] for name in names]
    assert row["multiview_redundancy"] == mine["multiview_redundancy"]
    said = dict(facts_of(q))["beyond"]
    assert ("beyond", said) in document_of(q, "a title").support
    assert f"{mine['conditional1']:.4f} {unit}" in said and f"{mine['conditional2']:.4f}" in said
    assert f"{'is ' * (found.verdict == 'undecided')}{found.verdict} at 0.05 bit" in said
    total = mine["conditional1"] + mine["information2"]  # type: ignore[operator]
    assert total == pytest.approx(q.best.total)


def test_the_sum_is_known_better_than_its_parts(rng: Generator) -> None:
    """What U1 may have more, S has less."""
    x1, x2 = rng.integers(3, size=(2, 500))
    q = pid.quantify(x1, x2, (x1 + x2 + rng.integers(2, size=500)) % 3)
    assert q.interval is not None
    for i in "12":
        low, high = q.interval[f"conditional{i}"]
        parts = [q.interval[f"unique{i}"], q.interval["synergy"]]
        assert low <= getattr(q.best, f"conditional{i}") <= high
        assert high - low < 0.8 * sum(high - low for low, high in parts)


def test_intervals_of_the_sums_of_counts_hold() -> None:
    """Where x1 and x2 are noisy looks at y: of 100 samples, in .9 at least."""
    more, held = entropy(0.18) - entropy(0.1), np.zeros(2)
    for seed in range(100):
        rng = np.random.default_rng(seed)
        y = rng.integers(2, size=300)
        q = pid.quantify(flipped(y, 0.1, rng), flipped(y, 0.1, rng), y, replicates=200)
        assert q.interval is not None
        held += [low <= more <= high for low, high in (q.interval[n] for n in CONDITIONAL)]
    assert held.min() >= 90


# --- what changes nothing -----------------------------------------------------------------------


def test_sources_may_be_swapped(rng: Generator) -> None:
    x1, x2 = rng.integers(3, size=(2, 400))
    y = (x1 > x2).astype(int)
    one, other = pid.multiview_redundancy(x1, x2, y), pid.multiview_redundancy(x2, x1, y)
    for first, second in (("conditional1", "conditional2"), ("information1", "information2")):
        a, b = one.informations[first], other.informations[second]
        assert a.value == pytest.approx(b.value, abs=1e-6)
        assert a.interval == pytest.approx(b.interval, abs=0.02)
    for name in ("shared", "shared_given_y"):
        assert one.informations[name].value == pytest.approx(other.informations[name].value)


def test_increasing_maps_of_numbers_change_nothing(rng: Generator) -> None:
    x1, x2, y = rng.normal(size=(3, 300))
    y = y + x1
    one = pid.multiview_redundancy(x1, x2, y)
    other = pid.multiview_redundancy(np.exp(3 * x1), x2**3, np.arcsinh(y))
    assert one.informations == other.informations


def test_names_of_classes_change_nothing(rng: Generator) -> None:
    x1, x2 = rng.integers(2, size=(2, 200))
    y = x1 & x2
    one = pid.multiview_redundancy(x1, x2, y)
    assert one.informations == pid.multiview_redundancy(x1, x2, 7 - y).informations
    assert (
        one.informations == pid.multiview_redundancy(x1, x2, np.array(["b", "a"])[y]).informations
    )


def test_whole_numbers_that_are_classes_are_classes_everywhere(rng: Generator) -> None:
    """25 classes, more than a column of symbols has, but each in many rows."""
    x1, x2 = rng.integers(5, size=(2, 2000))
    found = pid.multiview_redundancy(x1, x2, 5 * x1 + x2, interval=None)
    assert found.quantification is not None
    assert found.informations["shared_given_y"].how == "counts"


def test_rows_of_a_group_say_less(rng: Generator) -> None:
    """Ten copies of each row are worth one: intervals are about as wide as those of single rows."""
    y = rng.integers(2, size=200)
    x1, x2 = flipped(y, 0.1, rng), flipped(y, 0.2, rng)
    groups = np.repeat(np.arange(200), 10)
    few = pid.multiview_redundancy(x1, x2, y)
    many = pid.multiview_redundancy(*(np.repeat(a, 10) for a in (x1, x2, y)), groups=groups)
    assert (many.n, many.units) == (2000, 200)
    for name, told in few.informations.items():
        assert told.interval is not None
        width = np.diff(ends(many, name))[0]
        assert width > 0.8 * np.diff(told.interval)[0], name
    assert any("widened" in note for note in many.notes)


def test_copies_of_rows_are_warned_of(rng: Generator) -> None:
    """Neighbours at distance 0 would tell that x1 and x2 share bits."""
    x1, x2, y = (np.tile(x, 3) for x in rng.normal(size=(3, 100)))
    found = pid.multiview_redundancy(x1, x2, y, interval=None)
    assert any("200 of 300 rows are copies" in warning for warning in found.warnings)
    assert found.reading.startswith("Not to be trusted")


def test_gaps_are_dropped_when_asked(rng: Generator) -> None:
    x1, x2 = rng.normal(size=(2, 200))
    y = x1 + x2 + rng.normal(size=200)
    gap = x1.copy()
    gap[:20] = np.nan
    with pytest.raises(pid.InvalidInput, match="missing"):
        pid.multiview_redundancy(gap, x2, y)
    found = pid.multiview_redundancy(gap, x2, y, missing="drop")
    assert found.n == 180
    assert found.informations == pid.multiview_redundancy(x1[20:], x2[20:], y[20:]).informations


# --- the page -----------------------------------------------------------------------------------


def test_all_six_are_printed_and_in_the_json(rng: Generator) -> None:
    x1, x2 = rng.integers(2, size=(2, 200))
    found = pid.multiview_redundancy(x1, x2, x1 & x2)
    page = repr(found)
    for name, called in (
        ("conditional1", "I(X1; Y | X2)"),
        ("shared", "I(X1; X2)"),
        ("shared_given_y", "I(X1; X2 | Y)"),
        ("information2", "I(X2; Y)"),
    ):
        (line,) = (line for line in page.splitlines() if line.startswith(f"  {called} "))
        assert f"{found.informations[name].value:.4f}" in line
        assert "{:.4f}, {:.4f}".format(*ends(found, name)) in line
    row = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert row["schema"] == 2
    assert row["shared_low"] <= row["shared"] <= row["shared_high"]
    assert found.reading in page


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"eps": -0.1}, "eps"),
        ({"eps": float("nan")}, "eps"),
        ({"X2": np.zeros(100)}, "same value"),
        ({"X2": np.zeros(99)}, "one row per sample"),
        ({"y": np.zeros(100, dtype=int)}, "same value"),
        ({"groups": np.zeros(100)}, "groups"),
        ({"interval": 2}, "interval"),
    ],
)
def test_what_cannot_be_used(change: dict[str, Any], says: str, rng: Generator) -> None:
    x1, x2 = rng.integers(2, size=(2, 100))
    with pytest.raises(pid.InvalidInput, match=says):
        pid.multiview_redundancy(**({"X1": x1, "X2": x2, "y": x1 ^ x2} | change))


def test_a_column_in_both_sources_is_refused(rng: Generator) -> None:
    x = rng.normal(size=100)
    with pytest.raises(pid.InvalidInput, match="infinite"):
        pid.multiview_redundancy(x, x**3, rng.normal(size=100))


def test_few_rows_of_a_class_are_said_by_its_name(rng: Generator) -> None:
    """17 and 23 rows are of two classes: numbers are looked at within each, symbols are not."""
    y = np.repeat(["no", "yes"], [17, 23])
    X1, X2 = rng.normal(size=(2, 40, 2))
    with pytest.raises(
        pid.InvalidInput, match=r"20 rows or more of each class of y, .*; 42% of 40"
    ):
        pid.multiview_redundancy(X1, X2, y)
    assert pid.multiview_redundancy(X1 > 0, X2[:, 0] > 0, y).n == 40  # symbols are counted


def test_notes_say_of_which_information_they_are(rng: Generator) -> None:
    X1, X2 = rng.normal(size=(2, 300, 3))
    X2[:, 0] = X1[:, 0] + rng.normal(size=300)
    y = np.where(np.arange(300) < 10, 2, np.arange(300) % 2)
    notes = pid.multiview_redundancy(np.column_stack([X1, np.ones(300)]), X2, y).notes
    few = "left out 10 rows with symbols of the condition that fewer than 20 have"
    assert f"I(X1; X2 | Y): {few}" in notes
    assert "x1: left out 1 constant column (x1[3])" in notes  # of all
