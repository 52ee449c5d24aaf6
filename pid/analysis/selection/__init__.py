"""Which columns, or groups of columns, to keep: those that tell what others do not."""

from pid.analysis.selection.selector import SelectByPID as SelectByPID

__all__ = ["SelectByPID"]
