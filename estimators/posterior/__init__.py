"""What a classifier says of each row, in cells, as a table that is decomposed exactly."""

from pid.estimators.posterior.estimator import PosteriorPID as PosteriorPID

__all__ = ["PosteriorPID"]
