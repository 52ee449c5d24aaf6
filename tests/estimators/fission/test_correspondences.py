"""Pairs are found and none is made up, whatever the numbers, the order and the kind of rows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score

from pid.datasets import Scenes, make_scenes
from pid.datasets.scenes import STYLES
from pid.errors import InvalidInput
from pid.estimators.fission import Activations, Correspondences, activations
from pid.estimators.fission.association import matched, phi

Array = np.ndarray
Rows = tuple[Array, Array, Array, Array]
N = 120


def located(scenes: Scenes) -> tuple[Activations, Activations]:
    return activations(scenes.images), activations(scenes.sounds)


def rows_of(looks: Activations, sounds: Activations) -> Rows:
    return looks.features, looks.scenes, sounds.features, sounds.scenes


def fitted(scenes: Scenes, **options: Any) -> tuple[Correspondences, Array, Array]:
    """The model, and what is truly at each activation."""
    looks, sounds = located(scenes)
    model = Correspondences(**options).fit(*rows_of(looks, sounds), n_scenes=len(scenes.images))
    return model, scenes.look_at(*looks.located), scenes.sound_at(*sounds.located)


def least_p(a: Array, b: Array) -> float:
    """Of SciPy's test, for a single pair."""
    table = np.array([[(s & t).sum() for t in (b, ~b)] for s in (a, ~a)])
    return float(fisher_exact(table, "greater").pvalue)


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return make_scenes(N, objects=2, distractors=1)


@pytest.fixture(scope="module")
def rows(scenes: Scenes) -> Rows:
    return rows_of(*located(scenes))


@pytest.fixture(scope="module")
def model(rows: Rows) -> Correspondences:
    return Correspondences().fit(*rows, n_scenes=N)


@pytest.mark.parametrize("style", STYLES)
def test_objects_are_found(style: str) -> None:
    found, looks, sounds = fitted(make_scenes(N, style=style, random_state=7))  # type: ignore[arg-type]
    truth = np.concatenate([looks[looks >= 0], sounds[sounds >= 0]])
    labels = np.concatenate([found.labels1_[looks >= 0], found.labels2_[sounds >= 0]])
    assert adjusted_rand_score(truth, labels) > 0.9
    assert found.n_clusters_ == (4, 4)
    assert len(found.pairs_) == 3
    for number in found.pairs_.look:
        of_look = np.bincount(looks[(found.labels1_ == number) & (looks >= 0)]).argmax()
        of_sound = np.bincount(sounds[(found.labels2_ == number) & (sounds >= 0)]).argmax()
        assert of_look == of_sound


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", [0, 1])
def test_distractors_are_not_paired(style: str, seed: int) -> None:
    only = make_scenes(N, objects=0, distractors=3, style=style, random_state=seed)  # type: ignore[arg-type]
    found, _, _ = fitted(only)
    assert len(found.pairs_) == 0
    assert not set(found.labels1_) & set(found.labels2_)
    assert found.score(*rows_of(*located(only)), n_scenes=N) == 0


def test_one_object() -> None:
    found, _, _ = fitted(make_scenes(N, objects=1, distractors=0))
    assert found.n_clusters_ == (1, 1)
    assert len(found.pairs_) == 1


def test_the_table(model: Correspondences, rows: Rows) -> None:
    """Phi and p are those of the presence that labels and levels say, p times the pairs tried."""
    assert list(model.pairs_.columns) == ["look", "sound", "together", "phi", "p"]
    assert model.pairs_.phi.is_monotonic_decreasing
    pairs = model.pairs_[["look", "phi", "p"]].to_numpy()
    for number, strength, p in pairs:
        seen = np.isin(np.arange(N), rows[1][model.labels1_ == number])
        heard = np.isin(np.arange(N), rows[3][model.labels2_ == number])
        assert strength == pytest.approx(np.corrcoef(seen, heard)[0, 1], abs=0.1)
        assert p >= least_p(seen, heard)
        assert p < 0.01


def test_numbers(model: Correspondences) -> None:
    """Pairs have one number, and what has no partner shares none."""
    shared = set(model.labels1_) & set(model.labels2_)
    assert shared == set(model.pairs_.look) == set(model.pairs_.sound) == {0, 1}
    assert set(model.means1_) == set(model.labels1_) == {0, 1, 2}
    assert set(model.means2_) == set(model.labels2_) == {0, 1, 3}


def test_sums_of_phi_reach_a_plateau(model: Correspondences) -> None:
    sums = list(model.sums_.values())
    assert sums[-1] == pytest.approx(max(sums), rel=0.05)
    assert sums[0] < 0.95 * max(sums)


def test_the_order_of_rows_does_not_matter(
    model: Correspondences, rows: Rows, rng: np.random.Generator
) -> None:
    A1, scene1, A2, scene2 = rows
    one, two = rng.permutation(len(A1)), rng.permutation(len(A2))
    found = Correspondences().fit(A1[one], scene1[one], A2[two], scene2[two], n_scenes=N)
    assert adjusted_rand_score(found.labels1_, model.labels1_[one]) == 1
    assert adjusted_rand_score(found.labels2_, model.labels2_[two]) > 0.98
    assert len(found.pairs_) == 2


def test_names_and_frames_are_taken(model: Correspondences, rows: Rows) -> None:
    A1, scene1, A2, scene2 = rows
    frames = pd.DataFrame(A1), pd.Series(scene1), pd.DataFrame(A2), pd.Series(scene2)
    assert Correspondences().fit(*frames, n_scenes=N).pairs_.equals(model.pairs_)
    names = [np.char.add("scene ", scene.astype(str)) for scene in (scene1, scene2)]
    named = Correspondences().fit(A1, names[0], A2, names[1], n_scenes=N)
    assert named.pairs_.equals(model.pairs_)
    without = Correspondences().fit(A1, names[0], A2, names[1])
    assert any("n_scenes was not given" in note for note in without.notes_)


def test_the_sources_may_change_places(model: Correspondences, rows: Rows) -> None:
    A1, scene1, A2, scene2 = rows
    found = Correspondences().fit(A2, scene2, A1, scene1, n_scenes=N)
    assert found.pairs_.phi.to_numpy() == pytest.approx(model.pairs_.phi.to_numpy())
    assert "source 1 has 3, found as sums of parts" in found.notes_


@pytest.mark.parametrize("additive", ["neither", "second", "both"])
def test_kinds_of_rows(rows: Rows, additive: Any) -> None:
    A1, scene1, A2, scene2 = rows
    found = Correspondences(additive=additive).fit(np.abs(A1), scene1, A2, scene2, n_scenes=N)
    assert len(found.pairs_) == 2


def test_two_sounds_at_once_are_no_third() -> None:
    """Rows that are sums of two spectra, in most scenes: two parts, where clusters make three."""
    rng = np.random.default_rng(0)
    spectra = np.array([[3.0, 1, 0, 0, 0], [0, 0, 0, 1, 3.0]])
    there = rng.random((200, 2)) < 0.6
    scene2 = np.repeat(np.flatnonzero(there.any(axis=1)), 3)
    A2 = (there[scene2] * rng.uniform(0.8, 1.2, size=(len(scene2), 2))) @ spectra
    scene1, look = np.nonzero(there)
    A1 = np.array([[1.0, -1], [-1, 1]])[look] + 0.05 * rng.normal(size=(len(look), 2))
    parts = Correspondences().fit(A1, scene1, A2, scene2, n_scenes=200)
    clusters = Correspondences(additive="neither").fit(A1, scene1, A2, scene2, n_scenes=200)
    assert parts.n_clusters_ == (2, 2)
    assert parts.pairs_.phi.tolist() == pytest.approx([1, 1])
    assert clusters.n_clusters_ == (2, 3)
    assert clusters.pairs_.phi.max() < 0.9


def test_a_number_that_is_asked_for(rows: Rows) -> None:
    found = Correspondences(n_clusters=(3, 2)).fit(*rows, n_scenes=N)
    assert found.n_clusters_ == (3, 2)
    few = tuple(part[:5] for part in rows)
    found = Correspondences(n_clusters=40).fit(*few, n_scenes=N)
    assert max(found.n_clusters_) <= 5
    assert sum("no 40" in note for note in found.notes_) == 2


def test_new_scenes(model: Correspondences, rows: Rows) -> None:
    first, second = model.predict(rows[0], rows[2])
    assert first is not None
    assert second is not None
    assert np.array_equal(first, model.labels1_)
    assert np.array_equal(second, model.labels2_)
    assert model.predict(None, None) == (None, None)
    empty, _ = model.predict([], None)
    assert empty is not None
    assert empty.shape == (0,)
    assert model.score(*rows, n_scenes=N) == pytest.approx(model.pairs_.phi.mean())
    others = rows[0], np.roll(rows[1], 40), rows[2], rows[3]
    assert model.score(*others, n_scenes=N) < 0.3


def test_gallery(scenes: Scenes, model: Correspondences) -> None:
    looks, sounds = located(scenes)
    found = model.gallery(looks, sounds, examples=2)
    assert "2 go together, of 3 looks and 3 sounds in 120 scenes" in found.reading
    for pair in found.pairs:
        assert pair.mean.shape == looks.form
        assert len(pair.spectrum) == len(pair.frequencies)
        for example in pair.examples:
            assert scenes.where[example.scene].max() >= 0
            assert 0 < example.where.max() <= 1
            assert 0 < example.when.max() <= 1
    with pytest.raises(InvalidInput, match="pictures as the first source"):
        Correspondences().fit(*rows_of(sounds, looks), n_scenes=N).gallery(sounds, looks)
    with pytest.raises(InvalidInput, match="of the activations that were fitted"):
        model.gallery(activations(scenes.images[:5]), sounds)


def test_phi_and_pairs_by_hand(rng: np.random.Generator) -> None:
    """Phi is the correlation of presence, and the test that of SciPy."""
    first, second = rng.random((60, 3)) < 0.4, rng.random((60, 4)) < 0.5
    second[:, 2] = first[:, 1] ^ (rng.random(60) < 0.1)
    expected = np.corrcoef(first.T, second.T)[:3, 3:]
    assert phi(first, second) == pytest.approx(expected)
    (pair,) = matched(first, second, 1e-6)
    assert (pair.look, pair.sound) == (1, 2)
    assert pair.p == pytest.approx(least_p(first[:, 1], second[:, 2]))
    assert phi(np.ones((5, 1), bool), second[:5]).tolist() == [[0, 0, 0, 0]]
    assert matched(first[:, :0], second, 0.01) == []


def test_what_is_left_over_is_no_pair() -> None:
    """A second part of a sound goes a little with another look once its own is taken."""
    rng = np.random.default_rng(0)
    own = rng.random(500) < 0.4
    other = own & (rng.random(500) < 0.5) | (rng.random(500) < 0.1)
    second = np.stack([own, own ^ (rng.random(500) < 0.1)], axis=1)
    (pair,) = matched(np.stack([own, other], axis=1), second, 0.01)
    assert (pair.look, pair.sound) == (0, 0)


NOTHING = np.zeros((0, 3))
NO_SCENES = np.zeros(0, dtype=int)


def test_a_source_without_activations(rows: Rows) -> None:
    A1, scene1, A2, scene2 = rows
    found = Correspondences().fit(A1, scene1, NOTHING, NO_SCENES, n_scenes=N)
    assert found.n_clusters_ == (3, 0)
    assert len(found.pairs_) == 0
    assert any("no activations of source 2" in note for note in found.notes_)
    found = Correspondences().fit([], [], A2, scene2, n_scenes=N)
    assert found.n_clusters_[0] == 0
    found = Correspondences().fit([], [], [], [], n_scenes=N)
    assert found.n_clusters_ == (0, 0)


@pytest.mark.parametrize(
    ("changed", "options", "said"),
    [
        ({0: [["a", "b"]] * 5}, {}, "A1 must be numbers"),
        ({0: np.full((5, 2), np.nan)}, {}, "A1 has missing or infinite values"),
        ({2: np.zeros((5, 2))}, {}, "A2 is 0 everywhere"),
        ({0: np.ones((5, 2, 2))}, {}, "one row per activation"),
        ({1: [0, 1, 2]}, {}, "scene1 must name the scene of each of 5 rows"),
        ({1: [0, 1, 2, 3, -1]}, {}, "whole numbers from 0, or names; got -1"),
        ({1: [0, 1, 2, 3, 0.5]}, {}, "whole numbers from 0, or names"),
        ({1: list("abcde")}, {}, "both be whole numbers, or both be names"),
        ({3: [0, 1, 2, 3, 9]}, {"n_scenes": 5}, "of 10 scenes, and n_scenes is 5"),
        ({}, {"n_scenes": "many"}, "n_scenes must be an integer"),
        ({1: [0] * 5, 3: [0] * 5}, {}, "at least 2 are needed; got 1"),
        ({0: [[1.0], [1.0, 2.0]]}, {}, "A1 must be numbers, one row per activation"),
        ({3: [[0], [1, 2]]}, {}, "scene2 must name the scene of each of 5 rows"),
        ({1: [0, 1, 2, 3, 10**15]}, {}, "at most 10,000,000 scenes.*give texts, as names"),
        ({}, {"n_scenes": 10**15}, "at most 10,000,000 scenes"),
    ],
)
def test_what_cannot_be(
    changed: dict[int, Any], options: dict[str, Any], said: str, rng: np.random.Generator
) -> None:
    given: list[Any] = [rng.normal(size=(5, 2)), np.arange(5), rng.random((5, 2)), np.arange(5)]
    for place, value in changed.items():
        given[place] = value
    model = Correspondences()
    with pytest.raises(InvalidInput, match=said):
        model.fit(*given, **options)
    with pytest.raises(NotFittedError):
        model.predict(given[0])


@pytest.mark.parametrize(
    "A",
    [
        np.ones((30, 4)),
        np.repeat(np.arange(1.0, 4), 10)[:, None],
        np.vstack([np.full((1, 4), 1e300), np.random.default_rng(0).random((29, 4))]),
        np.random.default_rng(0).random((30, 4)) * 1e-300,
        np.eye(30),
    ],
    ids=["constant", "one column", "one far out", "tiny", "all unlike"],
)
def test_odd_rows_have_an_answer(A: Array) -> None:
    scene = np.arange(30)
    for sign in (1, -1):
        found = Correspondences().fit(sign * A, scene, A, scene)
        assert len(found.labels1_) == len(found.labels2_) == 30


def test_a_gallery_is_of_activations(model: Correspondences) -> None:
    with pytest.raises(InvalidInput, match="looks must be an answer of activations; got None"):
        model.gallery(None, None)  # type: ignore[arg-type]


def test_amplitudes_are_not_negative(model: Correspondences, rows: Rows) -> None:
    with pytest.raises(InvalidInput, match="A1 has a number below 0"):
        Correspondences(additive="both").fit(*rows)
    with pytest.raises(InvalidInput, match="A2 has a number below 0"):
        model.predict(None, -rows[2])
    with pytest.raises(InvalidInput, match="A1 must have the 192 columns"):
        model.predict(rows[0][:, 60:90])


def test_as_scikit_learn_has_it(model: Correspondences) -> None:
    copied = clone(model)
    assert copied.get_params() == model.get_params()
    with pytest.raises(NotFittedError, match="call fit first"):
        copied.score(np.eye(2), [0, 1], np.eye(2), [0, 1])
