"""Representations of two sources that belong together, and how alike they are."""

from typing import TYPE_CHECKING

from pid.estimators.coordination.similarity import cosine as cosine
from pid.estimators.coordination.similarity import exponential as exponential
from pid.estimators.coordination.similarity import hsic as hsic
from pid.estimators.coordination.similarity import kernel_alignment as kernel_alignment
from pid.estimators.coordination.similarity import linear as linear
from pid.estimators.coordination.similarity import polynomial as polynomial
from pid.estimators.coordination.similarity import rbf as rbf
from pid.estimators.registry import Entry

if TYPE_CHECKING:
    from pid.estimators.coordination.cca import CCA as CCA

_HOME = "pid.estimators.coordination"
# imported on first use, as scikit-learn and torch take seconds to load
_CLASSES = {
    "CCA": Entry(f"{_HOME}.cca:CCA", False),
}
_FUNCTIONS = (
    *("cosine", "exponential", "hsic", "kernel_alignment", "linear", "polynomial", "rbf"),
)

__all__ = sorted([*_CLASSES, *_FUNCTIONS])


def __getattr__(name: str) -> object:
    entry = _CLASSES.get(name)
    if entry is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return entry.load()


def __dir__() -> list[str]:
    return __all__
