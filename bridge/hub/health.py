"""The page that tells a library's keepers how it is doing: what is published, and which reports need somebody.

A sync makes the page once, from what it knows; from then on ``audit`` writes it, so that a changed report never does. It
holds no day and no exact number of views: an audit that finds nothing new writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bridge.hub.glance import at_a_glance
from bridge.hub.model import Card, Coverage, Health
from bridge.hub.pieces import MANY, SMALL, heading, title_of
from converters.model import (
    Block,
    Blocks,
    Callout,
    Cell,
    Inline,
    ListBlock,
    ListItem,
    Paragraph,
    Row,
    Span,
    Table,
)

TITLE = "Health of the library"
_STEPS = (1, 2, 5)


def rounded(number: int) -> int:
    """A count down to 1, 2 or 5 times a power of ten, so that a few more write nothing; 0 stays."""
    best, power = 0, 1
    while power <= number:
        best = max([best, *(step * power for step in _STEPS if step * power <= number)])
        power *= 10
    return best


def covered(keys: Collection[str], published: Iterable[str]) -> Coverage:
    """The documents of a repository, by the keys that their sources give them, against the sources of published reports."""
    return Coverage(len(keys), len(set(keys) & set(published)))


def first_health(
    cards: Mapping[str, Card],
    coverage: Mapping[str, Coverage],
    today: str,
    owners: Mapping[str, str],
    left: Collection[str],
    *,
    columns: bool,
) -> Health:
    """What a sync knows without asking anybody."""
    return Health(
        cards=cards,
        columns=columns,
        coverage=coverage,
        stale=[key for key, card in cards.items() if card.stale(today) and not card.draft],
        ownerless=[key for key, card in cards.items() if ownerless(owners.get(key, ""), card, left)],
        untagged=[key for key, card in cards.items() if not card.topics],
    )


def ownerless(owner: str, card: Card | None, left: Collection[str]) -> bool:
    """Whether nobody answers for a report: it has no owner, or ``[hub] left`` names that one, or their e-mail."""
    gone = {one.casefold() for one in left}
    emails = (
        {one.email.casefold() for one in card.authors if one.name.casefold() == owner.casefold()} if card else set()
    )
    return not owner or owner.casefold() in gone or bool(emails & gone)


def health_page(health: Health) -> Blocks:
    """The blocks of the page: the figures, then what is behind each of them and what to do about it."""
    intro = "For those who look after the library: what needs somebody, and what to do. nbwiki audit writes this page."
    found: list[Block] = [Callout("info", (Paragraph((Span(intro),)),)), _figures(health)]
    lists: tuple[tuple[str, Sequence[str], str], ...] = (
        ("Stale", health.stale, "Ask the author to look again: run it on new data or say until when it holds (review_by)."),
        ("Without an owner", health.ownerless, OWNERLESS),
        ("Untagged", health.untagged, "No topic leads to these. Give each one or two (tags)."),
    )  # fmt: skip
    if health.reading:
        lists = (*lists, ("Never read", health.never_read, UNREAD))
    sections = [(title, _listed(health, keys, text)) for title, keys, text in lists]
    asked = health.questions or {}
    ranked = sorted(asked, key=lambda key: (-asked[key], _name(health, key)))
    sections.append(("Open questions", _listed(health, ranked, ASKED, asked)))
    for title, blocks in sections:
        found += [heading(title), *blocks] if blocks else []
    if not any(blocks for _, blocks in sections):
        found.append(_line("Nothing here waits for anybody."))
    found.append(heading("Reports at a glance"))
    found += at_a_glance(health) if health.audited or health.columns else (_line(UNASKED),)
    return tuple(found)


OWNERLESS = (
    "Nobody answers for these, or whoever did has left. Name an owner in the document, or hand them over: "
    "nbwiki reassign --from A --to B."
)
UNREAD = "Nobody has opened these for two weeks or more. Send each to one reader whom it concerns, or take it away."
ASKED = "Readers asked, and nobody has answered yet. The author answers below the report and closes the comment."
UNASKED = "Not looked at yet: the next nbwiki audit does."


def _figures(health: Health) -> Table:
    number = len(health.cards)
    rows = [Row(tuple(Cell((Span(text),), header=True) for text in ("State", "Reports", "Share")))]
    for name, one in sorted(health.coverage.items()):
        label = "Published" if len(health.coverage) == 1 else f"Published of {name}"
        rows.append(_figure(label, f"{one.published} of {one.found} documents", _share(one.published, one.found)))
    for label, count in (
        ("Stale", len(health.stale)), ("Without an owner", len(health.ownerless)), ("Untagged", len(health.untagged)),
    ):  # fmt: skip
        rows.append(_figure(label, str(count), _share(count, number)))
    untold = "not looked at yet" if health.reading is None else "this wiki doesn't tell"
    unread = (str(len(health.never_read)), _share(len(health.never_read), number)) if health.reading else (untold, "–")
    asked = health.questions
    waiting = ("not looked at yet", "–") if asked is None else (str(len(asked)), _share(len(asked), number))
    rows += [_figure("Never read", *unread), _figure("With open questions", *waiting)]
    return Table(tuple(rows), header_rows=1, header_columns=1)


def _figure(label: str, count: str, share: str) -> Row:
    return Row((Cell((Span(label),), header=True), Cell((Span(count),)), Cell((Span(share),))))


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else "–"


def _listed(health: Health, keys: Sequence[str], text: str, counts: Mapping[str, int] | None = None) -> Blocks:
    """The reports behind a figure, by title or, with ``counts``, in their order, and before them what to do; nothing
    where there is none: the figure says so.
    """
    there = [key for key in keys if key in health.cards]
    if not there:
        return ()
    names = there if counts else sorted(there, key=lambda key: (_name(health, key), key))
    items = []
    for key in names[:MANY]:
        card = health.cards[key]
        line: list[Inline] = [*title_of(card)]
        if counts:
            line.append(Span(f" · {counts[key]} open", SMALL))
        elif card.authors:
            line.append(Span(f" · {', '.join(one.name for one in card.authors)}", SMALL))
        items.append(ListItem((Paragraph(tuple(line)),)))
    more = (_line(f"And {len(names) - MANY} more: nbwiki audit names them."),) if len(names) > MANY else ()
    return (_line(text), ListBlock("bullet", tuple(items)), *more)


def _line(text: str) -> Paragraph:
    return Paragraph((Span(text),))


def _name(health: Health, key: str) -> str:
    card = health.cards.get(key)
    return card.title.casefold() if card else key
