"""Scripts on several sources run, and count what they should."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

import pid
from scripts import source_gates, source_peers, stress_sources
from scripts.source_problems import KINDS, dirichlet


@pytest.mark.slow
def test_stress_counts_every_table(tmp_path: Path) -> None:
    stress_sources.main(["--tables", "20", "--whole", "10", "--out", str(tmp_path)])
    with (tmp_path / "figures" / "stress_sources.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 2 * (1 + len(KINDS))
    assert [row["tables"] for row in rows if row["kind"] == "all"] == ["20", "10"]
    assert {row["violations"] for row in rows} == {"0"}
    assert all(float(row["to 1e-09"]) == 1 for row in rows if row["what"] == "union")
    assert "stress_sources: begin" in (tmp_path / "sources.md").read_text(encoding="utf-8")


def test_stress_notices_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    p = dirichlet(np.random.default_rng(0), (2, 2, 2, 3))
    assert stress_sources.whole("a kind", p).complaint == ""
    exact = pid.decompose

    def off(*args: object, **options: object) -> object:
        d = exact(*args, **options)  # type: ignore[call-overload]
        d.synergy[2] += 1e-6
        return d

    monkeypatch.setattr(pid, "decompose", off)
    assert "does not follow" in stress_sources.whole("a kind", p).complaint


def test_tables_are_reproducible_and_of_every_kind() -> None:
    one, two = (list(stress_sources.tables(1, 20)) for _ in range(2))
    assert {kind for kind, _ in one} == set(KINDS)
    assert all((p == q).all() for (_, p), (_, q) in zip(one, two, strict=True))
    for _, p in one:
        assert p.min() >= 0
        assert p.sum() > 0


@pytest.mark.slow
def test_table_of_gates(tmp_path: Path) -> None:
    source_gates.main(["--out", str(tmp_path)])
    with (tmp_path / "figures" / "source_gates.csv").open(newline="", encoding="utf-8") as lines:
        rows = {row["gate"]: row for row in csv.DictReader(lines)}
    assert set(rows) == set(source_gates.GATES)
    assert rows["majority"]["two together"] == "0.3113"
    assert rows["majority"]["two, same cells"] == "0.8113"


@pytest.mark.extras
@pytest.mark.parametrize("seed", range(5))
def test_peers_of_the_recipe_of_maxent3d(seed: int) -> None:
    """Cells drawn evenly from the simplex: all three within what they promise."""
    p = dirichlet(np.random.default_rng(seed), (2, 2, 2, 2))
    d = pid.decompose(p, names=["x", "y", "z"], unit="nat")
    low, high = d.intervals["union"]
    assert low - 5e-8 * math.log(2) <= source_peers.ecos(p, 1e-10) <= high + 5e-8 * math.log(2)
    assert low - 1e-6 <= source_peers.clarabel(p) <= high + 1e-6
