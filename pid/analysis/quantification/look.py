"""A look at rows in memory before anything is estimated: what they are, and what by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pid._types import Codes
from pid.analysis.quantification.choose import FEWEST_GROUPS, Choice, Rows, decide
from pid.analysis.quantification.count import Asked
from pid.inference.grouping import grouping
from pid.io.copies import Copies, copies
from pid.io.reading import Reading
from pid.io.rows import Rows as ReadRows
from pid.io.rows import read_rows

OF_NUMBERS = ("gaussian", "flow", "alignment")  # a target of several columns, as they are


class Look(NamedTuple):
    """Rows as they were read.

    Attributes:
        read: variables x1, x2, z where it is asked given one, and y.
        group: number of the group of each row; None where they are independent.
        copied: rows that are copies of others; None where there are none.
        choice: the estimator.
    """

    read: ReadRows
    group: Codes | None
    copied: Copies | None
    choice: Choice


def only_counting(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Which options of ``pid.quantify`` have been given that only counting has."""
    asked_for = {
        "given": options["given"] is not None,
        "weights": options["weights"] is not None,
        "refit": bool(options["refit"]),
        "n_clusters": options["n_clusters"] != "auto",
        "replicates": options["replicates"] != "auto",
        "interval_method": options["interval_method"] != "bias-aware",
        "classes": options["classes"] is not None,
        "correction": options["correction"] not in ("kink-aware", "none"),
    }
    return tuple(name for name, is_asked in asked_for.items() if is_asked)


def look(
    columns: Mapping[str, object],
    blocks: int | None,
    how: Reading,
    asked: Asked,
    counting: tuple[str, ...],
) -> Look:
    """Read the rows, and decide what fits them.

    Args:
        columns: by role: "x1", "x2", "y", "groups", "weights" and "given".
        blocks: rows in a row that depend on each other.
        how: what becomes of gaps, and which columns are symbols or numbers.
        asked: how the columns are to become symbols.
        counting: options that only counting has, which were given.

    Raises:
        InvalidInput: columns that cannot be used, or an estimator that cannot do what is asked.
    """
    sources = {"x1": columns["x1"], "x2": columns["x2"]}
    if columns["given"] is not None:
        sources["z"] = columns["given"]
    groups, weights = columns["groups"], columns["weights"]
    read = read_rows(sources, columns["y"], how, groups=groups, weights=weights)
    if asked.estimator not in OF_NUMBERS:
        read = read.with_one_target()
    x1, x2, *z, y = read.variables
    group = grouping(read.given, groups, blocks, read.kept, interval=asked.interval)
    if asked.estimator == "auto" and group is not None and group.max() + 1 < FEWEST_GROUPS:
        counting += ("few groups",)
    copied = None if group is not None else copies(x1, x2, target=[y, *z])
    rows = Rows(None if copied is None else copied.rows, group)
    choice = decide(asked.estimator, (x1, x2, y), asked.bins, counting, rows=rows)
    return Look(read, group, copied, choice)
