"""Log-probabilities of classifiers brought into line with how often they turn out right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from pid._types import Codes, Floats

RIDGE = 1e-3  # light: it keeps weights apart where two members say the same


def calibrated(members: Sequence[Floats], y: Codes) -> Floats:
    """Log-probabilities from those of one or several classifiers, by one multinomial fit.

    log p(y | x) = sum_m w_m log p_m(y | x) + b_y, up to normalisation: a weight per member and a
    bias per class, which minimise the cross-entropy of the samples. One member and no bias is
    temperature scaling (Guo et al., ICML 2017).

    Args:
        members: log-probabilities out of fold, shape (samples, classes) each.
        y: classes 0, 1, ..., shape (samples,).

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
    logs = np.stack(members)
    return _combined(logs, _fitted(logs, y))


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
    logs = np.stack(members)
    found: Floats = np.empty(logs.shape[1:])
    for part in np.unique(parts):
        here = parts == part
        seen = y[~here]
        said = np.exp(_combined(logs[:, here], _fitted(logs[:, ~here], seen)))
        found[here] = bounded(said, seen)
    return found


def _fitted(logs: Floats, y: Codes) -> Floats:
    """Weights of the members, and biases of the classes."""
    count = len(logs)
    right = np.eye(logs.shape[2])[y]
    start = np.concatenate([np.full(count, 1 / count), np.zeros(logs.shape[2])])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        out = _combined(logs, parameters)
        slope = (np.exp(out) - right) / len(y)
        gradient = np.concatenate([(logs * slope).sum(axis=(1, 2)), slope.sum(axis=0)])
        away = parameters - start
        value = -(out * right).sum() / len(y) + RIDGE * (away @ away)
        return float(value), gradient + 2 * RIDGE * away

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _combined(logs: Floats, parameters: Floats) -> Floats:
    weights, bias = parameters[: len(logs)], parameters[len(logs) :]
    return np.asarray(log_softmax(np.tensordot(weights, logs, axes=1) + bias, axis=1))
