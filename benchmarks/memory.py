"""Peak memory of converting notebooks of 50 MB with 2,000 outputs, beside their size."""

from __future__ import annotations

from collections.abc import Iterator

from big import KINDS, notebook
from measuring import Row, Settings, guarded
from peak import measured

MEGABYTES = 50


def rows(settings: Settings) -> Iterator[Row]:
    """A row for each kind of notebook; memory differs little between runs, so there is one."""
    for kind in KINDS:
        what = f"notebook of {MEGABYTES} MB, {kind}, {'1 output' if kind == 'table' else '2,000 outputs'}: peak memory"
        yield from guarded(what, lambda kind=kind, what=what: [_row(settings, kind, what)])


def _row(settings: Settings, kind: str, what: str) -> Row:
    path = settings.work / f"big_{kind}.ipynb"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook(kind, MEGABYTES))
    size = path.stat().st_size
    values = {target: measured(path, target) for target in ("confluence", "datacenter", "notion")}
    peaks = [peak / size for peak, _ in values.values()]
    said = f"{size / 1e6:.0f} MB; three targets; {sum(' bytes' in said for _, said in values.values())} pages"
    return Row(what, "× its size", max(peaks), min(peaks), max(peaks), 4.0, at_most=True, said=said)
