"""Where the hub meets a sync: from what a run converted and what records tell to additions to reports and pages of its own.

Pure but for the sources' own door to files: nothing here asks or writes the wiki.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from adapters.base import Observed, Tracked
from adapters.confluence.bodies import framed
from adapters.confluence.records import labels_of
from bridge.discover import INDEX_NAMES
from bridge.hub.dates import day_of, due
from bridge.hub.model import PREFIX, SUMMARY_MAX, Author, Card, card_of, kept, key_of, shortened
from bridge.hub.pages import Hub, pages
from bridge.hub.parts import LABEL, Around, Parts, parts_of
from bridge.hub.reading import Told, modules_of
from bridge.hub.related import chosen, with_related
from bridge.hub.topics import Topics
from bridge.settings import HubSettings
from bridge.sync.actions import Local, Plan
from converters.metadata import Metadata
from converters.model import Document, Rendered
from converters.options import Files, WriteOptions

if TYPE_CHECKING:
    from bridge.pipeline import Conversion, Target


HUB_PATH = "hub"
"""What stands for a source's path in reports of a run."""


class Heard(msgspec.Struct, frozen=True):
    """What the conversion of one report gave besides its page."""

    path: str
    meta: Metadata
    told: Told
    thumbnail: str = ""


class Woven(msgspec.Struct, frozen=True):
    """The locals with what the hub adds, pages of the hub among them, and what goes around or onto each page."""

    reports: tuple[Local, ...]
    pages: tuple[Local, ...]
    parts: Mapping[str, Parts]
    bodies: Mapping[str, Rendered]


class Weaver:
    """One run's hub. ``changed`` are days of the last change by path, for shared code."""

    def __init__(  # noqa: PLR0913  (keyword-only, each one a different thing)
        self,
        settings: HubSettings,
        *,
        write: WriteOptions,
        target: Target,
        files: Files,
        today: str,
        changed: Mapping[str, str],
        keys: Mapping[str, str],
    ) -> None:
        self._settings = settings
        self._write = write
        self._target: Target = target
        self._files = files
        self._today = today
        self._changed = changed
        self._keys = keys
        self._modules: dict[str, bool] = {}

    def weave(
        self,
        plan: Plan,
        observed: Observed,
        heard: Mapping[str, Heard],
        *,
        prune: bool,
        sources: Mapping[str, str],
    ) -> Woven:
        """Everything, from a plan of the reports alone."""
        locals_ = [one.local for one in plan.actions if one.local is not None]
        records = {one.key: one.was for one in plan.actions if one.was is not None}
        published = {
            one.key: one.local
            for one in plan.actions
            if one.local and one.kind == "report" and (one.page is not None or one.verb == "create")
        }
        cards = self._cards(published, records, heard)
        cards |= self._others(plan, observed, {one.key for one in locals_}, set(cards))
        cards = self._related(cards, records, heard)
        around = Around(cards, self._successors(cards), self._today)
        parts = {key: self._parts(cards[key], heard[key], around) for key in published if key in cards and key in heard}
        reports = tuple(self._local(one, cards, parts) for one in locals_)
        hub = Hub(
            cards=cards,
            settings=self._settings,
            today=self._today,
            notion=self._target == "notion",
            users=_users(cards, self._settings.people),
            labels=self._topic_labels(cards),
            folders=project_pages(cards, sources) if sources else {},
            modules=_used_by(cards),
            keep={},
        )
        former = self._former(cards, observed)
        if not prune:
            taken = {old for keys in former.values() for old in keys}
            hub.keep = {key: title for key, title in _there(observed).items() if key not in taken}
        made = [(page, self._framed(page.document)) for page in pages(hub)]
        own = tuple(
            Local(
                key=page.key,
                kind="hub",
                path=HUB_PATH,
                title=rendered.title,
                digest=rendered.digest,
                parent=page.parent,
                links=rendered.links,
                former=former.get(page.key, ()),
                hub={"kind": page.kind},
            )
            for page, rendered in made
        )
        return Woven(reports, own, parts, {page.key: rendered for page, rendered in made})

    # ---------------------------------------------------------------- cards

    def _cards(
        self, published: Mapping[str, Local], records: Mapping[str, Tracked], heard: Mapping[str, Heard]
    ) -> dict[str, Card]:
        """Cards of this run's reports; a report for a few only has none, and stands nowhere on the hub."""
        found = {}
        for key, local in published.items():
            was = records.get(key)
            old = card_of(was.record) if was else None
            if local.readers is not None:
                continue
            if key not in heard:
                if old is not None:  # it can't be converted just now; its page is there
                    found[key] = msgspec.structs.replace(old, key=key, title=local.title or old.title)
                continue
            page = was.page if was else None
            retitled = was is not None and page is not None and was.record.title == local.title
            title = page.title if page and retitled else local.title  # a person's own title for the page stays
            found[key] = self._card(local, title, heard[key], old, was.record.superseded_by if was else "")
        return found

    def _card(self, local: Local, title: str, heard: Heard, old: Card | None, told_by_command: str) -> Card:
        meta = heard.meta
        folder = heard.path.rpartition("/")[0]
        same = old is not None and old.base == local.digest
        return Card(
            key=local.key,
            title=title,
            source=local.source,
            path=heard.path,
            summary=shortened(meta.summary, SUMMARY_MAX),
            authors=tuple(Author(one.name, one.email.casefold()) for one in meta.authors),
            topics=meta.tags,
            team=meta.team,
            audience=meta.audience,
            status=meta.status,
            created=_day(meta.created),
            updated=_day(meta.updated),
            data_as_of=_day(meta.data_as_of),
            due=due(meta.review_by, meta.data_as_of, meta.refresh_every),
            thumbnail="" if local.post else heard.thumbnail,
            supersedes=tuple(dict.fromkeys(filter(None, (self._report(one, folder) for one in meta.supersedes)))),
            superseded_by=meta.superseded_by or told_by_command,
            post=local.post,
            modules=modules_of(heard.told.imports, folder, self._exists),
            related=old.related if old else (),
            base=local.digest,
            first=old.first if old and old.first else self._today,
            changed=old.changed if old and same and old.changed else self._today,
        )

    def _others(self, plan: Plan, observed: Observed, ours: set[str], known: set[str]) -> dict[str, Card]:
        """Cards of reports that this run didn't look at: of other repositories, or left out by the paths that it was given."""
        gone = {one.key for one in plan.actions if one.verb == "archive"} | set(plan.drop)
        taken = {one.was.record.key for one in plan.actions if one.was is not None and one.local is not None}
        found = {}
        for key, was in observed.tracked.items():
            there = was.page is not None and was.page.status == "current"
            if key in ours or key in known or key in gone or key in taken or not there or was.record.kind != "report":
                continue
            card = card_of(was.record)
            if card is not None:
                found[key] = card
        return found

    def _related(
        self, cards: dict[str, Card], records: Mapping[str, Tracked], heard: Mapping[str, Heard]
    ) -> dict[str, Card]:
        texts = {key: heard[key].told.text for key in cards if key in heard}
        new = {key for key in texts if key not in records}
        fresh = {key for key in texts if key in new or not _same(records[key], cards[key])}
        return with_related(cards, chosen(cards, texts, fresh=fresh, new=new - _all_new(texts, new)))

    def _report(self, name: str, folder: str) -> str:
        """The key of a report that another one names: by its path from there or from the root, or its key."""
        from posixpath import join, normpath

        for path in (normpath(join(folder, name)), normpath(name)):
            if path in self._keys:
                return self._keys[path]
        return name if name in self._keys.values() else ""

    def _successors(self, cards: Mapping[str, Card]) -> dict[str, str]:
        """By report, the one that replaces it, as either of them says."""
        found = {old: card.key for card in sorted(cards.values(), key=lambda card: card.key) for old in card.supersedes}
        for card in cards.values():
            named = card.superseded_by
            other = named if named in cards else self._report(named, card.folder) if named else ""
            if other:
                found[card.key] = other
        return {old: new for old, new in found.items() if old in cards and new in cards and old != new}

    def _exists(self, path: str) -> bool:
        if path not in self._modules:
            self._modules[path] = self._files.exists(path)
        return self._modules[path]

    def _former(self, cards: Mapping[str, Card], observed: Observed) -> dict[str, tuple[str, ...]]:
        """Keys of pages of topics under the names that they had before, for those that have no page yet."""
        rules = Topics(self._settings.topics, self._settings.aliases)
        used = {key_of("topic", name) for card in cards.values() for name in card.topics}
        found: dict[str, tuple[str, ...]] = {}
        for other in sorted(self._settings.aliases):
            new = key_of("topic", (rules.shown([other])[0] or ("",))[0])
            old = key_of("topic", other)
            if new in used and new not in observed.tracked and old in observed.tracked and old not in used:
                found[new] = (*found.get(new, ()), old)
        return found

    def _topic_labels(self, cards: Mapping[str, Card]) -> dict[str, str]:
        names = {topic for card in cards.values() for topic in card.topics}
        found = {name: labels_of([name]) for name in names}
        return {name: labels[0] for name, labels in found.items() if labels}

    # ---------------------------------------------------------------- pages

    def _parts(self, card: Card, heard: Heard, around: Around) -> Parts:
        touched = [
            path for path in card.modules if _later(self._changed.get(path, ""), self._changed.get(heard.path, ""))
        ]
        parts = parts_of(card, heard.meta, around, touched, self._written)
        if self._target != "confluence" or parts.meta is None:
            return parts
        meta = msgspec.structs.replace(parts.meta, tags=(*parts.meta.tags, LABEL))
        return msgspec.structs.replace(parts, meta=meta)

    def _local(self, local: Local, cards: Mapping[str, Card], parts: Mapping[str, Parts]) -> Local:
        own = parts.get(local.key)
        if own is None:
            card = cards.get(local.key)
            return local if card is None else msgspec.structs.replace(local, hub=kept(card))
        links = [link for part in (own.front, own.back) if part for link in part.links]
        return msgspec.structs.replace(
            local,
            digest=own.digest(local.digest),
            links=tuple(dict.fromkeys((*local.links, *links))),
            hub=kept(cards[local.key]),
        )

    def _framed(self, document: Document) -> Rendered:
        """A page of the hub, with marks around our part where the wiki gives blocks no owners."""
        made = self._written(document)
        return msgspec.structs.replace(made, body=framed(made.body)) if made.target == "confluence" else made

    def _written(self, document: Document) -> Rendered:
        from converters.writers import write

        return write(document, self._target, self._write)[0]


def heard_of(path: str, done: Conversion) -> Heard:
    """What a conversion told; its first figure by the name that the attachment has."""
    page = done.rendered
    names = {asset.key: asset.filename for asset in page.assets} if page else {}
    return Heard(path, done.meta, done.told, names.get(page.cover or "", "") if page else "")


def project_pages(cards: Mapping[str, Card], sources: Mapping[str, str]) -> dict[str, str]:
    """Keys of the pages that stand for outermost folders, by folder: the folder's own, or that of its README.

    ``sources`` are keys by source of all pages, of other runs too, so that every run finds the same ones.
    """
    indexes = {
        source[: len(source) - len(name)]: key
        for source, key in sorted(sources.items(), reverse=True)
        if (name := source.rpartition("/")[2]) and name.partition(".")[0].casefold() in INDEX_NAMES
    }
    found: dict[str, str] = {}
    for card in sorted(cards.values(), key=lambda card: card.key, reverse=True):
        place = f"{card.source.removesuffix(card.path)}{card.project}/"
        key = sources.get(place) or indexes.get(place, "")
        if card.project and key:
            found[card.project] = key
    return found


def _users(cards: Mapping[str, Card], people: Mapping[str, str]) -> dict[Author, str]:
    """Accounts of authors that the configuration names, by e-mail or by name."""
    by_name = {name.casefold(): user for name, user in people.items()}
    authors = {author for card in cards.values() for author in card.authors}
    found = {author: by_name.get(author.email) or by_name.get(author.name.casefold(), "") for author in authors}
    return {author: user for author, user in found.items() if user}


def _same(was: Tracked, card: Card) -> bool:
    old = card_of(was.record)
    return old is not None and old.base == card.base


def _all_new(texts: Mapping[str, str], new: set[str]) -> set[str]:
    """All of them where nearly everything is new: a first run greets nobody."""
    return new if len(new) * 2 > len(texts) else set()


def _used_by(cards: Mapping[str, Card]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, card in sorted(cards.items()):
        for path in card.modules:
            found.setdefault(path, []).append(key)
    return found


def _there(observed: Observed) -> dict[str, str]:
    """Titles of the hub's pages that are on the wiki, by key."""
    return {
        key: was.record.title
        for key, was in observed.tracked.items()
        if key.startswith(PREFIX) and key.count(":") > 1 and was.page is not None and was.page.status == "current"
    }


def _day(text: str) -> str:
    return text[:10] if day_of(text) else ""


def _later(module: str, report: str) -> bool:
    """Whether a file was committed after another; times with their offsets, so the text doesn't sort."""
    import datetime as dt

    if not module or not report:
        return False
    return dt.datetime.fromisoformat(module) > dt.datetime.fromisoformat(report)
