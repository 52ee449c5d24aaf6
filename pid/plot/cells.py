"""What the symbols of a modality are: where its rows lie, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from pid.checks import NONE, RANDOM_STATE, TEXT, checked, either
from pid.errors import InvalidInput
from pid.plot.style import AXES, axes_of, bare, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 4_000  # that are drawn
MARKERS = "osD^vP*Xp<>h"


@checked(ax=AXES, label=either(TEXT, NONE), random_state=RANDOM_STATE)
def cells(
    X: ArrayLike,
    values: ArrayLike,
    ax: Axes | None = None,
    *,
    label: str | None = None,
    random_state: int | None = 0,
) -> Axes:
    """Rows on their first two principal components: by cluster, or by posterior.

    Args:
        X: finite numbers, one row per sample, or a single column.
        values: of each row its cluster, as whole numbers or text, or a probability, as fractions.
        ax: Axes to draw on.
        label: of the colours, such as "p(y = 1 given x1)".
        random_state: seed of the choice of rows, if there are many; None takes another one each
            time.

    Raises:
        InvalidInput: values that do not fit the rows, or numbers that are not finite.
        MissingExtra: there is no matplotlib.
    """
    matrix = np.asarray(X, dtype=np.float64)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    colour = np.asarray(values)
    if matrix.ndim != 2 or colour.shape != (len(matrix),) or len(matrix) < 2 or not matrix.size:
        raise InvalidInput(
            "X needs one row and values one number per sample, and there must be two of them; got "
            f"shapes {matrix.shape} and {colour.shape}"
        )
    if not np.isfinite(matrix).all():
        raise InvalidInput("X has missing or infinite values; drop these rows")
    shares = np.issubdtype(colour.dtype, np.floating)
    if shares and not ((colour >= 0) & (colour <= 1)).all():
        raise InvalidInput(
            "values with fractions are probabilities, between 0 and 1; make clusters whole numbers"
        )
    rows = np.random.default_rng(random_state).permutation(len(matrix))[:MOST_ROWS]
    points, colour = _projected(matrix)[rows], colour[rows]
    ax = axes_of(ax, height=2.8)
    if shares:
        x, y = points.T
        found = ax.scatter(x, y, c=colour, cmap="cividis", vmin=0, vmax=1, s=5)
        ax.figure.colorbar(found, ax=ax, label=label or "")
    else:
        names = np.unique(colour)
        shades = np.linspace(0.05, 0.95, len(names))
        import matplotlib

        for place, (name, shade) in enumerate(zip(names, shades, strict=True)):
            x, y = points[colour == name].T
            colours = matplotlib.colormaps["cividis"](shade)
            marker = MARKERS[place % len(MARKERS)]
            ax.scatter(x, y, color=colours, marker=marker, s=8, label=printable(str(name)))
        if len(names) <= len(MARKERS):
            ax.legend(frameon=False, fontsize=7, title=label, title_fontsize=7)
    ax.set_xlabel("first principal component", fontsize=8)
    ax.set_ylabel("second", fontsize=8)
    bare(ax)
    return ax


def _projected(
    matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Two principal components; a single column is drawn against 0."""
    if matrix.shape[1] == 1:
        return np.column_stack([matrix[:, 0], np.zeros(len(matrix))])
    from sklearn.decomposition import PCA

    return np.asarray(PCA(2).fit_transform(matrix))
