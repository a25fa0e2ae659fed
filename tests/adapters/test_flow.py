"""Requests under way at once, and what the wiki's headers do to their number."""

from __future__ import annotations

import threading

import msgspec
import pytest
import requests

from adapters.base import Wiki
from adapters.flow import Flow
from tests.contract.confluence_site import CloudSite, DataCenterSite, faults
from tests.contract.wiki_contract import publish


def test_a_warning_halves_and_good_answers_add() -> None:
    now = [0.0]
    flow = Flow(6, lambda: now[0])
    flow.slow()
    flow.slow()
    assert flow.allowed == 3
    now[0] = 2
    flow.slow()
    now[0] = 4
    flow.slow()
    assert flow.allowed == 1
    steps = 0
    while flow.allowed < 6:
        flow.well()
        steps += 1
    assert 10 < steps < 30
    assert flow.allowed == 6


def test_never_more_at_once_than_allowed() -> None:
    flow, most, under_way, lock = Flow(3), [0], [0], threading.Lock()

    def work() -> None:
        with flow.turn():
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            threading.Event().wait(0.01)
            with lock:
                under_way[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 3
    assert under_way[0] == 0


@pytest.mark.parametrize("flavour", [CloudSite, DataCenterSite])
def test_a_limited_wiki_is_not_asked_in_vain(sandbox, flavour) -> None:
    """A bucket of ten requests that fills by fifty a second: the sync ends, with few refusals."""
    site = flavour(sandbox)
    settings = msgspec.structs.replace(site.settings(), sleep=None)
    wiki: Wiki = site.connect(settings)
    wiki.begin(wiki.observe())
    faults(site, confluence_rate={"capacity": 10, "per_s": 50})
    for number in range(12):
        publish(wiki, f"repo:r{number}.md", f"Report {number}")
    log = requests.get(f"{sandbox.url}/sandbox/requests", timeout=10).json()
    refused = [entry for entry in log if entry["status"] == 429]
    assert len(refused) <= (3 if flavour is DataCenterSite else 8), len(refused)
    wiki.close()
