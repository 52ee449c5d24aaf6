"""What classifiers say of some rows, by the set of sources that they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import log_softmax

from pid._types import Codes, Floats
from pid.estimators.posterior.calibration import bounded, calibrated, calibrated_elsewhere
from pid.estimators.posterior.cells import Cells, cells_of

Sources = tuple[int, ...]  # positions of some sources, in rising order


@dataclass(slots=True, eq=False)  # eq off: array fields
class Said:
    """What classifiers say of the rows of one sample, by the set of sources that they see.

    Attributes:
        codes: classes 0, 1, ... of the rows.
        parts: the part of each row for ``elsewhere``; None makes none.
        logs: calibrated log-probabilities out of fold, (rows, classes), of every set.
        own: the same by classifiers of the set itself alone, not of its parts.
        elsewhere: the same, calibrated without the part that a row is in, for tests. (Which
            classifiers are weighed was chosen by all rows: see ``gate.py``.)
        beside: what came in beside the networks, in words.
    """

    codes: Codes
    parts: Codes | None = None
    logs: dict[Sources, Floats] = field(default_factory=dict)
    own: dict[Sources, Floats] = field(default_factory=dict)
    elsewhere: dict[Sources, Floats] = field(default_factory=dict)
    beside: dict[Sources, tuple[str, ...]] = field(default_factory=dict)
    _cells: dict[tuple[Any, ...], Cells] = field(default_factory=dict)

    @property
    def p_y(self) -> Floats:
        """Shares of the classes."""
        return np.asarray(np.bincount(self.codes) / len(self.codes))

    def of_class(self, sources: Sources) -> Floats:
        """Log-probability of the class that each row has, no more certain than samples can show."""
        said = bounded(np.exp(self.logs[sources]), self.codes)
        return np.asarray(said[np.arange(len(self.codes)), self.codes])

    def score(self, sources: Sources) -> float:
        """Mean log-probability of the class that there was."""
        return float(self.of_class(sources).mean())

    def optimism(self, sources: Sources) -> float:
        """What calibration by the rows themselves seems to add to ``score``; 0 without parts.

        Half of how much less is said of rows that it has not seen, as that misses as much.
        """
        if self.parts is None:
            return 0.0
        rows = np.arange(len(self.codes))
        unseen = float(self.elsewhere[sources][rows, self.codes].mean())
        return max(0.0, (self.score(sources) - unseen) / 2)

    def of_source(self, sources: Sources, *, own: bool) -> Floats:
        """Log-probabilities of a set that is taken for one source; ``own`` as of ``estimate``."""
        return self.own[sources] if own else self.logs[sources]

    def cells(self, sources: Sources, most: int, random_state: int, *, own: bool) -> Cells:
        """See ``cells_of``; made once, as a set is in many pairs."""
        key = (sources, most, random_state, own)
        if key not in self._cells:
            posterior = np.exp(self.of_source(sources, own=own))
            self._cells[key] = cells_of(posterior, self.p_y, most, random_state)
        return self._cells[key]

    def learn(self, members: Mapping[Sources, Sequence[Floats]]) -> None:
        """Calibrate what the members say of each set; smaller sets come first.

        Of several sources, the calibration also weighs what one of them and the others say if they
        are independent given y, the one of which that says most. Should a part then still tell
        more, as larger networks may miss what smaller ones have found, it weighs that, too.
        """
        for sources in sorted(members, key=lambda of: (len(of), of)):
            said = list(members[sources])
            self.own[sources] = calibrated(said, self.codes)
            split = self._split(sources)
            self._calibrate(sources, said, split, None)
            parts = [of for of in self.logs if len(of) > 1 and set(of) < set(sources)]
            best = max(parts, key=self.score) if parts else None
            if best is not None and self.score(best) > self.score(sources):
                self._calibrate(sources, said, split, best)

    def _split(self, sources: Sources) -> tuple[Sources, ...]:
        """A source and all others, if these were trained on, which say most; else single ones."""
        if len(sources) < 2:
            return ()
        splits = [
            ((one,), tuple(other for other in sources if other != one))
            for one in sources
            if len(sources) > 2
        ]
        known = [split for split in splits if split[1] in self.own and split[0] in self.own]
        rows = np.arange(len(self.codes))
        if known:
            scores = [log_softmax(self._together(s, self.own), 1)[rows, self.codes] for s in known]
            return known[int(np.argmax([score.mean() for score in scores]))]
        singles = tuple((one,) for one in sources)
        return singles if all(one in self.own for one in singles) else ()

    def _together(self, split: tuple[Sources, ...], logs: Mapping[Sources, Floats]) -> Floats:
        """What several sets say that are independent given y, but for a constant of each row."""
        found = np.sum([logs[of] for of in split], axis=0)
        return np.asarray(found - (len(split) - 1) * np.log(self.p_y))

    def _calibrate(
        self,
        sources: Sources,
        members: list[Floats],
        split: tuple[Sources, ...],
        best: Sources | None,
    ) -> None:
        """Calibrations of a set, for estimates, and for tests if there are parts."""

        def weighed(own: Mapping[Sources, Floats], logs: Mapping[Sources, Floats]) -> list[Floats]:
            together = [self._together(split, own)] if split else []
            return [*members, *together, *([] if best is None else [logs[best]])]

        also = split or best is not None
        self.logs[sources] = (
            calibrated(weighed(self.own, self.logs), self.codes) if also else self.own[sources]
        )
        if self.parts is not None:
            said = weighed(self.elsewhere, self.elsewhere)
            self.elsewhere[sources] = calibrated_elsewhere(said, self.codes, self.parts)
