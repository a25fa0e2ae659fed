"""A notebook's own metadata → canonical metadata and provenance."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

import msgspec

from converters.metadata import Metadata, Provenance
from converters.model import Where
from converters.notes import Note
from converters.readers.frontmatter import metadata_from_mapping
from converters.readers.header_values import jsonable

_TOOLS = frozenset(
    {
        "kernelspec", "language_info", "papermill", "jupytext", "widgets", "toc", "celltoolbar", "anaconda-cloud",
        "varInspector", "nbpresent", "signature", "orig_nbformat", "interpreter", "accelerator", "colab",
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
        started=known.started or _text(papermill.get("start_time")) or started,
        failure=_failure(cells) if papermill.get("exception") is True else "",
        order=_order(cells),
    )


def header_provenance(mapping: Mapping[str, Any], known: Provenance, path: str) -> Provenance:
    """What is known of a text source, with the kernel that its header names (jupytext's block, Quarto's ``jupyter``)."""
    inner = mapping.get("jupyter")
    spec = _mapping(_mapping(inner).get("kernelspec") or mapping.get("kernelspec"))
    info = _mapping(_mapping(inner).get("language_info") or mapping.get("language_info"))
    language = f"{_text(info.get('name')) or _text(spec.get('language'))} {_text(info.get('version'))}".strip()
    kernel = _text(spec.get("display_name")) or _text(spec.get("name")) or _text(inner)
    return msgspec.structs.replace(
        known,
        path=known.path or path,
        kernel=known.kernel or kernel,
        language=known.language or language,
    )


def notebook_params(metadata: Mapping[str, Any], cells: list[Any]) -> dict[str, object]:
    """Parameters with the values used: those of a ``parameters`` cell, over them those that a run was given."""
    found: dict[str, object] = {}
    for tag in ("parameters", "injected-parameters"):
        for cell in cells:
            tags = _mapping(_mapping(cell).get("metadata")).get("tags")
            if isinstance(tags, list) and tag in tags:
                found |= _assignments(cell.get("source"))
    given = _mapping(_mapping(metadata.get("papermill")).get("parameters"))
    return found | {str(key): value for key, value in given.items()}


_SOURCE_MAX = 20_000
"""Characters of a parameters cell that are looked at. Ours: nobody writes more by hand."""


def _assignments(source: object) -> dict[str, object]:
    """Names that a cell gives plain values to; other statements, and other languages, tell nothing."""
    text = "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""
    if len(text) > _SOURCE_MAX:
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in a text are not the reader's business
            statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, object] = {}
    for one in statements:
        target = (
            one.targets[0] if isinstance(one, ast.Assign) else one.target if isinstance(one, ast.AnnAssign) else None
        )
        value = one.value if isinstance(one, ast.Assign | ast.AnnAssign) else None
        if isinstance(target, ast.Name) and value is not None:
            with suppress(ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                found[target.id] = jsonable(ast.literal_eval(value))
    return found


def _failure(cells: list[Any]) -> str:
    """The error of the last cell that failed against its author's wish: ``cell 3: ValueError: no data``."""
    for number in range(len(cells), 0, -1):
        cell = _mapping(cells[number - 1])
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            if _mapping(output).get("output_type") == "error" and "raises-exception" not in _tags(cell):
                words = f"{output.get('ename', 'error')}: {output.get('evalue', '')}".splitlines() or [""]
                return f"cell {number}: {words[0].strip().rstrip(':')}"
    return "an error that the notebook does not show"


def _order(cells: list[Any]) -> Literal["", "top to bottom", "out of order", "in part", "not at all"]:
    """How the code cells were run, by their counts; nothing where outputs stand without any count."""
    counts: list[object] = []
    outputs = False
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code" or "skip-execution" in _tags(cell):
            continue
        source = cell.get("source")
        if not ("".join(map(str, source)) if isinstance(source, list) else str(source or "")).strip():
            continue
        counts.append(cell.get("execution_count"))
        outputs = outputs or bool(cell.get("outputs"))
    numbers = [count for count in counts if isinstance(count, int) and not isinstance(count, bool)]
    if not counts or (not numbers and outputs):
        return ""
    if not numbers:
        return "not at all"
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        return "out of order"
    return "top to bottom" if len(numbers) == len(counts) else "in part"


def _tags(cell: Mapping[str, Any]) -> list[Any]:
    tags = _mapping(cell.get("metadata")).get("tags")
    return tags if isinstance(tags, list) else []


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
