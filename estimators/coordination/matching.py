"""Whether codes find their partners, and how far the codes of two sources are one."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Codes, Floats
from pid.checks import RANDOM_STATE, checked, integer, seed_of
from pid.errors import InvalidInput
from pid.estimators.coordination.canonical import canonical, paired_correlations
from pid.estimators.coordination.parts import FEWEST, FOLDS, folds
from pid.estimators.coordination.similarity import (
    SIMILARITY,
    Similarity,
    compared,
    paired_codes,
    similarity_of,
    squared_distances,
)
from pid.io.columns import as_variable
from pid.io.copies import copies

RIDGE = 1e-4  # in units of the mean variance
CHUNK = 2**22  # similarities that are looked at together
STRONG, NONE = 0.8, 0.05  # shares of variance that a source's code has in common with the other's


@checked(similarity=SIMILARITY, at=integer())
def recall(
    Z1: ArrayLike, Z2: ArrayLike, *, similarity: str | Similarity = "cosine", at: int = 1
) -> float:
    """Share of rows whose partner is among the nearest codes of the other source, both ways.

    Where several are equally near, it is the chance that the partner is taken: codes that are all
    the same find 1 in n, not all.

    Args:
        Z1, Z2: codes of the same rows, shapes (n, d).
        similarity: of ``SIMILARITIES``, or a function.
        at: how many of the nearest.

    Raises:
        InvalidInput: codes that do not pair.

    Examples:
        >>> recall(np.eye(4), np.eye(4)), recall(np.ones((4, 2)), np.ones((4, 2)))
        (1.0, 0.25)
    """
    first, second = paired_codes(Z1, Z2)
    found = similarity_of(similarity)
    if first.shape[1] != second.shape[1] and not callable(similarity):
        raise InvalidInput(
            "Z1 and Z2 must have the same columns to be compared; got "
            f"{first.shape[1]} in Z1 and {second.shape[1]} in Z2"
        )
    ways = [
        _found(first, second, found, at),
        _found(second, first, lambda A, B: found(B, A).T, at),  # the first source stays first
    ]
    return float(np.mean(ways))


class Strength(NamedTuple):
    """How far the codes of two sources are one, on rows that nothing was learned from.

    Attributes:
        kind: "strong", "partial" or "none".
        shared1, shared2: share of the variance of each code that is a linear function of the other.
        correlations: held-out canonical correlations, in falling order, shape (min(d1, d2),).
        matched: recall at 1 by these components, each weighted by its correlation.
        chance: what codes that have nothing in common find.
    """

    kind: Literal["strong", "partial", "none"]
    shared1: float
    shared2: float
    correlations: Floats
    matched: float
    chance: float


@checked(random_state=RANDOM_STATE)
def strength(Z1: ArrayLike, Z2: ArrayLike, *, random_state: int | None = 0) -> Strength:
    """Whether codes are coordinated strongly, in part, or not at all.

    Strong coordination brings sources into one space: nearly all of one code can be told from the
    other. Partial coordination ties some directions and leaves each source others of its own. The
    measure is the share of a code's variance that the other predicts linearly, on held-out rows in
    five folds (the redundancy index of Stewart & Love, Psychol. Bull. 1968): at least .8 both ways
    is "strong", below .05 both ways "none". Standardised columns count alike, however small.

    Args:
        Z1, Z2: codes of the same rows, shapes (n, d1) and (n, d2), on rows that the codes were not
            fitted on; else it is their fit that is measured.
        random_state: seed of the folds.

    Raises:
        InvalidInput: codes that do not pair, or fewer than 20 rows.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> shared, own1, own2 = rng.normal(size=(3, 300, 2))
        >>> strength(shared, shared @ [[1, 1], [0, 1]]).kind
        'strong'
        >>> strength(np.hstack([shared, own1]), np.hstack([shared, own2])).kind
        'partial'
        >>> strength(own1, own2).kind
        'none'
    """
    first, second = (_standardised(Z) for Z in paired_codes(Z1, Z2, FEWEST))
    rng = np.random.default_rng(seed_of(random_state))
    width = min(first.shape[1], second.shape[1])
    shared1, shared2, matched, correlations = [], [], [], []
    for rest, fold in folds(_groups(first, second), rng):
        A, B, P, Q = first[rest], second[rest], first[fold], second[fold]
        shared1.append(_explained(B, A, Q, P))
        shared2.append(_explained(A, B, P, Q))
        found = canonical(A, B, width, RIDGE)
        U, V = found.first(P), found.second(Q)
        pairs = paired_correlations(U, V)
        correlations.append(np.pad(pairs, (0, width - len(pairs))))
        weight = np.sqrt(found.correlations.clip(0, 1))
        matched.append(recall(U * weight, V * weight) if len(pairs) else 1 / len(fold))
    shares = float(np.mean(shared1)), float(np.mean(shared2))
    kind: Literal["strong", "partial", "none"] = "partial"
    if min(shares) >= STRONG:
        kind = "strong"
    elif max(shares) < NONE:
        kind = "none"
    return Strength(
        kind,
        *shares,
        correlations=np.mean(correlations, axis=0),
        matched=float(np.mean(matched)),
        chance=FOLDS / len(first),
    )


def near_copies(X: Floats, most: int = 1_000, near: float = 0.01) -> float:
    """Share of pairs of rows that are much nearer than usual: as good as the same row."""
    some = X[np.linspace(0, len(X) - 1, min(len(X), most)).astype(np.intp)]
    squares = squared_distances(some, some)[np.triu_indices(len(some), 1)]
    usual = float(np.median(squares)) or float(squares.max())
    return float((squares <= near**2 * usual).mean())


def _found(Z1: Floats, Z2: Floats, similarity: Similarity, at: int) -> float:
    total = 0.0
    step = max(1, CHUNK // len(Z2))
    for start in range(0, len(Z1), step):
        S = compared(similarity, Z1[start : start + step], Z2)
        own = S[np.arange(len(S)), start + np.arange(len(S))][:, None]
        nearer, equal = (own < S).sum(axis=1), (own == S).sum(axis=1)
        total += float(((at - nearer) / equal).clip(0, 1).sum())
    return total / len(Z1)


def _groups(first: Floats, second: Floats) -> Codes:
    """Of each row; copies of a row are one group."""
    copied = copies(as_variable(first, "Z1"), as_variable(second, "Z2"))
    return np.arange(len(first)) if copied is None else copied.rows


def _standardised(Z: Floats) -> Floats:
    deviation = Z.std(axis=0)
    varies = deviation > 1e-9 * np.abs(Z).max(axis=0, initial=1e-300)
    return np.asarray(
        (Z - Z.mean(axis=0)) * np.where(varies, 1 / np.where(varies, deviation, 1), 0)
    )


def _explained(X: Floats, Y: Floats, X_new: Floats, Y_new: Floats) -> float:
    """Share of the variance of Y that X predicts linearly, on new rows; at least 0."""
    centre = Y.mean(axis=0)
    A = np.column_stack([X, np.ones(len(X))])
    B = np.linalg.solve(A.T @ A + RIDGE * len(A) * np.eye(A.shape[1]), A.T @ (Y - centre))
    left = Y_new - centre - np.column_stack([X_new, np.ones(len(X_new))]) @ B
    variance = float(((Y_new - centre) ** 2).sum())
    return max(0.0, 1 - float((left**2).sum()) / variance) if variance > 0 else 0.0
