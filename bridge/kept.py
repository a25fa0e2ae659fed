"""Drawn pictures kept in a folder between runs: by key, bounded, safe for several processes at once."""

from __future__ import annotations

import itertools
import logging
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

MAX_BYTES = 200_000_000
"""What the folder holds at most, more than 50,000 equations; ours. The oldest files go first, a quarter at once."""

_BETWEEN_LOOKS = 1000
"""Files that a process writes before it looks again at what the folder holds; the first one is a look too."""

_CHECKSUM_BYTES = 4

_writes = itertools.count()


@dataclass(frozen=True)
class KeptFolder:
    """Bytes by key (hex digits) in files below ``folder``. Nothing here raises: what can't be kept is made again."""

    folder: str
    max_bytes: int = MAX_BYTES

    def get(self, key: str) -> bytes | None:
        """What was put there; None where nothing was, or where the file is damaged."""
        try:
            data = self._path(key).read_bytes()
        except OSError:
            return None
        body = data[_CHECKSUM_BYTES:]
        return body if data[:_CHECKSUM_BYTES] == _checksum(body) else None

    def put(self, key: str, data: bytes) -> None:
        """Keeps ``data``. A reader at the same time sees all of it or nothing."""
        path = self._path(key)
        new = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_bytes(_checksum(data) + data)
            new.replace(path)
            if next(_writes) % _BETWEEN_LOOKS == 0:
                self.shrink()
        except OSError as error:
            log.debug("%s isn't kept: %s", path, error)

    def _path(self, key: str) -> Path:
        return Path(self.folder, key[:2], key[2:])

    def shrink(self) -> None:
        """Removes the oldest files where there are too many."""
        found = []
        for path in Path(self.folder).glob("??/*"):
            try:
                facts = path.stat()
            except OSError:  # another process was quicker
                continue
            found.append((facts.st_mtime, facts.st_size, path))
        size = sum(one[1] for one in found)
        if size <= self.max_bytes:
            return
        for _, own, path in sorted(found):
            path.unlink(missing_ok=True)
            size -= own
            if size <= self.max_bytes * 3 // 4:
                return


def _checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_CHECKSUM_BYTES, "big")
