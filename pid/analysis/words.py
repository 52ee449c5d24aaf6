"""A decomposition in plain words: what it says, by the names it was asked with, and how sure.

One rule says whether anything is shown: ``found_in``. Whatever has a headline asks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pid.analysis.names import apart, brief, plain
from pid.core.decomposition import ATOMS, ROUNDING, Decomposition, shown, tiny
from pid.core.information import nats_per

Interval = Mapping[str, tuple[float, float]]

ROLES = ("x1", "x2", "y")
IN_SENTENCE, IN_TABLE = 40, 12  # characters of a name
OF_COLUMNS = 24  # characters of several names in a row that are still a name
NOUNS = {
    "redundancy": "redundancy",
    "unique1": "unique information of x1",
    "unique2": "unique information of x2",
    "synergy": "synergy",
    "total": "information",
}
LABELS = {
    "redundancy": "redundancy",
    "unique1": "unique to x1",
    "unique2": "unique to x2",
    "synergy": "synergy",
}


def called(names: Sequence[str], longest: int = IN_SENTENCE) -> list[str]:
    """Names as they can be read, cut and told apart; roles for long lists and for like names.

    Examples:
        >>> called(["size_*", "texture_*", "diagnosis"]), called(["a", "a", "a"])
        (['size_*', 'texture_*', 'diagnosis'], ['x1', 'x2', 'y'])
    """
    clean = [
        role if _is_list(name, longest) else plain(name)
        for name, role in zip(names, ROLES, strict=False)
    ]
    cut = apart(clean, longest)
    short = [cut[name].strip() for name in clean]
    told_apart = all(short) and len(set(short)) == len(short)
    return short if told_apart else list(ROLES[: len(short)])


def _is_list(name: str, longest: int) -> bool:
    """Whether it only enumerates columns: more than are a name, or numbers of them."""
    if "," not in name:
        return False
    return len(name) > min(longest, OF_COLUMNS) or name.replace(",", "").isdigit()


def condition(name: str) -> str:
    """What is conditioned on, as it can be read: its name, or z for a long list of columns.

    Examples:
        >>> condition("age"), condition("age_at_onset,height,weight,sex")
        ('age', 'z')
    """
    return "z" if _is_list(name, IN_SENTENCE) else brief(plain(name), IN_SENTENCE)


def labels(names: Sequence[str], longest: int = IN_TABLE) -> dict[str, str]:
    """The atoms as rows of a table are called: "unique to size".

    Examples:
        >>> labels(["size", "texture"])["unique2"]
        'unique to texture'
    """
    first, second = called(names[:2], longest)
    return LABELS | {"unique1": f"unique to {first}", "unique2": f"unique to {second}"}


def nouns(names: Sequence[str]) -> dict[str, str]:
    """The atoms as they stand in a sentence: "unique information of size"."""
    first, second = called(names[:2])
    unique = "unique information of"
    return NOUNS | {"unique1": f"{unique} {first}", "unique2": f"{unique} {second}"}


def found_in(d: Decomposition, interval: Interval | None) -> bool:
    """Whether anything is shown about y.

    Where there are intervals: whether that of any atom, or of their total, leaves 0 out. The total
    is at least each atom, so that what shows an atom shows the total.
    """
    if interval is None:
        return d.total > tiny(d)
    return any(interval[name][0] > 0 for name in (*ATOMS, "total") if name in interval)


def shares(d: Decomposition) -> dict[str, float]:
    """Each atom as a share of what is told; what was estimated below 0 has none of it.

    Examples:
        >>> d = Decomposition(redundancy=-0.1, unique1=0.3, unique2=0.0, synergy=0.1, unit="bit")
        >>> [round(share, 2) for share in shares(d).values()]
        [0.0, 0.75, 0.0, 0.25]
    """
    above = {atom: value if value > tiny(d) else 0.0 for atom, value in d.atoms.items()}
    whole = sum(above.values())
    return {atom: value / whole if whole else 0.0 for atom, value in above.items()}


def read(
    d: Decomposition,
    target_entropy: float | None,
    interval: Interval | None = None,
    names: Sequence[str] = ROLES,
) -> str:
    """A decomposition in plain words: how much of y is told, and how the atoms share it.

    Args:
        d: the atoms.
        target_entropy: H(y) in the same unit; None where y are numbers.
        interval: of the atoms and of their total.
        names: of x1, x2 and y.
    """
    first, second, y = called(names)
    if not found_in(d, interval):
        if interval is None or all(high <= tiny(d) for _, high in interval.values()):
            return f"Together {first} and {second} tell nothing about {y}."
        return (
            f"These data do not show that {first} and {second} tell anything about {y}: it may be "
            "chance."
        )
    extent = _extent(d, target_entropy, interval, y)
    parts = _parts(d, interval, names)  # none, where all were estimated at 0 or below
    rest = f" Of that: {parts}." if parts else ""
    return f"Together {first} and {second} tell {extent}.{rest}"


def _extent(
    d: Decomposition, target_entropy: float | None, interval: Interval | None, y: str
) -> str:
    """How much is told, as a share of what there is where that is known, and between what."""
    ends = None if interval is None else _ordered(interval)
    total = d.total if ends is None else max(d.total, ends[0])
    if target_entropy is None:
        between = "" if ends is None else f" ({ends[0]:.2g} to {ends[1]:.2g})"
        return f"{total:.2g} {d.unit} about {y}{between}"
    told = total / target_entropy
    share = "all" if told > 0.9995 else f"{told:.0%}" if told >= 0.005 else "less than 1%"
    between = ""
    if ends is not None and ends[1] - ends[0] > tiny(d):
        low, high = (min(max(end / target_entropy, 0), 1) for end in ends)  # in words, a share
        between = f" ({low:.0%} to {high:.0%})"
    return f"{share} of {y}{between}"


def _ordered(interval: Interval) -> tuple[float, float]:
    """Ends of the total, which is at least what each atom is at least."""
    low = max(interval[name][0] for name in (*ATOMS, "total") if name in interval)
    return low, max(interval["total"][1], low)


def _parts(d: Decomposition, interval: Interval | None, names: Sequence[str]) -> str:
    """The atoms as shares of what is told, the largest first; and which of them may be chance."""
    called_so = labels(names, IN_SENTENCE) | {"redundancy": "shared"}
    parts = sorted(shares(d).items(), key=lambda part: -part[1])
    parts = [(atom, share) for atom, share in parts if share >= 0.005]
    text = ", ".join(f"{share:.0%} {called_so[atom]}" for atom, share in parts)
    doubtful = [atom for atom, _ in parts if interval and interval.get(atom, (1.0,))[0] <= 0]
    if not doubtful:
        return text
    if len(doubtful) == len(parts) > 1:
        return f"{text}; which of these, the data do not show"
    what = [f"what is {called_so[a]}" if a != "synergy" else a for a in doubtful]
    return f"{text}; {' and '.join(what)} may be chance"


def uncertainty(
    d: Decomposition, of: str, interval: tuple[float, float] | None, level: float | None
) -> str:
    """How exact the solver is for what it solved, and beside it how sure the estimate is.

    Args:
        d: as solved, with its certificate.
        of: what was solved.
        interval: of the total; None where none was made.
        level: its coverage, likewise.
    """
    assert d.certificate is not None
    gap = max(d.certificate.gap, ROUNDING / nats_per(d.unit))  # rounding can take it below 0
    text = f"solver certificate: exact to {gap:.1e} {d.unit} for {of}"
    if interval is None or level is None:
        return f"{text}; the estimate has no interval"
    low, high = map(shown, interval)
    return f"{text}; the estimate: total {low} to {high} ({level:.0%})"
