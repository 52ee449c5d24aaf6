"""Of sources that are the past: transfer entropy to the target, and how it splits.

Transfer entropy from X to Y is I(Y_t; X_past | Y_past) (Schreiber, Physical Review Letters 85,
2000). Where one source is the past of y itself, it is what the other tells beyond it, unique +
synergy: what X tells in whatever state y was, and what it tells only together with that state
(Williams & Beer, arXiv:1102.1507, 2011, who measure both by another redundancy).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pid.core.decomposition import Decomposition, shown, tiny
from pid.io.past import and_more, in_words

Interval = Mapping[str, tuple[float, float]]
Own = Literal["x1", "x2", "given"]


class Past(NamedTuple):
    """What sources are the past of.

    Attributes:
        lags: how many steps before y.
        names: what x1, x2 and y are called in the present.
        own: what has the past of y itself: "x1", "x2" or "given"; None if nothing has.
        beside: columns whose past is known beside that of y: transfer entropy is given it, too.
    """

    lags: tuple[int, ...]
    names: tuple[str, str, str]
    own: Own | None
    beside: tuple[str, ...] = ()

    @property
    def of(self) -> str | None:
        """The name by which answers have the transfer entropy; None where there is none."""
        by = {"x1": "conditional2", "x2": "conditional1", "given": "total"}
        return None if self.own is None else by[self.own]

    @property
    def where(self) -> str:
        """From what to what, and how far back, in words."""
        x1, x2, y = self.names
        source = {"x1": x2, "x2": x1}.get(self.own or "", f"{x1} and {x2} together")
        given = f", given the past of {and_more(self.beside)}, too" if self.beside else ""
        return f"from {source} to {y}, {in_words(self.lags)}{given}"


class Transfer(NamedTuple):
    """Transfer entropy, in the unit of the atoms.

    Attributes:
        value: after correction, or as counted where there is no correction.
        interval: (low, high); None where none was made.
        counted: before correction.
        unique: of the value, what does not depend on the state of the target.
        synergy: of the value, what does.
        where: from what to what, and how far back, in words.
    """

    value: float
    interval: tuple[float, float] | None
    counted: float
    unique: float
    synergy: float
    where: str


def transfer(
    past: Past | None, best: Decomposition, counted: Decomposition, interval: Interval | None
) -> Transfer | None:
    """See ``Quantification.transfer_entropy``."""
    if past is None or past.of is None or past.own is None:
        return None
    synergy = best.synergy
    unique = {"x1": best.unique2, "x2": best.unique1}.get(past.own, best.total - synergy)
    value, before = (getattr(d, past.of) for d in (best, counted))
    ends = None if interval is None else interval.get(past.of)
    return Transfer(value, ends, before, unique, synergy, past.where)


def as_row(past: Past | None, found: Transfer | None) -> dict[str, object]:
    """The names and values of the JSON output."""
    if past is None:
        return {}
    row: dict[str, object] = {"lags": list(past.lags), "own_past": past.own}
    if found is not None:
        row |= {"transfer_entropy": found.value, "transfer_entropy_counted": found.counted}
        if found.interval is not None:
            row["transfer_entropy_low"], row["transfer_entropy_high"] = found.interval
    return row


def said(past: Past, found: Transfer, best: Decomposition) -> str:
    """Transfer entropy in a line: how much, how sure, and how it splits."""
    zero, unit = tiny(best), best.unit
    ends = "" if found.interval is None else " ({} to {})".format(*map(shown, found.interval))
    text = f"{found.where}: {shown(found.value, zero)} {unit}{ends}"
    if past.own == "given":
        return f"{text}, which is the total given the past of {past.names[2]}"
    unique, synergy = shown(found.unique, zero), shown(found.synergy, zero)
    return (
        f"{text} = {unique} unique (in whatever state {past.names[2]} was) + {synergy} synergy "
        "(depends on that state)"
    )
