"""Signals and responses: what two components do alone and together (Partan & Marler, 2005).

Six classes of multimodal signals by the responses to each component and to both: of redundant
components, which alone bring about the same response, equivalence and enhancement; of nonredundant
ones independence, dominance, modulation and emergence (American Naturalist 166(2), table 1).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import NamedTuple

from pid.checks import checked, number
from pid.core.answer import as_card
from pid.errors import InvalidInput

Responses = Mapping[str, float]

TOLERANCE = 0.1  # share by which two intensities may differ and still be the same

NONE = "none of the six"
MEANING = {
    "equivalence": "both components bring about the same response, and together no more of it",
    "enhancement": "both components bring about the same response, and together more of it",
    "independence": "each component brings about its own response, and together both",
    "dominance": "together there is the response to one component alone",
    "modulation": "one component alone does nothing, and changes how strongly the other works, "
    "up to silencing it",
    "emergence": "together there is a response that neither component brings about",
    "none of the six": "no response at all, or less of it, or of fewer kinds, than the six allow",
}


class SignalClass(NamedTuple):
    """The class of a multimodal signal, and whether its components are redundant."""

    kind: str
    redundant: bool

    @property
    def reading(self) -> str:
        """What it means."""
        return f"{self.kind.capitalize()}: {MEANING[self.kind]}."

    def _repr_html_(self) -> str | None:
        return as_card(self)


@checked(tolerance=number(least=0, below=1))
def signal_response(
    a: Responses, b: Responses, both: Responses, *, tolerance: float = TOLERANCE
) -> SignalClass:
    """Classify a signal of two components by the responses to each and to both.

    Partial information decomposition of (a present, b present, response) is another question, and
    separates few of these classes: it knows responses by their names only. Enhancement and
    modulation are of degrees, and equivalence and emergence from nothing are both a matter of two
    causes and two responses; docs/interactions.md has the atoms of all six.

    Args:
        a, b, both: how strong each response is, by its name: a share of trials, or a mean
            intensity, from 0 for no response. What is left out is 0.
        tolerance: share of the largest intensity by which two may differ and still be the same, or
            one from 0.

    Returns:
        One of "equivalence", "enhancement", "independence", "dominance", "modulation" and
        "emergence"; "none of the six" if there is no response at all, or less to both than any of
        them allows.

    Raises:
        InvalidInput: intensities that are negative or not finite, or a tolerance not in [0, 1).

    Examples:
        >>> signal_response({"approach": 1.0}, {"approach": 0.9}, {"approach": 1.8}).kind
        'enhancement'
        >>> signal_response({"approach": 1.0}, {}, {"flee": 1.0}).kind
        'emergence'
    """
    for name, responses in (("a", a), ("b", b), ("both", both)):
        _check(name, responses)
    least = tolerance * max((*a.values(), *b.values(), *both.values()), default=0.0)
    to_a, to_b, to_both = (frozenset(k for k, v in r.items() if v > least) for r in (a, b, both))
    redundant = bool(to_a) and to_a == to_b
    if to_both - to_a - to_b:
        return SignalClass("emergence", redundant)
    change = _change(a, b, both, to_both | to_a | to_b, least)
    if redundant:
        kinds = {0: "equivalence", 1: "enhancement"} if to_both == to_a else {}
        return SignalClass(kinds.get(change, NONE), redundant)
    if to_a and to_b:
        apart = {to_a | to_b: "independence", to_a: "dominance", to_b: "dominance"}
        return SignalClass(apart.get(to_both, NONE), redundant)
    if not (to_a or to_b):
        return SignalClass(NONE, redundant)
    return SignalClass("modulation" if change else "dominance", redundant)


def shares_of(responses: Iterable[str | None]) -> dict[str, float]:
    """Share of trials with each response; None and empty text are no response.

    Examples:
        >>> shares_of(["approach", "approach", None, "flee"])
        {'approach': 0.5, 'flee': 0.25}
    """
    trials = list(responses)
    if not trials:
        raise InvalidInput("there are no trials; each condition needs at least one")
    names = dict.fromkeys(name for name in trials if name)
    return {name: trials.count(name) / len(trials) for name in names}


def _change(
    a: Responses, b: Responses, both: Responses, names: frozenset[str], least: float
) -> int:
    """1 if what is seen together is stronger than the stronger of both alone, -1 if weaker."""
    differences = [both.get(k, 0.0) - max(a.get(k, 0.0), b.get(k, 0.0)) for k in sorted(names)]
    largest = max(differences, key=abs, default=0.0)
    return 0 if abs(largest) <= least else (1 if largest > 0 else -1)


def _check(name: str, responses: Responses) -> None:
    if not isinstance(responses, Mapping):
        raise InvalidInput(
            f"{name} must have an intensity for each response, such as {{'flee': 0.8}}; got "
            f"{responses!r}; of trials, shares_of makes it"
        )
    for response, intensity in responses.items():
        if not (isinstance(intensity, Real) and math.isfinite(intensity) and intensity >= 0):
            raise InvalidInput(
                f"{name}: the intensity of {response!r} must be 0 or more; got {intensity!r}"
            )
