"""What is said of columns and rows that stay where they are, from some of the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from pid.discretization.out_of_core.elsewhere import Elsewhere
from pid.discretization.rows import said_of_rows
from pid.io.columns import Variable
from pid.io.copies import UNGROUPED, copies
from pid.io.kinds import Said

LOOKED_AT = 20_000  # rows


def said_elsewhere(given: Mapping[str, Elsewhere], *, independent: bool) -> Said:
    """As ``said_of_rows``, of the first rows; and copies, of some rows with all equal ones.

    Args:
        given: by role, as "x1", "x2" and "y".
        independent: whether every row counts by itself.
    """
    engine = given["x1"].engine
    parts = [given[role] for role in ("x1", "x2", "y")]
    first = _variables(given, engine.first)
    x1, x2 = (_worth_a_look(x, part) for x, part in zip(first[:2], parts, strict=False))
    found = said_of_rows((x1, x2), first[2], independent=independent)
    if not independent:
        return found
    some = _variables(given, engine.some)
    copied = copies(*some[:2], target=some[2:])
    if copied is None:
        return found
    if copied.times > 1:  # whether these are a design, only all rows say
        whole = len(some[0]) == engine.rows
        said = (copied.note(grouped=False),) if whole else ()
        return found._replace(warnings=found.warnings + said)
    share = copied.copied / len(copied.rows)
    what = f"about {share:.0%} of the rows are copies of others in x1 and x2"
    note = f"{what}: {UNGROUPED}, or give groups"
    return found._replace(warnings=(*found.warnings, note))


def _variables(
    given: Mapping[str, Elsewhere], rows: Callable[[Sequence[int], int], list[NDArray[Any]]]
) -> tuple[Variable, Variable, Variable]:
    parts = [given[role] for role in ("x1", "x2", "y")]
    columns = iter(rows([i for part in parts for i in part.columns], LOOKED_AT))
    x1, x2, y = (_variable(part, [next(columns) for _ in part.columns]) for part in parts)
    return x1, x2, y


def _worth_a_look(x: Variable, part: Elsewhere) -> Variable:
    """Without symbols that repeat among all rows, though the first show one for nearly each."""
    kept = [
        i
        for i, column in enumerate(part.columns)
        if part.facts[i].kind != "text"
        or 2 * len(x.encoded_column(i)[1]) <= len(x)
        or 2 * part.engine.distinct([column]) > part.engine.rows
    ]
    return x.some(kept)


def _variable(part: Elsewhere, columns: Sequence[NDArray[Any]]) -> Variable:
    return Variable(part.role, part.names, tuple(columns))
