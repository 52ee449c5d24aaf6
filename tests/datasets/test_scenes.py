"""Generated scenes are what they say: who is where and when, how often, and nothing else."""

import numpy as np
import pytest

from pid.datasets import Scenes, make_scenes
from pid.datasets.scenes import STYLES
from pid.errors import InvalidInput

PRESENT, OCCLUDED, SILENT = 0.4, 0.2, 0.3
N = 600


@pytest.fixture(scope="module", params=STYLES)
def scenes(request: pytest.FixtureRequest) -> Scenes:
    return make_scenes(N, objects=2, distractors=(1, 2), style=request.param, noise=0.1)


def test_what_is_nowhere_is_background(scenes: Scenes) -> None:
    """Mean and deviation of pixels of nobody, and of samples when nobody is heard."""
    empty = scenes.images[scenes.where < 0]
    assert empty.mean() == pytest.approx(0.5, abs=0.005)
    assert empty.std() == pytest.approx(0.1, abs=0.005)
    quiet = scenes.sounds[(scenes.when < 0).all(axis=1)]
    assert quiet.std() == pytest.approx(0.1, abs=0.005)
    there = scenes.images[scenes.where >= 0]
    assert there.std() > 0.2


def test_numbers_and_pairs(scenes: Scenes) -> None:
    assert scenes.pairs == ((0, 0), (1, 1))
    assert (scenes.looks, scenes.timbres) == ((0, 1, 2), (0, 1, 3, 4))
    assert set(np.unique(scenes.where)) == {-1, 0, 1, 2}
    assert set(np.unique(scenes.when)) == {-1, 0, 1, 3, 4}


def test_how_often(scenes: Scenes) -> None:
    """Looks and sounds of an object come together, all else does not."""
    seen = np.stack([(scenes.where == i).any(axis=(1, 2)) for i in scenes.looks], axis=1)
    heard = np.stack([(scenes.when == i).any(axis=1) for i in scenes.timbres], axis=1)
    four = 4 / np.sqrt(N)
    # others cover a few, and are louder than a few
    assert seen.mean(axis=0) == pytest.approx(PRESENT * (1 - OCCLUDED), abs=four)
    assert heard.mean(axis=0) == pytest.approx(PRESENT * (1 - SILENT), abs=four)
    phi = np.corrcoef(seen.T, heard.T)[:3, 3:]
    truth = np.zeros((3, 4))
    a, b = PRESENT * (1 - OCCLUDED), PRESENT * (1 - SILENT)
    together = PRESENT * (1 - OCCLUDED) * (1 - SILENT)
    truth[[0, 1], [0, 1]] = (together - a * b) / np.sqrt(a * (1 - a) * b * (1 - b))
    assert phi == pytest.approx(truth, abs=four)


def test_truth_of_places(scenes: Scenes) -> None:
    """Whoever has most of a rectangle, or of a stretch; nothing where there is nothing."""
    i, y, x = (int(found[0]) for found in np.nonzero(scenes.where == 1))
    whole = np.array([[y, x, y + 1, x + 1], [0, 0, *scenes.where.shape[1:]]])
    first, _ = scenes.look_at(np.array([i, i]), whole)
    assert first == 1
    quiet = int(np.flatnonzero((scenes.when < 0).all(axis=1))[0])
    stretch = np.array([[0, scenes.sounds.shape[1]]])
    assert scenes.sound_at(np.array([quiet]), stretch).tolist() == [-1]


def test_the_same_seed_is_the_same_and_another_is_not() -> None:
    first, again, other = (make_scenes(5, random_state=seed) for seed in (3, 3, 4))
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.sounds, again.sounds)
    assert not np.array_equal(first.images, other.images)


@pytest.mark.parametrize("style", STYLES)
def test_shares_at_their_ends(style: str) -> None:
    always = make_scenes(
        20,
        objects=1,
        distractors=0,
        style=style,  # type: ignore[arg-type]
        present=1,
        occluded=0,
        silent=0,
        noise=0,
    )
    assert (always.where == 0).any(axis=(1, 2)).all()
    assert (always.when == 0).any(axis=1).all()
    assert (always.images[always.where < 0] == 0.5).all()
    never = make_scenes(5, present=0, style=style)  # type: ignore[arg-type]
    assert (never.where == -1).all()
    assert (never.when == -1).all()


def test_neither_objects_nor_distractors() -> None:
    with pytest.raises(InvalidInput, match="at least one object or distractor"):
        make_scenes(5, objects=0, distractors=0)
