"""Writing through the Table API: defaults, business rules, data policies, input in display values."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.demo.asking import AGENT, INCIDENTS, TIMEOUT_SECONDS, Api, message_of, user_sys_id


@pytest.fixture
def create(admin):
    """Creates incidents as the administrator; they are deleted afterwards."""
    made = []

    def make(**values):
        row = admin.create(**values)
        made.append(row["sys_id"])
        return row

    yield make
    for sys_id in made:
        admin.send("DELETE", f"{INCIDENTS}/{sys_id}")


def solved(**values):
    """What resolving takes."""
    return {"state": "6", "close_code": "Solution provided", "close_notes": "Done.", **values}


class TestCreate:
    def test_answer(self, demo, admin):
        """201, the record in the requested display mode, its address in Location."""
        answer = admin.send(
            "POST",
            "/api/now/v2/table/incident?sysparm_display_value=true&sysparm_fields=sys_id,state",
            json={"short_description": "x"},
        )
        row = answer.json()["result"]
        assert (answer.status_code, row["state"]) == (201, "New")
        assert answer.headers["Location"] == f"{demo.origin}/api/now/v2/table/incident/{row['sys_id']}"
        admin.send("DELETE", f"{INCIDENTS}/{row['sys_id']}")

    def test_defaults(self, demo, create):
        """An empty body makes an incident with the platform's defaults, opened now by the one who asks."""
        row = create()
        expected = {
            **{"state": "1", "incident_state": "1", "impact": "3", "urgency": "3", "priority": "5", "severity": "3"},
            **{"category": "inquiry", "active": "true", "made_sla": "true", "notify": "1", "escalation": "0"},
            **{"approval": "not requested", "upon_approval": "proceed", "upon_reject": "cancel"},
            **{"knowledge": "false", "reopen_count": "0", "reassignment_count": "0", "child_incidents": "0"},
            **{"task_effective_number": row["number"], "sys_class_name": "incident", "sys_mod_count": "0"},
            **{"sys_domain_path": "/", "sys_created_by": "admin", "sys_updated_by": "admin"},
        }
        assert {name: row[name] for name in expected} == expected
        assert row["opened_by"]["value"] == user_sys_id(demo, "admin")
        assert row["opened_at"] == row["sys_created_on"] == row["sys_updated_on"]
        assert re.fullmatch("[0-9a-f]{32}", row["sys_id"])

    def test_numbers_count_on_from_the_highest(self, admin, create):
        """Each new number is one above the highest there is, INC0010001 at least."""
        highest = max(int(number[3:]) for number in admin.numbers("numberSTARTSWITHINC"))
        numbers = [int(create()["number"][3:]) for _ in range(2)]
        assert numbers == [max(highest, 10000) + 1, max(highest, 10000) + 2]

    def test_numbers_are_not_given_twice(self, create):
        """Creating at the same time yields different numbers."""
        with ThreadPoolExecutor(4) as pool:
            numbers = list(pool.map(lambda _: create()["number"], range(12)))
        assert len(set(numbers)) == 12

    def test_unknown_fields_and_own_sys_id(self, create):
        """Unknown and system fields are ignored; a sys_id of the client's choosing is taken."""
        row = create(sys_id="0123456789abcdef" * 2, nope="x", sys_created_by="me", sys_mod_count="9")
        assert row["sys_id"] == "0123456789abcdef" * 2
        assert "nope" not in row
        assert (row["sys_created_by"], row["sys_mod_count"]) == ("admin", "0")

    def test_taken_sys_id_is_refused(self, admin, create):
        """A sys_id exists once."""
        answer = admin.send("POST", INCIDENTS, json={"sys_id": create()["sys_id"]})
        assert (answer.status_code, message_of(answer)[0]) == (403, "Operation Failed")

    @pytest.mark.parametrize("body", [[{"urgency": "1"}, {"urgency": "2"}], {"records": [{"urgency": "1"}]}])
    def test_only_the_first_record_counts(self, admin, body):
        """Of several records in a body one is created."""
        before = admin.total()
        row = admin.send("POST", INCIDENTS, json=body).json()["result"]
        assert (row["urgency"], admin.total()) == ("1", before + 1)
        admin.send("DELETE", f"{INCIDENTS}/{row['sys_id']}")

    def test_xml_body(self, admin):
        """A record may be posted in XML; a document type is refused unread."""
        headers = {"Content-Type": "application/xml"}
        body = "<request><entry><short_description>Grüße</short_description></entry></request>"
        row = admin.send("POST", INCIDENTS, data=body.encode(), headers=headers).json()["result"]
        assert row["short_description"] == "Grüße"
        admin.send("DELETE", f"{INCIDENTS}/{row['sys_id']}")
        bomb = '<!DOCTYPE a [<!ENTITY b "c">]><request><entry/></request>'
        assert admin.send("POST", INCIDENTS, data=bomb, headers=headers).status_code == 400

    @pytest.mark.parametrize("body", [b"{", b"3", b'"x"', b"\xff\xfe{}", b"[" * 100_000])
    def test_unreadable_body(self, admin, body):
        """400 for what is no JSON object."""
        answer = admin.send("POST", INCIDENTS, data=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, message_of(answer)[0]) == (400, "Exception while reading request")

    def test_wrong_media_type_and_size(self, admin):
        """415 for another Content-Type, 413 above ten megabytes."""
        assert admin.send("POST", INCIDENTS, data={"urgency": "1"}).status_code == 415
        large = b'{"description":"' + b"x" * (10 * 2**20) + b'"}'
        answer = admin.send("POST", INCIDENTS, data=large, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413


class TestChange:
    @pytest.mark.parametrize("verb", ["PUT", "PATCH"])
    def test_put_and_patch_change_what_is_sent(self, admin, create, verb):
        """Both keep the fields that are left out, and count the update."""
        row = create(short_description="before", description="stays")
        answer = admin.send(verb, f"{INCIDENTS}/{row['sys_id']}", json={"short_description": "after"})
        new = answer.json()["result"]
        assert (answer.status_code, new["short_description"], new["description"]) == (200, "after", "stays")
        assert new["sys_mod_count"] == "1"

    def test_nothing_changed_is_no_update(self, admin, create):
        """Sending what is there already does not count."""
        row = create(urgency="2")
        assert admin.change(row["sys_id"], urgency="2").json()["result"]["sys_mod_count"] == "0"

    def test_empty_text_clears(self, admin, create):
        """A field is emptied by an empty text."""
        row = create(short_description="x")
        assert admin.change(row["sys_id"], short_description="").json()["result"]["short_description"] == ""

    def test_method_override_and_no_body(self, admin, create):
        """A POST may act as PATCH, and the answer may be left empty."""
        path = f"{INCIDENTS}/{create()['sys_id']}"
        answer = admin.send("POST", path, json={"urgency": "1"}, headers={"X-HTTP-Method-Override": "PATCH"})
        assert (answer.status_code, answer.json()["result"]["urgency"]) == (200, "1")
        answer = admin.send("PATCH", path, json={"urgency": "2"}, headers={"X-no-response-body": "true"})
        assert (answer.status_code, answer.content) == (204, b"")

    def test_delete(self, admin):
        """204 without a body, then 404."""
        path = f"{INCIDENTS}/{admin.create()['sys_id']}"
        answer = admin.send("DELETE", path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert admin.send("DELETE", path).status_code == 404
        assert admin.send("PATCH", path, json={}).status_code == 404


class TestRules:
    @pytest.mark.parametrize(
        ("impact", "urgency", "priority"), [("1", "1", "1"), ("1", "3", "3"), ("2", "1", "2"), ("3", "2", "4")]
    )
    def test_priority_follows_impact_and_urgency(self, admin, create, impact, urgency, priority):
        """The matrix decides on insert and update; a priority that is sent is overwritten."""
        assert create(impact=impact, urgency=urgency, priority="5")["priority"] == priority
        row = create()
        new = admin.change(row["sys_id"], impact=impact, urgency=urgency, priority="5").json()["result"]
        assert new["priority"] == priority
        assert admin.change(row["sys_id"], priority="5").json()["result"]["priority"] == priority

    def test_states_mirror_each_other(self, admin, create):
        """``incident_state`` follows ``state`` and the other way round."""
        row = create()
        for field in ("state", "incident_state"):
            value = {"state": "2", "incident_state": "1"}[field]
            new = admin.change(row["sys_id"], **{field: value}).json()["result"]
            assert (new["state"], new["incident_state"]) == (value, value)

    @pytest.mark.parametrize(
        ("values", "labels"),
        [
            ({"state": "6"}, "Resolution code, Resolution notes"),
            ({"state": "7", "close_code": "Duplicate"}, "Resolution notes"),
            ({"incident_state": "6", "close_notes": "x"}, "Resolution code"),
            ({"state": "3"}, "On hold reason"),
            ({"state": "3", "hold_reason": "1"}, "Additional comments"),
        ],
    )
    def test_data_policies_name_labels(self, admin, create, values, labels):
        """403 with the labels of what is missing, and nothing is changed."""
        row = create()
        answer = admin.change(row["sys_id"], **values)
        assert (answer.status_code, message_of(answer)) == (
            403,
            ("Operation Failed", f"Data Policy Exception: The following fields are mandatory: {labels}"),
        )
        assert admin.record(row["sys_id"])["sys_mod_count"] == "0"
        assert admin.send("POST", INCIDENTS, json=values).status_code == 403

    def test_resolving_and_closing(self, demo, admin, create):
        """Resolved stamps time and person and stays active; closed stamps its own and is inactive."""
        row = create()
        agent = Api(demo, AGENT)
        resolved = agent.change(row["sys_id"], **solved()).json()["result"]
        assert resolved["resolved_by"]["value"] == user_sys_id(demo, "hugo.lambert")
        assert (resolved["active"], resolved["closed_at"]) == ("true", "")
        assert resolved["resolved_at"]
        assert resolved["calendar_stc"].isdigit()
        closed = admin.change(row["sys_id"], state="7").json()["result"]
        assert (closed["active"], closed["resolved_at"]) == ("false", resolved["resolved_at"])
        assert closed["closed_by"]["value"] == user_sys_id(demo, "admin")

    def test_reopening(self, demo, admin, create):
        """Leaving Resolved counts a reopening and empties what resolving stamped."""
        row = create(**solved())
        new = admin.change(row["sys_id"], state="2").json()["result"]
        assert (new["reopen_count"], new["active"], new["resolved_at"], new["resolved_by"]) == ("1", "true", "", "")
        assert new["reopened_by"]["value"] == user_sys_id(demo, "admin")

    def test_canceling_needs_no_code(self, admin, create):
        """Canceled is inactive and closed without a resolution code."""
        new = admin.change(create()["sys_id"], state="8").json()["result"]
        assert new["active"] == "false"
        assert new["closed_at"]

    def test_reassignment_is_counted(self, demo, admin, create):
        """Moving from one group to another counts, the first assignment does not."""
        groups = [row["sys_id"] for row in demo.instance.storage.find("sys_user_group")[:2]]
        row = create()
        counts = [admin.change(row["sys_id"], assignment_group=group).json()["result"] for group in groups]
        assert [new["reassignment_count"] for new in counts] == ["0", "1"]


class TestInput:
    def test_display_values(self, demo, admin, create):
        """With ``sysparm_input_display_value`` labels, names and the user's own clock are understood."""
        lena = demo.instance.storage.find("sys_user", user_name="lena.okafor")[0]
        settings = {name: lena[name] for name in ("time_zone", "date_format")}
        demo.instance.storage.update(
            "sys_user", lena["sys_id"], {"time_zone": "Europe/Berlin", "date_format": "dd.MM.yyyy"}
        )
        answer = Api(demo, ("lena.okafor", "demo")).send(
            "PATCH",
            f"{INCIDENTS}/{create()['sys_id']}?sysparm_input_display_value=true&sysparm_exclude_reference_link=true",
            json={
                "state": "In Progress",
                "category": "Network",
                "caller_id": "Mia Novak",
                "assigned_to": "hugo.lambert",
                "opened_at": "24.08.2026 10:00:00",
                "due_date": "2026-12-24 10:00:00",
                "assignment_group": "No such group",
            },
        )
        demo.instance.storage.update("sys_user", lena["sys_id"], settings)
        row = answer.json()["result"]
        expected = {
            "state": "2",
            "category": "network",
            "caller_id": user_sys_id(demo, "mia.novak"),
            "assigned_to": user_sys_id(demo, "hugo.lambert"),
            "opened_at": "2026-08-24 08:00:00",
            "due_date": "2026-12-24 09:00:00",
            "assignment_group": "",
        }
        assert {name: row[name] for name in expected} == expected

    def test_database_values(self, create):
        """Without it dates are UTC, and a label is no number."""
        row = create(opened_at="2026-08-24 10:00:00", urgency="1 - High", active=True, due_date="soon")
        assert (row["opened_at"], row["urgency"], row["active"], row["due_date"]) == (
            "2026-08-24 10:00:00",
            "3",
            "true",
            "",
        )

    def test_comments_become_a_history(self, demo, admin, create):
        """A comment is an entry of the journal and no field value."""
        row = create(comments="Hello")
        assert row["comments"] == ""
        entries = admin.rows(f"element_id={row['sys_id']}", table="sys_journal_field")
        assert [(entry["element"], entry["value"], entry["sys_created_by"]) for entry in entries] == [
            ("comments", "Hello", "admin")
        ]
        assert Api(demo, AGENT).rows(f"element_id={row['sys_id']}", table="sys_journal_field") == []


class TestOtherTables:
    def test_registering_an_oauth_application(self, demo, admin):
        """An application posted with a name gets client ID, secret and lifespans."""
        row = admin.create("oauth_entity", name="posted", redirect_url="http://localhost:8501/servicenow/callback")
        assert re.fullmatch("[0-9a-f]{32}", row["client_id"])
        assert (row["access_token_lifespan"], row["refresh_token_lifespan"], row["active"]) == (
            "1800",
            "8640000",
            "true",
        )
        stored = demo.instance.storage.get("oauth_entity", row["sys_id"])
        assert len(stored["client_secret"]) >= 16
        admin.send("DELETE", f"/api/now/table/oauth_entity/{row['sys_id']}")

    def test_users_names_and_passwords(self, demo, admin):
        """A user's name is composed, his user name exists once, and a password is set as a display value only."""
        path = "/api/now/table/sys_user?sysparm_input_display_value=true"
        values = {"user_name": "new.one", "first_name": "New", "last_name": "One", "user_password": "s3cret!"}
        row = admin.send("POST", path, json=values).json()["result"]
        assert row["name"] == "New One"
        assert "s3cret" not in str(demo.instance.storage.get("sys_user", row["sys_id"]))

        def signs_in(password):
            url = f"{demo.origin}/api/now/ui/user/current_user"
            return requests.get(url, auth=("new.one", password), timeout=TIMEOUT_SECONDS).status_code == 200

        assert signs_in("s3cret!")
        assert admin.send("POST", path, json=values).status_code == 403
        admin.change(row["sys_id"], table="sys_user", user_password="another")
        assert not signs_in("another")
        assert admin.change(row["sys_id"], table="sys_user", last_name="Two").json()["result"]["name"] == "New Two"
        admin.send("DELETE", f"/api/now/table/sys_user/{row['sys_id']}")
