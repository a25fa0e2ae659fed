"""A plan or its result for people (one line a page, sigil first, then counts) and for machines (one JSON object)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adapters.base import Requests
from bridge.sync.actions import VERBS, Action
from converters.notes import Note

SIGILS = {"create": "+", "update": "~", "move": ">", "skip": "=", "archive": "-", "conflict": "!", "error": "x"}
HINTS = {
    "title taken": "--adopt takes the page over, or change the report's title",
    "both changed": "--force overwrites the edits on the wiki",
    "page ": "--recreate makes the page again, --prune after removing the source forgets it",
}


def lines(actions: Sequence[Action], *, verbose: bool = False, quiet: bool = False) -> Iterator[str]:
    """The report for people. Unchanged pages are only counted unless ``verbose``; ``quiet`` leaves problems only."""
    for one in actions:
        problem = one.verb in {"conflict", "error"}
        if quiet and not problem:
            continue
        if one.verb == "skip" and one.reason == "unchanged" and not verbose:
            continue
        yield line(one)
        yield from (f"    {note}" for note in (one.notes if verbose or problem else ()))
    if not quiet:
        yield summary(actions)


def line(one: Action) -> str:
    """One action in one line."""
    notes = f" [{len(one.notes)} note{'s' if len(one.notes) != 1 else ''}]" if one.notes else ""
    hint = next((f"; {hint}" for start, hint in HINTS.items() if one.reason.startswith(start)), "")
    hint = hint if one.verb == "conflict" else ""
    place = one.source or one.key
    reason = one.reason.removeprefix(f"{place}: ").removeprefix(f"{place} ")
    return f"{SIGILS[one.verb]} {place} → {one.title!r}: {reason}{hint}{notes}"


def summary(actions: Iterable[Action]) -> str:
    """Counts in one line."""
    found = {verb: number for verb, number in counts(actions).items() if number}
    return ", ".join(f"{number} {verb}" for verb, number in found.items()) or "nothing to do"


def counts(actions: Iterable[Action]) -> dict[str, int]:
    """How many actions of each verb."""
    found: dict[str, int] = dict.fromkeys(VERBS, 0)
    for one in actions:
        found[one.verb] += 1
    return found


def as_json(target: str, actions: Sequence[Action], requests: Requests, seconds: float) -> dict[str, object]:
    """The report for machines."""
    return {
        "schema": 1,
        "target": target,
        "actions": [_action(one) for one in actions],
        "counts": counts(actions),
        "requests": {"read": requests.read, "write": requests.write, "retried": requests.retried},
        "seconds": round(seconds, 3),
    }


def _action(one: Action) -> dict[str, object]:
    return {
        "verb": one.verb,
        "key": one.key,
        "source": one.source,
        "title": one.title,
        "page_id": one.page_id,
        "url": one.url,
        "reason": one.reason,
        "notes": [note_json(note) for note in one.notes],
    }


def note_json(note: Note) -> dict[str, str]:
    """A note for machines."""
    return {"kind": note.kind, "code": note.code, "text": note.text, "where": str(note.where) if note.where else ""}
