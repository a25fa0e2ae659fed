"""Pages in the order that their reports wish: set by moves, and kept in one property of the root.

Sources: Cloud's ``content/{id}/move/{before|after}/{target}``; Data Center has no such REST call, the tree's own action
``pages/movepage.action`` does it (as atlassian-python-api's ``move_page`` calls it). Neither makes a version.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import zlib
from collections.abc import Mapping, Sequence

from adapters.base import PageId
from adapters.confluence.keeping import Keeping
from adapters.confluence.records import MAX_PROPERTY_CHARS
from adapters.errors import NotFound, PermissionDenied, Refused, StaleVersion
from adapters.ordering import steps
from converters.notes import Note, degraded

log = logging.getLogger(__name__)

ORDERS = "nbwiki-order"


class Arranging(Keeping):
    """The part of a target that sorts pages."""

    def arrange(self, orders: Mapping[PageId, Sequence[tuple[PageId, float]]]) -> Sequence[Note]:
        root = self._place()[1].id
        found = self.client.property(root, ORDERS)
        known = orders_of(found.value if found is not None else None)
        notes: list[Note] = []
        for parent, wished in orders.items():
            before = known.get(parent, {})
            placed = {page: number for page, number in wished if before.get(page) == number}
            try:
                for step in steps(self.client.children(parent), [page for page, _ in wished], placed):
                    self.client.place(self._place()[0], *step)
            except (Refused, PermissionDenied, NotFound) as error:
                notes.append(degraded("order.refused", f"the order of pages was refused: {error.message}"))
                continue
            known[parent] = dict(wished)
        value = packed(known)
        if value is None:
            log.warning("too many pages with an order of their own: it is set again in each run that makes pages")
            return notes
        try:
            self.client.put_property(root, ORDERS, value, found)
        except StaleVersion:  # another run sorts, too: ours is on top of what it kept
            there = self.client.property(root, ORDERS)
            merged = packed(
                {**orders_of(there.value if there else None), **{one: known[one] for one in orders if one in known}}
            )
            if merged is not None:
                self.client.put_property(root, ORDERS, merged, there)
        return notes


def packed(orders: Mapping[PageId, Mapping[PageId, float]]) -> dict[str, object] | None:
    """Orders as the value of a property; None where they are too many for one."""
    data = base64.b64encode(zlib.compress(json.dumps(orders).encode(), 9)).decode()
    return {"schema": 1, "data": data} if len(data) <= MAX_PROPERTY_CHARS else None


def orders_of(value: object) -> dict[PageId, dict[PageId, float]]:
    """What :func:`packed` made; empty for anything else."""
    if not isinstance(value, dict) or value.get("schema") != 1:
        return {}
    try:
        data = json.loads(zlib.decompress(base64.b64decode(str(value.get("data", "")))))
        return {str(k): {str(a): float(b) for a, b in v.items()} for k, v in data.items()}
    except (binascii.Error, zlib.error, ValueError, AttributeError, TypeError):
        return {}
