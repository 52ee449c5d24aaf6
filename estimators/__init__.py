"""From data to a decomposition, scikit-learn style; import as ``pid.estimators``."""

if __name__ != "pid.estimators":
    raise ImportError("import this folder as 'pid.estimators', not as 'estimators'")

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pid.estimators.clustering import ClusterPID as ClusterPID
    from pid.estimators.gaussian import GaussianPID as GaussianPID
    from pid.estimators.posterior import PosteriorPID as PosteriorPID

__all__ = ["ClusterPID", "GaussianPID", "PosteriorPID"]

# Imported on first use: scikit-learn takes a second that ``columns`` can spare.
_LATE = {
    "ClusterPID": "pid.estimators.clustering",
    "GaussianPID": "pid.estimators.gaussian",
    "PosteriorPID": "pid.estimators.posterior",
}


def __getattr__(name: str) -> object:
    if name in _LATE:
        return getattr(importlib.import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
