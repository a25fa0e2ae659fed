"""``init``: a first ``nbwiki.toml`` out of what the folder shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from bridge.config import FILE_NAME
from bridge.discover import UsageError, documents
from bridge.git import read_repository
from bridge.report import number
from bridge.settings import File, Settings, SourceSettings

Ask = Callable[..., Any]
PATTERNS = {".ipynb": "**/*.ipynb", ".Rmd": "**/*.Rmd", ".qmd": "**/*.qmd", ".nb.html": "**/*.nb.html"}
SCRIPTS = {".py": "**/*.py", ".R": "**/*.R", ".jl": "**/*.jl"}
"""Scripts are documents only where they are notebooks; the glob that is written names their folder."""
ALWAYS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE.md", "CODE_OF_CONDUCT.md", "SECURITY.md")
"""Markdown that nearly every repository has; it is no sign of reports."""


def write_config(folder: Path, *, ask: Ask | None, force: bool) -> Iterator[str]:
    """Lines that tell what was found and written. ``ask`` is None for ``--yes``. Raises UsageError."""
    path = folder / FILE_NAME
    if path.exists() and not force:
        raise UsageError(f"{FILE_NAME} is there already", hint="--force overwrites it")
    repository = read_repository(folder)
    found = _documents(folder)
    named = ", ".join(f"{len(paths)} {suffix}" for suffix, paths in found.items() if paths) or "no documents yet"
    yield f"found {named}" + (f" in the git repository {repository.name}" if repository else "; no git repository")
    include = [PATTERNS[suffix] for suffix in PATTERNS if found[suffix]] or ["**/*.ipynb"]
    include += _scripts(found)
    yield from _markdown(found[".md"], include)
    answers = _answers(ask)
    web = repository.web if repository else ""
    path.write_text(_toml(include, web or (repository.name if repository else folder.name), answers), encoding="utf-8")
    yield f"wrote {FILE_NAME}"
    if open_keys := [key for key, value in answers.items() if value in EXAMPLES]:
        yield f"put your own values for {', '.join(open_keys)} into it"
    variables = " and ".join(answers[key] for key in ("user_env", "token_env") if key in answers)
    yield f"set {variables} in the environment, then: nbwiki doctor; nbwiki plan; nbwiki sync"


def _documents(folder: Path) -> Mapping[str, list[str]]:
    """Paths by suffix, as a sync of the whole folder would find them."""
    source = SourceSettings(include=(*PATTERNS.values(), *SCRIPTS.values(), "**/*.md"))
    found: dict[str, list[str]] = {suffix: [] for suffix in (*PATTERNS, *SCRIPTS, ".md")}
    for path in documents(Settings(root=folder.resolve(), file=File(source=source))):
        pure = PurePosixPath(path)
        if pure.name not in ALWAYS:
            found[".nb.html" if pure.name.endswith(".nb.html") else pure.suffix].append(path)
    return found


def _scripts(found: Mapping[str, list[str]]) -> list[str]:
    """Globs for the folders in which scripts that are notebooks stand."""
    globs = []
    for suffix in SCRIPTS:
        tops = {path.partition("/")[0] if "/" in path else "" for path in found[suffix]}
        globs += [f"{top}/**/*{suffix}" if top else f"/*{suffix}" for top in sorted(tops)]
    return globs


def _markdown(paths: list[str], include: list[str]) -> Iterator[str]:
    """Adds a glob for the folder ``reports``; tells how to have other Markdown published."""
    reports = [path for path in paths if path.startswith("reports/")]
    if reports:
        include.append("reports/**/*.md")
    others = [path for path in paths if path not in reports]
    if others:
        top = others[0].partition("/")[0]
        glob = f"{top}/**/*.md" if "/" in others[0] else "/*.md"
        yield (
            f"{number(len(others), 'Markdown file')} ({others[0]}{', …' if len(others) > 1 else ''}) left out: "
            f'add globs such as "{glob}" to source.include to publish them'
        )


EXAMPLE_URL = "https://example.atlassian.net/wiki"
EXAMPLE_PAGE = "put the page's id or URL here"
EXAMPLES = {EXAMPLE_URL, EXAMPLE_PAGE}


def _answers(ask: Ask | None) -> dict[str, str]:
    def get(question: str, default: str, *choices: str) -> str:
        if ask is None:
            return default
        if not choices:
            return str(ask(question, default=default)).strip()
        import click

        return str(ask(question, default=default, type=click.Choice(choices, case_sensitive=False))).lower()

    if get("Publish to", "confluence", "confluence", "notion") == "notion":
        parent = get("Parent page (id or URL; share it with the integration)", EXAMPLE_PAGE)
        return {"kind": "notion", "parent": parent, "token_env": "NOTION_TOKEN"}
    url = get("Address of the wiki", EXAMPLE_URL).rstrip("/")
    cloud = ".atlassian.net" in url
    if not cloud:
        # Cloud's addresses end in /wiki under custom domains too
        deployment = get("Deployment", "cloud" if url.endswith("/wiki") else "datacenter", "cloud", "datacenter")
        cloud = deployment == "cloud"
    answers = {
        "kind": "confluence",
        "url": url,
        "deployment": "cloud" if cloud else "datacenter",
        "space": get("Key of the space", "DATA"),
        "parent": get("Parent page (title or id; made if it isn't there)", "Data science reports"),
    }
    return answers | ({"user_env": "CONFLUENCE_USER"} if cloud else {}) | {"token_env": "CONFLUENCE_TOKEN"}


NOTES = {
    "repository": "the same for everybody who publishes this folder",
    "user_env": "the environment variable with your account's e-mail",
    "token_env": "the environment variable with your token, which never stands here",
}


def _toml(include: list[str], repository: str, answers: dict[str, str]) -> str:
    lines = ["# All keys: config.example.toml in nbwiki's repository.", "[source]", 'root = "."']
    lines += [f"include = {json.dumps(include)}", _entry("repository", repository)]
    lines += ["", "[defaults]", 'code = "fold"                 # fold | show | omit', "", "[targets.wiki]"]
    lines += [_entry(key, value) for key, value in answers.items()]
    return "\n".join(lines) + "\n"


def _entry(key: str, value: str) -> str:
    text = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    return f"{text:<30}  # {NOTES[key]}" if key in NOTES else text
