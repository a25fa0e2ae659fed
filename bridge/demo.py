"""``demo``: the sandbox, the example repository published to both of its wikis, and the address to open."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from adapters import open_wiki
from adapters.settings import TargetSettings, Token
from bridge.config import load
from bridge.hub.model import HOME
from bridge.publish import publish
from bridge.report import summary
from bridge.sync.actions import Flags
from converters.errors import ConfigError

TOKEN = "sandbox"  # noqa: S105  (the sandbox's public token)
USER = "author@example.com"


def example_folder() -> Path:
    """The example repository: beside the packages in a checkout, inside ``bridge`` in an installed wheel."""
    installed = Path(str(files("bridge"))) / "_examples" / "acme"
    checkout = Path(__file__).resolve().parents[1] / "examples" / "acme"
    for folder in (checkout, installed):
        if (folder / "nbwiki.toml").is_file():
            return folder
    raise ConfigError("the example repository is not part of this installation", hint="install nbwiki from a wheel")


def publish_examples(url: str, say: Callable[[str], None]) -> int:
    """Sync the examples to the sandbox at ``url``: Confluence space DATA and Notion page Data hub. The exit code."""
    settings = load(example_folder() / "nbwiki.toml", {}, example_folder())
    code = 0
    for target in targets(url, hub=settings.file.hub.enabled):
        wiki = open_wiki(target)
        try:
            done = publish(settings, wiki, target.name, flags=Flags())
        finally:
            wiki.close()
        page = f"{url}/notion/p/{target.parent.replace('-', '')}" if target.kind == "notion" else ""
        page = next((one.url for one in done.actions if one.key == HOME), page)
        say(f"{target.kind}: {summary(done.actions)}: {page or (done.root.url if done.root else url)}")
        for one in done.actions:
            if one.verb in {"error", "conflict"}:
                say(f"  {one.source}: {one.reason}")
        code = max(code, done.code)
    return code


def targets(url: str, *, hub: bool = False) -> tuple[TargetSettings, TargetSettings]:
    """The two targets of the demo; ``hub`` as it is configured."""
    confluence = TargetSettings(
        name="wiki",
        kind="confluence",
        url=f"{url}/wiki",
        token=Token(TOKEN),
        user=USER,
        deployment="cloud",
        space="DATA",
        parent="Data science reports",
        hub=hub,
    )
    notion = TargetSettings(
        name="notebook-hub",
        kind="notion",
        url=f"{url}/notion",
        token=Token(TOKEN),
        parent=_hub_page(url),
        hub=hub,
    )
    return confluence, notion


def _hub_page(url: str) -> str:
    """The id of the seeded Notion page, as ``/sandbox/state`` tells it."""
    with urllib.request.urlopen(f"{url}/sandbox/state", timeout=10) as answer:
        found = json.load(answer).get("notion_data_hub", "")
    if not found:
        raise ConfigError("the sandbox has no Notion page 'Data hub'", hint="nbwiki sandbox reset")
    return str(found)
