"""Names are found late, and all are there."""

import subprocess
import sys
from pathlib import Path

import pytest

from pid.estimators import fission

ROOT = Path(__file__).resolve().parents[3]


def test_names_are_found_without_loading_torch() -> None:
    code = """
import sys, pid
found = pid.estimators.fission
print(sorted(set(found.__all__) - set(dir(found))), "sklearn" in sys.modules)
print(found.activations.__name__, found.Correspondences.__name__, "torch" in sys.modules)
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert answer.stderr == ""
    assert answer.stdout.split("\n")[:2] == ["[] False", "activations Correspondences False"]


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nuclear'"):
        _ = fission.Nuclear
