"""All pairs of columns, or of groups of columns, against one target or several."""

from pid.screening.all_pairs import screen as screen
from pid.screening.result import Screening as Screening

__all__ = ["Screening", "screen"]
