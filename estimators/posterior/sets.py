"""Classifiers of sets of sources, each trained once, whatever it is part of.

Two sources need three sets: each alone, and both. Of many, all pairs need each source once, and all
pairs; what is trained on a set is the same wherever the set comes in, bit for bit: folds and seeds
depend on the rows alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from scipy.special import log_softmax

from pid._types import Codes, Floats
from pid.estimators.neural.features import Features
from pid.estimators.posterior.calibration import calibrated, calibrated_elsewhere
from pid.estimators.posterior.cells import Cells, cells_of
from pid.estimators.posterior.classifiers import Candidate, candidates, out_of_fold, shape_of
from pid.estimators.posterior.folds import Fold
from pid.estimators.posterior.gate import ENOUGH, TOGETHER, admitted
from pid.estimators.posterior.members import Member, Networks
from pid.parallel.work import Work

SEEDS = 2**31

Sources = tuple[int, ...]  # positions of some sources, in rising order
Part = tuple[Any, ...]


class Sample(NamedTuple):
    """Rows, and their division into folds: once, and for networks of few rows twice."""

    rows: Codes
    partitions: list[list[Fold]]


@dataclass(slots=True, eq=False)  # eq off: array fields
class Said:
    """What classifiers say of the rows of one sample, by the set of sources that they see.

    Attributes:
        codes: classes 0, 1, ... of the rows.
        parts: the part of each row for ``elsewhere``; None makes none.
        logs: calibrated log-probabilities out of fold, (rows, classes), of every set.
        own: the same by classifiers of the set itself alone, not of its parts.
        elsewhere: the same, calibrated without the part that a row is in, for tests.
    """

    codes: Codes
    parts: Codes | None = None
    logs: dict[Sources, Floats] = field(default_factory=dict)
    own: dict[Sources, Floats] = field(default_factory=dict)
    elsewhere: dict[Sources, Floats] = field(default_factory=dict)
    _cells: dict[tuple[Any, ...], Cells] = field(default_factory=dict)

    @property
    def p_y(self) -> Floats:
        """Shares of the classes."""
        return np.asarray(np.bincount(self.codes) / len(self.codes))

    def score(self, sources: Sources) -> float:
        """Mean log-probability of the class that there was."""
        return float(self.logs[sources][np.arange(len(self.codes)), self.codes].mean())

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

        self.logs[sources] = calibrated(weighed(self.own, self.logs), self.codes)
        if self.parts is not None:
            said = weighed(self.elsewhere, self.elsewhere)
            self.elsewhere[sources] = calibrated_elsewhere(said, self.codes, self.parts)


@dataclass(frozen=True, slots=True, eq=False)  # eq off: array fields
class Training:
    """What is the same for all sets of sources: rows, classes, members, folds and seeds.

    Attributes:
        sources: features of each, numbers as numbers.
        coded: the same with whole numbers that repeat also as symbols; None where there are none.
        codes: classes 0, 1, ... of all rows.
        groups: numbers of groups of rows that stay together, or None.
        weights: how many rows each row stands for, 0 for its copies; None where none has copies.
        members: classifiers that the calibration weighs.
        samples: all rows, and the halves of them.
        random_state: seed.
    """

    sources: tuple[Features, ...]
    coded: tuple[Features, ...] | None
    codes: Codes
    groups: Codes | None
    weights: Floats | None
    members: list[Member]
    samples: list[Sample]
    random_state: int

    def nothing_said(self) -> list[Said]:
        """Of each sample, for ``heard`` to fill."""
        found = []
        for i, sample in enumerate(self.samples):
            said = Said(self.codes[sample.rows], None if i else self._folds())
            said.logs[()] = np.tile(np.log(said.p_y), (len(sample.rows), 1))  # nobody says more
            said.elsewhere[()] = said.logs[()]
            found.append(said)
        return found

    def _folds(self) -> Codes:
        """The fold that each row is in."""
        parts = np.zeros(len(self.codes), dtype=np.intp)
        for number, fold in enumerate(self.samples[0].partitions[0]):
            parts[fold.test] = number
        return parts

    def others(self, of: Sources) -> list[Candidate]:
        """What may come in beside the members, for a set of sources."""
        networks = [member for member in self.members if isinstance(member, Networks)]
        if not networks:
            return []
        seeing = None if self.coded is None else networks[0]
        return candidates(len(of), int(self.codes.max()) + 1, len(self.codes), seeing)

    def first(self, sets: Sequence[Sources]) -> list[Part]:
        """Members on every sample, and on all rows what may come in."""
        every = [self._part(i, of, member, j) for i, of, j, member in self._each(sets)]
        return every + [
            self._part(0, of, one.member, len(self.members) + j, coded=one.coded)
            for of in sets
            for j, one in enumerate(self.others(of))
        ]

    def then(self, sets: Sequence[Sources], come: Sequence[list[int]]) -> list[Part]:
        """On the halves what has come in, by the positions of its answers."""
        parts = []
        for i in range(1, len(self.samples)):
            for of, positions in zip(sets, come, strict=True):
                others = self.others(of)
                parts += [
                    self._part(
                        i, of, others[j].member, len(self.members) + j, coded=others[j].coded
                    )
                    for j in self._by(of, positions)
                ]
        return parts

    def come(self, sets: Sequence[Sources], found: Sequence[Floats]) -> list[list[int]]:
        """Of each set, answers that come in by what ``first`` found, by their positions."""
        always, others = self._sorted(sets, found)
        units = len(self.codes) if self.groups is None else int(self.groups.max()) + 1
        return [
            admitted(
                always[0, of],
                others[of],
                self.codes,
                units,
                ENOUGH if len(of) == 1 else TOGETHER,
            )
            if others[of]
            else []
            for of in sets
        ]

    def heard(
        self,
        sets: Sequence[Sources],
        first: Sequence[Floats],
        come: Sequence[list[int]],
        then: Sequence[Floats],
        said: list[Said],
    ) -> None:
        """Add to ``said`` what came out of ``first`` and ``then``."""
        always, others = self._sorted(sets, first)
        rest = iter(then)
        for i, of_sample in enumerate(said):
            answers = {}
            for of, positions in zip(sets, come, strict=True):
                extra = [others[of][k] for k in positions]
                if i:
                    of_member = {j: next(rest) for j in self._by(of, positions)}
                    extra = [of_member[j][k] for j, k in self._places(of, positions)]
                answers[of] = [*always[i, of], *extra]
            of_sample.learn(answers)

    def _each(self, sets: Sequence[Sources]) -> list[tuple[int, Sources, int, Member]]:
        return [
            (i, of, j, member)
            for i in range(len(self.samples))
            for of in sets
            for j, member in enumerate(self.members)
        ]

    def _part(self, i: int, of: Sources, member: Member, j: int, *, coded: bool = False) -> Part:
        """What ``out_of_fold`` takes; classifiers that were passed see all that there is to see."""
        ours = isinstance(member, Networks) or j >= len(self.members)
        sample = self.samples[i]
        partitions = sample.partitions if isinstance(member, Networks) else sample.partitions[:1]
        seed = int(np.random.default_rng([self.random_state, i, j]).integers(SEEDS))
        sources = self.sources if self.coded is None or (ours and not coded) else self.coded
        features = [sources[k] for k in of]
        return features, self.codes, partitions, member, seed, self.weights, self.groups

    def _sorted(
        self, sets: Sequence[Sources], found: Sequence[Floats]
    ) -> tuple[dict[tuple[int, Sources], list[Floats]], dict[Sources, list[Floats]]]:
        """Answers of the members by sample and set, and by set of what may come in."""
        rest = iter(found)
        always: dict[tuple[int, Sources], list[Floats]] = {}
        for i, of, _, _ in self._each(sets):
            always.setdefault((i, of), []).extend(next(rest))
        others = {of: [one for _ in self.others(of) for one in next(rest)] for of in sets}
        return always, others

    def _places(self, of: Sources, positions: Sequence[int]) -> list[tuple[int, int]]:
        """Of answers the member that gives them, and which of its own they are."""
        places = [(j, k) for j, one in enumerate(self.others(of)) for k in range(one.member.count)]
        return [places[position] for position in positions]

    def _by(self, of: Sources, positions: Sequence[int]) -> list[int]:
        """The members that give some answers."""
        return sorted({j for j, _ in self._places(of, positions)})


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Sets of sources that are to be learned of one target, and what is said of them."""

    training: Training
    sets: Sequence[Sources]
    said: list[Said]


def learn(lessons: Sequence[Lesson], name: str, work: Work) -> None:
    """Train all that several targets need, side by side, and add what is said.

    Args:
        lessons: of each target.
        name: of the parts of the work.
        work: where.
    """

    def mapped(parts: list[list[Part]], name: str) -> list[list[Floats]]:
        every = [part for some in parts for part in some]
        found = iter(work.map(name, out_of_fold, every, shape=shape_of) if every else [])
        return [[next(found) for _ in some] for some in parts]

    first = mapped([each.training.first(each.sets) for each in lessons], name)
    come = [
        each.training.come(each.sets, found) for each, found in zip(lessons, first, strict=True)
    ]
    parts = [each.training.then(each.sets, some) for each, some in zip(lessons, come, strict=True)]
    then = mapped(parts, f"{name} of halves")
    for each, one, some, rest in zip(lessons, first, come, then, strict=True):
        each.training.heard(each.sets, one, some, rest, each.said)
