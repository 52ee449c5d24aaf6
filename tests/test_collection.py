"""What pytest collects: every source once, whatever comes first, and none that lacks its extra."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]


def run(code: str) -> str:
    """What a fresh Python prints that runs the code."""
    command = [sys.executable, "-c", "import sys, pytest\n" + code]
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_source_is_imported_once() -> None:
    """Before any test has imported it, its doctests are those of the module that others import."""
    run("""
assert pytest.main(["--collect-only", "pid/inference/units.py"]) == 0
from pid.inference import assessment
assert assessment.Units is sys.modules["pid.inference.units"].Units
""")


def test_without_torch_its_doctests_are_left_out() -> None:
    found = run("""
class WithoutTorch:
    def find_spec(name, path=None, target=None):
        if name == "torch":
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, WithoutTorch)
assert pytest.main(["--collect-only", "-q", "pid/estimators"]) == 0
""")
    assert "pid/estimators/clustering.py" in found
    assert "pid/estimators/fusion" not in found
