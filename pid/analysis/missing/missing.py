"""What remains if a source is missing: ``pid.if_missing``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np

from pid._types import Codes, Floats
from pid.analysis.missing.estimate import (
    Asked,
    Found,
    accuracy_of_rows,
    accuracy_of_table,
    information_of_rows,
    information_of_table,
    measures,
)
from pid.analysis.missing.result import GIVEN, Remaining, SourcesRemaining, given_of
from pid.analysis.quantification.evidence import CountedTable
from pid.analysis.quantification.given import GivenPosteriors
from pid.analysis.quantification.result import Quantification
from pid.analysis.several.result import CountedSources, SourcesQuantification
from pid.analysis.words import condition
from pid.checks import INTERVAL, RANDOM_STATE, TABLES, checked, is_a, renamed
from pid.core.information import nats_per
from pid.errors import InvalidInput
from pid.inference.accuracy import looks
from pid.inference.units import Units

REPLICATES = 400
PARTS = (), ("redundancy", "unique1"), ("redundancy", "unique2")  # of what is there of two


class Counted(NamedTuple):
    """A table, and what is there of its pairs of symbols."""

    units: Units
    shown: Sequence[Codes]


class Judged(NamedTuple):
    """What classifiers say of rows, of what is there; ``unseen`` is calibrated without the row."""

    said: Sequence[Floats]
    unseen: Sequence[Floats]
    codes: Codes
    groups: Codes | None


class Told(NamedTuple):
    """What an answer says of what is there, in nats, and which of its numbers are no more."""

    counted: Floats
    corrected: Floats
    parts: Sequence[Sequence[str]]


@overload
def if_missing(
    q: Quantification,
    *,
    interval: float | None = 0.95,
    replicates: int = REPLICATES,
    random_state: int | None = 0,
) -> Remaining: ...


@overload
def if_missing(
    q: SourcesQuantification,
    *,
    interval: float | None = 0.95,
    replicates: int = REPLICATES,
    random_state: int | None = 0,
) -> SourcesRemaining: ...


@renamed(level="interval")
@checked(
    q=is_a("an answer of pid.quantify", Quantification, SourcesQuantification),
    interval=INTERVAL,
    replicates=TABLES,
    random_state=RANDOM_STATE,
)
def if_missing(
    q: Quantification | SourcesQuantification,
    *,
    interval: float | None = 0.95,
    replicates: int = REPLICATES,
    random_state: int | None = 0,
) -> Remaining | SourcesRemaining:
    """How much information remains, and how accurate a model can be, without one of the sources.

    Without x2 there are redundancy and what is unique to x1 left: I(Y; X1). The best rule names the
    likeliest class of each cell, so that its accuracy follows from the table: sum max_y p(x1, y).
    Counting makes both too large where samples are few. Information is that of the
    answer, corrected as that is, with intervals of a table of what is there. Accuracy is
    between that of rules made from one half of the samples and judged on the other, which is a
    little too small, and what is left when as much is taken off as drawing again adds. Its interval
    starts below the former, by as much as Wilson's [1] does, and ends above both. It is not cut off
    at the share of the commonest class, which is of the sample as well, but at 1 and at one over
    the number of classes.

    Of a "posterior" answer, it is how often classifiers were right that had not seen a row, with
    Wilson's interval. Groups of rows count as the independent rows that tell as much, and where
    there are groups the quantile is that of Student's law of one group less.

    Of three sources and more it is what all of them say, and all but each: what two sources say,
    that source and all others as one.

    Args:
        q: of ``pid.quantify``, with classes as the target.
        interval: nominal coverage of the intervals, or None for none.
        replicates: tables resampled.
        random_state: seed of that; None takes another one each time.

    Raises:
        InvalidInput: an answer without classes, or options out of range.

    Examples:
        >>> import pid
        >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
        >>> q = pid.quantify(x1, x2, [a & b for a, b in zip(x1, x2)])
        >>> r = if_missing(q)
        >>> [round(r.accuracy[given].counted, 2) for given in ("both", "x1", "x2")]
        [1.0, 0.75, 0.75]

        Without one of three bits, whose majority is asked for:

        >>> bits = {"a": x1 * 2, "b": x2 * 2, "c": [0] * 200 + [1] * 200}
        >>> q = pid.quantify(sources=bits, y=[sum(of) > 1 for of in zip(*bits.values())])
        >>> r = if_missing(q)
        >>> [round(r.accuracy[given].counted, 2) for given in ("all", "without a")]
        [1.0, 0.75]

    References:
        [1] Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    asked = Asked(interval, replicates, random_state)
    if isinstance(q, SourcesQuantification):
        return _of_several(q, asked)
    return _of_two(q, asked)


def _of_two(q: Quantification, asked: Asked) -> Remaining:
    if q.given is not None:
        raise InvalidInput(
            "what remains without a source is asked of all rows, and this answer is given "
            f"{condition(q.given.name)}; ask of one that is given nothing"
        )
    counted, corrected = (
        nats_per(q.decomposition.unit) * np.array([d.total, d.information1, d.information2])
        for d in (q.decomposition, q.best)
    )
    evidence: Counted | Judged
    if isinstance(q.evidence, CountedTable):
        units = q.evidence.units
        evidence = Counted(units, looks(*units.shape[:2]))
    elif q.estimator == "posterior":
        est = q.fitted
        first, second, both = est.unseen_
        said = est.posterior12_, est.posterior1_, est.posterior2_
        evidence = Judged(said, (both, first, second), est.codes_, est.groups_)
    elif isinstance(q.evidence, GivenPosteriors):
        raise InvalidInput(
            "of given posteriors, what remains without a source is what p1 and p2 tell, in "
            "q.evidence.told"
        )
    else:
        raise InvalidInput(
            f"estimator {q.estimator!r} has no classes to be right about; take 'posterior', "
            "'cluster' or 'table'"
        )
    information, accuracy = _found(q, evidence, Told(counted, corrected, PARTS), asked)
    unit = q.decomposition.unit
    told, right = measures(GIVEN, information, accuracy, unit)
    return Remaining(
        information=told,
        accuracy=right,
        majority=_majority(evidence),
        level=None if asked.level is None else float(asked.level),
        unit=unit,
    )


def _of_several(q: SourcesQuantification, asked: Asked) -> SourcesRemaining:
    names, unit = q.names, q.best.unit
    counted, corrected = (
        nats_per(unit) * np.array([d.total, *(d.total - d.loss[name].total for name in names)])
        for d in (q.decomposition, q.best)
    )
    parts = [[f"single {other}" for other in names if other != name] for name in names]
    if isinstance(q.evidence, CountedSources):
        evidence: Counted | Judged = _without_each(q.evidence)
    else:
        est = q.fitted
        sets = [names, *(tuple(other for other in names if other != name) for name in names)]
        said, unseen = ([of[seen] for seen in sets] for of in (est.posteriors_, est.unseen_))
        evidence = Judged(said, unseen, est.codes_, est.groups_)
    information, accuracy = _found(q, evidence, Told(counted, corrected, [[], *parts]), asked)
    told, right = measures(given_of(names), information, accuracy, unit)
    return SourcesRemaining(
        names=names,
        information=told,
        accuracy=right,
        majority=_majority(evidence),
        level=None if asked.level is None else float(asked.level),
        unit=unit,
    )


def _without_each(evidence: CountedSources) -> Counted:
    """All sources as one, of the combinations of symbols that occur; and without each of them."""
    *sizes, k = evidence.table.shape
    cells, groups, weights = evidence.rows
    occur, at = np.unique(cells // k, return_inverse=True)
    shape = len(occur), 1, k
    units = Units.from_rows(at * k + cells % k, shape, groups=groups, weights=weights)
    symbols = np.unravel_index(occur, sizes)
    shown = [np.arange(len(occur))]
    for i in range(len(sizes)):
        of_others = np.delete(np.array(symbols), i, axis=0)
        others = np.ravel_multi_index(tuple(of_others), np.delete(sizes, i))
        shown.append(np.unique(others, return_inverse=True)[1])
    return Counted(units, shown)


def _found(
    q: Quantification | SourcesQuantification,
    evidence: Counted | Judged,
    told: Told,
    asked: Asked,
) -> tuple[Found, Found]:
    """Information and accuracy of all that may be there."""
    counted, corrected, _ = told
    if isinstance(evidence, Judged):
        said, unseen, codes, groups = evidence
        return (
            information_of_rows(said, codes, groups, counted, corrected, asked.level),
            accuracy_of_rows(unseen, codes, groups, asked.level),
        )
    information = information_of_table(*evidence, counted, corrected, asked)
    return _by_answer(q, information, told, asked.level), accuracy_of_table(*evidence, asked)


def _by_answer(
    q: Quantification | SourcesQuantification, found: Found, told: Told, level: float | None
) -> Found:
    """Intervals that contain the value; that of the total as the answer has it."""
    low, high = found.low.copy(), found.high.copy()
    if q.interval is not None and level == q.level:
        nat = nats_per(q.best.unit)
        low[0], high[0] = nat * np.array(q.interval["total"])
        for i, parts in enumerate(told.parts):
            low[i] = max([low[i], *(nat * q.interval[part][0] for part in parts)])
    low, high = np.minimum(low, told.corrected), np.maximum(high, told.corrected)
    return found._replace(low=low, high=high)


def _majority(evidence: Counted | Judged) -> float:
    """The share of the commonest class."""
    if isinstance(evidence, Judged):
        of_class = np.bincount(evidence.codes).astype(float)
    else:
        of_class = evidence.units.table.sum(axis=(0, 1))
    return float(of_class.max() / of_class.sum())
