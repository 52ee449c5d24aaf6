"""Half-labelled samples: from labelled modalities and unlabelled pairs to bounds with intervals."""

from pid.bounding.result import HalfLabelled as HalfLabelled
from pid.bounding.samples import bound_samples as bound_samples

__all__ = ["HalfLabelled", "bound_samples"]
