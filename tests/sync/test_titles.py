"""Titles of pages of one space: who keeps the plain one."""

from __future__ import annotations

from adapters.base import Page, Record, Tracked
from bridge.sync.actions import Local
from bridge.sync.titles import assign_titles

REPORT = Local(key="r:a/quick/quick.ipynb", path="a/quick/quick.ipynb", title="Quick")
FOLDER = Local(key="folder:r:a/quick/", path="a/quick/", title="Quick", kind="folder")


def titles(locals_, was=None):
    return [one.title for one in assign_titles(locals_, was or {}, unique=True, longest=255)]


def test_a_report_keeps_its_title_and_its_folder_gives_way():
    assert titles([FOLDER, REPORT]) == ["Quick (a)", "Quick"]


def test_pages_that_are_there_keep_their_titles():
    was = {
        one.key: Tracked(
            record=Record(key=one.key, title=title, page=title), page=Page(id=title, title=title, version="1", url="")
        )
        for one, title in ((FOLDER, "Quick"), (REPORT, "Quick (a/quick)"))
    }
    assert titles([FOLDER, REPORT], was) == ["Quick", "Quick (a/quick)"]
