"""Whether columns are in memory or elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pid.discretization.out_of_core.dask import PartitionEngine
from pid.discretization.out_of_core.elsewhere import Elsewhere
from pid.errors import InvalidInput
from pid.io.reading import AS_THEY_ARE, Reading


def as_elsewhere(
    client: object = None, how: Reading = AS_THEY_ARE, **variables: object
) -> dict[str, Elsewhere]:
    """Variables that are in a file or a Dask data frame.

    Args:
        client: a ``distributed.Client`` to count Dask data frames with, or None.
        how: how they are to be read; those of a file were.
        variables: by role; those that are None are left out.

    Raises:
        InvalidInput: some are in memory and some are not, or not in the same place; values that
            cannot be used.
    """
    given = {role: v for role, v in variables.items() if v is not None}
    places = {role: _place(v) for role, v in given.items()}
    if len(set(places.values())) > 1:
        shown = ", ".join(f"{role} in {place}" for role, place in places.items())
        raise InvalidInput(f"all columns must be in the same place; got {shown}")
    if "a file" in places.values():
        if how != AS_THEY_ARE:
            raise InvalidInput(
                "columns of pid.scan were read there: give it missing, missing_values, symbols and "
                "numbers"
            )
        found = {role: v for role, v in given.items() if isinstance(v, Elsewhere)}
        if len({id(v.engine) for v in found.values()}) > 1:
            raise InvalidInput("all columns must come from one call of pid.scan")
        return _with_facts(found)
    if how.missing == "category":
        raise InvalidInput(
            "gaps of columns that are not in memory cannot be symbols; take missing='drop', or "
            "load the columns"
        )
    return _with_facts(_of_dask(given, client, how))


def _with_facts(variables: dict[str, Elsewhere]) -> dict[str, Elsewhere]:
    facts = next(iter(variables.values())).engine.facts()
    return {
        role: replace(v, facts=tuple(facts[column] for column in v.columns))
        for role, v in variables.items()
    }


def is_elsewhere(variable: object) -> bool:
    """Whether a variable is in a file or a Dask data frame."""
    return _place(variable) != "memory"


def _place(variable: object) -> str:
    if isinstance(variable, Elsewhere):
        return "a file"
    is_dask = type(variable).__module__.split(".")[0] == "dask"
    return "a Dask data frame" if is_dask else "memory"


def _of_dask(collections: dict[str, Any], client: object, how: Reading) -> dict[str, Elsewhere]:
    names: dict[str, tuple[str, ...]] = {}
    for role, collection in collections.items():
        if not hasattr(collection, "divisions"):
            raise InvalidInput(
                f"{role} must be a Dask DataFrame or Series; got {type(collection).__name__}"
            )
        series = collection.ndim == 1
        names[role] = (
            (str(collection.name or role),) if series else tuple(map(str, collection.columns))
        )
        if not names[role]:
            raise InvalidInput(f"{role} has no columns; give it at least one")
    engine = PartitionEngine(collections, client, how)
    found, first = {}, 0
    for role, of_role in names.items():
        columns = tuple(range(first, first + len(of_role)))
        found[role] = Elsewhere(engine, role, of_role, columns)
        first += len(of_role)
    return found
