"""From data to a decomposition, scikit-learn style; import as ``pid.estimators``."""

if __name__ != "pid.estimators":
    raise ImportError("import this folder as 'pid.estimators', not as 'estimators'")

import importlib
from typing import TYPE_CHECKING

from pid.estimators.registry import REGISTRY, Entry

if TYPE_CHECKING:
    from pid.estimators import fission as fission
    from pid.estimators import mutual_information as mutual_information
    from pid.estimators.alignment import AlignmentPID as AlignmentPID
    from pid.estimators.clustering import ClusterPID as ClusterPID
    from pid.estimators.flow import FlowPID as FlowPID
    from pid.estimators.fusion import FusionClassifier as FusionClassifier
    from pid.estimators.gaussian import GaussianPID as GaussianPID
    from pid.estimators.posterior.estimator import PosteriorPID as PosteriorPID
    from pid.estimators.posterior.several import SourcesPID as SourcesPID

_OTHERS = {
    "ClusterPID": Entry("pid.estimators.clustering:ClusterPID", True),
    "SourcesPID": Entry("pid.estimators.posterior.several:SourcesPID", False),
    "FusionClassifier": Entry("pid.estimators.fusion:FusionClassifier", False, needs="torch"),
}
_FOLDERS = ("coordination", "fission", "mutual_information")  # with names of their own


def _classes() -> dict[str, Entry]:
    """By their names; imported on first use, as scikit-learn takes a second to load."""
    models = (entry for entry in REGISTRY.values() if not entry.counts)
    return {entry.home.split(":")[1]: entry for entry in models} | _OTHERS


__all__ = sorted(_classes())


def __getattr__(name: str) -> object:
    if name in _FOLDERS:
        return importlib.import_module(f"{__name__}.{name}")
    entry = _classes().get(name)
    if entry is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return entry.load()


def __dir__() -> list[str]:
    return __all__
