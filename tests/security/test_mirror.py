"""A repository from strangers in a mirror: nothing of it runs, and it sends no token anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.sandbox.server import Server
from tests.e2e.mirrors import Repository, git_host, targets
from tests.e2e.publish import requests_since, state
from tests.security.command import canary, nbwiki

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"


@pytest.fixture
def here(tmp_path: Path, sandbox: Server) -> Path:
    return targets(tmp_path / "runner", sandbox.url)


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "reports")
    made.write("a.md", "# Alpha\n\nWords.\n")
    made.write("nbwiki.toml", '[source]\ninclude = ["**/*.md", "**/*.ipynb"]\n')
    made.commit()
    return made


def trap(folder: Path) -> tuple[Path, Path]:
    """A program, and the file that it leaves behind when it runs."""
    marker, program = folder / "ran", folder / "trap.sh"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{marker}'\ncat\n")
    program.chmod(0o755)
    return program, marker


def test_nothing_of_the_repository_runs(repo: Repository, here: Path, tmp_path: Path) -> None:
    """Filters, hooks, monitors and helpers: those of its attributes, of its own configuration, of its submodules."""
    program, marker = trap(tmp_path)
    with canary() as (address, asked):
        repo.write(
            ".gitattributes", "*.md filter=lfs diff=lfs\n*.ipynb filter=lfs\n*.txt working-tree-encoding=UTF-16\n"
        )
        repo.write(".lfsconfig", f"[lfs]\n\turl = {address}/lfs\n")
        repo.write("big.ipynb", POINTER)
        repo.write(".gitmodules", f'[submodule "sub"]\n\tpath = sub\n\turl = ext::{program}\n\tupdate = !{program}\n')
        repo.git("add", "-A")
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
        repo.git("commit", "-qm", "traps")
        for key in (
            "core.fsmonitor", "core.sshCommand", "core.alternateRefsCommand", "uploadpack.packObjectsHook",
            "filter.lfs.smudge", "filter.lfs.process", "diff.external", "diff.lfs.textconv", "core.askPass",
            "credential.helper", "core.gitProxy", "gpg.program", "core.pager",
        ):  # fmt: skip
            repo.git("config", key, str(program))
        marker.unlink(missing_ok=True)
        hooks = repo.folder / ".git" / "hooks"
        hooks.mkdir(exist_ok=True)
        template = tmp_path / "template"
        (template / "hooks").mkdir(parents=True)
        for name in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-index-change", "post-rewrite"):
            for folder in (hooks, template / "hooks"):
                (folder / name).write_text(f"#!/bin/sh\nexec '{program}'\n")
                (folder / name).chmod(0o755)
        # what the machine itself has for its own repositories is not for strangers' either
        own = tmp_path / "gitconfig"
        own.write_text(
            f'[filter "lfs"]\n\tsmudge = {program} %f\n\tprocess = {program}\n\trequired = true\n'
            f"[init]\n\ttemplateDir = {template}\n[core]\n\thooksPath = {hooks}\n[submodule]\n\trecurse = true\n"
        )  # fmt: skip
        arguments = ("mirror", str(repo.folder), "-t", "cloud", "--json", "--cache", str(here / "cache"))
        run = nbwiki(*arguments, cwd=here, environment={"GIT_CONFIG_GLOBAL": str(own)})
        assert not marker.exists(), marker.read_text()
        assert asked == []
    verbs = {one["source"]: one["verb"] for one in run.json["actions"]}
    assert verbs["a.md"] == "create"
    assert verbs["big.ipynb"] == "error"
    assert "Git LFS pointer" in next(one["reason"] for one in run.json["actions"] if one["source"] == "big.ipynb")
    assert "sub is a submodule" in run.err
    assert run.code == 1


@pytest.mark.parametrize(
    "address",
    ["ext::sh -c touch% {0}", "-u{0}", "--upload-pack={0}", "fd::17", "http::x", "ssh://-oProxyCommand={0}/x"],
)
def test_addresses_that_would_run_something(here: Path, tmp_path: Path, address: str) -> None:
    program, marker = trap(tmp_path)
    given = address.format(marker if "touch" in address else program)
    run = nbwiki("mirror", "-t", "cloud", "--cache", str(here / "cache"), "--", given, cwd=here)
    assert run.code in {2, 3, 5, 6}
    assert not marker.exists()


def test_its_configuration_sends_no_token_elsewhere(repo: Repository, here: Path, sandbox: Server) -> None:
    with canary() as (address, asked):
        repo.write(
            "nbwiki.toml",
            f"""
[source]
include = ["**/*.md"]
repository = "acme/other"
[targets.cloud]
kind = "confluence"
url = "{address}/wiki"
space = "DATA"
proxy = "{address}"
token_env = "CONFLUENCE_TOKEN"
[targets.evil]
kind = "notion"
url = "{address}/notion"
token_env = "CONFLUENCE_TOKEN"
[interactive]
publish_to = "{address}/up"
public_url = "https://evil.example"
browser = "/bin/sh"
[execute]
enabled = true
[convert]
embed_hosts = ["evil.example"]
remove_cell_patterns = ["(a+)+$"]
preprocessors = {{ ExecutePreprocessor = {{ enabled = true }} }}
""",
        )
        repo.commit()
        arguments = ("mirror", str(repo.folder), "--json", "--cache", str(here / "cache"), "-t")
        run = nbwiki(*arguments, "cloud", cwd=here)
        assert run.code == 0, run.err
        assert [one["key"] for one in run.json["actions"]] == ["reports:a.md"], "its name is not its own to say"
        assert "convert.embed_hosts, convert.preprocessors" in run.err
        assert "only the runner's own may" in run.err
        assert nbwiki(*arguments, "evil", cwd=here).code == 3
        assert asked == []
    assert requests_since(sandbox.url)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[source]\nroot = "../.."\n', "leads out of the repository"),
        ('[source]\nroot = "/etc"\n', "leads out of the repository"),
        ('[source]\nroot = "link"\n', "leads out of the repository"),
        ('[source]\ninclud = ["x"]\n', "did you mean 'include'?"),
        ("not toml", "is not TOML"),
        ("x = 1\n" + "#" * 1_100_000, "is larger than"),
    ],
)
def test_its_configuration_is_refused_in_one_line(repo: Repository, here: Path, text: str, told: str) -> None:
    (repo.folder / "link").symlink_to("/etc")
    repo.write("nbwiki.toml", text)
    repo.commit()
    run = nbwiki("mirror", str(repo.folder), "-t", "cloud", "--cache", str(here / "cache"), cwd=here)
    assert (run.code, told in run.out) == (3, True), run.out + run.err
    assert len(run.out.splitlines()) == 1


def test_its_configuration_as_a_link_to_our_files(repo: Repository, here: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text('secret = "TOPSECRET"\n')
    (repo.folder / "nbwiki.toml").unlink()
    (repo.folder / "nbwiki.toml").symlink_to(tmp_path / "secret.toml")
    repo.commit()
    run = nbwiki("mirror", str(repo.folder), "-t", "cloud", "--cache", str(here / "cache"), cwd=here)
    assert run.code == 3
    assert "TOPSECRET" not in run.out + run.err


def test_git_sees_no_token_of_a_wiki(repo: Repository, here: Path, tmp_path: Path) -> None:
    """What answers for git's credentials is the machine's, and still needs none of ours."""
    seen = tmp_path / "seen"
    helper = tmp_path / "helper"
    helper.write_text(f"#!/bin/sh\nenv >> '{seen}'\nprintf 'username=ann\\npassword=pass-of-git\\n'\n")
    helper.chmod(0o755)
    own = tmp_path / "gitconfig"
    own.write_text(f"[credential]\n\thelper = {helper}\n")
    with git_host(tmp_path, "ann", "pass-of-git") as address:
        arguments = ("mirror", f"{address}/reports/.git", "-t", "cloud", "--cache", str(here / "cache"))
        tokens = {"GIT_CONFIG_GLOBAL": str(own), "CONFLUENCE_TOKEN": "sandbox", "KEPT": "kept"}
        run = nbwiki(*arguments, cwd=here, environment=tokens)
    assert run.code == 0, run.out + run.err
    assert "KEPT=kept" in seen.read_text()
    assert "CONFLUENCE_TOKEN" not in seen.read_text()
    assert "NOTION_TOKEN" not in seen.read_text()


def test_links_that_leave_the_clone(repo: Repository, here: Path, tmp_path: Path, sandbox: Server) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nTOPSECRET\n")
    (repo.folder / "out.md").symlink_to(tmp_path / "secret.md")
    (repo.folder / "git.md").symlink_to(".git/config")
    repo.write("b.md", "# Beta\n\n![x](../../secret.md) ![y](.git/config)\n")
    repo.commit()
    run = nbwiki("mirror", str(repo.folder), "-t", "cloud", "--json", "--cache", str(here / "cache"), cwd=here)
    assert run.code in {0, 1}, run.err
    assert "TOPSECRET" not in json.dumps(state(sandbox.url))
    (tree,) = (here / "cache").glob("*/tree")
    assert tree.parent.stat().st_mode & 0o077 == 0, "the clone of a private repository is for its owner"
