"""The Table API over HTTP: lists, pages, headers, negotiation, refusals."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
import requests

from tests.demo.asking import ADMIN, INCIDENTS, MEMBER, TIMEOUT_SECONDS, Api, message_of, switched

HIDDEN_TEXT = ("No Record found", "Record doesn't exist or ACL restricts the record retrieval")


def links(answer: requests.Response) -> dict[str, dict[str, str]]:
    """The Link header's relations, each with its URL's parameters."""
    found = re.findall(r'<([^>]*)>;rel="(\w+)"', answer.headers.get("Link", ""))
    return {name: {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()} for url, name in found}


class TestVersions:
    def test_link_values_keep_the_version(self, admin):
        """References link into the API version of the request."""
        for version in ("", "v1/", "v2/"):
            path = f"/api/now/{version}table/incident?sysparm_limit=1&sysparm_fields=caller_id"
            link = admin.send("GET", f"{path}&sysparm_query=caller_idISNOTEMPTY").json()["result"][0]["caller_id"][
                "link"
            ]
            assert link.startswith(f"{admin.origin}/api/now/{version}table/sys_user/")

    def test_empty_list_is_404_in_v1_only(self, admin):
        """No row: v1 says 404, v2 and the unversioned path an empty list."""
        query = "?sysparm_query=state=99999"
        assert admin.send("GET", f"/api/now/v1/table/incident{query}").status_code == 404
        for path in ("/api/now/v2/table/incident", INCIDENTS):
            answer = admin.send("GET", path + query)
            assert (answer.status_code, answer.json()) == (200, {"result": []})


class TestPages:
    def test_link_format_is_as_captured(self, admin):
        """Relations first, prev, next, last, no blanks, the caller's encoding kept, limit and offset last."""
        query = "sysparm_query=active%3Dtrue%5EORDERBYnumber"
        path = f"{INCIDENTS}?sysparm_offset=4&{query}&sysparm_limit=2&sysparm_fields=number"
        answer = admin.send("GET", path)
        base = f"{admin.origin}{INCIDENTS}?{query}&sysparm_fields=number"
        last = (int(answer.headers["X-Total-Count"]) - 1) // 2 * 2
        expected = [("first", 0), ("prev", 2), ("next", 6), ("last", last)]
        assert answer.headers["Link"] == ",".join(
            f'<{base}&sysparm_limit=2&sysparm_offset={offset}>;rel="{name}"' for name, offset in expected
        )

    def test_offset_stands_first_when_neither_was_sent(self):
        """A request without limit and offset gets ``sysparm_offset=0&sysparm_limit=10000``."""
        from snlib.demo.servicenow.api.link_header import link_header

        text = link_header("http://h/t", "", limit=10000, offset=0, total=10001, more=True)
        assert text.startswith('<http://h/t?sysparm_offset=0&sysparm_limit=10000>;rel="first",')

    def test_first_page_has_prev_only_behind_the_switch(self, demo, admin):
        """Older releases name a negative ``prev`` on the first page."""
        assert list(links(admin.page(limit=1))) == ["first", "next", "last"]
        with switched(demo, link_prev_on_first_page=True):
            assert links(admin.page(limit=1))["prev"]["sysparm_offset"] == "-1"

    def test_last_page_has_no_next_and_one_page_no_header(self, admin):
        """The last page ends the walk; a single page has no Link at all."""
        total = admin.total()
        assert "next" not in links(admin.page(limit=10, offset=total - 1))
        assert "Link" not in admin.page(limit=total).headers

    def test_link_can_be_suppressed(self, admin):
        """``sysparm_suppress_pagination_header`` removes it."""
        assert "Link" not in admin.page(limit=1, suppress_pagination_header="true").headers

    def test_limit_is_applied_before_row_access(self, demo, agent, admin):
        """An agent's pages come short where rows are hidden, and the count is that of all rows."""
        hidden = set(admin.numbers("ORDERBYnumber")) - set(agent.numbers("ORDERBYnumber"))
        assert hidden
        place = admin.numbers("ORDERBYnumber").index(min(hidden))
        answer = agent.page("ORDERBYnumber", limit=1, offset=place)
        assert answer.json()["result"] == []
        assert answer.headers["X-Total-Count"] == str(admin.total())
        assert "next" in links(answer)

    def test_walking_by_link_finds_every_readable_row_once(self, agent):
        """Following ``next`` yields what one large page holds."""
        path, seen = f"{INCIDENTS}?sysparm_query=ORDERBYnumber&sysparm_fields=number&sysparm_limit=97", []
        while path:
            answer = agent.send("GET", path)
            seen += [row["number"] for row in answer.json()["result"]]
            url = answer.links.get("next", {}).get("url", "")
            path = url.removeprefix(agent.origin)
        assert seen == agent.numbers("ORDERBYnumber")

    def test_granted_page_may_be_smaller_than_asked(self, demo, admin):
        """With a cap the page and the Link header follow the limit that was granted."""
        with switched(demo, page_cap_rows=5):
            answer = admin.page("ORDERBYnumber", limit=50, fields="number")
        assert len(answer.json()["result"]) == 5
        assert links(answer)["next"] | {"sysparm_query": ""} == {
            "sysparm_query": "",
            "sysparm_fields": "number",
            "sysparm_limit": "5",
            "sysparm_offset": "5",
        }

    def test_no_count(self, demo, admin):
        """Without counting there is no total (or the page's, behind a switch) and no ``last``."""
        answer = admin.page(limit=3, no_count="true")
        assert "X-Total-Count" not in answer.headers
        assert list(links(answer)) == ["first", "next"]
        with switched(demo, no_count_header="page"):
            assert admin.page(limit=3, no_count="true").headers["X-Total-Count"] == "3"

    def test_limit_zero_and_offset_beyond_the_end_are_empty(self, admin):
        """Neither is an error."""
        assert admin.rows(limit=0) == []
        assert admin.rows(offset=10**6) == []

    def test_negative_offset_is_refused(self, admin):
        """A negative offset is not allowed."""
        assert admin.page(offset=-1).status_code == 400

    def test_unusable_numbers_mean_the_default(self, admin):
        """``sysparm_limit=many`` is ignored."""
        assert len(admin.rows(limit="many", fields="sys_id")) == admin.total()


class TestQueries:
    def test_unknown_field_returns_the_whole_table(self, demo, admin):
        """The most dangerous behaviour, and its two hardened variants."""
        assert admin.total("no_such_field=banana") == admin.total()
        with switched(demo, invalid_query_returns_no_rows=True):
            assert admin.total("no_such_field=banana") == 0

    def test_hardened_instance_refuses_unknown_fields(self, demo, admin, agent):
        """Behind the switch an agent gets 403 and the administrator still the whole table."""
        with switched(demo, query_acl_403=True):
            assert agent.page("no_such_field=banana").status_code == 403
            assert message_of(agent.page("ORDERBYno_such_field"))[0] == "Insufficient rights to query records"
            assert admin.total("no_such_field=banana") == admin.total()

    def test_unknown_parameters_are_ignored(self, admin):
        """``query`` and ``display_value`` without their prefix return the whole table undisplayed."""
        answer = admin.send("GET", f"{INCIDENTS}?query=state=1&display_value=True&sysparm_fields=state&sysparm_limit=1")
        assert answer.headers["X-Total-Count"] == str(admin.total())
        assert answer.json()["result"][0]["state"].isdigit()

    def test_field_parameters_take_labels(self, admin):
        """``state=closed`` as a parameter is ``state=7``."""
        answer = admin.send("GET", f"{INCIDENTS}?state=closed&sysparm_limit=1")
        assert int(answer.headers["X-Total-Count"]) == admin.total("state=7") > 0

    def test_view_selects_fields_and_fields_win(self, admin):
        """``sysparm_view`` shows the list's columns; ``sysparm_fields`` overrides it."""
        assert "close_notes" not in admin.rows(limit=1, view="desktop")[0]
        assert set(admin.rows(limit=1, view="desktop", fields="close_notes")[0]) == {"close_notes"}


class TestRefusals:
    @pytest.mark.parametrize("auth", [None, ("admin", "wrong"), ("nobody", "demo")])
    def test_no_or_wrong_credentials(self, demo, auth):
        """401 with the BASIC challenge, in the envelope, and not logged in."""
        answer = Api(demo, auth).page()
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'BASIC realm="Service-now"'
        assert answer.headers["X-Is-Logged-In"] == "false"
        assert message_of(answer) == ("User Not Authenticated", "Required to provide Auth information")

    def test_bad_bearer_token_gets_the_basic_challenge(self, demo):
        """An unknown token is answered like a wrong password, without ``invalid_token``."""
        answer = requests.get(
            demo.origin + INCIDENTS, headers={"Authorization": "Bearer sndemo_at_nope"}, timeout=TIMEOUT_SECONDS
        )
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'BASIC realm="Service-now"')

    @pytest.mark.parametrize("name", ["incidentx", "entra_user", "demo_password", "Incident"])
    def test_unknown_table(self, demo, name):
        """400 for every role; the demo's own tables do not exist for the API."""
        for auth in (ADMIN, MEMBER):
            answer = Api(demo, auth).page(table=name)
            assert (answer.status_code, message_of(answer)) == (400, (f"Invalid table {name}", None))

    @pytest.mark.parametrize(
        "path", ["/api/now/tables/incident", "/api/nope", "/api/now/v3/table/incident", INCIDENTS + "/"]
    )
    def test_unknown_path(self, admin, path):
        """400, not 404."""
        answer = admin.send("GET", path)
        assert (answer.status_code, message_of(answer)) == (
            400,
            ("Requested URI does not represent any resource", None),
        )

    def test_missing_and_hidden_records_look_alike(self, admin, agent):
        """404 with the same text whether the record is missing or hidden."""
        hidden = (set(admin.numbers("")) - set(agent.numbers(""))).pop()
        sys_id = admin.rows(f"number={hidden}", fields="sys_id")[0]["sys_id"]
        for answer in (agent.send("GET", f"{INCIDENTS}/{sys_id}"), agent.send("GET", f"{INCIDENTS}/{'0' * 32}")):
            assert (answer.status_code, message_of(answer)) == (404, HIDDEN_TEXT)

    def test_method_not_supported(self, admin):
        """405 in the envelope for a verb the resource does not have."""
        assert admin.send("DELETE", INCIDENTS).status_code == 405
        assert admin.send("POST", f"{INCIDENTS}/{'0' * 32}").status_code == 405

    def test_address_too_long(self, admin):
        """Above 8192 bytes the front end answers 414 with HTML; just below the query runs."""
        room = 8192 - len(f"{admin.origin}{INCIDENTS}?sysparm_limit=1&sysparm_query=numberIN")
        path = f"{INCIDENTS}?sysparm_limit=1&sysparm_query=numberIN"
        assert admin.send("GET", path + "x" * room).status_code == 200
        answer = admin.send("GET", path + "x" * (room + 1))
        assert (answer.status_code, answer.headers["Content-Type"][:9]) == (414, "text/html")


class TestMedia:
    def test_xml(self, admin):
        """One ``result`` per record, fields as elements, references with link and value."""
        answer = admin.send(
            "GET",
            f"{INCIDENTS}?sysparm_limit=2&sysparm_fields=number,caller_id&sysparm_query=caller_idISNOTEMPTY^ORDERBYnumber",
            headers={"Accept": "application/xml"},
        )
        root = ET.fromstring(answer.text)
        assert answer.headers["Content-Type"] == "application/xml;charset=UTF-8"
        assert (root.tag, [child.tag for child in root]) == ("response", ["result", "result"])
        assert len(root[0].findtext("caller_id/value")) == 32

    def test_xml_errors(self, admin):
        """The envelope in XML."""
        answer = admin.send("GET", "/api/now/table/nope", headers={"Accept": "text/xml"})
        root = ET.fromstring(answer.text)
        assert (root.findtext("error/message"), root.findtext("status")) == ("Invalid table nope", "failure")

    @pytest.mark.parametrize("accept", ["*/*", "application/json, text/plain;q=0.5", "application/*", ""])
    def test_json_by_default(self, admin, accept):
        """``*/*`` and no preference mean JSON."""
        answer = admin.send("GET", f"{INCIDENTS}?sysparm_limit=1", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"

    def test_not_acceptable(self, admin):
        """406 lists what is supported."""
        answer = admin.send("GET", INCIDENTS, headers={"Accept": "text/csv"})
        assert answer.status_code == 406
        assert "[application/json, application/xml, text/xml]" in message_of(answer)[1]

    def test_large_answers_are_compressed(self, admin):
        """Gzip for clients that take it, plain for others."""
        path = f"{INCIDENTS}?sysparm_limit=5"
        assert admin.send("GET", path).headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in admin.send("GET", path, headers={"Accept-Encoding": "identity"}).headers


class TestHeaders:
    def test_standard_headers(self, admin):
        """Every API answer carries ServiceNow's headers and cookies."""
        answer = admin.page(limit=1)
        assert answer.headers["Server"] == "ServiceNow"
        assert answer.headers["X-Is-Logged-In"] == "true"
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Transaction-ID"])
        assert "no-store" in answer.headers["Cache-Control"]
        assert {"glide_user_route", "glide_session_store"} <= set(answer.cookies.keys())

    def test_head_is_get_without_body(self, admin):
        """HEAD answers a list's headers."""
        answer = admin.send("HEAD", f"{INCIDENTS}?sysparm_limit=1")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["X-Total-Count"] == str(admin.total())
