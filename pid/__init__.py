"""Partial information decomposition: what two sources say about a target, and how it is shared.

Importing this package loads next to nothing, and everything in it is loaded on first use: the core
with NumPy and SciPy only.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pid import errors
from pid._version import __version__ as __version__
from pid.errors import CheckFailed as CheckFailed
from pid.errors import InvalidDistribution as InvalidDistribution
from pid.errors import InvalidInput as InvalidInput
from pid.errors import MissingExtra as MissingExtra
from pid.errors import PIDError as PIDError
from pid.errors import TooLarge as TooLarge

if TYPE_CHECKING:
    from pid import datasets as datasets
    from pid import estimators as estimators
    from pid import plot as plot
    from pid import report as report
    from pid.analysis.comparison import Comparison as Comparison
    from pid.analysis.comparison import SourcesComparison as SourcesComparison
    from pid.analysis.comparison import compare as compare
    from pid.analysis.description import Description as Description
    from pid.analysis.description import describe as describe
    from pid.analysis.difference import Difference as Difference
    from pid.analysis.difference import difference as difference
    from pid.analysis.half_labelled import HalfLabelled as HalfLabelled
    from pid.analysis.half_labelled import bound_samples as bound_samples
    from pid.analysis.information import Information as Information
    from pid.analysis.information import estimate_information as estimate_information
    from pid.analysis.interactions import Taxonomy as Taxonomy
    from pid.analysis.interactions import taxonomy as taxonomy
    from pid.analysis.missing import Remaining as Remaining
    from pid.analysis.missing import SourcesRemaining as SourcesRemaining
    from pid.analysis.missing import if_missing as if_missing
    from pid.analysis.multiview.multiview import multiview_redundancy as multiview_redundancy
    from pid.analysis.multiview.result import MultiviewRedundancy as MultiviewRedundancy
    from pid.analysis.quantification.posteriors import quantify_posteriors as quantify_posteriors
    from pid.analysis.quantification.quantify import quantify as quantify
    from pid.analysis.quantification.result import Quantification as Quantification
    from pid.analysis.quantification.trajectory import Trajectory as Trajectory
    from pid.analysis.retention import Probe as Probe
    from pid.analysis.retention import Retention as Retention
    from pid.analysis.retention import SourcesRetention as SourcesRetention
    from pid.analysis.retention import retained as retained
    from pid.analysis.screening import Screening as Screening
    from pid.analysis.screening import screen as screen
    from pid.analysis.selection import SelectByPID as SelectByPID
    from pid.analysis.several.result import SourcesQuantification as SourcesQuantification
    from pid.analysis.signals import SignalClass as SignalClass
    from pid.analysis.signals import signal_response as signal_response
    from pid.analysis.suggestion import Suggestion as Suggestion
    from pid.analysis.suggestion import suggest as suggest
    from pid.analysis.valuation import Valuation as Valuation
    from pid.analysis.valuation import Worth as Worth
    from pid.analysis.valuation import value as value
    from pid.bounds.accuracy import AccuracyBounds as AccuracyBounds
    from pid.bounds.accuracy import accuracy_bounds as accuracy_bounds
    from pid.bounds.synergy import SynergyBounds as SynergyBounds
    from pid.bounds.synergy import synergy_bounds as synergy_bounds
    from pid.core.batch import DecompositionBatch as DecompositionBatch
    from pid.core.conditional import ConditionalDecomposition as ConditionalDecomposition
    from pid.core.conditional import decompose_given as decompose_given
    from pid.core.decompose import decompose as decompose
    from pid.core.decompose import decompose_batch as decompose_batch
    from pid.core.decompose import decompose_samples as decompose_samples
    from pid.core.decomposition import Certificate as Certificate
    from pid.core.decomposition import Decomposition as Decomposition
    from pid.core.decomposition import SolverFailed as SolverFailed
    from pid.core.decomposition import Status as Status
    from pid.core.gaussian import decompose_gaussian as decompose_gaussian
    from pid.core.information import co_information as co_information
    from pid.core.information import conditional_entropy as conditional_entropy
    from pid.core.information import (
        conditional_mutual_information as conditional_mutual_information,
    )
    from pid.core.information import entropy as entropy
    from pid.core.information import entropy_samples as entropy_samples
    from pid.core.information import mutual_information as mutual_information
    from pid.core.sources.result import SourcesCertificate as SourcesCertificate
    from pid.core.sources.result import SourcesDecomposition as SourcesDecomposition
    from pid.discretization.out_of_core.scan import scan as scan
    from pid.inference.planning import Plan as Plan
    from pid.inference.planning import plan as plan
    from pid.io.lagged import lagged as lagged
    from pid.parallel.progress import progress as progress

__all__ = [
    "AccuracyBounds",
    "Certificate",
    "CheckFailed",
    "Comparison",
    "ConditionalDecomposition",
    "Decomposition",
    "DecompositionBatch",
    "Description",
    "Difference",
    "HalfLabelled",
    "Information",
    "InvalidDistribution",
    "InvalidInput",
    "MissingExtra",
    "MultiviewRedundancy",
    "PIDError",
    "Plan",
    "Probe",
    "Quantification",
    "Remaining",
    "Retention",
    "Screening",
    "SelectByPID",
    "SignalClass",
    "SolverFailed",
    "SourcesCertificate",
    "SourcesComparison",
    "SourcesDecomposition",
    "SourcesQuantification",
    "SourcesRemaining",
    "SourcesRetention",
    "Status",
    "Suggestion",
    "SynergyBounds",
    "Taxonomy",
    "TooLarge",
    "Trajectory",
    "Valuation",
    "Worth",
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
    "decompose_given",
    "decompose_samples",
    "describe",
    "difference",
    "entropy",
    "entropy_samples",
    "estimate_information",
    "estimators",
    "if_missing",
    "lagged",
    "multiview_redundancy",
    "mutual_information",
    "plan",
    "plot",
    "progress",
    "quantify",
    "quantify_posteriors",
    "report",
    "retained",
    "scan",
    "screen",
    "signal_response",
    "suggest",
    "synergy_bounds",
    "taxonomy",
    "value",
]

# Where each name that is loaded late comes from; None is a sub-package.
_LATE = {
    "core": None,
    "datasets": None,
    "estimators": None,
    "plot": None,
    "report": None,
    "DecompositionBatch": "pid.core.batch",
    "ConditionalDecomposition": "pid.core.conditional",
    "decompose_given": "pid.core.conditional",
    "decompose": "pid.core.decompose",
    "decompose_batch": "pid.core.decompose",
    "decompose_samples": "pid.core.decompose",
    "Certificate": "pid.core.decomposition",
    "Decomposition": "pid.core.decomposition",
    "SolverFailed": "pid.core.decomposition",
    "Status": "pid.core.decomposition",
    "SourcesCertificate": "pid.core.sources.result",
    "SourcesDecomposition": "pid.core.sources.result",
    "SourcesQuantification": "pid.analysis.several.result",
    "decompose_gaussian": "pid.core.gaussian",
    "co_information": "pid.core.information",
    "conditional_entropy": "pid.core.information",
    "conditional_mutual_information": "pid.core.information",
    "entropy": "pid.core.information",
    "entropy_samples": "pid.core.information",
    "mutual_information": "pid.core.information",
    "compare": "pid.analysis.comparison",
    "Comparison": "pid.analysis.comparison",
    "SourcesComparison": "pid.analysis.comparison",
    "describe": "pid.analysis.description",
    "Description": "pid.analysis.description",
    "difference": "pid.analysis.difference",
    "Difference": "pid.analysis.difference",
    "estimate_information": "pid.analysis.information",
    "Information": "pid.analysis.information",
    "multiview_redundancy": "pid.analysis.multiview.multiview",
    "MultiviewRedundancy": "pid.analysis.multiview.result",
    "plan": "pid.inference.planning",
    "Plan": "pid.inference.planning",
    "progress": "pid.parallel.progress",
    "quantify": "pid.analysis.quantification.quantify",
    "quantify_posteriors": "pid.analysis.quantification.posteriors",
    "Trajectory": "pid.analysis.quantification.trajectory",
    "if_missing": "pid.analysis.missing",
    "lagged": "pid.io.lagged",
    "Remaining": "pid.analysis.missing",
    "SourcesRemaining": "pid.analysis.missing",
    "scan": "pid.discretization.out_of_core.scan",
    "screen": "pid.analysis.screening.screen",
    "SelectByPID": "pid.analysis.selection.selector",
    "Screening": "pid.analysis.screening.result",
    "Quantification": "pid.analysis.quantification.result",
    "taxonomy": "pid.analysis.interactions",
    "Taxonomy": "pid.analysis.interactions",
    "signal_response": "pid.analysis.signals",
    "SignalClass": "pid.analysis.signals",
    "suggest": "pid.analysis.suggestion",
    "Suggestion": "pid.analysis.suggestion",
    "retained": "pid.analysis.retention.retained",
    "Retention": "pid.analysis.retention.result",
    "SourcesRetention": "pid.analysis.retention.sources",
    "Probe": "pid.analysis.retention.probe",
    "value": "pid.analysis.valuation.value",
    "Valuation": "pid.analysis.valuation.result",
    "Worth": "pid.analysis.valuation.result",
    "bound_samples": "pid.analysis.half_labelled",
    "HalfLabelled": "pid.analysis.half_labelled",
    "accuracy_bounds": "pid.bounds.accuracy",
    "AccuracyBounds": "pid.bounds.accuracy",
    "synergy_bounds": "pid.bounds.synergy",
    "SynergyBounds": "pid.bounds.synergy",
}


def __getattr__(name: str) -> Any:
    if name in _MOVED:
        return sys.modules[f"pid.{name}"]
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


# Modules of version 0.1 and where their names are now; they work, with a warning, until 0.3.
_MOVED = {
    "batch": "core.batch",
    "bounding": "analysis.half_labelled",
    "choosing": "analysis.quantification.choose",
    "comparing": "analysis.comparison",
    "counting": "discretization.count",
    "decomposition": "core.decomposition",
    "differing": "analysis.difference",
    "exact": "core.decompose",
    "files": "io.writing",
    "gaussian": "core.gaussian",
    "information": "core.information",
    "interactions": "analysis.interactions",
    "joint": "core.joint core.symbols",
    "missing": "analysis.missing",
    "quantification": "analysis.quantification.result",
    "quantifying": "analysis.quantification.quantify",
    "reading": "analysis.words analysis.names",
    "render": "cli.terminal.quantify cli.terminal.page",
    "responses": "analysis.signals",
    "screening": "analysis.screening",
    "sheets": "io.readers",
    "solver": "core.solver",
    "sources": "io.embeddings",
    "store": "parallel.checkpoints",
    "tables": "io.tables io.choose discretization.out_of_core.scan",
    "work": "parallel.work",
}


class _Moved(ModuleType):
    """A module at its old address: it answers from the new one, and says which that is."""

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):  # tools ask every module for those
            for home in _MOVED[self.__name__.removeprefix("pid.")].split():
                module = importlib.import_module(f"pid.{home}")
                if hasattr(module, name):
                    text = f"{self.__name__}.{name} is now {module.__name__}.{name}"
                    warnings.warn(text, FutureWarning, stacklevel=2)
                    return getattr(module, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


for _name in _MOVED:
    sys.modules[f"pid.{_name}"] = _Moved(f"pid.{_name}")


def _from_errors(name: str) -> Any:
    """What ``pid.errors`` had: an error that carries a Decomposition is defined beside it."""
    if name != "SolverFailed":
        raise AttributeError(f"module 'pid.errors' has no attribute {name!r}")
    warnings.warn("import SolverFailed from pid", FutureWarning, stacklevel=2)
    return __getattr__(name)


vars(errors)["__getattr__"] = _from_errors
