"""Half-labelled samples: from labelled modalities and unlabelled pairs to bounds with intervals."""

from pid.analysis.half_labelled.bound import bound_samples as bound_samples
from pid.analysis.half_labelled.result import HalfLabelled as HalfLabelled

__all__ = ["HalfLabelled", "bound_samples"]
