"""What estimators by posteriors share: parameters, and what classifiers are trained with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

import numpy as np

from pid._types import Codes
from pid.checks import (
    AUTO,
    DEVICE,
    INTERVAL,
    RANDOM_STATE,
    TOL,
    UNIT,
    either,
    has,
    integer,
    is_integer,
    one_or_each,
    seed_of,
    that,
)
from pid.core.cost import check_affordable
from pid.core.information import Unit
from pid.discretization.target import check_classes
from pid.errors import InvalidInput
from pid.estimators.base import Options, PIDEstimator
from pid.estimators.neural.arrays import CPU, arrays_on, named, trained_on
from pid.estimators.neural.features import as_features
from pid.estimators.posterior.classifiers import left_out
from pid.estimators.posterior.copies import distinct_rows
from pid.estimators.posterior.members import Member, Networks, Passed
from pid.estimators.posterior.samples import Division
from pid.estimators.posterior.training import Training
from pid.estimators.posterior.union import finer
from pid.io.columns import Variable
from pid.io.numbers import has_codes

CLASSIFIER = either(AUTO, has("a classifier with predict_proba", "predict_proba"))
JOBS = either(integer(), that("-1", lambda value: is_integer(value) and value == -1))


class Posteriors(PIDEstimator):
    """Classifiers of sets of sources; the parameters are those of ``PosteriorPID``."""

    constraints: ClassVar = {
        "classifier": one_or_each(CLASSIFIER),
        "n_cells": integer(),
        "n_folds": either(AUTO, integer(2)),
        "halvings": either(AUTO, integer(0)),
        "interval": INTERVAL,
        "unit": UNIT,
        "tol": TOL,
        "device": DEVICE,
        "n_jobs": JOBS,
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        classifier: Any = "auto",
        *,
        n_cells: int = 24,
        n_folds: int | Literal["auto"] = "auto",
        halvings: int | Literal["auto"] = "auto",
        interval: float | None = 0.95,
        unit: Unit = "bit",
        tol: float = 1e-9,
        device: str | None = None,
        n_jobs: int = -1,
        random_state: int | None = 0,
    ) -> None:
        self.classifier = classifier
        self.n_cells = n_cells
        self.n_folds = n_folds
        self.halvings = halvings
        self.interval = interval
        self.unit = unit
        self.tol = tol
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state

    @classmethod
    def asked(cls, options: Options) -> Self:
        """The estimator for what ``pid.quantify`` was asked."""
        return cls(
            halvings="auto" if options.corrected or options.interval is not None else 0,
            interval=options.interval,
            unit=options.unit,
            tol=options.tol,
            device=options.device,
            random_state=options.random_state,
        )

    def prepare(
        self, sources: Sequence[Variable], target: Variable, groups: Codes | None
    ) -> Training:
        """Features, folds and members: all that classifiers of any set of sources share.

        Raises:
            InvalidInput: data that cannot be used; a class with fewer samples than there are folds.
        """
        self.seed_ = seed_of(self.random_state)
        check_classes(target)
        codes, self.classes_ = target.encoded()
        self.codes_, self.groups_ = codes, groups
        cells = min(finer(int(self.n_cells), len(self.classes_)), len(codes))
        check_affordable((cells, cells, len(self.classes_)), "interior-point", named=False)
        members = self._members()
        self.notes_ = trained_on(self.device_)
        coded, plain = [], []
        for x in sources:
            found, notes = as_features(x)
            coded.append(found)
            plain.append(as_features(x, codes=False)[0] if has_codes(x) else found)
            self.notes_ += notes
        distinct = distinct_rows(coded, codes, groups)
        first, weights = (None, None) if distinct is None else distinct
        division = Division(codes, groups, first, self.n_folds)
        samples, notes = division.samples(self.halvings, np.random.default_rng(self.seed_))
        self.notes_ += notes
        if any(member.name == "networks" for member in members):
            columns = sum(found.width for found in plain)
            self.notes_ += left_out(len(self.classes_), len(codes), columns)
        return Training(
            tuple(plain),
            tuple(coded) if any(map(has_codes, sources)) else None,
            codes,
            groups,
            weights,
            members,
            samples,
            self.seed_,
        )

    def _members(self) -> list[Member]:
        """What the calibration weighs: networks, or what was passed."""
        asked = self.classifier if isinstance(self.classifier, list | tuple) else [self.classifier]
        self.device_ = self._where(networks=any(isinstance(one, str) for one in asked))
        members: list[Member] = [
            Networks(device=self.device_) if isinstance(one, str) else Passed(one) for one in asked
        ]
        self.classifier_ = ", ".join(member.name for member in members)
        return members

    def _where(self, *, networks: bool) -> str:
        """The device, before data are looked through; the environment may name it for nothing."""
        if networks:
            arrays_on(device := named(self.device))
            return device
        if self.device is not None:
            raise InvalidInput(
                "device is where networks are trained, and none are among these classifiers; leave "
                'it out, or add "auto" to them'
            )
        return CPU
