"""Runs over some reports, whose pages link to headings of others (Confluence)."""

from __future__ import annotations

import re

import pytest

from adapters.sandbox import admin
from tests.sync.test_load import Bench

TARGET = "---\n{}\n---\n\n# Target\n\nText.\n\n## Results of June\n\nSeven.\n"
LINKING = "# Linking\n\nSee [the results](b.md#results-of-june) {}.\n"


@pytest.fixture(params=["cloud", "datacenter"])
def reports(request, tmp_path, sandbox):
    (tmp_path / "reports").mkdir()
    return Bench(tmp_path, sandbox, request.param)


def fragment_of(reports, done):
    """Where the link of the linking page leads."""
    (page,) = (one.page_id for one in done.actions if one.source == "a.md")
    body = next(one for one in admin.dump(reports.server.state)["pages"] if one["id"] == page)["body"]
    (address,) = re.findall(r'href="([^"]*)">the results', body)
    return address.partition("#")[2]


@pytest.mark.parametrize("header", ["kind: report", "id: b-of-its-own"])
def test_a_run_over_one_report_leads_to_the_heading_of_another(reports, header):
    linking = reports.folder / "reports" / "a.md"
    linking.write_text(LINKING.format("once"))
    (reports.folder / "reports" / "b.md").write_text(TARGET.format(header))
    first = fragment_of(reports, reports.run()[0])
    assert "Results" in first
    linking.write_text(LINKING.format("twice"))
    done, _ = reports.run(paths=["a.md"])
    assert [(one.source, one.verb) for one in done.actions] == [("a.md", "update")]
    assert not [note for one in done.actions for note in one.notes if note.code == "link.top"]
    assert fragment_of(reports, done) == first
    assert {one.verb for one in reports.run()[0].actions} == {"skip"}


def test_a_heading_that_is_not_there_is_told(reports):
    (reports.folder / "reports" / "a.md").write_text(LINKING.format("once"))
    (reports.folder / "reports" / "b.md").write_text("# Target\n\nText.\n")
    reports.run(paths=["b.md"])
    done, _ = reports.run(paths=["a.md"])
    assert [note.code for one in done.actions for note in one.notes if note.code == "link.top"] == ["link.top"]
    assert fragment_of(reports, done) == ""
