"""The three source folders are one package: nothing left out of the build, links in place."""

import ast
import importlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pid

ROOT = Path(__file__).resolve().parents[1]
MAPPED = {"pid": "", "estimators": "pid.", "datasets": "pid."}


def test_every_package_is_listed() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found = set()
    for top, prefix in MAPPED.items():
        for init in (ROOT / top).glob("**/__init__.py"):
            inside = init.parent.relative_to(ROOT)
            if inside.parts[:2] not in {("pid", "estimators"), ("pid", "datasets")}:
                found.add(prefix + ".".join(inside.parts))
    assert found == set(config["tool"]["setuptools"]["packages"])


@pytest.mark.parametrize("name", ["estimators", "datasets"])
def test_links(name: str) -> None:
    assert (ROOT / "pid" / name).resolve() == ROOT / name


@pytest.mark.parametrize("name", ["estimators", "datasets"])
def test_bare_names_refuse(name: str) -> None:
    answer = run("-c", f"import {name}", cwd=ROOT)
    assert answer.returncode != 0
    assert f"pid.{name}" in answer.stderr


def test_another_project_named_pid(tmp_path: Path) -> None:
    """Its __init__.py in the place of ours is named, with what to do."""
    foreign = tmp_path / "pid"
    foreign.mkdir()
    (foreign / "__init__.py").write_text("class PidFile: ...\n")
    shutil.copy(ROOT / "pid" / "__main__.py", foreign)
    answer = run("-m", "pid", "--version", cwd=tmp_path)
    assert answer.returncode == 1
    assert str(foreign / "__init__.py") in answer.stderr
    assert "pip uninstall pid" in answer.stderr


MOST = 7  # arguments of a function that users do not call; more are a thing that wants a name
PUBLIC_MODULES = ("datasets.continuous", "datasets.linear")  # that are called by module.function


def test_few_arguments() -> None:
    too_many = [
        f"{path.relative_to(ROOT)}: {function.name} takes {count}"
        for path in sources()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef) and not is_public(function.name)
        if (count := arguments(function)) > MOST
    ]
    assert not too_many


def sources() -> list[Path]:
    """All of the package but the command line, where arguments are the options of a command."""
    tops = [path for top in MAPPED for path in (ROOT / top).rglob("*.py")]
    links = (ROOT / "pid" / "estimators", ROOT / "pid" / "datasets", ROOT / "pid" / "cli")
    return [path for path in tops if not any(path.is_relative_to(link) for link in links)]


def is_public(name: str) -> bool:
    """Whether users call it: its options are as many as it has."""
    packages = ["bounds", "datasets", "inference", "plot", "report", *PUBLIC_MODULES]
    modules = [pid, *(importlib.import_module(f"pid.{package}") for package in packages)]
    return name == "__init__" or any(name in getattr(m, "__all__", vars(m)) for m in modules)


def arguments(function: ast.FunctionDef) -> int:
    """How many it takes, by position or by name."""
    taken = function.args
    return len([*taken.posonlyargs, *taken.args, *taken.kwonlyargs])


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in another folder, without what this process has set up."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
