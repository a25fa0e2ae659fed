"""Where a repository is, and the environment that git asks for it in: the machine's own credentials, and no questions."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import msgspec

from bridge.config import environment
from bridge.discover import UsageError
from bridge.git import own_remote, user_setting

PROTOCOLS = "file:git:http:https:ssh"
"""Unless GIT_ALLOW_PROTOCOL in the runner's own environment says otherwise."""


ADDRESSES = "give a path or an address: https://host/owner/name.git, git@host:owner/name.git"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a repository is. ``url`` is for git, ``shown`` without credentials; ``web`` tells whose clone a folder is."""

    url: str
    shown: str
    web: str = ""
    local: bool = False


def address_of(repo: str, start: Path) -> Address:
    """A path or an address as git takes it. Raises UsageError for what would be something else to git."""
    repo = repo.strip()
    allowed = environment().get("GIT_ALLOW_PROTOCOL", PROTOCOLS).split(":")
    helper = re.match(r"(\w[\w+.-]*)::", repo)
    if not repo or repo.startswith("-") or (helper and helper[1] not in allowed):
        raise UsageError(f"{repo!r} is no repository that git may open", hint=ADDRESSES)
    if "://" not in repo and (start / repo).exists():
        path = str((start / repo).resolve())
        return Address(url=path, shown=path, web=own_remote(Path(path)), local=True)
    try:
        parts = urlsplit(repo)
    except ValueError as error:
        raise UsageError(f"the address of the repository is none: {error}", hint=ADDRESSES) from error
    if parts.scheme in {"http", "https"} and "@" in parts.netloc:
        return Address(url=repo, shown=urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])))
    if parts.scheme == "file":
        return Address(url=repo, shown=repo, web=own_remote(Path(parts.path)), local=True)
    return Address(url=repo, shown=repo)


def stored(address: Address) -> str:
    """The address as the clone's configuration holds it: no credentials on the disk."""
    return address.url if address.local else address.shown


def git_environment(address: Address, without: frozenset[str]) -> dict[str, str]:
    """The environment of git: the machine's own credentials, no questions, nothing that leads to another repository."""
    env = {name: value for name, value in environment().items() if name not in _OTHER_REPOSITORY | without}
    env |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_LFS_SKIP_SMUDGE": "1"}
    env.setdefault("GIT_ALLOW_PROTOCOL", PROTOCOLS)
    if address.shown != address.url:  # out of the process list, and off the disk
        count = int(env.get("GIT_CONFIG_COUNT", "0") or 0)
        env[f"GIT_CONFIG_KEY_{count}"] = f"url.{address.url}.insteadOf"
        env[f"GIT_CONFIG_VALUE_{count}"] = address.shown
        env["GIT_CONFIG_COUNT"] = str(count + 1)
    if address.local:
        # a path may be a partial clone itself: serving it must not run what its configuration names
        env["GIT_NO_LAZY_FETCH"] = "1"
    if "GIT_SSH" not in env and not user_setting("core.sshCommand"):
        env.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=30")
    return env


_OTHER_REPOSITORY = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
     "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE",
     "LANGUAGE"}
)  # fmt: skip
"""Set inside of git's hooks, for one. Source: git rev-parse --local-env-vars."""


def folder_name(address: Address, target: str) -> str:
    """A name for the clone's folder, one a repository and target."""
    stem = re.sub(r"[^\w.-]+", "-", address.shown.rstrip("/").removesuffix(".git").rpartition("/")[2]) or "repository"
    return f"{stem[:40]}-{hashlib.sha256(os.fsencode(f'{address.shown} {target}')).hexdigest()[:12]}"
