"""What remains if a source is missing."""

from pid.analysis.missing.missing import if_missing as if_missing
from pid.analysis.missing.result import GIVEN as GIVEN
from pid.analysis.missing.result import Remaining as Remaining
from pid.analysis.missing.result import SourcesRemaining as SourcesRemaining

__all__ = ["GIVEN", "Remaining", "SourcesRemaining", "if_missing"]
