"""Which rows are the past of which: so many steps before, in the own group, and in no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from pid._types import Codes, Column
from pid.checks import LARGEST, Constraint, is_integer
from pid.core.symbols import encode
from pid.errors import InvalidInput
from pid.io.gaps import gaps_of
from pid.io.refusals import SHOWN

JITTER = 0.1  # of a step: what times may be off and still be one step apart


def _are_lags(value: Any) -> bool:
    if isinstance(value, range):
        return bool(value)  # the longest have no len
    if is_integer(value):
        return abs(int(value)) <= LARGEST
    if isinstance(value, np.ndarray):
        return value.ndim == 1 and value.dtype.kind in "iu" and len(value) > 0
    return isinstance(value, list | tuple) and len(value) > 0 and all(map(is_integer, value))


LAGS = Constraint(("a whole number", "a list, range or array of whole numbers"), _are_lags)


class Past(NamedTuple):
    """The rows that have a whole past, and where it is.

    Attributes:
        rows: numbers of these rows, (m,), in their order.
        at: the rows of their past, (lags, m).
        usual: what was left out, as there is always something, in words; empty if nothing was.
        doubtful: what else was left out: groups as a whole, and rows beside gaps in time.
    """

    rows: Codes
    at: Codes
    usual: tuple[str, ...]
    doubtful: tuple[str, ...]


class Groups(NamedTuple):
    """The number of the group of each row, and what the groups are called."""

    codes: Codes
    names: tuple[Any, ...]


def as_lags(lags: Any, longest: int) -> list[int]:
    """Lags in their order, each of at least 1.

    Args:
        lags: what ``LAGS`` allows.
        longest: rows of the longest group, which no lag can reach.

    Raises:
        InvalidInput: the present or the future, a lag twice, or one that no row has.
    """
    some = [lags] if is_integer(lags) else lags[: longest + 1]  # of a long range these are enough
    found = [int(lag) for lag in some]
    for lag in found:
        if lag == 0:
            raise InvalidInput(
                "lag 0 is the present, which stands beside the past already; give lags of at "
                "least 1, the row before"
            )
        if lag < 0:
            raise InvalidInput(
                f"lag {lag} is the future, which may follow from what it is to explain; give lags "
                "of at least 1, the row before"
            )
    numbers, times = np.unique(found, return_counts=True)
    if (times > 1).any():
        raise InvalidInput(f"lag {numbers[times > 1][0]} is there twice; give each once")
    return found


def in_words(lags: Sequence[int]) -> str:
    """Lags in a sentence.

    Examples:
        >>> in_words([1]), in_words([1, 2, 3]), in_words([1, 5])
        ('lag 1', 'lags 1 to 3', 'lags 1 and 5')
    """
    *first, last = lags
    if not first:
        return f"lag {last}"
    if len(first) > 1 and list(lags) == list(range(first[0], last + 1)):
        return f"lags {first[0]} to {last}"
    return f"lags {', '.join(map(str, first))} and {last}"


def groups_of(rows: int, labels: Column | None) -> Groups:
    """The groups of rows, of which there is one without labels.

    Raises:
        InvalidInput: a row without a label.
    """
    if labels is None:
        return Groups(np.zeros(rows, dtype=np.intp), ("",))
    if (missing := gaps_of(labels, None, ())).any():
        raise InvalidInput(
            f"groups has {missing.sum():,} missing values, the first in data row "
            f"{missing.argmax() + 1}; a row without a group has no past: leave it out, or fill in "
            "its group"
        )
    return Groups(*encode(labels, "groups"))


def past_of(groups: Groups, lags: Any, time: Column | None = None) -> Past:
    """The rows with a whole past in their own group.

    Args:
        groups: of the rows.
        lags: what ``LAGS`` allows.
        time: of each row, numbers; None where each row is a step.

    Raises:
        InvalidInput: see ``as_lags``; a lag that no group is long enough for; times that go back,
            repeat or are irregular; no row that is left.
    """
    codes, n = groups.codes, len(groups.codes)
    sizes = np.bincount(codes)
    found = as_lags(lags, int(sizes.max()))
    reach = max(found)
    if reach >= sizes.max():
        raise _too_long(reach, sizes)
    order = np.argsort(codes, kind="stable")
    first = np.r_[0, np.cumsum(sizes)[:-1]]
    steps = np.ones(n, dtype=np.int64)
    gaps = np.zeros(n, dtype=bool)
    if time is not None:
        gaps[1:] = _gaps(time[order], order, first)
        steps[gaps] = reach + 1  # which no lag crosses
    ticks = np.cumsum(steps)
    ticks -= np.repeat(ticks[first], sizes)
    keys = ticks + codes[order] * (int(ticks.max()) + reach + 1)  # no lag leaves its group
    wanted = keys - np.array(found)[:, None]
    places = np.searchsorted(keys, wanted)
    whole = (keys[np.minimum(places, n - 1)] == wanted).all(axis=0)
    if not whole.any():
        raise InvalidInput(
            f"time has so many gaps that no row has a whole past at {in_words(found)}; give "
            "shorter lags, or fill in the rows between"
        )
    rows, at = order[whole], order[places[:, whole]]
    back = np.argsort(rows)
    left = np.bincount(codes[rows], minlength=len(sizes))
    return Past(
        rows[back],
        at[:, back],
        tuple(_left_out(groups.names, sizes, left, found)),
        (*_whole_groups(groups.names, sizes, left), *_beside_gaps(gaps, sizes, left, reach)),
    )


def _too_long(reach: int, sizes: Codes) -> InvalidInput:
    longest = f"the longest of {len(sizes):,} groups has" if len(sizes) > 1 else "there are"
    return InvalidInput(
        f"lag {reach:,} is longer than the past of any row: {longest} {sizes.max():,} rows; give "
        f"lags below that"
    )


def _gaps(time: Column, order: Codes, first: Codes) -> Column:
    """Whether each row but the first comes later than a step after the one before it.

    Args:
        time: of the rows, sorted by group.
        order: where these rows were.
        first: the first row of each group.
    """
    sizes, same = np.diff(time), np.ones(len(time) - 1, dtype=bool)
    same[first[1:] - 1] = False
    if (back := same & (sizes <= 0)).any():
        at = int(back.argmax())
        what = "is there twice" if sizes[at] == 0 else "goes back"
        raise InvalidInput(
            f"time {what} in data row {order[at + 1] + 1}, after row {order[at] + 1} of the same "
            "group; sort rows by time, and give groups where several recordings are in one table"
        )
    inside = np.sort(sizes[same])
    step = inside[(len(inside) - 1) // 2]
    if (short := same & (sizes < (1 - JITTER) * step)).any():
        at = int(short.argmax())
        raise InvalidInput(
            f"time is irregular: the step to data row {order[at + 1] + 1} is "
            f"{sizes[at] / step:.2g} of the usual one; bring rows to regular times, by means or "
            "counts of bins, or leave out time to take rows for steps"
        )
    return np.asarray(same & (sizes > (1 + JITTER) * step))


def _left_out(
    names: Sequence[Any], sizes: Codes, left: Codes, lags: Sequence[int]
) -> Iterator[str]:
    """How many rows have no whole past, and of which groups."""
    lost = sizes - left
    text = f"left out {lost.sum():,} of {sizes.sum():,} rows, without a whole past at "
    if len(sizes) == 1:
        yield f"{text}{in_words(lags)}"
    elif (lost == lost[0]).all():
        yield f"{text}{in_words(lags)} in their group: {lost[0]:,} of each of {len(sizes):,} groups"
    else:
        most = np.argsort(-lost, kind="stable")
        each = [f"{names[i]!r} ({lost[i]:,})" for i in most[:SHOWN].tolist()]
        yield f"{text}{in_words(lags)} in their group: of groups {and_more(each, len(sizes))}"


def _whole_groups(names: Sequence[Any], sizes: Codes, left: Codes) -> Iterator[str]:
    """Which groups have no row left."""
    gone = np.flatnonzero(left == 0).tolist()
    if gone:
        each = [f"{names[i]!r} of {sizes[i]:,}" for i in gone[:SHOWN]]
        of = "1 group has" if len(gone) == 1 else f"{len(gone):,} groups have"
        yield (
            f"{of} no row with a whole past, and no part in what follows: "
            f"{and_more(each, len(gone))} rows"
        )


def _beside_gaps(gaps: Column, sizes: Codes, left: Codes, reach: int) -> Iterator[str]:
    """What gaps in time took."""
    if gaps.any():
        lost = int((sizes - np.minimum(sizes, reach) - left).sum())
        holes = "1 gap" if gaps.sum() == 1 else f"{gaps.sum():,} gaps"
        yield (
            f"time has {holes} of more than a step: a lag that crosses one is no lag, for which "
            f"{lost:,} of these rows were left out"
        )


def and_more(shown: Sequence[str], count: int | None = None) -> str:
    """The first few of so many; as many as there are if that is not said."""
    count = len(shown) if count is None else count
    more = f" and {count - SHOWN:,} more" if count > SHOWN else ""
    return f"{', '.join(shown[:SHOWN])}{more}"
