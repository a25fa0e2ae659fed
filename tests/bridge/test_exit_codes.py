"""Each exit code provoked for real, with the command in a process of its own over the sandbox."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.e2e.publish import ROOT, TARGETS, TOKENS, configure, nbwiki, state

FIELDS = {"schema", "target", "actions", "counts", "requests", "seconds"}
ACTION_FIELDS = {"verb", "key", "source", "title", "page_id", "url", "reason", "notes"}


@pytest.fixture
def repo(tmp_path, sandbox):
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "a.md").write_text("# Alpha\n\nText.\n")
    (folder / "b.md").write_text("# Beta\n\nText.\n")
    configure(folder, sandbox.url, folder, ("**/*.md", "**/*.ipynb"))
    return folder


def test_a_schedulers_day(repo, sandbox):
    """0, 10, 0, 1, 7, 11 and 2 in the order in which a scheduled job meets them; one JSON object each time."""
    cloud = ("-t", "cloud", "--json")
    assert nbwiki("plan", "--exit-code", *cloud, cwd=repo).code == 10
    first = nbwiki("sync", *cloud, cwd=repo)
    assert first.code == 0
    assert set(first.json) == FIELDS
    assert all(set(one) == ACTION_FIELDS for one in first.json["actions"])
    assert set(first.json["requests"]) == {"read", "write", "retried"}
    assert nbwiki("plan", "--exit-code", *cloud, cwd=repo).code == 0
    (repo / "bad.ipynb").write_text("{")
    broken = nbwiki("sync", *cloud, cwd=repo)
    assert (broken.code, broken.json["counts"]["error"], broken.json["counts"]["skip"]) == (1, 1, 2)
    (repo / "bad.ipynb").unlink()
    page = next(one for one in first.json["actions"] if one["source"] == "a.md")["page_id"]
    edit_as_a_person(sandbox, page)
    (repo / "a.md").write_text("# Alpha\n\nOther.\n")
    conflict = nbwiki("sync", *cloud, cwd=repo)
    assert (conflict.code, conflict.json["counts"]["conflict"]) == (7, 1)
    assert nbwiki("plan", "--exit-code", *cloud, cwd=repo).code == 11


def edit_as_a_person(sandbox, page):
    import requests

    base, who = f"{sandbox.url}/wiki/api/v2/pages/{page}", ("author@example.com", "sandbox")
    now = requests.get(base, params={"body-format": "storage"}, auth=who, timeout=10).json()
    body = {"representation": "storage", "value": now["body"]["storage"]["value"] + "<p>mine</p>"}
    version = {"number": now["version"]["number"] + 1, "message": "by hand"}
    change = {"id": page, "status": "current", "title": now["title"], "body": body, "version": version}
    assert requests.put(base, json=change, auth=who, timeout=10).ok


@pytest.mark.parametrize("target", TARGETS)
def test_codes_of_each_target(repo, sandbox, target):
    """5 for a wrong and an absent token, 6 for a closed port; nothing on standard output, one line on the other."""
    variable = "NOTION_TOKEN" if target == "notion" else "CONFLUENCE_TOKEN"
    closed = {
        f"NBWIKI_TARGETS_{target.upper()}_URL": "http://127.0.0.1:9",
        f"NBWIKI_TARGETS_{target.upper()}_MAX_ATTEMPTS": "1",
    }
    for code, environment in ((5, {variable: "wr0ng-token"}), (5, {variable: ""}), (6, closed)):
        done = nbwiki("sync", "-t", target, "--json", cwd=repo, environment=environment, start=True)
        assert (done.code, done.out) == (code, ""), done
        assert done.err.startswith("nbwiki: ")
        assert len(done.err.splitlines()) == 1
        assert "wr0ng" not in done.err


def test_usage_configuration_and_conversion(repo):
    assert nbwiki("sync", "--nope", cwd=repo, start=True).code == 2
    assert nbwiki("sync", "-t", "cloud", "nowhere.md", cwd=repo, start=True).code == 2
    assert nbwiki("sync", "-t", "clowd", cwd=repo, start=True).code == 3
    (repo / "bad.ipynb").write_text("{")
    assert nbwiki("convert", "bad.ipynb", "--to", "notion", "-o", "out", cwd=repo, start=True).code == 4


def test_watch_publishes_changes_until_ctrl_c(repo, sandbox):
    env = {**os.environ, **TOKENS, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bridge", "sync", "-t", "cloud", "--watch"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=repo, env=env, stdout=pipe, stderr=pipe, text=True)
    try:
        assert "Alpha" in process.stdout.readline()
        wait_until(lambda: "Beta" in titles(sandbox))
        deadline = time.monotonic() + 20
        while "Gamma" not in titles(sandbox) and time.monotonic() < deadline:
            (repo / "a.md").write_text(f"# Gamma\n\nText {time.monotonic()}.\n")  # again, should it not watch yet
            time.sleep(0.3)
        assert "Gamma" in titles(sandbox)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err.strip().splitlines()[-1] == "stopped"
    assert "Traceback" not in err


def titles(sandbox):
    return {page["title"] for page in state(sandbox.url)["pages"]}


def wait_until(true):
    deadline = time.monotonic() + 20
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert true()


def test_a_cluster_renders(repo, sandbox):
    import distributed

    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        done = nbwiki("sync", "-t", "cloud", "--json", "--executor", f"dask://{address}", cwd=repo)
    assert done.code == 0, done.err
    assert done.json["counts"]["create"] == 2
