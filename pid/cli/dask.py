"""A Dask cluster from the words on a command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from pid.errors import InvalidInput, need

SECONDS = 10  # to wait for a scheduler
LONGEST = 160  # characters of what Dask says


@contextmanager
def connected(address: str | None) -> Iterator[Any]:
    """A ``distributed.Client`` until the end of the block; None for no address.

    Args:
        address: "tcp://host:port" or "tls://host:port" of a scheduler, or "local:N" for N worker
            processes on this machine.

    Raises:
        InvalidInput: neither, or no scheduler answers there.
        MissingExtra: there is no distributed.
    """
    if address is None:
        yield None
        return
    local = re.fullmatch(r"local:([1-9]\d{0,3})", address)
    if local is None and not re.fullmatch(r"(tcp|tls)://\S+:\d+", address):
        raise InvalidInput(
            f"expected tcp://HOST:PORT of a Dask scheduler, or local:N for N processes; got "
            f"{address!r}"
        )
    distributed = need("distributed", "scale")
    config = need("dask", "scale").config
    with (
        # which a client sets before it connects, and leaves so where it cannot
        config.set(scheduler=config.get("scheduler", None)),
        _cluster(distributed, int(local[1])) if local else nullcontext(address) as place,
        _client(distributed, place, address) as client,
    ):
        yield client


@contextmanager
def _cluster(distributed: Any, workers: int) -> Iterator[Any]:
    """Worker processes of this machine."""
    options = {
        "n_workers": workers,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": "127.0.0.1:0",  # any free port, for this machine alone
    }
    try:
        cluster = distributed.LocalCluster(**options)
    except Exception as err:  # whatever a worker that dies while it starts leaves behind
        raise InvalidInput(
            f"{workers} worker processes could not be started here: {_reason(err)}; see that there "
            "is memory for them, or ask for fewer"
        ) from err
    with cluster:
        yield cluster


@contextmanager
def _client(distributed: Any, place: Any, address: str) -> Iterator[Any]:
    try:
        client = distributed.Client(place, timeout=SECONDS)
    except Exception as err:  # an address that is none is found out in many ways
        raise InvalidInput(
            f"no Dask scheduler answers at {address[:100]} within {SECONDS} seconds "
            f"({_reason(err)}); start one, or use local:N. A tls:// address needs certificates in "
            "Dask's own configuration"
        ) from err
    with client:
        yield client


def _reason(err: Exception) -> str:
    text = " ".join(str(err).split())
    return text[:LONGEST] if text else type(err).__name__
