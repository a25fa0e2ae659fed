"""A repository from strangers: its git configuration, its files that are no files, its drawings."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from adapters.sandbox.server import Server
from bridge.git import read_repository, web_url
from bridge.source_tree import SourceTree
from converters.transforms.pictures import svg_to_png
from tests.e2e.publish import configure
from tests.security.command import nbwiki
from tests.security.hostile import git, png, svgs

COMMIT = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-qm", "x")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one report, one change that isn't committed, and a picture."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q")
    (root / "a.md").write_text("# A\n", encoding="utf-8")
    (root / ".gitattributes").write_text("*.md filter=evil\n*.txt filter=e=vil\n", encoding="utf-8")
    (root / "b.txt").write_text("# A\n", encoding="utf-8")
    git(root, "add", ".")
    git(root, *COMMIT)
    return root


def trap(root: Path) -> Path:
    """A program that leaves a file behind when it runs."""
    marker = root.parent / "ran"
    program = root.parent / "trap.sh"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{marker}'\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    "keys",
    [
        ["core.fsmonitor"],
        ["filter.evil.clean"],
        ["filter.evil.process"],
        ["filter.e=vil.clean"],
        ["gpg.program", "gpg.ssh.program", "gpg.openpgp.program"],
        ["core.pager", "pager.log", "pager.status", "core.editor", "core.sshCommand", "core.askPass", "diff.external"],
        ["remote.origin.uploadpack", "core.gitProxy", "core.alternateRefsCommand", "credential.helper", "alias.log"],
    ],
    ids=lambda keys: keys[0],
)
def test_commands_of_a_repository_are_not_run(repository: Path, keys: list[str]) -> None:
    program = trap(repository)
    for key in keys:
        git(repository, "config", key, str(program))
    git(repository, "config", "log.showSignature", "true")
    if keys != ["filter.e=vil.clean"]:  # a required filter that is not there ends git status
        git(repository, "config", "filter.evil.required", "true")
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout"):
        hook = repository / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(program.read_text(encoding="utf-8"), encoding="utf-8")
        hook.chmod(0o755)
    for name in ("a.md", "b.txt"):
        (repository / name).write_text("# B\n", encoding="utf-8")
        os.utime(repository / name, (1, 1))
    found = read_repository(repository)
    assert found is not None
    assert found.files["a.md"].authors[0].name == "Ann"
    assert found.dirty >= {"a.md"} or keys == ["filter.e=vil.clean"]
    assert not (repository.parent / "ran").exists()
    if keys[0].startswith(("filter", "core.fsmonitor")):
        subprocess.run(["git", "-C", str(repository), "status"], capture_output=True, check=False)
        assert (repository.parent / "ran").exists(), "the trap itself doesn't work"


def test_signed_commits_and_submodules_start_nothing(repository: Path) -> None:
    program = trap(repository)
    tree = subprocess.run(
        ["git", "-C", str(repository), "cat-file", "commit", "HEAD"], capture_output=True, check=True
    ).stdout
    head, _, body = tree.partition(b"\n\n")
    signature = b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n"
    made = (
        subprocess.run(
            ["git", "-C", str(repository), "hash-object", "-t", "commit", "-w", "--stdin"],
            input=head + signature + body,
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )
    git(repository, "reset", "-q", "--hard", made)
    inner = repository / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "x").write_text("x", encoding="utf-8")
    git(inner, "add", ".")
    git(inner, *COMMIT)
    git(repository, "add", "inner")
    git(repository, *COMMIT)
    git(inner, "config", "core.fsmonitor", str(program))
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "gpg.program", str(program))
    assert read_repository(repository) is not None
    assert not (repository.parent / "ran").exists()
    subprocess.run(["git", "-C", str(repository), "log"], capture_output=True, check=False)
    assert (repository.parent / "ran").exists(), "the trap itself doesn't work"


def test_a_bare_repository_among_the_files_is_none(tmp_path: Path) -> None:
    """Its configuration comes with any clone, without a ``.git`` that git itself would protect."""
    root = tmp_path / "root"
    root.mkdir()
    git(root, "init", "-q", "--bare")
    program = trap(root)
    git(root, "config", "core.bare", "false")
    git(root, "config", "core.worktree", str(root))
    git(root, "config", "core.fsmonitor", str(program))
    (root / "a.md").write_text("# A\n", encoding="utf-8")
    read_repository(root)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://ann:secret@example.com/a/b.git", "https://example.com/a/b"),
        ("https://ghp_token@example.com:8443/a/b.git", "https://example.com:8443/a/b"),
        ("ssh://ann:secret@example.com/a/b.git", "https://example.com/a/b"),
        ("https://[bad/a", ""),
        ("https://example.com:99999999/a", ""),
        ("javascript://example.com/%0aalert(1)", ""),
        ("ext::sh -c id", ""),
        ("file:///etc", ""),
    ],
)
def test_web_address_of_a_remote(remote: str, address: str) -> None:
    assert web_url(remote) == address


def test_odd_names_in_the_history(repository: Path) -> None:
    (repository / "c.md").write_text("# C\n", encoding="utf-8")
    git(repository, "add", "c.md")
    git(repository, "-c", "user.name=A\x1fB\x01C<x>", "-c", "user.email=ann@example.com", "commit", "-qm", "x\x01\x1f")
    found = read_repository(repository)
    assert found is not None
    assert found.files["c.md"].commit
    assert found.files["a.md"].authors[0].name == "Ann"


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "a/../../secret",
        "/etc/passwd",
        "link",
        "folder/secret",
        "C:/x",
        "..\\secret",
        "x\0y",
        "loop",
        "pipe",
        "zero",
        ".",
    ],
)
def test_the_door_opens_only_regular_files_inside(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    (root / "zero").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe")
    tree = SourceTree(root)
    began = time.monotonic()
    with pytest.raises(OSError, match=r"."):
        tree.read(path)
    assert not tree.exists(path)
    assert time.monotonic() - began < 1


def test_one_bad_folder_stops_no_other(tmp_path: Path, sandbox: Server) -> None:
    root = tmp_path / "root"
    (root / "closed").mkdir(parents=True)
    (root / "good.md").write_text("# Good\n", encoding="utf-8")
    (root / "loop.md").symlink_to("loop.md")
    (root / "round").symlink_to(root)
    (root / os.fsdecode(b"\xff\xfe.md")).write_text("# Name\n", encoding="utf-8")
    (root / "line\nbreak.md").write_text("# Break\n", encoding="utf-8")
    (root / "closed").chmod(0)
    configure(tmp_path, sandbox.url, root, ("**/*.md",))
    run = nbwiki("-v", "sync", "-t", "cloud", "--json", cwd=tmp_path)
    (root / "closed").chmod(0o700)
    assert run.code in {0, 1}, run.err
    assert "good.md" in run.verbs()["create"]
    assert not any("closed" in source for sources in run.verbs().values() for source in sources)
    assert "Traceback" not in run.err


@pytest.mark.parametrize("name", sorted(svgs("http://127.0.0.1:9", Path("/nowhere"))))
def test_drawings_read_nothing_and_stay_small(tmp_path: Path, name: str) -> None:
    from io import BytesIO

    from PIL import Image

    (tmp_path / "secret.png").write_bytes(png(8, 8))
    began = time.monotonic()
    drawn = svg_to_png(svgs("http://127.0.0.1:9", tmp_path)[name])
    assert time.monotonic() - began < 2
    if drawn is None:
        return
    with Image.open(BytesIO(drawn[0])) as picture:
        assert max(picture.size) <= 4000
        reds = [color for _, color in picture.convert("RGBA").getcolors(picture.width * picture.height) or []]
    assert not any(red > 200 and green < 60 and blue < 60 and alpha > 200 for red, green, blue, alpha in reds)
