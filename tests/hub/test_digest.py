"""The digest in all its shapes, and messages over real HTTP to a channel that fails, is slow, and is rate limited."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from markdown_it import MarkdownIt

from adapters.errors import AuthError, Refused, WikiUnavailable
from adapters.retry import RetryPolicy
from adapters.sandbox.server import Server
from bridge.credentials import Webhook
from bridge.hub.digest import Digest, Entry, Question
from bridge.hub.feeds import SLACK_TEXT, TEAMS_BYTES, json_feed, markdown, rss, slack, teams
from bridge.hub.renaming import keep_aliases
from bridge.hub.webhook import post
from converters.errors import ConfigError
from tests.e2e.publish import nbwiki
from tests.hub.test_hub_sync import library, report, synced

__all__ = ["library"]

HOSTILE = "<b>&|*_[x](javascript:alert(1)) \x08`"


def digest(number: int = 3) -> Digest:
    items = tuple(
        Entry(id=f"i{n}", kind=kind, title=f"{HOSTILE} {n}", url=f"https://wiki/x?a=1&b=({n})", day="2026-11-25",
              summary=HOSTILE, authors=("Ada <3",), topics=("a & b",), team="T")
        for n in range(number) for kind in ("new", "updated", "stale")
    )  # fmt: skip
    gone = Entry(
        id="g",
        kind="superseded",
        title="Old",
        url="https://wiki/o",
        day="2026-11-25",
        instead=("New", "https://wiki/n"),
    )
    asked = Question(report="R", url="https://wiki/c", text="Why <this>?", author="Bo", created="2026-11-24")
    return Digest(target="t", title="Reports: what's new", home="https://wiki/h", since="2026-11-22", until="2026-11-29",
                  items=(*items, gone), questions=(asked,))  # fmt: skip


def test_markdown_shows_texts_as_they_are() -> None:
    text = markdown(digest(1))
    assert "## New" in text and "## Unanswered questions" in text and "Read instead: [New](https://wiki/n)" in text
    shown = MarkdownIt("commonmark").render(text)
    assert 'href="javascript' not in shown
    assert "<b>" not in shown


def test_json_feed_has_what_the_format_asks_for() -> None:
    feed = json.loads(json_feed(digest()))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert len({item["id"] for item in feed["items"]}) >= 2
    assert all({"id", "url", "title", "content_text"} <= item.keys() for item in feed["items"])


def test_rss_is_well_formed_whatever_the_texts() -> None:
    channel = ET.fromstring(rss(digest()).encode()).find("channel")
    assert channel is not None
    items = channel.findall("item")
    assert len(items) == 10
    assert items[0].findtext("category") == "a & b"
    assert items[0].findtext("pubDate") == "Wed, 25 Nov 2026 00:00:00 +0000"


def test_slack_and_teams_stay_within_their_limits() -> None:
    for number in (1, 200):
        message = json.loads(slack(digest(number)))
        assert message["text"]
        assert len(message["blocks"]) <= 50
        sections = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
        assert all(len(text) <= SLACK_TEXT for text in sections)
        assert "<b>" not in sections[0]
        assert "&lt;b&gt;" in sections[0]
        card = teams(digest(number))
        assert len(card.encode()) <= TEAMS_BYTES
        content = json.loads(card)["attachments"][0]["content"]
        assert content["type"] == "AdaptiveCard"
    assert "more" in sections[0]


class Channel:
    """A webhook's server: answers with the given statuses in turn, the last one for ever; keeps what it was sent."""

    def __init__(self, statuses: list[int]) -> None:
        self.got: list[Any] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(json.loads(body))
                status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "1")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/T000/B000/verysecretpath"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> Iterator[Channel]:
    made = Channel(list(getattr(request, "param", [200])))
    yield made
    made.close()


def quick() -> RetryPolicy:
    return RetryPolicy(4, sleep=lambda _: None)


@pytest.mark.parametrize("channel", [[429, 500, 200]], indirect=True)
def test_a_message_is_sent_again_where_it_was_not_taken(channel: Channel) -> None:
    assert post(Webhook("team", "slack", channel.url), slack(digest()), quick()) == 3
    assert channel.got[-1]["blocks"]


@pytest.mark.parametrize(
    ("channel", "error"), [([404], AuthError), ([400], Refused), ([503], WikiUnavailable)], indirect=["channel"]
)
def test_a_failure_tells_the_channel_and_never_its_address(channel: Channel, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        post(Webhook("team", "slack", channel.url), "{}", quick())
    assert "team" in str(caught.value)
    assert "verysecretpath" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/verysecretpath",
        "https://[::1/verysecretpath",
        "https://hooks.example.org:port/verysecretpath",
        "https:///verysecretpath",
    ],
)
def test_an_address_without_encryption_or_that_is_none_is_refused_and_not_told(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        post(Webhook("team", "slack", url), "{}", quick())
    assert "verysecretpath" not in str(caught.value)


def test_text_of_a_slack_notification_calls_nobody() -> None:
    loud = msgspec.structs.replace(digest(), title="<!channel> news")
    assert json.loads(slack(loud))["text"] == "&lt;!channel&gt; news"


def test_the_command_tells_posts_and_keeps_the_secret(library: Path, sandbox: Server, channel: Channel) -> None:
    config = library / "nbwiki.toml"
    config.write_text(
        config.read_text(encoding="utf-8") + 'webhooks = { team = { kind = "teams", url_env = "TEAM_HOOK" } }\n',
        encoding="utf-8",
    )
    synced(library, "cloud")
    told = nbwiki("digest", "-t", "cloud", cwd=library)
    assert told.code == 0, told.err
    assert "## New" in told.out and "Why customers leave" in told.out
    assert "## Stale" in told.out
    assert "What we pay" not in told.out
    only = nbwiki("digest", "-t", "cloud", "--topic", "Water", "--json", cwd=library).json
    assert {one["title"] for one in only["items"]} == {"Oxygen in the river"}
    sent = nbwiki(
        "-v", "-v", "digest", "-t", "cloud", "--post", "team", cwd=library, environment={"TEAM_HOOK": channel.url}
    )
    assert sent.code == 0, sent.err
    assert len(channel.got) == 1
    assert "verysecretpath" not in sent.out + sent.err
    nothing = nbwiki(
        "digest",
        "-t",
        "cloud",
        "--post",
        "team",
        "--team",
        "Nobody",
        cwd=library,
        environment={"TEAM_HOOK": channel.url},
    )
    assert "nothing sent" in nothing.out
    assert len(channel.got) == 1
    nowhere = nbwiki("digest", "-t", "cloud", "-o", "no/such/folder/news.md", cwd=library)
    assert (nowhere.code, len(nowhere.err.strip().splitlines())) == (2, 1), nowhere.err
    unset = nbwiki("digest", "-t", "cloud", "--post", "team", cwd=library)
    assert unset.code == 5
    assert "TEAM_HOOK" in unset.err


def test_an_alias_leaves_line_ends_alone_and_an_unwritable_file_is_one_error(tmp_path: Path) -> None:
    config = tmp_path / "nbwiki.toml"
    config.write_bytes(b"# mine\r\n[hub]\r\nenabled = true\r\n")
    keep_aliases(config, {"churning": "churn"})
    assert config.read_bytes().startswith(b"# mine\r\n[hub]\r\nenabled = true\r\n")
    with pytest.raises(ConfigError):
        keep_aliases(tmp_path, {"churning": "churn"})


@pytest.mark.parametrize("target", ["cloud", "notion"])
def test_supersede_costs_the_next_sync_the_old_report_home_and_the_news(
    library: Path, sandbox: Server, target: str
) -> None:
    synced(library, target)
    assert nbwiki("supersede", "sales/win.md", "sales/churn.md", "-t", target, cwd=library).code == 0
    done = synced(library, target)
    written = {one["title"] for one in done["actions"] if one["verb"] not in {"skip", "error"}}
    assert "Why customers come" in written
    assert written <= {"Why customers come", "Report library", "What's new"}
    assert synced(library, target)["requests"]["write"] == 0


def test_renaming_a_topic_that_no_report_has_names_the_nearest(library: Path, sandbox: Server) -> None:
    synced(library, "cloud")
    done = nbwiki("topics", "rename", "watr", "rivers", "-t", "cloud", "--dry-run", cwd=library)
    assert "no published report has the topic 'watr'; did you mean 'water'?" in done.err
    done = nbwiki("topics", "rename", "water", "rivers", "-t", "cloud", "--dry-run", cwd=library)
    assert "no published report" not in done.err


def test_the_configuration_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tmp_path / "real.toml"
    real.write_text("[hub]\nenabled = true\n", encoding="utf-8")
    real.chmod(0o640)
    path = tmp_path / "nbwiki.toml"
    path.symlink_to(real)
    keep_aliases(path, {"a": "b"})
    assert path.is_symlink()
    assert 'a = "b"' in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640
    before = real.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(ConfigError, match="No space left"):
            keep_aliases(path, {"c": "d"})
    assert real.read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} == {"real.toml", "nbwiki.toml"}


def test_rename_merges_a_topic_and_writes_only_what_has_it(library: Path, sandbox: Server) -> None:
    report(library, "sales/more.md", "title: More on churn\nauthors: [Bo Lund]\ntags: [attrition]\ndate: 2026-10-02")
    synced(library, "cloud")
    config = library / "nbwiki.toml"
    config.write_text("# kept comment\n" + config.read_text(encoding="utf-8"), encoding="utf-8")
    dry = nbwiki("topics", "rename", "attrition", "churn", "-t", "cloud", "--dry-run", "--json", cwd=library)
    changed = {one["source"] for one in dry.json["actions"] if one["verb"] == "update"}
    assert "sales/more.md" in changed
    assert changed <= {"sales/more.md", "hub"}
    done = nbwiki("topics", "rename", "attrition", "churn", "-t", "cloud", "--json", cwd=library)
    assert done.code == 0, done.err
    assert "# kept comment" in config.read_text(encoding="utf-8")
    assert 'attrition = "churn"' in config.read_text(encoding="utf-8")
    assert synced(library, "cloud")["requests"]["write"] == 0
    listed = nbwiki("topics", "-t", "cloud", "--json", cwd=library).json
    assert {one["topic"]: one["reports"] for one in listed["topics"]}["churn"] == 2
    renamed = nbwiki("topics", "rename", "water", "rivers", "-t", "cloud", "--json", cwd=library).json
    page = next(one for one in renamed["actions"] if one["key"] == "hub:topic:rivers")
    assert (page["verb"], page["reason"]) == ("update", "renamed"), "the page keeps its address"
