"""Rules of Confluence that a careless client would break without noticing: restrictions, caps, races, limits, search."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Site

V2 = "/api/v2/pages"
V1 = "/rest/api/content"
NO_CHECK = {"X-Atlassian-Token": "no-check"}
AUTHOR = "5b10a2844c20165700ede21g"


def restrict(site: Site, page: str, operation: str, *accounts: str) -> requests.Response:
    users = [{"type": "known", "accountId": account} for account in accounts]
    data = [{"operation": operation, "restrictions": {"user": users, "group": []}}]
    return site.cloud("PUT", f"{V1}/{page}/restriction", json=data)


def titles(answer: requests.Response) -> set[str]:
    return {row.get("title") or row["content"]["title"] for row in answer.json()["results"]}


def test_restricted_pages_are_hidden_from_other_readers(site: Site) -> None:
    root = site.page("Root")
    secret = site.page("Secret", parentId=root)
    site.page("Below", parentId=secret)
    site.cloud("POST", f"{V1}/{secret}/child/attachment", files={"file": ("a.txt", b"x")}, headers=NO_CHECK)
    assert restrict(site, secret, "read", AUTHOR).status_code == 200
    assert site.cloud("GET", f"{V2}/{secret}").status_code == 200
    refused = site.cloud("GET", f"{V2}/{secret}", user="reader")
    assert refused.json()["errors"][0]["title"] == f"Cannot find a page with id [{secret}]"
    for path in (f"{V2}/{secret}/properties", f"{V2}/{secret}/labels", f"{V1}/{secret}/child/attachment",
                 f"/download/attachments/{secret}/a.txt", f"{V1}/{secret}/restriction"):  # fmt: skip
        assert site.cloud("GET", path, user="reader").status_code == 404, path
    for path in (f"{V2}?limit=250", f"{V2}/{root}/descendants", f"{V2}/{root}/direct-children",
                 "/rest/api/search?cql=type=page", f"{V1}/search?cql=type=page", f"{V1}/{root}/child/page"):  # fmt: skip
        assert "Secret" in titles(site.cloud("GET", path)), path
        assert not titles(site.cloud("GET", path, user="reader")) & {"Secret", "Below"}, path


def test_pages_that_others_may_edit_alone(site: Site) -> None:
    page = site.page("P")
    assert restrict(site, page, "update", "5b10ac8d82e05b22cc7d4ef5").status_code == 200  # locks its author out
    data = {"id": page, "status": "current", "title": "Q", "version": {"number": 2},
            "body": {"representation": "storage", "value": ""}}  # fmt: skip
    assert site.cloud("PUT", f"{V2}/{page}", json=data).status_code == 403
    assert site.cloud("DELETE", f"{V2}/{page}").status_code == 403
    assert site.cloud("POST", f"{V2}/{page}/properties", json={"key": "k", "value": 1}).status_code == 403
    assert site.cloud("POST", f"{V1}/{page}/label", json=[{"name": "x"}]).status_code == 403
    upload = site.cloud("POST", f"{V1}/{page}/child/attachment", files={"file": ("a", b"x")}, headers=NO_CHECK)
    assert upload.status_code == 403
    assert site.cloud("GET", f"{V2}/{page}").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [1],
        [{"operation": "read", "restrictions": {"user": ["me"]}}],
        [{"operation": "read", "restrictions": {"person": []}}],
        [{"operation": "read", "restrictions": {"user": [{"type": "known"}]}}],
        [{"operation": "read"}],
    ],
)
def test_restrictions_that_are_refused(site: Site, wrong: Any) -> None:
    assert site.cloud("PUT", f"{V1}/{site.page('P')}/restriction", json=wrong).status_code == 400


def test_included_lists_end_at_fifty(site: Site) -> None:
    page = site.page("P")
    site.cloud("POST", f"{V1}/{page}/label", json=[{"prefix": "global", "name": f"l{n}"} for n in range(51)])
    shown = site.cloud("GET", f"{V2}/{page}?include-labels=true").json()["labels"]
    assert (len(shown["results"]), shown["meta"]["hasMore"]) == (50, True)
    assert len(site.cloud("GET", f"{V2}/{page}/labels?limit=250").json()["results"]) == 51


def test_caps_of_lists(site: Site) -> None:
    root = site.page("Root")
    with site.server.state.transaction() as db:
        db.executemany(
            "INSERT INTO cf_content SELECT ?, flavor, type, space_id, id, status, ?, ?, 1, '', ?, author, owner, "
            "created, modified FROM cf_content WHERE id = ?",
            [(900_000 + n, f"Page {n}", f"page {n}", n, root) for n in range(251)],
        )
        db.executemany(
            "INSERT INTO cf_version VALUES (?,1,?,'','',0,'',0)", [(900_000 + n, f"Page {n}") for n in range(251)]
        )
    assert len(site.cloud("GET", f"{V2}?limit=999").json()["results"]) == 250
    assert len(site.cloud("GET", f"{V2}/{root}/descendants?limit=250").json()["results"]) == 200
    assert len(site.cloud("GET", f"{V2}").json()["results"]) == 25
    assert site.cloud("GET", f"{V2}?limit=0").status_code == 400
    assert site.cloud("GET", V2, params={"space-id": ",".join(map(str, range(101)))}).status_code == 400
    first = site.cloud("GET", f"{V1}/search?cql=type=page&limit=200&excerpt=highlight&start=9").json()
    assert (first["size"], "excerpt" in first["_links"]["next"]) == (200, False)  # start is ignored here
    rest = site.cloud("GET", first["_links"]["next"]).json()
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in rest["results"]}
    v1 = site.cloud("GET", f"{V1}/{root}/child/page?start=240&limit=20").json()
    assert (v1["start"], v1["limit"], v1["size"], "next" in v1["_links"]) == (240, 20, 11, False)


def test_races_right_after_creation(site: Site) -> None:
    page = site.page("P")
    site.switch(property_race_s=60, fresh_page_404_s=60)
    assert site.cloud("POST", f"{V2}/{page}/properties", json={"key": "k", "value": 1}).status_code == 409
    assert site.cloud("GET", f"{V2}/{page}").status_code == 404
    site.switch()
    assert site.cloud("POST", f"{V2}/{page}/properties", json={"key": "k", "value": 1}).status_code == 200


def test_rate_limit_headers_on_every_answer(site: Site) -> None:
    site.switch(confluence_rate={"capacity": 3, "per_s": 0.001})
    good = site.dc("GET", "/space")
    assert good.headers["X-RateLimit-Remaining"] == "2"
    lost = site.dc("GET", "/content/1")
    assert (lost.status_code, lost.headers["X-RateLimit-Remaining"], lost.headers["retry-after"]) == (404, "1", "0")
    assert {"X-RateLimit-Limit", "X-RateLimit-Interval-Seconds", "X-RateLimit-FillRate"} <= set(lost.headers)
    site.dc("GET", "/space")
    assert site.dc("GET", "/space").status_code == 429
    assert site.dc("GET", "/space", user="reader").status_code == 200  # a bucket a user
    assert "X-RateLimit-Limit" not in requests.get(f"{site.url}/dc/rest/api/space").headers  # nobody
    assert "X-RateLimit-NearLimit" not in site.cloud("GET", "/api/v2/spaces").headers
    site.cloud("GET", "/api/v2/spaces")
    assert site.cloud("GET", "/api/v2/spaces").headers["X-RateLimit-NearLimit"] == "true"


def test_attachments_too_large_or_named_in_the_wrong_way(site: Site) -> None:
    path = f"{V1}/{site.page('P')}/child/attachment"
    site.switch(max_attachment_bytes=3)
    assert site.cloud("POST", path, files={"file": ("a", b"1234")}, headers=NO_CHECK).status_code == 413
    assert site.cloud("POST", path, files={"file": ("a", b"123")}, headers=NO_CHECK).status_code == 200
    encoded = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-8''%C3%A4.txt\r\n\r\nx\r\n--b--\r\n"
    headers = NO_CHECK | {"Content-Type": "multipart/form-data; boundary=b"}
    assert site.cloud("POST", path, data=encoded, headers=headers).status_code == 400
    assert site.cloud("GET", f"{V2}/{path.split('/')[4]}/attachments?status=lost").status_code == 400


def test_comments_dangle_and_come_back(site: Site) -> None:
    page = site.page("P", "<p>the words</p>")
    ref = site.people("comment", page=page, text="why?", selection="words").json()["marker_ref"]
    site.people("comment", page=page, text="on all")

    def put(number: int, body: str) -> None:
        data = {"id": page, "status": "current", "title": "P", "version": {"number": number},
                "body": {"representation": "storage", "value": body}}  # fmt: skip
        assert site.cloud("PUT", f"{V2}/{page}", json=data).status_code == 200

    def states() -> list[str]:
        return [row["resolutionStatus"] for row in site.cloud("GET", f"{V2}/{page}/inline-comments").json()["results"]]

    put(2, "<p>gone</p>")
    assert states() == ["dangling"]
    put(3, f'<p><ac:inline-comment-marker ac:ref="{ref}">back</ac:inline-comment-marker></p>')
    assert states() == ["reopened"]
    assert len(site.cloud("GET", f"{V2}/{page}/footer-comments").json()["results"]) == 1
    assert site.cloud("GET", f"{V2}/{page}/inline-comments?resolution-status=closed").status_code == 400


def test_a_save_in_the_editor_adds_local_ids(site: Site) -> None:
    page = site.page("P", '<p>a</p><ac:structured-macro ac:name="toc" />')
    assert site.people("edit", page=page, editor=True).json()["version"] == 2
    body = site.cloud("GET", f"{V2}/{page}?body-format=storage").json()["body"]["storage"]["value"]
    assert '<p local-id="' in body
    assert ' ac:local-id="' in body


def test_moves_between_spaces(site: Site) -> None:
    lab = site.cloud("GET", "/api/v2/spaces?keys=LAB").json()["results"][0]
    root = site.page("Root")
    child = site.page("Laboratory", parentId=root)  # the title of the other space's home page
    move = f"{V1}/{root}/move/append/{lab['homepageId']}"
    assert site.cloud("PUT", move).status_code == 400
    site.cloud("PUT", f"{V2}/{child}/title", json={"status": "current", "title": "Free"})
    assert site.cloud("PUT", move).status_code == 200
    assert {site.cloud("GET", f"{V2}/{page}").json()["spaceId"] for page in (root, child)} == {lab["id"]}


@pytest.mark.parametrize(
    ("cql", "found"),
    [
        ('title = "A" or title = "B"', {"A", "B"}),
        ('type = page and not title = "A" and label = "x"', {"B"}),
        ('type = page and (title = "A" or title = "C") and label = "x"', {"A"}),
        ('label = "x" and title not in ("A", "C")', {"B"}),
        ('label = "x" and title != "A"', {"B"}),
        ('label = "x" and lastmodified >= "2020/01/01"', {"A", "B"}),
        ('label = "x" and created < "2020-01-01"', set()),
        (f'contributor = "{AUTHOR}" and label = "x"', {"A", "B"}),
        ('space = "NOPE"', set()),
    ],
)
def test_searches(site: Site, cql: str, found: set[str]) -> None:
    for title in "AB":
        site.cloud("POST", f"{V1}/{site.page(title)}/label", json=[{"name": "x"}])
    site.page("C")
    assert titles(site.cloud("GET", f"{V1}/search", params={"cql": cql})) == found


@pytest.mark.parametrize(
    ("cql", "status", "said"),
    [
        ("status = current", 400, "No field exists with name: 'status'"),
        ("macro = toc", 400, "the field 'macro' is not supported here"),
        ('lastmodified > now("-4w")', 400, "the function 'now()' is not supported here"),
        ("title > A", 400, "the operator '>' is not supported for 'title' here"),
        ("creator ~ A", 400, "the operator '~' is not supported for 'creator' here"),
        ("type = page order by relevance", 400, "ordering by 'relevance' is not supported here"),
        ("type = pages", 400, "valid types: page, blogpost"),
        ("type = page or", 400, "Could not parse cql"),
        ("(type = page", 400, "Could not parse cql"),
        ("type = page title = x", 400, "Could not parse cql"),
        ('created > "yesterday"', 400, "invalid date"),
        ('text ~ " "', 500, "NullPointerException"),
        ("(" * 200, 400, "Could not parse cql"),
        ("", 400, "Could not parse cql"),
    ],
)
def test_searches_that_are_refused(site: Site, cql: str, status: int, said: str) -> None:
    answer = site.cloud("GET", f"{V1}/search", params={"cql": cql})
    assert (answer.status_code, said in answer.json()["message"]) == (status, True), answer.text


def test_users(site: Site) -> None:
    assert site.cloud("GET", f"/rest/api/user?accountId={AUTHOR}").json()["displayName"] == "Ada Author"
    assert site.cloud("GET", "/rest/api/user?accountId=nobody").status_code == 404
    assert site.cloud("GET", "/rest/api/user").status_code == 400
    key = site.dc("GET", "/user?username=author").json()["userKey"]
    assert site.dc("GET", f"/user?key={key}").json()["username"] == "author"
    assert site.dc("GET", "/user?username=nobody").status_code == 404


def test_spaces_and_statuses_are_enumerations(site: Site) -> None:
    assert site.cloud("GET", "/api/v2/spaces?type=team").status_code == 400
    personal = site.cloud("GET", "/api/v2/spaces?type=personal").json()["results"]
    assert [space["key"][:1] for space in personal] == ["~"]
    space = site.cloud("GET", "/api/v2/spaces?keys=data").json()["results"][0]["id"]
    assert site.cloud("GET", f"/api/v2/spaces/{space}/pages?status=draft").status_code == 400


def test_every_answer_can_be_traced(site: Site) -> None:
    for answer in (site.cloud("GET", f"{V2}/1"), site.dc("GET", "/space")):
        assert len(answer.headers["atl-traceid"]) == 32


def test_writes_of_a_read_only_token_are_403_everywhere(site: Site) -> None:
    page = site.page("P")
    token = {"token": "sandbox-readonly"}
    for method, path in (("POST", V2), ("PUT", f"{V2}/{page}"), ("DELETE", f"{V2}/{page}"), ("POST", "/api/v2/folders"),
                         ("POST", f"{V1}/{page}/label"), ("POST", f"{V1}/archive"), ("PUT", f"{V1}/{page}/state"),
                         ("POST", f"{V1}/{page}/child/attachment")):  # fmt: skip
        assert site.cloud(method, path, json={}, **token).status_code == 403, path
    reader = {"Authorization": "Bearer sandbox-readonly"}
    for method, path in (("POST", "/content"), ("PUT", "/content/1"), ("DELETE", "/content/1")):
        assert site.dc(method, path, json={}, headers=reader).status_code == 403, path
    for method, path in (("POST", "/pages"), ("POST", "/databases"), ("POST", "/file_uploads"), ("POST", "/comments")):
        answer = site.notion(method, path, json={}, headers=reader)
        assert (answer.status_code, answer.json()["code"]) == (403, "restricted_resource"), path


def test_removed_routes_can_be_kept(site: Site) -> None:
    page = site.page("P")
    assert site.cloud("GET", f"{V1}/{page}").status_code == 410
    site.switch(v1_removed=False)
    assert site.cloud("GET", f"{V1}/{page}").json()["title"] == "P"


def test_data_center_refuses_what_is_too_large_or_taken(site: Site) -> None:
    def create(title: str, value: str = "", **more: Any) -> requests.Response:
        body = {"storage": {"value": value, "representation": "storage"}}
        data = {"type": "page", "title": title, "space": {"key": "DATA"}, "body": body} | more
        return site.dc("POST", "/content", json=data)

    assert create("P", "x" * 5_300_000).status_code == 413
    page = create("P", "<p>x</p>").json()["id"]
    assert create(" p ").status_code == 400
    assert create("Q", "<p>").status_code == 400
    assert create("Q", space={"key": "NOPE"}).status_code == 404
    assert create("Q", ancestors=[{"id": "999"}]).status_code == 404
    assert create("Q", ancestors=["999"]).status_code == 400
    assert create("Q", metadata={"colour": 1}).status_code == 400
    stale = {"type": "page", "title": "P", "version": {"number": 1}}
    answer = site.dc("PUT", f"/content/{page}", json=stale)
    assert (answer.status_code, "Current Version: [1]" in answer.json()["message"]) == (409, True)
    wide = site.dc("GET", "/content/search", params={"cql": "type = page", "expand": "body.storage", "limit": "200"})
    assert wide.json()["limit"] == 50


def test_slow_lost_and_broken_answers(site: Site) -> None:
    for rule, status in (({"status": 503}, None), ({"status": 503, "retry_after": 2}, "2")):
        site.http.put(f"{site.url}/sandbox/faults", json={"rules": [{"path": "/wiki/*", **rule}]})
        assert site.cloud("GET", "/api/v2/spaces").headers.get("Retry-After") == status
    slow = {"path": "/wiki/*", "method": "POST", "delay_s": 0.3, "times": 1}
    site.http.put(f"{site.url}/sandbox/faults", json={"rules": [slow]})
    with pytest.raises(requests.ReadTimeout):
        site.cloud("POST", "/api/v2/folders", json={}, timeout=0.1)
    assert site.cloud("POST", "/api/v2/folders", json={}).status_code == 400
