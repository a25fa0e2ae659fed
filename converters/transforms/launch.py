"""Links that open a report where it can be run: as the author gave them, or built from repository, commit and path.

None is guessed: whether a repository is open to a service can't be told from its address, so a link is built only where
metadata or configuration ask for it (``run: {binder: true}``).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from converters.metadata import Metadata

NAMES: Mapping[str, str] = {
    "binder": "Binder", "colab": "Colab", "jupyterhub": "JupyterHub", "codespaces": "Codespaces", "deepnote": "Deepnote",
    "kaggle": "Kaggle", "jupyter": "Jupyter", "nbviewer": "nbviewer", "link": "the author's service",
}  # fmt: skip
"""How readers know these services."""

_BASES = {"binder": "https://mybinder.org", "colab": "https://colab.research.google.com"}
_MOST = 2000
"""Characters of an address. Source: Notion's limit on a link."""


def launch_links(meta: Metadata) -> list[tuple[str, str]]:
    """Names of services and addresses that open this report there, in the order of the metadata."""
    found = []
    for name, value in meta.run.items():
        wanted = value.strip()
        if wanted.lower() in {"true", "yes", "on", "1"}:
            url = _built(name, _BASES.get(name, ""), meta)
        elif wanted.startswith(("https://", "http://")):
            bare = urlsplit(wanted).path in {"", "/", "/hub", "/hub/"}
            url = _built(name, wanted.rstrip("/"), meta) or wanted if bare else _filled(wanted, meta)
        else:
            continue
        if url and len(url) <= _MOST and "{" not in url:
            found.append((NAMES.get(name, name.replace("_", " ").capitalize()), url))
    return found


def _repository(meta: Metadata) -> str:
    return (meta.provenance.repository or meta.source.get("repo", "")).rstrip("/").removesuffix(".git")


def _filled(url: str, meta: Metadata) -> str:
    """An address with ``{repo}``, ``{branch}``, ``{commit}`` and ``{path}`` filled in; empty where one isn't known."""
    run = meta.provenance
    repository = urlsplit(_repository(meta)).path.strip("/")
    values = {"repo": repository, "branch": run.branch, "commit": run.commit, "path": run.path}
    for name, value in values.items():
        if "{" + name + "}" in url:
            if not value:
                return ""
            url = url.replace("{" + name + "}", quote(value))
    return url


def _built(name: str, base: str, meta: Metadata) -> str:
    """The address at which a service opens the report's own commit; empty where it can't."""
    run = meta.provenance
    repository = _repository(meta)
    parts = urlsplit(repository)
    revision = run.commit or run.branch
    if not (base and parts.hostname and revision and run.path):
        return ""
    path = parts.path.strip("/")
    if name == "binder":
        place = {"github.com": f"gh/{quote(path)}", "gitlab.com": f"gl/{quote(path, safe='')}"}.get(
            parts.hostname, f"git/{quote(repository, safe='')}"
        )
        return f"{base}/v2/{place}/{quote(revision, safe='')}?labpath={quote(run.path, safe='')}"
    if name == "colab" and parts.hostname == "github.com" and run.path.endswith(".ipynb"):
        return f"{base}/github/{quote(path)}/blob/{quote(revision)}/{quote(run.path)}"
    if name == "codespaces" and parts.hostname == "github.com":
        return f"https://codespaces.new/{quote(path)}"
    if name == "jupyterhub":
        hub = base.removesuffix("/hub")
        folder = path.rpartition("/")[2]
        opened = quote(f"lab/tree/{folder}/{run.path}", safe="")
        branch = f"&branch={quote(run.branch, safe='')}" if run.branch else ""
        return f"{hub}/hub/user-redirect/git-pull?repo={quote(repository, safe='')}{branch}&urlpath={opened}"
    return ""


def history_link(meta: Metadata) -> str:
    """The page that shows all versions of the source; empty where its form isn't known."""
    run = meta.provenance
    parts = urlsplit(run.repository)
    if not (parts.hostname and run.branch and run.path):
        return ""
    where = f"{quote(run.branch)}/{quote(run.path)}"
    if parts.hostname == "github.com":
        return f"{run.repository}/commits/{where}"
    if "gitlab" in parts.hostname:
        return f"{run.repository}/-/commits/{where}"
    return ""
