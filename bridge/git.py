"""Facts from git about the files of a source tree, in a fixed number of subprocesses whatever the number of files.

Without git, or outside a repository, everything works and there is simply nothing to say.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from bridge.config import environment
from converters.metadata import Person

_COMMIT = "\0"
_FIELD = "\x1f"
SAFE = (
    *("-c", "core.quotePath=off"),
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "log.showSignature=false"),
    *("-c", "safe.bareRepository=explicit"),
)
"""No command that a repository's own configuration names is run: it may come from strangers."""
_SAFE_ENVIRONMENT = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
"""Nothing is fetched (partial clones would, by commands of their configuration), and nothing is written."""
# Submodules have none of our files, and a .gitmodules that git refuses would end it.
HISTORY = (
    *("log", "-M", "--name-status", "--relative", "--ignore-submodules=all"),
    *("--format=%x00%H%x1f%aI%x1f%an%x1f%ae", "--", "."),
)
PUBLISHED = "refs/nbwiki/published"
"""Only in clones of ``mirror``: the commit that was published last."""
RENAMES = (
    "diff-tree",
    "-r",
    "-M",
    "-z",
    "--name-status",
    "--relative",
    "--diff-filter=R",
    PUBLISHED,
    "HEAD",
    "--",
    ".",
)
"""Renames since then, which rewritten history may not tell of."""
_USUAL_FILTERS = frozenset({"git-lfs clean -- %f", "git-lfs filter-process", "nbstripout", ""})
_SSH = re.compile(r"^(?:ssh://)?(?:[^@/\s]+@)?([\w.-]+\.[A-Za-z]\w*)(?::\d+/|[:/])(.+?)(?:\.git)?/?$")


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One file's history. ``created`` and ``updated`` are ISO 8601 times of the first and last commit that touched it.

    ``former`` are earlier paths, newest first; ``authors`` are distinct, most recent first.
    """

    commit: str = ""
    created: str = ""
    updated: str = ""
    authors: tuple[Person, ...] = ()
    former: tuple[str, ...] = ()


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """A work tree. ``prefix`` is the source root inside it (empty or ending in ``/``); ``web`` has no credentials.

    ``name`` starts the keys of its reports and is the same in every clone; ``aliases`` are names that it may have had.
    """

    name: str
    aliases: tuple[str, ...] = ()
    prefix: str = ""
    branch: str = ""
    web: str = ""
    shallow: bool = False
    files: Mapping[str, FileFacts] = {}
    dirty: frozenset[str] = frozenset()

    def permalink(self, path: str, commit: str) -> str:
        """The web address of a file at a commit, empty where there is none."""
        return blob_url(self.web, commit or self.branch, self.prefix + path) if self.web else ""


def read_repository(root: Path, given: str = "") -> Repository | None:
    """Facts about the work tree that holds ``root``; None outside of one. ``given`` is its address or name as
    configured, which overrules what is detected.
    """
    head = _git(root, "rev-parse", "--show-toplevel", "--is-shallow-repository", "--show-prefix")
    if head is None:
        return None
    top, shallow, prefix = [*head.split("\n"), "", ""][:3]
    branch = (_git(root, "symbolic-ref", "--short", "-q", "HEAD") or "").strip()
    remote = (_git(root, "config", "--get", "remote.origin.url") or "").strip()
    boundary = frozenset(_boundary(root)) if shallow == "true" else frozenset()
    dirty, renamed = _status(root)
    files = _history(root, boundary)
    for new, old in renamed.items():
        before = files.get(old, FileFacts())
        files[new] = msgspec.structs.replace(before, former=(old, *before.former))
    for new, old in _renamed_since_published(root):
        seen = files.get(new, FileFacts())
        if old not in seen.former:
            files[new] = msgspec.structs.replace(seen, former=(*seen.former, old))
    names = [name_of(given), name_of(remote), "" if boundary else _first_commit(root), Path(top).name]
    name, *aliases = dict.fromkeys(filter(None, names))
    return Repository(
        name=name,
        aliases=tuple(one for one in aliases if one in names[:3]),
        prefix=prefix,
        branch=branch,
        web=web_url(given) or web_url(remote),
        shallow=bool(boundary),
        files=files,
        dirty=dirty,
    )


def own_remote(folder: Path) -> str:
    """The address that a repository on this machine, bare or not, was cloned from; empty where it tells none."""
    read = ("--get", "remote.origin.url")
    return (_git(folder, "config", *read) or _git(folder, "config", "--file", "config", *read) or "").strip()


def user_setting(name: str) -> str:
    """What this machine's or user's own git configuration says, whatever repository we stand in."""
    return (_git(Path(os.sep), "config", "--get", name) or "").strip()


def web_url(remote: str) -> str:
    """The https address of a git remote, without credentials and ``.git``; empty for local paths."""
    remote = remote.strip()
    match = _SSH.match(remote)
    if match and not remote.startswith(("http", "/", ".", "file:")):
        return f"https://{match[1]}/{match[2].lstrip('/')}"
    try:
        parts = urlsplit(remote)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    path = parts.path.rstrip("/").removesuffix(".git")
    return f"{parts.scheme}://{parts.hostname}{port}{path}"


def blob_url(web: str, revision: str, path: str) -> str:
    """The page of a file at a revision, as GitHub, GitLab and Bitbucket form it (others: GitHub's form)."""
    host = urlsplit(web).hostname or ""
    quoted = quote(path)
    if "gitlab" in host:
        return f"{web}/-/blob/{revision}/{quoted}"
    if "bitbucket" in host:
        return f"{web}/src/{revision}/{quoted}"
    return f"{web}/blob/{revision}/{quoted}"


def name_of(address: str) -> str:
    """``owner/name`` of a remote's address, whatever its form; ``name`` of a local path; a plain name as it is."""
    address = address.strip().rstrip("/").removesuffix(".git")
    if re.match(r"file:|[/.~\\]|[A-Za-z]:[\\/]", address):
        return re.split(r"[\\/]", address)[-1]
    path = re.sub(r"^\w[\w+.-]*://[^/]*/?|^[^/:]+:(?!//)(\d+/)?", "", address)
    return "/".join(path.strip("/").split("/")[-2:])


def _first_commit(root: Path) -> str:
    """A name for a repository without remotes that all its clones share: its first commit."""
    commits = (_git(root, "rev-list", "--max-parents=0", "HEAD") or "").split()
    return f"git-{commits[-1][:12]}" if commits else ""


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints, None when it fails or isn't installed."""
    command = ["git", *SAFE, "-C", str(root), *arguments]
    env = {**environment(), **_SAFE_ENVIRONMENT}
    try:
        done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL, env=env)  # noqa: S603
    except OSError:
        return None
    return done.stdout.decode("utf-8", "replace").rstrip("\n") if done.returncode == 0 else None


def _boundary(root: Path) -> list[str]:
    """Commits whose parents a shallow clone left out: what they touched can't be told from what was there before."""
    folder = _git(root, "rev-parse", "--absolute-git-dir")
    try:
        return (Path(folder) / "shallow").read_text().split() if folder else []
    except OSError:
        return []


def _status(root: Path) -> tuple[frozenset[str], dict[str, str]]:
    """Paths with changes that are not committed, and renames that are staged (new → old)."""
    off = _own_filters(root)
    if off is None:
        return frozenset(), {}
    # Submodules have a configuration of their own, and none of our files.
    options = ("--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=all")
    text = _git(root, *off, "status", *options, "--", ".") or ""
    prefix = (_git(root, "rev-parse", "--show-prefix") or "").strip()
    dirty: set[str] = set()
    renamed: dict[str, str] = {}
    entries = iter(text.split("\0"))
    for entry in entries:
        if not entry:
            continue
        path = entry[3:].removeprefix(prefix)
        dirty.add(path)
        if entry[0] in "RC":
            old = next(entries, "").removeprefix(prefix)
            if entry[0] == "R":
                renamed[path] = old
    return frozenset(dirty), renamed


def _own_filters(root: Path) -> list[str] | None:
    """Options that switch off the content filters of the repository's own configuration, since ``status`` runs them.

    Those that are only a program's usual name stay. None: one can't be switched off.
    """
    off: list[str] = []
    for scope in ("--local", "--worktree"):
        found = (
            _git(root, "config", scope, "--includes", "-z", "--get-regexp", r"^filter\..*\.(clean|process|required)$")
            or ""
        )
        for entry in filter(None, found.split("\0")):
            key, _, command = entry.partition("\n")
            if command in _USUAL_FILTERS:
                continue
            if "=" in key:  # ends the name in ``-c name=value``
                return None
            off += ["-c", f"{key}="]
    return off


def _renamed_since_published(root: Path) -> list[tuple[str, str]]:
    """Paths as of now and as of what ``mirror`` published last; none where it didn't."""
    if not _git(root, "rev-parse", "--verify", "--quiet", PUBLISHED):
        return []
    parts = (_git(root, *RENAMES) or "").split("\0")
    return [(new, old) for _, old, new in zip(parts[::3], parts[1::3], parts[2::3], strict=False)]


def _history(root: Path, boundary: frozenset[str]) -> dict[str, FileFacts]:
    """Facts by path as of now, out of one ``git log``, newest commit first."""
    text = _git(root, *HISTORY)
    facts: dict[str, FileFacts] = {}
    current: dict[str, str] = {}
    for chunk in (text or "").split(_COMMIT)[1:]:
        head, *lines = chunk.split("\n")
        commit, date, name, email = head.split(_FIELD, 3)
        if commit in boundary:
            continue
        person = Person(name=name, email=email)
        for line in filter(None, lines):
            _touch(facts, current, line, FileFacts(commit=commit, created=date, updated=date, authors=(person,)))
    return facts


def _touch(facts: dict[str, FileFacts], current: dict[str, str], line: str, new: FileFacts) -> None:
    """Add one line of ``--name-status``. ``current`` maps a path as of that commit to the path as of now."""
    status, _, rest = line.partition("\t")
    old, _, renamed_to = rest.partition("\t")
    path = renamed_to or old
    if status == "D":  # what had this path before is not the file that has it now
        current[path] = f"{path}\0{new.commit}"
        return
    now = current.get(path, path)
    seen = facts.get(now)
    if seen is None:
        seen = new
    else:
        authors = seen.authors if new.authors[0] in seen.authors else (*seen.authors, *new.authors)
        seen = msgspec.structs.replace(seen, created=new.created, authors=authors)
    if status.startswith("R"):
        seen = msgspec.structs.replace(seen, former=(*seen.former, old))
        current[old] = now
    facts[now] = seen
