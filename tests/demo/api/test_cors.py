"""CORS: which browser requests from another origin get the headers that let a script read the answer."""

from __future__ import annotations

import pytest

from snlib.demo.servicenow.records.cors_rules import domain_fault
from tests.demo.asking import INCIDENTS, STATS, Api, message_of, switched

PORTAL = "https://intune.portal.azure.example"


@pytest.fixture
def rule(admin):
    """Makes CORS rules through the Table API; they are deleted afterwards."""
    made = []

    def make(**values):
        row = admin.create("sys_cors_rule", **{"name": "test", "rest_api": "Table API", "domain": PORTAL, **values})
        made.append(row["sys_id"])
        return row["sys_id"]

    yield make
    for sys_id in made:
        admin.send("DELETE", f"/api/now/table/sys_cors_rule/{sys_id}")


def allowed(api, origin=PORTAL, path=INCIDENTS, method="GET"):
    """What a browser is told about an origin: the header on the answer itself."""
    answer = api.send(method, f"{path}?sysparm_limit=1", headers={"Origin": origin})
    return answer.headers.get("Access-Control-Allow-Origin")


def preflight(api, origin=PORTAL, path=INCIDENTS, method="GET", headers="authorization"):
    """The answer to a preflight, which browsers send without credentials."""
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return without_credentials(api).send("OPTIONS", path, headers=asked)


def without_credentials(api):
    """The same instance, nobody signed in."""
    return Api(api, None)


class TestRules:
    def test_without_a_rule_there_are_no_headers(self, admin):
        """The request is answered, but no script of the other origin may read it."""
        answer = admin.send("GET", f"{INCIDENTS}?sysparm_limit=1", headers={"Origin": PORTAL})
        assert answer.status_code == 200
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert not [name for name in preflight(admin).headers if name.lower().startswith("access-control")]

    def test_active_rule_opens_its_origin_and_method(self, admin, rule):
        """Exact domain, ticked method: the origin is allowed; another origin, scheme, port or method is not."""
        rule(get="true", post="false")
        assert allowed(admin) == PORTAL
        assert preflight(admin).headers["Access-Control-Allow-Methods"] == "GET"
        for other in (PORTAL + ".evil.example", PORTAL.replace("https", "http"), PORTAL + ":444", "null"):
            assert allowed(admin, origin=other) is None
        assert "Access-Control-Allow-Origin" not in preflight(admin, method="POST").headers

    def test_inactive_rule_opens_nothing(self, admin, rule):
        """Switching a rule off takes the headers away."""
        sys_id = rule()
        assert allowed(admin) == PORTAL
        admin.change(sys_id, table="sys_cors_rule", active="false")
        assert allowed(admin) is None

    def test_rule_covers_its_api_only(self, admin, rule):
        """A rule for the Table API says nothing about the Aggregate API."""
        rule()
        assert allowed(admin, path=STATS) is None
        rule(rest_api="Aggregate API")
        assert allowed(admin, path=STATS) == PORTAL

    def test_wildcard_stands_for_leading_labels(self, admin, rule):
        """``https://*.portal.azure.example`` holds every host below it and not the bare domain or a look-alike."""
        rule(domain="https://*.portal.azure.example")
        for host in ("https://a.portal.azure.example", "https://a.b.portal.azure.example"):
            assert allowed(admin, origin=host) == host
        for host in (
            "https://portal.azure.example",
            "https://evilportal.azure.example",
            "http://a.portal.azure.example",
        ):
            assert allowed(admin, origin=host) is None

    def test_exact_domain_beats_wildcard(self, admin, rule):
        """Where both fit, the exact rule decides about the details."""
        rule(domain="https://*.portal.azure.example", exposed_headers="X-Wildcard")
        rule(exposed_headers="Link,X-Total-Count")
        answer = admin.send("GET", f"{INCIDENTS}?sysparm_limit=1", headers={"Origin": PORTAL})
        assert answer.headers["Access-Control-Expose-Headers"] == "Link,X-Total-Count"
        assert answer.headers["Vary"].count("Origin") == 1

    def test_preflight_details(self, admin, rule):
        """Allowed headers, cache time and credentials come from the rule; no credentials are needed to ask."""
        rule(
            max_age="600",
            patch="true",
            access_control_allow_headers="Authorization",
            access_control_allow_credentials="true",
        )
        answer = preflight(admin, method="PATCH")
        assert answer.status_code == 200
        assert {name: value for name, value in answer.headers.items() if name.startswith("access-control")} == {
            "access-control-allow-origin": PORTAL,
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": "GET,PATCH",
            "access-control-allow-headers": "Authorization",
            "access-control-max-age": "600",
        }

    def test_refusals_carry_the_headers_too(self, admin, rule):
        """A script may read a 401, too."""
        rule()
        answer = without_credentials(admin).send("GET", INCIDENTS, headers={"Origin": PORTAL})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, PORTAL)

    def test_own_pages_need_no_rule(self, demo, admin):
        """A request from the instance's own origin is not cross-origin."""
        answer = admin.send("GET", f"{INCIDENTS}?sysparm_limit=1", headers={"Origin": demo.origin})
        assert "Origin" not in answer.headers["Vary"]

    def test_token_endpoint_is_never_covered(self, admin, rule):
        """No rule opens ``/oauth_token.do``."""
        rule(rest_api="Table API", post="true")
        answer = admin.send("POST", "/oauth_token.do", headers={"Origin": PORTAL}, data={"grant_type": "password"})
        assert "Access-Control-Allow-Origin" not in answer.headers


class TestDelay:
    def test_new_and_changed_rules_take_their_time(self, demo, admin, rule):
        """Behind the switch a new rule counts later, and until then a changed one counts as it was."""
        with switched(demo, cors_delay_seconds=1800):
            try:
                sys_id = rule()
                assert allowed(admin) is None
                demo.instance.clock.advance(1801)
                assert allowed(admin) == PORTAL
                admin.change(sys_id, table="sys_cors_rule", active="false")
                assert allowed(admin) == PORTAL
                demo.instance.clock.advance(1801)
                assert allowed(admin) is None
            finally:
                demo.instance.clock.reset()


class TestDomains:
    @pytest.mark.parametrize("domain", ["https://a.example", "http://localhost:8501", "https://*.a.example"])
    def test_usable(self, domain):
        """Scheme, host, perhaps a port, perhaps one leading wildcard."""
        assert domain_fault(domain) == ""

    @pytest.mark.parametrize(
        "domain",
        ["*", "a.example", "https://*", "https://a.*.example", "https://*.*.a", "ftp://a", "", "https://a/path"],
    )
    def test_unusable(self, admin, domain):
        """Anything else is refused, also through the Table API, where a business rule aborts the insert."""
        assert domain_fault(domain)
        answer = admin.send("POST", "/api/now/table/sys_cors_rule", json={"name": "x", "domain": domain})
        assert answer.status_code == 403
        assert "was aborted by Business Rule" in message_of(answer)[1]

    def test_wildcards_exclude_credentials(self):
        """A rule cannot allow credentials for a wildcard."""
        assert domain_fault("https://*.a.example", allow_credentials=True)
        assert not domain_fault("https://a.example", allow_credentials=True)
