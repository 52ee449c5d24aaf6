"""A selector in scikit-learn's manner: ``pid.SelectByPID``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_selection import SelectorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from pid._types import Codes, Floats
from pid.analysis.selection.forward import Asked, Forward
from pid.analysis.selection.gains import Data
from pid.analysis.selection.reasons import reasons
from pid.checks import (
    AUTO,
    NONE,
    RANDOM_STATE,
    TARGET_BINS,
    Constraint,
    either,
    integer,
    named,
    number,
    seed_of,
)
from pid.core.information import nats_per
from pid.discretization.coding import clusters, quantiles
from pid.discretization.resolution import Resolution
from pid.discretization.sources import varies
from pid.discretization.target import as_classes
from pid.errors import InvalidInput
from pid.estimators.base import PIDEstimator
from pid.io.columns import Variable, check_target, listed
from pid.io.rows import read_rows
from pid.io.sets import choose_sets

FEWEST, MOST = 3, 8  # values of a source, where they are "auto"
ROWS = 5  # of a cell, where three sources of so many values and y make a table


class SelectByPID(SelectorMixin, PIDEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Keep columns, or groups of them, that tell of y what others do not; drop what is redundant.

    Sources are kept one after the other. The next is the one with the largest I(Y; source | kept):
    its unique information and its synergy with those kept, in the decomposition of both. What it
    says that is said already is redundancy, and counts for nothing. Two sources that tell only
    together, such as both columns of an exclusive or, are found by a look at all pairs, and may
    come as two.

    All of it is counted: numbers are cut into a few bins of equal share, groups of columns into
    clusters, and what is kept into cells of what forests say of rows that they have not seen. So it
    is a matter of seconds for tens of columns, and of a rough look; ``pid.value`` says with
    intervals what each of a few sources is worth.

    Args:
        k: sources to keep; "auto" for as many as are shown to tell something, at least one.
        groups: name -> columns of X, as names and globs, or as places; each group is a source that
            is kept or dropped as a whole, and other columns are dropped. Each column is a source if
            left out.
        level: of the test that stops "auto", over all sources that are left.
        bins: values of a source; "auto" for as many as three of them and y have rows for, 3 to 8.
        target_bins: as in ``pid.quantify``.
        random_state: seed of forests and cells; None takes another one each time.

    Attributes:
        sources_: names: columns, or groups.
        ranking_: of each source, 1 for the first that was kept, and so on; all that were dropped
            come after the last.
        gain_: bits that each added when it was kept; of what was dropped, that it would have added
            at the end. Estimates, corrected for what chance makes, so that they may be below 0.
        reasons_: name -> in a sentence, why it was kept or dropped.
        support_: whether each column of X is kept.
        notes_: what was done to the data, in words.
        n_features_in_, feature_names_in_: as in scikit-learn.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> X = rng.integers(2, size=(500, 4))
        >>> X = np.column_stack([X, X[:, 0]])  # the last says what the first does
        >>> found = SelectByPID().fit(X, X[:, 0] ^ X[:, 1])
        >>> found.get_support(indices=True), found.reasons_["x4"]
        (array([0, 1]), 'redundant with x0, as to the 1.00 bit that it tells beside x1')
    """

    constraints: ClassVar[Mapping[str, Constraint]] = {
        "k": either(AUTO, integer(1)),
        "groups": either(named("columns"), NONE),
        "level": number(above=0, below=1),
        "bins": either(AUTO, integer(2)),
        "target_bins": TARGET_BINS,
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        k: int | Literal["auto"] = "auto",
        *,
        groups: Mapping[str, object] | None = None,
        level: float = 0.05,
        bins: int | Literal["auto"] = "auto",
        target_bins: int | Literal["auto"] | None = "auto",
        random_state: int | None = 0,
    ) -> None:
        self.k = k
        self.groups = groups
        self.level = level
        self.bins = bins
        self.target_bins = target_bins
        self.random_state = random_state

    def fit(self, X: object, y: object) -> Self:
        """Choose columns of X.

        Args:
            X: a row per sample: a data frame or an array, numbers or symbols, without gaps.
            y: the target: classes, or numbers, which are cut into bins.

        Raises:
            InvalidInput: data or parameters that cannot be used; more sources asked for than vary.
        """
        self.check_parameters()
        if y is None:
            raise InvalidInput("give y, the target: columns are chosen by what they tell of it")
        whole, target = read_rows({"X": X}, y).variables
        check_target(target)
        self._know(X, y)
        places = self._places(whole)
        classes = as_classes(target, self.target_bins)
        seed = seed_of(self.random_state)
        known = classes.coding.codes
        sources = [whole.some(list(columns)) for columns in places.values()]
        alive = [i for i, source in enumerate(sources) if varies(source)]
        self._check_enough(len(alive))
        size = self._size(len(known), classes.coding.size)
        how = Resolution(n_clusters=size, random_state=seed)
        codes = [_codes(sources[i], size, how) for i in alive]
        data = Data(np.column_stack(codes), size, known, classes.coding.size)
        columns = [_numbers(sources[i]) for i in alive]
        most = None if self.k == "auto" else int(self.k)
        found = Forward(data, columns, Asked(most, self.level, seed))
        found.run()
        self._keep(found, list(places), alive, list(places.values()))
        self.notes_ = (*classes.notes, *self._said(alive, size))
        return self

    def _know(self, X: Any, y: object) -> None:
        """What scikit-learn keeps of X: how many columns, and their names."""
        if not hasattr(X, "columns"):
            X = np.asarray(X)
            if X.ndim != 2:
                raise InvalidInput(
                    f"X must be a table, of 2 axes; got {X.ndim}: make one column a table by "
                    "X[:, None]"
                )
        validate_data(self, X, skip_check_array=True)

    def _places(self, X: Variable) -> dict[str, list[int]]:
        """Columns of each source, by its name."""
        names = list(getattr(self, "feature_names_in_", [f"x{i}" for i in range(len(X.names))]))
        if self.groups is None:
            return {str(name): [i] for i, name in enumerate(names)}
        if hasattr(self, "feature_names_in_"):
            table: Any = {str(name): [i] for i, name in enumerate(names)}
        else:
            table = np.arange(len(names))[None]
        sets, _ = choose_sets(table, self.groups, None)
        return {name: np.asarray(places).ravel().tolist() for name, places in sets.items()}

    def _check_enough(self, alive: int) -> None:
        what = "column" if self.groups is None else "group"
        if not alive:
            raise InvalidInput(f"no {what} of X varies: there is nothing to choose from")
        if self.k != "auto" and self.k > alive:
            raise InvalidInput(
                f"k is {self.k}, and {alive} {what}{'s' * (alive > 1)} of X "
                f"var{'y' if alive > 1 else 'ies'}; ask for no more, or take k='auto'"
            )

    def _size(self, rows: int, classes: int) -> int:
        if self.bins != "auto":
            return int(self.bins)
        return int(np.clip(round((rows / (ROWS * classes)) ** (1 / 3)), FEWEST, MOST))

    def _keep(
        self, found: Forward, names: list[str], alive: list[int], places: list[list[int]]
    ) -> None:
        """What was found, by all sources and columns that there are."""
        kept, bit = [alive[step.source] for step in found.kept], nats_per("bit")
        self.sources_ = tuple(names)
        self.ranking_ = np.full(len(names), len(kept) + 1)
        self.ranking_[kept] = np.arange(1, len(kept) + 1)
        self.gain_ = np.zeros(len(names))
        self.gain_[kept] = [step.gain / bit for step in found.kept]
        left = found.gains()
        self.gain_[[alive[i] for i in found.rest]] = left.nats / bit
        words = reasons(found, left, [names[i] for i in alive])
        constant = "it is constant"
        self.reasons_ = {name: words.get(name, constant) for name in names}
        self.support_ = np.zeros(self.n_features_in_, dtype=bool)
        self.support_[[column for i in kept for column in places[i]]] = True

    def _said(self, alive: list[int], size: int) -> tuple[str, ...]:
        constant = [name for i, name in enumerate(self.sources_) if i not in set(alive)]
        notes = (f"sources have at most {size} values: bins, clusters or the commonest symbols",)
        return (*notes, *([f"left out {listed(constant, 'constant source')}"] if constant else []))

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self, "support_")
        return self.support_

    def __sklearn_tags__(self) -> Tags:
        """One table, unlike the estimators of two sources."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags


def _codes(source: Variable, size: int, how: Resolution) -> Codes:
    """At most so many values: bins, clusters, or the commonest symbols and one for all others."""
    coding = quantiles(source, size) if len(source.columns) == 1 else clusters(source, size, how)
    if coding.size <= size:
        return coding.codes
    order = np.argsort(-np.bincount(coding.codes, minlength=coding.size), kind="stable")
    place = np.empty(coding.size, dtype=np.intp)
    place[order] = np.minimum(np.arange(coding.size), size - 1)
    return np.asarray(place[coding.codes])


def _numbers(source: Variable) -> Floats:
    """Columns as a forest reads them: symbols as numbers of their codes."""
    columns = [
        column if column.dtype.kind in "biuf" else source.encoded_column(i)[0]
        for i, column in enumerate(source.columns)
    ]
    return np.column_stack([column.astype(np.float64) for column in columns])
