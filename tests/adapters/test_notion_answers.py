"""Answers that Notion, or something in front of it, should not give, and what a query may give besides."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from adapters.errors import PermissionDenied, WikiUnavailable
from adapters.notion.client import NotionClient
from adapters.notion.faults import guarded
from adapters.notion.target import Target
from adapters.settings import TargetSettings, Token
from tests.adapters.canned import Canned
from tests.adapters.notion_site import NotionHub, para, publish


@pytest.fixture
def client(canned: Canned):
    made = NotionClient(TargetSettings(name="n", kind="notion", url=canned.url, token=Token("x"), max_attempts=1))
    yield made
    made.close()


def answers(canned: Canned, *values: Any, status: int = 200) -> None:
    canned.answers = [(status, {}, json.dumps(value).encode()) for value in values]


@pytest.mark.parametrize("value", [[], "yes", None, {}, {"results": []}, 3])
def test_json_that_is_not_notions(canned: Canned, client: NotionClient, value: Any) -> None:
    answers(canned, value)
    with pytest.raises(WikiUnavailable, match="not Notion"):
        list(client.children("1"))


@pytest.mark.parametrize("cursor", ["same", None])
def test_a_list_without_end_is_never_taken_for_whole(canned: Canned, client: NotionClient, cursor: str | None) -> None:
    answers(canned, {"object": "list", "results": [], "has_more": True, "next_cursor": cursor})
    with pytest.raises(WikiUnavailable, match="no end"):
        list(client.children("1"))


@pytest.mark.parametrize("extra", ["text", [1], None, {"block_limit": "x"}])
def test_errors_of_an_unknown_shape_are_told(canned: Canned, client: NotionClient, extra: Any) -> None:
    answers(canned, {"object": "error", "code": "restricted_resource", "additional_data": extra}, status=403)
    with pytest.raises(PermissionDenied):
        client.me()


def test_a_certificate_that_is_not_trusted_is_not_tried_again() -> None:
    def fail() -> None:
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate")

    with pytest.raises(WikiUnavailable) as caught:
        guarded(fail)
    assert caught.value.retry == "never"
    assert "ca_bundle" in str(caught.value.hint)


def test_keys_that_differ_in_case_are_two_reports(sandbox) -> None:
    site = NotionHub(sandbox)
    wiki = site.wiki()
    made = [publish(wiki, para(key), key=key).page.id for key in ("a/Report.md", "a/report.md")]
    target = Target(
        TargetSettings(
            name="n", kind="notion", url=f"{site.server.url}/notion", token=Token("sandbox"), parent=site.hub
        )
    )
    rows = [target.row(key) for key in ("a/Report.md", "a/report.md", "A/REPORT.md")]
    assert [row and row["id"] for row in rows] == [*made, None]
    target.client.close()
    wiki.close()
