"""What objects of generated scenes look like, and drawing them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pid._types import Codes, Floats

BACKGROUND = 0.5
CELL = 6  # pixels a side
CONTRAST = 1.5
LEAST, MOST = 0.6, 1.2  # of brightness
SHAPES = ("disc", "cross", "ring", "square", "diamond", "bar")
RADII = (4, 7)  # of shapes, in pixels

Bools = NDArray[np.bool_]
Rng = np.random.Generator
Draw = Callable[[Floats, Codes, Codes, Rng], None]  # image, whose its pixels are, looks


def cells(count: int, rng: Rng) -> Draw:
    """Textures of one cell each, in one to three cells of a grid."""
    textures = CONTRAST * (rng.random((count, CELL, CELL, 3)) - 0.5)

    def draw(image: Floats, where: Codes, looks: Codes, rng: Rng) -> None:
        columns = image.shape[1] // CELL
        free = list(rng.permutation(image.shape[0] // CELL * columns))
        for look in looks:
            for _ in range(min(int(rng.integers(1, 4)), len(free))):
                top, left = (CELL * int(place) for place in divmod(free.pop(), columns))
                box = slice(top, top + CELL), slice(left, left + CELL)
                image[box] += rng.uniform(LEAST, MOST) * textures[look]
                where[box] = look

    return draw


def shapes(count: int, rng: Rng) -> Draw:
    """Shapes of one colour each, one to two of them at any pixel; later ones cover earlier ones."""
    kinds = rng.permutation(len(SHAPES))
    masks = [mask(SHAPES[kinds[i % len(SHAPES)]], int(rng.integers(*RADII))) for i in range(count)]
    turns = (np.arange(count) + rng.random()) / max(count, 1)
    colours = 0.5 * np.cos(2 * np.pi * (turns[rng.permutation(count), None] + np.arange(3) / 3))

    def draw(image: Floats, where: Codes, looks: Codes, rng: Rng) -> None:
        for look in rng.permutation(looks):
            inside = masks[look]
            side = len(inside)
            for _ in range(rng.integers(1, 3)):
                top, left = (int(rng.integers(0, length - side + 1)) for length in where.shape)
                box = slice(top, top + side), slice(left, left + side)
                image[box][inside] = BACKGROUND + rng.uniform(LEAST, MOST) * colours[look]
                where[box][inside] = look

    return draw


def mask(kind: str, radius: int) -> Bools:
    """Pixels of a shape, in a square of 2 radius + 1."""
    y, x = np.abs(np.mgrid[-radius : radius + 1, -radius : radius + 1])
    if kind == "disc":
        return np.asarray(x**2 + y**2 <= (radius + 0.3) ** 2)
    if kind == "ring":
        return np.asarray(np.abs(np.hypot(x, y) - radius + 1) <= 1.2)
    if kind == "cross":
        return np.asarray(np.minimum(x, y) <= 1)
    if kind == "diamond":
        return np.asarray(x + y <= radius)
    if kind == "bar":
        return np.asarray(y <= radius // 3)
    return np.ones_like(x, dtype=bool)


MAKERS: dict[str, Callable[[int, Rng], Draw]] = {"cells": cells, "shapes": shapes}
