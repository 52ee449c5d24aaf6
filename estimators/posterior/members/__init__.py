"""Members of the calibration: classifiers whose probabilities out of fold it weighs."""

from pid.estimators.posterior.members.bilinear import Bilinear as Bilinear
from pid.estimators.posterior.members.interactions import MOST_CLASSES as MOST_CLASSES
from pid.estimators.posterior.members.interactions import Interactions as Interactions
from pid.estimators.posterior.members.linear import Linear as Linear
from pid.estimators.posterior.members.member import Member as Member
from pid.estimators.posterior.members.member import PerFold as PerFold
from pid.estimators.posterior.members.networks import Networks as Networks
from pid.estimators.posterior.members.passed import Passed as Passed

__all__ = [
    "MOST_CLASSES",
    "Bilinear",
    "Interactions",
    "Linear",
    "Member",
    "Networks",
    "Passed",
    "PerFold",
]
