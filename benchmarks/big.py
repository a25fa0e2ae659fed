"""Big notebooks made by rule, for measurements of memory: the same bytes in each run.

    python benchmarks/big.py KIND MEGABYTES FILE

Kinds: ``pictures`` (random PNGs), ``tables`` (frames of 60 rows), ``table`` (one frame with all rows), ``logs`` (printed
lines), ``mixed`` (all of them). Each but ``table`` has 2,000 outputs at 50 MB, in proportion for other sizes.
"""

from __future__ import annotations

import base64
import json
import random
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

OUTPUTS_PER_MB = 40
KINDS = ("pictures", "tables", "table", "logs", "mixed")

_WORDS = [
    "model",
    "churn",
    "revenue",
    "cohort",
    "feature",
    "baseline",
    "uplift",
    "variance",
    "sample",
    "segment",
    "holdout",
    "metric",
    "drift",
]
_COLUMNS = 6


def notebook(kind: str, megabytes: float) -> bytes:
    """A notebook of about that size (1 MB is 1,000,000 bytes)."""
    rng = random.Random(f"{kind} {megabytes}")
    size = int(megabytes * 1_000_000)
    if kind == "table":
        outputs = [_table(rng, size)]
    else:
        count = max(1, round(megabytes * OUTPUTS_PER_MB))
        makers = list(_MAKERS.values()) if kind == "mixed" else [_MAKERS[kind]]
        outputs = [makers[i % len(makers)](rng, size // count) for i in range(count)]
    cells: list[dict[str, object]] = [{"cell_type": "markdown", "id": "top", "metadata": {}, "source": "# Big report"}]
    for number, output in enumerate(outputs):
        if number % 10 == 0:
            text = f"## Part {number // 10}\n\n{' '.join(rng.choices(_WORDS, k=40))}."
            cells.append({"cell_type": "markdown", "id": f"m{number}", "metadata": {}, "source": text})
        cells.append(
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {},
                "execution_count": number + 1,
                "source": f"show({number})",
                "outputs": [output],
            }
        )
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def _picture(rng: random.Random, size: int) -> dict[str, object]:
    """A PNG of noise: its base64 text has the size."""
    width, height = 100, max(1, size * 3 // 4 // 301)
    raw = b"".join(b"\0" + rng.randbytes(3 * width) for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 0)) + chunk(b"IEND", b"")
    text = base64.b64encode(png).decode()
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": text, "text/plain": "<Figure>"}}


def _table(rng: random.Random, size: int) -> dict[str, object]:
    """A frame as pandas writes it, HTML and text."""
    rows = max(2, size // 425)
    values = [[f"{rng.gauss(0, 100):.6f}" for _ in range(_COLUMNS)] for _ in range(rows)]
    head = "".join(f"      <th>{name}</th>\n" for name in ("", *_WORDS[:_COLUMNS]))
    body = "".join(
        f"    <tr>\n      <th>{i}</th>\n" + "".join(f"      <td>{value}</td>\n" for value in row) + "    </tr>\n"
        for i, row in enumerate(values)
    )
    html = (
        '<div>\n<style scoped>\n    .dataframe tbody tr th { vertical-align: top; }\n</style>\n<table border="1" '
        f'class="dataframe">\n  <thead>\n    <tr style="text-align: right;">\n{head}    </tr>\n  </thead>\n  <tbody>\n'
        f"{body}  </tbody>\n</table>\n</div>"
    )
    text = "\n".join(f"{i:<8}" + "".join(f"{value:>16}" for value in row) for i, row in enumerate(values))
    lines = [html.splitlines(keepends=True), text.splitlines(keepends=True)]
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/html": lines[0], "text/plain": lines[1]},
    }


def _log(rng: random.Random, size: int) -> dict[str, object]:
    """Printed lines."""
    lines = [f"epoch {i:6d}  loss {rng.random():.6f}  {rng.choice(_WORDS)}\n" for i in range(max(1, size // 48))]
    return {"output_type": "stream", "name": "stdout", "text": lines}


_MAKERS: dict[str, Callable[[random.Random, int], dict[str, object]]] = {
    "pictures": _picture,
    "tables": _table,
    "logs": _log,
}


if __name__ == "__main__":
    Path(sys.argv[3]).write_bytes(notebook(sys.argv[1], float(sys.argv[2])))
