"""A plan or its result for people (one line a page, sigil first, then counts) and for machines (one JSON object)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from adapters.base import Requests
from bridge.sync.actions import VERBS, Action
from converters.notes import Note

SIGILS = {"create": "+", "update": "~", "move": ">", "skip": "=", "archive": "-", "conflict": "!", "error": "x"}
COLORS = {
    "create": "green",
    "update": "yellow",
    "move": "yellow",
    "archive": "magenta",
    "conflict": "red",
    "error": "red",
}
DONE = {"create": "created", "update": "updated", "move": "moved", "archive": "archived"}
HINTS = {
    "names the page": "--adopt takes the page over, or remove its id from the document",
    "title taken": "--adopt takes the page over, or change the report's title",
    "title held": "restore or delete that page in the wiki, or change the report's title",
    "both changed": "--force overwrites the edits on the wiki",
    "edited on wiki": "--force overwrites the edits",
    "source removed, edited": "--force --prune archives it all the same",
    "source removed": "--prune archives it",
    "page gone on the wiki since": "",
    "page moved out": "move it back and it is followed again, or --recreate publishes another one",
    "page ": "--recreate makes the page again, --prune after removing the source forgets it",
}

MAX_PLACES = 3
"""Places that a note names which stands for several."""


def lines(actions: Sequence[Action], *, verbose: bool = False, quiet: bool = False) -> Iterator[str]:
    """The report for people, in the order of the sources. Unchanged pages are left out unless ``verbose``; ``quiet``
    leaves problems only.
    """
    shown = [
        one
        for one in actions
        if one.verb in {"conflict", "error"} or (not quiet and (verbose or one.reason != "unchanged"))
    ]
    width = min(max((len(_place(one)) for one in shown), default=0), 50)
    for one in sorted(shown, key=lambda one: (one.source, one.key)):
        yield line(one, width)
        if verbose or one.verb in {"conflict", "error"}:
            yield from (f"    {text}" for text in note_lines(one.notes, one.source))
        else:
            yield from (f"    {note.text}" for note in one.notes if note.kind == "info")
        yield from (f"    like {other.title!r}{_by(other.owner)}: {other.url}" for other in one.similar)
        if verbose or one.verb == "conflict":
            yield from (f"    {text}" for text in one.diff)


def _by(owner: str) -> str:
    return f" by {owner}" if owner else ""


def note_lines(notes: Iterable[Note], source: str) -> Iterator[str]:
    """Notes for people: equal ones once, with their number and their first places. Machines get each."""
    groups: dict[tuple[str, str], list[str]] = {}
    for note in notes:
        place = str(note.where or "").removeprefix(source).strip()
        groups.setdefault((note.code, note.text), []).append(place)
    for (_, text), places in groups.items():
        named = list(dict.fromkeys(filter(None, places)))
        if len(places) == 1:
            yield f"{named[0]}: {text}" if named else text
        else:
            first = ", ".join(named[:MAX_PLACES]) + (", …" if len(named) > MAX_PLACES else "")
            yield f"{text} ({len(places)} times{': ' if first else ''}{first})"


def line(one: Action, width: int = 0) -> str:
    """One action in one line; the source takes ``width`` characters, so that titles stand below each other."""
    losses = _losses(one)
    notes = f" [{number(losses, 'note')}]" if losses else ""
    hint = next((hint for start, hint in HINTS.items() if one.reason.startswith(start)), "")
    hint = f" ({hint})" if hint and one.verb in {"conflict", "skip"} else ""
    place = _place(one)
    reason = one.reason.removeprefix(f"{place}: ").removeprefix(f"{place} ")
    return f"{SIGILS[one.verb]} {place:<{width}} → {one.title!r}: {reason}{hint}{notes}"


def _losses(one: Action) -> int:
    """Notes on what is lost or odd; those that only tell something are printed, not counted."""
    return sum(note.kind != "info" for note in one.notes)


def _place(one: Action) -> str:
    return one.source or one.key


def number(count: int, noun: str) -> str:
    """``1 note``, ``2 notes``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def summary(actions: Sequence[Action], *, planned: bool = False) -> str:
    """Counts in one line: what was done, or is to be done."""
    found = counts(actions)
    unchanged = sum(one.reason == "unchanged" for one in actions)
    parts = [(found[verb], f"to {verb}" if planned else done) for verb, done in DONE.items()]
    parts += [(unchanged, "unchanged"), (found["skip"] - unchanged, "left alone")]
    text = ", ".join(f"{count} {word}" for count, word in parts if count)
    problems = [number(found["conflict"], "conflict")] if found["conflict"] else []
    problems += [f"{found['error']} failed"] if found["error"] else []
    return ", ".join(filter(None, (text, *problems))) or "nothing to do"


def closing(actions: Sequence[Action], *, planned: bool, verbose: bool, seconds: float, url: str) -> str:
    """The last line for people: counts, how long it took, what to look at next."""
    notes = sum(map(_losses, actions))
    parts = [summary(actions, planned=planned)]
    if notes:
        parts.append(f"{number(notes, 'note')} on what a wiki can't show" + ("" if verbose else " (-v lists them)"))
    parts.append("nothing was written" if planned else f"{seconds:.1f} s" + (f", {url}" if url else ""))
    return "; ".join(parts)


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
        **({"diff": list(one.diff)} if one.diff else {}),
        **({"similar": [msgspec.to_builtins(other) for other in one.similar]} if one.similar else {}),
    }


def note_json(note: Note) -> dict[str, str]:
    """A note for machines."""
    return {"kind": note.kind, "code": note.code, "text": note.text, "where": str(note.where) if note.where else ""}
