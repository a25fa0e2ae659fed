"""The recipes of docs/mirror.md, taken out of it and run as they stand: by sh, by what CI systems do with their files."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.sandbox.server import Server
from tests.e2e.mirrors import Repository, environment, targets
from tests.e2e.publish import ROOT, TOKENS, state

TEXT = (ROOT / "docs" / "mirror.md").read_text(encoding="utf-8")
ADDRESS = "https://git.example.com/acme/reports.git"


def recipe(heading: str, language: str, number: int = 0) -> str:
    part = TEXT.split(f"\n### {heading}\n")[1].split("\n### ")[0]
    return re.findall(rf"```{language}\n(.*?)```", part, re.DOTALL)[number]


class Machine:
    """A home with nbwiki and git on it; ``git.example.com`` is a folder here, and installers install nothing."""

    def __init__(self, folder: Path, url: str) -> None:
        self.home = folder / "home"
        self.repo = Repository(folder / "git" / "acme" / "reports.git")
        self.repo.write("nbwiki.toml", '[source]\ninclude = ["*.md"]\n')
        self.repo.write("a.md", "# Alpha\n\nWords.\n")
        self.repo.commit()
        self.url = url
        self.config = targets(self.home / "nbwiki", url) / "nbwiki.toml"
        self.config.write_text(self.config.read_text().replace("[targets.cloud]", "[targets.wiki]"))
        (self.home / ".gitconfig").write_text(f'[url "file://{folder}/git/"]\n\tinsteadOf = https://git.example.com/\n')
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.program("nbwiki", f'exec {sys.executable} -m bridge "$@"')
        for installer in ("pip", "pipx"):
            self.program(installer, f'[ "$1" = install ] && echo "$@" >> "{folder}/installed"')

    def program(self, name: str, line: str) -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{line}\n")
        (self.bin / name).chmod(0o755)

    def run(self, command: list[str], cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.bin}:{os.environ['PATH']}"
        own = environment(HOME=str(self.home), PATH=path, XDG_CACHE_HOME=str(self.home / "cache"), **env)
        for name in set(TOKENS) - env.keys():
            own.pop(name)
        return subprocess.run(command, cwd=cwd, env=own, capture_output=True, text=True, check=False, timeout=120)

    def published(self) -> list[str]:
        return [one["title"] for one in state(self.url)["pages"] if one["status"] == "current"]


@pytest.fixture
def machine(tmp_path: Path, sandbox: Server) -> Machine:
    return Machine(tmp_path, sandbox.url)


def test_cron(machine: Machine) -> None:
    (line,) = recipe("cron", "crontab").splitlines()
    fields = line.split(None, 5)
    assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields[:5])
    assert "%" not in fields[5], "cron makes line ends of them"
    secrets = machine.home / "nbwiki" / "env"
    secrets.write_text("export CONFLUENCE_USER=author@example.com CONFLUENCE_TOKEN=sandbox\n")
    done = machine.run(["/bin/sh", "-c", fields[5]], machine.home)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert '"outcome": "published"' in (machine.home / "nbwiki" / "mirror.log").read_text()
    assert "Alpha" in machine.published()


def test_systemd_service(machine: Machine, tmp_path: Path) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(recipe("systemd", "ini", 0))
    command = shlex.split(unit["Service"]["ExecStart"])
    assert command[0] == "/opt/nbwiki/bin/nbwiki"
    given = [str(machine.config) if part == "/etc/nbwiki/nbwiki.toml" else part for part in command[1:]]
    cache = tmp_path / "var-cache"
    done = machine.run(["nbwiki", *given], tmp_path, CACHE_DIRECTORY=str(cache), **TOKENS)
    assert done.returncode == 0, done.stderr
    assert list(cache.rglob("a.md")), "CacheDirectory= is where the clone is"
    assert "Alpha" in machine.published()


def test_systemd_units_are_valid(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here: sudo apt-get install systemd")
    (tmp_path / "nbwiki").write_text("#!/bin/sh\n")
    (tmp_path / "nbwiki").chmod(0o755)
    service = recipe("systemd", "ini", 0).replace("/opt/nbwiki/bin/nbwiki", str(tmp_path / "nbwiki"))
    (tmp_path / "nbwiki.service").write_text(service)
    (tmp_path / "nbwiki.timer").write_text(recipe("systemd", "ini", 1))
    for name in ("nbwiki.service", "nbwiki.timer"):
        command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        told = [line for line in done.stderr.splitlines() if "nbwiki" in line]
        assert (done.returncode, told) == (0, []), done.stderr
    calendar = re.findall(r"OnCalendar=(.*)", recipe("systemd", "ini", 1))[0]
    done = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_github_actions(machine: Machine) -> None:
    workflow: dict[Any, Any] = yaml.safe_load(recipe("GitHub Actions", "yaml"))
    assert workflow[True]["schedule"], "YAML 1.1 reads on as true, and so does everybody"
    assert workflow["concurrency"]["cancel-in-progress"] is False
    (job,) = workflow["jobs"].values()
    checkout, *steps = job["steps"]
    assert checkout["with"]["fetch-depth"] == 0
    secrets = {name: TOKENS[name] for name in ("CONFLUENCE_USER", "CONFLUENCE_TOKEN")}
    work = checked_out(machine)
    for step in steps:
        env = {
            name: secrets[re.fullmatch(r"\$\{\{ secrets\.(\w+) \}\}", value)[1]]
            for name, value in step.get("env", {}).items()
        }
        env |= {"GITHUB_SHA": machine.repo.head()}
        done = machine.run(["bash", "-e", "-c", step["run"]], work, **env)
        assert done.returncode == 0, done.stderr + done.stdout
    assert '"outcome": "published"' in done.stdout
    assert "Alpha" in machine.published()


def test_gitlab_ci(machine: Machine) -> None:
    pipeline = yaml.safe_load(recipe("GitLab CI", "yaml"))
    (job,) = pipeline.values()
    assert job["resource_group"], "one job at a time"
    assert job["variables"]["GIT_DEPTH"] == "0"
    work = checked_out(machine)
    script = "\n".join(job["script"])
    done = machine.run(["sh", "-e", "-c", script], work, CI_COMMIT_SHA=machine.repo.head(), **TOKENS)
    assert done.returncode == 0, done.stderr
    assert "Alpha" in machine.published()


def test_kubernetes(machine: Machine, tmp_path: Path) -> None:
    job = yaml.safe_load(recipe("Kubernetes", "yaml"))
    assert (job["kind"], job["spec"]["concurrencyPolicy"]) == ("CronJob", "Forbid")
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    mounts = {one["mountPath"] for one in container["volumeMounts"]}
    assert {one["name"] for one in pod["volumes"]} == {one["name"] for one in container["volumeMounts"]}
    assert mounts == {"/etc/nbwiki", "/cache"}
    here = {"/etc/nbwiki/nbwiki.toml": str(machine.config), "/cache": str(tmp_path / "volume")}
    command = [here.get(part, part) for part in (*container["command"], *container["args"])]
    assert ADDRESS in command
    done = machine.run(command, tmp_path, **TOKENS)
    assert done.returncode == 0, done.stderr
    assert "Alpha" in machine.published()


def checked_out(machine: Machine) -> Path:
    """A checkout that is trusted: with the targets in its own nbwiki.toml."""
    machine.repo.write("nbwiki.toml", '[source]\ninclude = ["*.md"]\n' + machine.config.read_text())
    machine.repo.commit()
    work = machine.home / "work"
    subprocess.run(["git", "clone", "-q", str(machine.repo.folder), str(work)], check=True)
    return work


def test_the_options_of_the_document_exist() -> None:
    from bridge.options import MirrorOptions

    table = TEXT.split("| Option |")[1].split("\n\n")[0]
    named = {one.replace("-", "_") for one in re.findall(r"`--([a-z-]+)", table)}
    assert named - {"log_format"} == set(MirrorOptions.__struct_fields__)


def test_the_metrics_of_the_document_exist() -> None:
    from bridge.metrics import Meters

    table = TEXT.split("| Metric |")[1]
    text = Meters("wiki", "reports").text().decode()
    for name in re.findall(r"`(nbwiki_mirror_|…_)(\w+)", table):
        assert f"nbwiki_mirror_{name[1]}" in text, name[1]
