"""A Notion target over the sandbox, small blocks, and what tests do with them."""

from __future__ import annotations

import json
from typing import Any

import requests

from adapters import open_wiki
from adapters.base import Change, Draft, Record
from adapters.settings import TargetSettings, Token
from converters.metadata import Metadata
from converters.model import Asset, Rendered


class NotionHub:
    """The seeded page of a sandbox. ``slept`` holds what the adapters would have waited."""

    def __init__(self, server):
        self.server = server
        self.slept: list[float] = []
        self.hub = self.state()["notion_data_hub"]

    def state(self) -> Any:
        return requests.get(f"{self.server.url}/sandbox/state", timeout=10).json()

    def wiki(self, **more):
        arguments = {"token": Token("sandbox"), "parent": self.hub, "sleep": self.slept.append, **more}
        return open_wiki(TargetSettings(name="n", kind="notion", url=f"{self.server.url}/notion", **arguments))

    def faults(self, *rules: dict[str, Any], **switches: Any) -> None:
        plan = {"seed": 1, "rules": list(rules), "switches": switches}
        answer = requests.put(f"{self.server.url}/sandbox/faults", json=plan, timeout=10)
        assert answer.ok, answer.text

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        headers = {"Authorization": "Bearer sandbox", "Notion-Version": "2026-03-11"}
        url = f"{self.server.url}/notion/v1/{path}"
        answer = requests.request(method, url, headers=headers, timeout=10, **arguments)
        assert answer.ok, answer.text
        return answer.json()

    def sent(self, ending: str = "", method: str = "") -> list[Any]:
        return [e for e in self.server.log.entries(method=method) if e["path"].endswith(ending)]


def text(words):
    return [{"type": "text", "text": {"content": words}}]


def para(words):
    return {"type": "paragraph", "paragraph": {"rich_text": text(words)}}


def toggle(words, *children):
    below = {"children": list(children)} if children else {}
    return {"type": "toggle", "toggle": {"rich_text": text(words), **below}}


def asset(data, name="a.png", mime="image/png"):
    return Asset(key=Asset.digest(data), data=data, mime=mime, name=name)


def media(asset: Asset, kind="image"):
    return {"type": kind, kind: {"file_upload": {"id": f"nbwiki-asset:{asset.key}"}, "caption": text(asset.name)}}


def content(*blocks, title="R", assets=()):
    digest = json.dumps(blocks)[:60] + str(len(blocks))
    return Rendered(
        target="notion", title=title, meta=Metadata(title=title), digest=digest, blocks=blocks, assets=tuple(assets)
    )


def publish(wiki, *blocks, key="k", assets=()):
    wiki.begin(wiki.observe())
    made = wiki.create(Draft(record=Record(key=key, source=f"f/{key}.md"), title="R", parent=None))
    return change(wiki, made, *blocks, assets=assets)


def change(wiki, last, *blocks, assets=()):
    wanted = Change(record=last.record, title="R", content=content(*blocks, assets=assets), base=last.page.version)
    return wiki.write(last.page, wanted)


def tree(wiki, page):
    return json.loads(wiki.read(page))


def words(blocks):
    return ["".join(i["plain_text"] for i in b[b["type"]].get("rich_text", ())) for b in blocks]
