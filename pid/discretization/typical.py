"""What is typical of the rows of a cluster, in words: what its columns are mostly like."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import rankdata

from pid._types import Codes, Column
from pid.io.columns import Variable

ROWS = 5000  # looked at, evenly spaced
NAMED = 2  # columns
FEWEST = 5  # rows of which a middle one is that of no single row
HIGH, LOW = 0.6, 0.4  # places of the middle row among all from which a column is high or low
LIFT = 0.2  # by which a symbol must be more frequent than elsewhere


def typical(x: Variable, codes: Codes, size: int) -> tuple[str, ...]:
    """For each cluster, the columns in which it differs most from all rows.

    Of numbers the place of the cluster's median among all rows, which no monotone map of a column
    moves; of symbols the one that is most frequent beside its share of all rows.

    Args:
        x: the columns.
        codes: the cluster of each row, 0 ... size - 1.
        size: clusters.
    """
    rows = np.unique(np.linspace(0, len(codes) - 1, ROWS).astype(np.intp))
    of_cluster = [np.flatnonzero(codes[rows] == cluster) for cluster in range(size)]
    found: list[list[tuple[float, str]]] = [[] for _ in of_cluster]
    for name, column in zip(x.names, x.columns, strict=True):
        says = _of_numbers if column.dtype.kind in "biuf" else _of_symbols
        for marks, mark in zip(found, says(name, column[rows], of_cluster), strict=True):
            marks.append(mark)
    return tuple(map(_in_words, found, map(len, of_cluster)))


def _in_words(marks: list[tuple[float, str]], rows: int) -> str:
    if rows < FEWEST:
        return "too few rows to say"
    first = sorted(marks, key=lambda mark: -mark[0])[:NAMED]
    return ", ".join(text for far, text in first if far > 0) or "like all rows"


def _of_numbers(name: str, column: Column, of_cluster: list[Codes]) -> Iterator[tuple[float, str]]:
    """How far the median of each cluster lies from that of all, and where."""
    known = np.isfinite(column.astype(np.float64))
    place = np.full(len(column), np.nan)
    place[known] = (rankdata(column[known]) - 0.5) / max(1, known.sum())
    for members in of_cluster:
        here = place[members]
        here = here[np.isfinite(here)]
        middle = float(np.median(here)) if len(here) else 0.5
        word = "high" if middle >= HIGH else "low" if middle <= LOW else ""
        yield abs(middle - 0.5) if word else 0.0, f"{name} {word} ({middle:.0%})"


def _of_symbols(name: str, column: Column, of_cluster: list[Codes]) -> Iterator[tuple[float, str]]:
    """How much more frequent the symbol of each cluster is there than in all rows."""
    values, codes = np.unique(column.astype(str), return_inverse=True)
    everywhere = np.bincount(codes) / len(codes)
    for members in of_cluster:
        here = np.bincount(codes[members], minlength=len(values)) / max(1, len(members))
        most = int((here - everywhere).argmax())
        lift = float(here[most] - everywhere[most])
        text = f"{name} {values[most]} ({here[most]:.0%}, of all {everywhere[most]:.0%})"
        yield lift if lift >= LIFT else 0.0, text
