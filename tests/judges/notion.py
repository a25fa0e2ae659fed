"""Notion's own software as a judge: its client's types, its client, and KaTeX. Needs Node.js and tests/judges' packages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

HERE = Path(__file__).parent
VERSION = "2026-03-11"
BODIES = {
    ("POST", "pages"): "CreatePageBodyParameters",
    ("PATCH", "pages/*"): "UpdatePageBodyParameters",
    ("PATCH", "blocks/*/children"): "AppendBlockChildrenBodyParameters",
    ("PATCH", "blocks/*"): "UpdateBlockBodyParameters",
    ("POST", "databases"): "CreateDatabaseBodyParameters",
    ("PATCH", "databases/*"): "UpdateDatabaseBodyParameters",
    ("PATCH", "data_sources/*"): "UpdateDataSourceBodyParameters",
    ("POST", "data_sources/*/query"): "QueryDataSourceBodyParameters",
    ("POST", "file_uploads"): "CreateFileUploadBodyParameters",
}
"""Requests of the adapter and the vendor's type of their bodies."""

REMOVED = {"after", "archived"}
"""Fields that the types still have for older versions. Source: the upgrade guide of 2026-03-11."""


def available() -> bool:
    """Whether Node.js and the packages are there."""
    return shutil.which("node") is not None and (HERE / "node_modules" / "@notionhq" / "client").is_dir()


def _node(script: str, *args: str, text: str | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        ["node", str(HERE / script), *args],
        input=text,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, **(env or {})},
    )
    if done.returncode:
        raise AssertionError(f"{script}: {done.stderr[-2000:]}")
    return done.stdout


@cache
def validators() -> dict[str, jsonschema.Draft7Validator]:
    """A validator for each type of body, made anew in each run (a few seconds)."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "schemas.json"
        _node("notion_schemas.cjs", str(out), *sorted(set(BODIES.values())))
        schemas = json.loads(out.read_text())
    return {name: jsonschema.Draft7Validator(schema) for name, schema in schemas.items()}


def body_type(method: str, path: str) -> str | None:
    """The vendor's type of the body of a request (path after ``/v1/``); None for requests without one."""
    parts = path.strip("/").split("/")
    shape = "/".join("*" if number == 1 else part for number, part in enumerate(parts))
    return BODIES.get((method, shape))


def _walk(value: Any, path: str = "body") -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _walk(each, f"{path}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _walk(each, f"{path}[{number}]")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _limits(body: Any) -> Iterator[str]:
    """Documented limits that types don't carry. Source: developers.notion.com/reference/request-limits."""
    blocks = 0
    yield from (f"body.{name} is gone since {VERSION}" for name in REMOVED & body.keys())
    for path, value in _walk(body):
        key = path.rpartition(".")[2]
        if isinstance(value, list) and len(value) > 100:
            yield f"{path} has {len(value)} items"
        if isinstance(value, str):
            limit = {"content": 2000, "expression": 1000, "url": 2000}.get(key)
            if limit and _units(value) > limit:
                yield f"{path} has {_units(value)} characters"
            if key == "url" and not value.startswith(("http://", "https://", "mailto:")):
                yield f"{path} is no absolute address: {value[:60]}"
        if isinstance(value, dict) and ("children" in value or "rich_text" in value or "cells" in value):
            blocks += 1
        if key == "table" and isinstance(value, dict) and "children" in value:
            widths = {len(row["table_row"]["cells"]) for row in value["children"]}
            if widths != {value["table_width"]}:
                yield f"{path} has rows of {widths} cells and a width of {value['table_width']}"
    if blocks > 1000:
        yield f"body has {blocks} blocks"
    size = len(json.dumps(body, ensure_ascii=False).encode())
    if size > 500_000:
        yield f"body has {size} bytes"


def faults(kind: str, body: Any) -> list[str]:
    """What Notion's types and documented limits refuse in a request body; empty when it is right."""
    errors = validators()[kind].iter_errors(body)
    found = [
        f"{error.json_path}: {min(error.context or [error], key=lambda e: -len(e.path)).message[:300]}"
        for error in errors
    ]
    return found + list(_limits(body))


def equations(body: Any) -> list[tuple[str, bool]]:
    """Equations in blocks or a body, with whether they are displayed."""
    found = []
    for path, value in _walk(body):
        if path.endswith(".expression"):
            found.append((value, ".rich_text" not in path and ".cells" not in path and ".caption" not in path))
    return found


def refused_equations(expressions: Iterable[tuple[str, bool]]) -> list[tuple[str, str]]:
    """Expressions that KaTeX can't show, with its words."""
    given = list(dict.fromkeys(expressions))
    answers = json.loads(_node("notion_katex.cjs", text=json.dumps(given)))
    return [(expression, error) for (expression, _), error in zip(given, answers, strict=True) if error]


def read_all(base_url: str, token: str, page_ids: list[str]) -> list[dict[str, Any]]:
    """``page``, ``markdown`` as notion-to-md gives it, and ``blocks`` with children as the official client does."""
    lines = _node("notion_read.mjs", base_url, "-", text="\n".join(page_ids), env={"NOTION_TOKEN": token})
    return [json.loads(line) for line in lines.splitlines()]


def read_back(base_url: str, token: str, page_id: str) -> dict[str, Any]:
    """The same of one page."""
    return read_all(base_url, token, [page_id])[0]
