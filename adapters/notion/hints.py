"""What records tell beside the report, and what would cost a request a run each: which bot we are, our columns' ids, and
whether the row shows all authors that have accounts.

They are believed only where they prove themselves. The bot's id stands beside eight digits of a hash of the token that
it was learnt with, in a row that this bot edited last. The columns' ids stand as a hash over our names and their ids, which
the columns that a row shows today must give.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import blake2b
from typing import Any

import msgspec

from adapters.base import Record
from adapters.notion.ids import is_id
from adapters.settings import Token

BOT, COLUMNS, PEOPLE = "bot", "columns", "accounts"
ASKED_DAYS = 7
"""After so many it is asked anew whether authors without an account have one by now. Ours."""
_BYTES = 4
"""Of the token's hash: enough to tell tokens of one workspace apart, too few to learn anything of one."""
_encode = msgspec.json.Encoder(order="sorted").encode


def bot_told(token: Token, bot: str) -> dict[str, object]:
    """What a record's state keeps of the bot that we are."""
    return {BOT: f"{_hash(token.reveal().strip().encode())}:{uuid.UUID(bot).hex}"} if is_id(bot) else {}


def bot_of(row: Mapping[str, Any], record: Record, token: Token) -> str:
    """The bot that we are, as the row tells it; empty where it doesn't, or where another token wrote it."""
    editor = str(row["last_edited_by"]["id"])
    told = bot_told(token, editor)
    return editor if told and record.state.get(BOT) == told[BOT] else ""


def columns_told(ids: Mapping[str, str]) -> dict[str, object]:
    """What a record's state keeps of the ids of our columns."""
    return {COLUMNS: _hash(_encode(dict(ids)))}


def people_told(emails: Iterable[str], column: str) -> str:
    """What a record's state keeps of authors whose accounts a column shows; the day follows where some have none."""
    return _hash(_encode([sorted(emails), column]))


def knows_people(record: Record, told: str, today: str) -> bool:
    """Whether the row shows the accounts of these authors: of all, or of all that had one in the last days."""
    before, _, day = str(record.state.get(PEOPLE, "")).partition(":")
    try:
        return before == told and (not day or (date.fromisoformat(today) - date.fromisoformat(day)).days < ASKED_DAYS)
    except ValueError:  # people can write into a row
        return False


def _hash(data: bytes) -> str:
    return blake2b(data, digest_size=_BYTES, person=b"nbwiki").hexdigest()
