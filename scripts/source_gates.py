"""Three sources whose decomposition is known in closed form; and their table in docs/sources.md.

    python -m scripts.source_gates

Writes OUT/figures/source_gates.csv and its marked section of OUT/sources.md, with both readings of
"two together".
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import pid
from scripts import page

Row = tuple[Hashable, Hashable, Hashable, Hashable]
NAMES = ("x1", "x2", "x3")


class Truth(NamedTuple):
    """In bits: only it, by source; shared; two together, all three; lost without it, by source."""

    unique: tuple[float, float, float]
    shared: float
    synergy: tuple[float, float]
    loss: tuple[float, float, float]


def h(*p: float) -> float:
    """Entropy in bits of weights."""
    shares = np.array(p) / sum(p)
    return float(-(shares * np.log2(shares)).sum())


def table(rows: Sequence[Row]) -> NDArray[np.float64]:
    """The table of equally likely rows (x1, x2, x3, y) of any symbols."""
    codes = []
    for column in zip(*rows, strict=True):
        symbols = sorted(set(column), key=repr)
        codes.append([symbols.index(value) for value in column])
    p = np.zeros([max(column) + 1 for column in codes])
    np.add.at(p, tuple(np.array(codes)), 1.0)
    return p


def of_bits(count: int, rule: Callable[..., Row]) -> NDArray[np.float64]:
    """Of independent fair bits."""
    return table([rule(*bits) for bits in itertools.product((0, 1), repeat=count)])


def dice(sides: int = 6) -> NDArray[np.float64]:
    """The sum of three dice."""
    throws = itertools.product(range(sides), repeat=3)
    return table([(a, b, c, a + b + c) for a, b, c in throws])


def _sums(count: int, sides: int) -> list[float]:
    """In how many ways so many dice have each sum."""
    ways = np.ones(1)
    for _ in range(count):
        ways = np.convolve(ways, np.ones(sides))
    return ways.tolist()


NONE = (0.0, 0.0, 0.0)
ALL = (1.0, 1.0, 1.0)
QUARTER = h(1, 3)
AND = h(1, 7)
DICE = [h(*_sums(count, 6)) for count in (1, 2, 3)]

GATES: dict[str, tuple[NDArray[np.float64], Truth]] = {
    "3-XOR": (
        of_bits(3, lambda a, b, c: (a, b, c, a ^ b ^ c)),
        Truth(NONE, 0, (0, 1), ALL),
    ),
    "3-AND": (
        of_bits(3, lambda a, b, c: (a, b, c, a & b & c)),
        Truth(NONE, AND - QUARTER / 2, (QUARTER / 2 - 0.25, 0.25), (0.25, 0.25, 0.25)),
    ),
    "majority": (
        of_bits(3, lambda a, b, c: (a, b, c, int(a + b + c > 1))),
        Truth(NONE, 1 - QUARTER, (QUARTER - 0.5, 0.5), (0.5, 0.5, 0.5)),
    ),
    "sum of bits": (
        of_bits(3, lambda a, b, c: (a, b, c, a + b + c)),
        Truth(NONE, h(1, 3, 3, 1) - 1.5, (0.5, 1), ALL),
    ),
    "copy": (of_bits(3, lambda a, b, c: (a, b, c, (a, b, c))), Truth(ALL, 0, (0, 0), ALL)),
    "giant bit": (of_bits(1, lambda a: (a, a, a, a)), Truth(NONE, 1, (0, 0), NONE)),
    "XOR + silent": (
        of_bits(3, lambda a, b, c: (a, b, c, a ^ b)),
        Truth(NONE, 0, (1, 0), (1, 1, 0)),
    ),
    "three XORs": (
        of_bits(3, lambda a, b, c: (a, b, c, (a ^ b, a ^ c))),
        Truth(NONE, 0, (2, 0), ALL),
    ),
    "XOR duplicate": (
        of_bits(2, lambda a, b: (a, b, a, a ^ b)),
        Truth(NONE, 0, (1, 0), (0, 1, 0)),
    ),
    "XOR loss": (of_bits(2, lambda a, b: (a, b, a ^ b, a ^ b)), Truth((0, 0, 1), 0, (0, 0), NONE)),
    "XOR source copy": (
        of_bits(2, lambda a, b: (a, b, a ^ b, (a, b))),
        Truth(NONE, 2, (0, 0), NONE),
    ),
    "AND duplicate": (
        of_bits(2, lambda a, b: (a, b, a, a & b)),
        Truth(NONE, QUARTER - 0.5, (0.5, 0), (0, 0.5, 0)),
    ),
    "XOR-AND": (
        of_bits(3, lambda a, b, c: (a, b, c, (a ^ b) & c)),
        Truth((0, 0, QUARTER - 0.5), 0, (0, 0.5), (0.5, 0.5, 0.5)),
    ),
    "XOR-copy": (
        of_bits(3, lambda a, b, c: (a, b, c, (a ^ b, c))),
        Truth((0, 0, 1), 0, (1, 0), ALL),
    ),
    "dyadic": (
        of_bits(3, lambda a, b, c: ((a, b), (b, c), (c, a), (a, b, c))),
        Truth(NONE, 3, (0, 0), NONE),
    ),
    "triadic": (
        of_bits(3, lambda a, b, c: ((c, a), (c, b), (c, a ^ b), (a, b, c))),
        Truth(NONE, 3, (0, 0), NONE),
    ),
    "dyadic XOR": (
        of_bits(3, lambda a, b, c: ((a, b), (b, c), (c, a), a ^ b ^ c)),
        Truth(NONE, 0, (1, 0), NONE),
    ),
    "multi-coal XOR": (
        of_bits(3, lambda a, b, c: ((a, b), (a, c), (b, c), a ^ b ^ c)),
        Truth(NONE, 0, (1, 0), NONE),
    ),
    "two and one": (
        of_bits(2, lambda a, b: (a, a, b, (a, b))),
        Truth((0, 0, 1), 1, (0, 0), (0, 0, 1)),
    ),
    "sum of dice": (
        dice(),
        Truth(NONE, DICE[2] - DICE[1], (DICE[1] - DICE[0], DICE[0]), (DICE[0],) * 3),
    ),
}


def rows() -> list[dict[str, object]]:
    """A row a gate: all numbers, the other reading of "two together", and the widest interval."""
    found: list[dict[str, object]] = []
    for name, (p, _) in GATES.items():
        d = pid.decompose(p, names=NAMES)
        low, high = d.same_cells(2)
        row: dict[str, object] = {"gate": name}
        row["only it"] = " ".join(_short(value) for value in d.unique.values())
        row["shared"] = _short(d.shared)
        row["two together"], row["all three"] = _short(d.synergy[2]), _short(d.synergy[3])
        row["two, same cells"] = _short((low + high) / 2 - d.union)
        row["lost without it"] = " ".join(_short(loss.total) for loss in d.loss.values())
        row["widest interval"] = f"{max(d.certificate.gap, high - low, 1e-15):.0e}"
        found.append(row)
    return found


def _short(value: float) -> str:
    """Four decimals, and none where there are none."""
    return f"{value + 0.0:z.4f}".rstrip("0").rstrip(".")


def main(argv: Sequence[str] | None = None) -> None:
    """Decompose all gates and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder (default: docs)")
    args = parser.parse_args(argv)
    found = rows()
    page.write_csv(args.out / "figures" / "source_gates.csv", found)
    body = page.markdown_table(list(found[0]), [[str(v) for v in row.values()] for row in found])
    page.write_section(args.out / "sources.md", "source_gates", body)
    print(body)


if __name__ == "__main__":
    main()
