"""What CI runs are make targets that are there, and the workflow may do no more than it needs."""

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def jobs(path: Path) -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def commands(job: dict[str, Any]) -> set[str]:
    """What the steps run, for each value of the matrix."""
    lines = {step["run"] for step in job["steps"] if "run" in step}
    for name, values in job.get("strategy", {}).get("matrix", {}).items():
        at = "${{ matrix." + name + " }}"
        lines = {line.replace(at, str(value)) for line in lines for value in values}
    return lines


@pytest.mark.parametrize("path", [".ci/run", "CONTRIBUTING.md", "README.md"])
def test_every_target_that_is_named_is_there(path: str) -> None:
    named = re.findall(r"^make +([a-z-]+)", (ROOT / path).read_text(), re.MULTILINE)
    assert named
    assert set(named) <= TARGETS


@pytest.mark.extras
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_command_of_a_workflow_is_a_target(path: Path) -> None:
    for job in jobs(path)["jobs"].values():
        assert commands(job)
        assert commands(job) <= {f"make {target}" for target in TARGETS}


@pytest.mark.extras
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read(path: Path) -> None:
    """But for the job that attaches files to a release, which nothing but a tag starts."""
    flow = jobs(path)
    assert flow["permissions"] == {"contents": "read"}
    assert flow["concurrency"]["group"]
    for job in flow["jobs"].values():
        writes = job.get("permissions") == {"contents": "write"}
        assert "permissions" not in job or writes
        # PyYAML reads the key "on" as true
        assert not writes or flow[True] == {"push": {"tags": ["v*"]}}  # type: ignore[index]
        assert job["timeout-minutes"] <= 60
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used)


@pytest.mark.extras
def test_all_that_ci_checks_is_in_the_workflow() -> None:
    flow = jobs(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]
    wanted = {"lint", "types", "extras", "core", "lowest", "site", "wheel", "release-check"}
    assert set.union(*map(commands, flow.values())) == {f"make {target}" for target in wanted}
    matrix = flow["core"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert {more["system"] for more in matrix["include"]} == {"macos-latest", "windows-latest"}
