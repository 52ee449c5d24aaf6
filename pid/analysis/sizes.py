"""Sizes as options: ``n_clusters`` of sources, ``bins`` of columns; and what they were called."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

from pid.checks import one_of
from pid.discretization.resolution import Size
from pid.errors import InvalidInput

CUTS = one_of("bins")  # the estimator that cuts columns


def chosen(
    estimator: str, n_clusters: Size | Sequence[Size], bins: Size | Sequence[Size]
) -> Size | Sequence[Size]:
    """The one of both that an estimator takes.

    Raises:
        InvalidInput: it was given the other one.
    """
    if estimator in ("table", "bins") and n_clusters != "auto":
        raise InvalidInput(f"estimator {estimator!r} makes no clusters; leave out n_clusters")
    if estimator != "bins" and bins != "auto":
        raise InvalidInput(f"estimator {estimator!r} cuts no columns; leave out bins")
    return bins if estimator == "bins" else n_clusters


def name_of_bins(options: Mapping[str, object]) -> str:
    """What ``bins`` of 0.1, which were those of y, are called; bins, if columns are to be cut."""
    if "target_bins" in options:
        return "bins"
    cuts = CUTS.holds(options.get("estimator"))
    if not cuts or options["bins"] is None or "n_clusters" in options:
        return "target_bins"
    warnings.warn(
        "bins are now those of the columns of X1 and X2, and those of y are target_bins; give "
        "these, too, and this is not said",
        FutureWarning,
        stacklevel=3,
    )
    return "bins"


def name_of_clusters(options: Mapping[str, object]) -> str:
    """What ``n_clusters`` of 0.1 are called: bins, where columns are cut."""
    return "bins" if CUTS.holds(options.get("estimator")) else "n_clusters"
