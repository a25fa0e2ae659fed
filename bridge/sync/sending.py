"""What a run sends for one action: the record to keep, the title, the parent, the page with addresses for its links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from adapters.base import Observed, Page, Record, Root, Wiki, Written
from bridge.hub.model import key_of
from bridge.sync.actions import Action, Local
from bridge.sync.carried import carried
from bridge.sync.headings import Headings, Place
from bridge.sync.placing import is_below
from bridge.sync.plan import link_state, plain_digest
from converters.links import ID, PERSON, resolve
from converters.model import Rendered
from converters.notes import Note


class Sending:
    """Values of one run over one plan, by what is known of its pages so far. ``clock`` gives ISO 8601 times."""

    def __init__(self, wiki: Wiki, observed: Observed, clock: Callable[[], str], version: str) -> None:
        self.wiki = wiki
        self.observed = observed
        self.clock = clock
        self.version = version
        self.aliases: Mapping[str, str] = {}  # keys by path → keys by front-matter id
        self.outside: Callable[[str], Mapping[str, str]] = lambda _key: {}  # anchors of reports that aren't in the plan
        self.root: Root | None = None
        self._pages: dict[str, Page] = {}
        self._headings = Headings(wiki, ())
        self._places: dict[str, Mapping[str, Place]] = {}
        self._stubs: dict[str, Written] = {}

    def _record(self, one: Action) -> Record:
        """The record to keep: what was known of the page, and what holds now."""
        if (local := one.local) is None:
            raise AssertionError("writes have a source")
        stub = self._stubs.get(one.key)
        base = stub.record if stub else one.was.record if one.was and one.verb != "create" else Record(key=one.key)
        page = self._pages.get(one.key)
        return msgspec.structs.replace(
            base,
            key=one.key,
            page=page.id if page else "",
            kind=local.kind,
            post=local.post,
            title=one.title,
            own_title=local.own_title,
            source=local.source,
            digest=base.digest if one.verb == "move" else self._digest(local),
            review_by=local.review_by,
            topics=local.topics,
            **carried(base, local, self.clock()[:10]),
            hub=local.hub,
            headings=self._places.get(one.key, base.headings),
            published=base.published if one.verb == "move" else self.clock(),
            nbwiki=self.version,
        )

    def _parent_id(self, one: Action) -> str | None:
        parent = self._pages.get(parent_of(one))
        return parent.id if parent else None

    def _new_parent(self, one: Action) -> str | None:
        """The parent to move to in a write, None where the page stays (or where a person put it)."""
        if not self.wiki.caps.tree or one.verb == "create":
            return None
        root = (self.root or self.observed.root).id
        wanted = self._parent_id(one) or root
        if one.adopted is not None:  # where our pages are it stays, else it would be nobody's after the next look
            ours = {root, *(page.id for page in self._pages.values())}
            return None if one.adopted.parent in ours else wanted
        if one.was is None or one.was.moved:
            return None
        if not one.was.record.parent or wanted == one.was.record.parent:
            return None
        above = {page.id: page.parent or "" for page in self._pages.values()}
        return None if is_below(wanted, one.page_id, above) else wanted

    def _resolved(self, one: Action, rendered: Rendered) -> tuple[Rendered, Sequence[Note]]:
        """The page with addresses for links. Its digest stays the symbolic one, with dead links marked in it."""
        places: Mapping[str, Place] = {}
        if one.local is not None:
            places = self._places[one.key] = self._headings.places(one.local, self._places_kept(one))
        content, notes = resolve(rendered, lambda key, anchor: self._address(key, anchor, places), adapted=True)
        return msgspec.structs.replace(content, digest=self._digest(one.local) if one.local else content.digest), notes

    def _places_kept(self, one: Action) -> Mapping[str, Place]:
        """Where the links to headings lead on the page as it stands."""
        if one.key in self._places:
            return self._places[one.key]
        return one.was.record.headings if one.was else {}

    def _digest(self, local: Local) -> str:
        """The digest of what is sent: with the links that lead nowhere because their page couldn't be made."""
        return link_state(plain_digest(local.digest), local.links, lambda key: self._address(key, "") is not None)

    def _address(self, key: str, anchor: str, places: Mapping[str, Place] = MappingProxyType({})) -> str | None:
        if key.startswith(ID):
            held = self._pages.get(self.aliases.get(key[1:], key[1:]))
            return held.id if held else None
        key = key_of("author", key[1:]) if key.startswith(PERSON) else self.aliases.get(key, key)
        page = self._pages.get(key) if key else None
        if page is None:
            return None
        at = self._headings.fragment(key, anchor, page.title, places) if anchor else ""
        return f"{page.url}#{at}" if at else page.url


def parent_of(one: Action) -> str:
    """The key of the page's parent, empty for the root."""
    return one.local.parent if one.local else ""
