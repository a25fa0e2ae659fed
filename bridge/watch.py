"""Waiting until files of the source tree change: with watchfiles where it is installed, else by looking each second."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

POLL_S = 1.0


def news_of(root: Path) -> threading.Event:
    """An event that is set with each batch of changes, from now on: also while somebody still works on earlier ones."""
    news = threading.Event()

    def tell() -> None:
        for _ in changes(root):
            news.set()

    threading.Thread(target=tell, name="watch", daemon=True).start()
    return news


def changes(root: Path) -> Iterator[None]:
    """One item for each batch of changes, for ever."""
    try:
        from watchfiles import watch
    except ImportError:
        yield from _poll(root)
        return
    for _ in watch(root, raise_interrupt=True):
        yield None


def _poll(root: Path) -> Iterator[None]:
    before = _stamps(root)
    while True:
        time.sleep(POLL_S)
        now = _stamps(root)
        if now != before:
            before = now
            yield None


def _stamps(root: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file that is not hidden."""
    found: dict[str, tuple[int, int]] = {}
    for path in root.rglob("*"):
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            continue
        try:
            stat = path.stat()
        except OSError:
            continue
        found[str(path)] = (stat.st_mtime_ns, stat.st_size)
    return found
