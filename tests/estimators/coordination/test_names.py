"""Names are found late, and all are there."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def test_names_are_found_without_loading_torch() -> None:
    code = """
import sys, pid
found = pid.estimators.coordination
print(sorted(set(found.__all__) - set(dir(found))), "torch" in sys.modules)
print(found.CCA.__name__, found.IntactSpace.__name__, "torch" in sys.modules)
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert answer.stderr == ""
    assert answer.stdout.split("\n")[:2] == ["[] False", "CCA IntactSpace False"]


@pytest.mark.extras
def test_every_name_is_there() -> None:
    from pid.estimators import coordination

    assert all(hasattr(coordination, name) for name in coordination.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'PLS'"):
        _ = coordination.PLS
