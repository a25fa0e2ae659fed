"""The hub's page of health as ``audit`` writes it: one page through the plan and the executor that reports go through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from adapters.base import Observed, Readership, Wiki
from bridge import __version__
from bridge.hub.health import TITLE, health_page, rounded
from bridge.hub.known import coverage_of, questions_of
from bridge.hub.model import HEALTH, HOME, Coverage, Health, Reading, card_of
from bridge.hub.weave import HUB_PATH
from bridge.settings import Settings
from bridge.sync.actions import Action, Flags, Local
from bridge.sync.adopt import foreign_pages
from bridge.sync.apply import Applier
from bridge.sync.plan import link_state, match_records, plan
from bridge.sync.scope import reserved
from bridge.sync.titles import assign_titles
from converters.metadata import Metadata
from converters.model import Document, Rendered
from converters.options import WriteOptions
from converters.writers import write

_SECTIONS = ("stale", "ownerless", "untagged", "never read", "superseded")


class _Body:
    """The one page of the run."""

    def __init__(self, page: Rendered) -> None:
        self._page = page

    def rendered(self, key: str) -> Rendered:  # noqa: ARG002
        """The page."""
        return self._page


def has_hub(observed: Observed) -> bool:
    """Whether the hub's home is on the wiki."""
    home = observed.tracked.get(HOME)
    return home is not None and home.page is not None and home.page.status == "current"


def merged(observed: Observed, here: Mapping[str, Coverage]) -> dict[str, Coverage]:
    """This repository's coverage beside that of others, as their audits found it: each knows its own documents only."""
    was = observed.tracked.get(HEALTH)
    return {**coverage_of(was.record if was else None), **here}


def health_of(
    observed: Observed,
    entries: Sequence[Mapping[str, Any]],
    coverage: Mapping[str, Coverage],
    read: Mapping[str, Readership],
    asked: Mapping[str, int] | None,
    *,
    columns: bool,
) -> Health:
    """What the hub's page shows: of the reports that stand on the hub, so of none that is for a few only."""
    cards = {}
    for entry in entries:
        was = observed.tracked.get(entry["key"])
        card = card_of(was.record) if was else None
        if card is not None:
            cards[entry["key"]] = msgspec.structs.replace(card, title=entry["title"])
    having = {
        name: [one["key"] for one in entries if name in one["findings"] and one["key"] in cards] for name in _SECTIONS
    }
    by_page = {entry["page_id"]: entry["key"] for entry in entries}
    return Health(
        cards=cards,
        coverage=merged(observed, coverage),
        stale=having["stale"],
        ownerless=having["ownerless"],
        untagged=having["untagged"],
        never_read=having["never read"],
        superseded=having["superseded"],
        audited=True,
        columns=columns,
        reading={by_page[page]: Reading(rounded(one.views), rounded(one.viewers)) for page, one in read.items()},
        questions=_known(observed, asked, cards),
    )


def _known(observed: Observed, asked: Mapping[str, int] | None, cards: Collection[str]) -> dict[str, int] | None:
    """Open questions of reports that stand on the hub: those found now, else those that an earlier audit found."""
    found = {key: rounded(number) for key, number in asked.items()} if asked is not None else questions_of(observed)
    return None if found is None else {key: number for key, number in found.items() if key in cards}


def write_health(settings: Settings, wiki: Wiki, name: str, observed: Observed, health: Health) -> Action:
    """The page as it is to be, written where it isn't so already; how that ended. People's text around it stays.

    ``observed`` must be of now: records are kept by it.
    """
    section = settings.file.targets.get(name)
    options = WriteOptions(
        flavor=wiki.caps.flavor, math=section.math if section else "image", space=section.space if section else ""
    )
    meta = Metadata(title=TITLE, kind="Health")
    rendered = write(Document(meta=meta, blocks=health_page(health)), wiki.caps.writer, options)[0]
    local = Local(
        key=HEALTH,
        kind="hub",
        path=HUB_PATH,
        title=rendered.title,
        digest=rendered.digest,
        parent=HOME,
        links=rendered.links,
        hub={
            "kind": "Health",
            "coverage": msgspec.to_builtins(dict(health.coverage)),
            **({} if health.questions is None else {"questions": dict(health.questions)}),
        },
    )
    was = match_records([local], observed.tracked)
    caps = wiki.caps
    (local,) = assign_titles(
        [local], was, reserved=reserved(observed, was), unique=caps.unique_titles, longest=caps.max_title_chars
    )
    foreign = foreign_pages(wiki, [local], was, Flags())
    there = {key for key, one in observed.tracked.items() if one.page is not None}
    local = msgspec.structs.replace(local, digest=link_state(local.digest, local.links, there.__contains__))
    made = plan([local], observed.tracked, foreign, Flags(), scope=lambda _: False)
    applier = Applier(wiki, observed, _Body(rendered), jobs=1, clock=_now, version=__version__)
    result = applier.apply(made)
    if result.fatal is not None:
        raise result.fatal
    return result.actions[0]


def told_of(ended: Action) -> dict[str, str]:
    """How the page's action ended, for a report of the run."""
    return {"verb": ended.verb, "reason": ended.reason, "url": ended.url}


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
