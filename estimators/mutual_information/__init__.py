"""Mutual information, conditional information and differential entropy of samples."""

from pid.estimators.mutual_information.entropy import differential_entropy as differential_entropy
from pid.estimators.mutual_information.estimate import estimate as estimate
from pid.estimators.mutual_information.found import FLAGS as FLAGS
from pid.estimators.mutual_information.found import ROUTES as ROUTES
from pid.estimators.mutual_information.named import cca as cca
from pid.estimators.mutual_information.named import gao as gao
from pid.estimators.mutual_information.named import gaussian_copula as gaussian_copula
from pid.estimators.mutual_information.named import ksg as ksg
from pid.estimators.mutual_information.named import ross as ross
from pid.estimators.mutual_information.named import t_copula as t_copula
from pid.estimators.mutual_information.result import Estimate as Estimate

__all__ = [
    "FLAGS",
    "ROUTES",
    "Estimate",
    "cca",
    "differential_entropy",
    "estimate",
    "gao",
    "gaussian_copula",
    "ksg",
    "ross",
    "t_copula",
]
