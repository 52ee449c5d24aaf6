"""Put thousands of broken and odd files through every command, and count what comes of it.

    python -m scripts.stress_files --files 2000

Files are made from a seed: of every format, damaged as accidents do it, or whole and odd. Every
one goes through a command drawn for it, in a process that is replaced should it die. Writes
OUT/figures/stress_files.csv and its marked section of OUT/scale.md.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import numpy as np
from click.testing import CliRunner

from pid.cli import main as cli
from pid.parallel import checkpoints
from scripts import odd_answers, odd_arrays, odd_tables, page
from scripts.odd_bytes import Rng

LIMIT = 20  # seconds for a file
OUTCOMES = ("answered", "refused", "no certified answer")  # what is documented: 0, 2, 3
FAULTS = ("traceback", "wrong exit", "no sentence", "too slow", "process died")
PLAIN = ("--interval", "none")


class Case(NamedTuple):
    """A file that is there, and the words of a command line."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one file."""

    index: int
    kind: str
    command: str
    outcome: str
    detail: str = ""


class _TooSlow(BaseException):
    """Not to be caught by what is under test."""


def _quantify(file: str, x1: str, x2: str, y: str, _: str) -> tuple[str, ...]:
    return ("quantify", file, "--x1", x1, "--x2", x2, "--y", y, *PLAIN)


def _commands(file: str, x1: str, x2: str, y: str, m: str) -> list[tuple[str, ...]]:
    quantify: tuple[str, ...] = _quantify(file, x1, x2, y, m)
    roles = ("--x1", x1, "--x2", x2, "--y", y)
    return [
        quantify,
        (*quantify, "--out-of-core"),
        (*quantify, "--out-of-core", "--estimator", "bins"),
        (*quantify, "--group-by", m),
        (*quantify, "--weights", m),
        (*quantify, "--group-by", m, "--out-of-core"),
        (*quantify, "--html", "out.html", "--json", "out.json"),
        ("screen", file, "--y", y, *PLAIN, "--out", "pairs.csv"),
        ("screen", file, "--y", y, *PLAIN, "--out", "pairs.parquet"),
        ("screen", file, "--y", y, "--group", f"one={x1}", "--group", f"two={x2}", *PLAIN),
        ("compare", file, *roles, "--model", f"A={m}", *PLAIN, "--json", "-"),
        ("compare", file, file, *roles, "--replicates", "2"),
        ("bounds", file, file, file, *roles, "--time-limit", "1", *PLAIN),
        ("bounds", file, *roles, "--time-limit", "1", *PLAIN),
        ("report", file, *roles, *PLAIN, "--out", "page.html"),
        ("quantify", "--x1", f"{file}:{x1}", "--x2", f"{file}:{x2}", "--y", f"{file}:{y}", *PLAIN),
        ("report", "--from-json", file),
    ]


def _of_table(make: Callable[[Rng, Path], tuple[Path, Sequence[str]]]) -> Any:
    def words(rng: Rng, folder: Path) -> tuple[str, ...]:
        file, names = make(rng, folder)
        commands = _commands(file.name, *names)
        return commands[int(rng.integers(len(commands)))]

    return words


def _of_array(make: Callable[[Rng, Path], tuple[Path, Sequence[str]]]) -> Any:
    def words(rng: Rng, folder: Path) -> tuple[str, ...]:
        _, (reference,) = make(rng, folder)
        labels = ["y", *map(str, rng.integers(2, size=odd_arrays.ROWS))]
        (folder / "labels.csv").write_text("\n".join(labels) + "\n")
        roles = ["labels.csv:y"] * 3
        roles[int(rng.choice([0, 1, 2], p=[0.6, 0.2, 0.2]))] = reference
        if rng.random() < 0.1:
            roles = ["x.csv" if role == "labels.csv:y" else role for role in roles]
        return ("quantify", "--x1", roles[0], "--x2", roles[1], "--y", roles[2], *PLAIN)

    return words


def _of_report(rng: Rng, folder: Path) -> tuple[str, ...]:
    file, _ = odd_answers.odd_report(rng, folder)
    return ("report", "--from-json", file.name)


def _of_parts(rng: Rng, folder: Path) -> tuple[str, ...]:
    """A folder that a run has filled, with other things in the place of some parts."""
    (folder / "t.csv").write_bytes(odd_tables.csv_bytes(odd_tables.small(np.random.default_rng(0))))
    roles = ("--x1", "a", "--x2", "b", "--y", "y")
    words = ("quantify", "t.csv", *roles, "--replicates", "128", "--resume", "parts")
    with _inside(folder):
        assert CliRunner().invoke(cli, words).exit_code == 0
        for file in sorted(Path("parts").glob("*.parquet")):
            if rng.random() < 0.7:
                odd_answers.odd_part(rng, np.zeros((4, 64)), file)
        if rng.random() < 0.1:
            Path("parts", checkpoints.LOCK).unlink()
            Path("parts", checkpoints.LOCK).symlink_to("elsewhere")
    return words


KINDS: dict[str, Callable[[Rng, Path], tuple[str, ...]]] = {
    "CSV, damaged": _of_table(odd_tables.damaged_text),
    "CSV, odd": _of_table(odd_tables.odd_text),
    "Parquet, damaged": _of_table(odd_tables.damaged_parquet),
    "Parquet, odd": _of_table(odd_tables.odd_parquet),
    "Parquet of pandas": _of_table(odd_tables.odd_pandas),
    "tables, renamed": _of_table(odd_tables.renamed),
    ".npy": _of_array(odd_arrays.odd_npy),
    ".npz": _of_array(odd_arrays.odd_npz),
    ".pt and pickles": _of_array(odd_arrays.odd_tensors),
    "reports": _of_report,
    "kept parts": _of_parts,
}


def case(seed: int, index: int, folder: Path) -> Case:
    """Make file number ``index`` in a folder, and say what to do with it; kinds take turns."""
    rng = np.random.default_rng([seed, index])
    kind = list(KINDS)[index % len(KINDS)]
    return Case(kind, KINDS[kind](rng, folder))


def run(seed: int, index: int) -> Finding:
    """Make the file and run the command, here."""
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = case(seed, index, Path(name))
        with _inside(Path(name)):
            outcome, detail = _outcome(made.words)
    return Finding(index, made.kind, made.words[0], outcome, detail)


def _outcome(words: Sequence[str]) -> tuple[str, str]:
    said = " ".join(words)
    before = signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        answer = CliRunner().invoke(cli, list(words), prog_name="pid")
    except _TooSlow:
        return "too slow", said
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        err = answer.exception
        return "traceback", f"{said}: {type(err).__name__}: {str(err)[:200]}"
    if answer.exit_code not in (0, 2, 3):
        return "wrong exit", f"{said}: {answer.exit_code}"
    if answer.exit_code and not answer.stderr.rpartition("Error: ")[2].strip():
        return "no sentence", said
    detail = answer.stderr.rpartition("Error: ")[2].strip() if answer.exit_code else ""
    return OUTCOMES[max(0, answer.exit_code - 1)], detail


def _give_up(signum: int, frame: FrameType | None) -> None:
    raise _TooSlow


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def in_processes(seed: int, numbers: range) -> Iterator[Finding]:
    """The same in a process of its own, and in another one after each that died."""
    begin = numbers.start
    while begin < numbers.stop:
        command = [sys.executable, "-m", "scripts.stress_files", "--seed", str(seed)]
        command += ["--worker", f"{begin}:{numbers.stop}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout is not None
            for line in worker.stdout:
                found = Finding(**json.loads(line))
                begin = found.index + 1
                yield found
        if begin < numbers.stop:
            kind = list(KINDS)[begin % len(KINDS)]
            yield Finding(begin, kind, "?", "process died", f"code {worker.returncode}")
            begin += 1


def summary(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """A row for all files and one for each kind."""
    rows: list[dict[str, object]] = []
    for kind in ("all", *KINDS):
        mine = [found for found in findings if kind in ("all", found.kind)]
        if mine:
            count = Counter(found.outcome for found in mine)
            row: dict[str, object] = {"kind": kind, "files": len(mine)}
            rows.append(row | {outcome: count[outcome] for outcome in (*OUTCOMES, *FAULTS)})
    return rows


def main(argv: Sequence[str] | None = None) -> None:
    """Run the stress test and write its files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder (default: docs)")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.worker:
        for index in range(*map(int, args.worker.split(":"))):
            print(json.dumps(asdict(run(args.seed, index))), flush=True)
        return
    findings: list[Finding] = []
    start = time.perf_counter()
    for found in in_processes(args.seed, range(args.files)):
        findings.append(found)
        if found.outcome in FAULTS:
            print(f"{found.index} {found.kind}: {found.outcome}: {found.detail}", file=sys.stderr)
    seconds = time.perf_counter() - start
    rows = summary(findings)
    page.write_csv(args.out / "figures" / "stress_files.csv", rows)
    body = page.markdown_table(list(rows[0]), [[str(v) for v in row.values()] for row in rows])
    text = f"{page.machine()} Seed {args.seed}; {seconds:.0f} seconds for all."
    page.write_section(args.out / "scale.md", "stress_files", f"{text}\n\n{body}")
    print(body)


if __name__ == "__main__":
    main()
