"""Half-labelled data: what three pair marginals leave open, and couplings of small entropy."""

from pid.bounds.coupling import Coupling as Coupling
from pid.bounds.coupling import SearchedCoupling as SearchedCoupling
from pid.bounds.coupling import exact_coupling as exact_coupling
from pid.bounds.coupling import greedy_coupling as greedy_coupling
from pid.bounds.coupling import majorization_coupling as majorization_coupling
from pid.bounds.coupling_bounds import majorization_bound as majorization_bound
from pid.bounds.coupling_bounds import profile_bound as profile_bound
from pid.bounds.synergy import SynergyBounds as SynergyBounds
from pid.bounds.synergy import synergy_bounds as synergy_bounds

__all__ = [
    "Coupling",
    "SearchedCoupling",
    "SynergyBounds",
    "exact_coupling",
    "greedy_coupling",
    "majorization_bound",
    "majorization_coupling",
    "profile_bound",
    "synergy_bounds",
]
