"""Partial information decomposition: what two sources say about a target, and how it is shared.

Importing this package loads NumPy and SciPy only; what stands above the core is loaded on first
use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pid._version import __version__ as __version__
from pid.batch import DecompositionBatch as DecompositionBatch
from pid.decomposition import Certificate as Certificate
from pid.decomposition import Decomposition as Decomposition
from pid.decomposition import Status as Status
from pid.errors import CheckFailed as CheckFailed
from pid.errors import InvalidDistribution as InvalidDistribution
from pid.errors import InvalidInput as InvalidInput
from pid.errors import MissingExtra as MissingExtra
from pid.errors import PIDError as PIDError
from pid.errors import SolverFailed as SolverFailed
from pid.exact import decompose as decompose
from pid.exact import decompose_batch as decompose_batch
from pid.exact import decompose_samples as decompose_samples
from pid.gaussian import decompose_gaussian as decompose_gaussian
from pid.information import co_information as co_information
from pid.information import conditional_entropy as conditional_entropy
from pid.information import conditional_mutual_information as conditional_mutual_information
from pid.information import entropy as entropy
from pid.information import mutual_information as mutual_information

if TYPE_CHECKING:
    from pid import datasets as datasets
    from pid import estimators as estimators
    from pid import plot as plot
    from pid import report as report
    from pid.bounding import HalfLabelled as HalfLabelled
    from pid.bounding import bound_samples as bound_samples
    from pid.bounds.accuracy import AccuracyBounds as AccuracyBounds
    from pid.bounds.accuracy import accuracy_bounds as accuracy_bounds
    from pid.bounds.synergy import SynergyBounds as SynergyBounds
    from pid.bounds.synergy import synergy_bounds as synergy_bounds
    from pid.comparing import Comparison as Comparison
    from pid.comparing import compare as compare
    from pid.differing import Difference as Difference
    from pid.differing import difference as difference
    from pid.inference.planning import Plan as Plan
    from pid.inference.planning import plan as plan
    from pid.interactions import Taxonomy as Taxonomy
    from pid.interactions import taxonomy as taxonomy
    from pid.missing import Remaining as Remaining
    from pid.missing import if_missing as if_missing
    from pid.quantification import Quantification as Quantification
    from pid.quantifying import quantify as quantify
    from pid.responses import SignalClass as SignalClass
    from pid.responses import signal_response as signal_response
    from pid.screening import Screening as Screening
    from pid.screening import screen as screen
    from pid.tables import scan as scan

__all__ = [
    "AccuracyBounds",
    "Certificate",
    "CheckFailed",
    "Comparison",
    "Decomposition",
    "DecompositionBatch",
    "Difference",
    "HalfLabelled",
    "InvalidDistribution",
    "InvalidInput",
    "MissingExtra",
    "PIDError",
    "Plan",
    "Quantification",
    "Remaining",
    "Screening",
    "SignalClass",
    "SolverFailed",
    "Status",
    "SynergyBounds",
    "Taxonomy",
    "__version__",
    "accuracy_bounds",
    "bound_samples",
    "co_information",
    "compare",
    "conditional_entropy",
    "conditional_mutual_information",
    "datasets",
    "decompose",
    "decompose_batch",
    "decompose_gaussian",
    "decompose_samples",
    "difference",
    "entropy",
    "estimators",
    "if_missing",
    "mutual_information",
    "plan",
    "plot",
    "quantify",
    "report",
    "scan",
    "screen",
    "signal_response",
    "synergy_bounds",
    "taxonomy",
]

# Where each name that is loaded late comes from; None is a sub-package.
_LATE = {
    "datasets": None,
    "estimators": None,
    "plot": None,
    "report": None,
    "compare": "pid.comparing",
    "Comparison": "pid.comparing",
    "difference": "pid.differing",
    "Difference": "pid.differing",
    "plan": "pid.inference.planning",
    "Plan": "pid.inference.planning",
    "quantify": "pid.quantifying",
    "if_missing": "pid.missing",
    "Remaining": "pid.missing",
    "scan": "pid.tables",
    "screen": "pid.screening.all_pairs",
    "Screening": "pid.screening.result",
    "Quantification": "pid.quantification",
    "taxonomy": "pid.interactions",
    "Taxonomy": "pid.interactions",
    "signal_response": "pid.responses",
    "SignalClass": "pid.responses",
    "bound_samples": "pid.bounding",
    "HalfLabelled": "pid.bounding",
    "accuracy_bounds": "pid.bounds.accuracy",
    "AccuracyBounds": "pid.bounds.accuracy",
    "synergy_bounds": "pid.bounds.synergy",
    "SynergyBounds": "pid.bounds.synergy",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module 'pid' has no attribute {name!r}")
    module = _LATE[name]
    value = (
        importlib.import_module(f"pid.{name}")
        if module is None
        else getattr(importlib.import_module(module), name)
    )
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
