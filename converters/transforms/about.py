"""The section "About this report", folded at the end: where it comes from, how it was run, the notebook itself."""

from __future__ import annotations

import msgspec

from converters.metadata import Metadata, Provenance
from converters.model import (
    AssetKey,
    Attachment,
    Blocks,
    Cell,
    Document,
    Inlines,
    Mark,
    Row,
    Section,
    Span,
    Table,
)
from converters.transforms.context import Context

TITLE = "About this report"
_COMMIT_SHOWN = 10
_VALUE_MAX = 300


def about(document: Document, context: Context) -> Blocks:
    """The section, or nothing where nothing is known."""
    meta = document.meta
    rows = [
        Row((Cell((Span(name),), header=True), Cell(value))) for name, value in _facts(meta, meta.provenance) if value
    ]
    blocks: list[object] = []
    if rows:
        blocks.append(Table(tuple(rows), header_columns=1))
    if meta.params:
        blocks.append(_parameters(meta))
    key = _source_asset(context)
    if key is not None:
        notebook = context.path.endswith(".ipynb")
        title = "The notebook" if notebook else "The source"
        blocks.append(Attachment(key, "notebook" if notebook else "file", title=title))
    return (Section("about", tuple(blocks), title=TITLE),) if blocks else ()  # type: ignore[arg-type]


def _source_asset(context: Context) -> AssetKey | None:
    """The notebook as an attachment, if it is wanted and was given to the transforms."""
    source = context.source
    if not context.options.attach_source or source is None:
        return None
    if len(source.data) > context.options.limits.max_asset_bytes:
        return None
    context.assets[source.key] = source
    return source.key


def _facts(meta: Metadata, run: Provenance) -> list[tuple[str, Inlines]]:
    source = _text(run.path)
    if run.permalink and run.path:
        source = (Span(run.path, href=run.permalink),) if run.permalink.startswith("https://") else source
    commit = f"{run.commit[:_COMMIT_SHOWN]}{' with uncommitted changes' if run.dirty else ''}" if run.commit else ""
    people = ", ".join(person.name for person in meta.reviewers)
    data = "; ".join(
        " ".join(filter(None, (item.name, f"as of {item.as_of}" if item.as_of else ""))) for item in meta.data_sources
    )
    return [
        ("Source", source),
        ("Repository", _text(run.repository)),
        ("Branch", _text(run.branch)),
        ("Commit", (Span(commit, frozenset({Mark.CODE})),) if commit else ()),
        ("Kernel", _text(" · ".join(filter(None, (run.kernel, run.language))))),
        ("Executed", _text(_executed(run))),
        ("Environment", _text(", ".join(run.environment))),
        ("Owner", _text(meta.owner.name if meta.owner else "")),
        ("Reviewers", _text(people)),
        ("Data", _text(data)),
        ("License", _text(meta.license)),
        ("DOI", _text(meta.doi)),
    ]


def _text(value: str) -> Inlines:
    value = " ".join(value.split())
    return (Span(value),) if value else ()


def _executed(run: Provenance) -> str:
    """When it was run, by whom and for how long."""
    day = run.executed[:16].replace("T", " ")
    took = ""
    if run.duration_s is not None:
        seconds = round(run.duration_s)
        took = f"took {seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"took {max(1, seconds)} s"
    return " · ".join(filter(None, (day, f"by {run.executed_by}" if run.executed_by else "", took)))


def _parameters(meta: Metadata) -> Table:
    """Parameters with the values used."""
    rows = [Row((Cell((Span("Parameter"),), header=True), Cell((Span("Value"),), header=True)))]
    for name, value in meta.params.items():
        shown = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()
        shown = shown if len(shown) <= _VALUE_MAX else shown[: _VALUE_MAX - 1] + "…"
        rows.append(Row((Cell((Span(str(name), frozenset({Mark.CODE})),)), Cell(_text(shown)))))
    return Table(tuple(rows), header_rows=1)
