"""What a representation keeps of redundant, unique and synergistic information."""

from pid.analysis.retention.probe import Probe as Probe
from pid.analysis.retention.result import Retention as Retention
from pid.analysis.retention.retained import retained as retained
from pid.analysis.retention.sources import SourcesRetention as SourcesRetention

__all__ = ["Probe", "Retention", "SourcesRetention", "retained"]
