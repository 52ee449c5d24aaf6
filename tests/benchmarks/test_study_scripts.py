"""Studies and benchmarks run, and write what they say."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import pid
from scripts.study_bank import is_large, tables, truth
from scripts.study_gates import more_tables

pytestmark = [pytest.mark.extras, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["bias_study", "coverage_study", "test_study"])
def test_quick_study(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"scripts.{name}", "--quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "figures" / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= 12
    assert f"<!-- {name.replace('_', ' ')}: begin -->" in (tmp_path / "statistics.md").read_text()
    assert (tmp_path / "figures" / f"{name}.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("name", "document", "rows"),
    [
        ("benchmark_scale", "scale.md", 4),
        ("benchmark_screen", "benchmarks.md", 7),
        ("benchmark_sources", "sources.md", 17),
        ("sources_real", "sources.md", 13),
        ("benchmark_two_classes", "benchmarks.md", 10),
        ("study_sources_counted", "sources.md", 23),
        ("screen_study", "statistics.md", 12),
        ("study_continuous", "how-to-choose.md", 17),
        ("study_gaussian", "how-to-choose.md", 4),
        ("reproduce_tables", "how-to-choose.md", 16),
        ("reproduce_bounds", "half-labelled.md", 4),
        ("benchmark_coupling", "half-labelled.md", 40),
        ("study_half_labelled", "half-labelled.md", 4),
        ("report_sizes", "report.md", 6),
        ("benchmark_labels", "benchmarks.md", 39),
        ("benchmark_device", "benchmarks.md", 2),
        ("study_bends", "how-to-choose.md", 20),
        ("study_clusters", "quantify.md", 400),
        ("study_weak_signals", "quantify.md", 20),
        ("study_scenes", "fission.md", 4),
        ("study_value", "value.md", 10),
        ("study_selection", "selection.md", 5),
        ("what_coordination_keeps", "retained.md", 2),
        ("study_retained", "retained.md", 12),
        ("study_factors", "fission.md", 6),
        ("study_experts", "fission.md", 5),
        ("reproduce_matching", "fission.md", 4),
        ("study_missing", "statistics.md", 27),
        ("study_groups", "statistics.md", 40),
        ("study_certificates", "benchmarks.md", 30),
        ("study_columns", "columns.md", 20),
        ("study_rows", "row-by-row.md", 44),
        ("study_row_uses", "row-by-row.md", 152),
        ("study_given", "given.md", 14),
        ("study_time", "time.md", 5),
        ("study_lagged", "lagged.md", 36),
        ("study_sources", "sources.md", 50),
        ("study_information", "mutual-information.md", 12),
        ("infonce_bound", "mutual-information.md", 6),
        ("study_multiview", "multiview.md", 3),
        ("study_posteriors", "posteriors.md", 9),
        ("study_suggestions", "fission.md", 1),
        ("reproduce_model_selection", "model-selection.md", 2),
        ("reproduce_factorcl", "fission.md", 14),
        ("study_bottleneck", "fission.md", 7),
    ],
)
def test_quick_benchmark(name: str, document: str, rows: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"scripts.{name}", "--quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "figures" / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        assert len(list(csv.DictReader(lines))) == rows
    assert "begin -->" in (tmp_path / document).read_text()


def test_picture_of_the_readme(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.readme_figure", "--quick", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    assert (tmp_path / "figures" / "profiles.png").stat().st_size > 10_000


def test_a_study_goes_on_where_it_was(tmp_path: Path) -> None:
    """Runs that are in the file are not run again, and keep their digits."""
    from scripts.continuous_runs import run
    from scripts.study_continuous import collect

    runs = [run("20 clusters", "angle30", 300, seed) for seed in range(3)]
    first = collect(runs[:2], tmp_path / "study.csv")
    whole = collect(runs, tmp_path / "study.csv")
    assert whole.seed.tolist() == [0, 1, 2]
    assert whole.seconds.tolist()[:2] == pytest.approx(first.seconds.tolist())
    assert len((tmp_path / "study.csv").read_text().splitlines()) == 4


def test_the_bank() -> None:
    """At least twenty tables, enough of 8x8x2, with known zeros where their names say so."""
    assert len(tables()) >= 20
    assert sum(map(is_large, tables())) >= 12
    for name, p in tables().items():
        assert p.sum() == pytest.approx(1)
        if name.startswith("independent"):
            assert sum(truth(name).values()) == pytest.approx(0, abs=1e-8)
        if name.startswith("degraded") and "cond" not in name:
            assert truth(name)["synergy"] == pytest.approx(0, abs=1e-6)
            assert truth(name)["unique2"] == pytest.approx(0, abs=1e-6)
    xor = pid.decompose(tables()["noisy xor"])
    assert xor.synergy == pytest.approx(xor.total)


def test_the_tables_of_gates() -> None:
    """Beside the bank, under other names; with zeros, and classes, where their names say so."""
    assert not set(more_tables()) & set(tables())
    for name, p in more_tables().items():
        assert p.sum() == pytest.approx(1)
        assert p.min() >= 0
        assert "x".join(map(str, p.shape)) in name or "told by nothing" in name or p.shape[2] == 2
        d = pid.decompose(p)
        if name.startswith("rare") or "told by nothing" in name:
            assert p.sum(axis=(0, 1)).min() <= 0.1
        if "nothing" in name or name.startswith("Zipf"):
            assert d.total == pytest.approx(0, abs=1e-9)
    xor, copy = (pid.decompose(more_tables()[f"{name} 2x2x2"]) for name in ("xor", "copy of x1"))
    assert (xor.synergy, copy.unique1) == pytest.approx((1, 1))
    twice = pid.decompose(more_tables()["channels 0.8 and 0.8"])
    assert twice.unique1 == pytest.approx(0, abs=1e-9)
    same = pid.decompose(more_tables()["identical sources 6x6x2"])
    assert same.redundancy == pytest.approx(same.total)


def test_the_study_of_accuracy_samples_what_it_says(rng: np.random.Generator) -> None:
    """Rows, rows three times in groups, and groups: as many of them, from the table."""
    from scripts.study_missing import COPIES, GROUPS, bank, measure, sampled

    p = bank()["min 3x3x3"]
    for kind, rows, units in (("rows", 900, 900), ("copies", 2700, 900), ("groups", 900, GROUPS)):
        evidence = sampled(p, 900, kind, rng)
        assert evidence.units.count == units
        assert evidence.table.sum() == rows == 900 * (COPIES if kind == "copies" else 1)
        assert np.abs(evidence.table / rows - p).max() < 0.12
        assert not evidence.table[p == 0].any()
    found = measure(0, "rows", ("min 3x3x3", 300, 5))
    assert [row["given"] for row in found] == ["both", "x1", "x2"]
    assert [row["truth"] for row in found] == pytest.approx([1, 2 / 3, 2 / 3])
    assert all(0 < float(str(row["width"])) < 0.2 for row in found)


def test_pictures_are_redrawn_from_what_was_found(tmp_path: Path) -> None:
    """Of all studies but the one whose points are computed again."""
    from scripts import redraw

    names = [name for name in redraw.PICTURES if name != "reproduce_bounds"]
    redraw.main([*names, "--out", str(tmp_path)])
    for name in names:
        assert (tmp_path / "figures" / f"{name}.png").stat().st_size > 10_000
        assert (ROOT / "docs" / "figures" / f"{name}.png").exists()


def test_the_gallery_is_that_of_the_notebooks(tmp_path: Path) -> None:
    """The page, and each picture that was drawn in a notebook: else run `scripts.gallery`."""
    from scripts import gallery, parts_figure

    gallery.main(["--out", str(tmp_path)])
    parts_figure.main(["--out", str(tmp_path)])
    docs = ROOT / "docs"
    assert (tmp_path / "gallery.md").read_text() == (docs / "gallery.md").read_text()
    drawn = [path.relative_to(tmp_path) for path in tmp_path.glob("figures/gallery/[0-9]*.png")]
    assert len(drawn) > 10
    assert all((tmp_path / path).read_bytes() == (docs / path).read_bytes() for path in drawn)
    assert (tmp_path / "figures" / "parts.png").stat().st_size > 10_000


def test_spikes_follow_the_law_that_is_decomposed(rng: np.random.Generator) -> None:
    """Simulated trials have the tables of the truth, and populations those of all their spikes."""
    from scripts.spikes import MOST, TIMES, of_features, of_state, simulate, tables

    for rates in (of_state(), of_features()):
        for neurons in (1, 4):
            x1, x2, y = simulate(rates, 40_000, rng, neurons)
            assert x1.shape == (40_000, neurons, len(TIMES))
            for at in (0.15, 0.55):
                t = int(np.argmin(np.abs(TIMES - at)))
                cells = x1[..., t].sum(axis=1), x2[..., t].sum(axis=1), y
                p = tables(rates)[t]
                counts = np.zeros((MOST, MOST, p.shape[2]))
                np.add.at(counts, cells, 1)
                assert np.abs(counts / 40_000 - p).max() < 5 * np.sqrt(p.max() / 40_000)
    spikes = tables(of_state(), spikes=True)
    assert spikes[:, 0, 0] == pytest.approx(tables(of_state())[:, 0, 0])
    assert spikes.sum(axis=(1, 2, 3)) == pytest.approx(1)


def test_the_smaller_amount_is_another_redundancy() -> None:
    """A feature each: all of it is unique, and the smaller of both informations is all of it."""
    from scripts.beside_frites import exact
    from scripts.spikes import TIMES, of_features, tables
    from scripts.study_time import minimum

    late = tables(of_features(), spikes=True)[int(np.argmin(np.abs(TIMES - 0.55)))]
    d, other = pid.decompose(late), minimum(late)
    assert d.redundancy == pytest.approx(0, abs=1e-7)
    assert d.unique1 == pytest.approx(d.unique2)
    assert other["redundancy"] == pytest.approx(d.unique1, abs=1e-6)
    assert other["synergy"] == pytest.approx(d.unique1, abs=1e-6)
    assert sum(other.values()) == pytest.approx(d.total, abs=1e-6)
    shared = exact(0.15)  # signals with normal noise
    assert shared.sum(axis=(0, 2)) == pytest.approx(shared.sum(axis=(1, 2)))
    first, second = (pid.mutual_information(exact(0.55).sum(axis=i)) for i in (1, 0))
    assert first == pytest.approx(second)
