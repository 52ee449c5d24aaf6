"""What exact posteriors give through the estimator's own pipeline: the floor that sampling sets.

No classifier can say more of the rows of a sample than their exact posteriors. The distance of an
estimate from the answer that these give is what training cost; the rest of its error is that of the
sample, which no estimator escapes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pid.core.decomposition import ATOMS
from pid.core.information import nats_per
from pid.datasets.continuous import Continuous
from pid.estimators.posterior.classifiers import LEAST
from pid.estimators.posterior.estimate import Making, estimate
from pid.estimators.posterior.said import Said

N_CELLS = 24  # as PosteriorPID has


def answer(data: Continuous, *, n_cells: int = N_CELLS) -> Mapping[str, float]:
    """Redundancy, unique1, unique2 and synergy in bit, calibrated and without correction.

    Raises:
        ValueError: the posteriors of the data are not known.
    """
    if data.posteriors is None:
        raise ValueError(f"the posteriors of {data.name!r} are not known")
    said = Said(data.y)
    sets = (0,), (1,), (0, 1)
    logs = [np.log(np.maximum(p, LEAST)) for p in data.posteriors]
    said.learn({of: [log] for of, log in zip(sets, logs, strict=True)})
    found = estimate(said, (0,), (1,), Making(n_cells, 1e-9, 0))
    return dict(zip(ATOMS, (found.atoms / nats_per("bit")).tolist(), strict=True))
