"""A person found in ServiceNow itself is the caller, without comparing anything."""

from requests.auth import HTTPBasicAuth

from snlib.demo.server import Running
from snlib.incidents.matching import match_record
from snlib.servicenow import TableClient
from snlib.transport import Transport


def table_of(demo: Running) -> TableClient:
    """Return a Table API client of the administrator."""
    return TableClient(demo.origin, Transport(), HTTPBasicAuth("admin", "admin"), sleep=lambda _: None)


def test_the_record_is_the_caller(demo: Running):
    """The user with the key is the one caller, also where another account has the same e-mail."""
    twin = demo.instance.storage.rows(
        "SELECT * FROM sys_user WHERE lower(email) IN (SELECT lower(email) FROM sys_user WHERE email <> '' "
        "GROUP BY lower(email) HAVING COUNT(*) > 1) ORDER BY sys_id LIMIT 1"
    )[0]
    found = match_record(table_of(demo), twin["sys_id"])
    assert (found.kind, found.matched_by) == ("one", "ServiceNow record")
    assert found.caller is not None
    assert (found.caller.sys_id, found.caller.user_name) == (twin["sys_id"], twin["user_name"])


def test_no_record_is_nobody(demo: Running):
    """A key that names nobody, or is none, is nobody: no incident list can come of it."""
    for key in ("0" * 32, "nobody", ""):
        assert match_record(table_of(demo), key).kind == "none"
