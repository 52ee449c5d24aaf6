"""What codes tell of bits, by a network or by straight lines, on rows that neither saw."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch.nn import functional

from pid._types import Codes, Floats
from pid.estimators.coordination.encoders import coded, mlp, singles
from pid.estimators.neural.trainer import Course, Losses, Noise, Trainer, seeded


def bits_told(Z: Floats, bits: Codes, n: int, seed: int, steps: int = 600) -> list[float]:
    """Bits about each column of ``bits``, by one network that learns from the first n rows.

    Args:
        Z: codes, shape (rows, columns).
        bits: 0 or 1, shape (rows, bits).
        n: rows to learn from; the others are told.
        seed: of the network.
        steps: that it is trained.
    """
    X = singles(StandardScaler().fit(Z[:n]).transform(Z), "cpu")
    Y = torch.from_numpy(bits.astype(np.float32))
    net, cut = seeded(partial(mlp, X.shape[1], Y.shape[1], 64), seed), n - n // 7

    def lost(rows: slice | torch.Tensor) -> torch.Tensor:
        return functional.binary_cross_entropy_with_logits(net(X[rows]), Y[rows])

    def loss(picked: torch.Tensor, noise: Noise) -> Losses:
        return {"bits": lost(picked)}

    course = Course(steps=steps, batch=256, rate=5e-3, decay=1e-2)
    Trainer([net], course, seed=seed).fit(loss, cut, lambda: float(lost(slice(cut, n))))
    logits = coded(net, X[n:].numpy(), "cpu")
    signs = 2 * bits[n:] - 1
    return _told(-np.logaddexp(0, -signs * logits), bits, n)


def bits_told_by_lines(Z: Floats, bits: Codes, n: int) -> list[float]:
    """The same by logistic regression."""
    X = StandardScaler().fit(Z[:n]).transform(Z)
    logs = []
    for bit in bits.T:
        line = LogisticRegression(C=10.0, max_iter=500).fit(X[:n], bit[:n])
        logs.append(-np.logaddexp(0, -(2 * bit[n:] - 1) * line.decision_function(X[n:])))
    return _told(np.column_stack(logs), bits, n)


def _told(logs: Floats, bits: Codes, n: int) -> list[float]:
    """Entropy of each bit less its cross-entropy, in bits."""
    p = bits[n:].mean(axis=0)
    entropy = -p * np.log2(p) - (1 - p) * np.log2(1 - p)
    return [float(value) for value in entropy + logs.mean(axis=0) / np.log(2)]
