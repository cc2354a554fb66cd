"""What may be typed into the connector's fields."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.connector.fields import read_api_path, read_client_id, read_client_secret, read_host

HOSTS = ("*.service-now.com", "support.example.com")
DEMO = "http://127.0.0.1:8600"
INSTANCE = "https://acme.service-now.com"


@pytest.mark.parametrize(
    "text",
    [
        "acme.service-now.com",
        "https://acme.service-now.com",
        "https://acme.service-now.com/",
        "  HTTPS://Acme.Service-Now.com ",
        "acme.service-now.com:443",
        "https://acme.service-now.com//",
        "acme.service-now.com.",
        "HTTPS://ACME.SERVICE-NOW.COM.:443/",
    ],
)
def test_the_ways_to_write_an_instance(text: str):
    """With or without https and slash, in any case, it is the same instance."""
    assert read_host(text, allowed_hosts=HOSTS) == INSTANCE


def test_a_host_listed_by_the_operator():
    """A custom host is allowed when the operator listed it, and only it."""
    assert read_host("support.example.com", allowed_hosts=HOSTS) == "https://support.example.com"
    with pytest.raises(ValueError, match="may not connect to this host"):
        read_host("x.support.example.com", allowed_hosts=HOSTS)


BAD_HOSTS = [
    "",
    "   ",
    "acme",
    "http://acme.service-now.com",
    "ftp://acme.service-now.com",
    "//acme.service-now.com",
    "https:acme.service-now.com",
    "https://user@acme.service-now.com",
    "https://user:pass@acme.service-now.com",
    "https://acme.service-now.com:8443/",
    "https://acme.service-now.com/now",
    "https://acme.service-now.com?x=1",
    "https://acme.service-now.com#x",
    "https://acme.service-now.com\\@evil.test/",
    "https://evil.test\\.service-now.com",
    "https://evil.test/.service-now.com",
    "https://evil.test#.service-now.com",
    "https://evil.test?.service-now.com",
    "https://evil.test@acme.service-now.com",
    "acme.service-now.com.evil.test",
    "evilservice-now.com",
    "service-now.com",
    ".service-now.com",
    "a.b.service-now.com",
    "-acme.service-now.com",
    "acme-.service-now.com",
    "ac_me.service-now.com",
    "ac me.service-now.com",
    "acme\t.service-now.com",
    "acme.service-now.com\nevil.test",
    "acme%2eservice-now.com",
    "xn--acme-9ua.service-now.com",
    "äcme.service-now.com",
    "acme\u3002service-now.com",
    "acme.service-now.com\u2044",
    "acme.\u212aervice-now.com",
    "127.0.0.1",
    "https://127.0.0.1",
    "https://[::1]",
    "169.254.169.254",
    "0x7f.0.0.1",
    "2130706433",
    "localhost",
    DEMO,
    "a" * 64 + ".service-now.com",
    ("a." * 200) + "service-now.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("text", BAD_HOSTS)
def test_a_host_that_cannot_be_used_gets_one_sentence(text: str):
    """Each is refused with one sentence that says what to write."""
    with pytest.raises(ValueError, match=r"\.$") as caught:
        read_host(text, allowed_hosts=HOSTS)
    assert "\n" not in str(caught.value)


@given(text=st.one_of(st.text(), st.from_regex(r"\A[a-z.:/@\\?#%-]{0,20}service-now\.com[a-z.:/@\\?#%-]{0,20}\Z")))
def test_whatever_is_accepted_leads_to_an_allowed_host(text: str):
    """No text passes the check with an address that another parser would read as another host."""
    try:
        url = read_host(text, allowed_hosts=HOSTS)
    except ValueError:
        return
    parts = urlsplit(url)
    assert re.fullmatch(r"https://([a-z0-9-]+\.service-now\.com|support\.example\.com)", url)
    assert (parts.hostname, parts.port, parts.username, parts.path) == (url.removeprefix("https://"), None, None, "")


@pytest.mark.parametrize("text", [DEMO, f"{DEMO}/", "127.0.0.1:8600", f" {DEMO} ", DEMO.upper()])
def test_demo_mode_takes_the_demo_instance(text: str):
    """In demo mode the demo instance's own origin is the host."""
    assert read_host(text, allowed_hosts=HOSTS, demo_origin=DEMO) == DEMO


@pytest.mark.parametrize(
    "text",
    [
        "https://acme.service-now.com",
        "http://127.0.0.1:8601",
        "http://localhost:8600",
        f"{DEMO}/x",
        f"{DEMO}@evil.test",
    ],
)
def test_demo_mode_takes_nothing_else(text: str):
    """In demo mode nothing typed can lead anywhere but to the demo instance, a real one included."""
    with pytest.raises(ValueError, match="only the demo instance"):
        read_host(text, allowed_hosts=HOSTS, demo_origin=DEMO)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/api/now/table/incident", "/api/now/table/incident"),
        ("api/now/table/incident", "/api/now/table/incident"),
        ("api/now/v2/table/incident/", "/api/now/v2/table/incident"),
        (" /api/now/v1/table/u_desk_2 ", "/api/now/v1/table/u_desk_2"),
        ("https://acme.service-now.com/api/now/table/incident", "/api/now/table/incident"),
        ("HTTPS://Acme.Service-Now.com/api/now/table/incident", "/api/now/table/incident"),
        ("https://acme.service-now.com:443/api/now/table/incident", "/api/now/table/incident"),
        ("https://ACME.service-now.com./api/now/table/incident/", "/api/now/table/incident"),
    ],
)
def test_the_ways_to_write_the_api_url(text: str, path: str):
    """With or without slash, version or the instance's own address, it is a path of the Table API."""
    assert read_api_path(text, instance_url=INSTANCE) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "incident",
        "/api/now/table/",
        "/api/now/table/../../sys_user_list.do",
        "/api/now/table/incident/..",
        "/api/now/table/incident/abc",
        "/api/now/v3/table/incident",
        "/api/now/stats/incident",
        "/api/now/table/Incident",
        "/api/now/table/1ncident",
        "/api/now/table/inci dent",
        "/api/now/table/incident?sysparm_limit=1",
        "/api/now/table/incident#x",
        "/api/now/table/incident;x=1",
        "/api/now/table/%2e%2e",
        "/api//now/table/incident",
        "//evil.test/api/now/table/incident",
        "\\\\evil.test/api/now/table/incident",
        "https://evil.test/api/now/table/incident",
        "http://acme.service-now.com/api/now/table/incident",
        "https://acme.service-now.com.evil.test/api/now/table/incident",
        "https://acme.service-now.com@evil.test/api/now/table/incident",
        "https://acme.service-now.com\\@evil.test/api/now/table/incident",
        "/api/now/table/" + "a" * 81,
        "/api/now/table/incid\u0435nt",
    ],
)
def test_an_api_url_that_cannot_be_used_gets_one_sentence(text: str):
    """Two dots, another host, another API, a query: each is refused with one sentence."""
    with pytest.raises(ValueError, match=r"\.$"):
        read_api_path(text, instance_url=INSTANCE)


def test_a_full_api_url_needs_a_good_host():
    """While the host itself is faulty, a full URL is not taken for one of its own."""
    with pytest.raises(ValueError, match="same host"):
        read_api_path("https://acme.service-now.com/api/now/table/incident", instance_url="")


@given(text=st.text())
def test_whatever_path_is_accepted_stays_in_the_table_api(text: str):
    """No text leads outside the Table API."""
    try:
        path = read_api_path(text, instance_url=INSTANCE)
    except ValueError:
        return
    assert re.fullmatch(r"/api/now/(v[12]/)?table/[a-z][a-z0-9_]*", path)


@pytest.mark.parametrize("text", ["0123456789abcdef0123456789abcdef", " 0123456789abcdef ", "my-app_id"])
def test_good_client_ids(text: str):
    """ServiceNow's 32 characters, or a custom id; blanks around it are ignored."""
    assert read_client_id(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter the client ID that ServiceNow generated for the OAuth application."),
        ("0123 4567", "A client ID has no spaces. Copy it again from ServiceNow's Application Registry."),
        ("short", "A client ID is 8 to 128 letters, digits, - and _. Copy it again from ServiceNow."),
        ("a" * 129, "A client ID is 8 to 128 letters, digits, - and _. Copy it again from ServiceNow."),
        ("0123456789&scope=x", "A client ID is 8 to 128 letters, digits, - and _. Copy it again from ServiceNow."),
        ("０１２３４５６７８", "A client ID is 8 to 128 letters, digits, - and _. Copy it again from ServiceNow."),
    ],
)
def test_bad_client_ids(text: str, sentence: str):
    """Each is refused with its own sentence."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_client_id(text)


@pytest.mark.parametrize("text", [None, ""])
def test_a_blank_secret_keeps_the_saved_one(text: str | None):
    """Nothing typed means nothing changes."""
    assert read_client_secret(text) is None


@pytest.mark.parametrize("text", ["hunter2 x", " hunter2", "hunter2\n", "hunter2\x00", "hunter2" * 100])
def test_a_secret_that_was_copied_wrong(text: str):
    """Blanks and line breaks are refused without showing the secret; anything printable is taken."""
    with pytest.raises(ValueError, match="client secret has") as caught:
        read_client_secret(text)
    assert "hunter2" not in str(caught.value)
    assert read_client_secret("!5?x{Q%}&=é") == "!5?x{Q%}&=é"
