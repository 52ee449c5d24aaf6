"""Answers given z, stratum by stratum: as a frame, as JSON, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pid.analysis.names import brief, plain
from pid.analysis.words import IN_SENTENCE
from pid.core.conditional import COLUMNS, ConditionalDecomposition
from pid.core.decomposition import shown
from pid.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

    from pid.analysis.quantification.result import Quantification

LISTED = 8  # strata in a text, the largest


def called_given(q: Quantification) -> str:
    """What the answer is given, as it can be read."""
    assert q.given is not None
    return brief(plain(q.given.name), IN_SENTENCE)


def strata_of(q: Quantification) -> pd.DataFrame:
    """See ``Quantification.strata``."""
    d = q.decomposition
    if q.given is None or not isinstance(d, ConditionalDecomposition):
        raise InvalidInput("the answer is given nothing; ask for strata by pid.quantify(given=...)")
    frame = d.strata()
    names = np.array(q.given.labels, dtype=object)[frame["z"]]
    return frame.assign(z=names, n=_samples(q)[frame["z"]])[["z", "n", "share", *COLUMNS]]


def as_records(q: Quantification) -> dict[str, Any]:
    """What the JSON output has of z."""
    assert q.given is not None
    strata = strata_of(q).to_dict("records")
    return {"name": q.given.name, "columns": q.given.columns, "strata": strata}


def listed(q: Quantification) -> tuple[pd.DataFrame, int]:
    """The largest strata, in their order, and how many there are beside them."""
    frame = strata_of(q)
    largest = frame["share"].nlargest(LISTED).index.sort_values()
    return frame.loc[largest], len(frame) - len(largest)


def lines_of(q: Quantification) -> list[str]:
    """Strata as lines of text, in the columns of ``COLUMNS``."""
    frame, others = listed(q)
    head = "".join(f"{name:>12}" for name in COLUMNS)
    lines = [f"  {brief(called_given(q), 16):<16}{'share':>6}{head}"]
    for row in frame.to_dict("records"):
        values = "".join(f"{shown(row[name]):>12}" for name in COLUMNS)
        lines.append(f"  {brief(plain(row['z']), 16):<16}{row['share']:>6.0%}{values}")
    return [*lines, *([f"  and {others} smaller ones; strata() has all"] if others else [])]


def _samples(q: Quantification) -> Any:
    """How many samples each stratum has, whatever they weigh."""
    size = int(np.prod(q.table.shape[1:]))
    assert q.rows is not None
    return np.bincount(q.rows.cells // size, minlength=len(q.table))
