"""Solve very many random tables of three to five sources and count what goes wrong, by kind.

    python -m scripts.stress_sources --tables 10000 --whole 300

The union of single sources of every table, and all numbers of some, are checked from what proves
them, without the solver. Writes OUT/figures/stress_sources.csv and its marked section of
OUT/sources.md.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import pid
from pid.core.sources.check import check_union
from pid.core.sources.table import Marginals
from pid.core.sources.union import union
from pid.errors import PIDError
from scripts import page
from scripts.source_problems import KINDS, Array

TOL = 1e-9  # nats
ROUNDING = 1e-12
LEVELS = (1e-9, 1e-8, 1e-6)
SYMBOLS = {3: 5, 4: 4, 5: 3}  # the most, by the number of sources; of those decomposed one less


@dataclass(frozen=True, slots=True)
class Finding:
    """What one table came to: the width of an interval, and what it does not keep."""

    kind: str
    gap: float
    complaint: str = ""


def tables(seed: int, number: int, spared: int = 0) -> Iterator[tuple[str, Array]]:
    """Kinds in turn, of 3 to 5 sources, 2 to 5 classes, and ``spared`` symbols fewer than most."""
    rng = np.random.default_rng(seed)
    kinds = itertools.cycle(KINDS.items())
    for kind, draw in itertools.islice(kinds, number):
        k = int(rng.integers(3, 6))
        most = max(SYMBOLS[k] - spared, 2)
        sizes = [int(n) for n in rng.integers(2, most + 1, size=k)]
        yield kind, draw(rng, (*sizes, int(rng.integers(2, 6))))


def of_singles(kind: str, p: Array) -> Finding:
    """The union of the sources, each alone."""
    marginals = Marginals(p / p.sum())
    which = tuple((i,) for i in range(p.ndim - 1))
    try:
        found = union([marginals(A) for A in which], marginals.p_y, TOL)
        check_union(marginals, which, found)
    except PIDError as err:
        return Finding(kind, np.inf, str(err))
    except Exception as err:  # that is a failure to count, whatever it is
        return Finding(kind, np.inf, f"{type(err).__name__}: {err}")
    return Finding(kind, found.upper - found.lower)


def whole(kind: str, p: Array) -> Finding:
    """All numbers, the widest interval among them."""
    names = [f"x{i}" for i in range(p.ndim - 1)]
    try:
        d = pid.decompose(p, names=names, unit="nat")
        d.check(p)
    except Exception as err:
        return Finding(kind, np.inf, f"{type(err).__name__}: {err}")
    apart = d.total - d.union - sum(d.synergy.values())
    negative = min(*d.unique.values(), *d.synergy.values()) < -d.certificate.gap - ROUNDING
    complaint = "sum" if abs(apart) > ROUNDING else "negative" if negative else ""
    return Finding(kind, d.certificate.gap, complaint)


def summary(what: str, found: Sequence[Finding]) -> list[dict[str, object]]:
    """A row for all tables and one per kind."""
    rows: list[dict[str, object]] = []
    for kind in ("all", *KINDS):
        mine = [f for f in found if kind in ("all", f.kind)]
        if mine:
            gaps = np.array([f.gap for f in mine])
            rows.append(
                {"what": what, "kind": kind, "tables": len(mine)}
                | {f"to {level:.0e}": float((gaps <= level).mean()) for level in LEVELS}
                | {"widest": float(gaps.max())}
                | {"violations": sum(bool(f.complaint) for f in mine)}
            )
    return rows


def run(what: str, seed: int, number: int) -> tuple[list[dict[str, object]], float]:
    """Rows, and seconds of the processor with checks."""
    look, spared = (of_singles, 0) if what == "union" else (whole, 1)
    start, found = time.process_time(), []
    for i, (kind, p) in enumerate(tables(seed, number, spared)):
        found.append(look(kind, p))
        if found[-1].complaint:
            print(i, kind, p.shape, found[-1].complaint, file=sys.stderr, flush=True)
    return summary(what, found), time.process_time() - start


def main(argv: Sequence[str] | None = None) -> None:
    """Run the stress test and write its files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tables", type=int, default=10_000)
    parser.add_argument("--whole", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder (default: docs)")
    args = parser.parse_args(argv)
    rows, seconds = run("union", args.seed, args.tables)
    more, others = run("all numbers", args.seed + 1, args.whole)
    rows += more
    page.write_csv(args.out / "figures" / "stress_sources.csv", rows)
    text = (
        f"{page.machine(1)} Seed {args.seed}; {seconds:.0f} seconds of the processor for the "
        f"unions, {others:.0f} for all numbers, checks included."
    )
    body = page.markdown_table(list(rows[0]), [[_cell(*item) for item in r.items()] for r in rows])
    page.write_section(args.out / "sources.md", "stress_sources", f"{text}\n\n{body}")
    print(body)


def _cell(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1%}" if name.startswith("to ") else f"{value:.1e}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
