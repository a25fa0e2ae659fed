"""From a request to the function that answers it: routes, login, rate limit, one transaction, the error's wording."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from secrets import token_hex

from adapters.sandbox.confluence import (
    attachments,
    properties,
    rates,
    restrictions,
    v1_around,
    v1_cloud,
    v1_content,
    v2_pages,
    v2_tree,
)
from adapters.sandbox.confluence.auth import who
from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.errors import Finished, Refused
from adapters.sandbox.confluence.schema import CLOUD_ID
from adapters.sandbox.http import Request, Response
from adapters.sandbox.state import State

Answer = Callable[..., Response]
_GATEWAY = re.compile(r"/ex/confluence/([^/]+)(/wiki/.*)")
_ATTACHMENT_WRITE = re.compile(r".*/content/(\d+)/child/attachment(/.*)?")
_READING_POSTS = ("/users-bulk", "/content/convert-ids-to-types")


@dataclass(frozen=True, slots=True)
class Route:
    """``{name}`` in a path takes one segment."""

    path: str
    methods: dict[str, Answer]

    def pattern(self) -> re.Pattern[str]:
        return re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + "/?$")


def _held(kind: str, plural: str) -> tuple[Route, ...]:
    lists = {"GET": partial(properties.list_properties, kind=kind),
             "POST": partial(properties.create_property, kind=kind)}  # fmt: skip
    single = {"GET": partial(properties.get_property, kind=kind), "PUT": partial(properties.update_property, kind=kind),
              "DELETE": partial(properties.delete_property, kind=kind)}  # fmt: skip
    return (
        Route(f"/{plural}/{{holder_id}}/properties", dict(lists)),
        Route(f"/{plural}/{{holder_id}}/properties/{{property_id}}", dict(single)),
    )


def _written(plural: str) -> tuple[Route, ...]:
    """What pages and blog posts have alike."""
    one = f"/{plural}/{{page_id}}"
    return (
        Route(f"/{plural}", {"GET": v2_pages.list_pages, "POST": v2_pages.create_page}),
        Route(one, {"GET": v2_pages.get_page, "PUT": v2_pages.update_page, "DELETE": v2_pages.delete_page}),
        Route(f"{one}/versions", {"GET": v2_pages.page_versions}),
        Route(f"{one}/versions/{{number}}", {"GET": v2_pages.page_version}),
        Route(f"{one}/labels", {"GET": v2_tree.page_labels}),
        Route(f"{one}/inline-comments", {"GET": partial(v2_tree.comments, kind="inline")}),
        Route(f"{one}/footer-comments", {"GET": partial(v2_tree.comments, kind="footer")}),
        Route(f"{one}/attachments", {"GET": attachments.v2_page_attachments}),
    )


_V2 = (
    *_written("pages"), *_written("blogposts"),
    Route("/pages/{page_id}/title", {"PUT": v2_pages.update_title}),
    Route("/pages/{page_id}/direct-children", {"GET": v2_tree.direct_children}),
    Route("/pages/{page_id}/children", {"GET": v2_tree.old_children}),
    Route("/pages/{page_id}/descendants", {"GET": v2_tree.descendants}),
    Route("/pages/{page_id}/ancestors", {"GET": v2_tree.ancestors}),
    Route("/attachments/{attachment_id}", {"GET": attachments.v2_attachment, "DELETE": attachments.v2_delete}),
    Route("/labels/{label_id}/pages", {"GET": v2_pages.label_pages}),
    Route("/spaces", {"GET": v2_tree.list_spaces}),
    Route("/spaces/{space_id}", {"GET": v2_tree.get_space}),
    Route("/spaces/{space_id}/pages", {"GET": v2_pages.space_pages}),
    Route("/spaces/{space_id}/blogposts", {"GET": v2_pages.space_pages}),
    Route("/folders", {"POST": v2_tree.create_folder}),
    Route("/folders/{folder_id}", {"GET": v2_tree.get_folder, "DELETE": v2_tree.delete_folder}),
    Route("/folders/{page_id}/direct-children", {"GET": v2_tree.direct_children}),
    Route("/folders/{page_id}/descendants", {"GET": v2_tree.descendants}),
    Route("/folders/{page_id}/ancestors", {"GET": v2_tree.ancestors}),
    Route("/content/convert-ids-to-types", {"POST": v2_tree.convert_ids}),
    Route("/users-bulk", {"POST": v2_tree.users_bulk}),
    *_held("page", "pages"), *_held("page", "blogposts"), *_held("attachment", "attachments"), *_held("space", "spaces"),
    *_held("folder", "folders"),
)  # fmt: skip
_LABELS = {"GET": v1_cloud.list_labels, "POST": v1_cloud.add_labels, "DELETE": v1_cloud.remove_label}
_UPLOAD = {"GET": attachments.v1_page_attachments, "POST": attachments.upload}
_V1_BOTH = (
    Route("/user", {"GET": v1_cloud.user}),
    Route("/user/current", {"GET": v1_cloud.current_user}),
    Route("/search", {"GET": v1_content.search}),
    Route("/content/search", {"GET": v1_content.search_content}),
    Route("/content/{page_id}/child/attachment/{attachment_id}", {"PUT": attachments.rename}),
    Route("/content/{page_id}/child/attachment/{attachment_id}/data", {"POST": attachments.new_data}),
    Route("/content/{content_id}/child/page", {"GET": partial(v1_content.children, kind="page")}),
    Route("/content/{content_id}/label/{name}", {"DELETE": v1_cloud.remove_label}),
    Route("/content/{content_id}/restriction", {"GET": restrictions.restrictions, "PUT": restrictions.set_restrictions,
                                                "POST": restrictions.set_restrictions}),
    Route("/content/{content_id}/restriction/byOperation/{operation}/user", {"PUT": restrictions.restrict_user,
                                                                             "DELETE": restrictions.restrict_user}),
    Route("/user/watch/content/{content_id}", {"GET": v1_cloud.unwatch, "POST": v1_cloud.unwatch,
                                               "DELETE": v1_cloud.unwatch}),
)  # fmt: skip
_V1_CLOUD = (
    *_V1_BOTH,
    Route("/search/user", {"GET": v1_cloud.search_user}),
    Route("/content/archive", {"POST": v1_cloud.archive}),
    Route("/longtask/{task_id}", {"GET": v1_cloud.longtask}),
    Route("/content/{content_id}/move/(?P<position>before|after|append)/{target_id}", {"PUT": v1_cloud.move}),
    Route("/content/{content_id}/child/folder", {"GET": partial(v1_content.children, kind="folder")}),
    Route("/content/{page_id}/child/attachment", {**_UPLOAD, "PUT": attachments.upload}),
    Route("/content/{page_id}/child/attachment/{attachment_id}/download", {"GET": attachments.download_by_id}),
    Route("/content/{content_id}/label", _LABELS),
    Route("/content/{content_id}/state", {"GET": v1_cloud.content_state, "PUT": v1_cloud.content_state,
                                          "DELETE": v1_cloud.content_state}),
    Route("/analytics/content/{content_id}/views", {"GET": partial(v1_cloud.analytics, kind="views")}),
    Route("/analytics/content/{content_id}/viewers", {"GET": partial(v1_cloud.analytics, kind="viewers")}),
)  # fmt: skip
_CONTENT = (
    Route("/content", {"GET": v1_content.list_content, "POST": v1_content.create_content}),
    Route("/content/{content_id}", {"GET": v1_content.get_content, "PUT": v1_content.update_content,
                                    "DELETE": v1_content.delete_content}),
    Route("/content/{content_id}/descendant/page", {"GET": v1_content.descendants}),
    Route("/content/{content_id}/version", {"GET": v1_around.history}),
    Route("/content/{content_id}/child/comment", {"GET": v1_around.comments}),
    Route("/content/{content_id}/property", {"GET": properties.dc_list, "POST": properties.dc_create}),
    Route("/content/{content_id}/property/{key}", {"GET": properties.dc_get, "PUT": properties.dc_update,
                                                   "POST": properties.dc_create, "DELETE": properties.dc_delete}),
    Route("/space", {"GET": v1_around.spaces}),
    Route("/space/{key}", {"GET": v1_around.get_space}),
)  # fmt: skip
_V1_DC = (
    *_V1_BOTH, *_CONTENT,
    Route("/content/{page_id}/child/attachment", dict(_UPLOAD)),
    Route("/content/{content_id}/label", _LABELS),
)  # fmt: skip
_DOWNLOADS = (Route("/download/attachments/{page_id}/{name}", {"GET": attachments.download}),)
_MOVE = {"GET": v1_around.move_page, "POST": v1_around.move_page}
_SCREENS = (Route("/pages/movepage.action", _MOVE),)
"""What the browser's own screens ask, outside of REST."""


def _table(routes: tuple[Route, ...]) -> list[tuple[re.Pattern[str], dict[str, Answer]]]:
    # literal segments before placeholders, so that /content/search is not a content's id
    ordered = sorted(routes, key=lambda route: [part.startswith("{") for part in route.path.split("/")])
    return [(route.pattern(), route.methods) for route in ordered]


_TABLES = {
    ("cloud", "/wiki/api/v2", "v2"): _table(_V2),
    ("cloud", "/wiki/rest/api", "v1"): _table(_V1_CLOUD),
    ("cloud", "/wiki", "v1"): _table(_DOWNLOADS),
    ("dc", "/dc/rest/api", "v1"): _table(_V1_DC),
    ("dc", "/dc", "v1"): _table((*_DOWNLOADS, *_SCREENS)),
}
_REMOVED = _table(_CONTENT)


def handle(request: Request, state: State) -> Response:
    """Answers any request below ``/wiki``, ``/dc``, ``/ex/confluence``, ``/_edge`` and ``/_media``."""
    if request.path == "/_edge/tenant_info":
        return Response(200, {"cloudId": CLOUD_ID})
    gateway = _GATEWAY.fullmatch(request.path)
    if gateway is not None:
        if gateway[1] != CLOUD_ID:
            return Response(404, {"code": 404, "message": "Not Found"})
        request = Request(request.method, gateway[2], request.query, request.headers, request.body, request.raw_path)
    section = next((key for key in _TABLES if request.path.startswith(key[1] + "/")), None)
    if section is None:
        return _media(request, state)
    response = _answer(request, state, section, gateway=gateway is not None)
    response.headers.setdefault("atl-traceid", token_hex(16))
    return response


def _answer(request: Request, state: State, section: tuple[str, str, str], *, gateway: bool) -> Response:
    flavor, prefix, api = section
    limits: dict[str, str] = {}
    try:
        with ExitStack() as stack:
            writes = request.method not in {"GET", "HEAD"} and not request.path.endswith(_READING_POSTS)
            measured = api if state.switch("auth_codes", "") == "measured" else ""
            user = who(request, flavor, gateway=gateway, writes=writes, measured=measured)
            call = Call(request, state, flavor, api, user, _kinds(request.path, api))
            limits = rates.check(call)
            _check_overlap(call, stack)
            answer, found = _route(call, _TABLES[section], request.path[len(prefix) :])
            stack.enter_context(
                state.transaction() if request.method != "GET" or "longtask" in request.path else state.lock
            )
            response = answer(call, **found)
            limits |= rates.spend(call, response.data)
    except Refused as refused:
        response = refused.response(api)
    except Finished as finished:
        response = finished.response
    response.headers |= {name: value for name, value in limits.items() if name not in response.headers}
    return response


def _kinds(path: str, api: str) -> tuple[str, ...]:
    """What an id in this address may be: v2 has an address for each type of content."""
    if api == "v1":
        return ("page", "blogpost")
    parts = path.split("/")
    return next((kinds for word, kinds in _KINDS.items() if word in parts), ("page",))


_KINDS = {"blogposts": ("blogpost",), "folders": ("folder",)}


def _route(
    call: Call, table: list[tuple[re.Pattern[str], dict[str, Answer]]], path: str
) -> tuple[Answer, dict[str, str]]:
    for pattern, methods in table:
        if found := pattern.match(path):
            if call.request.method in methods:
                return methods[call.request.method], found.groupdict()
            removed = call.flavor == "cloud" and call.api == "v1" and call.state.switch("v1_removed", default=True)
            if removed and path.endswith("/label") and call.request.method == "GET":
                return v1_cloud.gone, {}
            raise Refused(405, "Method Not Allowed", {"Allow": ", ".join(methods)})
    if call.flavor == "cloud" and call.api == "v1":
        for pattern, methods in _REMOVED:
            if (found := pattern.match(path)) and call.request.method in methods:
                if call.state.switch("v1_removed", default=True):
                    return v1_cloud.gone, {}
                return methods[call.request.method], found.groupdict()
    raise Refused(404, f"No endpoint {call.request.method} {call.request.path}")


def _media(request: Request, state: State) -> Response:
    found = re.fullmatch(r"/_media/file/(\d+)/(\d+)/binary", request.path)
    if found is None or request.method != "GET":
        return Response(404, {"message": "Not Found"})
    call = Call(request, state, "cloud", "v1", "")
    try:
        with state.lock:
            return attachments.media(call, found[1], found[2])
    except Refused as refused:
        return refused.response("v1")


def _check_overlap(call: Call, stack: ExitStack) -> None:
    """Two attachment writes to one page at the same time: 500, as the vendor (reference section 8)."""
    found = _ATTACHMENT_WRITE.fullmatch(call.request.path)
    if found is None or call.request.method == "GET":
        return
    alone = stack.enter_context(call.state.flight(f"attachments/{call.flavor}/{found[1]}"))
    if not alone and call.state.switch("overlapping_attachment_writes", default=True):
        raise Refused(500, "Could not execute JDBC batch update; attachments of one content written in parallel")
