"""How records stand in Confluence: the property of a page, the manifest's shards, marks in bodies and versions."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections.abc import Mapping, Sequence

import msgspec

from adapters.base import Record, Rendered

PROPERTY = "nbwiki"
MANIFEST = "nbwiki-manifest-"
MAX_PROPERTY_CHARS = 30_000
"""Below the 32 KB that a property's JSON may take. Source: Confluence reference, section 7."""
POSTS = "nbwiki-posts"
"""Property of a root below which blog posts were published: without it none are looked for."""
MOST_SHARDS = 1024
"""Shards of a manifest, for half a million records. Beyond that a shard is too large, and the wiki says so."""
_FIRST_CHARS, _SUM_CHARS = 300, 11
"""Characters of the first shard beside its data: its fields, and a checksum in JSON for each shard."""
_OFTEN = frozenset({"Home", "News"})
LAGGING, MOST_LAGGING, LAGGING_EACH = 2, 5, 200
"""So many pages may be newer than the manifest tells, for each costs the next plan a read: two, one in 200 reports, five.
Ours: a plan of 200 unchanged reports takes 4 requests and may take 6; one of 1,000 takes 7 and may take 15.
"""
DOUBT = "doubt"
"""In the first shard: pages whose record there counts no more, because they are being closed."""
ROOT_KEY = "nbwiki:root:"
"""Key of a page that nbwiki made to be a target's root: neither a report, nor a place for another target's reports."""
ASSET_PREFIX = 16
"""Hex digits of an asset's digest that are kept when a record is too large: 64 bits still tell files of a page apart."""
_MARK = re.compile(r'ac:name="">nbwiki-record-([A-Za-z0-9_-]+)</ac:parameter>')
_VERSION = re.compile(r"[0-9]{1,9}")
_STAMP = re.compile(r"^nbwiki: .* \[([0-9a-f]{12})\]$", re.DOTALL)
MAX_MESSAGE = 255
"""Characters of a version message that every version of Confluence takes. Ours: no limit is documented."""
_MOST_REASON = 120
"""Characters of it for why and what: the rest is for the path, of which the end tells more."""


def record_value(record: Record) -> object:
    """A record as the JSON value of a property, at most :data:`MAX_PROPERTY_CHARS` long."""
    value = msgspec.to_builtins(record)
    if len(json.dumps(value)) > MAX_PROPERTY_CHARS:
        short = {name: key[:ASSET_PREFIX] for name, key in record.assets.items()}
        value = msgspec.to_builtins(msgspec.structs.replace(record, assets=short))
    if len(json.dumps(value)) > MAX_PROPERTY_CHARS:
        # Names hold a part of the digest themselves; without them the next write lists the attachments once.
        value = msgspec.to_builtins(msgspec.structs.replace(record, assets={}))
    return value


def record_of(value: object) -> Record | None:
    """The record that a property holds; None for anything else (another tool's property, a later schema)."""
    try:
        record = msgspec.convert(value, Record)
    except msgspec.ValidationError:
        return None
    return _numbered(record)


def _numbered(record: Record) -> Record:
    """The record; with a version that is no number of Confluence's it counts as unfinished."""
    known = not record.version or _VERSION.fullmatch(record.version)
    return record if known else msgspec.structs.replace(record, version="")


def mark_of(record: Record) -> str:
    """An invisible anchor that says whose page this is, for a page that has no property yet."""
    known = Record(key=record.key, kind=record.kind, title=record.title, source=record.source, post=record.post)
    if record.post:  # nothing but this tells which target it is of
        known = msgspec.structs.replace(known, parent=record.parent)
    name = base64.urlsafe_b64encode(msgspec.json.encode(known)).decode().rstrip("=")
    return (
        '<p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">'
        f"nbwiki-record-{name}</ac:parameter></ac:structured-macro></p>"
    )


def marked_record(body: str) -> Record | None:
    """The record that :func:`mark_of` put at the end of a body, if it is still there."""
    found = _MARK.findall(body)
    if not found:
        return None
    name = found[-1]
    try:
        record = msgspec.json.decode(base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)), type=Record)
    except (ValueError, msgspec.DecodeError):
        return None
    return _numbered(record)


def stub_body(record: Record) -> str:
    """The body of a page that is only there so that others can link to it."""
    return f"<p><em>{html.escape('This page is being published.')}</em></p>{mark_of(record)}"


def message_of(record: Record, content: Rendered, reason: str) -> str:
    """What the page history says of a version: the source, its commit, why it was written, and our stamp."""
    origin = content.meta.provenance
    commit = f" at {origin.commit[:7]}{' with changes' if origin.dirty else ''}" if origin.commit else ""
    why = reason.removeprefix("nbwiki:").strip()
    if len(why) > _MOST_REASON:
        why = f"{why[: _MOST_REASON - 1]}…"
    return stamped(f"{record.source or record.title}{commit}{f', {why}' if why else ''}", content.digest)


def stamped(words: str, digest: str) -> str:
    """A version message that tells our own writes from people's, also when a run was killed before its record."""
    start, end = "nbwiki: ", f" [{digest[:12]:0<12}]"
    room = MAX_MESSAGE - len(start) - len(end)
    return f"{start}{words if len(words) <= room else f'…{words[1 - room :]}'}{end}"


def is_stamped(message: str, digest: str = "") -> bool:
    """Whether a version was written by nbwiki (with this digest, if one is given)."""
    found = _STAMP.search(message)
    return found is not None and (not digest or found[1] == f"{digest[:12]:0<12}")


def titled_before(known: Record | None, new: Record, base: int) -> dict[str, object]:
    """For the record of a write that gives another title: the one before, which counts until the write is done.
    ``known`` is the record so far, ``base`` the page's version.
    """
    if known is None or not known.version:
        return {}
    before = named_before(known) if int(known.version) > base else known
    if (before.title, before.own_title) == (new.title, new.own_title):
        return {}
    return {"title_before": before.title, **({"own_title_before": before.own_title} if before.own_title else {})}


def named_before(record: Record) -> Record:
    """The record with the title that we gave its page, where the version that it announces was never written."""
    if "title_before" not in record.state:
        return record
    title, own = record.state["title_before"], record.state.get("own_title_before", "")
    return msgspec.structs.replace(record, title=str(title), own_title=str(own))


def standing(record: Record, *, current: bool) -> Record | None:
    """The record; None where its page has been taken away by us. One that we were about to take away, when the run was
    killed, is ours as before.
    """
    if not record.state.get("removed"):
        return record
    state = {name: value for name, value in record.state.items() if name != "removed"}
    return msgspec.structs.replace(record, state=state) if current else None


def without_other_roots(found: Mapping[str, Record], parents: Mapping[str, str | None], root: str) -> dict[str, Record]:
    """Records by page without those of targets whose root nbwiki made below this one. ``parents`` is by page."""
    others = {page for page, record in found.items() if record.key.startswith(ROOT_KEY) and page != root}
    if not others:
        return dict(found)
    kept = {}
    for page, record in found.items():
        seen: list[str] = []
        at: str | None = page
        while at and at != root and at not in others and at not in seen:
            seen.append(at)
            at = parents.get(at)
        if at not in others:
            kept[page] = record
    return kept


def shards_of(records: Mapping[str, Record], run: str, *, dirty: bool) -> list[dict[str, object]]:
    """The manifest as values of properties 0, 1 …; the first tells how many there are, their checksums, whether they hold.

    A record stands in the shard that its key's checksum gives, so that a changed one changes that shard and the first
    only; the hub's two pages that each new report writes stand in the first, which is written anyway. The number of shards is a power of two and grows when one is full.
    """
    count = 1
    while True:
        buckets: list[list[Record]] = [[] for _ in range(count)]
        for key in sorted(records):
            often = records[key].kind == "hub" and records[key].hub.get("kind") in _OFTEN
            buckets[0 if often else zlib.crc32(key.encode()) % count].append(records[key])
        parts = [_pack(bucket) for bucket in buckets]
        if max(map(len, parts)) <= MAX_PROPERTY_CHARS - _FIRST_CHARS - _SUM_CHARS * count or count >= MOST_SHARDS:
            break
        count *= 2
    sums = [_sum(part) for part in parts]
    first: dict[str, object] = {
        "schema": 2, "run": run, "dirty": dirty, "shards": count, "sums": sums, "data": parts[0],
    }  # fmt: skip
    return [first, *({"schema": 2, "data": part} for part in parts[1:])]


def doubted(shard: object) -> frozenset[str]:
    """The pages that the first shard tells to be in doubt."""
    found = shard.get(DOUBT) if isinstance(shard, dict) else None
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def may_lag(told: Mapping[str, Record], now: Mapping[str, Record]) -> bool:
    """Whether a manifest that tells ``told`` may stay as it is, though the records are ``now``: it knows all pages and what
    they are, and few have a newer version, which shows when pages are listed; their own property tells the rest then.
    """
    if told.keys() != now.keys() or lagging(told, now) > most_lagging(now):
        return False
    late = [(told[key], record) for key, record in now.items() if told[key] != record]
    return all(_is_newer(old, new) and _what(old) == _what(new) for old, new in late)


def lagging(told: Mapping[str, Record], now: Mapping[str, Record]) -> int:
    """How many records have a newer version than a manifest tells."""
    return sum(key in told and _is_newer(told[key], record) for key, record in now.items())


def _is_newer(old: Record, new: Record) -> bool:
    return int(new.version or 0) > int(old.version or 0)


def most_lagging(now: Mapping[str, Record]) -> int:
    """How many may."""
    return max(LAGGING, min(MOST_LAGGING, len(now) // LAGGING_EACH))


def _what(record: Record) -> tuple[object, ...]:
    return record.page, record.parent, record.title, record.source, record.kind, record.post


def _pack(records: Sequence[Record]) -> str:
    data = msgspec.json.encode(records, order="deterministic")
    return base64.b64encode(zlib.compress(data, 9)).decode()


def _sum(part: str) -> str:
    return f"{zlib.crc32(part.encode()):08x}"


def records_of(shards: Sequence[object]) -> tuple[dict[str, Record], bool]:
    """Records by key, and whether they can be relied on: not dirty, all shards there and those that the first tells of."""
    values = [shard for shard in shards if isinstance(shard, dict)]
    if not values or values[0].get("schema") not in {1, 2}:
        return {}, False
    first = values[0]
    count = first.get("shards")
    values = values[:count] if isinstance(count, int) else values[:1]
    data = [str(value.get("data", "")) for value in values]
    if first["schema"] == 1:  # before 0.2: one stream cut into shards, all of one run
        whole = len(values) == count and all(value.get("run") == first.get("run") for value in values)
        data = ["".join(data)]
    else:
        whole = len(values) == count and [_sum(part) for part in data] == first.get("sums")
    try:
        records = [record for part in data if part for record in _unpack(part)]
    except (ValueError, zlib.error, msgspec.DecodeError):
        return {}, False
    return {record.key: _numbered(record) for record in records}, whole and not first.get("dirty", True)


def _unpack(part: str) -> list[Record]:
    return msgspec.json.decode(zlib.decompress(base64.b64decode(part)), type=list[Record])
