"""What several sources say, in plain words, which lead with what is lost without one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pid.analysis.names import apart, plain
from pid.analysis.words import IN_SENTENCE
from pid.core.decomposition import ROUNDING
from pid.core.sources.values import SourceNumbers

Interval = Mapping[str, tuple[float, float]]

LEAST = 0.005  # share of what is told that is worth a word
MOST_NAMED = 4  # sources that a sentence enumerates


def reading(best: SourceNumbers, interval: Interval | None, y: str, *, is_shown: bool) -> str:
    """All of it: how much is told, what is lost without whom, and how the rest is shared.

    Args:
        best: the numbers.
        interval: of the numbers; None where there is none.
        y: the name of the target.
        is_shown: whether anything is shown about y.
    """
    names = said(best.names)
    target = plain(y)
    if not is_shown:
        if interval is None:
            return f"Together {_list(list(names.values()))} tell nothing about {target}."
        return (
            f"These data do not show that {_list(list(names.values()))} tell anything about "
            f"{target}: it may be chance."
        )
    told = f"Together they tell {_amount(best.total)} of {_amount(best.entropy)} {best.unit}"
    parts = [f"{told} about {target}.", _losses(best, interval, names), _shares(best, interval)]
    return " ".join(part for part in parts if part)


def said(names: Sequence[str]) -> dict[str, str]:
    """Names as they can be read, cut and told apart."""
    clean = {name: plain(name) for name in names}
    cut = apart(clean.values(), IN_SENTENCE)
    return {name: cut[text] for name, text in clean.items()}


def _losses(best: SourceNumbers, interval: Interval | None, names: Mapping[str, str]) -> str:
    """What is lost without each source, the most first; and who may go."""
    lost = sorted(best.names, key=lambda name: -best.loss[name].total)
    needed = [name for name in lost if _is_there(best, interval, f"loss {name}")]
    free = [name for name in lost if name not in needed]
    if not needed:
        also = "any one of them may go, though not all" if len(free) > 1 else "it may go"
        return f"Without any one of them nothing is shown to be lost: {also}."
    first = f"Without {names[needed[0]]} {_amount(best.loss[needed[0]].total)} {best.unit} is lost"
    others = [
        f"without {names[name]} {_amount(best.loss[name].total)}" for name in needed[1:MOST_NAMED]
    ]
    if len(needed) > MOST_NAMED:
        others.append(f"without each of {len(needed) - MOST_NAMED} more less than that")
    text = _list([first, *others])
    if free:
        which = _list([names[name] for name in free[:MOST_NAMED]], "or")
        if len(free) > MOST_NAMED:
            which = f"any one of {len(free)} others"
        text += f"; without {which} nothing is shown to be"
    return f"{text}."


def _shares(best: SourceNumbers, interval: Interval | None) -> str:
    """How all of it divides, the largest part first."""
    unique = sum(max(value, 0.0) for value in best.unique.values())
    parts = [("shared by several, no one of them needed", best.shared, ["shared"])]
    parts += [("said by single ones", unique, [f"unique {name}" for name in best.names])]
    parts += [
        (f"shows only with {words}", best.synergy[m], [f"synergy {m}"])
        for m, words in best.synergies()
    ]
    whole = sum(max(value, 0.0) for _, value, _ in parts)
    if whole <= ROUNDING:
        return ""
    found = []
    for words, value, keys in sorted(parts, key=lambda part: -part[1]):
        if value / whole < LEAST:
            continue
        chance = not any(_is_there(best, interval, key) for key in keys)
        verb = "" if words.startswith("shows") else "is "
        found.append(f"{value / whole:.0%} {verb}{words}{' (may be chance)' if chance else ''}")
    return f"Of that {_list(found)}."


def _is_there(best: SourceNumbers, interval: Interval | None, name: str) -> bool:
    """Whether a number is shown to be above 0."""
    value = best.by_name()[name] if interval is None else interval[name][0]
    return value > (1e-6 if interval is None else 0.0)


def _amount(value: float) -> str:
    return f"{max(value, 0.0):.2f}" if value >= 0.0995 else f"{max(value, 0.0):.2g}"


def _list(items: Sequence[str], last: str = "and") -> str:
    *others, end = items
    return f"{', '.join(others)} {last} {end}" if others else end
