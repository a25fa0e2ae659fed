"""The command line: start-up, convert, init, help of everything."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.cli import COMMANDS, run
from bridge.config import load
from bridge.init import write_config
from bridge.log import Masking

ROOT = Path(__file__).resolve().parents[2]
HEAVY = [
    "nbconvert",
    "nbformat",
    "matplotlib",
    "atlassian",
    "notion_client",
    "httpx",
    "requests",
    "tenacity",
    "lxml",
    "markdown_it",
]


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom bridge.cli import run\nassert run(['--help']) == 0\n"
        f"loaded = sorted(set({HEAVY!r}) & set(sys.modules))\nassert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name, capsys):
    assert run([name, "--help"]) == 0
    assert "Usage: nbwiki" in capsys.readouterr().out


def test_a_mistyped_command_is_helped(capsys):
    assert run(["synk"]) == 2
    assert "did you mean 'sync'?" in capsys.readouterr().err


def test_convert_writes_a_folder_a_source_and_goes_on_after_a_broken_one(tmp_path, capsys, monkeypatch):
    source = tmp_path / "src"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "good.md").write_text("# Good\n\nText.\n")
    (source / "bad.ipynb").write_text('{"cells": [')
    monkeypatch.chdir(source)
    out = tmp_path / "out"
    assert run(["convert", "sub/good.md", "bad.ipynb", "--to", "confluence", "-o", str(out)]) == 4
    printed = capsys.readouterr()
    assert "bad.ipynb" in printed.err
    assert "good.md" in printed.out
    assert "Text." in (out / "sub" / "good" / "page.xhtml").read_text()
    report = json.loads((out / "sub" / "good" / "report.json").read_text())
    assert report["title"] == "Good"


@pytest.mark.parametrize(("to", "name"), [("notion", "blocks.json"), ("model", "model.json")])
def test_convert_to_json(tmp_path, monkeypatch, to, name):
    (tmp_path / "a.md").write_text("# A\n\nText.\n")
    monkeypatch.chdir(tmp_path)
    assert run(["convert", "a.md", "--to", to, "-o", "out"]) == 0
    assert json.loads((tmp_path / "out" / "a" / name).read_text())


def test_init_detects_and_never_overwrites(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert run(["init", "--yes"]) == 0
    assert 'include = ["**/*.ipynb"]' in (tmp_path / "nbwiki.toml").read_text()
    assert run(["init", "--yes"]) == 2
    monkeypatch.delenv("CONFLUENCE_TOKEN", raising=False)
    assert run(["plan"]) == 5
    assert "CONFLUENCE_TOKEN is not set" in capsys.readouterr().err


def test_init_asks_and_writes_what_load_accepts(tmp_path, monkeypatch, capsys):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("# A\n")
    (tmp_path / "b.qmd").write_text("# B\n")
    asked = []
    answers = iter(["confluence", "https://wiki.acme.example/confluence/", "datacenter", "DS", "Reports"])

    def ask(question, *, default, **_):
        asked.append((question, default))
        return next(answers)

    said = "\n".join(write_config(tmp_path, ask=ask, force=False))
    assert asked[2] == ("Deployment", "datacenter")
    assert "notes/**/*.md" in said
    assert "set CONFLUENCE_TOKEN in the environment" in said
    settings = load(None, {}, tmp_path)
    section = settings.file.targets["wiki"]
    assert settings.file.source.include == ("**/*.qmd",)
    assert settings.file.source.repository == tmp_path.name
    assert (section.url, section.space, section.user_env) == ("https://wiki.acme.example/confluence", "DS", "")


@pytest.mark.parametrize("arguments", [["-q", "plan"], ["plan", "-q"]])
def test_quiet_stands_before_or_after_the_command(tmp_path, monkeypatch, capsys, arguments):
    (tmp_path / "a.md").write_text("# A\n")
    (tmp_path / "nbwiki.toml").write_text(
        '[source]\ninclude = ["*.md"]\n[targets.w]\nkind = "memory"\nurl = "memory:q"\n'
    )
    monkeypatch.setenv("NBWIKI_TOKEN", "sandbox")
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")
    assert run(["plan", "-v"]) == 0
    assert "nothing was written" in capsys.readouterr().out


def test_the_log_masks_tokens_in_messages_and_tracebacks():
    formatter = Masking(["s3cr3t-token"])
    try:
        raise ValueError("Authorization: Bearer s3cr3t-token and ATATT3xFfGF0abc=")
    except ValueError:
        record = logging.LogRecord("bridge", logging.ERROR, "f", 1, "sent %s", ("s3cr3t-token",), sys.exc_info())
    text = formatter.format(record)
    assert "s3cr3t" not in text
    assert "ATATT3x" not in text
    assert json.loads(Masking(["s3cr3t-token"], as_json=True).format(record))["message"] == "sent ***"


@pytest.mark.parametrize(("host", "warned"), [("", False), ("0.0.0.0", True)])
def test_sandbox_stays_on_loopback_unless_told(host, warned):
    given = ["--host", host] if host else []
    command = [sys.executable, "-m", "bridge", "sandbox", "serve", "--port", "0", *given]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        first = process.stdout.readline()
        assert (host or "127.0.0.1") in first
        assert any("da7a0000-0000-4000-8000-00000000d47a" in process.stdout.readline() for _ in range(3))
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert ("other machines" in errors) is warned


def test_unknown_executor_is_a_usage_error(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.md").write_text("# A\n")
    (tmp_path / "nbwiki.toml").write_text(
        '[source]\ninclude = ["*.md"]\n[targets.w]\nkind = "memory"\nurl = "memory:x"\n'
    )
    monkeypatch.setenv("NBWIKI_TOKEN", "sandbox")
    monkeypatch.chdir(tmp_path)
    assert run(["sync", "--executor", "moon"]) == 2
    assert "local, processes or dask" in capsys.readouterr().err


def test_python_m_bridge():
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "--version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.startswith("nbwiki")) == (0, True)
