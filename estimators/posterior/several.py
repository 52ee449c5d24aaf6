"""Several high-dimensional modalities by what they say of y: posteriors, and unions of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from pid._types import Floats
from pid.core.information import entropy, nats_per
from pid.core.sources.numbers import Sources
from pid.core.sources.values import SourceNumbers, values
from pid.errors import InvalidInput
from pid.estimators.posterior.correction import most_entropy
from pid.estimators.posterior.estimate import Making, standard_errors
from pid.estimators.posterior.halved import HalvedNumbers
from pid.estimators.posterior.posteriors import Posteriors
from pid.estimators.posterior.said import Said
from pid.estimators.posterior.soft import held_out_bound
from pid.estimators.posterior.told import Told, contributions, layout_of, sets_of, told
from pid.estimators.posterior.training import Lesson, Training, learn
from pid.inference.grouping import effective_units, grouping
from pid.io.copies import copies
from pid.io.rows import read_rows
from pid.parallel.work import HERE, Work


class SourcesPID(Posteriors):
    """Decompose what three and more continuous modalities of any dimension say about classes.

    What sources tell alone depends on p(y | x_i) only, which a classifier of each says out of fold;
    what shows only in several is told by classifiers of each pair, of all but each, and of all. For
    two classes every number is a closed form of their ROC curves, with each row an edge; for more
    the best tree of two classes at a time is, and cells of alike posteriors say what it misses.

    Corrected and given intervals by halves of the samples as ``PosteriorPID``.

    Args:
        classifier: see ``PosteriorPID``, as of all others.
        n_cells: at most so many of each modality, for more than two classes.
        n_folds: folds.
        halvings: times that the samples are halved.
        interval: nominal coverage of ``interval_``, or None for none.
        unit: "bit" or "nat".
        tol: certified gap of tables of cells, in nats.
        device: where networks are trained.
        n_jobs: classifiers trained side by side.
        random_state: seed.

    Attributes:
        numbers_: all numbers, as all samples say.
        corrected_: the same less what a smaller sample loses; None without halvings.
        interval_: (low, high) of each number, by the names of ``SourceNumbers.by_name``; None
            likewise.
        errors_: standard errors of the numbers, by the same names; None likewise.
        contributions_: what each row adds to each number, to first order, by the same names.
        union_bounds_: (lower, upper) estimates of what single sources tell: multipliers of one half
            valued on the other, and the estimate itself. On average the lower is below.
        halved_: what the correction and the intervals are made of, in nats; None likewise.
        posteriors_: calibrated probabilities of the classes out of fold, (samples, classes), by the
            names of the sources that were seen.
        unseen_: the same, calibrated without the row, for judging how often they are right.
        target_entropy_: H(y) of the samples.
        classes_: what the columns of the posteriors stand for; ``codes_`` has that of each sample.
        layout_: the order of the numbers in ``halved_``.
        beside_: what came in beside the networks, by the names of the sources that were seen.
        groups_: number of the group of each sample; None without groups.
        classifier_, device_, seed_, notes_: see ``PosteriorPID``.

    Examples:
        >>> from sklearn.linear_model import LogisticRegression
        >>> rng = np.random.default_rng(0)
        >>> y = rng.integers(2, size=600)
        >>> sources = {name: y[:, None] + rng.normal(size=(600, 2)) for name in ("a", "b", "c")}
        >>> est = SourcesPID(LogisticRegression()).fit(sources, y)
        >>> est.corrected_.shared > max(est.corrected_.unique.values())
        True
    """

    def fit(
        self,
        sources: Mapping[str, object],
        y: object,
        *,
        groups: object = None,
        work: Work = HERE,
    ) -> Self:
        """Train, calibrate, and find all numbers.

        Args:
            sources: name -> one row per sample: numbers of any number of columns, or symbols. Three
                or more.
            y: the class of each sample.
            groups: a label per row: rows of one group are in one fold. Without, rows that are
                copies of others are a group.
            work: where classifiers are trained, and kept: for ``pid.quantify``.

        Returns:
            The estimator itself, with the attributes that end in an underscore.

        Raises:
            InvalidInput: fewer than three sources; data or parameters that cannot be used; a class
                with fewer samples than there are folds.
            SolverFailed: no certified answer.
        """
        self.check_parameters()
        if len(sources) < 3:
            raise InvalidInput(
                f"SourcesPID takes three sources or more, PosteriorPID two; got {len(sources)}"
            )
        *read, target = read_rows(sources, y).variables
        of_rows = grouping(len(target), groups, None)
        copied = copies(*read, target=[target]) if groups is None else None
        if copied is not None:
            of_rows = copied.rows
        training = self.prepare(read, target, of_rows)
        if copied is not None:
            self.notes_ += (copied.note(grouped=True, where="all sources"),)
        said = training.nothing_said()
        lesson = Lesson(training, sets_of(len(read)), said)
        learn([lesson], "posteriors", replace(work, jobs=self.n_jobs))
        return self.conclude(training, said, tuple(sources))

    def conclude(self, training: Training, said: list[Said], names: Sequence[str]) -> Self:
        """The answer, from what classifiers say of each sample.

        Raises:
            SolverFailed: no certified answer.
        """
        self.names_ = tuple(names)
        self.layout_ = layout = layout_of(len(names), len(said[0].p_y))
        how = Making(self.n_cells, self.tol, self.seed_)
        whole = told(said[0], layout, how)
        halves = [told(half, layout, how, like=whole).values for half in said[1:]]
        added = contributions(whole, layout)
        self._keep(whole, added, said[0])
        self.corrected_: SourceNumbers | None = None
        self.interval_: dict[str, tuple[float, float]] | None = None
        self.errors_: dict[str, float] | None = None
        self.union_bounds_: tuple[float, float] | None = None
        self.limited_: float | None = None
        self.halved_: HalvedNumbers | None = None
        if halves:
            deviation = standard_errors(added, training.groups)
            self.halved_ = HalvedNumbers(layout, whole, np.array(halves).T, deviation)
            self._conclude(self.halved_, said[0], training)
        return self

    def doubts(self) -> tuple[str, ...]:
        """Reasons not to trust the numbers."""
        found: tuple[str, ...] = ()
        ends = self.interval_ or {}
        negative = [m for m in self.numbers_.synergy if ends.get(f"synergy {m}", (0, 0))[1] < 0]
        if negative:
            found += (
                "synergy is below 0: the classifier of all sources knows less than those of fewer; "
                "take more samples, or pass SourcesPID a better classifier",
            )
        if self.limited_ is not None:
            found += (
                f"classifier-limited: half of the samples find {self.limited_:.2g} {self.unit} "
                "less; more samples, or a better classifier, would find more, of synergy first of "
                "all, and the intervals reach to what may be missing",
            )
        return found

    def _keep(self, whole: Told, added: Floats, said: Said) -> None:
        """What all samples say."""
        names, nat = self.names_, nats_per(self.unit)
        self.target_entropy_ = entropy(said.p_y, unit=self.unit)
        self.numbers_ = self._as_numbers(whole.values)
        if whole.held:
            self.notes_ += (
                "what sets of several sources tell is held between what smaller sets and all tell",
            )
        place = self.layout_.place.named(names)
        self.contributions_ = {name: added[i] / nat for name, i in place}

        def seen(of: Sources) -> tuple[str, ...]:
            return tuple(names[i] for i in of)

        self.posteriors_ = {seen(of): np.exp(logs) for of, logs in said.logs.items() if of}
        self.unseen_ = {seen(of): np.exp(logs) for of, logs in said.elsewhere.items() if of}
        self.beside_ = {seen(of): beside for of, beside in said.beside.items() if beside}
        came = [f"{', '.join(found)} for {' + '.join(of)}" for of, found in self.beside_.items()]
        self.notes_ += (f"beside networks: {'; '.join(came)}",) if came else ()

    def _conclude(self, halved: HalvedNumbers, said: Said, training: Training) -> None:
        """Correction, intervals and the held-out bound."""
        nat, place = nats_per(self.unit), self.layout_.place
        estimate, held = halved.corrected(nat * self.target_entropy_)
        if held:
            self.notes_ += ("the correction is held where it would tell more than there is of y",)
        self.corrected_ = self._as_numbers(estimate)
        if halved.limited:
            self.limited_ = float(halved.lost[place.total]) / nat
        self.errors_ = {n: float(halved.deviation[i]) / nat for n, i in place.named(self.names_)}
        singles = self.layout_.chain[0]
        union = halved.whole.unions[singles]
        rows = training.samples[1].rows, training.samples[2].rows
        posteriors = [np.exp(said.logs[of]) for of in singles]
        lower = held_out_bound(posteriors, training.codes, rows, union.tree)
        self.union_bounds_ = lower / nat, union.value / nat
        if self.interval is None:
            return
        units = effective_units(training.groups)
        samples = min(units, len(training.codes))
        most = most_entropy(said.p_y, samples, self.interval)
        bounds = halved.uncertain(estimate).bounds(most, self.interval, units, samples)
        self.interval_ = {
            name: (float(bounds.low[i]) / nat, float(bounds.high[i]) / nat)
            for name, i in place.named(self.names_)
        }

    def _as_numbers(self, nats: Floats) -> SourceNumbers:
        found = self.layout_.as_numbers(nats / nats_per(self.unit))
        return SourceNumbers(**values(found, self.names_, self.unit, self.target_entropy_))
