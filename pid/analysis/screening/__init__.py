"""All pairs of columns, or of groups of columns, against one target or several."""

from pid.analysis.screening.result import Screening as Screening
from pid.analysis.screening.screen import screen as screen

__all__ = ["Screening", "screen"]
