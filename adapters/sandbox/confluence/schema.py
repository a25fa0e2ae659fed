"""Tables of the Confluence part, and what a fresh sandbox holds.

Cloud and Data Center share the tables and are told apart by ``flavor`` ("cloud", "dc"); both have a space ``DATA``.
Ids come from one counter and are numbers here, strings on the wire (except a space's id in v1).
"""

from __future__ import annotations

import sqlite3

from adapters.sandbox.state import State

CLOUD_ID = "6f0b7a52-3c1d-4e8f-9a2b-5d4c3b2a1f00"
AUTHOR = "5b10a2844c20165700ede21g"
READER = "5b10ac8d82e05b22cc7d4ef5"
FIRST_CONTENT_ID = 98305
SPACES = (("DATA", "Data science"), ("LAB", "Laboratory"))
PERSONAL = ((f"~{AUTHOR}", "cloud"), ("~author", "dc"))
"""A person's own space: its key is a tilde and the account's id (Cloud) or name (Data Center)."""
FIRST_PERSONAL_ID = 900_000_001
FLAVORS = ("cloud", "dc")

_TABLES = """
CREATE TABLE IF NOT EXISTS cf_user (account_id TEXT PRIMARY KEY, email TEXT, name TEXT, username TEXT, userkey TEXT);
CREATE TABLE IF NOT EXISTS cf_space (id INTEGER PRIMARY KEY, flavor TEXT, key TEXT, name TEXT, homepage_id INTEGER,
  created REAL, UNIQUE (flavor, key));
CREATE TABLE IF NOT EXISTS cf_content (id INTEGER PRIMARY KEY, flavor TEXT NOT NULL, type TEXT NOT NULL,
  space_id INTEGER NOT NULL, parent_id INTEGER, status TEXT NOT NULL, title TEXT NOT NULL, title_key TEXT NOT NULL,
  version INTEGER NOT NULL, body TEXT NOT NULL, position REAL NOT NULL, author TEXT NOT NULL, owner TEXT NOT NULL,
  created REAL NOT NULL, modified REAL NOT NULL);
CREATE INDEX IF NOT EXISTS cf_content_parent ON cf_content (parent_id, position);
CREATE INDEX IF NOT EXISTS cf_content_title ON cf_content (space_id, title_key);
CREATE TABLE IF NOT EXISTS cf_version (content_id INTEGER, number INTEGER, title TEXT, body TEXT, message TEXT,
  minor INTEGER, author TEXT, created REAL, PRIMARY KEY (content_id, number));
CREATE TABLE IF NOT EXISTS cf_label (id INTEGER PRIMARY KEY, flavor TEXT, prefix TEXT, name TEXT,
  UNIQUE (flavor, prefix, name));
CREATE TABLE IF NOT EXISTS cf_content_label (content_id INTEGER, label_id INTEGER, PRIMARY KEY (content_id, label_id));
CREATE TABLE IF NOT EXISTS cf_property (id INTEGER PRIMARY KEY, holder TEXT, holder_id INTEGER, key TEXT, value TEXT,
  version INTEGER, message TEXT, minor INTEGER, author TEXT, created REAL, UNIQUE (holder, holder_id, key));
CREATE TABLE IF NOT EXISTS cf_attachment (id INTEGER PRIMARY KEY, page_id INTEGER, title TEXT, status TEXT,
  version INTEGER, media_type TEXT, comment TEXT, sha256 TEXT, size INTEGER, file_id TEXT, minor INTEGER,
  message TEXT, author TEXT, created REAL, modified REAL);
CREATE INDEX IF NOT EXISTS cf_attachment_page ON cf_attachment (page_id, title);
CREATE TABLE IF NOT EXISTS cf_attachment_version (attachment_id INTEGER, number INTEGER, sha256 TEXT, size INTEGER,
  media_type TEXT, comment TEXT, minor INTEGER, author TEXT, created REAL, PRIMARY KEY (attachment_id, number));
CREATE TABLE IF NOT EXISTS cf_comment (id INTEGER PRIMARY KEY, flavor TEXT, page_id INTEGER, kind TEXT,
  parent_id INTEGER, body TEXT, marker_ref TEXT, selection TEXT, resolution TEXT, author TEXT, created REAL,
  version INTEGER);
CREATE INDEX IF NOT EXISTS cf_comment_page ON cf_comment (page_id);
CREATE TABLE IF NOT EXISTS cf_restriction (content_id INTEGER, operation TEXT, kind TEXT, subject TEXT,
  PRIMARY KEY (content_id, operation, kind, subject));
CREATE TABLE IF NOT EXISTS cf_state (content_id INTEGER PRIMARY KEY, name TEXT, color TEXT);
CREATE TABLE IF NOT EXISTS cf_task (id INTEGER PRIMARY KEY, kind TEXT, polls_left INTEGER, ids TEXT, successful INTEGER,
  messages TEXT, created REAL);
CREATE TABLE IF NOT EXISTS cf_view (content_id INTEGER, account_id TEXT, at REAL);
CREATE INDEX IF NOT EXISTS cf_view_content ON cf_view (content_id);
CREATE TABLE IF NOT EXISTS cf_watch (content_id INTEGER, account_id TEXT, PRIMARY KEY (content_id, account_id));
"""


def install(state: State) -> None:
    """Creates the tables that are missing."""
    with state.transaction() as db:
        for statement in _TABLES.split(";"):
            if statement.strip():
                db.execute(statement)


def seed(state: State) -> None:
    """Users, the spaces ``DATA`` and ``LAB`` in both flavours and a personal one, each with its home page."""
    now = state.now()
    with state.transaction() as db:
        for row in (
            (AUTHOR, "author@example.com", "Ada Author", "author", "8a7f80828a7f80828a7f80828a7f0001"),
            (READER, "reader@example.com", "Rita Reader", "reader", "8a7f80828a7f80828a7f80828a7f0002"),
        ):
            db.execute("INSERT INTO cf_user VALUES (?,?,?,?,?)", row)
        for flavor in FLAVORS:
            for key, name in SPACES:
                ids = state.next_id("cf_content", FIRST_CONTENT_ID), state.next_id("cf_content")
                _add_space(db, ids, flavor, key, name, now)
        for key, flavor in PERSONAL:  # a counter of their own: the ids of the others are in people's tests
            ids = state.next_id("cf_personal", FIRST_PERSONAL_ID), state.next_id("cf_personal")
            _add_space(db, ids, flavor, key, "Ada Author", now)


def _add_space(db: sqlite3.Connection, ids: tuple[int, int], flavor: str, key: str, name: str, now: float) -> None:
    """A space (the first id) with its home page (the second)."""
    space_id, home_id = ids
    body = f"<p>Welcome to {name}.</p>"
    db.execute("INSERT INTO cf_space VALUES (?,?,?,?,?,?)", (space_id, flavor, key, name, home_id, now))
    db.execute(
        "INSERT INTO cf_content VALUES (?,?,'page',?,NULL,'current',?,?,1,?,0,?,?,?,?)",
        (home_id, flavor, space_id, name, name.casefold(), body, AUTHOR, AUTHOR, now, now),
    )
    db.execute("INSERT INTO cf_version VALUES (?,1,?,?,'',0,?,?)", (home_id, name, body, AUTHOR, now))
