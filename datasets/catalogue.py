"""What there is, gates and real tables alike: list it, describe it, write it as CSV."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pid.checks import FLAG, NONE, PATH, checked, either, integer, one_of
from pid.datasets import real
from pid.datasets._gate import RandomState
from pid.datasets._tables import DRAWS
from pid.datasets.gates import GATES, make_gate
from pid.errors import InvalidInput
from pid.io.writing import write_whole

SAMPLES = 1000  # of a gate, if no number is given
NAME = one_of(*GATES, *real.REAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One line of the catalogue; ``rows`` is None for a gate, of which any number can be drawn."""

    name: str
    kind: Literal["gate", "real"]
    description: str
    rows: int | None
    columns: int
    licence: str


def available() -> tuple[Dataset, ...]:
    """All data sets by name: the gates, then the real tables.

    Examples:
        >>> [dataset.name for dataset in available() if dataset.kind == "real"]
        ['digits', 'breast_cancer', 'wine', 'iris', 'diabetes']
    """
    gates = (
        Dataset(
            name=name,
            kind="gate",
            description=make_gate(name).description,
            rows=None,
            columns=3,
            licence="none needed",
        )
        for name in GATES
    )
    tables = (
        Dataset(
            name=info.name,
            kind="real",
            description=info.title,
            rows=info.rows,
            columns=info.columns,
            licence=info.licence,
        )
        for info in real.REAL.values()
    )
    return (*gates, *tables)


@checked(name=NAME)
def describe(name: str) -> str:
    """Everything known of a data set, in a few lines of text.

    Raises:
        InvalidInput: no data set of this name.

    Examples:
        >>> print(describe("xor"))
        xor: y = (x1 + x2) mod k, moved to another symbol with probability noise
        parameters: k = 2, noise = 0.0
        symbols: 2 of x1, 2 of x2, 2 of y
        atoms in bits: redundancy 0, unique1 0, unique2 0, synergy 1
        source: Griffith & Koch, Quantifying Synergistic Mutual Information, 2014 (Xor); order
        use:
        pid datasets write xor
        pid quantify xor.csv --x1 x1 --x2 x2 --y y
    """
    return _describe_gate(name) if name in GATES else _describe_real(name)


def _describe_gate(name: str) -> str:
    gate = make_gate(name)
    atoms = (gate.atoms or {}).items()
    lines = [
        f"{name}: {gate.description}",
        "parameters: " + ", ".join(f"{key} = {value}" for key, value in gate.parameters.items()),
        "symbols: {} of x1, {} of x2, {} of y".format(*gate.table.shape),
        "atoms in bits: "
        + (", ".join(f"{key} {value:.6g}" for key, value in atoms) or "no closed form"),
        f"source: {gate.source}",
        *_use(name, "--x1 x1 --x2 x2 --y y"),
    ]
    return "\n".join(line for line in lines if line != "parameters: ")


def _describe_real(name: str) -> str:
    info = real.REAL[name]
    first, second, *_ = info.groups
    lines = [
        f"{name}: {info.title}",
        f"size: {info.rows} rows, {info.columns} columns",
        *(f"columns {group}_*: {what}" for group, what in info.groups.items()),
        f"target: {info.target}",
        f"provenance: {info.provenance}",
        f"licence: {info.licence}",
        *_use(name, f"--x1 '{first}_*' --x2 '{second}_*' --y {info.target}", info.options),
    ]
    return "\n".join(lines)


def _use(name: str, roles: str, options: str = "") -> tuple[str, ...]:
    """Two commands to copy, in lines that fit a terminal."""
    quantify = f"pid quantify {name}.csv {roles}"
    lines = (quantify + " \\", f"    {options}") if options else (quantify,)
    return "use:", f"pid datasets write {name}", *lines


@checked(name=NAME, path=PATH, force=FLAG, n=either(integer(), NONE), random_state=DRAWS)
def write(
    name: str,
    path: str | os.PathLike[str],
    *,
    force: bool = False,
    n: int | None = None,
    random_state: RandomState = 0,
) -> Path:
    """Write a data set as CSV with a header; the file appears whole or not at all.

    Args:
        name: a gate, of which samples are drawn into the columns x1, x2, y, or a real table.
        path: the file, in a folder that exists.
        force: replace the file if it is there.
        n: number of samples of a gate, 1000 if left out; a real table is written whole.
        random_state: seed or Generator for the samples of a gate.

    Returns:
        The path written.

    Raises:
        InvalidInput: no data set of this name, ``n`` of a real table, another file of this name
            exists, or it cannot be written.
    """
    if name in real.REAL:
        if n is not None:
            raise InvalidInput(
                f"{name} is a real table, of which no samples are drawn; leave out their number"
            )
        text = real.text(name)
    else:
        drawn = make_gate(name).sample(SAMPLES if n is None else n, random_state=random_state)
        samples = zip(*drawn, strict=True)
        text = "x1,x2,y\n" + "".join(f"{x1},{x2},{y}\n" for x1, x2, y in samples)
    target = Path(path)
    if not (os.path.isfile(target) and target.read_bytes() == text.encode()):  # there already
        write_whole(target, text, force=force)
    return target
