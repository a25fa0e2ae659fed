"""What records of a wiki tell the hub: who has which account, who owns what, which of its pages are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import msgspec

from adapters.base import Observed, Record
from bridge.discover import INDEX_NAMES
from bridge.hub.groups import Lead
from bridge.hub.model import HEALTH, PREFIX, Author, Card, Coverage
from bridge.sync.actions import Plan


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


def users(cards: Mapping[str, Card], people: Mapping[str, str]) -> dict[Author, str]:
    """Accounts of authors: those that the configuration names, by e-mail or by name (an empty one: none), else those
    that the wiki told.
    """
    by_name = {name.casefold(): user for name, user in people.items()}
    told = {email: user for _, card in sorted(cards.items()) for email, user in card.accounts.items()}
    authors = {author for card in cards.values() for author in card.authors}
    found = {
        author: next(
            (by_name[name] for name in (author.email, author.name.casefold()) if name in by_name),
            told.get(author.email, ""),
        )
        for author in authors
    }
    return {author: user for author, user in found.items() if user}


def strangers(cards: Mapping[str, Card], fresh: Collection[str], known: Collection[Author]) -> tuple[Author, ...]:
    """Authors of new and changed reports of whom no account is known, and who have an e-mail to find it by.

    Of those only, so that a run over unchanged reports asks for nobody.
    """
    found = {author for key in fresh for author in cards[key].authors if author.email and author not in known}
    return tuple(sorted(found, key=lambda one: (one.email, one.name)))


def with_accounts(cards: Mapping[str, Card], fresh: Collection[str], known: Mapping[Author, str]) -> dict[str, Card]:
    """New and changed reports with their authors' accounts; the others stay as they are, and so do their pages."""
    changed = {}
    for key in fresh:
        told = {one.email or one.name.casefold(): known[one] for one in cards[key].authors if one in known}
        changed[key] = msgspec.structs.replace(cards[key], accounts=told)
    return {**cards, **changed}


def used_by(cards: Mapping[str, Card]) -> dict[str, list[str]]:
    """Reports by the path of the shared code that they use."""
    found: dict[str, list[str]] = {}
    for key, card in sorted(cards.items()):
        for path in card.modules:
            found.setdefault(path, []).append(key)
    return found


def leads_of(observed: Observed) -> dict[str, Lead]:
    """What the hub's pages name beside their reports, by key, as their records keep it."""
    found: dict[str, Lead] = {}
    for key, was in observed.tracked.items():
        leads = was.record.hub.get("leads") if was.record.kind == "hub" else None
        if isinstance(leads, Mapping):
            found[key] = {str(kind): [str(one) for one in names] for kind, names in leads.items()}
    return found


def there_of(observed: Observed) -> dict[str, str]:
    """Titles of the hub's pages of groups that are on the wiki, by key."""
    return {
        key: was.record.title
        for key, was in observed.tracked.items()
        if key.startswith(PREFIX) and key.count(":") > 1 and was.page is not None and was.page.status == "current"
    }


def owners_of(plan: Plan, observed: Observed) -> dict[str, str]:
    """Who owns each report: the source's word unless a command gave it to somebody else, as its record will say."""
    found = {key: was.record.owner for key, was in observed.tracked.items() if was.record.kind == "report"}
    for one in plan.actions:
        if one.kind == "report" and one.local is not None and not one.local.error:
            record = one.was.record if one.was else None
            handed = record.handed if record is not None else ()
            found[one.key] = handed[1] if handed and handed[0] == one.local.owner else one.local.owner
    return found


def coverage_of(record: Record | None) -> dict[str, Coverage]:
    """What earlier audits and syncs counted, by repository; nothing where the record was spoilt."""
    try:
        return msgspec.convert(record.hub.get("coverage", {}) if record else {}, dict[str, Coverage])
    except msgspec.ValidationError:
        return {}


def questions_of(observed: Observed) -> dict[str, int] | None:
    """Open questions by report, as the last audit found them; None where none has asked, or the record was spoilt."""
    was = observed.tracked.get(HEALTH)
    return questions_in(was.record if was else None)


def questions_in(record: Record | None) -> dict[str, int] | None:
    """The same, from the record of the page of health."""
    try:
        return msgspec.convert(record.hub["questions"], dict[str, int]) if record else None
    except (KeyError, msgspec.ValidationError):
        return None


def later(module: str, report: str) -> bool:
    """Whether a file was committed after another; times with their offsets, so the text doesn't sort."""
    if not module or not report:
        return False
    return dt.datetime.fromisoformat(module) > dt.datetime.fromisoformat(report)
