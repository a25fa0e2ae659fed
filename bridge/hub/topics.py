"""Topic hygiene: other names of a topic become the one that is shown, and only allowed ones stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from bridge.hub.model import slug
from converters.model import Where
from converters.notes import metadata
from converters.options import Read

_STEPS = 20
"""Aliases of aliases that are followed; a longer chain is a circle."""


class Topics(msgspec.Struct, frozen=True):
    """``[hub] topics`` and ``aliases``. Names are compared without case, accents and punctuation."""

    allowed: tuple[str, ...] = ()
    aliases: Mapping[str, str] = {}

    def shown(self, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The topics as they are shown, each once, and those that are not allowed."""
        aliases = {slug(other): name for other, name in self.aliases.items()}
        allowed = {slug(name): name for name in self.allowed}
        found: dict[str, str] = {}
        refused: list[str] = []
        for given in names:
            name = given
            for _ in range(_STEPS):
                if slug(name) not in aliases or slug(aliases[slug(name)]) == slug(name):
                    break
                name = aliases[slug(name)]
            name = aliases.get(slug(name), name)
            if allowed and slug(name) not in allowed:
                refused.append(given)
            else:
                found.setdefault(slug(name), allowed.get(slug(name), name))
        return tuple(found.values()), tuple(refused)


def tidied(read: Read, topics: Topics) -> Read:
    """The document with its topics tidied; a note names those that are not allowed and left out."""
    if not (topics.allowed or topics.aliases) or not read.document.meta.tags:
        return read
    document = read.document
    shown, refused = topics.shown(document.meta.tags)
    meta = msgspec.structs.replace(document.meta, tags=shown)
    where = document.where or Where(document.meta.provenance.path)
    notes = [
        metadata("topics.refused", f"topic {name!r:.80} is not among the allowed ones ([hub] topics): left out", where)
        for name in refused
    ]
    return msgspec.structs.replace(
        read, document=msgspec.structs.replace(document, meta=meta), notes=[*read.notes, *notes]
    )
