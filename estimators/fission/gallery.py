"""What was found to correspond, to be looked at: mean looks, spectra, maps of scenes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np

from pid._types import Codes, Floats
from pid.core.answer import Drawn
from pid.errors import InvalidInput
from pid.estimators.fission.activation import Activations

FINEST = 16  # cells a side of a map
STEPS = 32  # of a spectrum, and of time


class Example(NamedTuple):
    """A scene with a look and its sound.

    Attributes:
        scene: its number.
        where: share of each cell of a map that the look covers, at most 16 x 16.
        when: share of each of at most 32 stretches that the sound is heard in.
    """

    scene: int
    where: Floats
    when: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array fields
class Shown:
    """A pair.

    Attributes:
        look, sound, together, phi, p: as in ``Correspondences.pairs_``.
        mean: the mean look, shape (side, side, channels), in deviations of the background's noise.
        spectrum: amplitudes of the sound by itself, at most 32.
        frequencies: of these, in cycles a sample.
        examples: scenes with both, those with most of the look first.
    """

    look: int
    sound: int
    together: int
    phi: float
    p: float
    mean: Floats = field(repr=False)
    spectrum: Floats = field(repr=False)
    frequencies: Floats = field(repr=False)
    examples: tuple[Example, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gallery(Drawn):
    """All pairs with their pictures: what ``pid.plot.correspondences`` and reports show.

    Attributes:
        pairs: the strongest first.
        n_scenes: scenes.
        n_clusters: looks and sounds that were found.
        activations: how many there were of each source.
        level: of the test, for all pairs together.
        notes: what was decided, in words.
    """

    picture: ClassVar[str] = "correspondences"

    pairs: tuple[Shown, ...]
    n_scenes: int
    n_clusters: tuple[int, int]
    activations: tuple[int, int]
    level: float
    notes: tuple[str, ...] = ()

    @property
    def reading(self) -> str:
        """The answer in a sentence."""
        looks, sounds = self.n_clusters
        of = f"of {looks} looks and {sounds} sounds in {self.n_scenes:,} scenes"
        if not self.pairs:
            return f"No look and no sound go together, {of}"
        said = "; ".join(f"look and sound {pair.look}, phi {pair.phi:.2f}" for pair in self.pairs)
        verb = "goes" if len(self.pairs) == 1 else "go"
        return f"{len(self.pairs)} {verb} together, {of}: {said}"

    def to_dict(self) -> dict[str, object]:
        """Without pictures, for JSON."""
        return {
            "n_scenes": self.n_scenes,
            "looks": self.n_clusters[0],
            "sounds": self.n_clusters[1],
            "activations1": self.activations[0],
            "activations2": self.activations[1],
            "level": self.level,
            "pairs": [
                {
                    "look": pair.look,
                    "sound": pair.sound,
                    "together": pair.together,
                    "phi": pair.phi,
                    "p": pair.p,
                    "examples": [example.scene for example in pair.examples],
                }
                for pair in self.pairs
            ],
            "notes": list(self.notes),
        }


def examples_of(
    looks: Activations, sounds: Activations, rows: tuple[Codes, Codes], most: int
) -> tuple[Example, ...]:
    """Scenes that have rows of both, those with most of the first source first."""
    first, second = (
        np.bincount(of.scenes[own], minlength=of.n_scenes)
        for of, own in zip((looks, sounds), rows, strict=True)
    )
    both = np.flatnonzero((first > 0) & (second > 0))
    chosen = both[np.argsort(-first[both], kind="stable")][:most]
    own1, own2 = (
        np.isin(np.arange(len(of)), own) for of, own in zip((looks, sounds), rows, strict=True)
    )
    return tuple(
        Example(
            int(i),
            coarser(np.minimum(looks.heat(int(i), own1), 1), FINEST),
            coarser(np.minimum(sounds.heat(int(i), own2), 1), STEPS),
        )
        for i in chosen
    )


def coarser(values: Floats, most: int) -> Floats:
    """Means of cells, of which there are at most so many along each axis.

    Examples:
        >>> coarser(np.array([0.0, 2.0, 4.0, 4.0]), 2).tolist()
        [1.0, 4.0]
    """
    for axis in range(values.ndim):
        length = values.shape[axis]
        edges = np.linspace(0, length, min(length, most) + 1).astype(np.intp)
        sums = np.add.reduceat(values, edges[:-1], axis)
        widths = np.diff(edges).reshape([-1 if i == axis else 1 for i in range(values.ndim)])
        values = sums / widths
    return values


def check_fits(found: Activations, labels: Codes, source: int, pictures: bool) -> None:
    """Raise InvalidInput for activations that a model was not fitted on, or of the other kind."""
    if len(found) != len(labels):
        raise InvalidInput(
            f"a gallery is of the activations that were fitted: {len(labels):,} of source "
            f"{source}; got {len(found):,}"
        )
    if (len(found.extent) == 2) != pictures:
        raise InvalidInput("a gallery is of pictures as the first source and sounds as the second")
