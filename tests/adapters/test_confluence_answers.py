"""Answers that a wiki, or something in front of it, should not give: none is taken for success or for all there is."""

from __future__ import annotations

import gc
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from adapters import open_wiki
from adapters.base import Record
from adapters.confluence.client import Client
from adapters.confluence.cloud_client import CloudClient
from adapters.confluence.datacenter_client import DataCenterClient
from adapters.confluence.records import mark_of, marked_record, record_of, records_of
from adapters.errors import AuthError, WikiUnavailable
from adapters.settings import TargetSettings, Token
from converters.errors import ConfigError
from tests.adapters.canned import Canned, transport


def answer(data: Any, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return 200, headers, json.dumps(data).encode()


@pytest.mark.parametrize(("method", "status"), [("post", 301), ("post", 302), ("put", 302), ("put", 303)])
def test_a_redirected_write_is_no_success(canned: Canned, method: str, status: int) -> None:
    canned.answers = [(status, {"Location": f"{canned.url}/elsewhere"}, b""), answer({"id": "1"})]
    with pytest.raises(WikiUnavailable, match=f"sends {method.upper()} .* on to http://127.0.0.1"):
        getattr(transport(canned.url), method)("api/v2/pages", {})


def test_a_redirect_to_nowhere_is_no_success(canned: Canned) -> None:
    canned.answers = [(302, {}, b""), answer({})]
    with pytest.raises(WikiUnavailable):
        transport(canned.url, max_attempts=1).get("api/v2/pages/1")


@pytest.mark.parametrize("body", [b"", b"{}", b'{"results": [{}]}', b'{"message": "hello"}'])
def test_answers_that_lack_what_they_ought_to_hold(canned: Canned, body: bytes) -> None:
    canned.answers = [(200, {}, body)]
    client = CloudClient(transport(canned.url))
    with pytest.raises(WikiUnavailable, match="lacks"):
        client.page("1")
    with pytest.raises(WikiUnavailable, match="lacks"):
        client.pages(["1"])
    with pytest.raises(WikiUnavailable, match="lacks"):
        DataCenterClient(transport(canned.url)).descendants("1")


def test_a_list_that_goes_round_in_a_circle_ends(canned: Canned) -> None:
    canned.answers = [answer({"results": [], "_links": {"next": "/wiki/x?cursor=same"}})]
    with pytest.raises(WikiUnavailable, match="no end"):
        CloudClient(transport(canned.url)).descendants("1")
    canned.answers = [answer({"results": [], "_links": {"next": "/x?start=0"}})]
    with pytest.raises(WikiUnavailable, match="no end"):
        DataCenterClient(transport(canned.url)).descendants("1")


def test_rows_that_are_hidden_from_us_end_no_list(canned: Canned) -> None:
    rows = [{"id": number} for number in range(3)]
    canned.answers = [
        answer({"results": rows[:1], "limit": 200, "size": 1, "_links": {"next": "/x?limit=200&start=200"}}),
        answer({"results": rows[1:], "limit": 200, "size": 2, "_links": {}}),
    ]
    found = DataCenterClient(transport(canned.url)).descendants("1")
    assert [row.id for row in found] == ["0", "1", "2"]
    assert "start=200" in canned.got[1][1]


def test_our_property_behind_fifty_others_is_asked_for(canned: Canned) -> None:
    others = [{"id": str(n), "key": f"theirs-{n}", "value": 1} for n in range(50)]
    ours = {"id": "99", "key": "nbwiki", "value": {"key": "k"}, "version": {"number": 3}}
    canned.answers = [
        answer({"id": "1", "properties": {"results": others, "meta": {"hasMore": True}}}),
        answer({"results": [ours]}),
    ]
    found = CloudClient(transport(canned.url)).page("1", properties=True).property
    assert found is not None
    assert (found.id, found.version) == ("99", 3)


def test_nobody_is_not_signed_in(canned: Canned) -> None:
    canned.answers = [answer({"type": "anonymous", "displayName": "Anonymous"})]
    with pytest.raises(AuthError):
        Client(transport(canned.url)).current_user()


def test_ended_threads_leave_no_sessions(canned: Canned) -> None:
    http = transport(canned.url)
    for _ in range(5):
        thread = threading.Thread(target=http.get, args=("x",))
        thread.start()
        thread.join()
    gc.collect()
    assert len(http._all) == 0
    http.get("x")
    assert len(http._all) == 1
    http.close()


def test_records_that_somebody_meddled_with_stop_nothing() -> None:
    found = record_of({"key": "k", "version": "later"})
    assert found is not None
    assert found.version == ""
    for shards in ([{"schema": 1, "shards": "two", "data": ""}], [{"schema": 1, "data": "AAAA"}], [{"schema": 1}]):
        assert records_of(shards)[1] is False


def test_words_of_a_report_are_no_mark() -> None:
    theirs, ours = Record(key="theirs"), Record(key="ours")
    said = mark_of(theirs).replace("<", "&lt;")
    assert marked_record(f"<p>{said}</p>") is None
    assert marked_record(f"<pre>{mark_of(theirs)}</pre>{mark_of(ours)}") == ours


@pytest.mark.parametrize("kind", ["confluence", "notion"])
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"ca_bundle": "/nowhere/ca.pem"}, ConfigError),
        ({"proxy": "proxy.example.org:3128"}, ConfigError),
        ({"proxy": "socks5://proxy.example.org"}, ConfigError),
        ({"proxy": "http://proxy.example.org:port"}, ConfigError),
        ({"token": Token("“secret”")}, AuthError),
        ({"token": Token("sec\nret")}, AuthError),
    ],
)
def test_settings_that_no_client_takes(kind: str, wrong: dict[str, Any], error: type[Exception]) -> None:
    known = {"name": "t", "kind": kind, "url": "http://127.0.0.1:9/wiki", "token": Token("x"), **wrong}
    with pytest.raises(error) as caught:
        open_wiki(TargetSettings(**known))
    assert "secret" not in str(caught.value)


def test_blanks_around_a_token_do_not_count(tmp_path: Path) -> None:
    for kind in ("confluence", "notion"):
        url = "http://127.0.0.1:9/wiki"
        wiki = open_wiki(TargetSettings(name="t", kind=kind, url=url, token=Token(" x\n")))
        assert wiki.caps.name.startswith(kind)
        wiki.close()
