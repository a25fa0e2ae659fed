"""``/sandbox/*``: the request log, the whole state, the fault plan, a clean slate, and hands that act as people do."""

from __future__ import annotations

import re
from typing import Any

from adapters.sandbox import confluence, notion
from adapters.sandbox.confluence import hands as confluence_hands
from adapters.sandbox.faults import BadPlan, Faults
from adapters.sandbox.http import Request, Response
from adapters.sandbox.notion import hands as notion_hands
from adapters.sandbox.request_log import RequestLog
from adapters.sandbox.state import State

_PARTS = (confluence, notion)  # what speaks a vendor's API and keeps tables
_ENDPOINTS = frozenset({"requests", "state", "faults", "reset", "edit", "comment", "view"})
_NOTION_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


def prepare(state: State) -> None:
    """Creates the tables and, in a new database, puts in the seeds."""
    with state.transaction() as db:
        for part in _PARTS:
            part.install(state)
        if db.execute("SELECT 1 FROM counter WHERE name = 'seeded'").fetchone() is None:
            _seed(state)


def reset(state: State) -> None:
    """Back to the seeds: same ids as a fresh sandbox."""
    with state.transaction():
        state.clear()
        _seed(state)


def _seed(state: State) -> None:
    for part in _PARTS:
        part.seed(state)
    state.next_id("seeded")


def dump(state: State) -> dict[str, Any]:
    """Everything as one object; lists and objects that both vendors have are joined."""
    merged: dict[str, Any] = {"switches": dict(state.switches), "clock_offset_s": state.clock_offset_s}
    with state.lock:
        for part in _PARTS:
            for key, value in part.dump(state).items():
                old = merged.get(key)
                if isinstance(old, list) and isinstance(value, list):
                    merged[key] = [*old, *value]
                elif isinstance(old, dict) and isinstance(value, dict):
                    merged[key] = {**old, **value}
                else:
                    merged[key] = value
    return merged


def handle(request: Request, state: State, log: RequestLog, faults: Faults) -> Response:
    """Answers a ``/sandbox/*`` request. What changes something is refused where a page of another site makes a browser
    send it; such a page can't read what is answered here anyway.
    """
    if request.method != "GET" and request.from_elsewhere:
        return Response(403, {"message": "this comes from a page of another site"})
    match request.path.rstrip("/"), request.method:
        case "/sandbox/requests", "GET":
            return _requests(request, log)
        case "/sandbox/requests", "DELETE":
            log.clear()
            return Response(204)
        case "/sandbox/state", "GET":
            return Response(200, dump(state))
        case "/sandbox/faults", "GET":
            return Response(200, _plan(state, faults))
        case "/sandbox/faults", "PUT":
            return _put_plan(request, state, faults)
        case "/sandbox/reset", "POST":
            faults.load({})
            reset(state)
            log.clear()
            return Response(200, {"reset": True})
        case (("/sandbox/edit" | "/sandbox/comment" | "/sandbox/view"), "POST"):
            return _people(request, state)
        case path, _ if path.removeprefix("/sandbox/") in _ENDPOINTS:
            return Response(405, {"message": f"{request.method} is not allowed on {request.path}"})
        case _:
            return Response(404, {"message": f"nothing at {request.path}"})


def _people(request: Request, state: State) -> Response:
    """What a person does to a page: of Notion where the id looks like one of its ids, else of Confluence."""
    try:
        data = request.json()
    except ValueError as error:
        return Response(400, {"message": f"the body is no JSON: {error}"})
    if not isinstance(data, dict) or "page" not in data:
        return Response(400, {"message": "'page' is required"})
    if _NOTION_ID.fullmatch(str(data["page"])):
        if request.path == "/sandbox/view":
            return Response(400, {"message": "Notion's API tells nobody's views"})
        return notion_hands.handle(request, data, state)
    return confluence_hands.handle(request, state)


def _requests(request: Request, log: RequestLog) -> Response:
    since = request.arg("since", "0")
    if not (since.isascii() and since.isdigit()) or len(since) > 12:
        return Response(400, {"message": "since must be a number"})
    return Response(200, log.entries(int(since), request.arg("api"), request.arg("method").upper()))


def _plan(state: State, faults: Faults) -> dict[str, Any]:
    return {**faults.as_json(), "switches": dict(state.switches), "clock_offset_s": state.clock_offset_s}


def _put_plan(request: Request, state: State, faults: Faults) -> Response:
    try:
        plan = request.json()
        if not isinstance(plan, dict):
            raise BadPlan("the fault plan must be an object")
        plan.pop("struck", None)  # what GET added
        switches = plan.get("switches", {})
        offset = plan.get("clock_offset_s", 0)
        if not isinstance(switches, dict) or not isinstance(offset, int | float):
            raise BadPlan("switches must be an object, clock_offset_s a number")
        faults.load(plan)
    except ValueError as error:
        return Response(400, {"message": str(error)})
    state.switches.clear()
    state.buckets.clear()
    state.switches.update(switches)
    state.clock_offset_s = float(offset)
    state.keep_switches()
    return Response(200, _plan(state, faults))
