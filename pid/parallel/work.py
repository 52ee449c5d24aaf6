"""Long work as independent parts: computed here or on a Dask cluster, kept in a folder or not.

A part is a pure function of its arguments, random seed included: who computes it, when, and how
often does not change the result. So a cluster gives the same bits as this process, a part whose
worker died is computed again, and a run that was killed goes on from the parts that it finished.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import current_process
from typing import Any
from uuid import uuid4

import numpy as np
from threadpoolctl import threadpool_limits

from pid._types import Floats
from pid.errors import InvalidInput, PIDError
from pid.parallel.checkpoints import Shape, Store, digest
from pid.parallel.progress import tell

Function = Callable[..., Floats]

IN_FLIGHT = 4  # parts per worker thread that a cluster is given at a time
BESIDE = 4  # threads beside processes, for parts that cannot be sent
RETRIES = 3  # of a part, beyond those that the scheduler makes of itself when a worker dies


@dataclass(frozen=True, slots=True)
class Work:
    """Where parts are computed, and where finished ones are kept.

    Attributes:
        client: a ``distributed.Client``, or None to compute in this process.
        store: the folder of finished parts, or None to keep nothing.
        jobs: parts that this process computes side by side, up to one a core; -1 for so many.
        progress: is told how many parts are finished, and of how many.
    """

    client: Any = None
    store: Store | None = None
    jobs: int = 1
    progress: Callable[[int, int], None] | None = None

    def map(
        self,
        name: str,
        function: Function,
        parts: Sequence[tuple[Any, ...]],
        *,
        shape: Callable[..., Shape] | None = None,
        apart: Callable[..., bool] | None = None,
    ) -> list[Floats]:
        """``function(*part)`` of every part, in order.

        Args:
            name: what the parts are, as "resampling"; one name for one kind of part in a run.
            function: a function of a module, so that it can be sent to another process.
            parts: its arguments, which can be sent likewise.
            shape: of the same arguments, what shape the result has; a kept part of another shape
                is computed again.
            apart: of the same arguments, whether a part is worth being sent to another process of
                this machine. Threads wait for each other whenever numpy is asked for something.

        Raises:
            InvalidInput: the folder belongs to other work, or cannot be written.
        """
        found: dict[int, Floats] = {}
        if self.store is not None:
            folder = self.store.open(name, digest(function, parts))
            found = folder.finished([None if shape is None else shape(*part) for part in parts])
        missing = [i for i in range(len(parts)) if i not in found]
        if self.client is not None:
            results = _on_cluster(self.client, function, parts, missing)
        else:
            results = _here(self.jobs, function, parts, missing, apart)
        with closing(results):
            for i, result in results:
                if self.store is not None:
                    folder.keep(i, result)
                found[i] = result
                tell(name, len(found), len(parts))
                if self.progress is not None:
                    self.progress(len(found), len(parts))
        return [found[i] for i in range(len(parts))]

    def draw(
        self,
        name: str,
        function: Function,
        arguments: tuple[Any, ...],
        replicates: int,
        chunk: int,
        random_state: int | None,
        *,
        of: Shape,
    ) -> Floats:
        """So many random replicates, along the last axis, drawn in chunks with a seed each.

        Args:
            name: as of ``map``.
            function: of the arguments, a number of replicates, and the seed to draw them with.
            arguments: what all chunks have in common.
            replicates: how many in all.
            chunk: how many by one call: fixed, so that who draws them does not matter.
            random_state: what the seeds come from.
            of: the shape of one replicate.
        """
        starts = range(0, replicates, chunk)
        seeds = np.random.SeedSequence(random_state).spawn(len(starts))
        parts = [
            (*arguments, min(chunk, replicates - start), seed)
            for start, seed in zip(starts, seeds, strict=True)
        ]
        return np.concatenate(self.map(name, function, parts, shape=_of_draws(of)), axis=-1)


HERE = Work()


def _of_draws(of: Shape) -> Callable[..., Shape]:
    """The shape of what is drawn by a call whose last arguments are how many, and a seed."""
    return lambda *part: (*of, part[-2])


def _here(
    jobs: int,
    function: Function,
    parts: Sequence[tuple[Any, ...]],
    missing: Sequence[int],
    apart: Callable[..., bool] | None,
) -> Generator[tuple[int, Floats]]:
    """Results as they come, by as many threads or processes as there are jobs.

    But by no more than there are cores, and of one BLAS thread each: threads that wait for each
    other take time from those that work, as each operation of NumPy lets go of the interpreter and
    asks for it again.
    """
    most = min(usable_cores(), len(missing))
    jobs = most if jobs == -1 else min(jobs, most)
    if jobs <= 1:
        with threadpool_limits(1):  # once, as it takes as long as a small part
            for i in missing:
                yield i, function(*parts[i])
        return
    alone = current_process().daemon  # which may have no processes of its own
    sent = [i for i in missing if apart is not None and not alone and apart(*parts[i])]
    threads = min(jobs, BESIDE) if sent else jobs
    with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
        running = {pool.submit(function, *parts[i]): i for i in missing if i not in set(sent)}
        try:
            if sent:
                with closing(_in_processes(jobs, function, parts, sent)) as results:
                    for result in results:
                        yield result
                        for future in [future for future in running if future.done()]:
                            yield running.pop(future), future.result()
            for future in as_completed(running):
                yield running[future], future.result()
        finally:  # an error, or Ctrl-C: what has not begun need not begin
            pool.shutdown(wait=False, cancel_futures=True)


def _in_processes(
    jobs: int, function: Function, parts: Sequence[tuple[Any, ...]], sent: Sequence[int]
) -> Generator[tuple[int, Floats]]:
    """Results as they come, by processes that wait for more work; they share large arrays."""
    from joblib import Parallel, delayed

    calls = (delayed(_numbered)(i, function, *parts[i]) for i in sent)
    pool = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
    yield from pool(calls)


def _numbered(i: int, function: Function, *arguments: Any) -> tuple[int, Floats]:
    return i, in_one_thread(function, *arguments)


def usable_cores() -> int:
    """Those that this process may use: its container may have fewer than the machine."""
    from joblib import cpu_count  # of scikit-learn, which is heavy

    return int(cpu_count())


def _on_cluster(
    client: Any, function: Function, parts: Sequence[tuple[Any, ...]], missing: Sequence[int]
) -> Generator[tuple[int, Floats]]:
    """Results as they come; only so many parts are sent at a time, so that memory stays small."""
    from distributed import as_completed as completed

    run = uuid4().hex  # keys of this call alone: the same part of another call is another task
    waiting = iter(missing)
    numbers: dict[str, int] = {}

    def submit(i: int) -> Any:
        future = client.submit(
            in_one_thread, function, *parts[i], key=f"pid-{run}-{i}", pure=False, retries=RETRIES
        )
        numbers[future.key] = i
        return future

    with reached(client):
        width = IN_FLIGHT * max(1, sum(client.nthreads().values()))
        running = completed([submit(i) for i in islice(waiting, width)])
        for future in running:
            yield numbers.pop(future.key), future.result()
            for i in islice(waiting, 1):
                running.add(submit(i))


@contextmanager
def reached(client: Any) -> Iterator[None]:
    """Say that a cluster was lost, where that is why something could not be computed on it.

    Raises:
        InvalidInput: the scheduler is gone, or workers died again and again.
    """
    from distributed import CancelledError, KilledWorker

    try:
        yield
    except PIDError:
        raise
    except Exception as err:  # without its scheduler a client raises whatever it stumbles over
        lost = isinstance(err, CancelledError | KilledWorker | OSError | TimeoutError)
        if not lost and getattr(client, "status", "running") == "running":
            raise  # of what was computed, which is no fault of the cluster
        raise InvalidInput(
            "the Dask cluster was lost while it worked: its scheduler is gone, or workers died "
            f"again and again ({type(err).__name__}); look at their logs, and start it anew. With "
            "resume (--resume DIR) the same call goes on from the parts that were finished"
        ) from err


def in_one_thread(function: Function, *arguments: Any) -> Floats:
    """Call with a single BLAS thread: sums keep their order, however many cores there are."""
    with threadpool_limits(1):
        return function(*arguments)


def check_seeded(random_state: object, resume: object) -> None:
    """Raise InvalidInput if parts are to be kept that no second run would draw again."""
    if resume is not None and random_state is None:
        raise InvalidInput(
            "resume needs a random_state: without a seed, a second run draws other tables"
        )


@contextmanager
def working(
    client: Any = None, resume: Any = None, progress: Callable[[int, int], None] | None = None
) -> Iterator[Work]:
    """The ``Work`` for the options of a public function.

    Args:
        client: a ``distributed.Client``, or None.
        resume: a folder for finished parts, or None.
        progress: is told how many parts are finished, and of how many.
    """
    if resume is None:
        yield Work(client, progress=progress)
        return
    with Store.locked(resume) as store:
        yield Work(client, store, progress=progress)
