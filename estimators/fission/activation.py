"""Where something is, in pictures and in sounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pid._types import Codes, Floats
from pid.checks import AUTO, check, checked, either, integer, one_of
from pid.errors import InvalidInput
from pid.estimators.fission import patches, windows
from pid.estimators.fission.reading import as_array, listed

SHORTEST = 4  # windows of a sound
PICTURES = "pictures of shape (scenes, height, width) or (scenes, height, width, channels)"
SOUNDS = "sounds of shape (scenes, samples)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array fields
class Activations:
    """Patches of pictures or windows of sounds that are above their background.

    Iterating gives features, scenes and places: ``A, scene, place = activations(images)``.

    Attributes:
        features: one row per activation, shape (rows, columns): the pixels of a patch, less the
            background, in deviations of its noise; or amplitudes of the bands of a spectrum.
        scenes: the scene of each row, in rising order.
        places: of each row, top, left, bottom and right in pixels, shape (rows, 4); or its first
            sample and the one after the last, shape (rows, 2).
        n_scenes: how many scenes there are, also without any.
        extent: of a scene: (height, width), or (samples,).
        form: of a row of features: (side, side, channels), or (bands,).
        frequencies: of bands, in cycles a sample; None of pictures.
    """

    features: Floats = field(repr=False)
    scenes: Codes = field(repr=False)
    places: Codes = field(repr=False)
    n_scenes: int
    extent: tuple[int, ...]
    form: tuple[int, ...]
    frequencies: Floats | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.features)

    def __iter__(self) -> Iterator[NDArray[np.generic]]:
        return iter((self.features, self.scenes, self.places))

    @property
    def located(self) -> tuple[Codes, Codes]:
        """Scenes and places, as ``look_at`` and ``sound_at`` of generated scenes take them."""
        return self.scenes, self.places

    def heat(self, scene: int, rows: NDArray[np.bool_] | None = None) -> Floats:
        """How many activations there are at each pixel or sample of a scene.

        Args:
            scene: which one.
            rows: which activations count; all if left out.

        Raises:
            InvalidInput: there is no such scene, or not one truth per activation.

        Examples:
            >>> image = np.zeros((20, 12, 12))
            >>> image += 0.01 * np.random.default_rng(0).normal(size=image.shape)
            >>> image[:8, 2:6, 3:7] += 1
            >>> found = activations(image)
            >>> np.argwhere(found.heat(0))[[0, -1]].tolist(), found.heat(8).max()
            ([[2, 3], [5, 6]], np.float64(0.0))
        """
        check({"scene": integer(0)}, [("scene", scene)])
        if scene >= self.n_scenes:
            raise InvalidInput(f"there are scenes from 0 to {self.n_scenes - 1}; got {scene}")
        chosen = self.scenes == scene
        if rows is not None:
            truths = listed(rows)
            if truths.shape != chosen.shape or truths.dtype.kind != "b":
                raise InvalidInput(
                    f"rows must have a truth for each of {len(self):,} activations; got shape "
                    f"{truths.shape} of type {truths.dtype}"
                )
            chosen = chosen & truths
        found = np.zeros(self.extent)
        for place in self.places[chosen]:
            low, high = np.split(place, 2)
            found[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] += 1
        return found


@checked(kind=one_of("auto", "images", "sounds"), size=either(AUTO, integer()))
def activations(
    scenes: ArrayLike,
    *,
    kind: Literal["auto", "images", "sounds"] = "auto",
    size: int | Literal["auto"] = "auto",
) -> Activations:
    """Patches of pictures, or windows of sounds, that stand out of the background.

    Pictures: the median of scenes is the background. Patches stand wherever they fit, on no grid:
    what is alike in many pictures becomes a template, and templates are taken out of the pictures
    one by one where they fit best (matching pursuit, Mallat & Zhang, IEEE Trans. Signal Process.
    1993), so that neighbours that touch are told apart. They are one size, and not turned.

    Sounds: windows whose spectrum rises above the median of all windows, as two levels of energy
    tell. A row is the spectrum of five windows, weighted towards the middle one: energies are
    averaged, so that a tone that glides keeps its size.

    Args:
        scenes: pictures, shape (n, height, width) or (n, height, width, channels), or sounds, shape
            (n, samples), of any sampling rate.
        kind: "images" or "sounds"; "auto" takes 2 axes for sounds.
        size: of a patch in pixels, at least 3, or of a window in samples, at least 8; "auto" takes
            how far energies are correlated: all of that for a patch, a tenth for a window.

    Raises:
        InvalidInput: no numbers, gaps, other shapes, or a size that does not fit.

    Examples:
        >>> from pid.datasets import make_scenes
        >>> found = make_scenes(50, objects=2, distractors=0)
        >>> looks, sounds = activations(found.images), activations(found.sounds)
        >>> looks.places[0] % 6, looks.extent, sounds.extent
        (array([0, 0, 0, 0]), (36, 36), (4000,))
    """
    axes = (2,) if kind == "sounds" else (3, 4) if kind == "images" else (2, 3, 4)
    what = {"images": PICTURES, "sounds": SOUNDS}.get(kind, f"{PICTURES}, or {SOUNDS}")
    given = as_array(scenes, "scenes", what, axes)
    if not given.size:
        raise InvalidInput(f"there is nothing in an array of shape {given.shape}; give {what}")
    largest = float(np.abs(given).max())
    given = given / largest if largest > 0 else given
    return _of_sounds(given, size) if given.ndim == 2 else _of_images(given, size)


def _of_images(images: Floats, size: int | str) -> Activations:
    images = images[..., None] if images.ndim == 3 else images
    n, height, width, channels = images.shape
    if min(height, width) < 2 * patches.SMALLEST:
        raise InvalidInput(
            f"pictures must have at least {2 * patches.SMALLEST} pixels a side; got {height} x "
            f"{width}"
        )
    if size != "auto" and not patches.SMALLEST <= int(size) <= min(height, width):
        raise InvalidInput(
            f"size must be at least {patches.SMALLEST} and fit into pictures of {height} x "
            f"{width}; got {size}"
        )
    z = patches.deviations(images)
    side = patches.usual_side(z) if size == "auto" else int(size)
    found = patches.find(z, side)
    return Activations(
        features=found.pixels.reshape(len(found.pixels), side**2 * channels),
        scenes=found.scenes,
        places=found.places,
        n_scenes=n,
        extent=(height, width),
        form=(side, side, channels),
    )


def _of_sounds(sounds: Floats, size: int | str) -> Activations:
    n, samples = sounds.shape
    least = SHORTEST * windows.SMALLEST
    if samples < least:
        raise InvalidInput(f"sounds must have at least {least} samples; got {samples}")
    if size != "auto" and not windows.SMALLEST <= int(size) <= samples // SHORTEST:
        raise InvalidInput(
            f"size must be from {windows.SMALLEST} to a quarter of {samples:,} samples; got {size}"
        )
    window = windows.usual_window(sounds) if size == "auto" else int(size)
    found = windows.find(sounds, window)
    return Activations(
        features=found.amplitudes,
        scenes=found.scenes,
        places=found.places,
        n_scenes=n,
        extent=(samples,),
        form=(found.amplitudes.shape[1],),
        frequencies=found.frequencies,
    )
