"""What each source is worth, given the others."""

from pid.analysis.valuation.result import Valuation as Valuation
from pid.analysis.valuation.result import Worth as Worth
from pid.analysis.valuation.value import value as value

__all__ = ["Valuation", "Worth", "value"]
