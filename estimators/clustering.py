"""Cluster each modality, count, and decompose the table exactly.

The estimator named CVX in Liang et al., Quantifying & Modeling Multimodal Interactions (NeurIPS
2023), section 3.1, with two things added: the program is solved to a certificate, and the number of
clusters follows from the number of samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from pid.checks import (
    FLAG,
    NONE,
    RANDOM_STATE,
    SIZES,
    TOL,
    UNIT,
    either,
    integer,
    number,
    seed_of,
)
from pid.core.decompose import decompose
from pid.core.decomposition import Decomposition
from pid.core.information import Unit, nats_per
from pid.discretization.coding import as_clusters
from pid.discretization.count import count
from pid.discretization.resolution import Resolution, Size, null_bias
from pid.discretization.target import Classes, check_classes
from pid.estimators.base import PIDEstimator
from pid.io.rows import as_variables


class ClusterPID(PIDEstimator):
    """Cluster each modality by k-means, count (cluster 1, cluster 2, y), and decompose exactly.

    Modalities that are symbols already (text, booleans, or a single column of at most 20 distinct
    integers) are counted as they are. Constant columns are dropped, with a note.

    The clusters are coarser than the data and are found without y, so that I(X1, X2; Y) of the
    table is, but for sampling bias, at most that of the data. The single atoms can move either way.
    See docs/quantify.md for what this means in practice.

    Args:
        n_clusters: "auto" (see ``auto_clusters``), a number for both modalities, or a pair.
        max_bias: for "auto", the largest expected plug-in bias as a fraction of H(Y).
        scale: cluster normal scores of columns, which neither outliers nor monotone maps move;
            off to cluster the numbers as they are.
        n_components: project each modality on this many principal components first.
        n_init: random starts of k-means.
        unit: "bit" or "nat".
        tol: certified gap, in nats.
        random_state: seed; None takes another one each time. One serves both modalities, so that
            equal modalities get equal clusters.

    Attributes:
        decomposition_: the ``Decomposition`` of the table.
        table_: samples per cell, shape (n1, n2, k), axes (x1, x2, y).
        labels1_, labels2_: cluster or symbol of each sample.
        symbols1_, symbols2_, classes_: what the axes of ``table_`` stand for.
        n_clusters_: (n1, n2).
        cells_: index of each sample's cell in the flattened table.
        clustered_: whether x1 and x2 were clustered, or passed through.
        null_bias_: expected total if x1 and x2 said nothing about y, in ``unit``.
        seed_: the seed, also where none was given.
        notes_: what was dropped, in words.
        n_features_in_, feature_names_in_: columns of x1 and x2.

    Examples:
        >>> import numpy as np
        >>> X1 = np.array([-1.5, -1.4, -1.5, -1.4, 1.5, 1.4, 1.5, 1.4])
        >>> X2 = np.array([0, 1, 0, 1, 0, 1, 0, 1])
        >>> y = (X1 > 0) ^ (X2 == 1)
        >>> est = ClusterPID(n_clusters=2).fit(X1, X2, y)
        >>> round(est.decomposition_.synergy, 6)
        1.0
    """

    decomposition_: Decomposition

    constraints: ClassVar = {
        "n_clusters": SIZES,
        "max_bias": number(above=0, most=1),
        "scale": FLAG,
        "n_components": either(integer(), NONE),
        "n_init": integer(),
        "unit": UNIT,
        "tol": TOL,
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        n_clusters: Size | Sequence[Size] = "auto",
        *,
        max_bias: float = 0.05,
        scale: bool = True,
        n_components: int | None = None,
        n_init: int = 10,
        unit: Unit = "bit",
        tol: float = 1e-9,
        random_state: int | None = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.max_bias = max_bias
        self.scale = scale
        self.n_components = n_components
        self.n_init = n_init
        self.unit = unit
        self.tol = tol
        self.random_state = random_state

    def fit(self, X1: object, X2: object, y: object) -> Self:
        """Cluster, count and decompose.

        Args:
            X1, X2: one row per sample: 1-D or 2-D arrays, lists or data frames.
            y: the class of each sample.

        Returns:
            The estimator itself, with the attributes that end in an underscore.

        Raises:
            InvalidInput: see ``as_variable``; also lengths that differ, a single class, a
                continuous y, fewer than two samples per class, or parameters out of range.
            SolverFailed: no certified answer.
        """
        self.check_parameters()
        self.seed_ = seed_of(self.random_state)
        x1, x2, target = as_variables(X1, X2, y)
        class_counts = check_classes(target)
        first, second = as_clusters((x1, x2), class_counts, self._resolution())
        classes = Classes(target, None).coding
        counted = count(first, second, classes)
        self.table_, self.notes_ = counted.table, counted.notes
        self.cells_ = counted.cells
        self.labels1_, self.labels2_ = first.codes, second.codes
        self.symbols1_, self.symbols2_ = first.symbols, second.symbols
        self.classes_ = classes.labels
        self.n_clusters_ = (first.size, second.size)
        self.clustered_ = (first.kind == "clusters", second.kind == "clusters")
        self.n_features_in_ = (first.columns, second.columns)
        self.feature_names_in_ = (x1.names, x2.names)
        self.null_bias_ = null_bias(self.table_) / nats_per(self.unit)
        self.decomposition_ = decompose(self.table_, unit=self.unit, tol=self.tol)
        return self

    def _resolution(self) -> Resolution:
        return Resolution(
            n_clusters=self.n_clusters,
            max_bias=self.max_bias,
            scale=self.scale,
            n_components=self.n_components,
            n_init=self.n_init,
            random_state=self.seed_,
        )
