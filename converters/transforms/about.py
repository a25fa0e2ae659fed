"""The section "About this report", folded at the end: where it comes from, how it was run, the notebook itself."""

from __future__ import annotations

import msgspec

from converters.metadata import Metadata, Provenance
from converters.model import (
    AssetKey,
    Attachment,
    Block,
    Blocks,
    Cell,
    Document,
    Image,
    Inline,
    Inlines,
    Mark,
    Mention,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
)
from converters.transforms.context import Context
from converters.transforms.launch import history_link, launch_links
from converters.walk import iter_blocks

TITLE = "About this report"
_COMMIT_SHOWN = 10
_VALUE_MAX = 300
_FIGURES_MAX = 30
"""Pictures whose descriptions are listed. Ours: a table of a page's length for the reader who unfolds it."""
_DESCRIBING = 12
"""Characters from which a text says something of a picture: shorter ones are "figure", "logo", "plot 1"."""

_ORDERS = {
    "top to bottom": "executed from top to bottom",
    "out of order": "cells were executed out of order",
    "in part": "some cells were not executed",
    "not at all": "not executed",
}


def about(document: Document, context: Context) -> Blocks:
    """The section, or nothing where nothing is known."""
    meta = document.meta
    facts = [*_facts(meta, context), ("Figures", _text(_described(document, context)))]
    rows = [Row((Cell((Span(name),), header=True), Cell(value))) for name, value in facts if value]
    blocks: list[Block] = []
    if rows:
        blocks.append(Table(tuple(rows), header_columns=1))
    if meta.params:
        blocks.append(_parameters(meta))
    if _has_table(meta):
        blocks.append(_data_sources(meta))
    links = launch_links(meta)
    if links:
        blocks.append(Paragraph(_spaced("Open in ", links)))
    key = _source_asset(context)
    if key is not None:
        notebook = context.path.endswith(".ipynb")
        title = "The notebook" if notebook else "The source"
        blocks.append(Attachment(key, "notebook" if notebook else "file", title=title))
    return (Section("about", tuple(blocks), title=TITLE),) if blocks else ()


def _described(document: Document, context: Context) -> str:
    """What authors say of pictures without a caption, for a wiki whose search doesn't look into alternative texts.

    Notion has none and shows them as captions.
    """
    if context.options.target != "confluence":
        return ""
    texts = [block.alt for block in iter_blocks(document.blocks) if isinstance(block, Image) and not block.caption]
    told = dict.fromkeys(" ".join(text.split()) for text in texts if len(text) >= _DESCRIBING)
    return " · ".join(_short(text) for text in list(told)[:_FIGURES_MAX])


def _source_asset(context: Context) -> AssetKey | None:
    """The notebook as an attachment, if it is wanted and was given to the transforms."""
    source = context.source
    if not context.options.attach_source or source is None:
        return None
    if len(source.data) > context.options.limits.max_asset_bytes:
        return None
    context.assets[source.key] = source
    return source.key


def _facts(meta: Metadata, context: Context) -> list[tuple[str, Inlines]]:
    run = meta.provenance
    commit = f"{run.commit[:_COMMIT_SHOWN]}{' with uncommitted changes' if run.dirty else ''}" if run.commit else ""
    history = history_link(meta)
    environment = dict.fromkeys((*meta.environment, *run.environment))
    return [
        ("Reproducible", _text(_reproducible(meta, [*environment], context))),
        ("Source", _source(meta)),
        ("Repository", _address(run.repository or meta.source.get("repo", ""))),
        ("Branch", _text(run.branch)),
        ("Commit", (Span(commit, frozenset({Mark.CODE})),) if commit else ()),
        ("Earlier versions", (Span("all changes to the source", href=history),) if history else ()),
        ("Kernel", _text(" · ".join(filter(None, (run.kernel, run.language))))),
        ("Executed", _text(_executed(run))),
        ("Environment", _text(", ".join(environment))),
        ("Owner", (Mention(meta.owner.name, meta.owner.email, meta.owner.user),) if meta.owner else ()),
        ("Reviewers", _people(meta)),
        ("Team", _text(", ".join(dict.fromkeys(filter(None, (meta.team, *meta.audience)))))),
        ("Review by", _text(meta.review_by)),
        ("Refreshed", _text(meta.refresh_every)),
        ("Data", _text("; ".join(item.name for item in meta.data_sources)) if not _has_table(meta) else ()),
        ("License", _text(meta.license)),
        ("DOI", _doi(meta.doi)),
        ("Cite as", _text(meta.citation)),
    ]


def _reproducible(meta: Metadata, environment: list[str], context: Context) -> str:
    """One line: run in order or not, commit clean or not, environment given or not. Empty for a text without code."""
    run = meta.provenance
    if not (run.order or run.kernel or run.executed):
        return ""
    parts = [_ORDERS.get(run.order, "order of execution not recorded")]
    if run.failure:
        parts = [f"the run failed ({run.failure})"]
    if run.commit:
        parts.append("source has uncommitted changes" if run.dirty else "source committed")
    elif context.path:
        parts.append("source not under version control")
    parts.append("environment file given" if environment else "no environment file")
    return " · ".join(parts)


def _source(meta: Metadata) -> Inlines:
    """The source's path, with a link to it at its commit."""
    run = meta.provenance
    url = run.permalink or meta.source.get("url", "")
    if url.startswith(("https://", "http://")):
        return (Span(run.path or url, href=url),)
    return _text(run.path)


def _address(url: str) -> Inlines:
    return (Span(url, href=url),) if url.startswith(("https://", "http://")) else _text(url)


def _doi(text: str) -> Inlines:
    """A DOI with the link under which it is resolved. Source: doi.org."""
    number = text.removeprefix("https://").removeprefix("http://").removeprefix("dx.").removeprefix("doi.org/")
    number = number.removeprefix("doi:").strip()
    return (Span(number, href=f"https://doi.org/{number}"),) if number.startswith("10.") else _text(text)


def _people(meta: Metadata) -> Inlines:
    found: list[Inline] = []
    for person in meta.reviewers:
        found += [Span(", ")] if found else []
        found.append(Mention(person.name, person.email, person.user))
    return tuple(found)


def _spaced(lead: str, links: list[tuple[str, str]]) -> Inlines:
    found: list[Inline] = [Span(lead)]
    for name, url in links:
        found += [Span(" · ")] if len(found) > 1 else []
        found.append(Span(name, href=url))
    return tuple(found)


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


def _has_table(meta: Metadata) -> bool:
    """Whether more than the names of its data is known."""
    return any(item.owner or item.as_of or item.url or item.query for item in meta.data_sources)


def _parameters(meta: Metadata) -> Table:
    """Parameters with the values used."""
    rows = [Row((Cell((Span("Parameter"),), header=True), Cell((Span("Value"),), header=True)))]
    for name, value in meta.params.items():
        shown = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()
        rows.append(Row((Cell((Span(str(name), frozenset({Mark.CODE})),)), Cell(_text(_short(shown))))))
    return Table(tuple(rows), header_rows=1)


def _data_sources(meta: Metadata) -> Table:
    """Where numbers came from; columns that nothing is known for are left out."""
    items = meta.data_sources
    columns: list[tuple[str, list[Inlines]]] = [
        ("Data", [(Span(item.name, href=item.url),) if _web(item.url) else _text(item.name) for item in items]),
        ("Owner", [_text(item.owner) for item in items]),
        ("As of", [_text(item.as_of) for item in items]),
        ("Where", [() if _web(item.url) else _text(item.url) for item in items]),
        ("Query", [(Span(_short(item.query), frozenset({Mark.CODE})),) if item.query else () for item in items]),
    ]
    shown = [(name, values) for name, values in columns if any(values)]
    head = Row(tuple(Cell((Span(name),), header=True) for name, _ in shown))
    body = [Row(tuple(Cell(values[i]) for _, values in shown)) for i in range(len(items))]
    return Table((head, *body), header_rows=1)


def _web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _VALUE_MAX else text[: _VALUE_MAX - 1] + "…"
