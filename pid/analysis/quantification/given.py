"""What an answer rests on that was neither counted nor fitted: probabilities that were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pid._types import Codes, Floats

Of = Literal["labels", "shares", "p12"]


class Told(NamedTuple):
    """What probabilities tell of the target, by their logarithmic score.

    Attributes:
        given: as they are.
        calibrated: once they are brought into line with the target.
        own: by themselves, if they were right.
        error: standard error of ``given``, or of ``calibrated`` where the atoms are of that.
    """

    given: float
    calibrated: float
    own: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class GivenPosteriors:
    """What an answer of ``pid.quantify_posteriors`` rests on.

    Attributes:
        rows: what each row adds to redundancy, unique1, unique2 and synergy, in the unit of the
            atoms, shape (4, rows). Their means are the atoms.
        residual: of that, what every row has alike for what cells lose: added to both unique atoms,
            and taken from redundancy and synergy; 0 of two classes.
        told: of "p1", "p2" and "p12".
        target: "labels", "shares" of the classes, or "p12", what that says.
        calibrated: whether the atoms are of calibrated probabilities.
        groups: number of the group of each row; None without groups.
        classes: number of the class of each row, or of the one that the target says most of.
    """

    rows: Floats
    residual: float
    told: Mapping[str, Told]
    target: Of
    calibrated: bool
    groups: Codes | None
    classes: Codes

    def to_dict(self) -> dict[str, object]:
        """What the JSON output has of it."""
        told = {role: told._asdict() for role, told in self.told.items()}
        return {"target": self.target, "calibrated": self.calibrated, "told": told}
