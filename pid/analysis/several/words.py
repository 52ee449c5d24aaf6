"""What several sources say, in plain words, which lead with what is lost without one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pid.analysis.names import apart, plain
from pid.core.sources.values import SourceNumbers, count

Interval = Mapping[str, tuple[float, float]]

LEAST = 0.005  # share of what is told that is worth a word
IN_SENTENCE = 24  # characters of a name
MOST_NAMED = 4  # sources that a sentence enumerates


def reading(best: SourceNumbers, interval: Interval | None, y: str, *, is_shown: bool) -> str:
    """All of it: how much is told, what is lost without whom, and how the rest is shared.

    Args:
        best: the numbers.
        interval: of the numbers; None where there is none.
        y: the name of the target.
        is_shown: whether anything is shown about y.
    """
    names, target = said(best.names), plain(y)
    few = len(names) <= MOST_NAMED
    together = in_words(list(names.values())) if few else f"the {count(len(names))} sources"
    if not is_shown:
        if interval is None:
            return f"Together {together} tell nothing about {target}."
        return (
            f"These data do not show that {together} tell anything about {target}: it may be "
            "chance."
        )
    told = f"Together {together} tell {_amount(best.total)} of {_amount(best.entropy)} {best.unit}"
    between = ""
    if interval is not None:
        low, high = (min(max(end, 0.0), best.entropy) for end in interval["total"])
        between = f" ({low:.2f} to {high:.2f})"
    parts = [
        f"{told} about {target}{between}.",
        _losses(best, interval, names),
        _shares(best, interval, names),
    ]
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
    shown = "" if interval is None else " shown to be"
    if not needed:
        return f"No one of them is{shown} needed: any one may go, though not all."
    first = f"Without {names[needed[0]]}, {_amount(best.loss[needed[0]].total)} {best.unit} is lost"
    others = [
        f"without {names[name]}, {_amount(best.loss[name].total)}" for name in needed[1:MOST_NAMED]
    ]
    if len(needed) > MOST_NAMED:
        more = count(len(needed) - MOST_NAMED)
        others.append(f"without each of {more} more, less than that")
    text = "; ".join([first, *others])
    if free:
        which = in_words([names[name] for name in free], "or")
        if len(free) > MOST_NAMED:
            which = f"any one of {count(len(free))} others"
        text += f"; without {which}, nothing is{shown}"
    return f"{text}."


def _shares(best: SourceNumbers, interval: Interval | None, names: Mapping[str, str]) -> str:
    """How all of it divides, the largest part first; and what of it may be chance."""
    parts = best.parts()
    unique, rest = parts[: len(names)], parts[len(names) :]
    alone = sum(part.share for part in unique)
    most = max(unique, key=lambda part: part.share)
    by = "single ones, each part by one alone"
    if alone - most.share < LEAST:
        by = f"{names[most.name.removeprefix('unique ')]} alone"
    divided = [(f"is said by {by}", alone, unique)]
    for part in rest:
        words = f"shows only with {part.words}"
        if part.name == "shared":
            words = "is shared by several, no one of them needed"
        divided.append((words, part.share, [part]))
    found = sorted((one for one in divided if one[1] >= LEAST), key=lambda one: -one[1])
    if not found:
        return ""
    doubtful = [not any(_is_there(best, interval, p.name) for p in one[2]) for one in found]
    if all(doubtful) and len(found) > 1:
        text = in_words([f"{share:.0%} {words}" for words, share, _ in found])
        return f"Of what they tell together, {text}; which of these, the data do not show."
    chance = [" (may be chance)" if doubt else "" for doubt in doubtful]
    marked = [f"{share:.0%} {words}{c}" for (words, share, _), c in zip(found, chance, strict=True)]
    return f"Of what they tell together, {in_words(marked)}."


def _is_there(best: SourceNumbers, interval: Interval | None, name: str) -> bool:
    """Whether a number is shown to be above 0."""
    value = best.by_name()[name] if interval is None else interval[name][0]
    return value > (1e-6 if interval is None else 0.0)


def _amount(value: float) -> str:
    return f"{max(value, 0.0):.2f}" if value >= 0.0995 else f"{max(value, 0.0):.2g}"


def in_words(items: Sequence[str], last: str = "and") -> str:
    """Some words as a sentence has them."""
    *others, end = items
    return f"{', '.join(others)} {last} {end}" if others else end
