"""Licences, Intune permissions and the tenant's own connector."""

from snlib.graph import intune
from tests.unit.graph.scripted import asked, listed


def test_licences():
    """Units are counted as Microsoft does: what is paid for and what is in its grace period, less what is used."""
    sku = {
        "skuId": "c7df2760-2c81-4ef7-b578-5b5392b571df",
        "skuPartNumber": "INTUNE_SUITE",
        "capabilityStatus": "Enabled",
        "consumedUnits": 187,
        "prepaidUnits": {"enabled": 180, "warning": 5, "suspended": 3},
        "servicePlans": [{"servicePlanName": "REMOTE_HELP"}, {"servicePlanName": None}, "x"],
    }
    client, _ = asked([listed(sku, {"skuPartNumber": "BARE"}, {"skuId": "nameless"})])
    suite, bare = intune.subscribed_skus(client)
    assert (suite.part_number, suite.status, suite.free, suite.suspended) == ("INTUNE_SUITE", "Enabled", -2, 3)
    assert suite.service_plans == ("REMOTE_HELP",)
    assert (bare.part_number, bare.free, bare.service_plans) == ("BARE", 0, ())


def test_effective_permissions():
    """The actions of all roles together; what has another form is left out."""
    rows = [
        {"resourceActions": [{"allowedResourceActions": ["Microsoft.Intune_Organization_Read", 7]}, "x"]},
        {"resourceActions": [{"allowedResourceActions": ["Microsoft.Intune_ServiceNow_ViewIncidents"]}]},
        {"resourceActions": None},
        {},
    ]
    client, _ = asked([listed(*rows)], for_agent=True)
    assert intune.effective_permissions(client) == {
        "Microsoft.Intune_Organization_Read",
        "Microsoft.Intune_ServiceNow_ViewIncidents",
    }


def test_the_tenants_connector():
    """The settings that Intune keeps of its own connector are read; one without a method has no client ID."""
    row = {
        "id": "7d1f0c1e-5a0b-4a1e-9c55-0a2f4a2f9a10",
        "instanceUrl": "https://contoso.service-now.com",
        "incidentApiUrl": "/api/now/table/incident",
        "authenticationMethod": {"@odata.type": "microsoft.graph.serviceNowOauthSecretAuthentication", "appId": "0a1b"},
        "serviceNowConnectionStatus": "enabled",
        "lastQueriedDateTime": "2026-03-05T14:02:10Z",
        "createdDateTime": "0001-01-01T00:00:00Z",
    }
    client, _ = asked([listed(row, {"authenticationMethod": None})])
    first, second = intune.service_now_connections(client)
    assert (first.instance_url, first.incident_api_url) == (
        "https://contoso.service-now.com",
        "/api/now/table/incident",
    )
    assert (first.app_id, first.status) == ("0a1b", "enabled")
    assert (second.app_id, second.instance_url) == ("", "")
