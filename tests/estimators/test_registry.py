"""A new estimator is one file and one line: a toy one comes through every door."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pid.estimators.base import ModelPID, Options
from pid.estimators.registry import REGISTRY, Entry

ROOT = Path(__file__).resolve().parents[2]

MODEL = '''
from pid.core.decomposition import Decomposition
from pid.estimators.base import ModelPID


class ToyPID(ModelPID):
    """Says what it was told: half a bit each of redundancy and synergy."""

    takes = ("groups",)

    @classmethod
    def asked(cls, options):
        toy = cls()
        toy.unit = options.unit
        return toy

    def fit(self, X1, X2, y, *, groups=None, work=None):
        self.classes_ = y.encoded()[1]
        self.decomposition_ = Decomposition(
            redundancy=0.5, unique1=0.0, unique2=0.0, synergy=0.5, unit=self.unit
        )
        self.corrected_ = self.interval_ = None
        self.notes_ = ("a toy",)
        return self

    def described(self):
        return {"size": 1}
'''

ENCODER = '''
from pid.discretization.coding import quantiles


def as_halves(sources, class_counts, how):
    """Every column is cut at its median."""
    return [quantiles(x, 2) for x in sources]
'''

LINES = """
from pid.estimators.registry import REGISTRY, Entry
REGISTRY["toy"] = Entry("toy_model:ToyPID", False)
REGISTRY["halves"] = Entry("toy_encoder:as_halves", True)
"""


def run(folder: Path, code: str) -> str:
    """What a process with both toys prints."""
    (folder / "toy_model.py").write_text(MODEL)
    (folder / "toy_encoder.py").write_text(ENCODER)
    path = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(ROOT)!r}]\n"
    done = subprocess.run(
        [sys.executable, "-c", path + LINES + code], capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_model_comes_through_the_door(tmp_path: Path) -> None:
    code = """
import pid
x1, x2, y, groups = [1.5, 2.5] * 50, [0.5, 0.1] * 50, ["a", "b"] * 50, [0, 1, 2, 3] * 25
q = pid.quantify(x1, x2, y, estimator="toy", groups=groups)
print(q.estimator, q.best.total, q.notes[:1], q.parameters, q.units, [axis.size for axis in q.axes])
print(pid.estimators.ToyPID.__name__)
"""
    first, second = run(tmp_path, code).splitlines()
    assert first == "toy 1.0 ('a toy',) {'size': 1} 4 [1, 1, 2]"
    assert second == "ToyPID"


def test_an_encoder_is_counted_and_resampled(tmp_path: Path) -> None:
    code = """
import numpy as np, pid
rng = np.random.default_rng(0)
x1, x2 = rng.normal(size=(2, 400))
q = pid.quantify(x1, x2, (x1 > 0) ^ (x2 > 0), estimator="halves", refit=True, replicates=20)
q.decomposition.check(q.table)
print(q.table.shape, q.best.synergy > 0.7, q.interval["synergy"][0] > 0.5)
"""
    assert run(tmp_path, code) == "(2, 2, 2) True True\n"


def test_both_come_through_the_command(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 7},{i % 2}\n" for i in range(60))
    (tmp_path / "data.csv").write_text("a,b,y\n" + rows)
    code = """
from pid.cli import main
for name in ("toy", "halves"):
    words = f"quantify data.csv --x1 a --x2 b --y y --estimator {name} --interval none --json -"
    main(words.split(), standalone_mode=False)
"""
    told = run(tmp_path, code)
    first, end = json.JSONDecoder().raw_decode(told)
    second = json.loads(told[end:])
    assert (first["estimator"], first["synergy"]) == ("toy", 0.5)
    assert (second["estimator"], second["n"]) == ("halves", 60)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(entry, id=name, marks=[pytest.mark.extras] if entry.needs else [])
        for name, entry in REGISTRY.items()
    ],
)
def test_every_line_leads_somewhere(entry: Entry) -> None:
    assert entry.counts or issubclass(entry.load(), ModelPID)
    if not entry.counts:  # and takes what quantify was asked for
        options = Options(None, False, "auto", "nat", 1e-6, 7)
        model = entry.load().asked(options)
        assert (model.unit, model.random_state) == ("nat", 7)
