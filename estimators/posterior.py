"""High-dimensional modalities by what they say of y: posteriors, their cells, an exact solve."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pid.decomposition import Decomposition
from pid.errors import InvalidInput
from pid.estimators.base import PIDEstimator, check_seed
from pid.estimators.calibration import calibrated
from pid.estimators.cells import soft_table
from pid.estimators.clustering import check_classes, varying
from pid.estimators.columns import Variable, as_variables, listed
from pid.estimators.options import is_count
from pid.estimators.posteriors import Fold, folds_of, out_of_fold
from pid.exact import check_tol, decompose
from pid.inference.units import grouping
from pid.information import Unit, entropy, nats_per
from pid.joint import encode

Floats = NDArray[np.float64]

MOST_INDICATORS = 1_000  # symbols of a source that become a column each


class PosteriorPID(PIDEstimator):
    """Decompose what continuous modalities of any dimension say about classes.

    The minimum that defines the atoms depends on a modality only through p(y | x), which is
    sufficient for y. So a classifier of each modality says what each sample's features tell, out of
    fold; samples with alike answers share a cell; and the table of cells is decomposed exactly.
    Total information comes from a classifier of both: H(Y) less its cross-entropy out of fold. A
    classifier that falls short makes that too small, and synergy with it, which may be below 0.

    Args:
        classifier: "auto" for small networks, trained by torch where it is installed and else by
            scikit-learn; or anything in scikit-learn's manner that has ``predict_proba``.
        n_cells: at most this many of each modality.
        n_folds: each is said of by classifiers that learned from the others.
        unit: "bit" or "nat".
        tol: certified gap of the table of cells, in nats.
        random_state: seed of folds, classifiers and cells.

    Attributes:
        decomposition_: the atoms. Certificate and coupling are those of ``solved_``.
        solved_: decomposition of ``table_``, whose total is that of two modalities that are
            independent given y; ``solved_.check(est.table_)`` verifies the rest.
        table_: p(cell of x1, cell of x2, y), shape (n1, n2, k), from the two soft tables.
        posterior1_, posterior2_, posterior12_: calibrated probabilities of the classes out of fold,
            shape (samples, k).
        information12_: I(Y; X1, X2) in ``unit``.
        classes_: what the columns of the posteriors stand for.
        classifier_: what was used: "torch", "sklearn", or the name of the class.
        notes_: what was done to the data, in words.

    Example:
        >>> from sklearn.linear_model import LogisticRegression
        >>> from pid.datasets import continuous
        >>> data = continuous.angle(45, n=2000)  # two coordinates of two clouds of points
        >>> est = PosteriorPID(LogisticRegression()).fit(data.X1, data.X2, data.y)
        >>> abs(est.decomposition_.redundancy - data.atoms["redundancy"]) < 0.05
        True
    """

    decomposition_: Decomposition

    def __init__(
        self,
        classifier: Any = "auto",
        *,
        n_cells: int = 24,
        n_folds: int = 5,
        unit: Unit = "bit",
        tol: float = 1e-9,
        random_state: int = 0,
    ) -> None:
        self.classifier = classifier
        self.n_cells = n_cells
        self.n_folds = n_folds
        self.unit = unit
        self.tol = tol
        self.random_state = random_state

    def fit(self, X1: object, X2: object, y: object, *, groups: object = None) -> Self:
        """Train, calibrate, make cells and decompose.

        Args:
            X1, X2: one row per sample: numbers of any number of columns, or symbols.
            y: the class of each sample.
            groups: a label per row: rows of one group are in one fold.

        Returns:
            The estimator itself, with the attributes that end in an underscore.

        Raises:
            InvalidInput: data or parameters that cannot be used; a class with fewer samples than
                there are folds.
            SolverFailed: no certified answer.
        """
        self.check_parameters()
        x1, x2, target = as_variables(X1, X2, y)
        check_classes(target)
        codes, self.classes_ = encode(target.symbols(), "y")
        self.notes_: tuple[str, ...] = ()
        self.classifier_ = self._chosen()
        folds = folds_of(codes, self.n_folds, grouping(len(codes), groups, None), self.random_state)
        features = [self._features(x) for x in (x1, x2)]
        p_y = np.bincount(codes) / len(codes)
        said = [self._said(f, codes, folds, p_y) for f in (*features, np.hstack(features))]
        independent = said[0] + said[1] - np.log(p_y)  # what both say if independent given y
        logs = (
            calibrated([said[0]], codes),
            calibrated([said[1]], codes),
            calibrated([said[2], independent], codes),
        )
        self.posterior1_, self.posterior2_, self.posterior12_ = map(np.exp, logs)
        cross_entropy = -float(logs[2][np.arange(len(codes)), codes].mean()) / nats_per(self.unit)
        self.information12_ = entropy(p_y, unit=self.unit) - cross_entropy
        self._decompose(p_y)
        return self

    def _decompose(self, p_y: Floats) -> None:
        first, second = (
            soft_table(posterior, p_y, self.n_cells, self.random_state)
            for posterior in (self.posterior1_, self.posterior2_)
        )
        # any joint with these margins will do, as the minimum is over all of them
        self.table_ = first[:, None, :] * second[None, :, :] / p_y
        self.solved_ = decompose(self.table_, unit=self.unit, tol=self.tol)
        union = self.solved_.redundancy + self.solved_.unique1 + self.solved_.unique2
        self.decomposition_ = replace(self.solved_, synergy=self.information12_ - union)

    def _said(
        self, features: Floats, codes: NDArray[np.intp], folds: list[Fold], p_y: Floats
    ) -> Floats:
        """Log-probabilities out of fold; the shares of the classes where there are no features."""
        if not features.shape[1]:
            return np.tile(np.log(p_y), (len(codes), 1))
        classifier = self.classifier_ if isinstance(self.classifier, str) else self.classifier
        return out_of_fold(features, codes, folds, classifier, self.random_state)

    def _features(self, x: Variable) -> Floats:
        """Columns of numbers that vary, or an indicator of every symbol."""
        if x.is_symbolic:
            codes, symbols = encode(x.symbols(), x.role)
            if len(symbols) > MOST_INDICATORS:
                raise InvalidInput(
                    f"{x.role} has {len(symbols):,} symbols, more than {MOST_INDICATORS:,}; leave "
                    "out columns that identify samples, or take ClusterPID"
                )
            return np.eye(len(symbols))[codes]
        matrix = x.matrix()
        varies = varying(matrix)
        constant = [name for name, v in zip(x.names, varies, strict=True) if not v]
        if constant:
            self.notes_ += (f"{x.role}: dropped {listed(constant, 'constant column')}",)
        return matrix[:, varies]

    def _chosen(self) -> str:
        if not isinstance(self.classifier, str):
            return type(self.classifier).__name__
        if self.classifier != "auto":
            return self.classifier
        if find_spec("torch") is not None:
            return "torch"
        self.notes_ += ("torch is not installed: networks by scikit-learn, fewer and less exact",)
        return "sklearn"

    def check_parameters(self) -> None:
        """Raise InvalidInput if a parameter is out of range, as ``fit`` does before all work."""
        named = isinstance(self.classifier, str)
        if named and self.classifier not in ("auto", "torch", "sklearn"):
            raise InvalidInput(
                f"classifier must be 'auto', 'torch', 'sklearn', or one; got {self.classifier!r}"
            )
        if not named and not hasattr(self.classifier, "predict_proba"):
            raise InvalidInput(
                f"a classifier needs predict_proba; {type(self.classifier).__name__} has none"
            )
        for name, least in (("n_cells", 1), ("n_folds", 2)):
            if not is_count(getattr(self, name), least=least):
                raise InvalidInput(
                    f"{name} must be an integer of at least {least}; got {getattr(self, name)!r}"
                )
        nats_per(self.unit)
        check_tol(self.tol)
        check_seed(self.random_state)
