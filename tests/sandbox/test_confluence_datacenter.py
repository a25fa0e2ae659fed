"""Confluence Data Center in the sandbox over real HTTP."""

from __future__ import annotations

from typing import Any

import requests

from adapters.sandbox.server import Server

NO_CHECK = {"X-Atlassian-Token": "no-check"}


def ask(server: Server, method: str, path: str, token: str = "sandbox", **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} | more.pop("headers", {})
    return requests.request(method, f"{server.url}/dc{path}", headers=headers, **more)


def create(server: Server, title: str, **more: Any) -> requests.Response:
    body = {"storage": {"value": "<p>x</p>", "representation": "storage"}}
    data = {"type": "page", "title": title, "space": {"key": "DATA"}, "body": body} | more
    return ask(server, "POST", "/rest/api/content", json=data)


def test_login(sandbox: Server) -> None:
    assert ask(sandbox, "GET", "/rest/api/user/current").json()["username"] == "author"
    assert ask(sandbox, "GET", "/rest/api/user/current", token="no").status_code == 401
    refused = ask(sandbox, "POST", "/rest/api/content", token="sandbox-readonly", json={})
    assert refused.status_code == 403


def test_page_life_with_expand(sandbox: Server) -> None:
    page = create(sandbox, "Report", metadata={"properties": {"nbwiki": {"value": {"k": 1}}}}).json()
    path = f"/rest/api/content/{page['id']}"
    expand = "body.storage,version,ancestors,space,metadata.labels,metadata.properties.nbwiki,children.attachment"
    shown = ask(sandbox, "GET", f"{path}?expand={expand}").json()
    assert shown["metadata"]["properties"]["nbwiki"]["value"] == {"k": 1}
    assert shown["ancestors"][0]["title"] == "Data science"
    data = {"type": "page", "title": "Report 2", "version": {"number": 2, "minorEdit": True}}
    assert ask(sandbox, "PUT", path, json=data).json()["version"]["number"] == 2
    assert ask(sandbox, "PUT", path, json=data).status_code == 409
    assert create(sandbox, "report 2").status_code == 400
    child = create(sandbox, "Child", ancestors=[{"id": page["id"]}]).json()
    below = ask(sandbox, "GET", f"{path}/descendant/page?expand=metadata.properties.nbwiki").json()
    assert [row["id"] for row in below["results"]] == [child["id"]]
    assert ask(sandbox, "DELETE", path).status_code == 204
    assert ask(sandbox, "GET", path).status_code == 404
    assert ask(sandbox, "GET", f"{path}?status=trashed").json()["status"] == "trashed"
    assert ask(sandbox, "DELETE", f"{path}?status=trashed").status_code == 204


def test_properties_by_key(sandbox: Server) -> None:
    path = f"/rest/api/content/{create(sandbox, 'P').json()['id']}/property"
    assert ask(sandbox, "POST", path, json={"key": "k", "value": 1}).status_code == 200
    assert ask(sandbox, "POST", path, json={"key": "k", "value": 1}).status_code == 409
    assert ask(sandbox, "PUT", f"{path}/k", json={"value": 2, "version": {"number": 1}}).status_code == 409
    assert ask(sandbox, "PUT", f"{path}/k", json={"value": 2, "version": {"number": 2}}).json()["value"] == 2
    assert ask(sandbox, "DELETE", f"{path}/k").status_code == 204
    assert ask(sandbox, "GET", f"{path}/k").status_code == 404


def test_attachments(sandbox: Server) -> None:
    path = f"/rest/api/content/{create(sandbox, 'P').json()['id']}/child/attachment"
    files = {"file": ("a.txt", b"one", "text/plain; charset=utf-8")}
    made = ask(sandbox, "POST", path, files=files, headers=NO_CHECK).json()["results"][0]
    assert ask(sandbox, "POST", path, files=files, headers={"X-Atlassian-Token": "nocheck"}).status_code == 403
    assert ask(sandbox, "PUT", path, files=files, headers=NO_CHECK).status_code == 405
    new = ask(sandbox, "POST", f"{path}/{made['id']}/data", files={"file": ("a.txt", b"two")}, headers=NO_CHECK)
    assert new.json()["version"]["number"] == 2
    assert ask(sandbox, "GET", new.json()["_links"]["download"]).content == b"two"


def test_what_data_center_lacks(sandbox: Server) -> None:
    assert ask(sandbox, "GET", "/api/v2/pages").status_code == 404
    assert ask(sandbox, "POST", "/rest/api/content/archive", json={"pages": []}).status_code in {404, 405}
    assert create(sandbox, "P", colour="red").status_code == 400


def test_both_flavours_keep_apart(sandbox: Server) -> None:
    page = create(sandbox, "Only here").json()
    cloud = f"{sandbox.url}/wiki/api/v2/pages/{page['id']}"
    assert requests.get(cloud, auth=("author@example.com", "sandbox")).status_code == 404


def test_older_versions(sandbox: Server) -> None:
    page = create(sandbox, "Report").json()["id"]
    path = f"/rest/api/content/{page}"
    body = {"storage": {"value": "<p>y</p>", "representation": "storage"}}
    for number, more in ((2, {"title": "Renamed"}), (3, {"title": "Renamed", "body": body})):
        assert ask(sandbox, "PUT", path, json={"type": "page", "version": {"number": number}, **more}).ok
    shown = {}
    for number in (1, 2, 3):
        old = ask(sandbox, "GET", f"{path}?status=historical&version={number}&expand=body.storage").json()
        assert (old["status"], old["version"]["number"]) == ("historical", number)
        shown[number] = (old["title"], old["body"]["storage"]["value"])
    assert shown == {1: ("Report", "<p>x</p>"), 2: ("Renamed", "<p>x</p>"), 3: ("Renamed", "<p>y</p>")}
    assert ask(sandbox, "GET", f"{path}?status=historical&version=4").status_code == 404
    for half in ("version=1", "status=historical", "status=historical&version=x"):
        assert ask(sandbox, "GET", f"{path}?{half}").status_code in {400, 404}


def test_what_a_write_brings_along_is_kept_or_refused(sandbox: Server) -> None:
    labels = [{"name": "Sales", "prefix": "global"}]
    page = create(sandbox, "Report", metadata={"labels": labels}).json()["id"]
    shown = ask(sandbox, "GET", f"/rest/api/content/{page}/label").json()["results"]
    assert [label["name"] for label in shown] == ["sales"]
    assert create(sandbox, "Wrong label", metadata={"labels": [{"name": "a b!"}]}).status_code == 400
    assert create(sandbox, "Own id", id="77").status_code == 400
    assert create(sandbox, "Draft", status="draft").status_code == 400
    data = {"type": "page", "title": "Report", "version": {"number": 2}}
    for more in ({"metadata": {"labels": labels}}, {"status": "draft"}):
        assert ask(sandbox, "PUT", f"/rest/api/content/{page}", json=data | more).status_code == 400
    assert ask(sandbox, "GET", "/rest/api/content?spaceKey=DATA&title=Wrong%20label").json()["size"] == 0
