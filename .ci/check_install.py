"""Use the installed package: import every module, read the data files, decompose a gate."""

import importlib
import pkgutil
from importlib.metadata import files
from pathlib import Path

import pid

paths = {str(path) for path in files("pid-toolkit") or ()}
tops = {path.split("/")[0] for path in paths if not path.startswith("..")}
assert {top for top in tops if not top.endswith(".dist-info")} == {"pid"}, tops
assert "pid/py.typed" in paths
assert any(path.startswith("pid/datasets/data/") for path in paths), "no data files"
assert "site-packages" in Path(pid.__file__).parts, pid.__file__

names = [module.name for module in pkgutil.walk_packages(pid.__path__, "pid.")]
assert {"pid.core.solver", "pid.estimators", "pid.datasets"} <= set(names), names
for name in names:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as err:
        if err.name != "torch":  # of the extra `neural`, which is not installed here
            raise

xor = pid.datasets.gate("xor")
answer = pid.decompose(xor)
answer.check(xor)
assert abs(answer.synergy - 1) < 1e-8, answer
print(f"{len(names)} modules import from the wheel; the synergy of XOR is {answer.synergy:.9f} bit")
