"""Frames of answers have the numbers of the answers, a row for each thing they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pid
from tests.analysis.test_copies_of_answers import ANSWERS, X1, X2, A, B, Y

Rows = dict[str, tuple[float, ...]]


def of_quantification(q: pid.Quantification) -> Rows:
    none = (np.nan, np.nan)
    return {a.name: (a.value, *(a.interval or none), a.counted) for a in q.summary()}


def of_half_labelled(found: pid.HalfLabelled) -> Rows:
    b, ends = found.bounds, found.interval
    rows: Rows = {name: (getattr(b, name),) * 2 for name in ("redundancy", "unique1", "unique2")}
    rows["synergy"] = (b.lower, b.upper)
    if ends is None:
        return rows
    return {n: (*row, *(found.synergy if n == "synergy" else ends[n])) for n, row in rows.items()}


def of_remaining(found: Any) -> Rows:
    both = (found.information, found.accuracy)
    ends = ("corrected", "low", "high")
    return {g: tuple(getattr(m[g], e) for m in both for e in ends) for g in found.information}


def of_taxonomy(found: pid.Taxonomy) -> Rows:
    ends = found.interval or {}
    none = (np.nan, np.nan)
    return {k: (v, *ends.get(k, none), k in found.kinds) for k, v in found.amounts.items()}


def of_suggestion(found: pid.Suggestion) -> Rows:
    return {s.name: (s.left_out, *(s.interval or ()), s.enough) for s in found.systems}


def of_accuracy(b: pid.AccuracyBounds) -> Rows:
    known: dict[str, float] = {"x1": b.unimodal1, "x2": b.unimodal2, "majority": b.majority}
    rows: Rows = {name: (value, value) for name, value in known.items()}
    return {**rows, "both": (b.lower, b.upper)}


CASES: dict[str, tuple[Callable[[], Any], Callable[[Any], Rows]]] = {
    "Quantification": (ANSWERS["Quantification, counted"], of_quantification),
    "Quantification without intervals": (
        lambda: pid.quantify(A, B, Y, interval=None),
        of_quantification,
    ),
    "Difference": (
        ANSWERS["Difference"],
        lambda d: {name: (v, *d.interval[name], d.p[name]) for name, v in d.value.items()},
    ),
    "HalfLabelled": (ANSWERS["HalfLabelled"], of_half_labelled),
    "HalfLabelled with intervals": (
        lambda: pid.bound_samples((A, Y), (B, Y), (A, B), replicates=20),
        of_half_labelled,
    ),
    "Remaining": (ANSWERS["Remaining"], of_remaining),
    "SourcesRemaining": (ANSWERS["SourcesRemaining"], of_remaining),
    "SynergyBounds": (
        ANSWERS["SynergyBounds"],
        lambda b: {
            **{n: (getattr(b, n),) * 2 for n in ("redundancy", "unique1", "unique2")},
            "synergy": (b.lower, b.upper),
        },
    ),
    "AccuracyBounds": (ANSWERS["AccuracyBounds"], of_accuracy),
    "Taxonomy": (ANSWERS["Taxonomy"], of_taxonomy),
    "Suggestion": (ANSWERS["Suggestion"], of_suggestion),
    "MultiviewRedundancy": (
        ANSWERS["MultiviewRedundancy, of classes"],
        lambda m: {n: (told.value, *told.interval) for n, told in m.informations.items()},
    ),
    "Plan": (ANSWERS["Plan"], lambda p: {str(n): (within,) for n, within in p.tried.items()}),
}


@pytest.mark.parametrize("kind", CASES)
def test_rows_are_the_numbers(kind: str) -> None:
    make, numbers = CASES[kind]
    answer = make()
    frame, expected = answer.to_frame(), numbers(answer)
    first, *others = (frame[name] for name in frame.columns)
    values = np.array([c.astype(float) for c in others if c.dtype.kind in "fib"]).T
    assert np.array_equal(values, np.array(list(expected.values())), equal_nan=True)
    if kind != "MultiviewRedundancy":  # whose rows are called as people call them
        assert [str(name) for name in first] == list(expected)


def test_a_row_of_an_information() -> None:
    found = pid.estimate_information(X1, X1 + X2)
    (row,) = found.to_frame().to_dict("records")
    assert (row["value"], row["low"], row["high"]) == (found.value, *(found.interval or ()))
    assert (row["unit"], row["n"], row["route"]) == (found.unit, found.n, found.route)
