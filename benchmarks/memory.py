"""Peak memory of converting notebooks of 50 MB with 2,000 outputs, beside their size."""

from __future__ import annotations

from big import KINDS, notebook
from measuring import Row, Settings
from peak import measured

MEGABYTES = 50


def rows(settings: Settings) -> list[Row]:
    """A row for each kind of notebook and target; memory differs little between runs, so there is one."""
    found = []
    for kind in KINDS:
        path = settings.work / f"big_{kind}.ipynb"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(notebook(kind, MEGABYTES))
        size = path.stat().st_size
        values = {target: measured(path, target) for target in ("confluence", "datacenter", "notion")}
        peaks = [peak / size for peak, _ in values.values()]
        outputs = "1 output" if kind == "table" else "2,000 outputs"
        what = f"notebook of {size / 1e6:.0f} MB, {kind}, {outputs}: peak memory"
        said = f"three targets; {sum(' bytes' in said for _, said in values.values())} pages"
        found.append(Row(what, "× its size", max(peaks), min(peaks), max(peaks), 4.0, at_most=True, said=said))
    return found
