"""Where training is, in a file: weights and numbers alone, which appear whole or not at all."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from types import CodeType
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
import torch
from torch import Tensor

from pid.errors import InvalidInput

FORMAT = 1
# what reading anything but a checkpoint may raise
DAMAGED = (
    *(pickle.UnpicklingError, BadZipFile, EOFError, OSError),
    *(RuntimeError, KeyError, TypeError, ValueError),
)
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
        return cls(Path(str(path)), {"data": fingerprint(tensors)}).of_training(settings)

    def of_training(self, settings: Mapping[str, object]) -> Checkpoint:
        """With more that must be the same."""
        about = {name: _written(value) for name, value in settings.items()}
        return replace(self, about={**self.about, **about})

    def read(self, device: str) -> State | None:
        """What was written last; None where there is no file.

        Raises:
            InvalidInput: a file that is no checkpoint, or one of other rows or settings.
        """
        if not self.path.exists():
            return None
        try:
            with ZipFile(self.path) as file:
                if file.testzip() is not None:  # torch itself does not look at checksums
                    raise self.no_checkpoint()
            # weights only: unpickling anything else could run whatever the file says
            state: State = torch.load(self.path, map_location=device, weights_only=True)
            about = dict(state["about"])
        except DAMAGED as err:
            raise self.no_checkpoint() from err
        ours = {"format": FORMAT, **self.about}
        for name in [*ours, *about]:
            if about.get(name) != ours.get(name):
                raise InvalidInput(
                    f"the checkpoint {self.path} is of another training: its {name} is "
                    f"{about.get(name)}, and here it is {ours.get(name)}; go on with the same rows "
                    "and settings, or name another file"
                )
        return state

    def no_checkpoint(self) -> InvalidInput:
        """What to raise for a file of something else, or one that is damaged."""
        return InvalidInput(
            f"{self.path} is no checkpoint of a training, or a damaged one; delete it, or name "
            "another file"
        )

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
    """A setting as it is compared: a function by name and code, as its address changes."""
    if isinstance(value, np.generic):
        value = value.item()  # files of weights alone hold no scalars of numpy's
    if isinstance(value, int | float | str):
        return value
    if value is None:
        return "None"
    if isinstance(value, list | tuple):
        return ", ".join(str(_written(item)) for item in value)
    if isinstance(value, partial):
        options = sorted(value.keywords.items())
        return f"{_written(value.func)}({_written(value.args)}; {_written(options)})"
    name = str(getattr(value, "__qualname__", type(value).__qualname__))
    code = getattr(value, "__code__", None)
    if not isinstance(code, CodeType):
        return name
    return f"{name} ({blake2b(_steps(code), digest_size=4).hexdigest()})"


def _steps(code: CodeType) -> bytes:
    """What a function does, without where it stands."""
    parts = [code.co_code, repr(code.co_names).encode()]
    parts += [_steps(c) if isinstance(c, CodeType) else repr(c).encode() for c in code.co_consts]
    return b"".join(parts)
