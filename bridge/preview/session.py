"""One preview: reports published to an embedded sandbox by the very sync that publishes them to a wiki."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

from adapters import open_wiki
from adapters.settings import TargetSettings
from bridge.demo import targets
from bridge.exit_codes import INTERRUPTED, message
from bridge.preview.remembering import Remembering
from bridge.publish import publish
from bridge.settings import Settings, TargetSection
from bridge.sync.actions import Action, Flags
from converters.errors import BridgeError

log = logging.getLogger(__name__)

Side: TypeAlias = Literal["confluence", "notion"]
FLAGS = Flags(force=True, prune=True, recreate=True)
"""The preview's wiki is nobody's: what stands there always gives way to the files."""


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """One report in one wiki. ``error`` is the line that a sync would print; the page is the last good one."""

    address: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    changed: int = 0
    """Number of the round in which its page changed last."""


class Session:
    """Publishes again on each call of :meth:`refresh`; :meth:`state` tells browsers. Safe to ask from any thread."""

    def __init__(self, settings: Callable[[], Settings], url: str, paths: Sequence[Path] = ()) -> None:
        self._settings = settings
        self._url = url
        self._paths = paths
        self._renderer = Remembering()
        self._news = threading.Condition()
        self._round = 0
        self._version = 0
        self._busy = True
        self._problem = ""
        self._titles: dict[str, str] = {}
        self._faces: dict[str, dict[Side, Face]] = {}

    @property
    def rendered(self) -> list[str]:
        """Paths of the reports that were rendered since this was made, in order."""
        return self._renderer.rendered

    def refresh(self) -> None:
        """Publish what changed to both wikis. An error that stops all becomes the state's ``problem``."""
        self._round += 1
        self._tell(busy=True)
        problem = ""
        try:
            settings = self._settings()
            for target in targets_like(settings, self._url):
                self._publish(settings, target)
        except BridgeError as error:
            problem = message(error)
            log.warning("%s", problem)
        self._tell(busy=False, problem=problem)

    def state(self, known: int = -1, patience_s: float = 0.0) -> dict[str, Any]:
        """What there is to see. Waits up to ``patience_s`` seconds for something that a browser doesn't know yet."""
        with self._news:
            self._news.wait_for(lambda: self._version != known, timeout=patience_s)
            return {
                "version": self._version,
                "busy": self._busy,
                "problem": self._problem,
                "reports": [
                    {"source": source, "title": self._titles[source], **msgspec.to_builtins(self._faces[source])}
                    for source in sorted(self._faces)
                ],
            }

    def _publish(self, settings: Settings, target: TargetSettings) -> None:
        side: Side = "notion" if target.kind == "notion" else "confluence"
        wiki = open_wiki(target)
        try:
            done = publish(
                as_configured(settings, target),
                wiki,
                target.name,
                flags=FLAGS,
                paths=self._present(),
                executor=self._renderer,
            )
        finally:
            wiki.close()
        if done.code == INTERRUPTED:
            raise KeyboardInterrupt  # a sync ends its action first, and tells; here the command is to end
        self._learn(side, [one for one in done.actions if one.kind == "report"])
        self._tell(busy=True)

    def _present(self) -> Sequence[Path]:
        """The paths asked for, without those that are gone meanwhile, as long as one is left to show."""
        return [path for path in self._paths if path.exists()] or self._paths

    def _learn(self, side: Side, actions: Sequence[Action]) -> None:
        with self._news:
            for one in actions:
                if one.verb == "archive" or one.reason == "both gone":
                    self._faces.pop(one.source, None)
                    continue
                if one.verb != "error" or one.source not in self._titles:  # a broken document has no title of its own
                    self._titles[one.source] = one.title or one.source
                faces = self._faces.setdefault(one.source, {})
                faces[side] = self._face(one, faces.get(side, Face()))

    def _face(self, one: Action, was: Face) -> Face:
        error = one.reason if one.verb in {"error", "conflict"} else ""
        notes = tuple(dict.fromkeys(str(note) for note in one.notes))
        if one.verb == "skip" and was.address:
            notes = was.notes  # the wiki's own were told when the page was written
        face = Face(
            address=urlsplit(one.url)._replace(scheme="", netloc="").geturl() or was.address,
            error=error,
            notes=notes,
            changed=was.changed,
        )
        moved = one.verb in {"create", "update", "move"} or face != was
        return msgspec.structs.replace(face, changed=self._round) if moved else face

    def _tell(self, *, busy: bool, problem: str | None = None) -> None:
        with self._news:
            self._busy = busy
            self._problem = self._problem if problem is None else problem
            self._version += 1
            self._news.notify_all()


def targets_like(settings: Settings, url: str) -> tuple[TargetSettings, TargetSettings]:
    """The sandbox's two targets, with the flavour of Confluence that is configured: what is sent depends on it."""
    confluence, notion = targets(url, hub=settings.file.hub.enabled)
    if _confluence(settings).deployment == "datacenter":
        confluence = msgspec.structs.replace(confluence, url=f"{url}/dc", user="", deployment="datacenter")
    return confluence, notion


def as_configured(settings: Settings, target: TargetSettings) -> Settings:
    """The settings with one target, that of the preview: how equations are sent is as in the configured wiki."""
    section = TargetSection(kind=target.kind, url=target.url, space=target.space, math=_confluence(settings).math)
    return msgspec.structs.replace(
        settings, file=msgspec.structs.replace(settings.file, targets={target.name: section})
    )


def _confluence(settings: Settings) -> TargetSection:
    """The first Confluence that is configured, else what holds without one."""
    sections = settings.file.targets.values()
    return next((one for one in sections if one.kind == "confluence"), TargetSection(kind="confluence"))
