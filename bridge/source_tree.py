"""The one door through which source files are read."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path, PurePosixPath

from bridge.listing import is_file


class SourceTree:
    """The door to files: nothing outside ``root`` passes. Picklable."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def read(self, path: str) -> bytes:
        """Bytes by path relative to the root. Raises FileNotFoundError, PermissionError, OSError."""
        full = self._inside(path)
        try:
            return _regular(full)
        except FileNotFoundError:
            error = FileNotFoundError(path)
            error.hint = self._hint(full)  # type: ignore[attr-defined]
            raise error from None

    def exists(self, path: str) -> bool:
        """Whether ``read`` would find a file."""
        try:
            return self._inside(path).is_file()
        except (OSError, ValueError):
            return False

    def size(self, path: str) -> int:
        """Bytes of a file. Raises as ``read`` does."""
        return self._inside(path).stat().st_size

    def real(self, path: str) -> str:
        """The path of the file itself where links lead to one, else the same. Raises as ``read`` does."""
        return self._inside(path).relative_to(self.root).as_posix()

    def names(self, folder: str) -> frozenset[str]:
        """Names of the files in a folder; none where it can't be listed."""
        try:
            with os.scandir(self._inside(folder)) as entries:
                return frozenset(entry.name for entry in entries if is_file(entry))
        except OSError:
            return frozenset()

    def _inside(self, path: str) -> Path:
        pure = PurePosixPath(path)
        if pure.is_absolute() or "\\" in path or "\0" in path or (len(path) > 1 and path[1] == ":"):
            raise PermissionError(f"{path!r} is not a path inside the source root")
        try:
            full = (self.root / pure).resolve()
        except RuntimeError as error:  # what pathlib says to links that lead in a circle
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error
        if not full.is_relative_to(self.root):
            raise PermissionError(f"{path!r} leads outside the source root")
        return full

    def _hint(self, full: Path) -> str:
        """A file whose name differs in case only: found on the author's machine, missing on a strict one."""
        try:
            names = [one.name for one in full.parent.iterdir() if one.name.casefold() == full.name.casefold()]
        except OSError:
            return ""
        return f"there is {names[0]!r}, which differs in case" if names else ""


def _regular(path: Path) -> bytes:
    """Bytes of a regular file. A pipe is opened without waiting for its other end; nothing of a device is read."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(file, "rb") as stream:  # noqa: PTH123  (a descriptor has no path)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return stream.read()
