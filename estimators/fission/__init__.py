"""Sources taken apart: what is shared, what is unique, and which finer parts correspond."""

from typing import TYPE_CHECKING

from pid.estimators.registry import Entry

if TYPE_CHECKING:
    from pid.estimators.fission.activation import Activations as Activations
    from pid.estimators.fission.activation import activations as activations
    from pid.estimators.fission.audited import Audit as Audit
    from pid.estimators.fission.audited import Overlap as Overlap
    from pid.estimators.fission.bottleneck import InformationBottleneck as InformationBottleneck
    from pid.estimators.fission.correspondences import Correspondences as Correspondences
    from pid.estimators.fission.experts import SynergyExperts as SynergyExperts
    from pid.estimators.fission.factorized import FactorizedContrastive as FactorizedContrastive
    from pid.estimators.fission.factorized import Factors as Factors
    from pid.estimators.fission.gallery import Gallery as Gallery
    from pid.estimators.fission.generative import FactorizedGenerative as FactorizedGenerative
    from pid.estimators.fission.kept import Curve as Curve
    from pid.estimators.fission.kept import Kept as Kept

_HOME = "pid.estimators.fission"
# imported on first use, as scikit-learn and torch take seconds to load
_NAMES = {
    "Activations": Entry(f"{_HOME}.activation:Activations", False),
    "activations": Entry(f"{_HOME}.activation:activations", False),
    "Correspondences": Entry(f"{_HOME}.correspondences:Correspondences", False),
    "Gallery": Entry(f"{_HOME}.gallery:Gallery", False),
    "Audit": Entry(f"{_HOME}.audited:Audit", False),
    "Curve": Entry(f"{_HOME}.kept:Curve", False),
    "FactorizedContrastive": Entry(
        f"{_HOME}.factorized:FactorizedContrastive", False, needs="torch"
    ),
    "Factors": Entry(f"{_HOME}.factorized:Factors", False, needs="torch"),
    "InformationBottleneck": Entry(
        f"{_HOME}.bottleneck:InformationBottleneck", False, needs="torch"
    ),
    "Kept": Entry(f"{_HOME}.kept:Kept", False),
    "Overlap": Entry(f"{_HOME}.audited:Overlap", False),
    "FactorizedGenerative": Entry(f"{_HOME}.generative:FactorizedGenerative", False, needs="torch"),
    "SynergyExperts": Entry(f"{_HOME}.experts:SynergyExperts", False, needs="torch"),
}

__all__ = sorted(_NAMES)


def __getattr__(name: str) -> object:
    entry = _NAMES.get(name)
    if entry is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return entry.load()


def __dir__() -> list[str]:
    return __all__
