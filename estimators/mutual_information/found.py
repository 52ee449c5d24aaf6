"""What a route finds: a value with its interval, in nats, and what there is to mind."""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """An estimate in nats.

    Attributes:
        value: as computed; it may be below 0.
        low, high: ends of an interval of 95 %.
        route: how it was found, a word of ``ROUTES``.
        flags: what there is to mind, words of ``FLAGS``.
        notes: what was done, in words.
    """

    value: float
    low: float
    high: float
    route: str
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


ROUTES = {
    "gaussian copula": "log-determinants of normal scores, their exact bias removed",
    "t copula": "a Gaussian copula with tails that depend on each other, in closed form",
    "neighbours": "nearest neighbours, less their bias on data drawn from the fitted copula",
    "manifold": "nearest neighbours on principal components, extrapolated from half of the rows",
    "ridge": "neighbours or copula of one view and the mean of the other by kernel ridge",
    "ross": "nearest neighbours within classes and among all rows (Ross, 2014)",
    "classifier": "H(y) less the loss of classifiers, out of fold",
    "discriminant": "nearest neighbours within classes along the discriminant of other rows",
    "counts": "counts of symbols, corrected by their number (Miller, 1955)",
    "known": "one of both is a part of what is given, beyond which it tells nothing",
    "strata": "estimates within each symbol of the condition, weighted",
}

FLAGS = {
    "curved": "one view bends over the other, in four columns or more: read it as at least so much",
    "still growing": "half of the rows tell clearly less: with more rows it is likely to grow",
    "near log n": "it is near the most that distances between so few rows can show: read it as at "
    "least so much",
    "few components": "rows are few for the columns: principal components stand for these, and "
    "what the rest of them tells is not seen",
    "condition in part": "what is given bends over the others, or its columns are many for the "
    "rows, so that not all of it could be taken off: the answer may be too high",
    "rare classes": "classes of few rows are taken as one: what tells them apart is not seen",
    "mostly correction": "cells are many for the rows: much of what was counted is bias",
}
