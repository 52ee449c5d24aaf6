"""Half-labelled data: what three pair marginals leave open, and couplings of small entropy."""

from pid.bounds.accuracy import AccuracyBounds as AccuracyBounds
from pid.bounds.accuracy import accuracy_bounds as accuracy_bounds
from pid.bounds.coupling import Coupling as Coupling
from pid.bounds.coupling import SearchedCoupling as SearchedCoupling
from pid.bounds.coupling import exact_coupling as exact_coupling
from pid.bounds.coupling import greedy_coupling as greedy_coupling
from pid.bounds.coupling import majorization_coupling as majorization_coupling
from pid.bounds.coupling_bounds import majorization_bound as majorization_bound
from pid.bounds.coupling_bounds import profile_bound as profile_bound
from pid.bounds.performance import fano_accuracy as fano_accuracy
from pid.bounds.performance import feder_merhav_accuracy as feder_merhav_accuracy
from pid.bounds.performance import hellman_raviv_accuracy as hellman_raviv_accuracy
from pid.bounds.performance import published_accuracy as published_accuracy
from pid.bounds.synergy import SynergyBounds as SynergyBounds
from pid.bounds.synergy import synergy_bounds as synergy_bounds

__all__ = [
    "AccuracyBounds",
    "Coupling",
    "SearchedCoupling",
    "SynergyBounds",
    "accuracy_bounds",
    "exact_coupling",
    "fano_accuracy",
    "feder_merhav_accuracy",
    "greedy_coupling",
    "hellman_raviv_accuracy",
    "majorization_bound",
    "majorization_coupling",
    "profile_bound",
    "published_accuracy",
    "synergy_bounds",
]
