"""``init``: a first ``nbwiki.toml`` out of what the folder shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bridge.config import FILE_NAME
from bridge.discover import UsageError
from bridge.git import read_repository

Ask = Callable[..., Any]
PATTERNS = {".ipynb": "**/*.ipynb", ".Rmd": "**/*.Rmd", ".qmd": "**/*.qmd"}


def write_config(folder: Path, *, ask: Ask | None, force: bool) -> Iterator[str]:
    """Lines that tell what was found and written. ``ask`` is None for ``--yes``. Raises UsageError."""
    path = folder / FILE_NAME
    if path.exists() and not force:
        raise UsageError(f"{FILE_NAME} is there already", hint="--force overwrites it")
    repository = read_repository(folder)
    counts = {suffix: sum(1 for _ in _documents(folder, suffix)) for suffix in PATTERNS}
    include = [PATTERNS[suffix] for suffix, number in counts.items() if number] or ["**/*.ipynb"]
    if (folder / "reports").is_dir():
        include.append("reports/**/*.md")
    answers = _answers(ask)
    path.write_text(_toml(include, repository.web if repository else "", answers), encoding="utf-8")
    found = ", ".join(f"{number} {suffix}" for suffix, number in counts.items() if number) or "no notebooks yet"
    yield f"found {found}" + (f" in {repository.name}" if repository else ", no git repository")
    yield f"wrote {FILE_NAME}; set {answers['token_env']} in the environment, then: nbwiki doctor && nbwiki plan"


def _documents(folder: Path, suffix: str) -> Iterator[Path]:
    for path in folder.rglob(f"*{suffix}"):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _answers(ask: Ask | None) -> dict[str, str]:
    def get(question: str, default: str) -> str:
        return str(ask(question, default=default)) if ask else default

    kind = get("Publish to (confluence or notion)", "confluence")
    if kind == "notion":
        return {
            "kind": "notion",
            "url": "https://api.notion.com",
            "parent": get("Parent page (id or URL)", "put the page's id or URL here"),
            "token_env": "NOTION_TOKEN",
        }
    url = get("Address of the wiki", "https://example.atlassian.net/wiki")
    answers = {
        "kind": "confluence",
        "url": url,
        "space": get("Key of the space", "DATA"),
        "parent": get("Parent page (title or id)", "Data science reports"),
        "token_env": "CONFLUENCE_TOKEN",
    }
    return answers | ({"user_env": "CONFLUENCE_USER"} if ".atlassian.net" in url else {})


def _toml(include: list[str], web: str, answers: dict[str, str]) -> str:
    lines = ["[source]", 'root = "."', f"include = {json.dumps(include)}"]
    if web:
        lines.append(f"repository = {json.dumps(web)}")
    lines += ["", "[defaults]", 'code = "fold"', "", "[targets.wiki]"]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in answers.items()]
    return "\n".join(lines) + "\n"
