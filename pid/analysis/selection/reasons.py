"""Why each source was kept or dropped, in a sentence: from decompositions of it and those kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid.analysis.names import brief
from pid.analysis.selection.forward import Forward, Step
from pid.analysis.selection.gains import Told
from pid.core.decompose import decompose
from pid.core.information import nats_per

MOST = 0.5  # share of what a source tells that makes it redundant
NAME, FIRST = 40, 3  # characters, and names in a row


def reasons(found: Forward, left: Told, names: Sequence[str]) -> dict[str, str]:
    """By the names of the sources.

    Args:
        found: the search, at its end.
        left: what each of the rest would add.
        names: of all sources.
    """
    short = [brief(name, NAME) for name in names]
    words = {names[step.source]: _kept(found, step, short) for step in found.kept}
    rest = found.rest
    if not len(rest):
        return words
    full = found.asked.most is not None and len(found.kept) >= found.asked.most
    alone = found.data.told(np.zeros_like(found.data.y), rest)
    for i, source in enumerate(map(int, rest)):
        shown = left.p[i] * len(rest) <= found.asked.level and left.nats[i] > 0
        if full and shown:
            words[names[source]] = f"k is reached; it would add {_bits(left.nats[i])}"
        else:
            tells = Told(alone.nats[i : i + 1], alone.p[i : i + 1])
            words[names[source]] = _dropped(found, source, tells, short)
    return words


def _kept(found: Forward, step: Step, names: Sequence[str]) -> str:
    place = found.kept.index(step)
    if step.partner is not None:
        both = step.gain + next(s.gain for s in found.kept if s.source == step.partner)
        return f"tells {_bits(both)} with {names[step.partner]}, more than each of them alone"
    if not place:
        return f"tells {_bits(step.gain)}, the most of all"
    one = "tells" if place == 1 else "tell"
    return f"adds {_bits(step.gain)} to what {_listed(names, found.order[:place])} {one}"


def _dropped(found: Forward, source: int, alone: Told, names: Sequence[str]) -> str:
    """What it tells alone, or beside one that is kept, and who tells the same."""
    like = found.like(source)
    if alone.p[0] * len(found.rest) <= found.asked.level and alone.nats[0] > 0:
        shared = min(max(_redundancy(found, like, source), 0.0), float(alone.nats[0]))
        if shared >= MOST * alone.nats[0]:
            return f"redundant with {names[like]}: {_bits(shared)} of {_bits(alone.nats[0])}"
        tells = f"of {_bits(alone.nats[0])} that it tells"
        return f"redundant with those kept: {tells}, nothing is shown that they do not"
    for other in found.order:
        beside = found.data.told(found.data.codes[:, other], np.array([source]))
        if other != like and beside.p[0] * len(found.order) <= found.asked.level:
            tells = f"{_bits(beside.nats[0])} that it tells beside {names[other]}"
            return f"redundant with {names[like]}, as to the {tells}"
    return "nothing is shown that it tells of y"


def _redundancy(found: Forward, first: int, second: int) -> float:
    """Nats that two sources both tell, as counted."""
    data = found.data
    counts = data.tables(data.codes[:, first], data.codes[:, [second]], data.size)
    return float(decompose(counts[0], unit="nat").redundancy)


def _listed(names: Sequence[str], sources: Sequence[int]) -> str:
    *others, last = [names[source] for source in sources[:FIRST]]
    if len(sources) > FIRST:
        last += f" and {len(sources) - FIRST} more"
        return ", ".join([*others, last])
    return f"{', '.join(others)} and {last}" if others else last


def _bits(nats: float) -> str:
    return f"{float(nats) / nats_per('bit'):.2f} bit"
