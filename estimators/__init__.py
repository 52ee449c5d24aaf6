"""From data to a decomposition, scikit-learn style; import as ``pid.estimators``."""

if __name__ != "pid.estimators":
    raise ImportError("import this folder as 'pid.estimators', not as 'estimators'")

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pid.estimators.clustering import ClusterPID as ClusterPID

__all__ = ["ClusterPID"]


def __getattr__(name: str) -> object:
    """Import an estimator on first use: scikit-learn takes a second that ``columns`` can spare."""
    if name == "ClusterPID":
        from pid.estimators.clustering import ClusterPID

        return ClusterPID
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
