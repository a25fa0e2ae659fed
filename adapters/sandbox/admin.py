"""``/sandbox/*``: the request log, the whole state, the fault plan, a clean slate, and hands that act as people do."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from adapters.sandbox.faults import BadPlan, Faults
from adapters.sandbox.http import Request, Response
from adapters.sandbox.request_log import RequestLog
from adapters.sandbox.state import State

_PARTS = ("adapters.sandbox.confluence", "adapters.sandbox.notion")


def parts() -> list[ModuleType]:
    """The modules that speak a vendor's API and keep tables."""
    found = [import_module(name) for name in _PARTS if find_spec(name) is not None]
    return [part for part in found if hasattr(part, "install")]


def prepare(state: State) -> None:
    """Creates the tables and, in a new database, puts in the seeds."""
    with state.transaction() as db:
        for part in parts():
            part.install(state)
        if db.execute("SELECT 1 FROM counter WHERE name = 'seeded'").fetchone() is None:
            _seed(state)


def reset(state: State) -> None:
    """Back to the seeds: same ids as a fresh sandbox."""
    with state.transaction():
        state.clear()
        _seed(state)


def _seed(state: State) -> None:
    for part in parts():
        part.seed(state)
    state.next_id("seeded")


def dump(state: State) -> dict[str, Any]:
    """Everything as one object; lists and objects that both vendors have are joined."""
    merged: dict[str, Any] = {"switches": dict(state.switches), "clock_offset_s": state.clock_offset_s}
    with state.lock:
        for part in parts():
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
    """Answers a ``/sandbox/*`` request."""
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
        case (("/sandbox/requests" | "/sandbox/state" | "/sandbox/faults" | "/sandbox/reset"), _):
            return Response(405, {"message": f"{request.method} is not allowed on {request.path}"})
        case _:
            hands = import_module("adapters.sandbox.confluence.hands")
            answer: Response = hands.handle(request, state)
            return answer


def _requests(request: Request, log: RequestLog) -> Response:
    since = request.arg("since", "0")
    if not since.isdigit():
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
    return Response(200, _plan(state, faults))
