"""The one call from data to answer: ``pid.quantify``."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid._version import __version__
from pid.decomposition import ATOMS, Decomposition, shown, tiny
from pid.errors import InvalidInput
from pid.estimators.clustering import MAX_CELLS, ClusterPID, Size
from pid.estimators.columns import Variable, as_variables, check_target
from pid.estimators.options import is_auto, is_count, is_seed
from pid.estimators.resolution import null_bias
from pid.estimators.target import as_classes
from pid.exact import decompose
from pid.information import Unit, entropy, nats_per
from pid.joint import count_samples
from pid.reading import doubts, read

Interval = Mapping[str, tuple[float, float]]


class Axis(NamedTuple):
    """One axis of the table that was decomposed: what it was made from, and its size."""

    name: str
    columns: int
    size: int
    kind: str  # "clusters", "symbols", "classes" or "bins"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq off: array field
class Quantification:
    """What X1 and X2 say about y, with all that is needed to judge the numbers.

    Attributes:
        decomposition: as counted, with its certificate.
        corrected: after bias correction; None where none was made.
        interval: (low, high) per atom; None where none was asked for.
        axes: names, numbers of columns and of symbols of x1, x2 and y.
        table: samples per cell, shape (n1, n2, k); ``decomposition.check(table)`` verifies.
        n: samples.
        estimator: "cluster" or "table".
        parameters: of the estimator.
        random_state: the seed.
        null_bias: expected total if x1 and x2 said nothing about y, in the unit of the atoms.
        notes: what was done to the data.
        warnings: reasons not to trust the numbers.
        seconds: time taken.
    """

    decomposition: Decomposition
    corrected: Decomposition | None
    interval: Interval | None
    axes: tuple[Axis, Axis, Axis]
    table: NDArray[np.int64]
    n: int
    estimator: str
    parameters: Mapping[str, object]
    random_state: int | None
    null_bias: float
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float

    @property
    def cells_per_sample(self) -> float:
        """Cells of the table per sample: the smaller, the better each cell is known."""
        return self.table.size / self.n

    @property
    def gap(self) -> float | None:
        """Certified distance from the exact optimum, in the unit of the atoms; None: no proof."""
        certificate = self.decomposition.certificate
        return None if certificate is None else float(certificate.gap)

    @property
    def target_entropy(self) -> float:
        """H(y): what there is to be said about y, in the unit of the atoms."""
        return entropy(self.table.sum(axis=(0, 1)), unit=self.decomposition.unit)

    @property
    def reading(self) -> str:
        """The answer in plain words."""
        text = read(self.decomposition, self.target_entropy)
        return f"Not to be trusted, see the warning: {text}" if self.warnings else text

    def to_dict(self) -> dict[str, object]:
        """The names and values of the JSON output."""
        x1, x2, y = (axis.name for axis in self.axes)
        atoms = {name: float(getattr(self.decomposition, name)) for name in (*ATOMS, "total")}
        return {
            **atoms,
            "unit": self.decomposition.unit,
            "gap": self.gap,
            "x1": x1,
            "x2": x2,
            "y": y,
            "n": self.n,
            "estimator": self.estimator,
            "random_state": self.random_state,
            "version": __version__,
        }

    def __repr__(self) -> str:
        unit = self.decomposition.unit
        size = " x ".join(str(axis.size) for axis in self.axes)
        rows = [f"Quantification of {self.n} samples in a {size} table, in {unit}"]
        rows += [f"  {name:<11}{self.show(name)}" for name in (*ATOMS, "total")]
        return "\n".join([*rows, self.reading, *(f"Warning: {text}" for text in self.warnings)])

    def show(self, atom: str) -> str:
        """A value to four decimals; 0.0000 for what the certificate cannot tell from 0."""
        return shown(float(getattr(self.decomposition, atom)), tiny(self.decomposition))


def quantify(
    X1: object,
    X2: object,
    y: object,
    *,
    estimator: Literal["auto", "cluster", "table"] = "auto",
    n_clusters: Size | Sequence[Size] = "auto",
    bins: int | Literal["auto"] | None = "auto",
    interval: None = None,
    unit: Unit = "bit",
    tol: float = 1e-9,
    names: Sequence[str] | None = None,
    random_state: int | None = 0,
) -> Quantification:
    """How much of what X1 and X2 say about y is redundant, unique to each, or synergistic.

    Args:
        X1, X2: one row per sample: arrays, lists, or pandas, polars or Arrow tables.
        y: the target: classes, or numbers that are cut into quantile bins.
        estimator: "table" counts all values as symbols; "cluster" is ``ClusterPID``; "auto" takes
            "table" if both X1 and X2 are symbols already, else "cluster".
        n_clusters: of ``ClusterPID``.
        bins: quantile bins of y; "auto" makes 4 if y is continuous; None makes every value a class.
        interval: no intervals are available in this version.
        unit: "bit" or "nat".
        tol: certified gap, in nats.
        names: what X1, X2 and y are called in the result; their column names if left out.
        random_state: seed of the clustering; None takes another one each time.

    Returns:
        The decomposition of the table that was counted, with its certificate, the table, its
        sampling bias, what was done to the data, and reasons to doubt the numbers.

    Raises:
        InvalidInput: data or options that cannot be used; the message says what to change.
        SolverFailed: no certified answer.

    Example:
        >>> q = quantify([0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50, [0, 1, 1, 0] * 50)
        >>> print(q.reading)
        Together x1 and x2 tell all of y. Nearly all of that shows only when both are seen together.
    """
    begin = time.perf_counter()
    _check_options(estimator, n_clusters, bins, interval, names, random_state)
    clusters = ClusterPID(n_clusters, unit=unit, tol=tol, random_state=random_state)
    clusters.check_parameters()
    x1, x2, target = as_variables(X1, X2, y)
    check_target(target)
    target, note = as_classes(target, bins)
    solved = _solve(x1, x2, target, estimator, clusters)
    bias = null_bias(solved.table) / nats_per(unit)
    return Quantification(
        decomposition=solved.decomposition,
        corrected=None,
        interval=None,
        axes=_axes((x1, x2, target), names, solved, "bins" if note else "classes"),
        table=solved.table,
        n=len(x1),
        estimator=solved.estimator,
        parameters=solved.parameters,
        random_state=None if random_state is None else int(random_state),
        null_bias=bias,
        notes=((note,) if note else ()) + solved.notes,
        warnings=doubts(solved.table, bias, solved.decomposition.total, unit),
        seconds=time.perf_counter() - begin,
    )


class _Solved(NamedTuple):
    estimator: str
    table: NDArray[np.int64]
    decomposition: Decomposition
    kinds: tuple[str, str]
    notes: tuple[str, ...] = ()
    parameters: Mapping[str, object] = MappingProxyType({})


def _solve(
    x1: Variable, x2: Variable, y: Variable, estimator: str, clusters: ClusterPID
) -> _Solved:
    """Count and decompose by the estimator asked for, or by the one that fits the data."""
    symbolic = x1.is_symbolic and x2.is_symbolic
    if estimator == "cluster" or (estimator == "auto" and not symbolic):
        return _as_clusters(x1, x2, y, clusters)
    solved = _as_symbols(x1, x2, y, clusters.unit, clusters.tol)
    if is_auto(clusters.n_clusters):
        return solved
    return solved._replace(notes=("x1 and x2 are symbols already: n_clusters was not used",))


def _as_symbols(x1: Variable, x2: Variable, y: Variable, unit: Unit, tol: float) -> _Solved:
    symbols = (variable.symbols() for variable in (x1, x2, y))
    table = count_samples(*symbols, most_cells=MAX_CELLS).counts
    return _Solved("table", table, decompose(table, unit=unit, tol=tol), ("symbols", "symbols"))


def _as_clusters(x1: Variable, x2: Variable, y: Variable, clusters: ClusterPID) -> _Solved:
    fitted = clusters.fit(x1, x2, y)
    kind1, kind2 = ("clusters" if clustered else "symbols" for clustered in fitted.clustered_)
    return _Solved(
        "cluster",
        fitted.table_,
        fitted.decomposition_,
        (kind1, kind2),
        fitted.notes_,
        {"n_clusters": fitted.n_clusters, "max_bias": fitted.max_bias},
    )


def _axes(
    variables: tuple[Variable, Variable, Variable],
    names: Sequence[str] | None,
    solved: _Solved,
    kind_of_y: str,
) -> tuple[Axis, Axis, Axis]:
    x1, x2, y = (
        Axis(name, len(variable.columns), size, kind)
        for name, variable, size, kind in zip(
            names or [variable.label for variable in variables],
            variables,
            solved.table.shape,
            (*solved.kinds, kind_of_y),
            strict=True,
        )
    )
    return x1, x2, y


def _check_options(
    estimator: object,
    n_clusters: object,
    bins: object,
    interval: object,
    names: object,
    random_state: object,
) -> None:
    """The options that ``ClusterPID`` does not check."""
    if not isinstance(estimator, str) or estimator not in ("auto", "cluster", "table"):
        raise InvalidInput(f"estimator must be 'auto', 'cluster' or 'table'; got {estimator!r}")
    if estimator == "table" and not is_auto(n_clusters):
        raise InvalidInput(f"estimator 'table' makes no clusters; got n_clusters={n_clusters!r}")
    if not (bins is None or is_auto(bins) or is_count(bins, least=2)):
        raise InvalidInput(f"bins must be 'auto', None or an integer of at least 2; got {bins!r}")
    if interval is not None:
        raise InvalidInput(
            f"intervals are not available in this version; got interval={interval!r}"
        )
    if names is not None and not _are_names(names):
        raise InvalidInput(f"names must be three texts, for x1, x2 and y; got {names!r}")
    if not (random_state is None or is_seed(random_state)):
        raise InvalidInput(
            f"random_state must be an integer between 0 and 2**32 - 1, or None; got "
            f"{random_state!r}"
        )


def _are_names(names: object) -> bool:
    if not isinstance(names, tuple | list):
        return False
    return len(names) == 3 and all(isinstance(name, str) for name in names)
