"""Access rules: what each role reads, queries and writes."""

from __future__ import annotations

import pytest

from snlib.demo.seed.organisation import HIDDEN_GROUP
from snlib.demo.servicenow.oauth import applications, tokens
from tests.demo.asking import AGENT, INCIDENTS, MEMBER, READER, Api, message_of, switched, user_sys_id


def give(demo, api, user_name, role):
    """Grant a role; returns the grant's sys_id."""
    role_id = demo.instance.storage.find("sys_user_role", name=role)[0]["sys_id"]
    return api.create("sys_user_has_role", user=user_sys_id(demo, user_name), role=role_id)["sys_id"]


class TestRows:
    @pytest.mark.parametrize("auth", [AGENT, READER])
    def test_reading_roles_see_all_but_the_confidential_group(self, demo, admin, auth):
        """Itil and sn_incident_read see every incident except those of the confidential group."""
        hidden = admin.numbers(f"assignment_group.name={HIDDEN_GROUP}")
        assert hidden
        assert set(Api(demo, auth).numbers("")) == set(admin.numbers("")) - set(hidden)

    def test_no_role_sees_only_ones_own(self, demo, admin):
        """Without a role the list holds what one is caller, opener or watcher of; the count is that of all."""
        mia = user_sys_id(demo, "mia.novak")
        before = set(Api(demo, MEMBER).numbers(""))
        made = [admin.create(caller_id=mia), admin.create(watch_list=f"{'d' * 32},{mia}"), admin.create()]
        answer = Api(demo, MEMBER).page(fields="number")
        seen = {row["number"] for row in answer.json()["result"]} - before
        assert seen == {made[0]["number"], made[1]["number"]}
        assert int(answer.headers["X-Total-Count"]) == admin.total()
        for row in made:
            admin.send("DELETE", f"{INCIDENTS}/{row['sys_id']}")

    def test_members_of_the_confidential_group_see_its_incidents(self, demo, admin):
        """Membership opens the group's incidents, and leaving closes them."""
        group = demo.instance.storage.find("sys_user_group", name=HIDDEN_GROUP)[0]["sys_id"]
        reader = Api(demo, READER)
        query = f"assignment_group={group}"
        assert reader.numbers(query) == []
        member = admin.create("sys_user_grmember", user=user_sys_id(demo, READER[0]), group=group)
        assert reader.numbers(query) == admin.numbers(query)
        admin.send("DELETE", f"/api/now/table/sys_user_grmember/{member['sys_id']}")
        assert reader.numbers(query) == []

    @pytest.mark.parametrize("table", ["oauth_entity", "oauth_credential", "sys_cors_rule", "sys_properties"])
    def test_administration_is_empty_for_others(self, demo, admin, table):
        """Tables of the administrator answer 200 without rows."""
        row = admin.create("sys_cors_rule", name="acl", domain="https://acl.example.com")
        assert Api(demo, AGENT).rows(table=table) == []
        admin.send("DELETE", f"/api/now/table/sys_cors_rule/{row['sys_id']}")

    def test_everybody_reads_people(self, demo):
        """Users and groups are readable without a role."""
        assert Api(demo, MEMBER).rows("user_name=admin", table="sys_user", fields="name") == [
            {"name": "System Administrator"}
        ]
        assert Api(demo, MEMBER).rows(table="sys_user_group", limit=1)

    def test_dot_walks_stop_at_unreadable_records(self, demo, admin):
        """A dot-walk through a record one may not read is empty."""
        ci = admin.create("cmdb_ci", name="SRV-1", serial_number="S-1")
        row = admin.create(caller_id=user_sys_id(demo, "mia.novak"), cmdb_ci=ci["sys_id"])
        record = Api(demo, MEMBER).record(row["sys_id"], fields="cmdb_ci.serial_number")
        assert record == {"cmdb_ci.serial_number": ""}
        admin.send("DELETE", f"{INCIDENTS}/{row['sys_id']}")
        admin.send("DELETE", f"/api/now/table/cmdb_ci/{ci['sys_id']}")


class TestFields:
    def test_choices_show_labels_only(self, demo, admin):
        """Other than the administrator sees nothing of a choice but its label."""
        assert {"name", "element", "value"} <= set(admin.rows(table="sys_choice", limit=1)[0])
        assert set(Api(demo, AGENT).rows(table="sys_choice", limit=1)[0]) == {"label"}

    @pytest.mark.parametrize("query", ["name=incident", "element=state^ORvalue=1", "ORDERBYelement"])
    def test_choices_cannot_be_filtered(self, demo, query):
        """A query on a field one may not read is 403."""
        answer = Api(demo, AGENT).page(query, table="sys_choice")
        assert (answer.status_code, message_of(answer)) == (
            403,
            (
                "Insufficient rights to query records",
                "Field(s) present in the query do not have permission to be read",
            ),
        )

    def test_tokens_are_not_fields(self, admin, demo):
        """Nobody reads a token through the API, nor queries it."""
        sys_id = demo.instance.storage.insert("oauth_credential", {"token": "sndemo_at_x", "type": "access_token"})
        assert "token" not in admin.record(sys_id, table="oauth_credential")
        assert admin.page("tokenSTARTSWITHsndemo", table="oauth_credential").status_code == 403
        demo.instance.storage.delete("oauth_credential", sys_id)


class TestWrites:
    @pytest.mark.parametrize("auth", [READER, MEMBER])
    def test_readers_cannot_write(self, demo, admin, auth):
        """Insert and update answer 403 with the access rules' text."""
        own = admin.create(caller_id=user_sys_id(demo, auth[0]))
        api = Api(demo, auth)
        refusals = {
            "Insert": api.send("POST", INCIDENTS, json={"short_description": "x"}),
            "Update": api.change(own["sys_id"], short_description="x"),
            "Delete": api.send("DELETE", f"{INCIDENTS}/{own['sys_id']}"),
        }
        for verb, answer in refusals.items():
            assert (answer.status_code, message_of(answer)) == (
                403,
                ("Operation Failed", f"ACL Exception {verb} Failed due to security constraints"),
            )
        admin.send("DELETE", f"{INCIDENTS}/{own['sys_id']}")

    def test_agents_write_but_do_not_delete(self, demo, admin):
        """Itil creates and updates incidents; deleting is the administrator's."""
        agent = Api(demo, AGENT)
        row = agent.create(short_description="by an agent")
        assert agent.change(row["sys_id"], urgency="1").status_code == 200
        assert agent.send("DELETE", f"{INCIDENTS}/{row['sys_id']}").status_code == 403
        assert admin.send("DELETE", f"{INCIDENTS}/{row['sys_id']}").status_code == 204

    def test_read_only_takes_writing_away(self, demo, admin):
        """snc_read_only forbids every write whatever other roles say, and hides nothing."""
        grant = give(demo, admin, "lena.okafor", "snc_read_only")
        api = Api(demo, ("lena.okafor", "demo"))
        assert api.send("POST", INCIDENTS, json={}).status_code == 403
        assert api.rows(limit=5)
        admin.send("DELETE", f"/api/now/table/sys_user_has_role/{grant}")
        assert api.change("0" * 32).status_code == 404

    def test_hidden_records_cannot_be_changed(self, demo, admin):
        """Changing a record one cannot see is 404, as if it were not there."""
        sys_id = admin.rows(f"assignment_group.name={HIDDEN_GROUP}", fields="sys_id", limit=1)[0]["sys_id"]
        assert Api(demo, AGENT).change(sys_id, urgency="1").status_code == 404


class TestCurrentUser:
    def test_it_names_the_user(self, demo):
        """The undocumented endpoint says who one is."""
        answer = Api(demo, AGENT).send("GET", "/api/now/ui/user/current_user")
        assert answer.json()["result"] == {
            "user_sys_id": user_sys_id(demo, "hugo.lambert"),
            "user_name": "hugo.lambert",
            "user_display_name": "Hugo Lambert",
            "user_initials": "HL",
            "user_avatar": "",
        }

    def test_fallback_query(self, demo):
        """``sys_id=javascript:gs.getUserID()`` finds exactly oneself."""
        rows = Api(demo, MEMBER).rows("sys_id=javascript:gs.getUserID()", table="sys_user", limit=2, fields="user_name")
        assert rows == [{"user_name": "mia.novak"}]

    def test_some_instances_want_a_session(self, demo):
        """A Bearer token is accepted, and behind the switch refused while the Table API still takes it."""
        client = applications.register(demo.instance, "a" * 32, "s3cret", "http://localhost:8501/servicenow/callback")
        user = demo.instance.storage.find("sys_user", user_name="hugo.lambert")[0]
        grant = tokens.issue(demo.instance, demo.instance.storage.find("oauth_entity", sys_id=client)[0], user)
        headers, nobody = {"Authorization": f"Bearer {grant.access_token}"}, Api(demo, None)
        path = "/api/now/ui/user/current_user"
        assert nobody.send("GET", path, headers=headers).json()["result"]["user_name"] == "hugo.lambert"
        with switched(demo, current_user_bearer=False):
            assert nobody.send("GET", path, headers=headers).status_code == 401
            assert nobody.send("GET", f"{INCIDENTS}?sysparm_limit=1", headers=headers).status_code == 200
