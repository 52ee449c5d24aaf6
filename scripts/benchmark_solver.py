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
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from scripts import instances, page
from scripts.benchmark_tables import (
    Entry,
    batched_table,
    cell,
    growth_table,
    large_table,
    single_table,
)
from scripts.instances import Instance, dirichlet
from scripts.peers import PEERS
from scripts.race import BATCH, OURS, Outcome, Runner, race, set_threads

LOOKED_AT = 3  # tables of a batch that are also solved one by one
LIMIT_LARGE = 900.0  # seconds
LIMIT_BATCH = 120.0  # seconds, of a whole batch


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


def _mean(outcomes: Sequence[Outcome]) -> Outcome:
    """Outcomes of several tables as one: mean of the medians; not ok if one was not."""
    bad = next((o for o in outcomes if o.status != "ok"), None)
    return bad or replace(outcomes[0], seconds=(fmean(o.median for o in outcomes),))


def _told(entry: Entry) -> Entry:
    """Progress on stderr."""
    cells = (f"{name} {cell(entry, name)}" for name in entry.outcomes if name != BATCH)
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
