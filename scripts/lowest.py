"""The lowest version of each dependency of the core and of its tests, for ``pip install -c``.

Run as ``python scripts/lowest.py``, before anything is installed; ``make lowest`` does.
"""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def pins() -> list[str]:
    """Every lower bound, as in ``numpy>=2.0``, as the only version, ``numpy==2.0``."""
    config = tomllib.loads(PROJECT.read_text())
    declared = config["project"]["dependencies"] + config["dependency-groups"]["core-test"]
    return [bound.replace(">=", "==") for bound in declared]


if __name__ == "__main__":
    print("\n".join(pins()))
