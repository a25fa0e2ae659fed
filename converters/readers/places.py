"""Where a header says that a report stands and can be run: addresses, never with credentials."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from converters.readers.fields import normal
from converters.readers.header_values import HeaderValues, as_flag


def public_url(value: object) -> str:
    """An https address (http as well) without credentials; empty for anything else."""
    text = str(value).strip()
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}{query}{anchor}"


def source(reading: HeaderValues) -> dict[str, str]:
    """``repo``, ``url`` and ``edit`` addresses: ours, MyST's ``github``, distill's ``repository_url``, Quarto's."""
    own = reading.get("source")
    own = own if isinstance(own, dict) else {}
    github = reading.text("github") if isinstance(reading.get("github"), str) else ""
    if re.fullmatch(r"[\w.-]+/[\w.-]+", github):
        github = f"https://github.com/{github}"
    repository = reading.get("repository")
    if isinstance(repository, dict):  # Jupyter Book 1
        repository = repository.get("url")
    websites = reading.get("website")
    website = websites.get("repo-url") if isinstance(websites, dict) else None
    candidates = {
        "repo": (own.get("repo"), github, repository, reading.get("repository_url"), reading.get("repo_url"),
                 reading.get("repo"), website),
        "url": (own.get("url"), reading.get("source_url")),
        "edit": (own.get("edit"), reading.get("edit_url")),
    }  # fmt: skip
    found = {name: next(filter(None, map(public_url, filter(None, values))), "") for name, values in candidates.items()}
    return {name: url.removesuffix(".git") for name, url in found.items() if url}


def run(reading: HeaderValues) -> dict[str, str]:
    """Where readers can run it, by name: an address, or ``true`` for one that is built from the repository's.

    Ours, MyST's and Jupyter Book's launchers, Quarto's ``code-links``, fastpages' ``badges``.
    """
    found: dict[str, str] = {}
    own = reading.get("run")
    if isinstance(own, dict):
        found |= {normal(name): _launcher(value) for name, value in own.items()}
    elif isinstance(own, list | str):
        found |= {normal(name): "true" for name in reading.texts("run") if "/" not in name}
        found["link"] = next((public_url(name) for name in reading.texts("run") if "/" in name), "")
    for key in ("binder", "colab", "jupyterhub", "jupyter"):
        value = reading.get(key)
        value = value.get("url") if isinstance(value, dict) else value
        url = _launcher(value) if key != "jupyter" else public_url(value or "")
        found[key] = found.get(key) or url
    buttons = reading.get("launch_buttons")
    for name in ("binderhub", "colab", "jupyterhub"):
        value = buttons.get(f"{name}_url") if isinstance(buttons, dict) else None
        key = "binder" if name == "binderhub" else name
        if value and not found.get(key):
            found[key] = public_url(value)
    links = reading.get("code_links")
    for link in links if isinstance(links, list) else [links]:
        if isinstance(link, dict) and link.get("href"):
            name = normal(link.get("text", "link"))
            found[name] = found.get(name) or public_url(link["href"])
        elif link == "binder":
            found["binder"] = found.get("binder") or "true"
    if reading.get("badges") is True:
        for name in ("binder", "colab"):
            if reading.get(f"hide_{name}_badge") is not True:
                found[name] = found.get(name) or "true"
    return {name: url for name, url in found.items() if url}


def _launcher(value: object) -> str:
    """An address, ``true``, or nothing."""
    if value is None:
        return ""
    return "true" if as_flag(value) else public_url(value)
