"""``check``: documents looked at offline, before anybody publishes them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from bridge.convert import root_for
from bridge.discover import Found, discover
from bridge.exit_codes import CONVERSION, DONE, SECRETS
from bridge.pipeline import Conversion, RenderOptions, options_for, render_path
from bridge.portability import Place, foreign_paths
from bridge.settings import Settings
from bridge.source_tree import SourceTree
from bridge.sync.actions import Action
from converters.metadata import Metadata
from converters.notes import Note, one_line
from converters.options import Source, WriteOptions

Level: TypeAlias = Literal["error", "warning", "note"]
Kind: TypeAlias = Literal[
    "document", "metadata", "link", "image", "portability", "freshness", "conversion", "secret", "similar"
]
SIGILS = {"error": "x", "warning": "!", "note": "·"}

_OF_RUNS = ("output.", "cell.", "code.", "chunk.figure")
"""Codes of what a run left behind, or didn't: the author mends it by running again, and readers see that it is not there."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a reader or a colleague would stumble over. ``error`` makes the check fail."""

    level: Level
    kind: Kind
    code: str
    text: str
    where: str = ""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One document and what was found in it, worst first."""

    source: str
    title: str
    findings: tuple[Finding, ...]


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check gets: the report as it was found, as it was converted, and the door to its files."""

    found: Found
    done: Conversion
    options: RenderOptions
    files: SourceTree
    today: dt.date


def check(settings: Settings, paths: Sequence[Path] = (), today: dt.date | None = None) -> list[Checked]:
    """All findings by document, in the order of the sources. Nothing is sent, drawn or run. Raises UsageError."""
    settings = root_for(paths, settings) if paths else settings
    file = settings.file
    offline = msgspec.structs.replace(file, interactive=msgspec.structs.replace(file.interactive, draw=False))
    settings = msgspec.structs.replace(settings, file=offline)
    discovery = discover(settings, paths)
    files = SourceTree(settings.root)
    results: list[Checked] = []
    ids: dict[str, str] = {}
    for found in discovery.found:
        options = options_for(found, settings, discovery.known(), WriteOptions(), "model")
        done = render_path(found.path, options, files)
        looked = Looked(
            found=found, done=done, options=options, files=files, today=today or dt.datetime.now(dt.UTC).date()
        )
        findings = [one for look in CHECKS for one in look(looked)]
        if done.meta.id and (first := ids.setdefault(done.meta.id, found.path)) != found.path:
            text = f"has the same id as {first}: only one of them is published"
            findings.append(Finding(level="error", kind="metadata", code="id.double", text=text, where=found.path))
        ordered = sorted(dict.fromkeys(findings), key=lambda one: list(SIGILS).index(one.level))
        title = done.rendered.title if done.rendered else ""
        results.append(Checked(source=found.path, title=title, findings=tuple(ordered)))
    return results


def with_similar(results: Sequence[Checked], actions: Sequence[Action]) -> list[Checked]:
    """The findings with the published reports that each new one is most like, by a plan's actions."""
    similar = {one.source: one.similar for one in actions if one.similar}

    def told(one: Checked) -> Checked:
        found = (
            Finding(level="note", kind="similar", code="similar.published", where=one.source,
                    text=f"like {other.title!r}{f' by {other.owner}' if other.owner else ''}: {other.url}")
            for other in similar.get(one.source, ())
        )  # fmt: skip
        return msgspec.structs.replace(one, findings=(*one.findings, *found))

    return [told(one) for one in results]


def exit_code_of(results: Sequence[Checked], *, strict: bool = False) -> int:
    """4 where something is wrong, 8 for secrets, which weigh more; with ``strict`` warnings count as well."""
    wrong = [one for result in results for one in result.findings if one.level in _failing(strict=strict)]
    if any(one.kind == "secret" for one in wrong):
        return SECRETS
    return CONVERSION if wrong else DONE


def _failing(*, strict: bool) -> tuple[str, ...]:
    return ("error", "warning") if strict else ("error",)


# ---------------------------------------------------------------- checks


def _document(looked: Looked) -> Iterator[Finding]:
    """Whether it can be read at all."""
    if looked.done.error:
        text = looked.done.error.removeprefix(f"{looked.found.path}: ")
        yield Finding(level="error", kind="document", code="document.unreadable", text=text, where=looked.found.path)


def _notes(looked: Looked) -> Iterator[Finding]:
    """What reading it brought up: links and pictures that lead nowhere, metadata not understood, losses."""
    for note in looked.done.notes:
        if note.code == "source.stale":
            continue  # told below
        level, kind = _weight(note)
        where = str(note.where) if note.where else looked.found.path
        yield Finding(level=level, kind=kind, code=note.code, text=note.text, where=where)


def _weight(note: Note) -> tuple[Level, Kind]:
    group = note.code.partition(".")[0]
    kind: Kind = "image" if group in {"image", "thumbnail"} else "link" if group in _LINKS else "conversion"
    if note.kind == "missing":
        return ("warning" if note.code.startswith(_OF_RUNS) else "error"), kind
    if note.kind == "metadata":
        return "warning", "metadata"
    if note.kind == "security" or note.code in {"link.address", "link.file", "label.duplicate"}:
        return "warning", kind
    return "note", kind


_LINKS = {"link", "label", "include", "asset", "embed", "footnote", "related"}


def _metadata(looked: Looked) -> Iterator[Finding]:
    """What readers look for a report by."""
    meta = looked.done.meta
    if looked.done.error:
        return
    lacking = [name for name, there in _looked_for(meta) if not there]
    if lacking:
        text = f"no {', no '.join(lacking)}: readers find and trust it less"
        yield Finding(level="note", kind="metadata", code="metadata.lacking", text=text, where=looked.found.path)
    for name in ("created", "updated", "data_as_of", "review_by"):
        value = getattr(meta, name)
        if value and _day(value) is None:
            text = f"{name} {value!r} is no date: write 2026-11-29"
            yield Finding(level="warning", kind="metadata", code="metadata.date", text=text, where=looked.found.path)


def _looked_for(meta: Metadata) -> tuple[tuple[str, bool], ...]:
    return ("summary", bool(meta.summary)), ("authors", bool(meta.authors)), ("topics", bool(meta.tags))


def _freshness(looked: Looked) -> Iterator[Finding]:
    """Whether it says what holds today."""
    for note in looked.done.notes:
        if note.code == "source.stale":
            yield Finding(level="warning", kind="freshness", code=note.code, text=note.text, where=looked.found.path)
    review = _day(looked.done.meta.review_by)
    if review is not None and review < looked.today:
        text = f"was to be reviewed by {review.isoformat()}"
        yield Finding(level="warning", kind="freshness", code="review.due", text=text, where=looked.found.path)


def _portability(looked: Looked) -> Iterator[Finding]:
    """What its code reads that others don't have."""
    if looked.done.error:
        return
    try:
        source = Source(looked.found.path, looked.files.read(looked.found.path))
    except OSError:
        return  # told by _document
    for one in foreign_paths(source, looked.options.read, looked.files):
        yield _foreign(one, looked.found.path)


def _foreign(one: Place, path: str) -> Finding:
    level: Level = "error" if one.kind == "home" else "warning"
    said = {
        "home": f"{one.path!r} is on one person's machine: use a path relative to the report",
        "absolute": f"{one.path!r} is there on machines that are set up alike only",
        "missing": f"{one.path!r} is not in the repository",
    }
    where = one.where or path
    return Finding(level=level, kind="portability", code=f"path.{one.kind}", text=one_line(said[one.kind]), where=where)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


CHECKS: tuple[Callable[[Looked], Iterator[Finding]], ...] = (_document, _notes, _metadata, _freshness, _portability)
"""Each one looks at a document and gives findings. One for secrets has kind ``secret`` and level ``error``: exit 8."""


# ---------------------------------------------------------------- told


def as_json(results: Sequence[Checked], code: int) -> dict[str, Any]:
    """One object for machines."""
    return {
        "schema": 1,
        "reports": [msgspec.to_builtins(one) for one in results],
        "counts": _counts(results),
        "code": code,
    }


def lines(results: Sequence[Checked], *, verbose: bool = False, quiet: bool = False) -> Iterator[str]:
    """One line a finding, sigil first; notes only when ``verbose``; counts at the end."""
    shown = ("error",) if quiet else ("error", "warning", "note") if verbose else ("error", "warning")
    for result in results:
        for one in result.findings:
            if one.level in shown or (one.kind == "similar" and not quiet):  # a target was named to hear of these
                place = one.where or result.source
                yield f"{SIGILS[one.level]} {place}: {one.text.removeprefix(f'{place}: ')}"
    counts = _counts(results)
    number = len(results)
    noted = f", {counts['note']} notes" + ("" if verbose else " (-v lists them)") if counts["note"] else ""
    if not quiet:
        documents = f"{number} document" + ("" if number == 1 else "s")
        yield f"{documents}: {counts['error']} errors, {counts['warning']} warnings{noted}"


def _counts(results: Sequence[Checked]) -> dict[str, int]:
    found = Counter(one.level for result in results for one in result.findings)
    return {level: found.get(level, 0) for level in SIGILS}  # type: ignore[call-overload]
