"""Where the hub meets a sync: from what a run converted and what records tell to additions to reports and pages of its own.

Pure but for the sources' own door to files: nothing here asks or writes the wiki.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from adapters.base import Observed
from bridge.discover import INDEX_NAMES
from bridge.hub.cards import Cards, Heard
from bridge.hub.groups import Hub, Lead, labels_for
from bridge.hub.model import PREFIX, Author, Card, kept, key_of
from bridge.hub.pages import pages
from bridge.hub.parts import LABEL, Around, Parts, parts_of
from bridge.hub.topics import Topics
from bridge.settings import HubSettings
from bridge.sync.actions import Local, Plan
from converters.model import Document, Rendered
from converters.options import Files, WriteOptions

if TYPE_CHECKING:
    from bridge.pipeline import Conversion, Target


HUB_PATH = "hub"
"""What stands for a source's path in reports of a run."""


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
        self._today = today
        self._changed = changed
        self._made = Cards(files, keys, today)

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
        cards = self._made.of_run(published, records, heard)
        cards |= self._made.of_others(plan, observed, {one.key for one in locals_}, set(cards))
        cards = self._made.related(cards, records, heard)
        around = Around(cards, self._made.successors(cards), self._today)
        folders = project_pages(cards, sources) if sources else {}
        parts = {
            key: self._parts(cards[key], heard[key], around, project=not folders)
            for key in published
            if key in cards and key in heard
        }
        reports = tuple(self._local(one, cards, parts) for one in locals_)
        hub = Hub(
            cards=cards,
            settings=self._settings,
            today=self._today,
            notion=self._target == "notion",
            users=_users(cards, self._settings.people),
            folders=folders,
            modules=_used_by(cards),
            leads=_leads(observed),
            keep={},
        )
        former = self._former(cards, observed)
        if not prune:
            taken = {old for keys in former.values() for old in keys}
            hub.keep = {key: title for key, title in _there(observed).items() if key not in taken}
        made = [(page, self._written(page.document)) for page in pages(hub)]
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
                hub={"kind": page.kind} | ({"leads": page.lead} if page.lead else {}),
            )
            for page, rendered in made
        )
        return Woven(reports, own, parts, {page.key: rendered for page, rendered in made})

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

    def _parts(self, card: Card, heard: Heard, around: Around, *, project: bool) -> Parts:
        touched = [
            path for path in card.modules if _later(self._changed.get(path, ""), self._changed.get(heard.path, ""))
        ]
        parts = parts_of(card, heard.meta, around, touched, self._written)
        if self._target != "confluence" or parts.meta is None:
            return parts
        meta = msgspec.structs.replace(parts.meta, tags=(*parts.meta.tags, LABEL, *labels_for(card, project=project)))
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


def _used_by(cards: Mapping[str, Card]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, card in sorted(cards.items()):
        for path in card.modules:
            found.setdefault(path, []).append(key)
    return found


def _leads(observed: Observed) -> dict[str, Lead]:
    """What the hub's pages name beside their reports, by key, as their records keep it."""
    found: dict[str, Lead] = {}
    for key, was in observed.tracked.items():
        leads = was.record.hub.get("leads") if was.record.kind == "hub" else None
        if isinstance(leads, Mapping):
            found[key] = {str(kind): [str(one) for one in names] for kind, names in leads.items()}
    return found


def _there(observed: Observed) -> dict[str, str]:
    """Titles of the hub's pages that are on the wiki, by key."""
    return {
        key: was.record.title
        for key, was in observed.tracked.items()
        if key.startswith(PREFIX) and key.count(":") > 1 and was.page is not None and was.page.status == "current"
    }


def _later(module: str, report: str) -> bool:
    """Whether a file was committed after another; times with their offsets, so the text doesn't sort."""
    import datetime as dt

    if not module or not report:
        return False
    return dt.datetime.fromisoformat(module) > dt.datetime.fromisoformat(report)
