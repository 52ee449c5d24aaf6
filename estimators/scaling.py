"""A source as numbers of one scale, learned from training rows and applied to any others."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pid._types import Floats
from pid.errors import InvalidInput
from pid.estimators.neural.tails import TAIL, has_tail
from pid.io.columns import Variable, listed, varying
from pid.io.numbers import indicators_of

OF_CALLER = 7  # frames up, who asks for codes or predictions
HUGE = 1e150  # its square is near the largest float, and that of 1 / HUGE near the least


class Scale:
    """Numbers of mean 0 and deviation 1, or an indicator for each symbol, as in training.

    Truths are numbers; of several columns of symbols each has indicators of its own, as most rows
    of many columns are one of a kind.

    Attributes:
        width: columns of what it gives.
        varies: whether any column does; one that does not is 0, whatever it is later.
        notes: what was done to the columns, in words.
        tails: which columns have values far out, in words, for whoever minds.
    """

    def __init__(self, x: Variable) -> None:
        self.symbols: tuple[tuple[object, ...], ...] | None = None
        self.names = x.names
        if x.is_symbolic and any(column.dtype.kind != "b" for column in x.columns):
            each = [x.single(i, x.role) for i in range(len(x.columns))]
            for one in each:
                indicators_of(one)  # too many are refused
            self.symbols = tuple(one.encoded()[1] for one in each)
            self.width = sum(map(len, self.symbols))
            self.varies = self.width > len(each)
            self.notes: tuple[str, ...] = (f"{x.role}: {self.width} symbols, an indicator of each",)
            self.tails: tuple[str, ...] = ()
            return
        matrix = x.matrix()
        self.width = matrix.shape[1]
        low, high = matrix.min(axis=0), matrix.max(axis=0)
        varies = varying(low, high)
        largest = np.maximum(np.abs(low), np.abs(high))
        squares_leave_range = (largest > HUGE) | ((largest > 0) & (largest < 1 / HUGE))
        self.unit = np.where(squares_leave_range, largest, 1.0)
        matrix = matrix / self.unit
        self.centre = matrix.mean(axis=0)
        self.scale = np.where(varies, 1 / np.where(varies, matrix.std(axis=0), 1.0), 0.0)
        self.varies = bool(varies.any())
        constant = [name for name, v in zip(x.names, varies, strict=True) if not v]
        self.notes = ()
        if constant:
            self.notes = (f"{x.role}: {listed(constant, 'constant column')}, which say nothing",)
        self.tails = _tails(x, matrix, varies)

    def __call__(self, x: Variable) -> Floats:
        """Shape (rows, width)."""
        self._check_columns(x)
        if self.symbols is None:
            return np.asarray((x.matrix() / self.unit - self.centre) * self.scale)
        return np.hstack(
            [_indicators(x.single(i, x.role), known) for i, known in enumerate(self.symbols)]
        )

    def inverse(self, Z: Floats) -> NDArray[Any]:
        """Columns as they were, from what this gives of them or values near it.

        Of symbols, the likeliest of each column: that of the largest indicator.

        Args:
            Z: shape (rows, width).

        Returns:
            Shape (rows, columns): numbers, or symbols as they were.
        """
        if self.symbols is None:
            apart = np.divide(1, self.scale, out=np.zeros_like(self.scale), where=self.scale > 0)
            return np.asarray((Z * apart + self.centre) * self.unit)
        found = np.empty((len(Z), len(self.symbols)), dtype=object)
        start = 0
        for i, known in enumerate(self.symbols):
            likeliest = Z[:, start : start + len(known)].argmax(axis=1)
            found[:, i] = [known[place] for place in likeliest]
            start += len(known)
        return found

    def _check_columns(self, x: Variable) -> None:
        if len(x.names) != len(self.names):
            columns = f"{len(x.names)} column{'s' * (len(x.names) != 1)}"
            raise InvalidInput(f"{x.role} has {columns}, and had {len(self.names)} in training")
        other = [(a, b) for a, b in zip(x.names, self.names, strict=True) if a != b]
        unnamed = x.role, *(f"{x.role}[{i}]" for i in range(len(self.names)))  # as of arrays
        if any(a not in unnamed and b not in unnamed for a, b in other):
            raise InvalidInput(
                f"{x.role} has column {other[0][0]!r} where it had {other[0][1]!r} in training; "
                "give the same columns in the same order"
            )


def _indicators(x: Variable, known: tuple[object, ...]) -> Floats:
    """Of the symbols that training had; another symbol is none of them, and said so."""
    codes, symbols = x.encoded()
    texts = {isinstance(symbol, str) for symbol in (*symbols, *known)}
    if len(texts) > 1 and not {*symbols} & {*known}:
        raise InvalidInput(
            f"column {x.names[0]!r} of {x.role} has values such as {symbols[0]!r}, and had "
            f"{known[0]!r} in training: give text or numbers both times"
        )
    place = {symbol: i for i, symbol in enumerate(known)}
    new = [symbol not in place for symbol in symbols]
    if any(new):
        count, first = int(np.isin(codes, np.flatnonzero(new)).sum()), symbols[new.index(True)]
        warnings.warn(
            f"column {x.names[0]!r} of {x.role} has symbols in {count:,} of {len(x):,} rows that "
            f"training had not, such as {first!r}; they are taken for none of those it had, which "
            "no row in training was: fit on rows with all symbols, or join rare ones",
            UserWarning,
            stacklevel=OF_CALLER,
        )
    values = np.zeros((len(x), len(known)))
    for code, symbol in enumerate(symbols):
        if symbol in place:
            values[codes == code, place[symbol]] = 1.0
    return values


def _tails(x: Variable, matrix: Floats, varies: NDArray[np.bool_]) -> tuple[str, ...]:
    far = [
        name
        for name, column, v in zip(x.names, np.sort(matrix, axis=0).T, varies, strict=True)
        if v and has_tail(column, float(column[0]), float(column[-1]))
    ]
    if not far:
        return ()
    return (
        f"{x.role}: {listed(far, 'column')} with values more than {TAIL} robust deviations from "
        "the median, which decide what is found; ranks or logarithms hold them in",
    )
