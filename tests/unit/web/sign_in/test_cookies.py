"""Our cookies."""

from __future__ import annotations

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from snlib.web.sign_in.cookies import SIGN_IN_SECONDS, Cookies

SECRET = "a-secret-of-32-characters-or-more"


def cookies(public_url="http://localhost:8501", secret=SECRET):
    """Return the cookies of one process."""
    return Cookies(public_url, secret=secret, session_seconds=43200)


def request_with(response):
    """Return the request of a browser that took the answer's cookies."""
    pairs = "; ".join(value.split(";")[0] for name, value in response.headers.items() if name == "set-cookie")
    return Request({"type": "http", "headers": [(b"cookie", pairs.encode())]})


def test_session_cookie_is_out_of_reach_of_scripts():
    """HttpOnly, Lax (the provider's link must bring it back), whole site, as long as the session at most."""
    response = Response()
    cookies().set_session(response, "opaque")
    assert response.headers["set-cookie"] == "sn_session_8501=opaque; HttpOnly; Max-Age=43200; Path=/; SameSite=lax"


def test_https_cookie_has_the_host_prefix():
    """Over https a browser refuses the name from any other host and without Secure."""
    response = Response()
    cookies("https://desk.example.com").set_session(response, "opaque")
    assert response.headers["set-cookie"].startswith("__Host-sn_session=opaque; ")
    assert "; Secure" in response.headers["set-cookie"]


def test_clearing_matches_setting():
    """The cookie that clears has the same name, path and prefix conditions, or a browser would keep the old one."""
    response = Response()
    cookies("https://desk.example.com").clear_session(response)
    header = response.headers["set-cookie"]
    assert header.startswith('__Host-sn_session=""; ')
    assert "Max-Age=0" in header
    assert "Path=/;" in header
    assert "Secure" in header


def test_a_sign_in_is_found_by_its_state_only():
    """What was kept comes back for its own state; another state, another key or no cookie give nothing."""
    response = Response()
    kept = {"state": "s-1", "nonce": "n", "verifier": "v", "next": "/counts"}
    cookies().set_sign_in(response, "s-1", kept)
    request = request_with(response)
    assert cookies().sign_in(request, "s-1") == kept
    assert cookies().sign_in(request, "s-2") is None
    assert cookies(secret="b" * 32).sign_in(request, "s-1") is None
    assert cookies().sign_in(Request({"type": "http", "headers": []}), "s-1") is None


def test_two_sign_ins_do_not_mix():
    """Two tabs that sign in at the same time have a cookie each."""
    response = Response()
    for state in ("s-1", "s-2"):
        cookies().set_sign_in(response, state, {"next": f"/{state}"})
    request = request_with(response)
    assert [cookies().sign_in(request, state)["next"] for state in ("s-1", "s-2")] == ["/s-1", "/s-2"]


@pytest.mark.parametrize(("age", "found"), [(SIGN_IN_SECONDS - 5, True), (SIGN_IN_SECONDS + 5, False)])
def test_a_sign_in_is_good_for_ten_minutes(monkeypatch, age, found):
    """An older one is not found, however intact its signature."""
    import itsdangerous.timed

    response = Response()
    cookies().set_sign_in(response, "s-1", {"state": "s-1"})
    request = request_with(response)
    now = itsdangerous.timed.time.time()
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: now + age)
    assert (cookies().sign_in(request, "s-1") is not None) == found


def test_a_signed_value_that_is_no_mapping_is_refused():
    """Only what this class wrote is believed."""
    response = Response()
    cookies().set_sign_in(response, "s-1", {})
    name = response.headers["set-cookie"].split("=")[0]
    forged = URLSafeTimedSerializer(SECRET, salt="snlib.sign_in").dumps(["a list"])
    request = Request({"type": "http", "headers": [(b"cookie", f"{name}={forged}".encode())]})
    assert cookies().sign_in(request, "s-1") is None
