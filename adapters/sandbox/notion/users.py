"""User objects, as answers show them."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.store import WORKSPACE, Node
from adapters.sandbox.notion.uploads import max_file_bytes


def shown_user(node: Node, call: Call) -> dict[str, Any]:
    """A user object: a person with an e-mail address, or the bot with the limits of its workspace."""
    base = {"object": "user", "id": node.id, "name": node.value["name"], "avatar_url": None, "type": node.type}
    if node.type == "person":
        return {**base, "person": {"email": node.value["email"]}}
    return {
        **base,
        "bot": {
            "owner": {"type": "workspace", "workspace": True},
            "workspace_id": WORKSPACE,
            "workspace_name": "Sandbox",
            "workspace_limits": {"max_file_upload_size_in_bytes": max_file_bytes(call.state)},
        },
    }
