"""I(x; y) of numbers x and symbols y by neighbours within classes, and among all rows; in nats.

Ross, PLoS ONE 9, e87357 (2014).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist
from scipy.special import psi

from pid._types import Codes, Floats
from pid.core.distinct import numbered_rows
from pid.estimators.mutual_information.dependent import apart, design_effect, partners, thinned
from pid.estimators.mutual_information.found import Found
from pid.estimators.mutual_information.neighbours import NEIGHBOURS, TOGETHER, within

GROWING, NOTHING = 0.05, 0.01  # of the value, and nats that are none
SURE = 3.0  # standard errors of what more rows would say


def ross(codes: Codes, scores: Floats, groups: Codes | None = None) -> Found:
    """The mean of terms, and what more rows would clearly say.

    Classes of a single row, or of rows of a single group, have no neighbours, and are left out.
    Where classes have borders, the share of rows near one is (k / n)^(1 / d): what k neighbours say
    more than 2 k is of the same kind as what all rows will.
    """
    rows = _several(codes, groups)
    notes = () if rows.all() else (f"left out {(~rows).sum():,} rows, single ones of a class",)
    codes, scores, groups = codes[rows], scores[rows], None if groups is None else groups[rows]
    terms = terms_of(codes, scores, NEIGHBOURS, groups)
    if groups is not None:
        some = thinned(groups, len(codes), design_effect(terms, groups))
        codes, scores, groups = codes[some], scores[some], groups[some]
        terms = terms_of(codes, scores, NEIGHBOURS, groups)
    growth = terms - terms_of(codes, scores, 2 * NEIGHBOURS, groups)
    to_go = 1 / (2 ** (1 / scores.shape[1]) - 1)
    error, unsure = (
        float(each.std()) * math.sqrt(design_effect(each, groups) / len(terms))
        for each in (terms, to_go * growth)
    )
    value, growing = float(terms.mean()), max(to_go * float(growth.mean()), 0.0)
    surely = growing > max(NOTHING, SURE * unsure)  # as where x says all of y
    found = value + growing * surely
    reach = 2 * error + 0.007
    high = found + reach + 0.007 + (2 * unsure if surely else growing)
    flags = ("still growing",) * (surely and growing > GROWING * found)
    return Found(found, value - reach, high, "ross", flags, notes)


def plain(codes: Codes, scores: Floats, k: int) -> float:
    """The mean of terms alone."""
    rows = _several(codes, None)
    return float(terms_of(codes[rows], scores[rows], k, None).mean())


def _several(codes: Codes, groups: Codes | None) -> NDArray[np.bool_]:
    """Rows whose class has others, of other groups."""
    units = np.arange(len(codes)) if groups is None else groups
    kinds = numbered_rows([codes, units])[1]  # of class and group
    return np.asarray((np.bincount(codes[kinds]) > 1)[codes])


def terms_of(codes: Codes, scores: Floats, k: int, groups: Codes | None) -> Floats:
    """Of each row, whose class has others, a term; their mean is the estimate."""
    if groups is not None:
        return _terms_of_groups(codes, scores, k, groups)
    counts = np.bincount(codes)
    reach, near = np.empty(len(codes)), np.minimum(k, counts[codes] - 1)
    for code in np.flatnonzero(counts):
        own = np.flatnonzero(codes == code)
        far = cKDTree(scores[own]).query(scores[own], [int(near[own[0]]) + 1], p=np.inf)[0]
        reach[own] = np.nextafter(np.ravel(far), 0)
    return np.asarray(psi(len(codes)) + psi(near) - psi(counts[codes]) - psi(within(scores, reach)))


def _terms_of_groups(codes: Codes, scores: Floats, k: int, groups: Codes) -> Floats:
    """The same, among rows of other groups."""
    n, terms = len(codes), []
    for rows in np.array_split(np.arange(n), max(1, n * n // TOGETHER)):
        far = cdist(scores[rows], scores, "chebyshev")
        far[partners(groups, rows, np.arange(n))] = np.inf
        own = np.where(codes[rows][:, None] == codes, far, np.inf)
        of_class = np.isfinite(own).sum(axis=1)
        near = np.minimum(k, of_class - 1)
        reach = np.nextafter(np.sort(own, axis=1)[np.arange(len(rows)), near], 0)
        seen = (far <= reach[:, None]).sum(axis=1)
        terms.append(psi(apart(groups, rows, n)) + psi(near) - psi(of_class) - psi(seen))
    return np.concatenate(terms)
