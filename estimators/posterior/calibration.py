"""Log-probabilities of classifiers brought into line with how often they turn out right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pid._types import Codes, Floats
from pid.estimators.posterior.newton import newton

RIDGE = 1e-3  # light: it keeps weights apart where two members say the same
PRECISION = 1e-12  # of the fit, in nats for each sample


def calibrated(members: Sequence[Floats], y: Codes | Floats) -> Floats:
    """Log-probabilities from those of one or several classifiers, by one multinomial fit.

    log p(y | x) = sum_m w_m log p_m(y | x) + b_y, up to normalisation: a weight per member and a
    bias per class, which minimise the cross-entropy of the samples. One member and no bias is
    temperature scaling (Guo et al., ICML 2017).

    Args:
        members: log-probabilities out of fold, shape (samples, classes) each.
        y: classes 0, 1, ..., shape (samples,); or shares of the classes, (samples, classes).

    Returns:
        Log-probabilities, shape (samples, classes).

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> y = rng.integers(2, size=1000)
        >>> said = np.where(rng.random(1000) < 0.8, y, 1 - y)  # right 80 times in 100 ...
        >>> sure = np.log(np.where(said[:, None] == [0, 1], 0.99, 0.01))  # ... and claims 99
        >>> round(float(np.exp(calibrated([sure], y)).max()), 1)
        0.8
    """
    logs = _classes_first(members)
    return np.ascontiguousarray(_combined(logs, _fitted(logs, y)).T)


def bounded(p: Floats, seen: Codes) -> Floats:
    """No more certain than samples can show, where it is judged by the classes that there were.

    What is said counts as so many samples as were seen, and the shares of the classes as one. So
    one row, however wrong what is said of it, costs at most log(n + 1) - log(share) nats.

    Args:
        p: probabilities, shape (samples, classes).
        seen: classes that they were fitted to.

    Returns:
        Log-probabilities.
    """
    shares = np.bincount(seen, minlength=p.shape[1]) / len(seen)
    return np.asarray(np.log((len(seen) * p + shares) / (len(seen) + 1)))


def calibrated_elsewhere(members: Sequence[Floats], y: Codes, parts: Codes) -> Floats:
    """As ``calibrated``, each part of the samples by a fit to all others.

    What is said of a sample then knows nothing of its class, so that it can be tested: the fit of
    a few weights makes noise look as if it told something.

    Args:
        members, y: as for ``calibrated``.
        parts: the part of each sample.
    """
    logs = _classes_first(members)
    found: Floats = np.empty(members[0].shape)
    for part in np.unique(parts):
        here = parts == part
        seen = y[~here]
        fit = _fitted(np.ascontiguousarray(logs[:, :, ~here]), seen)
        found[here] = bounded(np.exp(_combined(logs[:, :, here], fit)).T, seen)
    return found


def _classes_first(members: Sequence[Floats]) -> Floats:
    """Shape (members, classes, samples): sums over few classes are fast along many samples."""
    return np.stack([member.T for member in members])


def _fitted(logs: Floats, y: Codes | Floats) -> Floats:
    """Weights of the members, and biases of the classes.

    Args:
        logs: log-probabilities, shape (members, classes, samples).
        y: classes, or shares of them.
    """
    target = np.eye(logs.shape[1])[y] if y.ndim == 1 else np.asarray(y, dtype=np.float64)
    right = np.ascontiguousarray(target.T)
    alike = np.concatenate([np.full(len(logs), 1 / len(logs)), np.zeros(logs.shape[1])])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        said = _combined(logs, parameters)
        away = parameters - alike
        return float(RIDGE * (away @ away) - np.vdot(said, right) / len(y)), said

    def slopes(parameters: Floats, said: Floats) -> tuple[Floats, Floats]:
        gradient, curvature = _slopes(logs, np.exp(said), right)
        curvature[np.diag_indices_from(curvature)] += 2 * RIDGE
        return gradient + 2 * RIDGE * (parameters - alike), curvature

    return newton(loss, slopes, alike, PRECISION)


def _slopes(logs: Floats, p: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Gradient and Hessian of the mean cross-entropy, in weights of members and in biases."""
    count, classes, samples = logs.shape
    weighted = logs * p
    mean = weighted.sum(axis=1)  # of what a member says, by what is said together
    slope = p - right
    flat = logs.reshape(count, -1)
    gradient = np.concatenate([flat @ slope.ravel(), slope.sum(axis=1)])
    found = np.empty((count + classes, count + classes))
    found[:count, :count] = weighted.reshape(count, -1) @ flat.T - mean @ mean.T
    found[:count, count:] = weighted.sum(axis=2) - mean @ p.T
    found[count:, :count] = found[:count, count:].T
    found[count:, count:] = np.diag(p.sum(axis=1)) - p @ p.T
    return gradient / samples, found / samples


def _combined(logs: Floats, parameters: Floats) -> Floats:
    """Log-probabilities, shape (classes, samples)."""
    weights, bias = parameters[: len(logs)], parameters[len(logs) :, None]
    found = np.tensordot(weights, logs, axes=1) + bias
    found -= found.max(axis=0)
    found -= np.log(np.exp(found).sum(axis=0))
    return np.asarray(found)
