"""Lives that a test tells."""

from __future__ import annotations

import pytest

from tests.sync.told import Told


@pytest.fixture
def told():
    made = []

    def of(target, **more):
        made.append(Told(target, **more))
        return made[-1]

    yield of
    for one in made:
        one.end()
