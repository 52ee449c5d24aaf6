"""Models by what their predictions take from X1 and X2, beside what the data have to say."""

from pid.analysis.comparison.compare import compare as compare
from pid.analysis.comparison.result import Comparison as Comparison
from pid.analysis.comparison.result import Profile as Profile
from pid.analysis.comparison.sources import SourcesComparison as SourcesComparison
from pid.analysis.comparison.sources import SourcesProfile as SourcesProfile

__all__ = ["Comparison", "Profile", "SourcesComparison", "SourcesProfile", "compare"]
