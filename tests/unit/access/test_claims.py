"""Reading an ID token's claims: strict, and the same at sign-in as for ``access explain``."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snlib.access import DEFAULT_POLICY, AccessPolicy, Permission, admitted, explain, read_claims
from snlib.errors import InvalidInput, SignInRequired

CLAIMS: dict[str, Any] = {
    "iss": "https://login.example/t/v2.0",
    "tid": "t",
    "oid": "o",
    "sub": "pairwise",
    "name": "Hugo Lambert",
    "preferred_username": "hugo@example.com",
    "roles": ["Helpdesk.Agent"],
    "wids": ["b79fbf4d-3ef9-4689-8143-76b194e85509"],
}
KEYCLOAK = AccessPolicy(claim="realm_access.roles", claim_roles="it-leads=Helpdesk.Lead")


def without(*names: str, **changes: Any) -> dict[str, Any]:
    """Return the claims without some, or with others."""
    return {name: value for name, value in {**CLAIMS, **changes}.items() if name not in names}


def test_identity_is_issuer_tenant_and_object():
    """Issuer, tenant and object id identify a person; name and address are for display only."""
    identity = read_claims(CLAIMS)
    assert (identity.issuer, identity.tenant_id, identity.object_id) == (CLAIMS["iss"], "t", "o")
    assert (identity.name, identity.username, identity.email) == ("Hugo Lambert", "hugo@example.com", "")


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        (None, "The claims are not a JSON object."),
        ([CLAIMS], "The claims are not a JSON object."),
        ("claims", "The claims are not a JSON object."),
        ({}, "The claim iss is missing."),
        (without("iss"), "The claim iss is missing."),
        (without("tid"), "The claim tid is missing."),
        (without("oid"), "The claim oid is missing."),
        (without(oid=7), "The claim oid must be a text that is not empty."),
        (without(tid=" "), "The claim tid must be a text that is not empty."),
        (without(iss=["i"]), "The claim iss must be a text that is not empty."),
        (without(oid=None), "The claim oid is missing."),
        (without(iss=""), "The claim iss must be a text that is not empty."),
        (without(roles={"Helpdesk.Lead": True}), "The claim roles must be a text or a list of texts."),
        (without(roles=True), "The claim roles must be a text or a list of texts."),
        (
            without(wids={"3a2c62db-5318-420d-8d74-23affee5d9d5": True}),
            "The claim wids must be a text or a list of texts.",
        ),
    ],
)
def test_malformed_claims_refuse_everything(claims: object, sentence: str):
    """What is missing or of another type refuses every permission, says which claim it is, and signs nobody in."""
    explanation = explain(claims)
    assert explanation.malformed
    assert set(explanation.decisions) == set(Permission)
    assert {decision.allowed for decision in explanation.decisions.values()} == {False}
    assert all(decision.reason.endswith(sentence) for decision in explanation.decisions.values())
    with pytest.raises(SignInRequired) as caught:
        admitted(claims, DEFAULT_POLICY, provider="Entra")
    assert sentence in caught.value.user_message


def test_an_explanation_is_what_the_agent_meets():
    """Well-formed claims are answered permission by permission, each with its reason."""
    found = explain(CLAIMS)
    assert not found.malformed
    assert found.decisions[Permission.INCIDENTS_VIEW].reason == "Granted by the app role Helpdesk.Agent."
    assert "Ask an administrator for the app role Auditor" in found.decisions[Permission.AUDIT_VIEW].reason


def test_somebody_without_roles():
    """Claims without roles and wids are whole: the person is known and may do nothing."""
    assert not any(decision.allowed for decision in explain(without("roles", "wids")).decisions.values())


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ({"realm_access": {"roles": ["it-leads", "offline"]}}, True),
        ({"realm_access": {"roles": "it-leads"}}, True),
        ({"realm_access.roles": ["it-leads"]}, True),
        ({"realm_access": {"roles": ["IT-Leads"]}}, False),
        ({"realm_access": ["it-leads"]}, False),
        ({"roles": ["it-leads"]}, False),
        ({}, False),
    ],
)
def test_another_providers_claim(claim: dict[str, Any], held: bool):
    """A configured claim gives roles as a text, as a list, and inside objects; only for exactly the values named."""
    claims = {"iss": "https://idp.example", "sub": "1", **claim}
    assert explain(claims, KEYCLOAK).decisions[Permission.COUNTS_VIEW].allowed is held
    assert read_claims(claims, KEYCLOAK).object_id == "1"


def test_the_reason_names_the_claim_that_gave_the_role():
    """An administrator who debugs a mapping sees which claim gave the role."""
    claims = {"iss": "https://idp.example", "sub": "1", "realm_access": {"roles": ["it-leads"]}}
    assert explain(claims, KEYCLOAK).decisions[Permission.COUNTS_VIEW].reason == (
        "Granted by the app role Helpdesk.Lead, which the claim realm_access.roles gives."
    )


def test_a_damaged_claim_of_another_provider():
    """The configured claim as an object refuses everything: what it means is not known."""
    claims = {"iss": "https://idp.example", "sub": "1", "realm_access": {"roles": {"it-leads": False}}}
    with pytest.raises(InvalidInput, match="claims"):
        read_claims(claims, KEYCLOAK)


GROUPS = AccessPolicy(claim="groups", claim_roles="7=Helpdesk.Agent,it-leads=Helpdesk.Lead")
LEAD, AGENT, NOBODY = {"Helpdesk.Lead"}, {"Helpdesk.Agent"}, set[str]()


@pytest.mark.parametrize("name", ["roles", "groups"])
@pytest.mark.parametrize(
    ("value", "given"),
    [
        (None, NOBODY),
        ([], NOBODY),
        ("", NOBODY),
        (" ", NOBODY),
        ([None, "", " "], NOBODY),
        ("it-leads", LEAD),
        (["it-leads"], LEAD),
        (["it-leads", "it-leads"], LEAD),
        ([["it-leads"], [[]]], LEAD),
        (["it-leads", None, {"id": "x"}, True, 1.5, ["7"]], LEAD | AGENT),
        (7, AGENT),
        ([7, "it-leads"], LEAD | AGENT),
        ([str(number) for number in range(20_000)], AGENT),
        (["it-leads "], NOBODY),
    ],
)
def test_the_forms_of_a_claim_that_grants(name: str, value: object, given: set[str]):
    """Null is absent, one text or number is a list of one, lists may nest, and one odd entry costs itself."""
    claims = {"iss": "https://idp.example", "sub": "1", name: value}
    if name == "groups":
        assert read_claims(claims, GROUPS).roles == given
        assert read_claims({**CLAIMS, **claims}, GROUPS).roles == given | {"Helpdesk.Agent"}
        return
    named = AccessPolicy(app_roles="7=Helpdesk.Agent,it-leads=Helpdesk.Lead")
    held = read_claims({**CLAIMS, "roles": value}, named).roles & {"7", "it-leads"}
    assert {"7": "Helpdesk.Agent", "it-leads": "Helpdesk.Lead"}.keys() & held == held
    assert len(held) == len(given)


def test_lists_nested_without_end():
    """A claim of lists within lists, as deep as JSON can be read, is read."""
    value: object = "it-leads"
    for _ in range(5_000):
        value = [value]
    assert read_claims({**CLAIMS, "groups": value}, GROUPS).mapped == LEAD


@pytest.mark.parametrize("name", ["name", "preferred_username", "email", "picture", "upn"])
@pytest.mark.parametrize("value", [None, 7, True, 1.5, [], ["x"], {"a": 1}, [{"a": 1}], "", " "])
def test_what_is_only_shown_refuses_nobody(name: str, value: object):
    """A name, an address or a picture of any form signs in as before, and takes no role away."""
    who = admitted(without(**{name: value}), DEFAULT_POLICY, provider="Entra")
    assert who.roles == {"Helpdesk.Agent"}
    assert all(isinstance(text, str) for text in (who.name, who.email, who.username))
    assert who.name


@pytest.mark.parametrize(
    ("claims", "left_out"),
    [
        ({"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://x"}}}, {"groups"}),
        ({"_claim_names": ["groups"]}, {"groups"}),
        ({"hasgroups": True}, {"groups"}),
        ({"hasgroups": "true"}, {"groups"}),
        ({"hasgroups": True, "groups": []}, {"groups"}),
        ({"_claim_names": {"wids": "src1"}, "wids": None}, {"wids"}),
        ({"_claim_names": {"roles": "src1", "groups": "src1"}, "roles": None}, {"groups", "roles"}),
        ({"_claim_names": {"groups": "src1"}, "groups": ["it-leads"]}, set()),
        ({"_claim_names": {"address": "src1"}}, set()),
        ({"_claim_names": None, "hasgroups": False}, set()),
        ({"_claim_names": 7, "hasgroups": None}, set()),
        ({}, set()),
    ],
)
def test_claims_that_were_too_long_for_the_token(claims: dict[str, Any], left_out: set[str]):
    """A claim that the provider left out for its length is named in every refusal, and nowhere when it is not read."""
    found = explain({**CLAIMS, **claims}, GROUPS)
    assert read_claims({**CLAIMS, **claims}, GROUPS).overage == left_out
    sentence = f"without the claim {', '.join(sorted(left_out))}, because it has too many values"
    for decision in found.decisions.values():
        assert (sentence in decision.reason) is (bool(left_out) and not decision.allowed)
    assert (sentence in found.left_out) is bool(left_out)
    assert "groups" not in read_claims({**CLAIMS, **claims}).overage


def test_subject_alone_is_not_enough_for_entra():
    """Without a configured claim an identity needs tenant and object id: a subject is another one for every app."""
    assert explain({"iss": "https://login.example", "sub": "1"}).malformed


@pytest.mark.parametrize(
    "claim",
    [
        {"acct": 1},
        {"acct": "1"},
        {"userType": "Guest"},
        {"preferred_username": "elif_example.org#EXT#@contoso.com"},
        {"upn": "elif_example.org#ext#@contoso.com"},
    ],
)
def test_guests_are_refused_by_the_setting(claim: dict[str, Any]):
    """A guest, recognised by any sign, may sign in by default; the setting refuses everything, in one sentence."""
    strict = AccessPolicy(refuse_guests=True)
    claims = without(**claim)
    assert admitted(claims, DEFAULT_POLICY, provider="Entra").guest
    assert explain(claims).decisions[Permission.INCIDENTS_VIEW].allowed
    with pytest.raises(SignInRequired, match="a guest was refused") as caught:
        admitted(claims, strict, provider="Entra")
    assert caught.value.user_message.startswith("Guests are not let in here: ")
    found = explain(claims, strict)
    assert not found.malformed
    assert {decision.reason for decision in found.decisions.values()} == {caught.value.user_message}


@pytest.mark.parametrize("claim", [{}, {"acct": 0}, {"userType": "Member"}, {"email": "a#EXT#@example.com"}])
def test_members_are_not_taken_for_guests(claim: dict[str, Any]):
    """A member may sign in under the strict setting, too."""
    assert not admitted(without(**claim), AccessPolicy(refuse_guests=True), provider="Entra").guest


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["iss", "tid", "oid", "sub", "roles", "wids", "acct", "userType", "realm_access", "upn"])


@given(st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=8) | JSON)
def test_any_json_has_an_answer(claims: object):
    """Whatever JSON is explained, every permission gets an answer, and without a known role it is no."""
    for policy in (DEFAULT_POLICY, KEYCLOAK, AccessPolicy(refuse_guests=True)):
        found = explain(claims, policy)
        assert set(found.decisions) == set(Permission)
        assert not any(decision.allowed for decision in found.decisions.values())
