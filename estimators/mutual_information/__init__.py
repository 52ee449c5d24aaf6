"""Mutual information, conditional information and differential entropy of samples."""

from pid.estimators.mutual_information.estimate import estimate as estimate
from pid.estimators.mutual_information.found import FLAGS as FLAGS
from pid.estimators.mutual_information.found import ROUTES as ROUTES
from pid.estimators.mutual_information.result import Estimate as Estimate

__all__ = ["FLAGS", "ROUTES", "Estimate", "estimate"]
