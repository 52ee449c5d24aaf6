"""Bytes as accidents leave them: flipped, cut off, doubled, dropped, filled with something else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Rng = np.random.Generator
Accident = Callable[[Rng, bytes], bytes]

NASTY = (b"\x00", b"\xff", b'"', b"\n", b"\r", b",", b"\t", b"\xef\xbb\xbf", b"-", b"1e999", b"nan")


def _flipped(rng: Rng, data: bytes) -> bytes:
    mutable = bytearray(data)
    for at in rng.integers(len(data), size=int(rng.integers(1, 9))):
        mutable[at] ^= 1 << int(rng.integers(8))
    return bytes(mutable)


def _flipped_near_an_end(rng: Rng, data: bytes) -> bytes:
    """Where headers and footers are."""
    mutable = bytearray(data)
    reach = min(len(data), 400)
    for offset in rng.integers(reach, size=int(rng.integers(1, 5))):
        mutable[offset if rng.random() < 0.5 else -1 - offset] = int(rng.integers(256))
    return bytes(mutable)


def _cut(rng: Rng, data: bytes) -> bytes:
    at = int(rng.integers(len(data)))
    return data[:at] if rng.random() < 0.7 else data[at:]


def _doubled(rng: Rng, data: bytes) -> bytes:
    start, end = sorted(rng.integers(len(data) + 1, size=2).tolist())
    return data[:end] + data[start:]


def _dropped(rng: Rng, data: bytes) -> bytes:
    start = int(rng.integers(len(data)))
    return data[:start] + data[start + int(rng.integers(1, 40)) :]


def _inserted(rng: Rng, data: bytes) -> bytes:
    at = int(rng.integers(len(data) + 1))
    what = NASTY[int(rng.integers(len(NASTY)))] * int(rng.choice([1, 2, 50]))
    return data[:at] + what + data[at:]


def _overwritten(rng: Rng, data: bytes) -> bytes:
    start, size = int(rng.integers(len(data))), int(rng.integers(1, 16))
    fill = rng.bytes(size) if rng.random() < 0.5 else bytes([int(rng.choice([0, 127, 255]))]) * size
    return data[:start] + fill + data[start + size :]


ACCIDENTS: tuple[Accident, ...] = (
    _flipped,
    _flipped_near_an_end,
    _cut,
    _doubled,
    _dropped,
    _inserted,
    _overwritten,
)


def damaged(rng: Rng, data: bytes) -> bytes:
    """The same after one accident, or after two."""
    for _ in range(1 + int(rng.random() < 0.3)):
        if data:
            data = ACCIDENTS[int(rng.integers(len(ACCIDENTS)))](rng, data)
    return data
