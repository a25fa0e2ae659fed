"""nbwiki as ``pip install nbwiki`` gives it: what the extras [plots] and [bokeh] bring is hidden.

Pictures of interactive figures, and pages of theirs with a library of megabytes inside, are work that other programs
don't do at all. The same goes for a browser: with :data:`SETTINGS` none is asked for.

    python benchmarks/core.py convert …   # the command, nothing else changed
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

EXTRAS = ("vl_convert", "plotly", "bokeh")
SETTINGS = "[interactive]\ndraw = false\n"


def hide_extras() -> None:
    """From here on these packages are not installed, for this process."""
    for name in EXTRAS:
        sys.modules[name] = None  # type: ignore[assignment]  # what import and find_spec take for "there is none"


if __name__ == "__main__":
    hide_extras()
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    runpy.run_module("bridge", run_name="__main__", alter_sys=True)
