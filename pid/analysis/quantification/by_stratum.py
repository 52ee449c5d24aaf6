"""Answers given z, stratum by stratum: as a frame, as JSON, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pid.analysis.names import brief, plain
from pid.analysis.quantification.axes import Axis
from pid.analysis.quantification.evidence import CountedTable
from pid.analysis.words import condition
from pid.core.conditional import COLUMNS, ConditionalDecomposition
from pid.core.decomposition import Decomposition, shown
from pid.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

LISTED = 8  # strata in a text, the largest
WIDTH = 16  # of their names


def strata_of(d: Decomposition, evidence: object, given: Axis | None) -> pd.DataFrame:
    """See ``Quantification.strata``; of the answer with these attributes."""
    if given is None:
        raise InvalidInput("the answer is given nothing; ask for strata by pid.quantify(given=...)")
    assert isinstance(d, ConditionalDecomposition)
    assert isinstance(evidence, CountedTable)
    assert evidence.rows is not None
    frame, size = d.strata(), int(np.prod(evidence.table.shape[1:]))
    n = np.bincount(evidence.rows.cells // size, minlength=given.size)[frame["z"]]
    names = np.array(given.labels, dtype=object)[frame["z"]]
    return frame.assign(z=names, n=n)[["z", "n", "share", *COLUMNS]]


def as_records(given: Axis, strata: pd.DataFrame) -> dict[str, Any]:
    """What the JSON output has of z."""
    records = strata.to_dict("records")
    return {"name": given.name, "columns": given.columns, "strata": records}


def listed(strata: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The largest strata, in their order, and how many there are beside them."""
    largest = strata["share"].nlargest(LISTED).index.sort_values()
    return strata.loc[largest], len(strata) - len(largest)


def lines_of(given: Axis, strata: pd.DataFrame) -> list[str]:
    """Strata as lines of text, in the columns of ``COLUMNS``."""
    frame, others = listed(strata)
    head = "".join(f"{name:>12}" for name in COLUMNS)
    lines = [f"  {brief(condition(given.name), WIDTH):<{WIDTH}}{'share':>6}{head}"]
    for row in frame.to_dict("records"):
        values = "".join(f"{shown(row[name]):>12}" for name in COLUMNS)
        lines.append(f"  {brief(plain(row['z']), WIDTH):<{WIDTH}}{row['share']:>6.0%}{values}")
    return [*lines, *([f"  and {others} smaller ones; strata() has all"] if others else [])]
