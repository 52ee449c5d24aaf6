"""Where training is, in a file: weights and numbers alone, which appear whole or not at all."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from pid.errors import InvalidInput

FORMAT = 1
State = dict[str, Any]  # tensors, numbers, texts, and lists and dictionaries of these


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A file, and what must be the same for training to go on from it.

    Attributes:
        path: the file; it need not be there yet.
        about: rows and settings of this training, by name.
    """

    path: Path
    about: Mapping[str, str | int | float]

    @classmethod
    def of(
        cls, path: object, settings: Mapping[str, object], tensors: Sequence[Tensor]
    ) -> Checkpoint | None:
        """For a training of some rows by some settings; None where there is no path."""
        if path is None:
            return None
        about = {name: _written(value) for name, value in settings.items()}
        return cls(Path(str(path)), {"data": fingerprint(tensors)} | about)

    def read(self, device: str) -> State | None:
        """What was written last; None where there is no file.

        Raises:
            InvalidInput: a file that is no checkpoint, or one of other rows or settings.
        """
        if not self.path.exists():
            return None
        try:
            # weights only: unpickling anything else could run whatever the file says
            state: State = torch.load(self.path, map_location=device, weights_only=True)
            about = state["about"]
        except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError, TypeError, OSError) as e:
            raise InvalidInput(
                f"{self.path} is no checkpoint of a training; delete it, or name another file"
            ) from e
        ours = {"format": FORMAT, **self.about}
        for name in [*ours, *about]:
            if about.get(name) != ours.get(name):
                raise InvalidInput(
                    f"the checkpoint {self.path} is of another training: its {name} is "
                    f"{about.get(name)}, and here it is {ours.get(name)}; go on with the same rows "
                    "and settings, or name another file"
                )
        return state

    def write(self, state: State) -> None:
        """Replace the file, by one that is written beside it first."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                torch.save({"about": {"format": FORMAT, **self.about}, **state}, file)
            Path(part).replace(self.path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise


def fingerprint(tensors: Sequence[Tensor]) -> str:
    """Of the numbers in some tensors: others have another one."""
    found = blake2b(digest_size=12)
    for tensor in tensors:
        array = tensor.detach().cpu().contiguous().numpy()
        found.update(f"{array.dtype}{array.shape}".encode())
        found.update(array.tobytes())
    return found.hexdigest()


def _written(value: object) -> str | int | float:
    """A setting as it is compared: a function by its name, as its address is another each time."""
    if isinstance(value, int | float | str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(str(_written(item)) for item in value)
    return str(getattr(value, "__qualname__", value))
