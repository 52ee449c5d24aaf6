"""What ``pid.quantify`` and the command line know of estimators: a line for each.

A line names where an estimator is, so that nothing heavy is imported before it is asked for. What
it needs, takes and answers it says itself: an encoder makes symbols of two sources, which are then
counted (``discretization.coding``); a model is fitted (``estimators.base.ModelPID``).
"""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

from pid.errors import need


class Entry(NamedTuple):
    """Where an estimator is, and what it answers with."""

    home: str  # module:name
    counts: bool  # whether it makes symbols to be counted, or else fits a model
    parameters: tuple[str, ...] = ()  # of the resolution, that an encoder has a use for
    needs: str | None = None  # what an extra has to install for it

    def load(self) -> Any:
        """The encoder, or the class of the model.

        Raises:
            MissingExtra: what it needs is not installed.
        """
        if self.needs is not None:
            need(self.needs, "neural")
        module, name = self.home.split(":")
        return getattr(importlib.import_module(module), name)


REGISTRY: dict[str, Entry] = {
    "table": Entry("pid.discretization.coding:as_symbols", True),
    "cluster": Entry("pid.discretization.coding:as_clusters", True, ("n_clusters", "max_bias")),
    "bins": Entry("pid.discretization.coding:as_bins", True, ("n_clusters",)),
    "posterior": Entry("pid.estimators.posterior:PosteriorPID", False),
    "gaussian": Entry("pid.estimators.gaussian:GaussianPID", False),
    "flow": Entry("pid.estimators.flow:FlowPID", False, needs="torch"),
    "alignment": Entry("pid.estimators.alignment:AlignmentPID", False, needs="torch"),
}
