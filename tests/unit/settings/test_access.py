"""Reading who may do what from the environment and the file."""

from pathlib import Path

import pytest

from snlib.errors import ConfigurationError
from snlib.permissions import ROLES, Permission
from snlib.settings import AccessPolicy, load_access

TOML = """
[snlib.access]
claim = "groups"
refuse_guests = true

[snlib.access.app_roles]
L1 = "Helpdesk.Agent"
L2 = ["Helpdesk.Lead", "audit.view"]

[snlib.access.claim_roles]
"cn=helpdesk,ou=groups" = "L1"
"""


def test_nothing_configured():
    """Without a setting the defaults hold, also without a file."""
    assert load_access({}, Path("missing.toml")) == AccessPolicy()


def test_from_the_environment():
    """Every access setting can be given in the environment; the rest of the configuration need not be there."""
    found = load_access(
        {
            "SNLIB_ACCESS_APP_ROLES": "L1=Helpdesk.Agent, L2 = Helpdesk.Lead + audit.view",
            "SNLIB_ACCESS_GLOBAL_ADMINISTRATOR": "off",
            "SNLIB_ACCESS_INTUNE_PERMISSIONS": "true",
            "SNLIB_ACCESS_CLAIM": "groups",
            "SNLIB_ACCESS_CLAIM_ROLES": '{"cn=a,ou=b": "L1", "x=y": ["L1", "L2"]}',
            "SNLIB_PUBLIC_URL": "not an address",
        }
    )
    assert found.app_roles == {"L1": ROLES["Helpdesk.Agent"], "L2": ROLES["Helpdesk.Lead"] | {Permission.AUDIT_VIEW}}
    assert found.claim_roles == {"cn=a,ou=b": {"L1"}, "x=y": {"L1", "L2"}}
    assert (found.global_administrator, found.intune_permissions, found.refuse_guests) == (False, True, False)


def test_from_the_file(tmp_path: Path):
    """Tables of the file are read, and the environment wins over them."""
    path = tmp_path / "secrets.toml"
    path.write_text(TOML, encoding="utf-8")
    path.chmod(0o600)
    found = load_access({"SNLIB_ACCESS_REFUSE_GUESTS": "false"}, path)
    assert found.app_roles == {"L1": ROLES["Helpdesk.Agent"], "L2": ROLES["Helpdesk.Lead"] | {Permission.AUDIT_VIEW}}
    assert found.claim_roles == {"cn=helpdesk,ou=groups": {"L1"}}
    assert not found.refuse_guests


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        (
            {"SNLIB_ACCESS_APP_ROLES": "L1=sentinel"},
            "SNLIB_ACCESS_APP_ROLES: may only grant the roles Helpdesk.Agent, ",
        ),
        ({"SNLIB_ACCESS_APP_ROLES": "sentinel"}, "SNLIB_ACCESS_APP_ROLES: must be written NAME=ROLE"),
        ({"SNLIB_ACCESS_APP_ROLES": "sentinel="}, "SNLIB_ACCESS_APP_ROLES: must be written NAME=ROLE"),
        ({"SNLIB_ACCESS_APP_ROLES": "L1=Auditor,L1=Auditor"}, "SNLIB_ACCESS_APP_ROLES: names one thing twice"),
        ({"SNLIB_ACCESS_APP_ROLES": "{sentinel"}, "SNLIB_ACCESS_APP_ROLES: starts with { but is not valid JSON"),
        ({"SNLIB_ACCESS_APP_ROLES": '{"sentinel": 7}'}, "SNLIB_ACCESS_APP_ROLES: must be written NAME=ROLE"),
        ({"SNLIB_ACCESS_CLAIM": "sentinel"}, "SNLIB_ACCESS_CLAIM and SNLIB_ACCESS_CLAIM_ROLES belong together"),
        (
            {"SNLIB_ACCESS_CLAIM_ROLES": "sentinel=Auditor"},
            "SNLIB_ACCESS_CLAIM and SNLIB_ACCESS_CLAIM_ROLES belong together",
        ),
        (
            {"SNLIB_ACCESS_CLAIM": "groups", "SNLIB_ACCESS_CLAIM_ROLES": "x=sentinel"},
            "SNLIB_ACCESS_CLAIM_ROLES may only give the app roles Helpdesk.Agent, ",
        ),
        ({"SNLIB_ACCESS_REFUSE_GUESTS": "sentinel"}, "SNLIB_ACCESS_REFUSE_GUESTS: "),
        ({"SNLIB_ACCESS_SENTINEL": "sentinel"}, "SNLIB_ACCESS_SENTINEL is not a setting; see docs/settings.md."),
    ],
)
def test_faults_name_the_setting_and_not_its_value(environ: dict[str, str], problem: str):
    """A fault is one sentence with the setting's name; what was written there is not repeated."""
    with pytest.raises(ConfigurationError) as caught:
        load_access(environ)
    (only,) = caught.value.problems
    assert problem in only
    assert "sentinel" not in only


def test_roles_of_the_claim_are_checked_against_configured_ones():
    """A claim may only give app roles that there are: with own app roles, those."""
    with pytest.raises(ConfigurationError, match="may only give the app roles L1"):
        load_access(
            {
                "SNLIB_ACCESS_APP_ROLES": "L1=Auditor",
                "SNLIB_ACCESS_CLAIM": "groups",
                "SNLIB_ACCESS_CLAIM_ROLES": "x=Auditor",
            }
        )
