"""Exact solvers of the convex program behind the decomposition, all behind one certificate."""

from pid.core.cost import memory_estimate as memory_estimate
from pid.core.solver.ladder import METHODS as METHODS
from pid.core.solver.ladder import Answers as Answers
from pid.core.solver.ladder import Method as Method
from pid.core.solver.ladder import check_size as check_size
from pid.core.solver.ladder import side_by_side as side_by_side
from pid.core.solver.ladder import solve as solve

__all__ = ["METHODS", "Answers", "Method", "check_size", "memory_estimate", "side_by_side", "solve"]
