"""The reports of one run are one value in a worker process, and so is what is looked up in all of them."""

import pickle
from pathlib import Path

from bridge.discover import Discovery
from bridge.known import Known
from bridge.pipeline import RenderOptions, render_path
from converters.options import TransformOptions

PAGES = {f"r{i}.md": f"(sec-{i})=\n## Section {i}\n\nSee {{ref}}`sec-{(i + 1) % 4}`.\n".encode() for i in range(4)}


class Folder:
    """Files, and how often each was read."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, path: str) -> bytes:
        self.asked.append(path)
        if path not in PAGES:
            raise FileNotFoundError(path)
        return PAGES[path]

    def exists(self, path: str) -> bool:
        return path in PAGES


def sent(value: object) -> object:
    """As a worker process gets it."""
    return pickle.loads(pickle.dumps(value))


def test_a_process_has_the_reports_of_a_run_once() -> None:
    known = Known({"a.md": "k"})
    first, second = sent(known), sent(known)
    assert first is second and first == known == {"a.md": "k"}
    other = sent(Known({"a.md": "k"}))
    assert other is not first and other == first


def test_discovery_tells_its_reports_as_such_a_value() -> None:
    found = Discovery(root=Path(), base="b", keys={"a.md": "k"}, found=(), complete=True)
    assert isinstance(found.known(), Known) and found.known() == {"a.md": "k"}


def test_the_labels_of_all_reports_are_looked_for_once_in_a_worker() -> None:
    options = RenderOptions(
        transform=TransformOptions(target="confluence", known=Known({path: path for path in PAGES}))
    )
    files = Folder()
    for path in PAGES:
        done = render_path(path, sent(options), files)
        assert done.rendered is not None and not done.notes and "Section" in str(done.rendered.body)
    assert len(files.asked) <= 4 * len(PAGES)  # its own text, its attachment, and once for all of them
    assert max(files.asked.count(path) for path in PAGES) <= 3


def test_the_next_run_looks_again() -> None:
    files = Folder()
    counts = []
    for _ in range(2):
        known = Known({path: path for path in PAGES})
        before = len(files.asked)
        render_path("r0.md", sent(RenderOptions(transform=TransformOptions(target="confluence", known=known))), files)
        counts.append(len(files.asked) - before)
    assert counts[0] == counts[1] >= len(PAGES)
