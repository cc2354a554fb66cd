"""The way out of a company's network: a real CONNECT proxy and a private authority, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from snlib.connector.model import ValidConnector
from snlib.errors import ConfigurationError, ServiceUnreachable
from snlib.helpdesk.connector.test_steps import reach_host
from snlib.helpdesk.services import Services, build
from snlib.settings import OidcSettings, Settings, load
from snlib.transport import Network, Transport
from snlib.web.sign_in.oidc import Oidc
from tests.company_network import GRAPH, METADATA, PROVIDER, SERVICENOW, CompanyNetwork, company_network
from tests.unit.settings.test_sources import GOOD
from tests.unit.settings.test_sources import GRAPH as GRAPH_SETTINGS
from tests.unit.web.conftest import demo_settings

PASSWORD = "pr0xy-s3ntinel"
VALID = ValidConnector(True, f"https://{SERVICENOW}", "/api/now/table/incident", "0123456789abcdef")
OIDC = OidcSettings(metadata_url=METADATA, client_id="client", client_secret=SecretStr("s" * 20))


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own certificates do not count here."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[CompanyNetwork]:
    """A network in which only the proxy knows the services."""
    with company_network(tmp_path) as network:
        yield network


def asked(network: Network, host: str = SERVICENOW, path: str = "/now") -> int:
    """Ask a host for something, and return the status."""
    origin = f"https://{host}"
    return Transport(network=network).send("GET", origin + path, service=host, allowed_origin=origin).status_code


def failed(network: Network) -> ServiceUnreachable:
    """Ask ServiceNow, and return why there is no answer."""
    with pytest.raises(ServiceUnreachable) as caught:
        asked(network)
    return caught.value


def configured(folder: Path, **changes: str) -> Settings:
    """Return the settings of a production installation."""
    database = {"SNLIB_DATABASE_URL": f"sqlite:///{folder / 'dashboard.sqlite3'}"}
    settings = load({**GOOD, **GRAPH_SETTINGS, **database, "SNLIB_OIDC_METADATA_URL": METADATA, **changes})
    assert settings is not None
    return settings


@pytest.fixture
def services(outside: CompanyNetwork, tmp_path: Path) -> Iterator[Services]:
    """The services of an installation with a proxy that asks for a password, and a private authority."""
    outside.user = f"agent:{PASSWORD}"
    built = build(configured(tmp_path, SNLIB_PROXY=outside.proxy, SNLIB_CA_BUNDLE=str(outside.ca_bundle)))
    yield built
    built.engine.dispose()


def test_one_way_for_all_three(outside: CompanyNetwork, services: Services) -> None:
    """ServiceNow, Graph and the sign-in provider are asked through the proxy; its password reaches none of them."""
    network = services.transport.network
    assert asked(network) == 200
    assert asked(network, GRAPH) == 200
    url, _ = asyncio.run(Oidc(services.settings.oidc, redirect_uri="https://x/y", network=network).authorize())
    assert url.startswith(f"https://{PROVIDER}/authorize?")
    assert outside.asked == [f"{host}:443" for host in (SERVICENOW, GRAPH, PROVIDER)]
    assert not [name for headers in outside.headers for name in headers if name.lower() == "proxy-authorization"]


def test_a_sign_in_that_fails_says_which_way(outside: CompanyNetwork, services: Services) -> None:
    """Where the provider cannot be reached, the log names the proxy that was asked, without its password."""
    outside.answer = "502 Bad Gateway"
    oidc = Oidc(services.settings.oidc, redirect_uri="https://x/y", network=services.transport.network)
    with pytest.raises(ServiceUnreachable) as caught:
        asyncio.run(oidc.authorize())
    assert f"Asked through the proxy http://127.0.0.1:{outside.proxy_port} (SNLIB_PROXY)." in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_the_connection_test_says_which_way(outside: CompanyNetwork, services: Services) -> None:
    """Its first line names the proxy without user and password, and the certificates; also where it fails."""
    said = reach_host(services.transport, VALID)
    way = f"Asked through the proxy http://127.0.0.1:{outside.proxy_port} (SNLIB_PROXY)."
    assert said.outcome == "ok"
    assert f"{way} Trusted beside the public certificates: company.pem (SNLIB_CA_BUNDLE)." in said.text
    outside.answer = "403 Forbidden"
    said = reach_host(Transport(network=services.transport.network), VALID)
    assert said.outcome == "failed"
    assert way in said.text
    assert reach_host(Transport(network=Network()), VALID).text.endswith("Asked directly, not through a proxy.")


@pytest.mark.parametrize("proxy", ["HTTPS_PROXY", "https_proxy"])
@pytest.mark.parametrize("bundle", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_counts(
    outside: CompanyNetwork, monkeypatch: pytest.MonkeyPatch, proxy: str, bundle: str
) -> None:
    """Without a setting of ours the environment's proxy and certificates are used, and named."""
    monkeypatch.setenv(proxy, outside.proxy)
    monkeypatch.setenv(bundle, str(outside.ca_bundle))
    network = Network.of()
    assert asked(network) == 200
    assert f"({proxy})" in network.describe(VALID.instance_url)
    assert f"({bundle})" in network.describe(VALID.instance_url)


def test_the_setting_wins(outside: CompanyNetwork, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the environment says beside a setting is not even read."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    assert asked(Network.of(outside.proxy, str(outside.ca_bundle))) == 200


def test_what_is_inside_is_asked_directly(outside: CompanyNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts in NO_PROXY and this machine go past the proxy; the private authority counts there too."""
    network = Network.of(outside.proxy, str(outside.ca_bundle), {"NO_PROXY": ".example.com, intranet"})
    past = [
        network.proxy_for(f"https://{host}/") for host in ("desk.example.com", "intranet", "localhost", "127.0.0.1")
    ]
    assert past == [""] * 4
    assert network.proxy_for("https://acme.service-now.com/") == outside.proxy
    assert asked(network, f"localhost:{outside.port}") == 200
    assert outside.asked == []


def test_without_the_authority_nothing_is_sent(outside: CompanyNetwork) -> None:
    """The proxy does not weaken the check of certificates, and the sentence names the setting."""
    error = failed(Network.of(outside.proxy))
    assert error.kind == "tls"
    assert "SNLIB_CA_BUNDLE" in error.user_message
    assert outside.headers == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("407 Proxy Authentication Required", "asks for a user and password. SNLIB_PROXY can hold both."),
        ("403 Forbidden", "did not pass the request on to acme.service-now.com (HTTP 403)."),
        ("502 Bad Gateway", "did not pass the request on to acme.service-now.com (HTTP 502)."),
    ],
)
def test_a_proxy_that_refuses_is_named(outside: CompanyNetwork, answer: str, said: str) -> None:
    """Not the service is blamed but the proxy, and its password is nowhere."""
    outside.user, outside.answer = f"agent:{PASSWORD}", answer
    error = failed(Network.of(outside.proxy, str(outside.ca_bundle)))
    assert said in error.user_message
    assert f"The proxy http://127.0.0.1:{outside.proxy_port} " in error.user_message
    for text in (error.user_message, str(error), repr(error.__dict__)):
        assert PASSWORD not in text


def test_a_proxy_that_is_not_there_is_named(outside: CompanyNetwork) -> None:
    """A port where nobody listens is told as the proxy's, not as the service's."""
    assert failed(Network(proxy="http://127.0.0.1:1")).user_message.startswith(
        "Can't reach the proxy http://127.0.0.1:1."
    )


def test_the_password_is_in_no_text(outside: CompanyNetwork, services: Services) -> None:
    """Settings, services and the way out print no password."""
    network = services.transport.network
    assert PASSWORD in network.proxy
    for text in (repr(network), repr(services.settings), repr(services), network.describe(VALID.instance_url)):
        assert PASSWORD not in text


def test_a_faulty_environment_is_named() -> None:
    """What the environment names and cannot be used stops the start, one line each."""
    environ = {"HTTPS_PROXY": "socks5://x:1", "SSL_CERT_FILE": "/no/such/file"}
    with pytest.raises(ConfigurationError) as caught:
        Network.of(environ=environ)
    assert [problem.split()[0] for problem in caught.value.problems] == ["HTTPS_PROXY", "SSL_CERT_FILE"]


def test_demo_mode_never_leaves_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the environment says, demo mode has neither proxy nor certificates."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:8080")
    built = build(demo_settings(tmp_path))
    assert built.transport.network == Network()
    built.engine.dispose()
