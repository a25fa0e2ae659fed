"""The frame around every page for people: head, top bar, side bar, style."""

from __future__ import annotations

from importlib.resources import files

from adapters.sandbox.http import Response
from adapters.sandbox.web.html import Html, el, join

STYLE = "".join((files(__package__) / name).read_text(encoding="utf-8") for name in ("style.css", "places.css"))

# Content is untrusted: no script runs on these pages, ours included. Frames are sandboxed.
_POLICY = "default-src 'none'; img-src 'self' https: data:; style-src 'self' 'unsafe-inline'; media-src 'self'; frame-src https:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"


def show(  # noqa: PLR0913  (keyword-only, each one a different thing)
    title: str,
    main: Html,
    *,
    side: Html | None = None,
    look: str = "confluence",
    crumbs: Html | None = None,
    status: int = 200,
    scope: str = "",
    query: str = "",
) -> Response:
    """A whole page. ``look`` is ``confluence``, ``notion`` or ``home``; ``scope`` is where the search of it looks."""
    search = el(
        "form",
        el(
            "input",
            type="search",
            name="q",
            value=query or None,
            placeholder="Search titles and text",
            aria_label="Search",
        ),
        el("input", type="hidden", name="in", value=scope) if scope else Html(""),
        action="/web/search",
        role="search",
    )
    bar = el("header", el("a", el("b", "nb"), "wiki sandbox", href="/", class_="brand"), search, class_="bar")
    aside = (
        el("aside", el("details", el("summary", "Pages"), side, class_="tree", open=True), aria_label="Pages")
        if side
        else Html("")
    )
    head = join(
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{title} · nbwiki sandbox"),
        el("link", rel="stylesheet", href="/web/style.css"),
    )
    frame = el(
        "div", aside, el("main", crumbs or Html(""), main, id="content"), class_="frame" if side else "frame alone"
    )
    body = el("body", el("a", "Skip to content", href="#content", class_="skip"), bar, frame, class_=look)
    page = "<!doctype html>" + el("html", el("head", head), body, lang="en")
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Response(status, page, headers)


def not_found(text: str) -> Response:
    """The page for what is not there."""
    main = join(el("h1", "Not found"), el("p", text), el("p", el("a", "All spaces", href="/")))
    return show("Not found", main, look="home", status=404)


def redirect(target: str, status: int = 302) -> Response:
    """Go there instead."""
    return Response(status, None, {"Location": target})


def safe_path(back: str) -> str:
    """A path of this site to lead back to; the front page instead of anything else."""
    return back if back.startswith("/") and not back.startswith("//") and "\\" not in back else "/"


def day(iso: str) -> str:
    """A day, or a time with its day, as people write it."""
    import datetime as dt

    try:
        moment = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{moment.day} {moment:%b %Y}" if len(iso) == len("2026-01-01") else f"{moment.day} {moment:%B %Y, %H:%M}"


def size(count: int) -> str:
    """Bytes, as people write them."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
