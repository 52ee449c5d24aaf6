"""Imports point one way, as docs/architecture.md has it, and `import pid` stays light."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import pid

ROOT = Path(__file__).resolve().parents[1]
LIGHT = {"numpy", "scipy"}
HEAVY = {
    "torch",
    "sklearn",
    "pandas",
    "matplotlib",
    "cvxpy",
    "narwhals",
    "pyarrow",
    "click",
    "rich",
}


def sources() -> dict[str, Path]:
    """Every module of the package by its name; packages by theirs."""
    found = {}
    for top, prefix in (("pid", ""), ("estimators", "pid."), ("datasets", "pid.")):
        for path in (ROOT / top).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if parts[:2] not in {("pid", "estimators"), ("pid", "datasets")}:
                name = prefix + ".".join(parts)
                found[name.removesuffix(".__init__")] = path
    return found


MODULES = sources()


def statements(tree: ast.AST, *, late: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    """Import statements; ``late``: also those in functions, and for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not late:
            continue
        elif late or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from statements(node, late=late)


def imports(name: str, *, late: bool) -> set[str]:
    """Names of the modules that the module imports, its own package's in full."""
    found = set()
    for node in statements(ast.parse(MODULES[name].read_text()), late=late):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
            continue
        assert node.level == 0, f"{name}: relative import; write the full name"
        base = node.module or ""
        for alias in node.names:
            full = f"{base}.{alias.name}"
            found.add(full if full in MODULES else base)
    return found


def part(name: str) -> str:
    """The entry of the list in docs/architecture.md that a module belongs to."""
    return name.split(".")[1] if "." in name else "__init__"


def rows() -> dict[str, int]:
    text = (ROOT / "docs" / "architecture.md").read_text()
    block = re.search(r"```text imports\n(.*?)```", text, re.DOTALL)
    assert block, "docs/architecture.md has no list of imports"
    return {entry: row for row, line in enumerate(block[1].splitlines()) for entry in line.split()}


def test_the_list_is_complete() -> None:
    assert set(rows()) == {part(name) for name in MODULES}


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"pid"}))
def test_direction(name: str) -> None:
    row = rows()
    above = {
        other
        for other in imports(name, late=True)
        if other.split(".")[0] == "pid"
        and part(other) != part(name)
        and row[part(other)] >= row[part(name)]
    }
    assert not above


def test_no_cycles() -> None:
    graph = {name: imports(name, late=True) & set(MODULES) for name in MODULES if name != "pid"}
    TopologicalSorter(graph).prepare()  # raises CycleError


# Modules that others are found in by name: the root, answers, the estimators and their registry.
BY_NAME = {"pid", "pid.core.answer", "pid.errors", "pid.estimators", "pid.estimators.registry"}


def test_nothing_else_is_found_by_name() -> None:
    """Which would go around the list: cards and pictures of answers are the one way up."""
    assert {n for n, path in MODULES.items() if "import_module(" in path.read_text()} == BY_NAME


def test_import_pid_reaches_only_light_modules() -> None:
    seen: set[str] = set()
    outside: set[str] = set()
    queue = ["pid"]
    while queue:
        name = queue.pop()
        if name not in seen:
            seen.add(name)
            found = imports(name, late=False)
            outside |= {other.split(".")[0] for other in found - set(MODULES)}
            queue += found & set(MODULES)
            queue += [name.rsplit(".", 1)[0]]  # importing a module imports its package
    assert outside - set(sys.stdlib_module_names) <= LIGHT


def test_import_pid_loads_only_light_modules() -> None:
    code = f"import pid, sys; print(*({HEAVY} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (answer.stdout.strip(), answer.stderr) == ("", "")


ROOM = {"__init__", "__main__", "_types", "_version", "checks", "errors"}
FOLDERS = 12  # two of them are the links to estimators and datasets


def test_the_root_has_few_doors() -> None:
    assert {path.stem for path in (ROOT / "pid").glob("*.py")} <= ROOM
    folders = [path for path in (ROOT / "pid").iterdir() if (path / "__init__.py").exists()]
    assert len(folders) <= FOLDERS


# What users import; a name goes only after a release in which it warns.
PUBLIC = """
    AccuracyBounds Certificate CheckFailed Comparison ConditionalDecomposition Decomposition
    DecompositionBatch Description Difference
    HalfLabelled Information InvalidDistribution InvalidInput MissingExtra
    MultiviewRedundancy PIDError Plan Probe
    Quantification Remaining Retention Screening SelectByPID SignalClass SolverFailed
    SourcesCertificate SourcesComparison SourcesDecomposition SourcesQuantification SourcesRemaining
    SourcesRetention Status
    Suggestion SynergyBounds Taxonomy TooLarge Trajectory Valuation Worth __version__
    accuracy_bounds bound_samples co_information compare conditional_entropy
    conditional_mutual_information datasets decompose decompose_batch decompose_gaussian
    decompose_given decompose_samples describe difference entropy entropy_samples
    estimate_information estimators
    if_missing lagged multiview_redundancy
    mutual_information plan plot progress quantify quantify_posteriors report retained scan screen
    signal_response suggest synergy_bounds taxonomy value
"""


def test_every_public_name_is_there() -> None:
    assert set(PUBLIC.split()) <= set(pid.__all__)
    missing = [name for name in pid.__all__ if not hasattr(pid, name)]
    assert not missing
    assert set(pid.__all__) <= set(dir(pid))


def test_modules_of_the_last_release_still_answer() -> None:
    """Every old address leads somewhere, and says where."""
    for name, homes in pid._MOVED.items():
        old = importlib.import_module(f"pid.{name}")
        for home in homes.split():
            module = importlib.import_module(f"pid.{home}")
            own = [
                x for x, v in vars(module).items() if getattr(v, "__module__", "") == f"pid.{home}"
            ]
            for public in [x for x in own if not x.startswith("_")]:
                with pytest.warns(FutureWarning, match=f"pid.{name}.{public} is now pid"):
                    assert getattr(old, public) is not None
    with pytest.warns(FutureWarning, match="is now pid.core.solver"):
        assert pid.solver.memory_estimate(2, 2, 2) > 0
    with pytest.warns(FutureWarning, match="import SolverFailed from pid"):
        assert importlib.import_module("pid.errors").SolverFailed is pid.SolverFailed
    with pytest.raises(AttributeError, match=r"module 'pid.tables' has no attribute 'nothing'"):
        _ = pid.tables.nothing
