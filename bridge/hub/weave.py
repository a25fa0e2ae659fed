"""Where the hub meets a sync: from what a run converted and what records tell to additions to reports and pages of its own.

Pure but for the sources' own door to files: nothing here asks or writes the wiki.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from adapters.base import Observed, Record, Tracked
from adapters.directory import Person
from bridge.hub import known
from bridge.hub.cards import Cards, Heard
from bridge.hub.groups import Hub, labels_for
from bridge.hub.health import covered, first_health
from bridge.hub.model import HEALTH, Card, card_of, kept, key_of
from bridge.hub.pages import Page, pages
from bridge.hub.parts import LABEL, Around, Parts, parts_of
from bridge.hub.topics import Topics
from bridge.settings import HubSettings
from bridge.sync.actions import Flags, Local, Plan
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
    """One run's hub. ``changed`` are days of the last change by path, for shared code; ``base`` begins the keys of this
    run's sources; ``ask`` finds accounts by e-mail.
    """

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
        base: str,
        ask: Callable[[Sequence[Person]], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._settings = settings
        self._write = write
        self._target: Target = target
        self._today = today
        self._changed = changed
        self._keys, self._base, self._ask = keys, base, ask
        self._made = Cards(files, keys, today)

    def weave(
        self,
        plan: Plan,
        observed: Observed,
        heard: Mapping[str, Heard],
        *,
        flags: Flags,
        sources: Mapping[str, str],
    ) -> Woven:
        """Everything, from a plan of the reports alone."""
        locals_ = [one.local for one in plan.actions if one.local is not None]
        published = {
            one.key: one.local
            for one in plan.actions
            if one.local and one.kind == "report" and (one.page is not None or one.verb == "create")
        }
        cards = self._cards(plan, observed, heard, published)
        around = Around(cards, self._made.successors(cards), self._today)
        folders = known.project_pages(cards, sources) if sources else {}
        parts = {
            key: self._parts(cards[key], heard[key], around, project=not folders)
            for key in published
            if key in cards and key in heard
        }
        reports = tuple(self._local(one, cards, parts) for one in locals_)
        hub = self._hub(plan, observed, cards, folders)
        former = self._former(cards, observed)
        if not flags.prune:
            taken = {old for keys in former.values() for old in keys}
            hub.keep = {key: title for key, title in known.there_of(observed).items() if key not in taken}
        made = [(page, self._written(page.document)) for page in pages(hub)]
        own = tuple(self._page(page, rendered, former.get(page.key, ()), hub) for page, rendered in made)
        audited = _audited(observed.tracked.get(HEALTH), flags)
        if audited is not None and not _closes(plan):
            own = tuple(_as_it_is(one, audited) if one.key == HEALTH else one for one in own)
        return Woven(reports, own, parts, {page.key: rendered for page, rendered in made})

    def _cards(
        self, plan: Plan, observed: Observed, heard: Mapping[str, Heard], published: Mapping[str, Local]
    ) -> dict[str, Card]:
        """Cards of all reports, with what they say of each other and their authors' accounts."""
        records = {one.key: one.was for one in plan.actions if one.was is not None}
        ours = {one.key for one in plan.actions if one.local is not None}
        cards = self._made.of_run(published, records, heard)
        cards |= self._made.of_others(plan, observed, ours, set(cards))
        fresh = self._made.fresh(cards, records, heard)
        cards = self._made.related(cards, records, heard, fresh)
        users = known.users(cards, self._settings.people)
        if asked := known.strangers(cards, fresh, users):
            found = self._ask([Person(one.name, one.email) for one in asked])
            users |= {one: found[one.email] for one in asked if one.email in found}
        return known.with_accounts(cards, fresh, users)

    def _hub(self, plan: Plan, observed: Observed, cards: Mapping[str, Card], folders: Mapping[str, str]) -> Hub:
        """What the hub's pages are made from."""
        owners = known.owners_of(plan, observed)
        there = {one.local.source for one in plan.actions if one.local and (one.page or one.verb == "create")}
        there |= {was.record.source for was in observed.tracked.values() if was.page and was.page.status == "current"}
        audited = observed.tracked.get(HEALTH)
        coverage = known.coverage_of(audited.record if audited else None)
        coverage[self._base.partition(":")[0]] = covered(set(self._keys.values()), there)
        return Hub(
            cards=cards,
            settings=self._settings,
            today=self._today,
            notion=self._target == "notion",
            users=known.users(cards, self._settings.people),
            folders=folders,
            modules=known.used_by(cards),
            leads=known.leads_of(observed),
            owners=owners,
            questions=known.questions_of(observed) or {},
            health=first_health(
                cards, coverage, self._today, owners, self._settings.left, columns=self._target == "notion"
            ),
        )

    def _page(self, page: Page, rendered: Rendered, former: tuple[str, ...], hub: Hub) -> Local:
        more: dict[str, object] = {"leads": page.lead} if page.lead else {}
        if page.key == HEALTH:
            more["coverage"] = msgspec.to_builtins(dict(hub.health.coverage))
            if asked := {key: number for key, number in hub.questions.items() if key in hub.cards}:
                more["questions"] = asked
        return Local(
            key=page.key,
            kind="hub",
            path=HUB_PATH,
            title=rendered.title,
            digest=rendered.digest,
            parent=page.parent,
            links=rendered.links,
            former=former,
            hub={"kind": page.kind, **more},
        )

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
            path for path in card.modules if known.later(self._changed.get(path, ""), self._changed.get(heard.path, ""))
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


def _closes(plan: Plan) -> bool:
    """Whether a report that stood on the hub is for a few only from now on: no page may name it until the next audit."""
    return any(
        one.local is not None
        and one.local.readers is not None
        and not one.local.error
        and one.was is not None
        and card_of(one.was.record) is not None
        for one in plan.actions
    )


def _audited(was: Tracked | None, flags: Flags) -> Record | None:
    """The record of the page of health where it stays as it is; None where this run makes it, anew or at all."""
    there = was is not None and was.page is not None and was.page.status == "current" and was.record.version
    return was.record if was and there and not (was.edited and flags.force) else None


def _as_it_is(local: Local, record: Record) -> Local:
    """A page of the hub that this run leaves to ``audit``."""
    return msgspec.structs.replace(local, digest=record.digest, links=(), hub=record.hub)
