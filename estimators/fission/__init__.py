"""What two sources share, what each has alone, what only both say, and finer correspondences."""

from typing import TYPE_CHECKING

from pid.estimators.registry import Entry

if TYPE_CHECKING:
    from pid.estimators.fission.experts import SynergyExperts as SynergyExperts
    from pid.estimators.fission.generative import FactorizedGenerative as FactorizedGenerative

_HOME = "pid.estimators.fission"
# imported on first use, as scikit-learn and torch take seconds to load
_CLASSES: dict[str, Entry] = {
    "FactorizedGenerative": Entry(f"{_HOME}.generative:FactorizedGenerative", False, needs="torch"),
    "SynergyExperts": Entry(f"{_HOME}.experts:SynergyExperts", False, needs="torch"),
}

__all__ = sorted(_CLASSES)


def __getattr__(name: str) -> object:
    entry = _CLASSES.get(name)
    if entry is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return entry.load()


def __dir__() -> list[str]:
    return __all__
