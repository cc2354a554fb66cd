"""Configurations that must not start: each is one thing wrong with a good one, and one line that names it."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import uuid
from pathlib import Path

import pytest

from snlib.errors import ConfigurationError
from snlib.settings.weak import why_weak
from snlib.vault import Vault
from snlib.web.startup import decide
from tests.unit.settings.test_sources import GOOD, GRAPH, KEY, TENANT, TOML, write_toml
from tests.unit.web.test_startup import OPTIONS

WHOLE = {**GOOD, **GRAPH}
URL, KEYS, COOKIE = "SNLIB_PUBLIC_URL", "SNLIB_TOKEN_KEYS", "SNLIB_COOKIE_SECRET"
DATABASE, HOSTS, PROXY, CA = "SNLIB_DATABASE_URL", "SNLIB_ALLOWED_INSTANCE_HOSTS", "SNLIB_PROXY", "SNLIB_CA_BUNDLE"
METADATA, OIDC_ID, OIDC_SECRET = "SNLIB_OIDC_METADATA_URL", "SNLIB_OIDC_CLIENT_ID", "SNLIB_OIDC_CLIENT_SECRET"
TOKEN_URL, BASE_URL, GRAPH_SECRET = "SNLIB_GRAPH_TOKEN_URL", "SNLIB_GRAPH_BASE_URL", "SNLIB_GRAPH_CLIENT_SECRET"
ENTRA = "https://login.microsoftonline.com"
WELL_KNOWN = "/v2.0/.well-known/openid-configuration"


def key(raw: bytes) -> str:
    """Return a key ring of one key."""
    return f"k1:{base64.urlsafe_b64encode(raw).decode()}"


VALUES = [
    # Where browsers reach it.
    (URL, "http://helpdesk.example.com"),
    (URL, "HTTP://Helpdesk.Example.Com"),
    (URL, "ws://helpdesk.example.com"),
    (URL, "helpdesk.example.com"),
    (URL, "//helpdesk.example.com"),
    (URL, "https:/helpdesk.example.com"),
    (URL, "https://helpdesk.example.com/desk"),
    (URL, "https://helpdesk.example.com?x=1"),
    (URL, "https://helpdesk.example.com#top"),
    (URL, "https://admin:pw@helpdesk.example.com"),
    (URL, "https://helpdesk.example.com:0"),
    (URL, "https://helpdesk.example.com:99999"),
    (URL, "https://*.example.com"),
    (URL, "https://help desk.example.com"),
    (URL, "https://helpdesk.example\n.com"),
    (URL, "https://helpdesk.example.com, https://desk.example.com"),
    (URL, "https://<your-host>"),
    (URL, "https://${PUBLIC_HOST}"),
    (URL, "https://YOUR-HOST.example.com"),
    (URL, "https://0.0.0.0"),
    (URL, "https://hélpdesk.example.com"),
    (URL, '"https://helpdesk.example.com"'),
    (URL, "'https://helpdesk.example.com'"),
    # Encryption keys.
    (KEYS, "changeme"),
    (KEYS, KEY),
    (KEYS, "k1:REPLACE-WITH-A-GENERATED-KEY"),
    (KEYS, "ID:KEY"),
    (KEYS, f"k1:{KEY[:-8]}"),
    (KEYS, f"k1:{KEY},k1:{Vault.generate_key()}"),
    (KEYS, f"k1:{KEY},k2:{KEY}"),
    (KEYS, key(b"\0" * 32)),
    (KEYS, key(bytes(range(32)))),
    (KEYS, key(b"changeme" * 4)),
    (KEYS, key(b"This is my own encryption key!!!")),
    (KEYS, key(hashlib.sha256(b"x").digest()[:8] * 4)),
    (KEYS, "k1:thisIsASecretKeyThatITypedByHand2026abcdefg="),
    (KEYS, "k1:cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="),
    (KEYS, "k1:46BKJoQYlPPOexq0OhDZnIlNepKFf87WFwLbfzqDDho="),
    (KEYS, f"k 1:{KEY}"),
    # The secret that signs cookies, and the clients' secrets.
    (COOKIE, "REPLACE-WITH-RANDOM-TEXT-OF-32-CHARACTERS-OR-MORE"),
    (COOKIE, "AT LEAST 32 RANDOM CHARACTERS"),
    (COOKIE, "changeme"),
    (COOKIE, "changeme" * 5),
    (COOKIE, "ch4ng3m3-ch4ng3m3-ch4ng3m3-ch4ng3m3"),
    (COOKIE, "a" * 64),
    (COOKIE, "0123456789abcdef0123456789abcdef"),
    (COOKIE, "qwertyuiopasdfghjklzxcvbnm0987654"),
    (COOKIE, "MySuperSecretCookieKeyForTheHelpdesk2026"),
    (COOKIE, "correct horse battery staple and some more"),
    (COOKIE, "Xk29Lm" * 6),
    (COOKIE, secrets.token_urlsafe(12)),
    (COOKIE, KEY),
    (COOKIE, "<generate one>"),
    (COOKIE, "${COOKIE_SECRET}"),
    (OIDC_SECRET, "REPLACE-WITH-THE-CLIENT-SECRET"),
    (OIDC_SECRET, "SECRET"),
    (OIDC_SECRET, "secret"),
    (OIDC_SECRET, "changeme"),
    (OIDC_SECRET, "password1234567890"),
    (OIDC_SECRET, "Vu8Q~t4m"),
    (OIDC_SECRET, "Vu8Q~t4mZkWq1xYb RcEoLhDs"),
    (OIDC_SECRET, "Vu8Q~t4mZkWq1xYb\nRcEoLhDs"),
    (OIDC_SECRET, f'"{GOOD[OIDC_SECRET]}"'),
    (OIDC_SECRET, GOOD[COOKIE]),
    (GRAPH_SECRET, "your-client-secret-here"),
    (GRAPH_SECRET, "xxxxxxxxxxxxxxxxxxxxxxxx"),
    (GRAPH_SECRET, GOOD[OIDC_SECRET]),
    # The provider, and Microsoft Graph.
    (METADATA, f"{ENTRA}/common{WELL_KNOWN}"),
    (METADATA, f"{ENTRA}/organizations{WELL_KNOWN}"),
    (METADATA, f"HTTPS://LOGIN.MICROSOFTONLINE.COM./common{WELL_KNOWN}"),
    (METADATA, f"https://login.windows.net/common{WELL_KNOWN}"),
    (METADATA, f"https://sts.windows.net/common{WELL_KNOWN}"),
    (METADATA, f"{ENTRA}/TENANT-GUID{WELL_KNOWN}"),
    (METADATA, f"{ENTRA}/00000000-0000-0000-0000-000000000000{WELL_KNOWN}"),
    (METADATA, f"{ENTRA}/example.onmicrosoft.com{WELL_KNOWN}"),
    (METADATA, f"http://login.microsoftonline.com/{TENANT}{WELL_KNOWN}"),
    (METADATA, f"http://localhost:8080/realms/x{WELL_KNOWN}"),
    (METADATA, f"{ENTRA}/{TENANT}/v2.0"),
    (METADATA, "https://"),
    (OIDC_ID, "APPLICATION-ID"),
    (OIDC_ID, "APPLICATION ID"),
    (OIDC_ID, "00000000-0000-0000-0000-000000000000"),
    (OIDC_ID, "<application id>"),
    (OIDC_ID, "your-client-id"),
    (OIDC_ID, "changeme"),
    (OIDC_ID, '"3fa85f64-5717-4562-b3fc-2c963f66afa6"'),
    ("SNLIB_OIDC_PROVIDER_NAME", "two\nlines"),
    ("SNLIB_GRAPH_CLIENT_ID", "APPLICATION-ID"),
    (TOKEN_URL, f"{ENTRA}/common/oauth2/v2.0/token"),
    (TOKEN_URL, f"{ENTRA}/TENANT-GUID/oauth2/v2.0/token"),
    (TOKEN_URL, f"http://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"),
    (TOKEN_URL, f"{ENTRA}/{TENANT}/oauth2/v2.0/authorize"),
    (BASE_URL, "http://graph.microsoft.com/v1.0"),
    (BASE_URL, "https://graph.microsoft.com"),
    (BASE_URL, "graph.microsoft.com/v1.0"),
    ("SNLIB_GRAPH_ACCESS", "both"),
    # The database.
    (DATABASE, "sqlite://"),
    (DATABASE, "sqlite:///:memory:"),
    (DATABASE, "mysql://u:p@h/n"),
    (DATABASE, "snlib.sqlite3"),
    (DATABASE, "postgresql://USER:PASSWORD@HOST/NAME"),
    (DATABASE, "postgresql://snlib:<password>@db.example.com/snlib"),
    (DATABASE, "https://db.example.com"),
    # Where the connector may lead, and the way out.
    (HOSTS, "*"),
    (HOSTS, "*.com"),
    (HOSTS, "*.co.uk"),
    (HOSTS, "https://acme.service-now.com"),
    (HOSTS, "acme.service-now.com/x"),
    (HOSTS, "127.0.0.1"),
    (HOSTS, "169.254.169.254"),
    (HOSTS, "localhost"),
    (HOSTS, "*.service-now.com;evil.example"),
    (PROXY, "socks5://proxy.example.com:1080"),
    (PROXY, "ftp://proxy.example.com"),
    (PROXY, "http://proxy.example.com:8080/path"),
    (PROXY, "http://USER:<password>@proxy.example.com:8080"),
    (PROXY, "http://"),
    (PROXY, "on"),
    (CA, "/no/such/file.pem"),
    (CA, __file__),
    # Numbers, switches, lists.
    ("SNLIB_SESSION_ABSOLUTE_HOURS", "0"),
    ("SNLIB_SESSION_ABSOLUTE_HOURS", "-1"),
    ("SNLIB_SESSION_ABSOLUTE_HOURS", "720"),
    ("SNLIB_SESSION_ABSOLUTE_HOURS", "inf"),
    ("SNLIB_SESSION_ABSOLUTE_HOURS", "12h"),
    ("SNLIB_SESSION_IDLE_MINUTES", "nan"),
    ("SNLIB_SESSION_IDLE_MINUTES", "0"),
    ("SNLIB_SESSION_IDLE_MINUTES", "never"),
    ("SNLIB_SESSION_IDLE_MINUTES", "100000"),
    ("SNLIB_MAX_INCIDENT_ROWS", "10000000"),
    ("SNLIB_MAX_INCIDENT_ROWS", "10,000"),
    ("SNLIB_MAX_INCIDENT_ROWS", "1e4"),
    ("SNLIB_LICENCE_CHECK", "maybe"),
    ("SNLIB_DIRECTORY", "ldap"),
    ("SNLIB_CALLER_COLUMN", "user_name"),
    ("SNLIB_CALLER_COLUMN", "u_upn^ORactive=true"),
    ("SNLIB_ACCESS_APP_ROLES", "Support=Everything"),
    ("SNLIB_ACCESS_APP_ROLES", "Support"),
    ("SNLIB_ACCESS_CLAIM", "groups"),
    ("SNLIB_ACCESS_CLAIM_ROLES", "x=Helpdesk.Agent"),
    ("SNLIB_ACCESS_CLAIM_ROLES", "{"),
    ("SNLIB_ACCESS_CLAIM_ROLES", '{"x": "Helpdesk.Agent", "x": "Helpdesk.Lead"}'),
    ("SNLIB_ACCESS_REFUSE_GUESTS", "perhaps"),
    # Names that are none of ours, and switches that others read.
    ("SNLIB_ALLOWED_HOSTS", "*.service-now.com"),
    ("SNLIB_SESSION_HOURS", "1"),
    ("SNLIB_ACCESS_REFUSE_GUEST", "true"),
    ("SNLIB_MODE", "production"),
    ("SNLIB_DEMO_ORIGIN", "http://127.0.0.1:8600"),
    ("SNLIB_DEMO_MODE", "false"),
    ("SNILB_ACCESS_REFUSE_GUESTS", "true"),
    ("snlib_access_refuse_guests", "true"),
    ("SNLIB-ACCESS-REFUSE-GUESTS", "true"),
    ("SNLIBACCESS_REFUSE_GUESTS", "true"),
    ("OAUTHLIB_INSECURE_TRANSPORT", "1"),
    ("AUTHLIB_INSECURE_TRANSPORT", "1"),
    ("SSLKEYLOGFILE", "/tmp/keys"),
]


def refusal(environ: dict[str, str], folder: Path, **options: object) -> tuple[str, ...]:
    """Return why the process does not start."""
    with pytest.raises(ConfigurationError) as caught:
        decide({**OPTIONS, **options}.__getitem__, environ, folder / "secrets.toml")
    return caught.value.problems


def test_the_good_one_starts(tmp_path: Path) -> None:
    """What all the others differ from in one thing is accepted."""
    assert decide(OPTIONS.__getitem__, WHOLE, tmp_path / "secrets.toml").settings


@pytest.mark.parametrize(("name", "value"), VALUES, ids=[str(number) for number in range(len(VALUES))])
def test_a_bad_value_is_refused(name: str, value: str, tmp_path: Path) -> None:
    """One line, which names the variable and does not show its value; never demo mode."""
    (said,) = refusal({**WHOLE, name: value}, tmp_path)
    assert name in said
    assert value not in said.replace(name, "") or len(value) < 10
    assert "\n" not in said


@pytest.mark.parametrize("name", sorted(WHOLE))
@pytest.mark.parametrize("value", [None, "", "  "], ids=["missing", "empty", "blank"])
def test_a_missing_value_is_refused(name: str, value: str | None, tmp_path: Path) -> None:
    """Left out or empty, each setting that is needed is named in one line."""
    environ = {k: v for k, v in WHOLE.items() if k != name} | ({} if value is None else {name: value})
    assert refusal(environ, tmp_path) == (f"{name} is missing.",)


NEARLY = """
SNILB_PUBLIC_URL SNLB_PUBLIC_URL SLIB_PUBLIC_URL NSLIB_PUBLIC_URL SN_LIB_PUBLIC_URL SNLIBPUBLIC_URL SNLLIB_PUBLIC_URL
SNLIB-PUBLIC-URL Snlib_Public_Url snlib_public_url
"""


@pytest.mark.parametrize("name", NEARLY.split())
def test_a_misspelt_variable_is_never_demo_mode(name: str, tmp_path: Path) -> None:
    """With nothing else configured, a name that is nearly ours is refused, and what was meant is said."""
    assert refusal({name: GOOD[URL]}, tmp_path) == (f"{name} is not read: did you mean SNLIB_PUBLIC_URL?",)


def test_variables_that_are_all_empty_are_never_demo_mode(tmp_path: Path) -> None:
    """A container whose variables were left empty was meant for production."""
    assert refusal({URL: "", COOKIE: " "}, tmp_path) == (f"{URL} is empty.", f"{COOKIE} is empty.")


FILES = [
    ("[snilb]\nx = 1", "snilb"),
    ("[SNLIB]\nx = 1", "SNLIB"),
    (TOML.replace("[snlib]", "[snilb]").replace("[snlib.oidc]", "[snilb.oidc]"), "snilb"),
    (TOML.replace("[snlib]\n", "").replace("[snlib.oidc]", "[oidc]"), "public_url"),
    (TOML + "[access]\nrefuse_guests = true", "access"),
    (TOML + "[snlib.acess]\nrefuse_guests = true", "SNLIB_ACESS"),
    (TOML + '[snlib.access]\nrefuse_guests = "yes please"', "SNLIB_ACCESS_REFUSE_GUESTS"),
    ("", "[snlib]"),
    ("# [snlib]", "[snlib]"),
    ("[snlib]", "[snlib]"),
    ("[snlib", "secrets.toml"),
    (TOML + 'public_url = "twice"\npublic_url = "twice"', "secrets.toml"),
    (TOML.replace("session_idle_minutes = 30", "session_idle_minutes = [30]"), "SNLIB_SESSION_IDLE_MINUTES"),
    (TOML.replace('"https://helpdesk.example.com"', "8501"), "SNLIB_PUBLIC_URL"),
    (TOML.replace('["support.example.com"]', "[1]"), "SNLIB_ALLOWED_INSTANCE_HOSTS"),
    (TOML.replace(f'["k1:{KEY}"]', "[]"), "SNLIB_TOKEN_KEYS"),
    (TOML.replace(f'["k1:{KEY}"]', '[""]'), "SNLIB_TOKEN_KEYS"),
]


@pytest.mark.parametrize(("text", "named"), FILES, ids=[str(number) for number in range(len(FILES))])
def test_a_bad_file_is_refused(text: str, named: str, tmp_path: Path) -> None:
    """A table or a name that is not read is said, whatever else is there; a file without settings is no demo mode."""
    write_toml(tmp_path / "secrets.toml", text)
    said = refusal({}, tmp_path)
    assert named in said[0]
    assert GOOD[COOKIE] not in "".join(said)


@pytest.mark.parametrize("name", ["secret.toml", "Secrets.toml", "secrets.toml.txt", "secrets.tml", "secrets.toml.bak"])
def test_a_file_of_another_name_is_never_demo_mode(name: str, tmp_path: Path) -> None:
    """Beside the file that is read, one that looks like it is named."""
    write_toml(tmp_path / name, TOML)
    assert refusal({}, tmp_path) == (f"{name} is not read: settings belong into secrets.toml.",)


def test_what_is_no_file_is_never_demo_mode(tmp_path: Path) -> None:
    """A folder (a container's mount of a missing file makes one) and a link that leads nowhere are named."""
    (tmp_path / "secrets.toml").mkdir()
    assert refusal({}, tmp_path) == ("secrets.toml is no file.",)
    (tmp_path / "secrets.toml").rmdir()
    (tmp_path / "secrets.toml").symlink_to(tmp_path / "nowhere")
    assert refusal({}, tmp_path) == ("secrets.toml is no file.",)


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX systems")
def test_a_file_others_may_read_is_refused(tmp_path: Path) -> None:
    """Also when only the group may."""
    write_toml(tmp_path / "secrets.toml", TOML, 0o640)
    assert "chmod 600" in refusal({}, tmp_path)[0]


def test_the_example_is_refused(tmp_path: Path) -> None:
    """The example copied as it is: every secret, key and id in it is refused by name."""
    example = Path(__file__).parents[3] / ".streamlit" / "secrets.toml.example"
    write_toml(tmp_path / "secrets.toml", example.read_text(encoding="utf-8"))
    named = {said.split()[0].rstrip(":") for said in refusal({}, tmp_path)}
    assert {KEYS, COOKIE, METADATA, OIDC_ID, OIDC_SECRET, TOKEN_URL, "SNLIB_GRAPH_CLIENT_ID", GRAPH_SECRET} == named


def test_http_is_for_this_machine_only(tmp_path: Path) -> None:
    """A public URL on http://localhost is refused where others could reach the server."""
    (said,) = refusal({**WHOLE, URL: "http://localhost:8501"}, tmp_path, **{"server.address": "0.0.0.0"})
    assert said.startswith(URL)


@pytest.mark.parametrize(
    "make",
    [
        lambda: secrets.token_urlsafe(48),
        lambda: secrets.token_urlsafe(24),
        lambda: secrets.token_hex(32),
        lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
        lambda: str(uuid.uuid4()),
    ],
)
def test_random_secrets_are_accepted(make) -> None:  # type: ignore[no-untyped-def]
    """What any of the usual commands makes passes: at most one in some thousands is taken for a typed text."""
    refused = sum(bool(why_weak(make(), characters=16)) for _ in range(2_000))
    assert refused <= 2
