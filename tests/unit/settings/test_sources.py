"""Reading the settings from the environment and a TOML file."""

import base64
import hashlib
import os
from pathlib import Path

import pytest

from snlib.errors import ConfigurationError
from snlib.settings import Settings, load
from snlib.vault import Vault

# The same in every process: it stands in the names of the cases.
KEY = base64.urlsafe_b64encode(hashlib.sha256(b"a key of these tests").digest()).decode("ascii")
TENANT = "0f8fad5b-d9cb-469f-a165-70867728950e"
GOOD = {
    "SNLIB_PUBLIC_URL": "https://helpdesk.example.com/",
    "SNLIB_TOKEN_KEYS": f"k2:{KEY}, k1:{Vault.generate_key()}",
    "SNLIB_COOKIE_SECRET": "KmvR2x0tqTn4bYw8LQeHc71sUdJfZpGa5oViX3Ny",
    "SNLIB_OIDC_METADATA_URL": f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration",
    "SNLIB_OIDC_CLIENT_ID": "app-id",
    "SNLIB_OIDC_CLIENT_SECRET": "sentinel-Vu8Q~t4mZkWq1xYb",
}
GRAPH = {
    "SNLIB_GRAPH_TOKEN_URL": f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
    "SNLIB_GRAPH_CLIENT_ID": "graph-id",
    "SNLIB_GRAPH_CLIENT_SECRET": "sentinel-9gTnXc3hRwPzK6dE",
}


def read(**changes: str) -> Settings:
    """Return the good configuration with changes."""
    settings = load({**GOOD, **changes})
    assert settings is not None
    return settings


def problems(environ: dict[str, str], toml: Path | None = None) -> tuple[str, ...]:
    """Return the faults of a configuration."""
    with pytest.raises(ConfigurationError) as caught:
        load(environ, toml)
    return caught.value.problems


@pytest.mark.parametrize("environ", [{}, {"PATH": "/bin"}, {"SNLIB_DEMO_ARGUMENTS": "--seed 8"}])
def test_nothing_configured_is_none(environ: dict[str, str], tmp_path: Path):
    """Without any setting of ours there is no configuration, which is what opens demo mode."""
    assert load(environ, tmp_path / "missing.toml") is None


def test_a_good_configuration():
    """Names of the environment become the settings, with defaults for the rest."""
    settings = read()
    assert settings.mode == "production"
    assert settings.public_url == "https://helpdesk.example.com"
    assert [key_id for key_id, _ in settings.vault_keys()] == ["k2", "k1"]
    assert settings.allowed_instance_hosts == ("*.service-now.com",)
    assert (settings.session_absolute_hours, settings.session_idle_minutes) == (12, 60)
    assert settings.database_url.get_secret_value() == "sqlite:///snlib.sqlite3"
    assert settings.graph is None
    assert settings.demo_origin == ""


def test_the_key_ring_fits_the_vault():
    """What the settings give opens what it sealed."""
    vault = Vault(read().vault_keys())
    assert vault.open("p", "o", vault.seal("p", "o", "secret")) == "secret"


def test_graph_is_configured_whole_or_not_at_all():
    """With all its settings Graph is there; with one of them the others are named as missing."""
    graph = read(**GRAPH).graph
    assert graph is not None
    assert graph.base_url == "https://graph.microsoft.com/v1.0"
    assert problems({**GOOD, "SNLIB_GRAPH_CLIENT_ID": "x"}) == (
        "SNLIB_GRAPH_TOKEN_URL is missing.",
        "SNLIB_GRAPH_CLIENT_SECRET is missing.",
    )


def test_every_fault_is_told_at_once():
    """An operator sees all that is missing or wrong in one go, by the name he has to mend."""
    found = problems({"SNLIB_PUBLIC_ULR": "https://x.example.com", "SNLIB_TOKEN_KEYS": "k:short"})
    names = [problem.split()[0].rstrip(":") for problem in found]
    assert names == [
        "SNLIB_PUBLIC_ULR",
        "SNLIB_PUBLIC_URL",
        "SNLIB_TOKEN_KEYS",
        "SNLIB_COOKIE_SECRET",
        "SNLIB_OIDC_METADATA_URL",
        "SNLIB_OIDC_CLIENT_ID",
        "SNLIB_OIDC_CLIENT_SECRET",
    ]


@pytest.mark.parametrize("name", GOOD)
def test_no_fault_repeats_a_value(name: str):
    """Whatever is put into any setting by mistake, the fault does not show it."""
    sentinel = "hunter2 \\ sentinel"
    environ = {**GOOD, name: sentinel, "SNLIB_SESSION_IDLE_MINUTES": "sentinel"}
    assert "sentinel" not in "".join(problems(environ)).lower()


def test_secrets_are_not_in_the_repr():
    """A printed configuration shows no secret."""
    shown = repr(read(**GRAPH, SNLIB_DATABASE_URL="postgresql://u:database-sentinel@h/n"))
    assert "sentinel" not in shown
    assert KEY not in shown
    assert GOOD["SNLIB_COOKIE_SECRET"] not in shown


def test_insecure_transport_is_refused():
    """The switch that lets OAuth run unencrypted stops the start."""
    found = problems({**GOOD, "OAUTHLIB_INSECURE_TRANSPORT": "1"})
    assert found == ("OAUTHLIB_INSECURE_TRANSPORT must not be set: it would allow sign-in without encryption.",)


def test_a_secret_used_twice_is_refused():
    """The cookie secret cannot be an encryption key at the same time."""
    (found,) = problems({**GOOD, "SNLIB_COOKIE_SECRET": KEY})
    assert found == "SNLIB_COOKIE_SECRET must not be the same secret as SNLIB_TOKEN_KEYS."
    (found,) = problems({**GOOD, "SNLIB_OIDC_CLIENT_SECRET": GOOD["SNLIB_COOKIE_SECRET"]})
    assert found == "SNLIB_OIDC_CLIENT_SECRET must not be the same secret as SNLIB_COOKIE_SECRET."


def test_one_application_has_one_secret():
    """Sign-in and Graph may be one registered application, with one secret; two applications never share one."""
    shared = {"SNLIB_GRAPH_CLIENT_SECRET": GOOD["SNLIB_OIDC_CLIENT_SECRET"]}
    assert read(**{**GRAPH, **shared, "SNLIB_GRAPH_CLIENT_ID": GOOD["SNLIB_OIDC_CLIENT_ID"]}).graph
    (found,) = problems({**GOOD, **GRAPH, **shared})
    assert found == "SNLIB_GRAPH_CLIENT_SECRET must not be the same secret as SNLIB_OIDC_CLIENT_SECRET."


def write_toml(path: Path, text: str, mode: int = 0o600) -> Path:
    """Write a file that only its owner can read."""
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


TOML = f"""
[snlib]
public_url = "https://helpdesk.example.com"
token_keys = ["k1:{KEY}"]
cookie_secret = "{GOOD["SNLIB_COOKIE_SECRET"]}"
allowed_instance_hosts = ["support.example.com"]
session_idle_minutes = 30
[snlib.oidc]
metadata_url = "https://idp.example.com/.well-known/openid-configuration"
client_id = "from-toml"
client_secret = "{GOOD["SNLIB_OIDC_CLIENT_SECRET"]}"
"""


def test_the_file_alone_is_enough(tmp_path: Path):
    """All settings can come from the file."""
    settings = load({}, write_toml(tmp_path / "secrets.toml", TOML))
    assert settings is not None
    assert settings.allowed_instance_hosts == ("support.example.com",)
    assert settings.session_idle_minutes == 30


def test_the_environment_wins_over_the_file(tmp_path: Path):
    """A variable replaces the file's value, inside a table too, and leaves its neighbours."""
    settings = load({"SNLIB_OIDC_CLIENT_ID": "from-env"}, write_toml(tmp_path / "secrets.toml", TOML))
    assert settings is not None
    assert settings.oidc.client_id == "from-env"
    assert settings.oidc.client_secret.get_secret_value() == GOOD["SNLIB_OIDC_CLIENT_SECRET"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[snlib\nsentinel", "secrets.toml is not valid TOML."),
        ('snlib = "sentinel"', "secrets.toml: snlib must be a table: [snlib]."),
        (TOML + '[snlib.oops]\nx = "sentinel"', "SNLIB_OOPS is not a setting; see docs/settings.md."),
        (
            TOML.replace("[snlib]\n", '[snlib]\nmode = "demo"\n'),
            "secrets.toml: mode is not a setting; see docs/settings.md.",
        ),
    ],
)
def test_a_faulty_file_is_told_without_its_text(tmp_path: Path, text: str, problem: str):
    """What is wrong with the file is said by name; its text may hold secrets."""
    found = problems({}, write_toml(tmp_path / "secrets.toml", text))
    assert problem in found
    assert "sentinel" not in "".join(found)


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX systems")
def test_a_file_that_others_can_read_is_refused(tmp_path: Path):
    """A file with our secrets must be its owner's only."""
    found = problems({}, write_toml(tmp_path / "secrets.toml", TOML, 0o644))
    assert found == ("secrets.toml can be read by other users of this machine: run chmod 600 on it.",)


@pytest.mark.parametrize("graph", [{}, {**GRAPH, "SNLIB_GRAPH_ACCESS": "application"}])
def test_intune_permissions_are_never_the_applications(graph: dict[str, str]):
    """Intune permissions are refused as a setting where Graph is not asked with each agent's own token."""
    (problem,) = problems({**GOOD, **graph, "SNLIB_ACCESS_INTUNE_PERMISSIONS": "on"})
    assert problem == "SNLIB_ACCESS_INTUNE_PERMISSIONS needs SNLIB_GRAPH_ACCESS to be delegated."
    assert read(**GRAPH, SNLIB_ACCESS_INTUNE_PERMISSIONS="on").access.intune_permissions
