"""A notebook's own metadata → canonical metadata and provenance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from converters.metadata import Metadata, Provenance
from converters.model import Where
from converters.notes import Note
from converters.readers.frontmatter import metadata_from_mapping

_TOOLS = frozenset(
    {
        "kernelspec", "language_info", "papermill", "jupytext", "widgets", "toc", "celltoolbar", "anaconda-cloud",
        "varInspector", "nbpresent", "signature", "orig_nbformat", "interpreter", "accelerator", "colab", "hide_input",
        "latex_envs", "livereveal", "toc-autonumbering", "toc-showcode", "toc-showmarkdowntxt", "toc-showtags",
        "vscode", "nteract", "gist", "_draft", "language", "nav_menu", "toc_cell", "toc_position", "colors",
    }
)  # fmt: skip
"""Keys that tools write into notebooks for themselves. They say nothing of the report."""


def notebook_metadata(metadata: Mapping[str, Any], path: str, notes: list[Note]) -> Metadata:
    """Canonical metadata of what authors write into a notebook's metadata (title, authors, tags …)."""
    own = {key: value for key, value in metadata.items() if key not in _TOOLS}
    if not own:
        return Metadata()
    meta, found = metadata_from_mapping(own, Where(path), report=False)
    notes.extend(found)
    return meta


def notebook_provenance(metadata: Mapping[str, Any], cells: list[Any], known: Provenance, path: str) -> Provenance:
    """What is known of the source, with kernel and run as the notebook tells them."""
    spec = _mapping(metadata.get("kernelspec"))
    info = _mapping(metadata.get("language_info"))
    papermill = _mapping(metadata.get("papermill"))
    language = _text(info.get("name")) or _text(spec.get("language"))
    version = _text(info.get("version"))
    executed = _text(papermill.get("end_time")) or _text(papermill.get("start_time"))
    duration = papermill.get("duration")
    started, ended = _run_of_cells(cells)
    seconds = float(duration) if isinstance(duration, int | float) and not isinstance(duration, bool) else None
    if seconds is None and started and ended:
        seconds = _seconds(started, ended)
    return msgspec.structs.replace(
        known,
        path=known.path or path,
        kernel=known.kernel or _text(spec.get("display_name")) or _text(spec.get("name")),
        language=known.language or f"{language} {version}".strip(),
        executed=known.executed or executed or ended,
        duration_s=known.duration_s if known.duration_s is not None else seconds,
    )


def _run_of_cells(cells: list[Any]) -> tuple[str, str]:
    """When the first cell started and the last one ended, by JupyterLab's or nbclient's timestamps (ISO 8601)."""
    starts: list[str] = []
    ends: list[str] = []
    for cell in cells:
        times = _mapping(_mapping(_mapping(cell).get("metadata")).get("execution"))
        if not times:
            continue
        start = _text(times.get("iopub.execute_input")) or _text(times.get("iopub.status.busy"))
        end = _text(times.get("shell.execute_reply")) or _text(times.get("iopub.status.idle"))
        starts.extend([start] if start else [])
        ends.extend([end] if end else [])
    return min(starts, default=""), max(ends, default="")


def _seconds(started: str, ended: str) -> float | None:
    try:
        return max(0.0, (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds())
    except (ValueError, TypeError):
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
