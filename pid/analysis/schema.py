"""The names of the JSON output, by number: what they mean changes with it alone.

1, until 0.2: the atoms were those before correction, and ``_corrected`` those that were printed.
2: the atoms are what is printed first, after correction where there is one; ``_counted`` is before.
"""

from __future__ import annotations

from collections.abc import Mapping

from pid.core.decomposition import ATOMS

SCHEMA = 2


def upgraded(row: Mapping[str, object]) -> dict[str, object]:
    """A row under the names of today, whichever version has written it.

    Raises:
        ValueError: by a version that is not known yet.

    Examples:
        >>> old = {"synergy": 0.2, "synergy_corrected": 0.1, "version": "0.2.0"}
        >>> {name: value for name, value in upgraded(old).items() if name.startswith("synergy")}
        {'synergy': 0.1, 'synergy_counted': 0.2}
    """
    schema = row.get("schema", 1)
    if schema == SCHEMA:
        return dict(row)
    if schema != 1:
        raise ValueError(f"schema {schema!r} is none of 1 to {SCHEMA}")
    found = {**row, "schema": SCHEMA}
    if "synergy" not in found:  # bounds and differences, which count nothing twice
        return found
    for name in (name for name in (*ATOMS, "total") if name in found):
        found[f"{name}_counted"] = found[name]
        found[name] = found.pop(f"{name}_corrected", found[name])
    return found
