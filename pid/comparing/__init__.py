"""Models by what their predictions take from X1 and X2, beside what the data have to say."""

from pid.comparing.profiles import compare as compare
from pid.comparing.result import Comparison as Comparison
from pid.comparing.result import Profile as Profile

__all__ = ["Comparison", "Profile", "compare"]
