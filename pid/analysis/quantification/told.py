"""What given probabilities tell of their target, and reasons to doubt it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scipy.special import ndtri
from scipy.stats import chi2

from pid._types import Codes, Floats
from pid.analysis.quantification.given import GivenPosteriors, Told
from pid.core.decomposition import ATOMS, Decomposition, shown
from pid.core.information import Unit, entropy, nats_per
from pid.estimators.posterior.estimate import standard_errors
from pid.estimators.posterior.given import Posteriors, limited, recalibrated, score
from pid.inference.atoms import SUMS
from pid.inference.grouping import effective_units
from pid.io.posteriors import ROLES, Target

SURE = float(ndtri(0.975))  # standard errors from which on something is said to be below 0
ROUNDING = 1e-9  # what is less is 0
MISCALIBRATED = 0.999  # level at which calibration is said to matter ...
WORTH = 0.01  # ... and the share of H(y) that it has to be worth


class About(NamedTuple):
    """The target of one layer: shares of the classes (rows, classes), and the groups of rows."""

    shares: Floats
    target: Target
    groups: Codes | None

    @property
    def samples(self) -> float:
        """Independent ones."""
        return min(effective_units(self.groups), len(self.shares))


class Chance(NamedTuple):
    """What is no better than the shares of the classes: to be known, and to be doubted."""

    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def lines_of(posteriors: Posteriors, about: About) -> Posteriors:
    """The same brought into line with the target; p12 is, where it is the target."""
    first, second, both = posteriors
    of_both = both if about.target.shares is None else recalibrated(both, about.shares)
    return recalibrated(first, about.shares), recalibrated(second, about.shares), of_both


def told_of(
    given: Posteriors, lines: Posteriors, about: About, unit: Unit, *, calibrate: bool
) -> dict[str, Told]:
    """What each of the three tells of the target."""
    found = {}
    for role, p, better in zip(ROLES, given, lines, strict=True):
        rows, aligned = (score(limited(q, about.shares)[0], about.shares) for q in (p, better))
        error = standard_errors((aligned if calibrate else rows)[None], about.groups)[0]
        values = rows.mean(), aligned.mean(), score(p, p).mean(), error
        found[role] = Told(*(float(value) / nats_per(unit) for value in values))
    return found


def costly(n: int, *counts: int) -> Iterator[str]:
    """A note on rows that say less of their target than so many rows can show."""
    for role, count in zip(ROLES, counts, strict=True):
        if count:
            rows = "1 row gives its target" if count == 1 else f"{count:,} rows give their target"
            yield (
                f"{role}: {rows} less than one chance in {n + 1:,}, which is more than so many "
                "rows can show, and counts as that"
            )


def below_zero(d: Decomposition, deviation: Floats, evidence: GivenPosteriors) -> Iterator[str]:
    """A reason to doubt, where both sources together clearly tell less than one of them.

    Args:
        d: the atoms.
        deviation: standard errors of these and of their sums, (7,).
        evidence: of the atoms.
    """
    error = dict(zip((*ATOMS, *SUMS), deviation, strict=True))
    calibrated = "" if evidence.calibrated else ", or calibrate"
    told = _used(evidence)
    worse = [
        role
        for role, more in (("p1", "conditional2"), ("p2", "conditional1"))
        if _clearly_below(getattr(d, more), error[more])
    ]
    for role in worse:
        yield (
            f"p12 is worse than {role}: it tells {shown(told['p12'])} {d.unit}, {role} alone "
            f"{shown(told[role])}, so that synergy is below 0; take a better model of both"
            f"{calibrated}"
        )
    if not worse and _clearly_below(d.synergy, error["synergy"]):
        yield (
            f"synergy is below 0: p12 tells {shown(told['p12'])} {d.unit}, less than p1 and p2 "
            f"tell alone; take a better model of both{calibrated}"
        )


def near_chance(evidence: GivenPosteriors, d: Decomposition, deviation: Floats) -> Chance:
    """What does not clearly tell more than the shares of the classes.

    That a source alone is at chance is no reason to doubt where it clearly tells something together
    with the other, as of XOR.
    """
    notes, warnings = [], []
    together = d.synergy > max(SURE * deviation[3], ROUNDING)
    for role, told in evidence.told.items():
        value = _used(evidence)[role]
        around = f"{shown(value)} {d.unit} of the target, give or take {told.error:.2g}"
        if _clearly_below(value, told.error):
            warnings.append(
                f"{role} is worse than chance: it tells {around}, less than the shares of the "
                "classes do; calibrate, or see whether its columns are these classes"
            )
        elif value <= max(SURE * told.error, ROUNDING):
            text = f"{role} is at chance level: it tells {around}"
            if role != "p12" and together:
                notes.append(f"{text}; x{role[1:]} tells something together with the other only")
            else:
                warnings.append(f"{text}: there is nothing to be told, or nothing was learned")
    return Chance(tuple(notes), tuple(warnings))


def miscalibrated(evidence: GivenPosteriors, about: About, unit: Unit) -> Iterator[str]:
    """Reasons to doubt, where calibration would show that clearly more is told.

    By the likelihood ratio: twice what calibration adds to all rows is chi-squared where nothing is
    to be added, a weight and all but one of the biases.
    """
    if evidence.calibrated:
        return
    width = about.shares.shape[1]
    chance = float(chi2.ppf(MISCALIBRATED, width)) / (2 * about.samples * nats_per(unit))
    worth = WORTH * entropy(about.shares.mean(axis=0), unit=unit)
    for role, told in evidence.told.items():
        if told.calibrated - told.given > max(chance, worth):
            yield (
                f"{role} is miscalibrated: it claims {shown(told.own)} {unit} by its own "
                f"probabilities, and tells {shown(told.given)} of the target, or "
                f"{shown(told.calibrated)} once calibrated; take calibrate=True"
            )


def said_of_calibration(evidence: GivenPosteriors, unit: Unit) -> Iterator[str]:
    """Of what the atoms are."""
    if evidence.target == "p12":
        yield "the target is what p12 says: the atoms are of the model's decision, right or not"
    if not evidence.calibrated:
        yield "probabilities are taken as they are: informations are what they earn of the target"
        return
    each = ", ".join(
        f"{role} tells {shown(told.calibrated)} for {shown(told.given)} {unit} as given"
        for role, told in evidence.told.items()
    )
    yield f"calibrated, by a weight and a bias per class: {each}"


def _used(evidence: GivenPosteriors) -> dict[str, float]:
    """What is told by the probabilities that the atoms are of."""
    return {
        role: told.calibrated if evidence.calibrated else told.given
        for role, told in evidence.told.items()
    }


def _clearly_below(value: float, error: float) -> bool:
    return value < -max(SURE * error, ROUNDING)
