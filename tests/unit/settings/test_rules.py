"""What a setting's text must look like."""

import base64
import hashlib

import pytest
from pydantic import SecretStr

from snlib.settings import rules
from snlib.vault import Vault

# The same in every process: it stands in the names of the cases.
KEY = base64.urlsafe_b64encode(hashlib.sha256(b"a key of these tests").digest()).decode("ascii")
TENANT = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://helpdesk.example.com/", "https://helpdesk.example.com"),
        (" https://helpdesk.example.com:8443 ", "https://helpdesk.example.com:8443"),
        ("http://localhost:8501", "http://localhost:8501"),
        ("http://127.0.0.1:8501", "http://127.0.0.1:8501"),
        ("HTTPS://helpdesk.example.com", "https://helpdesk.example.com"),
        ("https://Helpdesk.Example.COM", "https://helpdesk.example.com"),
        ("HTTP://LocalHost:8501/", "http://localhost:8501"),
        ("https://helpdesk.example.com.", "https://helpdesk.example.com"),
        ("https://helpdesk.example.com:443", "https://helpdesk.example.com"),
        ("https://helpdesk.example.com.:443//", "https://helpdesk.example.com"),
        ("http://localhost:80", "http://localhost"),
        ("https://helpdesk.example.com:80", "https://helpdesk.example.com:80"),
        ("https://intranet", "https://intranet"),
        ("https://helpdesk.replacements.com", "https://helpdesk.replacements.com"),
        ("https://your-server.example.com", "https://your-server.example.com"),
        ("\thttps://helpdesk.example.com\r\n", "https://helpdesk.example.com"),
    ],
)
def test_good_origins(text: str, clean: str):
    """Anywhere by https, on this machine by http too; in the form in which browsers send and providers compare it."""
    assert rules.origin(text) == clean


@pytest.mark.parametrize(
    ("read", "text", "clean"),
    [
        (
            rules.metadata_address,
            "HTTPS://Login.MicrosoftOnline.com:443/{}/v2.0/.well-known/openid-configuration/",
            "https://login.microsoftonline.com/{}/v2.0/.well-known/openid-configuration",
        ),
        (
            rules.metadata_address,
            "https://IDP.example.com./Realms/Main/.well-known/openid-configuration",
            "https://idp.example.com/Realms/Main/.well-known/openid-configuration",
        ),
        (rules.graph_address, "https://GRAPH.microsoft.com/v1.0/", "https://graph.microsoft.com/v1.0"),
        (
            rules.service_address,
            " https://Login.Microsoftonline.com./{}/oauth2/v2.0/token ",
            "https://login.microsoftonline.com/{}/oauth2/v2.0/token",
        ),
    ],
)
def test_only_scheme_and_host_have_no_case(read, text: str, clean: str):
    """Scheme, host, default port and what stands at the ends are put right in every address; the path stays."""
    assert read(text.format(TENANT)) == clean.format(TENANT)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("http://Proxy.Example.com:8080/", "http://proxy.example.com:8080"),
        ("proxy.example.com:8080", "http://proxy.example.com:8080"),
        ("HTTPS://proxy.example.com:8443", "https://proxy.example.com:8443"),
        ("http://Agent:P%40ss@Proxy:3128", "http://Agent:P%40ss@proxy:3128"),
        ("", ""),
    ],
)
def test_good_proxies(text: str, clean: str):
    """A proxy with or without scheme, user and password; those have their case."""
    assert rules.proxy_address(SecretStr(text)).get_secret_value() == clean


@pytest.mark.parametrize(
    "text",
    [
        "helpdesk.example.com",
        "http://helpdesk.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "ftp://helpdesk.example.com",
        "https://",
        "https://user@helpdesk.example.com",
        "https://helpdesk.example.com/path",
        "https://helpdesk.example.com?x=1",
        "https://helpdesk.example.com#x",
        "https://helpdesk.example.com:port",
        "https://a\\b",
        "https://exämple.com",
        "https://[bad",
        "javascript:alert(1)",
    ],
)
def test_bad_origins(text: str):
    """Anything else is refused, without repeating it."""
    with pytest.raises(ValueError, match=r"must|is not") as caught:
        rules.origin(text)
    assert text == "https://" or text not in str(caught.value)


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "example.onmicrosoft.com", ""])
@pytest.mark.parametrize("host", ["login.microsoftonline.com", "login.microsoftonline.us"])
def test_a_shared_tenant_is_refused(host: str, tenant: str):
    """With Microsoft only one's own tenant, by GUID, may sign people in."""
    with pytest.raises(ValueError, match="GUID"):
        rules.metadata_address(f"https://{host}/{tenant}/v2.0/.well-known/openid-configuration")


def test_discovery_documents():
    """One's own Entra tenant and any other provider are fine, an address of something else is not."""
    entra = f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration"
    assert rules.metadata_address(entra) == entra
    other = "https://idp.example.com/realm/.well-known/openid-configuration"
    assert rules.metadata_address(other) == other
    with pytest.raises(ValueError, match="must end with"):
        rules.metadata_address("https://idp.example.com/realm")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("*.service-now.com", ("*.service-now.com",)),
        ("*.Service-Now.com, support.example.com ,", ("*.service-now.com", "support.example.com")),
        (["*.service-now.com"], ("*.service-now.com",)),
        ("", ()),
    ],
)
def test_good_host_patterns(text: str | list[str], clean: tuple[str, ...]):
    """Host names and one leading wildcard, from a text or a list."""
    assert rules.host_patterns(text) == clean


@pytest.mark.parametrize(
    "text", ["*", "*.com", "service-now", "https://x.service-now.com", "a.*.com", "x.com/path", "x.com:443", "ä.com"]
)
def test_bad_host_patterns(text: str):
    """A wildcard over a whole top-level domain, an address, a port are refused."""
    with pytest.raises(ValueError, match="host names"):
        rules.host_patterns(text)


@pytest.mark.parametrize(
    ("ring", "fault"),
    [
        ("", "at least one"),
        (KEY, "ID:KEY"),
        ("k1:", "32 bytes"),
        ("k1:" + KEY[:-4], "32 bytes"),
        ("k1:" + "é" * 44, "32 bytes"),
        (f"k 1:{KEY}", "ID:KEY"),
        (f"k1:{KEY},k1:{KEY}", "twice"),
        ("k1:" + base64.urlsafe_b64encode(b"\0" * 32).decode(), "not random"),
        ("k1:" + base64.urlsafe_b64encode(b"changeme" * 4).decode(), "not random"),
    ],
)
def test_bad_key_rings(ring: str, fault: str):
    """Missing, short, repeated or typed-in keys are refused, without showing them."""
    with pytest.raises(ValueError, match=fault) as caught:
        rules.key_ring(ring)
    assert KEY not in str(caught.value)


def test_generated_keys_are_accepted():
    """Every key that the vault makes passes, also as a list."""
    for _ in range(50):
        rules.key_ring([f"k1:{Vault.generate_key()}"])
