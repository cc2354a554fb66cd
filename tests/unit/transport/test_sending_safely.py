"""What the transport refuses to send, and to whom: certificates, other hosts, secrets in errors."""

from __future__ import annotations

import re
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from snlib.errors import RequestRejected, ServiceUnreachable, SignInRequired
from snlib.transport import Answer, Limits, Transport
from tests.unit.transport.getting import SMALL, get
from tests.unit.transport.raw_server import http, saying


@pytest.fixture
def stranger(tmp_path: Path) -> ssl.SSLContext:
    """The TLS identity of a server nobody vouches for."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private_key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(private_key, hashes.SHA256())
    )
    pem = tmp_path / "stranger.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_an_unknown_certificate_stops_the_call(stranger: ssl.SSLContext) -> None:
    """Without a certificate somebody vouches for, nothing is sent."""
    with saying(http(), tls=stranger) as server, pytest.raises(ServiceUnreachable) as caught:
        get(server)
    host = server.origin.removeprefix("https://")
    assert caught.value.kind == "tls"
    expected = f"The secure connection to {host} could not be verified, so nothing was sent. "
    assert caught.value.user_message.startswith(expected)
    assert "SNLIB_CA_BUNDLE" in caught.value.user_message
    assert server.requests == []


def test_a_handshake_that_drips_ends_at_the_deadline() -> None:
    """A server that answers TLS with one byte at a time does not hold the call."""
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        origin = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(ServiceUnreachable, match="timeout"):
            Transport(Limits(connect_seconds=5, deadline_seconds=0.3)).send(
                "GET", f"{origin}/", service="ServiceNow", allowed_origin=origin
            )


ACME = "https://acme.service-now.com"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/api",
        "http://acme.service-now.com/api",
        "https://acme.service-now.com:8443/api",
        "https://acme.service-now.com.evil.example/api",
        "https://acme.service-now.com@evil.example/api",
        "https://user:password@acme.service-now.com/api",
        "https://acme.service-now.com\\@evil.example/api",
        f"{ACME}/api/now/table/../../../sys_user_list.do",
        f"{ACME}/api/now/table/%2e%2e/sys_user_list.do",
        f"{ACME}/api/now/table/%2E./sys_user_list.do",
        f"{ACME}/api/now//table",
        f"{ACME}/api/now/%2ftable",
        f"{ACME}/api/now/./table",
        f"{ACME}/api now",
        f"{ACME}/api\nnow",
        f"{ACME}/api#fragment",
        "https://[::1/api",
        "//acme.service-now.com/api",
        "acme.service-now.com/api",
        "file:///etc/passwd",
        "",
    ],
)
@responses.activate
def test_an_address_elsewhere_is_not_asked(url: str) -> None:
    """Another scheme, host, port or path than meant, however it is spelled, stops before sending."""
    with pytest.raises(RequestRejected, match="HTTP 0"):
        Transport().send("GET", url, service="ServiceNow", allowed_origin=ACME)
    assert len(responses.calls) == 0


@given(tail=st.text(max_size=30) | st.text("./%25eEfF\\;:@?#&", max_size=12))
@settings(max_examples=400, deadline=None)
def test_a_path_never_leaves_its_prefix(tail: str) -> None:
    """Whatever stands at the end of a path, the request stays below the prefix or is not sent."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback("GET", re.compile(".*"), callback=lambda _: (200, {}, b"{}"))
        try:
            Transport().send("GET", f"{ACME}/api/now/table/{tail}", service="ServiceNow", allowed_origin=ACME)
        except RequestRejected:
            assert len(mock.calls) == 0
        else:
            assert str(mock.calls[0].request.url).startswith(f"{ACME}/api/now/table/")
            assert ".." not in str(mock.calls[0].request.url).partition("?")[0].split("/")


def test_a_question_too_long_is_not_sent() -> None:
    """An address above 8192 bytes would be answered 414 by a web page; it is refused before."""
    with saying(http()) as server:
        assert get(server, params={"sysparm_query": "a" * 8000}).status_code == 200
        with pytest.raises(RequestRejected) as caught:
            get(server, params={"sysparm_query": "a" * 8192})
    assert caught.value.user_message == (
        "The question is too long for ServiceNow, so nothing was sent. Fewer filters make it shorter."
    )
    assert len(server.requests) == 1


def test_what_signing_raises_passes_through() -> None:
    """An agent who is not signed in is told so; nothing is sent."""

    class Refusing(requests.auth.AuthBase):
        def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
            raise SignInRequired("Authenticate with ServiceNow.")

    with saying(http()) as server, pytest.raises(SignInRequired):
        get(server, auth=Refusing())
    assert server.requests == []


def test_errors_and_answers_show_no_secret() -> None:
    """Neither the address, nor headers, nor a body stands in an error, its causes or a repr."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(ServiceUnreachable) as caught:
        Transport(SMALL).send(
            "GET",
            f"{origin}/",
            service="ServiceNow",
            allowed_origin=origin,
            params={"token": "sentinel"},
            headers={"Authorization": "Bearer sentinel"},
        )
    assert "sentinel" not in f"{caught.value} {caught.value.user_message}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "sentinel" not in repr(Answer(200, {"X": "sentinel"}, b"sentinel"))


def test_a_form_is_sent() -> None:
    """``data`` goes out as a form."""
    with responses.RequestsMock() as mock:
        mock.post(f"{ACME}/token", match=[responses.matchers.urlencoded_params_matcher({"code": "x"})], body="{}")
        Transport().send("POST", f"{ACME}/token", service="ServiceNow", allowed_origin=ACME, data={"code": "x"})
