"""High-dimensional modalities by what they say of y: posteriors, their cells, an exact solve."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np

from pid._types import Floats
from pid.core.decompose import decompose
from pid.core.information import entropy, nats_per
from pid.core.solver.hull import CLASSES
from pid.estimators.base import ModelPID, Variables
from pid.estimators.neural.arrays import on_device
from pid.estimators.posterior.cells import Cells, held_out_union, joined
from pid.estimators.posterior.correction import Halved, most_entropy
from pid.estimators.posterior.estimate import (
    Estimate,
    Making,
    contributions,
    estimate,
    standard_errors,
)
from pid.estimators.posterior.posteriors import Posteriors
from pid.estimators.posterior.said import Said, Sources
from pid.estimators.posterior.training import Lesson, Training, learn
from pid.estimators.posterior.union import held_out_bound
from pid.inference.assessment import as_interval
from pid.inference.atoms import as_decomposition
from pid.inference.grouping import effective_units, grouping
from pid.io.copies import copies
from pid.io.rows import as_variables
from pid.parallel.work import HERE, Work


class PosteriorPID(Posteriors, ModelPID):
    """Decompose what continuous modalities of any dimension say about classes.

    The minimum that defines the atoms depends on a modality only through p(y | x), which is
    sufficient for y. So a classifier of each modality says what each sample's features tell, out of
    fold; samples with alike answers share a cell; and the table of cells is decomposed exactly.
    Total information comes from a classifier of both: H(Y) less its cross-entropy out of fold. A
    classifier that falls short makes that too small, and synergy with it, which may be below 0.

    The same is done on halves of the samples. What is lost from all samples to a half is about what
    is lost from infinitely many to all, where regret falls as 1 / n: that corrects redundancy,
    unique information and the total, by at most a standard error, and widens the intervals.

    Args:
        classifier: "auto" for small networks, and besides straight lines, products, trees and
            bilinear forms where they tell more; or anything in scikit-learn's manner that has
            ``predict_proba``; or a list of such, which the calibration weighs. Features come
            standardised, columns with tails as normal scores.
        n_cells: at most this many of each modality, in ``table_`` and in the coarser of two tables
            of more than two classes.
        n_folds: each is said of by classifiers that learned from the others; "auto" takes 5 up to
            20,000 samples, 3 up to 200,000, and 2 beyond.
        halvings: times that the samples are halved; "auto" takes 2 up to 2,500 samples, and 1
            beyond; 0 for no correction and no interval.
        interval: nominal coverage of ``interval_``, or None for none.
        unit: "bit" or "nat".
        tol: certified gap of the table of cells, in nats.
        device: where networks are trained, such as "cpu" or, with torch, "cuda"; "auto" for an
            accelerator that torch finds; None for that of the environment variable PID_DEVICE, and
            else the CPU. The rest is computed on the CPU, as are classifiers that are passed.
        n_jobs: classifiers trained side by side, up to one a core; -1 for so many. Long work goes
            to other processes. The same bits, whatever their number.
        random_state: seed of folds, classifiers and cells; None takes another one each time.

    Attributes:
        decomposition_: the atoms, of which cells have lost nothing (see ``union.py``). Certificate
            and coupling are those of ``solved_``.
        corrected_: the atoms less what a smaller sample loses; None without halvings.
        interval_: (low, high) per atom and for their sums; None likewise.
        errors_: standard errors of redundancy, unique1, unique2, synergy and total; None likewise.
        solved_: decomposition of ``table_``, whose total is that of two modalities that are
            independent given y; ``solved_.check(est.table_)`` verifies the rest.
        table_: p(cell of x1, cell of x2, y), shape (n1, n2, k), from the two soft tables.
        halved_: what halves say beside all samples, in nats; None likewise.
        estimate_: what all samples say, in nats, with what each of them adds to it.
        cells_: of x1 and x2, the cell of each sample, and p(cell, y).
        union_bounds_: (lower, upper) estimates of min_q I_q: multipliers of one half valued on the
            other, of more than two classes in the cells of ``table_``; and the estimate itself. On
            average the lower is below, but by chance it may be above.
        posterior1_, posterior2_, posterior12_: calibrated probabilities of the classes out of fold,
            shape (samples, k).
        unseen_: the same three, calibrated without the row, for judging how often they are right.
        information12_: I(Y; X1, X2) in ``unit``.
        classes_: what the columns of the posteriors stand for; ``codes_`` has that of each sample.
        beside_: what came in beside the networks, of "x1", "x2" and "both".
        groups_: number of the group of each sample; None without groups.
        lost_: mean information of a source, in ``unit``, that the finer table's cells lose, and
            which the line to no loss makes good; 0 for two classes, which need no cells.
        classifier_: what was used: "networks", or the name of the class.
        device_: where networks were trained; "cpu" also where others were passed.
        seed_: the seed, also where none was given.
        notes_: what was done to the data, in words.

    Examples:
        >>> from sklearn.linear_model import LogisticRegression
        >>> from pid.datasets import continuous
        >>> data = continuous.angle(45, n=2000)  # two coordinates of two clouds of points
        >>> est = PosteriorPID(LogisticRegression()).fit(data.X1, data.X2, data.y)
        >>> abs(est.corrected_.redundancy - data.atoms["redundancy"]) < 0.05
        True
    """

    takes = ("groups", "device")
    kind = "cells"

    def sizes(self, variables: Variables) -> tuple[int, int, int]:
        """Cells of x1 and x2, and classes."""
        n1, n2, k = self.table_.shape
        return n1, n2, k

    def described(self) -> dict[str, object]:
        """See ``ModelPID``."""
        return {
            "classifier": self.classifier_,
            "n_cells": self.n_cells,
            "n_folds": self.n_folds,
        } | on_device(self.device_)

    def doubts(self) -> tuple[str, ...]:
        """See ``ModelPID``."""
        found: tuple[str, ...] = ()
        if self.interval_ is not None and self.interval_["synergy"][1] < 0:
            found += (
                "synergy is below 0: the classifier of both sources knows less than those of each; "
                "take more samples, or pass PosteriorPID a better classifier",
            )
        if self.halved_ is not None and self.halved_.limited:
            lost = float(self.halved_.lost.sum()) / nats_per(self.unit)
            found += (
                f"classifier-limited: half of the samples find {lost:.2g} {self.unit} less; more "
                "samples, or a better classifier, would find more, of synergy first of all, and "
                "the intervals reach to what may be missing",
            )
        return found

    def fit(
        self, X1: object, X2: object, y: object, *, groups: object = None, work: Work = HERE
    ) -> Self:
        """Train, calibrate, make cells and decompose.

        Args:
            X1, X2: one row per sample: numbers of any number of columns, or symbols.
            y: the class of each sample.
            groups: a label per row: rows of one group are in one fold. Without, rows that are
                copies of others are a group.
            work: where classifiers are trained, and kept: for ``pid.quantify``.

        Returns:
            The estimator itself, with the attributes that end in an underscore.

        Raises:
            InvalidInput: data or parameters that cannot be used; a class with fewer samples than
                there are folds.
            SolverFailed: no certified answer.
        """
        self.check_parameters()
        x1, x2, target = as_variables(X1, X2, y)
        of_rows = grouping(len(target), groups, None)
        copied = copies(x1, x2, target=[target]) if groups is None else None
        if copied is not None:
            of_rows = copied.rows
        training = self.prepare((x1, x2), target, of_rows)
        if copied is not None:
            self.notes_ += (copied.note(grouped=True),)
        said = training.nothing_said()
        sets: list[Sources] = [(0,), (1,), (0, 1)]
        learn([Lesson(training, sets, said)], "posteriors", replace(work, jobs=self.n_jobs))
        return self.conclude(training, said, (0,), (1,))

    def conclude(
        self,
        training: Training,
        said: list[Said],
        first: Sources,
        second: Sources,
        *,
        own: bool = False,
    ) -> Self:
        """The answer for two sets of sources, from what classifiers say of them and of both.

        With ``own``, several sources that are x1 or x2 are taken for one, as ``fit`` would.

        Raises:
            SolverFailed: no certified answer.
        """
        how = Making(self.n_cells, self.tol, self.seed_, own)
        whole = estimate(said[0], first, second, how)
        slope = whole.union.slope
        halves = [estimate(half, first, second, how, slope=slope) for half in said[1:]]
        cells = [said[0].cells(of, self.n_cells, self.seed_, own=own) for of in (first, second)]
        self._keep(whole, (cells[0], cells[1]), said[0].p_y)
        self._conclude([whole, *halves], training)
        both = tuple(sorted({*first, *second}))
        first_, second_, together = (np.exp(said[0].elsewhere[of]) for of in (first, second, both))
        self.unseen_ = first_, second_, together
        of_names = {"x1": first, "x2": second, "both": both}
        self.beside_ = {name: said[0].beside.get(of, ()) for name, of in of_names.items()}
        came = [f"{', '.join(names)} for {of}" for of, names in self.beside_.items() if names]
        if came:
            self.notes_ += (f"beside networks: {'; '.join(came)}",)
        return self

    def _keep(self, found: Estimate, cells: tuple[Cells, Cells], p_y: Floats) -> None:
        """The estimate from all samples."""
        nat = nats_per(self.unit)
        self.estimate_ = found
        self.posterior1_, self.posterior2_, self.posterior12_ = found.posteriors
        self.cells_ = cells
        self.table_ = joined(cells[0].table, cells[1].table, p_y)
        self.solved_ = decompose(self.table_, unit=self.unit, tol=self.tol)
        self.information12_ = found.information12 / nat
        self.lost_ = found.union.lost / nat
        redundancy, unique1, unique2, synergy = (float(atom) / nat for atom in found.atoms)
        self.decomposition_ = replace(
            self.solved_, redundancy=redundancy, unique1=unique1, unique2=unique2, synergy=synergy
        )
        self.corrected_ = self.interval_ = None
        self.halved_: Halved | None = None
        self.errors_: Floats | None = None

    def _conclude(self, found: list[Estimate], training: Training) -> None:
        """Correction, interval and bounds, where there are halves."""
        if len(found) == 1:
            self.union_bounds_ = None
            return
        nat = nats_per(self.unit)
        deviation = standard_errors(contributions(found[0], training.codes), training.groups)
        p_y = np.bincount(training.codes) / len(training.codes)
        h_y = entropy(p_y, unit="nat")
        self.errors_ = deviation[:5] / nat
        halves = np.array([half.atoms for half in found[1:]])
        halved = self.halved_ = Halved(found[0].atoms, halves, deviation, found[0].optimism)
        estimate = halved.corrected(h_y)
        if halved.held(h_y) < 1:
            self.notes_ += ("the correction is held where it would tell more than there is of y",)
        self.corrected_ = as_decomposition(estimate, self.unit)
        lower = self._union_from_below(found[0], training, p_y)
        self.union_bounds_ = (lower / nat, found[0].union.value / nat)
        if self.interval is not None:
            units = effective_units(training.groups)
            samples = min(units, len(training.codes))
            most = most_entropy(p_y, samples, self.interval)
            added = found[0].union.added
            bounds = halved.interval(estimate, added, most, self.interval, units, samples)
            self.interval_ = as_interval(bounds, self.unit)

    def _union_from_below(self, found: Estimate, training: Training, p_y: Floats) -> float:
        halves = training.samples[1].rows, training.samples[2].rows
        posteriors = found.posteriors[:2]
        if len(p_y) == CLASSES:
            return held_out_bound(posteriors, training.codes, p_y, halves)
        first, second = self.cells_
        return held_out_union(posteriors, (first.labels, second.labels), p_y, halves, self.tol)
