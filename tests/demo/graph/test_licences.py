"""The demo Graph's licences: the tenant's products and one person's."""

from __future__ import annotations

from collections import Counter

from tests.demo.graph_client import Graph, refused

SUITE = "a929cd4d-8672-47c9-8664-159c1f322ba8"


def test_subscribed_skus(graph):
    """Every product has the documented shape; some are used up in part, suspended, locked out, the company's."""
    skus = {sku["skuPartNumber"]: sku for sku in graph.get("/subscribedSkus").json()["value"]}
    assert len(skus) == 8
    for sku in skus.values():
        assert sku["id"] == f"{sku['accountId']}_{sku['skuId']}"
        assert set(sku["prepaidUnits"]) == {"enabled", "suspended", "warning", "lockedOut"}
        assert sku["subscriptionIds"]
    assert {sku["capabilityStatus"] for sku in skus.values()} == {"Enabled", "Suspended", "LockedOut"}
    assert {sku["appliesTo"] for sku in skus.values()} == {"User", "Company"}
    assert skus["Microsoft_Intune_Suite"]["skuId"] == SUITE
    assert 0 < skus["SPE_E3"]["consumedUnits"] < skus["SPE_E3"]["prepaidUnits"]["enabled"]


def test_remote_help_comes_in_two_products(graph):
    """The Intune Suite and the add-on both contain the service plan of Remote Help."""
    skus = graph.get("/subscribedSkus").json()["value"]
    with_plan = {
        sku["skuPartNumber"]
        for sku in skus
        if any(plan["servicePlanName"] == "REMOTE_HELP" for plan in sku["servicePlans"])
    }
    assert with_plan == {"Microsoft_Intune_Suite", "Intune_Remote_Help_Add_on"}


def test_skus_take_select_only(graph):
    """$select is understood, and $filter, $top and the like are refused."""
    body = graph.get("/subscribedSkus", select="skuPartNumber,prepaidUnits").json()
    assert all(set(sku) == {"skuPartNumber", "prepaidUnits"} for sku in body["value"])
    refused(graph.get("/subscribedSkus", filter="skuPartNumber eq 'SPE_E3'"), 400, "BadRequest")
    refused(graph.get("/subscribedSkus", top="1"), 400, "BadRequest")
    refused(graph.get("/subscribedSkus", select="nothing"), 400, "BadRequest")


def test_license_details(graph, entra):
    """A person's licences are among the products, and the units used are the people who have them."""
    agent = Graph(graph.demo, entra.delegated_token("hugo.lambert@example.com", "User.Read.All"))
    details = agent.get(f"/users/{graph.person('Hugo Lambert')['id']}/licenseDetails").json()["value"]
    parts = {detail["skuPartNumber"] for detail in details}
    assert {"SPE_E3", "Microsoft_Intune_Suite"} <= parts
    for detail in details:
        assert set(detail) == {"id", "skuId", "skuPartNumber", "servicePlans"}
        assert all(plan["provisioningStatus"] in {"Success", "Disabled"} for plan in detail["servicePlans"])
    used = Counter(row["skuId"] for row in graph.demo.instance.storage.find("license_assignment"))
    skus = graph.get("/subscribedSkus").json()["value"]
    assert {sku["skuId"]: sku["consumedUnits"] for sku in skus if sku["appliesTo"] == "User"} == {
        sku["skuId"]: used[sku["skuId"]] for sku in skus if sku["appliesTo"] == "User"
    }


def test_disabled_plans_and_no_licences(graph, entra):
    """Some have a plan switched off, and guests have nothing."""
    agent = Graph(graph.demo, entra.delegated_token("hugo.lambert@example.com", "LicenseAssignment.Read.All"))
    guest = graph.person("Elif Kaya (Partner)")["id"]
    assert agent.get(f"/users/{guest}/licenseDetails").json()["value"] == []
    assigned = graph.demo.instance.storage.find("license_assignment")
    person = next(row["person_id"] for row in assigned if row["disabledPlans"] != "[]")
    plans = [p for d in agent.get(f"/users/{person}/licenseDetails").json()["value"] for p in d["servicePlans"]]
    assert {plan["servicePlanName"] for plan in plans if plan["provisioningStatus"] == "Disabled"} == {"TEAMS1"}


def test_who_may_read_licences(graph, entra):
    """LicenseDetails refuses applications; one's own need User.Read, others' and the tenant's a permission."""
    hugo, mia = graph.person("Hugo Lambert")["id"], graph.person("Mia Novak")["id"]
    refused(graph.get(f"/users/{hugo}/licenseDetails"), 403, "Authorization_RequestDenied")
    own = Graph(graph.demo, entra.delegated_token("mia.novak@example.com", "User.Read"))
    assert own.get(f"/users/{mia}/licenseDetails").status_code == 200
    refused(own.get(f"/users/{hugo}/licenseDetails"), 403, "Authorization_RequestDenied")
    refused(own.get("/subscribedSkus"), 403, "Authorization_RequestDenied")
