"""The control plane: faults, switches, clock, tokens, the log of requests, and reset."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import requests

from snlib.demo.core.faults import KINDS
from snlib.demo.core.instance import OAuthClient

ADMIN = ("admin", "admin")
INCIDENTS = "/api/now/table/incident"


@pytest.fixture
def web():
    """A session without proxies."""
    session = requests.Session()
    session.trust_env = False
    yield session
    session.close()


def order(web, demo, path, **body):
    """Give the control plane an order that makes sense; its answer."""
    answer = web.post(f"{demo.origin}/demo/{path}", json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def list_incidents(web, demo, **options):
    """Ask for a page of four incidents as administrator."""
    params = {"sysparm_limit": "4", "sysparm_fields": "number"}
    return web.get(
        demo.origin + INCIDENTS, params=params, auth=ADMIN, timeout=10, **{"allow_redirects": False, **options}
    )


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "text"),
    [
        ("202", 202, "", ""),
        ("401", 401, "application/json", "User Not Authenticated"),
        ("403", 403, "application/json", "Failed API level ACL Validation"),
        ("404", 404, "application/json", "No Record found"),
        ("429", 429, "application/json", "error"),
        ("429_headers", 429, "application/json", "Rate limit exceeded"),
        ("500_html", 500, "text/html", "Internal Server Error"),
        ("502", 502, "text/html", "Bad Gateway"),
        ("hibernating", 200, "text/html", "Instance Hibernating page"),
        ("redirect", 302, "", ""),
        ("not_json", 200, "application/json", "["),
        ("truncated", 200, "application/json", "Transaction cancelled"),
        ("truncated_malformed", 200, "application/json", "Transaction cancelled"),
    ],
)
def test_a_fault_spoils_one_answer(fresh_demo, web, kind, status, content_type, text):
    """The next answer goes wrong as ordered; the one after it is right again."""
    order(web, fresh_demo, "fault", match=INCIDENTS, kind=kind, count=1)
    spoiled = list_incidents(web, fresh_demo)
    assert spoiled.status_code == status
    assert spoiled.headers.get("content-type", "").startswith(content_type)
    assert text in spoiled.text
    assert len(list_incidents(web, fresh_demo).json()["result"]) == 4


def test_rate_limit_headers_come_with_one_kind_only(fresh_demo, web):
    """429_headers has Retry-After and the three X-RateLimit headers, 429 has none; neither has Remaining."""
    order(web, fresh_demo, "fault", match="/api", kind="429_headers")
    order(web, fresh_demo, "fault", match="/api", kind="429")
    first, second = list_incidents(web, fresh_demo), list_incidents(web, fresh_demo)
    assert 0 < int(first.headers["Retry-After"]) <= 3600
    assert all(name in first.headers for name in ("X-RateLimit-Limit", "X-RateLimit-Reset", "X-RateLimit-Rule"))
    assert not any(name.lower().startswith(("x-ratelimit", "retry-after")) for name in second.headers)
    assert "X-RateLimit-Remaining" not in first.headers


def test_a_truncated_answer_has_rows_beside_its_error(fresh_demo, web):
    """Half of the rows arrive whole next to the error; the malformed kind is no JSON at all."""
    order(web, fresh_demo, "fault", match=INCIDENTS, kind="truncated")
    order(web, fresh_demo, "fault", match=INCIDENTS, kind="truncated_malformed")
    body = list_incidents(web, fresh_demo).json()
    assert len(body["result"]) == 2
    assert body["status"] == "failure"
    with pytest.raises(requests.exceptions.JSONDecodeError):
        list_incidents(web, fresh_demo).json()


def test_a_truncated_large_answer_is_cut_before_it_is_compressed(fresh_demo, web):
    """Also an answer large enough for compression is cut by rows."""
    order(web, fresh_demo, "fault", match=INCIDENTS, kind="truncated")
    body = web.get(fresh_demo.origin + INCIDENTS, auth=ADMIN, timeout=10).json()
    assert len(body["result"]) == 30


def test_a_broken_off_answer_breaks_off(fresh_demo, web):
    """The connection closes in the middle of the promised body."""
    order(web, fresh_demo, "fault", match=INCIDENTS, kind="reset")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        list_incidents(web, fresh_demo)


def test_a_huge_answer_is_huge(fresh_demo, web):
    """An answer of tens of megabytes arrives, for clients to refuse."""
    order(web, fresh_demo, "fault", match=INCIDENTS, kind="huge")
    with list_incidents(web, fresh_demo, stream=True) as answer:
        assert sum(len(part) for part in answer.iter_content(2**20)) > 32 * 2**20


def test_a_slow_answer_is_late_and_right(fresh_demo, web):
    """A held-back answer is the real one."""
    order(web, fresh_demo, "fault", match=INCIDENTS, kind="slow", seconds=0.2)
    answer = list_incidents(web, fresh_demo)
    assert answer.elapsed.total_seconds() >= 0.2
    assert len(answer.json()["result"]) == 4


def test_faults_wait_for_their_turn_and_path(fresh_demo, web):
    """A fault leaves other paths alone, skips as many as ordered, and lasts as often as ordered."""
    order(web, fresh_demo, "fault", match=INCIDENTS, kind="403", count=2, skip=1)
    assert web.get(f"{fresh_demo.origin}/api/now/table/sys_user_group", auth=ADMIN, timeout=10).status_code == 200
    assert [list_incidents(web, fresh_demo).status_code for _ in range(4)] == [200, 403, 403, 200]


def test_faults_can_be_taken_back(fresh_demo, web):
    """After faults/clear nothing goes wrong any more."""
    order(web, fresh_demo, "fault", match="/", kind="502", count=9)
    order(web, fresh_demo, "faults/clear")
    assert list_incidents(web, fresh_demo).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("fault", {"match": "/", "kind": "teapot"}, "unknown kind teapot"),
        ("fault", {"match": "api", "kind": "401"}, "beginning of a path"),
        ("fault", {"match": "/", "kind": "401", "colour": 1}, "unknown: colour"),
        ("switch", {"teapot": True}, "unknown switch teapot"),
        ("switch", {"hibernating": "yes"}, "takes a bool"),
        ("switch", {"no_count_header": "maybe"}, "takes absent or page"),
        ("clock", {"advance_seconds": "x"}, "could not convert"),
        ("tokens/expire", {"user_name": "nobody"}, "no user nobody"),
        ("tokens/revoke", {"type": "id_token"}, "type is access_token"),
        ("reset", {"now": True}, "unknown: now"),
    ],
)
def test_orders_that_make_no_sense_are_refused(demo, web, path, body, sentence):
    """A wrong order is answered 400 and says what is wrong; nothing happens."""
    answer = web.post(f"{demo.origin}/demo/{path}", json=body, timeout=10)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


@pytest.mark.parametrize("body", ["[1]", "{", '"reset"'])
def test_a_body_that_is_no_object_is_refused(demo, web, body):
    """The body of an order is a JSON object."""
    assert web.post(f"{demo.origin}/demo/reset", data=body, timeout=10).status_code == 400


def test_pages_of_other_origins_give_no_orders(demo, web):
    """A web page somewhere cannot reset the demo through a visitor's browser."""
    answer = web.post(f"{demo.origin}/demo/reset", headers={"Origin": "https://example.org"}, timeout=10)
    assert answer.status_code == 403


def test_hibernation_covers_servicenow_and_nothing_else(fresh_demo, web):
    """Every ServiceNow address shows the sleeping page, the token endpoint too; Entra stays awake."""
    order(web, fresh_demo, "switch", hibernating=True)
    for path in (INCIDENTS, "/login.do", "/oauth_token.do"):
        answer = web.get(fresh_demo.origin + path, timeout=10)
        assert (answer.status_code, "Instance Hibernating page" in answer.text) == (200, True), path
    tenant = fresh_demo.instance.tenant_id
    entra = web.get(f"{fresh_demo.origin}/{tenant}/v2.0/.well-known/openid-configuration", timeout=10)
    assert "issuer" in entra.json()


def test_requests_are_logged_without_secrets(fresh_demo, web):
    """The log names method, path, query, user and status; codes, tokens and passwords are left out."""
    list_incidents(web, fresh_demo)
    web.get(f"{fresh_demo.origin}/oauth_token.do", params={"code": "s3cret", "client_secret": "s3cret"}, timeout=10)
    answer = web.get(f"{fresh_demo.origin}/demo/requests", timeout=10)
    first, second = answer.json()["requests"]
    assert (first["method"], first["path"], first["user"], first["status"]) == ("GET", INCIDENTS, "admin", 200)
    assert "sysparm_limit=4" in first["query"]
    assert second["path"] == "/oauth_token.do"
    assert "s3cret" not in answer.text
    assert base64.b64encode(b"admin:admin").decode() not in answer.text


def test_the_log_can_be_emptied(fresh_demo, web):
    """After DELETE the log begins anew; the control plane's own requests are never in it."""
    list_incidents(web, fresh_demo)
    assert web.delete(f"{fresh_demo.origin}/demo/requests", timeout=10).status_code == 204
    assert web.get(f"{fresh_demo.origin}/demo/requests", timeout=10).json() == {"requests": []}


CLIENT = OAuthClient("0123456789abcdef0123456789abcdef", "s", "http://localhost:8501/servicenow/callback")


def sign_in(web, demo):
    """Hugo Lambert's tokens."""
    form = {
        "grant_type": "password",
        "client_id": CLIENT.client_id,
        "client_secret": CLIENT.client_secret,
        "username": "hugo.lambert",
        "password": "demo",
    }
    answer = web.post(f"{demo.origin}/oauth_token.do", data=form, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def read_with(web, demo, token):
    """The status of reading an incident with an access token."""
    headers = {"Authorization": f"Bearer {token}"}
    return web.get(f"{demo.origin}{INCIDENTS}?sysparm_limit=1", headers=headers, timeout=10).status_code


def refresh(web, demo, token):
    """The status of refreshing with a refresh token."""
    form = {"grant_type": "refresh_token", "client_id": CLIENT.client_id, "client_secret": "s", "refresh_token": token}
    return web.post(f"{demo.origin}/oauth_token.do", data=form, timeout=10).status_code


def test_access_tokens_can_be_expired(start_demo, web):
    """An expired access token is refused while the refresh token still works; other users keep theirs."""
    demo = start_demo(client=CLIENT)
    tokens = sign_in(web, demo)
    assert order(web, demo, "tokens/expire", user_name="lena.okafor") == {"expired": 0}
    assert read_with(web, demo, tokens["access_token"]) == 200
    assert order(web, demo, "tokens/expire", user_name="hugo.lambert") == {"expired": 1}
    assert read_with(web, demo, tokens["access_token"]) == 401
    assert refresh(web, demo, tokens["refresh_token"]) == 200


def test_tokens_can_be_revoked(start_demo, web):
    """After a revocation neither token works."""
    demo = start_demo(client=CLIENT)
    tokens = sign_in(web, demo)
    assert order(web, demo, "tokens/revoke") == {"revoked": 2}
    assert read_with(web, demo, tokens["access_token"]) == 401
    assert refresh(web, demo, tokens["refresh_token"]) == 401


def test_the_clock_lets_tokens_run_out(start_demo, web):
    """Fifteen minutes later the access token is over, without anybody having waited."""
    demo = start_demo(client=CLIENT)
    tokens = sign_in(web, demo)
    order(web, demo, "clock", advance_seconds=901)
    assert read_with(web, demo, tokens["access_token"]) == 401


def test_reset_puts_everything_back(start_demo, web):
    """After a reset the data, clock, switches, faults, log and tokens are as at start, the application included."""
    demo = start_demo(client=CLIENT)
    tokens = sign_in(web, demo)
    number = demo.instance.storage.find("incident")[0]
    demo.instance.storage.update("incident", number["sys_id"], {"short_description": "changed"})
    order(web, demo, "switch", page_cap_rows=3)
    order(web, demo, "clock", advance_seconds=10_000)
    order(web, demo, "fault", match="/", kind="502", count=9)
    assert order(web, demo, "reset") == {"reset": True}
    assert demo.instance.storage.find("incident")[0] == number
    assert len(list_incidents(web, demo).json()["result"]) == 4
    assert read_with(web, demo, tokens["access_token"]) == 401
    assert sign_in(web, demo)["token_type"] == "Bearer"


def test_every_kind_of_fault_is_tried_here():
    """A new kind of fault needs a test in this file."""
    tried = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{kind}"' in tried for kind in KINDS)
