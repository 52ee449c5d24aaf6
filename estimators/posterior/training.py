"""Classifiers of sets of sources, each trained once, whatever it is part of.

Two sources need three sets: each alone, and both. Of many, all pairs need each source once, and all
pairs; what is trained on a set is the same wherever the set comes in, bit for bit: folds and seeds
depend on the rows alone. (What is made of it also weighs what its parts say, of those that were
trained.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.neural.features import Features
from pid.estimators.posterior.classifiers import (
    Candidate,
    Seen,
    can_be_sent,
    candidates,
    ours,
    out_of_fold,
    shape_of,
    size_of,
)
from pid.estimators.posterior.gate import ENOUGH, TOGETHER, admitted
from pid.estimators.posterior.members import Member, Networks
from pid.estimators.posterior.said import Said, Sources
from pid.estimators.posterior.samples import SEEDS, Sample
from pid.parallel.work import Work, usable_cores

Part = tuple[Any, ...]

HEAVY = (
    2_000_000  # numbers, rows by columns of all parts: seconds more than processes take to begin
)
THREADS = 2  # for less; more threads are slower, as they wait for the interpreter


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
        coded = self.coded is not None and any(self.coded[k] is not self.sources[k] for k in of)
        columns = sum(self.sources[k].width for k in of)
        classes, samples = int(self.codes.max()) + 1, len(self.codes)
        first = networks[0]
        return candidates(
            Seen(len(of), columns, classes, samples, first if coded else None, first.device)
        )

    def first(self, sets: Sequence[Sources]) -> list[Part]:
        """On all rows what may come in, as some takes longest; then members on every sample."""
        others = [
            self._part(0, of, one.member, len(self.members) + one.number, coded=one.coded)
            for of in sets
            for one in self.others(of)
        ]
        return others + [self._part(i, of, member, j) for i, of, j, member in self._each(sets)]

    def then(self, sets: Sequence[Sources], come: Sequence[list[int]]) -> list[Part]:
        """On the halves what has come in, by the positions of its answers."""
        return [
            self._part(i, of, one.member, len(self.members) + one.number, coded=one.coded)
            for i in range(1, len(self.samples))
            for of, positions in zip(sets, come, strict=True)
            for one in (self.others(of)[j] for j in self._by(of, positions))
        ]

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
                places, others_of = self._places(of, positions), self.others(of)
                of_sample.beside[of] = tuple(others_of[j].names[k] for j, k in places)
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
        others = {of: [one for _ in self.others(of) for one in next(rest)] for of in sets}
        always: dict[tuple[int, Sources], list[Floats]] = {}
        for i, of, _, _ in self._each(sets):
            always.setdefault((i, of), []).extend(next(rest))
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
        heavy = sum(size_of(*part) for part in every) >= HEAVY
        where = work if heavy or not all(ours(*part) for part in every) else few_threads(work)
        sent = can_be_sent if heavy else None
        kept = where.map(name, out_of_fold, every, shape=shape_of, apart=sent) if every else []
        found = iter(kept)
        return [[next(found) for _ in some] for some in parts]

    first = mapped([each.training.first(each.sets) for each in lessons], name)
    come = [
        each.training.come(each.sets, found) for each, found in zip(lessons, first, strict=True)
    ]
    parts = [each.training.then(each.sets, some) for each, some in zip(lessons, come, strict=True)]
    then = mapped(parts, f"{name} of halves")
    for each, one, some, rest in zip(lessons, first, come, then, strict=True):
        each.training.heard(each.sets, one, some, rest, each.said)


def few_threads(work: Work) -> Work:
    """With so many that they do not wait for each other more than they work."""
    jobs = usable_cores() if work.jobs == -1 else work.jobs
    return replace(work, jobs=min(jobs, THREADS))
