"""The fault plan over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from adapters.sandbox.server import Server

AUTH = ("author@example.com", "sandbox")


def plan(server: Server, **fields: Any) -> requests.Response:
    return requests.put(f"{server.url}/sandbox/faults", json=fields)


def spaces(server: Server) -> requests.Response:
    return requests.get(f"{server.url}/wiki/api/v2/spaces", auth=AUTH)


def create(server: Server) -> requests.Response:
    space_id = next(row["id"] for row in requests.get(f"{server.url}/sandbox/state").json()["spaces"])
    return requests.post(f"{server.url}/wiki/api/v2/pages", auth=AUTH, json={"spaceId": space_id, "title": "T"})


def titles(server: Server) -> list[str]:
    return [page["title"] for page in requests.get(f"{server.url}/sandbox/state").json()["pages"]]


def test_a_rule_strikes_so_many_times(sandbox: Server) -> None:
    rule = {"path": "/wiki/api/v2/*", "method": "GET", "status": 503, "times": 2, "retry_after": 3, "body": {"m": 1}}
    plan(sandbox, rules=[rule])
    first = spaces(sandbox)
    assert (first.status_code, first.headers["Retry-After"], first.json()) == (503, "3", {"m": 1})
    assert [spaces(sandbox).status_code for _ in range(2)] == [503, 200]
    assert requests.get(f"{sandbox.url}/sandbox/faults").json()["struck"] == [2]


def test_connections_cut_before_and_after_the_work(sandbox: Server) -> None:
    plan(sandbox, rules=[{"path": "*/pages", "reset": "before", "times": 1}])
    with pytest.raises(requests.ConnectionError):
        create(sandbox)
    assert "T" not in titles(sandbox)
    plan(sandbox, rules=[{"path": "*/pages", "reset": "after", "times": 1}])
    with pytest.raises(requests.ConnectionError):
        create(sandbox)
    assert "T" in titles(sandbox)


def test_an_error_after_the_work(sandbox: Server) -> None:
    plan(sandbox, rules=[{"path": "re:/pages$", "status": 504, "after_work": True}])
    assert create(sandbox).status_code == 504
    assert "T" in titles(sandbox)


def test_the_same_seed_gives_the_same_run(sandbox: Server) -> None:
    def run(seed: int) -> list[int]:
        plan(sandbox, seed=seed, rules=[{"path": "/wiki/*", "status": 503, "rate": 0.5}])
        return [spaces(sandbox).status_code for _ in range(12)]

    assert run(1) == run(1)
    assert run(1) != run(2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": {}},
        {"rules": [{"pth": "*"}]},
        {"rules": [{"status": "503"}]},
        {"rules": [{"path": "re:("}]},
        {"rules": [{"reset": "during"}]},
        {"nonsense": 1},
        {"switches": []},
    ],
)
def test_wrong_plans_are_refused(sandbox: Server, wrong: dict[str, Any]) -> None:
    assert plan(sandbox, **wrong).status_code == 400
    assert spaces(sandbox).status_code == 200


def test_the_clock_can_be_moved(sandbox: Server) -> None:
    plan(sandbox, clock_offset_s=86_400 * 365)
    create(sandbox)
    made = requests.get(f"{sandbox.url}/wiki/api/v2/pages?title=T", auth=AUTH).json()["results"][0]
    home = requests.get(f"{sandbox.url}/wiki/api/v2/pages", auth=AUTH).json()["results"][0]
    assert made["createdAt"][:4] > home["createdAt"][:4]
