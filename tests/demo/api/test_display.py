"""Value shapes on the wire: false, true and all, links, nulls, dot-walks, dates, secrets."""

from __future__ import annotations

import pytest

from tests.demo.asking import Api, user_sys_id


@pytest.fixture
def incident(demo, admin):
    """One incident made for the test, deleted afterwards."""
    row = admin.create(
        caller_id=user_sys_id(demo, "mia.novak"),
        short_description="Shapes <b>&amp;</b> ^ \" ' ü",
        opened_at="2026-08-24 23:15:00",
        calendar_duration="1970-01-01 01:00:06",
        watch_list=f"{user_sys_id(demo, 'mia.novak')},{user_sys_id(demo, 'hugo.lambert')}",
        comments="First line",
    )
    yield row
    assert admin.send("DELETE", f"/api/now/table/incident/{row['sys_id']}").status_code == 204


@pytest.fixture
def german(demo):
    """A user in Berlin with German dates and the role itil; set back afterwards."""
    storage, sys_id = demo.instance.storage, user_sys_id(demo, "lena.okafor")
    before = storage.get("sys_user", sys_id)
    settings = {"time_zone": "Europe/Berlin", "date_format": "dd.MM.yyyy", "time_format": "HH:mm:ss"}
    storage.update("sys_user", sys_id, settings)
    yield Api(demo, ("lena.okafor", "demo"))
    storage.update("sys_user", sys_id, {name: before[name] for name in settings})


SHAPES = {
    ("short_description", "false"): "Shapes <b>&amp;</b> ^ \" ' ü",
    ("short_description", "all"): {
        "display_value": "Shapes <b>&amp;</b> ^ \" ' ü",
        "value": "Shapes <b>&amp;</b> ^ \" ' ü",
    },
    ("state", "false"): "1",
    ("state", "true"): "New",
    ("state", "all"): {"display_value": "New", "value": "1"},
    ("priority", "true"): "5 - Planning",
    ("subcategory", "false"): "",
    ("subcategory", "true"): None,
    ("subcategory", "all"): {"display_value": None, "value": ""},
    ("hold_reason", "true"): "",
    ("assigned_to", "false"): "",
    ("assigned_to", "true"): "",
    ("assigned_to", "all"): {"display_value": "", "value": ""},
    ("active", "true"): "true",
    ("active", "all"): {"display_value": "true", "value": "true"},
    ("sla_due", "false"): "",
    ("sla_due", "true"): "UNKNOWN",
    ("calendar_duration", "false"): "1970-01-01 01:00:06",
    ("calendar_duration", "true"): "1 Hour 6 Seconds",
    ("watch_list", "true"): "Mia Novak, Hugo Lambert",
    ("sys_class_name", "true"): "Incident",
    ("sys_created_by", "true"): "admin",
    ("comments", "false"): "",
    ("reopen_count", "false"): "0",
}


class TestShapes:
    @pytest.mark.parametrize(("field", "mode"), list(SHAPES))
    def test_shape(self, admin, incident, field, mode):
        """Each kind of field looks as captured in each display mode."""
        shown = admin.record(incident["sys_id"], display_value=mode, fields=field)
        assert shown == {field: SHAPES[field, mode]}

    def test_default_is_false(self, admin, incident):
        """Without the parameter, or with an unknown value, stored values come."""
        assert admin.record(incident["sys_id"], fields="state") == {"state": "1"}
        assert admin.record(incident["sys_id"], fields="state", display_value="maybe") == {"state": "1"}

    def test_every_scalar_is_a_text(self, admin, incident):
        """No number and no boolean appears in any record."""
        record = admin.record(incident["sys_id"])
        assert {type(value) for value in record.values()} == {str, dict}

    @pytest.mark.parametrize(
        ("mode", "link", "keys"),
        [
            ("false", True, {"link", "value"}),
            ("true", True, {"display_value", "link"}),
            ("all", True, {"display_value", "link", "value"}),
            ("all", False, {"display_value", "value"}),
        ],
    )
    def test_references_are_objects(self, demo, admin, incident, mode, link, keys):
        """A set reference holds link, value and display value as the mode asks."""
        record = admin.record(
            incident["sys_id"], display_value=mode, fields="caller_id", exclude_reference_link=str(not link)
        )
        sys_id = user_sys_id(demo, "mia.novak")
        everything = {
            "link": f"{demo.origin}/api/now/table/sys_user/{sys_id}",
            "value": sys_id,
            "display_value": "Mia Novak",
        }
        assert record["caller_id"] == {name: everything[name] for name in keys}

    def test_references_without_link_are_texts(self, demo, admin, incident):
        """With ``sysparm_exclude_reference_link`` false gives the sys_id and true the name."""
        for mode, text in (("false", user_sys_id(demo, "mia.novak")), ("true", "Mia Novak")):
            record = admin.record(
                incident["sys_id"], display_value=mode, fields="caller_id", exclude_reference_link="true"
            )
            assert record == {"caller_id": text}

    def test_domain_links_to_its_key(self, demo, admin, incident):
        """A reference whose key is no sys_id still links to that key."""
        record = admin.record(incident["sys_id"], fields="sys_domain")
        assert record["sys_domain"]["link"] == f"{demo.origin}/api/now/table/sys_user_group/global"

    def test_broken_reference_keeps_link_and_value(self, admin, incident):
        """A reference to nothing is shown with its value and no name."""
        admin.change(incident["sys_id"], assigned_to="e" * 32)
        record = admin.record(incident["sys_id"], fields="assigned_to", display_value="all")
        assert record["assigned_to"]["value"] == "e" * 32
        assert record["assigned_to"]["display_value"] == ""


class TestFields:
    def test_dot_walks_come_back_flat(self, admin, incident):
        """A dot-walked field is one key with dots, of the shape of its last step."""
        fields = "caller_id.email,caller_id.name,caller_id.department,assigned_to.email"
        record = admin.record(incident["sys_id"], fields=fields, display_value="all")
        assert set(record) == set(fields.split(","))
        assert record["caller_id.email"] == {
            "display_value": "mia.novak@example.com",
            "value": "mia.novak@example.com",
        }
        assert record["assigned_to.email"] == {"display_value": "", "value": ""}

    def test_unknown_fields_are_left_out(self, admin, incident):
        """Unknown names, and dot-walks through what is no reference, are ignored without a word."""
        record = admin.record(incident["sys_id"], fields="number,nope,state.name,caller_id.nope")
        assert record == {"number": incident["number"]}

    def test_sys_id_is_not_added(self, admin, incident):
        """``sysparm_fields`` returns what was asked and no sys_id."""
        assert set(admin.record(incident["sys_id"], fields="number,state")) == {"number", "state"}

    def test_key_order_is_neither_alphabetical_nor_asked(self, admin, incident):
        """Nobody can lean on the order of keys."""
        keys = list(admin.record(incident["sys_id"]))
        assert keys != sorted(keys)
        names = ["number", "caller_id", "state", "priority", "opened_at", "sys_id"]
        orders = {tuple(admin.record(incident["sys_id"], fields=",".join(order))) for order in (names, names[::-1])}
        assert len({tuple(sorted(order)) for order in orders}) == 1
        assert orders != {tuple(names), tuple(names[::-1])}


class TestPeople:
    def test_dates_follow_the_users_zone_and_format(self, german, incident):
        """The value is UTC and ISO-like; the display is Berlin's clock in German format, a day later here."""
        record = german.record(incident["sys_id"], fields="opened_at", display_value="all")
        assert record["opened_at"] == {"display_value": "25.08.2026 01:15:00", "value": "2026-08-24 23:15:00"}

    def test_displayed_dates_cannot_be_queried(self, german, incident):
        """A date literal is UTC; the display value matches nothing."""
        number = incident["number"]
        assert german.numbers(f"number={number}^opened_at=2026-08-24 23:15:00") == [number]
        assert german.numbers(f"number={number}^opened_at=25.08.2026 01:15:00") == []

    def test_journals_show_their_history(self, admin, incident):
        """Comments display who wrote what, newest first; the value stays empty."""
        admin.change(incident["sys_id"], work_notes="Inside")
        record = admin.record(
            incident["sys_id"], fields="comments,work_notes,comments_and_work_notes", display_value="all"
        )
        assert record["comments"]["value"] == ""
        entry = "- System Administrator (Additional comments)\nFirst line\n\n"
        assert record["comments"]["display_value"].endswith(entry)
        both = record["comments_and_work_notes"]["display_value"]
        assert both.index("(Work notes)\nInside") < both.index("(Additional comments)\nFirst line")

    def test_empty_choices_of_people_are_null(self, admin, demo):
        """``introduction`` and ``gender`` display null when they are empty."""
        record = admin.record(
            user_sys_id(demo, "mia.novak"), table="sys_user", fields="gender,introduction", display_value="true"
        )
        assert record == {"gender": None, "introduction": None}


class TestSecrets:
    def test_client_secret_is_never_readable(self, admin):
        """The API shows an encrypted value, the display asterisks; the secret itself appears nowhere."""
        row = admin.create("oauth_entity", name="shape", client_secret="open sesame")
        shown = admin.record(row["sys_id"], table="oauth_entity", display_value="all")["client_secret"]
        assert shown["display_value"] == "********"
        assert len(shown["value"]) > 40
        assert "sesame" not in admin.send("GET", f"/api/now/table/oauth_entity/{row['sys_id']}").text
        admin.send("DELETE", f"/api/now/table/oauth_entity/{row['sys_id']}")

    def test_passwords_display_asterisks(self, admin, demo):
        """``user_password`` has no value and displays asterisks."""
        record = admin.record(
            user_sys_id(demo, "mia.novak"), table="sys_user", fields="user_password", display_value="all"
        )
        assert record == {"user_password": {"display_value": "********", "value": ""}}
