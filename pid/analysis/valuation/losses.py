"""What is lost without some sources: information, accuracy, and area under the ROC curve.

All of it is of rows that classifiers had not seen, row by row with and without the sources, so that
what both get right or wrong cancels. Accuracy is that of these classifiers, which learned from so
many rows.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from pid._types import Codes, Floats
from pid.analysis.training import Trained
from pid.core.information import entropy
from pid.estimators.posterior.correction import most_entropy
from pid.estimators.posterior.estimate import standard_errors
from pid.estimators.posterior.said import Said, Sources
from pid.inference.grouping import effective_units
from pid.inference.intervals import Measure, quantile

LEVEL = 0.95  # of the intervals that verdicts are made of, if nobody asked for others


def information(found: Trained, seen: Sources, without: Sources, level: float) -> Measure:
    """What some sources say about y and ``without``, some of them, do not; in nats.

    Corrected by what halves lose, at most by a standard error, and not beyond H(y) of these rows;
    the interval ends where H(y) of others may. It is for those who
    believe that, and for those who do not; and for those who believe calibrations that have not
    seen the row alone: the fit of a few weights makes noise look as if it told a bit.
    """
    whole, *halves = (gains(said, seen) - gains(said, without) for said in found.said)
    with_them, without_them = found.gains(seen, without)
    unseen = with_them - without_them
    raw = float(whole.mean())
    lost = raw - float(np.mean([half.mean() for half in halves])) if halves else 0.0
    errors = standard_errors(np.array([whole, unseen]), found.training.groups)
    error, reach = (
        float(errors[0]),
        quantile(level, effective_units(found.training.groups)) * float(errors.max()),
    )
    estimates = (raw, raw + lost, float(unseen.mean()))
    p_y, units = found.said[0].p_y, effective_units(found.training.groups)
    corrected = min(raw + float(np.clip(lost, -error, error)), max(raw, entropy(p_y, unit="nat")))
    most = most_entropy(p_y, min(units, len(whole)), level)
    return Measure(raw, corrected, min(estimates) - reach, min(max(estimates) + reach, most))


def gains(said: Said, seen: Sources) -> Floats:
    """Of the rows of a sample, how much likelier their class is to who has seen the sources."""
    return said.of_class(seen) - np.log(said.p_y)[said.codes]


def accuracy(found: Trained, seen: Sources, without: Sources, level: float) -> Measure:
    """Share of rows whose likeliest class is right, less that of who sees ``without`` alone.

    Where hardly any row differs, a normal law is too sure: half a row more in each of the four
    cells of right and wrong (Agresti & Min, Biometrics 61, 2005).
    """
    right, other = (_right(found.said[0], of) for of in (seen, without))
    n = len(right)
    gained, lost = float((right & ~other).sum()), float((other & ~right).sum())
    value = (gained - lost) / n
    centre = (gained - lost) / (n + 2)
    spread = np.sqrt((gained + lost + 1 - (gained - lost) ** 2 / (n + 2)) / (n + 2) ** 2)
    differences = (right.astype(float) - other.astype(float))[None]
    error = max(float(spread), float(standard_errors(differences, found.training.groups)[0]))
    return _around(value, centre, error * quantile(level, effective_units(found.training.groups)))


def share_right(found: Trained, seen: Sources, level: float) -> Measure:
    """Share of rows whose likeliest class is right; its interval is Wilson's (1927).

    Dependent rows count as so many independent ones as would spread as much.
    """
    right = _right(found.said[0], seen).astype(float)
    share, n = float(right.mean()), float(len(right))
    error = float(standard_errors(right[None], found.training.groups)[0])
    if error > 0:
        n = min(n, share * (1 - share) / error**2)
    z = quantile(level, effective_units(found.training.groups))
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Measure(share, share, min(share, centre - reach), max(share, centre + reach))


def area(found: Trained, seen: Sources, without: Sources, level: float) -> Measure:
    """Area under the ROC curve, less that of who sees ``without`` alone; of two classes.

    The variance is that of DeLong et al. (Biometrics 44, 1988), by groups of rows as in Obuchowski
    (Biometrics 53, 1997).
    """
    codes = found.training.codes
    (value, influence), (other, of_other) = (
        _area(np.exp(found.said[0].logs[of])[:, 1], codes) for of in (seen, without)
    )
    error = float(standard_errors((influence - of_other)[None], found.training.groups)[0])
    reach = error * quantile(level, effective_units(found.training.groups))
    return _around(value - other, value - other, reach)


def _right(said: Said, seen: Sources) -> np.ndarray:
    return np.asarray(said.logs[seen].argmax(axis=1) == said.codes)


def _area(score: Floats, codes: Codes) -> tuple[float, Floats]:
    """The area, and the influence of each row on it, times the number of rows; ties count half."""
    positive = codes == 1
    n1, n0 = int(positive.sum()), int((~positive).sum())
    ranks = rankdata(score)
    within = np.empty(len(score))
    within[positive], within[~positive] = rankdata(score[positive]), rankdata(score[~positive])
    other = ranks - within  # rows of the other class with a smaller score
    share = np.where(positive, other / n0, 1 - other / n1)
    value = float(share[positive].mean())
    return value, (share - value) * np.where(positive, len(score) / n1, len(score) / n0)


def _around(value: float, centre: float, reach: float) -> Measure:
    return Measure(value, value, min(value, centre - reach), max(value, centre + reach))
