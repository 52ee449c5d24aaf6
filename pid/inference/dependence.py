"""How much less dependent rows say than as many independent ones.

Rao & Scott (Annals of Statistics 12, 1984): under dependence, statistics of a table are spread as
if there were fewer rows, by the mean ratio of the variances of the cells. The cells' deviations
from independence are taken here, p(x, y) - p(x) p(y), as all atoms are made of them: groups that
differ in x alone, or in y alone, lose nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array

from pid.inference.units import Units

SIDE_BY_SIDE = 2**22  # numbers of influences held at once


def design_effect(units: Units) -> float:
    """Variance of the deviations from independence, relative to independent rows; at least 1.

    Args:
        units: groups or blocks; 1 for single rows.

    Examples:
        >>> cells = np.repeat([0, 1, 2, 3] * 10, 5)  # every row five times
        >>> same = np.repeat(np.arange(40), 5)
        >>> units = Units.from_rows(cells, (2, 1, 2), groups=same)
        >>> round(design_effect(units), 1)
        5.1
    """
    if units.single_rows:
        return 1.0
    mass, count = units.table.sum(), units.count
    cells = units.table.ravel() / mass
    between = _spread(units.tables, units.times, units) * count / (count - 1)
    single = csr_array(eye_array(cells.size))
    alone = _spread(single, cells * mass, units)
    return max(1.0, float(between / alone)) if alone > 0 else 1.0


def effective_rows(units: Units) -> int:
    """How many independent rows say as much as these; at least 1."""
    return max(1, round(float(units.table.sum()) / design_effect(units)))


def _spread(tables: csr_array, times: NDArray[np.generic], units: Units) -> float:
    """Sum over cells of the squared influence of each table on p(x, y) - p(x) p(y).

    Not in units of each cell's expected mass, as Rao and Scott have it: that is estimated from the
    same few groups, and what only one of them has would look as if it had little spread.
    """
    p = units.table.reshape(-1, units.shape[2]) / units.table.sum()
    p_x, p_y = p.sum(axis=1), p.sum(axis=0)
    apart = np.outer(p_x, p_y)
    step = max(1, SIDE_BY_SIDE // p.size)
    total = 0.0
    for first in range(0, tables.shape[0], step):
        t = tables[first : first + step].toarray().reshape(-1, *p.shape)
        t_x, t_y, rows = t.sum(axis=2), t.sum(axis=1), t.sum(axis=(1, 2))
        influence = t - t_x[:, :, None] * p_y - p_x[:, None] * t_y[:, None, :]
        influence -= (p - 2 * apart) * rows[:, None, None]
        total += float(times[first : first + step] @ (influence**2).sum(axis=(1, 2)))
    return total
