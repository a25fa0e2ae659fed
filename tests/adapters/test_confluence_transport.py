"""What goes over the wire to Confluence and into logs: tokens nowhere, files with type and name, errors by meaning."""

from __future__ import annotations

import hashlib
import json
import logging

import msgspec
import pytest

from adapters import open_wiki
from adapters.base import Record
from adapters.confluence.records import (
    is_stamped,
    mark_of,
    marked_record,
    record_of,
    record_value,
    records_of,
    shards_of,
    stamped,
)
from adapters.confluence.wire import multipart
from adapters.errors import (
    AuthError,
    Blocked,
    LimitExceeded,
    NotFound,
    PermissionDenied,
    RateLimited,
    Refused,
    StaleVersion,
    TitleTaken,
    WikiError,
    WikiUnavailable,
)
from adapters.settings import TargetSettings, Token
from converters.errors import ConfigError
from converters.wiki_labels import labels_of
from tests.adapters.canned import SECRET, Canned, error, transport

BODY = "confidential-figures-in-a-body"


def test_no_token_or_body_in_logs_at_debug(canned: Canned, caplog: pytest.LogCaptureFixture) -> None:
    canned.answers = [(200, {}, json.dumps({"value": BODY}).encode())]
    with caplog.at_level(logging.DEBUG):
        for user in ("", "ada@example.com"):
            http = transport(canned.url, user=user)
            http.put("api/v2/pages/1", {"body": BODY})
            http.upload("rest/api/content/1/child/attachment", "a.png", "image/png", BODY.encode())
            http.get("api/v2/pages/1")
            http.close()
    assert canned.got[0][2]["authorization"] == f"Bearer {SECRET}"
    assert canned.got[3][2]["authorization"].startswith("Basic ")
    basic = canned.got[3][2]["authorization"].split()[1]
    assert caplog.text
    for hidden in (SECRET, basic, BODY):
        assert hidden not in caplog.text


def test_errors_hold_no_token(canned: Canned) -> None:
    canned.answers = [(500, {}, b'{"message": "boom"}')]
    with pytest.raises(WikiUnavailable) as caught:
        transport(canned.url).put("api/v2/pages/1", {"body": BODY})
    shown = "".join([str(caught.value), repr(caught.value), repr(caught.value.__dict__)])
    assert SECRET not in shown
    assert BODY not in shown


@pytest.mark.parametrize(
    ("path", "answer", "kind"),
    [
        ("api/v2/pages/1", error(404, "Not Found"), AuthError),
        ("api/v2/pages/1", error(404, "Cannot find a page with id [1]"), NotFound),
        ("rest/api/user/current", (403, {}, b'{"message": "caller cannot access Confluence"}'), AuthError),
        ("rest/api/user/current", (403, {}, b'{"message": "com.a.PermissionException: no rights"}'), PermissionDenied),
        ("rest/api/user/current", (401, {"Content-Type": "text/html"}, b"<html>401</html>"), AuthError),
        ("api/v2/pages", (401, {}, b'{"code":401,"message":"Unauthorized; scope does not match"}'), PermissionDenied),
        ("api/v2/pages", error(400, "A page with this title already exists: X"), TitleTaken),
        ("api/v2/pages", error(400, "Error parsing xhtml"), Refused),
        ("api/v2/pages", error(409, "Version must be incremented"), StaleVersion),
        ("api/v2/pages", (413, {}, b'{"message": "at most 5242880 bytes"}'), LimitExceeded),
        ("api/v2/pages", (403, {"Content-Type": "text/html"}, b"<html>firewall</html>"), Blocked),
        ("api/v2/pages", (200, {"Content-Type": "text/html"}, b"<html>maintenance</html>"), WikiUnavailable),
        ("api/v2/pages", (503, {"Content-Type": "text/html"}, b"<html>maintenance</html>"), WikiUnavailable),
        ("api/v2/pages", (429, {"Retry-After": "7200"}, b""), RateLimited),
        ("rest/api/content/1", (410, {}, b'{"message": "GoneException: removed"}'), Refused),
    ],
)
def test_answers_become_errors_by_how_to_behave(
    canned: Canned, path: str, answer: tuple[int, dict[str, str], bytes], kind: type[WikiError]
) -> None:
    canned.answers = [answer]
    with pytest.raises(WikiError) as caught:
        transport(canned.url, max_attempts=2).get(path)
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)


def test_what_may_have_been_done_is_not_sent_again(canned: Canned) -> None:
    canned.answers = [(503, {}, b"{}"), (200, {}, b"{}")]
    with pytest.raises(WikiUnavailable):
        transport(canned.url).post("api/v2/pages", {})
    assert len(canned.got) == 1


def test_rate_limits_are_waited_for_and_counted(canned: Canned) -> None:
    slept: list[float] = []
    canned.answers = [(429, {"Retry-After": "3"}, b"{}"), (200, {}, b"{}")]
    http = transport(canned.url, slept)
    http.post("api/v2/pages", {})
    assert slept == [pytest.approx(3.0, abs=0.3)]
    assert (http.requests.write, http.requests.retried) == (2, 1)


def test_nobody_there_is_unavailable_and_soon() -> None:
    slept: list[float] = []
    wiki = open_wiki(
        TargetSettings(
            name="t", kind="confluence", url="http://127.0.0.1:9/wiki", token=Token(SECRET), sleep=slept.append
        )
    )
    with pytest.raises(WikiUnavailable) as caught:
        wiki.login()
    assert "127.0.0.1:9" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert len(slept) <= 2


def test_multipart_has_true_type_and_utf8_name() -> None:
    body, content_type = multipart('Übersicht "1".svg', "image/svg+xml", b"<svg/>")
    assert 'filename="Übersicht _1_.svg"'.encode() in body
    assert b"Content-Type: image/svg+xml\r\n\r\n<svg/>" in body
    assert content_type.removeprefix("multipart/form-data; boundary=").encode() in body


def test_upload_sends_the_xsrf_header(canned: Canned) -> None:
    transport(canned.url).upload("rest/api/content/1/child/attachment", "a.png", "image/png", b"\x89PNG")
    assert canned.got[0][2]["x-atlassian-token"] == "no-check"


def test_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="confluence, notion"):
        open_wiki(TargetSettings(name="t", kind="sharepoint", url="", token=Token("x")))


def test_no_token_is_an_auth_error() -> None:
    with pytest.raises(AuthError, match="token_env"):
        open_wiki(TargetSettings(name="t", kind="confluence", url="https://x.atlassian.net", token=Token("")))


def test_mark_survives_the_server_and_names_the_key() -> None:
    record = Record(key='repo:a/"b"é.ipynb', title="T", source="a/b.ipynb")
    marked = marked_record(mark_of(record).replace("<ac:structured-macro ", '<ac:structured-macro ac:macro-id="x" '))
    assert marked is not None
    assert (marked.key, marked.source, marked.version) == (record.key, record.source, "")
    assert marked_record("<p>nbwiki-record-%%%</p>") is None
    assert marked_record("<p>nbwiki-record-AAAA</p>") is None


def test_stamp_tells_our_versions() -> None:
    digest = "ab" * 32
    assert is_stamped(stamped("by Ada", digest), digest)
    assert not is_stamped(stamped("by Ada", digest), "cd" * 32)
    assert not is_stamped("by Ada")
    assert len(stamped("x" * 1000, digest)) <= 255


def test_labels_are_normalised() -> None:
    assert labels_of(["Data Science", "data science", "A/B (test)", "C++", " ", "größe"]) == [
        "data-science",
        "ab-test",
        "c",
        "größe",
    ]


def test_large_records_fit_a_property() -> None:
    record = Record(key="k", assets={f"plot-{n:05}.png": f"{n:064x}" for n in range(600)})
    value = record_value(record)
    assert len(json.dumps(value)) <= 30_000
    kept = record_of(value)
    assert kept is not None
    assert len(kept.assets) == 600
    huge = record_value(Record(key="k", assets={f"plot-{n:05}.png": f"{n:064x}" for n in range(3000)}))
    assert len(json.dumps(huge)) <= 30_000


def test_manifest_round_trip_and_doubt() -> None:
    known = {
        f"k{n}": Record(key=f"k{n}", page=str(n), digest=hashlib.sha256(str(n).encode()).hexdigest())
        for n in range(2000)
    }
    shards = shards_of(known, "run1", dirty=False)
    assert len(shards) > 1
    assert all(len(json.dumps(shard)) <= 30_000 for shard in shards)
    assert records_of(shards) == (known, True)
    assert records_of(shards_of(known, "run1", dirty=True)) == (known, False)
    assert records_of([]) == ({}, False)
    assert records_of(shards[:1])[1] is False
    others = {key: msgspec.structs.replace(record, title="other") for key, record in known.items()}
    assert records_of([shards[0], *shards_of(others, "run2", dirty=False)[1:]])[1] is False
    one = next(iter(known))
    changed = shards_of({**known, one: msgspec.structs.replace(known[one], title="new")}, "run3", dirty=False)
    assert sum(old != new for old, new in zip(shards, changed, strict=True)) <= 2, "the first, and the changed one's"
    often = {f"hub:{kind}": Record(key=f"hub:{kind}", kind="hub", hub={"kind": kind}) for kind in ("Home", "News")}
    before = shards_of({**known, **often}, "run4", dirty=False)
    written = {key: msgspec.structs.replace(record, version="2") for key, record in often.items()}
    after = shards_of({**known, **written}, "run5", dirty=False)
    assert [n for n, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [0]


@pytest.mark.parametrize("mime", ["", "image/png\r\nX-Other: 1", "image/png\r\n\r\nbytes", "png"])
def test_a_type_that_is_none_adds_no_line_to_an_upload(mime: str) -> None:
    body, _ = multipart("a.png", mime, b"1")
    assert b"Content-Type: application/octet-stream\r\n\r\n1\r\n" in body
    assert b"X-Other" not in body
