"""Clones of git repositories that may come from strangers: what the ref is now, and a work tree of it.

A clone is made by ``init`` and ``fetch`` with a configuration of our own: no hooks, no content filters (LFS among them),
no submodules, no transports but git's usual ones. It holds the whole history of the one ref, which dates and renames need;
files over ``FILTER`` of older commits stay with the host where that can leave them out.
"""

from __future__ import annotations

import contextlib
import logging
import re
import shutil
from pathlib import Path

import msgspec

from adapters.errors import AuthError
from bridge.git import HISTORY, PUBLISHED, RENAMES, SAFE
from bridge.git_programs import GitFailed, run_git
from bridge.remote_address import Address, git_environment, stored
from bridge.stopping import Stop
from converters.errors import BridgeError, ConfigError

log = logging.getLogger(__name__)

FILTER = "blob:limit=1m"
"""Ours: reports are rarely larger, data beside them often; what rename detection wants of the rest is fetched then."""
WANTED = "refs/nbwiki/wanted"
ATTRIBUTES = "* -text -eol -filter -ident -working-tree-encoding\n"
"""Stands over the repository's own .gitattributes: files as they were committed, on every machine."""
_COMMIT_ID = re.compile(r"[0-9a-f]{7,64}")
_MOST_NAMED = 10
SHA256_DIGITS = 64
_OPTIONS = ("-c", "submodule.recurse=false", "-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=60")
"""A transfer below 100 bytes a second for a minute has died."""
_FROM_AFAR = re.compile(
    r"promisor|unable to access|Could not (resolve|read from remote)|early EOF|hung up", re.IGNORECASE
)
"""What git says where a file that stayed with the host can't be had."""


class HostUnavailable(BridgeError):
    """The git host can't be reached, or breaks off (exit code 6)."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a ref is now. ``branch`` is empty for tags and commit ids, ``full`` the name to fetch (empty: search it)."""

    name: str
    commit: str
    branch: str = ""
    full: str = ""

    def __str__(self) -> str:
        return f"{self.name}@{self.commit[:7]}" if not self.commit.startswith(self.name) else self.commit[:12]


class Clone:
    """One repository's clone in ``folder``, which may be deleted at any time: the next run makes it again.

    ``without`` are names of environment variables that git doesn't need: the wikis' tokens.
    """

    def __init__(self, address: Address, folder: Path, stop: Stop, without: frozenset[str] = frozenset()) -> None:
        self.address = address
        self.tree = folder / "tree"
        self.stop = stop
        self._env = git_environment(address, without)

    def wanted(self, ref: str) -> Head:
        """What the host says that ``ref`` is (empty: its default branch). Raises HostUnavailable, AuthError, ConfigError."""
        self._init()
        patterns = ["HEAD"] if not ref else [ref, f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/tags/{ref}^{{}}"]
        lines = self._remote("ls-remote", "--symref", "--", "origin", *patterns).splitlines()
        found = {name: value for value, _, name in (line.partition("\t") for line in lines)}
        symbolic = next((line.split()[1] for line in lines if line.startswith("ref: ") and line.endswith("\tHEAD")), "")
        if not ref:
            commit = next((line.split("\t")[0] for line in lines if re.fullmatch(r"[0-9a-f]+\tHEAD", line)), "")
            branch = symbolic.removeprefix("refs/heads/")
            if commit:
                return Head(name=branch or "HEAD", commit=commit, branch=branch, full=symbolic or "HEAD")
        for full in (f"refs/heads/{ref}", f"refs/tags/{ref}", ref if ref.startswith("refs/") else ""):
            if full in found:
                commit = found.get(f"{full}^{{}}", found[full])
                branch = full.removeprefix("refs/heads/") if full.startswith("refs/heads/") else ""
                return Head(name=branch or full.removeprefix("refs/tags/"), commit=commit, branch=branch, full=full)
        if _COMMIT_ID.fullmatch(ref):
            return Head(name=ref, commit=ref)
        raise self._no_such(ref)

    def bring(self, head: Head) -> Head:
        """Fetch it, and make the work tree so. Raises as ``wanted`` does; a damaged clone is made anew."""
        try:
            return self._bring(head)
        except HostUnavailable as error:
            if self._sound():
                raise
            log.info("%s is made again: %s", self.tree, error)
        except (GitFailed, OSError) as error:
            if isinstance(error, GitFailed) and _FROM_AFAR.search(error.text):
                raise _told(error, self.address) from error
            log.info("%s is made again: %s", self.tree, error)
        shutil.rmtree(self.tree, ignore_errors=True)
        try:
            self._init()
            return self._bring(head)
        except GitFailed as error:
            raise BridgeError(f"git can't make a work tree of it: {error}", where=self.address.shown) from error
        except OSError as error:
            raise ConfigError(
                f"{self.tree} can't be written: {error}", hint="choose another folder: --cache"
            ) from error

    def complete(self, root: Path) -> None:
        """Fetch what the history of ``root`` needs of older files, so that it can be read without the network.

        Raises HostUnavailable, BridgeError; what git can't tell here would make renamed reports new ones.
        """
        commands: list[tuple[str, ...]] = [HISTORY]
        if self._quiet("rev-parse", "--verify", "--quiet", PUBLISHED):
            commands.append(RENAMES)
        for command in commands:
            try:
                self._git(*command, at=root)
            except GitFailed as error:
                if _FROM_AFAR.search(error.text):
                    raise _told(error, self.address) from error
                raise BridgeError(f"its history can't be read: {error}", where=self.address.shown) from error

    def published(self, commit: str) -> None:
        """Remember what was published, so that renames are found even across rewritten history."""
        self._git("update-ref", PUBLISHED, commit)

    def submodules(self) -> list[str]:
        """Paths of submodules: they are not fetched."""
        entries = self._git("ls-tree", "-r", "-z", "HEAD").split("\0")
        return [entry.partition("\t")[2] for entry in entries if entry.startswith("160000 ")]

    # ---------------------------------------------------------------- steps

    def _init(self, object_format: str = "") -> None:
        """An empty clone with the right origin; nothing where there is one (of that format, if it is given)."""
        git = self.tree / ".git"
        ready = (git / "info" / "attributes").is_file()
        if not ready or (object_format and self._quiet("rev-parse", "--show-object-format") != object_format):
            shutil.rmtree(self.tree, ignore_errors=True)
            try:
                self.tree.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                hint = "choose another folder: --cache"
                raise ConfigError(f"{self.tree} can't be made: {error.strerror}", hint=hint) from error
            options = (f"--object-format={object_format or 'sha1'}", "--template=", "--initial-branch=nbwiki")
            self._git("init", "--quiet", *options)
            self._git("config", "remote.origin.url", stored(self.address))
            (git / "info").mkdir(exist_ok=True)
            (git / "info" / "attributes").write_text(ATTRIBUTES, encoding="utf-8")
        for left in [*git.glob("*.lock"), *git.glob("refs/**/*.lock"), *git.glob("objects/**/*.lock")]:
            left.unlink(missing_ok=True)  # we alone use it, and are not using it now

    def _bring(self, head: Head) -> Head:
        if len(head.commit) == SHA256_DIGITS:
            self._init("sha256")
        commit = self._fetched(head)
        self._git("update-ref", "--no-deref", "HEAD", commit)
        for name in self._git("for-each-ref", "--format=%(refname)", "refs/heads").split():
            self._git("update-ref", "-d", name)
        if head.branch:
            self._git("update-ref", f"refs/heads/{head.branch}", commit)
            self._git("symbolic-ref", "HEAD", f"refs/heads/{head.branch}")
        self._git("reset", "--hard", "--quiet")
        self._git("clean", "-ffdxq")
        return msgspec.structs.replace(head, commit=commit)

    def _sound(self) -> bool:
        """Whether the clone itself is in order."""
        try:
            self._git("fsck", "--no-dangling", "--no-progress")
        except GitFailed:
            return False
        return True

    def _fetched(self, head: Head) -> str:
        """The commit's id, once it is here."""
        if not head.full:
            return self._by_id(head.commit)
        self._fetch(f"+{head.full}:{WANTED}")
        commit = self._quiet("rev-parse", "--verify", "--quiet", f"{WANTED}^{{commit}}")
        if not commit:
            raise ConfigError(f"{head.name} of {self.address.shown} is no commit", hint="choose another --ref")
        return commit

    def _by_id(self, commit: str) -> str:
        """A commit that no name was given for: asked for by its id, else found in what the branches and tags hold."""
        if len(commit) in {40, 64}:
            with contextlib.suppress(BridgeError, GitFailed):
                self._fetch(f"+{commit}:{WANTED}")
        if not (found := self._quiet("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")):
            self._fetch("+refs/heads/*:refs/nbwiki/heads/*", "+refs/tags/*:refs/nbwiki/tags/*")
            found = self._quiet("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
        if not found:
            raise self._no_such(commit)
        return found

    def _fetch(self, *refspecs: str) -> None:
        shallow = (self.tree / ".git" / "shallow").exists()
        depth = "--unshallow" if shallow else "--update-shallow"  # a clone of a shallow one is shallow, too
        # a path is near, and may be a partial clone whose own configuration would fetch
        partial = () if self.address.local else (f"--filter={FILTER}",)
        options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--force", *partial, depth)
        self._remote("fetch", *options, "origin", *refspecs)

    def _no_such(self, ref: str) -> ConfigError:
        lines = self._remote("ls-remote", "--heads", "--", "origin").splitlines()
        names = [line.partition("\trefs/heads/")[2] for line in lines]
        if not names:
            return ConfigError("the repository is empty: it has no branch", where=self.address.shown)
        more = ", …" if len(names) > _MOST_NAMED else ""
        there = f"choose with --ref; branches: {', '.join(names[:_MOST_NAMED])}{more}"
        text = f"there is no branch, tag or commit {ref!r}" if ref else "its default branch is gone"
        return ConfigError(text, where=self.address.shown, hint=there)

    # ---------------------------------------------------------------- git

    def _git(self, *arguments: str, at: Path | None = None) -> str:
        """What git prints. Raises GitFailed."""
        return run_git([*SAFE, *_OPTIONS, "-C", str(at or self.tree), *arguments], self._env, self.stop)

    def _quiet(self, *arguments: str) -> str:
        """What git prints, nothing where it fails."""
        try:
            return self._git(*arguments).strip()
        except GitFailed:
            return ""

    def _remote(self, *arguments: str) -> str:
        """What git prints after it has asked the host. Raises by what the failure was."""
        try:
            return self._git(*arguments)
        except GitFailed as error:
            raise _told(error, self.address) from error


_NO_CREDENTIALS = (
    r"could not read (Username|Password)|Authentication failed|Permission denied|terminal prompts disabled|"
    r"HTTP Basic: Access denied|returned error: 40[13]|Host key verification failed|Invalid username or"
)
_MEANINGS: tuple[tuple[str, type[BridgeError], str], ...] = (
    (
        _NO_CREDENTIALS,
        AuthError,
        "git needs credentials of its own for this host: a credential helper, GIT_ASKPASS or an SSH key",
    ),
    (r"dubious ownership", ConfigError, "git config --global --add safe.directory PATH, if you trust its owner"),
    (
        r"not found|does not appear to be a git repo|does not exist|not a git repository|returned error: 404",
        ConfigError,
        "check the address, and whether this account may see it",
    ),
    (r"transport '.*' not allowed", ConfigError, "use https, ssh, git, file or a path"),
    (r"couldn't find remote ref|not our ref|unadvertised object", ConfigError, "it is gone from there; choose --ref"),
)


def _told(error: GitFailed, address: Address) -> BridgeError:
    """The error that git's words amount to. The host counts as away where they say nothing else."""
    for pattern, kind, hint in _MEANINGS:
        if re.search(pattern, error.text, re.IGNORECASE):
            return kind(error.last_line, where=address.shown, hint=hint)
    return HostUnavailable(f"can't be reached: {error.last_line}", where=address.shown)
