"""What is missing before a target can be written to, found by reading alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.base import Finding, failed
from adapters.errors import AuthError, WikiError
from adapters.notion.client import VERSION, NotionClient
from adapters.notion.schema import SCHEMA, Columns
from converters.errors import BridgeError

if TYPE_CHECKING:
    from adapters.notion.database import Database


def examine(client: NotionClient, database: Database, *, beside: bool = False) -> list[Finding]:
    """Findings on token, file limit, parent page or database, and its properties. ``beside``: pages are to stand beside it."""
    found: list[Finding] = []
    try:
        me = client.me()
    except AuthError as error:
        return [failed("credentials", error)]
    except WikiError as error:
        return [failed("connection", error)]
    bot = me.get("bot") or {}
    name = bot.get("workspace_name") or "the workspace"
    found.append(Finding("ok", "credentials", f"integration {me.get('name') or me['id']} of {name}"))
    found.append(Finding("ok", "version", f"Notion-Version {VERSION}"))
    limit = (bot.get("workspace_limits") or {}).get("max_file_upload_size_in_bytes")
    if limit:
        small = int(limit) <= 5 * 1024 * 1024
        hint = "larger files are left out with a note; a paid plan takes up to 5 GiB" if small else ""
        found.append(Finding("warn" if small else "ok", "files", f"up to {int(limit) / 2**20:.0f} MiB each", hint))
    found.extend(_place(client, database))
    if beside:
        try:
            database.parent()
        except BridgeError as error:
            found.append(failed("parent", error))
    return found


def _place(client: NotionClient, database: Database) -> list[Finding]:
    try:
        place = database.find()
    except BridgeError as error:
        return [failed("database", error)]
    if place is None:
        return [Finding("ok", "database", f"{database.title!r} will be made below the parent page by the first sync")]
    found = [Finding("ok", "database", f"{place.root.title} ({place.root.url})")]
    try:
        lacking = Columns(client.data_source(place.source)["properties"]).lacks
    except WikiError as error:
        return [*found, failed("properties", error)]
    if lacking:
        found.append(Finding("ok", "properties", f"{', '.join(lacking)} will be added by the next sync"))
    else:
        found.append(Finding("ok", "properties", f"all {len(SCHEMA)} are there"))
    return found
