"""Audio-visual scenes: objects with a look and a sound, and whose each pixel and sample is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.checks import RANDOM_STATE, checked, each, either, integer, number, one_of
from pid.datasets import _looks, _timbres
from pid.errors import InvalidInput

STYLES = ("cells", "shapes")
NOTHING = -1
SHARE = number(least=0, most=1)


class Style(NamedTuple):
    """Sizes of pictures and sounds.

    Attributes:
        height, width: of a picture, in pixels.
        rate: samples a second.
        seconds: of the sound of a scene.
    """

    height: int
    width: int
    rate: int
    seconds: float


SIZES = {"cells": Style(36, 36, 4_000, 1.0), "shapes": Style(48, 64, 8_000, 1.5)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array fields
class Scenes:
    """Pictures, sounds, and what is truly there.

    Looks are numbered from 0; those below ``objects`` have the sound of that number. Sounds without
    a look have the numbers after those of all looks.

    Attributes:
        images: shape (n, height, width, 3), about 0.5 where there is nothing.
        sounds: shape (n, samples).
        rate: samples a second.
        where: whose each pixel is, shape (n, height, width), -1 of nothing.
        when: who is loudest at each sample, shape (n, samples), -1 where nobody is louder than the
            background.
        objects: how many looks have a sound.
        looks, timbres: the numbers of all looks, and of all sounds.
    """

    images: Floats = field(repr=False)
    sounds: Floats = field(repr=False)
    rate: int
    where: Codes = field(repr=False)
    when: Codes = field(repr=False)
    objects: int
    looks: tuple[int, ...]
    timbres: tuple[int, ...]

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Looks, each with its sound."""
        return tuple((i, i) for i in range(self.objects))

    def look_at(self, scenes: Codes, places: Codes) -> Codes:
        """Whose most pixels of rectangles are, -1 where they are of nothing.

        Args:
            scenes: of each rectangle.
            places: top, left, bottom and right of each, shape (rectangles, 4).
        """
        rows = zip(scenes, places, strict=True)
        return np.array([_most(self.where[i, t:b, s:r]) for i, (t, s, b, r) in rows], dtype=int)

    def sound_at(self, scenes: Codes, places: Codes) -> Codes:
        """Who is loudest for most of stretches, -1 where nobody is.

        Args:
            scenes: of each stretch.
            places: first sample of each and the one after its last, shape (stretches, 2).
        """
        rows = zip(scenes, places, strict=True)
        return np.array([_most(self.when[i, a:b]) for i, (a, b) in rows], dtype=int)


def _most(names: Codes) -> int:
    """The name that there is most of, but for nothing."""
    there = names[names != NOTHING]
    return int(np.bincount(there).argmax()) if there.size else NOTHING


@checked(
    n=integer(),
    objects=integer(0),
    distractors=either(integer(0), each(integer(0), 2)),
    style=one_of(*STYLES),
    present=SHARE,
    occluded=SHARE,
    silent=SHARE,
    noise=number(least=0),
    random_state=RANDOM_STATE,
)
def make_scenes(
    n: int = 400,
    *,
    objects: int = 3,
    distractors: int | tuple[int, int] = 1,
    style: Literal["cells", "shapes"] = "cells",
    present: float = 0.4,
    occluded: float = 0.2,
    silent: float = 0.3,
    noise: float = 0.15,
    random_state: int | None = 0,
) -> Scenes:
    """Scenes of objects that are seen and heard, and of distractors that are one or the other.

    Args:
        n: scenes.
        objects: with a look and a sound each.
        distractors: looks without a sound, and as many sounds without a look; or two numbers.
        style: "cells", textures in one to three cells of a grid, and harmonic tones; or "shapes",
            discs, crosses and the like anywhere, that cover each other, and noise bursts, chirps
            and plucked strings, with pictures and a sampling rate of other sizes.
        present: chance that an object, or a distractor, is in a scene.
        occluded: chance that one that is there is not seen.
        silent: chance that one that is there is not heard.
        noise: deviation of the background, beside looks that span about 1 and sounds of root mean
            square 0.6 to 1.2.
        random_state: seed, of objects and scenes alike; None takes another one each time.

    Raises:
        InvalidInput: options that cannot be, or neither objects nor distractors.

    Examples:
        >>> found = make_scenes(5, objects=2, distractors=(1, 0))
        >>> found.images.shape, found.sounds.shape, found.rate
        ((5, 36, 36, 3), (5, 4000), 4000)
        >>> found.pairs, found.looks, found.timbres
        (((0, 0), (1, 1)), (0, 1, 2), (0, 1))
    """
    mute, unseen = distractors if isinstance(distractors, list | tuple) else (distractors,) * 2
    if objects + mute + unseen == 0:
        raise InvalidInput(
            "scenes need at least one object or distractor; objects is 0 and so are they"
        )
    of_objects, of_scenes = map(
        np.random.default_rng, np.random.SeedSequence(random_state).spawn(2)
    )
    size = SIZES[style]
    looks = tuple(range(objects + mute))
    timbres = (*range(objects), *(objects + mute + i for i in range(unseen)))
    draw = _looks.MAKERS[style](len(looks), of_objects)
    ring = _timbres.MAKERS[style](len(timbres), size.rate, of_objects)
    images = np.full((n, size.height, size.width, 3), _looks.BACKGROUND)
    sounds = np.zeros((n, round(size.rate * size.seconds)))
    where, when = np.full(images.shape[:3], NOTHING), np.full(sounds.shape, NOTHING)
    everything = objects + mute + unseen
    there = of_scenes.random((n, everything)) < present
    seen = there[:, : len(looks)] & (of_scenes.random((n, len(looks))) >= occluded)
    heard = there[:, timbres] & (of_scenes.random((n, len(timbres))) >= silent)
    for i in range(n):
        draw(images[i], where[i], np.flatnonzero(seen[i]), of_scenes)
        loud = _timbres.mix(sounds[i], ring, np.flatnonzero(heard[i]), of_scenes)
        if len(timbres):
            names = np.array(timbres)[loud.argmax(axis=0)]
            when[i] = np.where(loud.max(axis=0) > noise, names, NOTHING)
    return Scenes(
        images=images + noise * of_scenes.normal(size=images.shape),
        sounds=sounds + noise * of_scenes.normal(size=sounds.shape),
        rate=size.rate,
        where=where,
        when=when,
        objects=objects,
        looks=looks,
        timbres=timbres,
    )
