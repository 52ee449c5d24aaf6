"""Small models of two sources that differ in how they put them together; torch, on any device."""

from pid.estimators.fusion.classifier import KINDS as KINDS
from pid.estimators.fusion.classifier import FusionClassifier as FusionClassifier

__all__ = ["KINDS", "FusionClassifier"]
