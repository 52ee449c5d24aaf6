"""Odd arrays: .npy, .npz and .pt files, damaged, renamed, of odd headers, types and shapes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scripts.odd_bytes import Rng, damaged

ROWS = 40

ODD: tuple[Callable[[Rng], Any], ...] = (
    lambda rng: rng.normal(size=ROWS),
    lambda rng: np.asfortranarray(rng.normal(size=(ROWS, 3))),
    lambda rng: np.float64(3.0),
    lambda rng: np.zeros((0, 3)),
    lambda rng: np.zeros((ROWS, 0)),
    lambda rng: np.zeros((ROWS, 2, 2)),
    lambda rng: np.full((ROWS, 2), np.nan),
    lambda rng: np.full((ROWS, 2), np.inf),
    lambda rng: rng.normal(size=(ROWS, 2)) * 1j,
    lambda rng: rng.normal(size=(ROWS, 2)).astype("f2"),
    lambda rng: rng.normal(size=(ROWS, 2)).astype(">f8"),
    lambda rng: rng.normal(size=(ROWS, 2)).astype(np.longdouble),
    lambda rng: rng.integers(2, size=(ROWS, 2)).astype(bool),
    lambda rng: np.array([b"a", b"bc"] * (ROWS // 2)),
    lambda rng: np.array(["a", "bc"] * (ROWS // 2)),
    lambda rng: np.arange(ROWS).astype("M8[s]"),
    lambda rng: np.array([np.datetime64("NaT")] * ROWS),
    lambda rng: np.arange(ROWS).astype("m8[D]"),
    lambda rng: np.zeros(ROWS, dtype=[("a", "f8"), ("b", "i4")]),
    lambda rng: np.zeros(ROWS, dtype=[("a", "f8", (2,)), ("b", [("c", "i4")])]),
    lambda rng: np.zeros(ROWS, dtype="V3"),
    lambda rng: np.array([{"a": 1}] * ROWS, dtype=object),
    lambda rng: np.arange(ROWS - 1),
    lambda rng: np.arange(ROWS, dtype="u8") + np.uint64(2**63),
)

HEADERS = (
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 3), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 3), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 3), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (40, 3)",
    "{'descr': '|O', 'fortran_order': False, 'shape': (40,), }",
    "{'descr': '<f99', 'fortran_order': False, 'shape': (40,), }",
    "{'descr': [('a', '<f8'), ('a', '<f8')], 'fortran_order': False, 'shape': (40,), }",
    "{'descr': [], 'fortran_order': False, 'shape': (40,), }",
    "{'descr': '<f8', 'fortran_order': 3, 'shape': (40,), }",
    "{'descr': '<f8', 'shape': (40,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': 40, }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (True, 3), }",
    "{'descr': '<U0', 'fortran_order': False, 'shape': (40,), }",
    "{'descr': '<M8[99q]', 'fortran_order': False, 'shape': (40,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2**40, 2**40), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776, 1099511627776), }",
    "(" * 3000,
    "__import__('os')",
    "[1, 2]",
    "\x00\xff",
)


def _npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def _with_header(rng: Rng) -> bytes:
    header = HEADERS[int(rng.integers(len(HEADERS)))].encode("latin-1")
    version = bytes([int(rng.choice([1, 1, 1, 2, 3, 9])), 0])
    size = struct.pack("<H" if version[0] == 1 else "<I", len(header))
    return b"\x93NUMPY" + version + size + header + bytes(320)


def odd_npy(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """One array: odd, damaged, or of an odd header."""
    draw = rng.random()
    good = _npy(rng.normal(size=(ROWS, 3)))
    if draw < 0.35:
        data = _npy(ODD[int(rng.integers(len(ODD)))](rng))
    else:
        data = damaged(rng, good) if draw < 0.7 else _with_header(rng)
    file = folder / str(rng.choice(["x.npy"] * 4 + ["x.npz", "x.NPY"]))
    file.write_bytes(data)
    return file, [file.name]


def _archive(rng: Rng, method: int, members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def odd_npz(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """An archive: with odd members, damaged, encrypted or packed in a way that nobody knows."""
    array = _npy(ODD[int(rng.integers(len(ODD)))](rng) if rng.random() < 0.3 else np.eye(ROWS))
    names = [["x.npy"], ["x.npy", "z.npy"], ["x"], ["x.npy/"], ["../x.npy"], [], ["x.npy.npy"]]
    chosen = names[int(rng.integers(len(names)))] if rng.random() < 0.4 else ["x.npy"]
    method = zipfile.ZIP_DEFLATED if rng.random() < 0.6 else zipfile.ZIP_STORED
    data = bytearray(_archive(rng, method, dict.fromkeys(chosen, array)))
    draw = rng.random()
    if draw < 0.3:
        data = bytearray(damaged(rng, bytes(data)))
    elif draw < 0.6:  # flags and methods, in the local header and in the directory
        for mark, flags, how in ((b"PK\x03\x04", 6, 8), (b"PK\x01\x02", 8, 10)):
            at = data.find(mark)
            if at >= 0:
                data[at + flags] |= int(rng.choice([0, 1]))
                data[at + how] = int(rng.choice([data[at + how], 99, 12, 14, 93]))
    file = folder / str(rng.choice(["x.npz"] * 4 + ["x.npy"]))
    file.write_bytes(bytes(data))
    part = str(rng.choice(["", "", ":x", ":z", ":x.npy", ":../x"]))
    return file, [file.name + part]


def odd_tensors(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """What torch and pickle write, under their endings and those of others."""
    import pickle

    import torch

    stream = io.BytesIO()
    if rng.random() < 0.6:
        kind = rng.choice(["float32", "bfloat16", "int64"])
        torch.save(torch.zeros(ROWS, 2, dtype=getattr(torch, str(kind))), stream)
    else:
        pickle.dump({"x": np.eye(3)}, stream)
    data = stream.getvalue()
    file = folder / f"x{rng.choice(['.pt', '.npz', '.npy', '.csv', '.parquet', '.pkl'])}"
    file.write_bytes(damaged(rng, data) if rng.random() < 0.4 else data)
    return file, [f"{file.name}:a" if file.suffix in (".csv", ".parquet") else file.name]
