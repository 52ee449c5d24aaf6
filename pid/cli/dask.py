"""A Dask cluster from the words on a command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pid.errors import InvalidInput, need

SECONDS = 10  # to wait for a scheduler


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
    if local is None:
        with _client(distributed, address) as client:
            yield client
        return
    options = {
        "n_workers": int(local[1]),
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": "127.0.0.1:0",  # any free port, for this machine alone
    }
    with (
        distributed.LocalCluster(**options) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=SECONDS)
    except (OSError, TimeoutError) as err:
        raise InvalidInput(
            f"no Dask scheduler answers at {address} within {SECONDS} seconds; start one, or use "
            "local:N"
        ) from err
    with client:
        yield client
