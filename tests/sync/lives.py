"""Random lives of a repository and its wiki: what authors do, and every way in which a run may go.

What readers do is in ``readers.py``, what must hold after each run in ``promises.py``. A sequence takes about a second.
"""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

from bridge.publish import Published
from converters.errors import BridgeError
from tests.sync.forks import killed_at_request, settle
from tests.sync.means import COUNTS, PATHS, PICTURES, TITLES, WORDS, Home, misfortune, zygote


class Life(Home):
    """One repository, one target. The deeds of readers and the promises are added by subclasses.

    All that is drawn comes from one seed, so that a life can be led again; what runs at the same time may differ.
    """

    DEEDS: ClassVar[dict[str, int]] = {
        "write": 2, "edit": 5, "draw_anew": 2, "rename": 2, "delete": 1, "sync": 4, "sync_with_leave": 2,
        "sync_disturbed": 5,
    }  # fmt: skip
    """How often each deed is tried, in proportion."""

    def lead(self, steps: int) -> None:
        """The whole life. Raises AssertionError where a promise is broken."""
        self._begin()
        names, weights = list(self.DEEDS), list(self.DEEDS.values())
        done = 0
        while done < steps:
            name = self.random.choices(names, weights)[0]
            self.steps.append(name)
            if getattr(self, name)() is False:
                self.steps.pop()
                continue
            done += 1
            COUNTS["steps"] += 1
        self._sync()
        COUNTS["sequences"] += 1

    def _begin(self) -> None:
        self.begin_readers()
        (self.root / "keep.md").write_text("# Always there\n\nText.\n")  # a run over nothing at all is refused
        self._configure()
        self.git("init", "-q")
        for name in PICTURES:
            self._draw(name)
        for _ in range(self.random.randint(0, 3)):
            self.write()
        if self.random.random() < 0.5:
            self._disturbed("killed", self.random.randint(1, 40))
        self._sync()

    def begin_readers(self) -> None:
        """What readers are before the first run."""

    def tell(self, *words: object) -> None:
        """Details of the deed, for the story of a life that broke a promise."""
        self.steps[-1:] = [" ".join([*self.steps[-1:], *map(str, words)])]
        self.deeds += 1

    # ------------------------------------------------------------ authors

    def write(self) -> bool:
        # a report at the place of another one that is gone takes over its page; not that of one that was renamed
        known = {key.partition(":")[2]: page for key, page in self.keys(self.hands.state())}
        held = {self.pages.get(doc["ident"]) for doc in self.docs.values()}
        known |= self.away()
        if not (free := sorted(path for path in PATHS if path not in self.docs and known.get(path, path) not in held)):
            return False
        self._commit()  # else git may take it for another one's new name
        path, title, words = self.random.choice(free), self.random.choice(TITLES), self.random.sample(WORDS, 4)
        self.number += 1
        self.docs[path] = {
            "ident": self.number, "title": title, "pictures": self._some_pictures(2), "link": self._other(path),
            "lines": [f"{word} {self.number} stands in line {at}." for at, word in enumerate(words)],
            "private": self.random.random() < 0.15,
        }  # fmt: skip
        if path in known and known[path] not in self.pruned:
            self.pages[self.number] = known[path]
        self._save(path)
        self.tell(path, self.docs[path])
        return True

    def edit(self) -> bool:
        if not self.docs:
            return False
        doc = self.docs[path := self.random.choice(sorted(self.docs))]
        at = self.random.randrange(len(doc["lines"]))
        self.number += 1
        line = f"{self.random.choice(WORDS)} became {self.number}."
        what = self.random.choice(["line", "line", "insert", "remove", "title", "private", "pictures", "link"])
        if what == "insert":
            doc["lines"].insert(at, line)
        elif what == "remove" and len(doc["lines"]) > 2:
            del doc["lines"][at]
        elif what == "title":
            doc["title"] = self.random.choice(TITLES)
        elif what == "private":
            doc["private"] = not doc["private"]
        elif what == "pictures":
            doc["pictures"] = self._some_pictures(3)
        elif what == "link":
            doc["link"] = self._other(path)
        else:
            doc["lines"][at] = line
        self._save(path)
        self.tell(path, what, doc)
        return True

    def draw_anew(self) -> None:
        """A picture changes; reports that share it do, too."""
        name = self.random.choice(PICTURES)
        self._draw(name)
        self.tell(name)

    def rename(self) -> bool:
        # where another report's page is known by that path, it is that report, whatever was its text before
        known = {key.partition(":")[2] for key, _ in self.keys(self.hands.state())}
        if not self.docs or not (free := sorted(set(PATHS) - self.docs.keys() - known)):
            return False
        old, new = self.random.choice(sorted(self.docs)), self.random.choice(free)
        self._commit()  # what is renamed is known to git before
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)
        doc = self.docs[new] = self.docs.pop(old)
        doc["link"] = "" if doc["link"] == new else doc["link"]
        self.renamed(doc)
        self.changed = True
        self._commit()
        self._save(new)  # links and pictures from where it is now
        self.tell(old, new)
        return True

    def away(self) -> dict[str, str]:
        """Pages whose records people took away, by the path that they were made for."""
        return {}

    def renamed(self, doc: dict[str, Any]) -> None:
        """What readers had done to its place counts no more."""

    def delete(self) -> bool:
        if not self.docs:
            return False
        path = self.random.choice(sorted(self.docs))
        (self.root / path).unlink()
        self.changed = True
        self.tell(path)
        del self.docs[path]
        return True

    # ------------------------------------------------------------ runs

    def sync(self) -> bool:
        """A run that nothing disturbs: every promise holds after it, and the next one writes nothing."""
        if not self.deeds:
            return False
        self._sync()
        return True

    def sync_with_leave(self) -> bool:
        if not self.deeds:
            return False
        flags = {name: self.random.random() < 0.5 for name in ("prune", "force", "recreate")}
        self.tell(flags)
        self._sync(**flags)
        return True

    def sync_disturbed(self) -> bool:
        if not self.deeds:
            return False
        how = self.random.choice(["faults", "cut", "killed", "killed", "killed", "pair"])
        self._disturbed(how, self.random.randint(1, 16))
        return True

    def _sync(self, **flags: bool) -> None:
        self.deeds = 0
        before = self.hands.state()
        done = self._run(**flags)
        self.pruned |= {one.page_id for one in done.actions if one.verb == "archive" or one.reason == "both gone"}
        self.promises(before, done, **flags)
        again = self._run(**flags)
        assert self.writes == 0, [(one.verb, one.reason, one.source) for one in again.actions]

    def promises(self, before: dict[str, Any], done: Published, **flags: bool) -> None:
        """What must hold after a run that nothing disturbed."""
        raise NotImplementedError

    def always(self) -> Any:
        """What must hold after any run."""
        raise NotImplementedError

    def _disturbed(self, how: str, at: int) -> None:
        self.tell(how, at)  # what it left is to be mended by the next one
        COUNTS[how] += 1
        self._commit()
        if how == "faults":
            self._with_faults(self.random.randint(0, 999))
        elif how == "cut":
            self._cut_off(at, self.random.choice(["before", "after"]))
        elif how == "killed":
            COUNTS["runs"] += 1
            loaded = zygote(self.target, self.root)
            COUNTS["kills"] += killed_at_request(loaded, self.server, at, self.root, "sync", "-q", "-t", "w")
        else:
            self._two_at_once()
        self.always()

    def _with_faults(self, seed: int) -> None:
        self.server.faults.load(misfortune(seed))
        with contextlib.suppress(BridgeError):
            self._run()
        COUNTS["struck"] += sum(self.server.faults.as_json()["struck"])
        self.server.faults.load({})

    def _cut_off(self, after: int, reset: Any) -> None:
        """The connection is gone at some request, and with it the run."""
        from adapters.sandbox.faults import Strike  # the server is to be imported first

        whole = self.server.faults

        class Cut:
            """Faults that begin at a request and never end."""

            count = 0

            def strike(self, _: object) -> Strike:
                self.count += 1
                return Strike() if self.count < after else Strike(reset="before" if self.count > after else reset)

            def __getattr__(self, name: str) -> Any:
                return getattr(whole, name)

        self.server.faults = Cut()  # type: ignore[assignment]
        try:
            with contextlib.suppress(BridgeError):
                self._run()
        finally:
            self.server.faults = whole

    def _two_at_once(self) -> None:
        COUNTS["runs"] += 2
        loaded = zygote(self.target, self.root)
        loaded.start(self.root, "sync", "-q", "-t", "w", runs=2)
        codes = {loaded.end(), loaded.end()}
        settle(self.server)
        assert codes <= {0, 1, 7}, codes
