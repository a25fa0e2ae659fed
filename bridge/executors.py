"""Where reports are rendered: this process, a pool of processes, or a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

from bridge.discover import UsageError
from converters.errors import ConfigError


@contextmanager
def open_executor(name: str | Executor) -> Iterator[Executor | None]:
    """An executor by name: ``local`` (None), ``processes``, ``dask://HOST:PORT``; or one that is there already.

    Raises UsageError, ConfigError.
    """
    if isinstance(name, Executor):
        yield name
    elif name == "local":
        yield None
    elif name == "processes":
        import multiprocessing

        with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool
    elif name.startswith("dask://"):
        with _dask_client(name.removeprefix("dask://")) as client:
            yield cast("Executor", _Dask(client))
    else:
        raise UsageError(f"unknown executor {name!r}", hint="local, processes or dask://HOST:PORT")


def _dask_client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise ConfigError("--executor dask needs Dask", hint="pip install nbwiki[dask]") from error
    try:
        connect: Any = Client  # without types
        return connect(f"tcp://{address}", timeout=10)
    except OSError as error:
        raise ConfigError(f"no Dask scheduler at {address}: {error}") from error


class _Dask:
    """The part of Executor that we use. ``pure=False``: the files behind a path change between runs."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def submit(self, function: Any, /, *args: Any) -> Any:
        """A future of the cluster; it has ``result`` and ``exception`` as those of concurrent.futures."""
        return self._client.submit(function, *args, pure=False)
