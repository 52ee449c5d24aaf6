"""What all that coordinates two sources does: read and scale them, and give each row two codes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils import Tags

from pid._types import Codes, Floats
from pid.checks import seed_of
from pid.errors import InvalidInput
from pid.estimators.base import NotFitted, PIDEstimator
from pid.estimators.coordination.canonical import paired_correlations
from pid.estimators.coordination.parts import FEWEST
from pid.estimators.scaling import Scale
from pid.io.columns import Variable, as_variable
from pid.io.copies import copies
from pid.io.rows import read_rows

Pair = tuple[Any, Any]  # an array each, or None for a source that is missing


class OfSources(PIDEstimator, ABC):
    """Reads and scales two sources or more.

    Attributes:
        notes_: what was done to the data, in words.
        seed_: the seed, also where none was given.
    """

    random_state: int | None
    holds_out: ClassVar[bool] = False  # whether rows are judged that were not learned from

    scales_: tuple[Scale, ...]
    notes_: tuple[str, ...]
    _groups: Codes  # of each row; copies of a row are one group, which no split parts
    _is_fitted = False

    def _read(self, sources: tuple[object, ...]) -> list[Floats]:
        """Training rows of all sources, standardised."""
        self._is_fitted = False  # a fit that fails leaves nothing of the one before
        self.seed_ = seed_of(self.random_state)
        variables = read_rows({f"x{i + 1}": X for i, X in enumerate(sources)}).variables
        if len(variables[0]) < FEWEST:
            raise InvalidInput(
                f"{type(self).__name__} learns from at least {FEWEST} rows; got {len(variables[0])}"
            )
        self.scales_ = tuple(map(Scale, variables))
        for x, scale in zip(variables, self.scales_, strict=True):
            if not scale.varies:
                raise InvalidInput(
                    f"{x.role} has the same value in all {len(x)} rows; there is nothing in it to "
                    "coordinate: give columns that vary"
                )
        self.notes_ = tuple(note for scale in self.scales_ for note in scale.notes)
        if self._minds_tails():
            self.notes_ += tuple(note for scale in self.scales_ for note in scale.tails)
        self._groups = np.arange(len(variables[0]))
        copied = copies(*variables) if self.holds_out else None
        if copied is not None:
            self._groups = copied.rows
            where = "all sources" if len(variables) > 2 else "x1 and x2"
            self.notes_ += (copied.note(grouped=True, where=where),)
        return [scale(x) for scale, x in zip(self.scales_, variables, strict=True)]

    def _minds_tails(self) -> bool:
        """Whether values far out decide what is found."""
        return True

    def _given(self, sources: tuple[object, ...]) -> list[Floats | None]:
        """Rows of the sources that are there, standardised as in training."""
        self._check_fitted()
        if len(sources) != len(self.scales_):
            raise InvalidInput(
                f"this {type(self).__name__} was fitted on {len(self.scales_)} sources; got "
                f"{len(sources)}: give None in the place of one that is missing"
            )
        variables: list[Variable | None] = [
            None if X is None else as_variable(X, f"x{i + 1}") for i, X in enumerate(sources)
        ]
        there = [x for x in variables if x is not None]
        if not there:
            raise InvalidInput("all sources are missing; give one of them")
        if len({len(x) for x in there}) > 1:
            counts = " and ".join(f"{len(x)} in {x.role}" for x in there)
            raise InvalidInput(f"sources must have one row per sample each; got {counts}")
        pairs = zip(self.scales_, variables, strict=True)
        return [None if x is None else scale(x) for scale, x in pairs]

    def _check_fitted(self) -> None:
        if not self._is_fitted:
            raise NotFitted(f"this {type(self).__name__} is not fitted yet; call fit first")

    def __sklearn_is_fitted__(self) -> bool:
        """Attributes of a fit that failed are no sign of one."""
        return self._is_fitted

    def __sklearn_tags__(self) -> Tags:
        """As of all estimators here, but no target is needed."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.target_tags.one_d_labels = False
        return tags


class Coordination(OfSources):
    """Learns a code of each source, such that the codes of a row belong together."""

    holds_out = True

    def fit(self, X1: object, X2: object, y: object = None) -> Self:
        """Learn from rows of both sources.

        Args:
            X1, X2: one row per sample each: numbers, or symbols.
            y: there for pipelines; nothing looks at it.

        Raises:
            InvalidInput: parameters or data that cannot be used.
        """
        self.check_parameters()
        first, second = self._read((X1, X2))
        self._learn(first, second)
        self._is_fitted = True
        return self

    def transform(self, X1: object, X2: object = None) -> Pair:
        """The codes of rows: shapes (rows, k) each, and None for a source that is missing.

        A symbol that the training rows had not is taken for none of theirs, with a warning.

        Raises:
            InvalidInput: not fitted, both sources are missing, or columns that are not those of
                the training rows.
        """
        given = self._given((X1, X2))
        return self._code(0, given[0]), self._code(1, given[1])

    def fit_transform(self, X1: object, X2: object, y: object = None) -> Pair:
        """The codes of the training rows."""
        return self.fit(X1, X2, y).transform(X1, X2)

    def score(self, X1: object, X2: object, y: object = None) -> float:
        """Sum of the correlations of the paired components on these rows."""
        return float(paired_correlations(*self._both(X1, X2)).sum())

    @abstractmethod
    def _learn(self, X1: Floats, X2: Floats) -> None:
        """From standardised sources."""

    @abstractmethod
    def _encode(self, source: int, X: Floats) -> Floats:
        """The code of a standardised source, shape (rows, k)."""

    def _code(self, source: int, X: Floats | None) -> Floats | None:
        return None if X is None else self._encode(source, X)

    def _both(self, X1: object, X2: object) -> tuple[Floats, Floats]:
        """Codes of rows of which no source may be missing."""
        first, second = self._given((X1, X2))
        if first is None or second is None:
            raise InvalidInput("a score needs both sources; one of them is None")
        if len(first) < 2:
            raise InvalidInput("a score needs at least 2 rows; got 1")
        return self._encode(0, first), self._encode(1, second)
