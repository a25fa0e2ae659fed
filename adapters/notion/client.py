"""Notion's endpoints, and the only place that names them. notion-client is the transport; retries are ours."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
from notion_client import Client

from adapters.base import Requests
from adapters.errors import WikiError, WikiUnavailable
from adapters.notion.allowance import Blocks
from adapters.notion.faults import BlocksUsedUp, guarded
from adapters.notion.pace import Pace, Paced
from adapters.notion.server_time import ServerTime
from adapters.retry import Gate, RetryPolicy
from adapters.settings import TargetSettings

VERSION = "2026-03-11"
PAGE_SIZE = 100
"""Results of one list request. Source: developers.notion.com/reference/intro#pagination."""
Json = dict[str, Any]


class NotionClient:
    """Requests with retries and counters. Thread-safe. Raises WikiError only."""

    def __init__(self, settings: TargetSettings) -> None:
        self.requests = Requests()
        self._count = threading.Lock()
        self._policy = RetryPolicy(settings.max_attempts, settings.sleep, Gate(settings.sleep, settings.clock))
        self._pace = Pace(settings.requests_per_minute, settings.sleep, settings.clock)
        verify = ssl.create_default_context(cafile=settings.ca_bundle) if settings.ca_bundle else True
        self.blocks = Blocks(settings.block_limit)
        self.time = ServerTime(settings.clock)
        hooks = {"response": [lambda response: self.time.learn(response.headers.get("date"))]}
        http = httpx.Client(proxy=settings.proxy or None, verify=verify, event_hooks=hooks)
        logger = logging.getLogger("nbwiki.notion")
        self._client = Client(
            client=http,
            auth=settings.token.reveal().strip(),
            base_url=settings.url.rstrip("/") or "https://api.notion.com",
            notion_version=VERSION,
            timeout_ms=int(settings.timeout_s * 1000),
            retry=False,
            logger=logger,
            log_level=logging.ERROR,
        )

    def close(self) -> None:
        """Release the connections."""
        self._client.close()

    def _send(  # noqa: PLR0913  (the parts of a request)
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        query: Json | None = None,
        form: Json | None = None,
        reads: bool = False,
        idempotent: bool = True,
    ) -> Json:
        def once() -> Json:
            self._pace.wait()
            with self._count:
                if reads or method == "GET":
                    self.requests.read += 1
                else:
                    self.requests.write += 1
            try:
                answer: Json = guarded(
                    lambda: self._client.request(path, method, query=query, body=body, form_data=form)
                )
            except Paced as error:
                self._pace.limited(error)
                raise
            self._pace.passed()
            if not isinstance(answer, dict) or "object" not in answer:
                raise WikiUnavailable(
                    "something that is not Notion answered", hint="check url and proxy", retry="never"
                )
            return answer

        def again(_: WikiError) -> None:
            with self._count:
                self.requests.retried += 1

        return self._policy.call(once, idempotent=idempotent, on_retry=again)

    def _pages(self, method: str, path: str, body: Json | None = None, *, query: Json | None = None) -> Iterator[Json]:
        cursor: str | None = None
        seen: set[str | None] = {None}
        while True:
            paging: Json = {"page_size": PAGE_SIZE, **({"start_cursor": cursor} if cursor else {})}
            if method == "GET":
                answer = self._send("GET", path, query={**(query or {}), **paging})
            else:
                answer = self._send(method, path, {**(body or {}), **paging}, reads=True)
            yield from answer["results"]
            if not answer.get("has_more"):
                return
            cursor = answer.get("next_cursor")
            if cursor in seen:  # also none where there should be one: a part is never taken for the whole
                raise WikiUnavailable("Notion's list has no end", hint="try again later", retry="never")
            seen.add(cursor)

    def _making(self, method: str, path: str, body: Json) -> Json:
        """A request that makes blocks."""
        try:
            return self._send(method, path, body, idempotent=False)
        except BlocksUsedUp as error:
            self.blocks.refused(error.message)
            raise

    def back_off(self, attempt: int) -> None:
        """Wait before work that is looked at and repeated outside is repeated once more."""
        self._policy.back_off(attempt)

    def me(self) -> Json:
        """The bot user, with the workspace's limits."""
        return self._send("GET", "users/me")

    def page(self, page: str) -> Json:
        """A page with its properties. Trashed ones too."""
        return self._send("GET", f"pages/{page}")

    def property_items(self, page: str, name: str) -> Iterator[Json]:
        """The items of one property in full: a page shows 25 of them. ``name`` is the property's id."""
        return self._pages("GET", f"pages/{page}/properties/{name}")

    def create_page(self, body: Json) -> Json:
        """A new page. Not repeated when the answer is lost: the caller looks for it by key first."""
        return self._making("POST", "pages", body)

    def update_page(self, page: str, body: Json) -> Json:
        """The page with properties, cover or trash changed."""
        return self._send("PATCH", f"pages/{page}", body)

    def children(self, block: str) -> Iterator[Json]:
        """Blocks of one level, in order."""
        return self._pages("GET", f"blocks/{block}/children")

    def append(self, block: str, children: list[Json], after: str | None, *, start: bool = False) -> list[Json]:
        """The new blocks, at the end, the start, or after a sibling; in that case those behind them follow, which the wiki
        tells along. Not repeated when the answer is lost.
        """
        body: Json = {"children": children}
        if after:
            body["position"] = {"type": "after_block", "after_block": {"id": after}}
        elif start:
            body["position"] = {"type": "start"}
        results: list[Json] = self._making("PATCH", f"blocks/{block}/children", body)["results"]
        return results

    def update_markdown(self, page: str, updates: Sequence[tuple[str, str]]) -> Json:
        """The page's Markdown after replacements, of texts that stand there once. Not repeated when the answer is lost; some
        may have been made where it is refused.
        """
        changes = [{"old_str": old, "new_str": new} for old, new in updates]
        body = {"type": "update_content", "update_content": {"content_updates": changes}}
        return self._making("PATCH", f"pages/{page}/markdown", body)

    def update_block(self, block: str, body: Json) -> Json:
        """The block with its text replaced; its id and comments stay."""
        return self._send("PATCH", f"blocks/{block}", body)

    def delete_block(self, block: str) -> Json:
        """The block, now in the trash with all below it."""
        return self._send("DELETE", f"blocks/{block}")

    def database(self, database: str) -> Json:
        """A database with the list of its data sources."""
        return self._send("GET", f"databases/{database}")

    def create_database(self, body: Json) -> Json:
        """A new database with one data source. Not repeated when the answer is lost."""
        return self._send("POST", "databases", body, idempotent=False)

    def update_database(self, database: str, body: Json) -> Json:
        """The database changed."""
        return self._send("PATCH", f"databases/{database}", body)

    def data_source(self, source: str) -> Json:
        """A data source with its schema."""
        return self._send("GET", f"data_sources/{source}")

    def update_data_source(self, source: str, body: Json) -> Json:
        """The data source with properties added."""
        return self._send("PATCH", f"data_sources/{source}", body)

    def rows(self, source: str, body: Json) -> Iterator[Json]:
        """Rows of a data source, 100 a request."""
        return self._pages("POST", f"data_sources/{source}/query", body)

    def views(self, database: str) -> Iterator[Json]:
        """Views of a database."""
        return self._pages("GET", "views", query={"database_id": database})

    def view(self, view: str) -> Json:
        """A view in full."""
        return self._send("GET", f"views/{view}")

    def create_view(self, body: Json) -> Json:
        """A new view. Not repeated when the answer is lost: a view too few is no harm, one twice is."""
        return self._send("POST", "views", body, idempotent=False)

    def update_view(self, view: str, body: Json) -> Json:
        """The view changed."""
        return self._send("PATCH", f"views/{view}", body)

    def comments(self, block: str) -> Iterator[Json]:
        """Open comments on one page or block; those on blocks below it are not among them."""
        return self._pages("GET", "comments", query={"block_id": block})

    def users(self) -> Iterator[Json]:
        """People and bots of the workspace. Raises PermissionDenied without the right to user information."""
        return self._pages("GET", "users")

    def search_sources(self, title: str) -> list[Json]:
        """Data sources of about this title that are shared with us; one request, from an index that lags."""
        body = {"query": title, "filter": {"property": "object", "value": "data_source"}, "page_size": PAGE_SIZE}
        found: list[Json] = self._send("POST", "search", body, reads=True)["results"]
        return found

    def search_pages(self, title: str) -> list[Json]:
        """Pages of about this title that are shared with us, the one edited last first; one request, and an index that
        lags. Without a title all of them; 100 at most.
        """
        body: Json = {"filter": {"property": "object", "value": "page"}, "page_size": PAGE_SIZE}
        body["sort"] = {"timestamp": "last_edited_time", "direction": "descending"}
        found: list[Json] = self._send("POST", "search", body | ({"query": title} if title else {}), reads=True)[
            "results"
        ]
        return [page for page in found if page.get("object") == "page" and "properties" in page]

    def user(self, user: str) -> Json:
        """A person or a bot. Raises PermissionDenied without the right to user information."""
        return self._send("GET", f"users/{user}")

    def upload(self, upload: str) -> Json:
        """A file upload as it stands."""
        return self._send("GET", f"file_uploads/{upload}")

    def create_upload(self, body: Json) -> Json:
        """A new file upload, waiting for its bytes. Safe to repeat: an unused one expires."""
        return self._send("POST", "file_uploads", body)

    def send_upload(self, upload: str, name: str, data: bytes, mime: str, part: int | None = None) -> Json:
        """The upload with these bytes received."""
        form: Json = {"file": (name, data, mime)}
        if part is not None:
            form["part_number"] = str(part)
        return self._send("POST", f"file_uploads/{upload}/send", form=form)

    def complete_upload(self, upload: str) -> Json:
        """The multi-part upload, complete."""
        return self._send("POST", f"file_uploads/{upload}/complete", {})
