"""Tables with known answers, random families and small real data; import as ``pid.datasets``."""

if __name__ != "pid.datasets":
    raise ImportError(
        "this folder is imported as 'pid.datasets', not as 'datasets'; if Hugging Face's package "
        "of that name was meant, run from another folder"
    )

from pid.datasets import continuous, linear, published, random
from pid.datasets._gate import Gate, combine
from pid.datasets.catalogue import Dataset, available, describe, write
from pid.datasets.gates import GATES, gate, gates, make_gate
from pid.datasets.real import REAL, RealInfo, RealTable, load
from pid.datasets.scenes import Scenes, make_scenes

__all__ = [
    "GATES",
    "REAL",
    "Dataset",
    "Gate",
    "RealInfo",
    "RealTable",
    "Scenes",
    "available",
    "combine",
    "continuous",
    "describe",
    "gate",
    "gates",
    "linear",
    "load",
    "make_gate",
    "make_scenes",
    "published",
    "random",
    "write",
]
