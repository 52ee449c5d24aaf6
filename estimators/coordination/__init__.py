"""Representations of two sources that belong together, and how alike they are."""

from typing import TYPE_CHECKING

from pid.estimators.coordination.matching import Strength as Strength
from pid.estimators.coordination.matching import recall as recall
from pid.estimators.coordination.matching import strength as strength
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
    from pid.estimators.coordination.contrastive import Contrastive as Contrastive
    from pid.estimators.coordination.deep_cca import DeepCCA as DeepCCA
    from pid.estimators.coordination.gated import GatedCoordination as GatedCoordination
    from pid.estimators.coordination.intact import IntactSpace as IntactSpace
    from pid.estimators.coordination.nested import NestedAutoencoder as NestedAutoencoder

_HOME = "pid.estimators.coordination"
# imported on first use, as scikit-learn and torch take seconds to load
_CLASSES = {
    "CCA": Entry(f"{_HOME}.cca:CCA", False),
    "Contrastive": Entry(f"{_HOME}.contrastive:Contrastive", False, needs="torch"),
    "DeepCCA": Entry(f"{_HOME}.deep_cca:DeepCCA", False, needs="torch"),
    "GatedCoordination": Entry(f"{_HOME}.gated:GatedCoordination", False, needs="torch"),
    "IntactSpace": Entry(f"{_HOME}.intact:IntactSpace", False),
    "NestedAutoencoder": Entry(f"{_HOME}.nested:NestedAutoencoder", False, needs="torch"),
}
_OTHERS = (
    *("Strength", "cosine", "exponential", "hsic", "kernel_alignment", "linear", "polynomial"),
    *("rbf", "recall", "strength"),
)

__all__ = sorted([*_CLASSES, *_OTHERS])


def __getattr__(name: str) -> object:
    entry = _CLASSES.get(name)
    if entry is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return entry.load()


def __dir__() -> list[str]:
    return __all__
