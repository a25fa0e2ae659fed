"""What the hub knows of a published report, and how its pages are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import msgspec

from adapters.base import Record

PREFIX = "hub:"
"""How keys of the hub's pages begin. A document can't claim one (``bridge.sync.locals``)."""
HOME, NEWS, CODE, HEALTH = "hub:home", "hub:news", "hub:code", "hub:health"
GROUPS = ("topic", "team", "author", "project", "year")
"""What reports are gathered by, in the order in which pages show it."""

SUMMARY_MAX = 300
"""Characters of a summary that lists show. Ours: two or three lines."""
_SLUG = re.compile(r"[\W_]+")


class Author(msgspec.Struct, frozen=True, array_like=True):
    """A person by name; the e-mail tells namesakes apart and finds the wiki's account."""

    name: str
    email: str = ""


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One published report as the hub shows it. Kept in its record, so that a run over another repository of the same
    wiki, or over some files only, knows it too. Days are ISO 8601.

    ``base`` is the digest of the report's own page without what the hub adds; ``first`` the day of its first
    publication, ``changed`` of the last change of its own content; ``due`` the day from which it counts as stale.
    """

    key: str = ""
    title: str = ""
    source: str = ""
    path: str = ""
    """Of its source, relative to the root that it was published from."""
    summary: str = ""
    authors: tuple[Author, ...] = ()
    topics: tuple[str, ...] = ()
    team: str = ""
    audience: tuple[str, ...] = ()
    status: str = ""
    created: str = ""
    updated: str = ""
    data_as_of: str = ""
    due: str = ""
    thumbnail: str = ""
    supersedes: tuple[str, ...] = ()
    superseded_by: str = ""
    modules: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    post: bool = False
    """A blog post, whose pictures other pages show by its id: its title alone names none."""
    accounts: Mapping[str, str] = {}
    """The wiki's accounts of its authors by e-mail (by name where they have none), found when it last changed."""
    base: str = ""
    first: str = ""
    changed: str = ""

    @property
    def day(self) -> str:
        """The day that readers are shown: of the last change, else of its making, else of its publication."""
        return (self.updated or self.created or self.changed)[:10]

    @property
    def folder(self) -> str:
        """The folder of its source, relative to the root."""
        return self.path.rpartition("/")[0]

    @property
    def project(self) -> str:
        """The outermost folder, which teams use for one piece of work each."""
        return self.folder.partition("/")[0]

    @property
    def year(self) -> str:
        """The year of its making."""
        return (self.created or self.first)[:4]

    @property
    def draft(self) -> bool:
        """Whether its authors are still at it."""
        return self.status in {"draft", "review"}

    def stale(self, today: str) -> bool:
        """Whether it should have been looked at, or given new data, before ``today``."""
        return bool(self.due) and self.due < today and not self.superseded

    @property
    def superseded(self) -> bool:
        """Whether another report replaces it."""
        return bool(self.superseded_by) or self.status in {"superseded", "archived"}


class Coverage(msgspec.Struct, frozen=True, array_like=True):
    """Documents that one repository has, and how many of them are published."""

    found: int
    published: int


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """How often a report was opened and by how many, each rounded by :func:`bridge.hub.health.rounded`."""

    views: int
    viewers: int


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows. ``stale`` … ``superseded`` are keys of reports. ``reading`` is None where nobody asked, and
    empty where the wiki doesn't tell; so is ``questions``: how many are open, by report, without those that have none.
    """

    cards: Mapping[str, Card]
    coverage: Mapping[str, Coverage] = {}
    stale: Sequence[str] = ()
    ownerless: Sequence[str] = ()
    untagged: Sequence[str] = ()
    never_read: Sequence[str] = ()
    superseded: Sequence[str] = ()
    audited: bool = False
    """Whether it is an audit's: a sync's has no table of all reports, which it wouldn't keep true."""
    columns: bool = False
    """Whether the wiki's own table of reports has columns of what is known of each."""
    reading: Mapping[str, Reading] | None = None
    questions: Mapping[str, int] | None = None


def kept(card: Card) -> Mapping[str, object]:
    """The card as a record keeps it, without what the record says itself."""
    return dict(msgspec.to_builtins(msgspec.structs.replace(card, key="", title="", source="")))


def card_of(record: Record) -> Card | None:
    """The card that a record keeps; None where it was written without a hub, or by a later version."""
    if not record.hub:
        return None
    try:
        card = msgspec.convert(record.hub, Card)
    except msgspec.ValidationError:
        return None
    return msgspec.structs.replace(card, key=record.key, title=record.title, source=record.source)


def told_of_card(card: Card | None) -> dict[str, object]:
    """What ``audit`` and ``status`` tell of a report beside its state: names of its authors, the status that it has by
    its source, the day that readers are shown; empty without a hub.
    """
    if card is None:
        return {"authors": [], "status": "", "updated": ""}
    return {"authors": [one.name for one in card.authors], "status": card.status, "updated": card.day}


def slug(name: str) -> str:
    """A name as a part of a key: the same for every spelling in case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return _SLUG.sub("-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-") or "-"


def key_of(group: str, name: str) -> str:
    """The key of a page that gathers reports: ``hub:topic:team-size``."""
    return f"{PREFIX}{group}:{slug(name)}"


def index_key(group: str) -> str:
    """The key of the page that lists all of a kind: ``hub:topics``."""
    return f"{PREFIX}{group}s"


def shortened(text: str, longest: int = SUMMARY_MAX) -> str:
    """One line of at most ``longest`` characters, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
