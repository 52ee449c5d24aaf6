"""Time ``pid.decompose`` side by side with every other solver; write CSV, picture and tables.

    python -m scripts.benchmark_solver            # about a quarter of an hour, one thread
    python -m scripts.benchmark_solver --large    # large tables, ours only, two threads
    python -m scripts.benchmark_solver --quick    # a minute; shows that it works, measures little

Writes OUT/figures/benchmark_solver.csv and .png and its marked section of OUT/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import numpy as np

from scripts import instances, page
from scripts.instances import Instance, dirichlet
from scripts.peers import PEERS
from scripts.race import BATCH, OURS, Outcome, Runner, distance, fastest, race, set_threads

LOOKED_AT = 3  # tables of a batch that are also solved one by one
LIMIT_LARGE = 900.0  # seconds
LIMIT_BATCH = 120.0  # seconds, of a whole batch
VISIBLE_ERROR = 1e-6  # nats; from here on a peer's error is printed beside its time


@dataclass(frozen=True, slots=True)
class Entry:
    """What all methods did with one instance; ``part`` names the table it belongs to."""

    part: str
    instance: Instance
    outcomes: Mapping[str, Outcome]

    def row(self, method: str) -> dict[str, object]:
        """One line of the CSV; seconds are of a call, information is in nats."""
        outcome, ours = self.outcomes[method], self.outcomes.get(OURS, Outcome("skipped"))
        return {
            "part": self.part,
            "table": self.instance.name,
            "tables": self.instance.count if method == BATCH else 1,
            "cells": self.instance.cells,
            "method": method,
            "status": outcome.status,
            "seconds": outcome.median,
            "runs": len(outcome.seconds),
            "union_information": outcome.value,
            "distance_from_interval": distance(outcome.value, ours.lower, ours.value),
            "gap": outcome.gap,
            "marginal_error": outcome.marginal_error,
            "iterations": outcome.iterations,
            "peak_mib": outcome.peak_mib,
            "note": outcome.note,
        }


class Field:
    """The runners of a comparison; a peer that ran out of time is not asked about larger tables."""

    def __init__(self, runners: Mapping[str, Runner], limit: float, rounds: int) -> None:
        self.runners, self.limit, self.rounds = runners, limit, rounds
        self._too_large: dict[str, int] = {}

    def race(self, instance: Instance) -> dict[str, Outcome]:
        """Outcome of every method on one instance."""
        asked = {
            name: runner
            for name, runner in self.runners.items()
            if name == OURS
            or (instance.peers and instance.cells < self._too_large.get(name, sys.maxsize))
        }
        outcomes = race(asked, instance, limit=self.limit, rounds=self.rounds)
        for name in self.runners:
            if name not in outcomes:
                outcomes[name] = Outcome("skipped")
            elif outcomes[name].status == "time-out":
                self._too_large[name] = instance.cells
        return {name: outcomes[name] for name in self.runners}


@contextmanager
def running(methods: Iterable[str]) -> Iterator[dict[str, Runner]]:
    """A process for each method, ended in any case."""
    runners = {method: Runner(method) for method in methods}
    try:
        yield runners
    finally:
        for runner in runners.values():
            runner.close()


def single(field: Field, tables: Sequence[Instance]) -> list[Entry]:
    """One table at a time, every method."""
    return [_told(Entry("single", table, field.race(table))) for table in tables]


def batched(field: Field, batches: Sequence[Instance]) -> list[Entry]:
    """Many tables in one call, beside a loop of every method over some of the same tables."""
    entries = []
    for batch in batches:
        with running([BATCH]) as runner:
            outcomes = race(runner, batch, limit=LIMIT_BATCH, budget=10.0, rounds=3)
        alone = [replace(batch, count=0, seed=batch.seed + i) for i in range(LOOKED_AT)]
        laps = [field.race(table) for table in alone]
        outcomes |= {name: _mean([lap[name] for lap in laps]) for name in field.runners}
        entries.append(_told(Entry("batched", batch, outcomes)))
    return entries


def ours_alone(part: str, tables: Sequence[Instance], limit: float) -> list[Entry]:
    """Our solver on a row of tables, each in a fresh process so that its peak memory is its own."""
    entries = []
    for table in tables:
        with running([OURS]) as runners:
            outcomes = race(runners, table, limit=limit, rounds=3)
            entries.append(_told(Entry(part, table, outcomes)))
    return entries


def exponent(entries: Sequence[Entry], axis: int) -> tuple[float, float]:
    """Slope and offset of log time against log size, least squares over the larger half."""
    half = entries[-(len(entries) // 2 + 1) :]
    sizes = [entry.instance.shape[axis] for entry in half]
    slope, offset = np.polyfit(np.log(sizes), np.log([e.outcomes[OURS].median for e in half]), 1)
    return float(slope), float(offset)


def single_table(entries: Sequence[Entry]) -> str:
    """Markdown of the comparison one table at a time."""
    header = ["table", OURS, "gap", *PEERS, "fastest peer / pid", "required"]
    rows = []
    for entry in entries:
        ours = entry.outcomes[OURS]
        peers = [_cell(entry, name) for name in PEERS]
        ratio = fastest(entry.outcomes[name] for name in PEERS) / ours.median
        rows.append(
            [entry.instance.name, _cell(entry, OURS), f"{ours.gap:.0e}", *peers]
            + ([f"{ratio:.1f}", f"{entry.instance.required:g}"] if ratio == ratio else ["", ""])
        )
    return page.markdown_table(header, rows)


def batched_table(entries: Sequence[Entry]) -> str:
    """Markdown of the batched timings, per table."""
    header = ["shape", "tables", "batched", "single", "fastest peer", "single / batched"]
    header += ["fastest peer / batched", "worst gap", "required"]
    rows = []
    for entry in entries:
        ours, alone = entry.outcomes[BATCH], entry.outcomes[OURS].median
        each = ours.median / entry.instance.count
        peer = fastest(entry.outcomes[name] for name in PEERS)
        required = {
            "2x2x2": "single / batched 50",
            "10x10x10": f"fastest peer / batched {entry.instance.required:g}",
        }.get(entry.instance.size, "")
        rows.append(
            [
                entry.instance.size,
                f"{entry.instance.count:,}",
                *map(page.duration, (each, alone, peer)),
                *(f"{ratio:.0f}" for ratio in (alone / each, peer / each)),
                f"{ours.gap:.0e}",
                required,
            ]
        )
    return page.markdown_table(header, rows)


def growth_table(by_n: Sequence[Entry], by_k: Sequence[Entry]) -> str:
    """Markdown of time against n and against k."""
    rows = []
    for entries, axis, what in ((by_n, 0, "n"), (by_k, 2, "k")):
        for entry in entries:
            ours = entry.outcomes[OURS]
            rows.append([entry.instance.size, page.duration(ours.median), str(ours.iterations)])
        slope = exponent(entries, axis)[0]
        rows.append([f"time grows as {what} to the power of", f"**{slope:.2f}**", ""])
    return page.markdown_table(["table", "time", "iterations"], rows)


def large_table(entries: Sequence[Entry]) -> str:
    """Markdown of the large tables: time, certificate, memory."""
    rows = []
    for entry in entries:
        ours = entry.outcomes[OURS]
        memory = f"{ours.peak_mib / 1024:.2f} GiB"
        done = [f"{ours.gap:.0e}", str(ours.iterations), ours.note, memory]
        rows.append([entry.instance.name, _cell(entry, OURS), *done])
    return page.markdown_table(
        ["table", "time", "gap", "iterations", "status, method", "peak memory"], rows
    )


def _cell(entry: Entry, method: str) -> str:
    outcome = entry.outcomes[method]
    if outcome.status == "time-out":
        return "> " + outcome.note.removeprefix("stopped after ")
    if outcome.status != "ok":
        return "–" if outcome.status == "skipped" else "failed"
    ours = entry.outcomes[OURS]
    error = distance(outcome.value, ours.lower, ours.value)
    wrong = f", off by {error:.0e}" if error > VISIBLE_ERROR else ""
    return page.duration(outcome.median) + wrong


def _mean(outcomes: Sequence[Outcome]) -> Outcome:
    """Outcomes of several tables as one: mean of the medians; not ok if one was not."""
    bad = next((o for o in outcomes if o.status != "ok"), None)
    return bad or replace(outcomes[0], seconds=(fmean(o.median for o in outcomes),))


def _told(entry: Entry) -> Entry:
    """Progress on stderr."""
    cells = (f"{name} {_cell(entry, name)}" for name in entry.outcomes if name != BATCH)
    print(f"{entry.part}: {entry.instance.name}: {'; '.join(cells)}", file=sys.stderr, flush=True)
    return entry


def _measure(args: argparse.Namespace) -> list[Entry]:
    if args.large:
        large = (dirichlet(30, 20, 3),) if args.quick else instances.LARGE
        return ours_alone("large", large, LIMIT_LARGE)
    tables, batches = instances.SINGLE, instances.BATCHED
    by_n, by_k = instances.GROWTH_N, instances.GROWTH_K
    if args.quick:
        tables, batches = tables[:2], (dirichlet(2, 2, 2, count=100),)
        by_n, by_k = by_n[:3], tuple(dirichlet(4, 4, k) for k in (2, 4, 8))
    with running([OURS, *PEERS]) as runners:
        compared = single(Field(runners, args.limit, rounds=2 if args.quick else 9), tables)
        compared += batched(Field(runners, args.limit / 10, rounds=2), batches)
    return [
        *compared,
        *ours_alone("growth in n", by_n, args.limit),
        *ours_alone("growth in k", by_k, args.limit),
    ]


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark and write its files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder (default: docs)")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds a solve may take")
    parser.add_argument("--threads", type=int, help="default: 1, or 2 with --large")
    parser.add_argument("--large", action="store_true", help="the large tables, ours only")
    parser.add_argument("--quick", action="store_true", help="small tables only, to try it out")
    args = parser.parse_args(argv)
    threads = args.threads or (2 if args.large else 1)
    set_threads(threads)
    entries = _measure(args)
    name = "benchmark_solver" + "_large" * args.large
    page.write_csv(
        args.out / "figures" / f"{name}.csv", [e.row(m) for e in entries for m in e.outcomes]
    )
    parts = {part: [e for e in entries if e.part == part] for part in {e.part for e in entries}}
    body = [page.machine(threads)]
    if args.large:
        body.append(large_table(entries))
    else:
        from scripts.benchmark_figure import draw

        draw(parts, args.out / "figures" / f"{name}.png")
        body += [
            "### One table at a time",
            single_table(parts["single"]),
            "### Many tables in one call, time per table",
            batched_table(parts["batched"]),
            "### Growth",
            growth_table(parts["growth in n"], parts["growth in k"]),
            f"![Time against size](figures/{name}.png)",
        ]
    page.write_section(args.out / "benchmarks.md", name, "\n\n".join(body))
    print(f"wrote {args.out / 'benchmarks.md'} and {args.out / 'figures' / name}.*")


if __name__ == "__main__":
    main()
