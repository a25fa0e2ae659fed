"""The reports of one run by their paths, as one value in each process that renders them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any


class Known(dict[str, str]):
    """Keys by source path. Equal to others by what is in it; of one run there is one in a process.

    What is looked up once for all reports of a run, such as the labels in all of them, is kept by this very value. A
    worker process gets it anew with each report, but has it from the first one.
    """

    def __init__(self, keys: Mapping[str, str], run: str = "") -> None:
        super().__init__(keys)
        self.run = run or uuid.uuid4().hex

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_run, (self.run, dict(self))


_last: list[Known] = []
"""That of the run at hand in this process, where it came from another one."""


def _of_run(run: str, keys: dict[str, str]) -> Known:
    if not _last or _last[0].run != run:
        _last[:] = [Known(keys, run)]
    return _last[0]
