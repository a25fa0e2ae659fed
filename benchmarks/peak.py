"""Peak memory of one conversion in a process of its own, beside that of a process that converts a tiny notebook.

python benchmarks/peak.py FILE TARGET   prints: bytes of the file, peak bytes, peak bytes for a tiny notebook
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_TINY = b'{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "x"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def measured(path: Path, target: str) -> tuple[int, str]:
    """The peak resident size in bytes of a fresh process that converts the file, and what it said of the result."""
    command = [sys.executable, __file__, "--inside", str(path.resolve()), target]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)
    peak, _, said = done.stdout.strip().partition(" ")
    return int(peak), said


def _inside(path: Path, target: str) -> None:
    sys.path.insert(0, str(_ROOT))
    from bridge.pipeline import RenderOptions, render
    from converters.options import Source, TransformOptions, WriteOptions

    class Beside:
        """The one file."""

        def read(self, name: str) -> bytes:
            if name == path.name:
                return path.read_bytes()
            raise FileNotFoundError(name)

        def exists(self, name: str) -> bool:
            return name == path.name

    flavor = {"confluence": "cloud", "datacenter": "datacenter"}.get(target, "notion")
    kind = "notion" if target == "notion" else "model" if target == "model" else "confluence"
    options = RenderOptions(transform=TransformOptions(target=kind), write=WriteOptions(flavor=flavor))
    made = render(Source(path.name, path.read_bytes()), options, Beside())
    done = made.rendered
    said = made.error or (
        f"{len(done.body.encode())} bytes, {len(done.blocks)} blocks, {len(done.assets)} assets" if done else ""
    )
    print(_peak(), said)


def _peak() -> int:
    """Peak resident bytes of this process. Linux's own count goes on from the parent's at ``exec``, so the kernel's mark
    of this program's memory is read there. Source: proc(5), VmHWM; getrusage(2): macOS counts bytes.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line[:6] == "VmHWM:")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        _inside(Path(sys.argv[2]), sys.argv[3])
    else:
        big = Path(sys.argv[1])
        peak, said = measured(big, sys.argv[2])
        size = big.stat().st_size
        print(f"{size / 1e6:.1f} MB; peak {peak / 1e6:.0f} MB = {peak / size:.2f} x; {said}")
