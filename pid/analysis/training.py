"""Classifiers of groups of columns, and of groups together, each trained once for all answers.

What p(y | x) is of a group is the same wherever it comes in, and what all groups tell together is
one number. ``pid.screen`` makes pairs of it, ``pid.value`` what each group is worth, and
``pid.retained`` what codes keep of their sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.posterior.estimate import union
from pid.estimators.posterior.estimator import PosteriorPID
from pid.estimators.posterior.said import Said, Sources
from pid.estimators.posterior.training import Lesson, Training, learn
from pid.io.columns import Variable, listed
from pid.parallel.work import Work

Task = tuple[Sources, Sources, str]  # groups that are x1, and x2; and the name of a target


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What classifiers say about one target, and the estimator that makes answers of it."""

    template: PosteriorPID
    training: Training
    said: list[Said]

    def pair(self, first: Sources, second: Sources, *, own: bool = False) -> PosteriorPID:
        """The decomposition of two sets of groups; both and their union were trained on.

        ``own``: as of ``PosteriorPID.conclude``.
        """
        return copy(self.template).conclude(self.training, self.said, first, second, own=own)

    def gains(self, *sets: Sources) -> Floats:
        """What each row's class gains in log-probability by each of some sets, (sets, rows).

        Calibrated without the row, so that the gains can be tested.
        """
        said, rows = self.said[0], np.arange(len(self.training.codes))
        of_class = np.log(said.p_y)[said.codes]
        return np.array([said.elsewhere[of][rows, said.codes] - of_class for of in sets])

    def notes(self, names: Sequence[str], target: str) -> tuple[str, ...]:
        """What came in beside networks, and of which groups, whose names these are."""
        came: dict[str, list[str]] = {}
        for of, beside in self.said[0].beside.items():
            for classifier in beside:
                came.setdefault(classifier, []).append(" + ".join(names[k] for k in of))
        return tuple(
            f"{target}: {classifier} came in beside networks for {listed(sets, 'set')}"
            for classifier, sets in came.items()
        )

    def learn(self, sets: Sequence[Sources], name: str, work: Work) -> None:
        """Train on further sets; ``name`` is that of the parts of the work."""
        lesson = Lesson(self.training, sets, self.said)
        learn([lesson], name, replace(work, jobs=self.template.n_jobs))


def trained(
    sources: Sequence[Variable],
    targets: Mapping[str, Variable],
    sets: Mapping[str, Sequence[Sources]],
    groups: Codes | None,
    template: PosteriorPID,
    work: Work,
    name: str = "posteriors",
) -> dict[str, Trained]:
    """Train what is said about each target.

    Args:
        sources: the groups of columns.
        targets: classes, by name.
        sets: of groups that are seen together, of each target.
        groups: numbers of groups of rows, or None.
        template: the estimator, whose answers are in nats.
        work: where.
        name: of the parts of the work.

    Raises:
        InvalidInput: data that it cannot use.
    """
    estimators = {name: copy(template) for name in targets}
    prepared = {
        name: est.prepare(sources, targets[name], groups) for name, est in estimators.items()
    }
    found = {
        name: Trained(estimators[name], training, training.nothing_said())
        for name, training in prepared.items()
    }
    lessons = [Lesson(one.training, sets[name], one.said) for name, one in found.items()]
    learn(lessons, name, replace(work, jobs=template.n_jobs))
    return found


def sets_of(tasks: Sequence[Task]) -> list[Sources]:
    """All that has to be trained for some rows: their sources, what these have in common, alone."""
    found = {of for first, second, _ in tasks for of in (first, second, union(first, second))}
    found |= {(one,) for of in found for one in of}
    return sorted(found, key=lambda of: (len(of), of))
