"""Arrays in memory or on a device: numpy's or torch's, by the operations that both have."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pid.errors import InvalidInput, need

CPU, AUTO = "cpu", "auto"
VARIABLE = "PID_DEVICE"  # of the environment: the device where none is named

Array = Any  # numpy's or torch's


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

    def empty(self, *shape: int) -> Array:
        """Room for 32-bit numbers."""
        if self.module is np:
            return np.empty(shape, dtype=np.float32)
        return self.module.empty(shape, dtype=self.module.float32, device=self.device)


MEMORY = Arrays(np, CPU)


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
    """Raise InvalidInput unless torch can compute there."""
    import torch

    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as err:
        raise InvalidInput(
            f"torch cannot use device {device!r}; here it can use "
            f"{', '.join([CPU, *_accelerators()])}"
        ) from err


def is_out_of_memory(error: Exception) -> bool:
    """Whether a device, or this machine, had no room."""
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"


def free_memory(device: str) -> None:
    """Give back what torch keeps on a device for later."""
    import torch

    with suppress(AttributeError, RuntimeError):
        getattr(torch, torch.device(device).type).empty_cache()


def _accelerators() -> list[str]:
    import torch

    there = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())]
    return [name for name, available in there if available]
