"""Confluence Cloud in the sandbox over real HTTP: what it answers, and what it must refuse."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from adapters.sandbox.server import Server, serve

NO_CHECK = {"X-Atlassian-Token": "no-check"}


class Wiki:
    def __init__(self, server: Server, user: str = "author@example.com", token: str = "sandbox") -> None:
        self.server, self.http = server, requests.Session()
        self.http.auth = (user, token)

    def v2(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.http.request(method, f"{self.server.url}/wiki/api/v2{path}", allow_redirects=False, **more)

    def v1(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.http.request(method, f"{self.server.url}/wiki/rest/api{path}", allow_redirects=False, **more)

    def space(self) -> dict[str, Any]:
        found: dict[str, Any] = self.v2("GET", "/spaces?keys=data").json()["results"][0]
        return found

    def page(self, title: str, body: str = "<p>x</p>", **more: Any) -> dict[str, Any]:
        answer = self.create(title, body, **more)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def create(self, title: str, body: str = "<p>x</p>", **more: Any) -> requests.Response:
        content = {"representation": "storage", "value": body}
        return self.v2("POST", "/pages", json={"spaceId": self.space()["id"], "title": title, "body": content} | more)

    def put(self, page: dict[str, Any], number: int, body: str = "<p>y</p>", **more: Any) -> requests.Response:
        data = {"id": page["id"], "status": "current", "title": page["title"], "version": {"number": number},
                "body": {"representation": "storage", "value": body}}  # fmt: skip
        return self.v2("PUT", f"/pages/{page['id']}", json=data | more)

    def switch(self, **switches: Any) -> None:
        self.http.put(f"{self.server.url}/sandbox/faults", json={"switches": switches})

    def body(self, page_id: str) -> str:
        text: str = self.v2("GET", f"/pages/{page_id}?body-format=storage").json()["body"]["storage"]["value"]
        return text

    def upload(self, page_id: str, name: str, content: bytes, method: str = "POST", **more: Any) -> requests.Response:
        files = {"file": (name, content, more.pop("type", "image/png"))}
        path = more.pop("path", f"/content/{page_id}/child/attachment")
        return self.v1(method, path, files=files, headers=NO_CHECK, **more)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture
def wiki(server: Server) -> Wiki:
    requests.post(f"{server.url}/sandbox/reset")
    return Wiki(server)


def title_of(answer: requests.Response) -> str:
    return str(answer.json()["errors"][0]["title"])


@pytest.mark.parametrize(("user", "token"), [("author@example.com", "wrong"), ("nobody@example.com", "sandbox")])
def test_wrong_credentials(wiki: Wiki, user: str, token: str) -> None:
    stranger = Wiki(wiki.server, user, token)
    old, new = stranger.v1("GET", "/user/current"), stranger.v2("GET", "/pages")
    assert (old.status_code, old.json()["data"]["authorized"]) == (401, False)
    assert (new.status_code, new.json()["errors"][0]["code"]) == (401, "UNAUTHORIZED")
    wiki.switch(auth_codes="measured")  # what live sites were seen to answer
    old, new = stranger.v1("GET", "/user/current"), stranger.v2("GET", "/pages")
    assert (old.status_code, old.json()["message"].rpartition(": ")[2]) == (403, "caller cannot access Confluence")
    assert (new.status_code, title_of(new)) == (404, "Not Found")


def test_those_who_may_only_read_get_403_on_writes(wiki: Wiki) -> None:
    for user, token in (("author@example.com", "sandbox-readonly"), ("reader@example.com", "sandbox")):
        other = Wiki(wiki.server, user, token)
        space_id = other.space()["id"]
        assert other.v2("POST", "/pages", json={"spaceId": space_id, "title": "No"}).status_code == 403


def test_gateway_and_scoped_token(wiki: Wiki) -> None:
    url = wiki.server.url
    cloud_id = requests.get(f"{url}/_edge/tenant_info").json()["cloudId"]
    scoped = ("author@example.com", "sandbox-scoped")
    site = requests.get(f"{url}/wiki/api/v2/pages", auth=scoped)
    assert (site.status_code, site.json()["errors"][0]["code"]) == (401, "UNAUTHORIZED")
    through = f"{url}/ex/confluence/{cloud_id}/wiki/api/v2/spaces"
    answer = requests.get(through, auth=scoped)
    assert answer.json()["_links"]["base"].endswith("/wiki")
    reader = ("author@example.com", "sandbox-readonly")
    bogus = f"{through[:-7]}/pages/999"  # rights are looked at before the address
    assert requests.delete(bogus, auth=reader).status_code == 403
    wiki.switch(auth_codes="measured")
    site = requests.get(f"{url}/wiki/api/v2/pages", auth=scoped)
    assert (site.status_code, "<html>" in site.text) == (401, True)
    refused = requests.delete(bogus, auth=reader)
    assert refused.json() == {"code": 401, "message": "Unauthorized; scope does not match"}
    assert requests.delete(bogus, auth=scoped).status_code == 404


def test_page_life(wiki: Wiki) -> None:
    page = wiki.page("Report", "<p>one<br/><b>two</b></p>")
    assert page["parentId"] == wiki.space()["homepageId"]
    assert wiki.body(page["id"]) == "<p>one<br /><strong>two</strong></p>"
    assert wiki.put(page, 2).json()["version"]["number"] == 2
    stale = wiki.put(page, 2)
    assert stale.status_code == 409
    assert title_of(stale) == (
        "Version must be incremented when updating a page. Current Version: [2]. Provided version: [2]"
    )
    assert wiki.v2("DELETE", f"/pages/{page['id']}?purge=true").status_code == 400
    assert wiki.v2("DELETE", f"/pages/{page['id']}").status_code == 204
    trashed = wiki.v2("GET", f"/pages/{page['id']}").json()
    assert (trashed["status"], trashed["parentId"], trashed["position"]) == ("trashed", None, None)
    assert wiki.v2("DELETE", f"/pages/{page['id']}?purge=true").status_code == 204
    assert title_of(wiki.v2("GET", f"/pages/{page['id']}")) == f"Cannot find a page with id [{page['id']}]"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"title": "DATA SCIENCE"}, 400),  # the home page's title, in another case
        ({"title": ""}, 400),
        ({"title": "x" * 256}, 400),
        ({"colour": "red"}, 400),
        ({"status": "published"}, 400),
        ({"parentId": 5}, 400),
        ({"parentId": "1"}, 404),
        ({"spaceId": "1"}, 404),
        ({"body": {"representation": "markdown", "value": "x"}}, 400),
        ({"body": {"representation": "storage", "value": "<p>open"}}, 400),
        ({"body": {"representation": "storage", "value": "a & b"}}, 400),
        ({"body": {"representation": "storage", "value": "<x:y/>"}}, 400),
        ({"body": {"representation": "storage", "value": "\x08"}}, 400),
        ({"body": {"representation": "storage", "value": "x" * 5_300_000}}, 413),
    ],
)
def test_pages_that_are_refused(wiki: Wiki, more: dict[str, Any], status: int) -> None:
    answer = wiki.create(**({"title": "New"} | more))
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["status"] == status


def test_updates_that_are_refused(wiki: Wiki) -> None:
    page, child = wiki.page("P"), None
    child = wiki.page("C", parentId=page["id"])
    assert wiki.put(page, 2, parentId=child["id"]).status_code == 400  # below itself
    assert wiki.put(page, 2, title="c").status_code == 400  # taken
    assert wiki.put(page, 2, id="1").status_code == 400
    assert wiki.put(page, 2, version={"number": "2"}).status_code == 400
    assert wiki.put(page, 2, version={"number": 2, "minorEdit": True, "message": "m"}).status_code == 200


def test_lists_follow_cursors(wiki: Wiki) -> None:
    ids = [wiki.page(f"Page {n}")["id"] for n in range(7)]
    first = wiki.v2("GET", "/pages", params={"id": ",".join([*ids, "99999999"]), "limit": 5})
    following = first.json()["_links"]["next"]
    assert following.startswith("/wiki/api/v2/pages?")
    assert first.headers["Link"] == f'<{following}>; rel="next"'
    second = wiki.http.get(wiki.server.url + following).json()
    assert [row["id"] for row in first.json()["results"] + second["results"]] == ids
    assert "next" not in second["_links"]
    assert wiki.v2("GET", "/pages?status=draft").status_code == 400
    assert wiki.v2("GET", "/pages", params={"id": ",".join(map(str, range(1, 252)))}).status_code == 400
    assert wiki.v2("GET", "/pages?cursor=nonsense").status_code == 400
    found = wiki.v2("GET", "/pages", params={"space-id": wiki.space()["id"], "title": "PAGE 3"}).json()["results"]
    assert [row["id"] for row in found] == [ids[3]]


def test_included_labels_and_properties(wiki: Wiki) -> None:
    page = wiki.page("P")
    path = f"/pages/{page['id']}/properties"
    made = wiki.v2("POST", path, json={"key": "nbwiki", "value": {"a": 1}}).json()
    assert wiki.v2("POST", path, json={"key": "nbwiki", "value": 1}).status_code == 409
    assert wiki.v2("POST", path, json={"key": "big", "value": "x" * 32_768}).status_code == 400
    data = {"key": "nbwiki", "value": 2, "version": {"number": 1}}
    assert wiki.v2("PUT", f"{path}/{made['id']}", json=data).status_code == 409
    data["version"] = {"number": 2}
    assert wiki.v2("PUT", f"{path}/{made['id']}", json=data).json()["value"] == 2
    assert wiki.v1("POST", f"/content/{page['id']}/label", json=[{"prefix": "global", "name": "Report"}]).ok
    for bad in ({"name": "x"}, [{"prefix": "global"}], [{"name": "a b"}], [{"name": "a?b"}]):
        assert wiki.v1("POST", f"/content/{page['id']}/label", json=bad).status_code == 400
    shown = wiki.v2("GET", f"/pages/{page['id']}?include-labels=true&include-properties=true").json()
    assert [row["name"] for row in shown["labels"]["results"]] == ["report"]
    assert {"editor", "nbwiki"} <= {row["key"] for row in shown["properties"]["results"]}
    assert shown["version"]["number"] == 1
    assert wiki.v1("DELETE", f"/content/{page['id']}/label?name=report").status_code == 204


def test_attachments(wiki: Wiki) -> None:
    page_id = wiki.page("P")["id"]
    path = f"/content/{page_id}/child/attachment"
    made = wiki.upload(page_id, "a.png", b"one", data={"minorEdit": "true"}).json()["results"][0]
    assert made["id"].startswith("att")
    again = wiki.upload(page_id, "a.png", b"two")
    assert again.status_code == 400
    assert "Cannot add a new attachment with same file name as an existing attachment: a.png" in again.json()["message"]
    data = wiki.upload(page_id, "a.png", b"two", path=f"{path}/{made['id']}/data").json()
    assert (data["id"], data["version"]["number"]) == (made["id"], 2)
    assert wiki.upload(page_id, "a.png", b"three", "PUT").json()["results"][0]["version"]["number"] == 3
    assert wiki.v1("POST", path, files={"file": ("b.png", b"x")}).status_code == 403  # no X-Atlassian-Token
    assert wiki.v1("POST", path, json={}, headers=NO_CHECK).status_code == 415
    assert wiki.upload(page_id, "a/b.png", b"x").status_code == 400
    untyped = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="c.svg"\r\n\r\n<svg/>\r\n'
        + ('e\r\n--b\r\nContent-Disposition: form-data; name="comment"\r\n\r\né\r\n--b--\r\n'.encode()[3:])
    )
    headers = NO_CHECK | {"Content-Type": "multipart/form-data; boundary=b"}
    stored = wiki.v1("POST", path, data=untyped, headers=headers).json()["results"][0]
    assert stored["extensions"]["mediaType"] == "application/octet-stream"
    assert stored["extensions"]["comment"] == "Ã©"
    row = wiki.v2("GET", f"/pages/{page_id}/attachments?filename=a.png").json()["results"][0]
    led = wiki.http.get(f"{wiki.server.url}/wiki{row['downloadLink']}", allow_redirects=False)
    assert led.status_code == 302
    assert requests.get(led.headers["Location"]).content == b"three"
    assert requests.get(led.headers["Location"].partition("?")[0]).status_code == 403
    assert wiki.v2("DELETE", f"/attachments/{row['id']}").status_code == 204


def test_overlapping_attachment_writes_are_500(wiki: Wiki) -> None:
    page_id = wiki.page("P")["id"]
    statuses: list[int] = []
    lock = wiki.server.state.lock
    with lock:  # requests wait for the database here, in flight together
        threads = [
            threading.Thread(
                target=lambda n=n: statuses.append(Wiki(wiki.server).upload(page_id, f"{n}", b"x").status_code)
            )
            for n in range(2)
        ]
        for thread in threads:
            thread.start()
        for _ in range(200):
            if statuses:
                break
            threading.Event().wait(0.01)
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 500]


def test_tree_folders_and_moves(wiki: Wiki) -> None:
    root = wiki.page("Root")["id"]
    a, b = wiki.page("A", parentId=root)["id"], wiki.page("B", parentId=root)["id"]
    folder = wiki.v2("POST", "/folders", json={"spaceId": wiki.space()["id"], "title": "A", "parentId": root}).json()
    inside = wiki.page("In", parentId=folder["id"])["id"]
    rows = wiki.v2("GET", f"/pages/{root}/direct-children").json()["results"]
    assert [(row["id"], row["type"]) for row in rows] == [(a, "page"), (b, "page"), (folder["id"], "folder")]
    assert len(wiki.v2("GET", f"/pages/{root}/children").json()["results"]) == 2
    below = wiki.v2("GET", f"/pages/{root}/descendants").json()["results"]
    assert [row["id"] for row in below] == [a, b, folder["id"], inside]
    assert wiki.v2("GET", f"/pages/{folder['id']}/direct-children").status_code == 404
    assert [row["id"] for row in wiki.v1("GET", f"/content/{folder['id']}/child/page").json()["results"]] == [inside]
    assert wiki.v1("PUT", f"/content/{b}/move/before/{a}").json() == {"pageId": b}
    assert [row["id"] for row in wiki.v2("GET", f"/pages/{root}/direct-children").json()["results"]][:2] == [b, a]
    assert wiki.v1("PUT", f"/content/{root}/move/append/{a}").status_code == 400
    chain = wiki.v2("GET", f"/pages/{inside}/ancestors").json()["results"]
    assert [row["id"] for row in chain][-2:] == [root, folder["id"]]


def test_archive_is_a_long_task(wiki: Wiki) -> None:
    page = wiki.page("Old")
    many = {"pages": [{"id": int(page["id"])}, {"id": int(page["id"])}]}
    assert wiki.v1("POST", "/content/archive", json=many).status_code == 400
    assert wiki.v1("POST", "/content/archive", json={"pages": [{"id": page["id"]}]}).status_code == 400  # a string
    started = wiki.v1("POST", "/content/archive", json={"pages": [{"id": int(page["id"])}]})
    assert started.status_code == 202
    task = started.json()["links"]["status"].removeprefix("/rest/api")
    assert [wiki.v1("GET", task).json()["finished"] for _ in range(2)] == [False, True]
    assert wiki.v2("GET", f"/pages/{page['id']}").json()["status"] == "archived"
    assert wiki.create("old").status_code == 400  # an archived page still owns its title
    assert wiki.v1("GET", "/content/search", params={"cql": 'title = "Old"'}).json()["results"] == []


def test_search(wiki: Wiki) -> None:
    page = wiki.page("Churn by region", "<p>walrus</p>")
    wiki.v1("POST", f"/content/{page['id']}/label", json=[{"prefix": "global", "name": "report"}])

    def found(cql: str) -> list[str]:
        return [row["id"] for row in wiki.v1("GET", "/content/search", params={"cql": cql}).json()["results"]]

    assert found('type = page and space = "DATA" and title ~ "churn"') == [page["id"]]
    assert found('label = "report" order by lastmodified desc') == [page["id"]]
    assert found(f'id in ({page["id"]}, 5) and text ~ "walrus"') == [page["id"]]
    assert found('space = "NOPE"') == []
    for bad, status in (("type = pages", 400), ('text ~ ""', 500), ("status = current", 400), ("title =", 400)):
        assert wiki.v1("GET", "/search", params={"cql": bad}).status_code == status
    wiki.switch(search_lag_s=60)
    assert found('label = "report"') == []


def test_removed_routes_are_410(wiki: Wiki) -> None:
    page = wiki.page("P")
    for method, path in (("GET", f"/content/{page['id']}"), ("POST", "/content"), ("GET", "/space")):
        answer = wiki.v1(method, path, json={})
        assert answer.status_code == 410
        assert "GoneException: This deprecated endpoint has been removed." in answer.json()["message"]
    assert wiki.v2("PATCH", f"/pages/{page['id']}").status_code == 405


def test_comments_and_human_edits(wiki: Wiki) -> None:
    page = wiki.page("P", "<p>the words that matter</p>")
    url = wiki.server.url + "/sandbox"
    made = wiki.http.post(f"{url}/comment", json={"page": page["id"], "text": "why?", "selection": "words"}).json()
    shown = wiki.v2("GET", f"/pages/{page['id']}?body-format=storage").json()
    assert shown["version"]["number"] == 1
    assert f'<ac:inline-comment-marker ac:ref="{made["marker_ref"]}">words<' in shown["body"]["storage"]["value"]
    row = wiki.v2("GET", f"/pages/{page['id']}/inline-comments?resolution-status=open").json()["results"][0]
    assert row["properties"]["inlineOriginalSelection"] == "words"
    wiki.put(page, 2, "<p>other</p>")
    row = wiki.v2("GET", f"/pages/{page['id']}/inline-comments").json()["results"][0]
    assert row["resolutionStatus"] == "dangling"
    assert wiki.http.post(f"{url}/edit", json={"page": page["id"], "append": "<p>+</p>"}).json()["version"] == 3


def test_rate_limit_with_all_headers(wiki: Wiki) -> None:
    wiki.switch(confluence_rate={"capacity": 2, "per_s": 1})
    answers = [wiki.v2("GET", "/spaces") for _ in range(4)]
    assert [answer.status_code for answer in answers][:3] == [200, 200, 429]
    headers = answers[2].headers
    assert headers["Retry-After"] == "1"
    assert headers["RateLimit-Reason"] == "confluence-burst-based"
    assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-NearLimit"} <= set(headers)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p class='x' id='y' onclick='z'>a</p>", "<p>a</p>"),
        ("<blink>a<i>b</i></blink>c", "a<em>b</em>c"),
        ("<script>alert(1)</script>t", "t"),
        ("a&nbsp;b", "a\u00a0b"),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        ("<ac:plain-text-body><![CDATA[a<b/>]]></ac:plain-text-body>", "<ac:plain-text-body><![CDATA[a<b/>]]></ac:plain-text-body>"),
    ],
)  # fmt: skip
def test_the_server_rewrites_bodies(wiki: Wiki, sent: str, kept: str) -> None:
    assert wiki.body(wiki.page("P", sent)["id"]) == kept


def test_macros_get_ids(wiki: Wiki) -> None:
    body = wiki.body(wiki.page("P", '<ac:structured-macro ac:name="toc"/>')["id"])
    assert body.startswith('<ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="')


def test_restrictions_states_watches_and_views(wiki: Wiki) -> None:
    page = wiki.page("P")
    path = f"/content/{page['id']}"
    me = wiki.v1("GET", "/user/current").json()["accountId"]
    users = {"user": [{"type": "known", "accountId": me}], "group": []}
    data = [{"operation": "update", "restrictions": users}]
    assert wiki.v1("PUT", f"{path}/restriction", json=data).status_code == 200
    sizes = [row["restrictions"]["user"]["size"] for row in wiki.v1("GET", f"{path}/restriction").json()["results"]]
    assert sizes == [0, 1]
    assert wiki.v1("PUT", f"{path}/restriction", json=[{"operation": "fly", "restrictions": {}}]).status_code == 400
    assert wiki.v1("DELETE", f"{path}/restriction/byOperation/update/user", params={"accountId": me}).ok
    state = wiki.v1("PUT", f"{path}/state?status=current", json={"name": "Verified", "color": "#57d9a3"}).json()
    assert state["contentState"]["name"] == "Verified"
    wrong = ({"name": "x" * 21}, {"name": "Stale", "color": "red"}, {"color": "#57d9a3"})
    assert [wiki.v1("PUT", f"{path}/state?status=current", json=one).status_code for one in wrong] == [400, 400, 400]
    assert wiki.v1("PUT", f"{path}/state", json={"name": "Verified"}).status_code == 400  # without status
    assert wiki.v2("GET", f"/pages/{page['id']}").json()["version"]["number"] == 2  # it made one, with the same body
    wiki.put(page, 3)
    assert wiki.v1("GET", f"{path}/state").json() == {}  # a body update clears it
    assert wiki.v1("POST", f"/user/watch{path}", headers=NO_CHECK).status_code == 204
    assert wiki.v1("GET", f"/user/watch{path}").json() == {"watching": True}
    assert wiki.v1("DELETE", f"{path}/state?status=current").json() == {}
    assert wiki.v2("GET", f"/pages/{page['id']}").json()["version"]["number"] == 4
    wiki.switch(custom_states=False)
    assert wiki.v1("PUT", f"{path}/state?status=current", json={"name": "Mine"}).status_code == 400


def test_views_are_counted_and_viewers_are_people(wiki: Wiki) -> None:
    page = wiki.page("P")
    path = f"/analytics/content/{page['id']}"

    def counts(since: str = "") -> list[int]:
        params = {"fromDate": since} if since else {}
        return [wiki.v1("GET", f"{path}/{kind}", params=params).json()["count"] for kind in ("views", "viewers")]

    assert counts() == [0, 0]
    for user in ("reader@example.com", "reader@example.com", "author@example.com"):
        assert requests.post(f"{wiki.server.url}/sandbox/view", json={"page": page["id"], "user": user}, timeout=5).ok
    assert requests.get(
        f"{wiki.server.url}/wiki/spaces/DATA/pages/{page['id']}", timeout=5
    ).ok  # a reader in the browser
    assert counts() == [4, 2]
    assert counts("2999-01-01") == [0, 0]
    assert wiki.v1("GET", f"{path}/views", params={"fromDate": "soon"}).status_code == 400
    assert wiki.v1("GET", "/analytics/content/1/viewers").status_code == 404
    wiki.switch(views={page["id"]: 7})
    assert counts() == [7, 2]


def test_titles_versions_and_types(wiki: Wiki) -> None:
    page = wiki.page("P")
    path = f"/pages/{page['id']}"
    assert wiki.v2("PUT", f"{path}/title", json={"status": "current", "title": "Q"}).json()["title"] == "Q"
    assert wiki.v2("PUT", f"{path}/title", json={"title": "Q"}).status_code == 400
    assert [row["number"] for row in wiki.v2("GET", f"{path}/versions").json()["results"]] == [2, 1]
    assert wiki.v2("GET", f"{path}?version=1").json()["title"] == "P"
    assert wiki.v2("GET", f"{path}?version=9").status_code == 404
    types = wiki.v2("POST", "/content/convert-ids-to-types", json={"contentIds": [page["id"], "7"]}).json()["results"]
    assert types == {page["id"]: "page", "7": None}
    assert wiki.v2("GET", f"{path}?body-format=atlas_doc_format").status_code == 400
    assert wiki.v2("GET", f"{path}?include-labels=yes").status_code == 400
