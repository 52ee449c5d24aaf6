"""Odd files that this package itself may have written: reports, their JSON, and kept parts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scripts.odd_bytes import Rng, damaged

ANSWER = {"version": "0.2.0", "redundancy": 0.1, "synergy": 0.2, "x1": "a", "notes": ["one"]}
PAGE = '<!doctype html><script type="application/json" id="pid-data">{}</script>'
JSON = (
    *("", "null", "[]", "{}", "3", '"text"', "[[]]", "[{}]", '{"version": 1}', "[null]", "NaN"),
    *('{"version": 1, "x": 1e999}', '{"version": 1, "x": -1e999}', '{"version": NaN}'),
    *('{"version": 1, "x": ' + "9" * 5000 + "}", '{"version": 1, "x": "\\ud800"}'),
    *('{"version": 1, "x": ' + "[" * n + "]" * n + "}" for n in (100, 400, 900, 5000, 200_000)),
    *('{"version": {"a": ' * n + "1" + "}}" * n for n in (100, 300, 480, 3000)),
    *("\ufeff" + '{"version": 1}', '{"version": 1}' * 2, "[" + '{"version": 1},' * 3 + "]"),
)
SHAPES: tuple[Any, ...] = (
    *([4, 64], [64, 4], [256], [], [4, 64, 1], [-4, -64], [4.0, 64], "4x64", None, [2**70], [True]),
    *({"a": 1}, [[4], [64]], [0], [4, 63], [1] * 70),
)


def odd_report(rng: Rng, folder: Path) -> tuple[Path, Sequence[str]]:
    """A page or JSON: odd, or damaged."""
    text = json.dumps(ANSWER) if rng.random() < 0.4 else JSON[int(rng.integers(len(JSON)))]
    if rng.random() < 0.4:
        text = PAGE.format(text)
    data = text.encode("utf-8", "surrogatepass")
    file = folder / f"report{rng.choice(['.html', '.json'])}"
    file.write_bytes(damaged(rng, data) if rng.random() < 0.5 else data)
    return file, []


def odd_part(rng: Rng, values: np.ndarray[Any, Any], file: Path) -> None:
    """Put something in the place of a kept part: forged, of another shape, or damaged."""
    draw = rng.random()
    if draw < 0.2:
        file.write_bytes(damaged(rng, file.read_bytes()))
        return
    if draw < 0.3:
        file.unlink()
        (file.mkdir if rng.random() < 0.5 else lambda: file.symlink_to("/dev/zero"))()
        return
    flat = values.ravel() * (np.nan if rng.random() < 0.2 else 1)
    shape = SHAPES[int(rng.integers(len(SHAPES)))]
    facts = json.dumps({"shape": shape, "sha256": hashlib.sha256(flat.tobytes()).hexdigest()})
    if rng.random() < 0.2:
        facts = str(rng.choice(["[" * 100_000, "null", "{}", "\\", '{"shape": 1e999}']))
    columns = {"value": flat.astype(object if rng.random() < 0.05 else float)}
    if rng.random() < 0.1:
        columns = {"other": flat}
    pq.write_table(pa.table(columns).replace_schema_metadata({"pid": facts}), file)
