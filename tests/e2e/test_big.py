"""A notebook whose page would be larger than a wiki takes, through the real command: published, nothing lost."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from adapters.sandbox.server import Server
from tests.e2e.publish import TARGETS, configure, nbwiki, state

OUTPUTS = 80


def printed(number: int) -> str:
    return "".join(f"epoch {i} of run {number}: loss {i / 7:.9f} <done> & saved\n" for i in range(2_900))


def notebook() -> str:
    cells: list[dict[str, object]] = []
    for number in range(OUTPUTS):
        cells.append({"cell_type": "markdown", "metadata": {}, "source": f"## Run {number}\n\nIt went well."})
        output = {"output_type": "stream", "name": "stdout", "text": printed(number)}
        cells.append(
            {
                "cell_type": "code",
                "metadata": {},
                "execution_count": 1,
                "source": f"train({number})",
                "outputs": [output],
            }
        )
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize("target", TARGETS)
def test_a_page_of_12_mb_is_published_in_part_with_the_whole_attached(
    sandbox: Server, tmp_path: Path, target: str
) -> None:
    source = tmp_path / "reports"
    source.mkdir()
    text = notebook()
    assert len(text) > 12_000_000
    (source / "runs.ipynb").write_text(text, "utf-8")
    configure(tmp_path, sandbox.url, source, ("*.ipynb",))
    run = nbwiki("sync", "-t", target, "--json", cwd=tmp_path)
    assert run.code == 0, run.err[-2000:]
    (action,) = [one for one in run.json["actions"] if one["source"] == "runs.ipynb"]
    assert [note["code"] for note in action["notes"]].count("page.large") == OUTPUTS
    found = state(sandbox.url)
    whole = {hashlib.sha256(printed(number).rstrip("\n").encode()).hexdigest() for number in range(OUTPUTS)}
    assert whole <= {file["sha256"] for file in found["attachments"]}
    if target != "notion":
        body = next(page["body"] for page in found["pages"] if str(page["id"]) == action["page_id"])
        assert 4_000_000 < len(body.encode()) < 5_242_880
        assert all(f"<h2>Run {number}</h2>" in body for number in range(OUTPUTS))
        assert body.count("of 2,900 lines are shown") == OUTPUTS
    again = nbwiki("sync", "-t", target, "--json", cwd=tmp_path)
    assert {verb for verb, count in again.json["counts"].items() if count} == {"skip"}
