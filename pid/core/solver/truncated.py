"""The interior-point method without a matrix, for tables whose Schur complement would not fit.

Every Newton step is solved by conjugate gradients, preconditioned with the diagonal blocks A_i and
B_j, so that only products with the table are needed: memory grows with its cells, like that of a
first-order method. Late steps are ill-conditioned and cut short, so the certificate is asked for a
looser tolerance.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from pid.core.solver.linalg import backward_substitution, cholesky, forward_substitution
from pid.core.solver.newton import diagonal_blocks
from pid.core.solver.problem import Array
from pid.core.solver.step import Settings

# Duality gap in nats that counts as solved here, and as near-optimal elsewhere.
LOOSE_TOL = 1e-4

PRODUCTS = 400  # most products with the table per system


class ConjugateGradients:
    """The Newton system of newton.py, applied but never formed.

    ``accuracy`` is relative, in the norm of the preconditioner.
    """

    def __init__(self, a: Array, b: Array, accuracy: float) -> None:
        self.accuracy = accuracy

    def factorise(self, q: Array, P: Array, c: Array) -> None:
        """Factorise the preconditioner for these weights."""
        self.q, self.P, self.cP = q, P, c * P
        self.U_a, self.U_b = map(cholesky, diagonal_blocks(q, P, self.cP))

    def solve(self, r_a: Array, r_b: Array) -> tuple[Array, Array]:
        """Preconditioned conjugate gradients for the whole system, batch by batch in step."""
        x = np.zeros_like(r_a), np.zeros_like(r_b)
        r = r_a.copy(), r_b.copy()
        z = self._precondition(r)
        p = z
        rz = _dot(r, z)
        goal = self.accuracy**2 * rz
        for _ in range(PRODUCTS):
            if (rz <= goal).all():
                break
            Wp = self._apply(p)
            length = rz / np.maximum(_dot(p, Wp), np.finfo(float).tiny)
            x = x[0] + length * p[0], x[1] + length * p[1]
            r = r[0] - length * Wp[0], r[1] - length * Wp[1]
            z = self._precondition(r)
            rz, before = _dot(r, z), rz
            turn = rz / np.maximum(before, np.finfo(float).tiny)
            p = z[0] + turn * p[0], z[1] + turn * p[1]
        return x

    def _apply(self, d: tuple[Array, Array]) -> tuple[Array, Array]:
        dx = d[0][:, :, None] + d[1][:, None]
        W_dx = self.q * dx + self.cP * (self.P * dx).sum(axis=0)
        return W_dx.sum(axis=2), W_dx.sum(axis=1)

    def _precondition(self, r: tuple[Array, Array]) -> tuple[Array, Array]:
        z_a = backward_substitution(self.U_a, forward_substitution(self.U_a, r[0]))
        return z_a, backward_substitution(self.U_b, forward_substitution(self.U_b, r[1]))


def _dot(x: tuple[Array, Array], y: tuple[Array, Array]) -> Array:
    return np.asarray((x[0] * y[0]).sum(axis=(0, 1)) + (x[1] * y[1]).sum(axis=(0, 1)))


# Two rungs: quick and rough, then with accurate steps that stay near the path.
RUNGS = (
    Settings(damp_below=1.0, system=partial(ConjugateGradients, accuracy=1e-3)),
    Settings(
        neighbourhood=1.0,
        fraction=0.9,
        centring=0.5,
        cap=3.0,
        system=partial(ConjugateGradients, accuracy=1e-6),
    ),
)
