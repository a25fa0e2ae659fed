"""``nbwiki mirror`` as schedulers run it: real processes, real git, a real wiki."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox.server import Server, serve
from tests.e2e.mirrors import Repository, Running, git_host, running, targets
from tests.e2e.publish import nbwiki, requests_since, state, writes
from tests.sync.published import API

BOTH = ("cloud", "notion")


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "reports")
    made.write("nbwiki.toml", '[source]\ninclude = ["**/*.md"]\n')
    made.write("a.md", "# Alpha\n\nOn *alpha*, see [beta](b.md).\n")
    made.write("b.md", "# Beta\n\nOn beta.\n")
    made.commit()
    return made


@pytest.fixture
def here(tmp_path: Path, sandbox: Server) -> Path:
    return targets(tmp_path / "runner", sandbox.url)


def mirror(here: Path, *arguments: str, **env: str) -> Any:
    return nbwiki("mirror", *arguments, "--cache", str(here / "cache"), cwd=here, environment=env)


def once(here: Path, *arguments: str, code: int = 0, **env: str) -> dict[str, Any]:
    run = mirror(here, *arguments, "--json", **env)
    assert run.code == code, run.err + run.out
    return run.json


def by_source(done: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {one["source"]: (one["verb"], one["page_id"]) for one in done["actions"] if one["source"].endswith(".md")}


def notebook(words: str) -> str:
    """A notebook of more than a megabyte."""
    rows = [f"row {number} has its own words\n" for number in range(40_000)]
    output = {"output_type": "stream", "name": "stdout", "text": rows}
    code = {"cell_type": "code", "metadata": {}, "source": "show()", "execution_count": 1, "outputs": [output]}
    text = {"cell_type": "markdown", "metadata": {}, "source": f"# Big\n\nThe {words} words."}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [text, code]}, indent=1)


def pages(url: str, target: str) -> dict[str, str]:
    """Bodies of live report pages by title."""
    found = state(url)["pages"]
    return {one["title"]: one["body"] for one in found if one["api"] == API[target] and one["status"] == "current"}


def delay(sandbox: Server, seconds: float) -> None:
    """Each answer of the wiki takes so long."""
    rules = [{"path": "*", "rate": 1.0, "delay_s": seconds}] if seconds else []
    plan = json.dumps({"rules": rules}).encode()
    request = urllib.request.Request(f"{sandbox.url}/sandbox/faults", method="PUT", data=plan)
    urllib.request.urlopen(request, timeout=10).close()


@pytest.mark.parametrize("target", BOTH)
def test_once_and_nothing_to_do_the_second_time(repo: Repository, here: Path, sandbox: Server, target: str) -> None:
    first = once(here, str(repo.folder), "-t", target)
    assert {verb for verb, _ in by_source(first).values()} == {"create"}
    assert (first["ref"], first["commit"], first["outcome"], first["next"]) == ("main", repo.head(), "published", "")
    since = sandbox.log._number
    run = mirror(here, str(repo.folder), "-t", target)
    assert run.code == 0
    line = run.out.splitlines()
    assert len(line) == 1
    assert f"main@{repo.head()[:7]} → {target}: 2 unchanged" in line[0]
    assert writes(requests_since(sandbox.url, since)) == []


@pytest.mark.parametrize("target", BOTH)
def test_renames_over_several_commits_keep_their_pages(repo: Repository, here: Path, target: str) -> None:
    """Also when all of it happened since the last run, and with no cache of the clone."""
    before = by_source(once(here, str(repo.folder), "-t", target))
    for number, (old, new) in enumerate([("a.md", "c.md"), ("c.md", "deep/d.md"), ("deep/d.md", "deep/er/e.md")]):
        (repo.folder / new).parent.mkdir(parents=True, exist_ok=True)
        repo.git("mv", old, new)
        repo.write(new, (repo.folder / new).read_text() + f"\nEdited {number}.\n")
        repo.commit()
    repo.git("rm", "-q", "b.md")
    repo.commit()
    subprocess.run(["rm", "-rf", str(here / "cache")], check=True)
    after = once(here, str(repo.folder), "-t", target, "--prune")
    assert by_source(after)["deep/er/e.md"] == ("update", before["a.md"][1])
    assert by_source(after)["b.md"] == ("archive", before["b.md"][1])
    assert "deep" not in [one["source"] for one in after["actions"] if one["verb"] == "error"]


@pytest.mark.parametrize("target", BOTH)
def test_a_rename_in_rewritten_history(repo: Repository, here: Path, target: str) -> None:
    """The commit that made it is gone after a force-push: the clone remembers what was published last."""
    base = repo.head()
    before = by_source(once(here, str(repo.folder), "-t", target))
    repo.git("mv", "a.md", "published.md")
    repo.commit()
    assert by_source(once(here, str(repo.folder), "-t", target))["published.md"][1] == before["a.md"][1]
    repo.git("reset", "-q", "--hard", base)
    repo.git("mv", "a.md", "rewritten.md")
    repo.commit("forced")
    done = once(here, str(repo.folder), "-t", target, "--prune")
    assert by_source(done)["rewritten.md"] == ("update", before["a.md"][1])
    assert done["counts"]["create"] == done["counts"]["archive"] == 0


def test_refs(repo: Repository, here: Path) -> None:
    """Branches, light and annotated tags, commit ids whole and short; what isn't there is told with what is."""
    first = repo.head()
    repo.git("tag", "light")
    repo.git("tag", "-a", "annotated", "-m", "x")
    repo.git("checkout", "-qb", "other/branch")
    repo.write("a.md", "# Alpha\n\nOn the branch.\n")
    second = repo.commit()
    repo.git("checkout", "-q", "main")
    for ref, commit in [
        ("other/branch", second),
        ("light", first),
        ("annotated", first),
        (second, second),
        (first[:9], first),
        ("refs/heads/other/branch", second),
    ]:
        done = once(here, str(repo.folder), "-t", "cloud", "--ref", ref)
        assert done["commit"] == commit, ref
    run = mirror(here, str(repo.folder), "-t", "cloud", "--ref", "nowhere")
    assert run.code == 3
    assert "no branch, tag or commit 'nowhere'; choose with --ref; branches: main, other/branch" in run.out
    assert mirror(here, str(repo.folder), "-t", "cloud", "--ref=--upload-pack=x").code == 3
    tree = repo.git("rev-parse", "HEAD^{tree}")
    repo.git("tag", "of-a-tree", tree)
    assert "is no commit" in mirror(here, str(repo.folder), "-t", "cloud", "--ref", "of-a-tree").out


def test_the_default_branch_is_renamed_and_a_ref_deleted(repo: Repository, here: Path) -> None:
    with running(here, str(repo.folder), "-t", "cloud", "--every", "1s") as process:
        assert process.next()["ref"] == "main"
        repo.git("branch", "-m", "main", "trunk")
        repo.write("a.md", "# Alpha\n\nOn trunk.\n")
        head = repo.commit()
        assert process.until(commit=head)["counts"]["update"] >= 1
        assert process.end() == 0
    assert "the default branch is now 'trunk' (was 'main')" in "".join(process.errors)
    repo.git("branch", "gone")
    with running(here, str(repo.folder), "-t", "cloud", "--every", "1s", "--ref", "gone", "--prune") as process:
        assert process.next()["outcome"] == "published"
        repo.git("branch", "-D", "gone")
        lost = process.until(outcome="failed")
        assert "no branch, tag or commit 'gone'" in lost["error"]
        assert lost["actions"] == []
        repo.git("branch", "gone")
        assert process.until(outcome="unchanged")["code"] == 0
        assert process.end() == 0


def test_a_head_that_leads_nowhere_and_an_empty_repository(tmp_path: Path, repo: Repository, here: Path) -> None:
    repo.git("symbolic-ref", "HEAD", "refs/heads/lost")
    run = mirror(here, str(repo.folder), "-t", "cloud")
    assert (run.code, "its default branch is gone; choose with --ref; branches: main" in run.out) == (3, True)
    empty = Repository(tmp_path / "empty")
    run = mirror(here, str(empty.folder), "-t", "cloud")
    assert (run.code, "the repository is empty" in run.out) == (3, True)
    run = mirror(here, str(tmp_path / "nowhere"), "-t", "cloud")
    assert (run.code, "check the address" in run.out) == (3, True)


def test_a_second_runner_ends_at_once(repo: Repository, here: Path) -> None:
    with running(here, str(repo.folder), "-t", "cloud", "--every", "1h") as first:
        assert first.next()["outcome"] == "published"
        second = mirror(here, str(repo.folder), "-t", "cloud")
        assert second.code == 1
        assert "another mirror of" in second.err
        assert once(here, str(repo.folder), "-t", "notion")["outcome"] == "published", "another target is no rival"
        first.process.send_signal(signal.SIGKILL)
        first.wait()
    assert once(here, str(repo.folder), "-t", "cloud")["outcome"] == "published", "a killed runner's lock is free"


@pytest.mark.parametrize("target", BOTH)
def test_two_machines_at_once(repo: Repository, here: Path, tmp_path: Path, sandbox: Server, target: str) -> None:
    """No lock is shared between machines: both end, nothing is there twice, and the next run finds nothing to do."""
    other = targets(tmp_path / "other", sandbox.url)
    both = [Running(folder, str(repo.folder), "-t", target) for folder in (here, other)]
    assert {one.wait() for one in both} <= {0, 1, 7}
    once(here, str(repo.folder), "-t", target)
    last = once(other, str(repo.folder), "-t", target)
    assert (last["counts"]["skip"] >= 2, last["requests"]["write"]) == (True, 0)
    titles = [one["title"] for one in state(sandbox.url)["pages"] if one["status"] == "current"]
    assert titles.count("Alpha") == titles.count("Beta") == 1


@pytest.mark.parametrize(("target", "number", "begun"), [("cloud", signal.SIGTERM, 14), ("notion", signal.SIGINT, 7)])
def test_asked_to_end_in_the_middle(
    repo: Repository, here: Path, sandbox: Server, target: str, number: int, begun: int
) -> None:
    """The action in flight is finished, no other is begun, and the next start does the rest."""
    for count in range(12):
        repo.write(f"r{count}.md", f"# Report {count}\n\nWords.\n")
    repo.commit()
    delay(sandbox, 0.06)
    with running(here, str(repo.folder), "-t", target, "--every", "1h", "--jobs", "1") as process:
        until = time.monotonic() + 60
        while len(writes(requests_since(sandbox.url))) < begun:
            time.sleep(0.02)
            assert process.process.poll() is None, process.errors
            assert time.monotonic() < until, "fewer writes than that"
        assert process.end(number) == 0
        done = process.next()
    assert done["outcome"] == "stopped"
    finished = [one for one in done["actions"] if one["verb"] == "create"]
    assert 0 < len(finished) < 14, "some, not all"
    delay(sandbox, 0)
    for one in finished:
        assert "being published" not in pages(sandbox.url, target)[one["title"]]
    rest = once(here, str(repo.folder), "-t", target)
    assert rest["counts"]["error"] == 0
    assert once(here, str(repo.folder), "-t", target)["requests"]["write"] == 0


def test_asked_to_end_once(repo: Repository, here: Path, sandbox: Server) -> None:
    """A single run that didn't do everything says so by its exit code; one that waits for nothing ends at once."""
    with running(here, str(repo.folder), "-t", "cloud", "--every", "1h") as process:
        process.next()
        began = time.monotonic()
        assert process.end() == 0
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("target", BOTH)
def test_the_wiki_is_away_and_back(repo: Repository, tmp_path: Path, target: str) -> None:
    data = tmp_path / "wiki.sqlite"
    wiki = serve(port=0, data=data)
    here = targets(tmp_path / "runner", wiki.url)
    config = here / "nbwiki.toml"
    config.write_text(config.read_text().replace("token_env", "max_attempts = 1\ntoken_env"))
    with running(here, str(repo.folder), "-t", target, "--every", "2s") as process:
        first = by_source(process.next())
        wiki.close()
        repo.write("a.md", "# Alpha\n\nWhile it was away.\n")
        head = repo.commit()
        away = process.until(outcome="unreachable")
        assert (away["code"], away["next"] > away["started"]) == (6, True)
        wiki = serve(port=wiki.port, data=data)
        back = process.until(outcome="published", commit=head)
        assert by_source(back)["a.md"] == ("update", first["a.md"][1])
        assert process.end() == 0
    assert "While it was away." in pages(wiki.url, target)["Alpha"]
    wiki.close()


def test_the_git_host_is_away_and_back(repo: Repository, here: Path, tmp_path: Path) -> None:
    with git_host(tmp_path) as address:
        port = int(address.rpartition(":")[2])
        url = f"{address}/reports/.git"
    # nobody listens: a daemon that is started before its network comes up waits for it
    with running(here, url, "-t", "cloud", "--every", "1s") as process:
        away = process.next()
        assert (away["outcome"], away["code"]) == ("unreachable", 6)
        assert "can't be reached" in away["error"]
        daemon = subprocess.Popen(
            ["git", "daemon", "--reuseaddr", "--export-all", f"--port={port}", "--listen=127.0.0.1",
             f"--base-path={tmp_path}", str(tmp_path)],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            time.sleep(0.5)
            assert process.until(outcome="unreachable")["run"] > 1, "that host doesn't speak HTTP"
        finally:
            daemon.terminate()
            daemon.wait()
        assert process.end() == 0
    once_away = mirror(here, url, "-t", "cloud")
    assert once_away.code == 6


def test_git_daemon(repo: Repository, here: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    daemon = subprocess.Popen(
        ["git", "daemon", "--reuseaddr", "--export-all", f"--port={port}", "--listen=127.0.0.1",
         f"--base-path={tmp_path}", str(tmp_path)],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(50):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        assert once(here, f"git://127.0.0.1:{port}/reports/.git", "-t", "cloud")["commit"] == repo.head()
    finally:
        daemon.terminate()
        daemon.wait()


def test_a_private_host_by_helper_askpass_and_address(repo: Repository, here: Path, tmp_path: Path) -> None:
    """Credentials come from git's own places; the password never stands on disk, in output, nor in the wiki's requests."""
    asked: list[str] = []
    helper = tmp_path / "helper"
    helper.write_text('#!/bin/sh\n[ "$1" = get ] && printf "username=ann\\npassword=s3cr3t-pass\\n"\n')
    askpass = tmp_path / "askpass"
    askpass.write_text('#!/bin/sh\ncase "$1" in Username*) echo ann;; *) echo s3cr3t-pass;; esac\n')
    for program in (helper, askpass):
        program.chmod(0o755)
    gitconfig = tmp_path / "gitconfig"
    gitconfig.write_text(f"[credential]\n\thelper = {helper}\n")
    with git_host(tmp_path, "ann", "s3cr3t-pass", asked) as address:
        url = f"{address}/reports/.git"
        refused = mirror(here, url, "-t", "cloud", GIT_CONFIG_GLOBAL=os.devnull)
        assert refused.code == 5
        assert "credential" in refused.out
        assert once(here, url, "-t", "cloud", GIT_CONFIG_GLOBAL=str(gitconfig))["commit"] == repo.head()
        repo.write("a.md", "# Alpha\n\nAgain.\n")
        repo.commit()
        by_askpass = once(here, url, "-t", "cloud", GIT_CONFIG_GLOBAL=os.devnull, GIT_ASKPASS=str(askpass))
        assert by_askpass["counts"]["update"] == 1
        inside = url.replace("://", "://ann:s3cr3t-pass@")
        run = mirror(here, inside, "-t", "cloud", "-v", "-v", GIT_CONFIG_GLOBAL=os.devnull)
        assert run.code == 0, run.err
        assert "s3cr3t-pass" not in run.out + run.err
        wrong = mirror(here, inside.replace("s3cr3t", "wr0ng"), "-t", "cloud", GIT_CONFIG_GLOBAL=os.devnull)
        assert wrong.code == 5
        assert "wr0ng" not in wrong.out + wrong.err
    assert not [path for path in (here / "cache").rglob("*") if path.is_file() and b"s3cr3t" in path.read_bytes()]
    assert any("Basic" in one for one in asked)


def test_large_files_of_old_commits_stay_with_the_host(here: Path, tmp_path: Path) -> None:
    """A partial clone, where the host offers that: renames of large reports are found all the same."""
    repo = Repository(tmp_path / "reports")
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.write("big.ipynb", notebook("first"))
    repo.write("data.bin", os.urandom(3_000_000))
    repo.commit()
    with git_host(tmp_path) as address:
        url = f"{address}/reports/.git"
        first = once(here, url, "-t", "cloud", "--ref", "main")
        repo.write("data.bin", os.urandom(3_000_000))
        repo.commit()
        repo.write("data.bin", b"small")
        repo.git("mv", "big.ipynb", "moved.ipynb")
        repo.write("moved.ipynb", notebook("second"))
        repo.commit()
        subprocess.run(["rm", "-rf", str(here / "cache")], check=True)
        done = once(here, url, "-t", "cloud")
    (was,), (now,) = first["actions"], done["actions"]
    assert (now["source"], now["verb"], now["page_id"]) == ("moved.ipynb", "update", was["page_id"])
    size = sum(path.stat().st_size for path in (here / "cache").rglob("*.pack"))
    assert size < 3_000_000, "neither version of the data came along"


def test_a_shallow_clone_by_path_says_what_it_lacks(repo: Repository, here: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    repo.write("a.md", "# Alpha\n\nSecond.\n")
    repo.commit()
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{repo.folder}", str(shallow)], check=True)
    run = mirror(here, str(shallow), "-t", "cloud")
    assert run.code == 0
    assert "shallow git clone" in run.err
    subprocess.run(["git", "fetch", "-q", "--unshallow"], cwd=shallow, check=True)
    run = mirror(here, str(shallow), "-t", "cloud")
    assert (run.code, "shallow git clone" in run.err) == (0, False)


def test_a_damaged_clone_is_made_again(repo: Repository, here: Path) -> None:
    first = by_source(once(here, str(repo.folder), "-t", "cloud"))
    (tree,) = (here / "cache").glob("*/tree")
    (tree / ".git" / "index.lock").write_text("")
    (tree / "b.md").write_text("# Changed here\n")
    repo.write("a.md", "# Alpha\n\nNew.\n")
    repo.commit()
    assert once(here, str(repo.folder), "-t", "cloud")["counts"]["update"] == 1
    for path in tree.rglob(".git/objects/*/*"):
        path.chmod(0o600)
        path.write_bytes(b"broken")
    repo.write("a.md", "# Alpha\n\nNewer.\n")
    repo.commit()
    done = by_source(once(here, str(repo.folder), "-t", "cloud"))
    assert done["a.md"] == ("update", first["a.md"][1])


def test_metrics_and_health(repo: Repository, here: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(here, str(repo.folder), "-t", "cloud", "--every", "1s", "--metrics-port", str(port)) as process:
        process.until(outcome="unchanged")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain")
            text = answer.read().decode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert json.load(answer)["status"] in {"waiting", "running"}
        taken = mirror(here, str(repo.folder), "-t", "notion", "--every", "1s", "--metrics-port", str(port))
        assert (taken.code, "can't listen" in taken.err) == (3, True)
        assert process.end() == 0
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values['nbwiki_mirror_actions_total{verb="create"}']) == 2
    assert float(values['nbwiki_mirror_reports{state="in sync"}']) == 2
    assert float(values["nbwiki_mirror_last_run_success"]) == 1
    assert float(values['nbwiki_mirror_requests_total{kind="write"}']) > 0
    assert float(values["nbwiki_mirror_next_run_timestamp_seconds"]) > 1e9
    assert mirror(here, str(repo.folder), "-t", "cloud", "--metrics-port", str(port)).code == 2


def test_several_repositories_share_a_target(repo: Repository, here: Path, tmp_path: Path, sandbox: Server) -> None:
    """Each run answers for its own reports only; reports of the same path are told apart."""
    target = "cloud"
    other = Repository(tmp_path / "more")
    other.write("nbwiki.toml", '[source]\ninclude = ["*.md"]\n')
    other.write("a.md", "# Gamma\n\nOn gamma.\n")
    other.commit()
    second = targets(tmp_path / "second", sandbox.url)
    both = [
        Running(here, str(repo.folder), "-t", target, "--prune"),
        Running(second, str(other.folder), "-t", target, "--prune"),
    ]
    assert {one.wait() for one in both} <= {0, 1, 7}
    for folder, source in ((here, repo), (second, other), (here, repo), (second, other)):
        last = once(folder, str(source.folder), "-t", target, "--prune")
        assert last["counts"]["archive"] == 0
    assert last["requests"]["write"] == 0
    assert {"Alpha", "Beta", "Gamma"} <= set(pages(sandbox.url, target))
