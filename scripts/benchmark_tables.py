"""What the solver benchmark found, as rows of a CSV and as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scripts import page
from scripts.instances import Instance
from scripts.peers import PEERS
from scripts.race import BATCH, OURS, Outcome, distance, fastest

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
            "stopped_after": outcome.limit,
            "note": outcome.note,
        }


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
        peers = [cell(entry, name) for name in PEERS]
        required = f"{entry.instance.required:g}" if entry.instance.peers else "–"
        gap = page.number(ours.gap, ".0e")
        rows.append([entry.instance.name, cell(entry, OURS), gap, *peers, _ratio(entry), required])
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
                *(page.number(ratio, ".0f") for ratio in (alone / each, peer / each)),
                page.number(ours.gap, ".0e"),
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
        done = [page.number(ours.gap, ".0e"), str(ours.iterations), ours.note, memory]
        rows.append([entry.instance.name, cell(entry, OURS), *done])
    return page.markdown_table(
        ["table", "time", "gap", "iterations", "status, method", "peak memory"], rows
    )


def _ratio(entry: Entry) -> str:
    """Time of the fastest peer over ours; a lower bound where all were stopped."""
    ours = entry.outcomes[OURS].median
    peers = [entry.outcomes[name] for name in PEERS]
    if any(peer.status == "ok" for peer in peers):
        return page.number(fastest(peers) / ours, ".1f")
    limits = [peer.limit for peer in peers if peer.status == "time-out"]
    return f"> {min(limits) / ours:.1f}" if limits else "–"


def cell(entry: Entry, method: str) -> str:
    """Time in words, with the error where it can be seen, or why there is none."""
    outcome = entry.outcomes[method]
    if outcome.status == "time-out":
        return f"> {outcome.limit:g} s"
    if outcome.status != "ok":
        return "–" if outcome.status == "skipped" else "failed"
    ours = entry.outcomes[OURS]
    error = distance(outcome.value, ours.lower, ours.value)
    wrong = f", off by {error:.0e}" if error > VISIBLE_ERROR else ""
    return page.duration(outcome.median) + wrong
