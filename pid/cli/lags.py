"""``--lag`` of ``pid quantify``: sources are of the past, the target is of the present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pid.cli.options import how_read, together
from pid.cli.sources import Columns

if TYPE_CHECKING:
    from pid._types import Codes
    from pid.analysis.quantification.past import Past
    from pid.analysis.quantification.result import Quantification
    from pid.analysis.several.result import SourcesQuantification
    from pid.io.lagged_file import FromFile

MOST = 10_000  # lags in a list


def lag_list(ctx: click.Context, param: click.Parameter, value: str | None) -> Sequence[int] | None:
    """A callback that takes lags: 1, or 1,2,5, or 1:5 for 1 to 5."""
    if value is None:
        return None
    try:
        found = [_range(item) for item in value.split(",")]
    except ValueError:
        found = []
    if not found or not all(found):
        raise click.BadParameter(
            "expected whole numbers of rows, such as 1, or 1,2,5, or 1:5 for 1 to 5; got "
            f"{value[:40]!r}"
        )
    return list(chain(*found))


def _range(item: str) -> range:
    first, colon, last = item.partition(":")
    found = range(int(first), int(last if colon else first) + 1)
    return range(0) if found[MOST:] else found


lag_options = together(
    click.option(
        "--lag",
        "lags",
        metavar="LAGS",
        callback=lag_list,
        help="The sources, and what is given, so many rows before y: 1, or 1,2,5, or 1:5. "
        "A source may then be y's own past. Rows of a group are in the order of time.",
    ),
    click.option(
        "--time", metavar="COLUMN", help="With --lag, the times of rows: no lag crosses a gap."
    ),
)


class Lagged(NamedTuple):
    """What ``pid.quantify`` takes, and what is to be said of its answer."""

    data: dict[str, Any]
    past: Past | None
    notes: tuple[str, ...]

    def said_of(
        self, q: Quantification | SourcesQuantification
    ) -> Quantification | SourcesQuantification:
        """The answer with what its sources are the past of."""
        from pid.analysis.quantification.result import Quantification

        q = replace(q, notes=(*q.notes, *self.notes))
        return replace(q, past=self.past) if isinstance(q, Quantification) else q


def check_lags(file: Path | None, lags: object, time: str | None, *, out_of_core: bool) -> None:
    """Raise UsageError for what does not go together."""
    if lags is None:
        if time is not None:
            raise click.UsageError("--time is of --lag, which is missing: such as --lag 1")
        return
    if file is None:
        raise click.UsageError("--lag takes the past of columns of FILE, which is missing")
    if out_of_core:
        raise click.UsageError("--lag needs the rows in memory; leave out --out-of-core")


def read_past(
    file: Path,
    columns: Columns,
    asked: dict[str, Any],
    lags: Sequence[int],
    *,
    given: str | None,
    time: str | None,
) -> Lagged:
    """The past of the sources, and y; and what was asked is what it is by the names of the past.

    Raises:
        InvalidInput: see ``pid.io.lagged_file``.
    """
    from pid.io.lagged_file import OfRows, load_lagged

    y = columns.others["y"]
    of_rows = OfRows(columns.others.get("groups"), columns.others.get("weights"), time)
    found = load_lagged(
        file,
        columns.sources,
        y=y,
        lags=lags,
        given=given,
        of_rows=of_rows,
        how=how_read(asked),
    )
    symbols = found.symbols if asked["estimator"] == "auto" else ()
    asked |= {
        "symbols": tuple(dict.fromkeys([*found.how.symbols, *symbols])),
        "numbers": found.how.numbers,
    }
    units, of_units = _units(found, asked)
    data = {"y": found.y, "groups": units, "weights": found.weights, "given": found.given}
    if len(found.sources) == 2:
        return _of_two(found, data, columns, of_units)
    names = list(found.sources)
    own = (_lost(names[found.own], y),) if isinstance(found.own, int) else ()
    notes = (*own, *found.notes, *found.past.usual, *found.past.doubtful, *of_units)
    return Lagged(data | {"sources": found.sources}, None, notes)


def _of_two(
    found: FromFile, data: Mapping[str, Any], columns: Columns, of_units: Sequence[str]
) -> Lagged:
    """Two sources, by the names that they were given, or as the past of their columns."""
    from pid.analysis.quantification.past import Past

    y = columns.others["y"]
    present = columns.labels
    names = present if columns.named else tuple(f"past of {name}" for name in present)
    own: Any = f"x{found.own + 1}" if isinstance(found.own, int) else found.own
    X1, X2 = found.sources.values()
    without = () if own else (_without_own(y),)
    return Lagged(
        {**data, "X1": X1, "X2": X2, "names": (*names, y)},
        Past(found.lags, (present[0], present[1], y), own, found.beside),
        (*without, *found.notes, *found.past.usual, *found.past.doubtful, *of_units),
    )


def _units(found: FromFile, asked: dict[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """What is resampled together: groups, or blocks of rows within them; and which, in words."""
    import numpy as np

    from pid.analysis.quantification.choose import takes_groups
    from pid.core.symbols import encode
    from pid.inference.grouping import FEWEST, blocks_within

    blocks, n = asked.pop("blocks"), len(found.y)
    codes: Codes = np.zeros(n, dtype=np.intp)
    if found.groups is not None:
        codes = encode(found.groups, "groups")[0]
    count = int(codes.max()) + 1
    if blocks is not None:
        return blocks_within(codes, blocks), ()
    if not takes_groups(asked["estimator"], asked["correction"]):
        what = "estimator" if takes_groups("auto", asked["correction"]) else "correction"
        return None, (
            f"{what} {asked[what]!r} takes rows for independent, which neighbours of a time series "
            "seldom are: intervals may be too narrow",
        )
    if count >= FEWEST:
        return codes, ()
    few = "no groups" if found.groups is None else f"only {count} groups"
    return _blocks(found, asked, codes, few)


def _blocks(
    found: FromFile, asked: Mapping[str, Any], groups: Codes, few: str
) -> tuple[Codes, tuple[str, ...]]:
    """Blocks of a length that nobody asked for, and what they are for.

    Raises:
        InvalidInput: so few that no interval can be made of them.
    """
    from pid.errors import InvalidInput
    from pid.inference.grouping import FEWEST, block_length, blocks_within
    from pid.io.past import in_words

    n = len(groups)
    length = block_length(n, max(found.lags))
    blocks = blocks_within(groups, length)
    count = int(blocks.max()) + 1
    if asked["interval"] is not None and count < FEWEST:
        raise InvalidInput(
            f"{n:,} rows are too few for intervals at {in_words(found.lags)}: blocks of {length} "
            f"rows in a row, twice the longest lag, are {count}, and it takes {FEWEST}; give "
            "shorter lags, --blocks N, or --interval none"
        )
    made = [
        *(["intervals"] if asked["interval"] is not None else []),
        *(["corrections"] if asked["correction"] != "none" else []),
    ]
    if not made:
        return blocks, ()
    return blocks, (
        f"{' and '.join(made)} are from blocks of {length} rows in a row, as there are {few} and "
        "neighbouring rows are alike; --blocks N takes others",
    )


def _without_own(y: str) -> str:
    return (
        f"the past of {y} itself is in neither source: what they tell of {y} may be what it tells "
        f"of itself; a source of {y} alone makes the rest transfer entropy"
    )


def _lost(own: str, y: str) -> str:
    return (
        f"{own} has the past of {y} itself: what is lost without another source is the transfer "
        f"entropy from that to {y}, given all others"
    )
