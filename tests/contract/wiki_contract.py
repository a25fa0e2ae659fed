"""What every wiki adapter promises, as one class. A subclass gives the ``site`` fixture and nothing else::

    class TestMemory(WikiContract):
        @pytest.fixture
        def site(self) -> Site:
            return MemorySite()

Differences between wikis are asked of ``wiki.caps``, never of a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec
import pytest

from adapters.base import Change, Draft, Page, Record, Wiki, Written
from adapters.errors import AuthError, NotFound, PermissionDenied, StaleVersion, TitleTaken
from adapters.settings import TargetSettings, Token
from converters.metadata import Metadata
from converters.model import Asset, Rendered

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf00000003010100c9fe92ef0000000049454e44ae426082"
)
SECRET = "sekret-0123456789-abcdef"


class People(Protocol):
    """What a person does in the wiki's own screens."""

    def edit(self, page: Page, text: str) -> None:
        """Changes the body: ``text`` becomes a paragraph at its end."""

    def add(self, title: str, parent: str) -> str:
        """Makes a page (not ours) under a page, and returns its id."""

    def move(self, page: Page, parent: str) -> None:
        """Puts a page under another one. Only called where ``caps.tree``."""

    def trash(self, page: Page) -> None:
        """Moves a page to the trash."""

    def files(self, page: Page) -> Mapping[str, bytes]:
        """Files that the page carries, by name or, where files have none, by any unique key."""


class Site(Protocol):
    """A fresh wiki with one configured target."""

    people: People

    def settings(self) -> TargetSettings:
        """Settings with a token that may write; ``parent`` names what exists. ``sleep`` is a fake."""

    def connect(self, settings: TargetSettings) -> Wiki:
        """A new adapter."""

    def uploads(self) -> int:
        """How many files the wiki received so far."""

    def read_only_token(self) -> str:
        """A token that may read and not write, or an empty string where there is none."""

    def missing_parent(self) -> Mapping[str, str]:
        """Changes to the settings that name a root that doesn't exist and can't be made."""

    def too_large(self) -> int:
        """Bytes of a file that the wiki refuses from now on."""


def rendered(
    wiki: Wiki, title: str, text: str = "Hello", *, assets: tuple[Asset, ...] = (), tags: tuple[str, ...] = ()
) -> Rendered:
    """A small document in the wiki's own format, as a writer would make it."""
    meta = Metadata(title=title, tags=tags)
    digest = Asset.digest("\x00".join([title, text, *tags, *(asset.key for asset in assets)]).encode())
    if wiki.caps.writer == "confluence":
        pictures = "".join(f'<ac:image><ri:attachment ri:filename="{asset.filename}" /></ac:image>' for asset in assets)
        body = f"<p>{text}</p>{pictures}"
        return Rendered(target="confluence", title=title, meta=meta, digest=digest, body=body, assets=assets)
    blocks: list[Mapping[str, object]] = [
        {"type": "paragraph", "paragraph": {"rich_text": [{"type": "text", "text": {"content": text}}]}}
    ]
    for asset in assets:
        picture = {"type": "file_upload", "file_upload": {"id": f"nbwiki-asset:{asset.key}"}}
        blocks.append({"type": "image", "image": picture})
    return Rendered(target="notion", title=title, meta=meta, digest=digest, blocks=tuple(blocks), assets=assets)


def picture(name: str = "plot.png", extra: bytes = b"") -> Asset:
    """A small PNG; ``extra`` bytes after its end make it another one."""
    data = PNG + extra
    return Asset(Asset.digest(data), data, "image/png", name, 1, 1)


def draft(
    key: str = "repo:report.ipynb", title: str = "Report", parent: str | None = None, content: Rendered | None = None
) -> Draft:
    """A draft with a record as the bridge makes it."""
    record = Record(key=key, title=title, source=key.partition(":")[2], owner="Ada", published="2026-11-21T10:00:00Z")
    return Draft(record=record, title=title, parent=parent, content=content)


def publish(
    wiki: Wiki,
    key: str = "repo:report.ipynb",
    title: str = "Report",
    text: str = "Hello",
    *,
    assets: tuple[Asset, ...] = (),
    tags: tuple[str, ...] = (),
    parent: str | None = None,
) -> Written:
    """Creates a page and writes it, as a first sync does."""
    observed = wiki.observe()
    wiki.begin(observed)
    made = wiki.create(draft(key, title, parent))
    content = rendered(wiki, title, text, assets=assets, tags=tags)
    done = rewrite(wiki, made, content)
    wiki.finish(observed, [done.record], [])
    return done


def rewrite(wiki: Wiki, last: Written, content: Rendered, **changes: object) -> Written:
    """Writes a page again on what the last write returned."""
    change = Change(record=last.record, title=content.title, content=content, base=last.page.version)
    return wiki.write(last.page, msgspec.structs.replace(change, **changes))


class WikiContract:
    """The suite. ``site`` comes from the subclass."""

    @pytest.fixture
    def site(self) -> Site:
        pytest.fail("a subclass gives the site")

    @pytest.fixture
    def wiki(self, site: Site) -> Iterator[Wiki]:
        wiki = site.connect(site.settings())
        yield wiki
        wiki.close()

    @pytest.fixture
    def again(self, site: Site) -> Iterator[Wiki]:
        """A second adapter on the same target: another machine, or the next run."""
        wiki = site.connect(site.settings())
        yield wiki
        wiki.close()

    # ------------------------------------------------------------ who and where

    def test_login_says_who_we_are(self, wiki: Wiki) -> None:
        account = wiki.login()
        assert account.id
        assert account.name
        assert wiki.requests.read == 1
        assert wiki.requests.write == 0

    def test_doctor_is_content_with_a_good_target_and_writes_nothing(self, wiki: Wiki) -> None:
        findings = wiki.doctor()
        assert findings
        assert "fail" not in {finding.level for finding in findings}
        assert wiki.requests.write == 0

    def test_a_new_page_has_no_comments(self, wiki: Wiki) -> None:
        assert list(wiki.comments(publish(wiki).page)) == []

    def test_open_and_begin_may_be_repeated(self, wiki: Wiki) -> None:
        wiki.open()
        first = wiki.begin(wiki.observe())
        second = wiki.begin(wiki.observe())
        assert first.id
        assert first == second
        assert wiki.open().id == first.id

    def test_unknown_parent_is_not_found(self, site: Site) -> None:
        wiki = site.connect(msgspec.structs.replace(site.settings(), **site.missing_parent()))
        with pytest.raises(NotFound):
            wiki.open()
        assert "fail" in {finding.level for finding in wiki.doctor()}
        wiki.close()

    def test_wrong_token_is_an_auth_error_without_the_token(self, site: Site) -> None:
        wiki = site.connect(msgspec.structs.replace(site.settings(), token=Token(SECRET)))
        with pytest.raises(AuthError) as caught:
            wiki.login()
        findings = wiki.doctor()
        assert "fail" in {finding.level for finding in findings}
        for text in (str(caught.value), repr(caught.value), repr(caught.value.__dict__), repr(wiki), repr(findings)):
            assert SECRET not in text
        wiki.close()

    def test_read_only_token_may_not_write(self, site: Site) -> None:
        token = site.read_only_token()
        if not token:
            pytest.skip("this wiki has no read-only tokens")
        wiki = site.connect(msgspec.structs.replace(site.settings(), token=Token(token)))
        observed = wiki.observe()
        with pytest.raises(PermissionDenied):
            wiki.begin(observed)
            wiki.create(draft())
        wiki.close()

    # ------------------------------------------------------------ create

    def test_a_created_page_is_observed_as_still_being_written(self, wiki: Wiki, again: Wiki) -> None:
        wiki.begin(wiki.observe())
        made = wiki.create(draft())
        tracked = again.observe().tracked["repo:report.ipynb"]
        assert made.record.version == ""
        assert tracked.record.version == ""
        assert tracked.page is not None
        assert tracked.page.id == made.page.id == tracked.record.page
        assert tracked.page.title == "Report"

    def test_creating_again_finds_the_page_that_was_made(self, wiki: Wiki, again: Wiki) -> None:
        wiki.begin(wiki.observe())
        first = wiki.create(draft())
        assert wiki.create(draft()).page.id == first.page.id
        again.begin(again.observe())
        assert again.create(draft()).page.id == first.page.id
        assert len(wiki.observe().tracked) == 1

    def test_a_page_may_be_created_complete(self, wiki: Wiki, again: Wiki) -> None:
        observed = wiki.observe()
        wiki.begin(observed)
        content = rendered(wiki, "Report", "All at once", tags=("sales",))
        made = wiki.create(draft(content=content))
        wiki.finish(observed, [made.record], [])
        assert made.record.version == made.page.version
        tracked = again.observe().tracked["repo:report.ipynb"]
        assert not tracked.edited
        assert tracked.record.digest == content.digest
        assert tracked.page is not None
        assert "All at once" in again.read(tracked.page)

    def test_pages_lie_below_their_parents(self, wiki: Wiki, again: Wiki) -> None:
        if not wiki.caps.tree:
            pytest.skip("this wiki keeps folders as a property")
        root = wiki.begin(wiki.observe())
        folder = wiki.create(draft("repo:folder/", "Folder"))
        child = wiki.create(draft("repo:folder/a.ipynb", "Child", folder.page.id))
        assert folder.page.parent == root.id
        assert child.page.parent == folder.page.id
        tracked = again.observe().tracked
        child_page = tracked["repo:folder/a.ipynb"].page
        assert child_page is not None
        assert child_page.parent == folder.page.id
        assert not tracked["repo:folder/a.ipynb"].moved

    def test_a_title_that_a_person_holds_is_taken(self, site: Site, wiki: Wiki) -> None:
        if not wiki.caps.unique_titles:
            pytest.skip("titles need not be unique here")
        root = wiki.begin(wiki.observe())
        theirs = site.people.add("Quarterly Numbers", root.id)
        with pytest.raises(TitleTaken):
            wiki.create(draft(title="quarterly numbers"))
        found = wiki.find_titles(["quarterly numbers", "Nothing Like That"])
        assert {title: page.id for title, page in found.items()} == {"quarterly numbers": theirs}

    def test_find_titles_of_many(self, site: Site, wiki: Wiki) -> None:
        root = wiki.begin(wiki.observe())
        theirs = site.people.add("Held", root.id) if wiki.caps.unique_titles else ""
        found = wiki.find_titles([f"Free {number}" for number in range(30)] + ["Held"])
        assert {page.id for page in found.values()} == ({theirs} if theirs else set())

    # ------------------------------------------------------------ write

    def test_write_makes_a_version_and_keeps_the_record(self, wiki: Wiki, again: Wiki) -> None:
        wiki.begin(wiki.observe())
        made = wiki.create(draft())
        content = rendered(wiki, "Report", "First")
        done = rewrite(wiki, made, content, message="first version")
        assert done.page.version != made.page.version
        assert done.record.version == done.page.version
        assert done.record.digest == content.digest
        tracked = again.observe().tracked["repo:report.ipynb"]
        assert tracked.record.version == done.record.version
        assert tracked.record.digest == content.digest
        assert tracked.record.owner == "Ada"
        assert not tracked.edited
        assert not tracked.moved
        assert tracked.page is not None
        assert "First" in again.read(tracked.page)

    def test_write_again_replaces_the_body(self, wiki: Wiki) -> None:
        first = publish(wiki, text="First")
        second = rewrite(wiki, first, rendered(wiki, "Report", "Second"))
        body = wiki.read(second.page)
        assert second.page.id == first.page.id
        assert "Second" in body
        assert "First" not in body

    def test_text_of_every_script_survives(self, wiki: Wiki) -> None:
        text = "Größe 数据 данные 🎉 e\u0301"
        done = publish(wiki, title="Прогноз 数据", text=text)
        assert text in wiki.read(done.page)
        assert done.page.title == "Прогноз 数据"

    def test_stale_base_is_refused(self, wiki: Wiki, again: Wiki) -> None:
        first = publish(wiki, text="First")
        again.observe()
        rewrite(again, first, rendered(wiki, "Report", "Second"))
        with pytest.raises(StaleVersion):
            rewrite(wiki, first, rendered(wiki, "Report", "Third"))
        assert "Second" in wiki.read(first.page)
        assert not again.observe().tracked["repo:report.ipynb"].edited

    def test_a_persons_edit_is_seen_and_not_overwritten(self, site: Site, wiki: Wiki, again: Wiki) -> None:
        done = publish(wiki)
        site.people.edit(done.page, "A person's words")
        tracked = again.observe().tracked["repo:report.ipynb"]
        assert tracked.edited
        assert tracked.edited_by
        assert tracked.record.version == done.record.version
        with pytest.raises(StaleVersion):
            rewrite(wiki, done, rendered(wiki, "Report", "Ours"))
        assert "A person&#39;s words" in wiki.read(done.page).replace("'", "&#39;")

    def test_each_file_is_sent_once(self, site: Site, wiki: Wiki, again: Wiki) -> None:
        one, two = picture(), picture("other plot é.png", b"x")
        before = site.uploads()
        done = publish(wiki, assets=(one, two))
        assert site.uploads() - before == 2
        assert one.data in site.people.files(done.page).values()
        assert two.data in site.people.files(done.page).values()
        again.observe()
        text = rendered(again, "Report", "New text", assets=(one, two))
        after = rewrite(again, done, text)
        assert site.uploads() - before == 2
        three = picture("third.png", b"y")
        rewrite(again, after, rendered(again, "Report", "New picture", assets=(one, three)))
        assert site.uploads() - before == 3

    def test_a_file_too_large_is_a_note_and_the_page_is_written(self, wiki: Wiki, site: Site) -> None:
        huge = picture("huge.png", bytes(site.too_large()))
        done = publish(wiki, text="Text stays", assets=(huge,))
        assert [note.code for note in done.notes] == ["asset.too-large"]
        assert "Text stays" in wiki.read(done.page)

    def test_retitle_keeps_the_page(self, wiki: Wiki, again: Wiki) -> None:
        first = publish(wiki)
        second = rewrite(wiki, first, rendered(wiki, "A better name"))
        assert second.page.id == first.page.id
        tracked = again.observe().tracked["repo:report.ipynb"]
        assert tracked.page is not None
        assert tracked.page.title == "A better name"
        assert not tracked.edited

    def test_keep_changes_the_record_only(self, wiki: Wiki, again: Wiki) -> None:
        done = publish(wiki)
        observed = wiki.observe()
        wiki.begin(observed)
        kept = wiki.keep(done.page, msgspec.structs.replace(done.record, owner="Grace", review_by="2027-01-01"))
        wiki.finish(observed, [kept.record], [])
        tracked = again.observe().tracked["repo:report.ipynb"]
        assert tracked.record.owner == "Grace"
        assert tracked.record.review_by == "2027-01-01"
        assert tracked.record.version == done.record.version
        assert not tracked.edited

    # ------------------------------------------------------------ move, trash, archive

    def test_move_and_being_moved(self, site: Site, wiki: Wiki, again: Wiki) -> None:
        if not wiki.caps.tree:
            pytest.skip("this wiki keeps folders as a property")
        folder = publish(wiki, "repo:folder/", "Folder")
        done = publish(wiki)
        observed = wiki.observe()
        wiki.begin(observed)
        moved = wiki.move(done.page, folder.page.id, done.record)
        wiki.finish(observed, [moved.record], [])
        assert moved.page.parent == folder.page.id
        tracked = again.observe().tracked["repo:report.ipynb"]
        assert tracked.page is not None
        assert tracked.page.parent == folder.page.id
        assert not tracked.moved
        assert not tracked.edited
        site.people.move(moved.page, again.open().id)
        tracked = again.observe().tracked["repo:report.ipynb"]
        assert tracked.moved
        assert not tracked.edited

    def test_write_may_move(self, wiki: Wiki) -> None:
        if not wiki.caps.tree:
            pytest.skip("this wiki keeps folders as a property")
        folder = publish(wiki, "repo:folder/", "Folder")
        done = publish(wiki)
        moved = rewrite(wiki, done, rendered(wiki, "Report", "Moved"), parent=folder.page.id)
        assert moved.page.parent == folder.page.id
        assert not wiki.observe().tracked["repo:report.ipynb"].moved

    def test_a_trashed_page_is_gone_and_known(self, site: Site, wiki: Wiki, again: Wiki) -> None:
        done = publish(wiki)
        other = publish(wiki, "repo:other.ipynb", "Other")
        site.people.trash(done.page)
        tracked = again.observe().tracked
        gone = tracked.get("repo:report.ipynb")
        assert gone is None or gone.page is None or gone.page.status != "current"
        assert tracked["repo:other.ipynb"].page is not None
        assert tracked["repo:other.ipynb"].page.id == other.page.id

    def test_archive_may_be_repeated_and_leaves_no_record(self, wiki: Wiki, again: Wiki) -> None:
        done = publish(wiki)
        observed = wiki.observe()
        wiki.begin(observed)
        wiki.archive(done.page, done.record)
        wiki.archive(done.page, done.record)
        assert "repo:report.ipynb" not in again.observe().tracked
        wiki.finish(observed, [], ["repo:report.ipynb"])
        assert "repo:report.ipynb" not in again.observe().tracked

    # ------------------------------------------------------------ budgets

    def test_observing_reads_grow_with_hundreds_of_pages(self, wiki: Wiki, again: Wiki) -> None:
        observed = wiki.observe()
        wiki.begin(observed)
        done = []
        for number in range(30):
            made = wiki.create(draft(f"repo:{number}.ipynb", f"Report {number}"))
            done.append(rewrite(wiki, made, rendered(wiki, f"Report {number}")).record)
        wiki.finish(observed, done, [])
        before = again.requests.read
        assert len(again.observe().tracked) == 30
        assert again.requests.read - before <= 6
        assert again.requests.write == 0

    def test_two_runs_at_once_lose_no_page(self, site: Site, wiki: Wiki, again: Wiki) -> None:
        mine, theirs = wiki.observe(), again.observe()
        wiki.begin(mine)
        again.begin(theirs)
        one = rewrite(wiki, wiki.create(draft("repo:1.ipynb", "One")), rendered(wiki, "One"))
        two = rewrite(again, again.create(draft("repo:2.ipynb", "Two")), rendered(again, "Two"))
        wiki.finish(mine, [one.record], [])
        again.finish(theirs, [two.record], [])
        third = site.connect(site.settings())
        assert set(third.observe().tracked) == {"repo:1.ipynb", "repo:2.ipynb"}
        third.close()
