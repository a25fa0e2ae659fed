"""A wiki behind TLS of the company's own authority, behind its proxy, behind the vendor's gateway; clocks that go wrong."""

from __future__ import annotations

import time
from email.utils import formatdate

import msgspec
import pytest
import requests

from adapters.confluence import open_confluence
from adapters.confluence.limits import Limits
from adapters.errors import AuthError, PermissionDenied, WikiUnavailable
from adapters.flow import Flow
from adapters.retry import Gate, retry_after_seconds
from adapters.settings import Token
from tests.adapters.network import Proxy, TlsFront, running
from tests.contract.confluence_site import CloudSite, DataCenterSite, faults, now, sent
from tests.contract.wiki_contract import SECRET, picture, publish
from tests.e2e.publish import nbwiki


@pytest.fixture(params=[CloudSite, DataCenterSite], ids=["cloud", "datacenter"])
def site(request, sandbox):
    return request.param(sandbox)


@pytest.fixture
def front(site):
    with running(TlsFront(site.server.url)) as front:
        yield front


@pytest.fixture
def bundle(front, tmp_path):
    path = tmp_path / "ca.pem"
    front.ca.cert_pem.write_to_path(str(path))
    return str(path)


def connected(site, **changes):
    return site.connect(msgspec.structs.replace(site.settings(), **changes))


def publishes(wiki):
    done = publish(wiki, assets=(picture(),))
    assert len(wiki.observe().tracked) == 1
    wiki.close()
    return done


def test_a_closed_proxy_is_gone():
    """It kept its port and took a connection of whoever got its descriptor's number next."""
    proxy = Proxy()
    requests.get(f"http://127.0.0.1:{proxy.port}/", timeout=5)
    proxy.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{proxy.port}/", timeout=5)


# ---------------------------------------------------------------- TLS


def test_an_authority_of_the_companys_own(site, front, bundle):
    publishes(connected(site, url=front.url + site.path, ca_bundle=bundle, deployment=deployment(site)))


def deployment(site):
    return "cloud" if isinstance(site, CloudSite) else "datacenter"


def test_an_unknown_authority_is_named_at_once(site, front):
    wiki = connected(site, url=front.url + site.path, deployment=deployment(site))
    with pytest.raises(WikiUnavailable, match=r"certificate of 127\.0\.0\.1.* is not trusted") as caught:
        wiki.login()
    assert "ca_bundle" in caught.value.hint
    assert site.slept == [], "it will not be trusted a second later"
    wiki.close()


def test_a_certificate_of_another_host_is_not_trusted(site, tmp_path):
    with running(TlsFront(site.server.url, "wiki.example.com")) as front:
        path = tmp_path / "ca.pem"
        front.ca.cert_pem.write_to_path(str(path))
        wiki = connected(site, url=front.url + site.path, ca_bundle=str(path), deployment=deployment(site))
        with pytest.raises(WikiUnavailable, match="not trusted"):
            wiki.login()
        wiki.close()


# ---------------------------------------------------------------- proxies


def test_through_a_proxy_to_tls(site, front, bundle):
    with running(Proxy()) as proxy:
        changes = {"url": front.url + site.path, "ca_bundle": bundle, "proxy": proxy.url}
        publishes(connected(site, deployment=deployment(site), **changes))
        assert set(proxy.asked) == {f"CONNECT 127.0.0.1:{front.port}"}


def test_through_a_proxy_that_wants_a_password(site, front, bundle):
    with running(Proxy(user="ann:pässwörd".encode("ascii", "ignore").decode())) as proxy:
        changes = {"url": front.url + site.path, "ca_bundle": bundle, "deployment": deployment(site)}
        publishes(connected(site, proxy=proxy.url, **changes))
        wrong = connected(site, proxy=f"http://ann:{SECRET}@127.0.0.1:{proxy.port}", **changes)
        with pytest.raises(
            WikiUnavailable, match=f"the proxy 127.0.0.1:{proxy.port} does not let us through"
        ) as caught:
            wrong.login()
        assert "user and a password" in caught.value.hint
        assert SECRET not in str(caught.value) + repr(caught.value.__dict__)
        wrong.close()


def test_through_a_proxy_without_tls(site):
    with running(Proxy()) as proxy:
        publishes(connected(site, proxy=proxy.url))
        assert proxy.asked
        assert not [one for one in proxy.asked if one.startswith("CONNECT")]


def test_a_proxy_that_is_not_there_is_told(site, front, bundle):
    changes = {"url": front.url + site.path, "ca_bundle": bundle, "deployment": deployment(site)}
    wiki = connected(site, proxy="http://127.0.0.1:9", max_attempts=2, **changes)
    with pytest.raises(WikiUnavailable, match=r"the proxy 127\.0\.0\.1:9 does not let us through"):
        wiki.login()
    wiki.close()


def test_the_command_by_its_configuration(site, front, bundle, tmp_path):
    with running(Proxy()) as proxy:
        (tmp_path / "reports").mkdir()
        (tmp_path / "reports/a.md").write_text("# A\n\nText.\n")
        user = 'user_env = "CONFLUENCE_USER"\n' if isinstance(site, CloudSite) else ""
        (tmp_path / "nbwiki.toml").write_text(
            f'[source]\ninclude = ["**/*.md"]\n[targets.w]\nkind = "confluence"\nurl = "{front.url}{site.path}"\n'
            f'space = "DATA"\n{user}deployment = "{deployment(site)}"\nca_bundle = "{bundle}"\nproxy = "{proxy.url}"\n'
        )
        done = nbwiki("sync", cwd=tmp_path)
        assert done.code == 0, done.err
        assert proxy.asked


# ---------------------------------------------------------------- tokens with scopes


@pytest.fixture
def cloud(sandbox):
    site = CloudSite(sandbox)
    faults(site, auth_codes="measured")
    return site


def scoped(site, token="sandbox-scoped", **changes):
    return connected(site, token=Token(token), gateway=site.server.url, **changes)


def test_a_token_with_scopes_is_found_out_and_goes_through_the_gateway(cloud):
    wiki = scoped(cloud)
    done = publish(wiki, assets=(picture(),))
    assert done.page.url.startswith(cloud.base), "people are led to the site, never to the gateway"
    told = next(one.text for one in wiki.doctor() if one.subject == "credentials")
    assert "with scopes, through the gateway" in told
    since = now(cloud)
    wiki.observe()
    assert all("/ex/confluence/" in one for one in sent(cloud, since))
    wiki.close()
    classic = connected(cloud)
    assert "with an API token" in next(one.text for one in classic.doctor() if one.subject == "credentials")
    classic.close()


def test_a_wrong_token_asks_the_gateway_once(cloud):
    faults(cloud, auth_codes="")
    wiki = scoped(cloud, SECRET)
    for _ in range(3):
        with pytest.raises(AuthError):
            wiki.login()
    assert len([one for one in sent(cloud, 0) if "/ex/confluence/" in one]) == 1
    wiki.close()


def test_no_token_leaves_an_unencrypted_site(cloud):
    wiki = connected(cloud, token=Token("sandbox-scoped"))
    with pytest.raises(AuthError) as caught:
        wiki.login()
    assert "api.atlassian.com" in caught.value.hint
    assert not [one for one in sent(cloud, 0) if "tenant_info" in one]
    wiki.close()


def test_a_scope_that_is_missing_is_named(cloud):
    settings = msgspec.structs.replace(cloud.settings(), token=Token("sandbox-readonly"))
    address = f"{cloud.server.url}/ex/confluence/6f0b7a52-3c1d-4e8f-9a2b-5d4c3b2a1f00/wiki"
    wiki = open_confluence(msgspec.structs.replace(settings, url=address))
    with pytest.raises(PermissionDenied, match=r"lacks a scope for P.*properties"):
        wiki.begin(wiki.observe())
    wiki.close()


def test_data_center_tells_its_kind_of_token(sandbox):
    wiki = DataCenterSite(sandbox).connect(DataCenterSite(sandbox).settings())
    assert "a personal access token" in next(one.text for one in wiki.doctor() if one.subject == "credentials")
    wiki.close()


# ---------------------------------------------------------------- clocks and budgets


def test_times_of_the_wiki_are_read_by_its_own_clock():
    date, later = "Sun, 29 Nov 2026 10:00:00 GMT", "Sun, 29 Nov 2026 10:00:07 GMT"
    assert retry_after_seconds(later, date) == 7
    assert retry_after_seconds("7", date) == 7
    assert retry_after_seconds("Sun, 29 Nov 2026 09:59:00 GMT", date) == 0


def test_a_wiki_whose_clock_goes_a_year_ahead(site):
    year = 365 * 86_400
    asked = {"Retry-After": formatdate(time.time() + year + 7, usegmt=True)}
    plan = {"rules": [{"path": "*", "status": 429, "times": 1, "headers": asked}], "clock_offset_s": year}
    assert requests.put(f"{site.server.url}/sandbox/faults", json=plan, timeout=10).ok
    wiki = connected(site, deployment=deployment(site))
    publish(wiki)
    assert 4 <= max(site.slept) <= 8
    wiki.close()


def limits(slept):
    clock = [0.0]

    def sleep(seconds):
        slept.append(seconds)
        clock[0] += seconds

    gate = Gate(sleep, lambda: clock[0])
    return Limits(Flow(6), gate), gate


class Said:
    def __init__(self, status=200, **headers):
        self.status_code = status
        self.headers = {"Date": "Sun, 29 Nov 2026 10:00:00 GMT", **{k.replace("_", "-"): v for k, v in headers.items()}}


@pytest.mark.parametrize(
    ("remaining", "seconds"), [("60000", []), ("13000", [600 / 13000]), ("100", [6.0]), ("0", [600.0])]
)
def test_a_scarce_budget_is_spread_over_its_hour(remaining, seconds):
    slept = []
    told, gate = limits(slept)
    told.heard(
        Said(X_RateLimit_Limit="65000", X_RateLimit_Remaining=remaining, X_RateLimit_Reset="2026-11-29T10:10:00Z")
    )
    gate.wait()
    assert slept == pytest.approx(seconds)


def test_data_centers_bucket_is_waited_for():
    slept = []
    told, gate = limits(slept)
    headers = {"X_RateLimit_Remaining": "0", "X_RateLimit_FillRate": "4", "X_RateLimit_Interval_Seconds": "2"}
    told.heard(Said(**headers))
    gate.wait()
    assert slept == [0.5]


def test_a_budget_of_points_is_never_run_over(cloud):
    """An hour's budget that is nearly gone: the sync slows down and gets no 429."""
    clock = [0.0]

    def sleep(seconds):
        clock[0] += seconds
        faults_clock(cloud, clock[0])

    faults(cloud, confluence_quota={"points": 120, "window_s": 600})
    settings = msgspec.structs.replace(cloud.settings(), sleep=sleep, clock=lambda: clock[0])
    wiki = cloud.connect(settings)
    for number in range(40):
        publish(wiki, f"repo:{number}.md", f"Report {number}")
    assert wiki.requests.retried == 0
    assert clock[0] > 300, "it took the time that the budget forces"
    wiki.close()


def faults_clock(site, seconds):
    switches = {"auth_codes": "measured", "confluence_quota": {"points": 120, "window_s": 600}}
    plan = {"rules": [], "switches": switches, "clock_offset_s": seconds}
    assert requests.put(f"{site.server.url}/sandbox/faults", json=plan, timeout=10).ok
