"""How many small edits of the code its tests notice: one edit at a time, in a copy of the tree.

    python -m scripts.mutation                                  # 12 edits of each area; hours
    python -m scripts.mutation --areas missing --edits 30 --seed 5
    python -m scripts.mutation --of pid/bounds --tests tests/bounds
    python -m scripts.mutation --list                           # what would be tried

Edits are those of ``scripts.edits``, of every kind about as many. An area's tests are those that
mirror it; the slow ones run only where the others noticed nothing, and -x ends a run at the first
that does. Edits that change no answer stand, with the reason, in scripts/mutation_equivalent.csv,
and are left out of the share. Tests that run into the limit have noticed: some loop has no end.

Other tools were tried: mutmut does not find packages that pyproject.toml maps and links put into
place, and most edits of cosmic-ray crash at once (a sum becomes a shift of bits), so that its share
says little.

Writes OUT/mutation.csv, and prints the share.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import NamedTuple

from scripts.edits import Edit, edits_of, is_another, shown

ROOT = Path(__file__).resolve().parents[1]
EQUIVALENT = ROOT / "scripts" / "mutation_equivalent.csv"
LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__", "build", "dist")
FIELDS = ("area", "file", "line", "kind", "before", "after", "outcome", "by", "seconds")
MISSED, NOTICED, SAME = "missed", "noticed", "equivalent"

# area -> sources -> the tests that mirror them
AREAS: dict[str, dict[str, tuple[str, ...]]] = {
    "inference": {"pid/inference": ("tests/inference",)},
    "screening": {
        "pid/analysis/screening": (
            "tests/analysis/test_screen.py",
            "tests/analysis/test_screen_numbers.py",
            "tests/analysis/test_screen_groups.py",
            "tests/analysis/test_screen_tables.py",
            "tests/cli/test_screen.py",
            "tests/io/test_rows.py",  # gaps, in every door
        )
    },
    "retention": {
        "pid/analysis/retention": ("tests/analysis/test_retained.py", "tests/cli/test_retained.py"),
    },
    "valuation": {
        "pid/analysis/valuation": ("tests/analysis/test_value.py", "tests/cli/test_value.py"),
        "pid/analysis/gains.py": ("tests/analysis/test_screen_groups.py",),
    },
    "missing": {
        "pid/analysis/missing": (
            "tests/analysis/test_missing_truth.py",
            "tests/analysis/test_missing.py",
            "tests/analysis/test_missing_sources.py",
        )
    },
    "estimators": {
        "estimators/clustering.py": ("tests/estimators/test_clustering.py",),
        "estimators/gaussian.py": ("tests/estimators/test_gaussian.py",),
        "estimators/flow.py": ("tests/estimators/test_flow.py",),
        "estimators/alignment.py": ("tests/estimators/test_alignment.py",),
        "estimators/fusion": ("tests/estimators/test_fusion.py",),
        "estimators/straightness.py": ("tests/estimators/test_straightness.py",),
        "estimators/neural/features.py": ("tests/estimators/test_features.py",),
        "estimators/neural/tails.py": ("tests/estimators/test_features.py",),
        "estimators/neural/layers.py": ("tests/estimators/test_networks.py",),
        "estimators/neural/descent.py": ("tests/estimators/test_networks.py",),
        "estimators/neural/networks.py": ("tests/estimators/test_networks.py",),
        "estimators/posterior/members": ("tests/estimators/test_members.py",),
        "estimators/posterior": (
            "tests/estimators/test_posterior_truth.py",
            "tests/estimators/test_posterior.py",
            "tests/estimators/test_union.py",
            "tests/estimators/test_correction.py",
            "tests/estimators/test_gate.py",
            "tests/estimators/test_training.py",
            "tests/analysis/test_half_labelled.py",
        ),
    },
    "out_of_core": {"pid/discretization/out_of_core": ("tests/discretization",)},
}


class Tried(NamedTuple):
    """An edit of a file, and the tests that should notice it."""

    area: str
    file: str
    edit: Edit
    tests: tuple[str, ...]


class Outcome(NamedTuple):
    """Whether an edit was noticed, by which test, and how long that took."""

    outcome: str
    by: str
    seconds: float


def sampled(area: str, sources: Mapping[str, Sequence[str]], count: int, seed: int) -> list[Tried]:
    """Edits of an area: of every kind about as many, in an order that the seed makes."""
    kinds: dict[str, list[Tried]] = defaultdict(list)
    for place, tests in sources.items():
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for edit in edits_of(file.read_bytes()):
                name = file.relative_to(ROOT).as_posix()
                kinds[edit.kind].append(Tried(area, name, edit, tuple(tests)))
    rng = random.Random(f"{area} {seed}")
    for of_kind in kinds.values():
        rng.shuffle(of_kind)
    # one of each kind in turn
    turns = zip_longest(*rng.sample(sorted(kinds.values(), key=len), len(kinds)))
    in_turn = (t for turn in turns for t in turn if t is not None)
    return list(islice((t for t in in_turn if is_another(t.edit, source_of(t.file))), count))


def source_of(file: str) -> bytes:
    """What is in a file of the tree."""
    return (ROOT / file).read_bytes()


def equivalent() -> dict[tuple[str, str, str], str]:
    """The edits that change no answer: file, line before and after it -> reason."""
    with EQUIVALENT.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        return {(row["file"], row["before"], row["after"]): row["reason"] for row in rows}


class Copy:
    """A copy of the tree, in which one file at a time is edited and its tests are run."""

    def __init__(self, folder: Path, limit: float) -> None:
        self.root, self.limit = folder / "tree", limit
        shutil.copytree(ROOT, self.root, symlinks=True, ignore=LEFT_BEHIND)

    def outcome(self, tried: Tried) -> Outcome:
        """Of the tests that are not slow, and of the slow ones where these pass."""
        path, begin = self.root / tried.file, time.monotonic()
        source = path.read_bytes()
        path.write_bytes(tried.edit.of(source))
        try:
            for which in ("not slow", "slow"):
                by = self.noticed_by(named_first(path.stem, tried.tests), which)
                if by:
                    return Outcome(NOTICED, by, time.monotonic() - begin)
        finally:
            path.write_bytes(source)
        return Outcome(MISSED, "", time.monotonic() - begin)

    def noticed_by(self, tests: Sequence[str], which: str = "") -> str:
        """The first test that fails; empty if none does."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        command += ["-p", "no:randomly", "--no-header", "-m", which, *tests]
        threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
        env = os.environ | threads | {"PYTHONDONTWRITEBYTECODE": "1"}
        env.pop("PYTEST_ADDOPTS", None)  # of who runs this, such as a seed of the order
        try:
            done = subprocess.run(
                command, cwd=self.root, env=env, capture_output=True, text=True, timeout=self.limit
            )
        except subprocess.TimeoutExpired:
            return "the limit of time"
        if done.returncode in (0, 5):  # 5: no test is of this kind
            return ""
        lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return lines[0].split(" - ")[0] if lines else f"exit {done.returncode}"


def named_first(stem: str, tests: Sequence[str]) -> tuple[str, ...]:
    """The tests of an area, those first that bear the name of the source."""
    named = [f"{folder}/test_{stem}.py" for folder in tests]
    return (*(name for name in named if (ROOT / name).exists()), *tests)


def rows(tried: Sequence[Tried], copy: Copy) -> Iterator[dict[str, object]]:
    """A row for every edit, as it is done."""
    known = equivalent()
    for tests in dict.fromkeys(one.tests for one in tried):
        if by := copy.noticed_by(tests):
            raise SystemExit(f"{by} fails without any edit; nothing can be said of edits")
    for one in tried:
        before, after = shown(one.edit, (copy.root / one.file).read_bytes())
        reason = known.get((one.file, before, after))
        found = Outcome(SAME, reason, 0.0) if reason else copy.outcome(one)
        place = (one.area, one.file, one.edit.line, one.edit.kind, before, after)
        yield dict(
            zip(FIELDS, (*place, found.outcome, found.by, round(found.seconds, 1)), strict=True)
        )


def share(found: Sequence[Mapping[str, object]]) -> str:
    """Of each area and of all: how many of the edits that change something were noticed."""
    lines = []
    areas = dict.fromkeys(str(row["area"]) for row in found)
    for area in (*areas, "all"):
        some = [row["outcome"] for row in found if area in (row["area"], "all")]
        noticed, same = some.count(NOTICED), some.count(SAME)
        of = len(some) - same
        percent = f"{noticed / of:.0%}" if of else "nothing"
        lines.append(f"{area}: {noticed} of {of} noticed ({percent}), {same} equivalent")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Sample, edit, test, write."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--areas", nargs="+", choices=AREAS, default=list(AREAS))
    parser.add_argument("--of", nargs="+", metavar="PATH", help="other sources, with --tests")
    parser.add_argument("--tests", nargs="+", metavar="PATH", default=["tests"])
    parser.add_argument("--edits", type=int, default=12, help="of each area")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=900.0, help="seconds of a run of tests")
    parser.add_argument("--list", action="store_true", help="print the edits, and run nothing")
    parser.add_argument("--out", type=Path, default=Path("build"))
    args = parser.parse_args(arguments)
    areas = {name: AREAS[name] for name in args.areas}
    if args.of:
        areas = {"given": {path: tuple(args.tests) for path in args.of}}
    tried = [t for name, of in areas.items() for t in sampled(name, of, args.edits, args.seed)]
    if args.list:
        for one in tried:
            before, after = shown(one.edit, source_of(one.file))
            print(f"{one.file}:{one.edit.line} {one.edit.kind}\n  - {before}\n  + {after}")
        return
    args.out.mkdir(parents=True, exist_ok=True)
    found = []
    with (
        tempfile.TemporaryDirectory() as folder,
        (args.out / "mutation.csv").open("w", newline="", encoding="utf-8") as stream,
    ):
        writer = csv.DictWriter(stream, FIELDS, lineterminator="\n")
        writer.writeheader()
        for row in rows(tried, Copy(Path(folder), args.limit)):
            found.append(row)
            writer.writerow(row)
            stream.flush()
            print(f"{row['outcome']:<10} {row['file']}:{row['line']} {row['after']}", flush=True)
    print(share(found))


if __name__ == "__main__":
    main()
