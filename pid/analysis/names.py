"""Names from files as they can be shown: short, told apart, and unable to do anything."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import category

ENDINGS = (0.35, 0.5, 0.2, 0.7, 0.0, 1.0)  # shares of a cut name to try, the usual first
LONGEST = 200  # characters of a name in a sentence

_HIDDEN = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of others, breaks of lines
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # of the direction of writing


def brief(name: str, longest: int = LONGEST, ending: float = 0.5) -> str:
    """A name, with its middle left out where it is longer than so many characters.

    Names often differ at their ends alone.

    Args:
        name: the name.
        longest: characters that may be left.
        ending: share of these that are the end of the name.

    Examples:
        >>> brief("size_radius_mean", 12)
        'size_r…_mean'
    """
    if len(name) <= longest:
        return name
    tail = int(ending * (longest - 1))
    return f"{name[: longest - 1 - tail]}…{name[len(name) - tail :]}"


def apart(names: Iterable[str], longest: int) -> dict[str, str]:
    """Names cut so that as many as possible can still be told apart.

    Examples:
        >>> apart(["size_radius_worst", "size_area_worst"], 12)
        {'size_radius_worst': 'size_rad…rst', 'size_area_worst': 'size_are…rst'}
    """
    all_of_them = list(dict.fromkeys(names))
    cuts = [[brief(name, longest, ending) for name in all_of_them] for ending in ENDINGS]
    best = max(cuts, key=lambda cut: len(set(cut)))
    return dict(zip(all_of_them, best, strict=True))


def visible(text: str) -> str:
    """Text without characters that move, hide or turn around what stands beside them."""
    return "".join("\ufffd" if category(c) in _HIDDEN or c in _TURNING else c for c in text)


def plain(text: str) -> str:
    """Text without control characters, which could move the cursor or recolour the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
