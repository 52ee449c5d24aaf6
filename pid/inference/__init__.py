"""How far the numbers of a sample are from those of the population it was drawn from.

Everything here works on a table of counts, or on the ``Units`` (rows, groups, blocks) it was
counted from, and rests on solving many tables at once.
"""

from pid.inference.assessment import Assessment as Assessment
from pid.inference.assessment import assess as assess
from pid.inference.bias import correct as correct
from pid.inference.significance import Significance as Significance
from pid.inference.significance import significance as significance
from pid.inference.units import Units as Units

__all__ = ["Assessment", "Significance", "Units", "assess", "correct", "significance"]
