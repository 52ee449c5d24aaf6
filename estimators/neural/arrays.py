"""Arrays in memory or on a device: numpy's or torch's, by the operations that both have."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from importlib.util import find_spec
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from pid.errors import InvalidInput, need

CPU, AUTO = "cpu", "auto"
UNRECORDED = 3  # steps
VARIABLE = "PID_DEVICE"  # of the environment: the device where none is named
NO_ROOM = (  # of RuntimeErrors: MPS and drivers, cuBLAS, and the CPU
    "out of memory",
    "status_alloc_failed",
    "can't allocate memory",
)

Array = Any  # numpy's or torch's
Found = TypeVar("Found")


class Arrays(NamedTuple):
    """Where numbers are, and the module that works on them there.

    ``torch`` takes numpy's names: ``axis``, ``keepdims`` and ``out``, so that one code serves both.
    """

    module: Any
    device: str

    def put(self, values: NDArray[Any]) -> Array:
        """An array there, of numpy's."""
        if self.module is np:
            return values
        return self.module.from_numpy(np.ascontiguousarray(values)).to(self.device)

    def get(self, values: Array) -> NDArray[Any]:
        """An array of numpy's, of one there."""
        return np.asarray(values if self.module is np else values.cpu().numpy())

    def lane(self) -> AbstractContextManager[object]:
        """A queue of its own for what a thread asks of a device, so that none waits for others."""
        if not self.device.startswith("cuda"):
            return nullcontext()
        stream = self.module.cuda.Stream(self.device)
        return cast("AbstractContextManager[object]", self.module.cuda.stream(stream))

    def repeated(self, step: Callable[[], None]) -> Callable[[], None]:
        """The same step, which a device that can do so records once, and replays.

        Small work is done sooner than it is asked for. What is recorded reads and writes the same
        arrays each time, and asks for nothing from memory.
        """
        return Recorded(step, self.module.cuda) if self.device.startswith("cuda") else step

    def empty(self, *shape: int) -> Array:
        """Room for 32-bit numbers."""
        if self.module is np:
            return np.empty(shape, dtype=np.float32)
        return self.module.empty(shape, dtype=self.module.float32, device=self.device)


MEMORY = Arrays(np, CPU)


class Recorded:
    """A step that is taken as it is a few times, and then replayed as a CUDA graph.

    The first times, libraries take the memory that they work in, which a recording must not. Other
    threads may use the device meanwhile.
    """

    def __init__(self, step: Callable[[], None], cuda: Any) -> None:
        self._step, self._cuda = step, cuda
        self._taken = 0
        self._graph: Any = None

    def __call__(self) -> None:
        """One step."""
        if self._graph is None and self._taken == UNRECORDED:
            graph = self._cuda.CUDAGraph()
            graph.capture_begin(capture_error_mode="thread_local")
            try:
                self._step()
            except (MemoryError, RuntimeError):  # what devices raise
                with suppress(RuntimeError):  # of a recording that was broken off
                    graph.capture_end()
                raise
            graph.capture_end()
            self._graph = graph
        if self._graph is None:
            self._taken += 1
            self._step()
        else:
            self._graph.replay()


def named(device: str | None) -> str:
    """The device that is meant: one that was named, or that the environment names, or the CPU.

    "auto" is the first accelerator that torch finds, and the CPU where there is none.
    """
    device = device or os.environ.get(VARIABLE) or CPU
    if device != AUTO:
        return device
    if find_spec("torch") is None:
        return CPU
    return next(iter(_accelerators()), CPU)


def on_device(device: str) -> dict[str, object]:
    """A device as a parameter of an answer: none is the CPU."""
    return {} if device == CPU else {"device": device}


def trained_on(device: str) -> tuple[str, ...]:
    """A note on where an answer is from, whose last digits depend on it."""
    return () if device == CPU else (f"trained on device {device!r}",)


def arrays_on(device: str) -> Arrays:
    """Arrays on a device.

    Raises:
        MissingExtra: a device other than the CPU, and torch is not installed.
        InvalidInput: a device that torch cannot use.
    """
    if device == CPU:
        return MEMORY
    need("torch", "neural")
    import torch

    check_device(device)
    return Arrays(torch, device)


def check_device(device: str) -> None:
    """Raise InvalidInput unless torch can compute there, and give back what it found."""
    import torch

    try:
        torch.zeros(1, device=device).cpu()  # "meta" takes numbers, and has none to give
    except (RuntimeError, AssertionError, ImportError) as err:
        if is_out_of_memory(err):
            raise InvalidInput(
                f"device {device!r} has no room left, as others use it; wait for them, or train on "
                "another"
            ) from err
        of = f", which {VARIABLE} names" if os.environ.get(VARIABLE) == device else ""
        raise InvalidInput(
            f"torch cannot use device {device!r}{of}; here it can use "
            f"{', '.join([CPU, *_accelerators()])}"
        ) from err


def is_out_of_memory(error: Exception) -> bool:
    """Whether a device, or this machine, had no room: torch has an error for it on some alone."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in NO_ROOM)


def if_room(device: str, compute: Callable[..., Found], *args: Any) -> Found | None:
    """What is computed on a device; None where there was no room, and what was kept is given back.

    Args:
        device: where.
        compute: something that is never None.
        args: of it.
    """
    try:
        return compute(*args)
    except (MemoryError, RuntimeError) as err:
        if not is_out_of_memory(err):
            raise
    free_memory(device)
    return None


def no_room(device: str, columns: int) -> InvalidInput:
    """What to raise where not even one network can be there."""
    instead = "" if device == CPU else ", or train on the CPU"
    return InvalidInput(
        f"device {device!r} has no room for one network of {columns:,} columns; take fewer "
        f"columns{instead}"
    )


def free_memory(device: str) -> None:
    """Give back what torch keeps on a device for later."""
    if device == CPU:  # where there may be no torch, either
        return
    import torch

    with suppress(AttributeError, RuntimeError):
        getattr(torch, torch.device(device).type).empty_cache()


def _accelerators() -> list[str]:
    import torch

    there = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())]
    return [name for name, available in there if available]
