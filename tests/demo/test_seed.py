"""The made-up organisation: enough of it, believable, and the same on every machine."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from snlib.demo.core.instance import DEFAULT_AS_OF, Setup
from snlib.demo.core.passwords import check_password
from snlib.demo.core.storage import Storage
from snlib.demo.core.timestamps import from_text
from snlib.demo.seed import seed_storage


def seeded(**setup) -> Storage:
    """A database of a seed."""
    storage = Storage()
    seed_storage(storage, Setup(**setup))
    return storage


@pytest.fixture(scope="module")
def full():
    """The default seed: 5,000 incidents."""
    return seeded()


@pytest.fixture(scope="module")
def incidents(full):
    """The default seed's incidents in the order of their numbers."""
    return full.find("incident")


def people_named(storage, name):
    """The Entra users of one display name."""
    return storage.find("entra_user", displayName=name)


def users_of(storage, person):
    """The ServiceNow users that share this person's mail or principal name, however written."""
    keys = {person["mail"].casefold(), person["userPrincipalName"].casefold()} - {""}
    return [u for u in storage.find("sys_user") if {u["email"].casefold(), u["user_name"].casefold()} & keys]


TABLES = ("incident", "sys_user", "entra_user", "sys_user_grmember", "sys_journal_field", "cmdb_ci")


def test_the_same_seed_makes_the_same_records():
    """Two databases of one seed hold the same rows, key by key."""
    one, two = seeded(seed=3, incidents=200), seeded(seed=3, incidents=200)
    for table in TABLES:
        assert one.find(table) == two.find(table), table


def test_another_seed_makes_other_records():
    """Seeds differ in people and in incidents, and share no sys_id but the administrator's."""
    one, two = seeded(seed=3, incidents=50), seeded(seed=4, incidents=50)
    shared = {u["sys_id"] for u in one.find("sys_user")} & {u["sys_id"] for u in two.find("sys_user")}
    assert shared == {"6816f79cc0a8016401c5a33be04be441"}
    assert [i["short_description"] for i in one.find("incident")] != [
        i["short_description"] for i in two.find("incident")
    ]


def test_there_are_enough_people_and_incidents(full, incidents):
    """At least 500 people, exactly the incidents asked for, a dozen groups of which each has members."""
    assert len(full.find("entra_user")) >= 500
    assert len(incidents) == 5000
    members = Counter(m["group"] for m in full.find("sys_user_grmember"))
    groups = full.find("sys_user_group")
    assert len(groups) >= 12
    assert all(members[group["sys_id"]] for group in groups)


def test_no_incidents_can_be_asked_for():
    """With 0 incidents there are people and no incident."""
    storage = seeded(incidents=0)
    assert storage.find("incident") == []
    assert len(storage.find("sys_user")) > 500


def test_every_address_is_on_a_reserved_domain(full):
    """Made-up people have no address that could be somebody's."""
    for person in full.find("entra_user"):
        for address in filter(None, (person["mail"], person["userPrincipalName"])):
            assert address.rpartition("@")[2] in {"example.com", "partner.example.org"}
            assert address.isascii()


def test_keys_that_must_be_unique_are(full, incidents):
    """Principal names, object ids, user names and numbers come once."""
    people, users = full.find("entra_user"), full.find("sys_user")
    for keys in (
        [p["userPrincipalName"].casefold() for p in people],
        [p["id"] for p in people],
        [u["user_name"].casefold() for u in users],
        [i["number"] for i in incidents],
    ):
        assert len(keys) == len(set(keys))


def test_names_have_accents_apostrophes_and_twins(full):
    """The directory is not plain ASCII, has apostrophes in names and addresses, and people of one name."""
    people = full.find("entra_user")
    assert sum(not p["displayName"].isascii() for p in people) > 100
    assert any("'" in p["displayName"] and "'" in p["mail"] for p in people)
    assert len(people_named(full, "Anna Schmidt")) == 3
    assert sum(n > 1 for n in Counter(p["displayName"] for p in people).values()) >= 8


def test_guests_disabled_and_people_without_mail_exist(full):
    """Each kind of account a directory has is there more than once."""
    people = full.find("entra_user")
    guests = [p for p in people if p["userType"] == "Guest"]
    assert len(guests) >= 10
    assert all("#EXT#@example.com" in g["userPrincipalName"] and g["mail"].endswith(".example.org") for g in guests)
    assert sum(p["accountEnabled"] == "false" for p in people) >= 10
    assert sum(not p["mail"] for p in people) >= 5


@pytest.mark.parametrize(
    ("name", "users"),
    [("Amélie Fontaine", 1), ("Priya Raman", 0), ("Tomás Herrera", 2), ("Jürgen Groß", 1), ("Nora Bergström", 1)],
)
def test_known_people_match_as_many_users_as_meant(full, name, users):
    """Each way in which directory and ServiceNow disagree is shown by somebody known by name."""
    (person,) = people_named(full, name)
    assert len(users_of(full, person)) == users


def test_a_user_name_can_be_the_principal_name(full):
    """Jürgen Groß has no e-mail in ServiceNow; only his user name says who he is."""
    (person,) = people_named(full, "Jürgen Groß")
    (user,) = users_of(full, person)
    assert (user["user_name"], user["email"]) == (person["userPrincipalName"], "")


def test_a_mail_can_differ_from_the_principal_name(full):
    """Nora Bergström's mail is not her principal name, and both are among her addresses."""
    (person,) = people_named(full, "Nora Bergström")
    assert person["mail"] != person["userPrincipalName"]
    addresses = json.loads(person["proxyAddresses"])
    assert addresses == [f"SMTP:{person['mail']}", f"smtp:{person['userPrincipalName']}"]


def test_managers_are_people_and_lead_to_the_top(full):
    """Every manager exists and nobody is, through others, his own manager."""
    boss = {p["id"]: p["manager_id"] for p in full.find("entra_user")}
    for start in boss:
        seen, at = {start}, boss[start]
        while at:
            assert at in boss
            assert at not in seen
            seen.add(at)
            at = boss[at]


PERSONAS = {
    "intune-administrator": ("Ingrid Vogel", {"admin"}, []),
    "helpdesk-agent": ("Hugo Lambert", {"itil"}, ["Helpdesk.Agent"]),
    "team-lead": ("Lena Okafor", {"itil"}, ["Helpdesk.Lead"]),
    "auditor": ("Arthur Blom", {"sn_incident_read"}, ["Auditor"]),
    "member": ("Mia Novak", set(), []),
}


def count_by_caller(storage):
    """How many incidents each caller (sys_id) has."""
    return Counter(incident["caller_id"] for incident in storage.find("incident"))


def roles_of(storage, user):
    """The names of a user's ServiceNow roles."""
    names = {r["sys_id"]: r["name"] for r in storage.find("sys_user_role")}
    return {names[row["role"]] for row in storage.find("sys_user_has_role", user=user)}


@pytest.mark.parametrize("persona", PERSONAS)
def test_personas_have_their_roles_and_can_sign_in(full, persona):
    """Each persona has the roles the plan says on both sides, an explanation, and a ServiceNow password."""
    name, service_now_roles, app_roles = PERSONAS[persona]
    (person,) = full.find("entra_user", persona=persona)
    assert person["displayName"] == name
    assert person["persona_text"]
    assert json.loads(person["app_roles"]) == app_roles
    wids = json.loads(person["wids"])
    assert "b79fbf4d-3ef9-4689-8143-76b194e85509" in wids
    assert ("3a2c62db-5318-420d-8d74-23affee5d9d5" in wids) == (persona == "intune-administrator")
    user = check_password(full, person["mail"].partition("@")[0], "demo")
    assert user["sys_id"] == person["service_now_user"]
    assert roles_of(full, user["sys_id"]) == service_now_roles


def test_passwords_decide_who_may_sign_in(full):
    """The administrator's password works in any case of the name; wrong, locked out, unknown and empty do not."""
    assert check_password(full, "ADMIN", "admin")["sys_id"] == "6816f79cc0a8016401c5a33be04be441"
    assert check_password(full, "admin", "Admin") is None
    assert check_password(full, "lotte.lindqvist", "demo") is None
    assert check_password(full, "amelie.fontaine", "") is None
    assert check_password(full, "nobody", "demo") is None


def test_accounts_for_the_vendors_odd_cases_exist(full):
    """A user with another zone and date format, a locked-out one, and a read-only one are there."""
    (german,) = full.find("sys_user", user_name="friedrich.maier")
    assert (german["time_zone"], german["date_format"]) == ("Europe/Berlin", "dd.MM.yyyy")
    assert full.find("sys_user", user_name="lotte.lindqvist")[0]["locked_out"] == "true"
    (reader,) = full.find("sys_user", user_name="ronan.keane")
    assert roles_of(full, reader["sys_id"]) == {"snc_read_only"}


def test_numbers_follow_the_opening_times(incidents):
    """Numbers begin at INC0010001 and a later number was not opened earlier."""
    assert incidents[0]["number"] == "INC0010001"
    assert incidents[-1]["number"] == "INC0015000"
    opened = [i["opened_at"] for i in incidents]
    assert opened == sorted(opened)


def test_times_are_in_order_and_in_the_past(incidents):
    """Opened ≤ resolved ≤ closed ≤ updated ≤ the reference time, back to some 18 months before it."""
    as_of = DEFAULT_AS_OF.strftime("%Y-%m-%d %H:%M:%S")
    for i in incidents:
        times = [i["opened_at"], i["resolved_at"], i["closed_at"], i["sys_updated_on"], as_of]
        times = [time for time in times if time]
        assert times == sorted(times), i["number"]
    age = DEFAULT_AS_OF - from_text(incidents[0]["opened_at"])
    assert timedelta(days=530) < age < timedelta(days=550)


def test_states_agree_with_everything_else(incidents):
    """State, incident state, active, hold reason, close code and the dates of an incident say the same."""
    for i in incidents:
        state = i["state"]
        assert state in {"1", "2", "3", "6", "7", "8"}
        assert i["incident_state"] == state
        assert (i["active"] == "false") == (state in {"7", "8"})
        assert bool(i["hold_reason"]) == (state == "3")
        assert bool(i["resolved_at"]) == bool(i["close_code"]) == bool(i["close_notes"]) == (state in {"6", "7"})
        assert bool(i["resolved_by"]) == (state in {"6", "7"})
        assert bool(i["closed_at"]) == (state in {"7", "8"})


def test_priorities_follow_the_matrix(incidents):
    """Priority is the stock matrix of impact and urgency, and all five occur."""
    assert all(int(i["priority"]) == int(i["impact"]) + int(i["urgency"]) - 1 for i in incidents)
    assert {i["priority"] for i in incidents} == {"1", "2", "3", "4", "5"}


def test_old_incidents_are_closed_and_new_ones_are_not(incidents):
    """States follow age: nearly all old ones are closed, most of today's are open."""
    day = [i for i in incidents if DEFAULT_AS_OF - from_text(i["opened_at"]) < timedelta(days=1)]
    old = [i for i in incidents if DEFAULT_AS_OF - from_text(i["opened_at"]) > timedelta(days=90)]
    assert sum(i["state"] in {"1", "2", "3"} for i in day) > 0.5 * len(day) > 0
    assert sum(i["active"] == "false" for i in old) > 0.95 * len(old)
    assert {i["state"] for i in incidents} == {"1", "2", "3", "6", "7", "8"}


def test_calls_come_in_office_hours(incidents):
    """Nine in ten incidents are opened from Monday to Friday between six and eighteen o'clock."""
    times = [from_text(i["opened_at"]) for i in incidents]
    assert sum(t.weekday() < 5 and 6 <= t.hour < 18 for t in times) > 0.88 * len(times)


def test_callers_are_skewed(full):
    """Some call thirty times and more, many a few times, some never; Amélie Fontaine 37 times."""
    calls = count_by_caller(full)
    users = [u["sys_id"] for u in full.find("sys_user")]
    assert sum(calls[u] >= 30 for u in users) >= 10
    assert sum(1 <= calls[u] <= 8 for u in users) >= 100
    assert sum(calls[u] == 0 for u in users) >= 50
    assert calls[full.find("sys_user", user_name="amelie.fontaine")[0]["sys_id"]] == 37


def test_a_small_seed_still_has_a_heavy_caller():
    """With 400 incidents Amélie Fontaine has more than thirty of them, for tests that page."""
    storage = seeded(incidents=400)
    assert count_by_caller(storage)[storage.find("sys_user", user_name="amelie.fontaine")[0]["sys_id"]] > 30


def test_some_problems_come_back(full):
    """The heavy callers' commonest short description comes at least five times each."""
    for caller, calls in count_by_caller(full).most_common(5):
        texts = Counter(i["short_description"] for i in full.find("incident", caller_id=caller))
        assert texts.most_common(1)[0][1] >= 5, calls


def test_texts_are_varied_and_whole(incidents):
    """There are hundreds of different short descriptions, none too long, none with a slot left open."""
    texts = {i["short_description"] for i in incidents}
    assert len(texts) > 400
    assert all(0 < len(text) <= 160 and "{" not in text for text in texts)
    assert all(len(i["description"]) > len(i["short_description"]) and "{" not in i["description"] for i in incidents)


def test_confidential_incidents_are_few_and_spread(full, incidents):
    """About two in a hundred belong to Security Incident Response, of many callers, always with their group."""
    (group,) = full.find("sys_user_group", name="Security Incident Response")
    hidden = [i for i in incidents if i["assignment_group"] == group["sys_id"]]
    assert 60 <= len(hidden) <= 140
    assert len({i["caller_id"] for i in hidden}) > 40
    assert all(i["assignment_group"] == group["sys_id"] for i in incidents if i["subcategory"] == "antivirus")
    members = {m["user"] for m in full.find("sys_user_grmember", group=group["sys_id"])}
    assert full.find("sys_user", user_name="hugo.lambert")[0]["sys_id"] not in members
    assert full.find("sys_user", user_name="selma.yildiz")[0]["sys_id"] in members


def test_references_lead_somewhere(full, incidents):
    """Whatever an incident refers to exists."""
    tables = {
        "sys_user": ("caller_id", "opened_by", "assigned_to", "resolved_by", "closed_by"),
        "sys_user_group": ("assignment_group",),
        "cmdb_ci": ("cmdb_ci",),
        "cmn_location": ("location",),
        "core_company": ("company",),
    }
    for table, columns in tables.items():
        known = {row["sys_id"] for row in full.find(table)} | {""}
        for column in columns:
            assert {i[column] for i in incidents} <= known, column


def test_the_reference_time_moves_everything():
    """With another reference time the newest incident is just before it."""
    as_of = datetime(2027, 3, 1, 12, tzinfo=UTC)
    newest = max(i["opened_at"] for i in seeded(incidents=300, as_of=as_of).find("incident"))
    assert timedelta() < as_of - from_text(newest) < timedelta(days=5)


@pytest.mark.parametrize(("seed", "count"), [(7, 5000), (7, 400), (8, 400)])
def test_the_known_heavy_caller_has_something_new(seed, count):
    """Amélie Fontaine's is the newest incident, and it is New: the guide's filter finds it with every seed."""
    storage = seeded(seed=seed, incidents=count)
    newest = storage.find("incident")[-1]
    assert storage.get("sys_user", newest["caller_id"])["user_name"] == "amelie.fontaine"
    assert newest["state"] == "1"
