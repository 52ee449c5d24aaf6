"""What a representation keeps: profiles before and after by two probes, and what it has lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pid._version import __version__
from pid.analysis.retention.probe import Probe, ends, measured, rows_of
from pid.analysis.schema import SCHEMA
from pid.analysis.words import called, labels
from pid.core.answer import Drawn
from pid.core.decomposition import ATOMS, Decomposition, shown
from pid.core.information import Unit
from pid.estimators.neural.arrays import CPU, on_device
from pid.inference.intervals import Measure

if TYPE_CHECKING:
    import pandas as pd

NO_SHARES = (
    "atoms after are no shares of those before: what is done to one source alone turns redundancy "
    "into unique information; what never grows is the total, and what each source tells"
)
NO_PARTS = (
    "a joint code has no part of x1 and none of x2, so that there is no profile of it: only what "
    "all of it tells, and what it has lost of each source; pid.compare decomposes what it predicts"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Drawn):
    """What a representation keeps of what x1 and x2 tell about y.

    Attributes:
        networks: profiles by small networks, and what came in beside them.
        linear: the same by logistic regression, which reads no synergy that is not written out.
        lost1: what x1 tells about y and all of the representation does not: its unique
            information beside it; ``lost2`` that of x2.
        noise: on the codes, as a multiple of their own root-mean-square.
        joint: whether the representation is one code without parts.
        names: of x1, x2 and y; ``classes`` are the labels of y.
        target_entropy: what there is to tell.
        unit: of information.
        level: nominal coverage of the intervals, whose ends are NaN where it is None.
        n: rows; ``units`` of them are independent.
        classifier: what was trained for ``networks``; ``device`` is where.
        random_state: the seed of folds, classifiers and noise.
        notes: what was done to the data.
        warnings: reasons not to trust the numbers.
        seconds: time taken.
    """

    picture: ClassVar[str] = "retention"

    networks: Probe
    linear: Probe
    lost1: Measure
    lost2: Measure
    noise: float
    joint: bool
    names: tuple[str, str, str]
    classes: tuple[str, ...]
    target_entropy: float
    unit: Unit
    level: float | None
    n: int
    units: int
    classifier: str
    random_state: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float = 0.0
    device: str = CPU

    @property
    def before(self) -> Decomposition:
        """Of x1 and x2, by networks."""
        return self.networks.before

    @property
    def after(self) -> Decomposition | None:
        """Of z1 and z2, by networks; None of a joint code."""
        return self.networks.after

    @property
    def change(self) -> Mapping[str, Measure]:
        """After less before, by networks."""
        return self.networks.change

    @property
    def total(self) -> Measure:
        """I(Z; Y) / I(X1, X2; Y), by networks."""
        return self.networks.total

    @property
    def lost(self) -> dict[str, Measure]:
        """What is lost of each source, by its name."""
        first, second, _ = called(self.names)
        return {first: self.lost1, second: self.lost2}

    @property
    def flags(self) -> tuple[str, ...]:
        """What clearly became of what, such as "redundancy became unique to x1"."""
        words = labels(self.names)
        return tuple(f"{words[one]} became {words[other]}" for one, other in self.networks.became)

    @property
    def reading(self) -> str:
        """How much is kept, and what is lost of each source, in plain words."""
        first, second, y = called(self.names)
        share, told = self.total, self.networks.told
        of_both = f"{shown(self.before.total)} {self.unit} that {first} and {second} tell about {y}"
        if share.corrected != share.corrected:  # NaN
            none = f"These data do not show that {first} and {second} tell anything about {y}."
            return self._trusted(none)
        known = self.level is not None
        around = f" ({100 * share.low:.1f} to {share.high:.1%})" if known else ""
        part = f"{shown(told.corrected)} of the {of_both}"
        more = ", of which what is above 100 % is error" if share.corrected > 1 else ""
        kept = f"The codes tell {part}: {share.corrected:.1%}{around}{more}."
        gone = " and ".join(
            f"{shown(lost.corrected)}{f' ({ends(lost)})' if known else ''} of {name}"
            for name, lost in self.lost.items()
        )
        became = "".join(f" {flag[0].upper()}{flag[1:]}." for flag in self.flags)
        return self._trusted(f"{kept} Lost: {gone}.{became}")

    def _trusted(self, text: str) -> str:
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    def to_dict(self) -> dict[str, object]:
        """All numbers, as JSON has them; those of the linear probe are in ``linear``."""
        return {
            **self.networks.to_dict(),
            **measured("lost1", self.lost1),
            **measured("lost2", self.lost2),
            "linear": self.linear.to_dict(),
            "flags": list(self.flags),
            "noise": self.noise,
            "joint": self.joint,
            **dict(zip(("x1", "x2", "y"), self.names, strict=True)),
            "classes": list(self.classes),
            "target_entropy": self.target_entropy,
            "unit": self.unit,
            "interval": self.level,
            "n": self.n,
            "units": self.units,
            "estimator": "posterior",
            "classifier": self.classifier,
            **on_device(self.device),
            "random_state": self.random_state,
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "schema": SCHEMA,
            "version": __version__,
        }

    def to_dicts(self) -> list[dict[str, object]]:
        """A row per probe and atom: before, after and change, with ends; None where there is none.

        The total is the last atom of each probe.
        """
        rows: list[dict[str, object]] = []
        for probe in (self.networks, self.linear):
            found = probe.to_dict()
            for atom in (*ATOMS, "total"):
                row: dict[str, object] = {"probe": probe.name, "atom": atom}
                for what in ("before", "after", "change"):
                    for end in ("", "_low", "_high"):
                        row[f"{what}{end}"] = found.get(f"{atom}_{what}{end}")
                rows.append(row | {"unit": self.unit})
        return rows

    def to_frame(self) -> pd.DataFrame:
        """The rows of ``to_dicts``."""
        import pandas as pd

        return pd.DataFrame(self.to_dicts())

    def __repr__(self) -> str:
        lines = [
            f"What a {'joint code' if self.joint else 'pair of codes'} keeps about "
            f"{called(self.names)[2]}, in {self.unit}, read through noise of {self.noise:g}"
        ]
        intervals = self.level is not None
        for probe in (self.networks, self.linear):
            lines.append(f"  {probe.name:<22}{'before':>8}{'after':>8}{'change':>9}")
            for row in rows_of(probe, self.names):
                cells = row.cells(intervals=intervals)
                beside = f"  {cells[3]}" if intervals else ""
                lines.append(f"    {row.label:<20}{cells[0]:>8}{cells[1]:>8}{cells[2]:>9}{beside}")
        for name, lost in self.lost.items():
            lines.append(f"  {f'lost of {name}':<22}{shown(lost.corrected):>8}  {ends(lost)}")
        lines += [f"  {flag}" for flag in self.flags]
        lines += [f"Warning: {text}" for text in self.warnings]
        return "\n".join(line.rstrip() for line in lines)
