"""Networks that code a source: the usual one, or whatever is plugged in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from pid._types import Floats
from pid.checks import FUNCTION, each, either, one_of
from pid.errors import InvalidInput
from pid.estimators.neural.trainer import seeded
from pid.estimators.neural.training import one_thread

WIDTH = 96  # of each of two hidden layers
CHUNK = 20_000  # rows that are coded together

Factory = Callable[[int, int], nn.Module]
Encoders = Literal["mlp"] | Sequence[Factory]
ENCODERS = either(one_of("mlp"), each(FUNCTION, 2))


def mlp(n_in: int, n_out: int, width: int = WIDTH, layers: int = 2) -> nn.Module:
    """Hidden layers of one width, and a linear one."""
    parts: list[nn.Module] = []
    for _ in range(layers):
        parts += [nn.Linear(n_in, width), nn.SiLU()]
        n_in = width
    return nn.Sequential(*parts, nn.Linear(n_in, n_out))


def pair_of(
    encoders: Encoders, widths: Sequence[int], components: int, seed: int, device: str
) -> list[nn.Module]:
    """An encoder of each source, with first weights of a seed.

    Raises:
        InvalidInput: one that is plugged in, and does not code rows as it should.
    """
    factories = [mlp, mlp] if isinstance(encoders, str) else encoders
    found = []
    for i, (factory, width) in enumerate(zip(factories, widths, strict=True)):
        module = seeded(partial(factory, width, components), seed + i)
        _check(module, width, components, f"encoders[{i}]")
        found.append(module.to(device))
    return found


def coded(module: nn.Module, X: Floats, device: str) -> Floats:
    """Codes of all rows, shape (rows, components)."""
    module.eval()
    return applied(module, [X], device)


def applied(network: Callable[..., Tensor], inputs: Sequence[Floats], device: str) -> Floats:
    """What a network makes of rows of one array or more, without gradients."""
    with torch.no_grad(), one_thread():
        tensors = [singles(X, device).split(CHUNK) for X in inputs]
        parts = [network(*rows).cpu() for rows in zip(*tensors, strict=True)]
    return np.asarray(torch.cat(parts).double().numpy())


def singles(X: Floats, device: str) -> Tensor:
    """Rows as 32-bit numbers where networks are.

    Raises:
        InvalidInput: numbers that are out of all proportion to those of training.
    """
    with np.errstate(over="ignore"):
        found = X.astype(np.float32)
    if not np.isfinite(found).all():
        row = int(np.flatnonzero(~np.isfinite(found).all(axis=1))[0])
        raise InvalidInput(
            f"row {row} has a value more than 1e38 deviations from those of training, which is "
            "beyond what networks compute with; leave such rows out"
        )
    return torch.from_numpy(found).to(device)


def _check(module: object, width: int, components: int, name: str) -> None:
    expected = f"{name} must make a torch module from ({width}, {components}) that gives "
    expected += f"(rows, {components}) for (rows, {width})"
    if not isinstance(module, nn.Module):
        raise InvalidInput(f"{expected}; it made a {type(module).__name__}")
    try:
        module.eval()
        with torch.no_grad():
            shape = tuple(module(torch.zeros(3, width)).shape)
    except (RuntimeError, TypeError, AttributeError) as err:
        raise InvalidInput(f"{expected}; on zeros it failed: {err}") from err
    if shape != (3, components):
        raise InvalidInput(f"{expected}; for 3 rows it gave shape {shape}")
