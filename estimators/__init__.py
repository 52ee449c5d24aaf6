"""From data to a decomposition, scikit-learn style; import as ``pid.estimators``."""

if __name__ != "pid.estimators":
    raise ImportError("import this folder as 'pid.estimators', not as 'estimators'")

import importlib
from typing import TYPE_CHECKING

from pid.errors import need

if TYPE_CHECKING:
    from pid.estimators.alignment import AlignmentPID as AlignmentPID
    from pid.estimators.clustering import ClusterPID as ClusterPID
    from pid.estimators.flow import FlowPID as FlowPID
    from pid.estimators.fusion import FusionClassifier as FusionClassifier
    from pid.estimators.gaussian import GaussianPID as GaussianPID
    from pid.estimators.posterior.estimator import PosteriorPID as PosteriorPID

__all__ = [
    "AlignmentPID",
    "ClusterPID",
    "FlowPID",
    "FusionClassifier",
    "GaussianPID",
    "PosteriorPID",
]

# Imported on first use: scikit-learn takes a second that ``columns`` can spare.
_LATE = {
    "AlignmentPID": "pid.estimators.alignment",
    "ClusterPID": "pid.estimators.clustering",
    "FlowPID": "pid.estimators.flow",
    "FusionClassifier": "pid.estimators.fusion",
    "GaussianPID": "pid.estimators.gaussian",
    "PosteriorPID": "pid.estimators.posterior.estimator",
}
_NEED_TORCH = ("AlignmentPID", "FlowPID", "FusionClassifier")


def __getattr__(name: str) -> object:
    if name in _LATE:
        if name in _NEED_TORCH:
            need("torch", "neural")
        return getattr(importlib.import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
