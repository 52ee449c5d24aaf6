"""Pictures, by matplotlib: each function draws on Axes, makes some if none are given, returns them.

Colours are safe for the colour-blind, and hatches tell atoms apart in grey.
"""

from pid.plot.audit import audit as audit
from pid.plot.bounds import bounds as bounds
from pid.plot.cells import cells as cells
from pid.plot.correspondences import correspondences as correspondences
from pid.plot.coupling import coupling as coupling
from pid.plot.pairs import pairs as pairs
from pid.plot.profile import profile as profile
from pid.plot.profiles import profiles as profiles
from pid.plot.retention import retention as retention
from pid.plot.sources import sources as sources
from pid.plot.trajectory import trajectory as trajectory
from pid.plot.widths import widths as widths

__all__ = [
    "audit",
    "bounds",
    "cells",
    "correspondences",
    "coupling",
    "pairs",
    "profile",
    "profiles",
    "retention",
    "sources",
    "trajectory",
    "widths",
]
