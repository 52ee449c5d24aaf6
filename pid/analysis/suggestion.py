"""Which kind of model or representation can hold what there is to be told: ``pid.suggest``.

A kind is sure of some of the atoms by the way it is built, and may leave out the others. Codes that
agree are sure of what is redundant, one source of what it tells alone. A sum of what each source
says may leave out all synergy, as of XOR, or none, as of AND: it is sure of the rest alone. So the
plainest kind that leaves out next to nothing is enough. That is what a profile can say; which of
several kinds that can hold all is trained better, it cannot: docs/fission.md has both measured.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pid._version import __version__
from pid.analysis.multiview.verdicts import EPS, in_unit
from pid.analysis.quantification.quantify import quantify
from pid.analysis.quantification.result import Quantification
from pid.analysis.schema import SCHEMA
from pid.analysis.words import ROLES, called, found_in
from pid.checks import DEVICE, RANDOM_STATE, checked
from pid.core.answer import Answer
from pid.core.decomposition import Decomposition, shown
from pid.core.information import Unit
from pid.core.sources.result import SourcesDecomposition
from pid.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

CUT_FIRST = "y are numbers; what is trained on y here takes classes: cut it first, as pandas.qcut"
SHARE = 0.1  # of the total, which a kind may leave out; of much, no more than EPS
OF_CODES = "pid.estimators.coordination"
OF_PARTS = "pid.estimators.fission"

Ends = tuple[float, float]
# What a kind leaves out, from the four atoms and their sums by name: their values, or their ends.
LeftOut = Callable[[dict[str, float]], float]


class Kind(NamedTuple):
    """A kind of model, what it may leave out, and its names here; plainer kinds come first."""

    name: str
    leaves: str
    left_out: LeftOut
    needs_y: bool
    calls: tuple[str, ...]


CONTRASTIVE = Kind(
    "contrastive",
    "all that is not redundant",
    lambda of: of["unique1"] + of["unique2"] + of["synergy"],
    needs_y=False,
    calls=(f"{OF_CODES}.Contrastive", f"{OF_CODES}.DeepCCA"),
)
FIRST = Kind(
    "x1 alone",
    "what only x2 tells, and synergy",
    lambda of: of["conditional2"],
    needs_y=True,
    calls=(),
)
SECOND = Kind(
    "x2 alone",
    "what only x1 tells, and synergy",
    lambda of: of["conditional1"],
    needs_y=True,
    calls=(),
)
FACTORISED = Kind(
    "factorised",
    "synergy, or some of it",
    lambda of: of["synergy"],
    needs_y=True,
    calls=(
        f"{OF_PARTS}.FactorizedContrastive",
        'pid.estimators.fusion.FusionClassifier("additive")',
    ),
)
JOINT = Kind(
    "joint",
    "",
    lambda of: 0.0,
    needs_y=True,
    calls=(
        f"{OF_PARTS}.SynergyExperts",
        'pid.estimators.fusion.FusionClassifier("multiplicative")',
    ),
)
KINDS = (CONTRASTIVE, FIRST, SECOND, FACTORISED, JOINT)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A kind of model, and the most that it leaves out of these data.

    Attributes:
        name: "contrastive" (codes that agree), "x1 alone", "x2 alone", "factorised" (what is shared
            and what is unique, side by side), or "joint" (anything that sees both at once).
        leaves: what it may leave out by the way it is built, in words.
        left_out: how much that is at most, in the unit of the profile, corrected where that is.
        interval: its ends; of sums of atoms, the sums of theirs, which is wide. None where the
            profile has none.
        enough: whether it leaves out next to nothing, as far as is known.
        sure: whether its interval is on the same side; never without one.
        needs_y: whether it is trained on y; codes that agree are not.
        calls: names to use it by here; any classifier of one source is one.
    """

    name: str
    leaves: str
    left_out: float
    interval: Ends | None
    enough: bool
    sure: bool
    needs_y: bool
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Suggestion(Answer):
    """Which kind of model can hold what two sources tell.

    Attributes:
        systems: all kinds, the plainest first.
        total: what both sources tell of y, in ``unit``.
        most: what a kind may leave out and still be enough, likewise.
        shown: whether anything is shown to be told at all; without, nothing is suggested.
        unit: "bit" or "nat".
        names: of x1, x2 and y.
        notes: what is to be done first, in words.
        warnings: reasons not to trust the profile.
    """

    systems: tuple[System, ...]
    total: float
    most: float
    shown: bool
    unit: Unit
    names: tuple[str, str, str]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def best(self) -> System | None:
        """The plainest kind that is enough; None where nothing is shown to be told."""
        return next(s for s in self.systems if s.enough) if self.shown else None

    @property
    def reading(self) -> str:
        """The suggestion in plain words."""
        first, second, y = called(self.names)
        best = self.best
        if best is None:
            return f"Nothing is suggested: it is not shown that {first} and {second} tell of {y}."
        plainer = self.systems[: self.systems.index(best)]
        text = f"{self._called(best.name)} is the plainest that is enough: "
        if best.leaves:
            text += f"it leaves out at most {shown(best.left_out)}"
        else:
            text += f"others may leave out {shown(min(s.left_out for s in plainer))} or more"
        text += f" of {shown(self.total)} {self.unit}."
        if best.interval is not None and not best.sure:
            text += f" By its interval it may be more, {shown(best.interval[1])}."
        unsure = [s for s in plainer if s.interval is not None and not s.sure]
        perhaps = [self._called(s.name) for s in unsure]
        if perhaps:
            text += f" By their intervals plainer ones may be enough, too: {', '.join(perhaps)}."
        text += f" Try {' or '.join(best.calls)}." if best.calls else ""
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    def _called(self, words: str) -> str:
        """Words about x1 and x2 by the names of these."""
        first, second, _ = called(self.names)
        return re.sub(r"\bx[12]\b", lambda role: first if role[0] == "x1" else second, words)

    def to_dict(self) -> dict[str, object]:
        """Everything, as plain values."""
        best = self.best
        return {
            "suggested": None if best is None else best.name,
            "systems": [
                {
                    "name": s.name,
                    "left_out": s.left_out,
                    "left_out_low": None if s.interval is None else s.interval[0],
                    "left_out_high": None if s.interval is None else s.interval[1],
                    "enough": s.enough,
                    "sure": s.sure,
                    "needs_y": s.needs_y,
                    "calls": list(s.calls),
                }
                for s in self.systems
            ],
            "total": self.total,
            "most": self.most,
            "unit": self.unit,
            **dict(zip(ROLES, self.names, strict=True)),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "schema": SCHEMA,
            "version": __version__,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a kind of model: "kind", what it has "left_out" at most, "low" and "high" of it,
        whether it is "enough", and what it "leaves" out, in words.
        """
        import pandas as pd

        rows = [
            [self._called(s.name), s.left_out, *(s.interval or (None, None)), s.enough]
            for s in self.systems
        ]
        frame = pd.DataFrame(rows, columns=["kind", "left_out", "low", "high", "enough"])
        leaves = [self._called(s.leaves) for s in self.systems]
        ends = dict.fromkeys(("low", "high"), float)
        return frame.astype(ends).assign(unit=self.unit, leaves=leaves)

    def __repr__(self) -> str:
        rows = [f"What a kind of model leaves out at most, in {self.unit}"]
        kinds = [self._called(s.name) for s in self.systems]
        width = max(12, *(len(kind) + 1 for kind in kinds))
        for kind, s in zip(kinds, self.systems, strict=True):
            ends = "" if s.interval is None else "[{}, {}]".format(*map(shown, s.interval))
            what = f"{'enough' if s.enough else '':<8}{self._called(s.leaves)}"
            rows.append(f"  {kind:<{width}}{shown(s.left_out):>8}  {ends:<18}{what}".rstrip())
        rows += [self.reading, *(f"Note: {text}" for text in self.notes)]
        rows += [f"Warning: {text}" for text in self.warnings]
        return "\n".join(rows)


@checked(random_state=RANDOM_STATE, device=DEVICE)
def suggest(
    profile: object,
    X2: object = None,
    y: object = None,
    *,
    groups: object = None,
    random_state: int | None = 0,
    device: str | None = None,
) -> Suggestion:
    """Which kind of model or representation is enough for what two sources tell of y.

    Kinds differ in what they are sure to hold, however they are trained. Codes that agree hold what
    is redundant, one source what it tells alone, sums of what both say all but synergy, of which
    they may hold some. The plainest kind is suggested that leaves out no more than a tenth of the
    total, and no more than 0.05 bit.

    That is a limit of kinds, and no rank of models: where several kinds can hold all, a trial on a
    few hundred rows tells more than a profile. docs/fission.md measures what following it gains.

    Args:
        profile: an answer of ``pid.quantify`` or ``pid.decompose``; or X1, with X2 and y beside it,
            which are quantified first.
        X2, y: the second source and the target, where ``profile`` is the first source.
        groups, random_state, device: of ``pid.quantify``, where it is called.

    Raises:
        InvalidInput: a profile with X2 or y beside it, X1 without, or data that ``pid.quantify``
            refuses.

    Examples:
        >>> import pid
        >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
        >>> suggest(x1, x2, [0, 1, 1, 0] * 50).best.name
        'joint'
        >>> suggest(pid.quantify(x1, x1, x1)).best.name
        'contrastive'
    """
    if isinstance(profile, Quantification | Decomposition):
        if X2 is not None or y is not None:
            raise InvalidInput(
                f"a {type(profile).__name__} is a profile already; give it alone, or X1, X2 and y"
            )
        return _of(profile)
    if isinstance(profile, SourcesDecomposition):
        raise InvalidInput(
            "suggest is for two sources; give it pair(a, b) or against_rest(a) of it"
        )
    if X2 is None or y is None:
        missing = " and ".join(name for name, v in (("X2", X2), ("y", y)) if v is None)
        raise InvalidInput(
            "suggest takes an answer of pid.quantify or pid.decompose, decomposition_ of an "
            f"estimator, or X1, X2 and y; got a {type(profile).__name__} without {missing}"
        )
    return _of(quantify(profile, X2, y, groups=groups, random_state=random_state, device=device))


def _of(profile: Quantification | Decomposition) -> Suggestion:
    """From a profile that is known."""
    if isinstance(profile, Quantification):
        d, interval, names = profile.best, profile.interval, profile.names
        doubts = profile.warnings
    else:
        d, interval, names, doubts = profile, None, ("x1", "x2", "y"), ()
    of_numbers = isinstance(profile, Quantification) and profile.target_entropy is None
    unknown = [name for name, value in d.atoms.items() if math.isnan(value)]
    if unknown:
        raise InvalidInput(f"a profile has a number for each of its atoms; {unknown[0]} is nan")
    most = min(in_unit(EPS, d.unit), SHARE * max(d.total, 0.0))
    values = d.atoms | {"conditional1": d.conditional1, "conditional2": d.conditional2}
    systems = []
    for kind in KINDS:
        left = max(kind.left_out(values), 0.0)  # corrected atoms may be below 0
        ends = None
        if interval is not None:
            low, high = (
                kind.left_out({name: interval[name][end] for name in values}) for end in (0, 1)
            )
            ends = low, high
        enough = left <= most
        systems.append(
            System(
                name=kind.name,
                leaves=kind.leaves,
                left_out=left,
                interval=ends,
                enough=enough,
                sure=ends is not None and (ends[1] <= most if enough else ends[0] > most),
                needs_y=kind.needs_y,
                calls=kind.calls,
            )
        )
    return Suggestion(
        systems=tuple(systems),
        total=d.total,
        most=most,
        shown=found_in(d, interval),
        unit=d.unit,
        names=names,
        notes=(CUT_FIRST,) * of_numbers,
        warnings=doubts,
    )
