"""Runs the real command against a real sandbox, as a person or a scheduler would."""

from __future__ import annotations

import json
import os
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.process import forked, fresh

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("cloud", "datacenter", "notion")
TOKENS = {"CONFLUENCE_USER": "author@example.com", "CONFLUENCE_TOKEN": "sandbox", "NOTION_TOKEN": "sandbox"}


@dataclass
class Run:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    def verbs(self) -> dict[str, list[str]]:
        """Sources by verb."""
        found: dict[str, list[str]] = {}
        for action in self.json["actions"]:
            found.setdefault(action["verb"], []).append(action["source"])
        return found


def surroundings() -> dict[str, str]:
    """The environment of a run: ours, with the sandbox's tokens and nothing else of nbwiki's."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("NBWIKI", "CONFLUENCE", "NOTION"))
    }
    return {**kept, **TOKENS, "PYTHONPATH": str(ROOT)}


def nbwiki(*arguments: str, cwd: Path, environment: dict[str, str] | None = None, start: bool = False) -> Run:
    """The command line in a process of its own, with the sandbox's tokens; ``start``: Python's start is to be seen, too."""
    env = {**surroundings(), "PYTHONWARNINGS": "default", **(environment or {})}
    code, out, err = (not start and forked(arguments, cwd, env)) or fresh(arguments, cwd, env)
    return Run(code, out.decode(), err.decode())


def configure(folder: Path, url: str, source: Path, include: tuple[str, ...] = ("**/*",)) -> None:
    """A configuration with all three targets of a sandbox."""
    hub = state(url)["notion_data_hub"]
    (folder / "nbwiki.toml").write_text(
        f"""
[source]
root = {json.dumps(str(source))}
include = {json.dumps(include)}

[targets.cloud]
kind = "confluence"
url = "{url}/wiki"
space = "DATA"
parent = "Reports"
user_env = "CONFLUENCE_USER"
token_env = "CONFLUENCE_TOKEN"

[targets.datacenter]
kind = "confluence"
url = "{url}/dc"
deployment = "datacenter"
space = "DATA"
parent = "Reports"
token_env = "CONFLUENCE_TOKEN"

[targets.notion]
kind = "notion"
url = "{url}/notion"
parent = "{hub}"
token_env = "NOTION_TOKEN"
""",
        encoding="utf-8",
    )


def get(url: str) -> Any:
    """JSON from the sandbox's own endpoints."""
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def state(url: str) -> dict[str, Any]:
    """Everything that the sandbox holds."""
    found: dict[str, Any] = get(f"{url}/sandbox/state")
    return found


def requests_since(url: str, number: int = 0) -> list[dict[str, Any]]:
    """The request log after a number."""
    found: list[dict[str, Any]] = get(f"{url}/sandbox/requests?since={number}")
    return found


def writes(entries: list[dict[str, Any]]) -> list[str]:
    """Requests that change something: everything but reads and Notion's queries."""
    return [
        f"{entry['method']} {entry['path']}"
        for entry in entries
        if entry["method"] not in {"GET", "HEAD"} and not entry["path"].endswith(("/query", "/v1/search"))
    ]
