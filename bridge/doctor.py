"""``doctor``: what is there, what is missing and how to get it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import msgspec

from adapters.base import Finding
from bridge.config import environment, target_name
from bridge.credentials import target
from bridge.exit_codes import CONFIGURATION, CREDENTIALS, UNREACHABLE, exit_code
from bridge.settings import Settings
from converters.errors import BridgeError

OPTIONAL = (
    ("vl_convert", "plots", "pictures and offline pages of Altair, Vega and Vega-Lite figures"),
    ("plotly", "plots", "pictures and offline pages of Plotly figures"),
    ("bokeh", "bokeh", "pictures and offline pages of Bokeh figures of its version"),
    ("ipykernel", "jupyter", "sync --execute"),
    ("watchfiles", "watch", "sync --watch without looking each second"),
    ("distributed", "dask", "sync --executor dask://…"),
)


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """A finding about one target (or this machine), and the exit code that it calls for."""

    target: str
    finding: Finding
    code: int = 0

    def as_json(self) -> dict[str, Any]:
        """The finding for machines."""
        one = self.finding
        return {"target": self.target, "level": one.level, "subject": one.subject, "text": one.text, "hint": one.hint}


def examine(settings: Settings, name: str | None) -> list[Examined]:
    """All findings. Raises ConfigError only for a target that doesn't exist."""
    names = [target_name(settings, name)] if name or not settings.file.targets else list(settings.file.targets)
    return [*_machine(settings), *(found for one in names for found in _target(settings, one))]


def text_of(found: list[Examined]) -> str:
    """One line a finding."""
    marks = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
    return "\n".join(
        f"{marks[one.finding.level]} {one.target}: {one.finding.subject}: {one.finding.text}"
        + (f"; {one.finding.hint}" if one.finding.hint else "")
        for one in found
    )


def _machine(settings: Settings) -> list[Examined]:
    found = []
    for module, extra, purpose in OPTIONAL:
        there = find_spec(module) is not None
        finding = (
            Finding("ok", module, purpose)
            if there
            else Finding("warn", module, f"not installed ({purpose})", f"pip install nbwiki[{extra}]")
        )
        found.append(Examined(target="this machine", finding=finding))
    return [*found, Examined(target="this machine", finding=_browser(settings))]


def _browser(settings: Settings) -> Finding:
    from bridge.browser import find_renderer

    purpose = "pictures of interactive figures that the notebook carries none of"
    wanted = settings.file.interactive
    if not wanted.draw:
        return Finding("ok", "browser", f"not used ([interactive] draw is off): {purpose}")
    renderer = find_renderer(wanted.browser)
    if renderer is not None:
        return Finding("ok", "browser", f"{renderer.executable}: {purpose}")
    return Finding(
        "warn", "browser", f"none found ({purpose})", "install Chrome or Chromium, or set [interactive] browser"
    )


def _target(settings: Settings, name: str) -> list[Examined]:
    from adapters import open_wiki

    try:
        wiki = open_wiki(target(settings, name, environment()))
    except BridgeError as error:
        finding = Finding("fail", "configuration", error.message, error.hint)
        return [Examined(target=name, finding=finding, code=exit_code(error))]
    try:
        return [Examined(target=name, finding=one, code=_code(one)) for one in wiki.doctor()]
    finally:
        wiki.close()


def _code(finding: Finding) -> int:
    if finding.level != "fail":
        return 0
    return {"configuration": CONFIGURATION, "credentials": CREDENTIALS, "unreachable": UNREACHABLE}[finding.cause]
