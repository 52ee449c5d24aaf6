"""``pid.quantify_posteriors``: tables exactly, known densities, what must not change an answer."""

from __future__ import annotations

import json
import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import pid
from pid.analysis.quantification.given import GivenPosteriors
from pid.core.decomposition import ATOMS
from pid.datasets import continuous, make_gate, random
from pid.errors import InvalidInput

Given = tuple[np.ndarray, np.ndarray, np.ndarray]


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def enumerated(counts: np.ndarray) -> tuple[Given, np.ndarray]:
    """A row per count, with the conditional probabilities of the table."""
    x1, x2, y = np.unravel_index(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape)
    masses = counts.sum(axis=1)[x1], counts.sum(axis=0)[x2], counts[x1, x2]
    first, second, both = (mass / mass.sum(axis=1, keepdims=True) for mass in masses)
    return (first, second, both), y


def sharpened(given: Given, power: float) -> Given:
    first, second, both = (p**power / (p**power).sum(axis=1, keepdims=True) for p in given)
    return first, second, both


def one(given: Any, y: Any = None, **options: Any) -> pid.Quantification:
    first, second, both = given
    found: pid.Quantification = pid.quantify_posteriors(first, second, both, y, **options)
    return found


def many(stacks: Any, y: Any, **options: Any) -> pid.Trajectory:
    first, second, both = stacks
    found = pid.quantify_posteriors(first, second, both, y, **({"axis": "layer"} | options))
    assert isinstance(found, pid.Trajectory)
    return found


def values(q: pid.Quantification) -> np.ndarray:
    return np.array([*q.best.atoms.values(), q.best.total])


def evidence(q: pid.Quantification) -> GivenPosteriors:
    assert isinstance(q.evidence, GivenPosteriors)
    return q.evidence


def problem(name: str, n: int, seed: int = 0) -> tuple[Given, np.ndarray, np.ndarray]:
    data = continuous.make(name, n=n, random_state=seed)
    assert data.posteriors is not None
    atoms = np.array([*data.atoms.values()])
    return data.posteriors, data.y, np.append(atoms, atoms.sum())


# what is true


@pytest.mark.parametrize("shape", [(2, 2, 2), (4, 3, 2), (3, 3, 3), (5, 4, 4)])
@pytest.mark.parametrize("target", ["labels", "p12"])
def test_rows_of_a_table_give_its_decomposition(
    shape: tuple[int, int, int], target: str, rng: np.random.Generator
) -> None:
    """To the certificate, of labels and of what p12 says: the table is the same."""
    for _ in range(5):
        counts = rng.integers(0, 12, size=shape)
        given, y = enumerated(counts)
        q = one(given, y if target == "labels" else None)
        expected = pid.decompose(counts)
        np.testing.assert_allclose(values(q)[:4], [*expected.atoms.values()], atol=3e-9)


@pytest.mark.parametrize("name", ["xor", "and", "rdn", "unq1", "copy", "sum", "rdnxor", "subtle"])
def test_gates(name: str) -> None:
    gate = make_gate(name)
    counts = np.rint(gate.table * 192).astype(int)
    np.testing.assert_allclose(counts / 192, gate.table)
    given, y = enumerated(counts)
    q = one(given, y)
    expected = [getattr(gate, atom) for atom in ATOMS]
    np.testing.assert_allclose(values(q)[:4], expected, atol=3e-9)


@pytest.mark.parametrize(
    "name",
    [
        *("and", "table332", "mixture", "copula", "angle30", "table433"),
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("three", "four")),
    ],
)
def test_known_densities(name: str) -> None:
    """Errors shrink with rows, and the truth is within what intervals say and a little more."""
    few: list[np.ndarray] = []
    lots: list[np.ndarray] = []
    for seed in range(4):
        for n, errors in ((500, few), (20_000, lots)):
            given, y, truth = problem(name, n, seed)
            for target in (y, None):
                errors.append(np.abs(values(one(given, target)) - truth))
    assert np.mean(lots) < 0.35 * np.mean(few)  # 1 / sqrt(40), and some room
    assert np.mean(lots) < 0.006


@pytest.mark.parametrize(
    "name", ["mixture", "angle30", pytest.param("three", marks=pytest.mark.slow)]
)
def test_intervals_cover(name: str) -> None:
    """60 draws of 300 rows."""
    names = (*ATOMS, "total")
    inside = []
    for seed in range(60):
        given, y, truth = problem(name, 300, seed)
        for target in (y, None):
            q = one(given, target)
            assert q.interval is not None
            low, high = np.array([q.interval[atom] for atom in names]).T
            inside.append((low <= truth) & (truth <= high))
    assert np.mean(inside) > 0.9
    assert np.mean(inside, axis=0).min() > 0.85


def test_rows_are_the_atoms(rng: np.random.Generator) -> None:
    for name, residual in (("mixture", False), ("four", True)):
        given, y, _ = problem(name, 1500)
        q = one(given, y)
        frame = q.by_row()
        assert list(frame) == [*ATOMS, "total", "residual"]
        np.testing.assert_allclose(frame[[*ATOMS, "total"]].mean(), values(q), atol=1e-12)
        told = given[2][np.arange(1500), y] / (np.bincount(y) / 1500)[y]
        np.testing.assert_allclose(frame["total"], np.log2(told), atol=1e-9)
        assert (frame["residual"].abs().max() > 0) == residual


def test_rows_of_two_classes_are_those_of_the_true_densities() -> None:
    """Row by row, from few rows and from many: the multipliers converge."""
    given, y, _ = problem("mixture", 40_000)
    whole = evidence(one(given, y)).rows[:, :2000]
    first, second, both = (p[:2000] for p in given)
    part = evidence(one((first, second, both), y[:2000])).rows
    for atom in range(4):
        assert np.corrcoef(whole[atom], part[atom])[0, 1] > 0.9


def test_what_masking_does_to_the_model(rng: np.random.Generator) -> None:
    """Of the model's own decision, what a source adds is a mean divergence, whatever is given."""
    p1, p2, p12 = softmax(rng.normal(size=(3, 400, 3)))
    q = one((p1, p2, p12), unit="nat")

    def divergence(p: np.ndarray) -> float:
        return float((p12 * np.log(p12 / p)).sum(axis=1).mean())

    assert q.best.conditional2 == pytest.approx(divergence(p1))  # what x2 adds to x1
    assert q.best.conditional1 == pytest.approx(divergence(p2))
    assert q.best.total == pytest.approx(divergence(p12.mean(axis=0)))
    assert q.target_entropy == pytest.approx(pid.entropy(p12.mean(axis=0), unit="nat"))


def test_sums_of_atoms_are_scores(rng: np.random.Generator) -> None:
    given = softmax(rng.normal(size=(3, 300, 4)))
    y = np.arange(300) % 4
    q = one(given, y)
    told = evidence(q).told
    assert q.best.redundancy + q.best.unique1 == pytest.approx(told["p1"].given)
    assert q.best.redundancy + q.best.unique2 == pytest.approx(told["p2"].given)
    assert q.best.total == pytest.approx(told["p12"].given)


def test_shares_are_a_target_as_what_p12_says_is() -> None:
    given, _, _ = problem("three", 400)
    own, shares = (one(given, target) for target in (None, given[2]))
    np.testing.assert_allclose(values(own), values(shares))
    assert (evidence(own).target, evidence(shares).target) == ("p12", "shares")
    assert own.names[2] == "the model's decision"


def test_shares_of_labels_are_labels() -> None:
    given, y, _ = problem("three", 400)
    labels = one(given, y)
    shares = one(given, np.eye(3)[y])
    np.testing.assert_allclose(values(labels), values(shares))


def test_independent_problems_add_up(rng: np.random.Generator) -> None:
    """Pairs of sources and targets: posteriors are products."""
    tables = rng.integers(1, 5, size=(2, 2, 2, 2))
    (first, y), (second, z) = map(enumerated, tables)
    i, j = (x.ravel() for x in np.indices((len(y), len(z))))
    products = [
        (a[i][:, :, None] * b[j][:, None]).reshape(len(i), 4)
        for a, b in zip(first, second, strict=True)
    ]
    both = one(products, 2 * y[i] + z[j])
    single = [values(one(given, t)) for given, t in ((first, y), (second, z))]
    np.testing.assert_allclose(values(both), sum(single), atol=1e-8)


def test_the_same_said_thrice_is_redundant() -> None:
    for name in ("mixture", "three"):
        given, y, _ = problem(name, 800)
        q = one((given[2], given[2], given[2]), y)
        off = 1e-9 if name == "mixture" else 3e-3  # what is drawn to no loss of cells
        assert q.best.redundancy == pytest.approx(q.best.total, abs=off)
        assert max(map(abs, values(q)[1:4])) < off


# what must not matter


@pytest.mark.parametrize("name", ["copula", "three", "four"])
@pytest.mark.parametrize("own", [True, False])
def test_order_of_rows_classes_and_sources(name: str, own: bool, rng: np.random.Generator) -> None:
    given, y, _ = problem(name, 700)
    width = given[0].shape[1]
    before = values(one(given, None if own else y))
    rows, classes = rng.permutation(700), rng.permutation(width)
    moved = [p[rows][:, classes] for p in given]
    labels = np.argsort(classes)[y][rows]
    after = values(one(moved, None if own else labels))
    np.testing.assert_allclose(after, before, atol=3e-5)  # the gap that cells are solved to
    swapped = one((given[1], given[0], given[2]), None if own else y)
    np.testing.assert_allclose(values(swapped)[[0, 2, 1, 3, 4]], before, atol=3e-5)


def test_rows_twice_change_nothing_but_the_intervals() -> None:
    """And with both copies in a group, not even those, but for Student's law."""
    given, y, _ = problem("mixture", 400)
    once = one(given, y)
    twice = [np.repeat(p, 2, axis=0) for p in given]
    blind = one(twice, np.repeat(y, 2))
    aware = one(twice, np.repeat(y, 2), groups=np.repeat(np.arange(400), 2))
    pairs = one(twice, np.repeat(y, 2), blocks=2)
    for q in (blind, aware, pairs):
        # beyond the largest threshold the sources tie, and either may have what is there
        np.testing.assert_allclose(values(q), values(once), atol=1e-5)
    width = [high - low for low, high in (q.interval["total"] for q in (once, blind, aware, pairs))]  # type: ignore[index]
    assert width[1] == pytest.approx(width[0] / np.sqrt(2), rel=0.01)
    assert width[2] == pytest.approx(width[0], rel=0.01)
    assert width[3] == width[2]
    assert (aware.n, aware.units) == (800, 400)


def test_labels_of_any_kind() -> None:
    given, y, _ = problem("three", 300)
    before = values(one(given, y))
    words = np.array(["ant", "bee", "cow"])
    named = one(given, words[y])
    assert "columns of p1, p2 and p12 are taken for ant, bee, cow, in this order" in named.notes
    assert named.axes[2].labels == ("ant", "bee", "cow")
    other = np.array(["z", "a", "m"])
    said = one(given, other[y], classes=["z", "a", "m"])
    for q in (named, said, one(given, y + 1.0)):
        np.testing.assert_allclose(values(q), before)
    wrong = one(given, other[y])  # in sorted order: another problem
    assert wrong.best.total < before[4]


def test_frames_tensors_and_lists(rng: np.random.Generator) -> None:
    import pandas as pd

    given, y, _ = problem("mixture", 60)
    before = values(one(given, y))
    frames = [pd.DataFrame(p, columns=["no", "yes"]) for p in given]
    for some in (frames, [p.tolist() for p in given], [p.astype(np.float32) for p in given]):
        np.testing.assert_allclose(values(one(some, y)), before, atol=1e-6)
    np.testing.assert_allclose(values(one(given, pd.Series(y))), before)


def test_what_is_given_stays_as_it_is() -> None:
    given, y, _ = problem("three", 50)
    before = [p.copy() for p in given]
    one(given, y, calibrate=True)
    for p, was in zip(given, before, strict=True):
        np.testing.assert_array_equal(p, was)


def test_units() -> None:
    given, y, _ = problem("three", 300)
    bit, nat = (one(given, y, unit=unit) for unit in ("bit", "nat"))
    np.testing.assert_allclose(values(nat), np.log(2) * values(bit))
    np.testing.assert_allclose(evidence(nat).rows, np.log(2) * evidence(bit).rows)
    assert nat.interval is not None
    assert bit.interval is not None
    np.testing.assert_allclose(nat.interval["total"], np.log(2) * np.array(bit.interval["total"]))
    assert evidence(nat).told["p1"].own == pytest.approx(np.log(2) * evidence(bit).told["p1"].own)


# calibration


@pytest.mark.parametrize("power", [0.4, 3.0])
def test_calibration_undoes_overconfidence(power: float) -> None:
    given, y, _ = problem("three", 5000)
    honest = one(given, y)
    sure = sharpened(given, power)
    as_given, calibrated = (one(sure, y, calibrate=calibrate) for calibrate in (False, True))
    assert np.abs(values(calibrated) - values(honest)).max() < 0.01
    assert np.abs(values(as_given) - values(honest)).max() > 0.1
    assert not honest.warnings
    assert not calibrated.warnings
    heads = [text.partition(":")[0] for text in as_given.warnings]
    assert [head for head in heads if "calibrated" in head] == [
        f"{role} is miscalibrated" for role in ("p1", "p2", "p12")
    ]
    told = evidence(as_given).told["p1"]
    assert told.calibrated > told.given
    assert (told.own > told.given) == (power > 1)
    assert f"tells {told.given:.4f} of the target" in " ".join(as_given.warnings)
    assert as_given.reading.startswith("Not to be trusted")
    assert "calibrated, by a weight and a bias per class" in " ".join(calibrated.notes)


def test_errors_are_of_what_is_used() -> None:
    """Of probabilities that are far too sure, calibrated, no source is said to be at chance."""
    given, y, _ = problem("mixture", 2000)
    q = one(sharpened(given, 8.0), y, calibrate=True)
    honest = one(given, y)
    for role in ("p1", "p2", "p12"):
        assert evidence(q).told[role].error == pytest.approx(
            evidence(honest).told[role].error, rel=0.1
        )
    assert not any("chance" in text for text in (*q.notes, *q.warnings))


def test_which_of_two_sources_knows_a_little_more() -> None:
    """Both flip the same bit, one of them more rarely: the rows often have it the other way."""
    inside = []
    truth = pid.decompose(of_flips(0.2, 0.22)).atoms
    for seed in range(60):
        rng = np.random.default_rng(seed)
        y = rng.integers(2, size=300)
        bits = [y ^ (rng.random(300) < flip) for flip in (0.2, 0.22)]
        first, second = (
            np.where(np.eye(2)[bit] > 0, 1 - flip, flip)
            for bit, flip in zip(bits, (0.2, 0.22), strict=True)
        )
        both = first * second / (first * second).sum(axis=1, keepdims=True)
        q = one((first, second, both), y)
        assert q.interval is not None
        inside.append([q.interval[a][0] <= truth[a] <= q.interval[a][1] for a in ATOMS])
    assert np.mean(inside, axis=0).min() > 0.85


def of_flips(first: float, second: float) -> np.ndarray:
    """Of a bit, two copies that are flipped so often."""
    one, two = (np.array([[1 - flip, flip], [flip, 1 - flip]]) for flip in (first, second))
    return np.asarray(np.einsum("yi,yj->ijy", one, two) / 2)


def test_what_calibration_may_only_seem_to_tell_is_in_the_interval() -> None:
    """A weight and a bias that are fitted to chance tell 2 / 2n nats of it."""
    given, y, _ = problem("mixture", 500)
    as_given, fitted = (
        one(given, y, calibrate=calibrate, unit="nat") for calibrate in (False, True)
    )
    for q, seeming in ((as_given, 0), (fitted, 2 / 1000)):
        assert q.interval is not None
        reach = q.best.total - q.interval["total"][0]
        assert reach - 1.96 * evidence(q).told["p12"].error == pytest.approx(seeming, abs=1e-5)


def test_what_is_hardly_off_is_not_warned_of() -> None:
    """So many rows show any miscalibration, which is not worth a word."""
    given, y, _ = problem("mixture", 60_000)
    q = one(sharpened(given, 1.08), y)
    told = evidence(q).told
    assert all(2 * 60_000 * (t.calibrated - t.given) > 30 for t in told.values())
    assert not q.warnings


def test_calibrated_probabilities_are_rarely_called_miscalibrated() -> None:
    called = [
        "miscalibrated" in " ".join(one(given, y, interval=None).warnings)
        for given, y, _ in (problem("mixture", 300, seed) for seed in range(100))
    ]
    assert sum(called) <= 1


def test_a_masked_model_that_does_not_know_it_is_masked() -> None:
    """Its p1 is of other rows than those it sees; calibration to p12 mends what is uniform."""
    given, _, _ = problem("three", 4000)
    first, second, both = given
    off = sharpened(given, 2.5)[0]
    honest, wrong, mended = (
        one((p, second, both), calibrate=calibrate)
        for p, calibrate in ((first, False), (off, False), (off, True))
    )
    assert any(text.startswith("p1 is miscalibrated") for text in wrong.warnings)
    assert np.abs(values(wrong) - values(honest)).max() > 0.1
    assert np.abs(values(mended) - values(honest)).max() < 0.01


# what is said


def test_worse_than_a_single_source() -> None:
    given, y, _ = problem("mixture", 1000)
    uniform = np.full((1000, 2), 0.5)
    q = one((given[0], given[1], uniform), y)
    assert q.best.synergy < 0
    heads = [text.partition(":")[0] for text in q.warnings]
    assert heads[:2] == ["p12 is worse than p1", "p12 is worse than p2"]
    assert "p12 is at chance level" in heads


def test_synergy_below_zero_that_no_single_source_shows() -> None:
    """Both sources are unique, and p12 knows but the first."""
    counts = np.zeros((2, 2, 4), dtype=int)
    counts[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 2, 3]] = 50
    (first, second, _), y = enumerated(counts)
    q = one((first, second, first), y)
    assert q.best.synergy == pytest.approx(-1, abs=1e-6)
    assert [text.partition(":")[0] for text in q.warnings] == ["synergy is below 0"]


def test_chance(rng: np.random.Generator) -> None:
    y = rng.integers(2, size=500)
    half = np.full((500, 2), 0.5)
    nothing = one((half, half, half), y)
    assert [text.partition(":")[0] for text in nothing.warnings] == [
        f"{role} is at chance level" for role in ("p1", "p2", "p12")
    ]
    together = pid.quantify_posteriors(half, half, 0.9 * np.eye(2)[y] + 0.05, y)
    heads = [text.partition(":")[0] for text in together.notes]
    assert heads[-2:] == ["p1 is at chance level", "p2 is at chance level"]
    against = pid.quantify_posteriors(0.8 * np.eye(2)[1 - y] + 0.1, half, half, y)
    assert any(text.startswith("p1 is worse than chance") for text in against.warnings)


def test_few_groups_and_rare_classes() -> None:
    given, y, _ = problem("mixture", 60)
    q = one(given, y, groups=np.arange(60) // 10)
    assert any("only 6 independent groups" in text for text in q.warnings)
    rare = np.where(np.arange(60) == 0, 1, 0)
    q = one(given, rare)
    assert any(text.startswith("class 1 of y has 1 row") for text in q.warnings)


def test_a_certain_mistake_is_counted_and_said() -> None:
    y = np.arange(100) % 2
    p = np.eye(2)[y]
    p[0] = p[0, ::-1]
    q = pid.quantify_posteriors(p, np.full((100, 2), 0.5), p, y)
    assert np.isfinite(values(q)).all()
    assert evidence(q).rows[:, 0].sum() == pytest.approx(-np.log2(101), abs=0.02)
    assert any("p1: 1 row gives its target less than one chance in 101" in n for n in q.notes)


def test_the_answer_is_complete() -> None:
    given, y, _ = problem("three", 200)
    q = one(given, y, names=("sound", "sight", "word"))
    assert q.names == ("sound", "sight", "word")
    assert (q.estimator, q.n, q.units, q.gap, q.uncertainty) == ("posteriors", 200, 200, None, None)
    assert q.target_entropy == pytest.approx(pid.entropy(np.bincount(y)))
    row = q.to_dict()
    assert row == json.loads(json.dumps(row, allow_nan=False))
    assert (row["target"], row["calibrated"], row["schema"]) == ("labels", False, 2)
    assert set(row["told"]) == {"p1", "p2", "p12"}  # type: ignore[call-overload]
    text = repr(q)
    assert "200 samples in 3 x 3 x 3 probabilities" in text
    assert one(given, y, interval=None).interval is None


def test_other_doors() -> None:
    """What takes an answer takes this one, or says where its answer is."""
    given, y, _ = problem("three", 200)
    q = one(given, y)
    assert pid.difference(q, q).value["synergy"] == 0
    assert "all that is not redundant" in repr(pid.suggest(q))
    with pytest.raises(InvalidInput, match=r"what p1 and p2 tell, in q\.evidence\.told"):
        pid.if_missing(q)


def test_warnings_of_numpy_stay_away(rng: np.random.Generator) -> None:
    """Probabilities that are 0, 1, and next to them, and constant columns."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        for width in (2, 4):
            for sharp in (0.0, 30.0, 3000.0):
                given = softmax(sharp * rng.normal(size=(3, 200, width)))
                for target in (rng.permutation(200) % width, None):
                    for calibrate in (False, True):
                        q = one(given, target, calibrate=calibrate)
                        assert np.isfinite(values(q)).all()


# layers


def layered(name: str, n: int, places: int) -> tuple[list[np.ndarray], np.ndarray]:
    given, y, _ = problem(name, n)
    powers = np.linspace(0.2, 1, places)
    layers = [sharpened(given, power) for power in powers]
    return [np.stack(p) for p in zip(*layers, strict=True)], y


@pytest.mark.parametrize("name", ["mixture", "three"])
@pytest.mark.parametrize("options", [{}, {"calibrate": True}, {"groups": np.arange(300) // 3}])
def test_layers_are_single_calls(name: str, options: dict[str, Any]) -> None:
    stacks, y = layered(name, 300, 4)
    for target in (y, None):
        found = many(stacks, target, axis="layer", **options)
        assert isinstance(found, pid.Trajectory)
        assert len(found) == 4
        for i, q in enumerate(found):
            alone = one([p[i] for p in stacks], target, **options)
            assert values(q).tolist() == values(alone).tolist()
            assert q.interval == alone.interval
            assert (q.notes, q.warnings) == (alone.notes, alone.warnings)


def test_a_trajectory_is_complete() -> None:
    stacks, y = layered("three", 300, 3)
    found = many(stacks, y, axis="epoch", positions=["a", "b", "c"])
    frame = found.to_frame()
    assert frame["epoch"].tolist() == ["a", "b", "c"]
    assert {f"{atom}{end}" for atom in (*ATOMS, "total") for end in ("", "_low", "_high")} <= set(
        frame
    )
    np.testing.assert_allclose(frame["total"], [q.best.total for q in found])
    row = found.to_dict()
    assert row == json.loads(json.dumps(row, allow_nan=False))
    assert (row["axis"], row["schema"]) == ("epoch", 2)
    assert found.reading.startswith("From epoch a to epoch c the total goes from")
    rows = found.by_row()
    assert len(rows) == 900
    means = rows.groupby("epoch", sort=False)[[*ATOMS, "total"]].mean()
    np.testing.assert_allclose(means, [values(q) for q in found], atol=1e-12)
    assert found[-1] is found.results[2]
    assert (found.unit, found.level, found.names) == ("bit", 0.95, ("x1", "x2", "y"))


def test_what_is_said_of_many_layers_is_said_once() -> None:
    stacks, y = layered("three", 500, 5)
    found = many(stacks, y, axis="layer")
    assert "probabilities are taken as they are" in found.notes[0]
    heads = [text for text in found.warnings if "p1 is miscalibrated" in text]
    assert len(heads) == 1
    count = sum("p1 is miscalibrated" in " ".join(q.warnings) for q in found)
    assert 1 < count < 5
    assert heads[0].startswith(f"at layer 0, and {count - 1} more: p1 is miscalibrated")


def test_many_layers_are_printed_in_part() -> None:
    given, y, _ = problem("mixture", 60)
    stacks = [np.repeat(p[None], 40, axis=0) for p in given]
    found = many(stacks, y)
    assert isinstance(found, pid.Trajectory)
    assert "... of 40" in repr(found)
    assert found.shown_places() == [*range(12), 36, 37, 38, 39]
    assert all(b > a for a, b in pairwise(found.shown_places()))


def test_layers_at_chance(rng: np.random.Generator) -> None:
    half = np.full((3, 100, 2), 0.5)
    found = one((half, half, half), np.arange(100) % 2, axis="layer")
    assert "Nothing is shown at any layer" in found.reading


# what cannot be

P = np.array([[0.2, 0.8], [0.6, 0.4], [0.5, 0.5], [0.1, 0.9]])
Y = [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("given", "y", "options", "said"),
    [
        ((P[:3], P, P), Y, {}, r"one shape.*got \(3, 2\), \(4, 2\), \(4, 2\)"),
        ((np.column_stack([P / 2, P / 2]), P, P), Y, {}, "one shape"),
        ((P[:, 1], P, P), Y, {}, r"p1 must have shape .* np.column_stack"),
        ((P[:, :1], P, P), Y, {}, "one class, of which nothing can be told"),
        ((P, 100 * P, P), Y, {}, "votes or per cent"),
        ((P, 5 * P - 2, P), Y, {}, r"p2\[.*no probability.*softmax\(p2, axis=-1\)"),
        ((P, np.log(P), P), Y, {}, r"p2 must be probabilities.*logarithms.*np.exp"),
        ((P, P, P * 0.7), Y, {}, r"p12\[0\] sums to 0.7; .* sum to 1"),
        ((P, P, np.where(P == 0.2, np.nan, P)), Y, {}, r"p12\[0, 0\] is nan; leave such rows out"),
        (
            (np.where(np.eye(2)[Y] > 0, 0, -np.inf), P, P),
            Y,
            {},
            "logarithms of probabilities: give np.exp",
        ),
        ((P * np.inf, P, P), Y, {}, "is inf"),
        ((P + 0j, P, P), Y, {}, "complex"),
        ((np.array([["a", "b"]] * 4), P, P), Y, {}, "p1 is a ndarray that NumPy cannot read"),
        (({}, P, P), Y, {}, "p1 must be one array"),
        ((P[:0], P[:0], P[:0]), [], {}, r"must have shape .* got \(0, 2\)"),
        ((P, P, P), Y[:3], {}, "one label per row, 4; got 3"),
        ((P, P, P), [1, 1, 1, 1], {}, "single class, 1, in all 4"),
        ((P, P, P), [0, 1, 2, 0], {}, "y has 3 classes, .* 2 columns; give classes"),
        ((P, P, P), ["a", "b", None, "a"], {}, "y"),
        ((P, P, P), np.eye(4)[[0, 1, 2, 3]], {}, r"shares of the classes of shape \(4, 2\)"),
        ((P, P, P), 2 * P, {}, r"y\[.*no probability"),
        ((P, P, P), ["a", "b", "a", "b"], {"classes": ["a", "c"]}, "'b', which is none of"),
        ((P, P, P), Y, {"classes": [0, 1, 2]}, "a label for each of the 2 columns"),
        ((P, P, P), Y, {"classes": [0, 0]}, "all different"),
        ((P, P, P), Y, {"groups": [1, 2, 3]}, "groups must have one label per row, 4; got 3"),
        ((P, P, P), Y, {"groups": [1, 1, 1, 1]}, "all rows are in one group"),
        ((P, P, P), Y, {"groups": [1, 1, 2, 2]}, "at least 4 independent groups"),
        ((P, P, P), Y, {"groups": [1, 1, 2, 2], "blocks": 2}, "not both"),
        ((P, P, P), Y, {"axis": "layer"}, r"first of three axes; p1 has shape \(4, 2\)"),
        (
            (P[None], P[None], P[None]),
            Y,
            {"positions": ["a", "b"]},
            "positions must be 1 different",
        ),
        ((np.eye(2)[[0, 0, 0, 0]],) * 3, None, {}, "no row of p12 gives class 1 any chance"),
    ],
)
def test_refusals(given: Any, y: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        one(given, y, **options)


def test_a_class_without_rows() -> None:
    p = softmax(np.zeros((4, 3)))
    with pytest.raises(InvalidInput, match="no row of y is 2, which column 2"):
        one((p, p, p), Y)


def test_more_classes_than_can_be_solved_for() -> None:
    p = np.full((600, 5000), 1 / 5000)
    with pytest.raises(pid.TooLarge):
        pid.quantify_posteriors(p, p, p)


def test_rounding_is_mended_and_said() -> None:
    given, y, _ = problem("three", 100)
    rough = [p.round(3) for p in given]
    q = one(rough, y)
    assert any("divided by their sums" in note for note in q.notes)
    np.testing.assert_allclose(values(q), values(one(given, y)), atol=0.01)
    halves = [p.astype(np.float16) for p in given]
    one(halves, y)


def test_random_tables_of_sampled_rows(rng: np.random.Generator) -> None:
    """Rows that are drawn give the table's answer to sampling error."""
    p = random.dirichlet((4, 4, 3), concentration=0.5, random_state=1)
    cells = rng.choice(p.size, size=30_000, p=p.ravel())
    x1, x2, y = np.unravel_index(cells, p.shape)
    masses = p.sum(axis=1)[x1], p.sum(axis=0)[x2], p[x1, x2]
    first, second, both = (mass / mass.sum(axis=1, keepdims=True) for mass in masses)
    expected = np.array([*pid.decompose(p).atoms.values()])
    for target in (y, None):
        q = one((first, second, both), target)
        assert np.abs(values(q)[:4] - expected).max() < 0.012
