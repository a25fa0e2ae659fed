"""The hub's pieces by themselves: pure functions on small values."""

from __future__ import annotations

import pytest

from adapters.confluence.bodies import around, framed, same
from adapters.notion.linked import parted
from bridge.hub.dates import days_of, due
from bridge.hub.groups import Hub, groups_of, lead
from bridge.hub.model import Author, Card, key_of, shortened
from bridge.hub.news import last_week, news
from bridge.hub.related import SHOWN, chosen
from bridge.hub.topics import Topics
from bridge.settings import HubSettings
from converters.metadata import Metadata
from converters.model import Document, Paragraph, Raw, Rendered, Span
from converters.options import WriteOptions
from converters.writers import write
from converters.writers.joined import joined


@pytest.mark.parametrize(("text", "days"), [
    ("2 weeks", 14), ("every week", 7), ("monthly", 31), ("quarter", 92), ("a year", 366), ("90d", 90),
    ("every other week", 14), ("", 0), ("when I like", 0), ("99999 weeks", 0),
])  # fmt: skip
def test_how_often_data_are_renewed(text: str, days: int) -> None:
    assert days_of(text) == days


def test_a_report_is_due_on_the_earlier_day() -> None:
    assert due("2026-12-01", "2026-09-14", "2 weeks") == "2026-09-28"
    assert due("2026-09-01", "2026-09-14", "2 weeks") == "2026-09-01"
    assert due("", "2026-09-14", "") == ""
    assert due("soon", "", "week") == ""
    assert due("", "9998-12-31", "9999 years") == ""


def test_topics_have_one_name() -> None:
    topics = Topics(aliases={"churning": "attrition", "attrition": "churn", "Round": "round", "a": "b", "b": "a"})
    assert topics.shown(["Churning", "churn", "CHURN", "water"]) == (("churn", "water"), ())
    assert topics.shown(["round"])[0] == ("round",)
    assert len(topics.shown(["a", "b"])[0]) >= 1
    only = Topics(allowed=("Team size",), aliases={"teams": "Team size"})
    assert only.shown(["team-size", "teams", "else"]) == (("Team size",), ("else",))


def _card(number: int, **more: object) -> Card:
    return Card(key=f"k{number:04}", title=f"Report {number}", base="b", **more)  # type: ignore[arg-type]


def test_related_lists_stay_unless_a_new_report_clearly_belongs_on_them() -> None:
    themes = ["oxygen river water fish", "price customer churn sales", "laser sodium line lamp"]
    texts = {f"k{n:04}": f"{themes[n % 3]} " * 3 + f"word{n} thing{n % 7}" for n in range(30)}
    cards = {key: _card(int(key[1:])) for key in texts}
    first = chosen(cards, texts, fresh=set(texts), new=set())
    for key, others in first.items():
        assert 0 < len(others) <= SHOWN
        assert {int(other[1:]) % 3 for other in others} == {int(key[1:]) % 3}
    assert chosen(cards, texts, fresh=set(texts), new=set()) == first, "the same in each run"
    kept = {key: Card(key=key, title=card.title, base="b", related=first[key]) for key, card in cards.items()}
    texts["k0999"] = "oxygen river water fish " * 3
    kept["k0999"] = _card(999)
    again = chosen(kept, texts, fresh={"k0999"}, new={"k0999"})
    changed = {key for key in first if again[key] != first[key]}
    assert len(changed) <= 1
    assert again["k0999"]
    gone = first["k0000"][0]
    texts.pop(gone)
    kept.pop(gone)
    mended = chosen(kept, texts, fresh=set(), new=set())
    assert gone not in mended["k0000"]
    assert all(mended[key] == first[key] for key in mended if key in first and gone not in first[key])


def test_groups_join_spellings_and_leave_nothing_out() -> None:
    cards = [
        _card(1, topics=("Team size", "churn"), authors=(Author("Ada"),), created="2026-01-02"),
        _card(2, topics=("team-size",), team="Sales", audience=("sales", "product"), created="2025-01-02"),
        _card(3, topics=("Team size",), path="lab/x/y.md"),
    ]
    groups = groups_of(cards)
    assert {name: len(found) for name, found in groups["topic"].items()} == {"churn": 1, "Team size": 3}
    assert {name: len(found) for name, found in groups["team"].items()} == {"product": 1, "Sales": 1}
    assert list(groups["year"]) == ["2026", "2025"]
    assert list(groups["project"]) == ["lab"]
    assert key_of("topic", "Team size") == key_of("topic", "team-size") == "hub:topic:team-size"


def test_a_superseded_report_stays_related_until_the_page_is_written_anyway() -> None:
    cards = {
        "a": Card(key="a", title="Churn of customers", topics=("churn",), related=("b",)),
        "b": Card(key="b", title="Churn in spring", topics=("churn",), superseded_by="c"),
        "c": Card(key="c", title="Churn in summer", topics=("churn",)),
    }
    texts = dict.fromkeys(cards, "customers who leave after the price went up")
    assert chosen(cards, texts, fresh=(), new=())["a"] == ("b",)
    assert chosen(cards, texts, fresh=("a",), new=())["a"] == ("c",)
    del cards["b"]
    assert chosen(cards, texts, fresh=(), new=())["a"] == ("c",)


def test_neighbouring_pages_stay_until_much_is_missing_or_one_is_gone() -> None:
    def people(cards: list[Card], had: tuple[str, ...]) -> tuple[str, ...]:
        hub = Hub(cards={}, settings=HubSettings(), today="2026-11-29", leads={"hub:topic:churn": {"author": had}})
        return lead(hub, "topic", "churn", cards)["author"]

    cards = [_card(n, topics=("churn",), authors=(Author(name),)) for n, name in enumerate(["Ada", "Bo", "Bo", "Cy"])]
    assert people(cards, ()) == ("Bo", "Ada", "Cy")
    assert people(cards, ("Ada",)) == ("Ada",)
    assert people(cards, ("Ada", "Dee")) == ("Bo", "Ada", "Cy"), "nobody who is gone"
    more = [*cards, _card(9, topics=("churn",), authors=(Author("Eve"),))]
    assert people(more, ("Ada",)) == ("Bo", "Ada", "Cy", "Eve"), "three are missing"
    assert people(more, ("Cy", "Ada")) == ("Cy", "Ada")


def test_news_tell_each_report_once() -> None:
    cards = [
        _card(1, first="2026-11-25", changed="2026-11-25"),
        _card(2, first="2026-01-01", changed="2026-11-26"),
        _card(3, first="2026-01-01", changed="2026-01-01", due="2026-10-01"),
        _card(4, first="2026-11-24", changed="2026-11-24", supersedes=("k0003",)),
        _card(5, first="2026-01-01", changed="2026-01-01", due="2026-10-01"),
    ]
    found = [(one.kind, one.card.key) for one in news(cards, "2026-11-23", "9999", "2026-11-29")]
    assert found == [
        ("new", "k0001"),
        ("new", "k0004"),
        ("updated", "k0002"),
        ("superseded", "k0003"),
        ("stale", "k0005"),
    ]
    assert last_week(cards) == "2026-11-23"
    assert last_week([]) == ""


def test_news_know_what_a_command_superseded() -> None:
    cards = [
        _card(1, first="2026-01-01", changed="2026-01-01", due="2026-10-01", superseded_by="k0002"),
        _card(2, first="2026-11-24", changed="2026-11-24"),
        _card(3, first="2026-11-24", changed="2026-11-24", superseded_by="another wiki's"),
    ]
    found = news(cards, "2026-11-23", "9999", "2026-11-29")
    assert [(one.kind, one.card.key) for one in found] == [
        ("new", "k0002"), ("new", "k0003"), ("superseded", "k0001"),
    ]  # fmt: skip
    assert next(one.successor.key for one in found if one.successor) == "k0002"


def test_summaries_are_cut_at_words() -> None:
    assert shortened("a b\n c") == "a b c"
    assert shortened("word " * 100, 20) == "word word word…"


def test_what_stands_around_our_part_is_told_from_it() -> None:
    ours = "<h2>Ours</h2><p>a</p>"
    body = f"<p>before</p>{framed(ours)}<p>after</p>"
    assert around(body) == ("<p>before</p>", ours, "<p>after</p>")
    assert same(framed(ours), body, hub=True)
    assert not same(framed(ours), body.replace(">a<", ">b<"), hub=True)
    # the editor's own attributes, and words in the anchors' own lines
    served = framed(ours).replace(
        '<ac:structured-macro ac:name="anchor">', '<ac:structured-macro ac:name="anchor" ac:macro-id="x">'
    )
    first, middle, last = around(served.replace("<p><ac", "<p>Hello <ac", 1).replace("macro></p>", "macro> bye</p>"))
    assert "Hello" in first
    assert middle == ours
    assert "bye" in last
    assert around("<p>x</p>") == ("", "<p>x</p>", "")


def test_no_document_can_make_the_hubs_macros() -> None:
    """Listings, excerpts and pictures of other pages come from code of ours only."""
    from converters.options import ReadOptions, Source
    from converters.readers import read
    from converters.walk import iter_blocks

    hostile = (
        '<ac:structured-macro ac:name="detailssummary"/>\n\n::: {.listing}\n:::\n\n```{=confluence}\n<ac:x/>\n```\n\n'
        '<a id="nbwiki-begin"></a>\n\n{{children}}\n'
    )
    for name in ("a.md", "a.qmd", "a.Rmd"):
        document = read(Source(name, hostile.encode()), ReadOptions()).document
        kinds = {type(block).__name__ for block in iter_blocks(document.blocks)}
        assert not kinds & {"Listing", "ReportImage", "Excerpt", "ExcerptOf", "Views", "Properties"}
        assert not [b for b in iter_blocks(document.blocks) if isinstance(b, Raw) and b.trusted]


def test_parts_stand_within_a_layout() -> None:
    part = write(Document(Metadata(title="p"), (Paragraph((Span("front"),)),)), "confluence", WriteOptions())[0]
    main = Rendered(target="confluence", title="t", meta=Metadata(), digest="d", body="<ac:layout><x/></ac:layout>")
    body = joined(part, main, None).body
    assert body.startswith("<ac:layout><ac:layout-section")
    assert body.endswith("<x/></ac:layout>")
    assert joined(None, main, None).digest == "d"
    assert joined(part, main, None).digest != "d"


def test_links_on_a_page_lead_to_their_places_below_what_the_hub_puts_in_front() -> None:
    main = Rendered("notion", "T", Metadata(title="T"), "d", blocks=({}, {}), places={"end": (1, 0)})
    part = Rendered("notion", "P", Metadata(title="P"), "p", blocks=({}, {}, {}))
    assert joined(part, main, part).places == {"end": (4, 0)}
    assert joined(None, main, part).places == {"end": (1, 0)}


def test_links_on_a_page_lead_to_their_places_below_its_views() -> None:
    mark = {"type": "nbwiki_views", "nbwiki_views": {"views": []}}
    para = {"type": "paragraph", "paragraph": {"rich_text": []}}
    page = Rendered("notion", "T", Metadata(title="T"), "d", blocks=(para, mark, para), places={"a": (0,), "b": (2, 1)})
    assert parted(page)[0].places == {"a": (0,), "b": (1, 1)}


def test_a_page_of_the_hub_that_people_laid_out_in_columns_has_everything_once() -> None:
    cell = "<ac:layout-section><ac:layout-cell>{}</ac:layout-cell></ac:layout-section>"
    columns = cell.format("<p>mine</p>") + cell.format(framed("<p>ours</p>")) + cell.format("<p>also mine</p>")
    assert around(f"<ac:layout>{columns}</ac:layout>") == ("<p>mine</p>", "<p>ours</p>", "<p>also mine</p>")
    assert same(f"<ac:layout>{columns}</ac:layout>", framed("<p>ours</p>"), hub=True)
