"""Production, demo mode, or not at all."""

from __future__ import annotations

import itertools

import pytest

from snlib.errors import ConfigurationError
from snlib.web.startup import decide

OURS = {"X-Sn-Session": "session", "X-Sn-Agent": "agent"}
OPTIONS = {
    "server.address": "127.0.0.1",
    "server.port": 8501,
    "server.baseUrlPath": "",
    "server.sslCertFile": None,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.xsrfCookieSameSite": "lax",
    "server.trustedUserHeaders": OURS,
    "client.showErrorDetails": "none",
    "client.allowedOrigins": [],
    "browser.gatherUsageStats": False,
    "logger.enableRich": False,
    "global.developmentMode": False,
}
PRODUCTION = {
    "SNLIB_PUBLIC_URL": "https://desk.example.com",
    "SNLIB_TOKEN_KEYS": "k1:q8mfZ0p1TjVxvXK7tYk2yJ3lqk5m2m0l2Xz8c9a7b1E=",
    "SNLIB_COOKIE_SECRET": "KmvR2x0tqTn4bYw8LQeHc71sUdJfZpGa5oViX3Ny",
    "SNLIB_OIDC_METADATA_URL": "https://login.microsoftonline.com/5e9d7a30-8c41-4f0b-9d52-7be0c4a1d001/v2.0/"
    ".well-known/openid-configuration",
    "SNLIB_OIDC_CLIENT_ID": "5f1c0de0-0000-4000-8000-00000000d351",
    "SNLIB_OIDC_CLIENT_SECRET": "Vu8Q~t4mZkWq1xYbR7cEoLhDs2NfGpJa",
}


def plan(tmp_path, environ=None, **options):
    """Decide with these options instead of the good ones."""
    values = {**OPTIONS, **{name.replace("__", "."): value for name, value in options.items()}}
    return decide(values.__getitem__, environ or {}, tmp_path / "secrets.toml")


def refusal(tmp_path, environ=None, **options):
    """Return the sentences of a refusal."""
    with pytest.raises(ConfigurationError) as error:
        plan(tmp_path, environ, **options)
    return error.value.problems


def test_nothing_configured_on_loopback_is_demo_mode(tmp_path):
    """No configuration and loopback only: demo mode, under localhost and the port that was asked for."""
    found = plan(tmp_path, server__port=8571)
    assert found.settings is None
    assert found.public_url == "http://localhost:8571"


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.20", "desk.example.com"])
def test_demo_mode_never_listens_to_others(tmp_path, address):
    """With no configuration, any address others could reach is refused in one sentence."""
    problems = refusal(tmp_path, server__address=address)
    assert len(problems) == 1
    assert "demo mode only runs where nobody else can reach it" in problems[0]


def test_a_configuration_is_production(tmp_path):
    """With a whole configuration the process runs in production, on any address."""
    found = plan(tmp_path, PRODUCTION, server__address="0.0.0.0")
    assert found.settings.mode == "production"
    assert found.public_url == "https://desk.example.com"


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_half_a_configuration_is_not_demo_mode(tmp_path, name):
    """One setting missing refuses to start; one setting alone does too. Neither falls back to demo mode."""
    for environ in ({k: v for k, v in PRODUCTION.items() if k != name}, {name: PRODUCTION[name]}):
        assert refusal(tmp_path, environ)


@pytest.mark.parametrize(
    "value", [{}, None, {**OURS, "X-Forwarded-User": "session2"}, {"X-Forwarded-User": "session"}, '{"X-A": "agent"}']
)
def test_other_trusted_headers_are_refused_in_any_mode(tmp_path, value):
    """A header that a browser can send is never taken for an identity."""
    for environ in ({}, PRODUCTION):
        assert any("trustedUserHeaders" in p for p in refusal(tmp_path, environ, server__trustedUserHeaders=value))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("server.enableCORS", False),
        ("server.enableXsrfProtection", False),
        ("server.enableAgentApi", True),
        ("server.baseUrlPath", "helpdesk"),
        ("logger.enableRich", True),
        ("global.developmentMode", True),
        ("server.xsrfCookieSameSite", "none"),
        ("server.enableStaticServing", True),
        ("client.showErrorDetails", "full"),
        ("client.allowedOrigins", ["https://*.streamlit.app"]),
        ("browser.gatherUsageStats", True),
    ],
)
def test_production_refuses_an_unsafe_option(tmp_path, option, value):
    """Each option that would open a hole is named with the value it must have."""
    problems = refusal(tmp_path, PRODUCTION, **{option.replace(".", "__"): value})
    assert len(problems) == 1
    assert problems[0].startswith(f"The Streamlit option {option} must be ")


def test_faults_are_told_all_at_once(tmp_path):
    """Two wrong options are two sentences in one refusal."""
    problems = refusal(tmp_path, PRODUCTION, server__enableCORS=False, server__enableXsrfProtection=False)
    assert len(problems) == 2


def test_of_all_combinations_only_one_is_demo_mode(tmp_path):
    """Configured or not, loopback or not, identity headers ours or not: exactly one combination starts demo mode."""
    demo = []
    for configured, loopback, ours in itertools.product([True, False], repeat=3):
        try:
            found = plan(
                tmp_path,
                PRODUCTION if configured else {},
                server__address="127.0.0.1" if loopback else "0.0.0.0",
                server__trustedUserHeaders=OURS if ours else {},
            )
        except ConfigurationError:
            continue
        if found.settings is None:
            demo.append((configured, loopback, ours))
    assert demo == [(False, True, True)]


def test_arguments_for_the_demo_instance_are_passed_on(tmp_path):
    """SNLIB_DEMO_ARGUMENTS alone is no configuration; it reaches the demo instance."""
    assert plan(tmp_path, {"SNLIB_DEMO_ARGUMENTS": "--incidents 0"}).demo_arguments == "--incidents 0"


def test_production_is_never_moved_to_another_port(tmp_path):
    """Where the usual port is taken, Streamlit goes on to the next: fine in demo mode, lost behind a proxy."""
    (problem,) = _refused(tmp_path, PRODUCTION, port_was_taken=True)
    assert "--server.port" in problem
    assert decide(OPTIONS.__getitem__, {}, tmp_path / "secrets.toml", port_was_taken=True).demo


def _refused(tmp_path, environ, **more):
    with pytest.raises(ConfigurationError) as error:
        decide(OPTIONS.__getitem__, environ, tmp_path / "secrets.toml", **more)
    return error.value.problems
