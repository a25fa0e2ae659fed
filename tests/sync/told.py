"""A life whose deeds a test tells, one by one."""

from __future__ import annotations

import json
from typing import Any

from tests.sync.means import WORDS
from tests.sync.promises import Promises


class Told(Promises):
    """The repository, the wiki and what its readers do."""

    def __init__(self, target: str, parent: str = "Reports") -> None:
        super().__init__(target, 0)
        self.parent = self.parent if target == "notion" else parent
        self.begin_readers()
        (self.root / "keep.md").write_text("# Always there\n\nText.\n")
        self._configure()
        self.git("init", "-q")

    def put(self, path: str, title: str = "Alpha", **more: Any) -> None:
        self._commit()
        self.number += 1
        lines = [f"{word} {self.number} stands in line {at}." for at, word in enumerate(WORDS[:3])]
        found = {"ident": self.number, "title": title, "pictures": [], "link": "", "lines": lines, "private": False}
        self.docs[path] = {**found, **more}
        self._save(path)

    def change(self, path: str, **more: Any) -> None:
        self.number += 1
        self.docs[path]["lines"][0] = f"alder became {self.number}."
        self.docs[path].update(more)
        self._save(path)

    def rename_to(self, old: str, new: str) -> None:
        self._commit()
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)
        self.docs[new] = self.docs.pop(old)
        self.renamed(self.docs[new])
        self.changed = True

    def page(self, path: str) -> str:
        return self.pages[self.docs[path]["ident"]]

    def announce(self, page: str) -> None:
        """What a run leaves that is killed between the record of its write and the write."""
        db = self.server.state.db
        where = "WHERE key = 'nbwiki' AND holder_id = ?"
        value = json.loads(db.execute(f"SELECT value FROM cf_property {where}", (page,)).fetchone()[0])
        value["version"] = str(int(value["version"]) + 1)
        value["digest"] = "of what was never written"
        db.execute(f"UPDATE cf_property SET value = ?, version = version + 1 {where}", (json.dumps(value), page))
        for (root,) in db.execute("SELECT holder_id FROM cf_property WHERE key = 'nbwiki-manifest-0'").fetchall():
            found = db.execute("SELECT value FROM cf_property WHERE key = 'nbwiki-manifest-0'").fetchone()[0]
            told = json.dumps({**json.loads(found), "dirty": True})
            db.execute(
                "UPDATE cf_property SET value = ? WHERE key = 'nbwiki-manifest-0' AND holder_id = ?", (told, root)
            )
