"""The adapter takes credentials' faults for what they are, with plain codes and with those measured on live sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
import requests

from adapters.errors import AuthError, PermissionDenied
from adapters.settings import Token
from tests.contract.confluence_site import CloudSite
from tests.contract.wiki_contract import draft

if TYPE_CHECKING:
    from adapters.base import Wiki
    from adapters.sandbox.server import Server

CODES = pytest.mark.parametrize("codes", ["plain", "measured"])


def connect(sandbox: Server, token: str, codes: str) -> Wiki:
    plan = {"switches": {"auth_codes": codes}}
    assert requests.put(f"{sandbox.url}/sandbox/faults", json=plan, timeout=10).ok
    site = CloudSite(sandbox)
    return site.connect(msgspec.structs.replace(site.settings(), token=Token(token)))


@CODES
@pytest.mark.parametrize("token", ["wrong", "sandbox-scoped"])
def test_credentials_that_are_not_accepted(sandbox: Server, token: str, codes: str) -> None:
    wiki = connect(sandbox, token, codes)
    for ask in (wiki.login, wiki.open, wiki.observe):
        with pytest.raises(AuthError):
            ask()
    assert {finding.level for finding in wiki.doctor()} >= {"fail"}
    wiki.close()


@CODES
def test_a_token_that_may_only_read(sandbox: Server, codes: str) -> None:
    wiki = connect(sandbox, "sandbox-readonly", codes)
    observed = wiki.observe()
    with pytest.raises(PermissionDenied):
        wiki.begin(observed)
        wiki.create(draft())
    wiki.close()
