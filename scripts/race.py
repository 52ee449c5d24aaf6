"""Time methods against each other, each in a process of its own that can be stopped.

The processes take turns on one instance, so that a slow moment of the machine hits all of them;
only one works at a time. Nothing but the solve is timed: imports, building the table and one
warm-up solve come before.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Literal

import numpy as np

from scripts.instances import Array, Instance
from scripts.peers import PEERS, marginal_error, union_information

OURS, BATCH = "pid", "pid, batched"
METHODS = (OURS, BATCH, *PEERS)
START_LIMIT = 120.0  # seconds for imports and a first small solve
BURST = 0.1  # seconds of repeats within one turn
THREAD_SETTINGS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "RAYON_NUM_THREADS",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method did with one instance; times in seconds, information in nats."""

    status: Literal["ok", "time-out", "skipped", "failed"]
    seconds: tuple[float, ...] = ()  # of a whole call, one per run
    value: float = float("nan")  # union information
    lower: float = float("nan")  # certified, ours only
    gap: float = float("nan")  # the largest of a batch
    marginal_error: float = float("nan")
    iterations: int = 0
    peak_mib: float = float("nan")
    limit: float = float("nan")  # where it was stopped
    note: str = ""

    @property
    def median(self) -> float:
        """Median of the runs; NaN where there is none."""
        return statistics.median(self.seconds) if self.seconds else float("nan")


class Runner:
    """One method in a process of its own."""

    def __init__(self, method: str) -> None:
        self.method = method
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(self.method, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._warm = False

    def run(self, instance: Instance, limit: float, burst: float = BURST) -> Outcome:
        """Solve within ``limit`` seconds; beyond that the process is replaced by a new one."""
        if not self._warm:
            if not self._pipe.poll(START_LIMIT):
                return Outcome("failed", note="did not start")
            self._pipe.recv()
            self._warm = True
        self._pipe.send((instance, burst))
        try:
            if self._pipe.poll(limit + burst):
                reply = self._pipe.recv()
                assert isinstance(reply, Outcome)
                return reply
            outcome = Outcome("time-out", limit=limit)
        except EOFError:
            outcome = Outcome("failed", note="the process ended, probably for lack of memory")
        self.close()
        self._start()
        return outcome

    def close(self) -> None:
        """End the process, working or not."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def set_threads(threads: int) -> None:
    """Threads that the numerical libraries of processes started from now on may use."""
    for name in THREAD_SETTINGS:
        os.environ[name] = str(threads)


def race(
    runners: Mapping[str, Runner],
    instance: Instance,
    *,
    limit: float,
    budget: float = 2.0,
    rounds: int = 9,
) -> dict[str, Outcome]:
    """Let the runners take turns; each repeats while its runs stay within ``budget`` seconds."""
    outcomes: dict[str, Outcome] = {}
    for _ in range(rounds):
        for name, runner in runners.items():
            before = outcomes.get(name)
            if before is None:
                outcomes[name] = runner.run(instance, limit)
            elif before.status == "ok" and sum(before.seconds) + before.median < budget:
                latest = runner.run(instance, limit)
                outcomes[name] = replace(before, seconds=before.seconds + latest.seconds)
    return outcomes


def distance(value: float, lower: float, upper: float) -> float:
    """How far a value lies outside of a certified interval."""
    return max(lower - value, value - upper, 0.0)


def fastest(outcomes: Iterable[Outcome]) -> float:
    """Median time of the fastest that finished; NaN when none did."""
    return min((o.median for o in outcomes if o.status == "ok"), default=float("nan"))


def _serve(method: str, pipe: Connection) -> None:
    """What the process does: warm up, then answer instances until the pipe closes."""
    solve = _solver(method)
    small = Instance("and", (2, 2, 2), count=1 if method == BATCH else 0)
    with contextlib.suppress(Exception):  # it will fail again on the instance, and be reported
        solve(small.table())
    pipe.send("ready")
    while True:
        instance, burst = pipe.recv()
        try:
            outcome = _timed(solve, instance.table(), burst)
        except Exception as err:  # whatever a peer raises is its result
            outcome = Outcome("failed", note=f"{type(err).__name__}: {err}"[:200])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        pipe.send(replace(outcome, peak_mib=peak))


def _timed(solve: Callable[[Array], object], p: Array, burst: float) -> Outcome:
    seconds: list[float] = []
    while not seconds or sum(seconds) + seconds[-1] < burst:
        start = time.perf_counter()
        answer = solve(p)
        seconds.append(time.perf_counter() - start)
    return replace(_judged(answer, p), seconds=tuple(seconds))


def _judged(answer: object, p: Array) -> Outcome:
    """Value and errors of an answer; not part of the time."""
    import pid

    if isinstance(answer, pid.DecompositionBatch):
        optimal = sum(status is pid.Status.OPTIMAL for status in answer.status)
        return Outcome(
            "ok",
            gap=float(answer.gap.max()),
            marginal_error=float(answer.marginal_error.max()),
            iterations=int(answer.iterations.max()),
            note=f"{optimal} of {len(answer)} OPTIMAL",
        )
    if isinstance(answer, pid.Decomposition):
        found = answer.certificate
        assert found is not None
        return Outcome(
            "ok",
            value=found.primal,
            lower=found.dual,
            gap=found.gap,
            marginal_error=found.marginal_error,
            iterations=found.iterations,
            note=f"{found.status.name}, {found.method}",
        )
    assert isinstance(answer, np.ndarray | float)
    return Outcome("ok", value=union_information(answer), marginal_error=marginal_error(answer, p))


def _solver(method: str) -> Callable[[Array], object]:
    import pid

    if method == OURS:
        return lambda p: pid.decompose(p, unit="nat", on_fail="return")
    if method == BATCH:
        return lambda P: pid.decompose_batch(P, unit="nat", on_fail="return")
    return PEERS[method]
