"""The benchmark scripts run, write what they say, and notice what they are there to notice."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import pid
from scripts import page, stress_solver
from scripts.instances import BATCHED, SINGLE, Instance, dirichlet
from scripts.peers import PEERS
from scripts.race import OURS, Runner, distance, race

pytestmark = [pytest.mark.extras, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]


def _run(module: str, *options: str) -> None:
    command = [sys.executable, "-m", f"scripts.{module}", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_benchmark_writes_table_csv_and_picture(tmp_path: Path) -> None:
    _run("benchmark_solver", "--quick", "--out", str(tmp_path))
    rows = _rows(tmp_path / "figures" / "benchmark_solver.csv")
    assert {"single", "batched", "growth in n", "growth in k"} == {row["part"] for row in rows}
    single = [row for row in rows if row["part"] == "single"]
    assert {row["method"] for row in single} == {OURS, *PEERS}
    assert {row["status"] for row in single} == {"ok"}
    ours = [float(row["gap"]) for row in single if row["method"] == OURS]
    assert max(ours) <= 1e-9
    cone = [row for row in single if row["method"].startswith(("ECOS", "cvxpy"))]
    assert max(float(row["distance_from_interval"]) for row in cone) < 1e-6
    text = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert text.count("AND 2x2x2") == 1
    assert "figures/benchmark_solver.png" in text
    assert (tmp_path / "figures" / "benchmark_solver.png").read_bytes().startswith(b"\x89PNG")


def test_large_benchmark_reports_certificate_and_memory(tmp_path: Path) -> None:
    _run("benchmark_solver", "--large", "--quick", "--out", str(tmp_path))
    (row,) = _rows(tmp_path / "figures" / "benchmark_solver_large.csv")
    assert row["method"] == OURS
    assert float(row["gap"]) <= 1e-9
    assert float(row["peak_mib"]) > 10


def test_stress_counts_every_table(tmp_path: Path) -> None:
    kept = tmp_path / "kept.npz"
    options = ["--tables", "60", "--seed", "3", "--out", str(tmp_path), "--keep", str(kept)]
    stress_solver.main(options)
    everything, *kinds = _rows(tmp_path / "figures" / "stress_solver.csv")
    assert everything["tables"] == everything["OPTIMAL"] == "60"
    assert everything["violations"] == "0"
    assert sum(int(row["tables"]) for row in kinds) == 60
    assert float(everything["worst gap"]) <= 1e-9
    assert not kept.exists()
    assert "stress_solver: begin" in (tmp_path / "benchmarks.md").read_text(encoding="utf-8")


def _wrong(p: np.ndarray, d: pid.Decomposition) -> Iterator[tuple[str, pid.Decomposition]]:
    assert d.coupling is not None and d.certificate is not None
    assert d.certificate.multipliers is not None
    alpha, beta = d.certificate.multipliers
    loose = replace(d.certificate, multipliers=(alpha - 1e-3, beta))
    yield "sum rule", replace(d, redundancy=d.redundancy + 1e-6)
    yield "negative atom", replace(d, unique1=-1e-3)
    yield "not finite", replace(d, synergy=float("nan"))
    yield "marginals off", replace(d, coupling=np.full(p.shape, 1 / p.size))
    yield "negative mass", replace(d, coupling=d.coupling - 1e-3)
    yield "gap larger than stated", replace(d, certificate=loose)
    yield "called optimal above the tolerance", replace(d, certificate=loose)


def test_stress_check_notices_what_is_wrong() -> None:
    p = dirichlet(3, 3, 2).table()
    d = pid.decompose(p, unit="nat")
    gap, error = stress_solver.recompute(p, d)
    assert list(stress_solver.violations(p, d, gap, error)) == []
    with np.errstate(invalid="ignore"):
        for name, wrong in _wrong(p, d):
            gap, error = stress_solver.recompute(p, wrong)
            assert name in stress_solver.violations(p, wrong, gap, error), name


def test_stress_tables_are_reproducible_and_of_every_kind() -> None:
    one, two = (list(stress_solver.random_tables(1, 20)) for _ in range(2))
    assert {kind for kind, _ in one} == set(stress_solver.KINDS)
    for (_, p), (_, q) in zip(one, two, strict=True):
        assert np.array_equal(p, q)
        assert p.sum() > 0 and p.min() >= 0


def test_runner_stops_a_peer_at_its_limit_and_goes_on() -> None:
    runner = Runner("Liang et al. (cvxpy)")
    try:
        late = runner.run(dirichlet(30, 30, 5), limit=0.01, burst=0.0)
        assert late.status == "time-out"
        assert late.seconds == ()
        small = race({"peer": runner}, Instance("and", (2, 2, 2)), limit=60.0, rounds=2)["peer"]
        assert small.status == "ok"
        assert small.median > 0
    finally:
        runner.close()


def test_distance_from_an_interval() -> None:
    assert distance(0.5, 0.4, 0.6) == 0
    assert distance(0.3, 0.4, 0.6) == pytest.approx(0.1)
    assert distance(0.7, 0.4, 0.6) == pytest.approx(0.1)


@pytest.mark.parametrize("instance", [*SINGLE, *BATCHED], ids=lambda i: f"{i.name} {i.count}")
def test_instances_are_distributions(instance: Instance) -> None:
    p = replace(instance, count=min(instance.count, 3)).table()
    assert p.shape[-3:] == instance.shape
    assert np.allclose(p.sum(axis=(-3, -2, -1)), 1)
    assert p.min() >= 0


def test_section_is_replaced_and_the_rest_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    page.write_section(path, "one", "first")
    page.write_section(path, "two", "second")
    page.write_section(path, "one", r"again \1")
    text = path.read_text(encoding="utf-8")
    assert "first" not in text
    assert text.index(r"again \1") < text.index("second")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3.2e-5, "32.0 µs"),
        (0.00101, "1.01 ms"),
        (0.999, "999 ms"),
        (0.9999, "1.00 s"),
        (75, "75.0 s"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert page.duration(seconds) == words
