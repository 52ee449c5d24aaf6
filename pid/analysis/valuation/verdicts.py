"""Which sources to keep, which may go, and which may go instead of each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from pid.estimators.posterior.said import Sources

Verdict = Literal["keep", "only together", "interchangeable", "drop"]


class Judged(NamedTuple):
    """Verdicts of all sources.

    Attributes:
        verdicts: of each.
        instead: of each, those that may stay in its place.
        enough: the sources that are left where the others go.
    """

    verdicts: list[Verdict]
    instead: list[Sources]
    enough: Sources


def judge(
    needed: Sequence[bool],
    alone: Sequence[bool],
    order: Sequence[int],
    free: Callable[[Sources], bool],
) -> Judged:
    """What is lost with one source, and with several that each may go.

    Sources that tell the same are each lost for nothing, but not all of them: so those that may go
    do so one after the other, and each that then may not is interchangeable with those that went
    before, and could have stayed in its place.

    Args:
        needed: whether something is lost without the source.
        alone: whether it tells something by itself.
        order: in which sources go, if they may.
        free: whether nothing is lost without several.
    """
    every = range(len(needed))
    verdicts: list[Verdict] = [
        "drop" if not needed[i] else "keep" if alone[i] else "only together" for i in every
    ]
    candidates = [i for i in order if not needed[i]]
    gone, stay = _leaving(candidates, free)
    swaps = {i: _instead(i, gone, free) for i in stay}
    instead: list[Sources] = [() for _ in every]
    for alike in _classes(swaps):
        for i in alike:
            verdicts[i], instead[i] = "interchangeable", tuple(j for j in alike if j != i)
    return Judged(verdicts, instead, tuple(i for i in every if i not in gone))


def _leaving(
    candidates: Sequence[int], free: Callable[[Sources], bool]
) -> tuple[list[int], list[int]]:
    """Those that go one after the other, and those that then have to stay."""
    if len(candidates) < 2 or free(tuple(sorted(candidates))):
        return list(candidates), []
    gone: list[int] = []
    stay: list[int] = []
    for i in candidates:
        may = not gone or free(tuple(sorted([*gone, i])))
        (gone if may else stay).append(i)
    return gone, stay


def _instead(one: int, gone: Sequence[int], free: Callable[[Sources], bool]) -> list[int]:
    """Which of those that went could stay in the place of one that has to; else all of them."""
    if len(gone) == 1:  # which has been seen: each of the two may go
        return list(gone)
    found = [
        other for other in gone if free(tuple(sorted([one, *(i for i in gone if i != other)])))
    ]
    return found or list(gone)


def _classes(swaps: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Sources that are interchangeable, directly or by way of others."""
    found: list[set[int]] = []
    for one, others in swaps.items():
        alike = {one, *others}
        apart = [some for some in found if not some & alike]
        found = [*apart, alike.union(*(some for some in found if some & alike))]
    return [sorted(some) for some in found]
