"""Tables that are sorted without a script: the place of each row in each order, as CSS takes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pid.report.document import Listing

FEWEST, MOST = 9, 12  # rows that are worth sorting, and columns to sort by
ASCENDING = ("p", "q", "rank")  # of these the least stands first
_NUMBER = re.compile(r"[-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")


class Orders(NamedTuple):
    """The places of all rows in the order by each column, and a name for the choice."""

    name: str
    places: list[list[int]]  # of each row


def sorted_by(listing: Listing) -> Orders | None:
    """Numbers from the largest on, words from A to Z; None where nothing is to be sorted."""
    if len(listing.rows) < FEWEST or len(listing.head) > MOST:
        return None
    columns = [
        _places([row[i] for row in listing.rows], numeric=listing.numeric[i], head=head)
        for i, head in enumerate(listing.head)
    ]
    name = re.sub(r"\W+", "-", listing.caption)[:40] + f"-{len(listing.rows)}"
    return Orders(name, [list(row) for row in zip(*columns, strict=True)])


def _places(cells: Sequence[str], *, numeric: bool, head: str) -> list[int]:
    """The place of each cell among all; what has no number stands last."""
    if numeric:
        sign = 1.0 if head in ASCENDING else -1.0
        numbers = [_NUMBER.match(cell) for cell in cells]
        keys = [
            (found is None, sign * float(found[0].replace(",", "")) if found else 0.0)
            for found in numbers
        ]
        order = sorted(range(len(cells)), key=keys.__getitem__)
    else:
        order = sorted(range(len(cells)), key=lambda i: cells[i].casefold())
    places = [0] * len(cells)
    for place, i in enumerate(order):
        places[i] = place
    return places
