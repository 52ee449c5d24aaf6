"""What two sources share, what each has alone, what only both say, and finer correspondences."""

from typing import TYPE_CHECKING

from pid.estimators.registry import Entry

if TYPE_CHECKING:
    from pid.estimators.fission.audited import Audit as Audit
    from pid.estimators.fission.audited import Overlap as Overlap
    from pid.estimators.fission.bottleneck import InformationBottleneck as InformationBottleneck
    from pid.estimators.fission.factorized import FactorizedContrastive as FactorizedContrastive
    from pid.estimators.fission.factorized import Factors as Factors
    from pid.estimators.fission.kept import Curve as Curve
    from pid.estimators.fission.kept import Kept as Kept

_HOME = "pid.estimators.fission"
# imported on first use, as scikit-learn and torch take seconds to load
_CLASSES: dict[str, Entry] = {
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
}

__all__ = sorted(_CLASSES)


def __getattr__(name: str) -> object:
    entry = _CLASSES.get(name)
    if entry is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return entry.load()


def __dir__() -> list[str]:
    return __all__
