"""PySNC and pysnow, two clients made for real instances, work against the demo instance as they are.

Both speak https only (PySNC refuses any other address, both take their tokens with oauthlib, which wants TLS). The demo
instance therefore gets a TLS front here: the same application behind a certificate made for this test, which both are
told to trust by requests' own ``REQUESTS_CA_BUNDLE``. Nothing of theirs is patched.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from snlib.demo.app import create_app
from snlib.demo.core.instance import OAuthClient
from snlib.demo.server import Running

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pysnow 0.7 was written for older Pythons; only its import may warn
    import pysnow
from pysnc import GlideRecord, ServiceNowClient, ServiceNowPasswordGrantFlow

CLIENT_ID, CLIENT_SECRET = "c" * 32, "contract-secret"
AGENT, ADMIN = ("hugo.lambert", "demo"), ("admin", "admin")
QUERY = "state=7^ORDERBYnumber"
CLOSED = "SELECT number FROM incident WHERE state = '7'"


def certificate(folder: Path) -> Path:
    """Write a key and a certificate for the loopback address into one file, good for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "demo instance")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "demo.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def instance(start_module_demo: Callable[..., Running]) -> Running:
    """A demo instance with a registered OAuth application."""
    client = OAuthClient(CLIENT_ID, CLIENT_SECRET, "http://localhost:8501/servicenow/callback")
    return start_module_demo(incidents=300, client=client)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate file to trust."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make requests trust the certificate."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))


@pytest.fixture(scope="module")
def host(instance: Running, pem: Path) -> Iterator[str]:
    """Host and port at which the same instance answers by https."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(instance.instance),
        log_level="critical",
        lifespan="off",
        server_header=False,
        ws="none",
        ssl_certfile=pem,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def closed(instance: Running) -> list[str]:
    """The numbers of all closed incidents, by the database."""
    return [row["number"] for row in instance.instance.storage.rows(f"{CLOSED} ORDER BY number")]


@pytest.fixture
def readable(instance: Running) -> list[str]:
    """The numbers of the closed incidents that an agent may read, by the database."""
    hidden = "SELECT sys_id FROM sys_user_group WHERE name = 'Security Incident Response'"
    rows = instance.instance.storage.rows(f"{CLOSED} AND assignment_group NOT IN ({hidden}) ORDER BY number")
    return [row["number"] for row in rows]


@pytest.fixture(params=["basic", "password grant"])
def connect(request: pytest.FixtureRequest, host: str, trusted: None) -> Iterator[Callable[..., ServiceNowClient]]:
    """Makes PySNC clients, signed in either way."""
    clients = []

    def make(name: str, password: str) -> ServiceNowClient:
        basic = request.param == "basic"
        auth = (name, password) if basic else ServiceNowPasswordGrantFlow(name, password, CLIENT_ID, CLIENT_SECRET)
        clients.append(ServiceNowClient(f"https://{host}", auth, auto_retry=False))
        return clients[-1]

    yield make
    for client in clients:
        client.session.close()


@pytest.fixture(params=["basic", "password grant"])
def incidents(request: pytest.FixtureRequest, host: str, trusted: None) -> Iterator[pysnow.Resource]:
    """The resource of pysnow for incidents, signed in either way."""
    if request.param == "basic":
        client = pysnow.Client(host=host, user=AGENT[0], password=AGENT[1])
    else:
        client = pysnow.OAuthClient(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, host=host)
        client.set_token(client.generate_token(*AGENT))
    yield client.resource(api_path="/table/incident")
    client.session.close()


def closed_incidents(client: ServiceNowClient) -> GlideRecord:
    """A query of PySNC's over several pages."""
    record = client.GlideRecord("incident", batch_size=20)
    record.add_query("state", "7")
    record.order_by("number")
    record.query()
    return record


class TestPySnc:
    def test_pages_and_counts(self, connect, closed):
        """It walks all pages, filters, and takes the count header for its length."""
        record = closed_incidents(connect(*ADMIN))
        assert len(record) == len(closed)
        assert [row.get_value("number") for row in record] == closed

    def test_it_falls_into_the_third_trap(self, connect, closed, readable):
        """With hidden rows it steps by rows seen, so it repeats some: the demo shows what real instances do to it."""
        record = closed_incidents(connect(*AGENT))
        assert len(record) == len(closed) > len(readable)
        seen = [row.get_value("number") for row in record]
        assert set(seen) == set(readable)
        assert len(seen) > len(readable)

    def test_filters_and_reads_display_values(self, connect, instance, readable):
        """An encoded query and a dot-walked field give the value and the display value of the right record."""
        record = connect(*AGENT).GlideRecord("incident")
        record.fields = ["number", "state", "caller_id", "caller_id.user_name"]
        record.add_encoded_query(f"number={readable[0]}")
        record.query()
        assert record.next()
        row = instance.instance.storage.find("incident", number=readable[0])[0]
        caller = instance.instance.storage.get("sys_user", row["caller_id"])
        assert record.get_display_value("state") == "Closed"
        assert record.get_display_value("caller_id") == caller["name"]
        assert record.get_value("caller_id.user_name") == caller["user_name"]
        assert not record.next()

    def test_one_record(self, connect, instance, readable):
        """``get`` by sys_id finds the record and says so when there is none."""
        row = instance.instance.storage.find("incident", number=readable[-1])[0]
        client = connect(*AGENT)
        record = client.GlideRecord("incident")
        assert record.get(row["sys_id"])
        assert record.number == readable[-1]
        assert not client.GlideRecord("incident").get("0" * 32)


class TestPysnow:
    def test_lists_and_filters(self, incidents, readable):
        """A query finds what the agent may read."""
        rows = incidents.get(query=QUERY, fields=["number"]).all()
        assert [row["number"] for row in rows] == readable

    def test_query_builder(self, incidents, readable):
        """Its query builder's text means the same."""
        query = pysnow.QueryBuilder().field("state").equals("7").AND().field("number").order_ascending()
        assert [row["number"] for row in incidents.get(query=query, fields=["number"]).all()] == readable

    def test_pages(self, incidents, readable, closed):
        """Stepping by limit and offset up to the count finds every row once."""
        seen = []
        for offset in range(0, len(closed), 20):
            seen += incidents.get(query=QUERY, limit=20, offset=offset, fields=["number"]).all()
        assert [row["number"] for row in seen] == readable

    def test_counts(self, incidents, closed):
        """The count header is there for it to read."""
        assert incidents.get(query=QUERY, limit=1).headers["X-Total-Count"] == str(len(closed))

    def test_one(self, incidents, readable):
        """``one`` finds a record by its number."""
        assert incidents.get(query={"number": readable[0]}).one()["number"] == readable[0]
