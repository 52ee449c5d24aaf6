"""Activations are where something is, on no grid, at any size, and only there."""

import numpy as np
import pytest

from pid.datasets import make_scenes
from pid.datasets.scenes import STYLES
from pid.errors import InvalidInput
from pid.estimators.fission import activations
from pid.estimators.fission.levels import threshold
from pid.estimators.fission.patches import deviations, usual_side
from pid.estimators.fission.windows import BANDS, band_edges

SHAPE = (30, 41, 53, 3)


def pictures(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A texture of 5 x 5 pixels at two places of each picture, and the places."""
    texture = rng.uniform(-1, 1, size=(5, 5, 3))
    images = 0.1 * rng.normal(size=SHAPE)
    places = []
    for image in images:
        for left in (rng.integers(0, 20), rng.integers(26, SHAPE[2] - 4)):
            top = int(rng.integers(0, SHAPE[1] - 4))
            image[top : top + 5, left : left + 5] += rng.uniform(0.6, 1.2) * texture
            places.append((top, int(left), top + 5, int(left) + 5))
    return images, np.array(places)


def test_patches_are_found_to_the_pixel(rng: np.random.Generator) -> None:
    images, places = pictures(rng)
    found = activations(images)
    assert len(found) == len(places)
    assert np.array_equal(found.scenes, np.repeat(np.arange(len(images)), 2))
    assert {tuple(row) for row in np.column_stack([found.scenes, found.places])} == {
        (i // 2, *place) for i, place in enumerate(places)
    }


def test_neighbours_that_touch_are_told_apart() -> None:
    """Cells of different looks side by side are found each, to the pixel."""
    scenes = make_scenes(120, objects=4, distractors=0)
    found = activations(scenes.images)
    cells = scenes.where[:, ::6, ::6]
    left, right = cells[:, :, :-1], cells[:, :, 1:]
    i, y, x = np.nonzero((left >= 0) & (right >= 0) & (left != right))
    assert len(i) > 10
    places = {tuple(row) for row in np.column_stack([found.scenes, found.places // 6])}
    assert all((a, b, c, b + 1, c + 1) in places for a, b, c in zip(i, y, x, strict=True))
    assert all((a, b, c + 1, b + 1, c + 2) in places for a, b, c in zip(i, y, x, strict=True))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("noise", [0.05, 0.15, 0.3])
def test_nothing_is_found_where_nothing_is(style: str, noise: float) -> None:
    """And most of what there is: cells all but exactly."""
    scenes = make_scenes(80, style=style, noise=noise, random_state=5)  # type: ignore[arg-type]
    looks, sounds = activations(scenes.images), activations(scenes.sounds)
    assert (scenes.look_at(*looks.located) >= 0).mean() > 0.98
    assert (scenes.sound_at(*sounds.located) >= 0).mean() > 0.95
    if style == "cells":
        assert (looks.places % 6 == 0).mean() > 0.98
        assert len(looks) == pytest.approx((scenes.where >= 0).sum() / 36, rel=0.03)
    heard = sum(sounds.heat(i).sum() for i in range(80))
    assert heard == pytest.approx((scenes.when >= 0).sum(), rel=0.15)


def test_scale_and_background_do_not_matter(rng: np.random.Generator) -> None:
    images, _ = pictures(rng)
    found = activations(images)
    shade = rng.normal(size=SHAPE[1:])
    for other in (images * 1e200, images * 1e-200, images + 5, images + shade):
        assert np.array_equal(activations(other).places, found.places)
    sounds = make_scenes(40).sounds
    quiet = activations(sounds)
    assert np.array_equal(activations(1e-200 * sounds).places, quiet.places)


def test_a_window_follows_the_sampling_rate() -> None:
    """Twice the samples a second, twice the samples of a window, and the same bands."""
    scenes = make_scenes(40)
    twice = np.repeat(scenes.sounds, 2, axis=1)
    found, faster = activations(scenes.sounds), activations(twice)
    width, wider = (int(np.diff(of.places[0])[0]) for of in (found, faster))
    assert wider == pytest.approx(2 * width, abs=2)
    assert found.frequencies is not None
    assert faster.frequencies is not None
    loudest, at_half = (
        float(of.frequencies[of.features.mean(axis=0).argmax()])  # type: ignore[index]
        for of in (found, faster)
    )
    assert at_half == pytest.approx(loudest / 2, rel=0.1)


def test_a_glide_keeps_its_size() -> None:
    """As much energy in the rows of a tone that glides as in those of one that does not."""
    t = np.arange(1000) / 4000
    sounds = 0.01 * np.random.default_rng(0).normal(size=(20, 4000))
    sounds[:10, 1000:2000] += np.sin(2 * np.pi * 800 * t)
    sounds[10:, 1000:2000] += np.sin(2 * np.pi * (400 + 1600 * t) * t)
    found = activations(sounds)
    energy = (found.features**2).sum(axis=1)
    steady, glide = energy[found.scenes < 10].mean(), energy[found.scenes >= 10].mean()
    assert glide == pytest.approx(steady, rel=0.1)


@pytest.mark.parametrize(
    "silent",
    [
        np.zeros((20, 900)),
        np.ones((20, 24, 24, 3)),
        np.random.default_rng(0).normal(size=(40, 4000)),
        np.random.default_rng(0).normal(size=(40, 24, 24)),
        np.tile(np.random.default_rng(0).normal(size=(24, 24)), (20, 1, 1)),  # always the same
    ],
    ids=["silence", "constant", "hum", "noise", "background"],
)
def test_scenes_without_any(silent: np.ndarray) -> None:
    found = activations(silent)
    assert len(found) == 0
    assert found.n_scenes == len(silent)
    assert found.features.shape == (0, int(np.prod(found.form)))
    assert found.heat(0).sum() == 0


def test_a_size_that_is_given_is_taken(rng: np.random.Generator) -> None:
    images, _ = pictures(rng)
    assert activations(images, size=9).form == (9, 9, 3)
    sounds = activations(make_scenes(20).sounds, size=64)
    assert np.diff(sounds.places, axis=1).max() == np.diff(sounds.places, axis=1).min() == 64


def test_unpacking_and_heat(rng: np.random.Generator) -> None:
    images, _ = pictures(rng)
    found = activations(images)
    A, scene, place = found
    assert A is found.features
    assert (len(scene), len(place)) == (len(found), len(found))
    assert found.heat(0).sum() == 50
    assert found.heat(0, np.arange(len(found)) == 0).sum() == 25
    with pytest.raises(InvalidInput, match="scenes from 0 to 29; got 30"):
        found.heat(30)
    for other in ("a", 0.5, None):
        with pytest.raises(InvalidInput, match="scene must be an integer"):
            found.heat(other)  # type: ignore[arg-type]
    n = len(found)
    for rows in (np.array([True]), np.full(n, "a"), np.arange(n), [[1], [1, 2]]):
        with pytest.raises(InvalidInput, match="a truth for each of 60 activations"):
            found.heat(0, rows)  # type: ignore[arg-type]


def test_parts_of_the_ways_there(rng: np.random.Generator) -> None:
    images, _ = pictures(rng)
    assert usual_side(deviations(images)) in {6, 7, 8}
    assert band_edges(40).tolist() == list(range(41))
    edges = band_edges(2000)
    assert edges[0] == 0
    assert edges[-1] == 2000
    assert len(edges) <= BANDS + 1
    assert (np.diff(edges) > 0).all()
    assert threshold(np.zeros(5)) == np.inf
    assert threshold(np.array([1.0, 1.0, 100.0])) == pytest.approx(10)


@pytest.mark.parametrize(
    ("scenes", "options", "said"),
    [
        ([["a", "b"]], {}, "must be numbers"),
        ([[1.0], [1.0, 2.0]], {}, "must be numbers"),
        (np.zeros(10), {}, r"got shape \(10,\)"),
        (np.zeros((2, 100)) * 1j, {}, "got complex128"),
        (np.zeros((0, 100)), {}, "nothing in an array"),
        (np.full((3, 100), np.nan), {}, "missing or infinite"),
        (np.full((3, 9, 9), np.inf), {}, "missing or infinite"),
        (np.zeros((3, 9)), {}, "at least 32 samples; got 9"),
        (np.zeros((3, 4, 40)), {}, "at least 6 pixels a side; got 4 x 40"),
        (np.zeros((3, 9, 9)), {"kind": "sounds"}, r"sounds of shape .*; got shape \(3, 9, 9\)"),
        (np.zeros((3, 90)), {"kind": "images"}, "pictures of shape"),
        (np.zeros((3, 9, 9)), {"size": 2}, "at least 3 and fit into pictures of 9 x 9; got 2"),
        (np.zeros((3, 9, 9)), {"size": 10}, "got 10"),
        (np.zeros((3, 90)), {"size": 60}, "from 8 to a quarter of 90 samples; got 60"),
    ],
)
def test_what_cannot_be(scenes: object, options: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        activations(scenes, **options)  # type: ignore[arg-type]
