"""A company's network on loopback: a proxy that alone knows the services, and a private certificate authority."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SERVICENOW, GRAPH, PROVIDER = "acme.service-now.com", "graph.microsoft.com", "idp.example.com"
METADATA = f"https://{PROVIDER}/.well-known/openid-configuration"
DISCOVERY = {
    "issuer": f"https://{PROVIDER}",
    "authorization_endpoint": f"https://{PROVIDER}/authorize",
    "token_endpoint": f"https://{PROVIDER}/token",
    "jwks_uri": f"https://{PROVIDER}/keys",
}


@dataclass
class CompanyNetwork:
    """A proxy, and the one server that it leads to, whatever name is asked for.

    Attributes:
        ca_bundle: The private authority's certificate.
        port: The server's own port on localhost.
        proxy_port: The proxy's.
        answer: What the proxy answers instead of passing on, such as ``403 Forbidden``; "" to pass on.
        user: ``user:password`` that the proxy asks for, "" for none.
        asked: Host and port of every CONNECT.
        headers: Of every request that reached the server.
    """

    ca_bundle: Path
    port: int
    proxy_port: int = 0
    answer: str = ""
    user: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def proxy(self) -> str:
        """The proxy's address, with user and password where it asks for them."""
        return f"http://{self.user}{'@' if self.user else ''}127.0.0.1:{self.proxy_port}"

    def pass_on(self, browser: socket.socket) -> None:
        """Answer one connection to the proxy."""
        with browser, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += browser.recv(4096)
            lines = head.decode("latin-1").split("\r\n")
            self.asked.append(lines[0].split()[1])
            wanted = f"proxy-authorization: basic {base64.b64encode(self.user.encode()).decode()}".lower()
            refusal = self.answer
            if self.user and wanted not in (line.lower() for line in lines):
                refusal = "407 Proxy Authentication Required"
            if refusal:
                browser.sendall(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n".encode())
                return
            with socket.create_connection(("127.0.0.1", self.port)) as server:
                browser.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(server, browser), daemon=True)
                back.start()
                _pump(browser, server)
                back.join(5)


@contextmanager
def company_network(folder: Path) -> Iterator[CompanyNetwork]:
    """Serve the private server and the proxy; ``folder`` keeps the certificates."""
    ca_bundle, leaf = _certificates(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    network = server.network = CompanyNetwork(ca_bundle, server.server_address[1])  # type: ignore[attr-defined]
    with server, socket.create_server(("127.0.0.1", 0)) as listener:
        network.proxy_port = listener.getsockname()[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Thread(target=_accept, args=(listener, network), daemon=True).start()
        yield network
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        network: CompanyNetwork = self.server.network  # type: ignore[attr-defined]
        network.headers.append(dict(self.headers))
        refused = self.path.startswith("/api/now/") and "Authorization" not in self.headers
        answer: Any = DISCOVERY if self.path.startswith("/.well-known") else {"result": []}
        if refused:
            answer = {"error": {"message": "User Not Authenticated", "detail": "Required"}, "status": "failure"}
        body = json.dumps(answer).encode()
        self.send_response(401 if refused else 200)
        for name, value in {"Content-Type": "application/json", "X-Total-Count": "0"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _accept(listener: socket.socket, network: CompanyNetwork) -> None:
    with suppress(OSError):  # closed: the test is over
        while True:
            browser, _ = listener.accept()
            threading.Thread(target=network.pass_on, args=(browser,), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _certificates(folder: Path) -> tuple[Path, Path]:
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Company authority")])
    now = datetime.now(UTC)

    def signed(name: str, public: ec.EllipticCurvePublicKey, *extensions: tuple[x509.ExtensionType, bool]) -> bytes:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(ca_name).public_key(public)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    usage = x509.KeyUsage(*(False,) * 5, True, True, False, False)
    identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    authority = signed(
        "Company authority",
        ca_key.public_key(),
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (usage, True),
        (identifier, False),
    )
    names = x509.SubjectAlternativeName([x509.DNSName(n) for n in (SERVICENOW, GRAPH, PROVIDER, "localhost")])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    leaf = signed(SERVICENOW, key.public_key(), (names, False), (issuer, False))
    unencrypted = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted)
    (folder / "company.pem").write_bytes(authority)
    (folder / "leaf.pem").write_bytes(leaf + private)
    return folder / "company.pem", folder / "leaf.pem"
