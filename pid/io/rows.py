"""Variables that belong together: one row per sample in each, and rows with gaps left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pid.errors import InvalidInput
from pid.io.columns import Variable, listed, places_of_gaps, with_gaps
from pid.io.gaps import Gaps, gaps_of
from pid.io.indices import check_indices
from pid.io.named import as_objects
from pid.io.reading import AS_THEY_ARE, Reading
from pid.io.refusals import missing
from pid.io.targets import as_one


class Rows(NamedTuple):
    """Variables of the rows that are left.

    Attributes:
        variables: in the order in which they were given.
        kept: whether each row that was given is left; None where all are.
        notes: what was done, in words.
    """

    variables: tuple[Variable, ...]
    kept: Gaps | None = None
    notes: tuple[str, ...] = ()

    @property
    def given(self) -> int:
        """How many rows there were."""
        return len(self.variables[0]) if self.kept is None else len(self.kept)

    def with_one_target(self) -> Rows:
        """The same, of a last variable that is one column where it marks one class in each row.

        Raises:
            InvalidInput: columns of 0 and 1 that mark several classes, or none.
        """
        *others, y = self.variables
        one, notes = as_one(y)
        return self._replace(variables=(*others, one), notes=self.notes + notes)


def read_rows(
    sources: Mapping[str, object],
    y: object = None,
    how: Reading = AS_THEY_ARE,
    *,
    groups: object = None,
    weights: object = None,
    whole: bool = True,
    unusable: dict[str, InvalidInput] | None = None,
) -> Rows:
    """Check variables, and that they have one row per sample each.

    Args:
        sources: by role: "x1" and "x2", say.
        y: the target, if there is one; it comes last of the variables.
        how: what becomes of gaps. Rows without y tell nothing of it, and rows without group or
            weight have no place, so that these are left out even where gaps are symbols.
        groups, weights: of the rows; only their gaps matter here.
        whole: whether these are all columns, so that each of the names that ``how`` has must be
            one of them.
        unusable: takes the errors of columns of sources that are then left out.

    Raises:
        InvalidInput: see ``as_variable``; lengths that differ; no row is left.
    """
    of_rows = {role: v for role, v in (("groups", groups), ("weights", weights)) if v is not None}
    given = [*sources.items(), *([] if y is None else [("y", y)])]
    check_indices([*given, *of_rows.items()])
    variables = tuple(
        with_gaps(values, role, how, unusable if values is not y else None)
        for role, values in given
    )
    if whole:
        how.check_names([*(name for v in variables for name in v.names), *(unusable or ())])
    _check_lengths(variables)
    if how.missing == "error":
        # what was a variable before was looked at before
        new = [v for v, (_, was) in zip(variables, given, strict=True) if v is not was]
        if places := places_of_gaps(*new):
            raise missing(places, asked=how.asked)
        return Rows(variables, None, tuple(_of_reading(new)))
    needed = variables if how.missing == "drop" else variables[len(sources) :]
    out = places_of_gaps(*needed) | _without_place(of_rows, len(variables[0]))
    return _left(variables, out)


def as_variables(X1: object, X2: object, y: object) -> tuple[Variable, Variable, Variable]:
    """Check x1, x2 and y, and that they have one row per sample each and no gaps."""
    x1, x2, target = read_rows({"x1": X1, "x2": X2}, y).variables
    return x1, x2, target


def _left(variables: tuple[Variable, ...], out: Mapping[str, Gaps]) -> Rows:
    """Without the rows that have one of some gaps."""
    n = len(variables[0])
    without = np.logical_or.reduce([np.zeros(n, dtype=bool), *out.values()])
    columns = listed(list(out), "column") if out else ""
    if without.all():
        raise InvalidInput(
            f"no row has a value in all columns: there are gaps in {columns}; leave out columns "
            "that are mostly empty, or take missing='category'"
        )
    if not without.any():
        return Rows(variables, None, (*_of_reading(variables), *_of_symbols(variables)))
    left = tuple(v.taken(~without) for v in variables)
    note = f"left out {without.sum():,} of {n:,} rows, without a value in {columns}"
    return Rows(left, ~without, (*_of_reading(variables), note, *_of_symbols(left)))


def _without_place(of_rows: Mapping[str, object], n: int) -> dict[str, Gaps]:
    """Rows without a group or a weight; whoever uses them says what else is wrong."""
    found = {}
    for role, values in of_rows.items():
        if isinstance(values, Iterable) and getattr(values, "ndim", 1) == 1:
            items = as_objects(list(values))
            gaps = gaps_of(items, None, ())
            if len(items) == n and gaps.any():
                found[role] = gaps
    return found


def _check_lengths(variables: Sequence[Variable]) -> None:
    if len({len(v) for v in variables}) > 1:
        *others, last = (v.role for v in variables)
        *counts, of_last = (f"{len(v)} in {v.role}" for v in variables)
        raise InvalidInput(
            f"{', '.join(others)} and {last} must have one row per sample each; "
            f"got {', '.join(counts)} and {of_last}"
        )


def _of_reading(variables: Iterable[Variable]) -> Iterator[str]:
    """What was done as columns were read, and which text is read as numbers, in words."""
    for v in variables:
        yield from v.notes
        for mark, named in ((".", "point"), (",", "comma")):
            names = [v.names[i] for i in sorted(v.written) if v.written[i] == mark]
            if names:
                columns = listed(names, "column")
                yield f"{v.role}: text read as numbers in {columns}, decimals after a {named}"


def _of_symbols(variables: Iterable[Variable]) -> Iterator[str]:
    """Which gaps count as symbols, in words."""
    for v in variables:
        names = [v.names[i] for i in sorted(v.gaps)]
        if names:
            yield f"{v.role}: gaps are a symbol of their own in {listed(names, 'column')}"
