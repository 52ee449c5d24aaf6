"""All joints with three given pair marginals: whether there is one, and the nearest to a guess."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pid._types import Floats
from pid.bounds.maximum_entropy import MaximumEntropy, maximum_entropy
from pid.bounds.pairs import AGREE, Pairs, as_pairs, error, mismatch, pairs_of
from pid.bounds.size import check_size
from pid.errors import CheckFailed, InvalidDistribution

ROUNDING = 1e-7  # of a linear program
ROUGH = 1e-10  # share of the joint of largest entropy that is put where a vertex has nothing


def consistent(
    p_x1y: ArrayLike, p_x2y: ArrayLike, p_x1x2: ArrayLike
) -> tuple[Pairs, MaximumEntropy]:
    """Pair marginals that agree to the last digit, and the joint of largest entropy with them.

    They are those of this joint, within ``AGREE`` of what was given: what is proved is proved of
    them, since masses that are rounded are in general the marginals of no joint.

    Raises:
        InvalidDistribution: not tables, or not the marginals of any joint; the message says by how
            much they disagree.
    """
    pairs = as_pairs(p_x1y, p_x2y, p_x1x2)
    check_size(pairs.shape)
    most = maximum_entropy(pairs)
    if not error(most.joint, pairs) <= AGREE:
        mass, _ = mismatch(pairs)
        if mass > ROUNDING:
            raise InvalidDistribution(
                f"no joint has these three marginals: at least {mass:.3g} of the mass must be "
                "moved, though each two of them agree. Are they from different populations?"
            )
        raise InvalidDistribution(
            "these marginals are those of a joint, which was found only to within "
            f"{error(most.joint, pairs):.1g}: set masses below that to 0 in all of them"
        )
    return pairs_of(most.joint), most  # small masses need the last digit


def on_marginals(vertex: Floats, pairs: Pairs, inside: Floats) -> Floats:
    """The joint nearest to what a linear program gave, whose marginals are only roughly right.

    Args:
        vertex: the guess, (n1, n2, k).
        pairs: what its marginals are to be.
        inside: a joint that has these, and no cell empty that need not be; it is the answer where
            nothing nearer is found.
    """
    prior = np.maximum(vertex, 0) + ROUGH * inside + (inside == 0)
    joint = maximum_entropy(pairs, prior).joint
    return joint if error(joint, pairs) <= AGREE else inside


def check_joint(joint: Floats, pairs: Pairs) -> None:
    """Raise CheckFailed unless ``joint`` has these marginals.

    Twice ``AGREE``: they may be that far from the joint of largest entropy, and others from it.
    """
    away = error(joint, pairs)
    if not away <= 2 * AGREE or joint.min() < 0:
        raise CheckFailed(f"a joint is off the marginals by {away:.3g}")
